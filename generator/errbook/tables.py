"""Tables of entries: which rows and columns they have, in which order, and what is in them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, Protocol, TypeVar

from errbook.locales import Locale
from errbook.markdown import Node
from errbook.model import SEVERITIES, Book, Entry

COLUMNS = (
    "code",
    "title",
    "message",
    "cause",
    "fix",
    "severity",
    "category",
    "platform",
    "identifiers",
    "since",
    "status",
)
"""The columns a table can have."""

DEFAULT_COLUMNS = ("code", "cause", "fix")
SORTS = ("code", "severity", "title")
"""The orders a table can have; without one, it is the order of the file."""
MAX_DEPTH = 6
"""The deepest level of a heading."""

_WORD = r"""'[^']*'|"[^"]*"|[^\s=!|'"]+"""
_CONDITION = re.compile(rf"\s*([\w-]+)\s*(!?=)\s*((?:{_WORD})(?:\|(?:{_WORD}))*)\s*")


class Selectable(Protocol):
    """What a query can ask of an entry, of a book at hand or a published one."""

    @property
    def id(self) -> str: ...
    @property
    def code(self) -> str | None: ...
    @property
    def severity(self) -> str: ...
    @property
    def category(self) -> str: ...
    @property
    def platforms(self) -> tuple[str, ...]: ...
    @property
    def variants(self) -> Sequence[Any]: ...
    @property
    def identifiers(self) -> tuple[tuple[str, tuple[str, ...]], ...]: ...
    @property
    def status(self) -> str: ...
    @property
    def tags(self) -> tuple[str, ...]: ...
    @property
    def since(self) -> str: ...


_VALUES: Mapping[str, Callable[[Selectable], Iterable[str]]] = {
    "id": lambda e: [e.id],
    "code": lambda e: [e.code] if e.code else [],
    "severity": lambda e: [e.severity],
    "category": lambda e: [e.category] if e.category else [],
    "platform": lambda e: e.platforms or [v.platform for v in e.variants],
    "identifier": lambda e: [f"{system}:{v}" for system, values in e.identifiers for v in values],
    "status": lambda e: [e.status],
    "tag": lambda e: e.tags,
    "since": lambda e: [e.since] if e.since else [],
}

Row_ = TypeVar("Row_", bound=Selectable)


class BadQuery(ValueError):
    """A selection that names something that does not exist. ``str()`` says what, and what does."""


class BadBook(ValueError):
    """A book that cannot be read, or that has no such locale. ``str()`` says which, and why."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a table shows."""

    catalog: str
    """The name of a catalog, or ``*`` for all."""
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    where: str = ""
    """Conditions such as ``severity=error|fatal and code!=none``."""
    sort: str = ""
    """One of `SORTS`; without it, the order of the file."""
    depth: int = 0
    """Level of the heading above each catalog's table; 0 for none."""


# --- selection -----------------------------------------------------------------------------------


def select(book: Book, query: Query) -> list[Entry]:
    """The published entries that a query asks for, in its order.

    Raises:
        BadQuery: An unknown catalog, column, condition or order.
    """
    names = check(query, list(book.catalog_by_name))
    rows = [entry for name in names for entry in book.catalog_by_name[name].published]
    return arrange(rows, query, lambda entry: entry.title.source if entry.title else entry.name)


def check(query: Query, catalogs: Sequence[str]) -> list[str]:
    """The names of the catalogs that a query asks for.

    Args:
        query: The query.
        catalogs: The catalogs there are.

    Raises:
        BadQuery: The query names a catalog, column or order that does not exist, or no column.
    """
    if query.catalog != "*" and query.catalog not in catalogs:
        raise BadQuery(_unknown("catalog", query.catalog, [*catalogs, "*"]))
    for column in query.columns:
        if column not in COLUMNS:
            raise BadQuery(_unknown("column", column, COLUMNS))
    if not query.columns:
        raise BadQuery(f"no columns; there is {', '.join(COLUMNS)}")
    if query.sort and query.sort not in SORTS:
        raise BadQuery(_unknown("sort", query.sort, SORTS))
    if not 0 <= query.depth <= MAX_DEPTH:
        raise BadQuery(f"a heading cannot have the depth {query.depth}; it is 1 to {MAX_DEPTH}")
    return [name for name in catalogs if query.catalog in ("*", name)]


def arrange(rows: Iterable[Row_], query: Query, title: Callable[[Row_], str]) -> list[Row_]:
    """The rows that a query's condition accepts, in its order.

    Raises:
        BadQuery: The condition is malformed or names an unknown key.
    """
    accepts = parse_where(query.where)
    found = [row for row in rows if accepts(row)]
    match query.sort:
        case "code":
            found.sort(key=lambda row: (row.code or "~", row.id))
        case "severity":
            order = [str(severity) for severity in SEVERITIES]
            found.sort(key=lambda row: -order.index(row.severity))
        case "title":
            found.sort(key=lambda row: _alphabetical(title(row)))
    return found


