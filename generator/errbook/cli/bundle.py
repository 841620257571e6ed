"""``errbook bundle``: the whole book in one file."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import click

from errbook import lookup, project, storage
from errbook.cli import FINDINGS
from errbook.cli.books import parts_of
from errbook.cli.output import check_tags, load, number_of, print_findings
from errbook.formats import bundle


@click.command("bundle", short_help="Write the whole book into one file.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.  [default: the site's name with .errbook]",
)
@click.option(
    "--locale",
    "chosen",
    multiple=True,
    metavar="TAG",
    help="Only this locale beside the source (may be repeated).",
)
@click.pass_obj
def write_bundle(path: Path, output: Path | None, chosen: tuple[str, ...]) -> None:
    """Write the whole book into one file, for errbook explain on other machines.

    A product ships the file in share/errbook/ below /usr or /usr/local, or sets ERRBOOK_BUNDLE.
    """
    loaded = load(path)
    if loaded.source_is_broken:
        print_findings([f for f in loaded.diagnostics if not project.is_translation_finding(f)])
        click.echo("Nothing was written: correct the source first.", err=True)
        sys.exit(FINDINGS)
    check_tags(loaded.settings, chosen)
    source = loaded.settings.source_locale.tag
    tags = [locale.tag for locale in loaded.settings.all_locales]
    tags = [tag for tag in tags if not chosen or tag in chosen or tag == source]
    part = parts_of(loaded)
    parts = {tag: part(tag) for tag in tags}
    index = lookup.of_book(loaded.book)
    data = bundle.write(loaded.settings.site_name, index, parts)
    slug = re.sub(r"[^a-z0-9]+", "-", loaded.settings.site_name.lower()).strip("-") or "errors"
    target = output or Path(f"{slug}{bundle.SUFFIX}")
    verb = "wrote" if storage.write(target, data) else "unchanged"
    entries, size = number_of(len(index.entries), "entry", "entries"), len(data) / 1000
    click.echo(f"{verb} {target}: {entries} in {number_of(len(parts), 'locale')}, {size:.0f} kB")
