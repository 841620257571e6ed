"""Opens catalogs and entries: their names, ids, codes and aliases, each of which is taken once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from errbook import patterns
from errbook.model import ID
from errbook.resolver.draft import Draft, DraftCatalog, DraftEntry, Path, Source
from errbook.schema import CatalogForm, EntryForm

RESERVED_IDS = frozenset(
    "in search 404 index assets lookup log"
    " entry catalog cause fix messages examples platforms related history".split()
)
"""Ids that would be a path or an anchor of the site's own."""
RESERVED_CATALOGS = frozenset({"pages", "ui", "site", "lookup", "catalogs", "featured", "progress"})
"""Names that a locale file, the owner of the site's texts or a marker gives another meaning."""

_HANDLE = re.compile(r"[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*\Z")
_CODE = re.compile(r"[^\s./\\?#%\x00-\x1f][^/\\?#%\x00-\x1f]*\Z")
"""What the last part of a short link (``/e/CODE/``) can hold."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.I)
"""Names that some disks cannot hold."""
_DEFINITIONS = {
    "categories": "a category",
    "actions": "an action",
    "links": "a link",
    "footnotes": "a footnote",
}


def open_catalog(draft: Draft, source: Source) -> DraftCatalog | None:
    """Open a catalog and its entries, or say why its name cannot be used."""
    if not _accepts_catalog(draft, source):
        return None
    catalog = DraftCatalog(source)
    _check_definitions(draft, source)
    pattern = _pattern(draft, source)
    for key, form in source.form.entries.items():
        _open_entry(draft, catalog, key, form, pattern)
    return catalog


def _accepts_catalog(draft: Draft, source: Source) -> bool:
    name = source.form.catalog
    taken = name in RESERVED_CATALOGS or _DEVICE.match(name)
    if not ID.match(name) or taken or len(name) > patterns.MAX_CODE:
        draft.report(
            "EB112",
            source.document,
            ("catalog",),
            f'"{name}" cannot be the name of a catalog',
            "Use lower-case letters, digits and hyphens; pages, site, ui and the names of"
            " markers are taken.",
        )
        return False
    for other in draft.sources:
        if other is source:
            break
        if other.form.catalog == name:
            draft.report(
                "EB113",
                source.document,
                ("catalog",),
                f'the catalog "{name}" is already in {other.document.path}',
                "Give one of the two another name.",
            )
            return False
    return True


def _check_definitions(draft: Draft, source: Source) -> None:
    for kind, path, name in _defined(source.form):
        if not _HANDLE.match(name):
            draft.report(
                "EB112",
                source.document,
                path,
                f'"{name}" cannot be the name of {kind}',
                "Use letters, digits, dots, hyphens and underscores.",
                key=True,
            )


def _defined(form: CatalogForm) -> Iterator[tuple[str, Path, str]]:
    """The names that the contexts of texts and the anchors of pages are made of."""
    for index, name in enumerate(form.platforms):
        yield "a platform", ("platforms", index), name
    for key, kind in _DEFINITIONS.items():
        for name in getattr(form, key):
            yield kind, (key, name), name


def _pattern(draft: Draft, source: Source) -> re.Pattern[str] | None:
    pattern = source.form.code_pattern
    if not pattern:
        return None
    problem = patterns.problem(pattern)
    if not problem:
        return re.compile(pattern, re.ASCII)
    draft.report(
        "EB111",
        source.document,
        ("code_pattern",),
        f'the code pattern "{pattern}" is refused: {problem}',
        r"Use a plain pattern such as ABC\d{4}.",
    )
    return None


def _open_entry(
    draft: Draft,
    catalog: DraftCatalog,
    key: str,
    form: EntryForm,
    pattern: re.Pattern[str] | None,
) -> None:
    code = _code(draft, catalog, key, form, pattern)
    identifier = form.id if form.id is not None else (code or key).lower()
    refusal = _refuse_id(draft, identifier)
    if refusal is None:
        draft.entries[identifier] = DraftEntry(catalog, key, form, identifier, code)
        return
    rule, message, hint = refusal
    implied = form.id is None
    path: Path = ("entries", key) if implied else ("entries", key, "id")
    draft.report(rule, catalog.document, path, message, hint, key=implied, entry=identifier)


def _refuse_id(draft: Draft, identifier: str) -> tuple[str, str, str] | None:
    """(rule, message, hint) where an entry cannot have this id."""
    problem = _id_problem(identifier)
    if problem:
        return (
            "EB112",
            f'"{identifier}" cannot be an id: {problem}',
            "Give the entry another id: in lower-case letters, digits, dots and hyphens.",
        )
    if any(source.form.catalog == identifier for source in draft.sources):
        return (
            "EB113",
            f'the id "{identifier}" is the name of a catalog',
            "Give the entry another id: of its own.",
        )
    other = draft.entries.get(identifier)
    if other is None:
        return None
    place = f"{other.document.path}:{other.document.key_place(other.path).line}"
    return (
        "EB113",
        f'the id "{identifier}" is taken by the entry at {place} (letter case is ignored)',
        "Two meanings of one code each need an id: of their own.",
    )


def _id_problem(identifier: str) -> str:
    if not ID.match(identifier):
        return (
            "it has other characters than lower-case letters, digits, dots, hyphens and underscores"
        )
    if _DEVICE.match(identifier):
        return "some disks cannot hold a file of this name"
    if identifier in RESERVED_IDS:
        return "the site uses this name itself"
    if len(identifier) > patterns.MAX_CODE:
        return f"it is longer than {patterns.MAX_CODE} characters"
    return ""


def _code(
    draft: Draft,
    catalog: DraftCatalog,
    key: str,
    form: EntryForm,
    pattern: re.Pattern[str] | None,
) -> str | None:
    """The code of an entry; None when it has none, or one that no short link can hold."""
    if form.code == "none":
        return None
    implied = form.code is None
    code = key if form.code is None else form.code
    possible = bool(_CODE.match(code)) and len(code) <= patterns.MAX_CODE
    if possible and (pattern is None or pattern.fullmatch(code)):
        return code
    if possible:
        problem = f"does not match the code pattern {catalog.source.form.code_pattern}"
        hint = "Correct the code; if the problem has none, write code: none."
    else:
        problem = "cannot be a code: a short link cannot hold it"
        hint = f"Use at most {patterns.MAX_CODE} characters, and none of / \\ ? # %."
    path: Path = ("entries", key) if implied else ("entries", key, "code")
    draft.report(
        "EB110", catalog.document, path, f'"{code}" {problem}', hint, key=implied, entry=key
    )
    return code if possible else None


def check_aliases(draft: Draft) -> None:
    """Say which aliases are no names, or are names of something else; all entries are open."""
    handles: dict[str, DraftEntry] = {}
    for entry in draft.entries.values():
        for handle in (entry.id, entry.code):
            if handle:
                handles.setdefault(handle.upper(), entry)
    for entry in draft.entries.values():
        for index, alias in enumerate(entry.form.aliases):
            path = (*entry.path, "aliases", index)
            other = handles.setdefault(alias.upper(), entry)
            if not _HANDLE.match(alias) or _id_problem(alias.lower()):
                draft.report(
                    "EB112",
                    entry.document,
                    path,
                    f'"{alias}" cannot be an alias',
                    "Use letters, digits, dots and hyphens.",
                    entry=entry.id,
                )
            elif other is not entry:
                draft.report(
                    "EB113",
                    entry.document,
                    path,
                    f'the alias "{alias}" is already a name of {other.id}',
                    "A name leads to one entry only; delete it from one of the two.",
                    entry=entry.id,
                )
