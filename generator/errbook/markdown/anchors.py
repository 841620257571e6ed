"""Ids of headings, and the attribute lists of Python-Markdown in which they are written."""

from __future__ import annotations

import re
import unicodedata

_ATTRIBUTE = r"""[.\#]?[\w:-]+|[\w:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s{}"']+)"""
ATTRIBUTE_LIST = re.compile(rf"\{{:?[ ]*(?:{_ATTRIBUTE})(?:[ ]+(?:{_ATTRIBUTE}))*[ ]*\}}")
"""An attribute list, as in ``{ .class #id key=value }``."""
TRAILING_ATTRIBUTES = re.compile(rf"[ \t]*{ATTRIBUTE_LIST.pattern}[ \t]*$")
"""An attribute list at the end of a line."""
CLOSING_HASHES = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
"""The marks that may close a heading."""
HEADING_ID = re.compile(r"\#([\w:-]+)")
"""The id in an attribute list."""


class Anchors:
    """Gives each heading of a page its id: the explicit one, or one made from its source text."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def add(self, rest: str, raw: str) -> str:
        """The id of the next heading: its text is ``raw``, behind which ``rest`` stands."""
        attributes = TRAILING_ATTRIBUTES.search(raw + CLOSING_HASHES.sub("", rest))
        explicit = HEADING_ID.search(attributes[0]) if attributes else None
        anchor = explicit[1] if explicit else slug(TRAILING_ATTRIBUTES.sub("", raw))
        candidate, number = anchor, 0
        while candidate in self._seen and not explicit:
            number += 1
            candidate = f"{anchor}_{number}"
        self._seen.add(candidate)
        return candidate


def slug(text: str) -> str:
    """An ASCII anchor for a heading's text, the way Python-Markdown makes it.

    A text without any ASCII letter gives ``section``.
    """
    plain = unicodedata.normalize("NFKD", re.sub(r"[`*_]", "", text)).encode("ascii", "ignore")
    words = re.sub(r"[^\w\s-]", "", plain.decode("ascii")).strip().lower()
    return re.sub(r"[-\s]+", "-", words) or "section"
