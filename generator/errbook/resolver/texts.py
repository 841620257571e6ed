"""Follows what stands in texts (footnotes, links, HTML) and finds definitions that none uses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from errbook import markdown
from errbook.model import Text
from errbook.resolver.draft import Draft, DraftCatalog, Path

_HTML_TAG = re.compile(
    r"</?(?:a|b|br|code|div|em|h[1-6]|hr|i|img|kbd|li|ol|p|pre|span|strong|sub|sup|table|td|th|tr|u"
    r"|ul)\b[^<>]*>",
    re.I,
)


def check_texts(draft: Draft, catalog: DraftCatalog) -> None:
    """Say what the texts of a catalog point to in vain; what they use is noted down."""
    for key, text in catalog.texts.items():
        path = catalog.paths[key]
        for unit in text.units:
            stock = markdown.inventory(unit.text)
            for label in stock.footnotes:
                _check_footnote(draft, catalog, label, path, text)
            for target in stock.links:
                _check_target(draft, catalog, target, path, text)
            tag = _HTML_TAG.search(stock.plain)
            if tag:
                draft.report(
                    "EB124",
                    catalog.document,
                    path,
                    f"{tag[0]} is shown as text, not as HTML",
                    "Use Markdown; put it in backticks if it is meant literally.",
                    inside=(text.source, tag[0]),
                )


def _check_footnote(
    draft: Draft, catalog: DraftCatalog, label: str, path: Path, text: Text
) -> None:
    catalog.used.add(f"footnote:{label}")
    footnotes = catalog.source.form.footnotes
    if label not in footnotes:
        draft.report(
            "EB116",
            catalog.document,
            path,
            f"the footnote [^{label}] is not defined",
            draft.suggest(label, footnotes, "footnotes"),
            inside=(text.source, f"[^{label}]"),
        )


def _check_target(draft: Draft, catalog: DraftCatalog, target: str, path: Path, text: Text) -> None:
    kind, _, name = target.partition(":")
    known: Mapping[str, object]
    if kind == "link":
        known, what = catalog.source.form.links, "links"
        catalog.used.add(target)
    elif kind == "entry":
        known, what = draft.entries, "entries"
    else:
        return
    if name not in known:
        draft.report(
            "EB114",
            catalog.document,
            path,
            f'the link target "{target}" does not exist',
            draft.suggest(name, known, what),
            inside=(text.source, target),
        )


def check_unused(draft: Draft, catalog: DraftCatalog) -> None:
    """Say which definitions nothing uses; all texts of the catalog were followed."""
    form = catalog.source.form
    groups = (
        ("actions", "action", form.actions),
        ("links", "link", form.links),
        ("footnotes", "footnote", form.footnotes),
    )
    for key, kind, defined in groups:
        for name in defined:
            if f"{kind}:{name}" not in catalog.used:
                draft.report(
                    "EB117",
                    catalog.document,
                    (key, name),
                    f'the {kind} "{name}" is never used',
                    "Use it or delete it.",
                    key=True,
                )
