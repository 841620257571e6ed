"""Compares a product's source with the book: codes without an entry, entries without a use."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from errbook import yamltext
from errbook.diagnostics import Diagnostic, Location, report
from errbook.model import Book, Entry

EXEMPTIONS = "scan.yml"
"""The file beside the catalogs' folder that lists what is right as it is, with reasons."""

Kind = Literal["undocumented", "unused"]
_KINDS: tuple[Kind, ...] = ("undocumented", "unused")
_MAX_COLUMN_TEXT = 500


@dataclass(frozen=True, slots=True)
class Use:
    """A place in the product's source that names a code."""

    code: str
    location: Location
    line_text: str = ""


@dataclass(frozen=True, slots=True)
class Exemption:
    """A code that is right to have no entry, or an entry that is right to have no use."""

    kind: Kind
    code: str
    reason: str
    location: Location


def uses(text: str, path: str, mentions: re.Pattern[str]) -> Iterator[Use]:
    """The places of a source file that name a code, in order.

    Args:
        text: The file.
        path: What to call it.
        mentions: Finds codes, as `patterns.mentions` makes it.
    """
    line, start = 1, 0
    for match in mentions.finditer(text):
        line += text.count("\n", start, match.start())
        start = match.start()
        begin = text.rfind("\n", 0, start) + 1
        stop = text.find("\n", start)
        whole = text[begin : stop if stop >= 0 else len(text)]
        shown = whole.rstrip("\r") if len(whole) <= _MAX_COLUMN_TEXT else ""
        yield Use(match[0], Location(path, line, start - begin + 1), shown)


def exemptions(data: bytes, path: str) -> tuple[tuple[Exemption, ...], list[Diagnostic]]:
    """Read the list of exemptions: ``undocumented:`` and ``unused:``, each code with its reason.

    One that gives no reason does not count, and is reported.
    """
    document, found = yamltext.read(data, path)
    read: list[Exemption] = []
    if document is None:
        return (), found

    def say(keys: Sequence[str], message: str, hint: str) -> None:
        place = document.key_place(keys)
        line = document.line(place.line)
        found.append(report("EB604", document.at(place), message, hint, line_text=line))

    for kind, codes in document.root.items():
        if kind not in _KINDS:
            near = difflib.get_close_matches(kind, _KINDS, 1)
            say(
                [kind],
                f'unknown key "{kind}"',
                f'Did you mean "{near[0]}"?' if near else "Known: undocumented, unused.",
            )
            continue
        if not isinstance(codes, yamltext.Branch):
            say([kind], f'"{kind}" is no mapping', 'Write CODE: "why" below it.')
            continue
        for code, reason in codes.items():
            if not isinstance(reason, str) or not reason.strip():
                say(
                    [kind, code],
                    f"the exemption of {code} has no reason",
                    'Say why, as in CODE: "raised by the installer, in another repository".',
                )
                continue
            at = document.at(document.key_place([kind, code]))
            read.append(Exemption(_KINDS[_KINDS.index(kind)], code, reason, at))
    return tuple(read), found


def compare(
    book: Book, found: Iterable[Use], exempt: Sequence[Exemption] = (), *, whole: bool = True
) -> Iterator[Diagnostic]:
    """What source and book disagree about.

    Args:
        book: The book.
        found: Every use in the source.
        exempt: What is right as it is; an exemption that nothing needs is a finding too.
        whole: Whether the whole product was read; of a part nobody can say what is unused.
    """
    known = _entries(book)
    by_code: dict[str, list[Use]] = {}
    for use in found:
        by_code.setdefault(use.code.upper(), []).append(use)
    allowed = {(item.kind, item.code.upper()) for item in exempt}
    needed: set[tuple[Kind, str]] = set()
    for code, places in by_code.items():
        entries = known.get(code, [])
        if any(entry.has_page for entry in entries):
            yield from _retired(entries, places)
            continue
        needed.add(("undocumented", code))
        if ("undocumented", code) not in allowed:
            yield _undocumented(places, entries, known)
    for entry in _coded(book):
        handles = {name.upper() for name in (entry.code, *entry.aliases) if name}
        if entry.status not in ("active", "deprecated") or handles.intersection(by_code):
            continue
        needed |= {("unused", handle) for handle in handles}
        if whole and not any(("unused", handle) in allowed for handle in handles):
            yield report(
                "EB602",
                entry.location,
                f"{entry.code} is documented, and nothing in the source uses it",
                f"Retire it, or say in source/{EXEMPTIONS} below unused: why it stays.",
                entry=entry.id,
            )
    yield from _unneeded(exempt, needed, whole)


def _coded(book: Book) -> Iterator[Entry]:
    for catalog in book.catalogs:
        yield from (entry for entry in catalog.entries if entry.code)


def _entries(book: Book) -> dict[str, list[Entry]]:
    """Every entry, reserved ones included, by its code and aliases in upper case."""
    found: dict[str, list[Entry]] = {}
    for entry in _coded(book):
        for name in (entry.code, *entry.aliases):
            if name:
                found.setdefault(name.upper(), []).append(entry)
    return found


def _undocumented(
    places: Sequence[Use], entries: Sequence[Entry], known: Iterable[str]
) -> Diagnostic:
    use = places[0]
    more = f" ({len(places)} places)" if len(places) > 1 else ""
    near = difflib.get_close_matches(use.code.upper(), known, 1, 0.8)
    also = f"; the nearest code is {near[0]}" if near and not entries else ""
    what = "is reserved in the book, and has no page" if entries else "is in no entry"
    return report(
        "EB601",
        use.location,
        f"{use.code} {what}{more}{also}",
        f"Document it, or say in source/{EXEMPTIONS} below undocumented: why not.",
        line_text=use.line_text,
        mention=use.code,
    )


def _retired(entries: Sequence[Entry], places: Sequence[Use]) -> Iterator[Diagnostic]:
    if all(entry.status == "retired" for entry in entries if entry.has_page):
        use = places[0]
        yield report(
            "EB603",
            use.location,
            f"{use.code} is retired, and the source still uses it",
            "Use the code that replaces it, or make its entry active again.",
            line_text=use.line_text,
            entry=entries[0].id,
        )


def _unneeded(
    exempt: Sequence[Exemption], needed: set[tuple[Kind, str]], whole: bool
) -> Iterator[Diagnostic]:
    for item in exempt:
        if not whole or (item.kind, item.code.upper()) in needed:
            continue
        why = (
            "it is documented or nowhere used"
            if item.kind == "undocumented"
            else "it is used, or no entry has it"
        )
        yield report(
            "EB604", item.location, f"{item.code} needs no exemption: {why}", "Delete the line."
        )
