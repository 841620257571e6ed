"""Builds the whole site: every locale in its own process, then the checks, then publishing."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from errbook import config, lookup, storage
from errbook import project as project_loading
from errbook.config import Preview, Settings
from errbook.diagnostics import Diagnostic, Location, Severity, in_order, report
from errbook.project import Project
from errbook.pseudobook import with_pseudo_locales
from errbook.site import exports, links, outputs, publish, results, runner, stage
from errbook.site.inputs import Inputs
from errbook.site.landing import Landing
from errbook.site.publish import Known, Pending, Published
from errbook.site.results import Result
from errbook.site.sitemaps import Sitemaps
from errbook.site.statuspage import StatusPages
from errbook.site.worker import Task, build_locale
from errbook.urls import MATCHER

Step = Callable[[str], None]
ABOVE = "above"
"""Name of the part of the site that belongs to no locale; no tag is this long."""

_project: Project | None = None
"""The project, in a worker process."""


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


def build(
    project: Project,
    *,
    site_dir: Path | None = None,
    site_url: str = "",
    builder: str = "",
    engine: str = "stamp",
    jobs: int = 0,
    strict: bool = False,
    inputs: Inputs | None = None,
    step: Step = lambda text: None,
) -> Built:
    """Build and publish the site of a project whose source has no mistake.

    Args:
        project: The project.
        site_dir: Where to publish, instead of the configured folder.
        site_url: The URL to build for, instead of the configured one.
        builder: The builder to use, instead of the configured one.
        engine: ``stamp``, or ``full`` for every page by the builder.
        jobs: How many locales to build at once; 0 for one per processor.
        strict: Whether what a translation lacks keeps the site from being published.
        inputs: What the project was loaded from; locales whose inputs are those of the last build
            are not built again. Without it all are.
        step: Told what is done next, for a progress display.

    Returns:
        What was done. When it failed, the published site is as it was before. A build waits for
        another one of the same project to end.
    """
    settings = project.settings
    plan = Plan(builder or settings.builder, engine, site_url, inputs)
    site = (site_dir or settings.site_dir).absolute()
    hindrances = [*runner.missing(plan.builder, settings), *outputs.own_files(settings, site)]
    if hindrances:
        return Built(hindrances)
    with storage.locked(settings.root / publish.FOLDER / "lock"):
        known = publish.read_manifest(settings.root, site)
        tags = [locale.tag for locale in settings.site_locales]
        folders = publish.prepare(settings.root, [*tags, ABOVE])
        kept = publish.kept_folder(settings.root, site)
        by_tag = _by_tag(known, tags)
        tasks = [
            plan.task(project, tag, site, folders[tag], kept / tag, by_tag[tag]) for tag in tags
        ]
        done = {task.tag: result for task in tasks if (result := _as_before(task)) is not None}
        todo = [task for task in tasks if task.tag not in done]
        if todo:
            step(f"build {', '.join(task.tag for task in todo)}")
        try:
            with workers(project, min(jobs or os.cpu_count() or 1, len(todo))) as run:
                done |= {result.tag: result for result in run(run_task, todo)}
                above = Pending(folders[ABOVE], str(site), known)
                whole = Site(project, site, site_url, known, [done[t] for t in tags], above, kept)
                return replace(whole.publish(strict, step, run), fresh=tuple(t.tag for t in todo))
        except BrokenProcessPool:
            return Built([killed(settings)])


@dataclass(frozen=True, slots=True)
class Plan:
    """How a site is built, whatever is built of it."""

    builder: str
    engine: str
    """``stamp`` or ``full``, as it was asked for."""
    site_url: str = ""
    inputs: Inputs | None = None

    def task(
        self,
        project: Project,
        tag: str,
        site: Path,
        pending: str,
        kept: Path,
        known: Mapping[str, Known],
    ) -> Task:
        """What is to be done for one locale; `Task` says what the arguments are."""
        engine = self.engine if _can_stamp(project, self.builder) else "full"
        mark = self.mark(project.settings, tag)
        keeps = self.inputs is not None and self.inputs.are_all
        shared = f"{self.builder} {self.inputs.shared}" if self.inputs and keeps else ""
        return Task(
            tag,
            site,
            self.site_url,
            self.builder,
            engine,
            pending,
            known,
            str(kept),
            mark,
            shared,
        )

    def mark(self, settings: Settings, tag: str) -> str:
        """A digest of what a locale is made from; an empty one is like no other."""
        if self.inputs is None:
            return ""
        locale = next(locale for locale in settings.all_locales if locale.tag == tag)
        # Neither a preview nor the pseudo-locales are in any file.
        more = [repr(settings.preview)] if settings.preview else []
        more += [item.tag for item in settings.all_locales if item.is_pseudo]
        return self.inputs.of(locale, self.builder, self.engine, self.site_url, *more)


def killed(settings: Settings) -> Diagnostic:
    """What is to be said when a process of the build was killed."""
    message = "a process of the build was killed; the machine may lack memory"
    hint = "Build fewer locales at once, with --jobs 1."
    return report("EB501", Location(settings.path), message, hint)


def _as_before(task: Task) -> Result | None:
    """What the last build made of a locale, where it was made from the same."""
    if not task.shared:
        return None
    pending = Pending(task.pending, str(task.site), task.known)
    return results.read(Path(task.kept), task.mark, pending)


def _by_tag(known: Mapping[str, Known], tags: Sequence[str]) -> dict[str, dict[str, Known]]:
    """Each locale's part of the manifest."""
    parts: dict[str, dict[str, Known]] = {tag: {} for tag in tags}
    for name, what in known.items():
        tag = name.partition("/")[0]
        if tag in parts:
            parts[tag][name] = what
    return parts


