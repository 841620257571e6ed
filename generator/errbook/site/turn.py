"""One build of a project at a time; each takes away what killed ones left half-written."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from errbook import storage
from errbook.site.manifest import FOLDER

_LONG = 3600.0
"""Seconds after which nobody writes a file any more: it takes the slowest disk far less."""


@contextmanager
def turn(root: Path) -> Iterator[None]:
    """Wait for other builds of a project, and keep them waiting until the block ends.

    Args:
        root: The project's folder.

    Raises:
        OSError: Something that is not errbook's own stands in its folder.
    """
    with storage.locked(root / FOLDER / "lock"):
        for path in _leftovers(root / FOLDER):
            # One that cannot be deleted is in nobody's way.
            with suppress(OSError):
                path.unlink()
        yield


def _leftovers(folder: Path) -> Iterator[Path]:
    """Files that no process writes any more; in the stage, what is not of it goes anyway."""
    name = f"{storage.TEMPORARY}*"
    # In folders of the folder nobody writes without having the turn.
    found = [*folder.glob(f"*/{name}"), *folder.glob(f"*/*/{name}")]
    found += (path for path in folder.glob(name) if _is_old(path))
    own = folder.resolve()
    return (path for path in found if path.is_file() and _is_in(own, path))


def _is_in(folder: Path, path: Path) -> bool:
    """Whether a file is in a folder itself: where a link leads to, others may have the turn."""
    return not path.is_symlink() and path.resolve().is_relative_to(folder)


def _is_old(path: Path) -> bool:
    with suppress(OSError):
        return path.stat().st_mtime < time.time() - _LONG
    return False
