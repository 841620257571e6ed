"""Reads the text of catalog files into catalogs, and what it cannot read into diagnostics."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from errbook import resolver, schema, yamltext
from errbook.diagnostics import Diagnostic, report
from errbook.model import Catalog
from errbook.yamltext import Branch, Document, Node, Place, Row

Path = tuple[str | int, ...]
Tree = str | Mapping[str, Any] | list[Any]
"""What a file holds, with or without the places."""

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_TYPE_NAMES = {
    "string_type": "a text",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "list_type": "a list",
}


def load(files: Mapping[str, bytes]) -> tuple[tuple[Catalog, ...], list[Diagnostic]]:
    """Read all catalog files of a book.

    Args:
        files: The bytes of each file by its path, which diagnostics name.

    Returns:
        The catalogs, with everything in them that could be understood, and every mistake of every
        file. Nothing is raised, whatever the files hold.
    """
    found: list[Diagnostic] = []
    parsed: list[resolver.Source] = []
    for path, data in files.items():
        document, mistakes = yamltext.read(data, path)
        found += mistakes
        if document is None:
            continue
        form, mistakes = _validate(document)
        found += mistakes
        found += _texts(document, document.root, ())
        if form is not None:
            parsed.append(resolver.Source(document, form))
    catalogs, mistakes = resolver.resolve(parsed)
    return catalogs, found + mistakes


def _validate(document: Document) -> tuple[schema.CatalogForm | None, list[Diagnostic]]:
    """Check a document against the form; what breaks it is taken out, and the rest is kept."""
    try:
        return schema.CatalogForm.model_validate(document.root), []
    except ValidationError as error:
        errors = error.errors(include_url=False)
    found = [_diagnostic(document, detail) for detail in errors]
    tree: Tree = document.root
    while True:
        paths = {_real_path(tree, detail["loc"]) for detail in errors}
        if () in paths:
            # What cannot be repaired by leaving a value out: the file has no usable head.
            return None, found
        tree = _without(tree, paths)
        try:
            return schema.CatalogForm.model_validate(tree), found
        except ValidationError as error:
            # A list that lost its last item, a mapping that lost what it needs: it goes too.
            errors = error.errors(include_url=False)


def _real_path(tree: Tree, loc: Iterable[str | int]) -> Path:
    """The keys of a validator's path that exist in a tree (it adds names of union members)."""
    path: list[str | int] = []
    for key in loc:
        if isinstance(tree, Mapping) and key in tree:
            tree = tree[str(key)]
        elif isinstance(tree, list) and isinstance(key, int) and key < len(tree):
            tree = tree[key]
        else:
            continue
        path.append(key)
    return tuple(path)


def _without(tree: Tree, doomed: Collection[Path], at: Path = ()) -> Tree:
    """A plain copy of a tree that lacks the values at some paths."""
    if isinstance(tree, Mapping):
        kept = [(key, value) for key, value in tree.items() if (*at, key) not in doomed]
        return {key: _without(value, doomed, (*at, key)) for key, value in kept}
    if isinstance(tree, list):
        numbered = [(i, value) for i, value in enumerate(tree) if (*at, i) not in doomed]
        return [_without(value, doomed, (*at, i)) for i, value in numbered]
    return tree


