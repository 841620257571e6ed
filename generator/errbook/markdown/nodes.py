"""Parses fields into trees, on which writers of other formats than the site's HTML work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from markdown_it.token import Token

from errbook.markdown.preset import parser

NodeKind = Literal[
    # blocks
    "paragraph", "heading", "code_block", "bullets", "numbers", "item", "quote", "rule",
    "table", "row", "cell", "group", "definition",
    # inline
    "text", "code", "strong", "em", "strike", "link", "image", "break", "note", "lang", "badge",
]  # fmt: skip
INLINE: frozenset[NodeKind] = frozenset(
    ("text", "code", "strong", "em", "strike", "link", "image", "break", "note", "lang", "badge")
)
"""The kinds of nodes that stand in a line of text."""

_NODE_KINDS: Mapping[str, NodeKind] = {
    "paragraph_open": "paragraph",
    "heading_open": "heading",
    "bullet_list_open": "bullets",
    "ordered_list_open": "numbers",
    "list_item_open": "item",
    "blockquote_open": "quote",
    "table_open": "table",
    "tr_open": "row",
    "th_open": "cell",
    "td_open": "cell",
    "footnote_reference_open": "definition",
    "strong_open": "strong",
    "em_open": "em",
    "s_open": "strike",
    "link_open": "link",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a parsed field: what writers of other formats than the site's HTML work on."""

    kind: NodeKind
    text: str = ""
    """The words of text and code; the target of a link or image; a footnote's label; a locale's
    tag; the number with which a numbered list begins."""
    children: tuple[Node, ...] = ()
    """What stands inside; an image's are its description."""


def tree(text: str, foreign: Mapping[int, str] | None = None) -> tuple[Node, ...]:
    """The blocks of a field as a tree, in which raw HTML is text.

    Args:
        text: The field's Markdown.
        foreign: By the index of the unit, the tag of the locale it is in where that is not the
            reader's; its inline content then stands inside a ``lang`` node.
    """
    return _Tree(foreign or {}).nodes(iter(parser("field").parse(text)))


def words(nodes: Iterable[Node]) -> str:
    """The words of nodes on one line, without any markup."""
    pieces = []
    for node in nodes:
        match node.kind:
            case "text" | "code" | "code_block":
                pieces.append(node.text)
            case "break":
                pieces.append(" ")
            case "badge":
                pieces.append(f" ({node.text})")
            case kind:
                pieces.append(words(node.children) + ("" if kind in INLINE else " "))
    return " ".join("".join(pieces).split())


class _Tree:
    """Nests a flat list of tokens."""

    def __init__(self, foreign: Mapping[int, str]) -> None:
        self._foreign = foreign
        self._unit = -1

    def nodes(self, tokens: Iterator[Token]) -> tuple[Node, ...]:
        """The nodes up to the token that closes the one they stand in."""
        found: list[Node] = []
        for token in tokens:
            if token.nesting < 0:
                break
            if token.nesting > 0:
                found.append(self._parent(token, self.nodes(tokens)))
            elif token.type == "inline":
                found += self._inline(token)
            else:
                found.append(_leaf(token))
        return tuple(found)

    def _inline(self, token: Token) -> tuple[Node, ...]:
        self._unit += bool(token.content.strip())
        found = self.nodes(iter(token.children or ()))
        tag = self._foreign.get(self._unit)
        return (Node("lang", tag, found),) if tag else found

    def _parent(self, token: Token, children: tuple[Node, ...]) -> Node:
        kind = _NODE_KINDS.get(token.type, "group")
        match kind:
            case "numbers":
                return Node(kind, str(token.attrs.get("start", 1)), children)
            case "link":
                return Node(kind, str(token.attrs.get("href", "")), children)
            case "definition":
                return Node(kind, str(token.meta["label"]), children)
            case "table":
                # The head and the body of a table are nothing to a writer of cells.
                rows = (row for part in children for row in part.children)
                return Node(kind, "", tuple(rows))
            case "group":
                # A container's title is bare words before its blocks.
                title = tuple(child for child in children if child.kind in INLINE)
                blocks = children[len(title) :]
                return Node(kind, "", (Node("paragraph", "", title), *blocks) if title else blocks)
        return Node(kind, "", children)


def _leaf(token: Token) -> Node:
    match token.type:
        case "code_inline":
            return Node("code", token.content)
        case "fence" | "code_block":
            return Node("code_block", token.content.rstrip("\n"))
        case "image":
            words = (Node("text", token.content),) if token.content else ()
            return Node("image", str(token.attrs.get("src", "")), words)
        case "footnote_ref":
            return Node("note", str(token.meta["label"]))
        case "hardbreak":
            return Node("break")
        case "softbreak":
            return Node("text", " ")
        case "hr":
            return Node("rule")
        case "html_block":
            return Node("paragraph", "", (Node("text", " ".join(token.content.split())),))
    return Node("text", token.content)
