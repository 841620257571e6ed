"""Makes texts that look translated: accented, longer, in brackets; and finds texts that do not.

A pseudo-translation needs no translator. What is not in its brackets was never extracted, and what
does not fit will not fit in a language with long words either. Everything that a translator must
keep stays to the letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from string import ascii_letters

from errbook import markdown
from errbook.markdown.anchors import ATTRIBUTE_LIST

OPEN, CLOSE = "⟦", "⟧"
"""What stands around every unit."""

_ACCENTED = str.maketrans(
    dict(zip(ascii_letters, "åƀçðéƒĝĥîĵķļṁñöþɋŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞɊŔŠŢÛṼŴẊÝŽ", strict=True))
)
_VOWELS = re.compile("[aeiouAEIOU]+")
_LENGTHS = ((10, 1.0), (20, 0.8), (30, 0.6), (50, 0.45))
"""Up to how many characters a text grows by which part of its length: short ones grow most."""
_GROWTH = 0.35
"""By which part of its length a longer text grows."""
_TAIL = "one two three four five six seven eight nine ten".split()
"""What fills up a text that has too few vowels to grow."""

_LITERALS = (
    r"[a-z][a-z0-9+.-]*://[^\s<>()\[\]{}\"'`]+",  # addresses
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"(?<![A-Za-z0-9_./-])[A-Za-z0-9_./-]*\.[a-z]{2,5}(?![A-Za-z0-9_-])",  # files and hosts
    r"<[A-Za-z/!?][^<>\n]*>?",  # whatever a parser could take for a tag
    ATTRIBUTE_LIST.pattern,
    r"\{[^{}\s]*\}|\{[^}\n]*=|\{\{.*?\}\}|\{[%#].*?[%#]\}|-8<-|\$\{[^}\n]*\}",
    r"%(?:\(\w+\))?[#0+-]*[0-9]*(?:\.[0-9]+)?[a-zA-Z](?![a-zA-Z])|%\(\w+\)[a-zA-Z]",  # %(name)s
    r"(?<![A-Za-z0-9_])(?=[A-Za-z_]*[0-9])[A-Za-z0-9_]+",  # words with digits: codes, versions
    r"(?<![A-Za-z0-9_])[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+(?![A-Za-z0-9_])",  # snake_case
    r"(?<![\w:]):[a-z0-9_+-]+:(?![\w:])|\+\+[\w+-]+\+\+",  # icons and keys of PyMdown
)
"""What readers see, and translators keep."""
_ISOLATED = "\u2066[^\u2069]*(?:\u2069|\\Z)"
"""Code in a text without markup that reads from right to left, which may be cut."""
_MARKUP = (
    r"\\[!-/:-@\[-`|-~]",
    r"(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)",
    r"^[ \t>]*\*?\[[^\]\n]+\]:",
    r"\[\^[^\]\s]+\]",
    r"\]\((?:[ ]*<[^<>\n]*>|(?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.|\([^\s()]*\))*\))*)",
    r"\]\[[^\]\n]*\]",
    r"&(?:\#\d+|\#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);",
)
"""What the reader does not see as it is written: the marks, targets and labels of Markdown."""


@dataclass(frozen=True)
class Keep:
    """What stays to the letter, besides markup and everything that is a literal by its form."""

    patterns: tuple[str, ...] = ()
    """Patterns of the book's codes and of its terms that are never translated."""

    @cached_property
    def written(self) -> re.Pattern[str]:
        """Finds what stays in Markdown."""
        return re.compile("|".join((*_MARKUP, *self.patterns, *_LITERALS)), re.S | re.M)

    @cached_property
    def shown(self) -> re.Pattern[str]:
        """Finds what stays in the text that a reader sees."""
        return re.compile("|".join((_ISOLATED, *self.patterns, *_LITERALS)), re.S)


NOTHING = Keep()
_DEFINITION = re.compile(r"[ \t>]*\*?\[[^\]\n]+\]:[ \t]*")
"""The beginning of an abbreviation's explanation."""


# --- making --------------------------------------------------------------------------------------


