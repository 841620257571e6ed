"""Refuses folders for a site or a shard in which the project's own files would be lost."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from errbook.config import Settings
from errbook.diagnostics import Diagnostic, Location, report
from errbook.site import stage

_HINT = "Give a folder of its own: errbook deletes and replaces files in it."


def own_files(settings: Settings, folder: Path) -> Iterator[Diagnostic]:
    """Whether a folder is one of the project's own, or lies in one."""
    target, root = Path(os.path.realpath(folder)), settings.root.resolve()
    custom = stage.custom_dir(settings)
    own = [settings.source, settings.pages, settings.translations, *([custom] if custom else [])]
    for path in own:
        taken = path.resolve()
        # The project's folder as a whole may hold the site too.
        if target == taken or (taken != root and target.is_relative_to(taken)):
            message = f"the folder {folder} holds files that the site is made from"
            yield report("EB507", Location(settings.path), message, _HINT)
            return


def other_files(settings: Settings, folder: Path, names: Collection[str]) -> Iterator[Diagnostic]:
    """Whether something else is in a folder than an earlier build left there.

    Args:
        settings: The settings of the project.
        folder: The folder; it need not exist.
        names: What a build leaves in it.

    Raises:
        OSError: It is no folder that can be read.
    """
    found = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    others = [name for name in found if name not in names]
    if others:
        message = f"the folder {folder} holds {others[0]}, which is no part of a shard"
        yield report("EB507", Location(settings.path), message, _HINT)
