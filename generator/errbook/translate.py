"""One locale laid over the source along its fallback chain, remembering what fell back."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property

from errbook import markdown, provenance
from errbook.checks import terms as term_checks
from errbook.checks import unit as unit_checks
from errbook.checks import waivers
from errbook.diagnostics import Diagnostic, Location, Severity, worst
from errbook.extract import SourceUnit, owner_of
from errbook.locales import Locale
from errbook.model import Entry, Page, Remedy, Text
from errbook.po import Message
from errbook.provenance import Origin
from errbook.terms import LocalTerms

_NUMBER = re.compile(r"[-+−]?\d+(?:[.,]\d+)*")
_MEANINGFUL = frozenset("_%‰&@#/\\")
"""Punctuation that is part of what is said: a path, a name, ``C#``, per cent."""


class State(Enum):
    """What a locale has for a unit of the source."""

    MISSING = "missing"
    """No translation."""
    STALE = "stale"
    """A translation of another source text than today's."""
    FUZZY = "fuzzy"
    """A translation that its file marks as unsure."""
    BLOCKED = "blocked"
    """A translation that lost or changed what it must keep."""
    COSMETIC = "cosmetic"
    """A translation of a source that differed in case, punctuation or space only; it is shown."""
    OK = "ok"

    shown: bool
    """Whether readers see the translation."""

    def __init__(self, value: str) -> None:
        self.shown = value in ("ok", "cosmetic")


@dataclass(frozen=True, slots=True)
class UnitState:
    """The state of one unit in one locale."""

    unit: SourceUnit
    state: State
    text: str = ""
    """The translation, whatever its state."""
    message: Message | None = None
    """The message of the PO file that was matched."""
    location: Location | None = None
    """The place of its msgstr."""
    findings: tuple[Diagnostic, ...] = ()
    waived: frozenset[str] = frozenset()
    """Codes of findings that a comment of the translator accepts."""


def match(
    units: Sequence[SourceUnit], messages: Sequence[Message]
) -> tuple[list[Message | None], list[Message]]:
    """Find the message of each unit.

    Within an owner, first by context and source text, then by source text alone, and only then by
    context: an inserted paragraph makes nothing else stale, and no message is ever given to a unit
    because its text looks similar. Comments that outlived their translation come last. What an
    owner was called before (an entry's aliases) is its own, unless something else has that name
    now.

    Returns:
        The message of each unit, or None, and the messages that no unit took, in their order.
    """
    found: list[Message | None] = [None] * len(units)
    free = {n: m for n, m in enumerate(messages) if m.text or not m.obsolete}
    remarks = {n: m for n, m in enumerate(messages) if m.comment and n not in free}
    open_units, now = list(range(len(units))), _renamed(units)
    passes = (
        (free, lambda m: (now(m.context), composed(m.source)), lambda u: (u.context, u.text)),
        (
            free,
            lambda m: (owner_of(now(m.context)), composed(m.source)),
            lambda u: (u.owner, u.text),
        ),
        (free, lambda m: now(m.context), lambda u: u.context),
        (remarks, lambda m: now(m.context), lambda u: u.context),
    )
    for pool, message_key, unit_key in passes:
        by_key: dict[object, list[int]] = {}
        for number, message in pool.items():
            by_key.setdefault(message_key(message), []).append(number)
        for numbers in by_key.values():
            if len(numbers) > 1:
                numbers.sort(key=lambda n: _preference(messages[n], n), reverse=True)
        still_open = []
        for index in open_units:
            candidates = by_key.get(unit_key(units[index]))
            if candidates:
                number = candidates.pop()
                found[index] = pool.pop(number)
            else:
                still_open.append(index)
        open_units = still_open
        if not open_units:
            break
    taken = {id(message) for message in found}
    return found, [message for message in messages if id(message) not in taken]


def _renamed(units: Sequence[SourceUnit]) -> Callable[[str], str]:
    """Gives the context that an older one has today."""
    living = {unit.owner for unit in units}
    owners = {old: unit.owner for unit in units for old in unit.formerly if old not in living}

    def now(context: str) -> str:
        old = owner_of(context)
        return f"{owners[old]}{context[len(old) :]}" if old in owners else context

    return now if owners else str


