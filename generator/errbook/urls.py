"""Where each page of the site is, below its locale."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import unquote

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)
ERRORS = "errors/"
"""The index of all catalogs."""
LOOKUP = "errors/lookup.json"
"""What the lookup box in the browser reads."""
LOG = "errors/log/"
"""Where readers paste a log."""
SCRIPT = "assets/errbook/errbook.js"
"""What every page runs in the browser."""
STATUS = "translation-status/"
"""How far the translations are."""
MATCHER = "errors/matcher.json"
"""What finds errors in a log, above the locales: it is the same in all of them."""


def entry_url(identifier: str) -> str:
    """URL of an entry's page."""
    return f"errors/{identifier}/"


def catalog_url(name: str) -> str:
    """URL of a catalog's index."""
    return f"errors/in/{name}/"


def page_url(path: str) -> str:
    """URL of a page of prose: ``a/index.md`` is ``a/``, ``a/b.md`` is ``a/b/``."""
    stem = path.removesuffix(".md")
    folder, _, name = stem.rpartition("/")
    if name.lower() in ("index", "readme"):
        return f"{folder}/" if folder else ""
    return f"{stem}/"


def is_address(target: str) -> bool:
    """Whether a link names its scheme or its host: ``mailto:a@example.org``, ``//example.org``."""
    return _ADDRESS.match(target) is not None


def linked_page(target: str) -> str | None:
    """URL of the page of prose that a link of a catalog names; None where it names no page."""
    path = target.partition("#")[0]
    # Hosts in Moldova end in .md as well.
    if not path.endswith(".md") or is_address(path):
        return None
    return page_url(posixpath.normpath(unquote(path)))


def source_path(url: str) -> str:
    """Path of the staged Markdown file of an entry's or catalog's URL."""
    return f"{url.rstrip('/')}.md"


def make_relative(text: str, prefix: str, url: str) -> str:
    """Make links in HTML relative to the page they stand on.

    Args:
        text: HTML with links that begin with a prefix.
        prefix: What the links to the locale's root begin with, as in ``/docs/fr-FR/``.
        url: URL of the page below the locale, with a final slash or empty.
    """
    if prefix not in text:
        return text
    depth = url.count("/")
    if depth > 1:
        parent = url[: url.rstrip("/").rindex("/") + 1]
        text = text.replace(f'="{prefix}{parent}', '="../')
    return text.replace(f'="{prefix}', f'="{"../" * depth or "./"}')
