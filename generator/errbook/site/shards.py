"""Builds a site on many machines: each makes some locales, and one puts them together."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from errbook import storage
from errbook.diagnostics import Diagnostic, Location, report
from errbook.project import Project
from errbook.site import outputs, publish, results, runner
from errbook.site.build import Plan
from errbook.site.inputs import differences
from errbook.site.manifest import ABOVE, Manifest, place
from errbook.site.pool import killed, workers
from errbook.site.processes import Killed, One
from errbook.site.publish import Pending
from errbook.site.results import Result
from errbook.site.turn import turn
from errbook.site.whole import Built, Site, Step
from errbook.site.worker import Task

_FILES = "site"
_RESULTS = "results"
_AGAIN = "Build it again from the same commit, with the same versions and options."


def build(
    project: Project,
    plan: Plan,
    tags: Sequence[str],
    folder: Path,
    *,
    jobs: int = 0,
    step: Step = lambda text: None,
) -> Built:
    """Build some locales into a folder of their own, to be merged on another machine.

    Args:
        project: The project, whose source has no mistake.
        plan: How the whole site is built.
        tags: The locales' tags.
        folder: The shard: what an earlier build left in it is replaced; it must hold nothing else.
        jobs: How many processes may work at once; 0 for one per processor.
        step: Told what is done next.

    Returns:
        What was done; nothing is published.
    """
    settings = project.settings
    hindrances = [
        *runner.missing(plan.builder, settings),
        *outputs.own_files(settings, folder),
        *outputs.other_files(settings, folder, (_FILES, _RESULTS)),
    ]
    if hindrances:
        return Built(hindrances)
    with turn(settings.root):
        for name in (_FILES, _RESULTS):
            shutil.rmtree(folder / name, ignore_errors=True)
        (folder / _FILES).mkdir(parents=True)
        tasks = [_task(project, plan, tag, folder) for tag in tags]
        step(f"build {', '.join(tags)}")
        try:
            with workers(project, jobs, len(tasks)) as team:
                made = team.make(tasks)
        except Killed:
            return Built([killed(settings)])
        for result in made:
            kept = folder / _RESULTS / result.tag
            results.write_names(kept, result)
            results.write_parts(kept, plan.parts(settings, result.tag))
    return Built(
        [failure for result in made for failure in result.failures],
        [finding for result in made for finding in result.findings],
        pages=sum(result.pages for result in made),
        fresh=tuple(tags),
        notes=[note for result in made for note in result.notes],
    )


def _task(project: Project, plan: Plan, tag: str, folder: Path) -> Task:
    files = folder / _FILES
    # No file is known: all of the shard's are new, wherever the site will be. What the next build
    # of a locale could use of this one is not for the machine that merges.
    task = plan.task(project, tag, files, str(files), folder / _RESULTS / tag, {})
    return replace(task, shared="", tools="")


@dataclass(frozen=True, slots=True)
class Shard:
    """One locale of a shard's folder."""

    tag: str
    folder: Path

    @property
    def results(self) -> Path:
        return self.folder / _RESULTS / self.tag

    @property
    def files(self) -> Path:
        return self.folder / _FILES


