"""Locales: what a tag means, who reads whom, and which texts are tried in which order."""

from __future__ import annotations

from dataclasses import astuple

import babel
import babel.localedata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import locales
from errbook.locales import Locale, UnknownLocale

KNOWN = sorted(
    name.replace("_", "-")
    for name in babel.localedata.locale_identifiers()
    if locales._TAG.match(name.replace("_", "-"))
)
"""Every locale of CLDR whose tag a project may use."""

tags = st.sampled_from(KNOWN)


# --- tags -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        pytest.param("fr-FR", Locale("fr-FR", "fr", "Latn", "ltr"), id="region"),
        pytest.param("pt_BR", Locale("pt-BR", "pt", "Latn", "ltr"), id="underscore"),
        pytest.param("ZH-hant", Locale("zh-Hant", "zh", "Hant", "ltr"), id="letter-case"),
        pytest.param("zh-TW", Locale("zh-TW", "zh", "Hant", "ltr"), id="script-of-the-region"),
        pytest.param("zh-HK", Locale("zh-HK", "zh", "Hant", "ltr"), id="script-of-hong-kong"),
        pytest.param("zh-CN", Locale("zh-CN", "zh", "Hans", "ltr"), id="script-of-china"),
        pytest.param("zh", Locale("zh", "zh", "Hans", "ltr"), id="script-of-the-language"),
        pytest.param(
            "sr-Latn-RS", Locale("sr-Latn-RS", "sr", "Latn", "ltr"), id="script-and-region"
        ),
        pytest.param("sr", Locale("sr", "sr", "Cyrl", "ltr"), id="cyrillic"),
        pytest.param("es-419", Locale("es-419", "es", "Latn", "ltr"), id="number"),
        pytest.param("ar", Locale("ar", "ar", "Arab", "rtl"), id="arabic"),
        pytest.param("he-IL", Locale("he-IL", "he", "Hebr", "rtl"), id="hebrew"),
        pytest.param("fa", Locale("fa", "fa", "Arab", "rtl"), id="persian"),
        pytest.param("mn-Mong", Locale("mn-Mong", "mn", "Mong", "ltr"), id="vertical"),
        pytest.param("no", Locale("no", "no", "Latn", "ltr"), id="norwegian"),
    ],
)
def test_a_tag_is_read(tag: str, expected: Locale) -> None:
    assert astuple(locales.parse(tag)) == astuple(expected)


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        pytest.param(
            "fr-FRA", '"fr-FRA" is not a locale that CLDR knows; did you mean "fr-FR"?', id="near"
        ),
        pytest.param("xx", '"xx" is not a locale that CLDR knows', id="unknown"),
        pytest.param(
            "", '"" is not a locale that CLDR knows; a tag looks like fr-FR or zh-Hans', id="empty"
        ),
        pytest.param("../fr", '"../fr" is not a locale that CLDR knows', id="path"),
        pytest.param("fr-FR-x-y", '"fr-FR-x-y" is not a locale that CLDR knows', id="private"),
        pytest.param("日本", '"日本" is not a locale that CLDR knows', id="no-ascii"),
    ],
)
def test_a_wrong_tag_is_refused_with_advice(tag: str, message: str) -> None:
    with pytest.raises(UnknownLocale) as caught:
        locales.parse(tag)
    assert str(caught.value).startswith(message)


@given(st.text(max_size=12))
def test_any_text_is_a_locale_or_refused(text: str) -> None:
    try:
        locale = locales.parse(text)
    except UnknownLocale:
        return
    assert locales.parse(locale.tag) == locale


@given(tags)
def test_every_locale_of_cldr_is_read_in_its_own_spelling(tag: str) -> None:
    locale = locales.parse(tag)
    assert (locale.tag, locale.posix) == (tag, tag.replace("-", "_"))
    is_right_to_left = babel.Locale.parse(tag, sep="-").text_direction == "rtl"
    assert locale.direction == ("rtl" if is_right_to_left else "ltr")
    assert locale.name
    rule = locales.plural_rule(locale)
    assert locales.plural_forms(locale).startswith(f"nplurals={rule.count};")
    assert {rule.form(number) for number in (*range(201), 1_000_000)} == set(range(rule.count))


# --- who reads whom -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("zh-Hant", "zh-Hans", False),
        ("zh-TW", "zh", False),
        ("sr-Latn", "sr", False),
        ("pt-BR", "es", False),
        ("fr-CA", "fr-FR", True),
        ("en-GB", "en-US", True),
        ("zh-TW", "zh-Hant", True),
        ("zh-CN", "zh", True),
        ("ar-EG", "ar", True),
    ],
)
def test_who_reads_one_reads_the_other(one: str, other: str, expected: bool) -> None:
    first, second = locales.parse(one), locales.parse(other)
    assert first.same_language(second) is second.same_language(first) is expected


@pytest.mark.parametrize(
    ("tag", "own", "in_english", "language"),
    [
        ("fr-FR", "français (France)", "French (France)", "French"),
        ("ja", "日本語", "Japanese", "Japanese"),
        ("ar", "العربية", "Arabic", "Arabic"),
        ("zh-Hant", "中文 (繁體)", "Chinese (Traditional)", "Chinese"),
    ],
)
def test_a_locale_has_a_name(tag: str, own: str, in_english: str, language: str) -> None:
    locale, english = locales.parse(tag), locales.parse("en")
    assert (
        locale.name,
        locale.name_in(english),
        locale.language_name_in(english),
    ) == (own, in_english, language)


