"""Patterns of codes: the safe, portable part of regular expressions, with ASCII boundaries."""

from __future__ import annotations

import re
from collections.abc import Iterable

MAX_LENGTH = 200
MAX_CODE = 64
"""How long a code may be, in characters."""
MAX_CHOICES = 4
"""In how many places an engine may have to choose: each one multiplies the ways to fail."""
MAX_WIDE = 2
"""How many repeats may be wide: each one multiplies the ways to fail by the length of the text."""
WIDE = 16
"""A repeat is wide when its highest number is this far from its lowest, or when it has none."""

_TOKEN = re.compile(
    r"""(?P<escape>\\[dws.\-+*?()\[\]{}|^$/\\])
      | (?P<set>\[\^?(?:\\[dws.\-+*?()\[\]{}|^$/\\]|(?!--|&&|\|\||~~)[^\]\\\[])+\])
      | (?P<open>\((?:\?:)?)
      | (?P<close>\))
      | (?P<or>\|)
      | (?P<repeat>[*+?]|\{\d{1,3}(?:,\d{0,3})?\})
      | (?P<char>[^\\\[\](){}*+?|^$])
    """,
    re.X,
)
_FIXED = re.compile(r"\{\d+\}\Z")
_BOUNDS = re.compile(r"\{(\d+),(\d*)\}\Z")


def problem(pattern: str) -> str:
    """Why a code pattern is refused, or an empty text when it is fine.

    Allowed are characters, escapes (``\\d \\w \\s`` and escaped punctuation), sets, groups,
    ``|`` and repeats, as long as no text can make an engine backtrack without end: a repeated group
    holds neither a repeat nor a choice, a pattern has few places where an engine must choose, and
    only two repeats may go on as long as the text does.
    """
    if len(pattern) > MAX_LENGTH:
        return f"it is longer than {MAX_LENGTH} characters"
    position, choices, wide = 0, 0, 0
    variable: list[bool] = [False]
    """For each open group, whether it holds a repeat or a choice."""
    previous, repeated = "", ""
    while position < len(pattern):
        token = _TOKEN.match(pattern, position)
        if token is None:
            return f'"{pattern[position:]}" is not understood in a code pattern'
        position = token.end()
        kind = str(token.lastgroup)
        if kind == "open":
            variable.append(False)
        elif kind == "close":
            if len(variable) == 1:
                return "a parenthesis is closed that was never opened"
            inner = variable.pop()
            choices += inner
            variable[-1] |= inner
            kind = "variable group" if inner else "group"
        elif kind == "or":
            variable[-1] = True
        elif kind == "repeat":
            refusal = _refuse_repeat(token[0], previous, repeated)
            if refusal:
                return refusal
            choices += not _FIXED.match(token[0])
            wide += _is_wide(token[0])
            variable[-1] = True
        previous, repeated = kind, token[0]
    if len(variable) > 1:
        return "a parenthesis is never closed"
    return _too_slow(choices, wide) or _useless(pattern)


def _too_slow(choices: int, wide: int) -> str:
    if choices > MAX_CHOICES:
        return f"it has more than {MAX_CHOICES} repeats and choices, and can take endless time"
    if wide > MAX_WIDE:
        return f"it has more than {MAX_WIDE} repeats without a low limit, and can take endless time"
    return ""


def _useless(pattern: str) -> str:
    try:
        empty = re.compile(pattern, re.ASCII).fullmatch("")
    except re.error as error:
        return str(error)
    return "it matches the empty text" if empty else ""


def _is_wide(repeat: str) -> bool:
    """Whether the numbers of times that a repeat allows are far apart."""
    bounds = _BOUNDS.match(repeat)
    if bounds is None:
        return repeat in ("*", "+")
    return not bounds[2] or int(bounds[2]) - int(bounds[1]) >= WIDE


def _refuse_repeat(repeat: str, previous: str, repeated: str) -> str:
    if previous in ("", "open", "or", "repeat"):
        return f'"{repeat}" repeats nothing'
    if previous == "variable group" and repeat != "?":
        return "a repeated group holds a repeat or a choice, and can take endless time to match"
    if previous == "group" and (repeat in "*+" or repeat.endswith(",}")):
        return "a group is repeated without a limit, and can take endless time to match"
    if _is_wide(repeat) and (repeated in (".", r"\s") or repeated.startswith("[^")):
        return f'"{repeated}{repeat}" would run across the text around a code'
    return ""


def compile_code(pattern: str) -> re.Pattern[str]:
    """The pattern of one whole code, ignoring letter case; ``\\d`` and ``\\w`` mean ASCII."""
    return re.compile(pattern, re.ASCII | re.IGNORECASE)


def mentions(patterns: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern that finds codes in a text, or None without patterns.

    Boundaries are ASCII letters, digits and the underscore: ``\\b`` fails where a code touches
    Hangul or kana (``AZCM0013を``).
    """
    alternatives = "|".join(f"(?:{pattern})" for pattern in dict.fromkeys(patterns) if pattern)
    if not alternatives:
        return None
    return re.compile(rf"(?<![A-Za-z0-9_])(?:{alternatives})(?![A-Za-z0-9_])", re.ASCII)
