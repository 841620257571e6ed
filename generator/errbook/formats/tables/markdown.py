"""Tables as GitHub-flavoured Markdown that Python-Markdown reads in the same way.

Where the two disagree, or a cell cannot hold it, inline HTML is written: lists, code with a pipe
(``<code>a &#124; b</code>`` is the only form that both show), emphasis beside other marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from errbook import locales
from errbook.markdown import INLINE, Node, escape_everything
from errbook.tables import Cell, Note, Table

_MARK = re.compile(
    r"(?P<special>[\\`*_\[\]}]|\{(?![{%#+~=><-]))|(?P<foreign>[<$~^{|]|==|\+\+|&(?!\s|$))"
)
"""What is markup somewhere: a mark with an escape, or one of other dialects, of template engines or
of editors, which only an entity hides from them."""
_NAMED = {"<": "&lt;", "&": "&amp;"}
_PLAIN_CODE = re.compile(r"(?!\s|#!|:::)(?:[^`|\n{]|\{(?![{%#]))+(?<!\s)")
"""Code that stands between single backticks in every parser, cells included."""
_CALM_CODE = re.compile(r"[\w.:/ -]+")
"""Code that no parser takes for anything else."""
_WORD_ENDS = re.compile(r"[^\W_](?:.*[^\W_])?", re.S)
_BLOCK_START = re.compile(r"(?:[-+#>=:?!]|\d+[.)](?=\s|$))")


def write(tables: Sequence[Table]) -> str:
    """Write each table with its heading above and its footnotes below it."""
    return "\n\n".join(_table(table) for table in tables) + "\n"


def _table(table: Table) -> str:
    parts = []
    if table.depth:
        parts.append(f"{'#' * table.depth} {escape(table.title)}")
    if table.rows:
        lines = [[escape(heading) for heading in table.headings], ["---"] * len(table.columns)]
        lines += [[cell(c) for c in row.cells] for row in table.rows]
        parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
    else:
        parts.append(escape(table.nothing))
    parts += [_note(note) for note in table.notes if note.here]
    return "\n\n".join(parts)


def _note(note: Note) -> str:
    text = blocks(note.blocks).replace("\n", "\n    ")
    return f"[^{note.label}]: " + re.sub(r"^[ ]+$", "", text, flags=re.M)


# --- text ----------------------------------------------------------------------------------------


def _escaped(match: re.Match[str]) -> str:
    if match["special"]:
        return f"\\{match[0]}"
    return "".join(_NAMED.get(c) or f"&#{ord(c)};" for c in match[0])


def escape(text: str) -> str:
    """Escape text so that no parser sees markup in it, in a cell or elsewhere in a line."""
    marked = _MARK.sub(_escaped, text)
    # An exclamation mark before a link would make an image of it.
    return re.sub(r"!$", r"\\!", marked)


def code(text: str) -> str:
    """A literal between backticks, or as ``<code>`` where backticks are not the same everywhere."""
    if _PLAIN_CODE.fullmatch(text):
        return f"`{text}`"
    return f"<code>{escape_everything(text).replace(chr(10), '&#10;')}</code>"


def url(target: str) -> str:
    """A URL as the target of a link, with what would end it percent-encoded."""
    return re.sub(r"[\s()<>|\\`*{}\"\[\]]", lambda m: f"%{ord(m[0]):02X}", target)


@dataclass(frozen=True, slots=True)
class _Line:
    """Writes inline nodes."""

    hard_break: str
    """What a hard line break is here."""

    def write(self, nodes: Iterable[Node]) -> str:
        written = ""
        listed = list(nodes)
        # A break breaks nothing at either end; its backslash would be shown there.
        for end in (-1, 0):
            while listed and listed[end].kind in ("break", "text") and not listed[end].text.strip():
                listed.pop(end)
        for node in listed:
            piece = self._node(node)
            touching = written[-1:] == piece[:1] and piece[:1] in ("*", "`")
            if touching and node.kind == "code":
                piece = f"<code>{escape_everything(node.text)}</code>"
            elif touching:
                piece = self._tagged(node)
            written += piece
        return written

    def _node(self, node: Node) -> str:
        match node.kind:
            case "text":
                return escape(node.text.replace("\n", " "))
            case "code":
                return code(node.text)
            case "strong" | "em" | "strike":
                return self._emphasis(node)
            case "link":
                return self._link(node)
            case "image":
                return f"![{self.write(node.children)}]({url(node.text)})"
            case "break":
                return self.hard_break
            case "note":
                return f"[^{node.text}]"
            case "lang":
                direction = locales.parse(node.text).direction
                inside = self.write(node.children)
                return f'<span lang="{node.text}" dir="{direction}">{inside}</span>'
            case "badge":
                return f" <em>({escape(node.text)})</em>"
        return self.write(node.children)

    def _link(self, node: Node) -> str:
        """A link; as a tag where a parser may lose its way in the words' punctuation."""
        words = "".join(child.text for child in node.children if child.kind == "code")
        inside = self.write(node.children)
        if words and not _CALM_CODE.fullmatch(words):
            return f'<a href="{url(node.text)}">{inside}</a>'
        return f"[{inside}]({url(node.text)})"

    def _emphasis(self, node: Node) -> str:
        """Asterisks only around words: beside punctuation, parsers do not agree on them."""
        words = "".join(child.text for child in node.children)
        simple = all(child.kind == "text" for child in node.children)
        if node.kind == "strike" or not simple or not _WORD_ENDS.fullmatch(words):
            return self._tagged(node)
        mark = "**" if node.kind == "strong" else "*"
        return f"{mark}{self.write(node.children)}{mark}"

    def _tagged(self, node: Node) -> str:
        tag = {"strong": "strong", "em": "em", "strike": "del"}.get(node.kind)
        inside = self.write(node.children)
        return f"<{tag}>{inside}</{tag}>" if tag else inside


