"""Tables as reStructuredText: a ``list-table``, whose cells can hold any block.

A grid of characters would not line up in scripts with wide letters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from errbook.formats.tables.markdown import paragraphs
from errbook.markdown import Node, words
from errbook.tables import Note, Row, Table

ADORNMENTS = "=-~^\"'"
"""What underlines a heading, by its depth."""

_SPECIAL = re.compile(r"[\\*`|<]|_(?!\w)|(?<=:):")
_PLAIN_LITERAL = re.compile(r"(?!\s)(?!`)(?:[^`\n]|`(?!`))+(?<![\s`\\])")
"""What can stand between double backticks."""


def write(tables: Sequence[Table]) -> str:
    """Write each table with its heading above and its footnotes below it."""
    return "\n\n".join(_table(table) for table in tables) + "\n"


def _table(table: Table) -> str:
    parts = []
    if table.depth:
        title = escape(table.title)
        parts.append(f"{title}\n{ADORNMENTS[table.depth - 1] * _width(title)}")
    if table.rows:
        heads = [[Node("paragraph", "", (Node("text", name),))] for name in table.headings]
        rows = [_row(heads), *(_row(_contents(row)) for row in table.rows)]
        parts.append(".. list-table::\n   :header-rows: 1\n\n" + _indented("\n".join(rows), 3))
    else:
        parts.append(escape(table.nothing))
    parts += [_note(note) for note in table.notes if note.here]
    return "\n\n".join(parts)


def _contents(row: Row) -> list[Sequence[Node]]:
    return [cell.blocks for cell in row.cells]


def _row(cells: Sequence[Sequence[Node]]) -> str:
    written = [f"- {_indented(blocks(cell), 2, first=False)}".rstrip() for cell in cells]
    return f"* {_indented(chr(10).join(written), 2, first=False)}"


def _note(note: Note) -> str:
    return f".. [#{_label(note.label)}] {_indented(blocks(note.blocks), 3, first=False)}"


def _label(label: str) -> str:
    """A label in the form of a simple reference name."""
    return re.sub(r"[^A-Za-z0-9]+", "-", label).strip("-").lower()


def _indented(text: str, width: int, *, first: bool = True) -> str:
    lines = text.split("\n")
    space = " " * width
    return "\n".join(
        f"{space}{line}" if line and (first or number) else line
        for number, line in enumerate(lines)
    )


def _width(text: str) -> int:
    """Columns that a text takes; wide letters take two, combining marks none."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


# --- blocks --------------------------------------------------------------------------------------


def blocks(nodes: Iterable[Node]) -> str:
    """A text as reStructuredText blocks."""
    return "\n\n".join(written for node in paragraphs(nodes) if (written := _block(node)))


def _block(node: Node) -> str:
    match node.kind:
        case "paragraph":
            return _paragraph(node.children)
        case "heading":
            return _paragraph((Node("strong", "", node.children),))
        case "code_block":
            return "::\n\n" + _indented(node.text, 3)
        case "bullets":
            return "\n\n".join(_item("- ", item) for item in node.children)
        case "numbers":
            first = int(node.text or 1)
            return "\n\n".join(_item(f"{n}. ", i) for n, i in enumerate(node.children, first))
        case "quote":
            # An empty comment keeps the quote apart from a list above it.
            return "..\n\n" + _indented(blocks(node.children), 3)
        case "table":
            rows = (_row([cell.children for cell in row.children]) for row in node.children)
            return ".. list-table::\n   :header-rows: 1\n\n" + _indented("\n".join(rows), 3)
        case "rule":
            return ""
    return blocks(node.children)


def _item(mark: str, item: Node) -> str:
    return (mark + _indented(blocks(item.children), len(mark), first=False)).rstrip()


