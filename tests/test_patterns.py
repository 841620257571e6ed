"""A code pattern is accepted only if no text can keep an engine busy; it finds codes anywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from errbook import patterns

SAFE = {
    "letters and digits": r"AZCM\d{4}",
    "one wide repeat": r"E\d+",
    "two wide repeats, a hyphen between them": r"[A-Z]+-\d+",
    "a repeat with a low limit": r"[A-Z]{2,5}\d{1,4}",
    "alternatives": r"CS\d{4}|VB\d{4}",
    "a group of alternatives": r"(?:NU|MSB)\d{4}",
    "a group that may be missing": r"E\d{4}(?:-[a-z]{1,3})?",
    "a capturing group": r"(E)(\d{4})",
    "nested groups": r"((((A))))\d",
    "a group repeated so many times": r"(?:AB){3}\d",
    "hexadecimal": r"0x[0-9A-Fa-f]{8}",
    "an escaped dot": r"\d{3}\.\d{3}",
    "a dot, so many times": r"E.{3}",
    "punctuation in a set": r"[\w.:\-]{3,10}",
    "a negated set": r"E[^a-z]\d",
    "a slash": r"PD:\w+\/E",
    "other scripts": r"エラー\d{3}",
}
"""Each of these is what some product's codes look like."""

REFUSED = {
    r"(\d+)+": "a repeated group holds a repeat or a choice, and can take endless time to match",
    r"(a|a)*b": "a repeated group holds a repeat or a choice, and can take endless time to match",
    r"(a?){30}": "a repeated group holds a repeat or a choice, and can take endless time to match",
    r"((a{2}))+": "a repeated group holds a repeat or a choice, and can take endless time to match",
    r"(?:ab)*c": "a group is repeated without a limit, and can take endless time to match",
    r"(ab){2,}c": "a group is repeated without a limit, and can take endless time to match",
    r"\w*\w*\w*-": "it has more than 2 repeats without a low limit, and can take endless time",
    r"\d{1,200}\d{1,200}\d{1,200}x": (
        "it has more than 2 repeats without a low limit, and can take endless time"
    ),
    r"a?b?c?d?e?f": "it has more than 4 repeats and choices, and can take endless time",
    r"(a|b)(a|b)(a|b)(a|b)(a|b)": (
        "it has more than 4 repeats and choices, and can take endless time"
    ),
    r"E.*": '".*" would run across the text around a code',
    r"E\s+\d": r'"\s+" would run across the text around a code',
    r"E[^x]+": '"[^x]+" would run across the text around a code',
    r"E.{2,}": '".{2,}" would run across the text around a code',
    "": "it matches the empty text",
    r"a?": "it matches the empty text",
    r"a|": "it matches the empty text",
    r"(": "a parenthesis is never closed",
    r"a)": "a parenthesis is closed that was never opened",
    r"*a": '"*" repeats nothing',
    r"a**": '"*" repeats nothing',
    r"a+?": '"?" repeats nothing',
    r"a{2}{3}": '"{3}" repeats nothing',
    r"(+a)": '"+" repeats nothing',
    r"a|+": '"+" repeats nothing',
    r"^a": '"^a" is not understood in a code pattern',
    r"a$": '"$" is not understood in a code pattern',
    r"\ba": r'"\ba" is not understood in a code pattern',
    r"(a)\1": r'"\1" is not understood in a code pattern',
    r"(?=a)b": '"?" repeats nothing',
    r"(?P<x>a)": '"?" repeats nothing',
    r"(?i)a": '"?" repeats nothing',
    r"a{,3}": '"{,3}" is not understood in a code pattern',
    r"[]": '"[]" is not understood in a code pattern',
    r"[[a]": '"[[a]" is not understood in a code pattern',
    r"[a--b]": '"[a--b]" is not understood in a code pattern',
    r"[a": '"[a" is not understood in a code pattern',
    r"\p{L}": r'"\p{L}" is not understood in a code pattern',
    "a" * 201: "it is longer than 200 characters",
}

UNREADABLE = {r"x{3,1}", r"[z-a]"}
"""What Python itself refuses, in its own words."""


@pytest.mark.parametrize("pattern", SAFE.values(), ids=SAFE.keys())
def test_patterns_of_real_codes_are_accepted(pattern: str) -> None:
    assert patterns.problem(pattern) == ""


@pytest.mark.parametrize(("pattern", "problem"), REFUSED.items(), ids=list(REFUSED))
def test_a_refused_pattern_is_told_why(pattern: str, problem: str) -> None:
    assert patterns.problem(pattern) == problem


@pytest.mark.parametrize("pattern", sorted(UNREADABLE))
def test_what_python_cannot_compile_is_refused(pattern: str) -> None:
    with pytest.raises(re.error) as caught:
        re.compile(pattern)
    assert patterns.problem(pattern) == str(caught.value)


