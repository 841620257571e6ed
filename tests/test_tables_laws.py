"""A table shows exactly the entries that are asked for, or says which words it does not know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import loader, tables
from errbook.model import Book
from errbook.tables import BadQuery, Query

SHOP = """\
catalog: shop
platforms: [linux, windows]
categories: {auth: Sign-in, card: Cards}
entries:
  S2: {title: Ärger, cause: c, fix: f, severity: fatal, category: auth, tags: [a, Ünï], since: 1.10}
  S1: {title: 証明書, cause: c, fix: f, platforms: [linux], tags: [service principal]}
  S3: {status: reserved}
  S4: {cause: c, variants: {linux: {fix: f}, windows: {fix: g}}, severity: warning, category: card}
  x: {code: none, title: بطاقة, cause: c, fix: f, status: deprecated, replaced_by: [S1]}
"""
TILL = "catalog: till\nentries:\n  T1: {title: b, cause: c, fix: none, severity: success}\n"
_CATALOGS, _FOUND = loader.load({"shop.yml": SHOP.encode(), "till.yml": TILL.encode()})
BOOK = Book(_CATALOGS)


def _rows(catalog: str = "*", where: str = "", sort: str = "") -> list[str]:
    return [entry.id for entry in tables.select(BOOK, Query(catalog, where=where, sort=sort))]


def test_the_example_has_no_mistake() -> None:
    assert _FOUND == []


QUERIES = {
    "": ["s2", "s1", "s4", "x", "t1"],
    "severity=error": ["s1", "x"],
    "severity=error|fatal": ["s2", "s1", "x"],
    "severity!=error": ["s2", "s4", "t1"],
    "code!=none": ["s2", "s1", "s4", "t1"],
    "code=none": ["x"],
    "code=s1": ["s1"],
    "id=S1|t1": ["s1", "t1"],
    "category=none": ["s1", "x", "t1"],
    "category=auth|card": ["s2", "s4"],
    "platform=windows": ["s4"],
    "platform=linux": ["s1", "s4"],
    "platform!=linux": ["s2", "x", "t1"],
    "status=deprecated": ["x"],
    "tag=ünï": ["s2"],
    "since=1.10": ["s2"],
    " severity = error  and  platform = linux ": ["s1"],
    "severity=error and code=none and status=active": [],
}


@pytest.mark.parametrize(("where", "rows"), QUERIES.items(), ids=list(QUERIES))
def test_a_condition_selects_entries_in_the_order_of_the_files(where: str, rows: list[str]) -> None:
    assert _rows(where=where) == rows


@pytest.mark.parametrize(
    ("sort", "rows"),
    [
        ("code", ["s1", "s2", "s4", "x"]),
        ("severity", ["s2", "s1", "x", "s4"]),
        ("", ["s2", "s1", "s4", "x"]),
    ],
)
def test_rows_have_the_order_that_is_asked_for(sort: str, rows: list[str]) -> None:
    assert _rows("shop", sort=sort) == rows


BAD = {
    "catalog": (Query("shp"), 'unknown catalog "shp"; did you mean "shop"?'),
    "column": (Query("shop", ("cod",)), 'unknown column "cod"; did you mean "code"?'),
    "order": (Query("shop", sort="cod"), 'unknown sort "cod"; did you mean "code"?'),
    "condition": (
        Query("shop", where="sevrity=x"),
        'unknown condition "sevrity"; did you mean "severity"?',
    ),
    "no condition": (
        Query("shop", where="severity"),
        '"severity" is no condition; write key=value or key!=value',
    ),
    "half a condition": (
        Query("shop", where="code=A and"),
        '"code=A and" is no condition; write key=value or key!=value',
    ),
}


@pytest.mark.parametrize(("query", "message"), BAD.values(), ids=BAD.keys())
def test_a_word_that_is_not_known_is_answered_with_one_that_is(query: Query, message: str) -> None:
    with pytest.raises(BadQuery) as caught:
        tables.select(BOOK, query)
    assert str(caught.value) == message


def test_what_is_far_from_every_word_is_answered_with_all_of_them() -> None:
    with pytest.raises(BadQuery) as caught:
        tables.select(BOOK, Query("qqq"))
    assert str(caught.value) == 'unknown catalog "qqq"; there is shop, till, *'


# --- laws -----------------------------------------------------------------------------------------

_keys = st.sampled_from(["code", "platform", "category", "status", "tag", "id", "since"])
_values = st.sampled_from(["none", "s1", "auth", "linux", "deprecated", "a", "1.10", "no-such"])
_severities = st.sampled_from(["error", "fatal", "warning", "info"])
_parts = st.one_of(
    st.tuples(_keys, _values),
    st.tuples(st.just("severity"), _severities),
)


@given(_parts)
def test_each_entry_fulfils_a_condition_or_its_opposite(part: tuple[str, str]) -> None:
    key, value = part
    yes, no = _rows(where=f"{key}={value}"), _rows(where=f"{key}!={value}")
    assert (set(yes) | set(no), set(yes) & set(no)) == (set(_rows()), set())


@given(_parts, _parts)
def test_and_asks_for_both(one: tuple[str, str], other: tuple[str, str]) -> None:
    first, second = (f"{key}={value}" for key, value in (one, other))
    assert _rows(where=f"{first} and {second}") == [
        row for row in _rows(where=first) if row in _rows(where=second)
    ]


@given(
    st.text(max_size=30)
    | st.lists(
        st.sampled_from(["code", "=", "!=", " and ", "|", "'", '"', "a", "*", " ", "["])
    ).map("".join)
)
def test_any_condition_is_understood_or_refused(where: str) -> None:
    try:
        rows = _rows(where=where)
    except BadQuery:
        return
    assert set(rows) <= set(_rows())
