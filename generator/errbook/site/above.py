"""Makes what stands above the locales, and only again where what it is made from changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from errbook import git, lookup, storage
from errbook.locales import Interface, Locale
from errbook.project import Project
from errbook.projectfiles import UI, OnDemand
from errbook.site import exports, links, results, stage
from errbook.site.landing import Landing
from errbook.site.processes import Processes
from errbook.site.publish import Pending, Taken
from errbook.site.results import Result
from errbook.site.sitemaps import Sitemaps
from errbook.site.statuspage import StatusPages
from errbook.urls import MATCHER

Files = Iterator[tuple[str, bytes]]
"""(path, content) of files, below the site's root."""
_NAME = "above.json"
_DEPTH = 2
"""How many folders the short links' pages stand in."""


@dataclass(frozen=True, slots=True)
class Group:
    """Some of the files, which are made from the same."""

    name: str
    inputs: object
    """What they are made from, apart from what all locales are made from: its ``repr`` tells."""
    files: Callable[[], Files]


class Above:
    """Makes the files above the locales."""

    def __init__(
        self, project: Project, root_url: str, made: Sequence[Result], kept: Path, shared: str
    ) -> None:
        """Args:
        project: The project.
        root_url: Absolute URL of the site's root; empty while the project has none.
        made: What was made of each locale, the source first.
        kept: The folder in which results are kept, and what was made from what.
        shared: A digest of what all locales are made from; empty where nothing may be kept.
        """
        self._project = project
        self._root_url = root_url
        self._results = made
        self._kept = kept
        self._shared = shared

    def put(self, pending: Pending, processes: Processes) -> dict[str, links.Outline]:
        """Put all files into their part of the new site.

        Args:
            pending: The part.
            processes: Who may help.

        Returns:
            The outlines of the pages that were made: those that were kept were looked at before.
        """
        before = _read(self._kept) if self._shared else {}
        groups, new = {}, []
        for group in self._groups():
            mark, last = self._mark(group), before.get(group.name, {})
            kept = last.get("files") and last["mark"] == mark and pending.keep(last["files"])
            groups[group.name] = {"mark": mark, "files": last["files"] if kept else {}}
            if not kept:
                new.append(group)

        outlines: dict[str, links.Outline] = {}
        made = processes.each(lambda group: self._make(group, pending.another()), new)
        for group, (taken, found) in zip(new, made, strict=True):
            pending.take(taken)
            outlines |= found
            groups[group.name]["files"] = {name: known[0] for name, known in taken[0].items()}
        storage.write_data(self._kept / _NAME, groups)
        return outlines

    def _make(self, group: Group, pending: Pending) -> tuple[Taken, dict[str, links.Outline]]:
        """Make the files of a group; returns the outlines of its pages, too."""
        found = {}
        before, outline = b"", links.outline("")
        for name, content in group.files():
            pending.put(name, content)
            if name.endswith(".html"):
                if content is not before:  # a short link's page stands in several folders
                    before, outline = content, self._outline(name, content.decode("utf-8"))
                found[name] = outline
        return pending.taken, found

    def _outline(self, name: str, text: str) -> links.Outline:
        """The outline of a page, but for links that lead to pages which are surely there."""
        found = links.outline(text)
        if name.count("/") != _DEPTH:
            return found
        return links.Outline(found.links - self._known, found.ids)

    @cached_property
    def _known(self) -> frozenset[str]:
        """The links to the locales' pages from a page in a folder of a folder, as most are."""
        up = "../" * _DEPTH
        return frozenset(f"{up}{made.tag}/{url}" for made in self._results for url in made.urls)

    def _mark(self, group: Group) -> str:
        """A digest of what a group is made from; the locales' pages, to which it links, count."""
        pages = [result.anchors for result in self._results]
        return storage.digest(repr((self._shared, self._root_url, pages, group.inputs)))

    def _groups(self) -> Iterator[Group]:
        project, settings, made = self._project, self._project.settings, self._results
        locales = {locale.tag: locale for locale in settings.all_locales}
        names = {locales[result.tag]: result.names for result in made}
        words = OnDemand(settings.site_locales, project.interface)
        own_words = [project.files.get((locale, UI)) for locale in settings.site_locales]

        def matcher() -> Files:
            yield MATCHER, lookup.of_book(project.book).written().encode("utf-8")

        yield Group("matcher", (), matcher)
        yield Group("schema", (), exports.schema)
        yield Group(
            "landing",
            (own_words, [(result.tag, result.names) for result in made]),
            lambda: Landing(settings, project.book, words, names, self._root_url).files(),
        )
        yield self._status(words, own_words)
        parts = {result.tag: result.part for result in made if result.part is not None}
        by_tag = {result.tag: result for result in made}

        def component(tag: str) -> bytes:
            return results.read_component(self._kept / tag, by_tag[tag])

        shown = {tag: stage.display_name(locales[tag], settings) for tag in parts}
        root = self._root_url or stage.base_path("")
        yield Group(
            "exports",
            list(parts.items()),
            lambda: exports.above(parts, component, shown, root),
        )
        urls = {result.tag: result.urls for result in made}
        foreign = [result.foreign for result in made]
        translated = {result.tag: result.translated for result in made}
        source = settings.site_locales[0].tag
        maps = Sitemaps(project.book, self._root_url, source, urls, translated)
        yield Group("sitemaps", (urls, foreign), maps.files)

    def _status(self, words: Mapping[Locale, Interface], own_words: object) -> Group:
        project, made = self._project, self._results
        pages = {result.tag: result.status_page for result in made}
        names = {result.tag: {**result.names, **result.titles} for result in made}
        tallies = {result.tag: result.tallies for result in made}
        inputs = (
            own_words,
            list(pages.items()),
            [(result.tag, result.names, result.titles) for result in made],
            [[tally.to_data() for tally in result.tallies] for result in made],
            # It has the dates of changes, and only those that are committed.
            git.head(project.settings.root) if any(pages.values()) else "",
        )
        return Group(
            "status", inputs, lambda: StatusPages(project, words, names, tallies).files(pages)
        )


def _read(kept: Path) -> dict[str, Any]:
    """What the last build made from what; nothing where that is not known any more."""
    try:
        found = storage.read_data(kept / _NAME)
        return {
            str(name): {"mark": group["mark"], "files": dict(group["files"])}
            for name, group in found.items()
        }
    except storage.UNREADABLE:
        return {}
