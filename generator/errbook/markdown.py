"""The one Markdown preset: parse, cut into units, splice, render, take inventory.

Two dialects share it. A *field* (a cause, a fix, a note) is rendered by us, and raw HTML in it is
text. A *page* is prose that the site's builder renders, and raw HTML in it is HTML. Both know
tables, footnotes and the containers of MkDocs sites (``!!!``, ``???``, ``===``).
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal

import yaml
from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from errbook import simple

Dialect = Literal["field", "page"]
"""``field``: raw HTML is text. ``page``: raw HTML is HTML."""

Kind = Literal["p", "h", "li", "td", "t", "fn", "meta"]
"""Paragraph, heading, list item, table cell, container title, footnote, front-matter value."""

_CONTAINER = re.compile(r"(!!!|\?\?\?\+?|===[+!]*)[ \t]+(?P<rest>\S.*)$")
_TITLE = re.compile(r'"(?P<title>[^"]*)"[ \t]*$')
_LINE = re.compile(r"\r\n?|\n")
_FRONT_MATTER = re.compile(
    r"\A---[ \t]*\r?\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*\r?$\n?", re.S | re.M
)
_ATTRIBUTE = r"""[.\#]?[\w:-]+|[\w:-]+=(?:"[^"\n]*"|'[^'\n]*'|[^\s{}"']+)"""
_ATTRIBUTE_LIST = re.compile(rf"\{{:?[ ]*(?:{_ATTRIBUTE})(?:[ ]+(?:{_ATTRIBUTE}))*[ ]*\}}")
_TRAILING_ATTRIBUTES = re.compile(rf"[ \t]*{_ATTRIBUTE_LIST.pattern}[ \t]*$")
_CLOSING_HASHES = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_ROW_PREFIX = re.compile(r"(?:[ \t>]|(?:[-*+]|\d{1,9}[.)]|\[\^[^\]\s]+\]:)(?=[ \t]))*")
"""What may stand before a table's row: quote and list marks, a footnote's label, indentation."""
_HEADING_ID = re.compile(r"\#([\w:-]+)")
_FOOTNOTE_REFERENCE = re.compile(r"\[\^([^\]\s]+)\](?!:)")
_TAG_LIKE = re.compile(r"<[A-Za-z/!?][^<>\n]*>?")
_URL_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)

META_KEYS = ("title", "description")
"""The front-matter keys that readers see, and that are therefore translated."""


# --- parsing -------------------------------------------------------------------------------------


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
    next_line = start_line + 1
    while next_line < end_line:
        empty = state.bMarks[next_line] + state.tShift[next_line] >= state.eMarks[next_line]
        if not empty and state.sCount[next_line] < state.blkIndent:
            break
        next_line += 1
    state.lineMax = next_line
    token = state.push("container_open", "div", 1)
    token.markup, token.info, token.map = match[1], match["rest"], [start_line, next_line]
    title = _TITLE.search(match["rest"])
    if title is not None and title["title"].strip():
        inline = state.push("inline", "", 0)
        inline.content, inline.map, inline.children = (
            title["title"],
            [start_line, start_line + 1],
            [],
        )
    state.md.block.tokenize(state, start_line + 1, next_line)
    state.push("container_close", "div", -1).markup = match[1]
    state.parentType, state.lineMax, state.blkIndent = parent, line_max, indent
    state.line = next_line
    return True


