"""Checks of a whole book: the pages of prose, and the promise made for each required locale."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import partial

import yaml

from errbook import embed, extract, markdown, tables, urls
from errbook.config import Settings
from errbook.diagnostics import Diagnostic, Location, Severity, report
from errbook.extract import SourceUnit
from errbook.model import Book, Page
from errbook.translate import State, Translation, UnitState, composed

STATE_CODES = {State.MISSING: "EB301", State.STALE: "EB302", State.FUZZY: "EB303"}
_SAYS = {
    State.MISSING: "has no translation",
    State.STALE: "is translated from an older source",
    State.FUZZY: "is translated, but marked as fuzzy",
}
_HINTS = {
    State.MISSING: "Translate it; readers see the source text with a badge until then.",
    State.STALE: "Run errbook l10n sync, revise the translation and remove the fuzzy mark.",
    State.FUZZY: "Revise the translation and remove the fuzzy mark.",
}

_HTML_NAMES = frozenset(
    "a abbr article aside audio b bdi bdo blockquote br button caption center cite code"
    " col colgroup data dd del details dfn div dl dt em figcaption figure font footer form"
    " h1 h2 h3 h4 h5 h6 header hr i iframe img input ins kbd label li main map mark nav"
    " object ol option p picture pre q rp rt ruby s samp section select small source span"
    " strong style sub summary sup svg table tbody td template textarea tfoot th thead"
    " time title tr track u ul var video wbr".split()
)


def promise(
    settings: Settings, translation: Translation, name: str, units: Sequence[SourceUnit], path: str
) -> Iterator[Diagnostic]:
    """What keeps one locale file from what the configuration requires of it.

    Args:
        settings: The configuration.
        translation: The book in the locale.
        name: The name of the catalog, or ``pages``.
        units: The file's units.
        path: The path of the PO file.
    """
    own = settings.of(translation.locale)
    for unit in units if own.requires(name) else ():
        if translation.is_served(unit.key) or not own.requires(name, unit.page_path):
            continue
        served = translation.served(unit.key, unit.text)
        found = translation.states[translation.locale].get(unit.key)
        if served.state not in STATE_CODES:
            continue
        location = Location(path)
        if found is not None and found.message is not None and found.message.line:
            location = Location(path, found.message.line)
        owner, _, slot = unit.context.partition("|")
        yield report(
            STATE_CODES[served.state],
            location,
            f"{unit.context} {_SAYS[served.state]} in {translation.locale} "
            f"(source: {unit.location.path}:{unit.location.line})",
            _hint(found, served.state, unit),
            locale=translation.locale.tag,
            context=unit.context,
            entry=unit.entry or owner,
            field=slot,
        )


def _hint(found: UnitState | None, state: State, unit: SourceUnit) -> str:
    """What a translator does about a unit that is not served."""
    if found is None or found.message is None:
        return "Run errbook l10n sync, then translate it."
    if state is State.FUZZY and composed(found.message.previous) == unit.text:
        # The translator may have begun to revise it, so nothing but a person can say that it fits.
        return (
            "The source is again what it was translated from: if the translation still fits, "
            f'errbook l10n ack "{unit.context}" accepts it.'
        )
    return _HINTS[state]


def damaged(
    settings: Settings, translation: Translation, name: str, units: Sequence[SourceUnit]
) -> Iterator[Diagnostic]:
    """The findings about a locale's own translations; only warnings where nothing is required."""
    own = settings.of(translation.locale)
    for unit in units:
        for finding in translation.findings(unit.key):
            required = own.requires(name, unit.page_path)
            yield (
                finding
                if required
                else replace(finding, severity=min(finding.severity, Severity.WARNING))
            )


def links(book: Book, there: Collection[str]) -> Iterator[Diagnostic]:
    """Links of catalogs to pages that are not in the book.

    Args:
        book: The whole book.
        there: The URLs below a locale of all pages that the site will have.
    """
    paths = [page.path for page in book.pages]
    for catalog in book.catalogs:
        defined = {f"link:{name}": url for name, url in catalog.links.items() if ".md" in url}
        for text in catalog.texts:
            if ".md" not in text.source and not (defined and "link:" in text.source):
                continue
            for index, unit in enumerate(text.units):
                for target in markdown.inventory(unit.text).links:
                    written = defined.get(target, target)
                    page = urls.linked_page(written)
                    if page is not None and page not in there:
                        yield _no_page(extract.location(text, index, unit), written, paths)


