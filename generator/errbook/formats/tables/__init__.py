"""Formats in which tables of entries are written; one file per format, one table of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from errbook.formats.tables import csv, html, json, markdown, rst, tsv
from errbook.tables import Table


@dataclass(frozen=True, slots=True)
class Format:
    """How tables are written, and what a format can hold."""

    write: Callable[[Sequence[Table]], str]
    """The text of a document's tables, as `errbook.tables.numbered` gave them."""
    headings: bool = True
    """Whether a heading can stand above a table."""


TABLE_FORMATS: Mapping[str, Format] = {
    "markdown": Format(markdown.write),
    "html": Format(html.write),
    "rst": Format(rst.write),
    "csv": Format(csv.write, headings=False),
    "tsv": Format(tsv.write, headings=False),
    "json": Format(json.write, headings=False),
}
"""What writes tables, by the name of the format."""