@cache
def _parser(dialect: Dialect) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": dialect == "page"}).enable(
        ["table", "strikethrough"]
    )
    # A unit is parsed without the definitions of its footnotes, so a reference always counts.
    parser.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    parser.block.ruler.before(
        "fence", "container", _container, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return parser


# --- units ---------------------------------------------------------------------------------------


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


@lru_cache(maxsize=4096)
def units(text: str, dialect: Dialect = "field") -> tuple[Unit, ...]:
    """Cut a text into its units, in the order in which they stand.

    Code fences, indented code and blocks of raw HTML are never units. A block whose text cannot be
    found again in the source (only a tab inside a list can cause this) is left out, untranslated.
    """
    if dialect == "field" and simple.parts(text) is not None:
        return (Unit("p", _normal(text), 0, len(text), ordinal=1),)
    return tuple(_cut(text, dialect))


def _cut(text: str, dialect: Dialect) -> list[Unit]:
    front = _FRONT_MATTER.match(text) if dialect == "page" else None
    body_start = front.end() if front else 0
    found = list(_meta_units(front)) if front else []
    lines = _Lines(text, body_start)
    ordinals: Counter[tuple[str, str]] = Counter()
    anchors = _Anchors()
    section = ""
    for kind, token, column in _inline_tokens(_parser(dialect).parse(text[body_start:])):
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


class _Lines:
    """Finds the text of a token again in the characters of its lines."""

    def __init__(self, text: str, body_start: int) -> None:
        self._text = text
        self.first = len(_LINE.findall(text[:body_start]))
        self._starts = [body_start, *(m.end() for m in _LINE.finditer(text, body_start))]
        self._ends = [*(m.start() for m in _LINE.finditer(text, body_start)), len(text)]

    def locate(self, token: Token, column: int) -> tuple[int, int, str] | None:
        """(start, end, continuation prefix) of a token's text, or None when it is not there."""
        if token.map is None or not token.content.strip():
            return None
        first = token.map[0]
        if column >= 0:
            return self._cell(first, column)
        wanted = token.content.split("\n")
        start = self._find(first, wanted[0].strip())
        last = self._find(first + len(wanted) - 1, wanted[-1].strip())
        if start is None or last is None:
            return None
        head = self._text[self._starts[first] : start]
        prefix = re.sub(r"[^>\s]", " ", head)
        if len(wanted) > 1:
            second = self._find(first + 1, wanted[1].strip())
            if second is None:
                return None
            prefix = self._text[self._starts[first + 1] : second]
        return start, last + len(wanted[-1].strip()), prefix

    def _find(self, line: int, wanted: str) -> int | None:
        if line >= len(self._starts):
            return None
        position = self._text.rfind(wanted, self._starts[line], self._ends[line])
        return None if position < 0 else position

    def _cell(self, line: int, column: int) -> tuple[int, int, str] | None:
        end = self._ends[line]
        prefix = _ROW_PREFIX.match(self._text, self._starts[line], end)
        start = prefix.end() if prefix else self._starts[line]
        pipes = [start - 1]
        pipes += [m.start() for m in re.finditer(r"(?<!\\)\|", self._text[start:end])]
        pipes = [pipes[0], *(start + offset for offset in pipes[1:]), end]
        segments = [(left + 1, right) for left, right in zip(pipes, pipes[1:], strict=False)]
        if self._text.startswith("|", start):
            segments = segments[1:]
        if column >= len(segments):
            return None
        left, right = segments[column]
        raw = self._text[left:right]
        if not raw.strip():
            return None
        return left + len(raw) - len(raw.lstrip()), left + len(raw.rstrip()), ""

    def rest_of_line(self, offset: int) -> str:
        """The characters from an offset to the end of its line."""
        end = _LINE.search(self._text, offset)
        return self._text[offset : end.start() if end else len(self._text)]


class _Anchors:
    """Gives each heading of a page its id: the explicit one, or one made from its source text."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def add(self, rest: str, raw: str) -> str:
        attributes = _TRAILING_ATTRIBUTES.search(raw + _CLOSING_HASHES.sub("", rest))
        explicit = _HEADING_ID.search(attributes[0]) if attributes else None
        anchor = explicit[1] if explicit else slug(_TRAILING_ATTRIBUTES.sub("", raw))
        candidate, number = anchor, 0
        while candidate in self._seen and not explicit:
            number += 1
            candidate = f"{anchor}_{number}"
        self._seen.add(candidate)
        return candidate


def slug(text: str) -> str:
    """An ASCII anchor for a heading's text, the way Python-Markdown makes it.

    A text without any ASCII letter gives ``section``.
    """
    plain = unicodedata.normalize("NFKD", re.sub(r"[`*_]", "", text)).encode("ascii", "ignore")
    words = re.sub(r"[^\w\s-]", "", plain.decode("ascii")).strip().lower()
    return re.sub(r"[-\s]+", "-", words) or "section"


def _without_attributes(raw: str, kind: Kind) -> str:
    """Leave an attribute list at the end of a block out of its unit."""
    if kind == "h":
        return _TRAILING_ATTRIBUTES.sub("", raw).rstrip()
    last = raw.rfind("\n") + 1
    if last and re.fullmatch(rf"[\s>]*{_ATTRIBUTE_LIST.pattern}\s*", raw[last:]):
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
        pieces.append(text[position : unit.start])
        pieces.append(_as_source(unit, new))
        position = unit.end
    pieces.append(text[position:])
    return "".join(pieces)


def _as_source(unit: Unit, new: str) -> str:
    if unit.kind == "meta":
        return json.dumps(new, ensure_ascii=False)
    return new.replace("\n", f"\n{unit.prefix}")


def with_anchors(text: str) -> str:
    """Write every heading's id into a page, so that its translations get the same ones."""
    pieces, position = [], 0
    for unit in units(text, "page"):
        if unit.kind != "h":
            continue
        rest = _LINE.split(text[unit.end :], maxsplit=1)[0]
        attributes = _TRAILING_ATTRIBUTES.match(_CLOSING_HASHES.sub("", rest))
        if attributes and _HEADING_ID.search(attributes[0]):
            continue
        inside = attributes[0].strip().strip("{}").lstrip(":").strip() if attributes else ""
        pieces.append(text[position : unit.end])
        pieces.append(f" {{ #{unit.section}{' ' + inside if inside else ''} }}")
        position = unit.end + (attributes.end() if attributes else 0)
    pieces.append(text[position:])
    return "".join(pieces)


def with_titles(text: str, titles: Mapping[str, str]) -> str:
    """Write the default title of each admonition of a page that has none.

    Args:
        text: The page.
        titles: The titles by type (``note``, ``warning``…); other types stay as they are.
    """

    def titled(match: re.Match[str]) -> str:
        title = titles.get(match["type"].lower())
        return f'{match[0]} "{title}"' if title else match[0]

    pieces = re.split(r"(^[ \t]*(?:```|~~~).*?^[ \t]*(?:```|~~~)[ \t]*$)", text, flags=re.M | re.S)
    opening = re.compile(r"^[ \t]*(?:!!!|\?\?\?\+?)[ \t]+(?P<type>\w+)(?=[ \t]*$)", re.M)
    pieces[::2] = [opening.sub(titled, piece) for piece in pieces[::2]]
    return "".join(pieces)


def front_matter(text: str) -> str:
    """The YAML between the ``---`` lines at a page's head; empty when there is none."""
    front = _FRONT_MATTER.match(text)
    return front["yaml"] if front else ""


def indented_code(text: str) -> list[int]:
    """Lines (from 0) of a page at which an indented block begins that CommonMark takes for code."""
    return [line for line, _ in _blocks(text, "code_block")]


def html_blocks(text: str) -> list[tuple[int, str]]:
    """The blocks of raw HTML in a page, each with the line (from 0) at which it begins."""
    return _blocks(text, "html_block")


def _blocks(text: str, kind: str) -> list[tuple[int, str]]:
    front = _FRONT_MATTER.match(text)
    start = front.end() if front else 0
    skipped = len(_LINE.findall(text[:start]))
    tokens = _parser("page").parse(text[start:])
    return [(skipped + t.map[0], t.content) for t in tokens if t.type == kind and t.map]


# --- inventory -----------------------------------------------------------------------------------


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


@lru_cache(maxsize=65536)
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
        Counter(_ATTRIBUTE_LIST.findall(outside)) if "{" in outside else _NOTHING,
        plain,
    )


