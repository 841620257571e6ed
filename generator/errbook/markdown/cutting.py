"""Cuts texts into the units that are translated, and puts other texts in their places."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import yaml
from markdown_it.token import Token

from errbook.markdown import simple
from errbook.markdown.anchors import ATTRIBUTE_LIST, TRAILING_ATTRIBUTES, Anchors
from errbook.markdown.lines import Lines
from errbook.markdown.preset import Dialect, parser

Kind = Literal["p", "h", "li", "td", "t", "fn", "meta"]
"""Paragraph, heading, list item, table cell, container title, footnote, front-matter value."""

META_KEYS = ("title", "description")
"""The front-matter keys that readers see, and that are therefore translated."""

FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*\r?$\n?", re.S | re.M)
"""The YAML at a page's head, with the lines around it."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One translatable block of a text, and where it stands in it."""

    kind: Kind
    text: str
    """What a translator sees: the block's Markdown with soft line breaks made spaces, in NFC."""
    start: int
    """Character offset of the block's first character."""
    end: int
    """Character offset after its last one."""
    prefix: str = ""
    """What a continuation line of the block begins with (quote marks, indentation)."""
    line: int = 0
    """Line of the first character, counted from 0."""
    section: str = ""
    """Anchor of the heading above (of the heading itself for a heading); empty before the first."""
    ordinal: int = 0
    """Position among the units of this kind in its section, counted from 1."""


@lru_cache(maxsize=65536)
def units(text: str, dialect: Dialect = "field") -> tuple[Unit, ...]:
    """Cut a text into its units, in the order in which they stand.

    Code fences, indented code and blocks of raw HTML are never units. A block whose text cannot be
    found again in the source (only a tab inside a list can cause this) is left out, untranslated.
    """
    if dialect == "field" and simple.parts(text) is not None:
        return (Unit("p", _normal(text), 0, len(text), ordinal=1),)
    return tuple(_cut(text, dialect))


def _cut(text: str, dialect: Dialect) -> list[Unit]:
    front = FRONT_MATTER.match(text) if dialect == "page" else None
    body_start = front.end() if front else 0
    found = list(_meta_units(front)) if front else []
    lines = Lines(text, body_start)
    ordinals: Counter[tuple[str, str]] = Counter()
    anchors = Anchors()
    section = ""
    for kind, token, column in _inline_tokens(parser(dialect).parse(text[body_start:])):
        located = lines.locate(token, column)
        if located is None:
            continue
        start, end, prefix = located
        raw = text[start:end]
        if kind == "h":
            section = anchors.add(lines.rest_of_line(end), raw)
        block = _without_attributes(raw, kind)
        if not block.strip():
            continue
        # In a cell the source's \\| stays: the token has lost its backslash.
        wanted = block if kind == "td" else _without_attributes(token.content.strip(), kind)
        ordinals[section, kind] += 1
        found.append(
            Unit(
                kind,
                _normal(_join_lines(wanted)),
                start,
                start + len(block),
                prefix,
                lines.first + (token.map or [0])[0],
                section,
                ordinals[section, kind],
            )
        )
    return found


def _meta_units(front: re.Match[str]) -> list[Unit]:
    """The values of the front matter that readers see."""
    try:
        node = yaml.compose(front["yaml"], Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return []
    if not isinstance(node, yaml.MappingNode):
        return []
    found = []
    for key, value in node.value:
        if key.value in META_KEYS and isinstance(value, yaml.ScalarNode) and value.value.strip():
            begin = front.start("yaml") + value.start_mark.index
            # A block scalar ends where the next key begins; its last line break is not text.
            written = front["yaml"][value.start_mark.index : value.end_mark.index].rstrip()
            line = 1 + value.start_mark.line
            text = _normal(value.value)
            found.append(Unit("meta", text, begin, begin + len(written), "", line, key.value, 1))
    return found


def _inline_tokens(tokens: Sequence[Token]) -> list[tuple[Kind, Token, int]]:
    """The inline tokens with what block each stands in and, for cells, its column (else -1)."""
    found: list[tuple[Kind, Token, int]] = []
    column = -1
    depth_of_items = 0
    in_footnote = False
    for index, token in enumerate(tokens):
        match token.type:
            case "tr_open":
                column = -1
            case "th_open" | "td_open":
                column += 1
            case "list_item_open":
                depth_of_items += 1
            case "list_item_close":
                depth_of_items -= 1
            case "footnote_reference_open":
                in_footnote = True
            case "footnote_reference_close":
                in_footnote = False
            case "inline":
                opener = tokens[index - 1].type
                kind: Kind = "p"
                if opener == "heading_open":
                    kind = "h"
                elif opener in ("th_open", "td_open"):
                    kind = "td"
                elif opener == "container_open":
                    kind = "t"
                elif in_footnote:
                    kind = "fn"
                elif depth_of_items:
                    kind = "li"
                found.append((kind, token, column if kind == "td" else -1))
    return found


def _without_attributes(raw: str, kind: Kind) -> str:
    """Leave an attribute list at the end of a block out of its unit."""
    if kind == "h":
        return TRAILING_ATTRIBUTES.sub("", raw).rstrip()
    last = raw.rfind("\n") + 1
    if last and re.fullmatch(rf"[\s>]*{ATTRIBUTE_LIST.pattern}\s*", raw[last:]):
        return raw[: last - 1].rstrip("\r")
    return raw


def _join_lines(block: str) -> str:
    """Make soft line breaks spaces; a hard break (two spaces or a backslash) stays a line break."""
    lines = block.split("\n")
    joined = lines[0]
    for line in lines[1:]:
        content = line.lstrip(" \t")
        if joined.endswith(("  ", "\\")):
            joined = (
                f"{joined.rstrip(' ')}  \n{content}"
                if joined.endswith(" ")
                else f"{joined}\n{content}"
            )
        else:
            joined = f"{joined.rstrip()} {content}"
    return joined


def _normal(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())


def splice(text: str, cut: Sequence[Unit], replacements: Mapping[int, str]) -> str:
    """Put other texts in the place of units, by span; nothing else changes by a byte.

    Args:
        text: The text that was cut.
        cut: Its units, as `units` gave them.
        replacements: New text by index into ``cut``. A unit that is absent here, or whose text is
            the same, keeps its source characters.
    """
    pieces, position = [], 0
    for index, unit in enumerate(cut):
        new = replacements.get(index)
        if new is None or new == unit.text:
            continue
        if position < unit.start:
            pieces.append(text[position : unit.start])
        pieces.append(_as_source(unit, new))
        position = unit.end
    if position < len(text):
        pieces.append(text[position:])
    # What replaces all of a text is not copied.
    return "".join(pieces)


def _as_source(unit: Unit, new: str) -> str:
    if unit.kind == "meta":
        return json.dumps(new, ensure_ascii=False)
    return new.replace("\n", f"\n{unit.prefix}")
