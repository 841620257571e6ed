"""Tells of each entry what the source says of it, wherever in the source that stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pydantic import TypeAdapter

from errbook import storage
from errbook.model import Book, Catalog, Entry

_CATALOG = TypeAdapter(Catalog)
_ENTRY = TypeAdapter(Entry)
_LOCATION = re.compile(rb'"location":\{[^{}]*\}')
"""A place, in JSON; in a text the quotation marks would have a backslash before them."""


def digests(book: Book) -> dict[str, str]:
    """For each published entry's id a digest of all that its page and its data are made from.

    What its texts say and lead to is not in it, for that hangs on the locale, and no place: lines
    move with every edit above them.
    """
    found = {}
    targets = {catalog.name: storage.digest(repr(catalog.links)) for catalog in book.catalogs}
    for catalog in book.catalogs:
        frame = _without_places(
            _CATALOG.dump_json(replace(catalog, entries=(), texts=(), actions=()))
        )
        common = storage.digest(frame)
        for entry in catalog.published:
            own = storage.digest(_without_places(_ENTRY.dump_json(entry)))
            named = list(_named(book, targets, entry))
            found[entry.id] = storage.digest(f"{common} {own} {named!r}")
    return found


def _without_places(written: bytes) -> bytes:
    return _LOCATION.sub(b"", written)


def _named(book: Book, targets: Mapping[str, str], entry: Entry) -> Iterator[object]:
    """What an entry's page and data say of other entries, but for their titles; and which entries
    have its code too.

    Args:
        book: The book.
        targets: For each catalog's name a digest of what its titles can link to by a name.
        entry: The entry.
    """
    for other in book.named_by(entry):
        yield other and (
            *(other.id, other.code, other.status, [m.text for m in other.messages[:1]]),
            targets[other.catalog],
        )
    yield [other.id for other in book.by_code[(entry.code or entry.id).upper()]]