def _preference(message: Message, number: int) -> tuple[bool, bool, bool, int]:
    """Living messages before obsolete ones, then translated before empty, sure before fuzzy."""
    return message.obsolete, not message.text, message.fuzzy, number


def composed(text: str) -> str:
    """The text in Unicode's form NFC, in which texts are compared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def cosmetic(old: str, new: str) -> bool:
    """Whether two source texts differ in letter case, punctuation and space only.

    What their markup holds (code, links, footnotes, tags) and their numbers must be equal.
    """
    if old == new:
        return True
    if _words(old) != _words(new):
        return False
    if _NUMBER.findall(old) != _NUMBER.findall(new):
        return False
    before, after = markdown.inventory(old), markdown.inventory(new)
    kept = ("shape", "code", "links", "footnotes", "tags", "attributes")
    return all(getattr(before, name) == getattr(after, name) for name in kept)


def _words(text: str) -> list[str]:
    """The words of a text without letter case and punctuation; symbols and vowel signs count."""
    return "".join(
        character
        if character in _MEANINGFUL or unicodedata.category(character)[0] not in "PZ"
        else " "
        for character in text.casefold()
    ).split()


def states(
    units: Sequence[SourceUnit],
    messages: Sequence[Message],
    locale: Locale,
    path: str,
    mentions: re.Pattern[str] | None = None,
    terms: LocalTerms | None = None,
) -> dict[str, UnitState]:
    """The state of each unit in one locale, by its key, from nothing but the texts.

    Args:
        units: The units of one locale file.
        messages: The messages of that file.
        locale: The locale.
        path: The file, for locations.
        mentions: Finds the book's error codes in a text.
        terms: The glossary in the locale.
    """
    matched, _ = match(units, messages)
    found = {}
    for unit, message in zip(units, matched, strict=True):
        found[unit.key] = _state(unit, message, locale, path, mentions, terms)
    return found


def _state(
    unit: SourceUnit,
    message: Message | None,
    locale: Locale,
    path: str,
    mentions: re.Pattern[str] | None,
    terms: LocalTerms | None,
) -> UnitState:
    if message is None or not message.text.strip() or message.obsolete:
        return UnitState(unit, State.MISSING, message=message)
    location = Location(path, message.line)
    text = composed(message.text.strip())
    result = State.OK
    if composed(message.source) != unit.text:
        result = State.COSMETIC if cosmetic(composed(message.source), unit.text) else State.STALE
    if result is not State.STALE and message.fuzzy:
        result = State.FUZZY
    if not result.shown:
        return UnitState(unit, result, text, message, location)
    pair = unit_checks.Pair(unit, text, locale, mentions, terms=terms)
    findings = list(unit_checks.run(pair, location))
    if terms is not None:
        findings += unit_checks.found_by(term_checks.BLOCKING, pair, location)
    if not findings:
        return UnitState(unit, result, text, message, location)
    accepted = waivers.accepted(waivers.of(message.comment))
    waived = accepted & {finding.code for finding in findings}
    left = tuple(finding for finding in findings if finding.code not in waived)
    if worst(left) is Severity.ERROR:
        result = State.BLOCKED
    return UnitState(unit, result, text, message, location, left, waived)


# --- texts along the chain -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Served:
    """One unit as a reader gets it."""

    text: str
    locale: Locale
    """The locale the text is in."""
    state: State
    """The state in the reader's own locale."""
    draft: bool = False
    """Whether it is shown in a preview only, for it is not settled."""


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text in a reader's language, where it exists."""

    markdown: str
    units: tuple[Served, ...]

    def fallen_back(self, reader: Locale) -> dict[int, Served]:
        """The units that a reader of a locale gets in another language, by index."""
        for served in self.units:
            if served.locale is not reader:
                break
        else:
            return {}
        return {
            index: served
            for index, served in enumerate(self.units)
            if served.locale is not reader and not served.locale.same_language(reader)
        }

    def is_settled(self, reader: Locale) -> bool:
        """Whether a reader of a locale gets all of it in their language, and no draft of it."""
        for served in self.units:
            if served.draft or not (served.locale is reader or served.locale.same_language(reader)):
                return False
        return True


def _is_unreviewed(message: Message) -> bool:
    found = provenance.of(message)
    return found.origin is Origin.MACHINE and not found.reviewer