def _can_stamp(project: Project, builder: str) -> bool:
    """Whether only plugins are used that stamping knows, no code of the project's own, and no page
    of an entry in the navigation: the builder would look for it, and show it beside all others.
    """
    mkdocs = project.settings.mkdocs
    names = stage.plugin_names(project.settings)
    simple = names <= stage.KNOWN_PLUGINS and "search" in {n.rpartition("/")[2] for n in names}
    nav = _targets(mkdocs.get("nav"))
    listed = any(f"errors/{name}.md" in nav for name in project.book.entries)
    return builder != "zensical" and simple and not mkdocs.get("hooks") and not listed


def _targets(nav: Any) -> set[str]:
    """The pages that a navigation lists."""
    if isinstance(nav, dict | list):
        inner = nav.values() if isinstance(nav, dict) else nav
        return {target for item in inner for target in _targets(item)}
    return {str(nav)}


# --- workers -------------------------------------------------------------------------------------


Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""Runs a function over items, like `map`."""


@contextmanager
def workers(project: Project, jobs: int) -> Iterator[Run]:
    """Run functions in processes of their own, where there is more than one processor."""
    global _project
    _project = project
    try:
        if jobs <= 1:
            yield map
            return
        runner.warm()
        with _executor(project, jobs) as executor:
            yield executor.map
    finally:
        _project = None


def _executor(project: Project, jobs: int) -> Executor:
    # A forked process has the project already; but to fork beside threads is not safe.
    forks = sys.platform == "linux" and threading.active_count() == 1
    if forks:
        return ProcessPoolExecutor(jobs, multiprocessing.get_context("fork"), _end_with_parent)
    root, name = project.settings.root, project.settings.path
    context = multiprocessing.get_context("spawn")
    settings = project.settings
    pseudo = any(locale.is_pseudo for locale in settings.all_locales)
    arguments = (root, name, settings.preview, pseudo)
    return ProcessPoolExecutor(jobs, context, _load, arguments)


def _end_with_parent() -> None:
    """Let a worker end when the process that started it is killed."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _load(root: Path, name: str, preview: Preview | None, pseudo: bool) -> None:
    global _project
    _end_with_parent()
    _project, _ = project_loading.load(root, name, preview)
    if pseudo and _project is not None:
        _project = with_pseudo_locales(_project)


def run_task(task: Task) -> Result:
    """Build one locale, in a worker."""
    if _project is None:
        message = "the configuration changed while the site was built, and cannot be read now"
        found = report("EB501", Location(config.FILE), message, "Build it again.")
        return Result(task.tag, Pending(task.pending, str(task.site), task.known), [found])
    return build_locale(_project, task)


def _move(pending: Pending) -> dict[str, Known]:
    return pending.move()


# --- the whole site ------------------------------------------------------------------------------


