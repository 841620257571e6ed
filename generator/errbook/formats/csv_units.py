"""Units as CSV, for people who review translations in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping

from errbook.diagnostics import Diagnostic, Location, report
from errbook.exchange import Document, Row
from errbook.yamltext import decode

COLUMNS = tuple("locale,file,context,state,source,translation,previous source,notes".split(","))
_NEEDED = ("context", "source", "translation")
_FORMULA = re.compile(r"'*[=+\-@\t\r]")


def write(rows: Iterable[Row], *, name: str, target_tag: str) -> str:
    """Write units as CSV with a byte-order mark, by which spreadsheets know the encoding.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.

    Args:
        rows: The units.
        name: The name of their locale file.
        target_tag: The tag of the locale.
    """
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for row in rows:
        state = "missing" if not row.text else "fuzzy" if row.fuzzy else row.provenance.kind
        cells = (target_tag, name, row.context, state, row.source, row.text, row.previous)
        writer.writerow([_inert(cell) for cell in (*cells, "\n".join(row.notes))])
    return f"\ufeff{stream.getvalue()}"


def _inert(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _plain(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def read(data: bytes, path: str) -> tuple[list[Document], list[Diagnostic]]:
    """Read units from CSV, with commas, semicolons or tabs between the cells.

    Args:
        data: The bytes of the file.
        path: What to call it in diagnostics.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode("utf-8")
    text, found = decode(data, path)
    if text is None:
        hint = "Save it as CSV UTF-8; other encodings lose letters."
        return [], [report("EB209", f.location, f.message, hint) for f in found]
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        table, line = [], 1
        for written in reader:
            table.append((line, written))
            line = reader.line_num + 1
    except csv.Error as error:
        hint = "Save it as CSV from a spreadsheet."
        return [], [report("EB209", Location(path, reader.line_num), str(error), hint)]
    names = [cell.strip().casefold() for cell in table[0][1]] if table else []
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        hint = f"The first line names the columns: {', '.join(COLUMNS)}."
        problem = f"there is no column {', '.join(missing)}"
        return [], [report("EB209", Location(path), problem, hint)]
    groups: dict[tuple[str, str], list[Row]] = {}
    for line, written in table[1:]:
        cells = dict(zip(names, map(_plain, written), strict=False))
        if any(cells.values()):
            key = cells.get("locale", "").strip(), cells.get("file", "").strip()
            groups.setdefault(key, []).append(_row(cells, line))
    documents = [Document(path, tag, name, tuple(rows)) for (tag, name), rows in groups.items()]
    return documents, []


def _row(cells: Mapping[str, str], line: int) -> Row:
    return Row(
        cells.get("context", ""),
        cells.get("source", ""),
        cells.get("translation", ""),
        cells.get("state", "").strip().casefold() == "fuzzy",
        cells.get("previous source", ""),
        line=line,
    )
