"""``errbook l10n``: the translators' commands."""

from __future__ import annotations

from collections.abc import Mapping

import click

from errbook.cli import LazyGroup

COMMANDS: Mapping[str, str] = {
    "add": "errbook.cli.l10n_sync:add",
    "extract": "errbook.cli.l10n_sync:extract",
    "sync": "errbook.cli.l10n_sync:sync_files",
    "status": "errbook.cli.l10n_status:status_of",
    "ack": "errbook.cli.l10n_accept:ack",
    "review": "errbook.cli.l10n_accept:review",
    "rename": "errbook.cli.l10n_accept:rename",
    "export": "errbook.cli.l10n_exchange:export",
    "import": "errbook.cli.l10n_exchange:import_files",
    "pretranslate": "errbook.cli.l10n_exchange:pretranslate_files",
    "fix": "errbook.cli.l10n_wording:fix",
    "terms": "errbook.cli.l10n_wording:terms",
    "host": "errbook.cli.l10n_host:host",
}
"""Where each command is, in the order of the help."""


@click.group(cls=LazyGroup, table=COMMANDS)
def l10n() -> None:
    """Work on translations."""
