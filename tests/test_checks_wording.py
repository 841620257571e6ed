"""The checks of wording let good translations through in every script, and say what is wrong."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import loaded
from errbook import glossary, locales, markdown, terms, usage
from errbook.checks import consistency, language, prose, review, typography, waivers
from errbook.checks import terms as term_checks
from errbook.checks.unit import Check, Pair
from errbook.diagnostics import RULES, Diagnostic, Location, Severity
from errbook.extract import SourceUnit
from errbook.formats import weblate_glossary
from errbook.po import Message
from errbook.terms import LocalTerms, SourceTerms
from errbook.translate import State, UnitState, composed, states
from strategies import sentences

GLOSSARY = """\
terms:
  arc: {term: Azure Arc, do_not_translate: true, case_sensitive: true}
  subscription:
    term: subscription
    definition: What is billed.
    translations:
      fr-FR: {preferred: abonnement, forbidden: [souscription]}
      de-DE: {preferred: Abonnement}
      ja-JP: {preferred: サブスクリプション, forbidden: [購読]}
      ar: {preferred: الاشتراك}
  tenant:
    term: tenant
    translations:
      fr-FR: {preferred: locataire, forbidden: [tenant]}
  principal:
    term: service principal
    translations:
      fr-FR: {preferred: principal de service}
      ja-JP: {preferred: サービス プリンシパル}
  identity:
    term: managed identity
    translations:
      de-DE: {preferred: verwaltete Identität}
  tag:
    term: tag
    only_in: [cloud]
    translations:
      fr-FR: {preferred: étiquette, forbidden: [balise]}
