"""A book's tables: at hand and published, in a reader's language, in every format."""

from __future__ import annotations

import json
from typing import Any

import pytest

from errbook import library, locales, markdown, published, tables
from errbook.formats.tables import TABLE_FORMATS
from errbook.library import Local
from errbook.project import Project
from errbook.tables import COLUMNS, BadBook, Query, Table

Golden = Any


def made(shop: Project, query: Query, tag: str = "", base: str | None = None) -> list[Table]:
    return tables.numbered(Local(shop, base).listing(tag).tables(query))


@pytest.mark.parametrize("tag", ["en-US", "fr-FR", "pt-BR", "ar"])
@pytest.mark.parametrize("name", TABLE_FORMATS)
def test_all_columns_in_every_format(shop: Project, golden: Golden, name: str, tag: str) -> None:
    written = TABLE_FORMATS[name].write(made(shop, Query("*", COLUMNS), tag))
    golden(f"tables/shop.{tag}.{name}.txt", written)


def cells(table: Table, column: str) -> dict[str, str]:
    at = table.columns.index(column)
    return {row.id: markdown.words(row.cells[at].blocks) for row in table.rows}


def links(table: Table) -> list[str]:
    return table_links(node for row in table.rows for cell in row.cells for node in cell.blocks)


def table_links(nodes: Any) -> list[str]:
    found = []
    for node in nodes:
        found += [node.text] if node.kind == "link" else []
        found += table_links(node.children)
    return found


def test_a_reserved_code_has_no_row(shop: Project) -> None:
    (table,) = made(shop, Query("shop"))
    assert "shop005" not in [row.id for row in table.rows]


def test_without_a_code_the_title_names_the_entry(shop: Project) -> None:
    (table,) = made(shop, Query("shop", ("code",)))
    assert cells(table, "code")["payment-lost"] == "The payment is lost"


def test_variants_are_told_apart_by_their_platforms(shop: Project) -> None:
    (table,) = made(shop, Query("shop", ("fix", "platform"), "code=SHOP003"))
    assert cells(table, "platform") == {"shop003": "Windows and Linux"}


def test_no_action_is_said(shop: Project) -> None:
    (table,) = made(shop, Query("shop", ("fix",), "severity=success"))
    assert cells(table, "fix") == {"shop006": "No action needed."}


BASES = {
    None: "https://shop.example/help/en-US/errors/shop001/",
    "https://x.example": "https://x.example/en-US/errors/shop001/",
    "../help/": "../help/en-US/errors/shop001/",
}


@pytest.mark.parametrize("base", BASES)
def test_where_links_lead(shop: Project, base: str | None) -> None:
    (table,) = made(shop, Query("shop", ("code",), "code=SHOP001"), base=base)
    assert links(table) == [BASES[base]]
    assert table.rows[0].url == BASES[base]


def test_without_a_base_only_links_to_elsewhere_stay(shop: Project) -> None:
    (table,) = made(shop, Query("shop", ("code", "cause", "fix")), base="")
    assert links(table) == []
    (note,) = table.notes
    assert table_links(note.blocks) == ["https://shop.example/status"]


def test_a_locale_by_its_language_alone(shop: Project) -> None:
    assert Local(shop).listing("fr").locale.tag == "fr-FR"


def test_an_unknown_locale_says_which_there_are(shop: Project) -> None:
    with pytest.raises(BadBook, match=r'no locale "xx"; it has en-US, fr-FR, ar, pt-BR'):
        Local(shop).listing("xx")


# --- a published book -----------------------------------------------------------------------------


def said(text: str, **more: str) -> dict[str, str]:
    return {"markdown": text, "html": "", "text": "", "state": "ok", "locale": "fr-FR", **more}


