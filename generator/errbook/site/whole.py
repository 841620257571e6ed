"""Makes a site of what was made of each locale: what stands above them, the checks, publishing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from errbook.diagnostics import Diagnostic, Severity, in_order
from errbook.project import Project
from errbook.site import links, publish, results, stage
from errbook.site.above import Above
from errbook.site.manifest import ABOVE, Contents, Manifest
from errbook.site.processes import Processes
from errbook.site.publish import Pending
from errbook.site.results import Result

Step = Callable[[str], None]
"""Is told what is done next."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How complete one locale is."""

    tag: str
    complete: int
    """Entries with their cause and their fix in the language."""
    entries: int
    shown: int
    """Texts that are shown in the language."""
    texts: int


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    files: int = 0
    written: int = 0
    deleted: int = 0
    contents: str = ""
    """A digest of all files."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    failures: list[Diagnostic] = field(default_factory=list)
    """What kept it from being published; empty when it was."""
    findings: list[Diagnostic] = field(default_factory=list)
    """What is wrong in the locales' files; readers see fallbacks."""
    coverage: list[Coverage] = field(default_factory=list)
    pages: int = 0
    stamped: int = 0
    """How many of the pages were stamped instead of rendered."""
    fresh: tuple[str, ...] = ()
    """The locales that were built; all others are as the last build made them."""
    notes: list[str] = field(default_factory=list)
    """What the user should know of how it was built."""
    published: Published = field(default_factory=Published)

    @property
    def ok(self) -> bool:
        return not self.failures


class Site:
    """What all workers made, on its way to be published."""

    def __init__(
        self,
        project: Project,
        site_url: str,
        manifest: Manifest,
        made: Sequence[Result],
        above: Pending,
        kept: Path,
        shared: str,
    ) -> None:
        self._project = project
        self._root_url = site_url or project.settings.site_url
        self._manifest = manifest
        self._results = made
        self._parts = {**{result.tag: result.pending for result in made}, ABOVE: above}
        self._above = above
        self._kept = kept
        self._shared = shared

    def publish(self, strict: bool, step: Step, processes: Processes) -> Built:
        # Of the configuration, the builder says of every locale the same.
        every = [f for result in self._results for f in result.failures]
        failures = list({(f.location, f.code, f.message): f for f in every}.values())
        findings = in_order(f for result in self._results for f in result.findings)
        if strict:
            failures += [f for f in findings if f.severity > Severity.INFO]
        if not failures:
            step("check links")
            failures = list(self._check(processes))
        if failures:
            return Built(in_order(failures), findings)
        step("publish")
        done = self._publish()
        pages = sum(result.pages for result in self._results)
        stamped = sum(result.stamped for result in self._results)
        notes = [note for result in self._results for note in result.notes]
        coverage = list(self._coverage())
        return Built([], findings, coverage, pages, stamped, notes=notes, published=done)

    def _publish(self) -> Published:
        root, parts = self._project.settings.root, self._parts
        written, deleted = publish.publish(root, self._manifest, parts, self._has)
        found = {result.tag: result.contents for result in self._results}
        whole = Contents.together({**found, ABOVE: Contents.of(self._above.files)})
        return Published(whole.files, written, deleted, whole.digest)

    def _has(self, name: str) -> bool:
        """Whether a file is one of the new site."""
        own = self._parts.get(name.partition("/")[0])
        return name in self._above.files or (own is not None and name in own.files)

    def _coverage(self) -> Iterator[Coverage]:
        entries = len(self._project.book.published)
        texts = sum(len(units) for units in self._project.units.values())
        for result in self._results:
            yield Coverage(result.tag, result.complete, entries, result.shown, texts)

    def _check(self, processes: Processes) -> Iterator[Diagnostic]:
        """Write what stands above the locales, and check what the parts of the site share."""
        base = stage.base_path(self._root_url)
        maker = Above(self._project, self._root_url, self._results, self._kept, self._shared)
        outlines = maker.put(self._above, processes)
        above = links.Part("", self._above.files, outlines, base, self._root_url)
        leaving = (item for result in self._results for item in result.leaving)
        for found in (*leaving, *links.check(above)):
            if isinstance(found, links.Leaving):
                yield from links.check_leaving(found, self._is_there)
            else:
                yield found
        yield from self._parity()

    def _is_there(self, name: str) -> bool:
        """Whether the new site has a file; of a locale that stays, its pages tell of most files."""
        tag, _, path = name.partition("/")
        url = path.removesuffix("index.html")
        is_page = any(made.tag == tag and url in made.urls for made in self._results)
        return (is_page and url != path) or self._has(name)

    def _parity(self) -> Iterator[Diagnostic]:
        """Whether every locale has the same pages with the same anchors."""
        source, *others = self._results
        for other in others:
            if other.anchors != source.anchors:
                pairs = (
                    (r.tag, results.read_anchors(self._kept / r.tag, r)) for r in (source, other)
                )
                yield from links.compare(*pairs)
