"""How far the translations are: by locale, catalog, state and origin; texts, words and entries."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from errbook import markdown, provenance, translate, typed
from errbook.diagnostics import Location
from errbook.extract import SourceUnit
from errbook.locales import Locale
from errbook.model import Book
from errbook.po import Message
from errbook.translate import State, Translation, UnitState

_WORD = re.compile(r"[぀-ヿ㐀-鿿가-힯]|[^\W_぀-ヿ㐀-鿿가-힯]+(?:[’'-][^\W_]+)*")
"""A word; in scripts without spaces a character counts as one."""

TO_DO = (State.BLOCKED, State.STALE, State.FUZZY, State.MISSING)
"""The states in which a unit needs somebody, the gravest first."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number of texts and of the words in their source."""

    texts: int = 0
    words: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.texts + other.texts, self.words + other.words)

    def percent(self, total: Count) -> int:
        """Share of the texts, rounded down, so that 100 means all of them."""
        return 100 * self.texts // total.texts if total.texts else 100


@dataclass(frozen=True, slots=True)
class Item:
    """One unit in one locale."""

    locale: Locale
    name: str
    """The name of its locale file: a catalog's, or ``pages``."""
    unit: SourceUnit
    state: State
    served: bool
    """Whether readers get it in their language, from this locale or one that serves it."""
    location: Location
    """The place of its translation, or the head of the file where there is none."""
    text: str = ""
    """The translation, whatever its state."""
    previous: str = ""
    """The source text the translation was made from, where it is another than today's."""
    provenance: provenance.Provenance | None = None
    """None where there is no translation."""
    problems: tuple[str, ...] = ()
    """What the checks say about it."""
    since: str = ""
    """When its source was last changed, as an ISO date; empty where it is not known."""

    @property
    def count(self) -> Count:
        return Count(1, words(self.unit.text))


@dataclass(frozen=True)
class Cell:
    """One catalog, or the pages, in one locale: a cell of the heat map."""

    locale: Locale
    name: str
    items: tuple[Item, ...]
    entries: tuple[str, ...] = ()
    """Ids of the catalog's published entries."""
    incomplete: tuple[str, ...] = ()
    """Those of them that lack a cause or a fix in the readers' language."""
    required: bool = False

    @cached_property
    def total(self) -> Count:
        return _sum(item.count for item in self.items)

    @cached_property
    def served(self) -> Count:
        """What readers get in their language."""
        return _sum(item.count for item in self.items if item.served)

    @cached_property
    def states(self) -> Mapping[State, Count]:
        """The locale's own translations, by state."""
        return {
            state: _sum(item.count for item in self.items if item.state is state) for state in State
        }

    @cached_property
    def origins(self) -> Mapping[str, Count]:
        """The translations there are, by where they come from (`provenance.KINDS`)."""
        return {
            kind: _sum(i.count for i in self.items if i.provenance and i.provenance.kind == kind)
            for kind in provenance.KINDS
        }

    @property
    def complete(self) -> int:
        """How many entries have cause and fix in the readers' language."""
        return len(self.entries) - len(self.incomplete)

    @property
    def percent(self) -> int:
        return self.served.percent(self.total)


@dataclass(frozen=True)
class Status:
    """The whole state of a book's translations."""

    cells: tuple[Cell, ...] = ()
    """By locale and then by file, in the order of the configuration and the book."""

    @property
    def locales(self) -> tuple[Locale, ...]:
        return tuple(dict.fromkeys(cell.locale for cell in self.cells))

    def of(self, locale: Locale) -> Cell:
        """A locale as a whole, its cells added up."""
        mine = [cell for cell in self.cells if cell.locale == locale]
        return Cell(
            locale,
            "",
            tuple(item for cell in mine for item in cell.items),
            tuple(entry for cell in mine for entry in cell.entries),
            tuple(entry for cell in mine for entry in cell.incomplete),
            any(cell.required for cell in mine),
        )

    def only(self, tags: Iterable[str]) -> Status:
        """The status of some locales; of all without any."""
        wanted = set(tags)
        return Status(tuple(c for c in self.cells if not wanted or c.locale.tag in wanted))

    def to_do(self) -> list[Item]:
        """What needs somebody, by locale; damaged and stale first, the oldest of them first."""
        order = {locale: number for number, locale in enumerate(self.locales)}
        items = [item for cell in self.cells for item in cell.items if item.state in TO_DO]
        return sorted(
            items,
            key=lambda i: (order[i.locale], TO_DO.index(i.state), i.since or "9999", i.name),
        )

    def dated(self, since: Mapping[Location, str]) -> Status:
        """The same with the dates at which sources were last changed, by their location."""
        cells = []
        for cell in self.cells:
            items = (replace(i, since=since.get(i.unit.location, "")) for i in cell.items)
            cells.append(replace(cell, items=tuple(items)))
        return Status(tuple(cells))


