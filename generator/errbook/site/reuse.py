"""Tells which entries of a locale read as they did, and keeps what the last build made of those."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from errbook import storage
from errbook.article import shape
from errbook.edition import Edition
from errbook.formats import api, sarif_rules
from errbook.model import Book, Catalog, Entry, Text
from errbook.site import results
from errbook.site.entries import MadeEntry
from errbook.site.exports import Written
from errbook.site.leads import Leads
from errbook.site.links import Outline
from errbook.site.manifest import Contents
from errbook.site.publish import Pending
from errbook.site.searchindex import SEARCH_INDEX, Index
from errbook.site.stamp import Shape, Stamp
from errbook.urls import entry_url

_NAME = "entries.json"


def keys(
    edition: Edition,
    mark: str,
    structure: Mapping[str, str],
    stamps: Mapping[Shape, Stamp],
    taken: Collection[str] = (),
) -> dict[str, str]:
    """For each published entry's id a digest of all that its page and its data are made from.

    Args:
        edition: The book in the locale.
        mark: A digest of what all its entries are made from.
        structure: A digest of what the source says of each entry, from `structure.digests`.
        stamps: How the page of each shape is made.
        taken: Files below the locale that the project has itself.
    """
    texts = _Texts(edition)
    found = {}
    for catalog in edition.book.catalogs:
        targets = map(texts.lead_to, catalog.links.values())
        common = "\0".join((mark, texts.say(of_catalog(catalog)), *targets))
        for entry in catalog.published:
            said = texts.say(of_entry(edition.book, entry))
            links = (
                edition.edit_link(entry),
                edition.report_link(entry) if edition.report_url else "",
            )
            stamp = stamps[shape(edition.book, entry)].digest
            own = str(api.entry_file(entry.id) in taken)
            parts = (common, structure[entry.id], stamp, said, own, *links)
            found[entry.id] = storage.digest("\0".join(parts))
    return found


def of_entry(book: Book, entry: Entry) -> Iterator[Text]:
    """Every text on a published entry's page, and in its data, but for its catalog's own."""
    yield from entry.texts()
    named = (other.title for other in book.named_by(entry) if other is not None)
    yield from (title for title in named if title is not None)


def of_catalog(catalog: Catalog) -> Iterator[Text]:
    """The texts of a catalog that stand on the page, or in the data, of any of its entries."""
    yield from (text for text in (catalog.title, catalog.description) if text is not None)
    yield from catalog.categories.values()
    yield from catalog.footnotes.values()


class _Texts:
    """What readers of a locale get of texts."""

    def __init__(self, edition: Edition) -> None:
        self._edition = edition
        self._leads = Leads(edition.book)
        self._said: dict[tuple[str, str, str], str] = {}

    def say(self, texts: Iterable[Text]) -> str:
        return "\0".join(map(self._of, texts))

    def lead_to(self, written: str) -> str:
        """What Markdown, or the target of a link, leads to."""
        return repr(self._leads.of(written))

    def _of(self, text: Text) -> str:
        key = (text.catalog, text.owner, text.slot)
        said = self._said.get(key)
        if said is None:
            translation = self._edition.translation
            found = translation.text(text)
            states = [f"{unit.locale.tag} {unit.state.value} {unit.draft}" for unit in found.units]
            unreviewed = translation.is_unreviewed(text)
            links = self.lead_to(found.markdown)
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
        """The digests of an entry's own files, but for one that the project has in its place."""
        names = (f"{entry_url(name)}index.html", api.entry_file(name))
        paths = (f"{self._tag}/{own}" for own in names)
        known, taken = self._pending.known, self._pending.files
        return {path: known[path][0] for path in paths if path not in taken}
