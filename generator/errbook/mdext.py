"""Python-Markdown's extension: fills the markers of any MkDocs, ProperDocs or Zensical page."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor
from markdown.util import ETX, STX

from errbook import configfile, embed, library
from errbook.embed import Marker
from errbook.formats import text as text_format
from errbook.formats.tables import html, markdown
from errbook.library import Library
from errbook.tables import BadBook, Table

FIND, STASH = 26, 20.5
"""Markers are found after what brings text in (snippets: 32) and before what takes code out (25).
Their HTML is stashed after MkDocs has looked for ids (21) and before raw HTML is taken out (20)."""

_HELD = re.compile(f"{STX}errbook (\\d+)[^{ETX}]*{ETX}")
"""What stands for a table between the two; Python-Markdown keeps these characters out of pages."""

SITE_URL = "site_url"
"""Stands for the book's own base of links: Python-Markdown takes no text for an absent one."""

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
            "link_base": [
                SITE_URL,
                "What links to the entries' pages begin with; empty for no links",
            ],
            "digest": ["", "Anything: builders that keep rendered pages notice when it changes"],
        }
        unknown = [name for name in kwargs if name not in self.config]
        if unknown:
            # Python-Markdown only says which key its own table lacks.
            raise ValueError(
                f'errbook has no option "{unknown[0]}"; it has {", ".join(self.config)}'
            )
        super().__init__(**kwargs)

    def extendMarkdown(self, md: Markdown) -> None:
        """Register what finds markers and what stashes their HTML."""
        markers = _Markers(md, self.getConfigs())
        md.preprocessors.register(markers, "errbook", FIND)
        md.preprocessors.register(_Stash(md, markers), "errbook_stash", STASH)


def makeExtension(**kwargs: Any) -> ErrbookExtension:
    """What Python-Markdown calls for ``markdown_extensions: [errbook.mdext]``."""
    return ErrbookExtension(**kwargs)


@lru_cache(maxsize=8)
def _opened(where: str, link_base: str | None, stamp: object) -> Library:
    """The book; opened again when the stamp of its files is another."""
    return library.opened(where, link_base)


class _Markers(Preprocessor):
    """Puts something that stands for a table in the place of each marker."""

    def __init__(self, md: Markdown, options: dict[str, Any]) -> None:
        super().__init__(md)
        self._where = str(options["project"] or ".")
        self._locale = str(options["locale"] or "")
        base = str(options["link_base"] or "")
        self._link_base = None if base == SITE_URL else base
        self.tables: list[str] = []
        """The HTML of the page's tables."""

    def run(self, lines: list[str]) -> list[str]:
        self.tables = []
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
            path = configfile.of(path)
        if not path.is_file():
            raise BadBook(f"there is no {path.as_posix()}; say where the book is with project: …")
        return _opened(self._where, self._link_base, library.stamp(path))

    def _placeholders(self, marker: Marker, tables: Sequence[Table], seen: set[str]) -> str:
        """What stands for tables until the page is rendered; headings are the page's own."""
        blocks = []
        for table in tables:
            if table.depth:
                blocks.append(f"{'#' * table.depth} {markdown.escape(table.title)}")
            written = html.table(table, seen, with_heading=False).rstrip("\n")
            # MkDocs looks for the ids that links may lead to in the text, not in what is stashed.
            ids = "".join(f"<a {name}></a>" for name in re.findall(r'(?<=<tr )id="[^"]*"', written))
            blocks.append(f"{STX}errbook {len(self.tables)} {ids}{ETX}")
            self.tables.append(written)
        lines = [line for block in blocks for line in ("", f"{marker.indent}{block}")]
        return "\n".join([*lines, ""])


class _Stash(Preprocessor):
    """Puts the HTML of tables where no other processor touches it."""

    def __init__(self, md: Markdown, markers: _Markers) -> None:
        super().__init__(md)
        self._markers = markers

    def run(self, lines: list[str]) -> list[str]:
        def stashed(match: re.Match[str]) -> str:
            return self.md.htmlStash.store(self._markers.tables[int(match[1])])

        return [_HELD.sub(stashed, line) for line in lines]


def _page(md: Markdown) -> str:
    """The page that is rendered, where the builder left its path with the parser."""
    for processor in (*md.treeprocessors, *md.preprocessors):
        file = getattr(processor, "file", None) or getattr(processor, "page", None)
        path = getattr(file, "src_uri", None) or getattr(file, "path", None)
        if isinstance(path, str):
            return path
    return "page"
