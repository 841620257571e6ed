"""``llms.txt``: the book for language models, as a list of links in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable

NAME = "llms.txt"
"""The file, above the locales and below each."""

_BRACKET = re.compile(r"([\\\[\]])")

Link = tuple[str, str, str]
"""(words, URL, what is found there); the last may be empty."""


def write(title: str, summary: str, sections: Iterable[str]) -> str:
    """The file: the book's title, what it is about, and its sections.

    Args:
        title: What the book is called.
        summary: What it is about, in a sentence; may be empty.
        sections: Sections that `section` wrote.
    """
    quote = f"> {_line(summary)}\n\n" if summary.strip() else ""
    return f"# {_line(title)}\n\n{quote}{chr(10).join(sections)}"


def section(title: str, links: Iterable[Link]) -> str:
    """A section of links.

    Args:
        title: Its heading. ``Optional`` is a word of the format: what stands there can be skipped.
        links: What it lists.
    """
    lines = [
        f"- [{_words(words)}]({url}){f': {_line(about)}' if about else ''}\n"
        for words, url, about in links
    ]
    return f"## {_line(title)}\n\n{''.join(lines)}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _words(text: str) -> str:
    return _BRACKET.sub(r"\\\1", _line(text))
