"""What is staged goes through the builder's own Markdown parser, and not a character is lost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jinja2
import markdown as python_markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import markdown
from errbook.article import message_block
from errbook.model import Message
from errbook.site import extensions
from strategies import literals, sentences

POPULAR: Mapping[str, Mapping[str, Any]] = {
    **extensions.REQUIRED,
    "abbr": {},
    "def_list": {},
    "md_in_html": {},
    "nl2br": {},
    "sane_lists": {},
    "smarty": {},
    "pymdownx.arithmatex": {"generic": True},
    "pymdownx.betterem": {},
    "pymdownx.caret": {},
    "pymdownx.critic": {},
    "pymdownx.emoji": {},
    "pymdownx.highlight": {},
    "pymdownx.inlinehilite": {},
    "pymdownx.keys": {},
    "pymdownx.magiclink": {},
    "pymdownx.mark": {},
    "pymdownx.smartsymbols": {},
    "pymdownx.snippets": {"check_paths": True},
    "pymdownx.tasklist": {},
    "pymdownx.tilde": {},
}
"""The extensions that Material's documentation recommends, all of them at once."""

EXTENSIONS = {"required": extensions.REQUIRED, "popular": POPULAR}


def built(source: str, which: str) -> str:
    extensions = EXTENSIONS[which]
    return python_markdown.markdown(
        source,
        extensions=list(extensions),
        extension_configs={k: dict(v) for k, v in extensions.items()},
    )


