"""TMX 1.4, the format of translation memories."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from errbook import locales
from errbook.diagnostics import Diagnostic, Location, report
from errbook.exchange import Pair, Row
from errbook.formats import xmltext
from errbook.formats.xmltext import Element, attribute, escape, legal
from errbook.locales import Locale


def write(rows: Iterable[Row], *, source_tag: str, target_tag: str) -> str:
    """Write the settled translations of a locale."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<tmx version="1.4">',
        f'  <header creationtool="errbook" creationtoolversion="1" segtype="block" o-tmf="PO"'
        f' adminlang="en" srclang="{source_tag}" datatype="plaintext"/>',
        "  <body>",
    ]
    for row in rows:
        if row.text and not row.fuzzy and legal(row.text) == row.text:
            lines += [
                f'    <tu tuid="{attribute(row.context)}">',
                f'      <tuv xml:lang="{source_tag}"><seg>{escape(row.source)}</seg></tuv>',
                f'      <tuv xml:lang="{target_tag}"><seg>{escape(row.text)}</seg></tuv>',
                "    </tu>",
            ]
    return "\n".join([*lines, "  </body>", "</tmx>"]) + "\n"


def read(
    data: bytes, path: str, source: Locale, target: Locale
) -> tuple[list[Pair], list[Diagnostic]]:
    """Read the pairs of two languages.

    A variant of the very locale goes before another one of the same language.

    Args:
        data: The bytes of the file.
        path: What to call it in diagnostics.
        source: The source locale.
        target: The locale that is translated into.
    """
    try:
        root = xmltext.read(data, doctype=True)
    except xmltext.Refused as error:
        at = Location(path, error.line, error.column)
        return [], [report("EB209", at, str(error), "Export the memory again from its tool.")]
    if root.name != "tmx":
        return [], [
            report(
                "EB209",
                Location(path, root.line),
                f"it is <{root.name}>, no TMX file",
                "Export the memory as TMX 1.4.",
            )
        ]
    found = []
    for unit in root.every("tu"):
        variants = unit.children("tuv")
        original, translation = _variant(variants, source), _variant(variants, target)
        if original and translation:
            found.append(Pair(original, translation, unit.attributes.get("tuid", "")))
    return found, []


def _variant(variants: Sequence[Element], wanted: Locale) -> str:
    same_language = ""
    for variant in variants:
        tag, segment = variant.attributes.get("lang", ""), variant.child("seg")
        try:
            locale = locales.parse(tag)
        except locales.UnknownLocale:
            continue
        if segment is None or not locale.same_language(wanted):
            continue
        if locale == wanted:
            return segment.text
        same_language = same_language or segment.text
    return same_language
