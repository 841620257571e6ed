"""Translations on their way out of and back into locale files, whatever the exchange format."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from errbook import po, provenance, translate
from errbook.checks import unit as unit_checks
from errbook.diagnostics import Diagnostic, Location, report
from errbook.extract import SourceUnit
from errbook.locales import Locale
from errbook.po import Message, PoFile
from errbook.provenance import Provenance


@dataclass(frozen=True, slots=True)
class Row:
    """One unit as an exchange file has it."""

    context: str
    source: str
    text: str = ""
    """The translation; empty when there is none."""
    fuzzy: bool = False
    """Whether it needs to be looked at."""
    previous: str = ""
    """The source text the translation was made from, where it is another."""
    notes: tuple[str, ...] = ()
    comment: str = ""
    """The translator's own lines."""
    provenance: Provenance = provenance.UNMARKED
    digest: str = ""
    """Digest of the source text when the file was written; empty when the format keeps none."""
    text_digest: str = ""
    """Digest of the translation when the file was written; empty when the format keeps none."""
    line: int = 0
    """Line in the exchange file, counted from 1."""


@dataclass(frozen=True, slots=True)
class Document:
    """An exchange file that was read."""

    path: str
    locale: str = ""
    """The locale's tag as the file says it; empty when it says none."""
    name: str = ""
    """The name of the locale file it was made of; empty when it says none."""
    rows: tuple[Row, ...] = ()


def digest(source: str) -> str:
    """A short digest of a source text, by which an edited source is told from an older one."""
    return hashlib.blake2s(source.encode("utf-8"), digest_size=8).hexdigest()


def rows(units: Sequence[SourceUnit], file: PoFile) -> Iterator[Row]:
    """A locale file as rows, one for each unit of the source, in the order of the source."""
    matched, _ = translate.match(units, file.messages)
    for unit, message in zip(units, matched, strict=True):
        row = Row(unit.context, unit.text, notes=unit.notes, digest=digest(unit.text))
        if message is None or not message.text:
            yield replace(row, comment=message.comment if message else "")
            continue
        old = translate.composed(message.source)
        changed = not translate.cosmetic(old, unit.text)
        previous = (message.previous if message.fuzzy else "") or (old if changed else "")
        yield replace(
            row,
            text=message.text,
            fuzzy=message.fuzzy or changed,
            previous=previous,
            comment=message.comment,
            provenance=provenance.of(message),
        )


# --- back in --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import made of one locale file."""

    file: PoFile
    changed: int = 0
    """Translations that are other than before."""
    stale: int = 0
    """Those of them that come fuzzy, because the source changed since the export."""
    newer: int = 0
    """Translations that stay, for they were written in the locale file since the export."""
    findings: tuple[Diagnostic, ...] = ()


def merged(
    file: PoFile,
    units: Sequence[SourceUnit],
    document: Document,
    incoming: Iterable[Row],
    locale: Locale,
) -> Imported:
    """A locale file with the translations of an exchange file laid over it.

    A row without a translation changes nothing. A row whose source changed since the export comes
    fuzzy, with the source it was made from, unless the locale file has a sure translation of
    today's source. What somebody wrote into the locale file since the export stays where the row
    is as it was exported, and is kept as obsolete where the row was changed too. A row with an
    edited source is refused, and so is one that belongs to no unit; with an error among the
    findings the file must not be written.

    Args:
        file: The locale file, synced with the source.
        units: The units that belong into it.
        document: The exchange file the rows are from.
        incoming: Its rows for this locale file.
        locale: The locale.
    """
    matched, _ = translate.match(units, file.messages)
    by_context = {u.context: (u, m) for u, m in zip(units, matched, strict=True)}
    new: dict[str, Message] = {}
    stale = newer = 0
    kept: list[Message] = []
    found: list[Diagnostic] = []
    for row in incoming:
        unit, message = by_context.get(row.context, (None, None))
        at = Location(document.path, max(1, row.line))
        if unit is None:
            found.append(_gone(row, at))
            continue
        source = translate.composed(row.source)
        message = message or Message(unit.context, unit.text)
        if source != unit.text and not _is_older(row, source, message):
            found.append(_tampered(row, unit, at))
            continue
        if not row.text.strip():
            continue
        taken = _taken(row, source, unit, message)
        if _is_newer(message, row, source, unit):
            newer += 1
        elif taken != message:
            if _was_written_since(message, row):
                kept.append(replace(po.retired(message), source=unit.text))
            new[unit.context] = taken
            stale += source != unit.text
            found += _damage(taken, unit, locale, at)
    messages = _replaced(file, units, matched, new)
    file = replace(file, messages=(*messages, *kept))
    return Imported(file, len(new), stale, newer, tuple(found))


