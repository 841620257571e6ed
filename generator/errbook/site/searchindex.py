"""What the theme's search index says of a page, computed from our own blocks of HTML.

It follows, step by step, the parser of Material's search plugin, whose documents it must equal; a
build compares samples of both and does without this module where they differ.

A reader's browser loads the whole index and sorts all its words. That of a large book therefore
says only of each entry what it is called and what its cause is.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from errbook import compact

SEARCH_INDEX = "search/search_index.json"
"""The file, below a locale."""
Document = Mapping[str, Any]
"""What the index says of a page, or of one of its sections."""

LARGE = 1_000
"""From so many entries on a book is large: ``benchmarks/search.py`` measures what that saves."""
_SUMMARIES = ("#cause", "#fix")
"""The sections of which one is kept of an entry in a large book, the first that there is."""

KEPT = frozenset(("p", "code", "pre", "li", "ol", "ul", "sub", "sup"))
"""Tags that stay in the index."""
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_TOKEN = re.compile(r"([^<]+)|<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
"""A text, or whether a tag closes an element, its name, and its attributes."""


def search_text(written: str) -> str:
    """The text of a section in the index, with the few tags that it keeps.

    Args:
        written: The section's HTML below its heading, or a heading's own content.
    """
    found: list[str] = []
    context: list[str] = []
    skip: set[str] = set()
    for text, close, tag, rest in _TOKEN.findall(written):
        if text:
            if not (skip and skip.intersection(context)):
                _data(found, html.unescape(text) if "&" in text else text, "pre" in context)
        elif close:
            _close(found, context, skip, tag)
        elif tag not in VOID:
            context.append(tag)
            if "data-search-exclude" in rest:
                skip.add(tag)
            elif tag in KEPT and not (skip and skip.intersection(context)):
                found.append(f"<{tag}>")
    return "".join(found).strip()


def _data(found: list[str], text: str, preformatted: bool) -> None:
    if not preformatted:
        text = " " if text.isspace() else text.replace("\n", " ")
    if text.isspace():
        if not found or not found[-1].isspace() or preformatted:
            found.append(text)
    else:
        found.append(html.escape(text, quote=False))


def _close(found: list[str], context: list[str], skip: set[str], tag: str) -> None:
    if not context or context[-1] != tag:
        return
    context.pop()
    if tag in skip:
        # Any element of this name ends what is left out, as it does in the plugin.
        skip.remove(tag)
        return
    if tag not in KEPT or (skip and skip.intersection(context)):
        return
    opening = found.index(f"<{tag}>")
    if all(piece.isspace() for piece in found[opening + 1 :]):
        del found[opening:]
    else:
        found.append(f"</{tag}>")


def kept_of(documents: Sequence[Document]) -> list[Document]:
    """The documents of an entry's page that count in a large book."""
    page, *sections = documents
    for anchor in _SUMMARIES:
        found = [section for section in sections if section["location"].endswith(anchor)]
        if found:
            return [page, found[0]]
    return [page]


def shortened(documents: Sequence[Document]) -> list[Document]:
    """One document for an entry's page, with its title, its hidden words and its cause."""
    kept = kept_of(documents)
    return [{**kept[0], "text": " ".join(d["text"] for d in kept if d["text"])}]


@dataclass(frozen=True)
class Index:
    """The search index of a locale."""

    data: Mapping[str, Any]

    @classmethod
    def read(cls, content: bytes) -> Index:
        """Read the ``search_index.json`` that a builder wrote."""
        return cls(json.loads(content))

    @cached_property
    def pages(self) -> Mapping[str, list[Document]]:
        """The documents of each page by its URL, in their order."""
        found: dict[str, list[Document]] = {}
        for document in self.data["docs"]:
            found.setdefault(document["location"].partition("#")[0], []).append(document)
        return found

    def of(self, url: str) -> list[Document]:
        """The documents of one page."""
        return self.pages.get(url, [])

    def without(self, urls: Iterable[str]) -> Index:
        """The index without the documents of some pages."""
        pages, left = self.pages, frozenset(urls)
        documents = [d for url, found in pages.items() if url not in left for d in found]
        return Index({**self.data, "docs": documents})

    def updated(self, newer: Index, urls: Iterable[str]) -> Index:
        """The index with the documents that a newer one has of some pages, which may be none."""
        pages = {**self.pages, **{url: newer.of(url) for url in urls}}
        return Index({**self.data, "docs": [d for found in pages.values() for d in found]})

    def write(self, entries: Mapping[str, Iterable[Document]], order: Sequence[str]) -> bytes:
        """The index with other documents for the pages of entries.

        Letters of all scripts stand in it as they are: escaped they would be twice as long.

        Args:
            entries: The documents of entries' pages, by URL.
            order: Every URL of the locale, in the builder's order; others have no documents.
        """
        built = self.pages
        documents: list[Document] = []
        for url in order:
            documents += entries[url] if url in entries else built.get(url, [])
        data = {**self.data, "docs": documents}
        return compact.written(data)
