"""A book for looking things up: its handles, and its entries as readers of each locale get them."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from errbook.lookup import Handles, Index

if TYPE_CHECKING:  # explain reads a file without the modules that make one
    from errbook.edition import Edition
    from errbook.model import Catalog, Entry, Remedy


@dataclass(frozen=True, slots=True)
class Variant:
    """What is different on one platform."""

    platform: str
    cause: str
    fix: str


@dataclass(frozen=True, slots=True)
class Card:
    """One entry as a reader of one locale gets it; texts are Markdown with whole links."""

    id: str
    catalog: str
    code: str
    """Empty where the entry has none."""
    title: str
    cause: str
    fix: str
    severity: str
    status: str
    locale: str
    """The locale that cause and fix are in; where they differ, the one that fell back."""
    state: str
    """``ok``, or the state of the translation that is missed: ``missing``, ``stale``, ``fuzzy``…"""
    url: str = ""
    """Its page, where the site's address is known."""
    variants: tuple[Variant, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    """Footnotes by label, as in ``[^label]``."""

    @property
    def name(self) -> str:
        """Code and title, as far as there are any."""
        return ": ".join(part for part in (self.code, self.title) if part) or self.id


@dataclass(frozen=True, slots=True)
class LocalePart:
    """Everything of a book that is in one locale."""

    cards: Mapping[str, Card]
    """By the entry's id."""
    words: Mapping[str, str]
    """errbook's own words by their names in `words`."""


@dataclass(frozen=True)
class Bundle:
    """A book for looking up: its handles, and its entries in every locale."""

    name: str
    """The name of the site."""
    locales: tuple[str, ...]
    """Tags; the source first."""
    index: Index
    load: Callable[[str], LocalePart]
    """Gives the part of a locale; only what is asked for is read."""


# --- making one -----------------------------------------------------------------------------------


def words(edition: Edition) -> dict[str, str]:
    """What `errbook explain` says, in the language of an edition."""
    gettext = edition.words.gettext
    return {
        "cause": gettext("Cause"),
        "fix": gettext("Fix"),
        "missing": gettext("not translated yet"),
        "stale": gettext("translation out of date"),
        "fuzzy": gettext("translation not reviewed yet"),
        "blocked": gettext("translation damaged"),
        "deprecated": gettext("Deprecated"),
        "retired": gettext("Retired"),
        "unknown": gettext("Not in this book:"),
        "nearest": gettext("Did you mean:"),
        "nothing": gettext(
            "Nothing here matches. Try a shorter part of the message, or the code alone."
        ),
        "no_file": gettext("There is no such file here."),
    }


def part(edition: Edition, site: str) -> LocalePart:
    """Everything of a book in the locale of an edition.

    Args:
        edition: The book in one locale.
        site: Absolute URL of the site with a final slash, or empty.
    """
    cards = {
        entry.id: _card(edition, catalog, entry, site)
        for catalog in edition.book.catalogs
        for entry in catalog.published
    }
    return LocalePart(cards, words(edition))


def _card(edition: Edition, catalog: Catalog, entry: Entry, site: str) -> Card:
    base = f"{site}{edition.locale.tag}/" if site else ""
    rewrite = _Links(catalog, base)

    def written(remedy: Remedy | None) -> str:
        return rewrite(_markdown(edition, remedy))

    variants = tuple(Variant(v.platform, written(v.cause), written(v.fix)) for v in entry.variants)
    cause, fix = written(entry.cause), written(entry.fix)
    labels = re.findall(
        r"\[\^([^\]\s]+)\]", " ".join([cause, fix, *(v.cause + v.fix for v in variants)])
    )
    notes = {
        label: rewrite(edition.translation.text(catalog.footnotes[label]).markdown.strip())
        for label in dict.fromkeys(labels)
        if label in catalog.footnotes
    }
    locale, state = _state(edition, entry)
    return Card(
        id=entry.id,
        catalog=catalog.name,
        code=entry.code or "",
        title=edition.plain(entry.title) if entry.title else "",
        cause=cause,
        fix=fix,
        severity=entry.severity,
        status=entry.status,
        locale=locale,
        state=state,
        url=f"{base}errors/{entry.id}/" if base else "",
        variants=variants,
        notes=notes,
    )


def _markdown(edition: Edition, remedy: Remedy | None) -> str:
    if remedy is None:
        return ""
    if not remedy.texts:
        return edition.words.gettext("No action needed.")
    texts = [edition.translation.text(text).markdown.strip() for text in remedy.texts]
    if not remedy.steps:
        return "\n\n".join(texts)
    return "\n".join(
        f"{n}. {text.replace(chr(10), f'{chr(10)}   ')}" for n, text in enumerate(texts, 1)
    )


def _state(edition: Edition, entry: Entry) -> tuple[str, str]:
    """The locale that cause and fix are shown in, and the state of what fell back."""
    locale = edition.locale.tag
    for _, _, remedy in entry.remedies():
        for text in remedy.texts:
            for served in edition.translation.text(text).units:
                if not served.locale.same_language(edition.locale):
                    return served.locale.tag, served.state.value
                locale = served.locale.tag
    return locale, "ok"


@dataclass(frozen=True, slots=True)
class _Links:
    """Makes the links in a text whole; what leads nowhere outside the site is only its words."""

    catalog: Catalog
    base: str

    def __call__(self, text: str) -> str:
        pieces = re.split(r"((?<!`)(`+)(?!`).*?(?<!`)\2(?!`))", text, flags=re.S)
        written = []
        for number, piece in enumerate(pieces):
            if number % 3 == 0:
                piece = re.sub(r"\[([^\[\]]*)\]\(([^()\s]+)\)", self._link, piece)
            if number % 3 < 2:
                written.append(piece)
        return "".join(written)

    def _link(self, match: re.Match[str]) -> str:
        shown, target = match.groups()
        kind, _, name = target.partition(":")
        if kind == "link":
            target = self.catalog.links.get(name, "")
        if kind == "entry":
            target = f"{self.base}errors/{name}/" if self.base else ""
        path, hash_, anchor = target.partition("#")
        if path.endswith(".md") and "://" not in path:
            page = re.sub(r"(?:^|(?<=/))(?:index|README)\.md\Z|\.md\Z", "/", path).replace(
                "//", "/"
            )
            target = f"{self.base}{page.lstrip('/')}{hash_}{anchor}" if self.base else ""
        return f"[{shown}]({target})" if target else shown


# --- several as one -------------------------------------------------------------------------------


def merged(
    bundles: Sequence[Bundle], choose: Callable[[Sequence[str]], str]
) -> tuple[Index, LocalePart]:
    """Several books as one, each in the locale that is chosen for it.

    Args:
        bundles: Of two that have an entry with one id, the first one's counts.
        choose: Picks one of some tags.
    """
    if len(bundles) == 1:
        return bundles[0].index, bundles[0].load(choose(bundles[0].locales))
    entries: dict[str, Handles] = {}
    cards: ChainMap[str, Card] = ChainMap()
    said: dict[str, str] = {}
    for book in bundles:
        own = book.load(choose(book.locales))
        for entry in book.index.entries:
            if entry.id in own.cards:
                entries.setdefault(entry.id, entry)
        cards.maps.append(own.cards)  # type: ignore[arg-type]
        said = {**own.words, **said}
    written = dict.fromkeys(p for book in bundles for p in book.index.code_patterns)
    return Index(tuple(entries.values()), tuple(written)), LocalePart(cards, said)
