"""Markdown is cut into units and put together again: nothing is lost, nothing else changes."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it.utils import read_fixture_file

from errbook import markdown
from errbook.markdown import Links, Mark, Unit
from strategies import PUNCTUATION, WORDS, Written, documents, literals, sentences

ROOT = Path(__file__).resolve().parents[1]
CASES = Path(__file__).parent / "cases" / "markdown" / "units.md"
CORPUS = ROOT.parent / "shared" / "corpus"
PAGES = sorted((ROOT / "source" / "pages").rglob("*.md"))
REAL = [*PAGES, *sorted(CORPUS.rglob("*.md"))]

real_pages = pytest.mark.parametrize("path", REAL, ids=["/".join(path.parts[-2:]) for path in REAL])


# --- units ----------------------------------------------------------------------------------------


def listing(units: tuple[Unit, ...]) -> str:
    """Units as the case file writes them."""
    lines = []
    for unit in units:
        section = f" {unit.section}" if unit.section else ""
        text = unit.text.replace("\n", "⏎")
        lines.append(f"{unit.kind}{unit.ordinal}{section} | {text}\n")
    return "".join(lines)


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(
    ("source", "expected"),
    [pytest.param(*case[2:], id=case[1]) for case in read_fixture_file(CASES)],
)
def test_a_page_is_cut_into_these_units(source: str, expected: str, newline: str) -> None:
    assert listing(markdown.units(source.replace("\n", newline), "page")) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("  \n ", [], id="space"),
        pytest.param("Check the tags.", [("p", "Check the tags.")], id="plain"),
        pytest.param("- one\n- two", [("li", "one"), ("li", "two")], id="list"),
        pytest.param("- one", [("li", "one")], id="list-of-one"),
        pytest.param("2. Version", [("li", "Version")], id="number-is-a-list"),
        pytest.param("2.0 is required", [("p", "2.0 is required")], id="number-is-no-list"),
        pytest.param("-5 is too low", [("p", "-5 is too low")], id="minus-is-no-list"),
        pytest.param("---", [], id="rule"),
        pytest.param("Use <path>.", [("p", "Use <path>.")], id="tag-is-text"),
        pytest.param("<div>\nx\n</div>", [("p", "<div> x </div>")], id="block-of-tags-is-text"),
        pytest.param("---\ntitle: x\n---", [("h", "title: x")], id="no-front-matter"),
        pytest.param("Cafe\u0301", [("p", "Caf\u00e9")], id="composed"),
    ],
)
def test_a_field_is_cut_into_these_units(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(unit.kind, unit.text) for unit in markdown.units(text)] == expected


@given(documents, st.sampled_from(["\n", "\r\n"]))
def test_every_block_that_was_written_is_found(document: Written, newline: str) -> None:
    found = markdown.units(document.text.replace("\n", newline), "page")
    assert tuple((unit.kind, unit.text) for unit in found) == document.units


@given(documents)
def test_a_unit_knows_its_place(document: Written) -> None:
    text = document.text
    found = markdown.units(text, "page")
    assert [unit.line for unit in found] == [text.count("\n", 0, unit.start) for unit in found]
    for before, after in pairwise(found):
        assert before.end <= after.start


# --- splicing -------------------------------------------------------------------------------------


def assert_identity(text: str) -> None:
    cut = markdown.units(text, "page")
    assert markdown.splice(text, cut, {}) == text
    assert markdown.splice(text, cut, {i: unit.text for i, unit in enumerate(cut)}) == text


def assert_other_texts_come_back(text: str, others: list[str]) -> None:
    cut = markdown.units(text, "page")
    replaced = {i: others[i % len(others)] for i in range(len(cut))}
    again = markdown.units(markdown.splice(text, cut, replaced), "page")
    assert [(unit.kind, unit.text) for unit in again] == [
        (unit.kind, replaced[i]) for i, unit in enumerate(cut)
    ]


def assert_anchors_are_settled(text: str) -> None:
    anchored = markdown.with_anchors(text)
    again = markdown.units(anchored, "page")
    assert [(u.kind, u.text, u.section) for u in again] == [
        (u.kind, u.text, u.section) for u in markdown.units(text, "page")
    ]
    assert markdown.with_anchors(anchored) == anchored


newlines = st.sampled_from(["\n", "\r\n"])


@given(documents, newlines)
def test_putting_the_same_texts_back_changes_no_byte(document: Written, newline: str) -> None:
    assert_identity(document.text.replace("\n", newline))


@given(documents, newlines, st.lists(sentences, min_size=1, max_size=5))
def test_other_texts_come_back_in_order_and_kind(
    document: Written, newline: str, others: list[str]
) -> None:
    # A heading's text cannot end with a brace: the builder takes it for an attribute list.
    others = [f"{text}." for text in others]
    assert_other_texts_come_back(document.text.replace("\n", newline), others)


@given(documents, newlines)
def test_anchors_are_written_once_and_keep_every_unit(document: Written, newline: str) -> None:
    assert_anchors_are_settled(document.text.replace("\n", newline))


@real_pages
def test_the_laws_hold_for_a_real_page(path: Path) -> None:
    text = path.read_bytes().decode("utf-8-sig")
    assert markdown.units(text, "page")
    assert_identity(text)
    assert_other_texts_come_back(text, ["Texte 1.", "証明書 2。", "نص 3."])
    assert_anchors_are_settled(text)


def test_the_corpus_is_there() -> None:
    if not CORPUS.is_dir():
        pytest.skip(f"no corpus of real documents at {CORPUS}")
    assert len(list(CORPUS.rglob("*.md"))) > 20


@pytest.mark.parametrize(
    ("source", "replaced", "expected"),
    [
        pytest.param(
            "> - a\n>   b\n", {0: "x\\\ny"}, "> - x\\\n>   y\n", id="break-in-list-in-quote"
        ),
        pytest.param("> a\nb\n> c\n\nd\n", {0: "x"}, "> x\n\nd\n", id="lazy-quote"),
        pytest.param(
            "[^1]: a\n    b\n", {0: "x  \ny"}, "[^1]: x  \n    y\n", id="break-in-footnote"
        ),
        pytest.param(
            "---\ntitle: |\n  a\n  b\nhide: [toc]\n---\n",
            {0: 'une "page"'},
            '---\ntitle: "une \\"page\\""\nhide: [toc]\n---\n',
            id="block-scalar",
        ),
        pytest.param(
            "- | a | b |\n  | - | - |\n", {1: "x"}, "- | a | x |\n  | - | - |\n", id="table"
        ),
        pytest.param("# A { #a .b } ##\n", {0: "Ä"}, "# Ä { #a .b } ##\n", id="heading"),
    ],
)
def test_only_the_unit_changes(source: str, replaced: dict[int, str], expected: str) -> None:
    assert markdown.splice(source, markdown.units(source, "page"), replaced) == expected


NOT_IN_YAML = re.compile(r"[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029]")


@given(st.text(st.one_of(st.sampled_from("\"'\\\n: #日ن"), st.characters(codec="utf-8"))))
def test_a_front_matter_value_is_read_back_as_it_was_written(text: str) -> None:
    text = " ".join(NOT_IN_YAML.sub(" ", f"y {text}").split())
    source = "---\ntitle: x\n---\n"
    spliced = markdown.splice(source, markdown.units(source, "page"), {0: text})
    assert yaml.safe_load(markdown.front_matter(spliced)) == {"title": text}


# --- anchors --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("# A { #given }\n", "# A { #given }\n", id="given"),
        pytest.param("# A { #given } #\n", "# A { #given } #\n", id="given-before-closing-hash"),
        pytest.param("# A {: #given .x }\r\n", "# A {: #given .x }\r\n", id="given-crlf"),
        pytest.param("```\n# A\n```\n", "```\n# A\n```\n", id="code"),
        pytest.param("# A\n", "# A { #a }\n", id="made"),
        pytest.param("# A #\r\n", "# A { #a } #\r\n", id="closing-hash"),
        pytest.param("# A { .x }\n", "# A { #a .x }\n", id="class"),
        pytest.param("A\n===\n", "A { #a }\n===\n", id="underlined"),
        pytest.param("# A\n\n# A\n", "# A { #a }\n\n# A { #a_1 }\n", id="twice"),
        pytest.param(
            "# 日本\n\n# مرحبا\n", "# 日本 { #section }\n\n# مرحبا { #section_1 }\n", id="other"
        ),
        pytest.param("# Überprüfe `x`\n", "# Überprüfe `x` { #uberprufe-x }\n", id="accents"),
    ],
)
def test_every_heading_gets_its_id(source: str, expected: str) -> None:
    assert markdown.with_anchors(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param('!!! note "Wichtig"\n', '!!! note "Wichtig"\n', id="has-one"),
        pytest.param('!!! note ""\n', '!!! note ""\n', id="wants-none"),
        pytest.param("!!! custom\n", "!!! custom\n", id="unknown"),
        pytest.param("```\n!!! note\n```\n", "```\n!!! note\n```\n", id="code"),
        pytest.param("!!! note\n", '!!! note "Hinweis"\n', id="note"),
        pytest.param("    ???+ note\n", '    ???+ note "Hinweis"\n', id="nested"),
    ],
)
def test_admonitions_get_their_default_titles(source: str, expected: str) -> None:
    assert markdown.with_titles(source, {"note": "Hinweis"}) == expected


def test_indented_code_is_found_by_line() -> None:
    source = "---\ntitle: x\n---\n\ntext\n\n    code\n\n!!! note\n\n    prose\n\n        code\n"
    assert markdown.indented_code(source) == [6, 12]


# --- rendering ------------------------------------------------------------------------------------

ALLOWED = {
    "a": {"href", "rel"},
    "code": {"translate", "dir"},
    "div": {"class", "translate", "dir"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "td": {"style"},
    "th": {"style"},
    **{
        name: set()
        for name in [
            "p",
            "ul",
            "li",
            "blockquote",
            "strong",
            "em",
            "s",
            "br",
            "hr",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "table",
            "thead",
            "tbody",
            "tr",
        ]
    },
}
"""The tags that Markdown makes and the attributes they may have."""


class Read(HTMLParser):
    """The text of HTML, and everything in it that Markdown does not make."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.text = ""
        self.foreign: list[str] = []
        self.feed(written)
        self.close()

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED or {name for name, _ in attrs} - ALLOWED[tag]:
            self.foreign.append(str(self.get_starttag_text()))
        for _, value in attrs:
            if re.match(r"\W*(javascript|vbscript|data):", value or "", re.I):
                self.foreign.append(str(value))

    def handle_comment(self, data: str) -> None:
        self.foreign.append(data)

    def handle_decl(self, decl: str) -> None:
        self.foreign.append(decl)

    def handle_pi(self, data: str) -> None:
        self.foreign.append(data)

    def unknown_decl(self, data: str) -> None:
        self.foreign.append(data)