@dataclass(frozen=True)
class Translation:
    """All texts of a book in one locale."""

    locale: Locale
    chain: tuple[Locale, ...]
    """The locales to try, the source last."""
    states: Mapping[Locale, Mapping[str, UnitState]]
    """For each locale of the chain but the source, the state of each unit by its key."""
    drafts: Mapping[str, str] = field(default_factory=dict)
    """What a preview shows of the locale's translations that are not settled, by the unit's key."""
    _texts: dict[tuple[str, str, str], LocalizedText] = field(default_factory=dict, repr=False)
    """What `text` found: a page asks for the same texts many times."""

    @property
    def source(self) -> Locale:
        return self.chain[-1]

    @cached_property
    def _own(self) -> Mapping[str, UnitState]:
        """The states in this very locale; the source has none."""
        return self.states[self.locale] if len(self.chain) > 1 else {}

    @cached_property
    def _unknown(self) -> State:
        """The state of what has none: all that the source has is as it must be."""
        return State.MISSING if len(self.chain) > 1 else State.OK

    def served(self, key: str, source_text: str) -> Served:
        """The best text there is for a unit of the book, by its key."""
        own = self._own.get(key)
        state = own.state if own is not None else self._unknown
        draft = self.drafts.get(key)
        if draft is not None:
            return Served(draft, self.locale, state, draft=True)
        if own is not None and state.shown:
            return Served(own.text, self.locale, state)
        for locale in self.chain[1:-1]:
            found = self.states[locale].get(key)
            if found is not None and found.state.shown:
                return Served(found.text, locale, state)
        return Served(source_text, self.source, state)

    def is_served(self, key: str) -> bool:
        """Whether readers get a unit of the book in their language, by its key."""
        own = self._own.get(key)
        if own is not None and own.state.shown:
            return True
        return self.served(key, "").locale.same_language(self.locale)

    def text(self, text: Text) -> LocalizedText:
        """A text of the source in this locale."""
        name = (text.catalog, text.owner, text.slot)
        found = self._texts.get(name)
        if found is None:
            found = self._texts[name] = self._text(text)
        return found

    def _text(self, text: Text) -> LocalizedText:
        cut = text.units
        served = tuple([self.served(text.key(i), unit.text) for i, unit in enumerate(cut)])
        if len(self.chain) == 1:
            return LocalizedText(text.source, served)
        replacements = {i: s.text for i, s in enumerate(served) if s.locale != self.source}
        return LocalizedText(markdown.splice(text.source, cut, replacements), served)

    def page_units(self, page: Page) -> tuple[Served, ...]:
        """The units of a page in this locale."""
        return tuple(self.served(page.context(unit), unit.text) for unit in page.units)

    @cached_property
    def unreviewed(self) -> frozenset[str]:
        """Keys of the units that readers get as a machine translated them, reviewed by nobody."""
        found: set[str] = set()
        for locale in reversed(self.chain[:-1]):
            for key, state in self.states[locale].items():
                if state.state.shown:
                    by_machine = state.message is not None and _is_unreviewed(state.message)
                    (found.add if by_machine else found.discard)(key)
        return frozenset(found)

    def is_unreviewed(self, text: Text) -> bool:
        """Whether readers get some of a text as a machine translated it, reviewed by nobody."""
        if not self.unreviewed:
            return False
        return any(text.key(index) in self.unreviewed for index in range(len(text.units)))

    def satisfied(self, texts: Iterable[Text]) -> bool:
        """Whether a reader of this locale gets all these texts in their language."""
        return all(self.text(text).is_settled(self.locale) for text in texts)

    def is_complete(self, entry: Entry) -> bool:
        """Whether the entry's cause and fix are there in the reader's language: the contract."""
        return self.satisfied(text for _, _, r in entry.remedies() for text in r.texts)

    def remedy_fallen_back(self, remedy: Remedy) -> bool:
        """Whether every text of a remedy is shown in another language."""
        return bool(remedy.texts) and all(
            len(found.fallen_back(self.locale)) == len(found.units)
            for found in map(self.text, remedy.texts)
        )

    def findings(self, key: str) -> tuple[Diagnostic, ...]:
        """What the checks found in this locale's own translation of a unit, by its key."""
        own = self._own.get(key)
        return own.findings if own is not None else ()
