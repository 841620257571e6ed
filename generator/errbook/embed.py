"""Markers in other documents, between which a table of entries is put."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from errbook.tables import DEFAULT_COLUMNS, Query

_OPEN = re.compile(r"^(?P<indent>[ \t]*)<!--[ \t]*errbook:(?P<words>.*?)-->[ \t]*$", re.M)
_CLOSE = re.compile(r"^[ \t]*<!--[ \t]*/errbook[ \t]*-->[ \t]*$", re.M)
_ANY = re.compile(r"<!--[ \t]*/?errbook\b.*?-->")
OPTIONS = ("columns", "where", "sort", "locale")
VIEWS = ("lookup", "catalogs", "featured", "progress")
"""What a marker in a page of the site itself can show instead of a table."""


@dataclass(frozen=True, slots=True)
class Marker:
    """A place in a document for a table."""

    query: Query
    locale: str
    """The locale the table is wanted in; empty for the document's own."""
    start: int
    """Offset of the opening comment's line."""
    body: int
    """Offset after the opening comment's line."""
    end: int
    """Offset of the closing comment's line."""
    stop: int
    """Offset after the closing comment's line."""
    line: int
    """Line of the opening comment, counted from 1."""
    view: str = ""
    """One of `VIEWS`, or empty for a table."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A marker that cannot be used."""

    line: int
    message: str


def find(text: str) -> tuple[list[Marker], list[Mistake]]:
    """The markers of a document in their order, and what is wrong with others.

    A marker is a line of its own: ``<!-- errbook: CATALOG columns=… where="…" -->``, closed by a
    line ``<!-- /errbook -->``. Markers inside code fences are text.
    """
    fences = [(m.start(), m.end()) for m in _fences(text)]
    opening = [m for m in _OPEN.finditer(text) if not _inside(m.start(), fences)]
    closing = [m for m in _CLOSE.finditer(text) if not _inside(m.start(), fences)]
    usable = {m.start() + m[0].index("<!--") for m in (*opening, *closing)}
    markers: list[Marker] = []
    mistakes = [
        Mistake(_line(text, m.start()), "a marker must stand on a line of its own")
        for m in _ANY.finditer(text)
        if m.start() not in usable and not _inside(m.start(), fences) and not _in_code(text, m.start())
    ]
    for index, match in enumerate(opening):
        line = _line(text, match.start())
        after = opening[index + 1].start() if index + 1 < len(opening) else len(text)
        close = next((c for c in closing if c.start() >= match.end()), None)
        if close is None or close.start() > after:
            what = "is never closed" if close is None else "is not closed before the next begins"
            mistakes.append(Mistake(line, f"the marker {what}; add <!-- /errbook --> below it"))
            continue
        closing.remove(close)
        query, locale, problem = _parse(match["words"])
        if problem or query is None:
            mistakes.append(Mistake(line, problem))
            continue
        body = min(match.end() + 1, close.start())
        view = query.catalog if query.catalog in VIEWS else ""
        span = (match.start(), body, close.start(), close.end())
        markers.append(Marker(query, locale, *span, line, view))
    mistakes += [
        Mistake(_line(text, c.start()), "<!-- /errbook --> closes no marker") for c in closing
    ]
    return markers, sorted(mistakes, key=lambda mistake: mistake.line)


def _fences(text: str) -> Iterable[re.Match[str]]:
    return re.finditer(r"^[ \t]*(`{3,}|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*$|\Z)", text, re.M | re.S)


def _inside(offset: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(start <= offset < end for start, end in ranges)


def _in_code(text: str, offset: int) -> bool:
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("`", line_start, offset) % 2 == 1


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _parse(words: str) -> tuple[Query | None, str, str]:
    try:
        parts = shlex.split(words)
    except ValueError as error:
        return None, "", f"the marker cannot be read: {error}"
    if not parts or "=" in parts[0]:
        return None, "", "the marker names no catalog; write <!-- errbook: CATALOG … -->"
    options: dict[str, str] = {}
    for part in parts[1:]:
        name, equals, value = part.partition("=")
        if name not in OPTIONS or not equals:
            return None, "", f'unknown option "{part}" in the marker; there is {", ".join(OPTIONS)}'
        options[name] = value
    columns = tuple(c.strip() for c in options.get("columns", "").split(",") if c.strip())
    query = Query(
        parts[0], columns or DEFAULT_COLUMNS, options.get("where", ""), options.get("sort", "")
    )
    return query, options.get("locale", ""), ""


def fill(text: str, table: Callable[[Marker], str]) -> str:
    """Put a table between each pair of markers; everything else stays as it is."""
    pieces, position = [], 0
    for marker in find(text)[0]:
        pieces.append(text[position : marker.body])
        pieces.append(table(marker).rstrip("\n") + "\n")
        position = marker.end
    pieces.append(text[position:])
    return "".join(pieces)


def replace(text: str, table: Callable[[Marker], str]) -> str:
    """Put a table in the place of each pair of markers, markers included."""
    pieces, position = [], 0
    for marker in find(text)[0]:
        pieces.append(text[position : marker.start])
        pieces.append(table(marker).rstrip("\n"))
        position = marker.stop
    pieces.append(text[position:])
    return "".join(pieces)
