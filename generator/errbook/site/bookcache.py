"""Keeps what was read of the catalogs, for to read YAML takes longer than most builds."""

from __future__ import annotations

import hashlib
import io
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errbook import diagnostics, loader, model, storage
from errbook.diagnostics import Diagnostic
from errbook.model import Catalog

_CLASSES = {
    (kind.__module__, kind.__name__): kind
    for kind in (
        diagnostics.Location,
        model.Catalog,
        model.Entry,
        model.Example,
        model.HistoryItem,
        model.Message,
        model.Param,
        model.Remedy,
        model.Text,
        model.Variant,
    )
}
"""What a book consists of; nothing else is made of what a file says."""


@dataclass(frozen=True, slots=True)
class BookCache:
    """The catalogs of one project, kept in a file."""

    path: Path
    code: str
    """A digest of the code that reads catalogs: another version may read another book."""

    def load(self, files: Mapping[str, bytes]) -> tuple[tuple[Catalog, ...], list[Diagnostic]]:
        """What `loader.load` reads, from the cache where the files are as they were.

        A cache that is damaged or foreign is not used. Files with a mistake are read each time.
        """
        mark = self._mark(files)
        kept = self._read(mark)
        if kept is not None:
            return kept, []
        catalogs, mistakes = loader.load(files)
        if not mistakes:
            self._write(mark, catalogs)
        return catalogs, mistakes

    def _mark(self, files: Mapping[str, bytes]) -> bytes:
        digest = hashlib.blake2b(self.code.encode(), digest_size=20)
        for path, data in files.items():
            name = path.encode("utf-8", "surrogateescape")
            digest.update(b"%d %d\n" % (len(name), len(data)) + name)
            digest.update(data)
        return digest.hexdigest().encode()

    def _read(self, mark: bytes) -> tuple[Catalog, ...] | None:
        try:
            own, _, content = storage.read_checked(self.path).partition(b"\n")
            if own != mark:
                return None
            found = _Unpickler(io.BytesIO(content)).load()
        except Exception:
            # Damaged data may ask for anything; whatever comes of it, the catalogs are read anew.
            return None
        known = isinstance(found, tuple) and all(isinstance(item, Catalog) for item in found)
        return found if known else None

    def _write(self, mark: bytes, catalogs: tuple[Catalog, ...]) -> None:
        try:
            storage.write_checked(self.path, mark + b"\n" + pickle.dumps(catalogs, protocol=5))
        except OSError:
            # It is only slower without.
            return


class _Unpickler(pickle.Unpickler):
    """Makes the parts of a book and nothing else: a file from elsewhere cannot run code."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return _CLASSES[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} is no part of a book") from None
