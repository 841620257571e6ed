"""The components of a project for Weblate, one for each locale file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

_CODE = "`[^`]+`"
_PLACEHOLDER = r"\{[A-Za-z_][\w.-]*\}"
_FOOTNOTE = r"\[\^[^\]\s]+\]"


def write(
    names: Sequence[str],
    *,
    folder: str,
    repository: str,
    project: str,
    patterns: Mapping[str, str],
) -> str:
    """Write the components as JSON, which ``weblate import_json`` reads.

    Weblate knows no code spans in Markdown; the placeholders given here make it check them, and the
    codes of the catalog. Its own merging with templates is left out: errbook's sync does that.

    Args:
        names: The names of the locale files.
        folder: The folder of the locales, relative to the repository.
        repository: The address of the repository.
        project: The project's slug on Weblate.
        patterns: The pattern of error codes, by name of the locale file.
    """
    components = []
    for number, name in enumerate(names):
        first = slug(names[0])
        placeholders = [_CODE, _PLACEHOLDER, _FOOTNOTE]
        if patterns.get(name):
            placeholders.append(patterns[name])
        quoted = ":".join(f'r"{_quoted(pattern)}"' for pattern in placeholders)
        components.append(
            {
                "name": name,
                "slug": slug(name),
                "vcs": "git",
                # One clone serves all: the others point to the first.
                "repo": f"weblate://{project}/{first}" if number else repository,
                "push": "" if number else repository,
                "file_format": "po",
                "file_format_params": {
                    "po_line_wrap": 65535,
                    "po_keep_previous": True,
                    "po_no_location": False,
                    "po_fuzzy_matching": False,
                },
                "filemask": f"{folder}/*/{name}.po",
                "new_base": f"{folder}/templates/{name}.pot",
                "new_lang": "add",
                "language_code_style": "bcp",
                "edit_template": False,
                "manage_units": False,
                "allow_translation_propagation": False,
                "check_flags": f"md-text, safe-html, placeholders:{quoted}",
                "enforced_checks": ["placeholders", "md-link"],
            }
        )
    return json.dumps(components, ensure_ascii=False, indent=2) + "\n"


def slug(name: str) -> str:
    """A name as Weblate writes it in addresses."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def _quoted(pattern: str) -> str:
    return pattern.replace('"', '\\"')
