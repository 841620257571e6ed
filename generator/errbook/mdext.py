"""Python-Markdown's extension: fills the markers of any MkDocs, ProperDocs or Zensical page."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from errbook import embed, library
from errbook.embed import Marker
from errbook.formats import text as text_format
from errbook.formats.tables import html, markdown
from errbook.library import Library
from errbook.tables import BadBook, Table

PRIORITY = 26
"""After what brings text in (snippets: 32) and before what takes code and HTML out (25, 20)."""

log = logging.getLogger("mkdocs.plugins.errbook")
"""MkDocs and ProperDocs count this logger's warnings: with ``--strict`` they fail the build."""


class ErrbookExtension(Extension):
    """Puts tables of an errbook project in the place of its markers."""

    def __init__(self, **kwargs: Any) -> None:
        self.config = {
            "project": [
                ".",
                "The project's folder or mkdocs.yml, or the path or URL of a published errors.json",
            ],
            "locale": ["", "The language where a marker names none; the book's own without it"],
            "link_base": ["", "What links to the entries' pages begin with, instead of site_url"],
            "digest": ["", "Anything: builders that keep rendered pages notice when it changes"],
        }
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the preprocessor."""
        md.preprocessors.register(_Markers(md, self.getConfigs()), "errbook", PRIORITY)


def makeExtension(**kwargs: Any) -> ErrbookExtension:
    """What Python-Markdown calls for ``markdown_extensions: [errbook.mdext]``."""
    return ErrbookExtension(**kwargs)


@lru_cache(maxsize=8)
def _opened(where: str, link_base: str | None, stamp: object) -> Library:
    """The book; opened again when the stamp of its files is another."""
    return library.opened(where, link_base)


class _Markers(Preprocessor):
    """Puts tables as stashed HTML in the place of markers."""

    def __init__(self, md: Markdown, options: dict[str, Any]) -> None:
        super().__init__(md)
        self._where = str(options["project"] or ".")
        self._locale = str(options["locale"] or "")
        self._link_base = str(options["link_base"]) if options["link_base"] else None

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join([*lines, ""])
        if "errbook" not in text:
            return lines
        made, found = embed.filled(text, _page(self.md), embed.MARKDOWN, self._tables)
        for finding in found:
            log.warning("%s", text_format.block(finding))
        pieces, position = [], 0
        seen: set[str] = set()
        for marker, tables in made:
            pieces.append(text[position : marker.start])
            pieces.append(self._placeholders(marker, tables, seen))
            position = marker.stop
        pieces.append(text[position:])
        return "".join(pieces).split("\n")

    def _tables(self, marker: Marker) -> list[Table]:
        return self._book().listing(marker.locale or self._locale).tables(marker.query)

    def _book(self) -> Library:
        if library.is_url(self._where):
            return _opened(self._where, self._link_base, None)
        path = Path(self._where)
        if not library.is_published(self._where):
            path = library.config_path(path)
        if not path.is_file():
            raise BadBook(f"there is no {path.as_posix()}; say where the book is with project: …")
        return _opened(self._where, self._link_base, library.stamp(path))

    def _placeholders(self, marker: Marker, tables: Sequence[Table], seen: set[str]) -> str:
        """What stands for tables until the page is rendered; headings are the page's own."""
        blocks = []
        for table in tables:
            if table.depth:
                blocks.append(f"{'#' * table.depth} {markdown.escape(table.title)}")
            written = html.table(table, seen, with_heading=False)
            blocks.append(self.md.htmlStash.store(written.rstrip("\n")))
        lines = [line for block in blocks for line in ("", f"{marker.indent}{block}")]
        return "\n".join([*lines, ""])


def _page(md: Markdown) -> str:
    """The page that is rendered, where the builder left its path with the parser."""
    for processor in (*md.treeprocessors, *md.preprocessors):
        file = getattr(processor, "file", None) or getattr(processor, "page", None)
        path = getattr(file, "src_uri", None) or getattr(file, "path", None)
        if isinstance(path, str):
            return path
    return "page"
