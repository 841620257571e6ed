"""``errbook build`` and ``errbook merge``."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import click

from errbook import config
from errbook.cli import SITE
from errbook.cli.output import counting, print_counting, read_settings
from errbook.config import Settings
from errbook.site import unchanged
from errbook.site.inputs import Inputs
from errbook.site.manifest import Manifest
from errbook.site.unchanged import Memory


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
    help="How many processes may work at once; 0 for one per processor.",
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
    builder, inputs = builder or settings.builder, Inputs(settings)
    site = _published_into(settings, site_dir)
    options = {"--builder": builder, "--engine": engine, "--site-url": site_url}
    mark = "" if out else inputs.whole({**options, "--pseudo": str(pseudo)})
    if out is None and inputs.are_all:
        memory = unchanged.recall(settings.root, site, mark)
        if memory is not None and not (strict and counting(memory.findings)):
            _say_unchanged(memory, started)
            return
    # Where nothing changed, nobody waits for the import of all that builds.
    from errbook.site import ahead

    published = None if out else Manifest.of(settings.root, site)
    with ahead.begun(settings, inputs.books, published, builder, jobs) as begun:
        from errbook.cli import building

        begun.catalogs()
        order = building.Order(path, inputs, builder, engine, site_url, strict, started)
        if out is not None:
            building.build_shard(order, tags, out, jobs)
            return
        unchanged.forget(settings.root, site)
        building.build(order, site_dir, jobs, pseudo, mark, begun.untouched)


def _published_into(settings: Settings, site_dir: Path | None) -> Path:
    """The folder of the site; should something be in the way there, it is known whose it is."""
    site = (site_dir or settings.site_dir).absolute()
    click.get_current_context().meta[SITE] = site
    return site


def _say_unchanged(memory: Memory, started: float) -> None:
    print_counting(memory.findings)
    click.echo(
        f"Nothing changed: {memory.summary} since the last build"
        f" ({time.monotonic() - started:.1f} s)."
    )


@click.command(short_help="Put together what many machines built.")
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
    """Put together what many machines built with errbook build --locale --out.

    The site has the same bytes as one that errbook build makes at once. Give the options that the
    shards were built with, and run it on the same commit.
    """
    from errbook.cli import building

    started = time.monotonic()
    settings = read_settings(path)
    builder, inputs = builder or settings.builder, Inputs(settings)
    unchanged.forget(settings.root, _published_into(settings, site_dir))
    order = building.Order(path, inputs, builder, engine, site_url, strict, started)
    building.merge(order, folders, site_dir)
