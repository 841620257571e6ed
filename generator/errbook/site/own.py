"""Knows which files of a site are errbook's own where nothing tells any more what it published."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Collection
from pathlib import Path

from errbook import storage

SHORT = "e"
"""The folder of the short links, the only one above the locales."""
_STYLE = re.compile(rb'<link rel="stylesheet" href="((?:\.\./)*assets/errbook/errbook\.css)"')
"""The style sheet of errbook's pages, which each of them has in its locale's folder."""
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
    pages = {name for name in files if name.endswith(".html") and _is_page(site, tag, name)}
    entries = {posixpath.dirname(name) for name in pages if name.startswith(f"{tag}/errors/")}
    data = {f"{entry}.json" for entry in entries} & files
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
    found = _STYLE.search(_content(site / name))
    if found is None:
        return False
    # A copy that somebody put elsewhere leads to another place.
    style = posixpath.join(posixpath.dirname(name), found[1].decode())
    return posixpath.normpath(style) == f"{tag}/assets/errbook/errbook.css"


def _is_short_link(site: Path, name: str) -> bool:
    return re.fullmatch(r"e/[^/]+/index\.html", name) is not None and _PICK in _content(site / name)


def _is_half_written(name: str) -> bool:
    return posixpath.basename(name).startswith(storage.TEMPORARY)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
