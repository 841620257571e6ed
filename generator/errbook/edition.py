"""A book in one locale: its texts as HTML with their fallbacks marked, its names and its links."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from errbook import markdown
from errbook.diagnostics import Location
from errbook.locales import Interface, Locale
from errbook.markdown import Links, Mark
from errbook.model import Book, Catalog, Entry, Message, Page, Remedy, Text
from errbook.translate import LocalizedText, Served, State, Translation
from errbook.urls import entry_url, linked_page
from errbook.wording import STATE_NAMES

DESCRIPTION_LENGTH = 160
"""Characters that search engines show of a description."""

_REFERENCE = re.compile("\x00([^\x00]+)\x00")


@dataclass
class Notes:
    """The footnotes that one page has referred to so far, in the order of the first reference."""

    catalog: Catalog
    counts: dict[str, int] = field(default_factory=dict)
    prefix: str = ""
    """What ids begin with, where the same page may refer to the same footnotes elsewhere."""

    def resolve(self, written: str) -> str:
        """Number the references in HTML that `Edition.blocks` left open."""
        if "\x00" not in written:
            return written
        return _REFERENCE.sub(lambda match: self._reference(match[1]), written)

    def _reference(self, label: str) -> str:
        if label not in self.catalog.footnotes:
            return markdown.escape(f"[^{label}]")
        self.counts[label] = self.counts.get(label, 0) + 1
        number = list(self.counts).index(label) + 1
        return (
            f'<sup id="{self.reference_id(label, self.counts[label])}">'
            f'<a class="footnote-ref" href="#fn:{self.name(label)}">{number}</a></sup>'
        )

    def name(self, label: str) -> str:
        """The label as it is in ids: unique where several catalogs meet on one page."""
        return f"{self.prefix}{self.catalog.name}-{label}"

    def reference_id(self, label: str, number: int) -> str:
        """The id of a footnote's reference with this number."""
        return f"fnref{'' if number == 1 else number}:{self.name(label)}"


