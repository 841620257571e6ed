"""The page of one entry as blocks of HTML.

Every block is one line: no builder's Markdown preprocessor sees a line begin in it. The blocks
stand under Markdown headings with fixed anchors, the same in every locale.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from errbook import markdown
from errbook.edition import Edition, Notes
from errbook.model import Book, Catalog, Entry, Message, Remedy, Text
from errbook.urls import ERRORS, SCRIPT, catalog_url, entry_url
from errbook.wording import (
    CHANGE_NAMES,
    COLUMN_NAMES,
    N_,
    SEVERITY_NAMES,
    STATUS_NAMES,
    platform_name,
)

ENTRY_ANCHOR = "entry"
"""Anchor of the page's own heading."""
HEADINGS = {
    "cause": N_("Cause"),
    "fix": N_("Fix"),
    "messages": N_("Messages"),
    "examples": N_("Examples"),
    "related": N_("Related"),
    "history": N_("History"),
}
"""The sections of an entry's page in their order: heading by anchor."""

_NUMBER = re.compile(r"\d{2,}")
_PARAMETER = re.compile(r"(\{[A-Za-z_]\w*\})")


@dataclass(frozen=True, slots=True)
class Article:
    """The parts of an entry's page, in their order."""

    title: str
    """Title of the window, escaped for HTML."""
    description: str
    """Description for search engines, escaped for HTML."""
    heading: str
    """The heading as inline HTML in which nothing is Markdown."""
    intro: str
    """The block between the heading and the first section."""
    sections: tuple[tuple[str, str], ...]
    """(anchor, block) of each section."""
    foot: str
    """The block after the last section."""

    @property
    def shape(self) -> tuple[str, ...]:
        """The anchors of its sections; `shape` tells it of an entry."""
        return tuple([anchor for anchor, _ in self.sections])

    @property
    def slots(self) -> tuple[str, ...]:
        """The texts that differ between articles of one shape, in their order."""
        blocks = [block for _, block in self.sections]
        return (self.title, self.description, self.heading, self.intro, *blocks, self.foot)

    def markdown(self, edition: Edition) -> str:
        """The page as a Markdown file."""
        sections = "".join(
            f"## {markdown.escape_everything(edition.words.gettext(HEADINGS[anchor]))}"
            f" {{ #{anchor} }}\n\n{block}\n\n"
            for anchor, block in self.sections
        )
        return (
            f"---\ntitle: {_yaml(self.title)}\ndescription: {_yaml(self.description)}\n"
            "render_macros: false\nsearch:\n  boost: 2\n---\n\n"
            f"# {self.heading} {{ #{ENTRY_ANCHOR} }}\n\n{self.intro}\n\n{sections}{self.foot}\n"
        )


def _yaml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def article(
    edition: Edition,
    catalog: Catalog,
    entry: Entry,
    before: Entry | None = None,
    after: Entry | None = None,
) -> Article:
    """The page of one entry.

    Args:
        edition: The book in the page's locale.
        catalog: The entry's catalog.
        entry: The entry.
        before: The entry that "previous" leads to.
        after: The entry that "next" leads to.
    """
    notes = Notes(catalog)
    sections = tuple(
        (anchor, notes.resolve(_SECTIONS[anchor](edition, catalog, entry)))
        for anchor in shape(edition.book, entry)
    )
    if entry.code is not None:
        # A page does not link to itself.
        own, code = edition.code_link(entry, entry.code), markdown.code(entry.code)
        sections = tuple((anchor, block.replace(own, code)) for anchor, block in sections)
    return Article(
        title=markdown.escape(edition.name(entry)),
        description=markdown.escape(edition.description(entry)),
        heading=_heading(edition, catalog, entry),
        intro=_intro(edition, catalog, entry),
        sections=sections,
        foot=_foot(edition, entry, before, after, footnotes(edition, notes)),
    )


def _heading(edition: Edition, catalog: Catalog, entry: Entry) -> str:
    parts = []
    if entry.code:
        parts.append(markdown.code(entry.code, "eb-code"))
    if entry.title:
        title = edition.inline(entry.title, catalog, badges=False)
        parts.append(f'<span class="eb-title">{title}</span>')
    elif not entry.code:
        parts.append(markdown.code(edition.name(entry)))
    return markdown.inert(" ".join(parts))


# --- the intro -----------------------------------------------------------------------------------


