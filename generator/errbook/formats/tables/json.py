"""Tables for programs: one JSON object with values instead of names, texts in three forms."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from errbook.formats.tables import html, markdown, plain
from errbook.markdown import Node
from errbook.tables import Cell, Row, Table

VERSION = 1
"""Version of the object's form; it grows only when a field changes its meaning or goes."""


def write(tables: Sequence[Table]) -> str:
    """Write ``{"version", "locale", "columns", "rows", "footnotes"}``.

    A text is ``{"markdown", "html", "text", "locale", "state"}``; in its Markdown, ``[^label]``
    refers to a key of ``footnotes``.
    """
    first = tables[0]
    data = {
        "version": VERSION,
        "locale": first.locale.tag,
        "columns": dict(zip(first.columns, first.headings, strict=True)),
        "rows": [_row(table, row) for table in tables for row in table.rows],
        "footnotes": {
            note.label: _forms(note.blocks) for table in tables for note in table.notes if note.here
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _row(table: Table, row: Row) -> dict[str, Any]:
    cells = zip(table.columns, row.cells, strict=True)
    found = {column: _value(table, cell) for column, cell in cells}
    return {"id": row.id, "catalog": table.catalog, "url": row.url or None, **found}


def _value(table: Table, cell: Cell) -> object:
    if not cell.locale:
        return cell.value
    return {**_forms(cell.blocks, table), "locale": cell.locale, "state": cell.state}


def _forms(blocks: Sequence[Node], table: Table | None = None) -> dict[str, str]:
    notes = {note.label: note for note in table.notes} if table else {}
    return {
        "markdown": markdown.blocks(blocks),
        "html": html.Writer(notes).blocks(blocks),
        "text": plain.text(blocks),
    }
