"""Everything errbook can report is documented by errbook itself, and nothing else is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import errbook
from conftest import ROOT
from errbook import loader
from errbook.checks.unit import CHECKS
from errbook.diagnostics import RULES, Diagnostic, Location, Severity, in_order, report, worst
from errbook.model import Entry

PACKAGE = Path(errbook.__file__).parent
CODE = re.compile(r"""["'](EB\d{3})["']""")


def documented() -> dict[str, Entry]:
    path = "source/errors/errbook.yml"
    (catalog,), found = loader.load({path: (ROOT / path).read_bytes()})
    assert [f for f in found if f.severity is Severity.ERROR] == []
    return {entry.code or "": entry for entry in catalog.entries}


def used() -> set[str]:
    """The codes that the package's code names outside of the table of rules."""
    return {
        code
        for path in PACKAGE.rglob("*.py")
        if path != PACKAGE / "diagnostics.py"
        for code in CODE.findall(path.read_text("utf-8"))
    }


def test_every_diagnostic_has_an_entry_and_every_entry_a_diagnostic() -> None:
    assert list(documented()) == list(RULES)


def test_an_entry_has_the_severity_of_its_diagnostic() -> None:
    written = {code: entry.severity for code, entry in documented().items()}
    assert written == {code: str(rule.severity) for code, rule in RULES.items()}


@pytest.mark.parametrize("code", RULES)
def test_an_entry_says_why_what_to_do_and_shows_what_is_printed(code: str) -> None:
    entry = documented()[code]
    assert entry.title is not None
    assert entry.cause is not None
    assert entry.cause.texts
    assert entry.fix is not None
    assert entry.fix.texts, f"{code} must say what to do"


def test_every_rule_is_used_and_every_code_has_a_rule() -> None:
    assert used() == set(RULES)


def test_a_rule_has_a_code_and_a_name_of_its_own() -> None:
    assert list(RULES) == sorted(RULES)
    assert all(re.fullmatch(r"EB\d{3}", code) for code in RULES)
    names = [rule.name for rule in RULES.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.find.__name__)
def test_a_check_has_a_manual(check: object) -> None:
    find = check.find  # type: ignore[attr-defined]
    lines = [line.strip() for line in (find.__doc__ or "").splitlines()]
    assert lines[0].endswith(".")
    assert [line.split(":")[0] for line in lines if line.startswith(("Bad:", "Good:"))] == [
        "Bad",
        "Good",
    ]


# --- values ---------------------------------------------------------------------------------------

found = st.builds(
    lambda code, path, line, column, message: report(code, Location(path, line, column), message),
    st.sampled_from(sorted(RULES)),
    st.sampled_from(["a.yml", "b.po", "ب.po"]),
    st.integers(1, 3),
    st.integers(1, 3),
    st.sampled_from(["one", "二"]),
)


def test_a_wrong_code_is_a_wrong_call() -> None:
    with pytest.raises(KeyError):
        report("EB999", Location("a.yml"), "no such rule")


@given(st.lists(found), st.randoms())
def test_the_order_does_not_depend_on_the_order_of_finding(
    items: list[Diagnostic], chance: object
) -> None:
    shuffled = items[:]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    ordered = in_order(items)
    assert in_order(shuffled) == ordered == in_order(ordered)
    assert set(ordered) == set(items)
    places = [(item.location, item.code) for item in ordered]
    assert places == sorted(places)


@given(st.lists(found))
def test_the_worst_is_one_of_them(items: list[Diagnostic]) -> None:
    gravest = worst(items)
    assert gravest == (max(item.severity for item in items) if items else None)
