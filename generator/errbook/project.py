"""A whole project: loads everything once, and answers what was found."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from errbook import (
    config,
    configfile,
    drafts,
    extract,
    glossary,
    locales,
    patterns,
    sitewords,
    status,
    translate,
    urls,
)
from errbook.checks import book as book_checks
from errbook.checks import review
from errbook.config import Preview, Settings
from errbook.diagnostics import Diagnostic, Location, Severity, in_order, report
from errbook.locales import Locale
from errbook.model import Book, Text
from errbook.po import PoFile
from errbook.projectfiles import UI, OnDemand, PoRead, Read, Reading
from errbook.status import Status
from errbook.terms import LocalTerms, SourceTerms
from errbook.translate import Translation, UnitState
from errbook.yamltext import decode


@dataclass(frozen=True)
class Project:
    """A whole project as it is on the disk."""

    settings: Settings
    book: Book
    site_texts: tuple[Text, ...] = ()
    """What the configuration says to readers: the site's name, description, nav titles…"""
    terms: tuple[glossary.Term, ...] = ()
    po_read: Mapping[tuple[Locale, str], PoRead] = field(default_factory=dict)
    """What was read of each PO file, by locale and name; a file that does not exist is absent."""
    left_behind: Mapping[tuple[Locale, str], PoRead] = field(default_factory=dict)
    """What was read of each PO file of a locale that is of no catalog, or of none any more."""
    assets: tuple[str, ...] = ()
    """Paths below the pages folder of everything that is no page."""
    loading: tuple[Diagnostic, ...] = ()
    """What was wrong in the files themselves."""
    incomplete: bool = False
    """Whether a catalog could not be read at all: what refers to it is not wrong for that."""

    @cached_property
    def units(self) -> Mapping[str, tuple[extract.SourceUnit, ...]]:
        """Every unit by the name of its locale file."""
        found = dict(extract.book_units(self.book))
        site = tuple(
            extract.SourceUnit(t.context(0), t.source, "meta", t.location) for t in self.site_texts
        )
        if site or extract.PAGES in found:
            found[extract.PAGES] = (*site, *found.get(extract.PAGES, ()))
        return found

    @cached_property
    def mentions(self) -> re.Pattern[str] | None:
        """Finds the book's error codes in a text."""
        return patterns.mentions(catalog.code_pattern for catalog in self.book.catalogs)

    @cached_property
    def local_terms(self) -> Mapping[Locale, LocalTerms]:
        """The glossary in every locale but the source."""
        source = SourceTerms(self.terms)
        tags = (item.locale for item in self.settings.locales)
        return OnDemand(tags, lambda locale: LocalTerms(source, locale))

    def po_path(self, locale: Locale, name: str) -> Path:
        """The place of a locale file, whether it exists or not."""
        return self.settings.translations / locale.tag / f"{name}.po"

    def shown(self, path: Path) -> str:
        """A path as diagnostics name it."""
        return self.settings.shown(path)

    @cached_property
    def files(self) -> Mapping[tuple[Locale, str], PoFile]:
        """The PO files by locale and name; a file that does not exist is absent."""
        return OnDemand(self.po_read, lambda key: self.po_read[key][0])

    @cached_property
    def states(self) -> Mapping[Locale, Mapping[str, UnitState]]:
        """For every locale but the source, the state of every unit by its context."""
        return OnDemand((item.locale for item in self.settings.locales), self._states)

    def _states(self, locale: Locale) -> Mapping[str, UnitState]:
        found: dict[str, UnitState] = {}
        for name, units in self.units.items():
            path = self.shown(self.po_path(locale, name))
            file = self.files.get((locale, name))
            messages = file.messages if file else ()
            terms = self.local_terms[locale] if self.terms else None
            found.update(translate.states(units, messages, locale, path, self.mentions, terms))
        return found

    @cached_property
    def translations(self) -> Mapping[Locale, Translation]:
        """The book in every locale, the source first."""
        return OnDemand(self.settings.all_locales, self._translation)

    def _translation(self, locale: Locale) -> Translation:
        settings = self.settings
        if locale == settings.source_locale:
            return Translation(locale, (locale,), {})
        explicit = settings.of(locale).fallback
        chain = locales.chain(locale, explicit, settings.all_locales, settings.source_locale)
        states = {link: self.states[link] for link in chain[:-1]}
        if settings.preview is None or not settings.preview.drafts:
            return Translation(locale, chain, states)
        shown = drafts.texts(states[locale].values(), locale, self.mentions)
        return Translation(locale, chain, states, shown)

    def forget_locales(self) -> None:
        """Let go of what was read and made of locales: in a large book all of it is too much."""
        made = (self.po_read, self.files, self.states, self.translations, self.local_terms)
        for each in made:
            if isinstance(each, OnDemand):
                each.forget()

    def interface(self, locale: Locale) -> locales.Interface:
        """The interface's words in a locale, the project's own before the shipped ones."""
        file = self.files.get((locale, UI))
        settled = [m for m in file.messages if not m.fuzzy and not m.obsolete] if file else []
        words = {m.source: m.text for m in settled if m.text}
        counted = {m.source: [form for _, form in m.plurals] for m in settled if m.plurals}
        return locales.interface(locale, words, counted, file.plural_rule if file else None)

    def interface_share(self, locale: Locale) -> tuple[int, int]:
        """How many of the interface's words a locale has, shipped or the project's own; of all."""
        every = locales.interface_words()
        if locales.shipped_for(locale):
            return len(every), len(every)
        file = self.files.get((locale, UI))
        messages = file.messages if file else ()
        own = {m.source for m in messages if not m.fuzzy and not m.obsolete and m.text}
        return len(own & every), len(every)

    @property
    def has_status_page(self) -> bool:
        """Whether the site gets a page that shows how far each translation is."""
        settings, path = self.settings, urls.source_path(urls.STATUS)
        own = any(page.path == path for page in self.book.pages)
        return settings.status_page and bool(settings.locales) and not own

    @cached_property
    def status(self) -> Status:
        """How far the translations are."""
        return status.collect(
            self.book,
            self.units,
            self.translations.values(),
            lambda locale, name: self.settings.of(locale).requires(name),
            lambda locale, name: self.shown(self.po_path(locale, name)),
        )

    @cached_property
    def diagnostics(self) -> list[Diagnostic]:
        """Everything that is wrong with the project, in the order of files and lines."""
        found = list(self.source_findings)
        for item in self.settings.locales:
            found += self.locale_findings(item.locale)
        return in_order(found)

    @cached_property
    def source_findings(self) -> list[Diagnostic]:
        """What is wrong with the configuration and the source; no translation is looked at."""
        own = (
            self._page_findings(),
            self._link_findings(),
            self._unknown_requirements(),
            self._address_findings(),
        )
        return in_order([*self.loading, *(finding for found in own for finding in found)])

    @property
    def source_is_broken(self) -> bool:
        """Whether there is a mistake that keeps the site from being built."""
        return any(f.severity is Severity.ERROR for f in self.source_findings)

    def _page_findings(self) -> Iterator[Diagnostic]:
        tags = [locale.tag for locale in self.settings.all_locales]
        for page in self.book.pages:
            raw, _ = decode((self.settings.pages / page.path).read_bytes(), page.path)
            found = book_checks.page(page, raw or "", self.book, tags)
            yield from (f for f in found if not (self.incomplete and f.code == "EB404"))

    def _link_findings(self) -> Iterator[Diagnostic]:
        """Links of catalogs to pages that are not there, where nothing else makes pages."""
        others = self.settings.plugins - {"search", "material/search", config.PLUGIN}
        if self.incomplete or others or self.settings.mkdocs.get("hooks"):
            return
        there = {urls.page_url(page.path) for page in self.book.pages}
        there |= {urls.entry_url(entry.id) for entry in self.book.entries.values()}
        there |= {urls.catalog_url(catalog.name) for catalog in self.book.catalogs}
        there |= {urls.ERRORS, urls.LOG, *([urls.STATUS] if self.has_status_page else [])}
        yield from book_checks.links(self.book, there)

    def locale_findings(
        self, locale: Locale, quiet: review.Quiet | None = None
    ) -> Iterator[Diagnostic]:
        """What is wrong in the files of one locale; a pseudo-locale has none.

        Args:
            locale: The locale.
            quiet: What is known of its wording, and takes what is found.
        """
        if locale.is_pseudo:
            return
        for key in self.po_read:
            if key[0] == locale:
                yield from self.po_read[key][1]
        translation = self.translations[locale]
        for name, units in self.units.items():
            path = self.shown(self.po_path(locale, name))
            yield from book_checks.promise(self.settings, translation, name, units, path)
            yield from book_checks.damaged(self.settings, translation, name, units)
            yield from self._orphans(locale, name, path)
        yield from self.wording_findings(locale, quiet)

    def wording_findings(
        self, locale: Locale, quiet: review.Quiet | None = None
    ) -> Iterator[Diagnostic]:
        """What the checks of typography, language and terms say about one locale, likewise."""
        terms = self.local_terms[locale] if self.terms else None
        yield from review.run(
            self.states[locale].values(), self.settings.source_locale, locale, terms, quiet
        )

    def _unknown_requirements(self) -> Iterator[Diagnostic]:
        for item in self.settings.locales if not self.incomplete else ():
            if isinstance(item.required, frozenset):
                paths = [page.path for page in self.book.pages]
                matched = {p for p in item.page_patterns if fnmatch.filter(paths, p)}
                for name in sorted(item.required - set(self.units) - matched):
                    yield report(
                        "EB003",
                        Location(self.settings.path),
                        f'{item.locale} requires "{name}", which does not exist',
                        f"There is {', '.join(self.units)}.",
                    )

    def _address_findings(self) -> Iterator[Diagnostic]:
        url = self.settings.site_url
        if url and not re.match(r"https?://[^/]", url):
            yield report(
                "EB003",
                Location(self.settings.path, self.settings.lines.get("site_url", 1)),
                f'site_url: "{url.rstrip("/")}" is no address',
                "Begin it with https://, as in https://errors.example.com/.",
            )

    def _orphans(self, locale: Locale, name: str, path: str) -> Iterator[Diagnostic]:
        file = self.files.get((locale, name))
        if file is None:
            return
        used = {id(s.message) for s in self.states[locale].values() if s.message is not None}
        for message in file.messages:
            if not message.obsolete and id(message) not in used:
                yield report(
                    "EB206",
                    Location(path, message.line),
                    f'"{message.context}" is not in the source any more',
                    "errbook l10n sync keeps it as obsolete.",
                    locale=locale.tag,
                    context=message.context,
                )


