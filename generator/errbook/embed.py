"""Markers in other documents, between which a table of entries is put."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from errbook import tables
from errbook.diagnostics import Diagnostic, Location, report
from errbook.tables import DEFAULT_COLUMNS, BadBook, BadQuery, Query, Table

OPTIONS = ("columns", "where", "sort", "locale", "heading-depth")
VIEWS = ("lookup", "catalogs", "featured", "progress")
"""What a marker in a page of the site itself can show instead of a table."""


@dataclass(frozen=True)
class Syntax:
    """How markers are written in one kind of document."""

    name: str
    suffixes: tuple[str, ...]
    opening: re.Pattern[str]
    """A whole line (or lines) that opens a marker; its group ``words`` says what is wanted."""
    closing: re.Pattern[str]
    marks: re.Pattern[str]
    """Anything that looks like one of the two, wherever it stands."""
    literal: Callable[[str], Iterable[tuple[int, int]]]
    """Ranges of a document in which markers are text."""
    example: tuple[str, str]
    """An opening and a closing marker, for messages."""


_COMMENT_OPEN = re.compile(
    r"^(?P<indent>[ \t]*)<!--[ \t]*errbook:(?P<words>(?:(?!-->)[^\x00])*?)-->[ \t]*(?=\r?$)", re.M
)
_COMMENT_CLOSE = re.compile(r"^[ \t]*<!--[ \t]*/errbook[ \t]*-->[ \t]*(?=\r?$)", re.M)
_COMMENT = re.compile(r"<!--[ \t]*/?errbook\b.*?-->", re.S)
_EXAMPLE = ("<!-- errbook: CATALOG … -->", "<!-- /errbook -->")
# What begins with three backticks and has more of them on its line is a code span.
_FENCE = re.compile(
    r"^[ \t]*(`{3,}(?![^\n]*`)|~{3,}).*?(?:^[ \t]*\1[`~]*[ \t]*\r?$|\Z)", re.M | re.S
)
_SCRIPT = re.compile(r"<(script|style|textarea)\b.*?(?:</\1\s*>|\Z)", re.I | re.S)
_LITERAL_BLOCK = re.compile(
    r"(?!\.\.(?!\s+[\w-]+::))"
    r"(?:.*::\s*|\.\.\s+(?:code|code-block|sourcecode|parsed-literal|literalinclude"
    r"|raw)::.*)\r?\n?$"
)


def _markdown_literal(text: str) -> Iterator[tuple[int, int]]:
    return ((m.start(), m.end()) for m in _FENCE.finditer(text))


def _html_literal(text: str) -> Iterator[tuple[int, int]]:
    return ((m.start(), m.end()) for m in _SCRIPT.finditer(text))


def _rst_literal(text: str) -> Iterator[tuple[int, int]]:
    """The indented lines below a paragraph that ends in ``::`` or a directive that shows code."""
    start, above, position = 0, -1, 0
    for line in text.splitlines(keepends=True):
        width = len(line) - len(line.lstrip(" \t"))
        if above >= 0 and line.strip() and width <= above:
            yield start, position
            above = -1
        if above < 0 and _LITERAL_BLOCK.match(line.lstrip(" \t")):
            above, start = width, position + len(line)
        position += len(line)
    if above >= 0:
        yield start, position


MARKDOWN = Syntax(
    "markdown",
    (".md", ".markdown", ".mdown", ".mkd", ".qmd"),
    _COMMENT_OPEN,
    _COMMENT_CLOSE,
    _COMMENT,
    _markdown_literal,
    _EXAMPLE,
)
HTML = Syntax(
    "html",
    (".html", ".htm", ".xhtml"),
    _COMMENT_OPEN,
    _COMMENT_CLOSE,
    _COMMENT,
    _html_literal,
    _EXAMPLE,
)
RST = Syntax(
    "rst",
    (".rst", ".rest"),
    re.compile(
        r"^(?P<indent>[ \t]*)\.\.[ \t]+errbook:(?!:)(?P<words>[^\r\n]*?)[ \t]*(?=\r?$)", re.M
    ),
    re.compile(r"^[ \t]*\.\.[ \t]+/errbook[ \t]*(?=\r?$)", re.M),
    re.compile(r"^[ \t]*\.\.[ \t]+/?errbook\b[^\r\n]*|<!--[ \t]*/?errbook\b.*?-->", re.M),
    _rst_literal,
    (".. errbook: CATALOG …", ".. /errbook"),
)
SYNTAXES: Mapping[str, Syntax] = {syntax.name: syntax for syntax in (MARKDOWN, HTML, RST)}
"""The kinds of documents by the name of the format their tables have."""
BY_SUFFIX: Mapping[str, Syntax] = {
    s: syntax for syntax in SYNTAXES.values() for s in syntax.suffixes
}


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
    """Offset after the closing comment."""
    line: int
    """Line of the opening comment, counted from 1."""
    view: str = ""
    """One of `VIEWS`, or empty for a table."""
    indent: str = ""
    """What stands before the opening comment; the lines of its table begin with it too."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A marker that cannot be used."""

    line: int
    message: str


