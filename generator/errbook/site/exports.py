"""What programs read of one locale: the API, Sphinx' inventory, ``llms.txt``, SARIF's rules."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from errbook.edition import Edition
from errbook.formats import api_schema, inventory, llms, sarif_rules
from errbook.formats.api import BOOK, SCHEMA, Api, entry_file
from errbook.urls import entry_url


class Before(Protocol):
    """What an earlier build made of an entry."""

    @property
    def written(self) -> bytes:
        """The entry as JSON."""

    @property
    def rule(self) -> str:
        """Its rule for SARIF."""


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


@dataclass
class Exports:
    """Writes one locale for programs."""

    edition: Edition
    title: str
    """What readers of the locale call the site."""
    summary: str
    """What it is about; may be empty."""
    root_url: str = ""
    """Absolute URL of the site's root with a final slash; empty while the project has none."""
    part: Part | None = None
    """What belongs above the locales, when all files were written."""
    component: bytes = b""
    """The same for SARIF."""

    def files(self, kept: Mapping[str, Before]) -> Iterator[tuple[str, bytes]]:
        """(path, content) of each file, below the locale.

        Args:
            kept: The entries, by their ids, whose own files stay, and what they are for programs.
        """
        edition, api = self.edition, Api(self.edition, self.title, self.root_url)
        entries, rules, sections = [], [], []
        for catalog in edition.book.catalogs:
            links: list[llms.Link] = []
            for entry in catalog.published:
                name, about = edition.name(entry), edition.description(entry)
                links.append((name, f"{api.root}{entry_url(entry.id)}", about))
                before = kept.get(entry.id)
                if before is not None:
                    entries.append(before.written)
                    rules.append(before.rule)
                    continue
                made = api.entry(catalog, entry)
                entries.append(made.written)
                rules.append(sarif_rules.rule(api, made, about))
                yield entry_file(entry.id), api.single(made)
            sections.append(llms.section(edition.catalog_title(catalog), links))
        yield BOOK, api.book(entries)
        data = llms.section("Optional", [(BOOK, f"{api.root}{BOOK}", "")])
        yield llms.NAME, llms.write(self.title, self.summary, [*sections, data]).encode("utf-8")
        yield inventory.NAME, inventory.write(self.title, inventory.labels(edition))
        own = edition.locale == edition.translation.source
        self.component = sarif_rules.component(api, rules, self.summary)
        self.part = Part(
            digest_of(self.component),
            self.title,
            self.summary,
            sections if own else [],
        )


def digest_of(component: bytes) -> str:
    """What `Part` tells of a component."""
    return hashlib.blake2b(component, digest_size=16).hexdigest()


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
    yield SCHEMA, api_schema.written().encode("utf-8")
    yield sarif_rules.NAME, sarif_rules.log(component(source), map(component, others))
    yield llms.NAME, _llms(parts[source], names, root).encode("utf-8")


def _llms(source: Part, names: Mapping[str, str], root: str) -> str:
    files: list[llms.Link] = [
        *((names[tag], f"{root}{tag}/{llms.NAME}", "") for tag in names),
        *((f"{tag}/{BOOK}", f"{root}{tag}/{BOOK}", "") for tag in names),
        *((name, f"{root}{name}", "") for name in (SCHEMA, sarif_rules.NAME)),
    ]
    sections = [*source.sections, llms.section("Optional", files)]
    return llms.write(source.title, source.summary, sections)
