"""``errbook l10n``: the translators' commands."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from errbook import po, project, storage, sync
from errbook.cli import FINDINGS, OK
from errbook.cli.output import check_tags, load, print_findings
from errbook.locales import Locale
from errbook.po import PoFile
from errbook.project import Project


@click.group()
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
    loaded = load(path)
    if loaded.source_is_broken:
        print_findings([f for f in loaded.diagnostics if not project.is_translation_finding(f)])
        click.echo("Nothing was written: correct the source first.", err=True)
        sys.exit(FINDINGS)
    check_tags(loaded, tags)
    changed = 0
    for name, locale, content, counts in synced(loaded, tags):
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
        print_findings([f for f in loaded.loading if f.location.path == path_])
        click.echo(f"{path_} was not touched: correct it first.", err=True)
    sys.exit(FINDINGS if damaged or (only_check and changed) else OK)


def synced(loaded: Project, tags: Sequence[str]) -> Iterator[tuple[str, Locale, str, sync.Counts]]:
    """(name, locale, new content, counts) of each locale file that is not damaged."""
    for item in loaded.settings.locales:
        if tags and item.locale.tag not in tags:
            continue
        for name, units in loaded.units.items():
            path = loaded.shown(loaded.po_path(item.locale, name))
            old = loaded.files.get((item.locale, name), PoFile(path))
            if not old.damaged:
                merged, counts = sync.merge(old, units, loaded.settings.site_name, item.locale)
                yield name, item.locale, po.write(merged), counts
