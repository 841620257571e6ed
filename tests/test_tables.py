"""Selections: which entries a table shows, and how footnotes of several tables fit together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from errbook import loader, locales, tables
from errbook.markdown import Node
from errbook.model import Book
from errbook.tables import BadQuery, Cell, Note, Query, Row, Table

CATALOG = b"""
catalog: shop
platforms: [linux, windows]
code_pattern: 'SHOP\\d{3}'
categories: {pay: Payment, stock: Stock}
entries:
  SHOP001: {title: Zebra, cause: c, fix: f, severity: warning, category: pay, tags: [two words]}
  SHOP003: {title: "\xc3\x89clair", cause: c, fix: f, severity: fatal, category: stock,
            since: "1.10"}
  SHOP002: {title: apple, cause: c, fix: f, identifiers: {exit-code: [2, 3]}, platforms: [linux]}
  no-stock: {code: none, title: Empty, cause: c, fix: f, messages: [{text: no stock}]}
"""


@pytest.fixture(scope="module")
def book() -> Book:
    catalogs, found = loader.load({"shop.yml": CATALOG})
    assert not [f for f in found if f.code != "EB117"], found
    return Book(catalogs)


SELECTIONS = {
    "all": ("", "", "shop001 shop003 shop002 no-stock"),
    "one value": ("severity=warning", "", "shop001"),
    "several values": ("severity=warning|fatal", "", "shop001 shop003"),
    "another value": ("severity!=error", "", "shop001 shop003"),
    "no value": ("code=none", "", "no-stock"),
    "any value": ("code!=none", "", "shop001 shop003 shop002"),
    "letter case": ("code=shop001", "", "shop001"),
    "stars": ("code=SHOP00* and category!=none", "", "shop001 shop003"),
    "a space in quotes": ("tag='two words'", "", "shop001"),
    "and in quotes": ("tag='this and that'", "", ""),
    "an identifier": ("identifier=exit-code:3", "", "shop002"),
    "a version": ("since=1.10", "", "shop003"),
    "a platform": ("platform=linux", "", "shop002"),
    "two conditions": ("category=pay and severity=fatal", "", ""),
    "brackets are letters": ("code=SHOP[0]01", "", ""),
    "by code": ("", "code", "shop001 shop002 shop003 no-stock"),
    "by severity": ("", "severity", "shop003 shop002 no-stock shop001"),
    "by title": ("", "title", "shop002 shop003 no-stock shop001"),
}


@pytest.mark.parametrize("name", SELECTIONS)
def test_selection(book: Book, name: str) -> None:
    where, sort, ids = SELECTIONS[name]
    found = tables.select(book, Query("*", where=where, sort=sort))
    assert " ".join(entry.id for entry in found) == ids


MISTAKES = {
    "catalog": (Query("shp"), 'unknown catalog "shp"; did you mean "shop"?'),
    "column": (Query("shop", ("code", "caus")), 'unknown column "caus"; did you mean "cause"?'),
    "no column": (Query("shop", ()), "no columns; there is code, title"),
    "condition": (Query("shop", where="severity"), '"severity" is no condition'),
    "empty condition": (Query("shop", where="code=x and "), '"" is no condition'),
    "key": (Query("shop", where="sverity=error"), 'did you mean "severity"?'),
    "severity": (Query("shop", where="severity=eror"), 'did you mean "error"?'),
    "sort": (Query("shop", sort="date"), "there is code, severity, title"),
    "depth": (Query("shop", depth=7), "cannot have the depth 7"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_query_says_what_there_is(book: Book, name: str) -> None:
    query, message = MISTAKES[name]
    with pytest.raises(BadQuery) as raised:
        tables.select(book, query)
    assert message in str(raised.value)


# --- footnotes ------------------------------------------------------------------------------------


def _text(words: str) -> tuple[Node, ...]:
    return (Node("paragraph", "", (Node("text", words),)),)


def _table(*notes: Note) -> Table:
    blocks = tuple(Node("paragraph", "", (Node("note", note.label),)) for note in notes)
    row = Row("e", "", (Cell(blocks),))
    return Table("shop", "Shop", ("fix",), ("Fix",), locales.parse("en"), (row,), notes)


def test_footnotes_are_numbered_through_a_document_and_stand_once() -> None:
    a, b, c = (Note(label, _text(label)) for label in "abc")
    first, second = tables.numbered([_table(b, a), _table(a, c)])
    assert [(n.label, n.number, n.here) for n in first.notes] == [("b", 1, True), ("a", 2, True)]
    assert [(n.label, n.number, n.here) for n in second.notes] == [("a", 2, False), ("c", 3, True)]


def test_another_text_with_the_same_label_gets_another_label() -> None:
    english, french = Note("a", _text("note")), Note("a", _text("remarque"))
    made = tables.numbered([_table(english), _table(french), _table(french), _table(english)])
    assert [t.notes[0].label for t in made] == ["a", "a-2", "a-2", "a"]
    assert [list(tables.notes_in(t.rows[0].cells[0].blocks)) for t in made] == [
        ["a"], ["a-2"], ["a-2"], ["a"]
    ]  # fmt: skip
    assert [t.notes[0].here for t in made] == [True, True, False, False]


def test_numbering_twice_changes_nothing() -> None:
    table = _table(Note("a", _text("note")))
    once = tables.numbered([table])
    assert tables.numbered(once) == once
    assert once == [replace(table, notes=(replace(table.notes[0], number=1),))]
