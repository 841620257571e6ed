"""What a preview shows of translations that are not settled: never more than is safe in a page."""

from __future__ import annotations

import re
from collections.abc import Iterable

from errbook import markdown
from errbook.checks import unit as unit_checks
from errbook.locales import Locale
from errbook.translate import State, UnitState

KINDS = (State.STALE, State.FUZZY, State.BLOCKED)
"""The states whose translations are drafts."""

_DANGERS = (
    unit_checks.unsafe_markup,
    unit_checks.block_shape,
    unit_checks.link_changed,
    unit_checks.footnote_changed,
)
"""What must not be found in a draft that is read as Markdown: it would change more of a page than
its own place, or keep the page from being built."""


def texts(
    states: Iterable[UnitState], locale: Locale, mentions: re.Pattern[str] | None
) -> dict[str, str]:
    """What is shown of each draft, by the key of its unit.

    Args:
        states: The units of the locale.
        locale: The locale.
        mentions: Finds the book's error codes in a text.

    Returns:
        Markdown. A draft that is not safe as it is written stands there as plain characters; one
        that would lose a footnote by that is left out, and readers' fallback is shown.
    """
    found = {}
    for state in states:
        if state.state in KINDS:
            shown = _shown(unit_checks.Pair(state.unit, state.text, locale, mentions))
            if shown:
                found[state.unit.key] = shown
    return found


def _shown(pair: unit_checks.Pair) -> str:
    if len(pair.target) > unit_checks.MAX_LENGTH:
        return ""
    if not any(finding for danger in _DANGERS for finding in danger(pair)):
        return pair.target
    if pair.before.footnotes or pair.source.kind in ("meta", "t"):
        return ""
    return markdown.escape_everything(" ".join(pair.target.split()))
