"""The prose of a unit: its words and marks, without code, addresses, tags and lists.

Checks of wording look at prose only, and fixes of it change nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from errbook.markdown import simple

HIDDEN = "\ufffc"
"""Stands for each part that is no prose."""

_KEPT = re.compile(
    r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
    r"|\\[!-/:-@\[-`{-~]"
    r"|\]\([^)\s]*(?:\s+\"[^\"\n]*\")?\)|\]\[[^\]\n]*\]"
    r"|\[\^[^\]\s]+\]"
    r"|<[A-Za-z/!?][^<>\n]*>"
    r"|\{[^{}\n]*\}"
    r"|\b[a-z][a-z0-9+.-]*://[^\s)\]，。、]+"
    r"|&(?:\#\w+|[A-Za-z]\w*);",
    re.S,
)
_MAY_HIDE = re.compile(r"[`\\\[<{&]|://")


@lru_cache(maxsize=simple.CACHED)
def masked(text: str) -> str:
    """The text with `HIDDEN` for each code span, target, footnote mark, tag, list and address."""
    if not _MAY_HIDE.search(text):
        return text
    parts = simple.parts(text)
    # The parts of a simple text tell nothing of lists and addresses.
    if parts is None or "{" in text or "://" in text:
        return _KEPT.sub(HIDDEN, text)
    return "".join([_masked_part(kind, words) for kind, words, _ in parts])


def _masked_part(kind: simple.Kind, words: str) -> str:
    match kind:
        case "text":
            return words
        case "link":
            return f"[{words}{HIDDEN}"
        case "strong":
            return f"**{words}**"
    return HIDDEN


def rewritten(text: str, change: Callable[[str], str]) -> str:
    """The text with its prose changed; the hidden parts come back where their places are.

    Args:
        text: A unit's Markdown.
        change: Changes masked prose; it must leave every `HIDDEN` where it is.
    """
    if HIDDEN in text:
        return text
    prose = masked(text)
    new = change(prose)
    if new == prose or new.count(HIDDEN) != prose.count(HIDDEN):
        return text
    hidden: Iterator[str] = (match[0] for match in _KEPT.finditer(text))
    return re.sub(HIDDEN, lambda _: next(hidden), new)


def around(text: str, start: int, end: int) -> str:
    """A few characters around a place, for a message; invisible ones by their number."""
    cut = text[max(0, start - 12) : end + 12].replace(HIDDEN, "…").replace("\n", " ")
    return "".join(shown(character) for character in cut)


def shown(character: str) -> str:
    """A character as a message can show it."""
    if character == " " or character.isprintable():
        return character
    return f"<U+{ord(character):04X}>"
