"""The configuration of Crowdin's command line for a project."""

from __future__ import annotations

from collections.abc import Sequence

from errbook.locales import Locale, main_region

_WITH_REGION = frozenset(
    {
        *("br-FR", "es-ES", "fur-IT", "fy-NL", "ga-IE", "gu-IN", "hy-AM", "ml-IN", "ne-NP"),
        *("nn-NO", "pa-IN", "pt-BR", "pt-PT", "rm-CH", "si-LK", "sv-SE", "tt-RU", "ur-PK"),
    }
)
"""Languages that Crowdin names with their main region; the others it names without."""
_CHINESE = {"Hans": "zh-CN", "Hant": "zh-TW"}


def write(names: Sequence[str], locales: Sequence[Locale], *, folder: str) -> str:
    """Write ``crowdin.yml``.

    Args:
        names: The names of the locale files.
        locales: The locales to translate into.
        folder: The folder of the locales, relative to the repository.
    """
    mapping = [f"          {language(locale)}: {locale.tag}" for locale in locales]
    lines = [
        "# Made by errbook l10n host crowdin. The two variables hold what Crowdin gave you.",
        "project_id_env: CROWDIN_PROJECT_ID",
        "api_token_env: CROWDIN_PERSONAL_TOKEN",
        'base_path: "."',
        "preserve_hierarchy: true",
        "files:",
    ]
    for name in names:
        lines += [
            f"  - source: /{folder}/templates/{name}.pot",
            f"    translation: /{folder}/%locale%/{name}.po",
            "    type: gettext",
            "    # A changed source keeps its translation, to be looked at.",
            "    update_option: update_as_unapproved",
            "    languages_mapping:",
            "      locale:",
            *(line[2:] for line in mapping),
        ]
    return "\n".join(lines) + "\n"


def language(locale: Locale) -> str:
    """What Crowdin calls a locale's language."""
    if locale.language == "zh":
        region = locale.tag.rpartition("-")[2]
        return "zh-HK" if region == "HK" else _CHINESE.get(locale.script, "zh-CN")
    main = f"{locale.language}-{main_region(locale)}"
    if locale.tag in (locale.language, main):
        return main if main in _WITH_REGION else locale.language
    return locale.tag