"""
TERMS = glossary.load(GLOSSARY.encode(), "glossary.yml")[0]
TAGS = {"fr": "fr-FR", "de": "de-DE", "ja": "ja-JP", "ar": "ar", "zh": "zh-Hans", "ko": "ko-KR"}


def pair(
    source: str, target: str, tag: str = "fr-FR", slot: str = "fix", catalog: str = "cloud"
) -> Pair:
    unit = SourceUnit(
        f"azcm0013|{slot}",
        source,
        "p",
        Location("source/errors/cloud.yml", 7),
        entry="azcm0013",
        catalog=catalog,
    )
    locale = locales.parse(TAGS.get(tag, tag))
    local = LocalTerms(SourceTerms(TERMS), locale)
    return Pair(unit, composed(target.strip()), locale, stored=target, terms=local)


def codes(found: Pair) -> list[str]:
    checks = (*review.CHECKS, *term_checks.BLOCKING)
    single = [check.code for check in checks if list(check.find(found))]
    return single + [check.code for check in consistency.CHECKS if list(check.find([found]))]


# --- good translations ----------------------------------------------------------------------------

PASSES = [
    # (why it could fire, locale, slot, source, translation)
    ("colon", "fr", "fix", "Write: `a`.", "Écrivez\u00a0: `a`."),
    ("thin-space", "fr", "fix", "Is it so?", "Est-ce le cas\u202f?"),
    ("time", "fr", "fix", "Wait until 10:30.", "Attendez jusqu’à 10:30."),
    ("address", "fr", "fix", "See http://a.b/c?d:e now.", "Voir http://a.b/c?d:e maintenant."),
    ("code-mark", "fr", "fix", "Write `a ?` now.", "Écrivez `a ?` maintenant."),
    ("guillemets", "fr", "fix", "Select “Next”.", "Sélectionnez «\u00a0Suivant\u00a0»."),
    ("canadian", "fr-CA", "fix", "Is it so?", "Est-ce le cas?"),
    ("decimal-point", "de", "fix", "Use .NET 4.8 or higher.", "Verwenden Sie .NET 4.8 oder höher."),
    ("ellipsis", "de", "fix", "Wait …", "Warten Sie …"),
    ("grouped", "de", "fix", "Use 10,000 files.", "Verwenden Sie 10.000 Dateien."),
    ("grouped-space", "fr", "fix", "Use 10,000 files.", "Utilisez 10\u202f000 fichiers."),
    ("article-twice", "de", "fix", "Take those that it has.", "Nehmen Sie die, die die Liste hat."),
    ("reflexive", "fr", "fix", "You meet there.", "Vous vous retrouvez là."),
    ("name", "fr", "title", "Azure Arc", "Azure Arc"),
    ("product-list", "fr", "title", "Windows", "Windows"),
    ("shared-word", "fr", "title", "Message", "Message"),
    ("english-title", "fr", "fix", "Read [How to do it](a.md).", "Lisez [How to do it](a.md)."),
    ("quotation", "fr", "fix", "It says “it is not there”.",
     "Il indique «\u00a0it is not there\u00a0»."),
    ("inflected", "fr", "fix", "Use your subscriptions.", "Utilisez vos abonnements."),
    ("elided", "fr", "fix", "The subscription ended.", "L’abonnement a pris fin."),
    ("other-article", "fr", "fix", "The service principal is new.",
     "Le principal du service est nouveau."),
    ("declined", "de", "fix", "Use the managed identity.", "Nutzt die verwalteten Identitäten."),
    ("compound", "de", "fix", "The subscription ID is new.", "Die Abonnementkennung ist neu."),
    ("term-in-code", "fr", "fix", "Give `tenant` now.", "Indiquez `tenant` maintenant."),
    ("part-of-word", "fr", "fix", "The tenant is new.", "Le locataire est maintenant nouveau."),
    ("kept-name", "de", "fix", "Azure Arc-enabled hosts run.", "Azure Arc-fähige Hosts laufen."),
    ("full-width", "ja", "fix", "Stop: then go!", "停止：続行！"),
    ("code-then-comma", "ja", "fix", "Use `a`, `b`.", "`a`, `b`を使用します。"),
    ("version", "ja", "fix", "Needs version 2.10 now.", "バージョン2.10が必要です。"),
    ("myriad", "ja", "fix", "Use 20000 files.", "2万ファイルを使用します。"),
    ("spaced-katakana", "ja", "fix", "The service principal is new.",
     "サービス プリンシパルは新しいものです。"),
    ("unspaced-katakana", "ja", "fix", "The service principal is new.",
     "サービスプリンシパルは新しいものです。"),
    ("colon-to-stop", "ja", "fix", "Run this:", "次を実行します。"),
    ("names-mostly", "ja", "title", "Connected Machine agent", "Connected Machine エージェント"),
    ("bold", "ja", "fix", "Select **Save** now.", "**保存**を選択してください。"),
    ("latin-and-han", "zh", "fix", "Use Azure Arc now.", "现在使用 Azure Arc。"),
    ("spaces", "ko", "fix", "Try again now.", "지금 다시 시도하세요."),
    ("comma", "ar", "fix", "Stop, then go.", "توقف، ثم تابع."),
    ("digits", "ar", "fix", "Wait 15 minutes.", "انتظر ١٥ دقيقة."),
    ("article-and-prefix", "ar", "fix", "Use the subscription.", "تحقق من اشتراكك ولاشتراك آخر."),
    ("vowel-signs", "ar", "fix", "The subscription ended.", "انتهى الاِشتِراك."),
    ("direction-marks", "ar", "fix", "Use Azure Arc now.", "استخدم \u200fAzure Arc\u200e الآن."),
    ("joiner", "fa", "fix", "Try again.", "دوباره می\u200cخواهم."),
    ("hebrew", "he", "fix", "Is it running now?", "האם זה פועל עכשיו?"),
    ("thai-no-end", "th", "fix", "Try again.", "ลองอีกครั้ง"),
    ("russian", "ru", "fix", "Use the API key now.", "Используйте API-ключ сейчас."),
    ("micro", "el", "fix", "Wait 20 μs.", "Περιμένετε 20 μs."),
    ("same-language", "en-GB", "fix", "Restart it and try again.", "Restart it and try again."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "slot", "source", "target"),
    [pytest.param(*case[1:], id=f"{case[1]}-{case[0]}") for case in PASSES],
)
def test_nothing_is_said_about_a_good_translation(
    tag: str, slot: str, source: str, target: str
) -> None:
    assert codes(pair(source, target, tag, slot)) == []


# --- what the checks find -------------------------------------------------------------------------

FIRES = [
    ("EB321", "ar", "fix", "Wait 15 minutes.", "انتظر ٥ دقائق."),
    ("EB322", "ja", "fix", "Try again.", "もう一度お試しください"),
    ("EB322", "ar", "cause", "Is it running?", "هل يعمل."),
    ("EB323", "de", "title", "Invalid tags", "Ungültige Tags."),
    ("EB324", "de", "fix", "Use `a`, then go.", "Mit `a` , dann los."),
    ("EB324", "fr", "fix", "Select “Next”.", "Sélectionnez «Suivant»."),
    ("EB324", "fr", "fix", "Set **Name**: it helps.", "Indiquez **Nom**: cela aide."),
    ("EB324", "fr-CA", "fix", "Is it so?", "Est-ce le cas\u00a0?"),
    ("EB324", "zh", "fix", "The ID is set.", "指定的 相关标识已设置。"),
    ("EB324", "ar", "fix", "Stop, then go.", "توقف ، ثم تابع."),
    ("EB325", "zh", "fix", "Stop, then go.", "停止,然后继续。"),
    ("EB325", "ar", "fix", "Is it running?", "هل يعمل?"),
    ("EB326", "ar", "fix", "Try again.", "حاول  مرة أخرى."),
    ("EB327", "ja", "title", "Success", "成功\n"),
    ("EB328", "ja", "fix", "The data is new.", "テ\u3099ータは新しいものです。"),
    ("EB329", "ja", "fix", "Try again.", "もう一度\u200bお試しください。"),
    ("EB330", "de", "title", "Next page", "Nächste\u200e Seite"),
    ("EB331", "ru", "fix", "The server runs.", "Cервер работает."),
    ("EB332", "ja", "title", "Message", "Message"),
    ("EB332", "ar", "fix", "Restart it and try again.", "Restart it and try again."),
    ("EB333", "de", "fix", "Check that the agent is running.", "Prüfen Sie that the agent is da."),
    ("EB334", "ru", "fix", "Check that it runs on this host now.",
     "Bitte prüfen, dass dies hier auf dem Host läuft."),
    ("EB335", "ar", "fix", "Open the firewall for outgoing connections.", "افتح."),
    ("EB336", "ja", "fix", "Restart the server.", "サーバーサーバーを再起動します。"),
    ("EB337", "ja", "fix", "Select **Save** now.", "保存を選択してください。"),
    ("EB338", "ja", "fix", "Read **“Tips”** now.", "まず**「ヒント」**を読みます。"),
    ("EB339", "es", "cause", "Failed to AzcmagentConnect.", "Error de AzcmagentConnectr."),
    ("EB340", "ko", "fix", "Open A\\B\\C\\D now.", "지금 가\\나\\다 열기."),
    ("EB344", "ja", "fix", "The subscription ended.", "契約が終了しました。"),
    ("EB344", "ar", "fix", "The subscription ended.", "انتهى العقد."),
    ("EB345", "ja", "fix", "The subscription ended.", "購読が終了しました。"),
    ("EB345", "fr", "fix", "Set the tag.", "Définissez la balise."),
    ("EB346", "ar", "fix", "Use Azure Arc now.", "استخدم أزور آرك الآن."),
    ("EB346", "ja", "fix", "Use Azure Arc now.", "Azure ARCを使用します。"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "tag", "slot", "source", "target"),
    [pytest.param(*case, id=f"{case[0]}-{case[1]}-{n}") for n, case in enumerate(FIRES)],
)
def test_a_mistake_is_found(code: str, tag: str, slot: str, source: str, target: str) -> None:
    assert code in codes(pair(source, target, tag, slot))


def test_a_term_counts_only_in_the_catalogs_that_it_names() -> None:
    other = pair("Close the tag.", "Fermez la balise.", catalog="markup")
    assert codes(other) == []


@given(st.text(), st.text(), st.sampled_from(["fr-FR", "fr-CA", "ja-JP", "ar", "th", "el"]))
def test_no_text_makes_a_check_fail(source: str, target: str, tag: str) -> None:
    codes(pair(source, target, tag))


# --- the manual of each check ---------------------------------------------------------------------

SINGLE: Sequence[Check] = (*review.CHECKS, *term_checks.BLOCKING)
_EXAMPLE = re.compile(
    r"(?:(?P<tag>[a-z]{2}) )?(?:(?P<slot>cause|fix|title): )?(?P<texts>.*)\Z", re.S
)


def examples(find: Callable[..., object], word: str) -> Iterator[list[Pair]]:
    """What a check's docstring shows after a word: a pair, or several that stand together."""
    for line in (inspect.getdoc(find) or "").split("\n"):
        if line.startswith(f"{word}: "):
            tag, _, rest = line.removeprefix(f"{word}: ").partition(" ")
            found = []
            for part in rest.split(" | "):
                match = _EXAMPLE.match(part)
                assert match is not None
                source, _, target = match["texts"].partition(" → ")
                found.append(pair(source, target, tag, match["slot"] or "fix"))
            yield found


