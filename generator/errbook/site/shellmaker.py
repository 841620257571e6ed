"""Has the builder make a locale's shell: all of it, or only the pages of prose that changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from errbook.article import shape
from errbook.edition import Edition
from errbook.site import shell, stamp
from errbook.site.finish import Finisher
from errbook.site.made import Facts, Made
from errbook.site.results import Result
from errbook.site.samples import Sample
from errbook.site.searchindex import SEARCH_INDEX
from errbook.site.shell import Shell, Sources
from errbook.site.stamp import Shape, Stamp, Unstampable
from errbook.urls import LOOKUP, entry_url

_EXEMPLARS = f"errors/{stamp.MARK}"
"""What the paths of exemplars begin with."""

Build = Callable[[Mapping[str, bytes], Mapping[str, Facts]], Made]
"""Lets the builder render the pages among some files, but for those whose facts are known."""


@dataclass(frozen=True)
class Wanted:
    """What a shell is wanted of."""

    files: Mapping[str, bytes]
    """The files of the builder's project, by path."""
    sources: Sources
    shapes: Sequence[Shape]
    """The shapes of the articles, in the order of their exemplars."""
    compared: Sequence[Sample]
    """Entries whose pages, made with the shell, must be those that the builder makes."""


@dataclass(frozen=True)
class ShellMaker:
    """Makes the shell of one locale, and keeps it."""

    edition: Edition
    finisher: Finisher
    result: Result
    """What is made of the locale; it takes the files that are no pages."""
    build: Build
    folder: Path | None
    """Where the shell is kept; None where nothing may be kept."""

    def shell(self, wanted: Wanted) -> Shell | None:
        """The shell; None when the builder fails, as the result says then.

        Raises:
            Unstampable: The builder's pages do not have the form that stamping needs.
        """
        kept = self._kept(wanted.sources)
        if kept is not None and kept.sources == wanted.sources:
            return kept
        made = (self._renewed(kept, wanted) if kept else None) or self._built(wanted)
        if made is not None and self.folder is not None:
            shell.write(self.folder, made)
        return made

    def _kept(self, sources: Sources) -> Shell | None:
        """What the builder made last time in the same frame, if all of it is still there."""
        kept = shell.read(self.folder) if self.folder is not None else None
        if kept is None or kept.sources.frame != sources.frame:
            return None
        # It may be of a build that published nothing.
        files = {f"{self.result.tag}/{name}": digest for name, digest in kept.assets.items()}
        return kept if self.result.pending.keep(files) else None

    def _renewed(self, kept: Shell, wanted: Wanted) -> Shell | None:
        """A kept shell with its pages that changed rendered anew.

        All others are as they were, as long as the facts of those stand: no page shows more of
        another one. What the builder complains about, it must say of the whole.
        """
        changed = wanted.sources.changed(kept.sources)
        if not changed <= kept.facts.keys():
            return None
        known = {path: facts for path, facts in kept.facts.items() if path not in changed}
        made = self.build(wanted.files, known)
        stand = all(kept.facts[path].stand(made.facts.get(path)) for path in changed)
        if made.complaints or not stand:
            return None
        pages = {
            name: path.read_text(encoding="utf-8")
            for name, path in made.files()
            if name.endswith(".html")
        }
        urls = [name.removesuffix("index.html") for name in pages]
        return replace(
            kept,
            sources=wanted.sources,
            index=kept.index.updated(made.index, urls),
            pages={**kept.pages, **pages},
            facts={**kept.facts, **made.facts},
        )

    def _built(self, wanted: Wanted) -> Shell | None:
        """A new shell; some pages made with it are compared to the builder's."""
        made = self.build(wanted.files, {})
        if made.complaints:
            self.result.failures = list(made.complaints)
            return None
        names = [stamp.exemplar_id(number) for number in range(len(wanted.shapes))]
        stamps = {s: self._cut(made, n) for s, n in zip(wanted.shapes, names, strict=True)}
        for sample in wanted.compared:
            self._compare(made, stamps[shape(self.edition.book, sample[0])], sample)
        pages, assets = {}, {}
        entries = {f"{entry_url(name)}index.html" for name in self.edition.book.entries}
        for name, path in made.files():
            if name in (SEARCH_INDEX, LOOKUP) or name in entries or name.startswith(_EXEMPLARS):
                continue
            if name.endswith(".html"):
                pages[name] = path.read_text(encoding="utf-8")
            else:
                whole = f"{self.result.tag}/{name}"
                self.result.pending.put(whole, path.read_bytes())
                assets[name] = self.result.pending.files[whole][0]
        stamped = [*self.edition.book.entries, *names]
        others = made.index.without(map(entry_url, stamped))
        urls = made.urls(self.finisher.address)
        return Shell(wanted.sources, stamps, others, urls, pages, assets, made.facts)

    def _cut(self, made: Made, name: str) -> Stamp:
        url = entry_url(name)
        return stamp.cut(self.finisher, made.page(url), made.index.of(url), name)

    def _compare(self, made: Made, used: Stamp, sample: Sample) -> None:
        """Compare a stamped page with the builder's own."""
        entry, article = sample
        url = entry_url(entry.id)
        head, canonical = self.finisher.head(entry), self.finisher.canonical(entry)
        expected = self.finisher.entry_page(made.page(url), url, head, canonical)
        if used.page(self.finisher, entry, article) != expected.encode("utf-8"):
            raise Unstampable(f"the page of {entry.name} is not what the builder makes of it")
        if used.search(entry, article) != made.index.of(url):
            raise Unstampable(f"the search index says something else of {entry.name}")
