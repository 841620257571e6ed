"""Tells what of a book the readers of a text are led to, wherever in the text that stands."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from errbook.model import Book

_TARGET = re.compile(r"(?:entry:|errors/(?:in/)?)(?=([^\s()<>#]+))")
"""What may be a link to an entry or a catalog, or to its page. One may begin inside another."""
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
        self._handles: dict[str, list[tuple[str, list[str]]]] = {}
        for handle, meant in book.by_code.items():
            known = self._handles.setdefault(_folded(handle), [])
            known.append((handle, [entry.id for entry in meant]))
        self._with_marks = [folded for folded in self._handles if "`" in folded]

    def of(self, text: str) -> Iterator[tuple[str, list[str]]]:
        """Handles that may stand in code spans, entries and catalogs that may be linked to.

        Args:
            text: Markdown, or the target of a link.

        Returns:
            Each that the book has, with the ids of the entries that it means; a catalog, with its
            name.
        """
        if "`" in text:
            folded = _folded(text.upper())
            # Between two of the marks is a code span, or what stands between two of them.
            for span in folded.split("`"):
                yield from self._handles.get(span, ())
            for handle in self._with_marks:
                if handle in folded:
                    yield from self._handles[handle]
        if "&" in text or "\\" in text:
            text = html.unescape(text).replace("\\", "")
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
