"""Says what stands in errbook's own folder, or in the site's, where it puts something else."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from errbook.diagnostics import Diagnostic, Location, report
from errbook.site.manifest import FOLDER

_REFUSED = {errno.EACCES, errno.EPERM, errno.EROFS}
_IN_THE_WAY = {errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.ENOENT}


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is said of a folder that errbook writes into."""

    code: str
    has: str
    """Who has a file or a folder where something else stands."""
    rights: str
    """What errbook may not do."""
    allow: str
    """What to do then; {0} is the place."""
    why: str
    """Why errbook does not delete what is in the way, or why one may."""


_OWN = _Kind(
    "EB508",
    "errbook keeps",
    "errbook may not read or write it",
    "Let errbook read and write it, or delete {0}: errbook writes its own anew.",
    "errbook writes its own anew.",
)
_SITE = _Kind(
    "EB509",
    "the site has",
    "errbook may not write it",
    "Let errbook write {0}, or publish into another folder with --site-dir.",
    "errbook deletes nothing there that it did not write.",
)


def obstacle(root: Path, error: OSError, site: Path | None = None) -> Diagnostic | None:
    """What is in the way where the system refused something, if it is where errbook writes.

    errbook deletes nothing there that it did not write itself.

    Args:
        root: The project's folder.
        error: What the system said.
        site: The folder that is published into, if one is.

    Returns:
        None where the error is about something else than what stands in these folders.
    """
    # What waits in errbook's folder moves into the site: the place that it moves to was refused.
    name = error.filename2 or error.filename
    if not isinstance(name, str | bytes) or error.errno is None:
        return None
    path = Path(os.path.abspath(os.fsdecode(name)))
    for above in _both(root):
        if path.is_relative_to(above / FOLDER):
            parts = [above / FOLDER, *_below(above / FOLDER, path)]
            return _say(_OWN, above, parts, error.errno)
    for folder in _both(site) if site is not None else ():
        is_there = os.path.lexists(folder)
        # Where the folder is not there, it or one above it could not be made.
        if path.is_relative_to(folder) or (folder.is_relative_to(path) and not is_there):
            parts = [folder, *_below(folder, path)] if is_there else [path.parent, path]
            return _say(_SITE, _both(root)[0], parts, error.errno)
    return None


def _both(folder: Path) -> tuple[Path, Path]:
    """A folder as it was named, and where links lead."""
    return Path(os.path.abspath(folder)), Path(os.path.realpath(folder))


def _below(folder: Path, path: Path) -> list[Path]:
    """The folders on the way from one down to a file, and the file."""
    inner = path.relative_to(folder)
    return [folder / above for above in (*reversed(inner.parents[:-1]), inner) if inner.name]


def _say(kind: _Kind, root: Path, parts: list[Path], number: int) -> Diagnostic | None:
    return _refused(kind, root, parts) if number in _REFUSED else _wrong(kind, root, parts, number)


def _refused(kind: _Kind, root: Path, parts: list[Path]) -> Diagnostic:
    there = [part for part in parts if os.path.lexists(part)]
    lowest = there[-1] if there else parts[-1]
    place = next((part for part in there if not _is_usable(part)), lowest)
    return _report(kind, root, place, kind.rights, kind.allow.format(_shown(root, place)))


def _is_usable(path: Path) -> bool:
    return os.access(path, os.R_OK | os.W_OK | (os.X_OK if path.is_dir() else 0))


def _wrong(kind: _Kind, root: Path, parts: list[Path], number: int) -> Diagnostic | None:
    if number not in _IN_THE_WAY:
        return None
    place = next((p for p in parts if os.path.lexists(p) and not os.path.isdir(p)), parts[-1])
    if os.path.islink(place) and not os.path.exists(place):
        message = "it is a link that leads nowhere"
    elif os.path.isdir(place) and number == errno.EISDIR:
        message = f"a folder stands where {kind.has} a file"
    elif os.path.isfile(place) and number != errno.ENOENT:
        message = f"a file stands where {kind.has} a folder"
    else:
        return None  # somebody changed what was there a moment ago
    hint = f"Move {_shown(root, place)} away, or delete it: {kind.why}"
    return _report(kind, root, place, message, hint)


def _report(kind: _Kind, root: Path, place: Path, message: str, hint: str) -> Diagnostic:
    return report(kind.code, Location(_shown(root, place)), message, hint)


def _shown(root: Path, place: Path) -> str:
    return (place.relative_to(root) if place.is_relative_to(root) else place).as_posix()
