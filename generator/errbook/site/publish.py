"""Puts finished files into the site's folder, file by file, and takes away what is no more."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from errbook import storage

FOLDER = Path(".errbook")
PENDING = FOLDER / "pending"
"""In it stand files that are finished but not published yet."""

Known = tuple[str, int, int]
"""What is remembered of a published file: digest, size in bytes, time of its last change in ns."""
Taken = tuple[dict[str, Known], set[str]]
"""Files by their paths below the site, and the paths of those that wait."""


def manifest_path(root: Path, site: Path) -> Path:
    """Where the list of what was published into a site's folder is kept."""
    return root / FOLDER / f"published-{_name(site)}.json"


def kept_folder(root: Path, site: Path) -> Path:
    """Where the results of the locales that were published into a site's folder are kept."""
    return root / FOLDER / f"kept-{_name(site)}"


def _name(site: Path) -> str:
    return hashlib.blake2b(str(site.resolve()).encode(), digest_size=6).hexdigest()


def read_manifest(root: Path, site: Path) -> dict[str, Known]:
    """What was published into a site's folder; nothing when the list is absent or damaged."""
    try:
        listed = json.loads(manifest_path(root, site).read_text(encoding="utf-8"))
        return {
            str(name): (str(digest), int(size), int(changed))
            for name, (digest, size, changed) in listed["files"].items()
            if is_inside(name)
        }
    except storage.UNREADABLE:
        return {}


def digest(files: Mapping[str, Known]) -> str:
    """A digest of files and their contents, as a manifest knows them."""
    lines = sorted(f"{name}\0{known[0]}" for name, known in files.items())
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()


def is_inside(name: str) -> bool:
    """Whether a path that was read from a file stays below the folder that it is for."""
    parts = name.replace("\\", "/").split("/")
    return bool(parts[0]) and ".." not in parts and ":" not in name[:2]


def _digest(content: bytes) -> str:
    # Processors have instructions for it: of all that is safe it is the fastest.
    return hashlib.sha256(content).hexdigest()[:32]


@dataclass
class Pending:
    """A part of the new site: files that differ from what is published wait aside."""

    folder: str
    """Where they wait, in folders like the site's; it exists."""
    site: str
    """The site's folder."""
    known: Mapping[str, Known]
    """The manifest of the site."""
    files: dict[str, Known] = field(default_factory=dict)
    """Every file of this part, by its path below the site."""
    changed: set[str] = field(default_factory=set)
    """Those that wait."""

    def put(self, name: str, content: bytes) -> None:
        """Take one file of the new site.

        Raises:
            ValueError: Its name leads out of the site; whatever it was made of, nothing is written.
        """
        if not is_inside(name):
            raise ValueError(f"{name!r} is no place in the site")
        digest = _digest(content)
        known = self.known.get(name)
        if known is not None and known[0] == digest and self._is_untouched(name, known):
            self.files[name] = known
            return
        descriptor = _open(f"{self.folder}/{name}")
        try:
            _write(descriptor, content)
            stat = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        self.files[name] = (digest, stat.st_size, stat.st_mtime_ns)
        self.changed.add(name)

    def another(self) -> Pending:
        """The same place, for files that someone else makes."""
        return Pending(self.folder, self.site, self.known)

    @property
    def taken(self) -> Taken:
        """All that `put` took."""
        return self.files, self.changed

    def take(self, taken: Taken) -> None:
        """Take what someone else did for the same place."""
        files, changed = taken
        self.files.update(files)
        self.changed.update(changed)

    def keep(self, wanted: Mapping[str, str]) -> bool:
        """Take files as they are published.

        Args:
            wanted: The digest of each of them: another one may have been published last.

        Returns:
            Whether all of them are there, untouched; nothing was taken if not.
        """
        kept = {}
        for name, digest in wanted.items():
            known = self.known.get(name)
            if known is None or known[0] != digest or not self._is_untouched(name, known):
                return False
            kept[name] = known
        self.files.update(kept)
        return True

    def published(self, name: str) -> bytes:
        """The content of a file as it was published.

        Raises:
            OSError, ValueError, KeyError: It is not there any more, or was changed.
        """
        content = Path(self.site, name).read_bytes()
        if _digest(content) != self.known[name][0]:
            raise ValueError(f"{name} was changed")
        return content

    def _is_untouched(self, name: str, known: Known) -> bool:
        return is_untouched(self.site, name, known)

    def forget(self) -> None:
        """Take back all files."""
        shutil.rmtree(self.folder)
        os.makedirs(self.folder)
        self.changed.clear()
        self.files.clear()

    def move(self) -> dict[str, Known]:
        """Put what waits into the site; every file is whole at any moment, the old or the new one.

        Returns:
            What is known of the files whose time of change became another one on the way.
        """
        corrected = {}
        os.makedirs(self.site, exist_ok=True)
        for name in _move(self.folder, self.site):
            stat = os.stat(f"{self.site}/{name}")
            corrected[name] = (self.files[name][0], stat.st_size, stat.st_mtime_ns)
        return corrected