def _intro(edition: Edition, catalog: Catalog, entry: Entry) -> str:
    parts = [_crumbs(edition, catalog), _facts(edition, catalog, entry)]
    if entry.status in ("deprecated", "retired"):
        parts.append(_retired(edition, catalog, entry))
    languages = edition.fallen_back(entry.texts())
    if languages:
        parts.append(fallback_banner(edition, languages, edition.edit_link(entry)))
    parts.append(edition.machine_note(_named_texts(entry)))
    words = search_words(entry)
    if words:
        listed = markdown.escape(" ".join(words))
        parts.append(f'<p class="eb-words" translate="no" hidden>{listed}</p>')
    return f'<div class="eb-intro">{"".join(parts)}</div>'


def _crumbs(edition: Edition, catalog: Catalog) -> str:
    title = markdown.escape(edition.catalog_title(catalog))
    label, errors = edition.say("Breadcrumbs"), edition.say("Errors")
    return (
        f'<nav class="eb-crumbs" aria-label="{label}" data-search-exclude>'
        f'<a href="{edition.link(ERRORS)}">{errors}</a>'
        ' <span aria-hidden="true">/</span> '
        f'<a href="{edition.link(catalog_url(catalog.name))}">{title}</a></nav>'
    )


def severity_chip(edition: Edition, severity: str, count: str = "") -> str:
    """A severity as a small coloured label."""
    name = edition.say(SEVERITY_NAMES[severity])
    shown = f"{name} {count}" if count else name
    return f'<span class="eb-chip eb-severity eb-severity--{severity}">{shown}</span>'


def _facts(edition: Edition, catalog: Catalog, entry: Entry) -> str:
    escape = markdown.escape
    chips = [severity_chip(edition, entry.severity)]
    if entry.status != "active":
        status = edition.say(STATUS_NAMES[entry.status])
        chips.append(f'<span class="eb-chip eb-chip--{entry.status}">{status}</span>')
    if entry.category:
        category = edition.inline(catalog.categories[entry.category], catalog)
        chips.append(f'<span class="eb-chip">{category}</span>')
    for name in entry.platforms:
        platform = escape(platform_name(name))
        chips.append(f'<span class="eb-chip" translate="no">{platform}</span>')
    if entry.since:
        since = edition.say("Since %(version)s") % {"version": escape(entry.since)}
        chips.append(f'<span class="eb-chip">{since}</span>')
    for system, values in entry.identifiers:
        shown = escape(f"{system} {', '.join(values)}")
        chips.append(f'<span class="eb-chip" translate="no" dir="ltr">{shown}</span>')
    if any(_by_platform(entry, which) for which in ("cause", "fix")):
        # Tabs below open on the platform that the reader chose before, from the first paint on.
        chips.append(f'<script src="{edition.link(SCRIPT)}"></script>')
    return f'<div class="eb-facts" data-search-exclude>{" ".join(chips)}</div>'


def _retired(edition: Edition, catalog: Catalog, entry: Entry) -> str:
    parts = []
    if entry.retired_in:
        text = edition.say("The product does not use it since version %(version)s.")
        parts.append(f"<p>{text % {'version': markdown.escape(entry.retired_in)}}</p>")
    if entry.reason:
        parts.append(f"<p>{edition.inline(entry.reason, catalog)}</p>")
    if entry.replaced_by:
        others = [edition.entry_link(edition.book.entries[i]) for i in entry.replaced_by]
        label = edition.say("Replaced by:")
        parts.append(f"<p>{label} {', '.join(others)}</p>")
    title = edition.say(STATUS_NAMES[entry.status])
    return (
        f'<div class="admonition warning eb-retired"><p class="admonition-title">{title}</p>'
        f"{''.join(parts)}</div>"
    )


def fallback_banner(edition: Edition, languages: Sequence[str], link: str) -> str:
    """What a page says first of which parts are shown in other languages.

    Args:
        edition: The book in the page's locale.
        languages: The names of the other languages.
        link: Where the translation can be improved, or empty.
    """
    listed = markdown.escape(edition.words.listing(languages))
    title = edition.say("Not all of this page is translated")
    text = edition.say("Parts of it are shown in another language: %(languages)s.")
    improve = ""
    if link:
        words = edition.say("Improve this translation")
        improve = f' <a href="{markdown.escape(link)}">{words}</a>'
    return (
        '<div class="admonition info eb-banner" data-search-exclude>'
        f'<p class="admonition-title">{title}</p>'
        f"<p>{text % {'languages': listed}}{improve}</p></div>"
    )


