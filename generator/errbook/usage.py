"""Counts how the glossary's terms are really said in a locale's translations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from errbook.checks.prose import masked
from errbook.extract import PAGES
from errbook.terms import LocalTerms
from errbook.translate import UnitState


@dataclass(slots=True)
class Usage:
    """How one locale says one term."""

    texts: int = 0
    """Shown translations whose source has the term."""
    right: Counter[str] = field(default_factory=Counter)
    """Preferred and allowed forms, each with its number."""
    wrong: Counter[str] = field(default_factory=Counter)
    """Forbidden forms."""
    missing: list[str] = field(default_factory=list)
    """Contexts of the translations that have none of them."""


def of_locale(states: Iterable[UnitState], terms: LocalTerms) -> dict[str, Usage]:
    """How a locale says each term, by its id.

    Args:
        states: The units of the locale; only those that readers see are counted.
        terms: The glossary in the locale.
    """
    found = {item.term.id: Usage() for item in terms.items}
    for state in states:
        if not state.state.shown:
            continue
        source = masked(state.unit.text)
        for item in terms.of(source, state.unit.catalog or PAGES):
            usage = found[item.term.id]
            usage.texts += 1
            wrong = item.missaid(masked(state.text))
            right = item.said(state.text)
            if item.term.do_not_translate:
                right = [match[0] for match in item.kept.finditer(state.text)]
            usage.right.update(map(item.form, right))
            usage.wrong.update(map(item.form, wrong))
            if not right and not wrong:
                usage.missing.append(state.unit.context)
    return found
