"""What there is to translate: every unit of the source, with its context and its comments."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from errbook import markdown
from errbook.diagnostics import Location
from errbook.model import Book, Catalog, Entry, Page, book_key

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
    entries = {entry.id: entry for entry in catalog.entries}
    for text in catalog.texts:
        entry = entries.get(text.owner)
        notes = tuple(_notes(text.note, entry))
        names = (
            frozenset(p.name for m in entry.messages for p in m.params) if entry else frozenset()
        )
        for index, unit in enumerate(text.units):
            line = text.location.line + unit.line + (1 if "\n" in text.source else 0)
            yield SourceUnit(
                text.context(index),
                unit.text,
                unit.kind,
                text.location if not index else Location(text.location.path, line),
                notes,
                names,
                entry.id if entry else "",
                catalog.name,
                formerly=tuple(alias.lower() for alias in entry.aliases) if entry else (),
            )


def _notes(note: str, entry: Entry | None) -> Iterator[str]:
    yield from (line.strip() for line in note.splitlines() if line.strip())
    if entry is None:
        return
    if entry.code:
        yield f"Code: {entry.code}"
    for message in entry.messages:
        yield f"Message: {' '.join(message.text.split())}"


def page_units(page: Page) -> Iterator[SourceUnit]:
    """The units of one page in the order in which they stand."""
    for unit in page.units:
        location = Location(page.location.path, unit.line + 1)
        yield SourceUnit(page.context(unit), unit.text, unit.kind, location, page=True)
