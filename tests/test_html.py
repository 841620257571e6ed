"""Every page of the built site is valid HTML, in the judgement of html-validate.

``tests/htmlvalidate.json`` is its recommended set but for five rules:

- ``doctype-style`` and ``no-trailing-whitespace`` are style: the theme's templates write a
  lower-case doctype and end lines with spaces.
- ``valid-id`` asks for no more than HTML does: ids such as ``__search`` are the theme's.
- ``long-title`` counts letters: titles are the names of entries, in any language.
- ``wcag/h32`` wants a button that sends each form: a filter and a search act on every key, and
  send nothing.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from browser import HTML_VALIDATE, need

pytestmark = pytest.mark.slow

THEME = {
    "no-implicit-button-type": "the button of the language menu",
    "unique-landmark": "the table of contents, once in the sidebar and once in the drawer",
    "valid-autocomplete": "the checkboxes that open the drawer and the search",
}
"""Rules that the theme's own frame breaks, and where. They hold for all that stands within it."""
FOLDERS = (("en-US", "fr-FR", "de-DE", "e"), ("ja-JP", "ar", "pt-BR"))
"""Each with the pages above the locales: the validator gets faster, so it is begun for many."""


def ours(page: Path, messages: list[dict[str, Any]]) -> Iterator[str]:
    """The messages on what is ours: within the frame of the theme, or on a page without it."""
    text = page.read_text("utf-8")
    before, _, rest = text.partition("<article")
    first = before.count("\n") + 1
    last = first + rest.partition("</article>")[0].count("\n")
    for message in messages:
        rule, line = message["ruleId"], message["line"]
        if not (rule in THEME and "md-container" in text and not first <= line <= last):
            yield f"{page}:{line}:{message['column']}: {rule}: {message['message']}"


def validate(pages: list[Path]) -> list[str]:
    """What is wrong with some pages."""
    need("html-validate", HTML_VALIDATE.exists())
    script, config = (Path(__file__).with_name(f"htmlvalidate.{kind}") for kind in ("mjs", "json"))
    done = subprocess.run(
        ["node", str(script), str(HTML_VALIDATE), str(config)],
        input=json.dumps([str(page) for page in pages]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found) == len(pages)
    return [message for page in pages for message in ours(page, found[str(page)])]


PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>A page</title></head><body>
<form><button>Send</button></form>
<div class="md-container">
<article>
{}
</article>
</div></body></html>
"""


MISTAKES: Mapping[str, list[str]] = {
    "<p>What the theme does outside is its own.</p>": [],
    "<button>x</button>": ["no-implicit-button-type"],
    "<p><p>": ["no-implicit-close"] * 2,
    "<table><div></div></table>": ["element-permitted-content"],
    '<b id="a"></b><b id="a"></b>': ["no-dup-id"],
    '<p>An id of another page.</p><b id="a"></b>': [],
}
"""What stands in an article, and the rules that it breaks: one of the frame too, if it is ours."""


def test_a_mistake_of_ours_is_seen(tmp_path: Path) -> None:
    pages = [tmp_path / f"{number}.html" for number in range(len(MISTAKES))]
    for page, html in zip(pages, MISTAKES, strict=True):
        page.write_text(PAGE.format(html), encoding="utf-8")
    found: dict[str, list[str]] = {str(page): [] for page in pages}
    for message in validate(pages):
        found[message.partition(":")[0]].append(message.split(": ")[1])
    assert list(found.values()) == list(MISTAKES.values())


@pytest.mark.parametrize("folders", FOLDERS, ids=" ".join)
def test_every_page_is_valid(book_folder: Path, folders: tuple[str, ...]) -> None:
    found = [page for folder in folders for page in sorted((book_folder / folder).rglob("*.html"))]
    found += sorted(book_folder.glob("*.html"))
    # A page that two addresses have, as short links do, is read once.
    pages = list({page.read_bytes(): page for page in found}.values())
    assert {page.relative_to(book_folder).parts[0] for page in pages} >= set(folders)
    assert validate(pages) == []


def test_every_folder_is_validated(book_folder: Path) -> None:
    pages = book_folder.glob("*/**/*.html")
    there = {page.relative_to(book_folder).parts[0] for page in pages}
    assert there == {folder for folders in FOLDERS for folder in folders}