def is_translation_finding(diagnostic: Diagnostic) -> bool:
    """Whether it is about a locale's files: readers get the visible fallback, and builds go on."""
    return diagnostic.code.startswith(("EB2", "EB3"))


def load(
    root: Path,
    name: str = configfile.FILE,
    preview: Preview | None = None,
    read: Callable[[Mapping[str, bytes]], Read] | None = None,
) -> tuple[Project | None, list[Diagnostic]]:
    """Read a project.

    Args:
        root: The project's folder.
        name: The name of its configuration file.
        preview: How it is shown to translators, if it is for them.
        read: Reads the catalogs instead of the loader; one that keeps what it read is faster.

    Returns:
        The project, or None when there is none that could be read, and what was wrong then.
        Mistakes inside a project's files are in its `Project.diagnostics`.
    """
    settings, found = config.load(root, name)
    if settings is None:
        return None, found
    settings = replace(settings, preview=preview)
    reading = Reading(settings, found)
    if read is None:
        # To import it takes longer than to read what is kept.
        from errbook import loader

        read = loader.load
    catalogs = reading.catalogs(read)
    pages, assets = reading.pages()
    terms = reading.glossary()
    files = reading.po_files([*(c.name for c in catalogs), extract.PAGES, UI])
    project = Project(
        settings,
        Book(catalogs, pages),
        tuple(sitewords.texts(settings)),
        terms,
        files,
        reading.left_behind,
        assets,
        tuple(reading.found),
        reading.incomplete,
    )
    return project, []
