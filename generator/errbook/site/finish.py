"""Finishes what a builder made of one locale: language, search engines, sitemap."""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errbook import markdown
from errbook.config import Settings
from errbook.edition import Edition
from errbook.locales import Locale
from errbook.model import Entry
from errbook.site.stage import LOCAL_URL
from errbook.urls import catalog_url, entry_url, make_relative, page_url

NOT_FOUND = "404.html"
_HTML = re.compile(r'<html lang="[^"]*"')
_ALTERNATE = re.compile(r'(<link rel="alternate" href="[^"]*") hreflang="[^"]*"(?=>)')
_CANONICAL = re.compile(r'\s*<link rel="canonical" href="[^"]*">')
_LOCATION = re.compile(r"<loc>([^<]*)</loc>")


@dataclass(frozen=True)
class Finisher:
    """Knows of every page of a locale what search engines are told about it."""

    settings: Settings
    editions: Mapping[Locale, Edition]
    """The book in every locale."""
    site_url: str = ""
    """The URL the site is built for, when it is not the configured one."""

    @property
    def root_url(self) -> str:
        """The absolute URL of the site's root, with a final slash."""
        return self.site_url or self.settings.site_url or LOCAL_URL

    def finish(self, locale: Locale, site: Path) -> Iterator[tuple[str, bytes]]:
        """What to publish of one builder's output.

        Args:
            locale: The locale that was built.
            site: The builder's output folder.

        Yields:
            The path below the locale's folder, and the content, of each file.
        """
        entries = {entry_url(e.id): e for e in self.editions[locale].book.entries.values()}
        for path in sorted(p for p in site.rglob("*") if p.is_file()):
            name = path.relative_to(site).as_posix()
            if name == "sitemap.xml":
                sitemap = self.sitemap(locale, path.read_text(encoding="utf-8")).encode("utf-8")
                yield name, sitemap
                # The builder's own has the time of the build in its header.
                yield f"{name}.gz", gzip.compress(sitemap, mtime=0)
            elif name.endswith(".html"):
                url = name.removesuffix("index.html")
                text = path.read_text(encoding="utf-8")
                yield name, self.page(locale, text, url, entries.get(url)).encode("utf-8")
            elif name != "sitemap.xml.gz":
                yield name, path.read_bytes()

    def page(self, locale: Locale, text: str, url: str, entry: Entry | None = None) -> str:
        """One page with its language, direction and head as they must be.

        Args:
            locale: The page's locale.
            text: The builder's HTML.
            url: The page's URL below the locale.
            entry: The entry it documents, if it is an entry's page.
        """
        head, close, body = text.partition("</head>")
        head = _HTML.sub(f'<html lang="{locale.tag}" dir="{locale.direction}"', head, count=1)
        # The language switcher needs these links; with a language they would also tell search
        # engines that every page is a translation of every home page.
        head = _ALTERNATE.sub(r"\1", head)
        if not (self.site_url or self.settings.site_url):
            head = _CANONICAL.sub("", head)
        elif entry is not None and self._canonical_locale(locale, entry) != locale:
            source = self.settings.source_locale
            address = html.escape(f"{self.root_url}{source.tag}/{url}")
            head = _CANONICAL.sub(
                lambda match: re.sub('href="[^"]*"', f'href="{address}"', match[0]), head
            )
        if url != NOT_FOUND:
            # A host shows this page at any address, so its links stay as they are.
            body = self._relative_links(locale, url, body)
        added = "".join(f"{line}\n" for line in self._head(locale, url, entry))
        return f"{head}{added}{close}{body}"

    def _relative_links(self, locale: Locale, url: str, body: str) -> str:
        """Make the article's links below the locale relative: the site works under any path."""
        before, opening, rest = body.partition("<article")
        article, closing, after = rest.partition("</article>")
        article = make_relative(article, self.editions[locale].root, url)
        return f"{before}{opening}{article}{closing}{after}"

    def _canonical_locale(self, locale: Locale, entry: Entry) -> Locale:
        """The source where both cause and fix fell back: the page is a copy of the source's."""
        translation = self.editions[locale].translation
        remedies = [remedy for _, _, remedy in entry.remedies()]
        gone = all(translation.remedy_fallen_back(r) for r in remedies if r.texts)
        return self.settings.source_locale if gone and remedies else locale

    # --- head ------------------------------------------------------------------------------------

    def _head(self, locale: Locale, url: str, entry: Entry | None) -> Iterator[str]:
        edition = self.editions[locale]
        address = html.escape(f"{self.root_url}{locale.tag}/{url}")
        yield f'<meta property="og:locale" content="{locale.posix}">'
        if entry is None:
            return
        title = markdown.escape(edition.name(entry))
        yield '<meta property="og:type" content="article">'
        yield f'<meta property="og:title" content="{title}">'
        yield f'<meta property="og:url" content="{address}">'
        description = markdown.escape(edition.description(entry))
        yield f'<meta property="og:description" content="{description}">'
        data = script_json(self._linked_data(locale, entry))
        yield f'<script type="application/ld+json">{data}</script>'

    def _linked_data(self, locale: Locale, entry: Entry) -> dict[str, Any]:
        """The page as search engines' structured data: an article about a defined term."""
        edition = self.editions[locale]
        base = f"{self.root_url}{locale.tag}/"
        catalog = edition.book.catalog_by_name[entry.catalog]
        term: dict[str, Any] = {
            "@type": "DefinedTerm",
            "name": edition.name(entry),
            "description": edition.description(entry),
            "inDefinedTermSet": {
                "@type": "DefinedTermSet",
                "name": edition.catalog_title(catalog),
                "url": f"{base}{catalog_url(catalog.name)}",
            },
        }
        if entry.code:
            term["termCode"] = entry.code
        return {
            "@context": "https://schema.org",
            "@type": "TechArticle",
            "headline": edition.name(entry),
            "description": edition.description(entry),
            "inLanguage": locale.tag,
            "url": f"{base}{entry_url(entry.id)}",
            "about": term,
        }

    # --- sitemaps --------------------------------------------------------------------------------

    def translated(self, url: str) -> tuple[Locale, ...]:
        """The locales in which the page at a URL below a locale is really translated."""
        book = self.editions[self.settings.source_locale].book
        entry = book.entries.get(url.removeprefix("errors/").strip("/"))
        page = next((p for p in book.pages if page_url(p.path) == url), None)
        found = []
        for locale, edition in self.editions.items():
            translation = edition.translation
            complete = True
            if entry is not None:
                complete = translation.is_complete(entry)
            elif page is not None:
                served = translation.page_units(page)
                complete = all(s.locale.same_language(locale) for s in served)
            if complete:
                found.append(locale)
        return tuple(found)

    def sitemap(self, locale: Locale, built: str) -> str:
        """A locale's sitemap: every page under its own URL, with its real translations.

        Args:
            locale: The locale.
            built: The builder's sitemap, which says which pages there are.
        """
        base = f"{self.root_url}{locale.tag}/"
        rows = []
        for match in _LOCATION.finditer(built):
            address = html.unescape(match[1])
            url = address.removeprefix(base)
            links = self._alternates(url) if locale in self.translated(url) else ()
            alternates = "".join(
                f'<xhtml:link rel="alternate" hreflang="{tag}" href="{html.escape(link)}"/>'
                for tag, link in links
            )
            rows.append(f"<url><loc>{html.escape(address)}</loc>{alternates}</url>\n")
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
            ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
            f"{''.join(rows)}</urlset>\n"
        )

    def _alternates(self, url: str) -> Iterator[tuple[str, str]]:
        locales = self.translated(url)
        if len(locales) < 2:
            return
        for locale in locales:
            yield locale.tag, f"{self.root_url}{locale.tag}/{url}"
        yield "x-default", f"{self.root_url}{self._default(url)}"

    def _default(self, url: str) -> str:
        """Where a reader of any other language is sent: a page that picks the language."""
        book = self.editions[self.settings.source_locale].book
        entry = book.entries.get(url.removeprefix("errors/").strip("/"))
        if entry is not None:
            return f"e/{entry.name}/"
        return f"{self.settings.source_locale.tag}/{url}" if url else ""


def script_json(data: object) -> str:
    """JSON inside a script element: no text in it can close the element or open a comment."""
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
