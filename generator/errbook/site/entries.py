"""Makes all that a locale has of an entry: its page, its file for programs, what indexes need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from errbook.article import Article
from errbook.formats.api import entry_file
from errbook.model import Entry
from errbook.pages import Pages
from errbook.site import links, stamp
from errbook.site.exports import Exports, Written
from errbook.site.finish import Finisher
from errbook.site.links import Outline
from errbook.site.publish import Pending
from errbook.site.searchindex import Document
from errbook.site.stamp import Stamp
from errbook.urls import entry_url


@dataclass(frozen=True, slots=True)
class MadeEntry:
    """What was made of one entry; its own files are in the site, or wait for it."""

    documents: list[Document]
    """Its documents of the search index."""
    outline: Outline
    written: Written


class EntryMaker:
    """Makes entries of one locale by stamping."""

    def __init__(
        self,
        pages: Pages,
        finisher: Finisher,
        exports: Exports,
        stamps: Mapping[stamp.Shape, Stamp],
        *,
        large: bool,
        taken: Collection[str] = (),
    ) -> None:
        """Args:
        pages: Write the articles.
        finisher: Finishes the pages.
        exports: Write the entries for programs.
        stamps: The page of each shape.
        large: Whether the book is one with little of each entry in its search index.
        taken: Files below the locale that the project has itself.
        """
        self._pages = pages
        self._book = pages.edition.book
        self._finisher = finisher
        self._exports = exports
        self._stamps = stamps
        self._large = large
        self._taken = taken
        self._common = {s: links.outline("".join(used.pieces)).ids for s, used in stamps.items()}
        self._known = self._known_targets()

    def _known_targets(self) -> frozenset[str]:
        """The links to pages that the book surely has."""
        urls = [entry_url(entry.id) for entry in self._book.published]
        urls += [f"errors/in/{catalog.name}/" for catalog in self._book.catalogs]
        return frozenset(self._pages.edition.link(url) for url in (*urls, "errors/"))

    def make(self, entries: Iterable[Entry], pending: Pending) -> dict[str, MadeEntry]:
        """Make some entries.

        Args:
            entries: The entries.
            pending: Takes their files.

        Returns:
            What was made of each, by its id.
        """
        return {entry.id: self._made(entry, pending) for entry in entries}

    def _made(self, entry: Entry, pending: Pending) -> MadeEntry:
        article = self._pages.article(entry)
        found = article.shape
        used = self._stamps[found]
        tag, url = self._pages.edition.locale.tag, entry_url(entry.id)
        pending.put(f"{tag}/{url}index.html", used.page(self._finisher, entry, article))
        content, written = self._exports.entry(entry)
        if entry_file(entry.id) not in self._taken:
            pending.put(f"{tag}/{entry_file(entry.id)}", content)
        documents = used.search(entry, article, large=self._large)
        outline = self._outline(article, url, self._common[found])
        return MadeEntry(documents, outline, written)

    def _outline(self, article: Article, url: str, common: frozenset[str]) -> Outline:
        """The outline of an entry's page, but for links that lead to pages which are surely there.

        Args:
            article: What the page says.
            url: Its URL below the locale.
            common: The ids of every page of its shape.
        """
        own = links.outline("".join(article.slots[stamp.FIRST_BLOCK :]))
        open_links = (link for link in own.links if link not in self._known)
        relative = (self._finisher.relative(f'="{link}', url)[2:] for link in open_links)
        return Outline(frozenset(relative), own.ids | common)