@dataclass(frozen=True)
class Edition:
    """A book in one locale."""

    book: Book
    translation: Translation
    words: Interface
    edit_url: str = ""
    """Where a file can be edited; ``{path}`` and ``{line}`` stand for its path and line."""
    report_url: str = ""
    """Where a problem can be reported; ``{title}`` and ``{body}`` stand for what is filled in."""
    base: str = "/"
    """Path of the site's root on its host, with a slash at both ends."""
    preview: bool = False
    """Whether it is for translators: pages tell where each unit is, and what is a draft."""
    status_page: bool = False
    """Whether there is a page that shows how far each translation is."""
    _rendered: dict[tuple[object, ...], str] = field(default_factory=dict, repr=False)
    """HTML of texts by catalog, owner and slot: shared texts and tables need them again."""
    _plain: dict[tuple[str, str, str], str] = field(default_factory=dict, repr=False)
    """The words of texts, in the same way: pages, lists and exports name an entry many times."""
    _said: dict[str, str] = field(default_factory=dict, repr=False)
    _named: dict[str, str] = field(default_factory=dict, repr=False)
    """Names of entries as the text of links, by id: each is linked from several others."""

    @property
    def locale(self) -> Locale:
        return self.translation.locale

    @cached_property
    def root(self) -> str:
        """What every link to a page of this locale begins with.

        Links begin at the host's root: builders do not agree on what a relative link in HTML is
        relative to. In the finished site they are relative again.
        """
        return f"{self.base}{self.locale.tag}/"

    def link(self, target: str) -> str:
        """The link to a URL below the locale."""
        return self.root + target

    def say(self, text: str) -> str:
        """A word of the interface in this locale, escaped for HTML."""
        said = self._said.get(text)
        if said is None:
            said = self._said[text] = markdown.escape(self.words.gettext(text))
        return said

    # --- texts -----------------------------------------------------------------------------------

    def badge(self, served: Served) -> str:
        """The mark behind a text in another language: that language's name, and why."""
        language = markdown.escape(served.locale.language_name_in(self.locale))
        reason = self.say(STATE_NAMES[served.state])
        return (
            f'<span class="eb-badge" data-search-exclude title="{reason}">'
            f'{language}<span class="eb-hidden"> ({reason})</span></span>'
        )

    def _marks(self, text: LocalizedText, *, badges: bool = True) -> dict[int, Mark]:
        fallen = text.fallen_back(self.locale)
        if not fallen:
            return {}
        return {
            index: Mark(
                served.locale.tag,
                served.locale.direction,
                f" {self.badge(served)}" if badges else "",
            )
            for index, served in fallen.items()
        }

    def inline(
        self, text: Text, catalog: Catalog, *, badges: bool = True, linked: bool = False
    ) -> str:
        """A title or another text of one line as HTML.

        Args:
            text: The text.
            catalog: The catalog it belongs to.
            badges: Whether it gets a badge where it fell back.
            linked: Whether it names what a link leads to: its own place is elsewhere.
        """
        key = (catalog.name, text.owner, text.slot, badges, linked)
        written = self._rendered.get(key)
        if written is None:
            found = self.translation.text(text)
            written = markdown.render_inline(found.markdown, self.links(catalog))
            marks = self._marks(found, badges=badges)
            written = markdown.marked(written, marks[0]) if marks else written
            if found.units:
                name = "" if linked else text.key(0)
                written = self.framed(name, found.units[0], written)
            self._rendered[key] = written
        return written

    def framed(self, key: str, served: Served, written: str) -> str:
        """A unit's HTML, in a preview inside an element that says which unit it is, and a draft.

        Args:
            key: The unit's key; empty where it does not stand in its own place.
            served: What is shown of it.
            written: Its HTML, or its Markdown in a page of prose.
        """
        attributes = ""
        if self.preview and key:
            # In pages of prose a bar would begin another cell of a table.
            attributes += f' data-errbook-unit="{markdown.escape(key).replace("|", "&#124;")}"'
        if served.draft:
            attributes += f' data-errbook-draft="{self.say("draft")}"'
        return f"<span{attributes}>{written}</span>" if attributes else written

    def _frame(self, text: Text, found: LocalizedText) -> markdown.Frame | None:
        def frame(index: int, written: str) -> str:
            # A block that could not be cut out is no unit, but is rendered.
            known = index < len(found.units)
            return self.framed(text.key(index), found.units[index], written) if known else written

        return frame if self.preview else None

    def plain(self, text: Text) -> str:
        """A text's words alone, in the reader's language."""
        key = (text.catalog, text.owner, text.slot)
        words = self._plain.get(key)
        if words is None:
            found = self.translation.text(text)
            words = markdown.strip(found.markdown, isolate=self.locale.direction == "rtl")
            self._plain[key] = words
        return words

    def blocks(self, text: Text, catalog: Catalog) -> str:
        """A text as HTML blocks, with a badge on each block that fell back.

        References to footnotes are left open: `Notes.resolve` numbers them for a page.
        """
        key = (catalog.name, text.owner, text.slot)
        written = self._rendered.get(key)
        if written is None:
            found = self.translation.text(text)
            written = markdown.render(
                found.markdown, self.links(catalog), self._marks(found), self._frame(text, found)
            )
            self._rendered[key] = written
        return written

    def machine_note(self, parts: Iterable[tuple[str, Text]]) -> str:
        """Says which parts of a page a machine translated and nobody reviewed; else empty.

        Args:
            parts: The page's texts, each with the name of the part it is in, not yet translated.
        """
        if not self.translation.unreviewed:
            return ""
        found = dict.fromkeys(n for n, text in parts if self.translation.is_unreviewed(text))
        if not found:
            return ""
        names = self.words.listing([self.words.gettext(name) for name in found])
        said = self.say("Translated by a machine, not reviewed yet: %(parts)s.")
        note = said % {"parts": markdown.escape(names)}
        return f'<p class="eb-machine" data-search-exclude>{note}</p>'

    def remedy(self, remedy: Remedy | None, catalog: Catalog) -> str:
        """A cause or a fix as HTML blocks."""
        if remedy is None:
            return ""
        if not remedy.texts:
            nothing = self.say("No action needed.")
            return f"<p>{nothing}</p>"
        if not remedy.steps:
            return "".join([self.blocks(text, catalog) for text in remedy.texts])
        items = "".join([f"<li>{self.blocks(text, catalog)}</li>" for text in remedy.texts])
        foreign = " eb-steps--foreign" if self._wholly_foreign(remedy.texts) else ""
        return f'<ol class="eb-steps{foreign}">{items}</ol>'

    def _wholly_foreign(self, texts: Iterable[Text]) -> bool:
        """Whether all units of texts fell back to one language for one reason: one badge tells."""
        reasons: set[tuple[str, State]] = set()
        for found in map(self.translation.text, texts):
            fallen = found.fallen_back(self.locale)
            if len(fallen) < len(found.units):
                return False
            reasons.update((served.locale.tag, served.state) for served in fallen.values())
        return len(reasons) == 1

    def links(self, catalog: Catalog) -> Links:
        """How targets in a catalog's texts become links."""
        found = self._links.get(catalog.name)
        if found is None:
            found = self._links[catalog.name] = self._make_links(catalog)
        return found

    @cached_property
    def _links(self) -> dict[str, Links]:
        return {}

    def _make_links(self, catalog: Catalog) -> Links:
        def resolve(target: str) -> str | None:
            kind, _, name = target.partition(":")
            if kind == "link":
                written = catalog.links.get(name)
                return None if written is None else self._target(written)
            if kind == "entry":
                known = self.book.entries.get(name)
                return self.link(entry_url(name)) if known and known.has_page else None
            return self._target(target)

        def code(text: str) -> str | None:
            meanings = self.book.by_code.get(text.upper(), ())
            return self.code_link(meanings[0], text) if len(meanings) == 1 else None

        return Links(resolve, lambda label: f"\x00{label}\x00", code)

    def code_link(self, entry: Entry, text: str) -> str:
        """A code that is mentioned in a text, as a link to its page."""
        return f'<a href="{self.link(entry_url(entry.id))}">{markdown.code(text)}</a>'

    def _target(self, target: str) -> str:
        page = linked_page(target)
        _, hash_, fragment = target.partition("#")
        return target if page is None else self.link(f"{page}{hash_}{fragment}")

    def fallen_back(self, texts: Iterable[Text]) -> list[str]:
        """The names of the languages, other than the reader's, that some texts are shown in."""
        found = [text.fallen_back(self.locale) for text in map(self.translation.text, texts)]
        return self._languages(served for fallen in found for served in fallen.values())

    def page_fallen_back(self, page: Page) -> list[str]:
        """The same for the texts of a page of prose that its readers see."""
        units = zip(page.units, self.translation.page_units(page), strict=True)
        return self._languages(
            served
            for unit, served in units
            if unit.kind != "meta" and not served.locale.same_language(self.locale)
        )

    def _languages(self, units: Iterable[Served]) -> list[str]:
        names = (served.locale.language_name_in(self.locale) for served in units)
        return list(dict.fromkeys(names))

    # --- names and links -------------------------------------------------------------------------

    def name(self, entry: Entry) -> str:
        """The entry's name in a list or a window title: code, then title."""
        title = self.plain(entry.title) if entry.title else ""
        if entry.code:
            return f"{entry.code}: {title}" if title else entry.code
        return title or (entry.messages[0].text if entry.messages else entry.id)

    def name_html(self, entry: Entry) -> str:
        """The entry's name as the text of a link."""
        name = self._named.get(entry.id)
        if name is None:
            name = self._named[entry.id] = self._name_html(entry)
        return name

    def _name_html(self, entry: Entry) -> str:
        catalog = self.book.catalog_by_name[entry.catalog]
        title = ""
        if entry.title:
            title = self.inline(entry.title, catalog, badges=False, linked=True)
        if entry.code:
            return f"{markdown.code(entry.code)} {title}".rstrip()
        return title or markdown.code(self.name(entry))

    def entry_link(self, entry: Entry) -> str:
        """A link to an entry's page that says its name."""
        return f'<a href="{self.link(entry_url(entry.id))}">{self.name_html(entry)}</a>'

    def catalog_title(self, catalog: Catalog) -> str:
        """The catalog's title in the reader's language; its name where it has none."""
        return self.plain(catalog.title) if catalog.title else catalog.name

    def description(self, entry: Entry) -> str:
        """What a search engine shows of the entry: its cause, cut at a word.

        It is the entry's name where the cause has no words, as a picture has none: without any
        description a page would get that of the whole site.
        """
        remedy = entry.cause or (entry.variants[0].cause if entry.variants else None)
        words = " ".join([self.plain(text) for text in remedy.texts]).strip() if remedy else ""
        return shorten(words or self.name(entry), DESCRIPTION_LENGTH)

    def edit_link(self, entry: Entry) -> str:
        """Where the entry can be edited: the line of its translation, else of its source."""
        return self._edit_link((text.key(0) for text in entry.texts()), entry.location)

    def page_edit_link(self, page: Page) -> str:
        """Where a page of prose can be edited, likewise."""
        return self._edit_link((page.context(unit) for unit in page.units), page.location)

    def _edit_link(self, keys: Iterable[str], location: Location) -> str:
        if not self.edit_url:
            return ""
        if self.locale != self.translation.source:
            own = self.translation.states[self.locale]
            known = (own[key].location for key in keys if key in own)
            location = next((place for place in known if place is not None), location)
        return edit_address(self.edit_url, location)

    def report_link(self, entry: Entry) -> str:
        """Where a problem with the entry's page can be reported, with everything filled in."""
        place = f"{entry.location.path}:{entry.location.line}"
        title = f"[{self.locale}] {self.name(entry)}"
        body = f"{entry_url(entry.id)} ({self.locale})\n{place}\n\n"
        return self.report_url.replace("{title}", quote(title)).replace("{body}", quote(body))


def edit_address(edit_url: str, location: Location) -> str:
    """Where a place in a file can be edited.

    Args:
        edit_url: The address, with ``{path}`` and ``{line}`` for its path and line.
        location: The place.
    """
    return edit_url.replace("{path}", location.path).replace("{line}", str(location.line))


def shorten(words: str, length: int) -> str:
    """Words cut to a length in characters, at a word's end, with an ellipsis."""
    if len(words) <= length:
        return words
    cut = words[:length].rsplit(" ", 1)[0] if " " in words[:length] else words[:length]
    return f"{cut.rstrip('.,;:、。')}…"


def literal_runs(message: Message) -> list[str]:
    """The parts of a message that never change, in order, spaces folded."""
    names = [re.escape(p.name) for p in message.params if p.type != "literal"]
    text = " ".join(message.text.split())
    runs = re.split(rf"\{{(?:{'|'.join(names)})\}}", text) if names else [text]
    return [run.strip() for run in runs if run.strip()]
