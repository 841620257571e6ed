"""Puts finished files into the site's folder, file by file, and takes away what is no more."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from errbook import storage

MANIFEST = Path(".errbook") / "published.json"


@dataclass(frozen=True, slots=True)
class Published:
    """What a publication did."""

    files: int = 0
    written: int = 0
    deleted: int = 0


class Publication:
    """One publication: every file is whole at any moment, the old one or the new one.

    Only files that errbook published before, and files in its own folders, are ever deleted;
    others that stand in the site's folder (a CNAME, say) stay.
    """

    def __init__(self, site: Path, root: Path, folders: Collection[str]) -> None:
        self._site = site
        self._manifest = root / MANIFEST
        self._folders = folders
        self._old = self._read()
        self._new: set[str] = set()
        self._written = 0

    def _read(self) -> set[str]:
        try:
            listed = json.loads(self._manifest.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return set()
        if not isinstance(listed, dict) or listed.get("site") != str(self._site):
            return set()
        files = listed.get("files")
        return (
            {name for name in files if isinstance(name, str)} if isinstance(files, list) else set()
        )

    def put(self, files: Iterable[tuple[str, bytes]]) -> None:
        """Write files, by path below the site's folder; equal ones are not touched."""
        for name, content in files:
            self._new.add(name)
            self._written += storage.write(self._site / name, content)

    def close(self) -> Published:
        """Delete what was published before and is no more."""
        deleted = 0
        doomed = {name for name in self._old - self._new if _is_inside(name)}
        for folder in self._folders:
            for path in (self._site / folder).rglob("*"):
                name = path.relative_to(self._site).as_posix()
                if path.is_file() and name not in self._new:
                    doomed.add(name)
        for name in doomed:
            path = self._site / name
            if path.is_file():
                path.unlink()
                deleted += not path.name.startswith(storage.TEMPORARY)
            self._drop_empty(path.parent)
        for stray in self._site.glob(f"{storage.TEMPORARY}*"):
            stray.unlink()
        listed = {"site": str(self._site), "files": sorted(self._new)}
        storage.write(self._manifest, json.dumps(listed, indent=0))
        return Published(len(self._new), self._written, deleted)

    def _drop_empty(self, folder: Path) -> None:
        while folder != self._site and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
            folder = folder.parent


def _is_inside(name: str) -> bool:
    path = Path(name)
    return not path.is_absolute() and ".." not in path.parts
