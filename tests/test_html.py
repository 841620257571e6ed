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
import re
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


FRAME = re.compile(
    r'<header class="md-header.*?(?=<div class="md-container")'
    r'|<div class="md-sidebar md-sidebar--primary".*?(?=<div class="md-sidebar md-sidebar--second)',
    re.S,
)
"""What stands on every page of a locale: the header, and the navigation beside the page."""
WORDS = re.compile(r'(?<=>)[^<&>"]+(?=<)|(?<= href=")[^"&]+|(?<=(?:title|label)=")[^"&]+')
"""What differs in it though it is the same HTML."""


def without_known_frames(pages: list[Path]) -> Iterator[tuple[Path, str]]:
    """The HTML of pages, without a frame that an earlier one has but for its words and addresses.

    Every line stays where it is.
    """
    known: set[str] = set()
    for page in pages:
        text = page.read_text("utf-8")
        frame = WORDS.sub("", "".join(FRAME.findall(text)))
        if frame in known:
            text = FRAME.sub(lambda part: "\n" * part[0].count("\n"), text)
        known.add(frame)
        yield page, text


def validate(pages: list[Path], folder: Path) -> list[str]:
    """What is wrong with some pages; the folder is for what the validator reads and reports."""
    need("html-validate", HTML_VALIDATE.exists())
    read, report = folder / "read", folder / "report.json"
    read.mkdir()
    copied: dict[str, Path] = {}
    for number, (page, text) in enumerate(without_known_frames(pages)):
        copy = read / f"{number}.html"
        copy.write_text(text, "utf-8")
        copied[str(copy)] = page
    config = Path(__file__).with_name("htmlvalidate.json")
    command = [str(HTML_VALIDATE), "--config", str(config), "--formatter", f"json={report}"]
    done = subprocess.run([*command, *copied], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    results = json.loads(report.read_text("utf-8"))
    return [m for r in results for m in ours(copied[r["filePath"]], r["messages"])]


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


@pytest.mark.parametrize(
    ("title", "again"),
    [
        pytest.param('<a href="b/">Another page</a>', False, id="other words"),
        pytest.param('<b href="b/">Another page</b>', True, id="another element"),
        pytest.param('<a href="b/" id="a">A page</a>', True, id="an attribute more"),
        pytest.param('<a href="b/">This & that</a>', True, id="a character that is markup"),
    ],
)
def test_a_frame_is_read_again_where_more_than_words_differs(
    tmp_path: Path, title: str, again: bool
) -> None:
    for name, part in (("a", '<a href="a/">A page</a>'), ("b", title)):
        header = f'<header class="md-header">\n{part}\n</header><div class="md-container">'
        text = PAGE.replace('<div class="md-container">', header)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (_, first), (_, second) = without_known_frames([tmp_path / "a", tmp_path / "b"])
    assert "A page" in first
    assert (title in second) == again
    assert second.count("\n") == first.count("\n")


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_page_is_valid(book_folder: Path, tmp_path: Path, folder: str) -> None:
    found = (book_folder / folder).rglob("*.html") if folder else book_folder.glob("*.html")
    # A page that two addresses have, as short links do, is read once.
    pages = list({page.read_bytes(): page for page in sorted(found)}.values())
    assert pages
    assert validate(pages, tmp_path) == []