@pytest.mark.parametrize("check", SINGLE, ids=lambda check: check.code)
def test_the_examples_of_a_check_are_true(check: Check) -> None:
    bad, good = list(examples(check.find, "Bad")), list(examples(check.find, "Good"))
    assert bad
    assert good
    assert [one for (one,) in bad if not list(check.find(one))] == []
    assert [one for (one,) in good if list(check.find(one))] == []


@pytest.mark.parametrize("check", consistency.CHECKS, ids=lambda check: check.code)
def test_the_examples_of_a_check_of_many_are_true(check: consistency.SetCheck) -> None:
    (bad,), (good,) = examples(check.find, "Bad"), examples(check.find, "Good")
    assert list(check.find(bad))
    assert not list(check.find(good))


def test_every_check_has_a_rule_of_its_name_a_hint_and_a_place_in_the_order() -> None:
    tables = (typography.CHECKS, language.CHECKS, term_checks.CHECKS, term_checks.BLOCKING)
    for table in (*tables, consistency.CHECKS):
        listed = [check.code for check in table]
        assert listed == sorted(set(listed))
        for check in table:
            assert RULES[check.code].name == check.find.__name__.replace("_", "-")
            assert check.hint.endswith(".")
            first = (inspect.getdoc(check.find) or "").split("\n")[0]
            assert re.fullmatch(r"[A-Z].*\.", first)


