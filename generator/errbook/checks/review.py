"""Runs the checks of wording over all that a locale shows, minding what translators accepted."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from errbook.checks import consistency, language, terms, typography, waivers
from errbook.checks.unit import Check, Pair, found_by, say
from errbook.diagnostics import Diagnostic, Location
from errbook.locales import Locale
from errbook.terms import LocalTerms
from errbook.translate import UnitState, composed

CHECKS = (*typography.CHECKS, *language.CHECKS, *terms.CHECKS)
"""The checks of one translation's wording, in the order in which they run."""
SIZE = 16
"""Size in bytes of what `digest_of` gives."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Translations, by `digest_of`, about which the checks of one translation say nothing."""

    before: Collection[bytes]
    """Those of an earlier run of the same checks with the same glossary: they are not run again."""
    now: list[bytes] = field(default_factory=list)
    """Those of this run."""


def digest_of(pair: Pair) -> bytes:
    """A digest of all that the checks of one translation look at, but for the glossary."""
    unit = pair.source
    parts = (
        unit.context,
        unit.catalog,
        unit.kind,
        "page" if unit.page else "",
        " ".join(sorted(unit.placeholders)) if unit.placeholders else "",
        unit.text,
        pair.target,
        pair.written,
    )
    content = "\0".join(parts).encode("utf-8", "surrogateescape")
    return hashlib.blake2b(content, digest_size=SIZE).digest()


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
    states: Iterable[UnitState],
    source: Locale,
    locale: Locale,
    local_terms: LocalTerms | None,
    quiet: Quiet | None = None,
) -> Iterator[Diagnostic]:
    """What is to be said about the wording of a locale.

    Args:
        states: The units of the locale; only those that readers see are looked at.
        source: The source locale.
        locale: The locale.
        local_terms: The glossary in the locale.
        quiet: What is known of an earlier run, and takes what this one finds.
    """
    shown = [state for state in states if state.state.shown and state.message]
    pairs = [pair_of(state, source, locale, local_terms) for state in shown]
    found: dict[int, list[Diagnostic]] = defaultdict(list)
    for number, (state, pair) in enumerate(zip(shown, pairs, strict=True)):
        findings = _of_one(pair, state.location or Location(""), quiet)
        if findings:
            found[number] = findings
    for check in consistency.CHECKS:
        for number, message in check.find(pairs):
            place = shown[number].location or Location("")
            found[number].append(say(check.code, pairs[number], place, message, check.hint))
    for number, state in enumerate(shown):
        if number in found or (state.message and state.message.comment):
            yield from _not_accepted(state, found[number], locale)


def _of_one(pair: Pair, place: Location, quiet: Quiet | None) -> list[Diagnostic]:
    """What the checks of one translation say about one."""
    if quiet is None:
        return list(found_by(to_run(pair), pair, place))
    digest = digest_of(pair)
    known = digest in quiet.before
    findings = [] if known else list(found_by(to_run(pair), pair, place))
    if not findings:
        quiet.now.append(digest)
    return findings


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
