"""Answers for programs: one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from errbook.answers import Answer

VERSION = 1
"""Version of the form; it grows only when a field changes its meaning or goes."""
_BRIEF = ("id", "code", "title", "severity", "count")


def write(
    answers: Iterable[Answer],
    missing: Mapping[str, Sequence[str]],
    unknown: Mapping[str, int],
    *,
    brief: bool = False,
) -> str:
    """The text of the object.

    Args:
        answers: What was found, the most specific first.
        missing: The nearest names by the question that has no answer.
        unknown: How often codes were there that are in no entry.
        brief: Whether only the name of each entry is wanted.
    """
    matches = map(_match, answers)
    data = {
        "version": VERSION,
        "matches": [{k: m[k] for k in _BRIEF} if brief else m for m in matches],
        "missing": [{"query": query, "nearest": list(near)} for query, near in missing.items()],
        "unknown": dict(unknown),
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _match(answer: Answer) -> dict[str, Any]:
    card, mention = answer.card, answer.mention
    match: dict[str, Any] = {
        "id": card.id,
        "code": card.code or None,
        "title": card.title or None,
        "cause": _inlined(card.cause, card.notes),
        "fix": _inlined(card.fix, card.notes),
        "locale": card.locale,
        "state": card.state,
        "params": answer.params,
        "count": mention.count,
        "severity": card.severity,
        "status": card.status,
        "url": card.url or None,
        "first": {"file": mention.source or None, "line": mention.line or None},
    }
    if card.variants:
        match["variants"] = {
            v.platform: {
                "cause": _inlined(v.cause, card.notes),
                "fix": _inlined(v.fix, card.notes),
            }
            for v in card.variants
        }
    return match


def _inlined(text: str, notes: Mapping[str, str]) -> str:
    """A text with the footnotes it refers to below it."""
    used = [label for label in notes if f"[^{label}]" in text]
    below = [f"[^{label}]: {notes[label]}".replace("\n", "\n    ") for label in used]
    return "\n\n".join([text, *below])
