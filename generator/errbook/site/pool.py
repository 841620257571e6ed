"""Makes locales in several processes, and holds the texts of one of them at a time in each."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from errbook import configfile, pages
from errbook import project as project_loading
from errbook.config import Preview, Settings
from errbook.diagnostics import Diagnostic, Location, report
from errbook.project import Project
from errbook.pseudobook import with_pseudo_locales
from errbook.site import runner
from errbook.site.processes import Forks, Killed, One, Processes, can_fork
from errbook.site.publish import Pending
from errbook.site.results import Result
from errbook.site.stage import display_name
from errbook.site.worker import Task, build_locale

_project: Project | None = None
"""The project, while it is built."""
_processes: Processes = One()
"""Who may help to make a locale of it."""
_used = False
"""Whether the process has made a locale of it."""


@dataclass(frozen=True, slots=True)
class Workers:
    """Who makes the locales of a site."""

    make: Callable[[Sequence[Task]], list[Result]]
    """Makes locales."""
    processes: Processes
    """Who may help this process with the rest."""


def helpers(jobs: int) -> Processes:
    """Who may help this process with what needs no warming up.

    Args:
        jobs: How many may work at once; 0 for one per processor.
    """
    jobs = jobs or os.cpu_count() or 1
    return Forks(jobs) if jobs > 1 and can_fork() else One()


@contextmanager
def workers(project: Project, jobs: int, count: int) -> Iterator[Workers]:
    """Make a site in several processes at once.

    Args:
        project: The project that it is of.
        jobs: How many may work at once; 0 for one per processor.
        count: How many locales there are to make.

    Raises:
        Killed: From the block, where a process was killed.
    """
    global _project, _processes, _used
    jobs = jobs or os.cpu_count() or 1
    try:
        _project = project
        processes: Processes = One()
        forks = jobs > 1 and can_fork()
        if forks:
            if count > 1:
                warm(project.settings)
            # A collection would write to what the processes share, and so double it.
            gc.freeze()
            processes = Forks(jobs)
            # Where the deal is even none is idle for long; and a helper takes its own memory.
            _processes = processes if count % jobs else One()
        if forks or jobs == 1 or count < 2:
            yield Workers(lambda tasks: processes.each(run_task, tasks), processes)
        else:
            with _executor(project, min(jobs, count)) as executor:
                yield Workers(partial(_send, executor), One())
    finally:
        _project, _processes, _used = None, One(), False
        gc.unfreeze()


def warm(settings: Settings) -> None:
    """Load what every process needs, before there are several."""
    runner.warm()
    pages.warm()
    for locale in settings.all_locales:
        display_name(locale, settings)


def _send(executor: Executor, tasks: Sequence[Task]) -> list[Result]:
    try:
        return list(executor.map(run_task, tasks))
    except BrokenProcessPool:
        raise Killed from None


def _executor(project: Project, jobs: int) -> Executor:
    settings = project.settings
    pseudo = any(locale.is_pseudo for locale in settings.all_locales)
    arguments = (settings.root, settings.path, settings.preview, pseudo)
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(jobs, context, _load, arguments)


def _load(root: Path, name: str, preview: Preview | None, pseudo: bool) -> None:
    global _project
    _end_with_parent()
    _project, _ = project_loading.load(root, name, preview)
    if pseudo and _project is not None:
        _project = with_pseudo_locales(_project)


def _end_with_parent() -> None:
    """Let a worker end when the process that started it is killed."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def run_task(task: Task) -> Result:
    """Build one locale, in a worker; of the one before it nothing is left."""
    global _used
    if _project is None:
        message = "the configuration changed while the site was built, and cannot be read now"
        found = report("EB501", Location(configfile.FILE), message, "Build it again.")
        return Result(task.tag, Pending(task.pending, str(task.site), task.known), [found])
    if _used:
        _project.forget_locales()
        # What refers to itself waits for a collection, and every locale leaves a lot of it.
        gc.collect()
    # The next one need not look at what is there now.
    gc.freeze()
    _used = True
    return build_locale(_project, task, _processes)


def killed(settings: Settings) -> Diagnostic:
    """What is to be said when a process of the build was killed."""
    message = "a process of the build was killed; the machine may lack memory"
    hint = "Let fewer processes work at once, with --jobs 1."
    return report("EB501", Location(settings.path), message, hint)
