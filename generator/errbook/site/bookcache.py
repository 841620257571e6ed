"""Keeps what was read of the catalogs: to read it from YAML again takes several times as long."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from errbook import loader, storage
from errbook.diagnostics import Diagnostic
from errbook.model import Catalog
from errbook.resolver.names import ID
from errbook.site.publish import FOLDER

_BOOK = TypeAdapter(tuple[Catalog, ...])
"""Writes catalogs as JSON, and makes of JSON catalogs whose every field is of its type."""


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

    def load(self, files: Mapping[str, bytes]) -> tuple[tuple[Catalog, ...], list[Diagnostic]]:
        """What `loader.load` reads, from the cache where the files are as they were.

        A cache that is damaged or foreign is not used. Files with a mistake are read each time.
        """
        mark = self._mark(files)
        kept = self._read(mark)
        if kept is not None:
            return kept, []
        catalogs, mistakes = loader.load(files)
        if not mistakes:
            self._write(mark, catalogs)
        return catalogs, mistakes

    def _mark(self, files: Mapping[str, bytes]) -> bytes:
        digest = hashlib.blake2b(self.code.encode(), digest_size=20)
        for path, data in files.items():
            name = path.encode("utf-8", "surrogateescape")
            digest.update(b"%d %d\n" % (len(name), len(data)) + name)
            digest.update(data)
        return digest.hexdigest().encode()

    def _read(self, mark: bytes) -> tuple[Catalog, ...] | None:
        try:
            own, _, content = storage.read_checked(self.path).partition(b"\n")
            catalogs = _BOOK.validate_json(content, strict=True) if own == mark else None
        except (OSError, ValueError):
            return None
        # Files are named after ids.
        named = catalogs and all(ID.match(entry.id) for c in catalogs for entry in c.entries)
        return catalogs if named else None

    def _write(self, mark: bytes, catalogs: tuple[Catalog, ...]) -> None:
        try:
            storage.write_checked(self.path, mark + b"\n" + _BOOK.dump_json(catalogs))
        except (OSError, ValueError):
            # It is only slower without.
            return
