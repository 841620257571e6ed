"""A table of entries as a block of HTML, for indexes and pages of prose."""

from __future__ import annotations

from collections.abc import Sequence

from errbook import markdown
from errbook.article import footnotes, message_block, severity_chip
from errbook.edition import Edition, Notes
from errbook.model import Catalog, Entry, Remedy
from errbook.urls import entry_url
from errbook.wording import COLUMN_NAMES, STATUS_NAMES, platform_name


def table(
    edition: Edition,
    entries: Sequence[Entry],
    columns: Sequence[str],
    caption: str,
    *,
    anchors: bool = True,
) -> str:
    """A table of entries as one block, with its footnotes below it.

    Args:
        edition: The book in the table's locale.
        entries: The rows; all of one catalog.
        columns: Names from `tables.COLUMNS`; the first one heads the rows.
        caption: What the table shows, for readers who hear it.
        anchors: Whether rows get the entries' ids, which may be once on a page only.
    """
    if not entries:
        nothing = edition.say("No entries.")
        return f"<p>{nothing}</p>"
    catalog = edition.book.catalog_by_name[entries[0].catalog]
    notes = Notes(catalog)
    heads = "".join(
        f'<th scope="col" class="eb-cell--{column}">{edition.say(COLUMN_NAMES[column])}</th>'
        for column in columns
    )
    rows = "".join(_row(edition, catalog, entry, columns, anchors) for entry in entries)
    rows = notes.resolve(rows)
    return (
        # The search index leaves out a section; a div would end at the first one inside of it.
        '<section class="eb-table" data-search-exclude><table class="eb-entries">'
        f'<caption class="eb-hidden">{markdown.escape(caption)}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        f"{footnotes(edition, notes)}</section>"
    )


def _row(
    edition: Edition, catalog: Catalog, entry: Entry, columns: Sequence[str], anchors: bool
) -> str:
    cells = []
    for index, column in enumerate(columns):
        tag = "td" if index else "th"
        scope = "" if index else ' scope="row"'
        label = edition.say(COLUMN_NAMES[column])
        content = _cell(edition, catalog, entry, column, columns)
        cells.append(
            f'<{tag}{scope} class="eb-cell--{column}" data-label="{label}">{content}</{tag}>'
        )
    identifier = f' id="{entry.id}"' if anchors else ""
    platforms = " ".join(entry.concerned_platforms)
    return (
        f'<tr{identifier} class="eb-row" data-severity="{entry.severity}"'
        f' data-category="{entry.category}" data-platform="{platforms}"'
        f' data-status="{entry.status}">{"".join(cells)}</tr>'
    )


def _cell(
    edition: Edition, catalog: Catalog, entry: Entry, column: str, columns: Sequence[str]
) -> str:
    match column:
        case "code":
            name = markdown.code(entry.code) if entry.code else edition.name_html(entry)
            return f'<a href="{edition.link(entry_url(entry.id))}">{name}</a>'
        case "title":
            if "code" not in columns:
                return edition.entry_link(entry)
            return edition.inline(entry.title, catalog) if entry.title else ""
        case "message":
            return _message_cell(edition, entry, columns)
        case "cause" | "fix":
            return _remedy_cell(edition, catalog, entry, column)
        case "severity":
            return severity_chip(edition, entry.severity)
        case "category":
            title = catalog.categories.get(entry.category)
            return edition.inline(title, catalog) if title else ""
        case "platform":
            names = [platform_name(name) for name in entry.concerned_platforms]
            return markdown.escape(edition.words.listing(names))
        case "identifiers":
            shown = [f"{system} {', '.join(values)}" for system, values in entry.identifiers]
            return " ".join(
                f'<span translate="no" dir="ltr">{markdown.escape(text)}</span>' for text in shown
            )
        case "since":
            return markdown.escape(entry.since)
        case _:
            return edition.say(STATUS_NAMES[entry.status])


def _message_cell(edition: Edition, entry: Entry, columns: Sequence[str]) -> str:
    """The messages; the first one is the link where no other column is."""
    linked = "code" not in columns and "title" not in columns
    if not entry.messages:
        return edition.entry_link(entry) if linked else ""
    parts: list[str] = []
    for message in entry.messages:
        summary = markdown.escape(message.summary)
        if linked and not parts:
            name = summary or markdown.escape(edition.name(entry))
            language = ' translate="no" dir="ltr"' if summary else ""
            parts.append(
                f'<p><a href="{edition.link(entry_url(entry.id))}"{language}>{name}</a></p>'
            )
        elif summary:
            parts.append(f'<p translate="no" dir="ltr">{summary}</p>')
        parts.append(message_block(message))
    return "".join(parts)


def _remedy_cell(edition: Edition, catalog: Catalog, entry: Entry, which: str) -> str:
    base: Remedy | None = getattr(entry, which)
    if base is not None:
        return edition.remedy(base, catalog)
    return "".join(
        f'<p class="eb-platform" translate="no">{markdown.escape(platform_name(v.platform))}</p>'
        f"{edition.remedy(getattr(v, which), catalog)}"
        for v in entry.variants
    )
