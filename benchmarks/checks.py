"""Measures the checks over 10,000 messages × 10 locales: ``python benchmarks/checks.py [MESSAGES]``.

The messages are this book's own translations, repeated with other numbers until there are enough of
them, so that every check has real sentences in three scripts to look at. Prints one line for each
figure and exits 1 when the promise is not kept.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from errbook import locales, project, translate
from errbook.checks import review
from errbook.extract import SourceUnit
from errbook.po import Message
from errbook.terms import LocalTerms, SourceTerms
from errbook.translate import UnitState

ROOT = Path(__file__).resolve().parents[1]
LOCALES = {
    # The locale that is measured, and the locale of this book whose translations it takes.
    "fr-FR": "fr-FR", "fr-CA": "fr-FR", "de-DE": "de-DE", "de-AT": "de-DE", "de-CH": "de-DE",
    "ja-JP": "ja-JP", "ar": "ar", "ar-EG": "ar", "ar-MA": "ar", "fr-BE": "fr-FR",
}  # fmt: skip
MESSAGES = 10_000
PROMISE = 20.0
"""Seconds of processor time."""


def repeated(states: Sequence[UnitState], count: int) -> Iterator[tuple[SourceUnit, Message]]:
    """Units and messages, each with a number of its own at its end."""
    for number in range(count):
        state = states[number % len(states)]
        assert state.message is not None
        ending = f"`{number}`" if state.text[-1:] in "。" else f" `{number}`"
        unit = replace(
            state.unit, context=f"e{number}|{state.unit.context}", text=state.unit.text + ending
        )
        text = state.text + ending
        yield unit, replace(state.message, context=unit.context, source=unit.text, text=text)


def main() -> int:
    """Run the checks and print what they cost."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    book, _ = project.load(ROOT)
    assert book is not None
    source_terms, source = SourceTerms(book.terms), book.settings.source_locale
    total = 0.0
    for tag, taken in LOCALES.items():
        locale = locales.parse(tag)
        own = [s for s in book.states[locales.parse(taken)].values() if s.state.shown]
        pairs = list(repeated(own, count))
        units, messages = [unit for unit, _ in pairs], [message for _, message in pairs]
        terms = LocalTerms(source_terms, locale)
        start = time.process_time()
        states = translate.states(units, messages, locale, "x.po", book.mentions, terms)
        middle = time.process_time()
        found = sum(1 for _ in review.run(states.values(), source, locale, terms))
        end = time.process_time()
        total += end - start
        print(
            f"{tag:6} {count} messages: states {middle - start:.2f} s, "
            f"wording {end - middle:.2f} s, {found} findings"
        )
    kept = total < PROMISE * count / MESSAGES
    print(f"all    {total:.1f} s of processor time, promised < {PROMISE * count / MESSAGES:.0f} s")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
