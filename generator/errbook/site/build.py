"""Builds the site of a project: the locales that changed, then the whole."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from errbook import storage
from errbook.config import Settings
from errbook.project import Project
from errbook.site import extensions, outputs, publish, results, runner, structure
from errbook.site.inputs import Inputs, Parts, digest
from errbook.site.manifest import ABOVE, Known, Manifest, Untouched, forget_gone, place
from errbook.site.pool import helpers, killed, workers
from errbook.site.processes import Killed, Processes
from errbook.site.publish import Pending
from errbook.site.results import Result
from errbook.site.turn import turn
from errbook.site.whole import Built, Site, Step
from errbook.site.worker import Task

Look = Callable[[], Mapping[str, Untouched | None] | None]
"""Looks at what was published: which parts of the site are as they were. None: nobody looked."""


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
    untouched: Look = lambda: None,
    step: Step = lambda text: None,
) -> Built:
    """Build and publish the site of a project whose source has no mistake.

    Args:
        project: The project.
        site_dir: Where to publish, instead of the configured folder.
        site_url: The URL to build for, instead of the configured one.
        builder: The builder to use, instead of the configured one.
        engine: ``stamp``, or ``full`` for every page by the builder.
        jobs: How many processes may work at once; 0 for one per processor.
        strict: Whether what a translation lacks keeps the site from being published.
        inputs: What the project was loaded from; locales whose inputs are those of the last build
            are not built again. Without it all are.
        untouched: Gives what `Manifest.untouched` found, if somebody has looked since the inputs
            were read; another build may have published since then. It is called once.
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
    with turn(settings.root):
        forget_gone(settings.root, site)
        kept = place(settings.root, site, "kept")
        build_once = partial(_built, project, plan, site, kept, untouched, jobs, strict, step)
        try:
            try:
                return build_once()
            except results.Damaged:
                # What is damaged shows when it is wanted. Nothing of what is kept is used then.
                shutil.rmtree(kept)
                return build_once()
        except Killed:
            return Built([killed(settings)])


def _built(
    project: Project,
    plan: Plan,
    site: Path,
    kept: Path,
    untouched: Look,
    jobs: int,
    strict: bool,
    step: Step,
) -> Built:
    """Build and publish with what is kept of the last build."""
    settings = project.settings
    manifest = Manifest.of(settings.root, site)
    tags = [locale.tag for locale in settings.site_locales]
    folders = publish.prepare(settings.root, [*tags, ABOVE])
    tasks = [
        plan.task(project, tag, site, folders[tag], kept / tag, manifest.part(tag)) for tag in tags
    ]
    done = _as_before(tasks, manifest, untouched, helpers(jobs))
    todo = [task for task in tasks if task.tag not in done]
    if todo:
        found = structure.digests(project.book) if plan.tools else {}
        todo = [replace(task, structure=found) for task in todo]
        step(f"build {', '.join(task.tag for task in todo)}")
    with workers(project, jobs, len(todo)) as team:
        done |= {result.tag: result for result in team.make(todo)}
        above = Pending(folders[ABOVE], str(site), manifest.part(ABOVE))
        made = [done[tag] for tag in tags]
        whole = Site(project, plan.site_url, manifest, made, above, kept, plan.shared)
        built = whole.publish(strict, step, team.processes)
    return replace(built, fresh=tuple(task.tag for task in todo))


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
        return Task(
            tag=tag,
            site=site,
            site_url=self.site_url,
            builder=self.builder,
            engine=engine,
            pending=pending,
            known=known,
            kept=str(kept),
            mark=mark,
            shared=self.shared,
            tools=self.tools,
        )

    @property
    def shared(self) -> str:
        """A digest of what all locales are made from; empty where nothing may be kept."""
        inputs = self.inputs
        return f"{self._how} {inputs.shared}" if inputs and inputs.are_all else ""

    @property
    def tools(self) -> str:
        """A digest of what makes pages of the source; empty where nothing may be kept."""
        inputs = self.inputs
        return f"{self._how} {inputs.tools}" if inputs and inputs.are_all else ""

    @property
    def _how(self) -> str:
        """The options of which the files of a builder's project do not tell."""
        return f"{self.builder} {self.site_url}"

    def mark(self, settings: Settings, tag: str) -> str:
        """A digest of what a locale is made from; an empty one is like no other."""
        parts = self.parts(settings, tag)
        return digest(parts) if parts else ""

    def parts(self, settings: Settings, tag: str) -> Parts:
        """What a locale is made from; nothing where that is not known."""
        if self.inputs is None:
            return {}
        locale = next(locale for locale in settings.all_locales if locale.tag == tag)
        options = {
            "--builder": self.builder,
            "--engine": self.engine,
            "--site-url": self.site_url,
            # Neither a preview nor the pseudo-locales are in any file.
            "a preview": repr(settings.preview or ""),
            "--pseudo": " ".join(item.tag for item in settings.all_locales if item.is_pseudo),
        }
        return self.inputs.parts(locale, options)


def _as_before(
    tasks: Iterable[Task],
    manifest: Manifest,
    untouched: Look,
    processes: Processes,
) -> dict[str, Result]:
    """What the last build made of those that are made from the same, where all of it is there."""
    kept = {task.tag: result for task in tasks if (result := _kept(task)) is not None}
    found = untouched() if kept else {}
    if found is None:
        found = dict(zip(kept, processes.each(manifest.look, kept), strict=True))
    return {
        tag: result
        for tag, result in kept.items()
        if found.get(tag) == Untouched(result.contents, manifest.version(tag))
    }


def _kept(task: Task) -> Result | None:
    """What the last build made of a locale, where it was made from the same."""
    if not task.shared:
        return None
    pending = Pending(task.pending, str(task.site), task.known, stays=True)
    try:
        result = results.read(Path(task.kept), pending)
    except storage.UNREADABLE:
        return None
    return result if result.mark == task.mark else None


def _can_stamp(project: Project, builder: str) -> bool:
    """Whether only plugins are used that stamping knows, no code of the project's own, and no page
    of an entry in the navigation: the builder would look for it, and show it beside all others.
    """
    mkdocs = project.settings.mkdocs
    names = extensions.plugin_names(project.settings)
    simple = names <= extensions.KNOWN_PLUGINS and "search" in {n.rpartition("/")[2] for n in names}
    nav = _targets(mkdocs.get("nav"))
    listed = any(f"errors/{name}.md" in nav for name in project.book.entries)
    return builder != "zensical" and simple and not mkdocs.get("hooks") and not listed


def _targets(nav: Any) -> set[str]:
    """The pages that a navigation lists."""
    if isinstance(nav, dict | list):
        inner = nav.values() if isinstance(nav, dict) else nav
        return {target for item in inner for target in _targets(item)}
    return {str(nav)}