# --- house style ----------------------------------------------------------------------------------


def test_full_stops_after_most_labels_are_a_style() -> None:
    labels = [pair(f"Label {n}", f"Libellé {n}.", slot="title") for n in range(12)]
    assert list(consistency.label_end_mark(labels)) == []
    assert len(list(consistency.label_end_mark(labels[:2]))) == 2


# --- fixes ----------------------------------------------------------------------------------------

FIXES = [
    ("fr", "Is it so?", "Est-ce le cas ?", "Est-ce le cas\u202f?"),
    ("fr", "Write: `a :b`.", "Écrivez : `a :b`.", "Écrivez\u00a0: `a :b`."),
    ("fr", "Select “Next”.", "Sélectionnez «Suivant» .", "Sélectionnez «\u00a0Suivant\u00a0»."),
    ("fr", "Key", "  Cle\u0301\n", "Clé"),
    ("fr", "A [b](c.md) d.", "À  [b](c.md)  d\u200b.", "À [b](c.md) d."),
    ("ja", "Stop, then go.", "停止, 続行します.", "停止、続行します。"),
    ("ja", "Use `a,b`.", "`a,b`を使用 。", "`a,b`を使用。"),
    ("ar", "Stop, is it so?", "توقف ,  هل هذا صحيح?", "توقف، هل هذا صحيح؟"),
    ("fr", "Fine: `a`!", "Bien\u00a0: `a`\u202f!", "Bien\u00a0: `a`\u202f!"),
]


