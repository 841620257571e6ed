"""XLIFF 1.2, the format of translation agencies: units with state, notes and previous source.

What must not be translated (code, the targets of links, footnote marks, HTML, placeholders) stands
in ``<ph>`` elements, whose content is the Markdown itself: the text of a ``<target>`` is the
translation as it is written into the PO file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath

from errbook.diagnostics import Diagnostic, Location, report
from errbook.exchange import Document, Row, digest
from errbook.formats import xmltext
from errbook.formats.xmltext import Element, attribute, escape, legal
from errbook.provenance import Origin, Provenance

NAMESPACE = "urn:oasis:names:tc:xliff:document:1.2"
_DIGEST, _TEXT_DIGEST = "errbook-source:", "errbook-target:"

_PROTECTED = re.compile(
    r"""
    (?P<code>(?P<ticks>`+)(?!`)(?:.+?)(?<!`)(?P=ticks)(?!`))      # `code`
    | (?P<autolink><(?:[a-zA-Z][\w+.-]{1,31}:|[^\s<>@]+@)[^\s<>]*>)
    | (?P<html></?[a-zA-Z][^<>\n]*>)
    | (?P<footnote>\[\^[^\]\s]+\])
    | (?P<image>!\[(?=[^\]]*\]\())
    | (?P<open>(?<!\\)\[(?=(?:[^\[\]\\]|\\.|`[^`]*`)*\]\())        # [ of [text](target)
    | (?P<link>\]\((?:[^()\s\\]|\\.|\([^()\s]*\))*(?:[ ]"[^"]*")?\))
    | (?P<attributes>\{:?[ ]*[.\#][^{}\n]*\})
    | (?P<placeholder>\{[A-Za-z_][\w.-]*\})
    """,
    re.X | re.S,
)

_STATES_TO_LOOK_AT = re.compile(r"needs-|new\Z")
_MACHINE = ("mt-suggestion", "leveraged-mt")
_MEMORY = ("exact-match", "fuzzy-match", "leveraged-tm", "leveraged-inherited", "id-match")


def write(
    rows: Iterable[Row], *, name: str, original: str, source_tag: str, target_tag: str
) -> str:
    """Write the units of one locale file.

    Args:
        rows: The units.
        name: The name of the locale file, as in ``azcmagent`` or ``pages``.
        original: The path of the PO file.
        source_tag: The source locale's tag.
        target_tag: The tag of the locale that is translated into.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xliff version="1.2" xmlns="{NAMESPACE}">',
        f'  <file original="{attribute(original)}" datatype="x-markdown" product-name="{name}"'
        f' source-language="{source_tag}" target-language="{target_tag}">',
        "    <body>",
    ]
    for row in rows:
        lines += _unit(row)
    return "\n".join([*lines, "    </body>", "  </file>", "</xliff>"]) + "\n"


def _unit(row: Row) -> Iterator[str]:
    context = attribute(row.context)
    text = legal(row.text)
    digests = f"{_DIGEST}{row.digest} {_TEXT_DIGEST}{digest(text)}"
    approved = ' approved="yes"' if row.provenance.reviewer and not row.fuzzy else ""
    yield (
        f'      <trans-unit id="{context}" resname="{context}"'
        f' extradata="{digests}"{approved} xml:space="preserve">'
    )
    yield f"        <source>{_content(row.source, row.source)}</source>"
    # What XML cannot carry is damaged here, so somebody must look at it.
    state = _state(row) if text == row.text else "needs-review-translation"
    yield f"        <target{_state_attributes(row, state)}>{_content(text, row.source)}</target>"
    if row.previous:
        previous = legal(row.previous)
        yield '        <alt-trans alttranstype="previous-version">'
        yield f"          <source>{_content(previous, previous)}</source>"
        yield f"          <target>{_content(text, previous)}</target>"
        yield "        </alt-trans>"
    for note in row.notes:
        yield f'        <note from="developer">{escape(legal(note))}</note>'
    for line in row.comment.splitlines():
        yield f'        <note from="translator">{escape(legal(line))}</note>'
    yield "      </trans-unit>"


def _state(row: Row) -> str:
    if not row.text:
        return "needs-translation"
    if row.fuzzy:
        return "needs-review-translation"
    return "final" if row.provenance.reviewer else "translated"


def _state_attributes(row: Row, state: str) -> str:
    """The state of a target, and where it comes from, as attributes."""
    qualifier = {Origin.MACHINE: "mt-suggestion", Origin.MEMORY: "leveraged-tm"}
    origin = qualifier.get(row.provenance.origin)
    from_elsewhere = f' state-qualifier="{origin}"' if origin and row.text else ""
    return f' state="{state}"{from_elsewhere}'


def _content(text: str, source: str) -> str:
    """A text as XML; what stands in the source too has the same number in both."""
    numbers: dict[str, list[int]] = {}
    for number, match in enumerate(_PROTECTED.finditer(source), 1):
        numbers.setdefault(match[0], []).append(number)
    following = sum(map(len, numbers.values())) + 1
    parts, end = [], 0
    for match in _PROTECTED.finditer(text):
        kind = next(name for name, found in match.groupdict().items() if found is not None)
        same = numbers.get(match[0])
        number = same.pop(0) if same else following
        following += number == following
        parts.append(escape(text[end : match.start()]))
        parts.append(f'<ph id="{number}" ctype="x-{kind}">{escape(match[0])}</ph>')
        end = match.end()
    return "".join(parts) + escape(text[end:])


# --- reading --------------------------------------------------------------------------------------


def read(data: bytes, path: str) -> tuple[list[Document], list[Diagnostic]]:
    """Read an XLIFF 1.2 file.

    Args:
        data: The bytes of the file.
        path: What to call it in diagnostics.

    Returns:
        A document for each ``<file>`` in it, and what was wrong with it.
    """
    try:
        root = xmltext.read(data)
    except xmltext.Refused as error:
        at = Location(path, error.line, error.column)
        return [], [report("EB209", at, str(error), "Export the file again, and edit that one.")]
    version = root.attributes.get("version", "")
    if root.name != "xliff" or not version.startswith("1."):
        problem = f"XLIFF {version}" if root.name == "xliff" else f"<{root.name}>"
        hint = "Save it as XLIFF 1.2; other versions have another structure."
        return [], [report("EB209", Location(path, root.line), f"it is {problem}", hint)]
    documents = []
    for file in root.every("file"):
        units = file.every("trans-unit")
        documents.append(
            Document(
                path,
                file.attributes.get("target-language", ""),
                file.attributes.get("product-name", ""),
                tuple(_row(unit, path) for unit in units),
            )
        )
    return documents, []


def _row(unit: Element, path: str) -> Row:
    source, target = unit.child("source"), unit.child("target")
    state = target.attributes.get("state", "") if target else ""
    previous = [
        alternative.child("source")
        for alternative in unit.children("alt-trans")
        if alternative.attributes.get("alttranstype") == "previous-version"
    ]
    words = unit.attributes.get("extradata", "").split()
    extra = {f"{name}:": value for name, _, value in (word.partition(":") for word in words)}
    return Row(
        unit.attributes.get("resname") or unit.attributes.get("id", ""),
        source.text if source else "",
        target.text if target else "",
        bool(_STATES_TO_LOOK_AT.match(state)),
        previous[0].text if previous and previous[0] else "",
        provenance=_provenance(unit, target, state, path),
        digest=extra.get(_DIGEST, ""),
        text_digest=extra.get(_TEXT_DIGEST, ""),
        line=unit.line,
    )


def _provenance(unit: Element, target: Element | None, state: str, path: str) -> Provenance:
    qualifier = target.attributes.get("state-qualifier", "") if target else ""
    origin = Origin.HUMAN
    if qualifier in _MACHINE:
        origin = Origin.MACHINE
    elif qualifier in _MEMORY:
        origin = Origin.MEMORY
    approved = unit.attributes.get("approved") == "yes" or state in ("final", "signed-off")
    return Provenance(origin, reviewer=PurePath(path).name if approved else "")
