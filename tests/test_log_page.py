"""The page for logs, in a real Chromium: what it finds and shows, and that nothing leaves it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

from browser import BOOK, ROOT, Reader, Watch, axe_source, violations_in_each_scheme
from errbook import lookup
from errbook.matching import Matcher
from test_lookup import FILES, MATCHER, _index, _unrelated

pytest.importorskip("playwright", reason="playwright is missing: pip install playwright")
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow

LOG_PAGE = f"{BOOK}en-US/errors/log/"
URL = "https://login.example/tenant-7/devicecode"
MESSAGE = (
    f"Error occurred while sending request for Device Authorization Code: Post {URL}:"
    " dial tcp lookup login.example: no such host"
)
LOG = "\n".join(
    ["starting", "AZCM0013: no", MESSAGE, *(f"line {n}" for n in range(300)), "AZCM0013", "end"]
)


def cards(page: Page) -> list[str]:
    expect(page.locator(".eb-log__cards li").first).to_be_visible()
    items = page.locator(".eb-log__cards li").all()
    return [item.get_attribute("data-entry") or "" for item in items]


def give(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("#eb-log-files").set_input_files([file])  # type: ignore[list-item]


# --- must not fire --------------------------------------------------------------------------------


def test_a_log_that_mentions_nothing_says_so(reader: Reader) -> None:
    page = reader(LOG_PAGE)
    page.locator("#eb-log-text").fill(_unrelated())
    expect(page.locator(".eb-log__status")).to_have_text("It mentions no documented error.")
    expect(page.locator(".eb-log__results")).to_be_hidden()


@pytest.mark.parametrize("mode", ["typed", "pasted", "dropped", "file"])
def test_nothing_leaves_the_page_and_it_works_offline(
    reader: Reader, watch: Watch, mode: str
) -> None:
    page = reader(LOG_PAGE)
    # The worker asks for the matcher itself, in its own time.
    for file in ("errors/matcher.json", "en-US/errors/lookup.json"):
        if BOOK + file not in watch.finished:
            page.wait_for_event(
                "requestfinished", lambda request, url=BOOK + file: request.url == url
            )
    page.context.set_offline(True)
    before = list(watch.requests)
    if mode == "typed":
        page.locator("#eb-log-text").fill(LOG)
    elif mode == "file":
        give(page, "app.log", LOG.encode())
    elif mode == "dropped":
        page.evaluate(DROP, LOG)
    else:
        page.evaluate(PASTE, LOG + "\n" * 200_000)
    assert cards(page) == ["device-flow-no-such-host", "azcm0013"]
    page.get_by_role("button", name="Line 304").click()
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#eb-log-link")).to_be_focused()
    assert watch.requests == before
    assert page.url == LOG_PAGE
    stores = "[localStorage, sessionStorage].map((store) => JSON.stringify(store)).join()"
    assert "login.example" not in page.evaluate(stores)


DROP = """(text) => {
  const dataTransfer = new DataTransfer();
  dataTransfer.items.add(new File([text], "app.log"));
  for (const kind of ["dragover", "drop"]) {
    document.querySelector(".eb-log form").dispatchEvent(
      new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
  }
}"""
PASTE = """(text) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  document.querySelector("#eb-log-text").dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def test_markup_in_a_log_stays_text(reader: Reader) -> None:
    page = reader(LOG_PAGE)
    page.locator("#eb-log-text").fill("<img src=x onerror=alert(1)> AZCM0013 </div><b>bold</b>")
    assert cards(page) == ["azcm0013"]
    expect(page.locator(".eb-log__line")).to_contain_text("<img src=x onerror=alert(1)> AZCM0013")
    expect(page.locator(".eb-log__results :is(img, b)")).to_have_count(0)


# --- the same as Python ---------------------------------------------------------------------------


def test_chromium_finds_what_python_finds(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/errors/log/")
    page.add_script_tag(path=MATCHER)
    run = "([data, texts]) => texts.map((text) => errbookMatcher(data).find(text))"
    keys = ("entry", "kind", "weight", "start", "end")
    for name, file in FILES.items():
        index = _index(file)
        texts = [case["text"] for case in file["cases"]]
        texts.append("\n".join(texts))
        found = page.evaluate(run, [index.as_json(), texts])
        matcher = Matcher(index)
        for text, places in zip(texts, found, strict=True):
            expected = [
                {**{key: getattr(f, key) for key in keys}, "params": dict(f.params)}
                for f in matcher.find(text)
            ]
            assert places == expected, name


def test_the_published_matcher_is_that_of_the_book(book_folder: Path) -> None:
    published = json.loads((book_folder / "errors/matcher.json").read_text("utf-8"))
    assert published == _index({"catalog": ""}).as_json()
    assert published["version"] == lookup.VERSION


# --- what is shown --------------------------------------------------------------------------------

FORMS: dict[str, Callable[[str], bytes]] = {
    "UTF-8": str.encode,
    "gzip": lambda text: gzip.compress(text.encode()),
    "UTF-16 of PowerShell": lambda text: text.encode("utf-16"),
    "Windows line breaks": lambda text: text.replace("\n", "\r\n").encode(),
    "colours": lambda text: text.replace("AZCM0013", "\x1b[31mAZCM0013\x1b[0m").encode(),
}


def test_a_file_is_read_in_any_form(reader: Reader) -> None:
    page = reader()
    for form in FORMS.values():
        page.goto(LOG_PAGE)
        give(page, "app.log", form(LOG))
        assert cards(page) == ["device-flow-no-such-host", "azcm0013"]
        expect(page.locator(".eb-log__status")).to_have_text("2 documented errors found")
        second = page.locator(".eb-log__cards li").nth(1)
        expect(second).to_contain_text("2 times")
        assert second.get_by_role("button").all_inner_texts() == ["Line 2", "Line 304"]
        expect(page.locator(".eb-log__skipped")).to_have_text("296 lines left out")
        expect(page.locator("mark")).to_have_text(["AZCM0013", MESSAGE, "AZCM0013"])


def test_a_damaged_file_is_named(reader: Reader) -> None:
    page = reader(LOG_PAGE)
    give(page, "app.log.gz", b"\x1f\x8b\x08 no gzip")
    expect(page.locator(".eb-log__status")).to_have_text("app.log.gz could not be read.")


def test_a_line_far_away_in_a_large_log_is_reached(reader: Reader) -> None:
    page = reader(LOG_PAGE)
    give(page, "app.log", b"x\nAZCM0013\nx\nx\nx\nx\n" * 20_000 + b"AZCM0018\n")
    assert cards(page) == ["azcm0013", "azcm0018"]
    assert page.locator(".eb-log__line").count() < 1000
    page.get_by_role("button", name="Line 120,001").press("Enter")
    expect(page.locator("mark.eb-log__here")).to_have_text("AZCM0018")
    expect(page.locator("mark.eb-log__here")).to_be_focused()
    assert page.locator(".eb-log__line").count() < 1000
    page.locator("mark.eb-log__here").click()
    expect(page.get_by_role("link", name="AZCM0018")).to_be_focused()


def test_the_form_is_emptied(reader: Reader) -> None:
    page = reader(LOG_PAGE)
    page.locator("#eb-log-text").fill("azcm0013")
    assert cards(page) == ["azcm0013"]
    page.locator(".eb-log").get_by_role("button", name="Clear").click()
    expect(page.locator(".eb-log__results")).to_be_hidden()
    expect(page.locator(".eb-log__status")).to_have_text("")
    expect(page.locator("#eb-log-text")).to_be_focused()


# --- the link -------------------------------------------------------------------------------------


def test_the_link_holds_entries_and_no_private_value(reader: Reader) -> None:
    page = reader(LOG_PAGE)
    page.locator("#eb-log-text").fill(LOG)
    cards(page)
    link = page.locator("#eb-log-link").input_value()
    assert parse_qsl(urlsplit(link).fragment, keep_blank_values=True) == [
        ("entry", "device-flow-no-such-host"),
        (".url", ""),
        (".host", "login.example"),
        ("entry", "azcm0013"),
    ]
    other = reader(link.replace("/en-US/", "/fr-FR/"), locale="fr-FR")
    assert cards(other) == ["device-flow-no-such-host", "azcm0013"]
    first = other.locator(".eb-log__cards li").first
    assert first.locator("dd").all_inner_texts() == ["••• absent du lien", "login.example"]
    expect(other.locator(".eb-log__source")).to_be_hidden()


def test_a_link_of_somebody_else_is_only_text(reader: Reader) -> None:
    page = reader(
        f"{LOG_PAGE}#entry=azcm0013&.x=%3Cimg%20src%3Dx%3E&entry=no-such&.y=1&entry=%22%5D"
    )
    assert cards(page) == ["azcm0013"]
    assert page.locator(".eb-log__cards dd").all_inner_texts() == ["<img src=x>"]


# --- other ways to read ---------------------------------------------------------------------------


def test_the_log_is_still_there_after_a_look_at_an_entry(reader: Reader) -> None:
    page = reader(f"{BOOK}en-US/")
    page.evaluate("window.kept = true")
    page.locator(".eb-lookup").get_by_role("link", name="Paste your log").click()
    expect(page).to_have_url(LOG_PAGE)
    page.locator("#eb-log-text").fill(LOG)
    cards(page)
    page.locator(".eb-log__cards a").first.click()
    expect(page).to_have_url(f"{BOOK}en-US/errors/device-flow-no-such-host/")
    page.go_back()
    assert cards(page) == ["device-flow-no-such-host", "azcm0013"]
    expect(page.locator("#eb-log-text")).to_have_value(LOG)
    assert page.evaluate("window.kept === true")


def test_without_a_script_the_page_leads_to_the_index(reader: Reader) -> None:
    page = reader(f"{BOOK}de-DE/errors/log/", java_script_enabled=False)
    expect(page.locator(".eb-log")).to_be_hidden()
    notice = page.locator("article p", has_text="JavaScript")
    expect(notice.get_by_role("link")).to_have_attribute("href", "../")


@pytest.mark.parametrize("tag", ["en-US", "ar"])
@pytest.mark.parametrize("width", [390, 1280])
def test_everybody_can_use_it(reader: Reader, tag: str, width: int) -> None:
    source = axe_source()
    page = reader(
        f"{BOOK}{tag}/errors/log/",
        viewport={"width": width, "height": 844},
    )
    clean: dict[str, list[str]] = {"light": [], "dark": []}
    assert violations_in_each_scheme(page, source) == clean
    page.locator("#eb-log-text").fill(LOG)
    cards(page)
    assert violations_in_each_scheme(page, source) == clean
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_page_is_light() -> None:
    assets = ROOT / "generator/errbook/assets"
    files = ("log.css", "log.js", "log-worker.js")
    packed = [len(gzip.compress((assets / name).read_bytes())) for name in files]
    assert sum(packed) < 15_000
