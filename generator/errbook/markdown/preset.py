"""The parser of each dialect: CommonMark with tables, footnotes and the containers of MkDocs."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from mdit_py_plugins.footnote import footnote_plugin

Dialect = Literal["field", "page"]
"""``field``: raw HTML is text. ``page``: raw HTML is HTML."""

_CONTAINER = re.compile(r"(!!!|\?\?\?\+?|===[+!]*)[ \t]+(?P<rest>\S.*)$")
_TITLE = re.compile(r'"(?P<title>[^"]*)"[ \t]*$')


@cache
def parser(dialect: Dialect) -> MarkdownIt:
    """The parser of a dialect; it is made once."""
    made = MarkdownIt("commonmark", {"html": dialect == "page"}).enable(["table", "strikethrough"])
    # A unit is parsed without the definitions of its footnotes, so a reference always counts.
    made.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    made.block.ruler.before(
        "fence", "container", _container, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return made


def _container(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Block rule for ``!!! note "Title"``, ``??? tip`` and ``=== "Tab"``.

    Without it their indented bodies would be taken for code and never translated.
    """
    if state.sCount[start_line] - state.blkIndent >= 4:
        return False
    begin = state.bMarks[start_line] + state.tShift[start_line]
    if begin >= len(state.src) or state.src[begin] not in "!?=":
        return False
    match = _CONTAINER.match(state.src[begin : state.eMarks[start_line]])
    if match is None:
        return False
    if silent:
        return True
    parent, line_max, indent = state.parentType, state.lineMax, state.blkIndent
    state.parentType = "container"
    state.blkIndent += 4
    state.lineMax = next_line = _end_of_body(state, start_line + 1, end_line)
    token = state.push("container_open", "div", 1)
    token.markup, token.info, token.map = match[1], match["rest"], [start_line, next_line]
    _push_title(state, start_line, match["rest"])
    state.md.block.tokenize(state, start_line + 1, next_line)
    state.push("container_close", "div", -1).markup = match[1]
    state.parentType, state.lineMax, state.blkIndent = parent, line_max, indent
    state.line = next_line
    return True


def _end_of_body(state: StateBlock, line: int, end_line: int) -> int:
    """The first line from here on that has text and is not indented enough."""
    while line < end_line:
        empty = state.bMarks[line] + state.tShift[line] >= state.eMarks[line]
        if not empty and state.sCount[line] < state.blkIndent:
            break
        line += 1
    return line


def _push_title(state: StateBlock, line: int, rest: str) -> None:
    title = _TITLE.search(rest)
    if title is not None and title["title"].strip():
        inline = state.push("inline", "", 0)
        inline.content, inline.map, inline.children = title["title"], [line, line + 1], []
