"""Lets ``pybabel extract`` see catalogs and pages: Babel's ``babel.extractors`` entry point."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, BinaryIO

from errbook import extract as source
from errbook import loader, markdown
from errbook.diagnostics import Location, Severity
from errbook.extract import SourceUnit
from errbook.model import Page
from errbook.yamltext import decode

log = logging.getLogger(__name__)

Found = tuple[int, str, tuple[str, str], list[str]]
"""Line, function, (context, text) and comments, as Babel wants them."""


def extract(
    fileobj: BinaryIO,
    keywords: Collection[str],
    comment_tags: Collection[str],
    options: Mapping[str, Any],
) -> Iterator[Found]:
    """The texts of a catalog (``.yml``, ``.yaml``) or a page (``.md``), with their contexts.

    Args:
        fileobj: The open file; its name tells what it is.
        keywords: Not used: no functions are looked for.
        comment_tags: Not used: the notes for translators always come along.
        options: ``pages``: the folder of the pages, ``source/pages`` without it.
    """
    path = PurePosixPath(str(fileobj.name).replace("\\", "/"))
    data = fileobj.read()
    if path.suffix == ".md":
        units = _page_units(data, path, str(options.get("pages", "source/pages")))
    else:
        units = _catalog_units(data, str(path))
    for unit in units:
        yield unit.location.line, "pgettext", (unit.context, unit.text), list(unit.notes)


def _catalog_units(data: bytes, path: str) -> Iterator[SourceUnit]:
    catalogs, found = loader.load({path: data})
    for finding in found:
        # What another file defines is not here; whether the book is whole is for errbook check.
        if finding.severity is Severity.ERROR and finding.code < "EB112":
            log.warning("%s: %s %s", finding.location, finding.code, finding.message)
    for catalog in catalogs:
        yield from source.catalog_units(catalog)


def _page_units(data: bytes, path: PurePosixPath, folder: str) -> Iterator[SourceUnit]:
    text, found = decode(data, str(path))
    for finding in found:
        log.warning("%s: %s %s", finding.location, finding.code, finding.message)
    if text is not None:
        name = _below(path, PurePosixPath(folder))
        yield from source.page_units(Page(name, Location(str(path)), markdown.with_anchors(text)))


def _below(path: PurePosixPath, folder: PurePosixPath) -> str:
    """The path of a page below the pages folder, wherever Babel runs."""
    parts, wanted = path.parts, folder.parts
    for start in range(len(parts) - len(wanted), -1, -1):
        if parts[start : start + len(wanted)] == wanted:
            return str(PurePosixPath(*parts[start + len(wanted) :]))
    return str(path)
