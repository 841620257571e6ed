"""Builds sites and says what was made, where ``errbook build`` and ``merge`` have work to do."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from errbook.cli import FINDINGS
from errbook.cli.output import (
    LISTED,
    check_tags,
    counting,
    load,
    number_of,
    print_counting,
    print_findings,
)
from errbook.diagnostics import Diagnostic
from errbook.project import Project
from errbook.pseudobook import with_pseudo_locales
from errbook.site import build as site_build
from errbook.site import shards, unchanged
from errbook.site.build import Look, Plan
from errbook.site.inputs import Inputs
from errbook.site.unchanged import Memory
from errbook.site.whole import Built, Coverage


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built, and how."""

    path: Path
    """The configuration."""
    inputs: Inputs
    builder: str
    engine: str
    site_url: str
    """The URL to build for instead of the configured one, or empty."""
    strict: bool
    started: float
    """When the command began, by the monotonic clock."""

    @property
    def plan(self) -> Plan:
        return Plan(self.builder, self.engine, self.site_url, self.inputs)


def build(
    order: Order, site_dir: Path | None, jobs: int, pseudo: bool, mark: str, untouched: Look
) -> None:
    """Build the whole site, and remember what it was made from.

    Args:
        order: How.
        site_dir: Where to publish, instead of the configured folder.
        jobs: How many processes may work at once; 0 for one per processor.
        pseudo: Whether the pseudo-locales are added.
        mark: A digest of everything that it is made from.
        untouched: Gives what is as it was published, if somebody looked.
    """
    loaded = _source(order)
    settings = loaded.settings
    site = (site_dir or settings.site_dir).absolute()
    loaded = with_pseudo_locales(loaded) if pseudo else loaded
    with Progress() as step:
        built = site_build.build(
            loaded,
            site_dir=site_dir,
            site_url=order.site_url,
            builder=order.builder,
            engine=order.engine,
            jobs=jobs,
            strict=order.strict,
            inputs=order.inputs,
            untouched=untouched,
            step=step,
        )
    summary = _say_built(loaded, built, site_dir, order.started)
    findings = [*loaded.source_findings, *built.findings]
    memory = Memory(mark, summary, findings, built.published.contents)
    unchanged.remember(settings.root, site, memory)


def build_shard(order: Order, tags: Sequence[str], out: Path, jobs: int) -> None:
    """Build some locales into a folder of their own."""
    loaded = _source(order)
    check_tags(loaded.settings, tags)
    tags = tuple(dict.fromkeys(tags))
    with Progress() as step:
        built = shards.build(loaded, order.plan, tags, out, jobs=jobs, step=step)
    failures = built.failures or (counting(built.findings) if order.strict else [])
    if failures:
        _give_up(failures, "Do not merge this shard.", LISTED)
    print_counting([*loaded.source_findings, *built.findings])
    _say_notes(built.notes)
    click.echo(
        f"Built {built.pages} pages of {', '.join(built.fresh)} into {out}"
        f" in {time.monotonic() - order.started:.1f} s. errbook merge puts all locales together."
    )


def merge(order: Order, folders: Sequence[Path], site_dir: Path | None) -> None:
    """Put shards together."""
    loaded = _source(order)
    with Progress() as step:
        built = shards.merge(
            loaded, order.plan, folders, site_dir=site_dir, strict=order.strict, step=step
        )
    _say_built(loaded, built, site_dir, order.started)


def _source(order: Order) -> Project:
    """The project, or the end of the program when its source is wrong."""
    loaded = load(order.path, order.inputs.books.load)
    if loaded.source_is_broken:
        _give_up(loaded.source_findings, "Nothing was built; the site is as it was.")
    return loaded


def _say_built(loaded: Project, built: Built, site_dir: Path | None, started: float) -> str:
    """Say what a build published, and in one line what is in the site; ends one that failed."""
    if not built.ok:
        _give_up(built.failures, "Nothing was published; the site is as it was.", LISTED)
    print_counting([*loaded.source_findings, *built.findings])
    _say_notes(built.notes)
    Console(stderr=True).print(_coverage(loaded, built.coverage))
    done = built.published
    where = site_dir or loaded.shown(loaded.settings.site_dir)
    size = f"{number_of(built.pages, 'page')} in {number_of(len(built.coverage), 'locale')}"
    click.echo(
        f"Built {size} into {where} in {time.monotonic() - started:.1f} s"
        f" ({done.written} files written, {done.deleted} deleted, {done.files} in all)."
    )
    return f"{size} are in {where}"


def _give_up(findings: Sequence[Diagnostic], words: str, limit: int = 0) -> NoReturn:
    """Print what is wrong and what that means, and end the program."""
    print_findings(findings, limit)
    click.echo(words, err=True)
    sys.exit(FINDINGS)


def _say_notes(notes: Iterable[str]) -> None:
    for note in notes:
        click.echo(f"note: {note}", err=True)


class Progress(AbstractContextManager["Progress"]):
    """Shows the current step on a terminal, and nothing elsewhere.

    Nothing moves in it: that would take a thread, and beside one no process can be forked.
    """

    def __init__(self) -> None:
        console = Console(stderr=True)
        live = Live(console=console, auto_refresh=False, transient=True)
        self._live = live if console.is_terminal else None

    def __enter__(self) -> Progress:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(self, *args: object) -> None:
        if self._live is not None:
            self._live.stop()

    def __call__(self, text: str) -> None:
        if self._live is not None:
            self._live.update(Text(f"{text} …"), refresh=True)


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