def merge(
    project: Project,
    plan: Plan,
    folders: Sequence[Path],
    *,
    site_dir: Path | None = None,
    strict: bool = False,
    step: Step = lambda text: None,
) -> Built:
    """Publish the site that shards make up: the same bytes as one build.

    Args:
        project: The project, from the same commit as the shards.
        plan: How the shards were built.
        folders: The shards; together they have every locale once.
        site_dir: Where to publish, instead of the configured folder.
        strict: Whether what a translation lacks keeps the site from being published.
        step: Told what is done next.
    """
    settings = project.settings
    site = (site_dir or settings.site_dir).absolute()
    mistakes = [*outputs.own_files(settings, site), *_mistakes(project, plan, folders)]
    if mistakes:
        return Built(mistakes)
    shards = {shard.tag: shard for folder in folders for shard in _shards(folder)}
    with turn(settings.root):
        manifest = Manifest.of(settings.root, site)
        parts = publish.prepare(settings.root, [*shards, ABOVE])
        kept = place(settings.root, site, "kept")
        step("read shards")
        made: list[Result] = []
        for locale in settings.all_locales:
            shard = shards[locale.tag]
            pending = Pending(parts[locale.tag], str(site), manifest.part(locale.tag))
            try:
                result = results.take(shard.results, shard.files, kept / locale.tag, pending)
            except storage.UNREADABLE as error:
                return Built([_damaged(shard.folder, str(error))])
            if not _is_of(project, result):
                message = f"{shard.results} is of other entries and texts than the project has"
                return Built([_damaged(shard.folder, message)])
            made.append(result)
        above = Pending(parts[ABOVE], str(site), manifest.part(ABOVE))
        whole = Site(project, plan.site_url, manifest, made, above, kept, plan.shared)
        return replace(whole.publish(strict, step, One()), fresh=tuple(shards))


def _shards(folder: Path) -> Iterator[Shard]:
    found = folder / _RESULTS
    for name in sorted(os.listdir(found)) if found.is_dir() else ():
        yield Shard(name, folder)


def _is_of(project: Project, result: Result) -> bool:
    """Whether a result speaks of all entries, catalogs and texts of a project, and of no other.

    The digest of what it was made from says so already, but it stands in the result.
    """
    book, units = project.book, project.units
    files = [] if result.tag == project.settings.source_locale.tag else list(units)
    return (
        result.names.keys() == {entry.id for entry in book.published}
        and result.titles.keys() == book.catalog_by_name.keys()
        and [tally.name for tally in result.tallies] == files
        and all(o.index < len(units[tally.name]) for tally in result.tallies for o in tally.open)
    )


def _mistakes(project: Project, plan: Plan, folders: Sequence[Path]) -> Iterator[Diagnostic]:
    """Why shards do not make up a site."""
    settings = project.settings
    tags = [locale.tag for locale in settings.all_locales]
    seen: dict[str, Path] = {}
    for folder in folders:
        shards = list(_shards(folder))
        if not shards:
            yield _damaged(folder, "no locale is in it")
        for shard in shards:
            yield from _mistaken(project, plan, shard, tags)
            if shard.tag in seen:
                message = f"{shard.tag} is in {seen[shard.tag]} too"
                yield report("EB505", Location(str(folder)), message, "Give each locale once.")
            seen[shard.tag] = folder
    missing = [tag for tag in tags if tag not in seen]
    if missing:
        options = " ".join(f"--locale {tag}" for tag in missing)
        message = f"no shard has {', '.join(missing)}"
        hint = f"Run errbook build {options} --out FOLDER, and merge that too."
        yield report("EB505", Location(settings.path), message, hint)


def _mistaken(
    project: Project, plan: Plan, shard: Shard, tags: Sequence[str]
) -> Iterator[Diagnostic]:
    settings = project.settings
    if shard.tag not in tags:
        yield _damaged(shard.folder, f"{shard.tag} is no locale of this project")
        return
    try:
        found = list(
            differences(results.read_parts(shard.results), plan.parts(settings, shard.tag))
        )
        is_same = bool(found) or results.read_mark(shard.results) == plan.mark(settings, shard.tag)
    except storage.UNREADABLE as error:
        yield _damaged(shard.folder, str(error))
        return
    if found:
        yield _damaged(
            shard.folder, f"{shard.tag} was built from something else: {'; '.join(found)}"
        )
    elif not is_same:
        yield _damaged(shard.folder, f"{shard.tag} was built from something else than it says")


def _damaged(folder: Path, message: str) -> Diagnostic:
    return report("EB505", Location(str(folder)), message, _AGAIN)