class Sections(HTMLParser):
    """The text of each part of an article: its headings by id, its blocks by class."""

    def __init__(self, written: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self._name = ""
        self._end = ""
        self.feed(written)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("id") if tag in ("h1", "h2") else given.get("class")
        if name in ARTICLE:
            assert name not in self.found, f"{name} is there twice"
            self._name, self._end = name, tag
            self.found[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == self._end:
            self._name = ""

    def handle_data(self, data: str) -> None:
        if self._name:
            self.found[self._name] += data
        elif data.strip():
            self.found["elsewhere"] = self.found.get("elsewhere", "") + data


ARTICLE = ("entry", "eb-cause", "fix", "eb-fix", "eb-message")


def article(code: str, title: str, cause: str, fix: str, message: str) -> str:
    """An entry's page, made of the same parts as the template's."""
    heading = markdown.inert(f"{markdown.code(code)} {markdown.render_inline(title)}")
    shown = message_block(Message(message))
    return (
        f"# {heading} {{ #entry }}\n\n"
        f'<section class="eb-cause">{markdown.render(cause)}</section>\n\n'
        f"## {markdown.escape_everything('Fix')} {{ #fix }}\n\n"
        f'<section class="eb-fix">{markdown.render(fix)}</section>\n\n'
        f'<figure class="eb-message">{shown}</figure>\n'
    )


def backslashed(text: str) -> str:
    return re.sub(r"[!-/:-@\[-`{-~]", r"\\\g<0>", text)


def in_code(text: str) -> str:
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence} {text} {fence}"


TRAPS = {
    "attr_list": "Cannot reach {host}",
    "attr_list-class": "end { .hidden #gone onclick=alert(1) }",
    "attr_list-colon": "end {: .hidden }",
    "pipe": "cat a | grep b || true | | |---|",
    "tag": "Set <path> to </path> or <div> in <!-- this --> file",
    "open-comment": "from <!-- on",
    "entity": "&lt;b&gt; &amp;amp; &copy &#106;",
    "jinja": "{{ secret }} {% raw %} {# gone #} {%- x -%}",
    "fence": "``` python",
    "tildes": "~~~ a ~~b~~ ^c^ ==d== {--e--} {++f++}",
    "snippet": '--8<-- "/etc/passwd"',
    "snippet-block": "--8<--",
    "footnote": "Text[^1] and [^1]: definition",
    "reference": "[id]: https://example.com",
    "abbreviation": "*[HTML]: language",
    "emoji": "state :x: and :smile: at 10:30:45",
    "keys": "press ++ctrl+alt+del++",
    "math": "costs $5 and $6, \\(x\\) \\[y\\]",
    "symbols": "(c) (tm) +/- 1/2 --> 1st ... 'a' \"b\"",
    "links": "see https://example.com/a_b_c, www.example.com, a@b.example, #12 @user",
    "underscores": "__init__ and *args **kwargs _x_",
    "backslashes": r"C:\new\*.log \\server\share \` \{",
    "heading": "# one ## two ##",
    "list": "1. one - two * three + four",
    "task": "[ ] open [x] closed",
    "admonition": '!!! note "x" ??? tip === "tab"',
    "toc": "[TOC]",
    "definition": ": is what",
    "dashes": "--- *** ===",
    "spaces": "two  spaces   three",
    "cjk": "証明書（`x`）を確認：｜ただし｜「{名前}」",
    "arabic": "تحقق من {host} | <path>",
    "placeholders": "klzzwxh:0001 wzxhzdk:0",
}


def sections_of(text: str, which: str, code: bool) -> Mapping[str, str]:
    written = in_code(text) if code else backslashed(text)
    page = article(text, written, written, f"Run {written}.", text)
    return Sections(built(page, which)).found


def sections_wanted(text: str) -> Mapping[str, str]:
    return {
        "entry": f"{text} {text}",
        "eb-cause": text,
        "fix": "Fix",
        "eb-fix": f"Run {text}.",
        "eb-message": f"{text}\n",
    }


@pytest.mark.parametrize("which", EXTENSIONS)
@pytest.mark.parametrize("code", [False, True], ids=["text", "code"])
@pytest.mark.parametrize("text", TRAPS.values(), ids=TRAPS)
def test_no_trap_takes_a_character(text: str, code: bool, which: str) -> None:
    assert sections_of(text, which, code) == sections_wanted(text)


@pytest.mark.parametrize("which", EXTENSIONS)
@given(literals, st.booleans())
def test_no_character_is_lost_in_the_builder(which: str, text: str, code: bool) -> None:
    assert sections_of(text, which, code) == sections_wanted(text)


@given(st.lists(st.one_of(st.sampled_from(list(TRAPS.values())), literals), min_size=2, max_size=4))
def test_literal_lines_keep_their_breaks_in_the_builder(lines: list[str]) -> None:
    text = "\n".join(lines)
    page = article("E1", "Title", "Cause.", "Fix.", text)
    assert Sections(built(page, "popular")).found["eb-message"] == f"{text}\n"


@given(literals, sentences)
def test_a_template_engine_finds_nothing_to_do(text: str, title: str) -> None:
    page = article(text, title, backslashed(text), in_code(text), text)
    engine = jinja2.Environment(keep_trailing_newline=True, autoescape=False)
    assert engine.from_string(page).render() == page


GOLDEN = {
    "braces": ("Cannot reach {host}", "Cannot reach &#123;host&#125;"),
    "tag": ("証明書 <path>", "証明書 &lt;path&gt;"),
    "code": ("Run `a | b`", f"Run {markdown.code('a | b').replace('|', '&#124;')}"),
    "bold": ("**تحقق** من", "<strong>تحقق</strong> من"),
    "list-mark": ("- x", "&#45; x"),
}


@pytest.mark.parametrize("which", EXTENSIONS)
@pytest.mark.parametrize(("title", "expected"), GOLDEN.values(), ids=GOLDEN)
def test_a_heading_is_built_like_this(title: str, expected: str, which: str) -> None:
    first = built(article("AZCM0013", title, "a", "b", "c"), which).split("\n")[0]
    assert first == f'<h1 id="entry">{markdown.code("AZCM0013")} {expected}</h1>'


def test_the_snippets_of_a_project_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("the secret", encoding="utf-8")
    page = article(
        "--8<-- 'secret.md'",
        '--8<-- "secret.md"',
        '--8<-- "secret.md"',
        "x",
        "--8<--\nsecret.md\n--8<--",
    )
    config = {"pymdownx.snippets": {"base_path": [str(tmp_path)], "check_paths": True}}
    written = python_markdown.markdown(
        page, extensions=["attr_list", "pymdownx.snippets"], extension_configs=config
    )
    assert "the secret" not in written