_PARAGRAPH = ("paragraph_open",)
_NOTHING: Counter[str] = Counter()


def _stock(text: str) -> Inventory:
    tokens = _parser("field").parse(text)
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
        Counter(_ATTRIBUTE_LIST.findall(outside)),
        "".join(plain),
    )


# --- trees ---------------------------------------------------------------------------------------

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
    return _Tree(foreign or {}).nodes(iter(_parser("field").parse(text)))


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


# --- rendering -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """How to show that a unit is in another language than its page."""

    lang: str
    direction: str
    badge: str
    """HTML put after the text; already escaped."""


@dataclass(frozen=True, slots=True)
class Links:
    """How the targets in a text become the URLs of one page."""

    url: Callable[[str], str | None] = field(default=lambda target: target)
    """The URL for a link's target, or None when the target is unknown."""
    footnote: Callable[[str], str] = field(default=lambda label: "")
    """The HTML of a reference to the footnote with this label."""
    code: Callable[[str], str | None] = field(default=lambda text: None)
    """HTML for a code span's text, or None for a plain ``<code>``."""


PLAIN_LINKS = Links()


def render(text: str, links: Links = PLAIN_LINKS, marks: Mapping[int, Mark] | None = None) -> str:
    """Render a field as HTML blocks without line breaks between or in them.

    Raw HTML in the text is shown as text. Line breaks in code are written ``&#10;``: no builder's
    preprocessor can take a line of it for anything else.

    Args:
        text: The field's Markdown.
        links: What its targets, footnotes and code spans become.
        marks: By the index of the unit, how to mark it as fallen back.
    """
    parts = None if marks else simple.parts(text)
    if parts is not None:
        return f"<p>{_simple_inline(parts, links)}</p>"
    tokens = _parser("field").parse(text)
    return _Writer(links, marks or {}).blocks(tokens)


