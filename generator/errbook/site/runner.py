"""Runs a builder over one locale's project, in strict mode, and reads what it complains about."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec
from types import CodeType

from jinja2.bccache import Bucket, BytecodeCache

from errbook.config import Settings
from errbook.diagnostics import Diagnostic, Location, report
from errbook.locales import Locale
from errbook.site.stage import Stage
from errbook.urls import page_url

_BUILDER_LINE = re.compile(r"^(?:WARNING|ERROR|CRITICAL)\s*-\s*(?P<message>.*)")
_DOC_FILE = re.compile(r"[Dd]oc file '(?P<path>[^']+)'")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def missing(builder: str, settings: Settings) -> Iterator[Diagnostic]:
    """Whether a builder is not installed."""
    if find_spec(builder) is None:
        yield report(
            "EB502",
            Location(settings.path),
            f"{builder} is not installed",
            f"Install it: pip install 'errbook[{builder}]'.",
        )


def warm() -> None:
    """Import MkDocs and its theme once, before processes are forked that need them."""
    for name in (
        "mkdocs.commands.build",
        "material.plugins.search.plugin",
        "pymdownx.superfences",
        "pymdownx.tabbed",
    ):
        if find_spec(name.partition(".")[0]) is not None:
            import_module(name)


def run(made: Stage, builder: str, settings: Settings) -> Iterator[Diagnostic]:
    """Build one locale.

    MkDocs runs in this process, which has imported it already; others in one of their own.

    Yields:
        What the builder complained about, or that it failed without a word.
    """
    complaints = _mkdocs(made) if builder == "mkdocs" else _other(made, builder, settings)
    for message in complaints:
        yield report(
            "EB501",
            _place(message, made.locale, settings),
            f"{builder}: {message}",
            "Correct it in the source; the site stays as it was.",
            locale=made.locale.tag,
        )


class _Compiled(BytecodeCache):
    """The theme's templates, compiled once in a process for all locales that it builds."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


_compiled = _Compiled()


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(_ANSI.sub("", record.getMessage()))


def _mkdocs(made: Stage) -> list[str]:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    handler = _Complaints()
    logger = logging.getLogger("mkdocs")
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        config = load_config(config_file=str(made.config))
        environment = config.theme.get_env()
        environment.bytecode_cache = _compiled
        config.theme.get_env = lambda: environment  # type: ignore[method-assign]
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    except MkDocsException as error:
        return handler.messages or [str(error)]
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates
    if not handler.messages and not (made.site / "index.html").is_file():
        return ["it wrote no index.html: is there no index.md?"]
    return handler.messages


def _other(made: Stage, builder: str, settings: Settings) -> list[str]:
    command = [
        sys.executable,
        "-m",
        builder,
        "build",
        "--strict",
        "--clean",
        "-f",
        str(made.config),
    ]
    # The builder's own folder of modules must not be shadowed by the project's files.
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        command, cwd=settings.root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0 and (made.site / "index.html").is_file():
        return []
    output = _ANSI.sub("", f"{done.stdout}\n{done.stderr}").splitlines()
    complaints = list(_messages(output))
    if not complaints:
        tail = [line for line in output if line.strip()][-8:]
        complaints = [f"it stopped with exit code {done.returncode}: {' | '.join(tail)}"]
    return complaints


def _messages(output: Iterable[str]) -> Iterator[str]:
    for line in output:
        match = _BUILDER_LINE.match(line)
        if match:
            yield match["message"]


def _place(message: str, locale: Locale, settings: Settings) -> Location:
    """The source file that a builder's complaint about a staged file is about."""
    named = _DOC_FILE.search(message)
    if named is None:
        return Location(settings.path)
    path = named["path"]
    if path.startswith("errors/") and not (settings.pages / path).exists():
        return Location(f"{locale.tag}/{page_url(path)}")
    try:
        folder = settings.pages.relative_to(settings.root).as_posix()
    except ValueError:
        folder = settings.pages.as_posix()
    return Location(f"{folder}/{path}")
