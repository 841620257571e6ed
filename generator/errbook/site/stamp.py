"""Makes the pages of entries from a few that the builder rendered, by substitution.

A builder spends its time rendering the theme again for each page, though the pages of entries
differ in a few texts only. So it renders one exemplar for each shape of page, with a mark in the
place of each text; the pages are the exemplar's pieces with the entries' texts between them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from errbook import storage
from errbook.article import Article
from errbook.model import Entry
from errbook.site.finish import Finisher
from errbook.site.searchindex import Document, kept_of, search_text, shortened
from errbook.urls import entry_url

MARK = "ZQ"
"""What every mark begins with; ids have no capitals, so no path of an entry does."""

_NAME = "ZQNAMEZQ"
"""Stands for the id of an entry."""

Shape = tuple[str, ...]
_SLOT = re.compile(r"<div>ZQSLOT(\d+)ZQ</div>|ZQSLOT(\d+)ZQ|ZQ(HEAD|CANONICAL|NAME)ZQ")
_SEARCH_SLOT = re.compile(r"ZQSLOT(\d+)ZQ")
FIRST_BLOCK = 3
"""Index of the first slot that is a block; those before it are inline."""


def exemplar_id(number: int) -> str:
    """The id of the exemplar with a number, in the place of an entry's."""
    return f"ZQEXEMPLAR{number}ZQ"


def exemplar(shape: Shape) -> Article:
    """An article of a shape with a mark in the place of each of its texts."""
    title, description, heading = (f"ZQSLOT{number}ZQ" for number in range(FIRST_BLOCK))
    blocks = [f"<div>ZQSLOT{FIRST_BLOCK + n}ZQ</div>" for n in range(len(shape) + 2)]
    sections = tuple(zip(shape, blocks[1:-1], strict=True))
    return Article(title, description, heading, blocks[0], sections, blocks[-1])


class Unstampable(Exception):
    """The builder's pages do not have the form that stamping needs; ``str()`` says why."""


@dataclass(frozen=True)
class Stamp:
    """One shape's page and search documents, cut at the marks."""

    pieces: tuple[str, ...]
    """The literal parts of the page."""
    keys: tuple[str, ...]
    """Between the pieces: the index of a slot, or ``HEAD``, ``CANONICAL``, ``NAME``."""
    documents: tuple[Document, ...]
    """The exemplar's documents of the search index, with marks."""

    @cached_property
    def digest(self) -> str:
        """A digest of all of it."""
        return storage.digest(repr((self.pieces, self.keys, self.documents)))

    @cached_property
    def _encoded(self) -> tuple[bytes, ...]:
        """The pieces as they stand in files: most of a page, and the same in all of them."""
        return tuple(piece.encode("utf-8") for piece in self.pieces)

    def page(self, finisher: Finisher, entry: Entry, article: Article) -> bytes:
        """The finished page of an entry."""
        url = entry_url(entry.id)
        values: dict[str, str] = {
            "HEAD": finisher.head(entry),
            "CANONICAL": finisher.canonical(entry) or f"{finisher.address}{url}",
            "NAME": entry.id,
        }
        for index, text in enumerate(article.slots):
            values[str(index)] = finisher.relative(text, url) if index >= FIRST_BLOCK else text
        first, *pieces = self._encoded
        filled = [first]
        for key, piece in zip(self.keys, pieces, strict=True):
            filled += (values[key].encode("utf-8"), piece)
        return b"".join(filled)

    def search(self, entry: Entry, article: Article, *, large: bool = False) -> list[Document]:
        """The entry's documents of the search index, in order; in a large book only one."""
        documents = kept_of(self.documents) if large else self.documents
        slots = article.slots
        filled = [self._filled(document, entry, slots) for document in documents]
        return shortened(filled) if large else filled

    def _filled(self, document: Document, entry: Entry, slots: Sequence[str]) -> Document:
        filled = dict(document)
        filled["location"] = document["location"].replace(_NAME, entry.id)
        for key in ("title", "text"):
            numbers = _SEARCH_SLOT.findall(document[key])
            if numbers:
                filled[key] = search_text("\n".join(slots[int(n)] for n in numbers))
        return filled


def cut(finisher: Finisher, text: str, documents: Sequence[Document], name: str) -> Stamp:
    """Cut an exemplar's page at its marks.

    Args:
        finisher: Finishes the page once for all entries.
        text: The builder's HTML of the exemplar.
        documents: The exemplar's documents of the search index.
        name: The exemplar's id.

    Raises:
        Unstampable: A mark is not there, or stands where a text cannot be put.
    """
    url = entry_url(name)
    finished = finisher.entry_page(text, url, head="ZQHEADZQ", canonical="ZQCANONICALZQ")
    finished = finished.replace(name, _NAME)
    pieces: list[str] = []
    keys: list[str] = []
    position = 0
    for match in _SLOT.finditer(finished):
        pieces.append(finished[position : match.start()])
        keys.append(match[1] or match[2] or match[3])
        position = match.end()
        if match[2] and int(match[2]) >= FIRST_BLOCK:
            raise Unstampable("a block of a page is shown outside its place")
    pieces.append(finished[position:])
    if any(MARK in piece for piece in pieces):
        raise Unstampable("a mark was changed by the theme")
    if "HEAD" not in keys:
        raise Unstampable("the page has no head")
    marked = ({**found, "location": found["location"].replace(name, _NAME)} for found in documents)
    return Stamp(tuple(pieces), tuple(keys), tuple(marked))


def in_builder_order(built: Sequence[str], entries: Iterable[str]) -> tuple[str, ...]:
    """Every URL of a locale in the order in which MkDocs meets the files.

    Args:
        built: The URLs that the builder wrote, exemplars among them, in its order.
        entries: The ids of the entries.
    """
    folder = [n for n, url in enumerate(built) if _is_beside_entries(url)]
    names = {built[n].split("/")[1] for n in folder}
    names = {name for name in names if not name.startswith(MARK)} | set(entries)
    inside = [entry_url(name) for name in sorted(names, key=lambda name: f"{name}.md")]
    if not folder:
        return tuple(built)
    return (*built[: folder[0]], *inside, *built[folder[-1] + 1 :])


def _is_beside_entries(url: str) -> bool:
    return url.startswith("errors/") and url.count("/") == 2 and not url.startswith("errors/in/")
