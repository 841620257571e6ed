"""Finds translations for units that came elsewhere: from what left, or from what says the same."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from errbook import provenance, translate
from errbook.checks import unit as unit_checks
from errbook.diagnostics import Location, Severity, worst
from errbook.extract import SourceUnit
from errbook.locales import Locale
from errbook.po import Message

_SLOT = re.compile(r"[a-z-]*")
_Key = tuple[str, str]
"""What a unit is in its owner, and its source text."""


@dataclass(slots=True)
class Slot:
    """A unit's place in a file while its message is looked for."""

    name: str
    unit: SourceUnit
    message: Message | None = None
    donor: str = ""
    """The file that its message came along from, if it did."""
    filled: bool = False

    @property
    def is_open(self) -> bool:
        return self.message is None or not self.message.text

    @property
    def is_stale(self) -> bool:
        """Whether its message is one of another source text, taken for its context alone."""
        message = self.message
        return message is not None and not translate.cosmetic(
            translate.composed(message.source), self.unit.text
        )

    @property
    def key(self) -> _Key:
        return _kind(self.unit.context), self.unit.text

    def let_go(self, left: Mapping[str, list[Message]]) -> Message | None:
        """Leave the translation of another text that it had for its context alone."""
        message = None if self.is_open else self.message
        if message is not None:
            left[self.name].append(message)
            self.message = None
        return message

    def take(self, donor: Message) -> None:
        """Use another message's translation; comment and flags that stand here already stay."""
        mine = self.message or Message(self.unit.context, self.unit.text)
        comment = "\n".join(dict.fromkeys(filter(None, (mine.comment, donor.comment))))
        flags = tuple(dict.fromkeys((*mine.flags, *donor.flags)))
        self.message = replace(donor, comment=comment, flags=flags)


def settle(
    slots: Sequence[Slot],
    left: Mapping[str, list[Message]],
    locale: Locale,
    mentions: re.Pattern[str] | None = None,
) -> None:
    """Give units without a translation of their text what left elsewhere or is said elsewhere.

    Args:
        slots: All units of a locale, with the messages that their own files have for them.
        left: What no unit of its file took, by the file's name. What is given to a unit goes from
            here, and what a unit had instead comes.
        locale: The locale.
        mentions: Finds the book's error codes in a text, for the check of what is filled.
    """
    # What a unit leaves may be what another one waits for: a second run must find no more.
    while _carry(slots, left) or _fill(slots, left, locale, mentions):
        pass


def _kind(context: str) -> str:
    """What a unit is in its owner: ``fix`` of ``azcm0013|fix@linux/2``, ``td`` of ``…|td14``."""
    match = _SLOT.match(context.rpartition("|")[2])
    return match[0] if match else ""


def _key(message: Message) -> _Key:
    return _kind(message.context), translate.composed(message.source)


def _carry(slots: Sequence[Slot], left: Mapping[str, list[Message]]) -> bool:
    """Give what left one file or owner to the units that came elsewhere.

    Returns:
        Whether a slot left what it had for it.
    """
    is_released = False
    taken: set[int] = set()
    names = {id(message): name for name, group in left.items() for message in group}
    for find in (_by_context, _by_text):
        free = {name: [m for m in group if id(m) not in taken] for name, group in left.items()}
        for slot, donor in find(slots, free):
            if (released := slot.let_go(left)) is not None:
                names[id(released)], is_released = slot.name, True
            slot.take(donor)
            slot.donor = names[id(donor)]
            taken.add(id(donor))
    for group in left.values():
        group[:] = [message for message in group if id(message) not in taken]
    return is_released


def _by_context(
    slots: Sequence[Slot], left: Mapping[str, list[Message]]
) -> Iterator[tuple[Slot, Message]]:
    new = [slot for slot in slots if slot.is_open]
    donors = [message for group in left.values() for message in group if message.text]
    for slot, donor in zip(new, translate.match([s.unit for s in new], donors)[0], strict=True):
        if donor is not None:
            yield slot, donor


def _by_text(
    slots: Sequence[Slot], left: dict[str, list[Message]]
) -> Iterator[tuple[Slot, Message]]:
    waiting: dict[_Key, list[Slot]] = {}
    for slot in reversed(slots):
        if slot.is_open or slot.is_stale:
            waiting.setdefault(slot.key, []).append(slot)
    # By whether they left long ago.
    donors: dict[_Key, tuple[list[Message], list[Message]]] = {}

    def offer(message: Message) -> None:
        if message.text and _key(message) in waiting:
            donors.setdefault(_key(message), ([], []))[message.obsolete].append(message)

    # The last is given first.
    for group in reversed(left.values()):
        for message in reversed(group):
            offer(message)
    keys = list(donors)
    while keys:
        key = keys.pop()
        for slot, donor in _given(waiting[key], donors[key]):
            released = None if slot.is_open else slot.message
            yield slot, donor
            # What the slot had may be what another one waits for.
            if released is not None and _key(released) in waiting:
                offer(released)
                keys.append(_key(released))


def _given(
    waiting: list[Slot], donors: tuple[list[Message], list[Message]]
) -> Iterator[tuple[Slot, Message]]:
    """Slots that wait for a text, each with one of the messages that have it.

    Where two that left say it differently, neither is known to be this one; but what left just now
    is nearer than what left long ago.
    """
    for same in donors:
        if len({message.text for message in same}) > 1:
            return
        while waiting and same:
            yield waiting.pop(), same.pop()


def _fill(
    slots: Sequence[Slot],
    left: Mapping[str, list[Message]],
    locale: Locale,
    mentions: re.Pattern[str] | None,
) -> bool:
    """Repeat a translation for the same source text in the same slot, where there is one only.

    Returns:
        Whether a slot left what it had for it.
    """
    is_released = False
    settled: dict[_Key, dict[str, Message]] = {}
    # What has become stale is settled for the text it was made from: that may be elsewhere. After
    # this run its file calls it fuzzy, so it says nothing where another one is settled.
    gone: dict[_Key, dict[str, Message]] = {}
    for slot in slots:
        message = slot.message
        if message is None or not message.text or message.fuzzy:
            continue
        # As the file will say after this run: a cosmetic change of the source settles nothing anew.
        key, known = slot.key, settled
        if slot.is_stale:
            key, known = (key[0], translate.composed(message.source)), gone
        known.setdefault(key, {}).setdefault(message.text, message)
    for slot in slots:
        is_waiting = slot.is_open or slot.is_stale
        choices = (settled.get(slot.key) or gone.get(slot.key, {})) if is_waiting else {}
        if len(choices) != 1:
            continue
        ((text, donor),) = choices.items()
        pair = unit_checks.Pair(slot.unit, text, locale, mentions)
        if worst(unit_checks.run(pair, Location(""))) is Severity.ERROR:
            continue
        is_released = slot.let_go(left) is not None or is_released
        own = slot.message or Message(slot.unit.context, slot.unit.text)
        slot.message = provenance.marked(replace(own, text=text, fuzzy=False), provenance.of(donor))
        slot.filled = True
    return is_released
