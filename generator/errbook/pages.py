"""Writes a book in one locale as Markdown pages: entries, indexes and translated prose."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from jinja2 import Environment
from markupsafe import Markup

from errbook import article, compact, embed, entrytable, markdown, tables, templating
from errbook.article import Article
from errbook.edition import DESCRIPTION_LENGTH, Edition, Notes, literal_runs, shorten
from errbook.model import SEVERITIES, Book, Catalog, Entry, EntrySeverity, Page, Text
from errbook.translate import Served
from errbook.urls import ERRORS, LOG, LOOKUP, MATCHER, SCRIPT, STATUS, catalog_url, source_path
from errbook.wording import (
    ADMONITION_TITLES,
    COLUMN_NAMES,
    LOG_WORDS,
    SEVERITY_NAMES,
    STATUS_NAMES,
    platform_name,
)

STATUS_MARK = '<div class="eb-status">ZQSTATUSZQ</div>'
"""What stands for the state of all translations until every locale is known."""


@dataclass(frozen=True, slots=True)
class StagedPage:
    """One Markdown page for a builder."""

    path: str
    """Path below the builder's pages folder."""
    content: str


class Pages:
    """Writes the pages of one edition."""

    def __init__(self, edition: Edition, tables_aside: list[str] | None = None) -> None:
        """Args:
        edition: The book in one locale.
        tables_aside: Takes the tables of pages, which then hold `table_mark` in their place: a
            builder need not read thousands of rows that it does not change.
        """
        self.edition = edition
        self._tables_aside = tables_aside

    @property
    def _book(self) -> Book:
        return self.edition.book

    @cached_property
    def _environment(self) -> Environment:
        environment = _environment()
        words = self.edition.words
        environment.install_gettext_callables(  # type: ignore[attr-defined]
            words.gettext, words.ngettext, newstyle=True
        )
        environment.globals |= {
            "edition": self.edition,
            "pages": self,
            "link": self.edition.link,
            "catalog_url": catalog_url,
            "ERRORS": ERRORS,
            "LOG": LOG,
            "LOOKUP": LOOKUP,
            "STATUS": STATUS,
            "MATCHER": MATCHER,
            "SCRIPT": SCRIPT,
            "entry_link": lambda entry: Markup(self.edition.entry_link(entry)),
            "inline": lambda text, catalog: Markup(self.edition.inline(text, catalog)),
            "about": self._about,
            "severity_chip": lambda s, n="": Markup(article.severity_chip(self.edition, s, n)),
        }
        return environment

    def _about(self, catalog: Catalog) -> Markup:
        """What a catalog says of itself, with its footnotes."""
        if catalog.description is None:
            return Markup()
        notes = Notes(catalog, prefix="about-")
        written = notes.resolve(self.edition.blocks(catalog.description, catalog))
        return Markup(written + article.footnotes(self.edition, notes))

    def _write(self, template: str, **values: object) -> str:
        return self._environment.get_template(template).render(**values)

    def theme_template(self, name: str) -> str:
        """A template for the builder's theme, with its words in this locale."""
        return self._write(f"theme/{name}")

    # --- pages -----------------------------------------------------------------------------------

    def pages(self) -> Iterator[StagedPage]:
        """Every page of the book in this locale."""
        yield from self.others()
        for entry, made in self.articles():
            yield StagedPage(f"errors/{entry.id}.md", made.markdown(self.edition))

    def others(self) -> Iterator[StagedPage]:
        """Every page that is no entry's: prose and indexes."""
        for page in self._book.pages:
            yield self.prose(page)
        if not any(page.path == "errors/index.md" for page in self._book.pages):
            yield self.index()
        if not any(page.path == source_path(LOG) for page in self._book.pages):
            yield self.log()
        if self.edition.status_page:
            yield self.status()
        for catalog in self._book.catalogs:
            yield self.catalog(catalog)

    def articles(self) -> Iterator[tuple[Entry, Article]]:
        """The page of every published entry."""
        for entry in self._book.published:
            yield entry, self.article(entry)

    def article(self, entry: Entry) -> Article:
        """The page of a published entry."""
        catalog = self._book.catalog_by_name[entry.catalog]
        return article.article(self.edition, catalog, entry, *self._book.beside[entry.id])

    def lookup(self) -> bytes:
        """What the lookup box in the browser knows of every entry, as JSON."""
        entries = [
            {
                "id": entry.id,
                "name": self.edition.name(entry),
                "code": entry.code,
                "severity": entry.severity,
                "cause": self.edition.description(entry),
                "names": [n.lower() for n in (entry.code, entry.id, *entry.aliases) if n],
                "messages": [literal_runs(message) for message in entry.messages],
            }
            for catalog in self._book.catalogs
            for entry in catalog.published
        ]
        data = {"version": 1, "locale": self.edition.locale.tag, "entries": entries}
        return compact.written(data) + b"\n"

    def view(self, name: str) -> Markup:
        """A part of a home page: the lookup box, the catalogs, featured entries or progress."""
        entries = self._book.published
        complete = 0
        if name == "progress":
            complete = sum(map(self.edition.translation.is_complete, entries))
        written = self._write(
            "views.html.jinja",
            view=name,
            catalogs=self._book.catalogs,
            counts=self._counts(),
            featured=[self._book.entries[i] for c in self._book.catalogs for i in c.featured],
            entries=entries,
            complete=complete,
        )
        return _one_line(written)

    def forms(self, name: str) -> str:
        """The plural forms of what a script counts, as JSON, by the name of what it is."""
        ngettext = self.edition.words.ngettext
        forms = {
            "matches": lambda n: ngettext("%(count)s match", "%(count)s matches", n),
            "shown": lambda n: ngettext("%(count)s entry shown", "%(count)s entries shown", n),
            "found": lambda n: ngettext(
                "%(count)s documented error found", "%(count)s documented errors found", n
            ),
            "times": lambda n: ngettext("%(count)s time", "%(count)s times", n),
            "skipped": lambda n: ngettext("%(count)s line left out", "%(count)s lines left out", n),
        }
        return json.dumps(self.edition.words.forms(forms[name]), ensure_ascii=False)

    def _counts(self) -> dict[str, list[tuple[EntrySeverity, int]]]:
        """For each catalog, how many entries it has of each severity, gravest first."""
        found = {}
        for catalog in self._book.catalogs:
            numbers = Counter(entry.severity for entry in catalog.published)
            found[catalog.name] = [(s, numbers[s]) for s in reversed(SEVERITIES) if numbers[s]]
        return found

    def index(self) -> StagedPage:
        """The index of all catalogs."""
        return StagedPage("errors/index.md", self._write("errors.md.jinja"))

    def log(self) -> StagedPage:
        """The page that says which entries a pasted log mentions."""
        words = {key: self.edition.words.gettext(word) for key, word in LOG_WORDS.items()}
        return StagedPage(source_path(LOG), self._write("log.md.jinja", words=words))

    def status(self) -> StagedPage:
        """The page that shows how far each translation is: its frame, for what no locale knows."""
        return StagedPage(source_path(STATUS), self._write("status.md.jinja", mark=STATUS_MARK))

    def catalog(self, catalog: Catalog) -> StagedPage:
        """The index of one catalog, by category where it has any."""
        groups: list[tuple[str, Text | None, list[Entry]]] = []
        for name, title in catalog.categories.items():
            entries = [entry for entry in catalog.published if entry.category == name]
            groups.append((name, title, entries))
        rest = [entry for entry in catalog.published if not entry.category]
        groups.append(("", None, rest))
        description = self.edition.plain(catalog.description) if catalog.description else ""
        content = self._write(
            "catalog.md.jinja",
            catalog=catalog,
            title=markdown.escape(self.edition.catalog_title(catalog)),
            description=markdown.escape(shorten(description, DESCRIPTION_LENGTH)),
            groups=[group for group in groups if group[2]],
            table=self._table,
            choices=self._choices(catalog),
        )
        return StagedPage(f"errors/in/{catalog.name}.md", content)

    def _table(
        self, entries: Sequence[Entry], columns: Sequence[str], caption: str, anchors: bool = True
    ) -> Markup:
        written = entrytable.table(self.edition, entries, columns, caption, anchors=anchors)
        if self._tables_aside is None:
            return Markup(written)
        self._tables_aside.append(written)
        return Markup(table_mark(len(self._tables_aside) - 1))

    def _choices(self, catalog: Catalog) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """(key, label, (value, name) of each choice) of the filters that tell entries apart."""
        gettext = self.edition.words.gettext
        entries = catalog.published
        platforms = sorted({p for e in entries for p in e.concerned_platforms})
        severities = [s for s in reversed(SEVERITIES) if any(e.severity == s for e in entries)]
        statuses = [s for s in STATUS_NAMES if any(e.status == s for e in entries)]
        categories = [c for c in catalog.categories if any(e.category == c for e in entries)]
        found: list[tuple[str, list[tuple[str, str]]]] = [
            ("severity", [(s, gettext(SEVERITY_NAMES[s])) for s in severities]),
            ("category", [(c, self.edition.plain(catalog.categories[c])) for c in categories]),
            ("platform", [(p, platform_name(p)) for p in platforms]),
            ("status", [(s, gettext(STATUS_NAMES[s])) for s in statuses]),
        ]
        return [(k, gettext(COLUMN_NAMES[k]), values) for k, values in found if len(values) > 1]

    def prose(self, page: Page) -> StagedPage:
        """One page of prose: translated unit by unit, its markers filled."""
        units = page.units
        served = self.edition.translation.page_units(page)
        replacements = {
            index: self._framed(page, unit, found)
            for index, (unit, found) in enumerate(zip(units, served, strict=True))
        }
        changed = {index: text for index, text in replacements.items() if text is not None}
        text = markdown.splice(page.source, units, changed)
        titles = {
            kind: self.edition.words.gettext(name) for kind, name in ADMONITION_TITLES.items()
        }
        text = markdown.with_titles(text, titles)
        return StagedPage(page.path, self._filled(page, text) + self._machine_note(page))

    def _machine_note(self, page: Page) -> str:
        unreviewed = self.edition.translation.unreviewed
        if not unreviewed or not any(page.context(unit) in unreviewed for unit in page.units):
            return ""
        said = self.edition.say(
            "Parts of this page were translated by a machine and are not reviewed yet."
        )
        return f'\n\n<p class="eb-machine" data-search-exclude>{said}</p>\n'

    def _framed(self, page: Page, unit: markdown.Unit, served: Served) -> str | None:
        """What stands for a unit of prose, with the name of the unit in a preview."""
        written = self._prose_unit(unit, served)
        if written is None or unit.kind in ("meta", "t"):
            # These stand in the head of the page, or in a title between quotation marks.
            return written
        return self.edition.framed(page.context(unit), served, written)

    def _prose_unit(self, unit: markdown.Unit, served: Served) -> str | None:
        """What stands for a unit of prose, or None for its source characters."""
        if unit.kind == "meta":
            # Material writes these two into the page's head without escaping them.
            return markdown.escape(served.text)
        if served.locale.same_language(self.edition.locale):
            return served.text if served.locale != self.edition.translation.source else None
        mark = f'class="eb-fallback" lang="{served.locale.tag}" dir="{served.locale.direction}"'
        marked = f"<span {mark}>{served.text}</span>"
        # Of headings and titles, which are listed elsewhere as well, the page's banner speaks.
        return marked if unit.kind in ("h", "t") else f"{marked} {self.edition.badge(served)}"

    def _filled(self, page: Page, text: str) -> str:
        shown: set[str] = set()

        def table(marker: embed.Marker) -> str:
            if marker.view:
                return self.view(marker.view)
            entries = tables.select(self._book, marker.query)
            anchors = not shown.intersection(entry.id for entry in entries)
            shown.update(entry.id for entry in entries)
            names = dict.fromkeys(entry.catalog for entry in entries)
            blocks = []
            for name in names:
                title = self.edition.catalog_title(self._book.catalog_by_name[name])
                if marker.query.depth:
                    mark = "#" * marker.query.depth
                    blocks.append(
                        f"{mark} {markdown.escape_everything(title)} {{ #errors-{name} }}"
                    )
                rows = [entry for entry in entries if entry.catalog == name]
                blocks.append(self._table(rows, marker.query.columns, title, anchors))
            return "\n\n".join(blocks)

        return embed.replace(text, table)


def table_mark(number: int) -> str:
    """What stands for a table that was put aside; the search index leaves it out too."""
    return f'<section class="eb-table" data-search-exclude>ZQTABLE{number}ZQ</section>'


def warm() -> None:
    """Compile all templates once, before processes are forked that will need them."""
    environment = _environment()
    for name in environment.list_templates(extensions=["jinja"]):
        environment.get_template(name)


def _environment() -> Environment:
    environment = templating.environment()
    environment.filters |= {"block": _one_line, "json": _json, "heading": _heading}
    return environment


def _one_line(written: str) -> Markup:
    """Put a block of HTML on one line, so that no Markdown preprocessor sees a line begin in it."""
    return Markup(" ".join(line.strip() for line in written.splitlines() if line.strip()))


def _json(text: str) -> Markup:
    return Markup(json.dumps(str(text), ensure_ascii=False))


def _heading(text: str) -> Markup:
    return Markup(markdown.escape_everything(str(text)))
