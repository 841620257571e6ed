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
from errbook.site.processes import Forks, can_fork

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
    settings: Settings, books: BookCache, manifest: Manifest | None, builder: str, jobs: int
) -> Iterator[Begun]:
    """Begin what the block will wait for; whatever became of it ends with the block.

    Args:
        settings: The settings of the project.
        books: Where catalogs are kept.
        manifest: What was published into the site that is to be built.
        builder: What builds it.
        jobs: How many processes may work at once; 0 for one per processor.
    """
    files = Reading(settings, []).catalog_files()
    if jobs == 1 or not can_fork():
        yield Begun()
    elif not books.has(files):
        is_new = builder == "mkdocs" and not (manifest and manifest.parts())

        def wait(done: Callable[[], None]) -> None:
            # In a small book they are read by now; and there may be a mistake in them.
            if not books.has(files):
                _warm(settings, is_new)
            _result(done)

        with Forks(2).beside(lambda: _read(settings, books)) as done:
            yield Begun(catalogs=lambda: wait(done))
    elif manifest is not None:
        with Forks(2).beside(manifest.untouched) as found:
            yield Begun(untouched=lambda: _result(found))
    else:
        yield Begun()


def _read(settings: Settings, books: BookCache) -> None:
    Reading(settings, []).catalogs(books.load)


def _warm(settings: Settings, is_new: bool) -> None:
    """Load what all processes will want, for all locales will be made anew.

    Args:
        settings: The settings of the project.
        is_new: Whether there is no site yet that MkDocs' part of could be kept.
    """
    # To import it above would take as long as all that is begun.
    from errbook.site import pool, runner

    pool.warm(settings)
    if is_new:
        runner.warm_theme(settings)


def _result(function: Callable[[], _T]) -> _T | None:
    """What another process found; whatever befell it, who needs it will find it too."""
    try:
        return function()
    except Exception:
        return None
