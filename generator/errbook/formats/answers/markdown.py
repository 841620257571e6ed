"""Answers for tickets and chats: Markdown that can stand in one document."""

from __future__ import annotations

import re

from errbook.answers import Answer, clean


def write(answer: Answer) -> str:
    """One entry, with a heading of its own."""
    card = answer.card
    blocks = [f"## {answer.name}"]
    if answer.about:
        blocks.append(f"*{' · '.join(answer.about)}*")
    if answer.params:
        params = (f"- {name}: {_code(value)}" for name, value in answer.params.items())
        blocks.append("\n".join(params))
    for label, text in answer.remedies():
        blocks += [f"**{label}**", clean(text)]
    written = "\n\n".join(blocks)
    for label, note in card.notes.items():
        # Several entries stand in one document: their footnotes must not meet.
        own = f"[^{card.id}-{label}]"
        below = clean(note).replace("\n", "\n    ")
        written = f"{written.replace(f'[^{label}]', own)}\n\n{own}: {below}"
    if card.url:
        written += f"\n\n<{card.url}>"
    return written + "\n"


def brief(answer: Answer) -> str:
    """An item of a list."""
    return f"- {answer.name}{f' ({answer.place})' if answer.place else ''}"


def _code(value: str) -> str:
    """A value as a code span, whatever is in it."""
    ticks = "`" * (max((len(run) for run in re.findall("`+", value)), default=0) + 1)
    space = " " if "`" in value else ""
    return f"{ticks}{space}{value}{space}{ticks}"
