"""``errbook build`` and ``errbook merge``."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.table import Table

from errbook import config
from errbook.cli import FINDINGS
from errbook.cli.output import check_tags, load, print_findings, read_settings
from errbook.diagnostics import Diagnostic, Severity
from errbook.project import Project
from errbook.pseudobook import with_pseudo_locales
from errbook.site import build as site_build
from errbook.site import shards, unchanged
from errbook.site.build import Plan
from errbook.site.inputs import Inputs
from errbook.site.unchanged import Memory
from errbook.site.whole import Built, Coverage

LISTED = 10
"""How many findings a build prints; ``check`` prints all."""


def how(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say how a site is built."""
    options = (
        click.option(
            "--strict", is_flag=True, help="Translations that lack something fail the build."
        ),
        click.option(
            "--builder",
            type=click.Choice(config.BUILDERS),
            help="Build with this instead of the configured one.",
        ),
        click.option(
            "--engine",
            type=click.Choice(["stamp", "full"]),
            default="stamp",
            show_default=True,
            help="How to make the entries' pages: stamped, or each by the builder; the bytes are"
            " the same.",
        ),
        click.option(
            "--site-url",
            default="",
            metavar="URL",
            help="Build for this address instead of the configured one, for a preview on another"
            " host.",
            callback=lambda ctx, option, url: f"{url.rstrip('/')}/" if url else "",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@how
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
    "--locale",
    "tags",
    multiple=True,
    metavar="TAG",
    help="Build this locale alone into the folder of --out (may be repeated).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="SHARD",
    help="Where locales that are built alone wait for errbook merge.",
)
@click.option(
    "--pseudo",
    is_flag=True,
    help="Add the pseudo-locales qps-ploc and qps-plocm (from right to left), made in memory.",
)
@click.pass_obj
def build(
    path: Path,
    strict: bool,
    builder: str | None,
    engine: str,
    site_url: str,
    jobs: int,
    site_dir: Path | None,
    tags: tuple[str, ...],
    out: Path | None,
    pseudo: bool,
) -> None:
    """Build the site of every locale.

    Mistakes in the source fail the build and leave the site as it was. What a translation lacks is
    published as a visible fallback and listed; with --strict it fails the build too.

    With --locale and --out some locales are built apart, on one machine of many; errbook merge puts
    them together.
    """
    if bool(tags) != (out is not None):
        raise click.UsageError("--locale and --out belong together.")
    if pseudo and out is not None:
        raise click.UsageError("--pseudo builds the whole site, without --locale and --out.")
    started = time.monotonic()
    settings = read_settings(path)
    inputs = Inputs(settings)
    plan = Plan(builder or settings.builder, engine, site_url, inputs)
    if out is not None:
        _build_shard(load_source(path, inputs), plan, tags, out, jobs, strict, started)
        return
    site = (site_dir or settings.site_dir).absolute()
    mark = inputs.whole(plan.builder, engine, site_url, "pseudo" if pseudo else "")
    memory = unchanged.recall(settings.root, site, mark) if inputs.are_all else None
    if memory is not None and not (strict and _counts(memory.findings)):
        _say_unchanged(memory, started)
        return
    unchanged.forget(settings.root, site)
    loaded = load_source(path, inputs)
    loaded = with_pseudo_locales(loaded) if pseudo else loaded
    with Progress() as step:
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
    summary = say_built(loaded, built, site_dir, started)
    findings = [*loaded.source_findings, *built.findings]
    unchanged.remember(settings.root, site, Memory(mark, {"text": summary}, findings))


def load_source(path: Path, inputs: Inputs) -> Project:
    """The project of a command that builds, or the end of the program when its source is wrong."""
    loaded = load(path, inputs.books.load)
    if loaded.source_is_broken:
        give_up(loaded.source_findings, "Nothing was built; the site is as it was.")
    return loaded


def say_built(loaded: Project, built: Built, site_dir: Path | None, started: float) -> str:
    """Say what a build published, and in one line what is in the site; ends one that failed."""
    if not built.ok:
        give_up(built.failures, "Nothing was published; the site is as it was.", LISTED)
    _say_findings([*loaded.source_findings, *built.findings])
    _say_notes(built.notes)
    Console(stderr=True).print(_coverage(loaded, built.coverage))
    done = built.published
    where = site_dir or loaded.shown(loaded.settings.site_dir)
    size = f"{built.pages} pages in {len(built.coverage)} locales"
    click.echo(
        f"Built {size} into {where} in {time.monotonic() - started:.1f} s"
        f" ({done.written} files written, {done.deleted} deleted, {done.files} in all)."
    )
    return f"{size} are in {where}"


def _build_shard(
    loaded: Project,
    plan: Plan,
    tags: Sequence[str],
    out: Path,
    jobs: int,
    strict: bool,
    started: float,
) -> None:
    """Build some locales into a folder of their own."""
    check_tags(loaded.settings, tags)
    with Progress() as step:
        built = shards.build(loaded, plan, tuple(dict.fromkeys(tags)), out, jobs=jobs, step=step)
    failures = built.failures or (_counts(built.findings) if strict else [])
    if failures:
        give_up(failures, "Do not merge this shard.", LISTED)
    _say_findings([*loaded.source_findings, *built.findings])
    _say_notes(built.notes)
    click.echo(
        f"Built {built.pages} pages of {', '.join(built.fresh)} into {out}"
        f" in {time.monotonic() - started:.1f} s. errbook merge puts all locales together."
    )


def give_up(findings: Sequence[Diagnostic], words: str, limit: int = 0) -> NoReturn:
    """Print what is wrong and what that means, and end the program."""
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


class Progress(AbstractContextManager["Progress"]):
    """Shows the current step on a terminal, and nothing elsewhere."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._status = console.status("load") if console.is_terminal else None

    def __enter__(self) -> Progress:
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
@how
@click.option(
    "--site-dir",
    type=click.Path(path_type=Path, file_okay=False),
    help="Publish into this folder instead of the configured one.",
)
@click.argument(
    "folders",
    nargs=-1,
    required=True,
    metavar="SHARD...",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
)
@click.pass_obj
def merge(
    path: Path,
    strict: bool,
    builder: str | None,
    engine: str,
    site_url: str,
    site_dir: Path | None,
    folders: tuple[Path, ...],
) -> None:
    """Put together what errbook build --locale --out made on many machines.

    The site has the same bytes as one that errbook build makes at once. Give the options that the
    shards were built with, and run it on the same commit.
    """
    started = time.monotonic()
    settings = read_settings(path)
    inputs = Inputs(settings)
    plan = Plan(builder or settings.builder, engine, site_url, inputs)
    unchanged.forget(settings.root, (site_dir or settings.site_dir).absolute())
    loaded = load_source(path, inputs)
    with Progress() as step:
        built = shards.merge(loaded, plan, folders, site_dir=site_dir, strict=strict, step=step)
    say_built(loaded, built, site_dir, started)