def _named_texts(entry: Entry) -> Iterator[tuple[str, Text]]:
    """The texts of an entry's page, each with the name of the part of the page it is in."""
    if entry.title is not None:
        yield COLUMN_NAMES["title"], entry.title
    for which, _, remedy in entry.remedies():
        yield from ((HEADINGS[which], text) for text in remedy.texts)
    yield from ((HEADINGS["examples"], e.caption) for e in entry.examples if e.caption)
    if entry.reason is not None:
        yield STATUS_NAMES[entry.status], entry.reason
    yield from ((HEADINGS["history"], item.note) for item in entry.history if item.note)


def search_words(entry: Entry) -> list[str]:
    """Words that find the entry though its page does not show them: its bare number, its tags."""
    numbers = _NUMBER.findall(entry.code or "")
    return list(dict.fromkeys([*numbers, *entry.aliases, *entry.tags]))


# --- the sections --------------------------------------------------------------------------------


def shape(book: Book, entry: Entry) -> tuple[str, ...]:
    """The anchors of the sections of an entry's page, in their order: the same in every locale.

    A builder turns articles of one shape into the same page but for their texts.
    """
    there = {
        "cause": True,
        "fix": True,
        "messages": bool(entry.messages),
        "examples": bool(entry.examples),
        "related": bool(_related(book, entry)),
        "history": bool(entry.history),
    }
    return tuple(anchor for anchor in HEADINGS if there[anchor])


def _related(book: Book, entry: Entry) -> list[Entry]:
    return [book.entries[i] for i in entry.see if book.entries[i].has_page]


def _cause(edition: Edition, catalog: Catalog, entry: Entry) -> str:
    return _field(edition, catalog, entry, "cause")


def _fix(edition: Edition, catalog: Catalog, entry: Entry) -> str:
    return _field(edition, catalog, entry, "fix")


def _messages(edition: Edition, catalog: Catalog, entry: Entry) -> str:
    shown = "".join([_message(message) for message in entry.messages])
    return f'<div class="eb-messages">{shown}</div>'


def _related_list(edition: Edition, catalog: Catalog, entry: Entry) -> str:
    others = _related(edition.book, entry)
    items = "".join([f"<li>{edition.entry_link(other)}</li>" for other in others])
    return f'<ul class="eb-related">{items}</ul>'


def _field(edition: Edition, catalog: Catalog, entry: Entry, which: str) -> str:
    """A cause or a fix; with tabs where it is not the same on every platform."""
    remedies = _by_platform(entry, which)
    if not remedies:
        base: Remedy | None = getattr(entry, which)
        return f'<div class="eb-field eb-{which}">{edition.remedy(base, catalog)}</div>'
    names = [variant.platform for variant in entry.variants]
    inputs = "".join(
        f'<input{" checked" if not index else ""} id="{which}-{name}" name="{which}-platform"'
        f' type="radio">'
        for index, name in enumerate(names)
    )
    labels = "".join(
        f'<label for="{which}-{name}" translate="no">{markdown.escape(platform_name(name))}</label>'
        for name in names
    )
    blocks = "".join(
        f'<div class="tabbed-block">{edition.remedy(remedy, catalog)}</div>' for remedy in remedies
    )
    number = 1 if which == "cause" else 2
    return (
        f'<div class="eb-field eb-{which}"><div class="tabbed-set tabbed-alternate"'
        f' data-tabs="{number}:{len(names)}">{inputs}<div class="tabbed-labels">{labels}</div>'
        f'<div class="tabbed-content">{blocks}</div></div></div>'
    )


def _by_platform(entry: Entry, which: str) -> list[Remedy]:
    """The causes or fixes of the variants; none where they are the same on every platform."""
    remedies: list[Remedy] = [getattr(variant, which) for variant in entry.variants]
    base: Remedy | None = getattr(entry, which)
    alike = base is not None and all(remedy == base for remedy in remedies)
    return [] if alike else remedies


def _message(message: Message) -> str:
    summary = ""
    if message.summary:
        text = markdown.escape(message.summary)
        summary = f'<figcaption translate="no" dir="ltr">{text}</figcaption>'
    return f'<figure class="eb-message">{summary}{message_block(message)}</figure>'


