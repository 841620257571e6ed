"""The sitemaps: one per locale, which says of every page what it is translated into."""

from __future__ import annotations

import gzip
import html
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

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

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(path, content) of each sitemap, below the site's root."""
        for tag in self.urls:
            content = self._sitemap(tag).encode("utf-8")
            yield f"{tag}/sitemap.xml", content
            # Compressed without a time, so that the same pages give the same bytes.
            yield f"{tag}/sitemap.xml.gz", gzip.compress(content, mtime=0)
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
        alternates = ""
        tags = [other for other, urls in self.translated.items() if url in urls]
        if tag in tags and len(tags) > 1:
            alternates = "".join(self._alternate(t, self._address(t, url)) for t in tags)
            default = f"{self.root_url}{self._default(url)}"
            alternates += self._alternate("x-default", default)
        return f"<url><loc>{html.escape(self._address(tag, url))}</loc>{alternates}</url>\n"

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
