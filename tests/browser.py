"""The built books on a host like GitHub Pages, and a real browser that is watched.

What is missing for it is named, and the tests are skipped: `tests/setup_browser.sh` installs it.
"""

from __future__ import annotations

import gzip
import json
import mimetypes
import re
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest

from conftest import ROOT, SHOP, copy_project, once
from conftest import built as rebuilt

if TYPE_CHECKING:
    from PIL.Image import Image
    from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, Response

TOOLS = ROOT / ".errbook-tools/node_modules"
AXE = TOOLS / "axe-core/axe.min.js"
HTML_VALIDATE = TOOLS / ".bin/html-validate"

# Names below localhost lead to this machine by definition, and browsers trust them as they trust
# HTTPS (the clipboard needs that). The browser maps them to the port that a test process listens
# on, so the site is built once for all processes.
BOOK = "http://book.localhost/"
"""Where this repository's own book is published."""
SHOP_BOOK = "http://shop.localhost/help/"
"""Where the shop's book is: below a path, as GitHub Pages has it, and with an alias."""

DISABLED = (
    # The list below the address bar is pages of its own, made for each window and seen by nobody:
    # half of what a new reader costs.
    "WebUIOmniboxPopup WebUIOmniboxAimPopup WebUIOmniboxFullPopup"
    # This list takes the place of Playwright's own, which these are from.
    " AimEnabled AvoidCorsURLLoaderRestartOnRedirect AvoidUnnecessaryBeforeUnloadCheckSync"
    " DestroyProfileOnBrowserClose HttpsFirstBalancedModeAutoEnable HttpsUpgrades LensOverlay"
    " MediaRouter NetworkTimeServiceQuerying OptimizationHints PaintHolding PreconnectToSearch"
    " ThirdPartyStoragePartitioning"
).split()
PATIENCE = 20_000
"""How long to wait for what a reader sees at once, in ms: the machine may be busy with other tests.
"""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(DISABLED)}",
)


# --- what is there to test with -------------------------------------------------------------------


@cache
def chromium() -> str:
    """The installed Chromium; empty without one. No browser is ever downloaded.

    The first is the same browser without the window that nobody sees, which costs it less.
    """
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    return ""


def need(name: str, there: bool) -> None:
    """Skip the test where something is missing, and say what."""
    if not there:
        pytest.skip(f"{name} is missing: run tests/setup_browser.sh to install it")


def axe_source() -> str:
    need("axe-core", AXE.is_file())
    return AXE.read_text("utf-8")


# --- the site -------------------------------------------------------------------------------------


def built(source: Path, folder: Path, url: str) -> Path:
    """Build a copy of a project for a URL, and give its site."""
    copied = copy_project(source, folder) / "mkdocs.yml"
    text = copied.read_text("utf-8")
    copied.write_text(re.sub(r"(?m)^site_url: .*$", f"site_url: {url}", text), "utf-8")
    return rebuilt(folder).folder


@pytest.fixture(scope="session")
def book_folder(common: Path) -> Path:
    """The site of this repository's own book; not to be changed."""
    return once(common / "browser/book", lambda folder: built(ROOT, folder, BOOK)) / "site"


@pytest.fixture(scope="session")
def shop_folder(common: Path) -> Path:
    """The site of the shop's book; not to be changed."""
    return once(common / "browser/shop", lambda folder: built(SHOP, folder, SHOP_BOOK)) / "site"


# --- the host -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What the host says to a request."""

    status: int
    kind: str = ""
    body: bytes = b""
    location: str = ""


def answer(folder: Path, base: str, path: str) -> Answer:
    """What GitHub Pages would say: folders redirect, and 404.html is what is not there."""
    if not path.startswith(base):
        return Answer(404, "text/plain", b"not part of this site")
    file = folder / unquote(path.removeprefix(base))
    if file.is_dir():
        if not path.endswith("/"):
            return Answer(301, location=f"{path}/")
        file /= "index.html"
    if not file.is_file():
        return Answer(404, "text/html; charset=utf-8", _packed(folder / "404.html"))
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    text = kind.startswith("text/") or kind.endswith(("javascript", "json", "xml"))
    return Answer(200, f"{kind}; charset=utf-8" if text else kind, _packed(file))


