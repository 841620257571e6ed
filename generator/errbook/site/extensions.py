"""Which plugins and Markdown extensions a project has, and which of them we know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from errbook.config import PLUGIN, Settings
from errbook.configyaml import Tagged

KNOWN_PLUGINS = frozenset({"search", "material/search"})
"""Plugins that read nothing but the pages, and whose output is the same when pages are stamped."""

_PYTHON_MARKDOWN = frozenset(
    "abbr admonition attr_list codehilite def_list extra fenced_code footnotes legacy_attrs"
    " legacy_em md_in_html meta nl2br sane_lists smarty tables toc wikilinks".split()
)
"""The extensions that Python-Markdown has itself."""

_CODE = re.compile(r":python/[a-z/]+:(?P<package>\w+)")
"""What YAML's tags for objects of Python begin with."""
_PACKAGES = frozenset({"markdown", "pymdownx", "material"})

REQUIRED: Mapping[str, Mapping[str, Any]] = {
    "admonition": {},
    "attr_list": {},
    "footnotes": {},
    "tables": {},
    "toc": {},
    "pymdownx.details": {},
    "pymdownx.superfences": {},
    "pymdownx.tabbed": {"alternate_style": True},
}
"""The Markdown extensions that the dialect of pages needs."""


def plugins(settings: Settings) -> list[Any]:
    """The project's plugins without ourselves."""
    listed = settings.mkdocs.get("plugins")
    if isinstance(listed, dict):
        return [{name: options} for name, options in listed.items() if name != PLUGIN]
    kept = []
    for item in listed if isinstance(listed, list) else ["search"]:
        name = next(iter(item)) if isinstance(item, dict) else item
        if name != PLUGIN:
            kept.append(item)
    return kept


def plugin_names(settings: Settings) -> set[str]:
    """The names of the project's plugins without ourselves."""
    listed = plugins(settings)
    return {str(next(iter(item)) if isinstance(item, dict) else item) for item in listed}


def options_of(settings: Settings) -> dict[str, dict[str, Any]]:
    """The options of the project's Markdown extensions, by their names, without ourselves."""
    options: dict[str, dict[str, Any]] = {}
    listed = settings.mkdocs.get("markdown_extensions") or []
    if isinstance(listed, dict):
        listed = [{name: value} for name, value in listed.items()]
    for item in listed:
        pairs = item.items() if isinstance(item, dict) else [(item, None)]
        for name, value in pairs:
            options[str(name)] = dict(value) if isinstance(value, dict) else {}
    options.pop(PLUGIN, None)
    return options


def are_known(settings: Settings) -> bool:
    """Whether all Markdown extensions are Python-Markdown's, PyMdown's or the theme's, and so is
    all code that their options name.
    """
    options = options_of(settings)
    return all(map(_is_known, options)) and not any(map(_names_code, options.values()))


def _is_known(extension: str) -> bool:
    name = extension.removeprefix("markdown.extensions.")
    # A colon stands before the name of a class, which may be any.
    known = name in _PYTHON_MARKDOWN or name.startswith(("pymdownx.", "material.extensions."))
    return known and ":" not in name


def _names_code(value: Any) -> bool:
    """Whether an option names code of other hands."""
    if isinstance(value, dict):
        return any(map(_names_code, value.values()))
    if isinstance(value, list):
        return any(map(_names_code, value))
    found = _CODE.search(value.node.tag) if isinstance(value, Tagged) else None
    return found is not None and found["package"] not in _PACKAGES
