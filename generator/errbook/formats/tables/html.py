"""Tables as HTML that stands on its own: captions, scopes, languages, footnotes with links back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from errbook import locales
from errbook.formats.tables.markdown import paragraphs
from errbook.markdown import Node, escape
from errbook.tables import Cell, Note, Table

BACK = "&#8617;&#xFE0E;"
"""The arrow of a link back, as text and not as a picture."""
_TAGS = {"bullets": "ul", "quote": "blockquote", "strong": "strong", "em": "em", "strike": "del"}


def write(tables: Sequence[Table], *, anchors: bool = False) -> str:
    """Write each table with its heading above and its footnotes below it.

    Args:
        tables: The tables of one document.
        anchors: Whether the first row of an entry gets the entry's id.
    """
    seen: set[str] | None = set() if anchors else None
    return "".join(table(one, seen) for one in tables)


def heading(one: Table) -> str:
    """The heading above a table, or nothing."""
    if not one.depth:
        return ""
    return f"<h{one.depth}>{escape(one.title)}</h{one.depth}>\n"


def table(one: Table, seen: set[str] | None = None, *, with_heading: bool = True) -> str:
    """One table, a row of it on each line.

    Args:
        one: The table.
        seen: The ids that stand in the document already; None gives rows no ids.
        with_heading: Whether its heading is written too.
    """
    above = heading(one) if with_heading else ""
    if not one.rows:
        return f"{above}<p>{escape(one.nothing)}</p>\n"
    writer = Writer({note.label: note for note in one.notes})
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in one.headings)
    lines = [
        # Themes such as Material dress tables that have no class.
        f'<div class="errbook" lang="{one.locale.tag}" dir="{one.locale.direction}">',
        "<table>",
        *([] if one.depth else [f"<caption>{escape(one.title)}</caption>"]),
        f"<thead><tr>{heads}</tr></thead>",
        "<tbody>",
    ]
    for row in one.rows:
        name = ""
        if seen is not None and row.id not in seen:
            seen.add(row.id)
            name = f' id="{escape(row.id)}"'
        first, *rest = (writer.cell(cell) for cell in row.cells)
        cells = "".join(f"<td>{cell}</td>" for cell in rest)
        lines.append(f'<tr{name}><th scope="row">{first}</th>{cells}</tr>')
    lines += ["</tbody>", "</table>"]
    notes = [note for note in one.notes if note.here]
    if notes:
        start = f' start="{notes[0].number}"' if notes[0].number > 1 else ""
        # The texts first: they may refer to other notes.
        items = [writer.note(note) for note in notes]
        lines += ['<div class="footnote">', "<hr>", f"<ol{start}>", *items, "</ol>", "</div>"]
    return above + "\n".join([*lines, "</div>"]) + "\n"


@dataclass(frozen=True)
class Writer:
    """Writes nodes; counts the references to the footnotes of one table."""

    notes: dict[str, Note] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    def cell(self, content: Cell) -> str:
        """The content of a cell; one paragraph alone is bare words."""
        nodes = paragraphs(content.blocks)
        if len(nodes) == 1 and nodes[0].kind == "paragraph":
            return self.inline(nodes[0].children)
        return self.blocks(nodes)

    def blocks(self, nodes: Iterable[Node]) -> str:
        return "".join(self._block(node) for node in paragraphs(nodes))

    def _block(self, node: Node) -> str:
        match node.kind:
            case "paragraph":
                return f"<p>{self.inline(node.children)}</p>"
            case "heading":
                return f"<p><strong>{self.inline(node.children)}</strong></p>"
            case "code_block":
                return f'<pre translate="no" dir="ltr"><code>{escape(node.text)}</code></pre>'
            case "numbers":
                start = f' start="{int(node.text)}"' if node.text not in ("", "1") else ""
                return f"<ol{start}>{self.blocks(node.children)}</ol>"
            case "item":
                return f"<li>{self._tight(node.children)}</li>"
            case "rule":
                return "<hr>"
            case "table":
                return f"<table>{self.blocks(node.children)}</table>"
            case "row":
                return f"<tr>{self.blocks(node.children)}</tr>"
            case "cell":
                return f"<td>{self.inline(node.children)}</td>"
        tag = _TAGS.get(node.kind)
        inside = self.blocks(node.children)
        return f"<{tag}>{inside}</{tag}>" if tag else inside

    def _tight(self, nodes: Sequence[Node]) -> str:
        if len(nodes) == 1 and nodes[0].kind == "paragraph":
            return self.inline(nodes[0].children)
        return self.blocks(nodes)

    def inline(self, nodes: Iterable[Node]) -> str:
        return "".join(self._inline(node) for node in nodes)

    def _inline(self, node: Node) -> str:
        match node.kind:
            case "text":
                return escape(node.text)
            case "code":
                return f'<code translate="no" dir="ltr">{escape(node.text)}</code>'
            case "link":
                return f'<a href="{escape(node.text)}">{self.inline(node.children)}</a>'
            case "image":
                words = "".join(child.text for child in node.children)
                return f'<img src="{escape(node.text)}" alt="{escape(words)}">'
            case "break":
                return "<br>"
            case "note":
                return self._reference(node.text)
            case "lang":
                direction = locales.parse(node.text).direction
                inside = self.inline(node.children)
                return f'<span lang="{escape(node.text)}" dir="{direction}">{inside}</span>'
            case "badge":
                return f' <small class="errbook-badge">({escape(node.text)})</small>'
        tag = _TAGS.get(node.kind)
        inside = self.inline(node.children)
        return f"<{tag}>{inside}</{tag}>" if tag else inside

    def _reference(self, label: str) -> str:
        note = self.notes.get(label)
        if note is None:
            return escape(f"[^{label}]")
        self.counts[label] += 1
        # Links back can only lead to references of the table that carries the text.
        name = f' id="{_reference_id(label, self.counts[label])}"' if note.here else ""
        link = f'<a class="footnote-ref" href="#fn:{escape(label)}">{note.number}</a>'
        return f"<sup{name}>{link}</sup>"

    def note(self, note: Note) -> str:
        """A footnote as an item of a list, with a link back to each of its references."""
        text = self.blocks(note.blocks)
        back = "".join(
            f' <a class="footnote-backref" href="#{_reference_id(note.label, number)}">{BACK}</a>'
            for number in range(1, self.counts[note.label] + 1)
        )
        body = f"{text.removesuffix('</p>')}{back}</p>" if text.endswith("</p>") else text + back
        return f'<li id="fn:{escape(note.label)}">{body}</li>'


def _reference_id(label: str, number: int) -> str:
    return escape(f"fnref{'' if number == 1 else number}:{label}")
