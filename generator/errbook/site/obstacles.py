"""Says what stands in errbook's own folder where it keeps something else, and what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from errbook.diagnostics import Diagnostic, Location, report
from errbook.site.manifest import FOLDER

_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_IN_THE_WAY = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENOENT}
_AGAIN = "errbook writes its own anew."


def obstacle(root: Path, error: OSError) -> Diagnostic | None:
    """What is in the way where the system refused something, if it is in errbook's own folder.

    errbook deletes nothing there that it did not write itself.

    Args:
        root: The project's folder.
        error: What the system said.

    Returns:
        None where the error is about something else than what stands in that folder.
    """
    # What waits in that folder moves into the site: the place that it moves to was refused.
    name = error.filename2 or error.filename
    if not isinstance(name, str | bytes) or error.errno is None:
        return None
    return _found(root, Path(os.path.abspath(os.fsdecode(name))), error.errno)


def _found(root: Path, path: Path, number: int) -> Diagnostic | None:
    for above in (Path(os.path.abspath(root)), root.resolve()):
        if path.is_relative_to(above / FOLDER):
            parts = [above / FOLDER, *_below(above / FOLDER, path)]
            return _refused(above, parts) if number in _REFUSED else _wrong(above, parts, number)
    return None


def _below(folder: Path, path: Path) -> list[Path]:
    """The folders on the way from one down to a file, and the file."""
    inner = path.relative_to(folder)
    return [folder / above for above in (*reversed(inner.parents[:-1]), inner) if inner.name]


def _refused(root: Path, parts: list[Path]) -> Diagnostic:
    place = next((p for p in parts if os.path.lexists(p) and not _is_usable(p)), parts[-1])
    hint = f"Let errbook read and write it, or delete {_shown(root, place)}: {_AGAIN}"
    return _report(root, place, "errbook may not read or write it", hint)


def _is_usable(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0))


def _wrong(root: Path, parts: list[Path], number: int) -> Diagnostic | None:
    if number not in _IN_THE_WAY:
        return None
    place = next((p for p in parts if os.path.lexists(p) and not os.path.isdir(p)), parts[-1])
    if os.path.islink(place) and not os.path.exists(place):
        message = "it is a link that leads nowhere"
    elif os.path.isdir(place) and number == errno.EISDIR:
        message = "a folder stands where errbook keeps a file"
    elif os.path.isfile(place) and number != errno.ENOENT:
        message = "a file stands where errbook keeps a folder"
    else:
        return None  # somebody changed what was there a moment ago
    hint = f"Move {_shown(root, place)} away, or delete it: {_AGAIN}"
    return _report(root, place, message, hint)


def _report(root: Path, place: Path, message: str, hint: str) -> Diagnostic:
    return report("EB508", Location(_shown(root, place)), message, hint)


def _shown(root: Path, place: Path) -> str:
    return place.relative_to(root).as_posix()