def backslashed(text: str) -> str:
    return re.sub(rf"[{re.escape(PUNCTUATION)}]", r"\\\g<0>", text)


def in_code(text: str) -> str:
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}"


@given(literals)
def test_no_character_of_a_text_is_lost(text: str) -> None:
    assert Read(markdown.render_inline(backslashed(text))).text == text
    assert Read(markdown.render(backslashed(text))).text == text


@given(literals, literals)
def test_no_character_of_code_is_lost(first: str, second: str) -> None:
    source = f"Run {in_code(first)} or {in_code(second)}."
    assert Read(markdown.render(source)).text == f"Run {first} or {second}."


@given(st.lists(st.one_of(literals, st.sampled_from(["```", "--8<-- x", "", "{{ x }}", "# x"]))))
def test_no_character_of_a_block_of_code_is_lost(lines: list[str]) -> None:
    text = "\n".join([*lines, "end"])
    fence = "`" * (3 + max(map(len, re.findall("`+", text)), default=0))
    written = markdown.render(f"{fence}\n{text}\n{fence}")
    assert Read(written).text == Read(markdown.code_block(text)).text == f"{text}\n"
    assert "\n" not in written


TAGS = (
    "<script>",
    "</script >",
    "<img src=x onerror=alert(1)>",
    "<!--",
    "-->",
    "<?php",
    "<![CDATA[",
    "<svg/onload=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "![x](<javascript:alert(1)>)",
    "<javascript:alert(1)>",
    '[x](https://e.com "t" onclick="a")',
    '[x](https://e.com/"onclick="a)',
    '![" onerror="a](x)',
    "\n\n",
    "\n",
    "`",
    "- ",
    "> ",
)


