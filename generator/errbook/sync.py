"""Brings the source into a PO file: new units come, changed ones turn fuzzy, nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from errbook import locales, po, translate
from errbook.extract import SourceUnit
from errbook.locales import Locale, plural_forms
from errbook.po import Message, PoFile

ENGLISH = locales.parse("en")
"""The language in which translation files speak to their editors."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What a sync did to one file, in messages."""

    total: int = 0
    new: int = 0
    stale: int = 0
    """Turned fuzzy because their source changed."""
    cosmetic: int = 0
    """Took over a source that changed in case, punctuation or space only."""
    obsolete: int = 0
    """Left the source."""


def merge(
    old: PoFile, units: Sequence[SourceUnit], project: str, locale: Locale
) -> tuple[PoFile, Counts]:
    """A PO file brought up to date with the source.

    Messages stand in the order of the source. A translation whose source changed becomes fuzzy and
    keeps the text it was made from; after a second change it still keeps the first.

    Args:
        old: The file as it is; an empty one for a new locale.
        units: The units that belong into the file.
        project: The project's name, for a new header.
        locale: The file's locale.
    """
    matched, left = translate.match(units, old.messages)
    messages, new, stale, cosmetic = [], 0, 0, 0
    for unit, message in zip(units, matched, strict=True):
        merged = _merged(unit, message)
        new += not merged.text
        if message is not None and message.text and message.source != unit.text:
            stale += merged.fuzzy
            cosmetic += not merged.fuzzy
        messages.append(merged)
    gone = [po.retired(message) for message in left if message.text]
    comment = old.header_comment or f"Translation of {project} into {locale.name_in(ENGLISH)}."
    headers = old.headers or po.new_headers(project, locale.posix, plural_forms(locale))
    counts = Counts(len(units), new, stale, cosmetic, sum(not m.obsolete for m in left if m.text))
    return replace(old, headers=headers, header_comment=comment, messages=(*messages, *gone)), counts


def _merged(unit: SourceUnit, message: Message | None) -> Message:
    references = (unit.location.path,)
    if message is None:
        return Message(unit.context, unit.text, notes=unit.notes, references=references)
    fuzzy, previous = message.fuzzy, message.previous
    if message.text and message.source != unit.text:
        if not translate.cosmetic(message.source, unit.text):
            fuzzy, previous = True, message.previous or message.source
    return replace(
        message,
        context=unit.context,
        source=unit.text,
        fuzzy=fuzzy,
        previous=previous if fuzzy else "",
        notes=unit.notes,
        references=references,
        obsolete=False,
    )