# --- the chain ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("locale", "explicit", "available", "expected"),
    [
        # Another script is another language: never a fallback unless the project says so.
        ("zh-Hant", "", "zh-Hans zh zh-CN", "zh-Hant en-US"),
        ("zh-TW", "", "zh", "zh-TW en-US"),
        ("sr-Latn", "", "sr sr-Cyrl", "sr-Latn en-US"),
        ("uz-Arab", "", "uz", "uz-Arab en-US"),
        # Another region is none either: only the project knows that it will do.
        ("fr-CA", "", "fr-FR", "fr-CA en-US"),
        ("fr-CA", "", "fr", "fr-CA fr en-US"),
        ("fr-CA", "fr-FR", "fr fr-FR", "fr-CA fr-FR fr en-US"),
        ("en-GB", "", "en-001 en", "en-GB en-001 en en-US"),
        ("es-MX", "", "es-419 es", "es-MX es-419 es en-US"),
        ("pt-AO", "", "pt-PT pt", "pt-AO pt-PT pt en-US"),
        ("zh-HK", "", "zh-Hant zh", "zh-HK zh-Hant en-US"),
        ("zh-CN", "", "zh-Hans zh", "zh-CN zh zh-Hans en-US"),
        ("zh-Hant-MO", "", "zh-Hant-HK zh-Hant", "zh-Hant-MO zh-Hant-HK zh-Hant en-US"),
        ("ca", "es", "es es-419", "ca es en-US"),
        ("zh-Hant", "zh-Hans", "zh-Hans zh", "zh-Hant zh-Hans zh en-US"),
        ("fr-CA", "en-US", "fr", "fr-CA fr en-US"),
        ("en-US", "", "en", "en en-US"),
    ],
)
def test_a_chain_tries_the_nearest_first(
    locale: str, explicit: str, available: str, expected: str
) -> None:
    found = locales.chain(
        locales.parse(locale),
        [locales.parse(tag) for tag in explicit.split()],
        [locales.parse(tag) for tag in available.split()],
        locales.parse("en-US"),
    )
    assert " ".join(link.tag for link in found) == expected


@given(tags, st.lists(tags, max_size=2), st.lists(tags, max_size=8), tags)
def test_a_chain_begins_with_its_locale_repeats_nothing_and_ends_with_the_source(
    tag: str, explicit: list[str], available: list[str], source: str
) -> None:
    locale, origin = locales.parse(tag), locales.parse(source)
    given_ = [locales.parse(each) for each in explicit]
    found = locales.chain(locale, given_, [locales.parse(each) for each in available], origin)
    assert found[0] == (locale if locale != origin else found[0])
    assert found[-1] == origin
    assert len(set(found)) == len(found)
    readable = {(each.language, each.script) for each in (locale, *given_)}
    assert {(each.language, each.script) for each in found[:-1]} <= readable


# --- the theme's names ----------------------------------------------------------------------------

MATERIAL = [
    "ar",
    "de",
    "en",
    "es",
    "fr",
    "ja",
    "ko",
    "nb",
    "pt",
    "pt-BR",
    "sh",
    "sr",
    "zh",
    "zh-Hant",
    "zh-TW",
    "ku-IQ",
]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("uz-Arab", None),
        ("gd", None),
        ("fr-CA", "fr"),
        ("pt-BR", "pt-BR"),
        ("pt-PT", "pt"),
        ("zh-Hans", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hant", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh-TW", "zh-TW"),
        ("sr", "sr"),
        ("sr-Latn", "sh"),
        ("no", "nb"),
        ("nb-NO", "nb"),
        ("ar-EG", "ar"),
    ],
)
def test_the_theme_is_asked_for_a_language_it_has(tag: str, expected: str | None) -> None:
    assert locales.theme_language(locales.parse(tag), MATERIAL) == expected


@given(tags)
def test_the_theme_never_speaks_another_script(tag: str) -> None:
    locale = locales.parse(tag)
    name = locales.theme_language(locale, ["zh", "sr", "uz", "pa", "az"])
    assert name is None or locales.parse(name).script == locale.script


# --- the interface's words ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "listed", "number"),
    [
        ("en-US", "a, b, and c", "12,345"),
        ("fr-FR", "a, b et c", "12\u202f345"),
        ("ja", "a、b、c", "12,345"),
        ("ar", "a وb وc", "12,345"),
        ("de", "a, b und c", "12.345"),
    ],
)
def test_lists_and_numbers_are_written_as_the_locale_does(
    tag: str, listed: str, number: str
) -> None:
    words = locales.interface(locales.parse(tag))
    assert (words.listing(["a", "b", "c"]), words.number(12_345)) == (listed, number)
    assert (words.listing([]), words.listing(["a"])) == ("", "a")


def test_the_projects_own_words_come_first() -> None:
    words = locales.interface(locales.parse("fr-FR"), {"Fix": "Remède", "Cause": ""})
    shipped = locales.interface(locales.parse("fr-FR"))
    assert words.gettext("Fix") == "Remède"
    assert words.gettext("Cause") == shipped.gettext("Cause") == "Cause"


def test_a_language_without_words_speaks_english() -> None:
    words = locales.interface(locales.parse("gd"))
    assert words.gettext("Fix") == "Fix"
    assert [words.ngettext("%(n)s row", "%(n)s rows", n) for n in (1, 2)] == [
        "%(n)s row",
        "%(n)s rows",
    ]
