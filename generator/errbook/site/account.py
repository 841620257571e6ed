"""Counts what a locale has, and says what it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from errbook import status
from errbook.diagnostics import Diagnostic
from errbook.edition import Edition
from errbook.project import Project
from errbook.site import checked
from errbook.site.statuspage import LISTED
from errbook.status import Tally
from errbook.urls import entry_url, page_url


@dataclass(frozen=True, slots=True)
class Account:
    """What a locale has, and what it lacks."""

    findings: list[Diagnostic]
    """What is wrong in its own files."""
    complete: int
    """Entries with their cause and their fix in the language."""
    shown: int
    """Texts that are shown in the language."""
    tallies: tuple[Tally, ...]
    """How far it is, by locale file; nothing for the source."""
    foreign: frozenset[str]
    """The URLs of the pages that are not really in the language."""


def of(project: Project, edition: Edition, kept: Path | None = None, tools: str = "") -> Account:
    """Count what a locale has, and check it.

    Args:
        project: The project.
        edition: Its book in the locale.
        kept: The folder in which is kept what was checked before, if it may be used.
        tools: A digest of what checks it.
    """
    translation, book = edition.translation, project.book
    locale, source = translation.locale, project.settings.source_locale
    complete = {entry.id for entry in book.published if translation.is_complete(entry)}
    findings = [] if locale == source else checked.findings(project, locale, kept, tools)
    tallies = () if locale == source else tuple(_tallies(project, edition, complete))
    everything = sum(map(len, project.units.values()))
    shown = everything if locale == source else sum(tally.served for tally in tallies)
    foreign = {entry_url(entry.id) for entry in book.published if entry.id not in complete}
    for page in book.pages:
        served = translation.page_units(page)
        if not all(item.locale.same_language(locale) for item in served):
            foreign.add(page_url(page.path))
    return Account(findings, len(complete), shown, tallies, frozenset(foreign))


def _tallies(project: Project, edition: Edition, complete: Collection[str]) -> Iterator[Tally]:
    """How far the locale is in each of its files.

    Args:
        project: The project.
        edition: Its book in the locale.
        complete: Ids of the entries whose cause and fix are there in the language.
    """
    for name, units in project.units.items():
        catalog = project.book.catalog_by_name.get(name)
        entries = [entry.id for entry in catalog.published] if catalog else []
        done = sum(identifier in complete for identifier in entries)
        yield status.tally(edition.translation, name, units, len(entries), done, LISTED)
