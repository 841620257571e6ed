"""What the builder makes around the entries' pages, kept while nothing that it reads changes.

An edit of an entry's translation changes nothing for the builder: its pages have marks in the place
of what entries say.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from errbook import storage
from errbook.site.publish import is_inside
from errbook.site.searchindex import Index
from errbook.site.stamp import Shape, Stamp

_NAME = "shell.json"


@dataclass(frozen=True, slots=True)
class Shell:
    """What a builder made of one locale's project, with marks in it."""

    stamps: Mapping[Shape, Stamp]
    """How to make an entry's page, by the article's shape."""
    index: Index
    """The search index of all other pages."""
    urls: tuple[str, ...]
    """Every URL that the builder knows, exemplars among them, in its order."""
    pages: Mapping[str, str]
    """The HTML of the pages that are no entries', by path."""
    assets: Mapping[str, str]
    """The digests of all other files, by path."""


def digest(files: Mapping[str, bytes], left: Collection[str], shared: str) -> str:
    """A digest of what a builder makes a shell from.

    Args:
        files: The files of its project, by path.
        left: Paths of files whose content the shell does not show.
        shared: A digest of everything else that is read: versions, the theme, the project.
    """
    made = hashlib.blake2b(shared.encode(), digest_size=16)
    for name, content in files.items():
        data = b"" if name in left else content
        made.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        made.update(data)
    return made.hexdigest()


def write(folder: Path, mark: str, shell: Shell) -> None:
    """Keep a shell and the digest of what it was made from."""
    data = {
        "mark": mark,
        "stamps": [[shape, asdict(stamp)] for shape, stamp in shell.stamps.items()],
        "index": shell.index.data,
        "urls": shell.urls,
        "pages": shell.pages,
        "assets": dict(shell.assets),
    }
    storage.write_data(folder / _NAME, data)


def read(folder: Path, mark: str) -> Shell | None:
    """The shell that was made from the same; None when there is none, or it is damaged."""
    try:
        data = storage.read_data(folder / _NAME)
        if data["mark"] != mark or not all(map(is_inside, data["pages"])):
            return None
        return Shell(
            {tuple(shape): _stamp(stamp) for shape, stamp in data["stamps"]},
            Index(data["index"]),
            tuple(data["urls"]),
            dict(data["pages"]),
            dict(data["assets"]),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _stamp(data: Mapping[str, Any]) -> Stamp:
    pieces, keys, documents = (tuple(data[name]) for name in ("pieces", "keys", "documents"))
    return Stamp(pieces, keys, documents, str(data["name"]))
