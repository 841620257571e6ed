"""The interface's words: extracted from code and templates, complete in every language."""

from __future__ import annotations

import re
from collections import Counter

import polib
import pytest

from errbook import locales, plurals
from ui_catalogs import UI, extracted, updated

CATALOGS = sorted(path.stem for path in UI.glob("*.po"))
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def words() -> dict[str, str]:
    """What Babel finds in code and templates."""
    return extracted()


def catalog(tag: str) -> polib.POFile:
    return polib.pofile(str(UI / f"{tag}.po"), wrapwidth=0)


def test_the_package_speaks_these_languages() -> None:
    wanted = ["ar", "de", "en", "es", "fr", "it", "ja", "ko", "pt-BR", "ru", "zh-Hans"]
    assert sorted(CATALOGS) == sorted(wanted)


def test_the_template_holds_the_words_of_code_and_templates(words: dict[str, str]) -> None:
    template = polib.pofile(str(UI / "errbook.pot"), wrapwidth=0)
    assert {entry.msgid: entry.msgid_plural for entry in template} == words


@pytest.mark.parametrize("tag", CATALOGS)
def test_a_catalog_is_what_the_extractor_would_write(tag: str, words: dict[str, str]) -> None:
    path = UI / f"{tag}.po"
    assert path.read_text("utf-8") == f"{updated(catalog(tag), words)}\n"


@pytest.mark.parametrize("tag", CATALOGS)
def test_a_catalog_is_complete(tag: str) -> None:
    missing = [
        entry.msgid
        for entry in catalog(tag)
        if entry.fuzzy or not all(entry.msgstr_plural.values() or [entry.msgstr])
    ]
    assert missing == []


@pytest.mark.parametrize("tag", CATALOGS)
def test_a_catalog_tells_the_plural_forms_of_its_language(tag: str) -> None:
    file = catalog(tag)
    rule = plurals.read(file.metadata["Plural-Forms"])
    forms = [sorted(entry.msgstr_plural) for entry in file if entry.msgid_plural]
    assert forms == [list(range(rule.count))] * len(forms)
    # CLDR's newer form for whole millions is no part of what we count.
    ours = locales.plural_rule(locales.parse(tag))
    pairs = {(rule.form(number), ours.form(number)) for number in range(1_000)}
    assert len(pairs) == rule.count


@pytest.mark.parametrize("tag", CATALOGS)
def test_a_translation_has_the_placeholders_of_its_source(tag: str) -> None:
    def named(text: str) -> Counter[str]:
        return Counter(_PLACEHOLDER.findall(text))

    for entry in catalog(tag):
        if entry.msgid_plural:
            # A form for one or two may say the number as a word.
            assert all(named(t) <= named(entry.msgid_plural) for t in entry.msgstr_plural.values())
            assert named(entry.msgstr_plural[max(entry.msgstr_plural)]) == named(entry.msgid_plural)
        else:
            assert named(entry.msgstr) == named(entry.msgid), entry.msgid
        for text in (entry.msgstr, *entry.msgstr_plural.values()):
            assert "%" not in _PLACEHOLDER.sub("", text).replace("%%", ""), text


@pytest.mark.parametrize("tag", CATALOGS)
def test_a_word_holds_no_markup(tag: str) -> None:
    texts = [t for e in catalog(tag) for t in (e.msgstr, *e.msgstr_plural.values())]
    assert [text for text in texts if re.search(r"[<>]|&\w+;", text)] == []
