"""What several commands print, and how they load a project."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from errbook import config, formats
from errbook.cli import FINDINGS
from errbook.cli.documents import print_document
from errbook.config import Settings
from errbook.diagnostics import Diagnostic, Severity, worst
from errbook.formats import text
from errbook.locales import nearest

if TYPE_CHECKING:
    from errbook.project import Project
    from errbook.projectfiles import Read

LISTED = 10
"""How many findings a build prints; ``check`` prints all."""

_ROLES: dict[str, dict[str, Any]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "info": {"fg": "cyan"},
    "place": {"bold": True},
    "hint": {"fg": "green"},
    "quiet": {"dim": True},
}


def paint(words: str, role: str) -> str:
    """Give a text the colours of a role; click takes them out where there is no terminal."""
    return click.style(words, **_ROLES[role])


def number_of(count: int, word: str, plural: str = "") -> str:
    """A count with its word, which takes an s for all counts but one if it has no other plural."""
    return f"{count} {word if count == 1 else plural or f'{word}s'}"


def read_settings(path: Path) -> Settings:
    """The configuration of a command, or the end of the program when it cannot be read."""
    settings, found = config.load(path.parent, path.name)
    if settings is None:
        print_findings(found)
        sys.exit(FINDINGS)
    return settings


def load(path: Path, read: Callable[[Mapping[str, bytes]], Read] | None = None) -> Project:
    """The project of a command, or the end of the program when there is none to read.

    Args:
        path: The configuration file.
        read: Reads the catalogs, instead of the loader.
    """
    # A command that finds nothing to do never comes here, and must not wait for all of this.
    from errbook import project

    loaded, found = project.load(path.parent, path.name, read=read)
    if loaded is None:
        print_findings(found)
        sys.exit(FINDINGS)
    return loaded


def print_findings(found: Sequence[Diagnostic], limit: int = 0) -> None:
    """Print diagnostics on the error stream."""
    click.echo(text.write(found, paint, limit), nl=False, err=True)


def print_report(
    found: Sequence[Diagnostic], form: str, folder_of: Callable[[Diagnostic], Path]
) -> None:
    """Print diagnostics, which are what a command is asked for, in the format of a name.

    Args:
        found: The diagnostics.
        form: The name of the format.
        folder_of: The folder that the path of one begins at.
    """
    if form == "text":
        click.echo(text.write(found, paint), nl=False)
        return
    if form in ("github", "sarif"):
        found = [_in_checkout(each, folder_of(each)) for each in found]
    print_document(formats.DIAGNOSTIC_FORMATS[form](found))


def _in_checkout(found: Diagnostic, folder: Path) -> Diagnostic:
    """The same, with its path below the repository: GitHub knows files by no other."""
    checkout = os.environ.get("GITHUB_WORKSPACE")
    if not checkout:
        return found
    file = Path(os.path.normpath(os.path.join(os.path.realpath(folder), found.location.path)))
    top = os.path.realpath(checkout)
    if not file.is_relative_to(top):
        return found
    path = file.relative_to(top).as_posix()
    return replace(found, location=replace(found.location, path=path))


def counting(found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """The findings that fail a strict command."""
    return [finding for finding in found if finding.severity > Severity.INFO]


def print_counting(found: Sequence[Diagnostic]) -> None:
    """Print the first of the findings that count."""
    listed = counting(found)
    if listed:
        print_findings(listed, LISTED)


def fails(found: Sequence[Diagnostic], strict: bool) -> bool:
    """Whether findings are grave enough to fail a command."""
    gravest = worst(found)
    return gravest is not None and gravest >= (Severity.WARNING if strict else Severity.ERROR)


def check_tags(settings: Settings, tags: Sequence[str]) -> None:
    """Refuse tags that the project does not have.

    Raises:
        click.BadParameter: One of the tags is unknown.
    """
    known = [locale.tag for locale in settings.all_locales]
    for tag in tags:
        if tag not in known:
            near = nearest(tag, known)
            also = f"; did you mean {near}?" if near else ""
            raise click.BadParameter(f"{tag}: the project has {', '.join(known)}{also}")
