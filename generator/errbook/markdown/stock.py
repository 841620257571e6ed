"""Takes stock of texts: what a translation must keep of them, and their words alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from errbook.markdown import simple
from errbook.markdown.anchors import ATTRIBUTE_LIST
from errbook.markdown.preset import parser

_FOOTNOTE_REFERENCE = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_TAG_LIKE = re.compile(r"<[A-Za-z/!?][^<>\n]*>?")

_PARAGRAPH = ("paragraph_open",)
_NOTHING: Counter[str] = Counter()


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a unit contains that a translation must keep, each with how often."""

    shape: tuple[str, ...]
    """The types of its blocks."""
    code: Counter[str]
    """Texts of code spans and fences."""
    links: Counter[str]
    """Targets of links and images."""
    footnotes: Counter[str]
    """Labels of footnote references."""
    tags: Counter[str]
    """Everything that a careless parser could take for an HTML tag, inside code too."""
    attributes: Counter[str]
    """Attribute lists, as in ``{ .class }``."""
    plain: str
    """The text alone; code is U+FFFC."""


@lru_cache(maxsize=simple.CACHED)
def inventory(text: str) -> Inventory:
    """Take stock of one unit.

    Tags, footnotes and attribute lists are looked for in the characters, not in the tokens: the
    builder's parser is another one, and what only one of the two takes for markup counts too.
    """
    parts = simple.parts(text)
    return _stock(text) if parts is None else _simple_stock(text, parts)


def _simple_stock(text: str, parts: Sequence[simple.Part]) -> Inventory:
    if len(parts) == 1 and parts[0][0] == "text" and "{" not in text:
        return Inventory(_PARAGRAPH, _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING, text)
    plain = "".join(
        "\ufffc" if kind == "code" else shown for kind, shown, _ in parts if kind != "note"
    )
    outside = "".join(shown for kind, shown, _ in parts if kind in ("text", "strong"))
    return Inventory(
        _PARAGRAPH,
        Counter(shown for kind, shown, _ in parts if kind == "code"),
        Counter(target for kind, _, target in parts if kind == "link"),
        Counter(shown for kind, shown, _ in parts if kind == "note"),
        Counter(_TAG_LIKE.findall(text)) if "<" in text else _NOTHING,
        Counter(ATTRIBUTE_LIST.findall(outside)) if "{" in outside else _NOTHING,
        plain,
    )


def _stock(text: str) -> Inventory:
    tokens = parser("field").parse(text)
    code: Counter[str] = Counter()
    links: Counter[str] = Counter()
    plain: list[str] = []
    for token in tokens:
        if token.type in ("fence", "code_block"):
            code[token.content.strip()] += 1
        for child in token.children or ():
            match child.type:
                case "code_inline":
                    code[child.content] += 1
                    plain.append("\ufffc")
                case "link_open":
                    links[str(child.attrs.get("href", ""))] += 1
                case "image":
                    links[str(child.attrs.get("src", ""))] += 1
                case "text":
                    plain.append(child.content)
                case "softbreak" | "hardbreak":
                    plain.append(" ")
    outside = re.sub(r"(`+)(?!`).+?(?<!`)\1(?!`)", "\ufffc", text)
    return Inventory(
        tuple(t.type for t in tokens if t.nesting >= 0 and t.type != "inline"),
        code,
        links,
        Counter(_FOOTNOTE_REFERENCE.findall(outside)),
        Counter(_TAG_LIKE.findall(text)),
        Counter(ATTRIBUTE_LIST.findall(outside)),
        "".join(plain),
    )


def strip(text: str, *, isolate: bool = False) -> str:
    """The words of a Markdown text, without any markup; what a description or a title shows.

    Args:
        text: Markdown.
        isolate: Whether code is put between the characters that keep it left to right. Without
            markup, ``--tags`` would read ``tags--`` among words that run from right to left.
    """
    code = "\u2066{}\u2069".format if isolate else str
    parts = simple.parts(text)
    if parts is not None:
        words = [code(t) if kind == "code" else t for kind, t, _ in parts if kind != "note"]
        return " ".join("".join(words).split())
    tokens = parser("field").parse(text)
    pieces: list[str] = []
    for token in tokens:
        if token.type in ("fence", "code_block"):
            pieces.append(token.content)
        for child in token.children or ():
            if child.type == "text":
                pieces.append(child.content)
            elif child.type == "code_inline":
                pieces.append(code(child.content))
            elif child.type in ("softbreak", "hardbreak"):
                pieces.append(" ")
        if token.type == "inline":
            pieces.append(" ")
    return " ".join("".join(pieces).split())
