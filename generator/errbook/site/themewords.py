"""The theme's own words for a pseudo-locale, in the form in which the theme keeps them."""

from __future__ import annotations

import json
import re

from errbook import pseudo, theme
from errbook.config import Settings
from errbook.locales import Locale

_PAIR = re.compile(r'"(?P<key>[\w.]+)":\s*(?P<value>"(?:[^"\\]|\\.)*")')
_NO_WORDS = ("language", "direction", "search.config.")
"""What the keys of settings begin with."""


def name(locale: Locale) -> str:
    """The template that the theme reads a language's words from."""
    return f"partials/languages/{locale.tag}.html"


def template(settings: Settings, locale: Locale) -> str:
    """The words of the source's language, and of English where it lacks one, as pseudo-words."""
    words: dict[str, str] = {}
    for language in ("en", settings.source_theme_language):
        found = _PAIR.finditer(theme.words(language))
        words |= {match["key"]: json.loads(match["value"]) for match in found}
    made = {key: _made(key, word) for key, word in words.items()}
    made |= {"language": locale.tag, "direction": locale.direction}
    written = json.dumps(made, ensure_ascii=False, indent=2)
    return f"{{% macro t(key) %}}{{{{ {written}[key] }}}}{{% endmacro %}}\n"


def _made(key: str, word: str) -> str:
    return word if key.startswith(_NO_WORDS) else pseudo.words(word)
