"""What every entry must have, and how what is written in it must fit together."""

from __future__ import annotations

from collections.abc import Iterator

from errbook.resolver.draft import FIELDS, Draft, DraftEntry, FieldName, Path


def check_entry(draft: Draft, entry: DraftEntry) -> None:
    """Say what an entry lacks, and which of its words contradict its catalog or each other."""
    _check_required(draft, entry)
    _check_title(draft, entry)
    _check_names(draft, entry)
    _check_status(draft, entry)


def _check_required(draft: Draft, entry: DraftEntry) -> None:
    form = entry.form
    if form.status == "reserved":
        return
    wanted = form.platforms or entry.catalog.source.form.platforms or form.variants
    for name in FIELDS:
        written = entry.document.root["entries"][entry.key]  # type: ignore[index,call-overload]
        if name in written:
            continue
        lacking = [p for p in wanted if getattr(form.variants.get(p), name, None) is None]
        if not form.variants or set(lacking) == set(wanted):
            _report_missing(draft, entry, name)
        elif lacking:
            draft.report(
                "EB121",
                entry.document,
                (*entry.path, "variants"),
                f"{entry.key} has no {name} on {', '.join(lacking)}",
                f"Add it there, or a {name} for all platforms.",
                key=True,
                entry=entry.id,
                field=name,
            )


def _report_missing(draft: Draft, entry: DraftEntry, name: FieldName) -> None:
    also = " (fix: none says that nothing is needed)" if name == "fix" else ""
    draft.report(
        "EB108",
        entry.document,
        entry.path,
        f"{entry.key} has no {name}",
        f"Add {name}: … below it{also}.",
        key=True,
        entry=entry.id,
        field=name,
    )


def _check_title(draft: Draft, entry: DraftEntry) -> None:
    form = entry.form
    if form.code == "none" and not form.title and not form.messages:
        draft.report(
            "EB120",
            entry.document,
            entry.path,
            f'"{entry.key}" has no code, title or message',
            "Give it a title, or the message the product prints.",
            key=True,
            entry=entry.id,
        )


def _check_names(draft: Draft, entry: DraftEntry) -> None:
    form, known = entry.form, entry.catalog.source.form
    if form.category and form.category not in known.categories:
        draft.report(
            "EB114",
            entry.document,
            (*entry.path, "category"),
            f'there is no category "{form.category}"',
            draft.suggest(form.category, known.categories, "categories"),
            entry=entry.id,
        )
    for path, platform in _platforms(entry):
        if platform not in known.platforms:
            draft.report(
                "EB114",
                entry.document,
                path,
                f'there is no platform "{platform}"',
                draft.suggest(platform, known.platforms, "platforms"),
                key=True,
                entry=entry.id,
            )


def _platforms(entry: DraftEntry) -> Iterator[tuple[Path, str]]:
    for index, name in enumerate(entry.form.platforms):
        yield (*entry.path, "platforms", index), name
    for name in entry.form.variants:
        yield (*entry.path, "variants", name), name


def _check_status(draft: Draft, entry: DraftEntry) -> None:
    form = entry.form
    ended = form.status in ("deprecated", "retired")
    if ended and not (form.replaced_by or (form.retired and form.retired.reason)):
        draft.report(
            "EB123",
            entry.document,
            (*entry.path, "status"),
            f"{entry.key} is {form.status}, but nothing says why",
            "Add replaced_by: [id], or retired: {reason: …}.",
            entry=entry.id,
        )
    if not ended and (form.replaced_by or form.retired):
        draft.report(
            "EB123",
            entry.document,
            entry.path,
            f"{entry.key} is replaced or retired, but its status is {form.status}",
            "Write status: retired (or deprecated).",
            key=True,
            entry=entry.id,
        )
