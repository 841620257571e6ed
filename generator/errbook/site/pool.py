"""Runs the work on locales in several processes."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from errbook import config
from errbook import project as project_loading
from errbook.config import Preview, Settings
from errbook.diagnostics import Diagnostic, Location, report
from errbook.project import Project
from errbook.pseudobook import with_pseudo_locales
from errbook.site import runner
from errbook.site.publish import Pending
from errbook.site.results import Result
from errbook.site.worker import Task, build_locale

_project: Project | None = None
"""The project, in a worker process."""
_used = False
"""Whether the process has made a locale of it."""

Run = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]
"""Runs a function over items, like `map`."""


@contextmanager
def workers(project: Project, jobs: int, count: int) -> Iterator[Run]:
    """Run functions in several processes at once, of which this is one.

    Args:
        project: The project that they are about.
        jobs: How many to run at once; 0 for one per processor.
        count: How many there are.
    """
    global _project, _used
    jobs = min(jobs or os.cpu_count() or 1, count)
    _project = project
    try:
        if jobs <= 1:
            yield map
            return
        runner.warm()
        # A collection would write to what the processes share, and so double it.
        gc.freeze()
        with _executor(project, jobs - 1) as executor:
            yield partial(_spread, executor, jobs - 1)
    finally:
        _project, _used = None, False
        gc.unfreeze()


def _spread(
    executor: Executor, others: int, function: Callable[[Any], Any], items: Iterable[Any]
) -> Iterator[Any]:
    """Run a function over items, in this process and in some others; each takes the next one."""
    given = list(items)
    left, found = deque(enumerate(given)), {}

    def take(run: Callable[[Any], Any]) -> None:
        while left:
            try:
                number, item = left.popleft()
            except IndexError:
                return
            try:
                found[number] = run(item)
            except BaseException:
                # Nobody waits for the rest of what failed.
                left.clear()
                raise

    with ThreadPoolExecutor(others) as waiting:
        taken = [
            waiting.submit(take, lambda item: executor.submit(function, item).result())
            for _ in range(others)
        ]
        take(function)
        for future in taken:
            future.result()
    return (found[number] for number in range(len(given)))


def _executor(project: Project, jobs: int) -> Executor:
    # A forked process has the project already; but to fork beside threads is not safe.
    forks = sys.platform == "linux" and threading.active_count() == 1
    if forks:
        context = multiprocessing.get_context("fork")
        executor = ProcessPoolExecutor(jobs, context, _end_with_parent)
        # They all begin with the first task: now, before there are threads.
        executor.submit(os.getpid).result()
        return executor
    root, name = project.settings.root, project.settings.path
    spawning = multiprocessing.get_context("spawn")
    settings = project.settings
    pseudo = any(locale.is_pseudo for locale in settings.all_locales)
    arguments = (root, name, settings.preview, pseudo)
    return ProcessPoolExecutor(jobs, spawning, _load, arguments)


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
    """Build one locale, in a worker; of the one before it nothing is left."""
    global _used
    if _project is None:
        message = "the configuration changed while the site was built, and cannot be read now"
        found = report("EB501", Location(config.FILE), message, "Build it again.")
        return Result(task.tag, Pending(task.pending, str(task.site), task.known), [found])
    if _used:
        _project.forget_locales()
        # What refers to itself waits for a collection, and every locale leaves a lot of it.
        gc.collect()
    # The next one need not look at what is there now.
    gc.freeze()
    _used = True
    return build_locale(_project, task)


def killed(settings: Settings) -> Diagnostic:
    """What is to be said when a process of the build was killed."""
    message = "a process of the build was killed; the machine may lack memory"
    hint = "Build fewer locales at once, with --jobs 1."
    return report("EB501", Location(settings.path), message, hint)