# --- finding -------------------------------------------------------------------------------------


def find(text: str, syntax: Syntax = MARKDOWN) -> tuple[list[Marker], list[Mistake]]:
    """The markers of a document in their order, and what is wrong with others.

    A marker is a comment on a line of its own: ``<!-- errbook: CATALOG columns=… -->``,
    closed by a line ``<!-- /errbook -->``; in reStructuredText ``.. errbook: CATALOG …`` and
    ``.. /errbook``. Markers inside code are text.
    """
    literal = list(syntax.literal(text))
    opening = [m for m in syntax.opening.finditer(text) if not _inside(m.start(), literal)]
    closing = [m for m in syntax.closing.finditer(text) if not _inside(m.start(), literal)]
    markers: list[Marker] = []
    mistakes = list(_strays(text, syntax, literal, [*opening, *closing]))
    for index, match in enumerate(opening):
        line = _line(text, match.start())
        after = opening[index + 1].start() if index + 1 < len(opening) else len(text)
        close = next((c for c in closing if c.start() >= match.end()), None)
        if close is None or close.start() > after:
            what = "is never closed" if close is None else "is not closed before the next begins"
            mistakes.append(Mistake(line, f"the marker {what}; add {syntax.example[1]} below it"))
            continue
        closing.remove(close)
        query, locale, problem = _parse(match["words"], syntax)
        if problem or query is None:
            mistakes.append(Mistake(line, problem))
            continue
        body = text.index("\n", match.end()) + 1
        view = query.catalog if query.catalog in VIEWS else ""
        span = (match.start(), body, close.start(), close.end())
        markers.append(Marker(query, locale, *span, line, view, match["indent"]))
    mistakes += [
        Mistake(_line(text, c.start()), f"{syntax.example[1]} closes no marker") for c in closing
    ]
    return markers, sorted(mistakes, key=lambda mistake: mistake.line)


def _strays(
    text: str, syntax: Syntax, literal: list[tuple[int, int]], usable: Sequence[re.Match[str]]
) -> Iterator[Mistake]:
    """What looks like a marker and is none."""
    starts = {match.end() - len(match[0].lstrip(" \t")) for match in usable}
    for match in syntax.marks.finditer(text):
        start = match.end() - len(match[0].lstrip(" \t"))
        if start in starts or _inside(start, literal):
            continue
        if syntax is MARKDOWN and _in_code(text, start):
            continue
        message = "a marker must stand on a line of its own"
        written = match[0].strip().removeprefix("<!--").removeprefix("..").strip()
        if syntax is RST and match[0].startswith("<!--"):
            message = f"here a marker is written {syntax.example[0]}"
        elif not re.match(r"errbook:(?!:)|/errbook\s*(?:-->|$)", written):
            message = f"a marker is written {syntax.example[0]} and {syntax.example[1]}"
        yield Mistake(_line(text, start), message)


def _inside(offset: int, ranges: Iterable[tuple[int, int]]) -> bool:
    return any(start <= offset < end for start, end in ranges)


def _in_code(text: str, offset: int) -> bool:
    line_start = text.rfind("\n", 0, offset) + 1
    return text.count("`", line_start, offset) % 2 == 1


def _line(text: str, offset: int) -> int:
    return text.count("\n", 0, offset) + 1


