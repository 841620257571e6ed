"""Puts finished files into the site's folder, file by file, and takes away what is no more."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from errbook import storage

FOLDER = Path(".errbook")
PENDING = FOLDER / "pending"
"""In it stand files that are finished but not published yet."""

Known = tuple[str, int, int]
"""What is remembered of a published file: digest, size in bytes, time of its last change in ns."""


def manifest_path(root: Path, site: Path) -> Path:
    """Where the list of what was published into a site's folder is kept."""
    name = hashlib.blake2b(str(site.resolve()).encode(), digest_size=6).hexdigest()
    return root / FOLDER / f"published-{name}.json"


def read_manifest(root: Path, site: Path) -> dict[str, Known]:
    """What was published into a site's folder; nothing when the list is absent or damaged."""
    try:
        listed = json.loads(manifest_path(root, site).read_text(encoding="utf-8"))
        return {
            str(name): (str(digest), int(size), int(changed))
            for name, (digest, size, changed) in listed["files"].items()
            if _is_inside(name)
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _is_inside(name: str) -> bool:
    return not name.startswith("/") and ".." not in name.split("/") and ":" not in name[:2]


@dataclass
class Pending:
    """A part of the new site: files that differ from what is published wait aside."""

    folder: str
    """Where they wait; it exists."""
    site: str
    """The site's folder."""
    known: Mapping[str, Known]
    """The manifest of the site."""
    files: dict[str, Known] = field(default_factory=dict)
    """Every file of this part, by its path below the site."""
    changed: dict[str, str] = field(default_factory=dict)
    """For the files that wait, the path of each aside."""

    def put(self, name: str, content: bytes) -> None:
        """Take one file of the new site."""
        digest = hashlib.blake2b(content, digest_size=16).hexdigest()
        known = self.known.get(name)
        if known is not None and known[0] == digest and self._is_untouched(name, known):
            self.files[name] = known
            return
        path = f"{self.folder}/{len(self.changed)}"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            _write(descriptor, content)
            stat = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        self.files[name] = (digest, stat.st_size, stat.st_mtime_ns)
        self.changed[name] = path

    def _is_untouched(self, name: str, known: Known) -> bool:
        try:
            stat = os.stat(f"{self.site}/{name}")
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == known[1:]

    def forget(self) -> None:
        """Take back all files."""
        self.changed.clear()
        self.files.clear()

    def move(self) -> dict[str, Known]:
        """Put what waits into the site; every file is whole at any moment, the old or the new one.

        Returns:
            What is known of the files whose time of change became another one on the way.
        """
        corrected = {}
        for name, path in self.changed.items():
            target = f"{self.site}/{name}"
            try:
                _replace(path, target)
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
                # The site is on another disk.
                storage.write(Path(target), Path(path).read_bytes())
                stat = os.stat(target)
                corrected[name] = (self.files[name][0], stat.st_size, stat.st_mtime_ns)
        return corrected


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _replace(path: str, target: str) -> None:
    try:
        os.replace(path, target)
    except FileNotFoundError:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        os.replace(path, target)


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    files: int = 0
    written: int = 0
    deleted: int = 0


def prepare(root: Path, names: Iterable[str]) -> dict[str, str]:
    """An empty folder for what waits, for each part of the site."""
    shutil.rmtree(root / PENDING, ignore_errors=True)
    folders = {name: root / PENDING / name for name in names}
    for folder in folders.values():
        folder.mkdir(parents=True)
    return {name: str(folder) for name, folder in folders.items()}


def finish(
    root: Path,
    site: Path,
    known: Mapping[str, Known],
    files: Mapping[str, Known],
    folders: Collection[str],
) -> int:
    """Delete what is no more, and remember what was published.

    Only files that errbook published before are deleted, and where it is not known any more what
    that was, files in its own folders; others (a CNAME, say) stay.

    Args:
        root: The project's folder.
        site: The site's folder.
        known: The manifest of the site as it was.
        files: The new one.
        folders: The folders below the site that are errbook's own.

    Returns:
        How many files were deleted.
    """
    doomed = set(known) if known else _found(site, folders)
    deleted = 0
    for name in sorted(doomed.difference(files)):
        path = site / name
        if path.is_file():
            path.unlink()
            deleted += not path.name.startswith(storage.TEMPORARY)
        _drop_empty(path.parent, site)
    note(root, site, files)
    shutil.rmtree(root / PENDING, ignore_errors=True)
    return deleted


def note(root: Path, site: Path, files: Mapping[str, Known]) -> None:
    """Write the manifest of a site."""
    content = json.dumps({"files": files}, separators=(",", ":"))
    storage.write(manifest_path(root, site), content)


def _found(site: Path, folders: Collection[str]) -> set[str]:
    names: set[str] = set()
    for folder in folders:
        for directory, _, files in os.walk(site / folder):
            below = Path(directory).relative_to(site).as_posix()
            names.update(f"{below}/{name}" for name in files)
    return names


def _drop_empty(folder: Path, site: Path) -> None:
    while folder != site and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
