"""Tells what of a book the readers of a text are led to, wherever in the text that stands."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from errbook.model import Book

Lead = tuple[str, list[str]]
"""A handle or a page that the book has, with the ids of the entries that it means, or its name."""

_TARGET = re.compile(r"(?:entry:|errors/(?:in/)?)(?=([^\s()<>#]+))")
"""What may be a link to an entry or a catalog, or to its page. One may begin inside another."""
_PLAIN = re.compile(r"[\w.+-]+")
"""A handle that Markdown always leaves as it is."""
_AROUND = (">", "\\")
"""What a code span loses, as it does spaces and ends of lines: the mark before each line of a
quotation, and the backslash before a bar in a table."""


class Leads:
    """The names of a book that its texts may lead to.

    Too much may be found, and never too little: what is found decides what is made again, and no
    text is parsed for it.
    """

    def __init__(self, book: Book) -> None:
        self._pages = {entry.id for entry in book.published} | {c.name for c in book.catalogs}
        self._handles: dict[str, list[Lead]] = {}
        for handle, meant in book.by_code.items():
            known = self._handles.setdefault(_folded(handle), [])
            known.append((handle, [entry.id for entry in meant]))
        self._with_marks = [folded for folded in self._handles if "`" in folded]
        self._are_plain = all(_PLAIN.fullmatch(handle) for handle in book.by_code)

    def of(self, text: str) -> list[Lead]:
        """Handles that may stand in code spans, entries and catalogs that may be linked to.

        Args:
            text: Markdown, or the target of a link.
        """
        found = self._in_spans(text.upper()) if "`" in text else []
        if "&" in text or "\\" in text:
            text = html.unescape(text).replace("\\", "")
        if "entry:" in text or "errors/" in text:
            found += self._linked(text)
        return found

    def _in_spans(self, text: str) -> list[Lead]:
        # A plain handle stands in one line as it is; to fold what is there takes longest.
        may_differ = not self._are_plain or "\n" in text or "\r" in text
        folded = _folded(text) if may_differ else text
        # Between two of the marks is a code span, or what stands between two of them.
        known = [span for span in map(str.strip, folded.split("`")) if span in self._handles]
        known += [handle for handle in self._with_marks if handle in folded]
        return [lead for handle in known for lead in self._handles[handle]]

    def _linked(self, text: str) -> Iterator[Lead]:
        for target in _TARGET.findall(text):
            name = target.partition("/")[0]
            for page in (name, name.removesuffix(".md")):
                if page in self._pages:
                    yield page, [page]


def _folded(text: str) -> str:
    """A text without what a code span may lose."""
    text = "".join(text.split())
    for mark in _AROUND:
        text = text.replace(mark, "")
    return text
