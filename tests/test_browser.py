"""What readers do on the published site, each journey in a real Chromium.

Every journey also fails when its browser logs an error, misses a file or asks another host.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import pytest

from browser import (
    BOOK,
    FONTS,
    ROOT,
    SHIFTS,
    SHOP_BOOK,
    Reader,
    Watch,
    axe_source,
    differing,
    palette,
    violations,
    violations_in_each_scheme,
)
from errbook.urls import page_url

pytest.importorskip("playwright", reason="playwright is missing: pip install playwright")
from playwright.sync_api import Locator, expect

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.slow

PHONE = {"width": 390, "height": 844}
LOCALES = ("en-US", "fr-FR", "de-DE", "ja-JP", "ar", "pt-BR")
MESSAGE = (
    "2026/11/25 ERROR Error occurred while sending request for Device Authorization Code:"
    " Post https://login.example/t/oauth2:  dial tcp lookup login.example: no such host"
)
"""A line as the agent prints it, with addresses of its own."""


def at(url: str) -> re.Pattern[str]:
    """A page by its URL below the book, whatever its query."""
    return re.compile(re.escape(BOOK + url) + r"(\?[^#]*)?(#.*)?$")


def switch_language(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile("language|langue|言語|اللغة")).hover()
    page.locator(".md-select__link", has_text=name).click()


def mark_document(page: Page) -> None:
    """So that it can be told whether the next page was loaded anew or in place, and when."""
    page.evaluate("document$.subscribe(() => { window.kept = location.pathname })")


def arrive(page: Page) -> None:
    """Wait as long as a reader needs to see a page, whose address is there before its scripts are.

    The theme notes where a page stands a tenth of a second after it came, and begins with a page
    that is loaded in place after its scripts; a link into the page that is followed before that,
    faster than any reader, would be undone.
    """
    page.wait_for_load_state()
    page.wait_for_function(
        "window.kept ? window.kept === location.pathname : history.state !== null"
    )


def in_place(page: Page) -> bool:
    return bool(page.evaluate("!!window.kept"))


# --- language -------------------------------------------------------------------------------------


def test_the_language_switch_stays_on_the_page_and_its_anchor(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/azcm0013/#fix")
    switch_language(page, "日本語")
    expect(page).to_have_url(f"{BOOK}ja-JP/errors/azcm0013/#fix")
    expect(page.locator("html")).to_have_attribute("lang", "ja-JP")
    arrive(page)
    switch_language(page, "Français")
    expect(page).to_have_url(f"{BOOK}fr-FR/errors/azcm0013/#fix")
    expect(page.locator("h1 .eb-title")).to_have_text("Étiquettes non valides")


def test_the_language_switch_stays_after_instant_navigation(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/in/azcmagent/")
    mark_document(page)
    page.get_by_role("link", name="AZCM0041").click()
    expect(page).to_have_url(at("en-US/errors/azcm0041/"))
    arrive(page)
    page.evaluate("location.hash = 'fix'")
    expect(page).to_have_url(f"{BOOK}en-US/errors/azcm0041/#fix")
    assert in_place(page)
    switch_language(page, "Français")
    expect(page).to_have_url(f"{BOOK}fr-FR/errors/azcm0041/#fix")
    expect(page.locator("html")).to_have_attribute("lang", "fr-FR")


@pytest.mark.parametrize(
    ("language", "tag"),
    [
        *((tag, tag) for tag in LOCALES),
        pytest.param("fr-CA", "fr-FR", id="another region of a language we have"),
        pytest.param("ar-EG", "ar", id="a region of a language we have without one"),
        pytest.param("sv-SE", "en-US", id="a language we do not have"),
    ],
)
def test_a_short_link_leads_to_the_language_of_the_browser(
    reader: Reader, language: str, tag: str
) -> None:
    page = reader(locale=language)
    for handle, entry in (("azcm0013", "azcm0013"), ("AZCM0018", "azcm0018")):
        page.goto(f"{BOOK}e/{handle}")
        expect(page).to_have_url(f"{BOOK}{tag}/errors/{entry}/")


def test_a_language_chosen_by_hand_is_remembered(reader: Reader, watch: Watch) -> None:
    page = reader(f"{BOOK}ja-JP/errors/azcm0013/", locale="ja-JP")
    switch_language(page, "Français")
    expect(page).to_have_url(f"{BOOK}fr-FR/errors/azcm0013/")
    page.goto(f"{BOOK}e/azcm0018/")
    expect(page).to_have_url(f"{BOOK}fr-FR/errors/azcm0018/")
    page.goto(BOOK)
    expect(page).to_have_url(f"{BOOK}fr-FR/")
    # The page is looked for in the reader's language first.
    watch.expected += [f"{BOOK}no/such/page", f"{BOOK}fr-FR/no/such/page/"]
    page.goto(f"{BOOK}no/such/page")
    expect(page.locator("h1")).to_have_text("Page introuvable")


def test_a_language_that_was_merely_visited_is_not_remembered(reader: Reader) -> None:
    page = reader(f"{BOOK}fr-FR/errors/azcm0013/", locale="ja-JP")
    page.goto(f"{BOOK}e/azcm0013/")
    expect(page).to_have_url(f"{BOOK}ja-JP/errors/azcm0013/")


# --- the state of the translations ----------------------------------------------------------------


@pytest.mark.parametrize("tag", ["en-US", "ar"])
def test_a_share_of_the_heat_map_leads_to_what_is_to_do(reader: Reader, tag: str) -> None:
    page = reader(f"{BOOK}{tag}/errors/", locale=tag)
    mark_document(page)
    page.locator(".eb-progress a").click()
    expect(page).to_have_url(at(f"{tag}/translation-status/"))
    listed = page.locator("#todo-pt-BR-azcmagent")
    expect(listed).to_be_hidden()
    arrive(page)
    page.locator("a[href$='#todo-pt-BR-azcmagent']").click()
    expect(listed).to_be_visible()
    expect(listed.locator("li").first).to_be_in_viewport()
    listed.locator("a[href*='/errors/']").first.click()
    expect(page.locator(".eb-fix")).to_be_visible()


# --- addresses that are not quite right -----------------------------------------------------------


def test_an_unknown_code_gets_a_page_with_the_nearest_codes(reader: Reader, watch: Watch) -> None:
    url = f"{BOOK}de-DE/errors/azcm0031/"
    watch.expected.append(url)
    page = reader(url, locale="en-US")
    expect(page.locator("h1")).to_have_text("Seite nicht gefunden")
    near = page.locator("#near-list")
    expect(near).to_be_visible()
    expect(near.get_by_role("listitem").first).to_have_text(re.compile(r"^AZCM\d{4}\S.*[a-z]"))
    expect(near.get_by_text("AZCM0011", exact=True)).to_be_visible()
    near.get_by_role("link", name="AZCM0011").click()
    expect(page).to_have_url(f"{BOOK}de-DE/errors/azcm0011/")


ALMOST_RIGHT: Mapping[str, str] = {
    "en-US/errors/AZCM0013/": "en-US/errors/azcm0013/",
    "e/AzCm0013/": "fr-FR/errors/azcm0013/",
    "errors/azcm0013/": "fr-FR/errors/azcm0013/",
    "azcm0013": "fr-FR/errors/azcm0013/",
    "troubleshoot-agent/": "fr-FR/troubleshoot-agent/",
    "EN-us/errors/azcm0013/": "en-US/errors/azcm0013/",
    "ja_jp/errors/azcm0013/": "ja-JP/errors/azcm0013/",
    "ja/errors/azcm0013/": "ja-JP/errors/azcm0013/",
    "en-us/errors/": "en-US/errors/",
}
"""The case of a code or of a locale, no locale at all, a code alone, an underscore, a language."""


def test_an_address_that_is_almost_right_leads_to_the_page(reader: Reader, watch: Watch) -> None:
    page = reader(locale="fr-FR")
    for wrong, right in ALMOST_RIGHT.items():
        watch.expected.append(BOOK + wrong)
        page.goto(f"{BOOK}{wrong}#fix")
        expect(page).to_have_url(f"{BOOK}{right}#fix")


def test_an_old_alias_leads_to_the_entry(reader: Reader, watch: Watch) -> None:
    page = reader(locale="fr-FR")
    for alias in ("e/SHOP100/", "e/shop100/", "fr-FR/errors/SHOP100/"):
        watch.expected.append(SHOP_BOOK + alias)
        page.goto(SHOP_BOOK + alias)
        expect(page).to_have_url(f"{SHOP_BOOK}fr-FR/errors/shop001/")


def test_a_code_of_two_products_lets_the_reader_choose(reader: Reader) -> None:
    page = reader(f"{SHOP_BOOK}e/shop001/", locale="fr-FR")
    expect(page.locator("h2")).to_have_count(2)
    page.locator("ul").nth(1).locator("a[hreflang=fr-FR]").click()
    expect(page).to_have_url(f"{SHOP_BOOK}fr-FR/errors/till-card/")


# --- finding --------------------------------------------------------------------------------------


FOUND_FIRST: Mapping[str, Mapping[str, str]] = {
    "en-US": {
        "0013": "azcm0013",
        "no such host": "device-flow-no-such-host",
        "AZCM0013": "azcm0013",
        "azcm0013": "azcm0013",
    },
    "fr-FR": {
        "jeton": "azcm0012",
        "jeton accès": "azcm0012",
        "does not have authorization": "arm-client-not-authorized",
        "0041": "azcm0041",
    },
    "ja-JP": {
        "クラウド": "azcm0014",
        "アクセス トークン": "azcm0012",
        "no such host": "device-flow-no-such-host",
        "0041": "azcm0041",
    },
    "ar": {
        "AzCm0041": "azcm0041",
        "no such host": "device-flow-no-such-host",
        "41": "azcm0041",
        "السحابة": "azcm0014",
    },
}
"""In each locale: bare numbers, codes in any case, words, parts of a message; and their entries."""


@pytest.mark.parametrize("tag", FOUND_FIRST)
def test_the_search_ranks_the_entry_first(reader: Reader, tag: str) -> None:
    page = reader(locale=tag)
    for query, identifier in FOUND_FIRST[tag].items():
        page.goto(f"{BOOK}{tag}/")
        page.keyboard.press("/")
        page.locator(".md-search__input").fill(query)
        page.keyboard.press("End")  # the search listens to keys
        first = page.locator(".md-search-result__item").first.locator("a").first
        expect(first).to_have_attribute("href", at(f"{tag}/errors/{identifier}/"))
        first.click()
        expect(page).to_have_url(at(f"{tag}/errors/{identifier}/"))


PASTED: Mapping[str, str] = {
    "tags": "errors/azcm0013/",
    "--tags": "errors/azcm0013/",
    "--cloud AzureCloud": "errors/azcm0014/",
    "^tags$": "errors/azcm0013/",
    "(tags)": "errors/azcm0013/",
    "~/tags:": "errors/azcm0013/",
    '"put single quotes"': "errors/azcm0013/",
    'tags "zzyzx"': "errors/azcm0013/",
    "(CLDR),": "errors/eb004/",
    "/dev/ttyS0": "docs/product/",
}
"""Words, what the theme's search takes for operators or letters around them, and their pages."""


