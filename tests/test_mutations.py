"""Seeded defects: clean translations pass every check, and each kind of damage is caught."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

import pytest

from errbook import glossary, locales
from errbook.checks import review, unit
from errbook.checks import terms as term_checks
from errbook.checks.unit import found_by
from errbook.diagnostics import Location
from errbook.extract import SourceUnit
from errbook.po import Message
from errbook.terms import LocalTerms, SourceTerms
from errbook.translate import State, UnitState, composed

GLOSSARY = """\
terms:
  cloud-desk: {term: Cloud Desk, do_not_translate: true, case_sensitive: true}
  firewall:
    term: firewall
    translations:
      fr-FR: {preferred: pare-feu, forbidden: [mur de feu]}
      ja-JP: {preferred: ファイアウォール, forbidden: [防火壁]}
      ar: {preferred: جدار الحماية, forbidden: [الجدار الناري]}
"""
CLEAN = [
    # (slot, source, French, Japanese, Arabic)
    (
        "fix",
        "Run `desk start --all` and wait 15 minutes before the next try.",
        "Exécutez `desk start --all` et attendez 15 minutes avant le prochain essai.",
        "`desk start --all`を実行し、次に試すまで15分待ってください。",
        "شغّل `desk start --all` وانتظر 15 دقيقة قبل المحاولة التالية.",
    ),
    (
        "cause",
        "The firewall does not let Cloud Desk reach {host} on port 8443.",
        "Le pare-feu ne laisse pas Cloud Desk joindre {host} sur le port 8443.",
        "ファイアウォールのため、Cloud Deskはポート8443で{host}に接続できません。",
        "يمنع جدار الحماية Cloud Desk من الوصول إلى {host} عبر المنفذ 8443.",
    ),
    (
        "fix/2",
        "Open the [settings page](settings.md#limits), then select **Save**: it takes effect now.",
        "Ouvrez la [page des paramètres](settings.md#limits), puis sélectionnez"
        " **Enregistrer**\u00a0: l’effet est immédiat.",
        "[設定ページ](settings.md#limits)を開き、**保存**を選択してください。すぐに反映されます。",
        "افتح [صفحة الإعدادات](settings.md#limits)، ثم حدد **حفظ**: يسري الأمر فورًا.",
    ),
    (
        "cause",
        "The account was locked after several failed sign-ins.[^policy] See CD0042.",
        "Le compte a été verrouillé après plusieurs échecs de connexion.[^policy] Voir CD0042.",
        "サインインに何度も失敗したためロックされました。[^policy] CD0042を参照してください。",
        "أُقفل الحساب بعد عدة محاولات فاشلة لتسجيل الدخول.[^policy] راجع CD0042.",
    ),
    (
        "fix",
        "Is the service running? Press <kbd>F5</kbd> to look again.",
        "Le service est-il démarré\u00a0? Appuyez sur <kbd>F5</kbd> pour vérifier de nouveau.",
        "サービスが動いているか確かめましたか？<kbd>F5</kbd>を押してもう一度見てください。",
        "هل الخدمة قيد التشغيل؟ اضغط على <kbd>F5</kbd> للتحقق مرة أخرى.",
    ),
    (
        "title",
        "The certificate has expired",
        "Le certificat a expiré",
        "証明書の有効期限が切れています",
        "انتهت صلاحية الشهادة",
    ),
]
TAGS = ("fr-FR", "ja-JP", "ar")
MENTIONS = re.compile(r"CD\d{4}")

Mutate = Callable[[str, str, str], str]
"""A damaged translation of (source, translation, language); the same one where it cannot."""


def swapped(old: str, new: str) -> Mutate:
    return lambda source, text, language: text.replace(old, new, 1)


def by_language(**pairs: tuple[str, str]) -> Mutate:
    def mutate(source: str, text: str, language: str) -> str:
        return text.replace(*pairs[language], 1) if language in pairs else text

    return mutate


def doubled(source: str, text: str, language: str) -> str:
    word = {"fr": "le", "ja": "ください", "ar": "قبل"}[language]
    if language == "ja":
        return re.sub(r"([\u30a1-\u30fc]{3,})", r"\1\1", text, count=1)
    return re.sub(rf"(?<!\w){word}(?!\w)", rf"{word} {word}", text, count=1)


def decomposed(source: str, text: str, language: str) -> str:
    return unicodedata.normalize("NFD", text)


def half_english(source: str, text: str, language: str) -> str:
    plain = re.sub(r"[`*\[\]<>{}^]", "", source)
    return f"{text[: len(text) // 3]} {source}" if plain == source and len(text) > 30 else text


def look_alike(source: str, text: str, language: str) -> str:
    return text.replace("Desk", "D\u0435sk", 1)


def without_end(source: str, text: str, language: str) -> str:
    return text[:-1] if text[-1] in ".。" else text


def other_end(source: str, text: str, language: str) -> str:
    return text[:-1] + "!" if text[-1] in ".。" else text


def cut(source: str, text: str, language: str) -> str:
    return text[:4] + text[-1] if source.isascii() and not re.search(r"[`*\[<{]", source) else text


def swap_link(source: str, text: str, language: str) -> str:
    return text.replace("](settings.md", "] (settings.md", 1)


KINDS: dict[str, tuple[Mutate, set[str]]] = {
    "code-altered": (swapped("desk start", "desk démarrer"), {"EB311"}),
    "code-dash": (swapped("--all", "–all"), {"EB311"}),
    "code-lost": (swapped("`desk start --all`", "desk"), {"EB311"}),
    "backtick-lost": (swapped("--all`", "--all"), {"EB311"}),
    "code-reordered": (swapped("`desk start --all`", "`--all start desk`"), {"EB311"}),
    "link-target": (swapped("settings.md", "parametres.md"), {"EB312"}),
    "link-anchor": (swapped("#limits", "#limites"), {"EB312"}),
    "link-broken": (swap_link, {"EB312"}),
    "footnote-lost": (swapped("[^policy]", ""), {"EB313"}),
    "footnote-renamed": (swapped("[^policy]", "[^regle]"), {"EB313"}),
    "placeholder": (swapped("{host}", "{hote}"), {"EB314"}),
    "placeholder-lost": (swapped("{host}", ""), {"EB314"}),
    "tag-lost": (swapped("<kbd>F5</kbd>", "F5"), {"EB315"}),
    "tag-open": (swapped("</kbd>", ""), {"EB315"}),
    "script": (lambda s, t, _: f"{t}<script>", {"EB315"}),
    "bidi-override": (lambda s, t, _: f"{t[:3]}\u202e{t[3:]}", {"EB315"}),
    "list": (lambda s, t, _: f"- {t}", {"EB316"}),
    "code-mention": (swapped("CD0042", "CD0024"), {"EB317"}),
    "number-changed": (swapped("15", "5"), {"EB321"}),
    "number-lost": (swapped("8443", ""), {"EB321"}),
    "end-lost": (without_end, {"EB322"}),
    "end-changed": (other_end, {"EB322", "EB325"}),
    "end-added": (lambda s, t, _: t if t[-1] in ".。" else f"{t}.", {"EB323", "EB325"}),
    "space-of-mark": (
        by_language(fr=("\u00a0", " "), ja=("、", " 、"), ar=("،", " ،")), {"EB324"}),
    "mark-of-script": (by_language(ja=("、", ","), ar=("،", ",")), {"EB325"}),
    "no-space": (by_language(fr=("\u00a0", "")), {"EB324"}),
    "double-space": (
        lambda s, t, _: re.sub(r"(?<=\w) (?=\w)", "  ", t, count=1), {"EB326", "EB311"}),
    "edge-space": (lambda s, t, _: f"{t} ", {"EB327"}),
    "edge-newline": (lambda s, t, _: f"\n{t}", {"EB327"}),
    "decomposed": (decomposed, {"EB328"}),
    "zero-width": (lambda s, t, _: f"{t[:4]}\u200b{t[4:]}", {"EB329"}),
    "byte-order-mark": (lambda s, t, _: f"\ufeff{t}", {"EB329"}),
    "look-alike": (look_alike, {"EB331", "EB346"}),
    "untranslated": (lambda s, t, _: s, {"EB332"}),
    "half-english": (half_english, {"EB333"}),
    "cut": (cut, {"EB335"}),
    "doubled-word": (doubled, {"EB336"}),
    "bold-lost": (lambda s, t, _: t.replace("**", ""), {"EB337"}),
    "name-changed": (swapped("Cloud Desk", "Cloud desk"), {"EB346"}),
    "name-translated": (swapped("Cloud Desk", "Bureau"), {"EB346"}),
    "term-replaced": (
        by_language(fr=("pare-feu", "filtre"), ja=("ファイアウォール", "フィルター"),
                    ar=("جدار الحماية", "المرشِّح")), {"EB344"}),
    "term-forbidden": (
        by_language(fr=("pare-feu", "mur de feu"), ja=("ファイアウォール", "防火壁"),
                    ar=("جدار الحماية", "الجدار الناري")), {"EB345"}),
}  # fmt: skip


def state_of(number: int, slot: str, source: str, text: str) -> UnitState:
    unit_ = SourceUnit(
        f"cd{number:04}|{slot}",
        source,
        "p",
        Location("source/errors/desk.yml", number + 1),
        placeholders=frozenset({"host"}),
        entry=f"cd{number:04}",
        catalog="desk",
    )
    message = Message(unit_.context, source, text)
    return UnitState(unit_, State.OK, composed(text.strip()), message, Location("x.po", number + 1))


def codes(states: list[UnitState], tag: str) -> set[str]:
    """The codes of everything that the checks find in some translations."""
    terms, _ = glossary.load(GLOSSARY.encode(), "glossary.yml")
    locale, english = locales.parse(tag), locales.parse("en-US")
    local = LocalTerms(SourceTerms(terms), locale)
    found = list(review.run(states, english, locale, local))
    for state in states:
        pair = replace(review.pair_of(state, english, locale, local), mentions=MENTIONS)
        found += unit.run(pair, Location("x.po"))
        found += found_by(term_checks.BLOCKING, pair, Location("x.po"))
    return {finding.code for finding in found}


def clean(tag: str) -> list[UnitState]:
    column = TAGS.index(tag) + 2
    return [state_of(n, row[0], row[1], row[column]) for n, row in enumerate(CLEAN)]


def mutants(tag: str) -> list[tuple[str, UnitState, set[str]]]:
    """Every damaged translation of a locale: the kind of damage, and the codes that tell of it."""
    found = []
    for kind, (mutate, wanted) in KINDS.items():
        for number, row in enumerate(CLEAN):
            text = row[TAGS.index(tag) + 2]
            damaged = mutate(row[1], text, tag[:2])
            if damaged != text:
                found.append((kind, state_of(number, row[0], row[1], damaged), wanted))
    return found


@pytest.mark.parametrize("tag", TAGS)
def test_nothing_is_said_about_clean_translations(tag: str) -> None:
    assert codes(clean(tag), tag) == set()


@pytest.mark.parametrize("tag", TAGS)
def test_nearly_all_damage_is_caught(tag: str) -> None:
    seeded = mutants(tag)
    missed = [(kind, s.text) for kind, s, wanted in seeded if not codes([s], tag) & wanted]
    assert len({kind for kind, _, _ in seeded}) >= 28
    assert len(missed) <= 0.05 * len(seeded), missed


def test_two_translations_of_one_text_and_one_of_two_texts_are_told() -> None:
    for tag in TAGS:
        states = clean(tag)
        one, other = states[0], states[3]
        again = state_of(9, "fix", one.unit.text, other.text)
        assert {"EB341", "EB342"} <= codes([*states, again], tag)
