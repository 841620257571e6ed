"""How commands change locale files: one command at a time, and never over somebody's fresh edit."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import click

from errbook import po, storage
from errbook.cli import FINDINGS
from errbook.cli.output import load, print_findings
from errbook.locales import Locale
from errbook.po import PoFile
from errbook.project import Project

LOCK = Path(".errbook/l10n.lock")
ATTEMPTS = 5

Files = Mapping[tuple[Locale, str], PoFile]
"""PO files by locale and name."""


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one file."""

    locale: Locale
    name: str
    path: Path
    differs: bool
    """Whether its bytes are others than before."""
    is_gone: bool = False
    """Whether it was deleted, as all that was in it is in another file."""


def update(
    path: Path, work: Callable[[Project], Files], *, write: bool = True
) -> tuple[Project, list[Change]]:
    """Load a project, work on its locale files and write those that changed.

    Other commands wait until this one is done. When an editor saves one of the files in the
    meantime, the work is done again on what was saved.

    Args:
        path: The project's configuration file.
        work: Makes the new files of the project as it is now.
        write: False to say only what would change.

    Returns:
        The project that was worked on, and each file the work gave.
    """
    with storage.locked(path.parent / LOCK):
        for _ in range(ATTEMPTS):
            loaded = load(path)
            # Before the first of them is parsed, which happens when somebody asks for it.
            before = {key: _bytes(loaded, *key) for key in (*loaded.po_read, *loaded.left_behind)}
            files = work(loaded)
            if not write or all(_bytes(loaded, *key) == before.get(key) for key in files):
                return loaded, list(_written(loaded, files, write))
    click.echo("The locale files are being saved all the time; nothing was written.", err=True)
    sys.exit(FINDINGS)


def _bytes(loaded: Project, locale: Locale, name: str) -> bytes | None:
    # What is there and cannot be read counts as damaged: it is named, and never written.
    with suppress(OSError):
        return loaded.po_path(locale, name).read_bytes()
    return None


def _written(loaded: Project, files: Files, write: bool) -> Iterator[Change]:
    # What goes from one file to another stays where it was until it is written where it went: a
    # program that is killed in between loses nothing.
    givers = _givers(loaded, files)
    for key, giver in givers.items():
        if write:
            storage.write(loaded.po_path(*key), po.write(giver))
    for (locale, name), file in sorted(files.items(), key=lambda item: item[0] in givers):
        target, content = loaded.po_path(locale, name), po.write(file)
        if file.is_empty:
            if write:
                target.unlink(missing_ok=True)
            yield Change(locale, name, target, differs=True, is_gone=True)
            continue
        differs = _bytes(loaded, locale, name) != content.encode("utf-8")
        if write and differs:
            storage.write(target, content)
        yield Change(locale, name, target, differs)


def _givers(loaded: Project, files: Files) -> Files:
    """Files of which translations go to others of their locale, still with these as obsolete."""
    texts = {key: {message.text for message in file.messages} for key, file in files.items()}
    everywhere = Counter((key[0], text) for key, known in texts.items() for text in known)
    found = {}
    for key, file in files.items():
        read = loaded.po_read.get(key) or loaded.left_behind.get(key)
        passing = tuple(
            po.retired(message)
            for message in (read[0].messages if read else ())
            if message.text and message.text not in texts[key] and everywhere[key[0], message.text]
        )
        if passing:
            found[key] = replace(file, messages=(*file.messages, *passing))
    return found


def refuse_broken_source(loaded: Project) -> None:
    """End the program when the source has a mistake: its texts are not what its author means."""
    if loaded.source_is_broken:
        print_findings(loaded.source_findings)
        click.echo("Nothing was written: correct the source first.", err=True)
        sys.exit(FINDINGS)


def report_damaged(loaded: Project, tags: tuple[str, ...] = ()) -> bool:
    """Name the locale files that cannot be read whole, which are never written; whether any is."""
    damaged = [
        (file, found)
        for read in (loaded.po_read, loaded.left_behind)
        for (locale, _), (file, found) in read.items()
        if file.damaged and (not tags or locale.tag in tags)
    ]
    for file, found in damaged:
        print_findings(found)
        click.echo(f"{file.path} was not touched: correct it first.", err=True)
    return bool(damaged)
