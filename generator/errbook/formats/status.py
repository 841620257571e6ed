"""The status of the translations as JSON, as Markdown for a pull request, and as a badge."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from typing import Any

from errbook.provenance import KINDS
from errbook.status import TO_DO, Cell, Change, Count, Item, Status
from errbook.translate import State

LISTED = 20
"""How many single texts Markdown lists in one section."""


# --- JSON -----------------------------------------------------------------------------------------


def write_json(status: Status, changes: Sequence[Change] | None = None) -> str:
    """Everything there is to know, for programs.

    Args:
        status: The status.
        changes: What a change did to it, when that was asked for.
    """
    data: dict[str, Any] = {
        "locales": [
            {
                **_cell(status.of(locale)),
                "language": locale.name,
                "files": [{"name": c.name, **_cell(c)} for c in status.cells if c.locale == locale],
            }
            for locale in status.locales
        ],
        "to_do": [_item(item) for item in status.to_do()],
    }
    if changes is not None:
        data["changes"] = [
            {
                "locale": change.locale.tag,
                "file": change.name,
                "context": change.context,
                "before": change.before.value if change.before else None,
                "after": change.after.value if change.after else None,
                "words": change.words,
            }
            for change in changes
        ]
    return f"{json.dumps(data, ensure_ascii=False, indent=2)}\n"


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "locale": cell.locale.tag,
        "required": cell.required,
        "percent": cell.percent,
        "total": _count(cell.total),
        "served": _count(cell.served),
        "states": {state.value: _count(count) for state, count in cell.states.items()},
        "origins": {kind: _count(cell.origins[kind]) for kind in KINDS},
        "entries": {
            "total": len(cell.entries),
            "complete": cell.complete,
            "incomplete": list(cell.incomplete),
        },
    }


def _count(count: Count) -> dict[str, int]:
    return {"texts": count.texts, "words": count.words}


def _item(item: Item) -> dict[str, Any]:
    return {
        "locale": item.locale.tag,
        "file": item.name,
        "context": item.unit.context,
        "state": item.state.value,
        "path": item.location.path,
        "line": item.location.line,
        "source": item.unit.text,
        "source_path": item.unit.location.path,
        "source_line": item.unit.location.line,
        "previous": item.previous,
        "text": item.text,
        "since": item.since,
        "problems": list(item.problems),
    }


# --- Markdown -------------------------------------------------------------------------------------


def write_markdown(status: Status, changes: Sequence[Change] | None = None, base: str = "") -> str:
    """A table and what there is to do, short enough for a comment on a pull request.

    Args:
        status: The status.
        changes: What a change did to it, when that was asked for.
        base: The name of what it was compared with.
    """
    lines = ["## Translations", ""]
    if changes is not None:
        lines += [*_changes(changes, base), ""]
    header = "| locale | entries with cause and fix | texts | words | to do |"
    lines += [header, "|---|--:|--:|--:|---|"]
    for locale in status.locales:
        cell = status.of(locale)
        done, total = cell.served, cell.total
        left = [f"{cell.states[s].texts} {s.value}" for s in TO_DO if cell.states[s].texts]
        lines.append(
            f"| {locale} | {cell.complete}/{len(cell.entries)} | {cell.percent} %"
            f" ({done.texts}/{total.texts}) | {done.words}/{total.words}"
            f" | {', '.join(left) or 'nothing'} |"
        )
    items = [item for item in status.to_do() if item.state is not State.MISSING]
    if items:
        lines += ["", f"<details><summary>{len(items)} to revise</summary>", ""]
        lines += [f"- {_place(item)}" for item in items[:LISTED]]
        if len(items) > LISTED:
            lines.append(f"- … and {len(items) - LISTED} more")
        lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def _place(item: Item) -> str:
    since = f", since {item.since}" if item.since else ""
    problems = f": {_cut('; '.join(item.problems))}" if item.problems else ""
    place = f"{item.location.path}:{item.location.line}"
    return f"{item.state.value}{since}: {_code(item.unit.context)} in {_code(place)}{problems}"


def _changes(changes: Sequence[Change], base: str) -> list[str]:
    if not changes:
        return [f"Against {_code(base)} no translation changed its state."]
    sections = (
        ("lost its translation", "lost their translation", [c for c in changes if c.is_loss]),
        (
            "is new and not translated",
            "are new and not translated",
            [c for c in changes if not c.before and c.after in TO_DO],
        ),
        ("got a translation", "got a translation", [c for c in changes if c.is_gain]),
        ("is gone", "are gone", [c for c in changes if c.after is None]),
    )
    lines = [f"Against {_code(base)}:", ""]
    for one, many, group in sections:
        if not group:
            continue
        tags = list(dict.fromkeys(change.locale.tag for change in group))
        counts = ", ".join(f"{tag} {sum(c.locale.tag == tag for c in group)}" for tag in tags)
        words = f"1 text {one}" if len(group) == 1 else f"{len(group)} texts {many}"
        lines += [f"<details><summary>{words}: {counts}</summary>", ""]
        lines += [_change(change) for change in group[:LISTED]]
        if len(group) > LISTED:
            lines.append(f"- … and {len(group) - LISTED} more")
        lines += ["", "</details>", ""]
    others = sum(all(change not in group for *_, group in sections) for change in changes)
    if others:
        lines.append(f"{others} more changed their state.")
    return lines


def _change(change: Change) -> str:
    after = change.after.value if change.after else "gone"
    return f"- {change.locale} {_code(change.context)} ({after}): {_cut(change.text)}"


def _code(text: str) -> str:
    """Text as code that nothing in it can end, not even in a table."""
    return f"<code>{html.escape(text).replace('|', '&#124;').replace('@', '&#64;')}</code>"


def _cut(text: str, length: int = 100) -> str:
    """The beginning of a text, inert: no markup, no mention of a person works in it."""
    one_line = " ".join(text.split())
    return _code(one_line if len(one_line) <= length else f"{one_line[:length]}…")


# --- badge ----------------------------------------------------------------------------------------

_COLORS = ((100, "#2e7d32"), (90, "#558b2f"), (70, "#9e7700"), (0, "#b23b1e"))
"""From this percentage on, this colour; white text on each has a contrast of 4.5 and more."""


def write_badge(status: Status) -> str:
    """An SVG badge with the share of texts that readers get in their language."""
    locales = status.locales
    cells = [status.of(locale) for locale in locales]
    value = min((cell.percent for cell in cells), default=100)
    label = locales[0].name if len(locales) == 1 else "translations"
    words = f"{value} %" if len(locales) == 1 else f"{len(locales)} locales, {value} % and more"
    color = next(color for least, color in _COLORS if value >= least)
    left, right = _width(label), _width(words)
    title = html.escape(f"{label}: {words}")
    texts = "".join(
        f'<text x="{x}" y="14">{html.escape(text)}</text>'
        for x, text in ((left // 2, label), (left + right // 2, words))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img"'
        f' aria-label="{title}"><title>{title}</title>'
        f'<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#444"/>'
        f'<rect x="{left}" width="{right}" height="20" fill="{color}"/></g>'
        '<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif"'
        f' font-size="11">{texts}</g></svg>\n'
    )


def _width(text: str) -> int:
    """About how many pixels a text takes at 11 pixels, with a margin on both sides."""
    return 12 + round(sum(12 if ord(character) > 0x2E80 else 6.8 for character in text))
