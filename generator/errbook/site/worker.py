"""Builds one locale: stage, builder, stamp, finish."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from errbook.article import Article
from errbook.configyaml import resolve
from errbook.edition import Edition
from errbook.formats.api import entry_file
from errbook.locales import Locale
from errbook.model import Entry
from errbook.pages import STATUS_MARK, Pages, StagedPage, table_mark
from errbook.project import Project
from errbook.projectfiles import UI
from errbook.site import (
    account,
    cards,
    cardstore,
    links,
    results,
    reuse,
    runner,
    samples,
    shell,
    stage,
    stamp,
)
from errbook.site.account import Account
from errbook.site.entries import EntryMaker, MadeEntry
from errbook.site.exports import Exports, Written
from errbook.site.finish import Finisher
from errbook.site.made import Facts, Made
from errbook.site.manifest import Contents, Known
from errbook.site.processes import Processes
from errbook.site.publish import Pending, Taken
from errbook.site.results import Result
from errbook.site.searchindex import LARGE, SEARCH_INDEX, shortened
from errbook.site.shell import Shell
from errbook.site.shellmaker import ShellMaker, Wanted
from errbook.site.sitemaps import SITEMAPS
from errbook.site.stamp import Shape, Stamp, Unstampable
from errbook.site.statuspage import STATUS_PAGE
from errbook.urls import LOOKUP, entry_url

_ENTRY_LINK = re.compile(r"errors/([^/\s)#]+)\.md")
"""A link of a page of prose to an entry's file."""
_LEFT = re.compile(r"ZQ(?:EXEMPLAR|TABLE|SLOT)\d+ZQ")
"""Marks that must not be left in a finished page."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is asked to do."""

    tag: str
    site: Path
    """Where the site will be published."""
    site_url: str
    """The URL to build for instead of the configured one, or empty."""
    builder: str
    engine: str
    """``stamp`` or ``full``."""
    pending: str = ""
    """The folder in which finished files wait."""
    known: Mapping[str, Known] = field(default_factory=dict)
    """The files of the locale that were published last."""
    kept: str = ""
    """The folder in which the result is kept."""
    mark: str = ""
    """A digest of everything that the locale is made from."""
    shared: str = ""
    """A digest of what all locales are made from; empty where nothing may be kept."""
    tools: str = ""
    """A digest of what makes pages of the source; empty where nothing may be kept."""
    structure: Mapping[str, str] = field(default_factory=dict)
    """A digest of what the source says of each published entry."""


def build_locale(project: Project, task: Task, processes: Processes) -> Result:
    """Build one locale up to the point where it could be published.

    Args:
        project: The project.
        task: What is to be done.
        processes: Who may help.
    """
    locale = next(item for item in project.settings.all_locales if item.tag == task.tag)
    return _Worker(project, locale, task, processes).run()


_BATCH = 100
"""So many entries are made at once: to start a process takes as long as to make a few dozens."""


