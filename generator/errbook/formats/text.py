"""Diagnostics for people: place, code and sentence, the line itself, and what to do."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import zip_longest

from errbook.diagnostics import Diagnostic, Severity

MAX_LINE = 100
"""Columns of an input line that are shown."""

Paint = Callable[[str, str], str]
"""Gives a text the look of a role: a severity's name, ``place``, ``hint`` or ``quiet``."""


def write(
    diagnostics: Sequence[Diagnostic], paint: Paint = lambda text, role: text, limit: int = 0
) -> str:
    """Write diagnostics as text; a hint that several in a row share stands below the last.

    Args:
        diagnostics: What was found, in the order of printing.
        paint: Adds colours; without it the text is plain.
        limit: How many to write at the most; the others are counted. 0 for all.
    """
    shown = diagnostics[:limit] if limit else diagnostics
    blocks = []
    for found, following in zip_longest(shown, shown[1:]):
        shared = following is not None and following.hint == found.hint
        blocks.append(block(replace(found, hint="") if shared else found, paint))
    if len(shown) < len(diagnostics):
        others = diagnostics[len(shown) :]
        # What a build finds in what it made, a check does not see.
        of_build = any(found.code.startswith("EB5") for found in others)
        listing = "" if of_build else "; errbook check lists them all"
        blocks.append(f"… and {len(others)} more{listing}.")
    return "".join(f"{text}\n" for text in (*blocks, summary(diagnostics)))


def block(found: Diagnostic, paint: Paint = lambda text, role: text) -> str:
    """One diagnostic on one line, with the input line and the hint below it."""
    lines = [
        f"{paint(f'{found.location}:', 'place')} {paint(found.code, str(found.severity))}"
        f"{'' if found.severity is Severity.ERROR else f' {found.severity}'} {found.message}"
    ]
    if found.line_text.strip():
        shown, caret = _excerpt(found.line_text.expandtabs(1), found.location.column)
        lines.append(paint(f"  | {shown}", "quiet"))
        lines.append(f"  | {paint(f'{caret}^', str(found.severity))}")
    if found.hint:
        lines.append(paint(f"  = {found.hint}", "hint"))
    return "\n".join(lines)


def _excerpt(line: str, column: int) -> tuple[str, str]:
    """The part of a line around a column, and the spaces before the caret below it."""
    start = max(0, min(column - 1 - MAX_LINE // 2, len(line) - MAX_LINE))
    shown = line[start : start + MAX_LINE]
    before = shown[: max(0, column - 1 - start)]
    width = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in before)
    return shown, " " * width


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How many of each severity there are, in one line."""
    counts = Counter(found.severity for found in diagnostics)
    if not counts:
        return "No problems found."
    return f"Found {', '.join(_count(counts[s], s) for s in sorted(counts, reverse=True))}."


def _count(number: int, severity: Severity) -> str:
    plural = number != 1 and severity is not Severity.INFO
    return f"{number} {severity}{'s' if plural else ''}"
