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
from collections.abc import Iterator
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
FOLDERS = ("en-US", "fr-FR", "de-DE", "ja-JP", "ar", "pt-BR", "e", "")


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


def validate(pages: list[Path], folder: Path) -> list[str]:
    """What is wrong with some pages; the folder is for the validator's report."""
    need("html-validate", HTML_VALIDATE.exists())
    report = folder / "report.json"
    config = Path(__file__).with_name("htmlvalidate.json")
    command = [str(HTML_VALIDATE), "--config", str(config), "--formatter", f"json={report}"]
    done = subprocess.run([*command, *map(str, pages)], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    results = json.loads(report.read_text("utf-8"))
    return [m for r in results for m in ours(Path(r["filePath"]), r["messages"])]


PAGE = """<!DOCTYPE html>
<html lang="en"><head><title>A page</title></head><body>
<form><button>Send</button></form>
<div class="md-container">
<article>
{}
</article>
</div></body></html>
"""


@pytest.mark.parametrize(
    ("html", "rules"),
    [
        pytest.param("<p>What the theme does outside is its own.</p>", [], id="the frame"),
        pytest.param("<button>x</button>", ["no-implicit-button-type"], id="a rule of the frame"),
        pytest.param("<p><p>", ["no-implicit-close"] * 2, id="not closed"),
        pytest.param("<table><div></div></table>", ["element-permitted-content"], id="misplaced"),
        pytest.param('<b id="a"></b><b id="a"></b>', ["no-dup-id"], id="an id twice"),
    ],
)
def test_a_mistake_of_ours_is_seen(tmp_path: Path, html: str, rules: list[str]) -> None:
    page = tmp_path / "page.html"
    page.write_text(PAGE.format(html), encoding="utf-8")
    assert [message.split(": ")[1] for message in validate([page], tmp_path)] == rules


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_is_valid(book_folder: Path, tmp_path: Path, folder: str) -> None:
    found = (book_folder / folder).rglob("*.html") if folder else book_folder.glob("*.html")
    # A page that two addresses have, as short links do, is read once.
    pages = list({page.read_bytes(): page for page in sorted(found)}.values())
    assert pages
    assert validate(pages, tmp_path) == []
