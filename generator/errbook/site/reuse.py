"""Tells which entries of a locale read as they did, and keeps what the last build made of those."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from errbook import markdown, storage
from errbook.article import shape
from errbook.edition import Edition
from errbook.formats import api, sarif_rules
from errbook.model import Book, Catalog, Entry, Text
from errbook.site import results
from errbook.site.entries import MadeEntry
from errbook.site.exports import Written
from errbook.site.links import Outline
from errbook.site.manifest import Contents
from errbook.site.publish import Pending
from errbook.site.searchindex import SEARCH_INDEX, Index
from errbook.site.stamp import Shape, Stamp
from errbook.urls import entry_url

_NAME = "entries.json"
_ENTRY = re.compile(r"entry:([^\s()<>]+)")
"""The target of a link to an entry, where no character of it is written as another one."""


def keys(
    edition: Edition, mark: str, structure: Mapping[str, str], stamps: Mapping[Shape, Stamp]
) -> dict[str, str]:
    """For each published entry's id a digest of all that its page and its data are made from.

    Args:
        edition: The book in the locale.
        mark: A digest of what all its entries are made from.
        structure: A digest of what the source says of each entry, from `structure.digests`.
        stamps: How the page of each shape is made.
    """
    texts = _Texts(edition)
    found = {}
    for catalog in edition.book.catalogs:
        common = f"{mark}\0{texts.say(of_catalog(catalog))}"
        for entry in catalog.published:
            said = texts.say(of_entry(edition.book, entry))
            links = (
                edition.edit_link(entry),
                edition.report_link(entry) if edition.report_url else "",
            )
            stamp = stamps[shape(edition.book, entry)].digest
            parts = (common, structure[entry.id], stamp, said, *links)
            content = "\0".join(parts).encode("utf-8", "surrogateescape")
            found[entry.id] = hashlib.blake2b(content, digest_size=16).hexdigest()
    return found


def of_entry(book: Book, entry: Entry) -> Iterator[Text]:
    """Every text on a published entry's page, and in its data, but for its catalog's own."""
    yield from entry.texts()
    others = [book.entries[name] for name in (*entry.see, *entry.replaced_by)]
    named = (*others, *book.beside[entry.id])
    yield from (other.title for other in named if other is not None and other.title is not None)


def of_catalog(catalog: Catalog) -> Iterator[Text]:
    """The texts of a catalog that stand on the page, or in the data, of any of its entries."""
    yield from (text for text in (catalog.title, catalog.description) if text is not None)
    yield from catalog.categories.values()
    yield from catalog.footnotes.values()


def leads(book: Book, text: str) -> Iterator[tuple[str, list[str]]]:
    """What readers of a text are led to by the book: handles in code spans, and links to entries.

    Args:
        book: The book.
        text: The Markdown of a text.

    Returns:
        Each that is known, with the ids of the entries that it means. It may be said of one that
        is no link, too.
    """
    if "`" in text:
        # Between two of the marks is a code span, or what stands between two of them.
        for span in text.replace("\n", " ").split("`"):
            if meant := book.by_code.get(span.strip().upper()):
                yield span, [entry.id for entry in meant]
    escaped = "&" in text or "\\" in text
    names = _entry_targets(text) if escaped else _ENTRY.findall(text)
    known = (book.entries.get(name) for name in names)
    yield from ((entry.id, [entry.id]) for entry in known if entry and entry.has_page)


def _entry_targets(text: str) -> Iterator[str]:
    for target in markdown.inventory(text).links:
        yield target.removeprefix("entry:")


class _Texts:
    """What readers of a locale get of texts."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._said: dict[tuple[str, str, str], str] = {}

    def say(self, texts: Iterable[Text]) -> str:
        return "\0".join(map(self._of, texts))

    def _of(self, text: Text) -> str:
        key = (text.catalog, text.owner, text.slot)
        said = self._said.get(key)
        if said is None:
            translation = self._edition.translation
            found = translation.text(text)
            states = [f"{unit.locale} {unit.state.value} {unit.draft}" for unit in found.units]
            unreviewed = translation.is_unreviewed(text)
            links = repr(list(leads(self._edition.book, found.markdown)))
            said = self._said[key] = "\0".join((found.markdown, *states, str(unreviewed), links))
        return said


def write(
    folder: Path, keys: Mapping[str, str], links: Mapping[str, Iterable[str]], contents: Contents
) -> None:
    """Keep what was made of a locale's entries.

    Args:
        folder: Where the locale's result is kept.
        keys: The digest of each entry, from `keys`.
        links: The links of each entry's page that have to be followed.
        contents: The files of the locale in short.
    """
    entries = {name: [key, sorted(links.get(name, ()))] for name, key in keys.items()}
    data = {"contents": asdict(contents), "entries": entries}
    storage.write_data(folder / _NAME, data)


def read(folder: Path, keys: Mapping[str, str], tag: str, pending: Pending) -> dict[str, MadeEntry]:
    """What the last build made of the entries that read as they did; their files stay.

    Args:
        folder: Where the locale's result is kept.
        keys: The digest of each entry as it is now.
        tag: The locale.
        pending: Takes the files.

    Returns:
        It by the entry's id. Nothing of it is used when any part of it is damaged, or not there.
    """
    try:
        data = storage.read_data(folder / _NAME)
        before: Mapping[str, tuple[str, list[str]]] = data["entries"]
        same = [name for name, key in keys.items() if name in before and before[name][0] == key]
        result, published = results.read(folder, pending), Contents.of(pending.known)
        if not same or not Contents(**data["contents"]) == published == result.contents:
            return {}
        component = results.read_component(folder, result)
        anchors = results.read_anchors(folder, result)
        made = _Made(tag, list(before), pending, component, anchors)
        kept = {name: (made.entry(name, before[name][1]), made.files(name)) for name in same}
    except storage.UNREADABLE:
        return {}
    return {name: found for name, (found, own) in kept.items() if pending.keep(own)}


class _Made:
    """Takes the last build's files apart into what they say of each entry."""

    def __init__(
        self,
        tag: str,
        ids: Sequence[str],
        pending: Pending,
        component: bytes,
        anchors: Mapping[str, list[str]],
    ) -> None:
        """Args:
        tag: The locale.
        ids: The entries of the last build, in the order of the book.
        pending: Has the locale's files that are published.
        component: Its component for SARIF; empty where it has none.
        anchors: The ids on each of its pages.
        """
        self._tag = tag
        self._pending = pending
        self._anchors = anchors
        self._index = Index.read(self._content(SEARCH_INDEX))
        written = api.entries_of(self._content(api.BOOK))
        rules = sarif_rules.rules_of(component) if component else [b""] * len(ids)
        self._written = dict(zip(ids, written, strict=True))
        self._rules = dict(zip(ids, rules, strict=True))

    def _content(self, name: str) -> bytes:
        return self._pending.published(f"{self._tag}/{name}")

    def entry(self, name: str, links: Iterable[str]) -> MadeEntry:
        url = entry_url(name)
        ids = self._anchors[f"{url}index.html"]
        outline = Outline(frozenset(map(str, links)), frozenset(map(str, ids)))
        written = Written(self._written[name], self._rules[name])
        return MadeEntry(self._index.of(url), outline, written)

    def files(self, name: str) -> dict[str, str]:
        """The digests of an entry's own files."""
        paths = (f"{entry_url(name)}index.html", api.entry_file(name))
        known = self._pending.known
        return {path: known[path][0] for path in (f"{self._tag}/{path}" for path in paths)}