# --- cells ---------------------------------------------------------------------------------------

_IN_CELL = _Line("<br>")


def cell(content: Cell) -> str:
    """The content of a cell on one line; what has no form there is inline HTML."""
    return _cell_blocks(content.blocks)


def _cell_blocks(nodes: Sequence[Node]) -> str:
    written = ""
    closed = True
    for node in paragraphs(nodes):
        piece = _cell_block(node)
        tagged = piece.startswith(("<ol", "<ul", "<pre", "<blockquote", "<hr"))
        written += piece if closed or tagged else f"<br>{piece}"
        closed = tagged
    return written


def _cell_block(node: Node) -> str:
    match node.kind:
        case "paragraph":
            return _IN_CELL.write(node.children)
        case "heading":
            return f"<strong>{_IN_CELL.write(node.children)}</strong>"
        case "code_block":
            return (
                f"<pre><code>{escape_everything(node.text).replace(chr(10), '&#10;')}</code></pre>"
            )
        case "bullets":
            return f"<ul>{_items(node)}</ul>"
        case "numbers":
            start = f' start="{node.text}"' if node.text not in ("", "1") else ""
            return f"<ol{start}>{_items(node)}</ol>"
        case "quote":
            return f"<blockquote>{_cell_blocks(node.children)}</blockquote>"
        case "rule":
            return "<hr>"
        case "table":
            return "<br>".join(_cell_block(row) for row in node.children)
        case "row":
            return " · ".join(_IN_CELL.write(c.children) for c in node.children)
    return _cell_blocks(node.children)


def _items(node: Node) -> str:
    return "".join(f"<li>{_cell_blocks(item.children)}</li>" for item in node.children)


def paragraphs(nodes: Iterable[Node]) -> list[Node]:
    """Blocks, with inline nodes that stand among them made paragraphs."""
    found: list[Node] = []
    bare = False
    for node in nodes:
        inline = node.kind in INLINE
        if inline and bare:
            found[-1] = replace(found[-1], children=(*found[-1].children, node))
        else:
            found.append(Node("paragraph", "", (node,)) if inline else node)
        bare = inline
    return found


# --- blocks --------------------------------------------------------------------------------------

_IN_BLOCK = _Line("<br>\n")


def blocks(nodes: Sequence[Node]) -> str:
    """A whole text as Markdown, for where there is room: a footnote, a program's field."""
    return "\n\n".join(_block(node) for node in paragraphs(nodes))


def _block(node: Node) -> str:
    match node.kind:
        case "paragraph":
            return _paragraph(node.children)
        case "heading":
            return f"<strong>{_IN_BLOCK.write(node.children)}</strong>"
        case "code_block":
            ticks = max((len(run) for run in re.findall("`+", node.text)), default=0)
            fence = "`" * max(3, ticks + 1)
            return f"{fence}\n{node.text}\n{fence}"
        case "bullets":
            return _list(node, ["-   "] * len(node.children))
        case "numbers":
            first = int(node.text or 1)
            return _list(node, [f"{f'{first + n}.':<4}" for n in range(len(node.children))])
        case "quote":
            return "\n".join(f"> {line}".rstrip() for line in blocks(node.children).split("\n"))
        case "rule":
            return "---"
        case "table":
            rows = [_row(row) for row in node.children]
            rows[1:1] = [f"|{' --- |' * len(node.children[0].children)}"] if rows else []
            return "\n".join(rows)
    return blocks(node.children)


def _paragraph(children: Sequence[Node]) -> str:
    written = _IN_BLOCK.write(children).strip()
    if not children or children[0].kind != "text" or not _BLOCK_START.match(written):
        return written
    digits = re.match(r"\d+", written)
    at = digits.end() if digits else 0
    # An entity begins no block in any dialect.
    return f"{written[:at]}&#{ord(written[at])};{written[at + 1 :]}"


def _list(node: Node, marks: Sequence[str]) -> str:
    items = [
        mark + re.sub(r"^[ ]+$", "", blocks(item.children).replace("\n", "\n    "), flags=re.M)
        for mark, item in zip(marks, node.children, strict=True)
    ]
    # Python-Markdown takes an item for a line of the paragraph right above it.
    loose = any(len(item.children) > 1 for item in node.children)
    return ("\n\n" if loose else "\n").join(items)


def _row(row: Node) -> str:
    return f"| {' | '.join(_IN_CELL.write(c.children) for c in row.children)} |"
