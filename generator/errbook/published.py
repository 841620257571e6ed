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


@dataclass
class _Reading:
    """Turns what a file says into records, field by field."""

    data: Mapping[str, Any]
    where: str
    locale: Locale
    link_base: str | None
    notes: dict[str, tuple[Node, ...]] = field(default_factory=dict)
    """The footnotes found so far, by the label that texts refer to them with."""

    def listing(self) -> Listing:
        words = locales.interface(self.locale)
        codes: dict[str, list[str]] = {}
        for entry in self.data["entries"]:
            handles = [entry.get("code") or entry["id"], *_strings(entry.get("aliases"))]
            for handle in dict.fromkeys(str(handle).upper() for handle in handles):
                codes.setdefault(handle, []).append(str(entry["id"]))
        self._codes = {code: ids[0] for code, ids in codes.items() if len(ids) == 1}
        self._urls = {str(entry["id"]): self._page(entry) for entry in self.data["entries"]}
        return Listing(words, tuple(self._sections()))

    def _sections(self) -> Iterator[Section]:
        for catalog in self.data.get("catalogs") or ():
            name = str(catalog["name"])
            entries = [e for e in self.data["entries"] if e.get("catalog") == name]
            self.notes = {}
            for label, text in (catalog.get("footnotes") or {}).items():
                self.notes[f"{name}-{label}"] = self._said(text, name).blocks
            records = tuple(self._record(entry, name) for entry in entries)
            titles = catalog.get("categories") or {}
            categories = {str(k): self._said(title, name).blocks for k, title in titles.items()}
            title = _words(catalog.get("title")) or name
            yield Section(name, title, records, categories, dict(self.notes))

    def _page(self, entry: Mapping[str, Any]) -> str:
        if self.link_base is not None:
            below = f"{self.locale.tag}/{entry_url(str(entry['id']))}"
            return f"{self.link_base}{below}" if self.link_base else ""
        return self._url(str(entry.get("url") or "")) or ""

    def _url(self, target: str) -> str | None:
        """A target as a URL that leads there from elsewhere, or None where there is no such URL."""
        root = str(self.data.get("url") or "")
        if self.link_base is not None and root and target.startswith(root):
            below = target.removeprefix(root)
            return f"{self.link_base}{self.locale.tag}/{below}" if self.link_base else None
        scheme = urlsplit(target).scheme
        if scheme in ("http", "https", "mailto"):
            return target
        base = self.where if urlsplit(self.where).scheme in ("http", "https") else ""
        return urljoin(base, target) if base and target and not scheme else None

    def _record(self, entry: Mapping[str, Any], catalog: str) -> Record:
        severity = str(entry.get("severity") or "error")
        return Record(
            str(entry["id"]),
            str(entry["code"]) if entry.get("code") else None,
            severity if severity in SEVERITIES else "error",
            self._said(entry["title"], catalog) if entry.get("title") else None,
            {name: tuple(self._field(entry, name, catalog)) for name in ("cause", "fix")},
            tuple(
                (str(m.get("summary") or ""), str(m["text"])) for m in entry.get("messages") or ()
            ),
            str(entry.get("category") or ""),
            _strings(entry.get("platforms")) or _strings(v["platform"] for v in _variants(entry)),
            tuple((str(k), _strings(v)) for k, v in (entry.get("identifiers") or {}).items()),
            str(entry.get("status") or "active"),
            _strings(entry.get("tags")),
            str(entry.get("since") or ""),
            self._urls[str(entry["id"])],
        )

    def _field(
        self, entry: Mapping[str, Any], name: str, catalog: str
    ) -> Iterator[tuple[str, Said]]:
        if entry.get(name):
            yield "", self._said(entry[name], catalog)
            return
        for variant in _variants(entry):
            if variant.get(name):
                yield str(variant["platform"]), self._said(variant[name], catalog)

    def _said(self, text: Any, catalog: str) -> Said:
        """A text: bare words, or its Markdown with the locale it is in and its state."""
        if isinstance(text, str):
            return Said(listing.plain(text), self.locale.tag)
        written = locales.parse(str(text.get("locale") or self.locale.tag))
        source = str(text["markdown"])
        foreign: dict[int, str] = {}
        if not written.same_language(self.locale):
            foreign = dict.fromkeys(range(len(markdown.units(source))), written.tag)
        if text.get("foreign"):
            foreign = {int(n): locales.parse(tag).tag for n, tag in text["foreign"].items()}
        blocks = markdown.tree(source, foreign)
        resolved = listing.resolve(
            blocks, self.locale, self._url, lambda label: f"{catalog}-{label}", self._mention
        )
        for block in resolved:
            if block.kind == "definition":
                self.notes.setdefault(f"{catalog}-{block.text}", block.children)
        kept = tuple(block for block in resolved if block.kind != "definition")
        tag = written.tag if foreign else self.locale.tag
        return Said(kept, tag, str(text.get("state") or "ok"))

    def _mention(self, code: str) -> str | None:
        return self._urls.get(self._codes.get(code.upper(), "")) or None


def _variants(entry: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    variants: Iterable[Mapping[str, Any]] = entry.get("variants") or ()
    return variants


def _strings(values: Any) -> tuple[str, ...]:
    if values is None:
        return ()
    return (values,) if isinstance(values, str) else tuple(str(value) for value in values)


def _words(text: Any) -> str:
    """The words of a title, which is bare words or a text with its Markdown."""
    if isinstance(text, Mapping):
        return str(text.get("text") or markdown.strip(str(text.get("markdown") or "")))
    return str(text or "")
