"""The sitemaps: one per locale, which says of every page what it is translated into."""

from __future__ import annotations

import gzip
import html
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from errbook.model import Book

SITEMAPS = ("sitemap.xml", "sitemap.xml.gz")
"""The names of a locale's sitemap below it, as it is and compressed."""


@dataclass(frozen=True)
class Sitemaps:
    """Knows the pages of every locale."""

    book: Book
    root_url: str
    """Absolute URL of the site's root with a final slash; empty while the project has none."""
    source: str
    """Tag of the source locale."""
    urls: Mapping[str, tuple[str, ...]]
    """For each locale's tag, the URLs of its pages below it, in order."""
    translated: Mapping[str, Collection[str]]
    """For each locale's tag, the URLs of the pages that are really in its language."""
    _alternates_of: dict[str, str] = field(default_factory=dict, repr=False)

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(path, content) of each sitemap, below the site's root."""
        for tag in self.urls:
            content = self._sitemap(tag).encode("utf-8")
            yield f"{tag}/sitemap.xml", content
            # Compressed without a time, so that the same pages give the same bytes.
            yield f"{tag}/sitemap.xml.gz", gzip.compress(content, compresslevel=6, mtime=0)
        if self.root_url:
            yield "sitemap.xml", self._index().encode("utf-8")

    def _sitemap(self, tag: str) -> str:
        # Without an address there is nothing to say; the theme asks for the file all the same.
        rows = "".join(self._row(tag, url) for url in self.urls[tag] if self.root_url)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
            f"{rows}</urlset>\n"
        )

    def _row(self, tag: str, url: str) -> str:
        alternates = self._alternates(url) if url in self.translated[tag] else ""
        return f"<url><loc>{html.escape(self._address(tag, url))}</loc>{alternates}</url>\n"

    def _alternates(self, url: str) -> str:
        """The languages of a page, which stand in the sitemap of each of them."""
        found = self._alternates_of.get(url)
        if found is None:
            tags = [tag for tag, urls in self.translated.items() if url in urls]
            found = "".join(self._alternate(t, self._address(t, url)) for t in tags)
            found += self._alternate("x-default", f"{self.root_url}{self._default(url)}")
            self._alternates_of[url] = found = found if len(tags) > 1 else ""
        return found

    def _address(self, tag: str, url: str) -> str:
        return f"{self.root_url}{tag}/{url}"

    @staticmethod
    def _alternate(language: str, address: str) -> str:
        link = html.escape(address)
        return f'<xhtml:link rel="alternate" hreflang="{language}" href="{link}"/>'

    def _default(self, url: str) -> str:
        """Where a reader of any other language is sent: a page that picks the language."""
        entry = self.book.entries.get(url.removeprefix("errors/").strip("/"))
        if entry is not None:
            return f"e/{entry.name}/"
        return f"{self.source}/{url}" if url else ""

    def _index(self) -> str:
        rows = "".join(
            f"<sitemap><loc>{html.escape(f'{self.root_url}{tag}/sitemap.xml')}</loc></sitemap>\n"
            for tag in self.urls
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
            f"{rows}</sitemapindex>\n"
        )
