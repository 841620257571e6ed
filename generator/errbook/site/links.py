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
    """The links and ids of a page."""
    links, ids = _LINK.findall(text), _ID.findall(text)
    return Outline(
        frozenset(map(html.unescape, links)) if "&" in "".join(links) else frozenset(links),
        frozenset(map(html.unescape, ids)) if "&" in "".join(ids) else frozenset(ids),
    )


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
    resolver = _Resolver(site)
    for path, page in site.pages.items():
        for link in sorted(page.links):
            problem = resolver.problem(path, link)
            if problem:
                yield report(
                    "EB503",
                    Location(path),
                    f'the link "{link}" leads nowhere: {problem}',
                    "Correct it in the page or catalog that this page is made of.",
                    page=path,
                )
    yield from _parity(site, locales)


class _Resolver:
    """Follows links; pages of one folder share what their links lead to."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._targets: dict[tuple[str, str], str | None] = {}

    def problem(self, path: str, link: str) -> str:
        """Why a link of a page leads nowhere, or an empty text."""
        site = self._site
        if link.startswith("#"):
            return self._anchor(path, link[1:])
        if site.address and link.startswith(site.address):
            link = site.base + link[len(site.address) :]
        address, _, fragment = link.partition("#")
        folder = path.rpartition("/")[0]
        key = (folder, address)
        if key not in self._targets:
            self._targets[key] = self._target(folder, path, address)
        target = self._targets[key]
        if target is None:
            return ""
        if target not in site.files:
            return f"there is no {target}"
        return self._anchor(target, fragment)

    def _target(self, folder: str, path: str, address: str) -> str | None:
        """The file that an address leads to, or None when it leaves the site."""
        site, parts = self._site, urlsplit(address)
        if parts.scheme or parts.netloc:
            return None
        if not parts.path:
            return path
        named = unquote(parts.path)
        if named.startswith("/"):
            if not named.startswith(site.base):
                return None
            absolute = f"/{named[len(site.base) :]}"
        else:
            absolute = posixpath.join(f"/{folder}", named)
        target = posixpath.normpath(absolute).lstrip("/")
        if absolute.endswith("/") or target in ("", "."):
            return posixpath.join(target.strip("."), "index.html").lstrip("/")
        if target not in site.files and f"{target}/index.html" in site.files:
            return f"{target}/index.html"
        return target

    def _anchor(self, target: str, fragment: str) -> str:
        page = self._site.pages.get(target)
        if not fragment or page is None or fragment in ("top", "__top"):
            return ""
        if fragment in page.ids or unquote(fragment) in page.ids:
            return ""
        return f'{target} has no anchor "{unquote(fragment)}"'


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
