"""Brings the source into a PO file: new units come, changed ones turn fuzzy, nothing is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from errbook import locales, moves, po, provenance, storage, translate
from errbook.extract import SourceUnit, owner_of
from errbook.locales import Locale, plural_forms, plural_rule
from errbook.moves import Slot
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
    carried: int = 0
    """Came along from another file or owner, with exactly this source text."""
    filled: int = 0
    """Took the one settled translation of the same source text in the same slot."""


def merge(
    old: PoFile, units: Sequence[SourceUnit], project: str, locale: Locale
) -> tuple[PoFile, Counts]:
    """A PO file brought up to date with the source.

    Messages stand in the order of the source. A translation whose source changed becomes fuzzy and
    keeps the text it was made from; after a second change it still keeps the first, and branches of
    which one changed the source again and one accepted the translation cannot be merged unseen.

    Args:
        old: The file as it is; an empty one for a new locale.
        units: The units that belong into the file.
        project: The project's name, for a new header.
        locale: The file's locale.
    """
    matched, left = translate.match(units, old.messages)
    return _assembled(old, units, matched, left, project, locale)


def _assembled(
    old: PoFile,
    units: Sequence[SourceUnit],
    matched: Sequence[Message | None],
    left: Sequence[Message],
    project: str,
    locale: Locale,
) -> tuple[PoFile, Counts]:
    messages, new, stale, cosmetic = [], 0, 0, 0
    for unit, message in zip(units, matched, strict=True):
        merged = _merged(unit, message)
        new += not merged.text
        if message is not None and message.text and _differs(message, unit):
            stale += merged.fuzzy
            cosmetic += not merged.fuzzy
        messages.append(merged)
    gone = [po.retired(m) for m in left if _is_kept(m)]
    comment = old.header_comment or f"Translation of {project} into {locale.name_in(ENGLISH)}."
    headers = old.headers or po.new_headers(project, locale.posix, plural_forms(locale))
    counts = Counts(len(units), new, stale, cosmetic, sum(not m.obsolete for m in left if m.text))
    file = replace(old, headers=headers, header_comment=comment, messages=(*messages, *gone))
    return file, counts


def _is_kept(message: Message) -> bool:
    """Whether a translator wrote something into a message."""
    return bool(message.text or message.plurals or message.comment)


def _differs(message: Message, unit: SourceUnit) -> bool:
    return translate.composed(message.source) != unit.text


def _merged(unit: SourceUnit, message: Message | None) -> Message:
    references = (unit.location.path,)
    if message is None:
        return Message(unit.context, unit.text, notes=unit.notes, references=references)
    previous, beside = (message.previous, message.previous_context) if message.fuzzy else ("", "")
    fuzzy = message.fuzzy
    if message.text and not translate.cosmetic(translate.composed(message.source), unit.text):
        # A branch that accepts the translation takes these lines away, and leaves the text below
        # them as it is. Git must not merge that with another change of the source: so the lines
        # change with each one.
        beside = f"{unit.context} {storage.digest(unit.text)[:8]}" if previous else ""
        fuzzy, previous = True, previous or message.source
    return replace(
        message,
        context=unit.context,
        source=unit.text,
        fuzzy=fuzzy,
        previous=previous,
        previous_context=beside,
        notes=unit.notes,
        references=references,
        obsolete=False,
    )


# --- all files of a locale ------------------------------------------------------------------------


def merge_all(
    files: Mapping[str, PoFile],
    units: Mapping[str, Sequence[SourceUnit]],
    project: str,
    locale: Locale,
    mentions: re.Pattern[str] | None = None,
) -> dict[str, tuple[PoFile, Counts]]:
    """All PO files of a locale brought up to date, each as by `merge`, and with each other's help.

    A unit without a translation gets the one that left another file or owner with its context or
    exactly its source text: what moved keeps its translation. And it is filled where its source
    text has one settled translation in the same slot (a fix, a title, a table cell) of the locale.
    Both go before a translation of another text that only has the context of the unit.
    A file whose catalog is no more, as after a rename, is empty afterwards where most of it went
    along: the rest of it is then in the file that took most.

    Args:
        files: The files by name; a name in ``units`` that has none gets a new one. Others are left
            behind by a catalog that is no more; they are in the result where something left them.
        units: The units that belong into each file, by the file's name.
        project: The project's name, for new headers.
        locale: The locale.
        mentions: Finds the book's error codes in a text, for the check of what is filled.
    """
    slots = {name: [Slot(name, unit) for unit in group] for name, group in units.items()}
    left: dict[str, list[Message]] = {}
    for name, group in units.items():
        matched, left[name] = translate.match(group, files[name].messages if name in files else ())
        for slot, message in zip(slots[name], matched, strict=True):
            slot.message = message
    behind = sorted((n for n in files if n not in units), key=lambda n: _is_copy(n, files[n]))
    left |= {name: list(files[name].messages) for name in behind}
    moves.settle([slot for group in slots.values() for slot in group], left, locale, mentions)
    heirs = _heirs({name: files[name] for name in behind}, slots, left)
    merged = {}
    for name, group in units.items():
        old = files.get(name, PoFile(f"{locale.tag}/{name}.po"))
        for other in heirs.get(name, ()):
            old = _with_header(old, files[other])
            left[name] += left.pop(other)
        mine = slots[name]
        found = [slot.message for slot in mine]
        file, counts = _assembled(old, group, found, left[name], project, locale)
        carried, filled = sum(bool(s.donor) for s in mine), sum(s.filled for s in mine)
        merged[name] = file, replace(counts, carried=carried, filled=filled)
    # Last, so that nothing is deleted before it is written where it went.
    for name in behind:
        file = PoFile(files[name].path)
        if name in left:
            file = replace(files[name], messages=tuple(left[name]))
        if file != files[name]:
            merged[name] = file, Counts(len(file.messages))
    return merged


def _is_copy(name: str, file: PoFile) -> bool:
    """Whether a file that is left behind is of a catalog with another name than its own."""
    return all(owner_of(message.context) != name for message in file.messages)


def _heirs(
    behind: Mapping[str, PoFile],
    slots: Mapping[str, Sequence[Slot]],
    left: Mapping[str, Sequence[Message]],
) -> dict[str, list[str]]:
    """The files that take over those that are left behind, as far as these do not stay as they are.

    A copy that somebody keeps beside the files, or the file of a catalog that was deleted, finds
    few open units if any, and stays.
    """
    went: dict[str, Counter[str]] = {name: Counter() for name in behind}
    for group in slots.values():
        for slot in group:
            if slot.donor in went:
                went[slot.donor][slot.name] += 1
    heirs: dict[str, list[str]] = {}
    for name, file in behind.items():
        living = sum(bool(message.text) and not message.obsolete for message in file.messages)
        is_used_up = not any(map(_is_kept, left[name]))
        if is_used_up or (went[name] and 2 * went[name].total() >= living):
            # Where nothing of it was of use, its header alone is left, and any file has one.
            for heir in [*(most for most, _ in went[name].most_common(1)), *slots][:1]:
                heirs.setdefault(heir, []).append(name)
    return heirs


def _with_header(file: PoFile, other: PoFile) -> PoFile:
    """A file with the header of another one, as far as it has none of its own."""
    comments = [file.header_comment] if file.header_comment else []
    if other.header_comment not in file.header_comment:
        comments.append(other.header_comment)
    headers = file.headers or other.headers
    return replace(file, headers=headers, header_comment="\n".join(comments))


# --- interface words ------------------------------------------------------------------------------


def merge_words(
    old: PoFile, words: Sequence[Message], project: str, locale: Locale
) -> tuple[PoFile, Counts]:
    """A project's own file of interface words (``ui.po``) brought up to date.

    Args:
        old: The file as it is; an empty one to begin with.
        words: The words of the interface, as errbook's own template lists them.
        project: The project's name, for a new header.
        locale: The file's locale.
    """
    rule = old.plural_rule or plural_rule(locale)
    empty = tuple((index, "") for index in range(rule.count))
    best = sorted(old.messages, key=lambda m: (m.obsolete, not _is_said(m), m.fuzzy), reverse=True)
    known = {(m.source, bool(m.plural)): m for m in best if not m.context}
    messages, taken = [], set()
    for word in words:
        own = known.get((word.source, bool(word.plural))) or Message(
            "", word.source, plural=word.plural, plurals=empty if word.plural else ()
        )
        taken.add(id(own))
        messages.append(
            replace(
                own,
                fuzzy=own.fuzzy or (own.plural != word.plural and _is_said(own)),
                plural=word.plural,
                plurals=own.plurals or (empty if word.plural else ()),
                notes=word.notes,
                obsolete=False,
                flags=tuple(dict.fromkeys((*own.flags, *word.flags))),
            )
        )
    left = [m for m in old.messages if id(m) not in taken]
    gone = [po.retired(m) for m in left if _is_said(m) or m.comment]
    new = sum(not (m.text or (m.plurals and all(_forms(m)))) for m in messages)
    comment = old.header_comment or (
        f"errbook's interface in {locale.name_in(ENGLISH)}: the words of {project}."
    )
    headers = old.headers or po.new_headers(project, locale.posix, plural_forms(locale))
    file = replace(old, headers=headers, header_comment=comment, messages=(*messages, *gone))
    return file, Counts(
        len(messages), new, obsolete=sum(not m.obsolete for m in left if _is_said(m))
    )


def _is_said(message: Message) -> bool:
    return bool(message.text) or any(_forms(message))


def _forms(message: Message) -> list[str]:
    return [text for _, text in message.plurals]


# --- templates ------------------------------------------------------------------------------------


def template(units: Sequence[SourceUnit], project: str) -> PoFile:
    """The POT file of some units: what translation hosts make new locale files of."""
    messages = tuple(_merged(unit, None) for unit in units)
    return PoFile("", _template_headers(project), f"Texts of {project}.", messages)


def words_template(words: Sequence[Message], project: str) -> PoFile:
    """The POT file of the interface's words."""
    comment = f"errbook's interface: the words of {project}."
    return PoFile("", _template_headers(project), comment, tuple(words))


def _template_headers(project: str) -> tuple[tuple[str, str], ...]:
    # The plural forms are a language's; an empty header would be taken for a wrong one.
    headers = po.new_headers(project, "", "")
    return tuple((name, value) for name, value in headers if name != "Plural-Forms")


# --- accepting a change of the source -------------------------------------------------------------


def acknowledged(message: Message, unit: SourceUnit) -> Message | None:
    """The message with its translation declared right for today's source, or None.

    None when there is nothing to accept: no translation, a change that sync takes over by itself,
    or a fuzzy mark that has another reason than a change of the source.
    """
    changed = not translate.cosmetic(translate.composed(message.source), unit.text)
    if not message.text or not (changed or (message.fuzzy and message.previous)):
        return None
    if not changed and provenance.of(message).origin is not provenance.Origin.HUMAN:
        # Its previous source is that of a similar text: nobody has translated this one yet.
        return None
    return replace(message, context=unit.context, source=unit.text, fuzzy=False, previous="")
