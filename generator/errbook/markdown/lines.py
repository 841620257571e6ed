"""Finds the text of a parser's token again in the characters of its lines."""

from __future__ import annotations

import re
from itertools import pairwise

from markdown_it.token import Token

LINE = re.compile(r"\r\n?|\n")
"""A line break, as the parser counts lines."""
_ROW_PREFIX = re.compile(r"(?:[ \t>]|(?:[-*+]|\d{1,9}[.)]|\[\^[^\]\s]+\]:)(?=[ \t]))*")
"""What may stand before a table's row: quote and list marks, a footnote's label, indentation."""


class Lines:
    """The lines of a text from its body on, in which the text of a token is found again."""

    def __init__(self, text: str, body_start: int) -> None:
        self._text = text
        self.first = len(LINE.findall(text[:body_start]))
        """The body's first line, counted from 0."""
        self._starts = [body_start, *(m.end() for m in LINE.finditer(text, body_start))]
        self._ends = [*(m.start() for m in LINE.finditer(text, body_start)), len(text)]

    def locate(self, token: Token, column: int) -> tuple[int, int, str] | None:
        """(start, end, continuation prefix) of a token's text, or None when it is not there."""
        if token.map is None or not token.content.strip():
            return None
        first = token.map[0]
        if column >= 0:
            return self._cell(first, column)
        wanted = token.content.split("\n")
        start = self._find(first, wanted[0].strip())
        last = self._find(first + len(wanted) - 1, wanted[-1].strip())
        if start is None or last is None:
            return None
        head = self._text[self._starts[first] : start]
        prefix = re.sub(r"[^>\s]", " ", head)
        if len(wanted) > 1:
            second = self._find(first + 1, wanted[1].strip())
            if second is None:
                return None
            prefix = self._text[self._starts[first + 1] : second]
        return start, last + len(wanted[-1].strip()), prefix

    def _find(self, line: int, wanted: str) -> int | None:
        if line >= len(self._starts):
            return None
        position = self._text.rfind(wanted, self._starts[line], self._ends[line])
        return None if position < 0 else position

    def _cell(self, line: int, column: int) -> tuple[int, int, str] | None:
        end = self._ends[line]
        prefix = _ROW_PREFIX.match(self._text, self._starts[line], end)
        start = prefix.end() if prefix else self._starts[line]
        pipes = [start - 1]
        pipes += [m.start() for m in re.finditer(r"(?<!\\)\|", self._text[start:end])]
        pipes = [pipes[0], *(start + offset for offset in pipes[1:]), end]
        segments = [(left + 1, right) for left, right in pairwise(pipes)]
        if self._text.startswith("|", start):
            segments = segments[1:]
        if column >= len(segments):
            return None
        left, right = segments[column]
        raw = self._text[left:right]
        if not raw.strip():
            return None
        return left + len(raw) - len(raw.lstrip()), left + len(raw.rstrip()), ""

    def rest_of_line(self, offset: int) -> str:
        """The characters from an offset to the end of its line."""
        end = LINE.search(self._text, offset)
        return self._text[offset : end.start() if end else len(self._text)]
