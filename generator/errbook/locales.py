"""Locale tags, writing direction, names and the fallback chain, on top of Babel."""

from __future__ import annotations

import difflib
import io
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as calendar_date
from functools import cache, lru_cache
from importlib import resources

import babel
import babel.core
import babel.dates
import babel.lists
import babel.numbers
from babel.messages import Catalog, pofile
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.support import Translations

from errbook import plurals
from errbook.plurals import PluralRule

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|\d{3}))?\Z")

_RIGHT_TO_LEFT = frozenset("Adlm Arab Hebr Nkoo Rohg Syrc Thaa".split())
"""The scripts of all languages that CLDR writes so; to read each language's own data takes long."""

_THEME_ALIASES = {
    # Material names its languages by other tags than CLDR in these cases.
    "zh-Hans": "zh",
    "zh-CN": "zh",
    "zh-SG": "zh",
    "zh-HK": "zh-Hant",
    "zh-MO": "zh-Hant",
    "no": "nb",
    "sr-Latn": "sh",
    "ku": "ku-IQ",
}


class UnknownLocale(ValueError):
    """A tag that CLDR does not know. ``str()`` of it says so and names the nearest known one."""


@dataclass(frozen=True, slots=True, eq=False)
class Locale:
    """One language as readers of one region or script write it."""

    tag: str
    """BCP 47 tag in canonical letter case, as in ``fr-FR``; folders and URLs have it."""
    language: str
    """The language alone, as in ``fr``."""
    script: str
    """The script, as in ``Latn``; the likely one where the tag names none."""
    direction: str
    """``ltr`` or ``rtl``."""

    def __str__(self) -> str:
        return self.tag

    # Locales are keys everywhere, and the tag says all the rest.

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Locale) and self.tag == other.tag

    def __hash__(self) -> int:
        return hash(self.tag)

    @property
    def is_pseudo(self) -> bool:
        """Whether its texts are made without a translator, for a look at what was not extracted."""
        return self.tag in PSEUDO

    @property
    def posix(self) -> str:
        """The name gettext and Babel use, as in ``fr_FR``."""
        return self.tag.replace("-", "_")

    @property
    def name(self) -> str:
        """The language's own name for itself, as in ``français (France)``."""
        return self.name_in(self)

    def name_in(self, other: Locale) -> str:
        """This language's name as another one says it."""
        return self._name(other, _babel(self).get_display_name(_babel(other)))

    def language_name_in(self, other: Locale) -> str:
        """The name of the language alone, without a region, as another one says it."""
        return self._name(other, _babel(self).get_language_name(_babel(other)))

    def _name(self, other: Locale, found: str | None) -> str:
        if self.is_pseudo:
            return PSEUDO_NAMES[self.tag]
        name = str(found) if found else self.tag
        if not other.is_pseudo:
            return name
        # It brings all of Markdown with it, which every command would wait for.
        from errbook import pseudo

        return pseudo.words(name)

    def same_language(self, other: Locale) -> bool:
        """Whether who reads one of the two reads the other: same language in the same script."""
        return self.language == other.language and self.script == other.script


PSEUDO = {
    tag: Locale(tag, "qps", "Latn", direction)
    for tag, direction in (("qps-ploc", "ltr"), ("qps-plocm", "rtl"))
}
"""The locales of pseudo-translations by their tags; the second one is the mirror of the first."""
PSEUDO_NAMES = {"qps-ploc": "Pseudo", "qps-plocm": "Pseudo (mirrored)"}
_PSEUDO_DATA = "en"
"""Whose numbers and plurals pseudo-locales have: CLDR has none for them."""


@cache
def parse(tag: str) -> Locale:
    """Parse a BCP 47 tag (``pt-BR``; ``pt_BR`` too).

    Raises:
        UnknownLocale: The tag is malformed, or CLDR has no data for it.
    """
    written = tag.replace("_", "-")
    if written.lower() in PSEUDO:
        return PSEUDO[written.lower()]
    if not _TAG.match(written):
        raise UnknownLocale(_unknown(tag))
    try:
        found = babel.Locale.parse(written, sep="-")
    except (babel.UnknownLocaleError, ValueError):
        raise UnknownLocale(_unknown(tag)) from None
    script = _script(found)
    parts = written.split("-")
    canonical = [parts[0].lower()]
    for part in parts[1:]:
        canonical.append(part.title() if len(part) == 4 else part.upper())
    return Locale(
        "-".join(canonical),
        found.language,
        script,
        # HTML knows no third direction: CLDR's "ttb" (Mongolian script) is a matter of the style.
        "rtl" if script in _RIGHT_TO_LEFT else "ltr",
    )


