"""What a build made of one locale, and how it is kept for the next build and other machines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from errbook import storage, typed
from errbook.diagnostics import Diagnostic
from errbook.site import links
from errbook.site.exports import Part
from errbook.site.links import Anchors, Leaving
from errbook.site.manifest import Contents, is_inside
from errbook.site.publish import Pending
from errbook.status import Tally

_FORM = 5
"""Grows with every change of what is kept; what has another form is not read."""
_RESULT = "result.json"
_ANCHORS = "anchors.json"
_COMPONENT = "component.json"
_NAMES = "files.json"
_PARTS = "parts.json"


class Damaged(ValueError):
    """Something that is kept is not there any more, or not what it was."""


@dataclass
class Result:
    """What a worker made of one locale."""

    tag: str
    pending: Pending
    failures: list[Diagnostic] = field(default_factory=list)
    """What keeps the site from being published."""
    findings: list[Diagnostic] = field(default_factory=list)
    """What is wrong in the locale's own files."""
    leaving: list[Leaving] = field(default_factory=list)
    """Links to other parts of the site."""
    anchors: str = ""
    """A digest of its pages and their anchors: it must be the same in every locale."""
    pages: int = 0
    """How many HTML pages it has."""
    urls: tuple[str, ...] = ()
    """Every page's URL below the locale, in the builder's order."""
    foreign: tuple[str, ...] = ()
    """The URLs of the pages that are not really in this language."""
    names: dict[str, str] = field(default_factory=dict)
    """The name of each entry by its id."""
    titles: dict[str, str] = field(default_factory=dict)
    """The title of each catalog by its name."""
    complete: int = 0
    """Entries with their cause and their fix in this language."""
    shown: int = 0
    """Texts that are shown in this language."""
    stamped: int = 0
    """Pages that were stamped."""
    notes: list[str] = field(default_factory=list)
    """What the user should know of how it was built."""
    tallies: tuple[Tally, ...] = ()
    """How far it is, by locale file; nothing for the source."""
    status_page: str = ""
    """The page that shows how far all locales are, without what only all of them know."""
    part: Part | None = None
    """What it gives to the files above the locales."""
    mark: str = ""
    """A digest of everything that it was made from."""
    contents: Contents = field(default_factory=Contents)
    """Its files in short; nothing of one that cannot be published."""

    @property
    def translated(self) -> set[str]:
        """The URLs of the pages that are really in this language."""
        return set(self.urls).difference(self.foreign)


def write(folder: Path, result: Result, anchors: Anchors, component: bytes) -> None:
    """Keep what was made of a locale that can be published.

    Args:
        folder: Where it is kept.
        result: What was made.
        anchors: The ids of each of its pages.
        component: Its component for SARIF.
    """
    data = {
        "form": _FORM,
        "contents": asdict(result.contents),
        "findings": [finding.as_data() for finding in result.findings],
        "leaving": [[item.target, item.page, item.link] for item in result.leaving],
        "tallies": [tally.to_data() for tally in result.tallies],
        "part": asdict(result.part) if result.part else None,
    }
    for name in _PLAIN:
        data[name] = getattr(result, name)
    storage.write_data(folder / _ANCHORS, anchors)
    storage.write(folder / _COMPONENT, component)
    storage.write_data(folder / _RESULT, data)


_PLAIN = (
    "tag",
    "mark",
    "anchors",
    "pages",
    "urls",
    "foreign",
    "names",
    "titles",
    "status_page",
    "complete",
    "shown",
    "stamped",
    "notes",
)
"""The fields of a `Result` that JSON has a form for."""
_Link = tuple[str, str, str]
"""The form of a `Leaving`."""


def read(folder: Path, pending: Pending) -> Result:
    """What is kept of a locale.

    Args:
        folder: Where it is kept.
        pending: The locale's files.

    Returns:
        The result, which may be of other files than those. Its anchors and its component may be
        damaged yet: they are read only where they are wanted.

    Raises:
        OSError, ValueError: It is not there, damaged, or made by another version.
    """
    data = _read(folder)
    try:
        return _result(data, pending)
    except storage.UNREADABLE as error:
        raise ValueError(f"{folder / _RESULT} has not what errbook writes: {error}") from None


