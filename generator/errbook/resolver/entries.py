"""Makes entries of their forms, with everything they hold and point to."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Literal

from errbook.diagnostics import Severity
from errbook.model import Entry, Example, HistoryItem, Message, Param, Remedy, Text, Variant
from errbook.resolver import rules
from errbook.resolver.draft import FIELDS, Draft, DraftEntry, FieldName, Path
from errbook.resolver.remedies import Field, entry_remedy, resolve_field
from errbook.schema import MessageForm, RemedyForm

_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}", re.ASCII)


def make_entry(draft: Draft, entry: DraftEntry) -> Entry:
    """Make an entry; its catalog has all its entries open, and so have the others."""
    form, catalog = entry.form, entry.catalog
    title = _text(entry, "title", form.title, ("title",))
    cause = entry_remedy(draft, entry, "cause")
    fix = entry_remedy(draft, entry, "fix")
    variants = _variants(draft, entry, cause, fix)
    rules.check_entry(draft, entry)
    retired = form.retired
    return Entry(
        id=entry.id,
        catalog=catalog.name,
        code=entry.code,
        location=entry.document.at(entry.document.key_place(entry.path)),
        cause=cause,
        fix=fix,
        title=title,
        severity=form.severity,
        category=form.category if form.category in catalog.source.form.categories else "",
        tags=tuple(form.tags),
        platforms=tuple(form.platforms),
        variants=variants,
        reason=_text(entry, "reason", retired.reason, ("retired", "reason")) if retired else None,
        messages=tuple(_messages(draft, entry)),
        examples=tuple(_examples(entry)),
        identifiers=_identifiers(entry),
        since=form.since,
        status=form.status,
        retired_in=retired.in_ if retired else "",
        replaced_by=tuple(_references(draft, entry, "replaced_by")),
        aliases=tuple(form.aliases),
        history=tuple(_history(entry)),
        see=tuple(_references(draft, entry, "see")),
        source=form.source,
    )


def _text(entry: DraftEntry, slot: str, source: str | None, path: Path) -> Text | None:
    return entry.maker(slot)("", source, (*entry.path, *path)) if source else None


def _variants(
    draft: Draft, entry: DraftEntry, cause: Remedy | None, fix: Remedy | None
) -> tuple[Variant, ...]:
    made = []
    for platform, form in entry.form.variants.items():
        remedies: dict[FieldName, Remedy | None] = {"cause": cause, "fix": fix}
        for name in FIELDS:
            own: RemedyForm | None = getattr(form, name)
            if own is not None:
                path = (*entry.path, "variants", platform, name)
                at = Field(entry.catalog, name, path, entry.maker(f"{name}@{platform}"))
                remedies[name] = resolve_field(draft, own, at)
        if remedies["cause"] is not None and remedies["fix"] is not None:
            made.append(Variant(platform, remedies["cause"], remedies["fix"]))
    return tuple(made)


def _identifiers(entry: DraftEntry) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (system, (value,) if isinstance(value, str) else tuple(value))
        for system, value in entry.form.identifiers.items()
    )


def _references(
    draft: Draft, entry: DraftEntry, name: Literal["see", "replaced_by"]
) -> Iterator[str]:
    """The ids of the entries that an entry points to by their ids or codes."""
    for index, wanted in enumerate(getattr(entry.form, name)):
        known = wanted.lower() in draft.entries
        identifier = wanted.lower() if known else draft.by_code.get(wanted.upper())
        itself = identifier == entry.id
        if identifier is None:
            problem = f'there is no entry "{wanted}"'
            hint = draft.suggest(wanted.lower(), draft.entries, "entries")
        elif draft.entries[identifier].form.status == "reserved" and (itself or name != "see"):
            problem, hint = f'"{wanted}" is reserved', "Name an entry that has a page."
        elif itself:
            problem, hint = f'"{wanted}" is the entry itself', "Delete it."
        else:
            yield identifier
            continue
        path = (*entry.path, name, index)
        draft.report("EB114", entry.document, path, problem, hint, entry=entry.id)


def _messages(draft: Draft, entry: DraftEntry) -> Iterator[Message]:
    for index, form in enumerate(entry.form.messages):
        _check_placeholders(draft, entry, (*entry.path, "messages", index), form)
        params = tuple(
            Param(name, param.type, param.example, param.redact == "true")
            for name, param in form.params.items()
        )
        yield Message(form.text.strip("\n"), params, form.summary, form.since, form.until)


def _check_placeholders(draft: Draft, entry: DraftEntry, path: Path, form: MessageForm) -> None:
    written = set(_PLACEHOLDER.findall(form.text))
    for name in sorted(written - set(form.params)):
        near = difflib.get_close_matches(name, form.params, 1)
        also = f'Did you mean "{{{near[0]}}}"? ' if near else ""
        hint = "Declare it under params; if the braces are literal, with type: literal."
        draft.report(
            "EB118",
            entry.document,
            (*path, "text"),
            f"{{{name}}} is not declared in params",
            f"{also}{hint}",
            severity=None if near else Severity.WARNING,
            inside=(form.text.strip("\n"), f"{{{name}}}"),
            entry=entry.id,
        )
    for name in form.params:
        if name not in written:
            draft.report(
                "EB118",
                entry.document,
                (*path, "params", name),
                f'the parameter "{name}" is declared, but {{{name}}} is not in the text',
                "Delete it, or write it where it belongs.",
                key=True,
                entry=entry.id,
            )


def _examples(entry: DraftEntry) -> Iterator[Example]:
    for index, form in enumerate(entry.form.examples):
        path = ("examples", index, "caption")
        caption = _text(entry, f"example/{index + 1}", form.caption, path)
        yield Example(form.console.rstrip("\n"), caption)


def _history(entry: DraftEntry) -> Iterator[HistoryItem]:
    for index, form in enumerate(entry.form.history):
        note = _text(entry, f"history/{index + 1}", form.note, ("history", index, "note"))
        yield HistoryItem(form.version, form.change, note)