def render_inline(text: str, links: Links = PLAIN_LINKS) -> str:
    """Render one line of Markdown (a title, a caption) without a block around it."""
    parts = simple.parts(text)
    if parts is not None:
        return _simple_inline(parts, links)
    tokens = _parser("field").parseInline(text)
    return _Writer(links, {}).inline(tokens[0].children or [])


def _simple_inline(parts: Sequence[simple.Part], links: Links) -> str:
    pieces = []
    for kind, text, target in parts:
        if kind == "text":
            pieces.append(escape(text))
        elif kind == "code":
            pieces.append(links.code(text) or code(text))
        elif kind == "strong":
            pieces.append(f"<strong>{escape(text)}</strong>")
        elif kind == "note":
            pieces.append(links.footnote(text))
        else:
            url = links.url(target)
            shown = escape(text)
            pieces.append(shown if url is None else f"{_anchor(url)}{shown}</a>")
    return "".join(pieces)


def strip(text: str) -> str:
    """The words of a Markdown text, without any markup; what a description or a title shows."""
    parts = simple.parts(text)
    if parts is not None:
        return " ".join("".join(t for kind, t, _ in parts if kind != "note").split())
    tokens = _parser("field").parse(text)
    words: list[str] = []
    for token in tokens:
        if token.type in ("fence", "code_block"):
            words.append(token.content)
        for child in token.children or ():
            if child.type in ("text", "code_inline"):
                words.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                words.append(" ")
        if token.type == "inline":
            words.append(" ")
    return " ".join("".join(words).split())


def escape(text: str) -> str:
    """Escape text for HTML content and double-quoted attributes, on one line.

    A brace that opens a template tag or an editor's mark (``{{``, ``{%``, ``{--``) is an entity:
    template engines and preprocessors run over whole pages, HTML included.
    """
    escaped = html.escape(text, quote=True).replace("\r\n", "\n").replace("\n", "&#10;")
    return re.sub(r"\{(?=[{%#+~=-])", "&#123;", escaped)


def escape_everything(text: str) -> str:
    """Write each ASCII punctuation mark as an entity: no Markdown parser sees markup in it."""
    return re.sub(r"[!-/:-@\[-`{-~]", lambda m: f"&#{ord(m[0])};", text)


