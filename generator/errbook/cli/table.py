"""``errbook table`` and ``errbook embed``: the book's tables outside of its site."""

from __future__ import annotations

import difflib
import shlex
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from errbook import configfile, embed, library, locales, project, storage, tables
from errbook.cli import FINDINGS, OK, USAGE
from errbook.cli.documents import print_document
from errbook.cli.output import load, print_findings
from errbook.diagnostics import Diagnostic, Location, report
from errbook.embed import Marker, Syntax
from errbook.formats.tables import TABLE_FORMATS
from errbook.library import Library, Local
from errbook.tables import BadBook, BadQuery, Query, Table

BOM = "\ufeff"
WIDTH = 120
"""Columns of a line of a table that a diff shows; of longer ones it shows what differs."""
AROUND = 36
"""Columns that it shows on both sides of that."""

_book = click.option(
    "--book",
    "where",
    default="",
    metavar="BOOK",
    help="Take the book from here: a project's folder, or the path or URL of a published"
    " errors.json. Without it, the project here.",
)
_link_base = click.option(
    "--link-base",
    metavar="URL",
    help="What links to the entries' pages begin with; an empty one makes no such links."
    "  [default: the book's site_url]",
)


@click.command()
@click.option("--catalog", default="*", metavar="NAME", help="Only this catalog's entries.")
@click.option(
    "--columns",
    default=",".join(tables.DEFAULT_COLUMNS),
    show_default=True,
    metavar="NAMES",
    help=f"Columns, with commas between: {', '.join(tables.COLUMNS)}.",
)
@click.option(
    "--where",
    "condition",
    default="",
    metavar="CONDITION",
    help="Only the entries that meet this, as in 'severity=error|fatal and code!=none'.",
)
@click.option(
    "--sort", default="", metavar="KEY", help=f"{', '.join(tables.SORTS)}; else as written."
)
@click.option("--locale", "tag", default="", metavar="TAG", help="The language of the table.")
@click.option(
    "--heading-depth",
    type=click.IntRange(0, tables.MAX_DEPTH),
    default=0,
    metavar="N",
    help="Put the catalog's title above its table, as a heading of this level.",
)
@_link_base
@_book
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(TABLE_FORMATS)),
    default="markdown",
    show_default=True,
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of printing.",
)
@click.pass_obj
def table(
    path: Path,
    catalog: str,
    columns: str,
    condition: str,
    sort: str,
    tag: str,
    heading_depth: int,
    link_base: str | None,
    where: str,
    format_name: str,
    output: Path | None,
) -> None:
    """Print a table of entries, for any document.

    Footnotes come along; in CSV and TSV they stand in parentheses.
    """
    made = TABLE_FORMATS[format_name]
    if heading_depth and not made.headings:
        raise click.UsageError(f"--heading-depth: there are no headings in {format_name}")
    query = Query(catalog, embed.columns_of(columns), condition, sort, heading_depth)
    try:
        listed = _library(path, where, link_base).listing(_canonical(tag)).tables(query)
    except BadQuery as error:
        raise click.UsageError(str(error)) from error
    except BadBook as error:
        raise _NoBook(str(error)) from error
    written = made.write(tables.numbered(listed))
    if output is not None:
        changed = storage.write(output, written)
        click.echo(f"{'wrote' if changed else 'unchanged'} {output}")
        return
    print_document(written)


class _NoBook(click.ClickException):
    """A book that cannot be read: the command could not do, or check, anything."""

    exit_code = USAGE


def _library(path: Path, where: str, link_base: str | None) -> Library:
    """The book to use; a project's mistakes end the command, each in its place."""
    if where and (library.is_published(where) or not configfile.of(Path(where)).is_file()):
        return library.opened(where, link_base)
    loaded = load(configfile.of(Path(where)) if where else path)
    if loaded.source_is_broken:
        print_findings([f for f in loaded.diagnostics if not project.is_translation_finding(f)])
        click.echo("Nothing was written: correct the source first.", err=True)
        sys.exit(FINDINGS)
    return Local(loaded, link_base)


def _canonical(tag: str) -> str:
    """A tag in canonical letter case, where CLDR knows it: ``fr_fr`` is ``fr-FR``."""
    try:
        return locales.parse(tag).tag if tag else ""
    except locales.UnknownLocale:
        return tag


# --- embed ---------------------------------------------------------------------------------------


