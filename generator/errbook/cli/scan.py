"""``errbook scan``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator, Sequence
from fnmatch import fnmatch
from pathlib import Path

import click

from errbook import formats, patterns, project, scan
from errbook.cli import FINDINGS, OK
from errbook.cli.output import fails, load, number_of, print_findings, print_report
from errbook.config import Settings
from errbook.diagnostics import Diagnostic, in_order
from errbook.model import Book
from errbook.scan import Use

_FOREIGN = frozenset({"node_modules", "__pycache__", "vendor", "venv"})
"""Folders that hold other people's code."""
_MAX_FILE = 8 * 2**20
_BINARY = 8192
"""So many bytes at the beginning tell a binary file: it has a zero among them."""


@click.command("scan")
@click.argument(
    "sources",
    nargs=-1,
    required=True,
    metavar="SRC...",
    type=click.Path(path_type=Path, exists=True),
)
@click.option(
    "--include",
    multiple=True,
    metavar="GLOB",
    help="Read only files with such a name or path, as in '*.go' (may be repeated).",
)
@click.option(
    "--exclude",
    multiple=True,
    metavar="GLOB",
    help="Leave out such files and folders, as in 'tests' (may be repeated).",
)
@click.option(
    "--catalog",
    "names",
    multiple=True,
    metavar="NAME",
    help="Compare with this catalog only (may be repeated).",
)
@click.option(
    "--part", is_flag=True, help="SRC is a part of the product: say nothing about unused codes."
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option(
    "--format",
    "form",
    type=click.Choice(list(formats.DIAGNOSTIC_FORMATS)),
    default="text",
    show_default=True,
    help="How to print what was found.",
)
@click.pass_obj
def scan_command(
    path: Path,
    sources: tuple[Path, ...],
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    names: tuple[str, ...],
    part: bool,
    strict: bool,
    form: str,
) -> None:
    """Compare the product's source code with the book.

    Finds codes that the files in SRC name and no entry documents, and codes that are documented and
    that no file names. What is right as it is stands in source/scan.yml with a reason; an exemption
    without a reason, or one that is not needed, fails.
    """
    loaded = load(path)
    if loaded.source_is_broken:
        print_findings([f for f in loaded.diagnostics if not project.is_translation_finding(f)])
        click.echo("Nothing was compared: correct the source first.", err=True)
        sys.exit(FINDINGS)
    book = _only(loaded.book, names)
    mentions = patterns.mentions(catalog.code_pattern for catalog in book.catalogs)
    if mentions is None:
        raise click.UsageError("no catalog has a code_pattern, so no code can be recognized")
    listed = loaded.settings.source / scan.EXEMPTIONS
    exempt: tuple[scan.Exemption, ...] = ()
    found: list[Diagnostic] = []
    if listed.is_file():
        exempt, found = scan.exemptions(listed.read_bytes(), loaded.shown(listed))
    exempt = tuple(item for item in exempt if not names or mentions.fullmatch(item.code))
    read = _Files(loaded.settings, include, exclude)
    uses = list(read.uses(sources, mentions))
    found = in_order([*found, *scan.compare(book, uses, exempt, whole=not part)])
    here = {use.location.path for use in uses}

    def folder_of(each: Diagnostic) -> Path:
        return Path() if each.location.path in here else path.parent

    print_report(found, form, folder_of)
    click.echo(f"Read {number_of(read.count, 'file')}.", err=True)
    sys.exit(FINDINGS if fails(found, strict) else OK)


def _only(book: Book, names: Sequence[str]) -> Book:
    """The part of a book that holds some catalogs; all of it without names."""
    for name in names:
        if name not in book.catalog_by_name:
            raise click.BadParameter(f"{name}: there is {', '.join(book.catalog_by_name)}")
    return Book(tuple(c for c in book.catalogs if not names or c.name in names))


class _Files:
    """The files of a source tree that people wrote, without the book's own."""

    def __init__(self, settings: Settings, include: Sequence[str], exclude: Sequence[str]) -> None:
        own = (settings.source, settings.translations, settings.site_dir, settings.pages)
        self._own = {folder.resolve() for folder in own}
        self._include, self._exclude = include, exclude
        self.count = 0

    def uses(self, sources: Sequence[Path], mentions: re.Pattern[str]) -> Iterator[Use]:
        """Every use of a code below some files and folders."""
        for path in dict.fromkeys(file for source in sources for file in self._walk(source)):
            content = self._read(path)
            if content is not None:
                self.count += 1
                yield from scan.uses(content, path.as_posix(), mentions)

    def _walk(self, source: Path) -> Iterator[Path]:
        if source.is_file():
            yield source
            return
        for folder, names, files in os.walk(source):
            here = Path(folder)
            names[:] = sorted(name for name in names if self._enters(here / name, source))
            for name in sorted(files):
                path = here / name
                wanted = not self._include or self._matches(path, source, self._include)
                if wanted and not self._matches(path, source, self._exclude):
                    yield path

    def _enters(self, folder: Path, source: Path) -> bool:
        foreign = folder.name.startswith(".") or folder.name in _FOREIGN
        return not (
            foreign or folder.resolve() in self._own or self._matches(folder, source, self._exclude)
        )

    def _matches(self, path: Path, source: Path, globs: Sequence[str]) -> bool:
        below = path.relative_to(source).as_posix()
        return any(fnmatch(path.name, glob) or fnmatch(below, glob) for glob in globs)

    def _read(self, path: Path) -> str | None:
        """The file's text, or None for what nobody wrote by hand."""
        if not path.is_file() or path.stat().st_size > _MAX_FILE:
            return None
        data = path.read_bytes()
        return None if b"\0" in data[:_BINARY] else data.decode("utf-8", "replace")