class _Writer:
    """Writes tokens as HTML, with what a localized page needs and the stock renderer lacks."""

    def __init__(self, links: Links, marks: Mapping[int, Mark]) -> None:
        self._links = links
        self._marks = marks
        self._unit = -1

    def blocks(self, tokens: Sequence[Token]) -> str:
        pieces: list[str] = []
        for token in tokens:
            match token.type:
                case "inline":
                    self._unit += bool(token.content.strip())
                    pieces.append(self._unit_html(token))
                case "fence" | "code_block":
                    pieces.append(code_block(token.content))
                case "html_block":
                    pieces.append(f"<p>{escape(token.content)}</p>")
                case "hr":
                    pieces.append("<hr>")
                case _ if token.tag and not token.hidden:
                    pieces.append(self._tag(token))
        return "".join(pieces)

    def _unit_html(self, token: Token) -> str:
        written = self.inline(token.children or [])
        mark = self._marks.get(self._unit)
        return written if mark is None else marked(written, mark)

    def _tag(self, token: Token) -> str:
        if token.nesting < 0:
            return f"</{token.tag}>"
        kept = {k: v for k, v in token.attrs.items() if k in ("start", "style")}
        attributes = "".join(f' {name}="{escape(str(value))}"' for name, value in kept.items())
        return f"<{token.tag}{attributes}>"

    def inline(self, tokens: Sequence[Token]) -> str:
        pieces: list[str] = []
        open_links: list[bool] = []
        for token in tokens:
            match token.type:
                case "text":
                    pieces.append(escape(token.content))
                case "code_inline":
                    pieces.append(self._links.code(token.content) or code(token.content))
                case "softbreak":
                    pieces.append(" ")
                case "hardbreak":
                    pieces.append("<br>")
                case "link_open":
                    url = self._links.url(str(token.attrs.get("href", "")))
                    open_links.append(url is not None)
                    if url is not None:
                        pieces.append(_anchor(url))
                case "link_close":
                    pieces.append("</a>" if open_links.pop() else "")
                case "image":
                    url = self._links.url(str(token.attrs.get("src", "")))
                    alt = escape(token.content)
                    pieces.append(f'<img src="{escape(url)}" alt="{alt}">' if url else alt)
                case "footnote_ref":
                    pieces.append(self._links.footnote(str(token.meta["label"])))
                case "html_inline":
                    pieces.append(escape(token.content))
                case _ if token.tag:
                    pieces.append(f"<{'/' if token.nesting < 0 else ''}{token.tag}>")
        return "".join(pieces)


def _anchor(url: str) -> str:
    # Material rewrites links between locales to the current page's twin, unless they have a target.
    external = ' rel="noopener"' if _URL_SCHEME.match(url) else ""
    return f'<a href="{escape(url)}"{external}>'


def marked(written: str, mark: Mark) -> str:
    """Put a unit's HTML inside a span with its own language, followed by its badge."""
    return (
        f'<span class="eb-fallback" lang="{mark.lang}" dir="{mark.direction}">{written}</span>'
        f"{mark.badge}"
    )


def code(text: str, name: str = "") -> str:
    """A literal as inline HTML: never translated, always left to right, isolated by the style."""
    attributes = f' class="{name}"' if name else ""
    return f'<code{attributes} translate="no" dir="ltr">{escape(text)}</code>'


def code_block(text: str) -> str:
    """Literal lines as an HTML block, in the form to which Material adds its copy button."""
    inner = escape(text.rstrip("\n"))
    return (
        '<div class="highlight" translate="no" dir="ltr"><pre tabindex="0">'
        f"<code>{inner}&#10;</code></pre></div>"
    )


def inert(written: str) -> str:
    """Make the text of inline HTML safe inside Markdown: all punctuation outside tags is entities."""
    pieces = re.split(r"(<[^<>]*>|&[#\w]+;)", written)
    return "".join(
        p if p[:1] in ("<", "&") and i % 2 else escape_everything(p) for i, p in enumerate(pieces)
    )
