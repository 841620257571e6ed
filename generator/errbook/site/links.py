"""Checks the finished site: every internal link and anchor, and the same pages in every locale.

A worker checks the pages of its own locale. What leads out of it, and what must be equal in all
locales, is told to the build in a few words: no process holds the pages of all locales.
"""

from __future__ import annotations

import hashlib
import html
import posixpath
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from errbook.diagnostics import Diagnostic, Location, report

_TAG = re.compile(r'<[a-z][^\s<>"]*\s[^<>"]*(?:"[^"]*"[^<>"]*)*+')
"""A tag with attributes; each quotation mark that is opened in it is closed."""
_ATTRIBUTE = re.compile(r'\s(href|src|id)="([^"]*)"')
_PLAIN = re.compile(r"(?:\.\./)*[\w-][\w./-]*")
"""A relative address without anything that would have to be taken apart."""

Anchors = Mapping[str, Collection[str]]
"""The ids of each page of a locale, by its path below the locale."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What a check needs to know of one page."""

    links: frozenset[str]
    ids: frozenset[str]


def outline(text: str) -> Outline:
    """The links and ids of a page."""
    links: set[str] = set()
    ids: set[str] = set()
    # To look into tags only, and in one go, is twice as fast as to look for each attribute in all.
    for name, value in _ATTRIBUTE.findall("".join(_TAG.findall(text))):
        found = ids if name == "id" else links
        found.add(html.unescape(value) if "&" in value else value)
    return Outline(frozenset(links), frozenset(ids))


@dataclass(frozen=True, slots=True)
class Leaving:
    """A link from one part of the site to a file of another one."""

    target: str
    """Path of the file below the site's root."""
    page: str
    """The page it stands on, or one of them."""
    link: str


@dataclass(frozen=True)
class Part:
    """The files of a locale, or of what stands above all locales, about to be published."""

    tag: str
    """The locale's tag; empty for what stands above."""
    files: Collection[str]
    """Paths below the site's root."""
    pages: Mapping[str, Outline]
    """The outline of each HTML file."""
    base: str = "/"
    """Path of the root on its host, with a slash at both ends."""
    address: str = ""
    """Absolute URL of the root, for links that name the site itself."""


def check(part: Part) -> Iterator[Diagnostic | Leaving]:
    """Every link that leads nowhere inside its part, and every one that leaves it, once a target.

    An anchor of a page in another locale is looked for in this one: anchors are the same in all.
    """
    resolver = _Resolver(part)
    left: set[str] = set()
    for path, page in part.pages.items():
        for link in sorted(page.links):
            found = resolver.follow(path, link)
            if isinstance(found, Leaving):
                if found.target not in left:
                    left.add(found.target)
                    yield found
            elif found:
                yield _broken(path, link, found)


def check_leaving(leaving: Leaving, is_there: Callable[[str], bool]) -> Iterator[Diagnostic]:
    """Whether a link from one part of the site to another leads to a file."""
    if not (is_there(leaving.target) or is_there(f"{leaving.target}/index.html")):
        yield _broken(leaving.page, leaving.link, f"there is no {leaving.target}")


def _broken(path: str, link: str, problem: str) -> Diagnostic:
    return report(
        "EB503",
        Location(path),
        f'the link "{link}" leads nowhere: {problem}',
        "Correct it in the page or catalog that this page is made of.",
        page=path,
    )


class _Resolver:
    """Follows links; pages of one folder share what their links lead to."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._own = f"{part.tag}/" if part.tag else ""
        self._targets: dict[tuple[str, str], str | None] = {}

    def follow(self, path: str, link: str) -> Leaving | str:
        """Where a link of a page leads out of the part, why it leads nowhere, or an empty text."""
        part = self._part
        if link.startswith("#"):
            return self._anchor(path, link[1:])
        if part.address and link.startswith(part.address):
            link = part.base + link[len(part.address) :]
        address, _, fragment = link.partition("#")
        folder = path.rpartition("/")[0]
        key = (folder, address)
        if key not in self._targets:
            self._targets[key] = self._target(folder, path, address)
        target = self._targets[key]
        if target is None:
            return ""
        if target in part.files:
            return self._anchor(target, fragment)
        if target.startswith(self._own) and self._own:
            return f"there is no {target}"
        if fragment and self._own:
            problem = self._anchor(self._own + target.partition("/")[2], fragment)
            if problem:
                return problem
        return Leaving(target, path, link)

    def _target(self, folder: str, path: str, address: str) -> str | None:
        """The file that an address leads to, or None when it leaves the site."""
        if _PLAIN.fullmatch(address):
            named, absolute = address, posixpath.join(f"/{folder}", address)
        else:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc:
                return None
            if not parts.path:
                return path
            named = unquote(parts.path)
            absolute = posixpath.join(f"/{folder}", named)
        if named.startswith("/"):
            if not named.startswith(self._part.base):
                return None
            absolute = f"/{named[len(self._part.base) :]}"
        target = posixpath.normpath(absolute).lstrip("/")
        if absolute.endswith("/") or target in ("", "."):
            return posixpath.join(target.strip("."), "index.html").lstrip("/")
        if target not in self._part.files and f"{target}/index.html" in self._part.files:
            return f"{target}/index.html"
        return target

    def _anchor(self, target: str, fragment: str) -> str:
        page = self._part.pages.get(target)
        if not fragment or page is None or fragment in ("top", "__top"):
            return ""
        if fragment in page.ids or unquote(fragment) in page.ids:
            return ""
        return f'{target} has no anchor "{unquote(fragment)}"'


# --- the same in every locale --------------------------------------------------------------------


def anchors(part: Part) -> dict[str, list[str]]:
    """The ids of each page of a locale."""
    return {path.removeprefix(f"{part.tag}/"): sorted(p.ids) for path, p in part.pages.items()}


def digest(found: Anchors) -> str:
    """A digest of what must be equal in all locales."""
    made = hashlib.blake2b(digest_size=16)
    for path, ids in sorted(found.items()):
        made.update("\0".join((path, *ids, "")).encode("utf-8", "surrogateescape"))
    return made.hexdigest()


def compare(source: tuple[str, Anchors], other: tuple[str, Anchors]) -> Iterator[Diagnostic]:
    """The pages and anchors that are in one of two locales only.

    Args:
        source: The source locale's tag, and the ids of each of its pages.
        other: The same of another locale.
    """
    (tag, wanted), (other_tag, got) = source, other
    for path in sorted(wanted.keys() ^ got.keys()):
        missing = other_tag if path in wanted else tag
        yield report(
            "EB504",
            Location(f"{missing}/{path}"),
            f"the page is missing in {missing}, and exists in other locales",
            "Build all locales from the same source, with the same plugins.",
            locale=missing,
        )
    for path in sorted(wanted.keys() & got.keys()):
        different = sorted(set(wanted[path]) ^ set(got[path]))
        if different:
            yield report(
                "EB504",
                Location(f"{other_tag}/{path}"),
                f'the anchor "{different[0]}" is not the same in {tag} and {other_tag}',
                "Give the heading an explicit { #anchor } in the source.",
                locale=other_tag,
            )
