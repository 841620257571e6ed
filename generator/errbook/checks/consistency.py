"""Checks of all translations of a locale together: one text, one translation, one apostrophe."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from errbook.checks.typography import end_differs, is_sentence
from errbook.checks.unit import Pair

Found = Iterator[tuple[int, str]]
"""The number of a pair, and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class SetCheck:
    """A check of all translations of a locale, and the code of what it finds."""

    code: str
    find: Callable[[Sequence[Pair]], Found]
    hint: str


_ORDINAL = re.compile(r"@[\w-]+|/.*|\d+\Z")


@lru_cache(maxsize=4096)
def _kind(slot: str) -> str:
    """The kind of a slot: ``fix`` for ``fix/2`` and ``fix@linux``, ``p`` for a page's ``p3``."""
    return _ORDINAL.sub("", slot)


STYLE = 4
"""A locale in which one of so many labels ends otherwise than its source does so on purpose."""
_FEW = 10


def label_end_mark(pairs: Sequence[Pair]) -> Found:
    """A title, a heading and a cell end with a mark only where the source does.

    A locale that ends many of them with a full stop has another style than the source, and no
    mistake in each.

    Bad: fr title: Invalid tags → Étiquettes non valides.
    Good: fr title: Invalid tags → Étiquettes non valides
    """
    labels = [(number, pair) for number, pair in enumerate(pairs) if not is_sentence(pair)]
    found = [(number, says) for number, pair in labels for says in end_differs(pair)]
    stops = [(number, says) for number, says in found if says.startswith("it ends with .")]
    if len(labels) >= _FEW and len(stops) * STYLE > len(labels):
        found = [each for each in found if each not in stops]
    yield from found


def inconsistent(pairs: Sequence[Pair]) -> Found:
    """The same source in the same kind of slot has one translation in a locale.

    Bad: fr title: Missing key → Clé manquante | title: Missing key → Clé absente
    Good: fr title: Missing key → Clé manquante | title: Missing key → Clé manquante
    """
    first: dict[tuple[str, str, str], tuple[str, str]] = {}
    for number, pair in enumerate(pairs):
        key = (pair.source.kind, _kind(pair.slot), pair.source.text)
        text, context = first.setdefault(key, (pair.target, pair.source.context))
        if text != pair.target:
            yield number, f"{context} translates the same text differently"


def reused(pairs: Sequence[Pair]) -> Found:
    """Sources that say different things have different translations.

    Bad: fr Ask him for help. → Demandez-lui. | Ask her for help. → Demandez-lui.
    Good: fr Ask him for help. → Demandez-lui. | Ask her for help. → Demandez-le-lui.
    """
    first: dict[str, tuple[str, str]] = {}
    for number, pair in enumerate(pairs):
        if pair.target == pair.source.text or len(pair.source.text.split()) < 4:
            continue
        text = pair.source.text
        source, context = first.setdefault(pair.target, (text, pair.source.context))
        if source != text and _bare(source) != _bare(text):
            yield number, f"{context} has the same translation, but another source"


def _bare(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


# That it begins with the mark, not with what stands before it, makes the search fast.
_APOSTROPHE = re.compile(r"(['’])(?<=[^\W\d_].)(?=[^\W\d_])")


def mixed_apostrophes(pairs: Sequence[Pair]) -> Found:
    """A locale writes one apostrophe, the typewriter's or the printer's.

    Bad: fr fix: The agent → L’agent | fix: The name → Le nom de l'agent | fix: The key → La clé
    Good: fr fix: The agent → L’agent | fix: The name → Le nom de l’agent
    """
    marks = [_APOSTROPHE.findall(pair.prose) for pair in pairs]
    total = Counter(chain.from_iterable(marks))
    if len(total) < 2:
        return
    usual, rare = (mark for mark, _ in total.most_common(2))
    number = next(n for n, found in enumerate(marks) if rare in found)
    yield number, f"{rare} is there; elsewhere the locale writes {usual} ({total[usual]} times)"


CHECKS = (
    SetCheck("EB323", label_end_mark, "End it as the source ends."),
    SetCheck("EB341", inconsistent, "Decide for one of the two."),
    SetCheck("EB342", reused, "Look whether one of the two is a copy."),
    SetCheck("EB343", mixed_apostrophes, "Write one of the two everywhere."),
)
"""The checks of a whole locale in the order in which they run and are listed."""