def _unknown(tag: str) -> str:
    known = [name.replace("_", "-") for name in babel.localedata.locale_identifiers()]
    near = difflib.get_close_matches(tag.replace("_", "-"), known, 1)
    also = f'; did you mean "{near[0]}"?' if near else "; a tag looks like fr-FR or zh-Hans"
    return f'"{tag}" is not a locale that CLDR knows{also}'


def _script(found: babel.Locale) -> str:
    if found.script:
        return str(found.script)
    subtags = babel.core.get_global("likely_subtags")
    for name in (f"{found.language}_{found.territory}", found.language):
        likely = subtags.get(name, "")
        for part in likely.split("_")[1:]:
            if len(part) == 4:
                return str(part)
    return "Latn"


@lru_cache(maxsize=4096)
def _number(locale: Locale, value: int) -> str:
    return babel.numbers.format_decimal(value, locale=_babel(locale))


@cache
def _babel(locale: Locale) -> babel.Locale:
    return babel.Locale.parse(_PSEUDO_DATA if locale.is_pseudo else locale.tag, sep="-")


def chain(
    locale: Locale, explicit: Sequence[Locale], available: Collection[Locale], source: Locale
) -> tuple[Locale, ...]:
    """The locales to try for a text, nearest first; begins with the locale, ends with the source.

    Explicit fallbacks come first, then CLDR's parents, then shorter tags. A shorter tag counts
    only within one script: ``zh-Hant`` never falls back to ``zh``, which is Simplified, but
    ``zh-HK`` does to ``zh-Hant``, its script.

    Args:
        locale: The locale asked for.
        explicit: Its fallbacks from the configuration, in order.
        available: The locales the project has.
        source: The source locale.
    """
    by_tag = {other.tag: other for other in available}
    candidates = [locale, *explicit]
    parents = babel.core.get_global("parent_exceptions")
    for start in (locale, *explicit):
        names, name = [], start.posix
        while name:
            name = str(parents.get(name) or name.rpartition("_")[0])
            names.append(name)
        for name in (*names, f"{start.language}_{start.script}"):
            parent = by_tag.get(name.replace("_", "-"))
            if parent is not None and parent.script == start.script:
                candidates.append(parent)
    return tuple(dict.fromkeys([c for c in candidates if c != source] + [source]))


def theme_language(locale: Locale, available: Collection[str]) -> str | None:
    """The theme's own name for a locale's language, or None when the theme does not speak it.

    Args:
        locale: The locale.
        available: The names the theme has, as in ``pt-BR``, ``zh-Hant``.
    """
    with_script = f"{locale.language}-{locale.script}"
    for name in (locale.tag, with_script, locale.language):
        for candidate in (_THEME_ALIASES.get(name, name), name):
            wrong_script = candidate == locale.language and locale.script != parse(candidate).script
            if candidate in available and not wrong_script:
                return candidate
    return None


def nearest(tag: str, available: Collection[str]) -> str:
    """The name that looks most like a tag, of the same language if there is one; empty for none."""
    near = difflib.get_close_matches(tag, sorted(available), 1)
    same = [name for name in sorted(available) if name.split("-")[0] == tag.split("-")[0]]
    return (same or near or [""])[0]


def main_region(locale: Locale) -> str:
    """The region where most people speak a locale's language, as in ``FR`` for ``fr-CA``."""
    likely = str(babel.core.get_global("likely_subtags").get(locale.language, ""))
    return next((part for part in likely.split("_")[1:] if len(part) in (2, 3)), "")


def plural_forms(locale: Locale) -> str:
    """The value of ``Plural-Forms`` in the header of a new PO file, as CLDR has it today."""
    return str(get_plural(_babel(locale)).plural_forms)


def plural_rule(locale: Locale) -> PluralRule:
    """Which form a number takes in a file whose header does not say it."""
    return plurals.read(plural_forms(locale))