@lru_cache(maxsize=4096)
def _packed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 6)


class _Handler(BaseHTTPRequestHandler):
    """Answers for each host from its folder."""

    protocol_version = "HTTP/1.1"
    server: Host

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        folder, base = self.server.sites[self.headers["Host"].partition(":")[0]]
        given = answer(folder, base, url.path)
        self.send_response(given.status)
        if given.location:
            self.send_header("Location", given.location + (f"?{url.query}" if url.query else ""))
        if given.body:
            self.send_header("Content-Type", given.kind)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(given.body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(given.body)

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the browser's side is what is tested."""


class Host(ThreadingHTTPServer):
    """Serves books on a free port of this machine alone."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, sites: Mapping[str, tuple[Path, str]]) -> None:
        """Args:
        sites: (folder, base path) by host name.
        """
        self.sites = sites
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser may close a connection whenever it likes."""


@contextmanager
def serving(sites: Mapping[str, tuple[Path, str]]) -> Iterator[Host]:
    """Serve sites until the block ends."""
    served = Host(sites)
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield served
    finally:
        served.shutdown()
        thread.join()
        served.server_close()


@pytest.fixture(scope="session")
def host(book_folder: Path, shop_folder: Path) -> Iterator[Host]:
    sites = {
        urlsplit(url).hostname or "": (folder, urlsplit(url).path)
        for url, folder in ((BOOK, book_folder), (SHOP_BOOK, shop_folder))
    }
    with serving(sites) as served:
        yield served


# --- the browser ----------------------------------------------------------------------------------


@dataclass
class Watch:
    """Everything that a reader's browser asked for, and what went wrong."""

    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    """URLs that are meant to be missing."""
    weights: dict[str, int] = field(default_factory=dict)
    """Bytes sent for each URL."""
    finished: set[str] = field(default_factory=set)
    """URLs whose answers have come to their end."""

    def attend(self, context: BrowserContext) -> None:
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("requestfinished", lambda request: self.finished.add(request.url))
        context.on("requestfailed", self._failed)
        context.on("weberror", lambda found: self.problems.append(f"page error: {found.error}"))
        context.on("console", lambda message: self._console(message.type, message.text))

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)
        if not request.url.startswith((BOOK, SHOP_BOOK, "data:", "blob:")):
            self.problems.append(f"foreign request: {request.url}")

    def _response(self, response: Response) -> None:
        length = response.headers.get("content-length", "0")
        self.weights[response.url] = int(length)
        if response.status >= 400 and response.url not in self.expected:
            self.problems.append(f"{response.status}: {response.url}")

    def _failed(self, request: Request) -> None:
        # A page that is left gives up what it was still waiting for.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"{request.failure}: {request.url}")

    def _console(self, kind: str, text: str) -> None:
        # That a file is missing is said by its response, with its address.
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.problems.append(f"console: {text}")


Reader = Callable[..., "Page"]
"""Opens a page as a reader with certain languages and settings; see `reader`."""


