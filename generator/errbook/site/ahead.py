"""Has another process begin what a build waits for, while this one imports what builds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from errbook.config import Settings
from errbook.projectfiles import Reading
from errbook.site.bookcache import BookCache
from errbook.site.manifest import Manifest, Untouched
from errbook.site.processes import Forks, Killed, can_fork

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Begun:
    """What may have been begun; nothing has where no other process can do it."""

    catalogs: Callable[[], None] = lambda: None
    """Waits until the catalogs are kept as they are now, if they were not."""
    untouched: Callable[[], Mapping[str, Untouched] | None] = lambda: None
    """Gives what `Manifest.untouched` finds, if somebody looked; to be asked once."""


@contextmanager
def begun(
    settings: Settings, books: BookCache, manifest: Manifest | None, jobs: int
) -> Iterator[Begun]:
    """Begin what the block will wait for; whatever became of it ends with the block.

    Args:
        settings: The settings of the project.
        books: Where catalogs are kept.
        manifest: What was published into the site that is to be built.
        jobs: How many processes may work at once; 0 for one per processor.
    """
    if jobs == 1 or not can_fork():
        yield Begun()
    elif not books.has(Reading(settings, []).catalog_files()):
        is_first = manifest is None or not manifest.parts()
        with Forks(2).beside(lambda: _read(settings, books)) as done:
            yield Begun(catalogs=lambda: _warm_and_wait(settings, is_first, done))
    elif manifest is not None:
        with Forks(2).beside(manifest.untouched) as found:
            yield Begun(untouched=lambda: _result(found))
    else:
        yield Begun()


def _read(settings: Settings, books: BookCache) -> None:
    Reading(settings, []).catalogs(books.load)


def _warm_and_wait(settings: Settings, is_first: bool, done: Callable[[], None]) -> None:
    """Load what all locales will want, for they will be made anew, and wait.

    Args:
        settings: The settings of the project.
        is_first: Whether nothing is kept, of the theme's pages neither.
        done: Waits.
    """
    # To import it above would take as long as all that is begun.
    from errbook.site import pool, runner

    pool.warm(settings)
    if is_first:
        runner.warm_theme(settings)
    _result(done)


def _result(function: Callable[[], _T]) -> _T | None:
    """What another process found; one that was killed is no loss yet."""
    try:
        return function()
    except Killed:
        return None
