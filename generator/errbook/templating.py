"""Jinja environments for the package's own templates, and how compiled templates are shared."""

from __future__ import annotations

from types import CodeType

from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket, BytecodeCache


class Compiled(BytecodeCache):
    """Keeps compiled templates as long as the process: environments with the same options may
    share them.
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_compiled = Compiled()


def environment() -> Environment:
    """A new environment of the package's templates: HTML is escaped, unknown names are errors."""
    return Environment(
        loader=PackageLoader("errbook"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_compiled,
        # To look for constants takes longer than they would in what is rendered.
        optimized=False,
    )