def _is_older(row: Row, source: str, message: Message) -> bool:
    """Whether a source that is not today's is at least one that errbook wrote itself."""
    if row.digest:
        return row.digest == digest(source)
    return source in (translate.composed(message.source), translate.composed(message.previous))


def _was_written_since(message: Message, row: Row) -> bool:
    """Whether somebody wrote a translation into the locale file since the export."""
    if not row.text_digest or not message.text.strip() or message.text == row.text:
        return False
    return digest(message.text) != row.text_digest


def _is_newer(message: Message, row: Row, source: str, unit: SourceUnit) -> bool:
    """Whether the locale file's translation goes before that of a row."""
    if digest(row.text) == row.text_digest and _was_written_since(message, row):
        return True
    if translate.cosmetic(source, unit.text) or not message.text.strip() or message.fuzzy:
        return False
    return translate.cosmetic(translate.composed(message.source), unit.text)


def _taken(row: Row, source: str, unit: SourceUnit, message: Message) -> Message:
    changed = not translate.cosmetic(source, unit.text)
    fuzzy = row.fuzzy or changed
    previous = row.previous if row.fuzzy else ""
    if changed:
        previous = previous or source
    taken = replace(
        message,
        context=unit.context,
        source=unit.text,
        text=row.text,
        fuzzy=fuzzy,
        previous=previous if fuzzy else "",
    )
    if taken.text == message.text:
        # The same words again: what is known about them stays known.
        known = provenance.of(message)
        if known.reviewer or not row.provenance.reviewer:
            return taken
        return provenance.marked(taken, replace(known, reviewer=row.provenance.reviewer))
    return provenance.marked(taken, row.provenance)


def _damage(
    message: Message, unit: SourceUnit, locale: Locale, at: Location
) -> Iterator[Diagnostic]:
    if not message.fuzzy:
        pair = unit_checks.Pair(unit, translate.composed(message.text.strip()), locale)
        yield from unit_checks.run(pair, at)


def _replaced(
    file: PoFile,
    units: Sequence[SourceUnit],
    matched: Sequence[Message | None],
    new: Mapping[str, Message],
) -> tuple[Message, ...]:
    """The file's messages with the new ones in their places; what had no message comes last."""
    by_id = {
        id(message): new[unit.context]
        for unit, message in zip(units, matched, strict=True)
        if message is not None and unit.context in new
    }
    added = [
        new[unit.context]
        for unit, message in zip(units, matched, strict=True)
        if message is None and unit.context in new
    ]
    living = [m for m in file.messages if not m.obsolete or id(m) in by_id]
    obsolete = [m for m in file.messages if m.obsolete and id(m) not in by_id]
    kept = [replace(by_id.get(id(m), m), obsolete=False) for m in living]
    return (*kept, *added, *obsolete)


def _gone(row: Row, at: Location) -> Diagnostic:
    return report(
        "EB208",
        at,
        f'"{row.context}" is not in the source any more; its translation was left out',
        "Export the file again.",
        context=row.context,
    )


def _tampered(row: Row, unit: SourceUnit, at: Location) -> Diagnostic:
    return report(
        "EB207",
        at,
        f'the source text of "{row.context}" is not what errbook exported',
        f"Put the source text back: {unit.text}",
        context=row.context,
    )


# --- memories -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pair:
    """A text and its translation, from a memory."""

    source: str
    text: str
    context: str = ""
    memory: str = ""
    """The name of the memory."""


def pairs(file: PoFile) -> Iterator[Pair]:
    """The settled translations of a PO file; what became obsolete comes last."""
    for message in sorted(file.messages, key=lambda m: m.obsolete):
        if message.source and message.text and not message.fuzzy:
            yield Pair(translate.composed(message.source), message.text, message.context)
