"""Checks of the glossary's terms in a translation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from errbook.checks.unit import Check, Pair
from errbook.extract import PAGES
from errbook.terms import LocalTerm


def _terms(pair: Pair) -> list[LocalTerm]:
    catalog = pair.source.catalog or PAGES
    return pair.terms.of(pair.source_prose, catalog) if pair.terms else []


def term_missing(pair: Pair) -> Iterator[str]:
    """A term of the glossary is said in the preferred form or an allowed one, inflected or not.

    Bad: fr The subscription ended. → Le contrat a pris fin.
    Good: fr The subscription ended. → L’abonnement a pris fin.
    """
    for term in _terms(pair):
        words = term.term.translations.get(pair.locale.tag)
        if words is None or term.term.do_not_translate:
            continue
        if not term.said(pair.target) and not term.missaid(pair.prose):
            yield f'"{term.term.term}" is "{words.preferred}" in the glossary'


def term_forbidden(pair: Pair) -> Iterator[str]:
    """A term of the glossary is not said in a form that the glossary forbids.

    Bad: fr Ask the tenant. → Demandez au tenant.
    Good: fr Ask the tenant. → Demandez au locataire.
    """
    for term in _terms(pair):
        words = term.term.translations.get(pair.locale.tag)
        if words is not None:
            for wrong in dict.fromkeys(term.missaid(pair.prose)):
                yield f'"{wrong}" is forbidden for "{term.term.term}"; say "{words.preferred}"'


def term_translated(pair: Pair) -> Iterator[str]:
    """A term that is never translated stands in the translation as it is, in the same letters.

    Bad: fr Open Azure Arc. → Ouvrez Arc Azure.
    Good: fr Open Azure Arc. → Ouvrez Azure Arc.
    """
    for term in _terms(pair):
        if term.term.do_not_translate and not term.kept.search(pair.target):
            yield f'"{term.term.term}" is missing or changed'


BLOCKING = (
    Check("EB346", term_translated, "Copy the term from the source; it is never translated."),
)
"""Checks whose findings keep a translation from being published."""

CHECKS = (
    Check(
        "EB344", term_missing, "Use the form of source/glossary.yml, or allow another one there."
    ),
    Check("EB345", term_forbidden, "Use the form of source/glossary.yml."),
)
"""The checks of terms in the order in which they run and are listed."""


def to_run(pair: Pair) -> Sequence[Check]:
    """Those of the checks that may find something in a translation: none without a term."""
    return CHECKS if _terms(pair) else ()