@pytest.mark.parametrize("query", PASTED)
def test_the_search_takes_what_is_pasted_as_words(reader: Reader, query: str) -> None:
    page, said = reader(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{BOOK}en-US/")
    page.keyboard.press("/")
    page.locator(".md-search__input").press_sequentially(query)
    first = page.locator(".md-search-result__item").first
    expect(first.locator("a").first).to_have_attribute("href", at(f"en-US/{PASTED[query]}"))
    if query.startswith("/"):
        expect(first.locator("article")).not_to_have_count(0)
        expect(first.locator("del")).to_have_count(0)
    assert said == []


AGREES = """() =>
  Number(document.querySelector(".md-search-result__meta").textContent.match(/\\d+/))
  === document.querySelectorAll(".md-search-result__item").length"""
"""Whether the search says as many documents as it shows."""


SAID: Mapping[str, Mapping[str, str]] = {
    "en-US": {
        "qqqqqq": r"No matching documents",
        "0041": r"^1 matching document$",
        "00013": r"^1 matching document$",  # by our index alone
        "13": r"^\d+ matching documents$",  # one more than the theme's
        "azcm0013": r"\d+ matching documents",
    },
    "fr-FR": {"00041": "^1 document trouvé$"},
    "ja-JP": {"0041": "1件"},
    "ar": {"0041": "نتائج البحث مستند واحد"},
}
"""In each locale: what is looked for, and how much the search says it has found."""


@pytest.mark.parametrize("tag", SAID)
def test_the_search_says_how_much_it_found(reader: Reader, tag: str) -> None:
    page = reader(locale=tag)
    status = page.locator(".md-search-result").get_by_role("status")
    for query, said in SAID[tag].items():
        page.goto(f"{BOOK}{tag}/")
        page.keyboard.press("/")
        page.locator(".md-search__input").press_sequentially(query)
        expect(status).to_have_text(re.compile(said))
        if re.search(r"\d", status.inner_text()):
            # The theme counts first, and we add what it does not know.
            page.wait_for_function(AGREES)


@pytest.mark.parametrize(
    ("tag", "text", "identifier"),
    [
        ("en-US", "azcm0013", "azcm0013"),
        ("fr-FR", "0013", "azcm0013"),
        ("ja-JP", MESSAGE, "device-flow-no-such-host"),
    ],
    ids=["a code", "a number", "a pasted message"],
)
def test_the_lookup_box_leads_from_what_was_pasted_to_the_entry(
    reader: Reader, tag: str, text: str, identifier: str
) -> None:
    page = reader(f"{BOOK}{tag}/", locale=tag)
    form = page.locator(".eb-lookup")
    form.locator("textarea").fill(text)
    expect(form.locator(".eb-lookup__results a").first).to_have_attribute(
        "href", re.compile(f"errors/{identifier}/$")
    )
    expect(form.get_by_role("status")).not_to_be_empty()
    assert "?" not in page.url, "what was pasted stays out of the URL"
    form.locator("textarea").press("Enter")
    expect(page).to_have_url(f"{BOOK}{tag}/errors/{identifier}/")


def test_the_lookup_box_says_so_when_nothing_matches(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/?error=qqqqqq")
    form = page.locator(".eb-lookup")
    expect(form.locator("textarea")).to_have_value("qqqqqq")
    expect(form.get_by_role("status")).to_contain_text("Nothing here matches")
    expect(form.locator("li")).to_have_count(0)


def shown_rows(page: Page) -> Locator:
    return page.locator(".eb-row:visible")


def test_a_filtered_catalog_can_be_shared_and_reset(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/in/azcmagent/")
    form, status = page.locator(".eb-filter"), page.locator(".eb-count")
    whole, everything = shown_rows(page).count(), status.inner_text()
    form.get_by_label("Severity").select_option("warning")
    form.get_by_role("searchbox").fill("ctrl+c")
    expect(shown_rows(page)).to_have_count(1)
    expect(status).to_have_text(re.compile(r"\b1\b"))
    assert status.get_attribute("role") == "status"
    expect(page).to_have_url(re.compile(r"/\?text=ctrl%2Bc&severity=warning$"))
    shared = reader(page.url)
    expect(shown_rows(shared)).to_have_count(1)
    expect(shared.locator(".eb-filter").get_by_label("Severity")).to_have_value("warning")
    expect(shared.locator(".eb-filter").get_by_role("searchbox")).to_have_value("ctrl+c")
    expect(shown_rows(shared)).to_contain_text("AZCM0011")
    shared.locator(".eb-filter").get_by_role("button", name="Clear").click()
    expect(shown_rows(shared)).to_have_count(whole)
    expect(shared.locator(".eb-count")).to_have_text(everything)
    expect(shared).to_have_url(f"{BOOK}en-US/errors/in/azcmagent/")


def test_the_filter_counts_in_the_language_of_the_page(reader: Reader) -> None:
    page = reader(f"{BOOK}ar/errors/in/azcmagent/", locale="ar")
    page.locator(".eb-filter input").fill("azcm0013")
    expect(shown_rows(page)).to_have_count(1)
    expect(page.locator(".eb-count")).to_have_text(re.compile("[\u0600-\u06ff]"))


# --- on an entry's page ---------------------------------------------------------------------------


def test_the_copy_button_copies_the_literal_as_it_is(reader: Reader) -> None:
    page = reader(
        f"{BOOK}fr-FR/errors/azcm0013/",
        locale="fr-FR",
        permissions=["clipboard-read", "clipboard-write"],
    )
    block = page.locator("#examples + .eb-examples .highlight")
    block.scroll_into_view_if_needed()
    block.locator("button[data-md-type=copy]").click()
    expect(page.locator(".md-dialog")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == (
        'azcmagent connect --resource-group "myResourceGroup" --tenant-id "<tenant ID>"'
        ' --location "westeurope" --subscription-id "<subscription ID>"'
        " --tags \"Owner='Web team',Location=Redmond\""
    )


def test_a_platform_chosen_once_is_chosen_on_every_page(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/azcm0018/")
    blocks = page.locator(".eb-fix .tabbed-block")
    expect(blocks.nth(0)).to_be_visible()
    expect(blocks.nth(1)).to_be_hidden()
    page.locator(".eb-fix label", has_text="Linux").click()
    expect(blocks.nth(0)).to_be_hidden()
    expect(blocks.nth(1)).to_contain_text("sudo")
    for url in ("errors/azcm0018/", "errors/azcm0064/"):
        page.goto(f"{BOOK}en-US/{url}")
        expect(page.get_by_role("radio", name="Linux").first).to_be_checked()
        expect(page.locator(".eb-fix .tabbed-block").nth(1)).to_be_visible()


def test_a_platform_chosen_in_one_language_is_chosen_in_all(reader: Reader) -> None:
    page = reader(f"{BOOK}fr-FR/errors/azcm0018/", locale="fr-FR")
    page.locator(".eb-fix label", has_text="Linux").click()
    expect(page.locator(".eb-fix .tabbed-block").nth(1)).to_be_visible()
    for url in ("ja-JP/errors/azcm0018/", "en-US/errors/azcm0064/"):
        page.goto(BOOK + url)
        expect(page.get_by_role("radio", name="Linux").first).to_be_checked()
    page.locator(".eb-fix label", has_text="Windows").click()
    expect(page.locator(".eb-fix .tabbed-block").nth(0)).to_be_visible()
    # The theme's own memory of the French pages still says Linux.
    page.goto(f"{BOOK}fr-FR/errors/azcm0018/")
    expect(page.get_by_role("radio", name="Windows").first).to_be_checked()
    page.locator(".eb-crumbs a").last.click()
    page.locator("[href$='/azcm0064/']").first.click()
    expect(page).to_have_url(at("fr-FR/errors/azcm0064/"))
    expect(page.get_by_role("radio", name="Windows").first).to_be_checked()


def test_a_remembered_platform_moves_nothing(reader: Reader) -> None:
    page = reader(f"{BOOK}fr-FR/errors/azcm0064/", viewport=PHONE)
    page.locator(".eb-fix label", has_text="Linux").click()
    expect(page.locator(".eb-fix .tabbed-block").nth(1)).to_be_visible()
    page.add_init_script(SHIFTS)
    page.goto(f"{BOOK}en-US/errors/azcm0064/", wait_until="networkidle")
    expect(page.locator(".eb-fix .tabbed-block").nth(1)).to_be_visible()
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) < 0.01, shifts


def test_a_footnote_leads_down_and_back(reader: Reader) -> None:
    page = reader(f"{BOOK}fr-FR/errors/device-flow-no-such-host/")
    arrive(page)
    page.locator(".footnote-ref").click()
    expect(page).to_have_url(re.compile("#fn:"))
    # Beside the reference the theme may show the note once more, in a tooltip.
    back = page.locator("[id^='fn:'] .footnote-backref")
    expect(back).to_have_attribute("title", re.compile("note"))
    back.click()
    expect(page).to_have_url(re.compile("#fnref:"))


def test_scripts_work_on_pages_that_were_loaded_in_place(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/azcm0013/")
    mark_document(page)
    page.locator(".eb-crumbs a").last.click()
    expect(page).to_have_url(f"{BOOK}en-US/errors/in/azcmagent/")
    page.locator(".eb-filter input").fill("azcm0018")
    expect(shown_rows(page)).to_have_count(1)
    shown_rows(page).locator("a").first.click()
    expect(page.locator("h1")).to_contain_text("AZCM0018")
    page.locator(".eb-fix label", has_text="Linux").click()
    expect(page.locator(".eb-fix .tabbed-block").nth(1)).to_be_visible()
    page.locator(".md-header .md-logo").click()
    expect(page).to_have_url(f"{BOOK}en-US/")
    page.locator(".eb-lookup textarea").fill("azcm0041")
    page.locator(".eb-lookup textarea").press("Enter")
    expect(page.locator("h1")).to_contain_text("AZCM0041")
    assert in_place(page)
    page.go_back()
    expect(page.locator(".eb-lookup")).to_be_visible()


# --- other ways to read ---------------------------------------------------------------------------


def focused(page: Page) -> str:
    """What has the focus: its tag, and what names it."""
    return str(
        page.evaluate(
            "(({tagName, name, id, className, title}) =>"
            " `${tagName.toLowerCase()} ${name || title || id || className.split(' ')[0]}`)"
            "(document.activeElement)"
        )
    )


def test_the_keyboard_alone_reaches_everything(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/azcm0018/")
    page.keyboard.press("Tab")
    expect(page.locator(".md-skip")).to_be_focused()
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stops.append(focused(page))
        if "fix-platform" in stops[-1]:
            break
    order = [
        "a errbook",
        "button md-header__button",
        "a md-select__link",
        "input query",
        "a md-nav__link",
        "input fix-platform",
    ]
    assert [stop for stop in dict.fromkeys(stops) if stop in order] == order
    page.keyboard.press("ArrowRight")
    expect(page.locator(".eb-fix .tabbed-block").nth(1)).to_be_visible()
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".eb-fix .tabbed-block").nth(0)).to_be_visible()


def test_the_skip_link_leads_to_the_content(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/azcm0018/")
    arrive(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{BOOK}en-US/errors/azcm0018/#entry")
    expect(page.locator("#entry:target")).to_be_attached()  # the browser has gone there, too
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('article')")


def test_the_language_is_switched_by_key(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/azcm0013/")
    page.get_by_role("button", name="Select language").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.locator(".md-select__link:focus")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{BOOK}fr-FR/errors/azcm0013/")


def test_the_search_is_opened_read_and_left_by_key(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/")
    page.keyboard.press("/")
    page.keyboard.type("0013")
    # Results come with every key; those of the whole word lead to the entry.
    expect(page.locator(".md-search-result__link").first).to_contain_text("AZCM0013")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(at("en-US/errors/azcm0013/"))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            "list.replaceChildren(...[...list.children].map((row) => row.cloneNode(true)))",
            id="results that come again",
        ),
        pytest.param("list.append(list.children[0])", id="a row that moves"),
    ],
)
def test_a_chosen_result_stays_chosen_when_results_come(reader: Reader, change: str) -> None:
    page = reader(f"{BOOK}en-US/")
    page.keyboard.press("/")
    # At once: every key would bring results of its own, whose links say what was looked for.
    page.locator(".md-search__input").fill("tags")
    page.keyboard.press("End")  # the search listens to keys
    expect(page.locator(".md-search-result__item")).not_to_have_count(0)
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".md-search-result__link:focus")
    expect(chosen).to_have_count(1)
    address = chosen.get_attribute("href") or ""
    page.locator(".md-search-result__list").evaluate(f"(list) => {change}")
    expect(chosen).to_have_attribute("href", address)


def test_without_scripts_an_entry_shows_all_it_has(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/azcm0018/", java_script_enabled=False)
    for anchor in ("cause", "fix", "related"):
        expect(page.locator(f"h2#{anchor} + *")).to_be_visible()
    page.locator(".eb-fix label", has_text="Linux").click()
    expect(page.locator(".eb-fix .tabbed-block").nth(1)).to_be_visible()
    page.locator(".eb-pager__after").click()
    expect(page.locator("h1")).to_contain_text("AZCM0041")
    expect(page.locator(".md-header")).to_be_visible()


def test_without_scripts_indexes_list_all_and_forms_are_away(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/", java_script_enabled=False)
    expect(page.locator(".eb-lookup")).to_be_hidden()
    page.locator(".eb-card a").first.click()
    # The page that is left has no filter and no rows either.
    expect(page).to_have_url(re.compile("/errors/in/"))
    page.wait_for_load_state()
    expect(page.locator(".eb-filter")).to_be_hidden()
    assert shown_rows(page).count() == page.locator(".eb-row").count() > 10
    page.locator(".eb-row a").first.click()
    expect(page.locator("h1 .eb-code")).to_be_visible()


@pytest.mark.parametrize("url", ["", "e/azcm0013/"])
def test_without_scripts_the_reader_picks_the_language(reader: Reader, url: str) -> None:
    page = reader(BOOK + url, java_script_enabled=False)
    tags = page.locator("main a").evaluate_all("links => links.map((link) => link.hreflang)")
    assert tuple(tags) == LOCALES
    page.locator("main a[hreflang=ar]").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")


def test_arabic_is_mirrored_and_what_is_typed_is_not(reader: Reader) -> None:
    page = reader(f"{BOOK}ar/errors/azcm0013/", locale="ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")

    def style(selector: str, name: str) -> str:
        script = f"element => getComputedStyle(element)['{name}']"
        return str(page.locator(selector).first.evaluate(script))

    def left(locator: Locator) -> float:
        box = locator.bounding_box()
        assert box is not None
        return box["x"]

    assert style("article", "direction") == "rtl"
    for literal in ("h1 .eb-code", ".eb-fix code", ".eb-example pre"):
        assert style(literal, "direction") == "ltr", literal
    # The first chip is the severity, and it stands on the right.
    chips = page.locator(".eb-facts .eb-chip")
    assert left(chips.nth(0)) > left(chips.nth(1)) > left(chips.nth(2))
    assert left(page.locator("h1 .eb-code")) > left(page.locator("h1 .eb-title"))
    # Previous is where a reader of Arabic comes from.
    assert left(page.locator(".eb-pager__before")) > left(page.locator(".eb-pager__after"))


@pytest.mark.parametrize("tag", ["en-US", "ja-JP", "ar"])
def test_a_phone_never_scrolls_sideways(reader: Reader, tag: str) -> None:
    page = reader(locale=tag, viewport=PHONE, has_touch=True, is_mobile=True)
    wide = {}
    for url in ("", "errors/", "errors/in/azcmagent/", "errors/azcm0013/", "troubleshoot-agent/"):
        page.goto(f"{BOOK}{tag}/{url}")
        wide[url] = page.evaluate(
            "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
        )
    assert wide == dict.fromkeys(wide, 0)


@pytest.mark.parametrize("tag", ["en-US", "ar"])
def test_the_menu_of_a_phone_opens_and_leads_on(reader: Reader, tag: str) -> None:
    page = reader(f"{BOOK}{tag}/errors/azcm0013/", locale=tag, viewport=PHONE, has_touch=True)
    home = page.locator(
        f".md-sidebar--primary a[href$='{tag}/'], .md-sidebar--primary a[href='../..']"
    )
    seen = "(link) => link.checkVisibility({ contentVisibilityAuto: true })"
    assert not home.last.evaluate(seen)
    page.locator(".md-header label[for=__drawer]").click()
    page.wait_for_function(seen, arg=home.last.element_handle())
    home.last.click()
    expect(page).to_have_url(f"{BOOK}{tag}/")


FIX_BEGINS = """
async (urls) => {
  const firstLine = (block) => {
    const words = document.createTreeWalker(block, NodeFilter.SHOW_TEXT, (text) =>
      text.data.trim() && !text.parentElement.closest(".tabbed-labels")
        ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_REJECT);
    while (words.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(words.currentNode);
      if (range.getClientRects().length) return range.getClientRects()[0].bottom;
    }
    return Infinity;
  };
  const found = {};
  await Promise.all(urls.map(async (url) => {
    const text = await (await fetch(url)).text();
    const read = new DOMParser().parseFromString(text, "text/html");
    const article = read.querySelector("article");
    // What comes after the fix moves nothing above it.
    for (let part = read.querySelector(".eb-fix"); part !== article; part = part.parentElement) {
      while (part.nextSibling) part.nextSibling.remove();
    }
    document.querySelector("article").replaceWith(article);
    found[url] = firstLine(document.querySelector(".eb-fix"));
  }));
  return found;
}
"""
"""For each page, where the first line of its fix ends, in pixels below the top of the window."""
BETWEEN_BARS = 664
"""What a phone's browser leaves of its 844 pixels while its own bars are shown."""


@pytest.mark.parametrize("tag", LOCALES)
def test_the_fix_of_every_entry_begins_above_the_fold_on_a_phone(
    reader: Reader, book_folder: Path, tag: str
) -> None:
    entry = re.compile(rf"{tag}/errors/(?!log/)[^/]+/")
    urls = [BOOK + url for url in pages_of(book_folder, tag) if entry.fullmatch(url)]
    assert len(urls) > 100
    page = reader(urls[0], locale=tag, viewport=PHONE, is_mobile=True)
    begins = page.evaluate(FIX_BEGINS, urls)
    assert {url: at for url, at in begins.items() if at > BETWEEN_BARS} == {}


# --- what it costs the reader ---------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [{"width": 1280, "height": 900}, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize(
    "url",
    [
        "en-US/",
        "en-US/errors/in/azcmagent/",
        "en-US/errors/azcm0018/",
        "ja-JP/errors/device-flow-no-such-host/",
        "ar/troubleshoot-agent/",
        "en-US/errors/in/azcmagent/?severity=error&category=input",
        "ar/errors/in/azcmagent/?text=azcm0013&severity=error",
        "fr-FR/errors/in/errbook/?text=eb315",
    ],
)
def test_nothing_moves_while_a_page_loads(
    reader: Reader, url: str, viewport: dict[str, int]
) -> None:
    page = reader(viewport=viewport)
    page.add_init_script(SHIFTS)
    page.goto(BOOK + url, wait_until="networkidle")
    shifts = page.evaluate("window.shifts")
    assert sum(value for value, _ in shifts) < 0.05, shifts


@pytest.mark.parametrize(
    "url", ["en-US/", "en-US/errors/azcm0013/", "en-US/errors/in/azcmagent/", "ja-JP/"]
)
def test_a_first_page_is_light(reader: Reader, watch: Watch, url: str) -> None:
    page = reader()
    page.goto(BOOK + url, wait_until="networkidle")
    theme = re.compile("/assets/(javascripts|stylesheets|images)/")
    own = {url: weight for url, weight in watch.weights.items() if not theme.search(url)}
    assert 0 < sum(own.values()) < 150_000, own


def pages_of(folder: Path, tag: str) -> list[str]:
    """The URL below the book of each page of a locale."""
    files = sorted((folder / tag).rglob("index.html"))
    return [path.relative_to(folder).as_posix().removesuffix("index.html") for path in files]


def test_every_page_of_a_locale_can_be_reached(book_folder: Path) -> None:
    start = "en-US/"
    seen, waiting = {start}, [start]
    while waiting:
        url = waiting.pop()
        html = (book_folder / url / "index.html").read_text("utf-8")
        links = {urljoin(BOOK + url, link) for link in re.findall(r'<a [^>]*href="([^"#?]+)', html)}
        new = {link.removeprefix(BOOK) for link in links if link.startswith(BOOK + start)} - seen
        seen |= new
        waiting += sorted(new)
    assert seen == set(pages_of(book_folder, "en-US"))


IN_FRAMES = """
async (urls) => {
  const icons = [];
  for (const url of urls) {
    const frame = document.createElement("iframe");
    frame.style.cssText = "position: fixed; inset: 0; width: 100%; height: 100%; z-index: 9";
    frame.src = url;
    await new Promise((loaded) => { frame.onload = loaded; document.body.append(frame); });
    const links = [...frame.contentDocument.querySelectorAll("link[rel~=icon]")];
    icons.push(...links.map((link) => link.href));
    frame.remove();
  }
  return icons;
}
"""
"""Opens pages one after the other in a frame as large as the window, as a tab of its own would but
for the small picture of the tab: its addresses are given.
"""


def open_in_frames(page: Page, urls: list[str]) -> None:
    """Open pages of the book for what they ask for: less work for the browser than a tab is."""
    page.goto(BOOK + urls[0])
    icons = page.evaluate(IN_FRAMES, [BOOK + url for url in urls])
    assert {urlsplit(icon).hostname for icon in icons} == {urlsplit(BOOK).hostname}


def test_what_a_page_in_a_frame_asks_for_is_seen(reader: Reader, watch: Watch) -> None:
    page = reader()
    html = f"""<link rel="icon" href="{BOOK}icon.png"><img src="http://else.example/a.png">
    <img src="{BOOK}none.png"><script>throw new Error("thrown")</script>"""
    page.route(BOOK + "amiss/", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{BOOK}en-US/")
    assert page.evaluate(IN_FRAMES, [f"{BOOK}amiss/"]) == [f"{BOOK}icon.png"]
    # By the time the next page is there, all that the browser says of the frame has come.
    page.goto(f"{BOOK}en-US/")
    assert sorted(watch.problems) == [
        f"404: {BOOK}none.png",
        "foreign request: http://else.example/a.png",
        "net::ERR_NAME_NOT_RESOLVED: http://else.example/a.png",
        "page error: thrown",
    ]
    watch.problems.clear()


PARTS = 2
"""How many tests share the pages of one locale, so that they run at the same time."""


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_of_a_locale_asks_for_anything_else(
    reader: Reader, watch: Watch, book_folder: Path, part: int
) -> None:
    urls = pages_of(book_folder, "en-US")[part::PARTS]
    open_in_frames(reader(), urls)
    assert {BOOK + url for url in urls} <= set(watch.requests)
    assert {urlsplit(url).hostname for url in watch.requests} == {urlsplit(BOOK).hostname}


@pytest.mark.parametrize("tag", LOCALES[1:])
def test_samples_of_the_other_locales_ask_for_nothing_else(
    reader: Reader, watch: Watch, tag: str
) -> None:
    samples = ("", "errors/in/azcmagent/", "errors/azcm0018/", "errors/eb106/", "errors/log/")
    urls = [*samples, "troubleshoot-agent/", "errors/device-flow-no-such-host/"]
    open_in_frames(reader(locale=tag), [f"{tag}/{url}" for url in urls])
    assert {f"{BOOK}{tag}/{url}" for url in urls} <= set(watch.requests)
    assert {urlsplit(url).hostname for url in watch.requests} == {urlsplit(BOOK).hostname}


# --- accessibility --------------------------------------------------------------------------------

SCHEMES: Mapping[str, Mapping[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
}
PAGES = {
    "home": "",
    "errors index": "errors/",
    "catalog index": "errors/in/azcmagent/",
    "code page": "errors/azcm0013/",
    "code page with tabs": "errors/azcm0018/",
    "messages and footnote": "errors/device-flow-no-such-host/",
    "paste your log": "errors/log/",
    "translation status": "translation-status/",
    "prose": "troubleshoot-agent/",
    "locale 404": "404.html",
}
PROSE = sorted(
    path.relative_to(ROOT / "source/pages").as_posix().removesuffix(".md")
    for path in (ROOT / "source/pages").rglob("*.md")
)


def test_axe_sees_what_is_wrong(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/azcm0013/")
    page.evaluate("document.querySelector('article').append(document.createElement('img'))")
    found = violations(page, axe_source())
    assert [rule.partition(":")[0] for rule in found] == ["image-alt"]


PARTS_OF_PAGES = {"first": slice(None, None, 2), "second": slice(1, None, 2)}


@pytest.mark.parametrize("part", PARTS_OF_PAGES)
def test_pages_are_accessible(reader: Reader, part: str) -> None:
    source, page, found = axe_source(), reader(), {}
    for url in list(PAGES.values())[PARTS_OF_PAGES[part]]:
        page.goto(f"{BOOK}en-US/{url}")
        found[url] = violations_in_each_scheme(page, source)
    assert found == {url: {"light": [], "dark": []} for url in found}


def found_on(page: Page, urls: Iterable[str]) -> dict[str, list[str]]:
    """What axe-core finds on pages of the book where it finds anything."""
    source, found = axe_source(), {}
    for url in urls:
        page.goto(BOOK + url)
        found[url] = violations(page, source)
    assert found
    return {url: problems for url, problems in found.items() if problems}


def test_pages_in_arabic_are_accessible(reader: Reader) -> None:
    assert found_on(reader(locale="ar"), [f"ar/{url}" for url in PAGES.values()]) == {}


def test_pages_on_a_phone_are_accessible(reader: Reader) -> None:
    page = reader(viewport=PHONE, is_mobile=True, has_touch=True)
    urls = ("", "errors/in/azcmagent/", "errors/azcm0018/", "translation-status/")
    assert found_on(page, [f"en-US/{url}" for url in urls]) == {}


def test_a_page_that_fell_back_is_accessible(reader: Reader) -> None:
    source = axe_source()
    page = reader(f"{BOOK}pt-BR/errors/azcm0041/", locale="pt-BR")
    expect(page.locator(".eb-banner")).to_be_visible()
    assert violations_in_each_scheme(page, source) == {"light": [], "dark": []}


def test_pages_of_documentation_are_accessible(reader: Reader) -> None:
    urls = [f"en-US/{page_url(f'{name}.md')}" for name in PROSE if "/" in name]
    assert found_on(reader(), urls) == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_404_page_of_the_site_is_accessible(reader: Reader, watch: Watch, scheme: str) -> None:
    source = axe_source()
    url = f"{BOOK}ar/errors/azcm0031/"
    watch.expected.append(url)
    page = reader(url, locale="ar", **SCHEMES[scheme])
    expect(page.locator("#near-list")).to_be_visible()
    assert violations(page, source) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_pages_that_pick_a_language_are_accessible(
    reader: Reader, book_folder: Path, scheme: str
) -> None:
    source = axe_source()
    page, pages = reader(**SCHEMES[scheme]), {}

    def without_scripts(route: Route) -> None:
        route.fulfill(body=pages[route.request.url], content_type="text/html")

    for url in ("", "e/AZCM0013/"):
        # axe-core is a script itself, so only the page's own are taken away.
        html = re.sub(
            "<script>.*?</script>",
            "",
            (book_folder / url / "index.html").read_text("utf-8"),
            flags=re.S,
        )
        pages[BOOK + url] = html
        page.route(BOOK + url, without_scripts)
        page.goto(BOOK + url)
        assert page.url == BOOK + url
        assert violations(page, source) == []


def test_open_search_and_lookup_results_are_accessible(reader: Reader) -> None:
    source = axe_source()
    page = reader(f"{BOOK}en-US/")
    page.locator(".eb-lookup textarea").fill("access token")
    expect(page.locator(".eb-lookup__results li")).not_to_have_count(0)
    page.keyboard.press("Escape")
    assert violations_in_each_scheme(page, source) == {"light": [], "dark": []}


# --- what it looks like ---------------------------------------------------------------------------

SCREENS = Path(__file__).with_name("screens")
LOOKS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "code-en-light": ("en-US/errors/azcm0018/", {"viewport": {"width": 1280, "height": 800}}),
    "code-en-phone": ("en-US/errors/device-flow-no-such-host/", {"viewport": PHONE}),
    "code-ja-dark-phone": ("ja-JP/errors/azcm0013/", {"viewport": PHONE, "color_scheme": "dark"}),
    "code-ar-phone": ("ar/errors/azcm0041/", {"viewport": PHONE}),
    "catalog-fr-phone": ("fr-FR/errors/in/azcmagent/", {"viewport": PHONE}),
}
"""Pages that change little, and what they are looked at with."""
CHANGING = ".md-sidebar { visibility: hidden }"
"""What lists other pages: it changes with every page that is added."""


@pytest.mark.parametrize("name", LOOKS)
def test_pages_look_as_they_did(
    reader: Reader, request: pytest.FixtureRequest, tmp_path: Path, name: str
) -> None:
    """To renew: ``pytest tests/test_browser.py -k look_as --write-golden``; look at each image."""
    image = pytest.importorskip("PIL.Image", reason="pillow is missing: pip install pillow")
    url, settings = LOOKS[name]
    page = reader(BOOK + url, **settings)
    page.add_style_tag(content=CHANGING)
    fonts = page.evaluate(FONTS)
    seen = image.open(BytesIO(page.screenshot(animations="disabled", caret="hide")))
    path = SCREENS / f"{name}.png"
    if request.config.getoption("--write-golden"):
        save_small(seen, path, fonts)
    wanted = image.open(path)
    if wanted.text["fonts"] != fonts:
        pytest.skip(f"other fonts than in {path.name}: {fonts}, not {wanted.text['fonts']}")
    share = differing(seen, wanted)
    if share >= LOOK_TOLERANCE:
        seen.save(tmp_path / "seen.png")
    assert share < LOOK_TOLERANCE, f"compare {path} with {tmp_path}/seen.png"


LOOK_TOLERANCE = 0.25
"""Percent of a page that may look different: less than a chip of another colour."""


def save_small(seen: Any, path: Path, fonts: str) -> None:
    from PIL.PngImagePlugin import PngInfo

    about = PngInfo()
    about.add_text("fonts", fonts)
    path.parent.mkdir(exist_ok=True)
    palette(seen).save(path, optimize=True, pnginfo=about)


STYLES: Mapping[str, bool] = {
    "": False,
    "body { transform: translateX(.2px) }": False,
    ".eb-severity { background: gold !important }": True,
    ".eb-fix { margin-inline-start: 2rem }": True,
}
"""Nothing, a breath, a colour and a margin, and whether the page looks different with them."""


def test_a_change_of_the_look_is_seen(reader: Reader) -> None:
    image = pytest.importorskip("PIL.Image", reason="pillow is missing: pip install pillow")
    page = reader(f"{BOOK}en-US/errors/azcm0018/", viewport=PHONE)

    def seen() -> Any:
        return image.open(BytesIO(page.screenshot(animations="disabled")))

    before = seen()
    for style, differs in STYLES.items():
        added = page.add_style_tag(content=style) if style else None
        assert (differing(before, seen()) >= LOOK_TOLERANCE) == differs, style
        if added:
            added.evaluate("(style) => style.remove()")
    assert differing(before, seen()) < LOOK_TOLERANCE
