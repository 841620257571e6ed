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
"""Below it stand files that are finished but not published yet."""

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
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts


@dataclass
class Pending:
    """Files on their way into the site: those that differ from what is published wait aside."""

    root: Path
    """The project's folder."""
    site: Path
    known: Mapping[str, Known]
    """The manifest of the site."""
    digests: dict[str, str] = field(default_factory=dict)
    """Digest of every file of the new site that was put here, by name."""
    changed: list[str] = field(default_factory=list)
    """Names of the files that wait."""

    def put(self, name: str, content: bytes) -> None:
        """Take one file of the new site."""
        digest = hashlib.blake2b(content, digest_size=16).hexdigest()
        self.digests[name] = digest
        if self._is_published(name, digest):
            return
        path = self.root / PENDING / name
        try:
            path.write_bytes(content)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        self.changed.append(name)

    def forget(self) -> None:
        """Take back all files."""
        for name in self.changed:
            (self.root / PENDING / name).unlink(missing_ok=True)
        self.changed.clear()
        self.digests.clear()

    def _is_published(self, name: str, digest: str) -> bool:
        known = self.known.get(name)
        if known is None or known[0] != digest:
            return False
        try:
            stat = os.stat(self.site / name)
        except OSError:
            return False
        return (stat.st_size, stat.st_mtime_ns) == known[1:]


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    files: int = 0
    written: int = 0
    deleted: int = 0


def publish(
    root: Path,
    site: Path,
    known: Mapping[str, Known],
    pending: Iterable[Pending],
    folders: Collection[str],
) -> Published:
    """Move what waits into the site and delete what is no more.

    Every file is whole at any moment, the old one or the new one. Only files that errbook published
    before, and files in its own folders, are ever deleted; others (a CNAME, say) stay.

    Args:
        root: The project's folder.
        site: The site's folder.
        known: The manifest of the site as it is.
        pending: The new site, in parts.
        folders: The folders below the site that are errbook's own.

    Returns:
        How many files the site has, and how many were written and deleted.
    """
    digests: dict[str, str] = {}
    changed: list[str] = []
    for part in pending:
        digests.update(part.digests)
        changed += part.changed
    written = sum(_move(root / PENDING / name, site / name) for name in changed)
    deleted = _delete(site, set(known) - set(digests), folders, digests)
    manifest = {name: _known(site / name, digests[name], known.get(name)) for name in digests}
    path = manifest_path(root, site)
    if manifest != known:
        storage.write(path, json.dumps({"files": manifest}, separators=(",", ":")))
    shutil.rmtree(root / PENDING, ignore_errors=True)
    return Published(len(digests), written, deleted)


def _known(path: Path, digest: str, known: Known | None) -> Known:
    if known is not None and known[0] == digest:
        stat = os.stat(path)
        if (stat.st_size, stat.st_mtime_ns) == known[1:]:
            return known
    stat = os.stat(path)
    return (digest, stat.st_size, stat.st_mtime_ns)


def _move(source: Path, target: Path) -> bool:
    """Put one file into the site at once; whether the site's file changed."""
    if _same(source, target):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.replace(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        # The site is on another disk.
        storage.write(target, source.read_bytes())
    return True


def _same(source: Path, target: Path) -> bool:
    try:
        if target.stat().st_size != source.stat().st_size:
            return False
        return target.read_bytes() == source.read_bytes()
    except OSError:
        return False


def _delete(site: Path, gone: set[str], folders: Collection[str], kept: Collection[str]) -> int:
    doomed = set(gone)
    for folder in folders:
        for directory, _, names in os.walk(site / folder):
            below = Path(directory).relative_to(site).as_posix()
            doomed.update(f"{below}/{name}" for name in names)
    deleted = 0
    for name in sorted(doomed.difference(kept)):
        path = site / name
        if path.is_file():
            path.unlink()
            deleted += not path.name.startswith(storage.TEMPORARY)
        _drop_empty(path.parent, site)
    for stray in site.glob(f"{storage.TEMPORARY}*"):
        stray.unlink()
    return deleted


def _drop_empty(folder: Path, site: Path) -> None:
    while folder != site and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
