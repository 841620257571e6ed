"""Fills empty translations from a memory: the same text is taken, a similar one comes fuzzy."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from errbook import provenance, translate
from errbook.checks import unit as unit_checks
from errbook.diagnostics import Location, Severity, worst
from errbook.exchange import Pair
from errbook.extract import SourceUnit
from errbook.locales import Locale
from errbook.po import Message, PoFile
from errbook.provenance import Origin, Provenance

SIMILAR = 0.85
"""From this likeness on a text is offered; 1 is the same text."""
_WORD = re.compile(r"\w+")
_CANDIDATES = 25
"""How many texts are compared letter by letter: those that share the most words."""


@dataclass(frozen=True, slots=True)
class Filled:
    """What a memory did for one locale file."""

    file: PoFile
    exact: int = 0
    """Filled from the same source text."""
    similar: int = 0
    """Filled from a similar source text, and fuzzy."""


class Memory:
    """Texts and their translations, to look up the same or the most similar one."""

    def __init__(self, pairs: Iterable[Pair], *, least: float = SIMILAR) -> None:
        """Args:
        pairs: The texts; of two for the same source, the earlier goes first.
        least: The least likeness of what counts as similar, between 0 and 1.
        """
        self._least = least
        self._pairs: list[Pair] = []
        self._same: dict[str, list[Pair]] = {}
        self._with_word: dict[str, list[int]] = {}
        for pair in pairs:
            source = translate.composed(pair.source).strip()
            self._same.setdefault(source, []).append(pair)
            for word in dict.fromkeys(_words(source)):
                self._with_word.setdefault(word, []).append(len(self._pairs))
            self._pairs.append(pair)

    def same(self, unit: SourceUnit) -> Pair | None:
        """The translation of exactly this source, of the same context before others."""
        found = self._same.get(unit.text, [])
        own = [pair for pair in found if pair.context == unit.context]
        return next(iter(own or found), None)

    def differ(self, unit: SourceUnit) -> bool:
        """Whether the memory says this source in several ways, and none is for this context."""
        found = self._same.get(unit.text, [])
        own = any(pair.context == unit.context for pair in found)
        return not own and len({pair.text for pair in found}) > 1

    def similar(self, unit: SourceUnit) -> Pair | None:
        """The translation of the most similar source, if one is similar enough."""
        shared: Counter[int] = Counter()
        for word in dict.fromkeys(_words(unit.text)):
            numbers = self._with_word.get(word, [])
            # A word that is nearly everywhere tells nothing, and costs most.
            if len(numbers) <= 50 + len(self._pairs) // 5:
                shared.update(numbers)
        best, likeness = None, self._least
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(unit.text)
        for number, _ in shared.most_common(_CANDIDATES):
            matcher.set_seq1(self._pairs[number].source)
            if matcher.real_quick_ratio() < likeness or matcher.quick_ratio() < likeness:
                continue
            if (ratio := matcher.ratio()) >= likeness:
                best, likeness = self._pairs[number], ratio
        return best


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def fill(
    file: PoFile,
    units: Sequence[SourceUnit],
    memory: Memory,
    locale: Locale,
    *,
    machine: str = "",
) -> Filled:
    """Fill the empty messages of a locale file; what has a translation is left alone.

    What the memory says in several ways, what the checks object to, and what a machine made comes
    fuzzy even where the source text is the same.

    Args:
        file: The locale file, synced with the source.
        units: The units that belong into it.
        memory: Where translations are looked up.
        locale: The locale.
        machine: The name of the machine that made the memory; empty when people did.
    """
    matched, _ = translate.match(units, file.messages)
    new: dict[int, Message] = {}
    exact = similar = 0
    for unit, message in zip(units, matched, strict=True):
        if message is None or message.text:
            continue
        pair = memory.same(unit)
        if pair is not None:
            fuzzy = bool(machine) or memory.differ(unit) or _is_damaged(unit, pair.text, locale)
            filled = replace(message, text=pair.text, fuzzy=fuzzy, previous="")
            exact += 1
        elif (pair := memory.similar(unit)) is not None:
            filled = replace(message, text=pair.text, fuzzy=True, previous=pair.source)
            similar += 1
        else:
            continue
        memory_of = Provenance(Origin.MEMORY, pair.memory)
        origin = Provenance(Origin.MACHINE, machine) if machine else memory_of
        new[id(message)] = provenance.marked(filled, origin)
    messages = tuple(new.get(id(message), message) for message in file.messages)
    return Filled(replace(file, messages=messages), exact, similar)


def _is_damaged(unit: SourceUnit, text: str, locale: Locale) -> bool:
    pair = unit_checks.Pair(unit, translate.composed(text.strip()), locale)
    return worst(unit_checks.run(pair, Location(""))) is Severity.ERROR