class Site:
    """What all workers made, on its way to be published."""

    def __init__(
        self,
        project: Project,
        site: Path,
        site_url: str,
        known: dict[str, Known],
        made: Sequence[Result],
        above: Pending,
        kept: Path,
    ) -> None:
        self._project = project
        self._site = site
        self._root_url = site_url or project.settings.site_url
        self._known = known
        self._results = made
        self._above = above
        self._kept = kept

    def publish(self, strict: bool, step: Step, run: Run) -> Built:
        failures = [f for result in self._results for f in result.failures]
        findings = in_order(f for result in self._results for f in result.findings)
        if strict:
            failures += [f for f in findings if f.severity > Severity.INFO]
        if not failures:
            step("check links")
            failures = list(self._check())
        if failures:
            return Built(in_order(failures), findings)
        step("publish")
        done = self._publish(run)
        pages = sum(result.pages for result in self._results)
        stamped = sum(result.stamped for result in self._results)
        notes = [note for result in self._results for note in result.notes]
        coverage = list(self._coverage())
        return Built([], findings, coverage, pages, stamped, notes=notes, published=done)

    def _publish(self, run: Run) -> Published:
        parts = [*(result.pending for result in self._results), self._above]
        files = {name: known for part in parts for name, known in part.files.items()}
        waiting = [part for part in parts if part.changed]
        if waiting:
            # Should this be killed, the next build knows what may have been put here.
            publish.note(self._project.settings.root, self._site, {**self._known, **files})
        for corrected in run(_move, waiting):
            files.update(corrected)
        folders = ["e", *(result.tag for result in self._results)]
        root = self._project.settings.root
        deleted = publish.finish(root, self._site, self._known, files, folders)
        return Published(len(files), sum(len(part.changed) for part in waiting), deleted)

    def _coverage(self) -> Iterator[Coverage]:
        entries = sum(len(catalog.published) for catalog in self._project.book.catalogs)
        texts = sum(len(units) for units in self._project.units.values())
        for result in self._results:
            yield Coverage(result.tag, result.complete, entries, result.shown, texts)

    def _check(self) -> Iterator[Diagnostic]:
        """Write what stands above the locales, and check what the parts of the site share."""
        base = stage.base_path(self._root_url)
        outlines = {}
        for name, content in self._files_above():
            self._above.put(name, content)
            if name.endswith(".html"):
                outlines[name] = links.outline(content.decode("utf-8"))
        above = links.Part("", self._above.files, outlines, base, self._root_url)
        parts = (self._above.files, *(result.pending.files for result in self._results))
        files = ChainMap(*(dict(part) for part in parts))
        leaving = (item for result in self._results for item in result.leaving)
        for found in (*leaving, *links.check(above)):
            if isinstance(found, links.Leaving):
                yield from links.check_leaving(found, files)
            else:
                yield found
        yield from self._parity()

    def _parity(self) -> Iterator[Diagnostic]:
        """Whether every locale has the same pages with the same anchors."""
        source, *others = self._results
        for other in others:
            if other.anchors != source.anchors:
                pairs = ((r.tag, results.read_anchors(self._kept / r.tag)) for r in (source, other))
                yield from links.compare(*pairs)

    def _files_above(self) -> Iterator[tuple[str, bytes]]:
        project, settings = self._project, self._project.settings
        locales = {locale.tag: locale for locale in settings.all_locales}
        names = {locales[result.tag]: result.names for result in self._results}
        words = {locale: project.interface(locale) for locale in settings.site_locales}
        yield MATCHER, lookup.of_book(project.book).written().encode("utf-8")
        yield from Landing(settings, project.book, words, names, self._root_url).files()
        yield from StatusPages(
            project,
            words,
            {result.tag: {**result.names, **result.titles} for result in self._results},
            {result.tag: result.tallies for result in self._results},
        ).files({result.tag: result.status_page for result in self._results})
        parts = {result.tag: result.part for result in self._results if result.part is not None}
        shown = {tag: stage.display_name(locales[tag], settings) for tag in parts}
        root = self._root_url or stage.base_path("")
        yield from exports.above(parts, shown, root)
        yield from Sitemaps(
            project.book,
            self._root_url,
            settings.site_locales[0].tag,
            {result.tag: result.urls for result in self._results},
            {result.tag: result.translated for result in self._results},
        ).files()
