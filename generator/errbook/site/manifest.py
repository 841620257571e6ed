"""Remembers what was published into a site: of each locale, and of what stands above them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from errbook import storage

FOLDER = Path(".errbook")
ABOVE = "above"
"""Name of the part of the site that belongs to no locale; no tag is this long."""

Known = tuple[str, int, int]
"""What is remembered of a published file: digest, size in bytes, time of its last change in ns."""

_SITE = "site"
"""File with the path of the folder that is meant, beside what is known of it."""
_FORM = 1
"""Grows with every change of what is written; what has another form is not read."""


def place(root: Path, site: Path, kind: str) -> Path:
    """Where something that is known of a site's folder is kept in the project's."""
    name = hashlib.blake2b(os.fsencode(_real(site)), digest_size=6).hexdigest()
    return root / FOLDER / f"{kind}-{name}"


def _real(site: str | Path) -> str:
    """Where a site's folder really is."""
    # Path.resolve refuses a link that leads to itself: who publishes there says what is wrong.
    return os.path.realpath(site)


def forget(root: Path, site: Path) -> None:
    """Delete all that is known of a site's folder; a build into it makes everything anew."""
    for kind in ("kept", "published"):
        shutil.rmtree(place(root, site, kind), ignore_errors=True)
    with suppress(OSError):
        place(root, site, "built").with_suffix(".json").unlink()


def forget_gone(root: Path, site: Path) -> None:
    """Delete what is known of folders that are no more, but for the one that is to be made."""
    for folder in (root / FOLDER).glob("published-*"):
        # What cannot be read tells of no folder.
        with suppress(OSError, ValueError):
            known = Path((folder / _SITE).read_text("utf-8"))
            if known != Path(_real(site)) and not known.is_dir():
                forget(root, known)


def is_inside(name: str) -> bool:
    """Whether a path that was read from a file stays below the folder that it is for."""
    parts = name.replace("\\", "/").split("/")
    return {"", ".", ".."}.isdisjoint(parts) and ":" not in name[:2]


@dataclass(frozen=True, slots=True)
class Contents:
    """The files of a part, or of the whole site, in short."""

    digest: str = ""
    """Of their names and contents."""
    files: int = 0
    """How many they are."""

    @classmethod
    def of(cls, files: Mapping[str, Known]) -> Contents:
        """Those of some files, as a manifest knows them."""
        return cls(_digest(f"{name}\0{known[0]}" for name, known in files.items()), len(files))

    @classmethod
    def together(cls, parts: Mapping[str, Contents]) -> Contents:
        """Those of a whole site, from its parts by their names."""
        lines = (f"{name}\0{part.digest}" for name, part in parts.items())
        return cls(_digest(lines), sum(part.files for part in parts.values()))


def _digest(lines: Iterator[str]) -> str:
    return storage.digest("\n".join(sorted(lines)))


class Part(Mapping[str, Known]):
    """The files of a part by their paths below the site, read as soon as one asks for them.

    None is known where what was written is absent or damaged.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _files(self) -> dict[str, Known]:
        try:
            data = storage.read_data(self._path)
            if data["form"] != _FORM:
                return {}
            return {name: _known(name, *what) for name, what in data["files"].items()}
        except storage.UNREADABLE:
            return {}

    def __getitem__(self, name: str) -> Known:
        return self._files[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _known(name: str, digest: object, size: object, changed: object) -> Known:
    """What is said of a file, if it can be true.

    Raises:
        ValueError: It cannot; nothing that is said beside it is to be believed then.
    """
    is_name = is_inside(name) and "\0" not in name and name.encode()
    if is_name and isinstance(digest, str) and type(size) is type(changed) is int:
        return digest, size, changed
    raise ValueError(f"{name!r} is no file of a site")


@dataclass(frozen=True, slots=True)
class Untouched:
    """A part whose files were all found as they were published."""

    contents: Contents
    version: tuple[int, ...]
    """Of its manifest: it is another one as soon as somebody publishes the part again."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was published into a site's folder."""

    folder: Path
    """Where it is kept, in a file for each part."""
    site: str
    """The site's folder."""

    @classmethod
    def of(cls, root: Path, site: Path) -> Manifest:
        """The manifest of a site that is made of the project in a folder."""
        return cls(place(root, site, "published"), str(site))

    def parts(self) -> list[str]:
        """The names of the parts that were published."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def part(self, name: str) -> Part:
        """The files of a part; none where it was never published."""
        return Part(self._path(name))

    def write(self, name: str, files: Mapping[str, Known]) -> None:
        """Remember the files of a part."""
        storage.write_data(self._path(name), {"form": _FORM, "files": files})
        with suppress(ValueError):  # a name that is not UTF-8 is never known to be gone
            storage.write(self.folder / _SITE, _real(self.site))

    def drop(self, name: str) -> None:
        """Forget a part that is no more."""
        self._path(name).unlink(missing_ok=True)

    def version(self, name: str) -> tuple[int, ...]:
        """Tells what is written of a part from what is written of it at another time."""
        try:
            stat = self._path(name).stat()
        except OSError:
            return ()
        return stat.st_ino, stat.st_size, stat.st_mtime_ns

    def untouched(self) -> dict[str, Untouched]:
        """The parts whose files are all as they were published."""
        looked = ((name, self.look(name)) for name in self.parts())
        return {name: found for name, found in looked if found is not None}

    def look(self, name: str) -> Untouched | None:
        """Look at all files of a part.

        Returns:
            None when one of them is not as it was published, or nothing is known of them.
        """
        version, known = self.version(name), self.part(name)
        if known and all(is_untouched(self.site, path, what) for path, what in known.items()):
            return Untouched(Contents.of(known), version)
        return None

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.json"


def is_untouched(site: str, name: str, known: Known) -> bool:
    """Whether a published file has the size and the time of change that it was published with."""
    try:
        stat = os.stat(f"{site}/{name}")
    except OSError:  # a name that is too long, too
        return False
    return (stat.st_size, stat.st_mtime_ns) == known[1:]