@given(st.lists(st.sampled_from(TAGS + WORDS), max_size=8))
def test_no_tag_of_a_text_becomes_a_tag(pieces: list[str]) -> None:
    assert Read(markdown.render("".join(pieces))).foreign == []
    assert Read(markdown.render_inline(" ".join(pieces).replace("\n", " "))).foreign == []


@given(st.text())
def test_any_text_can_be_rendered_on_one_line(text: str) -> None:
    written = markdown.render(text)
    assert Read(written).foreign == []
    assert "\n" not in written
    assert not re.search(r"\{[{%#]", written)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("a", "<p>a</p>", id="paragraph"),
        pytest.param("a\nb  \nc", "<p>a b<br>c</p>", id="breaks"),
        pytest.param("- a\n- b", "<ul><li>a</li><li>b</li></ul>", id="tight-list"),
        pytest.param(
            "3. a\n\n4. b", '<ol start="3"><li><p>a</p></li><li><p>b</p></li></ol>', id="ol"
        ),
        pytest.param(
            "~~a~~ *b* **c**", "<p><s>a</s> <em>b</em> <strong>c</strong></p>", id="marks"
        ),
        pytest.param("{{ x }} {% y %} {z}", "<p>&#123;{ x }} &#123;% y %} {z}</p>", id="templates"),
        pytest.param(
            "`{{ x }}`", '<p><code translate="no" dir="ltr">&#123;{ x }}</code></p>', id="code"
        ),
        pytest.param("[a](link:b)", '<p><a href="/b">a</a></p>', id="link"),
        pytest.param(
            "[`a`](link:gone)", '<p><code translate="no" dir="ltr">a</code></p>', id="no-link"
        ),
        pytest.param("a[^n]", "<p>a<sup>n</sup></p>", id="footnote"),
        pytest.param("> a", "<blockquote><p>a</p></blockquote>", id="quote"),
        pytest.param('!!! note "T"\n\n    a', "<div>T<p>a</p></div>", id="container"),
        pytest.param(
            "| a |\n|--:|\n| `x \\| y` |",
            '<table><thead><tr><th style="text-align:right">a</th></tr></thead><tbody><tr>'
            '<td style="text-align:right"><code translate="no" dir="ltr">x | y</code></td>'
            "</tr></tbody></table>",
            id="table",
        ),
    ],
)
def test_a_field_is_rendered_like_this(source: str, expected: str) -> None:
    links = Links(
        url=lambda target: None if target == "link:gone" else target.replace("link:", "/"),
        footnote=lambda label: f"<sup>{label}</sup>",
    )
    assert markdown.render(source, links) == expected


