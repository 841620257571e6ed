"""What programs read of one locale: the API, Sphinx' inventory, ``llms.txt``, SARIF's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from errbook.edition import Edition
from errbook.formats import api_schema, inventory, llms, sarif_rules
from errbook.formats.api import BOOK, SCHEMA, Api, entry_file


@dataclass(frozen=True, slots=True)
class Part:
    """What a locale gives to the files above the locales."""

    sarif: str
    """Its component."""
    title: str
    """What its readers call the book."""
    summary: str
    """What the book is about."""
    sections: Sequence[str] = ()
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

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(path, content) of each file, below the locale."""
        edition, api = self.edition, Api(self.edition, self.title, self.root_url)
        entries, rules = [], []
        links: dict[str, list[llms.Link]] = {c.name: [] for c in edition.book.catalogs}
        for made in api.entries():
            name, about = edition.name(made.entry), edition.description(made.entry)
            entries.append(made.written)
            rules.append(sarif_rules.rule(api, made, about))
            links[made.entry.catalog].append((name, made.data["url"], about))
            yield entry_file(made.entry.id), api.single(made)
        yield BOOK, api.book(entries)
        sections = [
            llms.section(edition.catalog_title(catalog), links[catalog.name])
            for catalog in edition.book.catalogs
        ]
        data = llms.section("Optional", [(BOOK, f"{api.root}{BOOK}", "")])
        yield llms.NAME, llms.write(self.title, self.summary, [*sections, data]).encode("utf-8")
        yield inventory.NAME, inventory.write(self.title, inventory.labels(edition))
        own = edition.locale == edition.translation.source
        self.part = Part(
            sarif_rules.component(api, rules, self.summary),
            self.title,
            self.summary,
            sections if own else (),
        )


def above(
    parts: Mapping[str, Part], names: Mapping[str, str], root: str
) -> Iterator[tuple[str, bytes]]:
    """(path, content) of the files above the locales.

    Args:
        parts: What each locale gives, by its tag, the source first.
        names: What each language calls itself, by the tag.
        root: What links to the site begin with.
    """
    source, *others = parts
    yield SCHEMA, api_schema.written().encode("utf-8")
    rules = sarif_rules.log(parts[source].sarif, (parts[tag].sarif for tag in others))
    yield sarif_rules.NAME, rules.encode("utf-8")
    yield llms.NAME, _llms(parts[source], names, root).encode("utf-8")


def _llms(source: Part, names: Mapping[str, str], root: str) -> str:
    files: list[llms.Link] = [
        *((names[tag], f"{root}{tag}/{llms.NAME}", "") for tag in names),
        *((f"{tag}/{BOOK}", f"{root}{tag}/{BOOK}", "") for tag in names),
        *((name, f"{root}{name}", "") for name in (SCHEMA, sarif_rules.NAME)),
    ]
    sections = [*source.sections, llms.section("Optional", files)]
    return llms.write(source.title, source.summary, sections)
