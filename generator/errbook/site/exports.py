"""What programs read of one locale: the API, Sphinx' inventory, ``llms.txt``, SARIF's rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from errbook import storage
from errbook.edition import Edition
from errbook.formats import inventory, llms, sarif_rules
from errbook.formats.api import BOOK, SCHEMA, Api
from errbook.model import Entry
from errbook.urls import entry_url


@dataclass(frozen=True, slots=True)
class Written:
    """One entry in the files that have all of them."""

    data: bytes
    """The entry as JSON."""
    rule: bytes
    """Its rule for SARIF; empty where the locale has none."""


@dataclass(frozen=True, slots=True)
class Part:
    """What a locale gives to the files above the locales."""

    component: str
    """A digest of its component for SARIF, which is too large to be handed around."""
    title: str
    """What its readers call the book."""
    summary: str
    """What the book is about."""
    sections: list[str] = field(default_factory=list)
    """The source's sections of ``llms.txt``."""


class Exports:
    """Writes one locale for programs."""

    def __init__(self, edition: Edition, title: str, summary: str, root_url: str = "") -> None:
        """Args:
        edition: The book in the locale.
        title: What readers of the locale call the site.
        summary: What it is about; may be empty.
        root_url: Absolute URL of the site's root with a final slash; empty while there is none.
        """
        self._edition = edition
        self._title = title
        self._summary = summary
        self._api = Api(edition, title, root_url)

    def entry(self, entry: Entry) -> tuple[bytes, Written]:
        """A published entry's own file, and what stands of it in others."""
        made = self._api.entry(self._edition.book.catalog_by_name[entry.catalog], entry)
        rule = sarif_rules.rule(self._api, made, self._edition.description(entry))
        return self._api.single(made), Written(made.written, rule)

    def files(self, entries: Mapping[str, Written]) -> Iterator[tuple[str, bytes]]:
        """(path, content) of each file that is of all entries, below the locale.

        Args:
            entries: What was made of every published entry, by its id.
        """
        edition, api = self._edition, self._api
        yield BOOK, api.book(entries[entry.id].data for entry in edition.book.published)
        data = llms.section("Optional", [(BOOK, f"{api.root}{BOOK}", "")])
        listed = llms.write(self._title, self._summary, [*self._sections, data])
        yield llms.NAME, listed.encode("utf-8")
        yield inventory.NAME, inventory.write(self._title, inventory.labels(edition))

    @cached_property
    def _sections(self) -> list[str]:
        """The catalogs as sections of ``llms.txt``."""
        edition = self._edition
        return [
            llms.section(
                edition.catalog_title(catalog),
                (
                    (
                        edition.name(entry),
                        f"{self._api.root}{entry_url(entry.id)}",
                        edition.description(entry),
                    )
                    for entry in catalog.published
                ),
            )
            for catalog in edition.book.catalogs
        ]

    def above(self, entries: Mapping[str, Written]) -> tuple[Part, bytes]:
        """What belongs above the locales, and the component for SARIF.

        Args:
            entries: As in `files`.
        """
        edition = self._edition
        rules = (entries[entry.id].rule for entry in edition.book.published)
        component = sarif_rules.component(self._api, rules, self._summary)
        own = edition.locale == edition.translation.source
        sections = self._sections if own else []
        return Part(storage.digest(component), self._title, self._summary, sections), component


def above(
    parts: Mapping[str, Part],
    component: Callable[[str], bytes],
    names: Mapping[str, str],
    root: str,
) -> Iterator[tuple[str, bytes]]:
    """(path, content) of the files above the locales.

    Args:
        parts: What each locale gives, by its tag, the source first.
        component: The component of a locale for SARIF, by its tag.
        names: What each language calls itself, by the tag.
        root: What links to the site begin with.
    """
    source, *others = parts
    yield sarif_rules.NAME, sarif_rules.log(component(source), map(component, others))
    yield llms.NAME, _llms(parts[source], names, root).encode("utf-8")


def schema() -> Iterator[tuple[str, bytes]]:
    """(path, content) of the form of the API, which stands above the locales too."""
    # It is a form of pydantic, which takes its time; most builds do not write it.
    from errbook.formats import api_schema

    yield SCHEMA, api_schema.written().encode("utf-8")


def _llms(source: Part, names: Mapping[str, str], root: str) -> str:
    files: list[llms.Link] = [
        *((names[tag], f"{root}{tag}/{llms.NAME}", "") for tag in names),
        *((f"{tag}/{BOOK}", f"{root}{tag}/{BOOK}", "") for tag in names),
        *((name, f"{root}{name}", "") for name in (SCHEMA, sarif_rules.NAME)),
    ]
    sections = [*source.sections, llms.section("Optional", files)]
    return llms.write(source.title, source.summary, sections)