def _diagnostic(document: Document, detail: Any) -> Diagnostic:
    loc: Path = detail["loc"]
    path = _real_path(document.root, loc)
    kind: str = detail["type"]
    if kind == "literal_error" and not isinstance(detail["input"], str):
        kind = "string_type"
    name = ".".join(str(key) for key in path) or "the file"
    place = document.place(path)
    code, message, hint = "EB109", f"{name}: {detail['msg']}", ""
    if kind == "extra_forbidden":
        key = str(path[-1])
        code, message = "EB106", f'unknown key "{key}"'
        hint = _suggest_key(key, path[:-1])
        place = document.key_place(path)
    elif kind == "missing":
        code = "EB108"
        owner = f"{name} lacks" if path else "the file lacks"
        message, hint = f'{owner} "{loc[-1]}"', f"Add {loc[-1]}: … here."
        place = document.key_place(path)
    elif kind == "string_pattern_mismatch" and detail["input"].strip():
        message, hint = f"{name} has several lines", "Write it on one line."
    elif kind in ("string_pattern_mismatch", "string_too_short", "too_short"):
        code, message, hint = "EB108", f"{name} is empty", "Write it, or delete the key."
    elif kind == "string_too_long":
        message = f"{name} has {len(detail['input'])} characters"
        hint = f"At most {schema.MAX_TEXT} are allowed; divide it among several entries."
    elif kind in _TYPE_NAMES:
        code, message = "EB107", f"{name} must be {_TYPE_NAMES[kind]}"
        hint = _TYPE_HINTS.get(kind, "")
    elif kind in ("remedy_type", "step_type"):
        code, message = "EB107", f"{name} is not understood"
        hint = f"{detail['msg'][0].upper()}{detail['msg'][1:]}."
    elif kind == "literal_error":
        message = f'{name} cannot be "{detail["input"]}"'
        hint = _suggest_value(detail["input"], detail["ctx"]["expected"])
    return report(code, document.at(place), message, hint, line_text=document.line(place.line))


def _suggest_value(value: str, expected: str) -> str:
    allowed = re.findall(r"'([^']*)'", expected)
    near = difflib.get_close_matches(value, allowed, 1)
    meant = f'Did you mean "{near[0]}"? ' if near else ""
    return f"{meant}It is one of {', '.join(allowed)}."


_TYPE_HINTS = {
    "string_type": "Put the text on this line, or below a |.",
    "dict_type": "Write key: value lines below it, indented.",
    "model_type": "Write key: value lines below it, indented.",
    "list_type": "Write [a, b], or a line with - for each item.",
}


def _suggest_key(key: str, path: Path) -> str:
    form = schema.form_at(path)
    if form is None:
        return "Delete it."
    allowed = [field.alias or name for name, field in form.model_fields.items()]
    near = difflib.get_close_matches(key, allowed, 1, 0.5)
    if near:
        return f'Did you mean "{near[0]}"?'
    return f"Allowed here: {', '.join(allowed)}."


def _texts(document: Document, node: Node, path: Path) -> Iterator[Diagnostic]:
    """Texts that a comment cuts, and invisible characters that an escape smuggled in."""
    items: Iterable[tuple[str | int, Node]]
    if isinstance(node, Branch):
        items = node.items()
    elif isinstance(node, Row):
        items = enumerate(node)
    else:
        return
    for key, value in items:
        here = (*path, key)
        if isinstance(node, Branch):
            yield from _hidden(document, node.keys_at[str(key)], str(key), "a key")
        if not isinstance(value, str):
            yield from _texts(document, value, here)
            continue
        at = node.values_at[key]  # type: ignore[index]
        yield from _hidden(document, at, value, ".".join(map(str, here)))
        if at.cut and _is_prose(here):
            yield report(
                "EB119",
                document.at(at),
                f'the text ends before "{at.cut}", which YAML takes for a comment',
                "Put the whole text in quotes, or move the comment to a line of its own.",
                line_text=document.line(at.line),
            )


def _hidden(document: Document, at: Place, text: str, where: str) -> Iterator[Diagnostic]:
    hidden = _CONTROL.search(text)
    if hidden:
        yield report(
            "EB122",
            document.at(at),
            f"control character U+{ord(hidden[0]):04X} in {where}",
            "Delete it; readers cannot see it, and it can make text read differently.",
            line_text=document.line(at.line),
        )


def _is_prose(path: Path) -> bool:
    named = [key for key in path if isinstance(key, str)]
    if named[0] in ("footnotes", "categories"):
        return True
    return named[-1] in schema.PROSE_KEYS
