"""Makes a new project that builds at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from string import Template

from errbook import configfile, locales, storage, theme

_PLACES = {
    "mkdocs.yml.txt": configfile.FILE,
    "catalog.yml.txt": "source/errors/{name}.yml",
    "index.md.txt": "source/pages/index.md",
    "gitignore.txt": ".gitignore",
}


class CannotStart(ValueError):
    """A project cannot be made here: ``str()`` says why, and nothing was written."""


def project(folder: Path, name: str, tags: Sequence[str]) -> list[Path]:
    """Write the files of a new project.

    Args:
        folder: Where to; it is made if need be.
        name: The name of the first catalog; empty for the folder's own name.
        tags: The locales to translate into.

    Returns:
        The files that were written.

    Raises:
        CannotStart: A file of that name exists, or a tag is unknown.
    """
    name = _catalog_name(name or folder.resolve().name)
    parsed = []
    for tag in tags:
        try:
            parsed.append(locales.parse(tag))
        except locales.UnknownLocale as error:
            raise CannotStart(str(error)) from error
        if locales.theme_language(parsed[-1], theme.languages()) is None:
            raise CannotStart(f"the theme does not speak {tag}")
    words = {
        "name": name,
        "title": name.replace("-", " ").capitalize(),
        "prefix": re.sub(r"[^A-Z]", "", name.upper())[:8] or "ERR",
        "locales": "\n".join(f"        {locale.tag}: {{}}" for locale in parsed),
    }
    files = {}
    for template, place in _PLACES.items():
        path = folder / place.format(name=name)
        if path.exists():
            raise CannotStart(
                f"{path} exists already; nothing was written. Name a new folder, as in errbook init"
                " myproduct; what it makes can be moved into a project that you have"
            )
        source = resources.files("errbook") / "templates" / "start" / template
        files[path] = Template(source.read_text(encoding="utf-8")).substitute(words)
    for path, content in files.items():
        storage.write(path, content)
    return list(files)


def _catalog_name(text: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
    return name if name and name not in ("pages", "ui") else "product"