def test_a_unit_that_fell_back_is_marked_with_its_language() -> None:
    marks = {0: Mark("en", "ltr", "<b>EN</b>"), 2: Mark("ar", "rtl", "")}
    assert markdown.render("a\n\nb\n\n- c", marks=marks) == (
        '<p><span class="eb-fallback" lang="en" dir="ltr">a</span><b>EN</b></p>'
        "<p>b</p>"
        '<ul><li><span class="eb-fallback" lang="ar" dir="rtl">c</span></li></ul>'
    )


@given(documents)
def test_marks_count_as_units_do(document: Written) -> None:
    cut = markdown.units(document.text)
    marks = {index: Mark("x", "ltr", f"[{index}]") for index in range(len(cut))}
    written = markdown.render(document.text, marks=marks)
    assert re.findall(r"</span>\[(\d+)\]", written) == [str(index) for index in range(len(cut))]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param("Run `a  b` **now**.[^1]", "Run a b now.", id="marks"),
        pytest.param("- one\n- two\n\n```\ncode\n```", "one two code", id="blocks"),
        pytest.param("[証明書](link:x)を\n確認", "証明書を 確認", id="cjk"),
    ],
)
def test_a_description_has_the_words_alone(source: str, words: str) -> None:
    assert markdown.strip(source) == words


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param("بلا شيفرة", "بلا شيفرة", id="no code"),
        pytest.param("قائمة `--tags` خاطئة", "قائمة \u2066--tags\u2069 خاطئة", id="line"),
        pytest.param("- `--tags`\n- ثم", "\u2066--tags\u2069 ثم", id="blocks"),
    ],
)
def test_code_keeps_its_direction_without_markup(source: str, words: str) -> None:
    assert markdown.strip(source, isolate=True) == words
    assert markdown.strip(source) == re.sub("[\u2066\u2069]", "", words)


@given(
    st.sampled_from(["", " ", "    ", "1. ", "12) ", "- ", "-"]),
    st.text(st.sampled_from(" 01a証ن.,)(-'\"/%…。"), min_size=1).filter(str.strip),
)
def test_the_short_way_for_plain_texts_gives_what_the_parser_gives(start: str, rest: str) -> None:
    text = start + rest
    # A line break at the end keeps a text from the short way.
    forced = f"{text}\n"
    assert markdown.render(text) == markdown.render(forced)
    assert markdown.inventory(text).shape == markdown.inventory(forced).shape
    assert [(u.kind, u.text) for u in markdown.units(text)] == [
        (u.kind, u.text) for u in markdown.units(forced, "page")
    ]
