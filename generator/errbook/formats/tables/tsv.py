"""Tables as tab-separated values that ``cut``, ``awk`` and ``sort`` can read.

One row is one line and nothing is quoted, as the media type demands: line breaks and tabs in a cell
become spaces, and a footnote stands in parentheses where it is referred to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from errbook.formats.tables import plain
from errbook.tables import Table


def write(tables: Sequence[Table]) -> str:
    """Write one header and the rows of all tables."""
    lines = [_line(table.headings) for table in tables[:1]]
    for table in tables:
        notes = {note.label: note.blocks for note in table.notes}
        lines += (_line(plain.text(cell.blocks, notes) for cell in row.cells) for row in table.rows)
    return "".join(lines)


def _line(cells: Iterable[str]) -> str:
    # Other spaces stay: a literal message may have two in a row.
    return (
        "\t".join(re.sub(r"\s*[\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]\s*", " ", c) for c in cells)
        + "\n"
    )
