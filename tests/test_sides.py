"""Which way words run and where they stand, on the screen, on paper and without scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from browser import BOOK, Reader, Watch

pytest.importorskip("playwright", reason="playwright is missing: pip install playwright")
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.slow

PHONE = {"width": 390, "height": 844}

LAID_OUT = """
(element) => {
  const nodes = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const boxes = [];
  while (nodes.nextNode()) {
    [...nodes.currentNode.data].forEach((letter, i) => {
      if (!letter.trim()) return;
      const range = document.createRange();
      range.setStart(nodes.currentNode, i);
      range.setEnd(nodes.currentNode, i + 1);
      const box = range.getBoundingClientRect();
      if (box.width) boxes.push(box);
    });
  }
  const line = boxes.filter((box) => Math.abs(box.bottom - boxes[0].bottom) < box.height / 2);
  const space = element.getBoundingClientRect();
  const style = getComputedStyle(element);
  const free = {
    left: Math.min(...line.map((box) => box.left)) - space.left - parseFloat(style.paddingLeft),
    right: space.right - parseFloat(style.paddingRight) - Math.max(...line.map((box) => box.right)),
  };
  return {
    runs: line[0].left < line[line.length - 1].left ? "ltr" : "rtl",
    side: free.left < free.right ? "left" : "right",
  };
}
"""
"""Which way the first line of an element runs, and on which side of the element it stands."""


def laid_out(part: Locator) -> dict[str, str]:
    expect(part).to_be_visible()
    found: dict[str, str] = part.evaluate(LAID_OUT)
    return found


def box(part: Locator) -> Any:
    expect(part).to_be_visible()
    return part.evaluate("(element) => element.getBoundingClientRect().toJSON()")


def searched(page: Page, query: str) -> None:
    page.keyboard.press("/")
    page.locator(".md-search__input").fill(query)
    page.keyboard.press("End")  # the search listens to keys


# --- finding --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "query", "part", "text", "runs"),
    [
        pytest.param("en-US", "0013", "p", "given with --tags", "ltr", id="English"),
        pytest.param("en-US", "EB107", "h1", "Wrong type", "ltr", id="a title in English"),
        pytest.param("ar", "0013", "p", "--tags", "rtl", id="Arabic"),
        pytest.param("ar", "0013", "h1", "AZCM0013", "rtl", id="a title in Arabic"),
        pytest.param("ar", "Ctrl", "p", "Ctrl+C", "rtl", id="Arabic with a name"),
        pytest.param("ar", "azcm0101", "li", "AZCM0101", "rtl", id="Arabic after code"),
        pytest.param("ar", "tags", "h2", "الحل", "rtl", id="the heading of a part"),
        pytest.param("ar", "EB107", "h1", "Wrong type", "rtl", id="a code before its title"),
        pytest.param("ar", "0013", "h1", "Source format", "ltr", id="a heading that fell back"),
        pytest.param("ar", "EB107", "p", "A key needs", "ltr", id="a text that fell back"),
        pytest.param("ar", "tags", "li", "For a list", "ltr", id="a list that fell back"),
    ],
)
def test_results_stand_on_one_side_whatever_way_they_run(
    reader: Reader, tag: str, query: str, part: str, text: str, runs: str
) -> None:
    page = reader(f"{BOOK}{tag}/", locale=tag)
    searched(page, query)
    found = page.locator(f".md-search-result__list article :is({part})", has_text=text)
    side = "right" if tag == "ar" else "left"
    assert laid_out(found.filter(visible=True).first) == {"runs": runs, "side": side}


@pytest.mark.parametrize(
    ("query", "part", "text"),
    [
        pytest.param("0013", "h1 code", "AZCM0013", id="a code beside Arabic"),
        pytest.param("tags", "p code", "--tags", id="a command within Arabic"),
    ],
)
def test_code_in_a_result_runs_its_own_way(
    reader: Reader, query: str, part: str, text: str
) -> None:
    page = reader(f"{BOOK}ar/", locale="ar")
    searched(page, query)
    found = page.locator(f".md-search-result__list {part}", has_text=text).first
    expect(found).to_have_css("direction", "ltr")


@pytest.mark.parametrize("field", [".eb-lookup textarea", ".eb-filter input", ".md-search__input"])
def test_what_is_typed_has_its_own_order_on_the_side_of_the_page(
    reader: Reader, field: str
) -> None:
    page = reader(f"{BOOK}ar/{'errors/in/azcmagent/' if 'filter' in field else ''}", locale="ar")
    styles = page.locator(field).evaluate(
        "(element) => [getComputedStyle(element).unicodeBidi, getComputedStyle(element).textAlign]"
    )
    assert styles == ["plaintext", "right"]


def test_the_lookup_box_of_a_phone_grows_with_what_is_pasted(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/", viewport=PHONE)
    field = page.locator(".eb-lookup textarea")
    before = box(field)["height"]
    field.fill("one line\nanother\nand a third")
    expect(page.locator(".eb-lookup__status")).not_to_be_empty()
    assert field.evaluate("(element) => element.scrollHeight - element.clientHeight") == 0
    assert box(field)["height"] > before


def test_what_a_log_means_ends_in_its_own_full_stop(reader: Reader) -> None:
    page = reader(f"{BOOK}ar/errors/log/", locale="ar")
    page.locator(".eb-log textarea").fill("EB107\nAZCM0013")
    parts = page.locator(".eb-log__cards p bdi")
    expect(parts).to_have_count(2)
    ways = {part.inner_text()[:9]: part for part in parts.all()}
    assert laid_out(ways["A key nee"])["runs"] == "ltr"
    (arabic,) = (part for words, part in ways.items() if words != "A key nee")
    assert laid_out(arabic)["runs"] == "rtl"


# --- lists and messages ---------------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["en-US", "ar"])
def test_a_count_follows_what_it_counts(reader: Reader, tag: str) -> None:
    page = reader(f"{BOOK}{tag}/translation-status/", locale=tag)
    summary = page.locator(".eb-todo > summary", has_text="errbook").first
    name, count = box(summary.locator("bdi")), box(summary.locator(".eb-todo__count"))
    first, second = (name, count) if tag == "en-US" else (count, name)
    assert first["right"] <= second["left"] + 1


@pytest.mark.parametrize("tag", ["en-US", "ar"])
def test_the_line_of_a_program_stands_above_the_left_end_of_its_message(
    reader: Reader, tag: str
) -> None:
    page = reader(f"{BOOK}{tag}/errors/device-flow-no-such-host/", locale=tag)
    figure = page.locator(".eb-message").first
    assert box(figure.locator("figcaption"))["left"] == box(figure.locator("pre"))["left"]


@pytest.mark.parametrize(
    ("url", "locale"), [("", "en-US"), ("e/azcm0013/", "en-US"), ("no-such-page/", "ar")]
)
def test_languages_stand_on_one_side(reader: Reader, watch: Watch, url: str, locale: str) -> None:
    watch.expected.append(f"{BOOK}no-such-page/")
    watch.expected.append(f"{BOOK}ar/no-such-page/")
    page = reader(BOOK + url, locale=locale, java_script_enabled="no-such" in url)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if locale == "ar" else "ltr")
    names = page.locator("main li a[hreflang] bdi:first-of-type")
    side = "right" if locale == "ar" else "left"
    first = [box(link.locator("bdi").first)[side] for link in page.locator("main li a").all()]
    assert names.count() >= len(first) == 6
    assert max(first) - min(first) < 1


def test_the_404_page_keeps_the_name_of_the_site(reader: Reader, watch: Watch) -> None:
    watch.expected += [f"{BOOK}fr-FR/no-such-page/"]
    page = reader(f"{BOOK}fr-FR/no-such-page/", locale="fr-FR")
    expect(page).to_have_title("Page introuvable – errbook")


@pytest.mark.parametrize(
    ("tag", "shown"), [("fr-FR", 0), ("ja-JP", 1)], ids=["translated", "in another language"]
)
def test_one_badge_speaks_for_all_steps(reader: Reader, tag: str, shown: int) -> None:
    page = reader(f"{BOOK}{tag}/errors/eb302/", locale=tag)
    expect(page.locator(".eb-fix li")).to_have_count(3)
    expect(page.locator(".eb-fix .eb-badge").filter(visible=True)).to_have_count(shown)


# --- keys, paper, no scripts ----------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_button_of_the_colours_shows_the_focus(reader: Reader, scheme: str) -> None:
    page = reader(f"{BOOK}en-US/", color_scheme=scheme)
    button = page.locator("[data-md-component=palette] label:visible")
    expect(button).to_have_count(1)
    outline = "(element) => getComputedStyle(element).outlineStyle"
    assert button.evaluate(outline) == "none"
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.locator("[data-md-component=palette] input:focus")).to_have_count(1)
    assert button.evaluate(outline) == "auto"


def test_paper_shows_the_addresses_of_other_sites_alone(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/troubleshoot-agent/")
    page.wait_for_load_state("networkidle")
    page.emulate_media(media="print")
    shown = page.locator("article a[href]").evaluate_all(
        "(links) => links.map((link) =>"
        " [link.origin === location.origin, getComputedStyle(link, '::after').content])"
    )
    own = {content for within, content in shown if within}
    others = {content for within, content in shown if not within}
    assert own <= {"none", "normal"}
    assert others
    assert all("http" in content for content in others)


@pytest.mark.parametrize("tag", ["en-US", "ar"])
def test_without_scripts_the_languages_fit_on_a_phone(reader: Reader, tag: str) -> None:
    page = reader(f"{BOOK}{tag}/", locale=tag, viewport=PHONE, java_script_enabled=False)
    page.locator(".md-select button").hover()
    listed = page.locator(".md-select__inner")
    expect(listed).to_have_css("opacity", "1")
    found = box(listed)
    assert 0 <= found["left"] < found["right"] <= PHONE["width"]
    assert found["height"] >= page.locator(".md-select__item").count() * 20