def message_block(message: Message) -> str:
    """A literal message as an HTML block; its parameters show their examples, marked as such."""
    params = {param.name: param for param in message.params if param.type != "literal"}
    pieces = []
    for piece in _PARAMETER.split(message.text):
        param = params.get(piece[1:-1]) if piece.startswith("{") else None
        if param is None:
            pieces.append(markdown.escape(piece))
        else:
            shown = markdown.escape(param.example or piece)
            pieces.append(f'<var title="{markdown.escape(param.name)}">{shown}</var>')
    return (
        '<div class="highlight" translate="no" dir="ltr"><pre tabindex="0"><code>'
        f"{''.join(pieces)}&#10;</code></pre></div>"
    )


def _examples(edition: Edition, catalog: Catalog, entry: Entry) -> str:
    figures = []
    for example in entry.examples:
        caption = ""
        if example.caption is not None:
            caption = f"<figcaption>{edition.inline(example.caption, catalog)}</figcaption>"
        block = markdown.code_block(example.console)
        figures.append(f'<figure class="eb-example">{caption}{block}</figure>')
    return f'<div class="eb-examples">{"".join(figures)}</div>'


def _history(edition: Edition, catalog: Catalog, entry: Entry) -> str:
    items = []
    for item in entry.history:
        note = f": {edition.inline(item.note, catalog)}" if item.note else ""
        change = edition.say(CHANGE_NAMES[item.change])
        version = markdown.escape(item.version)
        items.append(f'<li><strong translate="no">{version}</strong> {change}{note}</li>')
    return f'<ul class="eb-history">{"".join(items)}</ul>'


_SECTIONS: Mapping[str, Callable[[Edition, Catalog, Entry], str]] = {
    "cause": _cause,
    "fix": _fix,
    "messages": _messages,
    "examples": _examples,
    "related": _related_list,
    "history": _history,
}
"""What writes the block of each section, by its anchor."""


# --- the foot ------------------------------------------------------------------------------------


def footnotes(edition: Edition, notes: Notes) -> str:
    """The footnotes that a page or table refers to, as one block; empty when there are none."""
    items: list[str] = []
    for label, count in notes.counts.items():
        text: Text = notes.catalog.footnotes[label]
        links = []
        for number in range(1, count + 1):
            title = edition.say("Back to the text of footnote %(number)s")
            title = title % {"number": edition.words.number(len(items) + 1)}
            links.append(
                f'<a class="footnote-backref" href="#{notes.reference_id(label, number)}"'
                f' title="{title}">&#8617;&#xFE0E;</a>'
            )
        block = edition.blocks(text, notes.catalog)
        items.append(f'<li id="fn:{notes.name(label)}">{block}<p>{" ".join(links)}</p></li>')
    if not items:
        return ""
    return f'<div class="footnote"><hr><ol>{"".join(items)}</ol></div>'


def _foot(
    edition: Edition, entry: Entry, before: Entry | None, after: Entry | None, notes: str
) -> str:
    pager = ""
    if before or after:
        steps = _pager_link(edition, before, "before", "prev", N_("Previous"))
        steps += _pager_link(edition, after, "after", "next", N_("Next"))
        label = edition.say("Previous and next entry")
        pager = f'<nav class="eb-pager" aria-label="{label}">{steps}</nav>'
    links = []
    edit = edition.edit_link(entry)
    if edit:
        own = edition.locale == edition.translation.source
        words = edition.say(N_("Edit this entry") if own else N_("Improve this translation"))
        links.append(f'<a href="{markdown.escape(edit)}">{words}</a>')
    if edition.report_url:
        words = edition.say("Report a problem with this page")
        links.append(f'<a href="{markdown.escape(edition.report_link(entry))}">{words}</a>')
    edits = f'<p class="eb-edit">{" ".join(links)}</p>' if links else ""
    foot = f'<div class="eb-foot" data-search-exclude>{pager}{edits}</div>'
    return f'<div class="eb-end">{notes}{foot}</div>'


def _pager_link(edition: Edition, entry: Entry | None, side: str, rel: str, words: str) -> str:
    if entry is None:
        return ""
    return (
        f'<a class="eb-pager__{side}" rel="{rel}" href="{edition.link(entry_url(entry.id))}">'
        f"<span>{edition.say(words)}</span> {edition.name_html(entry)}</a>"
    )