@pytest.mark.parametrize(("tag", "source", "target", "expected"), FIXES)
def test_a_fix_changes_prose_and_nothing_else(
    tag: str, source: str, target: str, expected: str
) -> None:
    before = pair(source, target, tag)
    once = typography.fixed(before)
    assert once == expected
    after = pair(source, once, tag)
    assert typography.fixed(after) == once
    assert {check.code for check in typography.CHECKS if list(check.find(after))} & (
        typography.FIXED
    ) == set()


def test_what_is_accepted_is_not_fixed() -> None:
    before = pair("Is it so?", "Est-ce le  cas ?")
    assert typography.fixed(before, frozenset({"EB324"})) == "Est-ce le cas ?"


@given(sentences, sentences, st.sampled_from(["fr-FR", "fr-CA", "ja-JP", "ar", "de-DE"]))
def test_a_fix_never_touches_code_and_done_twice_is_done_once(
    source: str, target: str, tag: str
) -> None:
    before = pair(source, target, tag)
    once = typography.fixed(before)
    after = pair(source, once, tag)
    assert after.after.code == before.after.code
    assert after.after.links == before.after.links
    assert typography.fixed(after) == once


@given(st.text())
def test_hidden_parts_come_back(text: str) -> None:
    assert prose.rewritten(text, lambda masked: masked) == text
    assert prose.rewritten(text, lambda masked: masked + "!").removesuffix("!") == text


# --- waivers --------------------------------------------------------------------------------------


def state(source: str, target: str, comment: str) -> UnitState:
    made = pair(source, target)
    message = Message(made.source.context, source, target, comment=comment)
    found = states([made.source], [message], made.locale, "x.po", terms=made.terms)
    return found[made.source.key]


def said(one: UnitState) -> list[tuple[str, str]]:
    local = LocalTerms(SourceTerms(TERMS), locales.parse("fr-FR"))
    found: list[Diagnostic] = list(
        review.run([one], locales.parse("en-US"), locales.parse("fr-FR"), local)
    )
    return [(finding.code, finding.message.partition(": ")[2]) for finding in found]


WAIVERS = [
    ("none", "", ["EB324"]),
    ("with-reason", "l10n-ok: spacing The product writes it so.", []),
    ("with-colon", "Hello\nl10n-ok: spacing: it is so", []),
    ("two", "l10n-ok: spacing, length It is so.", ["EB347"]),
    ("no-reason", "l10n-ok: spacing", ["EB324", "EB348"]),
    ("unknown", "l10n-ok: spacin It is so.", ["EB324", "EB348"]),
    ("no-name", "l10n-ok:", ["EB324", "EB348"]),
    ("unneeded", "l10n-ok: length It is so.\nl10n-ok: spacing So it is.", ["EB347"]),
    ("unsafe", "l10n-ok: unsafe-markup I say so.", ["EB324", "EB348"]),
]


@pytest.mark.parametrize(
    ("comment", "expected"), [pytest.param(*case[1:], id=case[0]) for case in WAIVERS]
)
def test_a_waiver_accepts_what_it_names_with_a_reason(comment: str, expected: list[str]) -> None:
    found = said(state("Is it so?", "Est-ce le cas ?", comment))
    assert [code for code, _ in found] == expected


