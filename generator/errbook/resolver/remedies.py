"""Resolves causes and fixes: written ones, steps, and those that an action or an entry lends."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from errbook.model import ID, Remedy, Text
from errbook.resolver.draft import Draft, DraftCatalog, DraftEntry, FieldName, Path, TextMaker
from errbook.schema import RemedyForm, SameAsForm, StepForm, UseForm
from errbook.yamltext import Document

MAX_FOLLOWING = 32
"""How many references may lead from one to the next before there is a text."""


@dataclass(frozen=True, slots=True)
class Field:
    """One place where a cause or a fix is written."""

    catalog: DraftCatalog
    name: FieldName
    path: Path
    make: TextMaker


def resolve_field(draft: Draft, form: RemedyForm, at: Field) -> Remedy | None:
    """The remedy that a field says or points to; None when it cannot be resolved."""
    if isinstance(form, str):
        return _written(draft, form, at)
    if isinstance(form, UseForm):
        return resolve_action(draft, at.catalog, form.use, at.name, (*at.path, "use"))
    if isinstance(form, SameAsForm):
        return _same_as(draft, form.same_as, at)
    return Remedy(tuple(_steps(draft, form, at)), steps=True)


def _written(draft: Draft, text: str, at: Field) -> Remedy | None:
    if text.strip() != "none":
        return Remedy((at.make("", text, at.path),))
    if at.name == "fix":
        return Remedy(())
    draft.report(
        "EB108",
        at.catalog.document,
        at.path,
        "a cause cannot be none",
        "Say why it happens; only a fix may be none.",
    )
    return None


def _steps(draft: Draft, steps: Iterable[str | UseForm | StepForm], at: Field) -> Iterator[Text]:
    ids: set[str] = set()
    for index, step in enumerate(steps):
        here = (*at.path, index)
        if isinstance(step, str):
            yield at.make(f"/{index + 1}", step, here)
        elif isinstance(step, UseForm):
            shared = resolve_action(draft, at.catalog, step.use, at.name, (*here, "use"))
            yield from shared.texts if shared else ()
        elif step.id is None:
            yield at.make(f"/{index + 1}", step.text, (*here, "text"))
        elif _accepts_step(draft, step.id, ids, at.catalog.document, (*here, "id")):
            ids.add(step.id)
            yield at.make(f"/{step.id}", step.text, (*here, "text"))


def _accepts_step(
    draft: Draft, identifier: str, ids: Collection[str], document: Document, path: Path
) -> bool:
    if not ID.match(identifier) or identifier.isdigit():
        draft.report(
            "EB112",
            document,
            path,
            f'"{identifier}" cannot be the id of a step',
            "Use lower-case letters, digits and hyphens, with a letter in it.",
        )
        return False
    if identifier in ids:
        draft.report(
            "EB113",
            document,
            path,
            f'the step id "{identifier}" is taken by another step',
            "Give one of the two another id.",
        )
        return False
    return True


def resolve_action(
    draft: Draft, catalog: DraftCatalog, name: str, field_name: FieldName, path: Path
) -> Remedy | None:
    """The cause or fix of an action, which the place at ``path`` uses; resolved once."""
    actions = catalog.source.form.actions
    if name not in actions:
        hint = draft.suggest(name, actions, "actions")
        draft.report("EB114", catalog.document, path, f'there is no action "{name}"', hint)
        return None
    catalog.used.add(f"action:{name}")
    if (name, field_name) in catalog.actions:
        return catalog.actions[name, field_name]
    form: RemedyForm | None = getattr(actions[name], field_name)
    if form is None:
        draft.report(
            "EB114",
            catalog.document,
            path,
            f'the action "{name}" has no {field_name}',
            f"Give it a {field_name}, or use another action.",
        )
        return None
    if not _may_follow(draft, (f"action:{name}", field_name), catalog.document, path):
        return None
    remedy = resolve_field(draft, form, _field_of_action(catalog, name, field_name))
    draft.following.pop()
    catalog.actions[name, field_name] = remedy
    return remedy


def _field_of_action(catalog: DraftCatalog, name: str, field_name: FieldName) -> Field:
    note = catalog.source.form.actions[name].note
    return Field(
        catalog,
        field_name,
        ("actions", name, field_name),
        lambda suffix, source, path: catalog.add(
            f"action:{name}", f"{field_name}{suffix}", source, path, note
        ),
    )


def _same_as(draft: Draft, identifier: str, at: Field) -> Remedy | None:
    document, path = at.catalog.document, (*at.path, "same_as")
    other = draft.entries.get(identifier.lower())
    if other is None:
        hint = draft.suggest(identifier, draft.entries, "entries")
        draft.report("EB114", document, path, f'there is no entry "{identifier}"', hint)
        return None
    if at.name not in other.remedies and not _may_follow(
        draft, (other.id, at.name), document, path
    ):
        return None
    remedy = entry_remedy(draft, other, at.name, following=True)
    if remedy is None and not getattr(other.form, at.name):
        draft.report(
            "EB114",
            document,
            path,
            f'the entry "{other.id}" has no {at.name} of its own',
            "Point to an entry that has one.",
        )
    return remedy


def _may_follow(draft: Draft, step: tuple[str, FieldName], document: Document, path: Path) -> bool:
    """Whether a reference leads on; if so, its owner is noted down until it is resolved."""
    if len(draft.following) > MAX_FOLLOWING:
        draft.report(
            "EB115",
            document,
            path,
            f"the {step[1]} is more than {MAX_FOLLOWING} references away",
            "Point to the entry or action that has the text.",
        )
        return False
    if step not in draft.following:
        draft.following.append(step)
        return True
    loop = [*draft.following[draft.following.index(step) :], step]
    draft.report(
        "EB115",
        document,
        path,
        f"the {step[1]} leads back to itself: {' → '.join(name for name, _ in loop)}",
        "Write the text in one of them.",
    )
    return False


def entry_remedy(
    draft: Draft, entry: DraftEntry, field_name: FieldName, *, following: bool = False
) -> Remedy | None:
    """The base cause or fix of an entry, resolved once.

    Args:
        draft: The book so far.
        entry: The entry.
        field_name: Which of the two.
        following: Whether a reference led here, which is noted down already.
    """
    if field_name in entry.remedies:
        return entry.remedies[field_name]
    if not following:
        draft.following.append((entry.id, field_name))
    form: RemedyForm | None = getattr(entry.form, field_name)
    remedy = None
    if form is not None:
        path = (*entry.path, field_name)
        at = Field(entry.catalog, field_name, path, entry.maker(field_name))
        remedy = resolve_field(draft, form, at)
    draft.following.pop()
    entry.remedies[field_name] = remedy
    return remedy
