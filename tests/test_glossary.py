"""The glossary is read whole or not at all, and every mistake in it has its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import glossary
from errbook.diagnostics import Location
from errbook.glossary import Term, Words

REAL = Path(__file__).resolve().parent.parent / "source" / "glossary.yml"

FULL = """\
terms:
  card:
    term: card
    definition: What pays.
    do_not_translate: false
    case_sensitive: true
    translations:
      fr-FR: {preferred: carte, allowed: [cartes], forbidden: [ticket]}
      ja-JP: {preferred: カード}
      ar: {preferred: بطاقة}
      no: {preferred: no}
  "0013": {term: 0013, do_not_translate: true}
"""


def _load(text: str) -> tuple[tuple[Term, ...], list[str]]:
    terms, found = glossary.load(text.encode(), "glossary.yml")
    return terms, [f"{f.location.line}:{f.location.column} {f.code} {f.message}" for f in found]


@pytest.mark.parametrize("text", ["terms: {}\n", "{}\n", "terms: {a: {term: a}} # all\n"])
def test_a_small_glossary_is_fine(text: str) -> None:
    assert _load(text)[1] == []


def test_the_glossary_of_the_project_has_no_mistake() -> None:
    terms, found = _load(REAL.read_text(encoding="utf-8"))
    assert (found, len({term.id for term in terms})) == ([], len(terms))


def test_a_term_is_what_was_written() -> None:
    assert _load(FULL) == (
        (
            Term(
                "card",
                "card",
                "What pays.",
                False,
                True,
                {
                    "fr-FR": Words("carte", ("cartes",), ("ticket",)),
                    "ja-JP": Words("カード"),
                    "ar": Words("بطاقة"),
                    "no": Words("no"),
                },
                Location("glossary.yml", 2, 3),
            ),
            Term("0013", "0013", "", True, False, {}, Location("glossary.yml", 12, 3)),
        ),
        [],
    )


BAD = {
    "no term": (
        "terms:\n  card: {definition: What pays.}\n",
        "2:9 EB406 terms.card.term: Field required",
    ),
    "no preferred word": (
        "terms:\n  card:\n    term: card\n    translations:\n      ar: {allowed: [x]}\n",
        "5:11 EB406 terms.card.translations.ar.preferred: Field required",
    ),
    "a mistyped key": (
        "terms:\n  card: {term: card, definiton: What pays.}\n",
        "2:22 EB406 terms.card.definiton: Extra inputs are not permitted",
    ),
    "a truth that is none": (
        "terms:\n  card:\n    term: card\n    do_not_translate: yes\n",
        "4:23 EB406 terms.card.do_not_translate: Input should be 'true' or 'false'",
    ),
    "a text for a list": (
        "terms:\n  card: {term: c, translations: {fr: {preferred: c, allowed: cartes}}}\n",
        "2:62 EB406 terms.card.translations.fr.allowed: Input should be a valid list",
    ),
    "a list of terms": (
        "terms: [card]\n",
        "1:8 EB406 terms: Input should be a valid dictionary",
    ),
    "the same term twice": (
        "terms:\n  card: {term: c}\n  card: {term: d}\n",
        '3:3 EB103 the key "card" is here twice; the first is in line 2',
    ),
    "YAML that is none": (
        "terms: {\n",
        "2:1 EB102 YAML syntax: while parsing a flow node did not find expected node content",
    ),
    "an empty file": ("", "1:1 EB107 the file must be a mapping of keys to values"),
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD.keys())
def test_a_mistake_is_found_at_its_place(text: str, expected: str) -> None:
    assert _load(text)[1] == [expected]


def test_a_mistyped_key_is_answered_with_the_key_that_was_meant() -> None:
    data = b"terms: {card: {term: card, definiton: What pays.}}\n"
    assert [f.hint for f in glossary.load(data, "x.yml")[1]] == ['Did you mean "definition"?']


def test_with_a_mistake_in_it_no_term_is_used_and_all_mistakes_are_found() -> None:
    terms, found = _load(FULL + "  a: {}\n  b: {term: b, x: y}\n")
    assert (terms, len(found)) == ((), 2)


@given(
    st.one_of(
        st.binary(max_size=80),
        st.tuples(st.integers(0, len(FULL)), st.integers(0, 40), st.text(max_size=8)).map(
            lambda edit: (FULL[: edit[0]] + edit[2] + FULL[edit[0] + edit[1] :]).encode()
        ),
    )
)
def test_no_bytes_and_no_edit_make_the_reader_raise(data: bytes) -> None:
    terms, found = glossary.load(data, "x.yml")
    lines = len(data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"))
    places = [*(term.location for term in terms), *(finding.location for finding in found)]
    assert [at for at in places if not 1 <= at.line <= lines] == []