def _result(data: Mapping[str, Any], pending: Pending) -> Result:
    return Result(
        pending=pending,
        findings=[Diagnostic.from_data(item) for item in data["findings"]],
        leaving=[Leaving(*item) for item in typed.value(list[_Link], data["leaving"])],
        tallies=tuple(Tally.from_data(item) for item in data["tallies"]),
        part=typed.value(Part, data["part"]) if data["part"] else None,
        contents=typed.value(Contents, data["contents"]),
        **typed.fields_of(Result, _PLAIN, data),
    )


def read_mark(folder: Path) -> str:
    """What a result was made from.

    Raises:
        OSError, ValueError: It is not there, damaged, or made by another version.
    """
    return str(_read(folder).get("mark"))


def _read(folder: Path) -> dict[str, Any]:
    data = storage.read_data(folder / _RESULT)
    if not isinstance(data, dict) or data.get("form") != _FORM:
        raise ValueError(f"{folder} was made by another version")
    return data


def write_names(folder: Path, result: Result) -> None:
    """Write down which files a locale has, for the machine that takes them.

    Args:
        folder: Where the result is kept.
        result: The result.
    """
    storage.write_data(folder / _NAMES, sorted(result.pending.files))


def write_parts(folder: Path, parts: Mapping[str, str]) -> None:
    """Write down what a locale was made from, for the machine that takes it."""
    storage.write_data(folder / _PARTS, parts)


def read_parts(folder: Path) -> Mapping[str, str]:
    """What a locale was made from, as another machine wrote it down.

    Raises:
        OSError, ValueError: It is not there, or damaged.
    """
    found: Mapping[str, str] = _read_as(dict[str, str], folder / _PARTS)
    return found


def take(folder: Path, files: Path, kept: Path, pending: Pending) -> Result:
    """What another machine made of a locale: its files become those of this build.

    Args:
        folder: Where the result is.
        files: The folder that its files stand in, as they will below the site.
        kept: Where it is kept from now on.
        pending: Takes the files.

    Raises:
        OSError, ValueError: Something of it is not there, or damaged.
    """
    result = read(folder, pending)
    if result.tag != folder.name:
        raise ValueError(f"it is of another locale than {folder.name}")
    for name in _names(folder):
        if not (is_inside(name) and name.startswith(f"{folder.name}/")):
            raise ValueError(f"{name} is no file of {folder.name}")
        pending.put(name, (files / name).read_bytes())
    if result.contents != Contents.of(pending.files):
        raise ValueError("its files are not those that were made")
    anchors, component = read_anchors(folder, result), read_component(folder, result)
    write(kept, result, anchors, component)
    return result


def _names(folder: Path) -> list[str]:
    names: list[str] = _read_as(list[str], folder / _NAMES)
    return names


def _read_as(kind: Any, path: Path) -> Any:
    try:
        return typed.value(kind, storage.read_data(path))
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def read_anchors(folder: Path, result: Result) -> dict[str, list[str]]:
    """The ids of each page of a locale that was built just now, or kept.

    Args:
        folder: Where its result is kept.
        result: The result.

    Raises:
        Damaged: They are not there, or of another result.
    """
    try:
        data = storage.read_data(folder / _ANCHORS)
        found: dict[str, list[str]] = typed.value(dict[str, list[str]], data)
        same = links.digest(found) == result.anchors
    except storage.UNREADABLE:
        same = False
    if not same:
        raise Damaged(f"{folder / _ANCHORS} is damaged")
    return found


def read_component(folder: Path, result: Result) -> bytes:
    """The component for SARIF of a locale, likewise."""
    try:
        content = (folder / _COMPONENT).read_bytes()
    except OSError:
        content = b""
    if result.part is None or result.part.component != storage.digest(content):
        raise Damaged(f"{folder / _COMPONENT} is damaged")
    return content
