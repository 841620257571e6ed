"""Arguments in, text and an exit code out: the ``errbook`` command."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from errbook import __version__, config, formats, project, schema, storage, sync
from errbook import po as po_format
from errbook.diagnostics import Diagnostic, Severity, worst
from errbook.formats import text as text_format
from errbook.locales import Locale
from errbook.po import PoFile
from errbook.project import Project
from errbook.site import build as site_build
from errbook.site import serve as site_serve
from errbook.site import start

OK, FINDINGS, USAGE = 0, 1, 2
"""Exit codes: all is well, something was found, the command was called wrongly."""

LISTED = 10
"""How many findings a build prints; `check` prints all."""

_ROLES: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "info": {"fg": "cyan"},
    "place": {"bold": True},
    "hint": {"fg": "green"},
    "quiet": {"dim": True},
}


class _Command(click.Group):
    """Turns what the operating system refuses into one line, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of a pipe went away; nothing is wrong.
            sys.stderr.close()
            ctx.exit(OK)
        except OSError as error:
            name = f"{error.filename}: " if error.filename else ""
            click.echo(f"errbook: {name}{error.strerror or error}", err=True)
            ctx.exit(FINDINGS)


@click.group(cls=_Command, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="errbook")
@click.option(
    "-f",
    "--config-file",
    default=config.FILE,
    show_default=True,
    help="The project's configuration.",
)
@click.pass_context
def main(ctx: click.Context, config_file: str) -> None:
    """Localized documentation for error codes.

    One YAML source and gettext locale files become a site in every language. Every code has a cause
    and a fix in every required locale, or errbook names the one that lacks it.
    """
    ctx.obj = Path(config_file)


def _paint(text: str, role: str) -> str:
    return click.style(text, **_ROLES[role])


def _load(path: Path) -> Project:
    """The project of a command, or the end of the program when there is none to read."""
    loaded, found = project.load(path.parent, path.name)
    if loaded is None:
        _print(found)
        sys.exit(FINDINGS)
    return loaded


def _print(found: Sequence[Diagnostic], limit: int = 0) -> None:
    click.echo(text_format.write(found, _paint, limit), nl=False, err=True)


def _fails(found: Sequence[Diagnostic], strict: bool) -> bool:
    gravest = worst(found)
    return gravest is not None and gravest >= (Severity.WARNING if strict else Severity.ERROR)


# --- check ---------------------------------------------------------------------------------------


@main.command()
@click.option(
    "--format",
    "format_name",
    type=click.Choice(list(formats.DIAGNOSTIC_FORMATS)),
    default="text",
    show_default=True,
    help="How to print what was found.",
)
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@click.option(
    "--locale",
    "tags",
    multiple=True,
    metavar="TAG",
    help="Say only what concerns the source and this locale (may be repeated).",
)
@click.pass_obj
def check(path: Path, format_name: str, strict: bool, tags: tuple[str, ...]) -> None:
    """Check the source and every locale.

    Exits 0 when the promise is kept, 1 when something was found, 2 when called wrongly.
    """
    loaded, found = project.load(path.parent, path.name)
    if loaded is not None:
        known = [locale.tag for locale in loaded.settings.all_locales]
        for tag in tags:
            if tag not in known:
                raise click.BadParameter(f"{tag}: the project has {', '.join(known)}")
        found = loaded.diagnostics
    if tags:
        wanted = {"", *tags}
        found = [f for f in found if dict(f.subject).get("locale", "") in wanted]
    if format_name == "text":
        click.echo(text_format.write(found, _paint), nl=False)
    else:
        click.echo(formats.DIAGNOSTIC_FORMATS[format_name](found), nl=False)
    sys.exit(FINDINGS if _fails(found, strict) else OK)


# --- build ---------------------------------------------------------------------------------------


@main.command()
@click.option("--strict", is_flag=True, help="Translations that lack something fail the build.")
@click.option(
    "--builder",
    type=click.Choice(["mkdocs", "properdocs", "zensical"]),
    help="Build with this instead of the configured one.",
)
@click.option(
    "--jobs",
    type=click.IntRange(0),
    default=0,
    help="How many locales to build at once; 0 for one per processor.",
)
@click.option(
    "--site-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Publish into this folder instead of the configured one.",
)
@click.pass_obj
def build(path: Path, strict: bool, builder: str | None, jobs: int, site_dir: Path | None) -> None:
    """Build the site of every locale.

    Mistakes in the source fail the build and leave the site as it was. What a translation lacks is
    published as a visible fallback and listed; with --strict it fails the build too.
    """
    started = time.monotonic()
    loaded = _load(path)
    found = loaded.diagnostics
    if loaded.source_is_broken or (strict and _fails(found, strict)):
        _print(found)
        click.echo("Nothing was built; the site is as it was.", err=True)
        sys.exit(FINDINGS)
    console = Console(stderr=True)
    with _Progress(console) as step:
        built = site_build.build(
            loaded, site_dir=site_dir, builder=builder or "", jobs=jobs, step=step
        )
    if not built.ok:
        _print(built.diagnostics)
        click.echo("Nothing was published; the site is as it was.", err=True)
        sys.exit(FINDINGS)
    listed = [f for f in found if f.severity > Severity.INFO]
    if listed:
        _print(listed, LISTED)
    console.print(_coverage(loaded))
    done = built.published
    where = site_dir or loaded.shown(loaded.settings.site_dir)
    click.echo(
        f"Built {built.pages} pages in {built.locales} locales into {where} in"
        f" {time.monotonic() - started:.1f} s"
        f" ({done.written} files written, {done.deleted} deleted, {done.files} in all)."
    )


