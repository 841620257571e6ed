"""What the search of a large book costs in a browser: ``python benchmarks/search.py [codes]``.

Builds a book twice, its index with every section of each entry and as large books have it, and
prints for both the size of the index and milliseconds from the first key to the first result.
"""

from __future__ import annotations

import gzip
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import book

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests"))
from playwright.sync_api import Browser, sync_playwright

import browser

RUNS = 5
ASKED = "BNCH00042"
BUILD = """
import sys
from errbook.cli import main
from errbook.site import worker
worker.LARGE = int(sys.argv.pop(1))
main()
"""
INDEXES = {"every section": 10**9, "title and cause": 1}
"""From how many entries on a book is large."""


def build(folder: Path, large: int) -> bytes:
    """Build the book; gives the search index of its source language."""
    command = [sys.executable, "-c", BUILD, str(large), "build", "--engine", "stamp"]
    for name in ("site", ".errbook"):
        subprocess.run(["rm", "-rf", str(folder / name)], check=True)
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return (folder / "site/en-US/search/search_index.json").read_bytes()


def answer(chromium: Browser, url: str) -> float:
    """Milliseconds from the first key in the search box to its first result."""
    page = chromium.new_page()
    page.goto(url)
    page.wait_for_load_state("load")
    field = page.locator(".md-search__input")
    started = time.perf_counter()
    field.focus()
    field.press_sequentially(ASKED)
    page.locator(".md-search-result__item").first.wait_for(state="attached", timeout=120_000)
    took = 1000 * (time.perf_counter() - started)
    page.close()
    return took


def main() -> None:
    codes = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name) / "book"
        subprocess.run([sys.executable, book.__file__, str(codes), "2", str(folder)], check=True)
        host = browser.Host({"127.0.0.1": (folder / "site", "/")})
        threading.Thread(target=host.serve_forever, daemon=True).start()
        chromium = playwright.chromium.launch(
            executable_path=browser.chromium(), args=list(browser.ARGUMENTS)
        )
        for says, large in INDEXES.items():
            index = build(folder, large)
            url = f"http://127.0.0.1:{host.server_address[1]}/en-US/"
            times = [answer(chromium, url) for _ in range(RUNS)]
            print(
                f"{codes} codes, {says}: {len(index) / 1e6:.1f} MB,"
                f" {len(gzip.compress(index)) / 1e6:.2f} MB compressed,"
                f" {statistics.median(times):.0f} ms to the first result"
                f" ({', '.join(f'{ms:.0f}' for ms in times)})"
            )
        chromium.close()
        host.shutdown()


if __name__ == "__main__":
    main()
