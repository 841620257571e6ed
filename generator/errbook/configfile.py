"""Finds the configuration file of a project."""

from __future__ import annotations

import os
from pathlib import Path

FILE = "mkdocs.yml"


def of(where: Path) -> Path:
    """The configuration file of a project that is given as a folder or as that file."""
    return where if where.suffix in (".yml", ".yaml") else where / FILE


def above(path: Path) -> str:
    """The nearest file of the same name in a folder above, as one names it here; empty if none."""
    for folder in path.absolute().parents[1:]:
        if (folder / path.name).is_file():
            return os.path.relpath(folder / path.name)
    return ""
