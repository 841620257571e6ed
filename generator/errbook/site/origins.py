"""Finds where a text of a finished page was written: an override, the theme, a page, a catalog."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import cached_property
from importlib import resources
from importlib.util import find_spec
from pathlib import Path

from errbook.diagnostics import Location
from errbook.project import Project
from errbook.site import stage

_BETWEEN = r"(?:\s|&nbsp;|<[^<>]*>)+"
"""What may stand between two words of a text in the file it was written in."""


class Origins:
    """The files of a project, and of the theme and the package, in which texts are looked for."""

    def __init__(self, project: Project) -> None:
        self._project = project

    def of(self, text: str, line: str) -> Location | None:
        """The likely place of a text, nearest to the project's author first; None for none.

        A text that a page has put together is looked for by its first words.

        Args:
            text: The text.
            line: All that stands in one line with it: a word alone is in many files.
        """
        words = text.split()
        for parts in (line.split(), words, words[:3]):
            found = self._place(parts)
            if found is not None:
                return found
        return None

    def _place(self, parts: list[str]) -> Location | None:
        words = _BETWEEN.join(map(re.escape, parts))
        wanted = re.compile(rf"(?<!\w){words}(?!\w)")
        for shown, content in self._files:
            match = wanted.search(content)
            if match:
                return Location(shown, content.count("\n", 0, match.start()) + 1)
        return None

    @cached_property
    def _files(self) -> list[tuple[str, str]]:
        return [(s, html.unescape(p.read_text("utf-8", "replace"))) for s, p in self._paths()]

    def _paths(self) -> Iterator[tuple[str, Path]]:
        """(what to call it, path) of each file, in the order of looking."""
        settings = self._project.settings
        custom = stage.custom_dir(settings)
        own = [*_below(custom, "html")] if custom else []
        own.append(settings.root / settings.path)
        own += [settings.pages / page.path for page in self._project.book.pages]
        own += _below(settings.source / "errors", "yml", "yaml")
        yield from ((self._project.shown(path), path) for path in own)
        for package in ("material", "errbook"):
            if find_spec(package) is not None:
                folder = Path(str(resources.files(package)))
                for path in _below(folder / "templates", "html", "jinja"):
                    yield path.relative_to(folder.parent).as_posix(), path


def _below(folder: Path, *suffixes: str) -> list[Path]:
    wanted = {f".{suffix}" for suffix in suffixes}
    return sorted(p for p in folder.rglob("*") if p.suffix in wanted and p.is_file())