def launch(playwright: Playwright, host: Host) -> Browser:
    """Start Chromium, which reaches the hosts that are served here and no other at all."""
    rules = [f"MAP {name}:80 127.0.0.1:{host.server_port}" for name in host.sites]
    names = " , ".join([*rules, "MAP * ~NOTFOUND , EXCLUDE 127.0.0.1"])
    arguments = [*ARGUMENTS, f"--host-resolver-rules={names}"]
    return playwright.chromium.launch(executable_path=chromium(), args=arguments)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What drives browsers; a process can have it only once at a time."""
    need("playwright (pip install playwright)", find_spec("playwright") is not None)
    need("chromium", bool(chromium()))
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright, request: pytest.FixtureRequest) -> Iterator[Browser]:
    host: Host = request.getfixturevalue("host")  # not built where there is no browser
    launched = launch(playwright, host)
    yield launched
    launched.close()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def reader(browser: Browser, watch: Watch) -> Iterator[Reader]:
    """Gives browsers of readers; the test fails if one asked for anything amiss.

    Each call is a new reader, who remembers nothing. Keyword arguments are those of Playwright's
    ``new_context``; ``url`` is where the reader begins.
    """
    contexts: list[BrowserContext] = []

    def begin(url: str = "", locale: str = "en-US", **settings: Any) -> Page:
        settings.setdefault("viewport", {"width": 1280, "height": 900})
        settings.setdefault("reduced_motion", "reduce")
        context = browser.new_context(locale=locale, **settings)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        watch.attend(context)
        page = context.new_page()
        if url:
            page.goto(url)
        return page

    yield begin
    for context in contexts:
        context.close()
    assert watch.problems == []


# --- what a page is checked for -------------------------------------------------------------------


def violations(page: Page, source: str) -> list[str]:
    """What axe-core finds on a page with its rules as they come: rule, element, why."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(source)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {json.dumps(node['target'])} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]


SCHEMES: Mapping[str, str] = {"default": "light", "slate": "dark"}
"""The theme's names of its colours, and ours."""


def violations_in_each_scheme(page: Page, source: str) -> dict[str, list[str]]:
    """What axe-core finds on a page in light and in dark, as its reader switches to the other."""
    from playwright.sync_api import expect

    body = page.locator("body")
    scheme = body.get_attribute("data-md-color-scheme") or ""
    found = {SCHEMES[scheme]: violations(page, source)}
    (other,) = SCHEMES.keys() - {scheme}
    page.locator("[data-md-component=palette] label:visible").click()
    expect(body).to_have_attribute("data-md-color-scheme", other)
    found[SCHEMES[other]] = violations(page, source)
    return found


FONTS = """
() => ["sans-serif", "monospace"].map((family) => {
  const probe = document.createElement("span");
  const faces = getComputedStyle(document.querySelector(family === "monospace" ? "code" : "p"));
  probe.style.cssText = "position: absolute; white-space: pre; font-size: 100px; letter-spacing: 0";
  probe.style.fontFamily = faces.fontFamily;
  probe.textContent = "Hamburgefonstiv 0123 éß 無効なタグ العربية";
  document.body.append(probe);
  const { width, height } = probe.getBoundingClientRect();
  probe.remove();
  return `${Math.round(width / 5)}x${Math.round(height / 5)}`;
}).join(" ")
"""
"""What a page's text and code measure: another number is another font, or another version of it."""


def palette(image: Image) -> Image:
    """An image of few colours, which is a small file; the rarest of them are kept too."""
    from PIL import Image

    return image.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE)


def differing(one: Image, other: Image) -> float:
    """The share of an image, in percent, that looks different in another.

    Both are made small before, so that the edges of letters do not count.
    """
    from PIL import Image, ImageChops

    if one.size != other.size:
        return 100.0
    size = (one.width // 2, one.height // 2)
    small = [image.convert("RGB").resize(size, Image.Resampling.BOX) for image in (one, other)]
    bands = ImageChops.difference(*small).split()
    strongest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    histogram = strongest.histogram()
    return 100.0 * sum(histogram[TOLERATED:]) / sum(histogram)


TOLERATED = 32
"""A smaller difference of a colour, of 255, is none."""

SHIFTS = """
window.shifts = [];
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.shifts.push(
    [entry.value, entry.sources.map((source) => source.node && source.node.className)]);
})).observe({ type: "layout-shift", buffered: true });
"""
"""Notes every move of what was already shown."""