def _no_page(location: Location, target: str, paths: Sequence[str]) -> Diagnostic:
    # Every page ends in .md: that makes no two of them alike.
    stems = [path.removesuffix(".md") for path in paths]
    near = difflib.get_close_matches(target.partition("#")[0].removesuffix(".md"), stems, 1)
    meant = f'Did you mean "{near[0]}.md"? ' if near else ""
    return report(
        "EB114",
        location,
        f'the link leads to "{target}", which is no page of this book',
        f"{meant}Name a page as it lies below the pages folder, or give a whole address.",
    )


def page(source: Page, raw: str, book: Book, tags: Sequence[str]) -> Iterator[Diagnostic]:
    """What is wrong in one page of prose.

    Args:
        source: The page.
        raw: Its text as it stands in the file.
        book: The whole book.
        tags: The tags of the project's locales.
    """
    lines = raw.split("\n")
    found = (
        _indented,
        _front_matter,
        _vanishing,
        _anchors,
        partial(_markers, book=book, tags=tags),
    )
    for code, line, message, hint in (each for find in found for each in find(source, raw)):
        text = lines[line - 1] if line <= len(lines) else ""
        location = Location(source.location.path, line, len(text) - len(text.lstrip()) + 1)
        yield report(code, location, message, hint, line_text=text)


_Finding = tuple[str, int, str, str]
"""Code, line, message and hint."""


def _indented(source: Page, raw: str) -> Iterator[_Finding]:
    for line in markdown.indented_code(raw):
        yield (
            "EB401",
            line + 1,
            "an indented block is read as code, and never translated",
            "Put code between ``` lines; indent prose only below !!!, ??? or ===.",
        )


def _front_matter(source: Page, raw: str) -> Iterator[_Finding]:
    try:
        front = yaml.safe_load(markdown.front_matter(raw)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", error)
        yield (
            "EB405",
            mark.line + 2 if mark else 1,
            f"the front matter cannot be read: {problem}",
            "Correct this line.",
        )
        return
    if not isinstance(front, dict):
        yield "EB405", 1, "the front matter is no mapping", "Write key: value lines."


def _vanishing(source: Page, raw: str) -> Iterator[_Finding]:
    found = [
        (unit.line, tag)
        for unit in source.units
        for tag in markdown.inventory(_outside_code(unit.text)).tags
    ]
    found += [(line, block.split("\n")[0].strip()) for line, block in markdown.html_blocks(raw)]
    for line, tag in sorted(found):
        name = re.match(r"</?([A-Za-z][\w-]*)", tag)
        autolink = re.match(r"<(?:[a-z][\w+.-]*:|[^\s@<>]+@)", tag, re.I)
        if name and not autolink and name[1].lower() not in _HTML_NAMES:
            yield (
                "EB402",
                line + 1,
                f"{tag} is read as an HTML tag and vanishes",
                "Put it in backticks, or write &lt; for <.",
            )


def _outside_code(text: str) -> str:
    return re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "", text)


def _anchors(source: Page, raw: str) -> Iterator[_Finding]:
    anchors = Counter(unit.section for unit in source.units if unit.kind == "h")
    for unit in source.units:
        if unit.kind == "h" and anchors[unit.section] > 1:
            yield (
                "EB403",
                unit.line + 1,
                f'the anchor "{unit.section}" is used twice',
                "Give one of the headings another { #anchor }.",
            )
            anchors[unit.section] = 0


def _markers(source: Page, raw: str, book: Book, tags: Sequence[str]) -> Iterator[_Finding]:
    markers, mistakes = embed.find(raw)
    for mistake in mistakes:
        yield "EB404", mistake.line, mistake.message, "Correct the marker."
    for marker in markers:
        if marker.view:
            continue
        try:
            tables.select(book, marker.query)
        except tables.BadQuery as error:
            yield "EB404", marker.line, str(error), "Correct the marker."
        if marker.locale:
            yield (
                "EB404",
                marker.line,
                "a page of the site shows its tables in its own language",
                "Delete locale=; it is for documents outside the site.",
            )
