"""Renew the screenshots of the documentation: ``python tests/screenshots.py``; look at each image.

They are taken of this very book, as it is built now.
"""

from __future__ import annotations

import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

from browser import BOOK, ROOT, built, chromium, launch, palette, serving

FOLDER = ROOT / "source/pages/assets/screens"
WIDE = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SHOTS: dict[str, tuple[str, dict[str, int], str]] = {
    "home-en-light": ("en-US/", WIDE, "light"),
    "home-ar-phone": ("ar/", PHONE, "light"),
    "catalog-en-light": ("en-US/errors/in/azcmagent/", WIDE, "light"),
    "catalog-ja-dark-phone": ("ja-JP/errors/in/azcmagent/", PHONE, "dark"),
    "code-en-light": ("en-US/errors/azcm0013/", WIDE, "light"),
    "code-ja-dark": ("ja-JP/errors/azcm0018/", WIDE, "dark"),
    "code-ar-phone": ("ar/errors/azcm0041/", PHONE, "light"),
    "prose-ar-light": ("ar/troubleshoot-agent/#error-codes", WIDE, "light"),
    "notfound-en-phone": ("en-US/errors/azcm0031/", PHONE, "dark"),
}
"""(URL, window, colours) of each image."""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        site = built(ROOT, Path(folder) / "book", BOOK)
        with serving({"book.localhost": (site, "/")}) as host:
            browser = launch(playwright, host)
            for name, (url, viewport, scheme) in SHOTS.items():
                settings: dict[str, Any] = {"viewport": viewport, "color_scheme": scheme}
                context = browser.new_context(locale=url.partition("/")[0], **settings)
                page = context.new_page()
                page.goto(BOOK + url, wait_until="networkidle")
                shot = Image.open(BytesIO(page.screenshot(animations="disabled", caret="hide")))
                FOLDER.mkdir(parents=True, exist_ok=True)
                palette(shot).save(FOLDER / f"{name}.png", optimize=True)
                context.close()
            browser.close()


if __name__ == "__main__":
    if not chromium():
        sys.exit("chromium is missing: run tests/setup_browser.sh to install it")
    main()
