"""What the builder makes around the entries' pages, kept while nothing that it reads changes.

An edit of what an entry says changes nothing for the builder: its pages have marks in the place of
that. An edit of a page of prose changes that page, and as a rule no other one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from errbook import storage
from errbook.site.made import Facts
from errbook.site.manifest import is_inside
from errbook.site.searchindex import Index
from errbook.site.stage import DOCS
from errbook.site.stamp import Shape, Stamp

_NAME = "shell.json"


@dataclass(frozen=True, slots=True)
class Sources:
    """Digests of what a builder makes a shell from."""

    frame: str
    """Of everything but what the pages of prose say."""
    pages: Mapping[str, str]
    """Of each page of prose, by its path."""

    def changed(self, before: Sources) -> set[str]:
        """The pages of prose that are not what they were before, in the same frame."""
        return {path for path, digest in self.pages.items() if digest != before.pages.get(path)}


@dataclass(frozen=True, slots=True)
class Shell:
    """What a builder made of one locale's project, with marks in it."""

    sources: Sources
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
    facts: Mapping[str, Facts]
    """Those of the pages that the builder rendered, by the paths of their Markdown."""


def sources(
    files: Mapping[str, bytes], pages: Collection[str], left: Collection[str], tools: str
) -> Sources:
    """What a builder makes a shell from.

    Args:
        files: The files of its project, by path.
        pages: The paths of the pages of prose, below the folder of documents.
        left: Paths of files whose content the shell does not show.
        tools: A digest of what makes pages of the files.
    """
    prose = {f"{DOCS}/{page}": page for page in pages}
    frame, digests = hashlib.blake2b(tools.encode(), digest_size=16), {}
    for name, content in files.items():
        if name in prose:
            digests[prose[name]] = storage.digest(content)
        data = b"" if name in prose or name in left else content
        frame.update(f"{name}\0{len(data)}\0".encode("utf-8", "surrogateescape"))
        frame.update(data)
    return Sources(frame.hexdigest(), digests)


def write(folder: Path, shell: Shell) -> None:
    """Keep a shell."""
    data = {
        "sources": asdict(shell.sources),
        "stamps": [[shape, asdict(stamp)] for shape, stamp in shell.stamps.items()],
        "index": shell.index.data,
        "urls": shell.urls,
        "pages": shell.pages,
        "assets": dict(shell.assets),
        "facts": {path: asdict(facts) for path, facts in shell.facts.items()},
    }
    storage.write_data(folder / _NAME, data)


def read(folder: Path) -> Shell | None:
    """The shell that is kept; None when there is none, or it is damaged."""
    try:
        data = storage.read_data(folder / _NAME)
        if not all(map(is_inside, data["pages"])):
            return None
        return Shell(
            Sources(str(data["sources"]["frame"]), dict(data["sources"]["pages"])),
            {tuple(shape): _stamp(stamp) for shape, stamp in data["stamps"]},
            _index(data["index"]),
            _texts(data["urls"]),
            dict(zip(data["pages"], _texts(data["pages"].values()), strict=True)),
            dict(zip(data["assets"], _texts(data["assets"].values()), strict=True)),
            {path: _facts(facts) for path, facts in data["facts"].items()},
        )
    except storage.UNREADABLE:
        return None


def _stamp(data: Mapping[str, Any]) -> Stamp:
    documents = tuple(_index({"docs": data["documents"]}).data["docs"])
    return Stamp(_texts(data["pieces"]), _texts(data["keys"]), documents)


def _facts(data: Mapping[str, Any]) -> Facts:
    return Facts(str(data["title"]), str(data["meta"]), _texts(data["anchors"]))


def _index(data: Mapping[str, Any]) -> Index:
    for document in data["docs"]:
        _texts(document[name] for name in ("location", "title", "text"))
    return Index(data)


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    """Values that must be texts, whoever wrote them.

    Raises:
        TypeError: One is none.
    """
    found = tuple(values)
    if not all(isinstance(value, str) for value in found):
        raise TypeError("it is no text")
    return found