class _Progress(AbstractContextManager["_Progress"]):
    """Shows the current step on a terminal, and nothing elsewhere."""

    def __init__(self, console: Console) -> None:
        self._status = console.status("load") if console.is_terminal else None

    def __enter__(self) -> _Progress:
        if self._status is not None:
            self._status.start()
        return self

    def __exit__(self, *args: object) -> None:
        if self._status is not None:
            self._status.stop()

    def __call__(self, text: str) -> None:
        if self._status is not None:
            self._status.update(text)


def _coverage(loaded: Project) -> Table:
    """How complete each locale is: entries first, for they are the promise."""
    entries = [e for catalog in loaded.book.catalogs for e in catalog.published]
    units = [unit for group in loaded.units.values() for unit in group]
    table = Table(title="Locales", title_justify="left")
    table.add_column("locale")
    table.add_column("entries with cause and fix", justify="right")
    table.add_column("texts", justify="right")
    table.add_column("required")
    for locale, translation in loaded.translations.items():
        complete = sum(translation.is_complete(entry) for entry in entries)
        shown = sum(
            translation.served(u.context, u.text).locale.same_language(locale) for u in units
        )
        required = loaded.settings.of(locale).required
        names = (
            "source"
            if locale == loaded.settings.source_locale
            else ("all" if required is True else ", ".join(sorted(required)) if required else "–")
        )
        share = 100 * shown // max(1, len(units))
        table.add_row(locale.tag, f"{complete}/{len(entries)}", f"{share} %", names)
    return table


# --- serve, init, schema -------------------------------------------------------------------------


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--builder",
    type=click.Choice(["mkdocs", "properdocs", "zensical"]),
    help="Build with this instead of the configured one.",
)
@click.pass_obj
def serve(path: Path, port: int, host: str, builder: str | None) -> None:
    """Show the site and build it again whenever a source, page or PO file changes."""
    _load(path)
    site_serve.serve(path, host, port, builder or "", click.echo, _print)


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("."))
@click.option("--name", default="", help="Name of the first catalog; the folder's without it.")
@click.option(
    "--locale",
    "tags",
    multiple=True,
    metavar="TAG",
    default=("fr-FR",),
    show_default=True,
    help="A locale to translate into (may be repeated).",
)
def init(folder: Path, name: str, tags: tuple[str, ...]) -> None:
    """Make a new project in FOLDER, which builds at once."""
    try:
        written = start.project(folder, name, tags)
    except start.CannotStart as error:
        raise click.UsageError(str(error)) from error
    made = _load(folder / config.FILE)
    for name, locale, content, _ in _synced(made, ()):
        target = made.po_path(locale, name)
        storage.write(target, content)
        written.append(target)
    for path in written:
        click.echo(f"wrote {path}")
    inside = "" if folder == Path(".") else f"cd {folder} && "
    click.echo(f"\nNow build it:   {inside}errbook build\nor watch it:    {inside}errbook serve")


@main.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of a catalog file."""
    click.echo(json.dumps(schema.json_schema(), ensure_ascii=False, indent=2))


# --- l10n ----------------------------------------------------------------------------------------


@main.group()
def l10n() -> None:
    """Work on translations."""


@l10n.command("sync")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 when a file would change."
)
@click.option(
    "--locale",
    "tags",
    multiple=True,
    metavar="TAG",
    help="Sync only this locale (may be repeated).",
)
@click.pass_obj
def l10n_sync(path: Path, only_check: bool, tags: tuple[str, ...]) -> None:
    """Bring the source into the PO files of every locale.

    New texts come empty, changed ones become fuzzy and keep the source they were made from, and
    what left the source stays at the end of the file.
    """
    loaded = _load(path)
    if loaded.source_is_broken:
        _print([f for f in loaded.diagnostics if not project.is_translation_finding(f)])
        click.echo("Nothing was written: correct the source first.", err=True)
        sys.exit(FINDINGS)
    changed = 0
    for name, locale, content, counts in _synced(loaded, tags):
        target = loaded.po_path(locale, name)
        differs = not target.exists() or target.read_bytes() != content.encode("utf-8")
        if differs and not only_check:
            storage.write(target, content)
        changed += differs
        mark = ("would change" if only_check else "wrote") if differs else "unchanged"
        click.echo(
            f"{mark:12} {loaded.shown(target)}: {counts.total} texts, {counts.new} to translate,"
            f" {counts.stale} to revise, {counts.obsolete} obsolete"
        )
    damaged = [file.path for file in loaded.files.values() if file.damaged]
    for path_ in damaged:
        _print([f for f in loaded.loading if f.location.path == path_])
        click.echo(f"{path_} was not touched: correct it first.", err=True)
    sys.exit(FINDINGS if damaged or (only_check and changed) else OK)


def _synced(loaded: Project, tags: Sequence[str]) -> Iterator[tuple[str, Locale, str, sync.Counts]]:
    """(name, locale, new content, counts) of each locale file that is not damaged."""
    for item in loaded.settings.locales:
        if tags and item.locale.tag not in tags:
            continue
        for name, units in loaded.units.items():
            path = loaded.shown(loaded.po_path(item.locale, name))
            old = loaded.files.get((item.locale, name), PoFile(path))
            if not old.damaged:
                merged, counts = sync.merge(old, units, loaded.settings.site_name, item.locale)
                yield name, item.locale, po_format.write(merged), counts