# --- finding codes --------------------------------------------------------------------------------

TEXTS = {
    "kana behind": "AZCM0013を修正する",
    "kana around": "エラーAZCM0013です",
    "Hangul behind": "AZCM0013은 오류입니다",
    "Arabic behind": "الرمزAZCM0013هنا",
    "an accented letter before": "éAZCM0013",
    "punctuation": "(AZCM0013):",
    "full-width brackets": "「AZCM0013」",
    "a right-to-left mark": "\u200fAZCM0013\u200f",
    "in a file name": "log-AZCM0013.txt",
}
SILENT = {
    "a letter behind": "AZCM0013x",
    "a digit behind": "AZCM00131",
    "an underscore before": "_AZCM0013",
    "a letter before": "xAZCM0013",
    "small letters": "azcm0013",
    "Arabic digits": "AZCM٠٠١٣",
    "full-width digits": "AZCM００１３",
}


@pytest.mark.parametrize("text", SILENT.values(), ids=SILENT.keys())
def test_what_only_looks_like_a_code_is_none(text: str) -> None:
    find = patterns.mentions([r"AZCM\d{4}"])
    assert find is not None
    assert find.findall(text) == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_code_is_found_in_every_script(text: str) -> None:
    find = patterns.mentions([r"AZCM\d{4}"])
    assert find is not None
    assert find.findall(text) == ["AZCM0013"]


def test_the_codes_of_all_catalogs_are_found_in_their_order() -> None:
    find = patterns.mentions(["", r"A\d|B\d", r"A\d\d", r"A\d|B\d"])
    assert find is not None
    assert find.findall("B1 A22 A1、A333 C1") == ["B1", "A22", "A1"]


@pytest.mark.parametrize("none", [[], [""], ["", ""]])
def test_without_a_pattern_there_is_nothing_to_find(none: list[str]) -> None:
    assert patterns.mentions(none) is None


@pytest.mark.parametrize("code", ["AZCM0013", "azcm0013", "Azcm0013"])
def test_a_whole_code_is_known_in_any_letter_case(code: str) -> None:
    assert patterns.compile_code(r"AZCM\d{4}").fullmatch(code)


# --- laws -----------------------------------------------------------------------------------------

_PIECES = (
    *("a", "b", "Z", "0", "é", "店", "-", ".", " ", "\n"),
    *(r"\d", r"\w", r"\s", r"\.", r"\-", "[ab]", "[^a]", "[a-z0-9]", r"[\d.]"),
    *("(", "(?:", ")", "|", "*", "+", "?", "{2}", "{1,3}", "{2,}", "{0,99}"),
)
_pattern = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)


@given(st.one_of(st.text(max_size=30), _pattern, st.text("[]()\\^-|&~*+?{},0a", max_size=20)))
@example("[a||b]")
@example("[~~]")
@example("(" * 100)
def test_any_text_is_judged_and_what_is_accepted_compiles(pattern: str) -> None:
    assume(patterns.problem(pattern) == "")
    assert patterns.compile_code(pattern).fullmatch("") is None
    assert patterns.mentions([pattern]) is not None


_REPEAT = re.compile(r"[*+?]|\{\d+,?\d*\}")


@given(_pattern)
def test_no_accepted_pattern_can_choose_often(pattern: str) -> None:
    """What makes an engine slow is not measured but counted: repeats, and repeats of repeats."""
    assume(patterns.problem(pattern) == "")
    plain = re.sub(r"\[[^\]]*\]|\\.", "x", pattern)
    repeats = [match[0] for match in _REPEAT.finditer(plain)]
    variable = [repeat for repeat in repeats if not re.fullmatch(r"\{\d+\}", repeat)]
    endless = [repeat for repeat in repeats if repeat in "*+" or repeat.endswith(",}")]
    nested = re.search(r"\([^()]*[*+?|{][^()]*\)(?:[*+]|\{)", plain)
    assert (len(variable) <= patterns.MAX_CHOICES, len(endless) <= patterns.MAX_WIDE, nested) == (
        True,
        True,
        None,
    )


@given(
    st.sampled_from([r"AZCM\d{4}", r"[A-Z]{2,4}-\d{2,3}", r"(?:NU|MSB)\d{4}"]).flatmap(
        lambda p: st.tuples(st.just(p), st.from_regex(re.compile(p, re.ASCII), fullmatch=True))
    ),
    st.text(st.characters(min_codepoint=0x3000, max_codepoint=0xD7A3), max_size=5),
    st.text(st.characters(min_codepoint=0x590, max_codepoint=0x6FF), max_size=5),
)
def test_a_code_is_found_whatever_letters_stand_beside_it(
    made: tuple[str, str], before: str, behind: str
) -> None:
    pattern, code = made
    find = patterns.mentions([pattern])
    assert find is not None
    assert find.findall(f"{before}{code}{behind}") == [code]
