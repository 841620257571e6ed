"""``errbook build`` and ``errbook serve``."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.table import Table

from errbook import config
from errbook.cli import FINDINGS
from errbook.cli.output import load, print_findings
from errbook.diagnostics import Diagnostic, Severity
from errbook.project import Project
from errbook.site import build as site_build
from errbook.site import serve as site_serve
from errbook.site import unchanged
from errbook.site.build import Coverage
from errbook.site.inputs import Inputs
from errbook.site.unchanged import Memory

LISTED = 10
"""How many findings a build prints; ``check`` prints all."""


@click.command()
@click.option("--strict", is_flag=True, help="Translations that lack something fail the build.")
@click.option(
    "--builder",
    type=click.Choice(config.BUILDERS),
    help="Build with this instead of the configured one.",
)
@click.option(
    "--engine",
    type=click.Choice(["stamp", "full"]),
    default="stamp",
    show_default=True,
    help="How to make the entries' pages: stamped, or each by the builder; the bytes are the same.",
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
@click.option(
    "--site-url",
    default="",
    metavar="URL",
    help="Build for this address instead of the configured one, for a preview on another host.",
)
@click.pass_obj
def build(
    path: Path,
    strict: bool,
    builder: str | None,
    engine: str,
    jobs: int,
    site_dir: Path | None,
    site_url: str,
) -> None:
    """Build the site of every locale.

    Mistakes in the source fail the build and leave the site as it was. What a translation lacks is
    published as a visible fallback and listed; with --strict it fails the build too.
    """
    started = time.monotonic()
    settings, found = config.load(path.parent, path.name)
    if settings is None:
        print_findings(found)
        sys.exit(FINDINGS)
    site = (site_dir or settings.site_dir).absolute()
    site_url = f"{site_url.rstrip('/')}/" if site_url else ""
    inputs = Inputs(settings)
    mark = inputs.whole(builder or settings.builder, engine, site_url)
    memory = unchanged.recall(settings.root, site, mark)
    if memory is not None and not (strict and _counts(memory.findings)):
        _say_unchanged(memory, started)
        return
    unchanged.forget(settings.root, site)
    loaded = load(path)
    if loaded.source_is_broken:
        _give_up(loaded.source_findings, "Nothing was built; the site is as it was.")
    console = Console(stderr=True)
    with _Progress(console) as step:
        built = site_build.build(
            loaded,
            site_dir=site_dir,
            site_url=site_url,
            builder=builder or "",
            engine=engine,
            jobs=jobs,
            strict=strict,
            inputs=inputs,
            step=step,
        )
    if not built.ok:
        _give_up(built.failures, "Nothing was published; the site is as it was.", LISTED)
    findings = [*loaded.source_findings, *built.findings]
    _say_findings(findings)
    _say_notes(built.notes)
    console.print(_coverage(loaded, built.coverage))
    done = built.published
    where = site_dir or loaded.shown(loaded.settings.site_dir)
    size = f"{built.pages} pages in {len(built.coverage)} locales"
    unchanged.remember(
        settings.root, site, Memory(mark, {"text": f"{size} are in {where}"}, findings)
    )
    click.echo(
        f"Built {size} into {where} in {time.monotonic() - started:.1f} s"
        f" ({done.written} files written, {done.deleted} deleted, {done.files} in all)."
    )


def _give_up(findings: Sequence[Diagnostic], words: str, limit: int = 0) -> NoReturn:
    print_findings(findings, limit)
    click.echo(words, err=True)
    sys.exit(FINDINGS)


def _counts(findings: Sequence[Diagnostic]) -> list[Diagnostic]:
    return [found for found in findings if found.severity > Severity.INFO]


def _say_unchanged(memory: Memory, started: float) -> None:
    _say_findings(memory.findings)
    click.echo(
        f"Nothing changed: {memory.summary['text']} since the last build"
        f" ({time.monotonic() - started:.1f} s)."
    )


def _say_findings(findings: Sequence[Diagnostic]) -> None:
    listed = _counts(findings)
    if listed:
        print_findings(listed, LISTED)


def _say_notes(notes: Iterable[str]) -> None:
    for note in notes:
        click.echo(f"note: {note}", err=True)


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


def _coverage(loaded: Project, coverage: Sequence[Coverage]) -> Table:
    """How complete each locale is: entries first, for they are the promise."""
    table = Table(title="Locales", title_justify="left")
    table.add_column("locale")
    table.add_column("entries with cause and fix", justify="right")
    table.add_column("texts", justify="right")
    table.add_column("required")
    for row in coverage:
        share = 100 * row.shown // max(1, row.texts)
        required = _required(loaded, row.tag)
        table.add_row(row.tag, f"{row.complete}/{row.entries}", f"{share} %", required)
    return table


def _required(loaded: Project, tag: str) -> str:
    settings = loaded.settings
    if tag == settings.source_locale.tag:
        return "source"
    required = next(item.required for item in settings.locales if item.locale.tag == tag)
    if isinstance(required, bool):
        return "all" if required else "–"
    return ", ".join(sorted(required))


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--builder",
    type=click.Choice(config.BUILDERS),
    help="Build with this instead of the configured one.",
)
@click.pass_obj
def serve(path: Path, port: int, host: str, builder: str | None) -> None:
    """Show the site and build it again whenever a source, page or PO file changes."""
    load(path)
    site_serve.serve(path, host, port, builder or "", click.echo, print_findings)