def _alphabetical(text: str) -> tuple[str, str]:
    """Sorts words with accents beside those without, and capitals beside small letters."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in parts if not unicodedata.combining(c)), text


def parse_where(where: str) -> Callable[[Selectable], bool]:
    """A condition on entries: ``key=value`` or ``key!=value``, joined by ``and``.

    A value may be several, with ``|`` between them, may hold ``*`` for any characters, and stands
    in quotes where it has a space; ``none`` is true where there is no value.

    Raises:
        BadQuery: The condition is malformed or names an unknown key.
    """
    tests: list[Callable[[Selectable], bool]] = []
    for part in _conditions(where):
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise BadQuery(f'"{part.strip()}" is no condition; write key=value or key!=value')
        key, operator, written = match.groups()
        if key not in _VALUES:
            raise BadQuery(_unknown("condition", key, _VALUES))
        values = [value.strip("'\"").lower() for value in re.findall(_WORD, written)]
        if key == "severity":
            _check_severities(values)
        tests.append(_test(key, operator == "=", values))
    return lambda entry: all(test(entry) for test in tests)


def _conditions(where: str) -> list[str]:
    """The text between the ``and`` that stand outside of quotes."""
    if not where.strip():
        return []
    parts, start = [], 0
    for match in re.finditer(r"""'[^']*'|"[^"]*"|\s(and)\s""", where):
        if match[1]:
            parts.append(where[start : match.start()])
            start = match.end()
    return [*parts, where[start:]]


def _check_severities(values: Iterable[str]) -> None:
    for value in values:
        if "*" not in value and value not in SEVERITIES:
            raise BadQuery(_unknown("severity", value, SEVERITIES))


def _test(key: str, wanted: bool, values: Sequence[str]) -> Callable[[Selectable], bool]:
    patterns = [value.replace("[", "[[]").replace("?", "[?]") for value in values]

    def test(entry: Selectable) -> bool:
        has = [value.lower() for value in _VALUES[key](entry)] or ["none"]
        return any(fnmatchcase(value, pattern) for value in has for pattern in patterns) is wanted

    return test


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, 1)
    hint = f'; did you mean "{near[0]}"?' if near else f"; there is {', '.join(names)}"
    return f'unknown {what} "{name}"{hint}'


# --- tables --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """What one entry has in one column."""

    blocks: tuple[Node, ...] = ()
    """What a reader sees; links lead to URLs, notes have the labels of the table's footnotes."""
    value: object = None
    """The same for a program, where it is no text: a code, a severity, names."""
    locale: str = ""
    """For a text, the tag of the locale it is in."""
    state: str = ""
    """For a text, the state of its translation."""


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of a table."""

    id: str
    url: str
    """The entry's page, or empty."""
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote that some cells refer to."""

    label: str
    """Unique in the document the table stands in."""
    blocks: tuple[Node, ...]
    number: int = 0
    """Position in the document, counted from 1."""
    here: bool = True
    """Whether this table carries the text; an earlier one of the document may."""


@dataclass(frozen=True)
class Table:
    """The entries of one catalog in one locale, ready for a writer of any format."""

    catalog: str
    title: str
    """The catalog's title in plain words."""
    columns: tuple[str, ...]
    headings: tuple[str, ...]
    """What readers call the columns."""
    locale: Locale
    rows: tuple[Row, ...] = ()
    notes: tuple[Note, ...] = ()
    """The footnotes in the order of their first use."""
    depth: int = 0
    """Level of the heading above it; 0 for none."""
    nothing: str = ""
    """What readers are told where there are no rows."""
    words: Mapping[str, str] = field(default_factory=dict)
    """What else the interface says around a table, by its English words."""


def notes_in(blocks: Iterable[Node]) -> Iterator[str]:
    """The labels of the footnotes that nodes refer to, in reading order, repetitions included."""
    for node in blocks:
        if node.kind == "note":
            yield node.text
        yield from notes_in(node.children)


def numbered(tables: Sequence[Table]) -> list[Table]:
    """Make the footnotes of one document's tables fit together.

    They are numbered in the order of their first use, each text stands below the first table that
    needs it, and where two texts have one label (two locales in one document), the later one gets
    another.
    """
    known: dict[str, Note] = {}
    result = []
    for table in tables:
        notes, names = [], {}
        for note in table.notes:
            label, number = note.label, 1
            while label in known and known[label].blocks != note.blocks:
                number += 1
                label = f"{note.label}-{number}"
            here = label not in known
            if here:
                known[label] = replace(note, label=label, number=len(known) + 1)
            notes.append(replace(known[label], here=here))
            names[note.label] = label
        result.append(_renamed(replace(table, notes=tuple(notes)), names))
    return result


def _renamed(table: Table, names: Mapping[str, str]) -> Table:
    if all(old == new for old, new in names.items()):
        return table

    def named(node: Node) -> Node:
        text = names.get(node.text, node.text) if node.kind == "note" else node.text
        return replace(node, text=text, children=tuple(map(named, node.children)))

    def cell(old: Cell) -> Cell:
        return replace(old, blocks=tuple(map(named, old.blocks)))

    return replace(
        table,
        rows=tuple(replace(row, cells=tuple(map(cell, row.cells))) for row in table.rows),
        notes=tuple(replace(n, blocks=tuple(map(named, n.blocks))) for n in table.notes),
    )
