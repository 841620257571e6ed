"""Checks the finished site: every internal link and anchor, and the same pages in every locale."""

from __future__ import annotations

import html
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from errbook.diagnostics import Diagnostic, Location, report

_LINK = re.compile(r'<[a-z][^<>]*?\s(?:href|src)="([^"]*)"')
_ID = re.compile(r'<[a-z][^<>]*?\sid="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Outline:
    """What a check needs to know of one page."""

    links: frozenset[str]
    ids: frozenset[str]


def outline(text: str) -> Outline:
    """The links and ids of a page, as they are written."""
    return Outline(frozenset(_LINK.findall(text)), frozenset(_ID.findall(text)))


@dataclass(frozen=True)
class Site:
    """The files of a site that is about to be published."""

    files: frozenset[str]
    """Paths below the site's root."""
    pages: Mapping[str, Outline]
    """The outline of each HTML file."""
    base: str = "/"
    """Path of the root on its host, with a slash at both ends."""
    address: str = ""
    """Absolute URL of the root, for links that name the site itself."""


def check(site: Site, locales: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Everything that leads nowhere, and everything that is not the same in all locales.

    Args:
        site: The site.
        locales: The tags of its locales, the source first.
    """
    for path, page in site.pages.items():
        for link in sorted(page.links):
            problem = _problem(site, path, html.unescape(link))
            if problem:
                yield report(
                    "EB503",
                    Location(path),
                    f'the link "{html.unescape(link)}" leads nowhere: {problem}',
                    "Correct it in the page or catalog that this page is made of.",
                    page=path,
                )
    yield from _parity(site, locales)


def _problem(site: Site, path: str, link: str) -> str:
    if site.address and link.startswith(site.address):
        link = site.base + link[len(site.address) :]
    parts = urlsplit(link)
    if parts.scheme or parts.netloc or (not parts.path and not parts.fragment):
        return ""
    target = path
    if parts.path:
        absolute = posixpath.join(f"/{posixpath.dirname(path)}", unquote(parts.path))
        if parts.path.startswith("/"):
            if not unquote(parts.path).startswith(site.base):
                return ""
            absolute = f"/{unquote(parts.path)[len(site.base) :]}"
        target = posixpath.normpath(absolute).lstrip("/")
        if absolute.endswith("/") or target in ("", "."):
            target = posixpath.join(target.strip("."), "index.html").lstrip("/")
        elif target not in site.files and f"{target}/index.html" in site.files:
            target = f"{target}/index.html"
    if target not in site.files:
        return f"there is no {target}"
    fragment = unquote(parts.fragment)
    if not fragment or target not in site.pages or fragment in ("top", "__top"):
        return ""
    if fragment not in {html.unescape(name) for name in site.pages[target].ids}:
        return f'{target} has no anchor "{fragment}"'
    return ""


def _parity(site: Site, locales: tuple[str, ...]) -> Iterator[Diagnostic]:
    by_locale = {
        tag: {
            p.removeprefix(f"{tag}/"): o for p, o in site.pages.items() if p.startswith(f"{tag}/")
        }
        for tag in locales
    }
    source, *others = locales
    for tag in others:
        for path in sorted(by_locale[source].keys() ^ by_locale[tag].keys()):
            missing = tag if path in by_locale[source] else source
            yield report(
                "EB504",
                Location(f"{missing}/{path}"),
                f"the page is missing in {missing}, and exists in other locales",
                "Build all locales from the same source, with the same plugins.",
                locale=missing,
            )
        for path in sorted(by_locale[source].keys() & by_locale[tag].keys()):
            different = sorted(by_locale[source][path].ids ^ by_locale[tag][path].ids)
            if different:
                yield report(
                    "EB504",
                    Location(f"{tag}/{path}"),
                    f'the anchor "{different[0]}" is not the same in {source} and {tag}',
                    "Give the heading an explicit { #anchor } in the source.",
                    locale=tag,
                )