BOOK: dict[str, Any] = {
    "version": 1,
    "locale": "fr-FR",
    "book": "Shop",
    "catalogs": [{"name": "shop", "title": "Boutique", "footnotes": {"n": said("Une *note*.")}}],
    "entries": [
        {
            "id": "shop001",
            "catalog": "shop",
            "code": "SHOP001",
            "url": "errors/shop001/",
            "title": said("Carte refusée"),
            "cause": said("Voir SHOP002, c’est-à-dire `SHOP002`.[^n]"),
            "fix": said("Call [them](errors/shop002/).", locale="en-US", state="missing"),
            "severity": "fatal",
            "tags": ["a b"],
        },
        {
            "id": "shop002",
            "catalog": "shop",
            "code": "SHOP002",
            "url": "errors/shop002/",
            "title": None,
            "cause": said("Cause <b>."),
            "fix": None,
            "variants": [
                {"platform": "linux", "cause": said("Cause"), "fix": said("Sudo.")},
                {"platform": "windows", "cause": said("Cause"), "fix": said("UAC.")},
            ],
            "severity": "warning",
            "identifiers": {"exit-code": ["2"]},
            "messages": [{"text": "no {x}", "summary": ""}],
        },
    ],
}
WHERE = "https://shop.example/fr-FR/errors.json"


def published_tables(query: Query, base: str | None = None) -> list[Table]:
    found = published.read(json.dumps(BOOK).encode(), WHERE, base)
    return tables.numbered(found.tables(query))


def test_a_published_book_has_the_same_tables() -> None:
    (table,) = published_tables(Query("shop", ("code", "cause", "fix", "severity", "message")))
    assert TABLE_FORMATS["markdown"].write([table]) == (
        "| Code | Cause | Solution | Gravité | Message |\n"
        "| --- | --- | --- | --- | --- |\n"
        "| [`SHOP001`](https://shop.example/fr-FR/errors/shop001/) | Voir SHOP002, c’est-à-dire"
        " [`SHOP002`](https://shop.example/fr-FR/errors/shop002/).[^shop-n] |"
        ' <span lang="en-US" dir="ltr">Call [them](https://shop.example/fr-FR/errors/shop002/).'
        f"</span> <em>(anglais)</em> | {cells(table, 'severity')['shop001']} |  |\n"
        "| [`SHOP002`](https://shop.example/fr-FR/errors/shop002/) | Cause &lt;b>. |"
        " **Linux**<br>Sudo.<br>**Windows**<br>UAC. |"
        f" {cells(table, 'severity')['shop002']} | `no {{x}}` |\n"
        "\n[^shop-n]: Une *note*.\n"
    )


def test_a_published_book_is_selected_from() -> None:
    (table,) = published_tables(Query("*", ("code",), "tag='a b' and severity=fatal"))
    assert [row.id for row in table.rows] == ["shop001"]


def test_a_published_book_with_another_base() -> None:
    (table,) = published_tables(Query("*", ("code",), "code=SHOP001"), "https://x.example/")
    assert links(table) == ["https://x.example/fr-FR/errors/shop001/"]


def broken(**changes: Any) -> bytes:
    return json.dumps({**BOOK, **changes}).encode()


BROKEN = {
    "no JSON": (b"<html>", "is not JSON"),
    "no object": (b"[1]", "has no list of entries"),
    "no entries": (broken(entries=None), "has no list of entries"),
    "newer": (broken(version=99), "has the version 99; this errbook reads 1"),
    "no version": (broken(version="x"), "has the version x"),
    "locale": (broken(locale="xx-YY"), '"xx-YY" is not a locale'),
    "entry": (broken(entries=[{"code": "X"}]), "is no errors.json of errbook"),
    "text": (broken(entries=[{"id": "x", "catalog": "shop", "cause": 1}]), "is no errors.json"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_file_that_is_no_book_says_why(name: str) -> None:
    content, message = BROKEN[name]
    with pytest.raises(BadBook) as raised:
        published.read(content, WHERE)
    assert message in str(raised.value)
    assert WHERE in str(raised.value)


def test_targets_that_are_no_addresses_are_left_out() -> None:
    entry = {
        **BOOK["entries"][0],
        "cause": said("[a](javascript:alert(1)) [b](link:x) [c](file:///e)"),
    }
    found = published.read(broken(entries=[entry]), WHERE)
    (table,) = found.tables(Query("shop", ("cause",)))
    assert links(table) == []
    assert found.words.locale == locales.parse("fr-FR")
    assert not library.is_url("file:///etc/passwd")