# --- the interface's own words ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Interface:
    """errbook's own words (Cause, Fix, …) and number, list and date formats in one locale."""

    locale: Locale
    gettext: Callable[[str], str]
    ngettext: Callable[[str, str, int], str]

    def number(self, value: int) -> str:
        """A whole number with the locale's digits grouping."""
        return _number(self.locale, value)

    def percent(self, value: int) -> str:
        """A share of a hundred, as the locale writes it."""
        return babel.numbers.format_percent(value / 100, locale=_babel(self.locale))

    def date(self, iso: str) -> str:
        """A day, as the locale writes it.

        Args:
            iso: The day, as in ``2026-03-04``.
        """
        day = calendar_date.fromisoformat(iso)
        return str(babel.dates.format_date(day, "medium", locale=_babel(self.locale)))

    def forms(self, choose: Callable[[int], str]) -> dict[str, str]:
        """A text for each plural category of the language, for scripts that count.

        Args:
            choose: The text for a number, as `ngettext` gives it.
        """
        rule = _babel(self.locale).plural_form
        samples: dict[str, int] = {}
        for number in range(201):
            samples.setdefault(rule(number), number)
        # Large round numbers have a category of their own in some languages.
        samples.setdefault(rule(1_000_000), 1_000_000)
        return {category: choose(number) for category, number in samples.items()}

    def listing(self, items: Sequence[str]) -> str:
        """Items joined as the locale joins them: ``a, b and c``."""
        # The "and" of a list is CLDR's: no pseudo-translation could go over it.
        if self.locale.is_pseudo:
            return ", ".join(items)
        return babel.lists.format_list(items, locale=_babel(self.locale)) if items else ""


@cache
def _shipped(name: str) -> Translations | None:
    catalog = _catalog(name)
    return Translations(_compiled(catalog)) if catalog else None


def _catalog(name: str) -> Catalog | None:
    path = resources.files("errbook") / "ui" / f"{name}.po"
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        return pofile.read_po(stream, locale=name.replace("-", "_"))


def _compiled(catalog: Catalog) -> io.BytesIO:
    stream = io.BytesIO()
    write_mo(stream, catalog)
    stream.seek(0)
    return stream


def interface_messages() -> list[tuple[str, ...]]:
    """Every word of the interface in English; what is counted has two forms."""
    catalog = _catalog("en") or ()
    ids = (message.id for message in catalog if message.id)
    return [(found,) if isinstance(found, str) else tuple(found) for found in ids]


@cache
def shipped_languages() -> list[str]:
    """The tags of the languages that the package has interface words for."""
    folder = resources.files("errbook") / "ui"
    return sorted(item.name[:-3] for item in folder.iterdir() if item.name.endswith(".po"))


@cache
def interface_words() -> frozenset[str]:
    """Every word of the interface, in English; of counted ones the singular."""
    return frozenset(forms[0] for forms in interface_messages())


def shipped_for(locale: Locale) -> str:
    """The language of the interface's words that the package has for a locale; empty for none."""
    for name in (locale.tag, f"{locale.language}-{locale.script}", locale.language):
        if name in shipped_languages() and parse(name).script == locale.script:
            return name
    return ""


def interface(
    locale: Locale,
    own: Mapping[str, str] | None = None,
    counted: Mapping[str, Sequence[str]] | None = None,
    rule: PluralRule | None = None,
) -> Interface:
    """The interface's words for a locale: the project's own, else the shipped ones, else English.

    Args:
        locale: The locale.
        own: The project's words (its ``ui.po``), by English text.
        counted: The project's plural forms, by the English singular; used where all are there.
        rule: Which of those forms a number takes, where their file says it.
    """
    words = own or {}
    rule = rule or plural_rule(locale)
    plural_words = {
        one: forms
        for one, forms in (counted or {}).items()
        if len(forms) == rule.count and all(forms)
    }
    found = _shipped(shipped_for(locale))

    def gettext(text: str) -> str:
        return words.get(text) or (str(found.ugettext(text)) if found else text)

    def ngettext(one: str, many: str, count: int) -> str:
        forms = plural_words.get(one, ())
        if forms:
            return forms[rule.form(count)]
        if found:
            return str(found.ungettext(one, many, count))
        return one if count == 1 else many

    return Interface(locale, gettext, ngettext)