def test_a_waiver_of_a_blocking_check_lets_the_translation_out() -> None:
    blocked = state("Use Azure Arc.", "Utilisez Arc.", "")
    assert (blocked.state, [f.code for f in blocked.findings]) == (State.BLOCKED, ["EB346"])
    shown = state("Use Azure Arc.", "Utilisez Arc.", "l10n-ok: term-translated Too long here.")
    assert (shown.state, shown.findings, said(shown)) == (State.OK, (), [])


@pytest.mark.parametrize("name", ["unsafe-markup", "link-changed", "block-shape"])
def test_what_breaks_a_page_cannot_be_accepted(name: str) -> None:
    waiver = waivers.of(f"l10n-ok: {name} I want it")
    assert waivers.accepted(waiver) == frozenset()


# --- terms ----------------------------------------------------------------------------------------


def test_a_longer_term_hides_the_shorter_one() -> None:
    (one, two), _ = glossary.load(
        b"terms:\n  a: {term: agent}\n  b: {term: agent service}\n", "g.yml"
    )
    finder = terms.SourceTerms([one, two])
    assert finder.in_text("The agent service and its policies") == (1,)
    assert finder.in_text("Agents and reagents") == (0,)


def test_the_usage_of_a_term_is_counted_by_its_forms() -> None:
    local = LocalTerms(SourceTerms(TERMS), locales.parse("fr-FR"))
    texts = ["Votre abonnement et l’abonnement.", "Vos abonnements.", "La souscription.", "Rien."]
    found = usage.of_locale([state("Use the subscription.", text, "") for text in texts], local)[
        "subscription"
    ]
    assert found.texts == 4
    assert found.right == {"abonnement": 2, "abonnements": 1}
    assert found.wrong == {"souscription": 1}
    assert found.missing == ["azcm0013|fix"]


def test_weblate_gets_preferred_forbidden_and_untranslated_terms() -> None:
    text = weblate_glossary.write(TERMS[:2], locales.parse("fr-FR"), "Shop")
    assert '#, read-only\nmsgctxt "arc"\nmsgid "Azure Arc"\nmsgstr "Azure Arc"' in text
    assert '#. What is billed.\nmsgctxt "subscription"' in text
    assert '#, forbidden\nmsgctxt "subscription/forbidden1"' in text
    assert 'msgstr "souscription"' in text


def test_warnings_warn_and_translated_names_block() -> None:
    assert {check.code: RULES[check.code].severity for check in term_checks.CHECKS} == {
        "EB344": Severity.WARNING,
        "EB345": Severity.WARNING,
    }
    assert RULES["EB346"].severity is Severity.ERROR
    assert replace(pair("a", "b")).slot == "fix"


MARKED = st.text(
    alphabet=" \u00a0\u202f\n|«»:;!?.,،؛؟、。，！？：；）」』】*_)]\ufffcab1字かت", max_size=12
)


# What each check looks at, in several scripts, and what only looks like it.
PIECES = st.lists(
    st.sampled_from(
        [
            *"a the The is agent l'agent l’agent сервер сеpвер Αgent 証明書 الخادم".split(" "),
            *"12 1.500 7 x12 ١٢ `a` `a.` `12` [a](link:a) [a.](link:a) [^a] **a** *a*".split(" "),
            *'{a} &amp; <b> https://a.b/c azureArc A\\B\\C . ... … ? ！ : ; 、 » « " )'.split(" "),
            *"` [ ] \u200b \u200e \u00a0 e\u0301 tenant subscription".split(" "),
            "**a b**",
            "Azure Arc",
            " ",
            "\n",
        ]
    ),
    max_size=12,
)
TEXTS = st.builds(lambda glue, pieces: glue.join(pieces), st.sampled_from(["", " "]), PIECES)


