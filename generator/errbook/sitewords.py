"""Finds the words of the configuration that readers see, and puts translations in their places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from errbook import configyaml, markdown
from errbook.config import Settings
from errbook.diagnostics import Location
from errbook.model import Text

OWNER = "site"
"""The owner of these texts."""

_SHOWN = (
    "copyright",
    "extra/social/*/name",
    "extra/consent/title",
    "extra/consent/description",
    "extra/consent/cookies/*/name",
    "extra/analytics/feedback/title",
    "extra/analytics/feedback/ratings/*/name",
    "extra/analytics/feedback/ratings/*/note",
)
"""The theme's own options that it shows; ``*`` stands for every item."""

_SINGLE = frozenset(("copyright",))
"""Keys that hold one text, which keeps its name when it changes."""

Say = Callable[[str, str], str]
"""Gives the translation of a text by its slot and its source."""


def texts(settings: Settings) -> Iterator[Text]:
    """The words of the configuration that readers see, each once."""
    mkdocs = settings.mkdocs
    if mkdocs.get("site_name"):
        yield _text(settings, "name", settings.site_name, "site_name")
    description = configyaml.resolve(mkdocs.get("site_description"))
    if description:
        yield _text(settings, "description", str(description), "site_description")
    words = [("nav", title) for title in nav_titles(mkdocs.get("nav"))]
    words += [("theme", name) for name in toggle_names(mkdocs.get("theme"))]
    translated(mkdocs, lambda key, text: _note(words, key, text))
    for key, text in dict.fromkeys(words):
        yield _text(settings, slot(key, text), text, key)


def slot(key: str, words: str) -> str:
    """What names a text of the configuration for good: its key there, and its words."""
    if key in _SINGLE:
        return key
    letters = unicodedata.normalize("NFKD", words)
    if any(character.isalnum() and not character.isascii() for character in letters):
        # An anchor would lose these letters, and two texts would have one name.
        parts = re.findall(r"\w+", words.casefold())
        return f"{key}/{'-'.join(parts)}"
    return f"{key}/{markdown.slug(words)}"


def _text(settings: Settings, name: str, words: str, key: str) -> Text:
    return Text(OWNER, name, words, Location(settings.path, settings.lines.get(key, 1)))


def _note(words: list[tuple[str, str]], key: str, text: str) -> str:
    words.append((key, text))
    return text


def toggle_names(theme: object) -> Iterator[str]:
    """The names of the theme's switches between light and dark."""
    palettes = theme.get("palette") if isinstance(theme, dict) else None
    for palette in palettes if isinstance(palettes, list) else [palettes]:
        toggle = palette.get("toggle") if isinstance(palette, dict) else None
        if isinstance(toggle, dict) and toggle.get("name"):
            yield str(toggle["name"])


def nav_titles(nav: object) -> Iterator[str]:
    """The titles in a nav, depth first."""
    if isinstance(nav, list):
        for item in nav:
            yield from nav_titles(item)
    elif isinstance(nav, dict):
        for title, target in nav.items():
            yield str(title)
            yield from nav_titles(target) if isinstance(target, list) else ()


def translated(mkdocs: Mapping[str, Any], say: Say) -> dict[str, Any]:
    """The configuration with the texts of the theme's options translated; the rest as it is.

    Args:
        mkdocs: The configuration, or a part of it with the same keys.
        say: Called with the first key of each text's place, and the text.
    """
    made: Any = dict(mkdocs)
    for path in _SHOWN:
        first, *rest = path.split("/")
        if first in made:
            made[first] = _replaced(made[first], rest, partial(say, first))
    return dict(made)


def _replaced(value: Any, path: Sequence[str], say: Callable[[str], str]) -> Any:
    """A value with the texts at a path replaced; what has another form stays."""
    if not path:
        text = configyaml.resolve(value)
        return say(text) if isinstance(text, str) and text.strip() else value
    step, *rest = path
    if step == "*" and isinstance(value, list):
        return [_replaced(item, rest, say) for item in value]
    if isinstance(value, dict):
        wanted = value if step == "*" else {step}
        return {k: _replaced(v, rest, say) if k in wanted else v for k, v in value.items()}
    return value
