"""Makes whole catalogs: opens them all, then closes each with its entries and texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from errbook import patterns
from errbook.diagnostics import Diagnostic
from errbook.model import Catalog, Text
from errbook.resolver.draft import FIELDS, Draft, DraftCatalog, Source
from errbook.resolver.entries import make_entry
from errbook.resolver.names import check_aliases, open_catalog
from errbook.resolver.remedies import resolve_action
from errbook.resolver.texts import check_texts, check_unused


def resolve(sources: Sequence[Source]) -> tuple[tuple[Catalog, ...], list[Diagnostic]]:
    """Make the book's catalogs, with every reference followed.

    Returns:
        The catalogs in the order of the files, and every mistake. An entry whose id cannot be used
        is left out; a cause or fix that cannot be resolved is None.
    """
    draft = Draft(sources)
    opened = [catalog for source in sources if (catalog := open_catalog(draft, source))]
    check_aliases(draft)
    draft.by_code = {e.code.upper(): e.id for e in draft.entries.values() if e.code}
    return tuple(_close(draft, catalog) for catalog in opened), draft.found


def _close(draft: Draft, catalog: DraftCatalog) -> Catalog:
    form, name = catalog.source.form, catalog.name
    title = _text(catalog, "title", form.title)
    description = _text(catalog, "description", form.description)
    categories = {
        key: catalog.add(name, f"category/{key}", text, ("categories", key))
        for key, text in form.categories.items()
    }
    _resolve_actions(draft, catalog)
    footnotes = {
        label: catalog.add(f"note:{label}", "text", text, ("footnotes", label))
        for label, text in form.footnotes.items()
    }
    entries = tuple(make_entry(draft, entry) for entry in draft.entries_of(catalog))
    check_texts(draft, catalog)
    check_unused(draft, catalog)
    texts = sorted(catalog.texts.values(), key=lambda t: (t.location.line, t.location.column))
    return Catalog(
        name=name,
        path=catalog.document.path,
        title=title,
        description=description,
        code_pattern="" if patterns.problem(form.code_pattern or "x") else form.code_pattern,
        platforms=tuple(form.platforms),
        featured=tuple(_featured(draft, catalog)),
        categories=categories,
        actions=tuple(text for text in texts if text.owner.startswith("action:")),
        links={key: link.url for key, link in form.links.items()},
        footnotes=footnotes,
        entries=entries,
        texts=tuple(texts),
    )


def _text(catalog: DraftCatalog, slot: str, source: str | None) -> Text | None:
    return catalog.add(catalog.name, slot, source, (slot,)) if source else None


def _resolve_actions(draft: Draft, catalog: DraftCatalog) -> None:
    """Resolve all actions, so that those which nothing uses are checked and translated too."""
    for name, form in catalog.source.form.actions.items():
        for field_name in FIELDS:
            if getattr(form, field_name) is not None:
                used = f"action:{name}" in catalog.used
                resolve_action(draft, catalog, name, field_name, ("actions", name))
                if not used:
                    catalog.used.discard(f"action:{name}")


def _featured(draft: Draft, catalog: DraftCatalog) -> Iterator[str]:
    mine = {entry.id: entry for entry in draft.entries_of(catalog)}
    for index, name in enumerate(catalog.source.form.featured):
        if name.lower() in mine:
            yield name.lower()
            continue
        draft.report(
            "EB114",
            catalog.document,
            ("featured", index),
            f'the catalog has no entry "{name}"',
            draft.suggest(name.lower(), mine, "entries"),
        )
