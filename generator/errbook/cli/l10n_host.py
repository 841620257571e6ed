"""``errbook l10n host``: the configuration of translation hosts."""

from __future__ import annotations

from pathlib import Path

import click

from errbook import configyaml, storage
from errbook.cli.documents import print_document
from errbook.cli.output import load
from errbook.formats import crowdin, weblate
from errbook.projectfiles import UI


@click.command()
@click.argument("host_name", metavar="[weblate|crowdin]", type=click.Choice(["weblate", "crowdin"]))
@click.option("--repo", "repository", default="", help="The repository; repo_url without it.")
@click.option("--project", default="", metavar="SLUG", help="The project's slug on Weblate.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of the terminal.",
)
@click.pass_obj
def host(path: Path, host_name: str, repository: str, project: str, output: Path | None) -> None:
    """Write the configuration of a translation host.

    Both hosts work on the PO files and on the templates of errbook l10n extract, which must be
    committed for them.
    """
    loaded = load(path)
    settings = loaded.settings
    folder = loaded.shown(settings.translations)
    names = list(loaded.units)
    if any(name == UI for _, name in loaded.po_read):
        names.append(UI)
    if host_name == "crowdin":
        content = crowdin.write(names, [item.locale for item in settings.locales], folder=folder)
    else:
        repository = repository or str(configyaml.resolve(settings.mkdocs.get("repo_url")) or "")
        if not repository:
            raise click.UsageError("give --repo, or repo_url in the configuration")
        patterns = {catalog.name: catalog.code_pattern for catalog in loaded.book.catalogs}
        content = weblate.write(
            names,
            folder=folder,
            repository=repository,
            project=project or weblate.slug(settings.site_name),
            patterns=patterns,
        )
    if output is None:
        print_document(content)
    else:
        storage.write(output, content)
        click.echo(f"wrote {output}")
