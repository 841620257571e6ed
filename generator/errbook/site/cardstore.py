"""Keeps the cards that were drawn, so that a build draws only those that changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from errbook import storage
from errbook.edition import Edition
from errbook.model import Entry
from errbook.site import cards
from errbook.site.manifest import FOLDER
from errbook.wording import SEVERITY_NAMES

CARDS = FOLDER / "cards"
"""In it stand the cards of each locale."""


def of_entries(edition: Edition) -> Iterator[tuple[cards.Card, Entry]]:
    """What the card of each published entry shows in a locale."""
    for catalog in edition.book.catalogs:
        place = edition.catalog_title(catalog)
        for entry in catalog.published:
            code = entry.code or ""
            title = edition.plain(entry.title) if entry.title else ""
            label = edition.words.gettext(SEVERITY_NAMES[entry.severity])
            name = "" if code or title else edition.name(entry)
            card = cards.of_entry(edition.locale, place, code or name, title, entry.severity, label)
            yield card, entry


class Cards:
    """The cards of one locale."""

    def __init__(self, root: Path, tag: str) -> None:
        """Args:
        root: The project's folder.
        tag: The locale's tag.
        """
        self._folder = root / CARDS / tag
        self._drawn_by = cards.drawn_by()
        self._used: set[str] = set()
        self.drawn = 0
        """How many were not kept from before."""

    def picture(self, card: cards.Card) -> bytes:
        """A card as PNG."""
        key = storage.digest(f"{card}\n{self._drawn_by}")
        path = self._folder / f"{key}.card"
        self._used.add(path.name)
        try:
            return storage.read_checked(path)
        except (OSError, ValueError):
            picture = cards.draw(card)
        storage.write_checked(path, picture)
        self.drawn += 1
        return picture

    def forget_others(self) -> None:
        """Delete the cards that nobody asked for."""
        for path in self._folder.glob("*.*"):
            if path.name not in self._used:
                path.unlink(missing_ok=True)
