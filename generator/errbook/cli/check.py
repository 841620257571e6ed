"""``errbook check``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from errbook import formats, project
from errbook.cli import FINDINGS, OK
from errbook.cli.output import check_tags, fails, print_report
from errbook.diagnostics import in_order


@click.command()
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
@click.option(
    "--pseudo",
    is_flag=True,
    help="Build a pseudo-translation too, publish nothing, and name each text that escaped"
    " extraction.",
)
@click.pass_obj
def check(path: Path, format_name: str, strict: bool, tags: tuple[str, ...], pseudo: bool) -> None:
    """Check the source and every locale.

    Exits 0 when the promise is kept, 1 when something was found, 2 when called wrongly.
    """
    loaded, found = project.load(path.parent, path.name)
    if loaded is not None:
        check_tags(loaded.settings, tags)
        found = loaded.diagnostics
    if pseudo and loaded is not None and not loaded.source_is_broken:
        # What builds sites takes long to import, and no other check needs it.
        from errbook.site import proof

        proved = proof.prove(loaded)
        found = in_order([*found, *proved.findings])
        click.echo(f"Read {proved.pages} pages of the pseudo-translation.", err=True)
    if tags:
        wanted = {"", *tags}
        found = [f for f in found if dict(f.subject).get("locale", "") in wanted]
    print_report(found, format_name, lambda _: path.parent)
    sys.exit(FINDINGS if fails(found, strict) else OK)
