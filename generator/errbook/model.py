"""The documented errors as frozen data: catalogs, entries, texts with their identities, pages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from errbook import markdown
from errbook.diagnostics import Location

EntrySeverity = Literal["success", "info", "warning", "error", "fatal"]
Status = Literal["active", "deprecated", "retired", "reserved"]
ParamType = Literal[
    "text", "word", "int", "url", "host", "address", "guid", "email", "path", "literal"
]

ID = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*\Z")
"""What an id consists of; a step's too."""
SEVERITIES: tuple[EntrySeverity, ...] = ("success", "info", "warning", "error", "fatal")
"""From harmless to grave."""


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the source, with the identity its translations are kept under."""

    owner: str
    """Who holds it: an entry's id, a catalog's name, ``action:…``, ``note:…``, ``page:…``."""
    slot: str
    """What it is there: ``fix``, ``fix@linux``, ``fix/check-account``, ``title``."""
    source: str
    """Markdown in the source locale."""
    location: Location
    """Where it is written."""
    note: str = ""
    """Advice for translators; readers never see it."""
    literals: tuple[str, ...] = ()
    """Codes and messages of the entry, shown to translators beside the text."""
    catalog: str = ""
    """The catalog whose locale file it is in."""

    @property
    def units(self) -> tuple[markdown.Unit, ...]:
        return markdown.units(self.source)

    def context(self, index: int) -> str:
        """The context (gettext's ``msgctxt``) of the text's unit with this index.

        The first unit has the bare name, the second ``/2`` and so on.
        """
        ordinal = f"/{index + 1}" if index else ""
        return f"{self.owner}|{self.slot}{ordinal}"

    def key(self, index: int) -> str:
        """What names the text's unit in the whole book."""
        return book_key(self.catalog, self.context(index))


def book_key(catalog: str, context: str) -> str:
    """What names a unit in the whole book: two catalogs may each have an action of one name."""
    shared = context.startswith(("action:", "note:"))
    return f"{catalog}:{context}" if shared and catalog else context


@dataclass(frozen=True, slots=True)
class Remedy:
    """A cause or a fix: one text, several steps, or the explicit statement that there is none."""

    texts: tuple[Text, ...]
    """One text, or the steps in order; empty means "no action needed"."""
    steps: bool = False
    """Whether the texts are steps of a list."""


@dataclass(frozen=True, slots=True)
class Param:
    """One part of a message that changes from case to case."""

    name: str
    type: ParamType = "text"
    example: str = ""
    redact: bool = False
    """Whether its value may be private and is masked in links that are shared."""


@dataclass(frozen=True, slots=True)
class Message:
    """Literal output of the product; never translated, never reflowed."""

    text: str
    params: tuple[Param, ...] = ()
    summary: str = ""
    """The product's own short form of the message, literal too."""
    since: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A command or an output that shows the problem or its cure."""

    console: str
    caption: Text | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """What is different on one platform."""

    platform: str
    cause: Remedy
    fix: Remedy


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One change of an entry in one version of the product."""

    version: str
    change: str
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One documented problem: a meaning, which codes and messages lead to."""

    id: str
    catalog: str
    code: str | None
    location: Location
    cause: Remedy | None
    """None only when every variant has its own, or the code is reserved."""
    fix: Remedy | None
    title: Text | None = None
    severity: EntrySeverity = "error"
    category: str = ""
    tags: tuple[str, ...] = ()
    platforms: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    messages: tuple[Message, ...] = ()
    examples: tuple[Example, ...] = ()
    identifiers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    since: str = ""
    status: Status = "active"
    retired_in: str = ""
    reason: Text | None = None
    replaced_by: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    history: tuple[HistoryItem, ...] = ()
    see: tuple[str, ...] = ()
    source: str = ""
    """Where in the product's source the error is raised."""

    @property
    def has_page(self) -> bool:
        """Whether the entry is published; a reserved code is not."""
        return self.status != "reserved"

    @property
    def name(self) -> str:
        """What the entry is called where there is no room for a title: its code, else its id."""
        return self.code or self.id

    @property
    def concerned_platforms(self) -> tuple[str, ...]:
        """The platforms that it names, else those of its variants; none where it concerns all."""
        return self.platforms or tuple(variant.platform for variant in self.variants)

    def remedies(self) -> Iterator[tuple[Literal["cause", "fix"], str, Remedy]]:
        """(field, platform, remedy) of every cause and fix; the platform is empty for the base."""
        if self.cause is not None:
            yield "cause", "", self.cause
        if self.fix is not None:
            yield "fix", "", self.fix
        for variant in self.variants:
            yield "cause", variant.platform, variant.cause
            yield "fix", variant.platform, variant.fix

    def texts(self) -> Iterator[Text]:
        """Every text a reader of the entry's page sees, shared ones included, each once."""
        seen: set[tuple[str, str]] = set()
        for text in self._all_texts():
            if (text.owner, text.slot) not in seen:
                seen.add((text.owner, text.slot))
                yield text

    def _all_texts(self) -> Iterator[Text]:
        if self.title is not None:
            yield self.title
        for _, _, remedy in self.remedies():
            yield from remedy.texts
        for example in self.examples:
            if example.caption is not None:
                yield example.caption
        if self.reason is not None:
            yield self.reason
        for item in self.history:
            if item.note is not None:
                yield item.note


@dataclass(frozen=True)
class Catalog:
    """All entries of one product."""

    name: str
    path: str
    """The file it was read from."""
    title: Text | None = None
    description: Text | None = None
    code_pattern: str = ""
    platforms: tuple[str, ...] = ()
    featured: tuple[str, ...] = ()
    """Ids of the entries that most readers look for."""
    categories: Mapping[str, Text] = field(default_factory=dict)
    actions: tuple[Text, ...] = ()
    """The texts of the shared remedies, used or not."""
    links: Mapping[str, str] = field(default_factory=dict)
    """URL by name."""
    footnotes: Mapping[str, Text] = field(default_factory=dict)
    """Text by label."""
    entries: tuple[Entry, ...] = ()
    texts: tuple[Text, ...] = ()
    """Every text of the file in the order of the file, each once: what translators work on."""

    @cached_property
    def published(self) -> tuple[Entry, ...]:
        """The entries that have a page."""
        return tuple(entry for entry in self.entries if entry.has_page)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of prose."""

    path: str
    """Path below the pages folder, with forward slashes, as in ``guide/start.md``."""
    location: Location
    source: str
    """Its Markdown, with every heading's id written out."""

    @property
    def owner(self) -> str:
        return f"page:{self.path}"

    @property
    def units(self) -> tuple[markdown.Unit, ...]:
        return markdown.units(self.source, "page")

    def context(self, unit: markdown.Unit) -> str:
        """The context (gettext's ``msgctxt``) of one of its units."""
        if unit.kind == "meta":
            return f"{self.owner}|{unit.section}"
        return f"{self.owner}#{unit.section}|{unit.kind}{unit.ordinal}"


@dataclass(frozen=True)
class Book:
    """Everything that is documented, in the source locale."""

    catalogs: tuple[Catalog, ...] = ()
    pages: tuple[Page, ...] = ()

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Every entry by its id."""
        return {entry.id: entry for catalog in self.catalogs for entry in catalog.entries}

    @cached_property
    def published(self) -> tuple[Entry, ...]:
        """Every entry that has a page, in the order of the catalogs."""
        return tuple(entry for catalog in self.catalogs for entry in catalog.published)

    @cached_property
    def beside(self) -> Mapping[str, tuple[Entry | None, Entry | None]]:
        """For the id of each published entry the one before it and the one after it in its catalog,
        or None at an end.
        """
        found = {}
        for catalog in self.catalogs:
            entries = catalog.published
            # One is left over, and of a catalog whose codes are all reserved both ends are.
            rows = zip((None, *entries), entries, (*entries[1:], None), strict=False)
            found.update({entry.id: (before, after) for before, entry, after in rows})
        return found

    def named_by(self, entry: Entry) -> tuple[Entry | None, ...]:
        """The entries that a published entry's page names: others to see, what replaces it, and
        those beside it, of which there is none at an end.
        """
        others = [self.entries[name] for name in (*entry.see, *entry.replaced_by)]
        return (*others, *self.beside[entry.id])

    @cached_property
    def by_code(self) -> Mapping[str, tuple[Entry, ...]]:
        """Every published meaning of a code or an alias, by its upper-case form."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries.values():
            handles = [*([entry.code] if entry.code else [entry.id]), *entry.aliases]
            for handle in dict.fromkeys(name.upper() for name in handles):
                if entry.has_page:
                    found.setdefault(handle, []).append(entry)
        return {handle: tuple(entries) for handle, entries in found.items()}

    @cached_property
    def catalog_by_name(self) -> Mapping[str, Catalog]:
        return {catalog.name: catalog for catalog in self.catalogs}
