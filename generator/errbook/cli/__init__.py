"""The ``errbook`` command: arguments in, text and an exit code out."""

from __future__ import annotations

import atexit
import difflib
import gc
import io
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from errbook import __version__, configfile

SITE = "errbook.site"
"""The key below which a command that publishes says where, in the context's ``meta``."""
OK, FINDINGS, USAGE = 0, 1, 2
"""Exit codes: all is well, something was found, the command was called wrongly."""

COMMANDS: Mapping[str, str] = {
    "check": "errbook.cli.check:check",
    "build": "errbook.cli.build:build",
    "merge": "errbook.cli.build:merge",
    "serve": "errbook.cli.serve:serve",
    "table": "errbook.cli.table:table",
    "embed": "errbook.cli.table:embed_files",
    "explain": "errbook.cli.explain:explain",
    "bundle": "errbook.cli.bundle:write_bundle",
    "scan": "errbook.cli.scan:scan_command",
    "init": "errbook.cli.start:init",
    "schema": "errbook.cli.start:print_schema",
    "l10n": "errbook.cli.l10n:l10n",
}
"""Where each command is, in the order of the help; a command is imported when it is called."""


class LazyGroup(click.Group):
    """A group that imports a command only when it is called."""

    def __init__(self, *args: Any, table: Mapping[str, str], **options: Any) -> None:
        """Args:
        table: Where each command is, as ``module:name``, in the order of the help.
        """
        super().__init__(*args, **options)
        self._table = table

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._table)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        near = difflib.get_close_matches(args[0], self._table, 1)
        if near and args[0] not in self._table and not args[0].startswith("-"):
            ctx.fail(f"No such command '{args[0]}'. Did you mean '{near[0]}'?")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self._table:
            return None
        module, _, name = self._table[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


class _Main(LazyGroup):
    """Turns what the system refuses into a line."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # The reader of a pipe went away; nothing is wrong.
            sys.stderr.close()
            ctx.exit(OK)
        except OSError as error:
            _say_obstacle(ctx, error)
            # Of a move, the place that was refused is the one that it leads to.
            name = error.filename2 or error.filename
            place = f"{name}: " if name else ""
            click.echo(f"errbook: {place}{error.strerror or error}", err=True)
            ctx.exit(FINDINGS)


def _say_obstacle(ctx: click.Context, error: OSError) -> None:
    """End a command to which something was in the way where it writes, and say what."""
    from errbook.cli.output import print_findings
    from errbook.site.obstacles import obstacle

    found = obstacle(ctx.obj.parent, error, ctx.meta.get(SITE)) if ctx.obj else None
    if found is not None:
        print_findings([found])
        ctx.exit(FINDINGS)


@click.group(cls=_Main, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="errbook")
@click.option(
    "-f",
    "--config-file",
    default=configfile.FILE,
    show_default=True,
    help="The project's configuration, or its folder.",
)
@click.pass_context
def main(ctx: click.Context, config_file: str) -> None:
    """Localized documentation for error codes.

    One YAML source and gettext locale files become a site in every language. Every code has a cause
    and a fix in every required locale, or errbook names the one that lacks it.
    """
    # A command reads a whole book and lets go of little: at its usual pace the collector would look
    # through all of it again and again, for a fifth of the time.
    gc.set_threshold(200_000)
    # Nor look through it once more when the process ends.
    atexit.register(gc.freeze)
    named = Path(config_file)
    ctx.obj = named if named.is_file() else configfile.of(named)
    ctx.color = False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None
    if isinstance(sys.stdout, io.TextIOWrapper):
        # No character that an old encoding lacks ends a command.
        sys.stdout.reconfigure(errors="replace")
