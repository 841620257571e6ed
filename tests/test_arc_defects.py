"""Defects that people found by hand in published translations: how many of them the checks find.

The documents are not ours and stay outside of the project; without them the tests are skipped.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from conftest import ROOT
from errbook import glossary, locales, markdown
from errbook.checks import review
from errbook.checks import terms as term_checks
from errbook.checks.unit import found_by
from errbook.diagnostics import Diagnostic, Location
from errbook.extract import SourceUnit
from errbook.po import Message
from errbook.terms import LocalTerms, SourceTerms
from errbook.translate import State, UnitState, composed

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "arc-onboarding"
pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason=f"the corpus beside the checkout is absent: {CORPUS}"
)

SOURCES = {"ja-jp.md": "en-us.2021-07-16.md"}
"""The English page behind a translation, where it is not en-us.md."""
TAGS = {name: f"{name[:2]}-{name[3:5].upper()}" for name in
        ("fr-fr.md", "de-de.md", "es-es.md", "ko-kr.md", "zh-cn.md", "ja-jp.md")}  # fmt: skip
FOUND_BY = {
    "untranslated-cell": "EB332",
    "nbsp-and-apostrophes": "EB343",
    "code-span-suffix+space-before-comma": "EB324",
    "lost-word": "EB342",
    "punctuation-after-unclosed-row": "EB323",
    "untranslated-fragment": "EB333",
    "identifier-corrupted": "EB339",
    "emphasis-lost": "EB337",
    "path-level-lost": "EB340",
    "header-punctuation": "EB323",
    "stray-space": "EB324",
    "bold-lost": "EB337",
    "literal-case-changed": "EB346",
}
"""The code that a kind of defect must be found by."""
MISSED = {
    ("ko-kr.md", "27"): "the page ends its cells with full stops throughout: its style, no mistake",
    ("de-de.md", "81"): "a compound cut in two: only a dictionary tells that it is one word",
    ("ko-kr.md", "81"): "the word in italics is translated, and italics of translated words are"
    " left to the translator: comparing them was 17 % false alarms",
}
"""Rows that no check finds, and why."""

REAL = {
    "fr-fr.md": {"EB332": 1, "EB343": 1, "EB345": 6},
    "de-de.md": {"EB324": 1, "EB333": 8, "EB342": 4, "EB344": 2, "EB345": 2},
    "es-es.md": {"EB323": 1, "EB332": 1, "EB333": 1, "EB339": 2},
    "ko-kr.md": {"EB323": 2, "EB340": 1},
    "zh-cn.md": {"EB324": 1, "EB337": 5},
    "ja-jp.md": {"EB325": 1, "EB332": 1, "EB340": 1, "EB346": 1},
}
"""How many findings on each page a reader of the two texts agrees with: the rows and more."""
FALSE_ALARMS = {
    # Cells that the translator wrote as whole sentences, with a full stop; only told, no warning.
    "fr-fr.md": {"EB323": 1},
    "es-es.md": {"EB323": 22},
    # … and a term whose two words have another word between them.
    "de-de.md": {"EB323": 11, "EB344": 1},
}
"""How many findings are wrong, and why."""


@dataclass(frozen=True)
class Page:
    """What the checks say about a page."""

    found: tuple[tuple[int, Diagnostic], ...]
    """(line, finding)"""


@cache
def checked(name: str) -> Page:
    """A published page, read against the English one behind it."""
    source = markdown.units((CORPUS / SOURCES.get(name, "en-us.md")).read_text("utf-8"), "page")
    target = markdown.units((CORPUS / name).read_text("utf-8"), "page")
    assert len(source) == len(target)
    path = ROOT / "source" / "glossary.yml"
    terms, _ = glossary.load(path.read_bytes(), "glossary.yml")
    locale = locales.parse(TAGS[name])
    local = LocalTerms(SourceTerms(terms), locale)
    states = []
    for number, (before, after) in enumerate(zip(source, target, strict=True)):
        unit = SourceUnit(
            f"page:arc.md#{after.line + 1}|{before.kind}{number}",
            before.text,
            before.kind,
            Location(name),
            page=True,
        )
        text = composed(after.text)
        message = Message(unit.context, unit.text, text, line=after.line + 1)
        states.append(UnitState(unit, State.OK, text, message, Location(name, after.line + 1)))
    english = locales.parse("en-US")
    found = list(review.run(states, english, locale, local))
    for state in states:
        pair = review.pair_of(state, english, locale, local)
        found += found_by(term_checks.BLOCKING, pair, state.location or Location(name))
    return Page(tuple((f.location.line, f) for f in found))


def rows() -> list[dict[str, str]]:
    """The defects that a program could find."""
    if not CORPUS.is_dir():
        return []
    with (CORPUS / "DEFECTS.tsv").open(encoding="utf-8", newline="") as stream:
        read = csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE)
        how = next(name for name in read.fieldnames or () if name.startswith("check("))
        return [row for row in read if row[how] == "auto"]


def is_found(row: dict[str, str]) -> bool:
    code = FOUND_BY.get(row["category"])
    for line, finding in checked(row["file"]).found:
        about = f"#{row['line']}|" in finding.message
        anywhere = code == "EB343"
        near = int(row["line"]) - line in (0, 1)  # a note begins a line before its text
        if finding.code == code and (near or about or anywhere):
            return True
    return False


@pytest.mark.parametrize(
    "row", rows(), ids=lambda row: f"{row['file']}:{row['line']}:{row['category']}"
)
def test_a_defect_is_found_or_it_is_known_why_not(row: dict[str, str]) -> None:
    known = (row["file"], row["line"]) in MISSED
    assert is_found(row) != known, MISSED.get((row["file"], row["line"]), "not found")


def test_four_of_five_are_found() -> None:
    found = [is_found(row) for row in rows()]
    assert sum(found) >= 0.8 * len(found)


@pytest.mark.parametrize("name", TAGS)
def test_the_other_findings_are_counted(name: str) -> None:
    found = Counter(finding.code for _, finding in checked(name).found)
    assert found == Counter(REAL[name]) + Counter(FALSE_ALARMS.get(name, {}))
