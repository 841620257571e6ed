"""``errbook serve``."""

from __future__ import annotations

import errno
import socket
import sys
from pathlib import Path

import click

from errbook import config
from errbook.cli import FINDINGS
from errbook.cli.output import check_tags, print_findings, read_settings
from errbook.site import serve as site_serve


@click.command(short_help="Show the site, and build it again after each change.")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    help="The port to listen on; 0 for a free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--builder",
    type=click.Choice(config.BUILDERS),
    help="Build with this instead of the configured one.",
)
@click.option(
    "--locale",
    "tags",
    multiple=True,
    metavar="TAG",
    help="Only this locale, with the translators' panel beside each page. May be repeated.",
)
@click.option(
    "--show-drafts",
    is_flag=True,
    help="With --locale: show stale, fuzzy and damaged translations too, marked as drafts.",
)
@click.pass_obj
def serve(
    path: Path, port: int, host: str, builder: str | None, tags: tuple[str, ...], show_drafts: bool
) -> None:
    """Show the site and build it again whenever a source, page or PO file changes.

    With --locale it is the translators' preview: a panel beside each page lists its texts, the
    state of each, its file and line, what changed in the source, and what the checks say.
    """
    if show_drafts and not tags:
        raise click.UsageError("--show-drafts needs --locale")
    check_tags(read_settings(path), tags)
    translators = config.Preview(tags, show_drafts) if tags else None
    try:
        site_serve.serve(
            path,
            host,
            port,
            builder or "",
            click.echo,
            print_findings,
            translators=translators,
        )
    except socket.gaierror as error:
        raise click.BadParameter(f"{host}: {error.strerror}", param_hint="--host") from error
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        click.echo(f"errbook: port {port} of {host} is taken; give another with --port.", err=True)
        sys.exit(FINDINGS)
