"""Counts what a locale has, and says what it lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from errbook import status
from errbook.edition import Edition
from errbook.project import Project
from errbook.site.results import Result
from errbook.site.statuspage import LISTED
from errbook.status import Tally
from errbook.urls import entry_url, page_url


def fill(result: Result, project: Project, edition: Edition) -> None:
    """Put into the result of a locale how complete it is.

    Args:
        result: The result, which has its pages already.
        project: The project.
        edition: Its book in the locale.
    """
    translation, book = edition.translation, project.book
    locale = translation.locale
    if locale != project.settings.source_locale:
        result.findings = list(project.locale_findings(locale))
    complete = {entry.id for entry in book.published if translation.is_complete(entry)}
    result.complete = len(complete)
    result.names = {entry.id: edition.name(entry) for entry in book.published}
    result.titles = {c.name: edition.catalog_title(c) for c in book.catalogs}
    if locale == project.settings.source_locale:
        result.shown = sum(map(len, project.units.values()))
    else:
        result.tallies = tuple(_tallies(project, edition, complete))
        result.shown = sum(tally.served for tally in result.tallies)
    foreign = {entry_url(e.id) for e in book.published if e.id not in complete}
    for page in book.pages:
        served = translation.page_units(page)
        if not all(item.locale.same_language(locale) for item in served):
            foreign.add(page_url(page.path))
    result.foreign = tuple(url for url in result.urls if url in foreign)


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
