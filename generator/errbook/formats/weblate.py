"""The components of a project for Weblate, one for each locale file."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

_KEPT = ("`[^`]+`", r"\{[A-Za-z_][\w.-]*\}", r"\[\^[^\]\s]+\]")
"""What a translation must keep: code, placeholders, footnote marks."""
_SAME_FOR_ALL = {
    "file_format": "po",
    "file_format_params": {
        # Lines end where the text has a line break, as errbook writes them.
        "po_line_wrap": 65535,
        "po_keep_previous": True,
        "po_no_location": False,
        "po_fuzzy_matching": False,
    },
    "new_lang": "add",
    "language_code_style": "bcp",
    "edit_template": False,
    "manage_units": False,
    "allow_translation_propagation": False,
    "enforced_checks": ["placeholders", "md-link"],
}


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
    # One clone serves all: the other components point to the first.
    first = f"weblate://{project}/{slug(names[0])}" if names else ""
    components = [
        {
            "name": name,
            "slug": slug(name),
            "vcs": "git",
            "repo": first if number else repository,
            "push": "" if number else repository,
            "filemask": f"{folder}/*/{name}.po",
            "new_base": f"{folder}/templates/{name}.pot",
            "check_flags": _flags(patterns.get(name, "")),
            **_SAME_FOR_ALL,
        }
        for number, name in enumerate(names)
    ]
    return json.dumps(components, ensure_ascii=False, indent=2) + "\n"


def _flags(pattern: str) -> str:
    kept = (*_KEPT, pattern) if pattern else _KEPT
    quoted = ":".join('r"' + each.replace('"', '\\"') + '"' for each in kept)
    return f"md-text, safe-html, placeholders:{quoted}"


def slug(name: str) -> str:
    """A name as Weblate writes it in addresses."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
