"""What translators see beside a page of the preview: the state of each of its texts, and why."""

from __future__ import annotations

import difflib
import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from importlib import resources
from typing import Any

from errbook.checks import unit as unit_checks
from errbook.config import Preview
from errbook.diagnostics import Diagnostic, Location, Severity, report
from errbook.extract import SourceUnit
from errbook.locales import Locale
from errbook.project import Project
from errbook.translate import State, UnitState
from errbook.urls import entry_url, page_url
from errbook.wording import N_, STATE_NAMES

OWN = "/.errbook/"
"""What the addresses begin with that only the preview has."""
UNITS = f"{OWN}units/"
"""Below it, for each page of the site, what is to be said about its texts."""

STATES: Mapping[State, str] = {
    **STATE_NAMES,
    State.OK: N_("up to date"),
    State.COSMETIC: N_("up to date, but for punctuation or letter case in the source"),
}
"""What each state is called beside the text itself."""
WORDS: Mapping[str, str] = {
    "preview": N_("Translation preview"),
    "texts": N_("Texts of this page"),
    "next": N_("Next problem"),
    "previous": N_("Previous problem"),
    "close": N_("Close"),
    "context": N_("Context"),
    "state": N_("State"),
    "file": N_("File"),
    "copy": N_("Copy"),
    "copied": N_("Copied"),
    "source": N_("Source text"),
    "changed": N_("What changed in the source"),
    "translation": N_("Translation"),
    "checks": N_("Checks"),
    "notes": N_("Notes"),
    "draft": N_("draft"),
    "nothing": N_("There is nothing to do on this page."),
    "unseen": N_("It is not part of the text: it is shown in a title, or in search results."),
    "sync": N_("It is not in the file yet: run errbook l10n sync."),
    "broken": N_("The files have a mistake; this page lacks the last change."),
}
"""The words of the script, by the names that it knows them by."""

_MARK = re.compile(r'<span data-errbook-unit="([^"]*)"')
_TOLD_BY_STATE = frozenset(("EB301", "EB302", "EB303"))
"""Diagnostics that say no more than the state does."""
_TOKEN = re.compile(r"[぀-ヿ㐀-鿿가-힯]|\w+|\s+|[^\w\s]")


def assets() -> dict[str, bytes]:
    """The style and the scripts of the preview by name; no site that is published has them."""
    folder = resources.files("errbook") / "assets" / "preview"
    return {item.name: item.read_bytes() for item in folder.iterdir() if item.is_file()}


def absent(project: Project, preview: Preview) -> list[Diagnostic]:
    """The previewed locales that the configuration does not have any more."""
    known = {locale.tag for locale in project.settings.all_locales}
    return [
        report(
            "EB004",
            Location(project.settings.path),
            f'the project has no locale "{tag}" any more',
            "Put it back, or end this preview.",
        )
        for tag in preview.tags
        if tag not in known
    ]


def damaged(project: Project, preview: Preview) -> list[Diagnostic]:
    """Why parts of the PO files that are previewed could not be read."""
    found: list[Diagnostic] = []
    for locale, name in project.po_read:
        if locale.tag in preview.tags:
            file, mistakes = project.po_read[locale, name]
            found += mistakes if file.damaged else ()
    return found


