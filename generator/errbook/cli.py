"""Arguments in, text and an exit code out: the ``errbook`` command."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from errbook import po, project, storage, sync
from errbook.po import PoFile


@click.group()
def main() -> None:
    """x"""


@main.group()
def l10n() -> None:
    """x"""


@l10n.command("sync")
def l10n_sync() -> None:
    loaded, found = project.load(Path("."))
    for x in found:
        print(x)
    assert loaded
    for item in loaded.settings.locales:
        for name, units in loaded.units.items():
            path = loaded.po_path(item.locale, name)
            old = loaded.files.get((item.locale, name), PoFile(loaded.shown(path)))
            if old.damaged:
                print("damaged", path)
                continue
            new, counts = sync.merge(old, units, loaded.settings.site_name, item.locale)
            changed = storage.write(path, po.write(new))
            print(path, counts, changed)


@main.command()
def check() -> None:
    loaded, found = project.load(Path("."))
    found = loaded.diagnostics if loaded else found
    for x in found:
        print(f"{x.location}: {x.code} {x.severity} {x.message}  → {x.hint}")
    sys.exit(1 if any(x.severity >= 2 for x in found) else 0)
