"""The book while it is resolved: its files, what was opened of them, and the mistakes so far."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from errbook.diagnostics import Diagnostic, Severity, report
from errbook.model import Remedy, Text
from errbook.schema import CatalogForm, EntryForm
from errbook.yamltext import Document

Path = tuple[str | int, ...]
"""Keys and indexes that lead to a place of a file."""
FieldName = Literal["cause", "fix"]
FIELDS: tuple[FieldName, ...] = ("cause", "fix")

TextMaker = Callable[[str, str, Path], Text]
"""Makes a text of (what its slot ends in, its source, its path) and notes it down."""

MAX_SUGGESTIONS = 200
"""After how many mistakes no similar names are looked for any more."""


@dataclass(frozen=True, slots=True)
class Source:
    """One catalog file that has the right form."""

    document: Document
    form: CatalogForm


@dataclass(slots=True)
class DraftCatalog:
    """A catalog on its way into the book."""

    source: Source
    texts: dict[tuple[str, str], Text] = field(default_factory=dict)
    """Every text by (owner, slot), in the order in which they were met."""
    paths: dict[tuple[str, str], Path] = field(default_factory=dict)
    """Where each text stands, by the same keys."""
    actions: dict[tuple[str, FieldName], Remedy | None] = field(default_factory=dict)
    """The causes and fixes of actions that are resolved."""
    used: set[str] = field(default_factory=set)
    """Names of actions, links and footnotes that something uses, as ``kind:name``."""

    @property
    def name(self) -> str:
        """The catalog's name, as the file gives it."""
        return self.source.form.catalog

    @property
    def document(self) -> Document:
        """The file it is read from."""
        return self.source.document

    def add(
        self,
        owner: str,
        slot: str,
        source: str,
        path: Path,
        note: str = "",
        literals: tuple[str, ...] = (),
    ) -> Text:
        """Make one of the catalog's texts and note down where it stands."""
        location = self.document.at(self.document.place(path))
        text = Text(owner, slot, source.strip("\n"), location, note.strip(), literals, self.name)
        self.texts[owner, slot] = text
        self.paths[owner, slot] = path
        return text


@dataclass(slots=True)
class DraftEntry:
    """An entry on its way into the book."""

    catalog: DraftCatalog
    key: str
    form: EntryForm
    id: str
    code: str | None
    remedies: dict[FieldName, Remedy | None] = field(default_factory=dict)
    """Its cause and fix, as far as they are resolved."""

    @property
    def document(self) -> Document:
        """The file it is read from."""
        return self.catalog.document

    @property
    def path(self) -> Path:
        """Where it stands in its file."""
        return ("entries", self.key)

    def maker(self, slot: str) -> TextMaker:
        """What makes the texts of one of its slots (``fix``, ``example/1``)."""
        literals = tuple(message.text for message in self.form.messages)
        if self.code:
            literals = (self.code, *literals)
        return lambda suffix, source, path: self.catalog.add(
            self.id, f"{slot}{suffix}", source, path, self.form.note, literals
        )


class Draft:
    """All that the steps of resolving share."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = sources
        self.found: list[Diagnostic] = []
        """Every mistake, in the order in which they were met."""
        self.entries: dict[str, DraftEntry] = {}
        """The entries of all catalogs by id."""
        self.by_code: dict[str, str] = {}
        """Id by code, in upper case."""
        self.following: list[tuple[str, FieldName]] = []
        """The references that are being followed, outermost first."""

    def entries_of(self, catalog: DraftCatalog) -> Iterator[DraftEntry]:
        """The entries of one catalog, in the order of its file."""
        return (entry for entry in self.entries.values() if entry.catalog is catalog)

    def report(
        self,
        code: str,
        document: Document,
        path: Path,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        severity: Severity | None = None,
        inside: tuple[str, str] | None = None,
        **subject: str,
    ) -> None:
        """Note down a mistake.

        Args:
            code: Key into the rules of `errbook.diagnostics`.
            document: The file.
            path: The place in it.
            message: What is wrong.
            hint: What to do about it.
            key: Point to the path's last key instead of to its value.
            severity: Another severity than the rule's.
            inside: (text, part), to point to a part of the text that stands there.
            **subject: What it is about.
        """
        place = document.key_place(path) if key else document.place(path)
        location = document.at(place)
        if inside is not None and inside[1] in inside[0]:
            location = document.at(place, offset=inside[0].index(inside[1]), text=inside[0])
        line = document.line(location.line)
        self.found.append(
            report(code, location, message, hint, severity=severity, line_text=line, **subject)
        )

    def suggest(self, name: str, known: Iterable[str], what: str) -> str:
        """The hint for a name that is not among the known ones.

        Args:
            name: The name that was written.
            known: The names there are.
            what: The key of the file under which they are defined.
        """
        # Hundreds of missing names are a missing file; comparing each with all would take minutes.
        few = len(self.found) < MAX_SUGGESTIONS
        near = difflib.get_close_matches(name, list(known), 1) if few else []
        if near:
            return f'Did you mean "{near[0]}"?'
        return f"Define it under {what}." if what != "entries" else "Use the id of an entry."
