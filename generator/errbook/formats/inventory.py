"""A Sphinx inventory (``objects.inv``, version 2): other projects' docs link to entries by code."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

from errbook.edition import Edition
from errbook.model import Entry
from errbook.urls import entry_url

NAME = "objects.inv"
"""The file, below its locale."""

_ROLE = "std:label"
"""What Sphinx' ``:ref:`` looks up; other readers of inventories take any role."""


def write(title: str, labels: Iterable[tuple[str, str, str]]) -> bytes:
    """An inventory.

    Args:
        title: What the project is called.
        labels: (label, URL below the inventory, words of a link to it) of each target.
    """
    head = (
        "# Sphinx inventory version 2\n"
        f"# Project: {_one_line(title)}\n"
        "# Version: \n"
        "# The remainder of this file is compressed using zlib.\n"
    )
    lines = [f"{label} {_ROLE} -1 {url} {_one_line(words)}\n" for label, url, words in labels]
    return head.encode("utf-8") + zlib.compress("".join(lines).encode("utf-8"))


def _one_line(text: str) -> str:
    return " ".join(text.split()) or "-"


def labels(edition: Edition) -> Iterator[tuple[str, str, str]]:
    """The labels of every entry: its code, id and aliases, also in lower case.

    Sphinx' ``:ref:`` asks for a label in lower case; mkdocs-autorefs and MyST as it is written. A
    name with several meanings leads to the page that lists them.
    """
    book = edition.book
    found: dict[str, tuple[str, str]] = {}
    for entry in book.published:
        own = (entry_url(entry.id), edition.name(entry))
        found[entry.id] = own
        for name in _names(entry):
            several = len(book.by_code.get(name.upper(), ())) > 1
            target = (f"../e/{name}/", name) if several else own
            found.setdefault(name, target)
            found.setdefault(name.lower(), target)
    yield from ((label, url, words) for label, (url, words) in found.items())


def _names(entry: Entry) -> Iterator[str]:
    for name in (entry.code, *entry.aliases):
        # A space would end the label.
        if name and not any(character.isspace() for character in name):
            yield name
