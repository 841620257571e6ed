"""Knows which files of a site are errbook's own where nothing tells any more what it published."""

from __future__ import annotations

import html
import os
import posixpath
import re
from collections.abc import Callable, Collection
from pathlib import Path
from urllib.parse import unquote

from errbook import storage

SHORT = "e"
"""The folder of the short links, the only one above the locales."""
_STYLE = re.compile(rb'<link rel="stylesheet" href="((?:\.\./)*assets/errbook/errbook\.css)"')
"""The style sheet of errbook's pages, which each of them has in its locale's folder."""
_CANONICAL = re.compile(rb'<link rel="canonical" href="([^"]*)"')
"""The address of a page, or of the source's page that it shows; none where no URL is configured."""
_PICK = b'location.replace("../../" + pickLocale('
"""What is in each page of a short link: it leads to the reader's language."""


def short_links(site: Path, is_new: Callable[[str], bool]) -> set[str]:
    """The pages of short links in a site that the new one has no more, by their paths below it.

    Args:
        site: The site's folder.
        is_new: Whether the new site has a file.
    """
    files = _old(site, SHORT, is_new)
    return {name for name in files if _is_short_link(site, name) or _is_half_written(name)}


def of_locale(
    site: Path, tag: str, others: Collection[str], is_new: Callable[[str], bool]
) -> set[str]:
    """The files of a locale in a site that the new one has no more, by their paths below it.

    They are pages that show themselves as errbook's, the data of such a page's entry, what has the
    path of a file that the new site has in another locale (all have the same), and what a killed
    build left half-written. A file of somebody else, beside them, is none of them.

    Args:
        site: The site's folder.
        tag: The locale's tag.
        others: The tags of the locales of the new site.
        is_new: Whether the new site has a file.
    """
    files = _old(site, tag, is_new)
    pages = {name for name in files if name.endswith("/index.html") and _is_page(site, tag, name)}
    places = map(posixpath.dirname, pages)
    data = {f"{place}.json" for place in places if _is_of_entry(tag, place)} & files
    twins = {
        name
        for name in files - pages - data
        if any(is_new(f"{other}{name.removeprefix(tag)}") for other in others)
    }
    return pages | data | twins | set(filter(_is_half_written, files))


def _old(site: Path, folder: str, is_new: Callable[[str], bool]) -> set[str]:
    """The files in a folder of a site that the new one has no more."""
    found = (
        Path(directory, name).relative_to(site).as_posix()
        for directory, _, names in os.walk(site / folder)
        for name in names
    )
    return {name for name in found if not is_new(name)}


def _is_page(site: Path, tag: str, name: str) -> bool:
    """Whether a file is one of errbook's pages, and no copy that somebody put elsewhere."""
    content = _content(site / name)
    found = _STYLE.search(content)
    if found is None:
        return False
    place = posixpath.dirname(name)
    style = posixpath.normpath(posixpath.join(place, found[1].decode()))
    is_at_home = style == f"{tag}/assets/errbook/errbook.css"
    return is_at_home and _is_at(f"{place.removeprefix(tag)}/", content)


def _is_at(path: str, page: bytes) -> bool:
    """Whether a page says of itself that it is at a path below its locale, if it says so at all."""
    found = _CANONICAL.search(page)
    # One that fell back names the source's page, which has the same path there.
    return found is None or unquote(html.unescape(found[1].decode(errors="replace"))).endswith(path)


def _is_of_entry(tag: str, place: str) -> bool:
    return posixpath.dirname(place) == f"{tag}/errors"


def _is_short_link(site: Path, name: str) -> bool:
    return re.fullmatch(r"e/[^/]+/index\.html", name) is not None and _PICK in _content(site / name)


def _is_half_written(name: str) -> bool:
    return posixpath.basename(name).startswith(storage.TEMPORARY)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
