"""Diagnostics for people, programs, code hosts and GitHub Actions.

The expected outputs are in tests/cases/formats; ``--write-golden`` writes them anew.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Golden
from errbook import __version__, formats
from errbook.diagnostics import RULES, Diagnostic, Location, Severity, report
from errbook.formats import github, sarif, text
from errbook.formats import json as json_format

FINDINGS = [
    report(
        "EB106",
        Location("source/errors/shop.yml", 4, 5),
        'unknown key "fxi"',
        'Did you mean "fix"?',
        line_text="    fxi: Wait.",
        entry="shop001",
    ),
    report(
        "EB301",
        Location("locales/ar/shop.po", 12),
        "shop001|fix has no translation in ar",
        "Translate it.",
        locale="ar",
        context="shop001|fix",
    ),
    report(
        "EB302",
        Location("locales/ja-JP/my shop.po", 9),
        "shop001|cause は古い原文の翻訳です: 100%\nsecond, line",
        "Translate it.",
        locale="ja-JP",
    ),
    report("EB117", Location("source/errors/shop.yml", 2, 3), "the link is never used"),
    report(
        "EB206",
        Location("locales/ar/shop.po", 30),
        '"رسالة قديمة" is not in the source any more',
        line_text='\tmsgid "証明書: الخادم"',
    ),
]


@pytest.mark.parametrize("name", formats.DIAGNOSTIC_FORMATS)
def test_nothing_found(golden: Golden, name: str) -> None:
    written = formats.DIAGNOSTIC_FORMATS[name]([])
    golden(f"formats/nothing.{name}", written.replace(__version__, "VERSION"))


@pytest.mark.parametrize("name", formats.DIAGNOSTIC_FORMATS)
def test_findings(golden: Golden, name: str) -> None:
    written = formats.DIAGNOSTIC_FORMATS[name](FINDINGS)
    golden(f"formats/findings.{name}", written.replace(__version__, "VERSION"))


# --- text -----------------------------------------------------------------------------------------


def test_a_limit_counts_what_it_leaves_out() -> None:
    assert text.write(FINDINGS, limit=1).splitlines()[-2:] == [
        "… and 4 more; errbook check lists them all.",
        "Found 3 errors, 1 warning, 1 info.",
    ]


def test_a_check_is_not_said_to_list_what_a_build_found() -> None:
    broken = report("EB503", Location("en-US/index.html"), 'the link "a" leads nowhere')
    assert "… and 5 more." in text.write([*FINDINGS, broken], limit=1).splitlines()
    assert "… and 4 more; errbook check" in text.write([broken, *FINDINGS], limit=2)


def test_a_limit_that_is_not_reached_says_nothing() -> None:
    assert text.write(FINDINGS, limit=5) == text.write(FINDINGS)


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        ("abc", 1, ["  | abc", "  | ^"]),
        ("abc", 3, ["  | abc", "  |   ^"]),
        ("証明書: x", 4, ["  | 証明書: x", "  |       ^"]),
        ("\tx", 2, ["  |  x", "  |  ^"]),
        ("abc", 9, ["  | abc", "  |    ^"]),
        ("x" * 300, 1, [f"  | {'x' * 100}", "  | ^"]),
        ("x" * 300, 200, [f"  | {'x' * 100}", f"  | {' ' * 50}^"]),
        ("x" * 300, 300, [f"  | {'x' * 100}", f"  | {' ' * 99}^"]),
        ("   ", 1, []),
        ("", 5, []),
    ],
)
def test_the_caret_stands_below_the_column(line: str, column: int, shown: list[str]) -> None:
    found = report("EB102", Location("a.yml", 1, column), "wrong", line_text=line)
    assert text.block(found).splitlines()[1:] == shown


def test_colours_are_asked_for_by_role() -> None:
    written = text.block(FINDINGS[0], lambda words, role: f"<{role}>{words}</{role}>")
    assert written.splitlines() == [
        '<place>source/errors/shop.yml:4:5:</place> <error>EB106</error> unknown key "fxi"',
        "<quiet>  |     fxi: Wait.</quiet>",
        "  | <error>    ^</error>",
        '<hint>  = Did you mean "fix"?</hint>',
    ]


# --- laws -----------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=["Cs"]))
paths = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
diagnostics = st.builds(
    lambda code, path, line, column, message, hint, line_text, severity: report(
        code,
        Location(path, line, column),
        message,
        hint,
        severity=severity,
        line_text=line_text,
    ),
    st.sampled_from(sorted(RULES)),
    paths,
    st.integers(1, 10**6),
    st.integers(1, 500),
    words,
    words,
    words,
    st.sampled_from(Severity),
)


@given(st.lists(diagnostics, max_size=5))
def test_json_says_everything(found: list[Diagnostic]) -> None:
    data = json.loads(json_format.write(found))
    assert data["summary"] == {str(s): sum(f.severity is s for f in found) for s in Severity}
    assert [
        (d["code"], d["file"], d["line"], d["column"], d["message"], d["hint"], d["severity"])
        for d in data["diagnostics"]
    ] == [(f.code, *_place(f.location), f.message, f.hint, str(f.severity)) for f in found]


def _place(location: Location) -> tuple[str, int, int]:
    return location.path, location.line, location.column


@given(st.lists(diagnostics, max_size=5))
def test_github_gets_one_command_for_each_and_can_read_it_back(found: list[Diagnostic]) -> None:
    def plain(escaped: str) -> str:
        for code, character in (("%3A", ":"), ("%2C", ","), ("%0A", "\n"), ("%0D", "\r")):
            escaped = escaped.replace(code, character)
        return escaped.replace("%25", "%")

    lines = github.write(found).split("\n")
    assert lines.pop() == ""
    assert len(lines) == len(found)
    for line, item in zip(lines, found, strict=True):
        head, _, message = line.removeprefix("::").partition("::")
        command, _, properties = head.partition(" ")
        given_ = dict(part.split("=", 1) for part in properties.split(","))
        assert command in ("notice", "warning", "error")
        assert plain(given_["file"]) == item.location.path
        assert (given_["line"], given_["col"]) == (
            str(item.location.line),
            str(item.location.column),
        )
        assert plain(message).startswith(item.message)


@given(st.lists(diagnostics, max_size=5))
def test_sarif_is_whole(found: list[Diagnostic]) -> None:
    run = json.loads(sarif.write(found))["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == sorted({f.code for f in found})
    for result, item in zip(run["results"], found, strict=True):
        assert rules[result["ruleIndex"]] == result["ruleId"] == item.code
        assert result["message"]["text"].startswith(item.message)


@given(st.lists(diagnostics, max_size=5))
def test_text_never_fails_and_counts_all(found: list[Diagnostic]) -> None:
    assert text.write(found).rstrip("\n").split("\n")[-1] == text.summary(found)