@click.command("embed")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar="FILE…",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; show what would change and exit 1."
)
@click.option(
    "--locale", "tag", default="", metavar="TAG", help="The language where a marker names none."
)
@_link_base
@_book
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(embed.SYNTAXES)),
    help="What the files are; without it, their names say it.",
)
@click.pass_obj
def embed_files(
    path: Path,
    files: Sequence[Path],
    only_check: bool,
    tag: str,
    link_base: str | None,
    where: str,
    format_name: str | None,
) -> None:
    """Fill the markers of Markdown, reStructuredText and HTML files.

    A table of the catalog "shop" goes between these two lines of a Markdown or HTML file:

    \b
      <!-- errbook: shop columns=code,cause,fix where="severity=error" -->
      <!-- /errbook -->

    and between ".. errbook: shop" and ".. /errbook" in reStructuredText. A file in which a marker
    is wrong stays as it was.
    """
    syntaxes = [_syntax(file, format_name) for file in files]
    try:
        book = _library(path, where, link_base)
        if tag or library.PLACEHOLDER not in where:
            # One message about the book, not one for each marker.
            book.listing(_canonical(tag))
    except BadBook as error:
        raise _NoBook(str(error)) from error

    def make(marker: Marker) -> list[Table]:
        return book.listing(_canonical(marker.locale or tag)).tables(marker.query)

    failed = False
    for file, syntax in zip(files, syntaxes, strict=True):
        document = _filled(file, syntax, make)
        if document.found:
            print_findings(document.found)
            click.echo(f"{file} was not touched.", err=True)
            failed = True
        elif only_check:
            failed |= _show_change(file, document)
        else:
            _write(file, document)
    sys.exit(FINDINGS if failed else OK)


@dataclass(frozen=True, slots=True)
class _Document:
    """A file before and after its markers were filled."""

    old: str
    new: str
    markers: int
    found: Sequence[Diagnostic]
    """What is wrong with it; nothing may be written then."""


def _syntax(file: Path, name: str | None) -> Syntax:
    syntax = embed.SYNTAXES[name] if name else embed.BY_SUFFIX.get(file.suffix.lower())
    if syntax is None:
        known = ", ".join(embed.BY_SUFFIX)
        raise click.UsageError(f"{file}: its name does not say what it is ({known}); use --format")
    return syntax


def _filled(file: Path, syntax: Syntax, make: embed.Make) -> _Document:
    shown = file.as_posix()
    try:
        old = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        finding = report(
            "EB101", Location(shown, line), "it is not UTF-8", "Save the file as UTF-8."
        )
        return _Document("", "", 0, [finding])
    mark = BOM if old.startswith(BOM) else ""
    text = old.removeprefix(BOM)
    made, found = embed.filled(text, shown, syntax, make)
    write = TABLE_FORMATS[syntax.name].write
    new = mark + embed.put(text, [(marker, write(listed)) for marker, listed in made], syntax)
    return _Document(old, new, len(made), found)


def _write(file: Path, document: _Document) -> None:
    if not document.markers:
        click.echo(f"unchanged {file}: there is no marker in it")
        return
    # What a link leads to is written, so that the link stays one.
    changed = storage.write(file.resolve(), document.new.encode("utf-8"))
    tables_ = "1 table" if document.markers == 1 else f"{document.markers} tables"
    click.echo(f"{'wrote' if changed else 'unchanged'} {file}: {tables_}")


def _show_change(file: Path, document: _Document) -> bool:
    """Show how a file differs from what it should be, and say whether it does."""
    if document.old == document.new:
        return False
    for line in _diff(file.as_posix(), document.old, document.new):
        colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
        click.echo(click.style(line, fg=colour))
    click.echo(
        f"{file} is out of date; errbook embed {shlex.quote(str(file))} brings it up to date.",
        err=True,
    )
    return True


def _diff(name: str, old: str, new: str) -> Iterator[str]:
    lines = difflib.unified_diff(
        old.splitlines(), new.splitlines(), f"a/{name}", f"b/{name}", n=1, lineterm=""
    )
    removed: list[str] = []
    added: list[str] = []
    for line in lines:
        if line.startswith("-") and not line.startswith("--- "):
            removed.append(line)
        elif line.startswith("+") and not line.startswith("+++ "):
            added.append(line)
        else:
            yield from _pairs(removed, added)
            removed, added = [], []
            yield _head(line)
    yield from _pairs(removed, added)


def _pairs(removed: list[str], added: list[str]) -> Iterator[str]:
    """Lines that were replaced one by one, cut to where they differ: a table's row is one line."""
    if len(removed) != len(added):
        yield from map(_head, (*removed, *added))
        return
    cut = [_cut(old, new) for old, new in zip(removed, added, strict=True)]
    yield from (old for old, _ in cut)
    yield from (new for _, new in cut)


def _head(line: str) -> str:
    return line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"


def _cut(old: str, new: str) -> tuple[str, str]:
    """Two long lines with their beginnings, which name the entry, and what differs in them."""
    if max(len(old), len(new)) <= WIDTH:
        return old, new
    before = _common(old[1:], new[1:]) + 1
    after = _common(old[:before:-1], new[:before:-1])
    start = max(1, before - AROUND)
    head = "" if start <= AROUND else f"{old[1:AROUND]}…"
    start = start if head else 1

    def shown(line: str) -> str:
        end = len(line) - max(0, after - AROUND)
        return f"{line[0]}{head}{line[start:end]}{'…' if end < len(line) else ''}"

    return shown(old), shown(new)


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))
