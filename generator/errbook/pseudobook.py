"""Adds the pseudo-locales to a project: locale files that nobody wrote, in memory only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from errbook import locales, pseudo
from errbook.config import LocaleSettings
from errbook.extract import SourceUnit
from errbook.locales import Locale
from errbook.po import Message, PoFile
from errbook.project import Project
from errbook.projectfiles import UI, OnDemand, PoRead
from errbook.pseudo import Keep
from errbook.terms import SourceTerms


def with_pseudo_locales(project: Project) -> Project:
    """The project with `locales.PSEUDO` behind its own locales.

    Their PO files are messages like any other: they are matched with the source and checked, and
    what a check blocks falls back in the page.
    """
    made = tuple(locales.PSEUDO.values())
    keep = kept(project)

    def read(key: tuple[Locale, str]) -> PoRead:
        locale, name = key
        if not locale.is_pseudo:
            return project.po_read[key]
        units = project.units.get(name, ())
        messages = _words() if name == UI else (_message(unit, keep) for unit in units)
        path = project.shown(project.po_path(locale, name))
        return PoFile(path, messages=tuple(messages)), ()

    names = [(locale, name) for locale in made for name in (*project.units, UI)]
    items = [*project.settings.locales, *(LocaleSettings(locale, locale.tag) for locale in made)]
    return replace(
        project,
        settings=replace(project.settings, locales=tuple(items)),
        po_read=OnDemand([*project.po_read, *names], read),
    )


def kept(project: Project) -> Keep:
    """What the texts of a project have that is never translated: its codes and some terms."""
    return pseudo.of([project.mentions, SourceTerms(project.terms).kept])


def _message(unit: SourceUnit, keep: Keep) -> Message:
    return Message(unit.context, unit.text, pseudo.unit(unit.text, keep), line=1)


def _words() -> Iterator[Message]:
    for one, *many in locales.interface_messages():
        forms = tuple(enumerate(map(pseudo.words, (one, *many)))) if many else ()
        text = "" if many else pseudo.words(one)
        yield Message("", one, text, plural="".join(many), plurals=forms, line=1)