def _paragraph(children: Sequence[Node]) -> str:
    lines: list[list[Node]] = [[]]
    for node in children:
        if node.kind == "break":
            lines.append([])
        else:
            lines[-1].append(node)
    written = [inline(line) for line in lines]
    if len(written) > 1:
        return "\n".join(f"| {line}".rstrip() for line in written)
    begins = next((piece for piece in _pieces(children, "") if piece.text.strip()), _Piece(""))
    line = written[0] if begins.markup else _guarded(written[0])
    # Two colons at the end would make the next block a literal one.
    return f"{line[:-1]}\\:" if line.endswith("::") else line


def _guarded(line: str) -> str:
    """A paragraph's only line that begins with words, so that it begins no other kind of block."""
    special = re.match(
        r"[-+•‣⁃=#~^\"'.,:;!?$%&/()>@\[\]{}_]"
        r"|\(?(?:\d+|[A-Za-z]|[ivxlcdmIVXLCDM]+)[.)](?:\s|$)",
        line,
    )
    return f"\\{line}" if special else line


# --- inline --------------------------------------------------------------------------------------


def escape(text: str) -> str:
    """Escape text so that no inline markup is seen in it."""
    return _SPECIAL.sub(lambda m: f"\\{m[0]}", text)


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    markup: bool = False


def inline(nodes: Iterable[Node]) -> str:
    """Inline nodes; markup that touches a word is parted from it by an escaped space."""
    written = ""
    before = _Piece("")
    for piece in _pieces(nodes, ""):
        if not piece.text:
            continue
        if written and (piece.markup or before.markup) and not _apart(before, piece, written):
            written += "\\ "
        written += piece.text
        before = piece
    return written.strip()


def _apart(before: _Piece, piece: _Piece, written: str) -> bool:
    """Whether markup is recognized between two pieces that stand side by side."""
    if written[-1].isspace() or piece.text[0].isspace():
        return True
    if before.markup:
        return not piece.markup and piece.text[0] in ".,;:!?)"
    return written[-1] == "("


def _pieces(nodes: Iterable[Node], mark: str) -> Iterable[_Piece]:
    """Pieces of text and markup; reStructuredText nests no markup, so emphasis is handed down."""
    for node in nodes:
        match node.kind:
            case "text":
                yield from _emphasized(node.text.replace("\n", " "), mark)
            case "code":
                yield _Piece(literal(node.text), True)
            case "link":
                yield _Piece(_link(words(node.children) or node.text, node.text), True)
            case "image":
                name = words(node.children) or node.text
                yield _Piece(_link(name, node.text), True)
            case "note":
                yield _Piece(f"[#{_label(node.text)}]_", True)
            case "badge":
                yield _Piece(" ")
                yield _Piece(f"*({escape(node.text)})*", True)
            case "break":
                yield _Piece(" ")
            case "strong" | "em":
                yield from _pieces(node.children, "**" if node.kind == "strong" else mark or "*")
            case _:
                yield from _pieces(node.children, mark)


def _emphasized(text: str, mark: str) -> Iterable[_Piece]:
    inner = text.strip()
    if not mark or not inner:
        yield _Piece(escape(text))
        return
    yield _Piece(text[: len(text) - len(text.lstrip())])
    yield _Piece(f"{mark}{escape(inner)}{mark}", True)
    yield _Piece(text[len(text.rstrip()) :])


def literal(text: str) -> str:
    """A literal; as a role where double backticks cannot hold it."""
    shown = " ".join(text.split("\n"))
    if _PLAIN_LITERAL.fullmatch(shown):
        return f"``{shown}``"
    escaped = re.sub(r"[\\`]", lambda m: f"\\{m[0]}", shown.strip())
    return f":literal:`{escaped}`"


def _link(name: str, target: str) -> str:
    url = re.sub(r"[\s<>`\\]", lambda m: f"%{ord(m[0]):02X}", target)
    # A trailing underscore would make the target a reference.
    url = f"{url[:-1]}\\_" if url.endswith("_") else url
    return f"`{escape(name)} <{url}>`__"
