"""Reads a published ``errors.json``: the book of another project in one locale."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from errbook import listing, locales, markdown
from errbook.listing import Listing, Record, Said, Section
from errbook.locales import Locale
from errbook.markdown import Node
from errbook.model import SEVERITIES
from errbook.tables import BadBook
from errbook.urls import entry_url

VERSION = 1
"""The newest version of the object's form that is understood."""


def read(content: bytes, where: str, link_base: str | None = None) -> Listing:
    """Read a published book.

    Args:
        content: The file.
        where: Its URL or path, for messages and for relative links in it.
        link_base: What links to the book's pages begin with, with a final slash; empty for no such
            links, None for what the file says.

    Raises:
        BadBook: It is no file that errbook published, or of a newer form.
    """
    try:
        data = json.loads(content)
    except ValueError as error:
        raise BadBook(f"{where} is not JSON: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("entries"), list):
        raise BadBook(f"{where} is no errors.json of errbook: it has no list of entries")
    version = data.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise BadBook(f"{where} has the version {version}; this errbook reads {VERSION}")
    try:
        locale = locales.parse(str(data.get("locale")))
    except locales.UnknownLocale as error:
        raise BadBook(f"{where}: {error}") from None
    try:
        return _Reading(data, where, locale, link_base).listing()
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadBook(f"{where} is no errors.json of errbook: {error!r}") from None
