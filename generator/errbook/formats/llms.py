"""``llms.txt``: the book for language models, as a list of links in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from errbook.edition import Edition
from errbook.urls import entry_url

NAME = "llms.txt"
"""The file, above the locales and below each."""


def write(title: str, summary: str, sections: Iterable[str]) -> str:
    """The file: the book's title, what it is about, and its sections.

    Args:
        title: What the book is called.
        summary: What it is about, in a sentence; may be empty.
        sections: Sections that `section` wrote.
    """
    quote = f"> {_line(summary)}\n\n" if summary.strip() else ""
    return f"# {_line(title)}\n\n{quote}{chr(10).join(sections)}"


def section(title: str, links: Iterable[tuple[str, str, str]]) -> str:
    """A section of links.

    Args:
        title: Its heading. ``Optional`` is a word of the format: what stands there can be skipped.
        links: (words, URL, what is found there) of each link; the last may be empty.
    """
    lines = [
        f"- [{_words(words)}]({url}){f': {_line(about)}' if about else ''}\n"
        for words, url, about in links
    ]
    return f"## {_line(title)}\n\n{''.join(lines)}"


def catalogs(edition: Edition, root: str) -> Iterator[str]:
    """A section for each catalog: its entries with their causes.

    Args:
        edition: The book in one locale.
        root: What links to the locale's pages begin with.
    """
    for catalog in edition.book.catalogs:
        links = (
            (edition.name(entry), root + entry_url(entry.id), edition.description(entry))
            for entry in catalog.published
        )
        yield section(edition.catalog_title(catalog), links)


def _line(text: str) -> str:
    return " ".join(text.split())


def _words(text: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", _line(text))