@given(
    TEXTS,
    TEXTS,
    st.booleans(),
    st.sampled_from(["fr-FR", "fr-CA", "ja-JP", "zh-Hans", "ar", "ru-RU", "el", "de-DE", "th"]),
    st.sampled_from(["fix", "title", "p1"]),
)
def test_the_checks_that_a_glance_leaves_out_find_nothing(
    source: str, target: str, alike: bool, tag: str, slot: str
) -> None:
    found = pair(source, f"{source} {target}" if alike else target, tag, slot)
    run = list(review.to_run(found))
    left = [check for check in review.CHECKS if check not in run]
    assert [check.code for check in left if list(check.find(found))] == []
    assert run == [check for check in review.CHECKS if check in run]


@given(TEXTS)
def test_simple_texts_are_masked_as_all_others(text: str) -> None:
    assert prose.masked(text) == prose._KEPT.sub(prose.HIDDEN, text)


@given(TEXTS, st.booleans())
def test_the_end_of_a_text_is_the_end_of_its_words(text: str, greek: bool) -> None:
    plain = markdown.inventory(text).plain
    assert typography._end(typography._last_words(text), greek) == typography._end(plain, greek)


@given(MARKED, st.sampled_from(["fr-FR", "fr-CA", "ja-JP", "zh-Hans", "ar", "de-DE"]))
def test_a_quick_pattern_finds_something_wherever_its_rule_does(text: str, tag: str) -> None:
    locale = locales.parse(tag)
    rules = (*typography.spacing_rules(locale), *typography.mark_rules(locale), *typography._DOUBLE)
    for rule in rules:
        assert re.search(rule.near, text) or not rule.pattern.search(text)


# --- what need not be looked at again -------------------------------------------------------------

GLANCE = pair("Retry.", "Réessayez.", "fr-FR", "cause")
LOOKED_AT: dict[str, Pair] = {
    "context": replace(GLANCE, source=replace(GLANCE.source, context="b|cause")),
    "catalog": replace(GLANCE, source=replace(GLANCE.source, catalog="other")),
    "kind": replace(GLANCE, source=replace(GLANCE.source, kind="li")),
    "page": replace(GLANCE, source=replace(GLANCE.source, page=True)),
    "placeholders": replace(GLANCE, source=replace(GLANCE.source, placeholders=frozenset("h"))),
    "source": replace(GLANCE, source=replace(GLANCE.source, text="Retry, please.")),
    "translation": replace(GLANCE, target="Réessayez !"),
    "letters of the file": replace(GLANCE, stored=" Réessayez."),
}
"""A pair that differs in one thing at which a check may look."""


@pytest.mark.parametrize("name", LOOKED_AT)
def test_whatever_a_check_looks_at_counts(name: str) -> None:
    assert review.digest_of(LOOKED_AT[name]) != review.digest_of(GLANCE)


def test_what_was_quiet_is_not_looked_at_again(
    shop_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = shop_dir / "locales" / "fr-FR" / "till.po"
    path.write_text(path.read_text("utf-8").replace("Le tiroir", "Le  tiroir"), "utf-8")
    project = loaded(shop_dir)
    locale = next(i.locale for i in project.settings.locales if i.locale.tag == "fr-FR")
    first = review.Quiet(frozenset())
    found = list(project.wording_findings(locale, first))
    assert found == list(project.wording_findings(locale))
    assert [finding.location.path for finding in found] == ["locales/fr-FR/till.po"]
    assert first.now
    looked_at: list[Pair] = []
    glance = review.to_run

    def watched(pair: Pair) -> Iterator[Check]:
        looked_at.append(pair)
        return glance(pair)

    monkeypatch.setattr(review, "to_run", watched)
    again = review.Quiet(frozenset(first.now))
    assert list(project.wording_findings(locale, again)) == found
    assert again.now == first.now
    shown = [s for s in project.states[locale].values() if s.state.shown and s.message]
    assert 0 < len(looked_at) == len(shown) - len(first.now)