def difference(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The pieces of two texts, word by word: ``=`` both have, ``-`` the old one, ``+`` the new."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind == "equal":
            yield "=", "".join(before[start:end])
            continue
        if end > start:
            yield "-", "".join(before[start:end])
        if new_end > new_start:
            yield "+", "".join(after[new_start:new_end])


@dataclass(frozen=True)
class Overlay:
    """Knows what a build was made of, and tells it page by page as JSON data."""

    project: Project
    findings: Sequence[Diagnostic]
    """What the build found in the locales' files."""
    problems: Sequence[Diagnostic] = ()
    """Why a later state of the files could not be built."""

    def with_problems(self, problems: Sequence[Diagnostic]) -> Overlay:
        """The same build, after files were changed that cannot be built."""
        grave = [found for found in problems if found.severity is Severity.ERROR]
        return replace(self, problems=tuple(grave or problems))

    def is_translated(self, tag: str) -> bool:
        """Whether a locale is previewed, and is not the source."""
        settings = self.project.settings
        return tag != settings.source_locale.tag and any(
            locale.tag == tag for locale in settings.site_locales
        )

    def page(self, tag: str, url: str, written: str) -> dict[str, Any]:
        """Everything about one page.

        Args:
            tag: The page's locale, which `is_translated`.
            url: The page's URL below the locale.
            written: The page as it was built.
        """
        locale = next(item for item in self.project.settings.site_locales if item.tag == tag)
        words, source = self.project.interface(locale), self.project.settings.source_locale
        said = {name: words.gettext(text) for name, text in WORDS.items()}
        units = list(self._page_units(locale, url, written))
        fine = sum(not unit["problem"] for unit in units)
        summary = words.gettext("Texts without a problem: %(ok)s of %(count)s") % {
            "ok": words.number(fine),
            "count": words.number(len(units)),
        }
        labels = {state.value: words.gettext(name) for state, name in STATES.items()}
        # A translation that readers see is a problem for what the checks say about it.
        kinds = Counter(
            "checks" if State(unit["state"]).shown else unit["state"]
            for unit in units
            if unit["problem"]
        )
        named = {**labels, "checks": said["checks"]}
        return {
            "words": said,
            "states": labels,
            "source": {"lang": source.tag, "dir": source.direction},
            "locale": {"lang": locale.tag, "dir": locale.direction},
            "summary": summary,
            "counts": [
                [kind, name, words.number(kinds[kind])]
                for kind, name in named.items()
                if kinds[kind]
            ],
            "units": units,
            "problems": [self._finding(found) for found in self.problems],
        }

    # --- the units of a page ---------------------------------------------------------------------

    @cached_property
    def _units(self) -> Mapping[str, tuple[str, SourceUnit]]:
        """The name of its locale file and each unit, by its key."""
        return {u.key: (name, u) for name, units in self.project.units.items() for u in units}

    @cached_property
    def _found(self) -> Mapping[tuple[str, str], list[Diagnostic]]:
        """What was found about each unit, by file and context."""
        by_unit: dict[tuple[str, str], list[Diagnostic]] = defaultdict(list)
        for finding in self.findings:
            context = dict(finding.subject).get("context", "")
            if finding.code not in _TOLD_BY_STATE:
                by_unit[finding.location.path, context].append(finding)
        return by_unit

    def _page_units(self, locale: Locale, url: str, written: str) -> Iterator[dict[str, Any]]:
        marked = dict.fromkeys(html.unescape(name) for name in _MARK.findall(written))
        listed: list[str] = []
        for page in self.project.book.pages:
            if page_url(page.path) == url:
                listed = [page.context(unit) for unit in page.units]
        for key in dict.fromkeys([*listed, *marked]):
            if key in self._units:
                yield {**self._unit(locale, key), "located": key in marked}

    def _unit(self, locale: Locale, key: str) -> dict[str, Any]:
        name, unit = self._units[key]
        path = self.project.shown(self.project.po_path(locale, name))
        found = self.project.states[locale].get(key) or UnitState(unit, State.MISSING)
        served = self.project.translations[locale].served(key, unit.text)
        findings = [*self._found.get((path, unit.context), ()), *self._unsettled(found, locale)]
        grave = any(finding.severity > Severity.INFO for finding in findings)
        unseen = served.draft or not served.locale.same_language(locale)
        message = found.message
        previous = ""
        if message is not None and found.state is not State.MISSING:
            previous = message.previous if message.fuzzy and message.previous else message.source
        return {
            "id": key,
            "context": unit.context,
            "state": found.state.value,
            "problem": unseen or grave,
            "draft": served.draft,
            "place": f"{path}:{message.line}" if message is not None else path,
            "in_file": message is not None,
            "source": unit.text,
            "translation": found.text,
            "difference": list(difference(previous, unit.text))
            if previous and previous != unit.text
            else [],
            "findings": [self._finding(finding, unit.context) for finding in findings],
            "notes": [*unit.notes, *(message.comment.splitlines() if message else ())],
        }

    def _unsettled(self, found: UnitState, locale: Locale) -> Iterable[Diagnostic]:
        """What the checks will say about a translation once it is settled."""
        if found.state in (State.STALE, State.FUZZY) and found.location is not None:
            pair = unit_checks.Pair(found.unit, found.text, locale, self.project.mentions)
            yield from unit_checks.run(pair, found.location)

    def _finding(self, finding: Diagnostic, context: str = "") -> dict[str, str]:
        entries = self.project.book.by_code.get(finding.code, ())
        return {
            "code": finding.code,
            "severity": str(finding.severity),
            "text": finding.message.removeprefix(f"{context}: "),
            "hint": finding.hint,
            "place": f"{finding.location.path}:{finding.location.line}",
            "url": entry_url(entries[0].id) if entries else "",
        }
