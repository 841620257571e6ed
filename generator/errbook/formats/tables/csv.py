"""Tables as CSV (RFC 4180, with LF line ends) in UTF-8 without a byte order mark.

There are no footnotes in CSV: each stands in parentheses where it is referred to.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from errbook.formats.tables import plain
from errbook.tables import Table


def write(tables: Sequence[Table]) -> str:
    """Write one header and the rows of all tables."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for number, table in enumerate(tables):
        if number == 0:
            writer.writerow(table.headings)
        notes = {note.label: note.blocks for note in table.notes}
        for row in table.rows:
            writer.writerow(plain.text(cell.blocks, notes) for cell in row.cells)
    return stream.getvalue()
