"""What the installed theme says, and in which languages."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from importlib.util import find_spec


def languages() -> list[str]:
    """The names of the languages that the installed theme speaks."""
    folder = _words_folder()
    if folder is None:
        return ["en"]
    return sorted(item.name.removesuffix(".html") for item in folder.iterdir())


def words(language: str) -> str:
    """The installed theme's template with its words in a language; empty without one."""
    folder = _words_folder()
    path = folder / f"{language}.html" if folder else None
    return path.read_text(encoding="utf-8") if path and path.is_file() else ""


def _words_folder() -> Traversable | None:
    if find_spec("material") is None:
        return None
    return resources.files("material") / "templates" / "partials" / "languages"
