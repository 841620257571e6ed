"""Keeps what was read of the catalogs: to read it from YAML again takes several times as long."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from errbook import storage
from errbook.diagnostics import RULES, Diagnostic
from errbook.model import ID, Catalog
from errbook.projectfiles import Read
from errbook.site.manifest import FOLDER

_READ = TypeAdapter(tuple[tuple[Catalog, ...], list[Diagnostic]])
"""Writes what was read as JSON, and makes of JSON what was read, with every field of its type."""


@dataclass(frozen=True, slots=True)
class BookCache:
    """The catalogs of one project, kept in a file."""

    root: Path
    """The project's folder."""
    code: str
    """A digest of the code that reads catalogs: another version may read another book."""

    @property
    def path(self) -> Path:
        return self.root / FOLDER / "book.json"

    def load(self, files: Mapping[str, bytes]) -> Read:
        """What `loader.load` reads, from the cache where the files are as they were.

        A cache that is damaged or foreign is not used.
        """
        mark = self._mark(files)
        kept = self._read(mark)
        if kept is not None:
            return kept
        # It has a form for all that a catalog may say, which takes a while to import.
        from errbook import loader

        read = loader.load(files)
        self._write(mark, read)
        return read

    def has(self, files: Mapping[str, bytes]) -> bool:
        """Whether it says that it has what was read of these files; it may be damaged yet."""
        try:
            with self.path.open("rb") as stream:
                stream.readline()
                return stream.readline().rstrip() == self._mark(files)
        except OSError:
            return False

    def _mark(self, files: Mapping[str, bytes]) -> bytes:
        digest = hashlib.blake2b(self.code.encode(), digest_size=20)
        for path, data in files.items():
            name = path.encode("utf-8", "surrogateescape")
            digest.update(b"%d %d\n" % (len(name), len(data)) + name)
            digest.update(data)
        return digest.hexdigest().encode()

    def _read(self, mark: bytes) -> Read | None:
        try:
            own, _, content = storage.read_checked(self.path).partition(b"\n")
            kept = _READ.validate_json(content, strict=True) if own == mark else None
        except (OSError, ValueError):
            return None
        return kept if kept is not None and _is_own(*kept) else None

    def _write(self, mark: bytes, read: Read) -> None:
        try:
            storage.write_checked(self.path, mark + b"\n" + _READ.dump_json(read))
        except (OSError, ValueError):
            # It is only slower without.
            return


def _is_own(catalogs: tuple[Catalog, ...], mistakes: list[Diagnostic]) -> bool:
    """Whether it may come from `loader.load`: files are named after ids."""
    named = all(ID.match(entry.id) for catalog in catalogs for entry in catalog.entries)
    known = all(mistake.code in RULES for mistake in mistakes)
    return named and known and bool(catalogs or mistakes)
