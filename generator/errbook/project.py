"""The one place that knows the folders: loads everything once and answers what was found."""

from __future__ import annotations

import fnmatch
import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TypeVar

from errbook import (
    config,
    drafts,
    extract,
    glossary,
    loader,
    locales,
    markdown,
    patterns,
    po,
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
from errbook.model import Book, Catalog, Page, Text
from errbook.po import PoFile
from errbook.status import Status
from errbook.terms import LocalTerms, SourceTerms
from errbook.translate import Translation, UnitState
from errbook.yamltext import decode

UI = "ui"
"""Name of the optional locale file with the project's own interface words."""

K = TypeVar("K")
V = TypeVar("V")
PoRead = tuple[PoFile, tuple[Diagnostic, ...]]
"""A PO file, and what was wrong with it."""


Read = tuple[tuple[Catalog, ...], list[Diagnostic]]
"""Catalogs, and what was wrong in their files."""


class OnDemand(Mapping[K, V]):
    """A mapping that makes a value when it is first asked for, and keeps it.

    A build of some locales, or in another process, must not read the files of all others.
    """

    def __init__(self, keys: Iterable[K], make: Callable[[K], V]) -> None:
        self._keys = dict.fromkeys(keys)
        self._make = make
        self._made: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def forget(self) -> None:
        """Let go of what was made; it is made again when it is asked for."""
        self._made.clear()

    def __iter__(self) -> Iterator[K]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


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
        return _shown(self.settings.root, path)

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
        return locales.interface(locale, words, counted)

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
        return in_order([*self.loading, *self._page_findings(), *self._unknown_requirements()])

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

    def locale_findings(self, locale: Locale) -> Iterator[Diagnostic]:
        """What is wrong in the files of one locale; a pseudo-locale has none."""
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
        yield from self.wording_findings(locale)

    def wording_findings(self, locale: Locale) -> Iterator[Diagnostic]:
        """What the checks of typography, language and terms say about one locale."""
        terms = self.local_terms[locale] if self.terms else None
        yield from review.run(
            self.states[locale].values(), self.settings.source_locale, locale, terms
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
    name: str = config.FILE,
    preview: Preview | None = None,
    read: Callable[[Mapping[str, bytes]], Read] = loader.load,
) -> tuple[Project | None, list[Diagnostic]]:
    """Read a project.

    Args:
        root: The project's folder.
        name: The name of its configuration file.
        preview: How it is shown to translators, if it is for them.
        read: Reads the catalogs; one that keeps what it read may be faster.

    Returns:
        The project, or None when there is none that could be read, and what was wrong then.
        Mistakes inside a project's files are in its `Project.diagnostics`.
    """
    settings, found = config.load(root, name)
    if settings is None:
        return None, found
    settings = replace(settings, preview=preview)
    reading = _Reading(settings, found)
    with _without_gc():
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
        assets,
        tuple(reading.found),
        reading.incomplete,
    )
    return project, []


@contextmanager
def _without_gc() -> Iterator[None]:
    """Switch the garbage collector off: reading makes many objects and no garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _shown(root: Path, path: Path) -> str:
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


@dataclass
class _Reading:
    settings: Settings
    found: list[Diagnostic]
    incomplete: bool = False

    def _bytes(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except OSError as error:
            self.found.append(
                report(
                    "EB006",
                    Location(_shown(self.settings.root, path)),
                    f"it cannot be read: {error.strerror}",
                    "Check the file and its permissions.",
                )
            )
            return None

    def catalogs(self, read: Callable[[Mapping[str, bytes]], Read]) -> tuple[Catalog, ...]:
        folder = self.settings.source / "errors"
        paths = sorted(p for p in folder.glob("*") if p.suffix in (".yml", ".yaml") and p.is_file())
        files = {}
        for path in paths:
            data = self._bytes(path)
            if data is not None:
                files[_shown(self.settings.root, path)] = data
        if not paths:
            self.found.append(
                report(
                    "EB005",
                    Location(_shown(self.settings.root, folder)),
                    "no catalog is there",
                    "Write one, or run errbook init to see how it looks.",
                )
            )
        catalogs, mistakes = read(files)
        self.found += mistakes
        self.incomplete = len(catalogs) < len(paths)
        return catalogs

    def pages(self) -> tuple[tuple[Page, ...], tuple[str, ...]]:
        pages, assets = [], []
        folder = self.settings.pages
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = PurePosixPath(path.relative_to(folder).as_posix())
            if any(part.startswith(".") for part in name.parts):
                continue
            if path.suffix != ".md":
                assets.append(str(name))
                continue
            data = self._bytes(path)
            if data is None:
                continue
            shown = _shown(self.settings.root, path)
            text, mistakes = decode(data, shown)
            self.found += mistakes
            if text is not None:
                anchored = markdown.with_anchors(text)
                pages.append(Page(str(name), Location(shown), anchored))
        return tuple(pages), tuple(assets)

    def glossary(self) -> tuple[glossary.Term, ...]:
        path = self.settings.source / "glossary.yml"
        data = self._bytes(path) if path.exists() else None
        if data is None:
            return ()
        terms, mistakes = glossary.load(data, _shown(self.settings.root, path))
        self.found += mistakes
        return terms

    def po_files(self, names: list[str]) -> Mapping[tuple[Locale, str], PoRead]:
        paths = {}
        known = {item.locale.tag: item.locale for item in self.settings.locales}
        for path in sorted(self.settings.translations.glob("*/*.po")):
            shown = _shown(self.settings.root, path)
            locale, name = known.get(path.parent.name), path.stem
            problem, hint = "", f"Known here: {', '.join(names)}."
            if locale is None:
                problem = f'the project has no locale "{path.parent.name}"'
                hint = "Add it to mkdocs.yml, or delete the file."
            elif name not in names and self.incomplete:
                continue
            elif name not in names:
                problem = f'the project has no catalog "{name}"'
            if problem or locale is None:
                self.found.append(report("EB205", Location(shown), problem, hint))
            else:
                paths[locale, name] = path
        return OnDemand(paths, lambda key: _read_po(self.settings.root, paths[key]))


def _read_po(root: Path, path: Path) -> PoRead:
    shown = _shown(root, path)
    try:
        file, mistakes = po.read(path.read_bytes(), shown)
    except OSError as error:
        hint = "Check the file and its permissions."
        found = report("EB006", Location(shown), f"it cannot be read: {error.strerror}", hint)
        return PoFile(shown, damaged=True), (found,)
    return file, tuple(mistakes)
