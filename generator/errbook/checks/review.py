"""Runs the checks of wording over all that a locale shows, minding what translators accepted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from errbook.checks import consistency, language, terms, typography, waivers
from errbook.checks.unit import Check, Pair, found_by, say
from errbook.diagnostics import Diagnostic, Location
from errbook.locales import Locale
from errbook.terms import LocalTerms
from errbook.translate import UnitState, composed

CHECKS = (*typography.CHECKS, *language.CHECKS, *terms.CHECKS)
"""The checks of one translation's wording, in the order in which they run."""


def pair_of(
    state: UnitState, source: Locale, locale: Locale, local_terms: LocalTerms | None = None
) -> Pair:
    """A unit and its translation as the checks of wording need them."""
    stored = state.message.text if state.message else state.text
    return Pair(
        state.unit,
        state.text or composed(stored.strip()),
        locale,
        stored=stored,
        source_language=source.language,
        terms=local_terms,
    )


def to_run(pair: Pair) -> Iterator[Check]:
    """Those of the checks that may find something in a translation, by a glance at it."""
    for checks in (typography, language, terms):
        yield from checks.to_run(pair)


def run(
    states: Iterable[UnitState], source: Locale, locale: Locale, local_terms: LocalTerms | None
) -> Iterator[Diagnostic]:
    """What is to be said about the wording of a locale.

    Args:
        states: The units of the locale; only those that readers see are looked at.
        source: The source locale.
        locale: The locale.
        local_terms: The glossary in the locale.
    """
    shown = [state for state in states if state.state.shown and state.message]
    pairs = [pair_of(state, source, locale, local_terms) for state in shown]
    found: dict[int, list[Diagnostic]] = defaultdict(list)
    for number, (state, pair) in enumerate(zip(shown, pairs, strict=True)):
        for finding in found_by(to_run(pair), pair, state.location or Location("")):
            found[number].append(finding)
    for check in consistency.CHECKS:
        for number, message in check.find(pairs):
            place = shown[number].location or Location("")
            found[number].append(say(check.code, pairs[number], place, message, check.hint))
    for number, state in enumerate(shown):
        if number in found or (state.message and state.message.comment):
            yield from _not_accepted(state, found[number], locale)


def _not_accepted(
    state: UnitState, found: list[Diagnostic], locale: Locale
) -> Iterator[Diagnostic]:
    written = waivers.of(state.message.comment) if state.message else ()
    if not written:
        yield from found
        return
    accepted = waivers.accepted(written)
    yield from (finding for finding in found if finding.code not in accepted)
    needed = {finding.code for finding in found} | state.waived
    place = state.location or Location("")
    yield from waivers.mistakes(written, needed, state.unit.context, place, locale.tag)
