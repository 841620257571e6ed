"""Reads the files of a project, and says of each what it could not read."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TypeVar

from errbook import glossary, markdown, po
from errbook.checks import pofile
from errbook.config import Settings
from errbook.diagnostics import Diagnostic, Location, report
from errbook.locales import Locale
from errbook.model import Catalog, Page
from errbook.po import PoFile
from errbook.yamltext import decode

UI = "ui"
"""Name of the optional locale file with the project's own interface words."""

K = TypeVar("K")
V = TypeVar("V")
PoRead = tuple[PoFile, tuple[Diagnostic, ...]]
"""A PO file, and what was wrong with it."""
Read = tuple[tuple[Catalog, ...], list[Diagnostic]]
"""Catalogs, and what was wrong in their files."""


class OnDemand(Mapping[K, V]):
    """A mapping that makes a value when it is first asked for, and keeps it.

    A build of some locales, or in another process, must not read the files of all others.
    """

    def __init__(self, keys: Iterable[K], make: Callable[[K], V]) -> None:
        self._keys = dict.fromkeys(keys)
        self._make = make
        self._made: dict[K, V] = {}

    def __getitem__(self, key: K) -> V:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def forget(self) -> None:
        """Let go of what was made; it is made again when it is asked for."""
        self._made.clear()

    def __iter__(self) -> Iterator[K]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


@contextmanager
def _without_gc() -> Iterator[None]:
    """Switch the garbage collector off: reading makes many objects and no garbage."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass
class Reading:
    """Reads one project; `found` collects what is wrong in the files themselves."""

    settings: Settings
    found: list[Diagnostic]
    incomplete: bool = False
    left_behind: Mapping[tuple[Locale, str], PoRead] = field(default_factory=dict)
    """The PO files of the project's locales that are of no catalog, or of none any more."""

    def _bytes(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except OSError as error:
            self.found.append(
                report(
                    "EB006",
                    Location(self.settings.shown(path)),
                    f"it cannot be read: {error.strerror}",
                    "Check the file and its permissions.",
                )
            )
            return None

    def _is_named(self, path: Path) -> bool:
        """Whether a file has a name that an address can have; what is wrong is found if not."""
        shown = self.settings.shown(path)
        try:
            shown.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(shown).decode("utf-8", "backslashreplace")
            message = "the file's name is not UTF-8"
            self.found.append(report("EB101", Location(shown), message, "Rename the file."))
            return False
        return True

    def catalog_files(self) -> Mapping[str, bytes]:
        """The catalogs' files by their paths as diagnostics name them; also finds mistakes."""
        folder = self.settings.source / "errors"
        paths = sorted(p for p in folder.glob("*") if p.suffix in (".yml", ".yaml") and p.is_file())
        files = {}
        for path in paths:
            data = self._bytes(path) if self._is_named(path) else None
            if data is not None:
                files[self.settings.shown(path)] = data
        if not paths:
            self.found.append(
                report(
                    "EB005",
                    Location(self.settings.shown(folder)),
                    "no catalog is there",
                    "Write one; errbook init with the name of a new folder shows how it looks.",
                )
            )
        self.incomplete = len(files) < len(paths)
        return files

    def catalogs(self, read: Callable[[Mapping[str, bytes]], Read]) -> tuple[Catalog, ...]:
        files = self.catalog_files()
        with _without_gc():
            catalogs, mistakes = read(files)
        self.found += mistakes
        self.incomplete |= len(catalogs) < len(files)
        return catalogs

    def pages(self) -> tuple[tuple[Page, ...], tuple[str, ...]]:
        pages, assets = [], []
        folder = self.settings.pages
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = PurePosixPath(path.relative_to(folder).as_posix())
            if any(part.startswith(".") for part in name.parts) or not self._is_named(path):
                continue
            if path.suffix != ".md":
                assets.append(str(name))
                continue
            data = self._bytes(path)
            if data is None:
                continue
            shown = self.settings.shown(path)
            text, mistakes = decode(data, shown)
            self.found += mistakes
            if text is not None:
                anchored = markdown.with_anchors(text)
                pages.append(Page(str(name), Location(shown), anchored))
        return tuple(pages), tuple(assets)

    def glossary(self) -> tuple[glossary.Term, ...]:
        path = self.settings.source / "glossary.yml"
        data = self._bytes(path) if path.exists() else None
        if data is None:
            return ()
        terms, mistakes = glossary.load(data, self.settings.shown(path))
        self.found += mistakes
        return terms

    def po_files(self, names: list[str]) -> Mapping[tuple[Locale, str], PoRead]:
        """The PO files of the project's catalogs; also finds what is `left_behind`."""
        paths, others = {}, {}
        known = {item.locale.tag: item.locale for item in self.settings.locales}
        for path in sorted(self.settings.translations.glob("*/*.po")):
            shown = self.settings.shown(path)
            locale, name = known.get(path.parent.name), path.stem
            if locale is None:
                problem = f'the project has no locale "{path.parent.name}"'
                hint = "Add it to mkdocs.yml, or delete the file."
                self.found.append(report("EB205", Location(shown), problem, hint))
            elif name in names:
                paths[locale, name] = path
            elif not self.incomplete:
                problem = f'the project has no catalog "{name}"'
                hint = (
                    "After a catalog was renamed, errbook l10n sync takes its translations along; "
                    f"otherwise rename or delete the file. Known here: {', '.join(names)}."
                )
                self.found.append(report("EB205", Location(shown), problem, hint))
                others[locale, name] = path
        settings = self.settings
        self.left_behind = OnDemand(others, lambda key: _read_po(settings, others[key], key[0]))
        return OnDemand(paths, lambda key: _read_po(settings, paths[key], key[0]))


def _read_po(settings: Settings, path: Path, locale: Locale) -> PoRead:
    shown = settings.shown(path)
    try:
        file, mistakes = po.read(path.read_bytes(), shown)
    except OSError as error:
        hint = "Check the file and its permissions."
        found = report("EB006", Location(shown), f"it cannot be read: {error.strerror}", hint)
        return PoFile(shown, damaged=True), (found,)
    return file, (*mistakes, *pofile.run(file, locale))