@lru_cache(maxsize=65536)
def unit(text: str, keep: Keep = NOTHING) -> str:
    """The pseudo-translation of one unit of Markdown.

    A text that would lose something of what it must keep (so strange can Markdown be) is put in
    brackets only, or stays as it is.
    """
    cut = markdown.units(text)
    made = markdown.splice(text, cut, {i: words(part.text, keep) for i, part in enumerate(cut)})
    for candidate in (made, f"{OPEN}{text}{CLOSE}"):
        if _same_stock(text, candidate):
            return candidate
    return text


def words(text: str, keep: Keep = NOTHING) -> str:
    """The pseudo-translation of a text without blocks, such as a word of the interface."""
    definition = _DEFINITION.match(text)
    if definition is not None:
        # What is defined must begin its line.
        return definition[0] + words(text[definition.end() :], keep)
    end = _end_of_words(text, keep)
    made, prose, position = "", "", 0
    for match in keep.written.finditer(text, 0, end):
        made += _longer(text[position : match.start()]) + match[0]
        prose += text[position : match.start()]
        position = match.end()
    made += _longer(text[position:end])
    prose += text[position:end]
    if not any(map(str.isalpha, prose)):
        return text
    body = made.rstrip()
    grown = len(made) - end + len(OPEN + CLOSE)
    tail = _tail(round(len(prose) * _growth(len(prose))) - grown)
    return f"{OPEN}{body}{tail}{CLOSE}{made[len(body) :]}{text[end:]}"


def _end_of_words(text: str, keep: Keep) -> int:
    """Where the closing bracket goes: a tag that is not closed would take it for its own."""
    last = text.rfind("<")
    if last < 0 or ">" in text[last:]:
        return len(text)
    opened = [match.start() for match in keep.written.finditer(text) if match.end() == len(text)]
    return last if opened == [last] else len(text)


def _longer(prose: str) -> str:
    """The text with a vowel more where it has vowels, and an accent on every ASCII letter."""
    more = _VOWELS.sub(lambda match: match[0] + match[0][-1].lower(), prose)
    return more.translate(_ACCENTED)


def _growth(length: int) -> float:
    return next((growth for limit, growth in _LENGTHS if length <= limit), _GROWTH)


def _tail(length: int) -> str:
    """Words that together have at least this length; nothing for what is long enough."""
    tail, number = "", 0
    while len(tail) < length:
        tail += f" {_TAIL[number % len(_TAIL)].translate(_ACCENTED)}"
        number += 1
    return tail


def _same_stock(before: str, after: str) -> bool:
    """Whether a unit keeps what translations must keep."""
    old, new = markdown.inventory(before), markdown.inventory(after)
    kept = ("shape", "code", "links", "footnotes", "tags", "attributes")
    return all(getattr(old, name) == getattr(new, name) for name in kept)


# --- finding -------------------------------------------------------------------------------------

HIDDEN = "\ufffc"
"""Stands for each part that need not be translated."""
_MARKS = re.compile(f"([{OPEN}{CLOSE}])")
_PLAIN = re.compile(r"[A-Za-z]+(?:[ '’-]+[A-Za-z]+)*")


def untranslated(shown: str, keep: Keep = NOTHING) -> list[str]:
    """The parts of a text on a page that no pseudo-translation has gone over.

    These are words outside the brackets and, inside, words in which letters have no accents. At the
    end of the text brackets may be open: descriptions are cut.

    Args:
        shown: The text as readers see it, `HIDDEN` for what need not be translated.
        keep: What was left as it is when the texts were made.
    """
    found: list[str] = []
    depth = 0
    for piece in _MARKS.split(keep.shown.sub(HIDDEN, shown)):
        if piece == OPEN:
            depth += 1
        elif piece == CLOSE:
            depth = max(0, depth - 1)
        elif depth:
            found += _PLAIN.findall(piece)
        else:
            runs = (" ".join(run.split()) for run in piece.split(HIDDEN))
            found += [run for run in runs if any(map(_is_letter, run))]
    return found


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] == "L"


def of(patterns: Iterable[re.Pattern[str] | None]) -> Keep:
    """What some patterns find stays."""
    return Keep(tuple(f"(?a:{found.pattern})" for found in patterns if found is not None))