def _parse(words: str, syntax: Syntax) -> tuple[Query | None, str, str]:
    try:
        parts = shlex.split(words)
    except ValueError as error:
        return None, "", f"the marker cannot be read: {str(error).lower()}"
    if not parts or "=" in parts[0]:
        return None, "", f"the marker names no catalog; write {syntax.example[0]}"
    options: dict[str, str] = {}
    for part in parts[1:]:
        name, equals, value = part.partition("=")
        if name not in OPTIONS or not equals:
            return None, "", f'unknown option "{part}" in the marker; there is {", ".join(OPTIONS)}'
        if name in options:
            return None, "", f'the marker has the option "{name}" twice'
        options[name] = value
    depth = options.get("heading-depth", "0")
    if not re.fullmatch("[0-9]", depth):
        return None, "", f'heading-depth cannot be "{depth}"; it is 1 to {tables.MAX_DEPTH}'
    columns = columns_of(options.get("columns", "")) or DEFAULT_COLUMNS
    query = Query(parts[0], columns, options.get("where", ""), options.get("sort", ""), int(depth))
    return query, options.get("locale", ""), ""


def columns_of(written: str) -> tuple[str, ...]:
    """The names in a list of columns with commas between them."""
    return tuple(name.strip() for name in written.split(",") if name.strip())


# --- filling -------------------------------------------------------------------------------------


def put(text: str, contents: Sequence[tuple[Marker, str]], syntax: Syntax = MARKDOWN) -> str:
    """Put a text between each pair of markers; everything else stays as it is, byte by byte.

    The lines get the marker's indentation and the line ends of the document.
    """
    pieces, position = [], 0
    for marker, content in contents:
        newline = "\r\n" if text[: marker.body].endswith("\r\n") else "\n"
        lines = [f"{marker.indent}{line}".rstrip() for line in content.strip("\n").split("\n")]
        if syntax is not HTML:
            # To many parsers, a comment and a table are one block without an empty line.
            lines = ["", *lines, ""]
        pieces.append(text[position : marker.body])
        pieces += [f"{line}{newline}" for line in lines]
        position = marker.end
    pieces.append(text[position:])
    return "".join(pieces)


def replace(text: str, table: Callable[[Marker], str]) -> str:
    """Put a table in the place of each pair of markers of a page, markers included."""
    pieces, position = [], 0
    for marker in find(text)[0]:
        pieces.append(text[position : marker.start])
        pieces.append(table(marker).rstrip("\n"))
        position = marker.stop
    pieces.append(text[position:])
    return "".join(pieces)


Make = Callable[[Marker], list[Table]]
"""The tables of a marker; raises `tables.BadQuery` or `tables.BadBook` where there can be none."""


def filled(
    text: str, path: str, syntax: Syntax, make: Make
) -> tuple[list[tuple[Marker, list[Table]]], list[Diagnostic]]:
    """The tables that the markers of a document ask for, their footnotes numbered together.

    Args:
        text: The document.
        path: Its path, for diagnostics.
        syntax: What kind of document it is.
        make: Makes the tables of a marker.

    Returns:
        Each marker with its tables, and what is wrong with markers; the document must stay as it is
        when anything is.
    """
    markers, mistakes = find(text, syntax)
    lines = text.split("\n")

    def say(line: int, message: str) -> Diagnostic:
        shown = lines[line - 1].rstrip("\r")
        column = len(shown) - len(shown.lstrip()) + 1
        return report(
            "EB404", Location(path, line, column), message, "Correct the marker.", line_text=shown
        )

    found = [say(mistake.line, mistake.message) for mistake in mistakes]
    made: list[tuple[Marker, list[Table]]] = []
    for marker in markers:
        if marker.view:
            view = f'"{marker.view}" is for pages of the book\'s own site; name a catalog, or *'
            found.append(say(marker.line, view))
            continue
        try:
            made.append((marker, make(marker)))
        except (BadQuery, BadBook) as error:
            found.append(say(marker.line, str(error)))
    numbered = iter(tables.numbered([table for _, listed in made for table in listed]))
    return [(marker, [next(numbered) for _ in listed]) for marker, listed in made], found