def words(text: str) -> int:
    """How many words a translator has before them; code and addresses are none."""
    return len(_WORD.findall(markdown.inventory(text).plain))


def _sum(counts: Iterable[Count]) -> Count:
    total = Count()
    for count in counts:
        total += count
    return total


def collect(
    book: Book,
    units: Mapping[str, Sequence[SourceUnit]],
    translations: Iterable[Translation],
    required: Callable[[Locale, str], bool],
    po_path: Callable[[Locale, str], str],
) -> Status:
    """The state of every translation of a book.

    Args:
        book: The book.
        units: Its units by the name of their locale file.
        translations: The book in each locale; the source is left out.
        required: Whether a locale must have all of a file.
        po_path: The path of a locale file, as people are told it.
    """
    cells = []
    for translation in translations:
        locale = translation.locale
        if locale == translation.source:
            continue
        for name, group in units.items():
            catalog = book.catalog_by_name.get(name)
            entries = catalog.published if catalog else ()
            cells.append(
                Cell(
                    locale,
                    name,
                    tuple(_item(translation, name, u, po_path(locale, name)) for u in group),
                    tuple(entry.id for entry in entries),
                    tuple(e.id for e in entries if not translation.is_complete(e)),
                    required(locale, name),
                )
            )
    return Status(tuple(cells))


def _item(translation: Translation, name: str, unit: SourceUnit, path: str) -> Item:
    locale = translation.locale
    found = translation.states[locale].get(unit.key)
    message = found.message if found else None
    served = translation.is_served(unit.key)
    item = Item(locale, name, unit, State.MISSING, served, Location(path))
    if found is None or message is None:
        return item
    before = message.previous if message.fuzzy and message.previous else message.source
    return replace(
        item,
        state=found.state,
        location=found.location or Location(path, max(1, message.line)),
        text=message.text,
        previous=before if before != unit.text else "",
        provenance=provenance.of(message) if message.text else None,
        problems=tuple(f.message.removeprefix(f"{unit.context}: ") for f in found.findings),
    )


# --- in numbers -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """A unit that needs somebody, small enough to be handed from one process to another."""

    index: int
    """Where it is among the units of its locale file."""
    state: State
    line: int = 0
    """The line of its translation; 0 where the locale's file does not have it."""
    changed: bool = False
    """Whether there is a translation of an earlier source text."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What a `Cell` says, in numbers; no text of it."""

    name: str
    """The name of the locale file: a catalog's, or ``pages``."""
    texts: int
    served: int
    """How many of the texts readers get in their language."""
    entries: int
    """How many published entries the catalog has."""
    complete: int
    """How many of them have cause and fix in the readers' language."""
    words: int = 0
    """Words in the source of what readers do not get in their language."""
    unreviewed: int = 0
    """How many texts a machine translated and nobody reviewed."""
    states: Mapping[State, int] = field(default_factory=dict)
    """How many units are in each state that needs somebody."""
    open: tuple[Open, ...] = ()
    """Those units in the order of the source; of what has no translation only the first ones."""

    @property
    def percent(self) -> int:
        return Count(self.served).percent(Count(self.texts))

    @property
    def to_do(self) -> int:
        return sum(self.states.values())

    def to_data(self) -> dict[str, Any]:
        """It in lists and plain values, as JSON knows them."""
        plain: dict[str, Any] = {name: getattr(self, name) for name in _PLAIN}
        states = {state.value: count for state, count in self.states.items()}
        listed = [[o.index, o.state.value, o.line, o.changed] for o in self.open]
        return {**plain, "states": states, "open": listed}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Tally:
        """What `to_data` gave.

        Raises:
            KeyError, TypeError, ValueError: The data are damaged.
        """
        listed = typed.value(list[tuple[int, State, int, bool]], data["open"])
        return cls(
            **typed.fields_of(cls, _PLAIN, data),
            states=typed.value(dict[State, int], data["states"]),
            open=tuple(Open(*item) for item in listed),
        )


