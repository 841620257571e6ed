"""What the product's source says and what the book says are compared, exemptions included."""

from __future__ import annotations

import pytest

from errbook import loader, patterns, scan
from errbook.model import Book

CATALOG = rb"""
catalog: shop
code_pattern: 'SHOP\d{3}'
entries:
  SHOP001: {cause: One., fix: none}
  SHOP002: {cause: Two., fix: none, aliases: [SHOP902]}
  SHOP003: {cause: Three., fix: none, status: retired, retired_in: "2", reason: Gone.}
  SHOP004: {status: reserved}
"""


def _book() -> Book:
    catalogs, _ = loader.load({"shop.yml": CATALOG})
    return Book(catalogs)


def _found(source: str, exemptions: str = "", *, whole: bool = True) -> list[str]:
    mentions = patterns.mentions([r"SHOP\d{3}"])
    assert mentions is not None
    exempt, found = (
        scan.exemptions(exemptions.encode(), "source/scan.yml") if exemptions else ((), [])
    )
    found = [
        *found,
        *scan.compare(_book(), scan.uses(source, "a.py", mentions), exempt, whole=whole),
    ]
    return [f"{f.location} {f.code} {f.message}" for f in found]


CASES = {
    "all is well": ("SHOP001\n'SHOP002'", "", []),
    "an alias is a use": ("SHOP001 SHOP902", "", []),
    "no codes inside of words": ("SHOP001 SHOP002 XSHOP777 SHOP7777", "", []),
    "undocumented": (
        "SHOP001 SHOP002\nx SHOP777\nSHOP777",
        "",
        ["a.py:2:3 EB601 SHOP777 is in no entry (2 places)"],
    ),
    "reserved": (
        "SHOP001 SHOP002 SHOP004",
        "",
        ["a.py:1:17 EB601 SHOP004 is reserved in the book, and has no page"],
    ),
    "unused": (
        "SHOP001",
        "",
        ["shop.yml:6:3 EB602 SHOP002 is documented, and nothing in the source uses it"],
    ),
    "retired": (
        "SHOP001 SHOP002 SHOP003",
        "",
        ["a.py:1:17 EB603 SHOP003 is retired, and the source still uses it"],
    ),
    "exempt": (
        "SHOP001 SHOP777",
        "unused: {SHOP002: Elsewhere.}\nundocumented: {SHOP777: For tests.}",
        [],
    ),
    "without a reason": (
        "SHOP001",
        'unused: {SHOP002: ""}',
        [
            "source/scan.yml:1:10 EB604 the exemption of SHOP002 has no reason",
            "shop.yml:6:3 EB602 SHOP002 is documented, and nothing in the source uses it",
        ],
    ),
    "not needed": (
        "SHOP001 SHOP002",
        "unused:\n  SHOP002: Elsewhere.\nundocumented:\n  SHOP001: Why?",
        [
            "source/scan.yml:2:3 EB604 SHOP002 needs no exemption: it is used, or no entry has it",
            "source/scan.yml:4:3 EB604 SHOP001 needs no exemption: it is documented or nowhere"
            " used",
        ],
    ),
    "a wrong key": (
        "SHOP001 SHOP002",
        "unusd: {}",
        ['source/scan.yml:1:1 EB604 unknown key "unusd"'],
    ),
    "no mapping": (
        "SHOP001 SHOP002",
        "unused: all",
        ['source/scan.yml:1:1 EB604 "unused" is no mapping'],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_source_and_book_are_compared(name: str) -> None:
    source, exemptions, expected = CASES[name]
    assert _found(source, exemptions) == expected


def test_of_a_part_nobody_says_what_is_unused() -> None:
    assert _found("SHOP777", "unused: {SHOP001: Elsewhere.}", whole=False) == [
        "a.py:1:1 EB601 SHOP777 is in no entry"
    ]
