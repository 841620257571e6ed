"""Puts finished files into the site's folder, file by file, and takes away what is no more."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from errbook import locales, storage
from errbook.site import own
from errbook.site.manifest import ABOVE, FOLDER, Known, Manifest, is_inside, is_untouched

PENDING = FOLDER / "pending"
"""In it stand files that are finished but not published yet."""
_UNKNOWN: Known = ("", 0, 0)
"""What no file is known by."""

Taken = tuple[dict[str, Known], set[str]]
"""Files by their paths below the site, and the paths of those that wait."""


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
    """The files of this part that were published last."""
    stays: bool = False
    """Whether it is known that every file of this part stays: none has to be taken then."""
    changed: set[str] = field(default_factory=set)
    """The files that wait."""
    _files: dict[str, Known] = field(default_factory=dict)

    @property
    def files(self) -> Mapping[str, Known]:
        """Every file of this part, by its path below the site."""
        return self.known if self.stays else self._files

    def put(self, name: str, content: bytes) -> None:
        """Take one file of the new site.

        Raises:
            ValueError: Its name leads out of the site; whatever it was made of, nothing is written.
        """
        if not is_inside(name):
            raise ValueError(f"{name!r} is no place in the site")
        digest = _digest(content)
        known = self.known.get(name)
        if known is not None and known[0] == digest and is_untouched(self.site, name, known):
            self._files[name] = known
            return
        descriptor = _open(f"{self.folder}/{name}")
        try:
            _write(descriptor, content)
            stat = os.fstat(descriptor)
        finally:
            os.close(descriptor)
        self._files[name] = (digest, stat.st_size, stat.st_mtime_ns)
        self.changed.add(name)

    def another(self) -> Pending:
        """The same place, for files that someone else makes."""
        return Pending(self.folder, self.site, self.known)

    @property
    def taken(self) -> Taken:
        """All that `put` took."""
        return self._files, self.changed

    def take(self, taken: Taken) -> None:
        """Take what someone else did for the same place."""
        files, changed = taken
        self._files.update(files)
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
            if known is None or known[0] != digest or not is_untouched(self.site, name, known):
                return False
            kept[name] = known
        self._files.update(kept)
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

    def forget(self) -> None:
        """Take back all files."""
        shutil.rmtree(self.folder)
        os.makedirs(self.folder)
        self.changed.clear()
        self._files.clear()

    def move(self) -> None:
        """Put what waits into the site; at any moment every file is whole, old or new."""
        os.makedirs(self.site, exist_ok=True)
        for name in _move(self.folder, self.site):
            # A copy has another time of change.
            stat = os.stat(f"{self.site}/{name}")
            self._files[name] = (self._files[name][0], stat.st_size, stat.st_mtime_ns)


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


def prepare(root: Path, names: Iterable[str]) -> dict[str, str]:
    """An empty folder for what waits, for each part of the site."""
    shutil.rmtree(root / PENDING, ignore_errors=True)
    folders = {name: root / PENDING / name for name in names}
    for folder in folders.values():
        folder.mkdir(parents=True)
    return {name: str(folder) for name, folder in folders.items()}


def publish(
    root: Path, manifest: Manifest, parts: Mapping[str, Pending], is_new: Callable[[str], bool]
) -> tuple[int, int]:
    """Put the parts of a new site in the place of the old one's.

    Only files that errbook published are deleted; others (a CNAME, say) are none of them. Where it
    is not known any more which they are, they are what `own` can tell. Should it be killed, the
    next build knows what may have been put there, and what was there before.

    Args:
        root: The project's folder.
        manifest: What was published; what is new is remembered in it.
        parts: All parts of the new site by their names.
        is_new: Whether the new site has a file, in whatever part.

    Returns:
        How many files were written, and deleted.
    """
    site = Path(manifest.site)
    tags = [name for name in parts if name != ABOVE]

    def found(name: str) -> set[str]:
        if name == ABOVE:
            return own.short_links(site, is_new)
        return own.of_locale(site, name, tags, is_new)

    before = {
        name: set(part.known) or found(name) for name, part in parts.items() if not part.stays
    }
    changed = {
        name: parts[name]
        for name, there in before.items()
        if parts[name].changed or parts[name].files.keys() != there
    }
    gone = [name for name in manifest.parts() if name not in parts]
    for name, part in changed.items():
        there = dict.fromkeys(before[name], _UNKNOWN)
        manifest.write(name, {**there, **part.known, **part.files})
    for part in changed.values():
        part.move()
    lost = (set(manifest.part(name)) or (found(name) if _is_tag(name) else ()) for name in gone)
    old = set().union(*(before[name] for name in changed), *lost)
    deleted = sum(_delete(site, name) for name in sorted(old) if not is_new(name))
    for name, part in changed.items():
        manifest.write(name, part.files)
    for name in gone:
        manifest.drop(name)
    shutil.rmtree(root / PENDING, ignore_errors=True)
    return sum(len(part.changed) for part in changed.values()), deleted


def _is_tag(name: str) -> bool:
    """Whether a locale can be called so; nobody published another one."""
    try:
        return locales.parse(name).tag == name
    except locales.UnknownLocale:
        return False


def _delete(site: Path, name: str) -> bool:
    """Delete a file, and the folders that are empty then; whether it was one of a site."""
    path = site / name
    was_there = os.path.isfile(path)  # also of names that no disk takes
    if was_there:
        path.unlink()
    _drop_empty(path.parent, site)
    return was_there and not path.name.startswith(storage.TEMPORARY)


def _drop_empty(folder: Path, site: Path) -> None:
    while folder != site and os.path.isdir(folder) and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