_PLAIN = ("name", "texts", "served", "entries", "complete", "words", "unreviewed")
"""The fields of a `Tally` that JSON has a form for."""


def tally(
    translation: Translation,
    name: str,
    units: Sequence[SourceUnit],
    entries: int,
    complete: int,
    listed: int,
) -> Tally:
    """Count one locale file of a locale other than the source.

    Args:
        translation: The book in the locale.
        name: The name of the file.
        units: Its units.
        entries: How many published entries the catalog has.
        complete: How many of them have cause and fix in the readers' language.
        listed: How many units without a translation are told one by one.
    """
    locale = translation.locale
    own, unreviewed = translation.states[locale], translation.unreviewed
    served = left = 0
    counts: dict[State, int] = {}
    found = []
    for index, unit in enumerate(units):
        is_served = translation.is_served(unit.key)
        if is_served:
            served += 1
        else:
            left += words(unit.text)
        state = own.get(unit.key)
        kind = state.state if state else State.MISSING
        # What another locale of the language has, this one need not have.
        if kind not in TO_DO or (kind is State.MISSING and is_served):
            continue
        counts[kind] = counts.get(kind, 0) + 1
        if kind is not State.MISSING or counts[kind] <= listed:
            found.append(_open(index, kind, state))
    return Tally(
        name,
        len(units),
        served,
        entries,
        complete,
        left,
        sum(unit.key in unreviewed for unit in units) if unreviewed else 0,
        counts,
        tuple(found),
    )


def _open(index: int, kind: State, state: UnitState | None) -> Open:
    message = state.message if state else None
    if state is None or message is None:
        return Open(index, kind)
    line = state.location.line if state.location else max(1, message.line)
    return Open(index, kind, line, kind is State.STALE or bool(message.fuzzy and message.previous))


def in_order(found: Iterable[Open], since: Callable[[Open], str]) -> list[Open]:
    """What is to do, damaged and stale first, the oldest of each kind before the others.

    Args:
        found: What there is.
        since: The date at which the source of one was last changed, or empty.
    """
    return sorted(found, key=lambda o: (TO_DO.index(o.state), since(o) or "9999", o.index))


# --- what a change did ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Change:
    """A unit whose state in a locale is another than before."""

    locale: Locale
    name: str
    context: str
    before: State | None
    """None when the unit, or the locale, was not there."""
    after: State | None
    """None when the unit is gone."""
    words: int = 0
    text: str = ""
    """The source text."""

    @property
    def is_loss(self) -> bool:
        """Whether readers had a translation and have none any more."""
        return bool(self.before and self.before.shown) and self.after in TO_DO

    @property
    def is_gain(self) -> bool:
        """Whether readers get a translation they did not have."""
        return bool(self.after and self.after.shown) and not (self.before and self.before.shown)


def changes(before: Status, after: Status) -> Iterator[Change]:
    """What is different between two statuses, in the order of the later one.

    Units are found again as a sync finds them: a moved paragraph or a renamed entry is no change.
    """
    old = {(cell.locale.tag, cell.name): cell for cell in before.cells}
    for cell in after.cells:
        was = old.pop((cell.locale.tag, cell.name), None)
        items = was.items if was else ()
        stand_ins = [Message(item.unit.context, item.unit.text) for item in items]
        by_stand_in = {id(each): item for each, item in zip(stand_ins, items, strict=True)}
        matched, left = translate.match([item.unit for item in cell.items], stand_ins)
        for item, found in zip(cell.items, matched, strict=True):
            earlier = by_stand_in[id(found)].state if found else None
            shown_both = earlier is not None and earlier.shown and item.state.shown
            if earlier is not item.state and not shown_both:
                yield _change(item, earlier, item.state)
        for each in left:
            gone = by_stand_in[id(each)]
            yield _change(gone, gone.state, None)
    for cell in old.values():
        for item in cell.items:
            yield _change(item, item.state, None)


def _change(item: Item, before: State | None, after: State | None) -> Change:
    context, text = item.unit.context, item.unit.text
    return Change(item.locale, item.name, context, before, after, item.count.words, text)
