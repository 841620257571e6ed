"""The extension of Python-Markdown, in pages as other people's sites have them."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import markdown
import pytest

MARKER = '<!-- errbook: shop where="code=SHOP002" -->\n<!-- /errbook -->\n'
SITE = ["toc", "tables", "fenced_code", "footnotes", "attr_list", "admonition"]
MATERIAL = ["toc", "tables", "pymdownx.superfences", "footnotes", "pymdownx.tabbed"]


def render(text: str, project: Path, extensions: list[str] = SITE, **options: str) -> str:
    return markdown.markdown(
        text,
        extensions=[*extensions, "errbook.mdext"],
        extension_configs={
            "errbook.mdext": {"project": str(project), **options},
            **(
                {"pymdownx.tabbed": {"alternate_style": True}}
                if "pymdownx.tabbed" in extensions
                else {}
            ),
        },
    )


PLACES = {
    "alone": MARKER,
    "filled before": MARKER.replace("\n<!-- /", "\n\n| old | table |\n| --- | --- |\n\n<!-- /"),
    "between paragraphs": f"a\n{MARKER}b\n",
    "in a list": "1. a\n\n" + re.sub("^(?=.)", "    ", MARKER, flags=re.M),
    "in an admonition": "!!! note\n\n" + re.sub("^(?=.)", "    ", MARKER, flags=re.M),
}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("extensions", [SITE, [*MATERIAL, "admonition"]])
def test_a_marker_becomes_a_table(shop_dir: Path, extensions: list[str], name: str) -> None:
    html = render(PLACES[name], shop_dir, extensions)
    assert html.count("<table>") == 1
    assert '<tr id="shop002"><th scope="row">' in html
    assert '<li id="fn:shop-night">' in html
    assert "<!--" not in html
    assert "old" not in html
    assert "\x02" not in html


def test_markers_in_code_are_text(shop_dir: Path) -> None:
    html = render(f"```\n{MARKER}```\n\nAnd `<!-- errbook: shop -->`.\n", shop_dir)
    assert "<table>" not in html
    assert html.count("&lt;!-- errbook: shop") == 2


def test_pages_without_markers_need_no_book(tmp_path: Path) -> None:
    assert render("# An errbook page", tmp_path / "nowhere") == (
        '<h1 id="an-errbook-page">An errbook page</h1>'
    )


def test_a_heading_is_the_page_s_own(shop_dir: Path) -> None:
    parser = markdown.Markdown(
        extensions=["toc", "errbook.mdext"],
        extension_configs={"errbook.mdext": {"project": str(shop_dir)}},
    )
    parser.convert(MARKER.replace("shop ", "shop heading-depth=2 "))
    assert [token["name"] for token in parser.toc_tokens] == ["Shop"]  # type: ignore[attr-defined]


def test_the_language_of_a_page_and_of_a_marker(shop_dir: Path) -> None:
    text = MARKER + "\n" + MARKER.replace("shop ", "shop locale=ar ")
    html = render(text, shop_dir, locale="fr-FR")
    assert re.findall(r'<div class="errbook" lang="([^"]+)" dir="(\w+)"', html) == [
        ("fr-FR", "ltr"),
        ("ar", "rtl"),
    ]
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))


def test_where_links_lead(shop_dir: Path) -> None:
    html = render(MARKER, shop_dir, link_base="https://x.example/")
    assert 'href="https://x.example/en-US/errors/shop002/"' in html
    assert 'href="https://shop.example/help/en-US/errors/shop002/"' in render(MARKER, shop_dir)
    assert "/errors/shop002/" not in render(MARKER, shop_dir, link_base="")


def test_changes_of_the_source_and_of_a_translation_are_seen(shop_dir: Path) -> None:
    assert "counted twice" in render(MARKER, shop_dir)
    catalog = shop_dir / "source" / "errors" / "shop.yml"
    text = catalog.read_text(encoding="utf-8")
    catalog.write_text(text.replace("counted twice", "counted three times"), encoding="utf-8")
    assert "counted three times" in render(MARKER, shop_dir)
    po = shop_dir / "locales" / "fr-FR" / "shop.po"
    assert "counted" in render(MARKER, shop_dir, locale="fr-FR")
    po.unlink()
    assert '<span lang="en-US"' in render(MARKER, shop_dir, locale="fr-FR")


WRONG = {
    "catalog": (
        "<!-- errbook: nope -->\nkept\n<!-- /errbook -->",
        "page:1:1: EB404 unknown catalog",
    ),
    "open": ("a\n\n<!-- errbook: shop -->\nkept", "page:3:1: EB404 the marker is never closed"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_marker_warns_and_stays(
    shop_dir: Path, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    text, message = WRONG[name]
    with caplog.at_level(logging.WARNING):
        html = render(f"{text}\n", shop_dir)
    assert "kept" in html
    (record,) = caplog.records
    assert record.name.startswith("mkdocs.")
    assert record.getMessage().startswith(message)


def test_an_unknown_option_is_named(shop_dir: Path) -> None:
    with pytest.raises(ValueError, match='no option "projct"; it has project, locale'):
        render(MARKER, shop_dir, projct="../shop")


def test_a_book_that_is_not_there_warns(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    html = render(MARKER.replace("\n<", "\n\nkept\n\n<"), tmp_path)
    assert "kept" in html
    assert "say where the book is with project:" in caplog.text
