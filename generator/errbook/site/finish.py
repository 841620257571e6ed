"""Finishes one page that a builder made: its language, its head, its links."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from errbook import compact, markdown
from errbook.article import fallback_banner
from errbook.edition import Edition
from errbook.locales import Locale
from errbook.model import Entry, Page
from errbook.site import cards
from errbook.urls import catalog_url, entry_url, make_relative, page_url

NOT_FOUND = "404.html"
LOCAL_URL = "http://localhost/"
"""What pages are built for while the configuration says no URL."""

_HTML = re.compile(r'<html lang="[^"]*"')
_ALTERNATE = re.compile(r'\s*<link rel="alternate" href="[^"]*" hreflang="[^"]*">')
_TITLE = re.compile(r"<title>([^<]*)</title>")
_TWICE = re.compile(r"<title>([^<]+) - \1</title>")
"""The title of a page that is called as the site is, which the theme writes behind it."""
_DESCRIPTION = re.compile(r'<meta name="description" content="([^"]*)">')
_CANONICAL = re.compile(r'\s*<link rel="canonical" href="[^"]*">')


@dataclass(frozen=True)
class Finisher:
    """Finishes the pages of one locale."""

    edition: Edition
    root_url: str = ""
    """Absolute URL of the site's root with a final slash; empty while the project has none."""
    card: bool = False
    """Whether the locale has a picture for previews of links."""
    beside_source: bool = True
    """Whether the site has the source locale too."""
    entry_cards: bool = False
    """Whether each entry has one of its own."""

    @property
    def locale(self) -> Locale:
        return self.edition.locale

    @property
    def address(self) -> str:
        """The absolute URL of the locale's root, which the builder was told."""
        return f"{self.root_url or LOCAL_URL}{self.locale.tag}/"

    def page(self, text: str, url: str) -> str:
        """A page of prose or an index.

        Args:
            text: The builder's HTML.
            url: The page's URL below the locale.
        """
        text = _TWICE.sub(r"<title>\1</title>", text, count=1)
        head = f"{self._common()}{self._preview(text, url)}"
        return self.entry_page(self._with_banner(text, url), url, head, canonical="")

    def _preview(self, text: str, url: str) -> str:
        """What a preview of a link to a page shows beside its picture, unless a plugin says it."""
        head = text.partition("</head>")[0]  # prose may speak of such tags
        if 'property="og:title"' in head:
            return ""
        title, description = _TITLE.search(head), _DESCRIPTION.search(head)
        lines = ['<meta property="og:type" content="website">']
        if title:
            name = markdown.escape(html.unescape(title[1]).strip())
            lines.append(f'<meta property="og:title" content="{name}">')
        if self.root_url and url != NOT_FOUND:
            address = html.escape(f"{self.address}{url}")
            lines.append(f'<meta property="og:url" content="{address}">')
        if description:
            lines.append(f'<meta property="og:description" content="{description[1]}">')
        return "".join(f"{line}\n" for line in lines)

    def _with_banner(self, text: str, url: str) -> str:
        """A page of prose says below its heading which languages it fell back to."""
        page = self._prose.get(url)
        languages = self.edition.page_fallen_back(page) if page else []
        if not page or not languages:
            return text
        banner = fallback_banner(self.edition, languages, self.edition.page_edit_link(page))
        return text.replace("</h1>", f"</h1>\n{banner}", 1)

    @cached_property
    def _prose(self) -> Mapping[str, Page]:
        """The pages of prose by their URLs."""
        return {page_url(page.path): page for page in self.edition.book.pages}

    def entry_page(self, text: str, url: str, head: str, canonical: str) -> str:
        """A page with its language, direction, head and links as they must be.

        Args:
            text: The builder's HTML.
            url: The page's URL below the locale.
            head: Lines to add to the head.
            canonical: The address of the page it is a copy of; empty for its own.
        """
        before, close, body = text.partition("</head>")
        before = _HTML.sub(
            f'<html lang="{self.locale.tag}" dir="{self.locale.direction}"', before, count=1
        )
        # They lead to the home pages, so they would tell search engines that every page is a
        # translation of these; and for each the theme reads a whole sitemap before it does
        # anything else. Our script knows the twin of a page without.
        before = _ALTERNATE.sub("", before)
        if not self.root_url:
            before = _CANONICAL.sub("", before)
        elif canonical:
            own = f'<link rel="canonical" href="{self.address}{url}">'
            before = before.replace(own, f'<link rel="canonical" href="{canonical}">')
        if url != NOT_FOUND:
            # A host shows the 404 page at any address, so its links stay as they are.
            body = self._relative_links(body, url)
        return f"{before}{head}{close}{body}"

    def _relative_links(self, body: str, url: str) -> str:
        """Make the article's links below the locale relative: the site works under any path."""
        before, opening, rest = body.partition("<article")
        article, closing, after = rest.partition("</article>")
        return f"{before}{opening}{self.relative(article, url)}{closing}{after}"

    def relative(self, written: str, url: str) -> str:
        """HTML whose links below the locale are relative to a page."""
        return make_relative(written, self.edition.root, url)

    # --- head ------------------------------------------------------------------------------------

    def _common(self, card: str = cards.PATH, words: str = "") -> str:
        """The lines of every page.

        Args:
            card: The path of the page's picture below the locale.
            words: What the picture says, where it is not for the whole locale.
        """
        lines = [f'<meta property="og:locale" content="{self.locale.posix}">']
        if self.card and self.root_url:
            width, height = cards.SIZE
            lines += [
                f'<meta property="og:image" content="{html.escape(self.address + card)}">',
                f'<meta property="og:image:width" content="{width}">',
                f'<meta property="og:image:height" content="{height}">',
                '<meta name="twitter:card" content="summary_large_image">',
            ]
            if words:
                lines.append(f'<meta property="og:image:alt" content="{markdown.escape(words)}">')
        return "".join(f"{line}\n" for line in lines)

    @cached_property
    def _common_lines(self) -> str:
        return self._common().rstrip("\n")

    def canonical(self, entry: Entry) -> str:
        """The source's page, where both cause and fix fell back; else empty."""
        if not self.root_url or not self.beside_source or self._language(entry) is self.locale:
            return ""
        source = self.edition.translation.source.tag
        return html.escape(f"{self.root_url}{source}/{entry_url(entry.id)}")

    def _language(self, entry: Entry) -> Locale:
        """The locale that an entry's texts are in: another one where cause and fix fell back."""
        translation = self.edition.translation
        remedies = [remedy for _, _, remedy in entry.remedies() if remedy.texts]
        if not remedies or not all(translation.remedy_fallen_back(r) for r in remedies):
            return self.locale
        units = (u for r in remedies for text in r.texts for u in translation.text(text).units)
        return next((served.locale for served in units), translation.source)

    def head(self, entry: Entry) -> str:
        """What the head of an entry's page says to search engines and previews."""
        return "".join(f"{line}\n" for line in self._head(entry))

    def _head(self, entry: Entry) -> Iterator[str]:
        address = html.escape(f"{self.address}{entry_url(entry.id)}")
        name = self.edition.name(entry)
        description = self.edition.description(entry)
        if self.entry_cards:
            yield self._common(cards.entry_path(entry.id), name).rstrip("\n")
        else:
            yield self._common_lines
        yield '<meta property="og:type" content="article">'
        yield f'<meta property="og:title" content="{markdown.escape(name)}">'
        if self.root_url:
            yield f'<meta property="og:url" content="{address}">'
        yield f'<meta property="og:description" content="{markdown.escape(description)}">'
        # The entry for programs, beside the folder of its page. Material takes every link whose
        # relation is "alternate" alone for another locale, and looks for a sitemap there.
        api = f"../{entry.id}.json"
        yield f'<link rel="alternate describedby" type="application/json" href="{api}">'
        data = script_json(self._linked_data(entry, name, description))
        yield f'<script type="application/ld+json">{data}</script>'

    def _linked_data(self, entry: Entry, name: str, description: str) -> dict[str, Any]:
        """The page as search engines' structured data: an article about a defined term."""
        catalog = self.edition.book.catalog_by_name[entry.catalog]
        term: dict[str, Any] = {
            "@type": "DefinedTerm",
            "name": name,
            "description": description,
            "inDefinedTermSet": {
                "@type": "DefinedTermSet",
                "name": self.edition.catalog_title(catalog),
            },
        }
        if entry.code:
            term["termCode"] = entry.code
        page: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "TechArticle",
            "headline": name,
            "description": description,
            "inLanguage": self._language(entry).tag,
            "about": term,
        }
        if self.root_url:
            page["url"] = f"{self.address}{entry_url(entry.id)}"
            term["inDefinedTermSet"]["url"] = f"{self.address}{catalog_url(catalog.name)}"
        return page


def script_json(data: object) -> str:
    """JSON inside a script element: no text in it can close the element or open a comment."""
    written = compact.written(data).decode("utf-8")
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
