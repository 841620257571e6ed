"""Tables of entries: which rows and columns a table has, in which order."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

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

_CONDITION = re.compile(r"\s*([\w-]+)\s*(!?=)\s*([^\s=!]+)\s*")

_VALUES: Mapping[str, Callable[[Entry], Iterable[str]]] = {
    "id": lambda e: [e.id],
    "code": lambda e: [e.code] if e.code else [],
    "severity": lambda e: [e.severity],
    "category": lambda e: [e.category] if e.category else [],
    "platform": lambda e: e.platforms or [v.platform for v in e.variants],
    "status": lambda e: [e.status],
    "tag": lambda e: e.tags,
    "since": lambda e: [e.since] if e.since else [],
}


class BadQuery(ValueError):
    """A selection that names something that does not exist. ``str()`` says what, and what does."""


@dataclass(frozen=True, slots=True)
class Query:
    """What a table shows."""

    catalog: str
    columns: tuple[str, ...] = DEFAULT_COLUMNS
    where: str = ""
    """Conditions such as ``severity=error|fatal and code!=none``."""
    sort: str = ""
    """``code``, ``severity`` or ``title``; without it, the order of the file."""


def select(book: Book, query: Query) -> list[Entry]:
    """The published entries that a query asks for, in its order.

    Raises:
        BadQuery: An unknown catalog, column, condition or order.
    """
    if query.catalog != "*" and query.catalog not in book.catalog_by_name:
        raise BadQuery(_unknown("catalog", query.catalog, [*book.catalog_by_name, "*"]))
    for column in query.columns:
        if column not in COLUMNS:
            raise BadQuery(_unknown("column", column, COLUMNS))
    accepts = parse_where(query.where)
    catalogs = [c for c in book.catalogs if query.catalog in ("*", c.name)]
    rows = [entry for catalog in catalogs for entry in catalog.published if accepts(entry)]
    match query.sort:
        case "":
            pass
        case "code":
            rows.sort(key=lambda entry: (entry.code or "~", entry.id))
        case "severity":
            rows.sort(key=lambda entry: -SEVERITIES.index(entry.severity))
        case "title":
            rows.sort(key=lambda entry: entry.title.source if entry.title else entry.name)
        case other:
            raise BadQuery(_unknown("sort", other, ("code", "severity", "title")))
    return rows


def parse_where(where: str) -> Callable[[Entry], bool]:
    """A condition on entries: ``key=value`` or ``key!=value``, joined by ``and``.

    A value may be several, with ``|`` between them; ``none`` is true where there is no value.

    Raises:
        BadQuery: The condition is malformed or names an unknown key.
    """
    tests: list[Callable[[Entry], bool]] = []
    for part in re.split(r"\s+and\s+", where.strip()) if where.strip() else []:
        match = _CONDITION.fullmatch(part)
        if match is None:
            raise BadQuery(f'"{part}" is no condition; write key=value or key!=value')
        key, operator, value = match.groups()
        if key not in _VALUES:
            raise BadQuery(_unknown("condition", key, _VALUES))
        tests.append(_test(key, operator == "=", frozenset(value.lower().split("|"))))
    return lambda entry: all(test(entry) for test in tests)


def _test(key: str, wanted: bool, values: frozenset[str]) -> Callable[[Entry], bool]:
    def test(entry: Entry) -> bool:
        has = [value.lower() for value in _VALUES[key](entry)] or ["none"]
        return bool(values.intersection(has)) is wanted

    return test


def _unknown(what: str, name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = difflib.get_close_matches(name, names, 1)
    hint = f'; did you mean "{near[0]}"?' if near else f"; there is {', '.join(names)}"
    return f'unknown {what} "{name}"{hint}'
