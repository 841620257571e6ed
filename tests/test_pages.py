"""What a book says in every locale: the staged pages, and what readers get where it fell back.

The expected pages are in tests/cases/pages. After a change that is meant, write them anew with
``pytest tests/test_pages.py --write-golden`` and read the difference.
"""

from __future__ import annotations

import pytest

from conftest import LOCALES, Golden
from errbook import locales
from errbook.pages import Pages, StagedPage
from errbook.project import Project
from errbook.site import stage
from reading import Element, Site


def staged(shop: Project, tag: str) -> list[StagedPage]:
    """Every page of the shop in a locale, as a builder gets it."""
    return list(Pages(stage.edition(shop, locales.parse(tag))).pages())


# --- fallback: where it is, and nowhere else ------------------------------------------------------


@pytest.mark.parametrize("tag", ["en-US", "fr-FR"])
def test_a_complete_locale_shows_no_fallback(shop: Project, tag: str) -> None:
    marked = [page.path for page in staged(shop, tag) if "eb-fallback" in page.content]
    assert marked == []
    banners = [page.path for page in staged(shop, tag) if "eb-banner" in page.content]
    assert banners == []


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["en-US", "fr-FR"])
def test_a_complete_locale_is_published_without_a_badge(shop_site: Site, tag: str) -> None:
    marked = {url: shop_site.page(f"{tag}/{url}").fallbacks for url in shop_site.pages(tag)}
    assert {url: lines for url, lines in marked.items() if lines} == {}


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["ar", "pt-BR"])
def test_fallbacks_are_exactly_where_a_text_is_not_translated(
    shop_site: Site, golden: Golden, tag: str
) -> None:
    written = []
    for url in shop_site.pages(tag):
        found = shop_site.page(f"{tag}/{url}").fallbacks
        written += [f"# /{url}", "", *(f"- {line}" for line in found), ""] if found else []
    golden(f"pages/fallbacks.{tag}.md", "\n".join(written))


@pytest.mark.slow
@pytest.mark.parametrize("tag", ["en-US", "fr-FR", "ar", "pt-BR"])
def test_a_page_that_fell_back_has_one_banner_and_no_other_page_has(
    shop_site: Site, tag: str
) -> None:
    for url in shop_site.pages(tag):
        elements = shop_site.page(f"{tag}/{url}").article_elements
        banners = [element for element in elements if element.has_class("eb-banner")]
        is_list = url.startswith("errors/in/") or url in ("", "errors/", "errors/log/")
        if not is_list:  # lists show texts of pages that have banners of their own
            fallen = any(element.has_class("eb-fallback") for element in elements)
            assert len(banners) == int(fallen), url


@pytest.mark.slow
def test_every_fallback_says_its_language_to_screen_readers(shop_site: Site) -> None:
    def said(element: Element) -> tuple[str, str]:
        return element.attributes.get("lang", ""), element.attributes.get("dir", "")

    marks = {
        said(element)
        for tag in LOCALES
        for url in shop_site.pages(tag)
        for element in shop_site.page(f"{tag}/{url}").article_elements
        if element.has_class("eb-fallback")
    }
    assert marks == {("en-US", "ltr")}


# --- the staged pages -----------------------------------------------------------------------------

GOLDEN = {
    "en-US": (
        "index.md",
        "guides/pay.md",
        "errors/index.md",
        "errors/log.md",
        "translation-status.md",
        "errors/in/shop.md",
        "errors/shop001.md",
        "errors/shop002.md",
        "errors/shop003.md",
        "errors/shop004.md",
        "errors/shop006.md",
        "errors/payment-lost.md",
        "errors/till-card.md",
    ),
    "pt-BR": ("guides/pay.md", "errors/in/shop.md", "errors/shop002.md", "errors/shop003.md"),
    "ar": ("index.md", "guides/pay.md", "errors/shop001.md", "errors/till001.md"),
}


@pytest.mark.parametrize(
    ("tag", "path"), [(tag, path) for tag, paths in GOLDEN.items() for path in paths]
)
def test_staged_page(shop: Project, golden: Golden, tag: str, path: str) -> None:
    pages = {page.path: page for page in staged(shop, tag)}
    golden(f"pages/{tag}/{path.replace('/', '.')}", pages[path].content)


def test_a_book_stages_the_same_pages_in_every_locale(shop: Project) -> None:
    def paths(tag: str) -> list[str]:
        return [page.path for page in staged(shop, tag)]

    wanted = [
        "guides/pay.md",
        "index.md",
        "errors/index.md",
        "errors/log.md",
        "translation-status.md",
        "errors/in/shop.md",
        "errors/in/till.md",
        "errors/shop001.md",
        "errors/shop002.md",
        "errors/shop003.md",
        "errors/shop004.md",
        "errors/shop006.md",
        "errors/payment-lost.md",
        "errors/till001.md",
        "errors/till-card.md",
    ]
    assert [paths(tag) for tag in LOCALES] == [wanted] * len(LOCALES)


def test_a_page_is_the_same_whenever_it_is_written(shop: Project) -> None:
    for tag in LOCALES:
        assert staged(shop, tag) == staged(shop, tag)
