"""The words of a cell without markup: what formats of plain text show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from errbook.formats.tables.markdown import paragraphs
from errbook.markdown import Node


def text(nodes: Iterable[Node], notes: Mapping[str, Sequence[Node]] | None = None) -> str:
    """Blocks as lines of plain text.

    Steps and items keep their marks, a link's target follows its words in parentheses.

    Args:
        nodes: The blocks.
        notes: The texts of footnotes by label: each stands in parentheses where it is referred to.
            Without them, references are left out.
    """
    return "\n".join(_lines(paragraphs(nodes), notes or {}, frozenset()))


def _lines(
    nodes: Iterable[Node], notes: Mapping[str, Sequence[Node]], inside: frozenset[str]
) -> Iterable[str]:
    for node in nodes:
        match node.kind:
            case "paragraph" | "heading":
                children = node.children
                if len(children) == 1 and children[0].kind == "link":
                    # The name of an entry that leads to its page; the words are what is wanted.
                    children = children[0].children
                yield from _inline(children, notes, inside).split("\n")
            case "code_block":
                yield from node.text.split("\n")
            case "bullets" | "numbers":
                first = int(node.text or 1)
                for number, item in enumerate(node.children, first):
                    mark = f"{number}. " if node.kind == "numbers" else "- "
                    lines = list(_lines(paragraphs(item.children), notes, inside)) or [""]
                    yield mark + lines[0]
                    yield from (f"{' ' * len(mark)}{line}" for line in lines[1:])
            case "row":
                yield " · ".join(_inline(cell.children, notes, inside) for cell in node.children)
            case "rule":
                yield "---"
            case _:
                yield from _lines(paragraphs(node.children), notes, inside)


def _inline(
    nodes: Iterable[Node], notes: Mapping[str, Sequence[Node]], inside: frozenset[str]
) -> str:
    pieces = []
    for node in nodes:
        match node.kind:
            case "text" | "code":
                pieces.append(node.text)
            case "link":
                words = _inline(node.children, notes, inside)
                code = all(child.kind == "code" for child in node.children)
                pieces.append(words if code or node.text == words else f"{words} ({node.text})")
            case "break":
                pieces.append("\n")
            case "badge":
                pieces.append(f" ({node.text})")
            case "note":
                # A note that refers to itself would never end.
                if node.text in notes and node.text not in inside:
                    lines = _lines(paragraphs(notes[node.text]), notes, inside | {node.text})
                    pieces.append(f" ({' '.join(lines)})")
            case _:
                pieces.append(_inline(node.children, notes, inside))
    return "".join(pieces)
