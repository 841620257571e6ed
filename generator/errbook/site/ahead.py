"""Has another process read the catalogs while this one imports what builds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from errbook.config import Settings
from errbook.projectfiles import Reading
from errbook.site.bookcache import BookCache
from errbook.site.processes import Forks, Killed, can_fork


@contextmanager
def catalogs(settings: Settings, books: BookCache, jobs: int) -> Iterator[None]:
    """See to it that the catalogs are kept as they are now when the block ends.

    Where no other process can do it nothing is done: who needs them reads them.

    Args:
        settings: The settings of the project.
        books: Where they are kept.
        jobs: How many processes may work at once; 0 for one per processor.
    """
    if jobs == 1 or not can_fork() or books.has(Reading(settings, []).catalog_files()):
        yield
        return

    def read() -> None:
        Reading(settings, []).catalogs(books.load)

    # One that was killed is no loss yet.
    with suppress(Killed), Forks(2).beside(read) as done:
        yield
        # All locales will be made anew, and want the builder. To import this above would take long.
        from errbook.site import runner

        runner.warm()
        done()
