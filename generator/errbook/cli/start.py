"""``errbook init`` and ``errbook schema``."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click

from errbook import configfile, schema
from errbook.cli.documents import print_document
from errbook.cli.l10n_sync import synced
from errbook.cli.locale_files import update
from errbook.formats import api_schema
from errbook.site import start


@click.command()
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
    _, changes = update(
        folder / configfile.FILE,
        lambda made: {(locale, name): file for locale, name, file, _ in synced(made)},
    )
    written += [change.path for change in changes]
    for path in written:
        click.echo(f"wrote {path}")
    inside = "" if folder == Path(".") else f"cd {shlex.quote(str(folder))} && "
    click.echo(f"\nNow build it:   {inside}errbook build\nor watch it:    {inside}errbook serve")


@click.command("schema")
@click.option("--api", is_flag=True, help="That of errors.json, which sites publish, instead.")
def print_schema(api: bool) -> None:
    """Print the JSON Schema of a catalog file."""
    if api:
        print_document(api_schema.written())
    else:
        print_document(json.dumps(schema.json_schema(), ensure_ascii=False, indent=2) + "\n")