def is_untouched(site: str, name: str, known: Known) -> bool:
    """Whether a published file has the size and the time of change that it was published with."""
    try:
        stat = os.stat(f"{site}/{name}")
    except OSError:
        return False
    return (stat.st_size, stat.st_mtime_ns) == known[1:]


def _open(path: str) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        return os.open(path, flags, 0o644)
    except FileNotFoundError:
        _make(os.path.dirname(path))
        return os.open(path, flags, 0o644)


def _make(folder: str) -> None:
    """Make a folder; as a rule the one above it is there, and no other process makes the same."""
    try:
        os.mkdir(folder)
    except OSError:
        os.makedirs(folder, exist_ok=True)


def _write(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def _move(folder: str, target: str, below: str = "") -> Iterator[str]:
    """Move what is in a folder into another one; a folder that is new there moves as a whole.

    Yields:
        The paths of files that had to be copied, for the site is on another disk.
    """
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        name, to = f"{below}{entry.name}", f"{target}/{entry.name}"
        if not entry.is_dir():
            if not _replaced(entry.path, to):
                storage.write(Path(to), Path(entry.path).read_bytes())
                yield name
        elif os.path.lexists(to) or not _replaced(entry.path, to):
            os.makedirs(to, exist_ok=True)
            yield from _move(entry.path, to, f"{name}/")


def _replaced(path: str, target: str) -> bool:
    """Move a file or folder, unless the target is on another disk, or a folder with files in it."""
    try:
        os.replace(path, target)
    except OSError as error:
        # Another part of the site may have put a file into the folder a moment ago.
        if error.errno not in (errno.EXDEV, errno.ENOTEMPTY, errno.EEXIST):
            raise
        return False
    return True


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    files: int = 0
    written: int = 0
    deleted: int = 0
    contents: str = ""
    """A digest of all files."""


def prepare(root: Path, names: Iterable[str]) -> dict[str, str]:
    """An empty folder for what waits, for each part of the site."""
    shutil.rmtree(root / PENDING, ignore_errors=True)
    folders = {name: root / PENDING / name for name in names}
    for folder in folders.values():
        folder.mkdir(parents=True)
    return {name: str(folder) for name, folder in folders.items()}


def present(site: Path, known: Mapping[str, Known], folders: Collection[str]) -> set[str]:
    """The files that errbook published before, or where that is not known any more, the files in
    its own folders; others (a CNAME, say) are none of them.

    Args:
        site: The site's folder.
        known: The manifest of the site.
        folders: The folders below the site that are errbook's own.
    """
    return set(known) or _found(site, folders)


def finish(root: Path, site: Path, before: Collection[str], files: Mapping[str, Known]) -> int:
    """Delete what is no more, and remember what was published.

    Args:
        root: The project's folder.
        site: The site's folder.
        before: What was there, from `present`.
        files: The new manifest.

    Returns:
        How many files were deleted.
    """
    deleted = 0
    for name in sorted(set(before).difference(files)):
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
