"""Reads texts whose Markdown is so simple that one regular expression is a whole parser for it.

Most causes and fixes are one line of words with code spans, links and bold words. For these, and
for these only, this module says what the real parser would say, many times faster; a property test
holds the two against each other.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

Kind = Literal["text", "code", "link", "strong", "note"]
CACHED = 20_000
"""Of how many texts is kept what was found in them: those of a large book, each with one of its
translations. The next locale needs the source's again, and nothing of the last one's."""

Part = tuple[Kind, str, str]
"""(kind, text, target): the target is a link's; a note's text is its label."""

_WORD = r"[^\W_]"
_MARKS = r" ,.;:()’'\"/%…—–«»،。、「」（）？！：؟?=+@$#{}-"
_PLAIN = rf"(?:[^\W_]|[{_MARKS}])"
_PARTS = re.compile(
    # A single set is several times as fast as `_PLAIN`; it takes in the underscore too.
    rf"(?P<text>[\w{_MARKS}]++)"
    r"|`(?P<code>[^`\s](?:[^`\n]*[^`\s])?)`(?!`)"
    rf"|\[(?P<link>{_WORD}(?:{_PLAIN}*+))\]"
    r"\((?P<target>(?!(?i:javascript|vbscript|file|data):)[A-Za-z0-9:/.#?=+,-]+)\)"
    rf"|\*\*(?P<strong>{_WORD}(?:[ -](?={_WORD})|{_WORD})*+)\*\*(?!\*)"
    r"|\[\^(?P<note>[A-Za-z0-9-]+)\](?!:)"
)
_BLOCK_START = re.compile(r"\d{1,9}[.)](?:\s|$)|[-+=:#]|\{|===|\?\?\?|\[\^[^\]]*\]:")
"""What would begin a list, a heading, a rule, a container or a definition."""


@lru_cache(maxsize=CACHED)
def parts(text: str) -> tuple[Part, ...] | None:
    """The parts of a simple text, or None for a text that takes the real parser.

    A simple text is one paragraph on one line, without space at its ends.
    """
    if not text or text[0].isspace() or text[-1].isspace() or _BLOCK_START.match(text):
        return None
    found: list[Part] = []
    position = 0
    while position < len(text):
        match = _PARTS.match(text, position)
        if match is None:
            return None
        kind = match.lastgroup
        if kind == "text":
            words = match[0]
            if "_" in words:
                return None
            found.append(("text", words, ""))
        elif kind == "target":
            found.append(("link", match["link"], match["target"]))
        else:
            found.append((kind, match[kind], ""))  # type: ignore[arg-type,index]
        position = match.end()
    return tuple(found)