class _Worker:
    def __init__(self, project: Project, locale: Locale, task: Task, processes: Processes) -> None:
        self._project = project
        self._task = task
        self._processes = processes
        self._edition: Edition = stage.edition(project, locale, task.site_url)
        self._tables: list[str] = []
        self._pages = Pages(self._edition)
        root_url = task.site_url or project.settings.site_url
        draws = cards.available()
        own = draws and project.settings.social_cards == "entries"
        beside_source = project.settings.source_locale in project.settings.site_locales
        self._finisher = Finisher(
            self._edition, root_url, card=draws, beside_source=beside_source, entry_cards=own
        )
        self._root_url = root_url
        pending = Pending(task.pending, str(task.site), task.known)
        self._result = Result(locale.tag, pending)
        self._outlines: dict[str, links.Outline] = {}
        self._exports = Exports(self._edition, *self._about(), root_url)
        self._written: dict[str, Written] = {}
        """Every published entry for programs."""
        self._component = b""
        self._keys: dict[str, str] = {}
        """Tell of each entry that may be kept what it is made from."""

    def run(self) -> Result:
        count = partial(account.of, self._project, self._edition, self._kept, self._task.tools)
        with self._processes.beside(count) as counted:
            self._make()
            if not self._result.failures:
                self._card()
                self._export()
                self._count(counted())
                self._check()
        return self._result

    @property
    def _kept(self) -> Path | None:
        """The folder in which is kept what the last build made, if it may be used."""
        return Path(self._task.kept) if self._task.tools else None

    def _make(self) -> None:
        """Make the pages."""
        if self._task.engine == "stamp":
            try:
                self._stamped()
            except Unstampable as reason:
                self._result.notes.append(f"{self._result.tag}: not stamped, because {reason}")
                self._start_again()
                self._full(self._pages.others())
        else:
            self._full(self._pages.others())

    def _start_again(self) -> None:
        self._result.pending.forget()
        self._outlines.clear()
        self._keys = {}
        self._result.stamped = 0

    def _count(self, counted: Account) -> None:
        result, edition = self._result, self._edition
        result.findings = counted.findings
        result.complete = counted.complete
        result.shown = counted.shown
        result.tallies = counted.tallies
        result.foreign = tuple(url for url in result.urls if url in counted.foreign)
        result.names = {entry.id: edition.name(entry) for entry in edition.book.published}
        result.titles = {c.name: edition.catalog_title(c) for c in edition.book.catalogs}

    def _card(self) -> None:
        """The pictures for previews of links to this locale's pages."""
        if not self._finisher.card:
            if self._project.settings.social_cards == "entries":
                note = "no social cards, because Pillow is missing: pip install 'errbook[cards]'"
                self._result.notes.append(f"{self._result.tag}: {note}")
            return
        edition = self._edition
        kept = cardstore.Cards(self._project.settings.root, self._result.tag)
        self._put(cards.PATH, kept.picture(cards.of_locale(edition.locale, *self._about())))
        if self._finisher.entry_cards:
            for card, entry in cardstore.of_entries(edition):
                self._put(cards.entry_path(entry.id), kept.picture(card))
        kept.forget_others()

    def _about(self) -> tuple[str, str]:
        """The site's name and description."""
        words = stage.SiteWords(self._project, self._edition)
        settings = self._project.settings
        title = html.unescape(words.of("name", settings.site_name))
        description = resolve(settings.mkdocs.get("site_description"))
        text = html.unescape(words.of("description", str(description))) if description else ""
        return title, text

    def _export(self) -> None:
        """What programs read; files of these names that the project has itself stay."""
        for name, content in self._exports.files(self._written):
            self._put_own(name, content)
        self._result.part, self._component = self._exports.above(self._written)
        # It is as large as all of the locale's files for programs.
        self._written.clear()

    def _put_own(self, name: str, content: bytes) -> None:
        """Put a file, unless the project has one of this name itself."""
        if f"{self._result.tag}/{name}" not in self._result.pending.files:
            self._put(name, content)

    def _put(self, name: str, content: bytes) -> None:
        self._result.pending.put(f"{self._result.tag}/{name}", content)

    def _contents(self, pages: Iterable[StagedPage]) -> dict[str, bytes]:
        return stage.contents(self._project, self._edition, self._task.site_url, pages)

    def _build(self, files: Mapping[str, bytes], known: Mapping[str, Facts]) -> Made:
        project = self._project
        made = stage.write(project, self._edition.locale, files)
        return runner.run(made, self._task.builder, project.settings, known)

    # --- every page by the builder ---------------------------------------------------------------

    def _full(self, others: Iterable[StagedPage]) -> None:
        articles = (self._staged(entry, article) for entry, article in self._pages.articles())
        made = self._build(self._contents([*others, *articles]), {})
        self._result.failures = list(made.complaints)
        if made.complaints:
            return
        entries = {entry_url(e.id): e for e in self._edition.book.entries.values()}
        for name, path in made.files():
            url = name.removesuffix("index.html")
            if name == SEARCH_INDEX and self._task.builder != "zensical":
                continue
            if not name.endswith(".html"):
                self._put(name, path.read_bytes())
                continue
            text = path.read_text(encoding="utf-8")
            entry = entries.get(url)
            if entry is None:
                finished = self._finisher.page(text, url)
            else:
                head, canonical = self._finisher.head(entry), self._finisher.canonical(entry)
                finished = self._finisher.entry_page(text, url, head, canonical)
            self._page(name, finished)
        self._result.urls = made.urls(self._finisher.address)
        self._full_index(made)
        for entry in self._edition.book.published:
            content, self._written[entry.id] = self._exports.entry(entry)
            self._put_own(entry_file(entry.id), content)

    def _full_index(self, made: Made) -> None:
        """The search index of the builder, as it counts in a book of this size."""
        if self._task.builder == "zensical" or not (made.site / SEARCH_INDEX).is_file():
            return
        index = made.index
        entries = {entry_url(name) for name in self._edition.book.entries} if self._large else ()
        pages = {url: found for url, found in index.pages.items() if url in entries}
        short = {url: shortened(found) for url, found in pages.items()}
        self._put(SEARCH_INDEX, index.write(short, self._result.urls))

    @cached_property
    def _large(self) -> bool:
        return len(self._edition.book.published) >= LARGE

    def _page(self, name: str, text: str) -> None:
        self._outlines[f"{self._result.tag}/{name}"] = links.outline(text)
        if name == STATUS_PAGE and STATUS_MARK in text:
            self._result.status_page = text
            return
        self._put(name, text.encode("utf-8"))

    # --- entries by stamping ---------------------------------------------------------------------

    def _stamped(self) -> None:
        wanted = self._wanted()
        maker = ShellMaker(self._edition, self._finisher, self._result, self._build, self._kept)
        made = maker.shell(wanted)
        if made is None:
            return
        self._put(LOOKUP, wanted.files[f"{stage.DOCS}/{LOOKUP}"])
        self._put_others(made.pages)
        self._put_entries(made)

    def _wanted(self) -> Wanted:
        """What the builder is asked for: all pages but those of entries, and some of these."""
        thorough = samples.are_to_be_thorough(self._project.settings)
        # A template that the project has itself may look into the pages' tables.
        others = list(Pages(self._edition, None if thorough else self._tables).others())
        by_shape = samples.of_shapes(self._edition.book, self._pages)
        exemplars = [
            StagedPage(
                f"errors/{stamp.exemplar_id(n)}.md", stamp.exemplar(s).markdown(self._edition)
            )
            for n, s in enumerate(by_shape)
        ]
        more = samples.of_all_kinds(self._pages.articles()) if thorough else []
        compared = {entry.id: (entry, article) for entry, article in (*by_shape.values(), *more)}
        entries = [self._staged(entry, article) for entry, article in compared.values()]
        entries += self._linked(others, set(compared))
        files = self._contents([*others, *exemplars, *entries])
        left = {f"{stage.DOCS}/{LOOKUP}"}
        if not thorough:
            left |= {f"{stage.DOCS}/{page.path}" for page in entries}
        prose = () if thorough else [page.path for page in others]
        sources = shell.sources(files, prose, left, self._task.tools)
        return Wanted(files, sources, list(by_shape), list(compared.values()))

    def _staged(self, entry: Entry, article: Article) -> StagedPage:
        """The page of an entry as the builder reads it."""
        return StagedPage(f"errors/{entry.id}.md", article.markdown(self._edition))

    def _put_entries(self, made: Shell) -> None:
        """Put the entries' pages, and the search index, which has them and all others."""
        documents = {}
        for name, entry in self._entries(made).items():
            url = entry_url(name)
            documents[url] = entry.documents
            self._outlines[f"{self._result.tag}/{url}index.html"] = entry.outline
            self._written[name] = entry.written
        ids = [entry.id for entry in self._edition.book.published]
        self._result.stamped = len(ids)
        self._result.urls = stamp.in_builder_order(made.urls, ids)
        self._put(SEARCH_INDEX, made.index.write(documents, self._result.urls))

    def _entries(self, made: Shell) -> dict[str, MadeEntry]:
        """What is made of the entries, now or by the last build, by their ids."""
        pending, prefix = self._result.pending, f"{self._result.tag}/"
        taken = {name.removeprefix(prefix) for name in pending.files}
        maker = EntryMaker(
            self._pages,
            self._finisher,
            self._exports,
            made.stamps,
            large=self._large,
            taken=taken,
        )
        entries = self._reused(made.stamps, taken)
        left = [e for e in self._edition.book.published if e.id not in entries]
        batches = [left[start : start + _BATCH] for start in range(0, len(left), _BATCH)]

        def some(batch: list[Entry]) -> tuple[dict[str, MadeEntry], Taken]:
            own = pending.another()
            return maker.make(batch, own), own.taken

        for found, files in self._processes.each(some, batches):
            entries.update(found)
            pending.take(files)
        return entries

    def _reused(
        self, stamps: Mapping[Shape, Stamp], taken: Collection[str]
    ) -> dict[str, MadeEntry]:
        """The entries that read as they did, and would be stamped as they were."""
        if self._kept is None:
            return {}
        words = self._project.files.get((self._edition.locale, UI))
        common = f"{self._task.tools} {words!r} {self._about()} {self._large}"
        self._keys = reuse.keys(self._edition, common, self._task.structure, stamps, taken)
        return reuse.read(self._kept, self._keys, self._result.tag, self._result.pending)

    def _linked(self, others: Iterable[StagedPage], known: set[str]) -> Iterator[StagedPage]:
        """The entries that pages of prose link to: the builder must find the files."""
        text = "\n".join(page.content for page in others)
        linked = {match[1] for match in _ENTRY_LINK.finditer(text)} - known
        for entry in self._edition.book.published:
            if entry.id in linked:
                yield self._staged(entry, self._pages.article(entry))

    def _put_others(self, pages: Mapping[str, str]) -> None:
        """Finish the pages that are no entries', with their tables in the place of the marks."""
        for name, text in pages.items():
            for number, table in enumerate(self._tables):
                text = text.replace(table_mark(number), table)
            finished = self._finisher.page(text, name.removesuffix("index.html"))
            if _LEFT.search(finished):
                raise Unstampable(f"{name} shows a page that only stamping knows")
            self._page(name, finished)

    # --- checks ----------------------------------------------------------------------------------

    def _check(self) -> None:
        """Follow the links, and keep what was made for the next build."""
        result, tag = self._result, self._result.tag
        later = (*SITEMAPS, STATUS_PAGE) if result.status_page else SITEMAPS
        files = {*result.pending.files, *(f"{tag}/{name}" for name in later)}
        base = stage.base_path(self._root_url)
        part = links.Part(tag, files, self._outlines, base, self._root_url)
        for found in links.check(part):
            if isinstance(found, links.Leaving):
                result.leaving.append(found)
            else:
                result.failures.append(found)
        anchors = links.anchors(part)
        result.anchors, result.pages = links.digest(anchors), len(anchors)
        if not result.failures:
            result.mark = self._task.mark
            result.contents = Contents.of(result.pending.files)
            results.write(Path(self._task.kept), result, anchors, self._component)
            if self._keys:
                self._remember()

    def _remember(self) -> None:
        """Keep what was made of the entries, for the next build of this locale."""
        tag, contents = self._result.tag, self._result.contents
        pages = {name: f"{tag}/{entry_url(name)}index.html" for name in self._keys}
        open_links = {name: self._outlines[page].links for name, page in pages.items()}
        reuse.write(Path(self._task.kept), self._keys, open_links, contents)
