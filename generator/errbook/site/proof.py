"""Proves that no text of the site escaped extraction: builds it in pseudo, and reads every page."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from errbook import configyaml, locales, pseudo
from errbook.diagnostics import Diagnostic, Location, in_order, report
from errbook.edition import shorten
from errbook.project import Project
from errbook.pseudobook import kept, with_pseudo_locales
from errbook.site import runner, stage, visible
from errbook.site.build import Plan
from errbook.site.landing import Landing
from errbook.site.origins import Origins
from errbook.site.processes import One
from errbook.site.results import Result
from errbook.site.turn import turn
from errbook.site.worker import build_locale

LOCALE = locales.PSEUDO["qps-plocm"]
"""The one from right to left: there, code in texts without markup is marked too."""
_AROUND = " -–:/"
"""What may stand between a name and the words beside it."""
_SHOWN = 80
"""Characters of a text that a finding shows."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the pages of the pseudo-locale showed."""

    pages: int = 0
    """How many were read."""
    findings: list[Diagnostic] = field(default_factory=list)


def prove(project: Project) -> Proof:
    """Build one pseudo-locale aside and say which of its texts no translator ever gets to see.

    Nothing is published. A build of the same project that runs already is waited for.
    """
    settings = project.settings
    absent = list(runner.missing(settings.builder, settings))
    if absent:
        return Proof(findings=absent)
    made = with_pseudo_locales(project)
    try:
        with (
            turn(settings.root),
            tempfile.TemporaryDirectory(prefix="errbook-") as folder,
        ):
            pending = Path(folder, "pending")
            pending.mkdir()
            plan, kept_in = Plan(settings.builder, "stamp"), Path(folder, "kept")
            task = plan.task(made, LOCALE.tag, pending, str(pending), kept_in, {})
            result = build_locale(made, task, One())
            if result.failures:
                return Proof(findings=in_order(result.failures))
            pages = dict(_pages(made, result))
    finally:
        shutil.rmtree(settings.root / stage.STAGE / LOCALE.tag, ignore_errors=True)
    return Proof(len(pages), in_order(_findings(made, pages)))


def _pages(made: Project, result: Result) -> Iterator[tuple[str, str]]:
    """(path, HTML) of every page, those above the locales as if the source were the pseudo-locale.

    Above the locales pages are written in the source's language.
    """
    for name in result.pending.files:
        if name.endswith(".html"):
            yield name, Path(result.pending.folder, name).read_text(encoding="utf-8")
    edition = stage.edition(made, LOCALE)
    name = stage.SiteWords(made, edition).plain("name", made.settings.site_name)
    settings = replace(made.settings, site_name=name, source_locale=LOCALE, locales=())
    words, names = {LOCALE: edition.words}, {LOCALE: result.names}
    for path, content in Landing(settings, made.book, words, names, settings.site_url).files():
        if path.endswith(".html"):
            yield path, content.decode("utf-8")


@dataclass
class _Seen:
    """A text that is not translated, and where it was seen."""

    where: str
    line: str
    pages: list[str] = field(default_factory=list)


def _findings(made: Project, pages: Mapping[str, str]) -> Iterator[Diagnostic]:
    keep, names = kept(made), set(_names(made))
    seen: dict[str, _Seen] = {}
    for path, page in pages.items():
        for shown in visible.texts(page):
            for text in pseudo.untranslated(shown.text, keep):
                if text.strip(_AROUND) in names:
                    continue
                found = seen.setdefault(text, _Seen(shown.where, shown.text))
                if path not in found.pages:
                    found.pages.append(path)
    origins = Origins(made)
    for text, found in seen.items():
        yield _finding(text, found, origins.of(text, found.line))


def _names(made: Project) -> Iterator[str]:
    """What is shown as it is written: ids, aliases and messages, and the repository's name."""
    yield str(configyaml.resolve(made.settings.mkdocs.get("repo_name")))
    for entry in made.book.entries.values():
        yield from (entry.id, *entry.aliases, *(message.text for message in entry.messages))


def _finding(text: str, found: _Seen, origin: Location | None) -> Diagnostic:
    page, others = found.pages[0], len(found.pages) - 1
    also = f" and {others} other page{'s' if others > 1 else ''}" if others else ""
    inside = shorten(found.line.replace(pseudo.HIDDEN, "…"), _SHOWN)
    context = "" if inside == text else f', in "{inside}"'
    return report(
        "EB506",
        origin or Location(page),
        f'"{shorten(text, _SHOWN)}" is shown in every language alike: {found.where} of {page}{also}'
        f"{context}",
        "Write it where it is extracted (a page, a catalog, the theme's words), or mark it as not"
        ' to be translated with translate="no".',
        page=page,
    )
