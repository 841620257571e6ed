"""What there is to translate: every unit of the source, with its context and its comments."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from errbook import markdown
from errbook.diagnostics import Location
from errbook.model import Book, Catalog, Entry, Page, Text, book_key

PAGES = "pages"
"""Name of the locale file that holds the prose pages."""

_OWNER = re.compile(r"[^|#]*")


@dataclass(frozen=True, slots=True)
class SourceUnit:
    """One unit of the source, as translators and checks need it."""

    context: str
    text: str
    kind: markdown.Kind
    location: Location
    notes: tuple[str, ...] = ()
    """What a translator is told: the author's note, codes and literal messages."""
    placeholders: frozenset[str] = frozenset()
    """Names in braces that stand for values here and must stay."""
    entry: str = ""
    """Id of the entry it belongs to; empty for shared texts, catalogs and pages."""
    catalog: str = ""
    """The catalog it belongs to; empty for pages."""
    page: bool = False
    """Whether the site's builder renders it; fields are rendered by us."""
    formerly: tuple[str, ...] = ()
    """Owners it had before, from the entry's aliases: their translations are its own."""
    key: str = field(init=False, repr=False, compare=False)
    """What names it in the whole book."""
    slot: str = field(init=False, repr=False, compare=False)
    """What it is of its owner, as in ``fix`` or ``title``."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", book_key(self.catalog, self.context))
        object.__setattr__(self, "slot", sys.intern(self.context.rpartition("|")[2]))

    @property
    def owner(self) -> str:
        return owner_of(self.context)

    @property
    def page_path(self) -> str:
        """The path of the page it is on; empty for everything that is on no page."""
        return self.owner.removeprefix("page:") if self.context.startswith("page:") else ""


def owner_of(context: str) -> str:
    """The part of a context that is permanent: the entry, catalog, action, note or page."""
    match = _OWNER.match(context)
    return match[0] if match else context


def book_units(book: Book) -> Mapping[str, tuple[SourceUnit, ...]]:
    """The units of a whole book, by the name of the locale file they belong to."""
    found = {catalog.name: tuple(catalog_units(catalog)) for catalog in book.catalogs}
    if book.pages:
        found[PAGES] = tuple(unit for page in book.pages for unit in page_units(page))
    return found


def catalog_units(catalog: Catalog) -> Iterator[SourceUnit]:
    """The units of one catalog in the order of its file."""
    owners = {entry.id: _Owner.of(entry) for entry in catalog.entries}
    nobody = _Owner()
    for text in catalog.texts:
        owner = owners.get(text.owner, nobody)
        notes = (*_lines(text.note), *owner.notes) if text.note else owner.notes
        for index, unit in enumerate(text.units):
            yield SourceUnit(
                text.context(index),
                unit.text,
                unit.kind,
                location(text, index, unit),
                notes,
                owner.placeholders,
                owner.entry,
                catalog.name,
                formerly=owner.formerly,
            )


def location(text: Text, index: int, unit: markdown.Unit) -> Location:
    """Where a unit of a catalog's text is written."""
    if not index:
        return text.location
    line = text.location.line + unit.line + (1 if "\n" in text.source else 0)
    return Location(text.location.path, line)


@dataclass(frozen=True, slots=True)
class _Owner:
    """What all units of an entry share; nothing of it where they belong to none."""

    notes: tuple[str, ...] = ()
    placeholders: frozenset[str] = frozenset()
    entry: str = ""
    formerly: tuple[str, ...] = ()

    @classmethod
    def of(cls, entry: Entry) -> _Owner:
        code = [f"Code: {entry.code}"] if entry.code else []
        messages = (f"Message: {' '.join(message.text.split())}" for message in entry.messages)
        return cls(
            (*code, *messages),
            frozenset(param.name for message in entry.messages for param in message.params),
            entry.id,
            tuple(alias.lower() for alias in entry.aliases),
        )


def _lines(note: str) -> Iterator[str]:
    return (line.strip() for line in note.splitlines() if line.strip())


def page_units(page: Page) -> Iterator[SourceUnit]:
    """The units of one page in the order in which they stand."""
    for unit in page.units:
        location = Location(page.location.path, unit.line + 1)
        yield SourceUnit(page.context(unit), unit.text, unit.kind, location, page=True)
