"""Everything that leads to an entry: finds it by code, alias, identifier or message text."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from errbook import patterns, phrases
from errbook.phrases import Param, Phrase

if TYPE_CHECKING:  # explain reads bundles without the book's model, which takes long to import
    from errbook.model import Book, Entry

VERSION = 1
"""Version of the matcher's JSON form; it grows only when a program must read it differently."""

_DISTINCTIVE = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9]).{5,64}\Z")
"""Identifiers such as 0x80070005, which a log can only mean as such; 13 is none."""


@dataclass(frozen=True, slots=True)
class Handles:
    """Everything that leads to one entry."""

    id: str
    code: str = ""
    aliases: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(system, values), as in ``("exit-code", ("13",))``."""
    messages: tuple[tuple[str, str, tuple[Param, ...]], ...] = ()
    """(text, summary, parameters)."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.code, self.id, *self.aliases) if name))


def handles(entry: Entry) -> Handles:
    """The handles of an entry of a book."""
    messages = tuple(
        (m.text, m.summary, tuple(Param(p.name, p.type, p.redact) for p in m.params))
        for m in entry.messages
    )
    return Handles(entry.id, entry.code or "", entry.aliases, entry.identifiers, messages)


def of_book(book: Book) -> Index:
    """The index of a book's published entries."""
    written = tuple(catalog.code_pattern for catalog in book.catalogs if catalog.code_pattern)
    return Index(tuple(map(handles, book.published)), written)


@dataclass(frozen=True)
class Index:
    """All handles of a book."""

    entries: Sequence[Handles]
    code_patterns: tuple[str, ...] = ()
    names: Mapping[str, tuple[str, ...]] | None = field(default=None, compare=False)
    """What `by_name` is, where somebody knows it without looking through the entries."""

    # --- one name --------------------------------------------------------------------------------

    @cached_property
    def by_name(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the entries that a code, an id or an alias means, by its lower-case form."""
        if self.names is not None:
            return self.names
        return _grouped((name.lower(), e.id) for e in self.entries for name in e.names)

    @cached_property
    def by_identifier(self) -> Mapping[str, tuple[str, ...]]:
        """The same for identifiers: ``exit-code:13``, and ``13`` alone."""
        pairs = []
        for entry in self.entries:
            for system, values in entry.identifiers:
                for value in values:
                    pairs += [(f"{system}:{value}".lower(), entry.id), (value.lower(), entry.id)]
        return _grouped(pairs)

    @cached_property
    def _by_number(self) -> Mapping[str, tuple[str, ...]]:
        numbers = ((re.sub(r"\D", "", e.code).lstrip("0"), e.id) for e in self.entries if e.code)
        return _grouped((number, identifier) for number, identifier in numbers if number)

    @cached_property
    def _by_message(self) -> Mapping[str, tuple[str, ...]]:
        pairs = []
        for entry in self.entries:
            for text, summary, _ in entry.messages:
                pairs += [(_plain(literal), entry.id) for literal in (text, summary) if literal]
        return _grouped(pairs)

    def resolve(self, name: str) -> tuple[str, ...]:
        """The ids of the entries that somebody means with a name; letter case does not matter.

        A code, id or alias counts first, then ``system:value`` or ``system=value``, then a message
        to the letter, then the value of an identifier, then the number of a code alone.
        """
        wanted = name.strip().lower()
        identifier = re.sub(r"(?:\s*[:=]\s*|\s+)(?=[^\s:=]+\Z)", ":", wanted)
        identifier = re.sub(r"\s+", "-", identifier)
        return (
            self.by_name.get(wanted)
            or self.by_identifier.get(identifier)
            or self._by_message.get(_plain(name))
            or self.by_identifier.get(wanted)
            or (self._by_number.get(wanted.lstrip("0")) if wanted.isdigit() else None)
            or ()
        )

    def nearest(self, name: str, count: int = 3) -> tuple[str, ...]:
        """The codes, ids, aliases and identifiers that look most like a name, best first."""
        known: dict[str, str] = {}
        for entry in self.entries:
            for handle in entry.names if entry.code else (entry.id, *entry.aliases):
                known.setdefault(handle.lower(), handle)
            for system, values in entry.identifiers:
                known.update((f"{system}:{v}".lower(), f"{system}:{v}") for v in values)
        wanted = name.strip().lower()
        close = difflib.get_close_matches(wanted, known, 4 * count, 0.7)
        # A number is most often wrong at its end: 0018 is nearer to 0019 than 0101 is.
        close.sort(key=lambda handle: -_common_start(handle, wanted))
        return tuple(known[handle] for handle in close[:count])

    # --- texts -----------------------------------------------------------------------------------

    def private(self, entry: str) -> frozenset[str]:
        """The names of an entry's parameters whose values may be private."""
        return self._private.get(entry, frozenset())

    @cached_property
    def _private(self) -> Mapping[str, frozenset[str]]:
        return {
            entry.id: frozenset(
                p.name for _, _, params in entry.messages for p in params if p.redact
            )
            for entry in self.entries
            if entry.messages
        }

    @cached_property
    def sharing(self) -> Mapping[str, frozenset[str]]:
        """For each entry with a summary, the entries that have one of its summaries."""
        pairs = [(s, e.id) for e in self.entries for _, s, _ in e.messages if s]
        found: dict[str, set[str]] = {}
        for group in _grouped(pairs).values():
            for identifier in group:
                found.setdefault(identifier, set()).update(group)
        return {identifier: frozenset(group) for identifier, group in found.items()}

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """What finds the messages, and the handles that no code pattern finds."""
        codes = [patterns.compile_code(pattern) for pattern in self.code_patterns]
        found: list[Phrase | None] = []
        for entry in self.entries:
            for text, summary, params in entry.messages:
                found.append(phrases.phrase(entry.id, text, params))
                if summary:
                    found.append(phrases.phrase(entry.id, summary, kind="summary"))
            values = [v for _, group in entry.identifiers for v in group if _DISTINCTIVE.match(v)]
            coded = [name for name in (entry.code, *entry.aliases) if name]
            for name in dict.fromkeys([*coded, *values]):
                if name in values or not any(code.fullmatch(name) for code in codes):
                    found.append(phrases.phrase(entry.id, name, kind="handle"))
        return phrases.with_rarest(dict.fromkeys(item for item in found if item is not None))

    def as_json(self) -> dict[str, Any]:
        """The matcher for a program in another language, the browser above all."""
        return {
            "version": VERSION,
            "codes": list(self.code_patterns),
            "names": {name: list(ids) for name, ids in self.by_name.items()},
            "identifiers": {name: list(ids) for name, ids in self.by_identifier.items()},
            "phrases": [item.as_json() for item in self.phrases],
            "redact": {entry: sorted(names) for entry, names in self._private.items() if names},
        }

    def written(self) -> str:
        """The matcher as the text of a file."""
        return json.dumps(self.as_json(), ensure_ascii=False, separators=(",", ":")) + "\n"


def _common_start(left: str, right: str) -> int:
    """How many characters two texts have in common at their beginning."""
    differing = (n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b)
    return next(differing, min(len(left), len(right)))


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, identifier in pairs:
        found.setdefault(name, {})[identifier] = None
    return {name: tuple(ids) for name, ids in found.items()}


def _plain(text: str) -> str:
    return phrases.fold(text).rstrip(".").lower()
