"""Writes a book in one locale as Markdown pages: entries, indexes, tables and translated prose."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from errbook import embed, markdown, tables
from errbook.locales import Interface, Locale
from errbook.markdown import Links, Mark
from errbook.model import SEVERITIES, Book, Catalog, Entry, Message, Page, Remedy, Text
from errbook.translate import LocalizedText, Served, State, Translation


def N_(text: str) -> str:
    """Mark a text for extraction where it is not yet said in a language."""
    return text


SEVERITY_NAMES: Mapping[str, str] = {
    "success": N_("Success"),
    "info": N_("Information"),
    "warning": N_("Warning"),
    "error": N_("Error"),
    "fatal": N_("Fatal error"),
}
STATUS_NAMES: Mapping[str, str] = {
    "active": N_("Active"),
    "deprecated": N_("Deprecated"),
    "retired": N_("Retired"),
    "reserved": N_("Reserved"),
}
CHANGE_NAMES: Mapping[str, str] = {
    "added": N_("Added"),
    "meaning": N_("Meaning changed"),
    "message": N_("Message changed"),
    "fix": N_("Fix changed"),
    "renamed": N_("Renamed"),
    "split": N_("Split"),
    "merged": N_("Merged"),
    "retired": N_("Retired"),
}
COLUMN_NAMES: Mapping[str, str] = {
    "code": N_("Code"),
    "title": N_("Title"),
    "message": N_("Message"),
    "cause": N_("Cause"),
    "fix": N_("Fix"),
    "severity": N_("Severity"),
    "category": N_("Category"),
    "platform": N_("Platform"),
    "identifiers": N_("Identifiers"),
    "since": N_("Since"),
    "status": N_("Status"),
}
STATE_NAMES: Mapping[State, str] = {
    State.MISSING: N_("not translated yet"),
    State.STALE: N_("translation out of date"),
    State.FUZZY: N_("translation not reviewed yet"),
    State.BLOCKED: N_("translation damaged"),
    # A fallback of a unit that is translated comes from a shared text in another state.
    State.OK: N_("not translated yet"),
    State.COSMETIC: N_("not translated yet"),
}
ADMONITION_TITLES: Mapping[str, str] = {
    "note": N_("Note"),
    "abstract": N_("Summary"),
    "info": N_("Information"),
    "tip": N_("Tip"),
    "success": N_("Success"),
    "question": N_("Question"),
    "warning": N_("Warning"),
    "failure": N_("Failure"),
    "danger": N_("Danger"),
    "bug": N_("Bug"),
    "example": N_("Example"),
    "quote": N_("Quote"),
}
"""What the builder calls an admonition without a title; it knows English only."""
PLATFORM_NAMES: Mapping[str, str] = {
    "windows": "Windows",
    "linux": "Linux",
    "macos": "macOS",
    "ios": "iOS",
    "ipados": "iPadOS",
    "android": "Android",
    "freebsd": "FreeBSD",
}
DESCRIPTION_LENGTH = 160
"""Characters that search engines show of a description."""

LOOKUP = "errors/lookup.json"
"""Path of what the lookup box in the browser reads, below a locale."""
ERRORS = "errors/"
"""URL of the index of all entries, below a locale."""


def entry_url(identifier: str) -> str:
    """URL of an entry's page below a locale."""
    return f"errors/{identifier}/"


def catalog_url(name: str) -> str:
    """URL of a catalog's index below a locale."""
    return f"errors/in/{name}/"


def page_url(path: str) -> str:
    """URL of a page of prose below a locale: ``a/index.md`` is ``a/``, ``a/b.md`` is ``a/b/``."""
    stem = path.removesuffix(".md")
    folder, _, name = stem.rpartition("/")
    if name.lower() in ("index", "readme"):
        return f"{folder}/" if folder else ""
    return f"{stem}/"


@dataclass(frozen=True, slots=True)
class StagedPage:
    """One Markdown page for a builder."""

    path: str
    """Path below the builder's pages folder."""
    content: str


@dataclass
class _Notes:
    """The footnotes that one page has referred to so far, in the order of the first reference."""

    catalog: Catalog
    counts: dict[str, int] = field(default_factory=dict)

    def reference(self, label: str) -> str:
        """The HTML of the next reference to a footnote."""
        if label not in self.catalog.footnotes:
            return markdown.escape(f"[^{label}]")
        self.counts[label] = self.counts.get(label, 0) + 1
        number = list(self.counts).index(label) + 1
        name = self.name(label)
        return (
            f'<sup id="{self.reference_id(label, self.counts[label])}">'
            f'<a class="footnote-ref" href="#fn:{name}">{number}</a></sup>'
        )

    def name(self, label: str) -> str:
        """The label as it is in ids: unique where several catalogs meet on one page."""
        return f"{self.catalog.name}-{label}"

    def reference_id(self, label: str, number: int) -> str:
        return f"fnref{'' if number == 1 else number}:{self.name(label)}"


@dataclass(frozen=True)
class Edition:
    """A book in one locale, which writes itself as pages."""

    book: Book
    translation: Translation
    words: Interface
    edit_url: str = ""
    """Where a file can be edited; ``{path}`` and ``{line}`` stand for its path and line."""
    report_url: str = ""
    """Where a problem can be reported; ``{title}`` and ``{body}`` stand for what is filled in."""
    base: str = "/"
    """Path of the site's root on its host, with a slash at both ends."""

    @property
    def locale(self) -> Locale:
        return self.translation.locale

    def link(self, target: str) -> str:
        """The link to a URL below the locale.

        It begins at the host's root: builders do not agree on what a relative link in HTML is
        relative to. In the finished site it is relative again.
        """
        return f"{self.base}{self.locale.tag}/{target}"

    # --- texts -----------------------------------------------------------------------------------

    def badge(self, served: Served) -> str:
        """The mark behind a text in another language: that language's name, and why."""
        language = served.locale.language_name_in(self.locale)
        reason = markdown.escape(self.words.gettext(STATE_NAMES[served.state]))
        return (
            f'<span class="eb-badge" data-search-exclude title="{reason}">'
            f'{markdown.escape(language)}<span class="eb-hidden"> ({reason})</span></span>'
        )

    def _marks(self, text: LocalizedText, *, badges: bool = True) -> dict[int, Mark]:
        return {
            index: Mark(
                served.locale.tag,
                served.locale.direction,
                f" {self.badge(served)}" if badges else "",
            )
            for index, served in text.fallen_back(self.locale).items()
        }

    def inline(self, text: Text, links: Links | None = None, *, badges: bool = True) -> Markup:
        """A title or another text of one line as HTML."""
        found = self.translation.text(text)
        written = markdown.render_inline(found.markdown, links or markdown.PLAIN_LINKS)
        marks = self._marks(found, badges=badges)
        return Markup(markdown.marked(written, marks[0]) if marks else written)

    def plain(self, text: Text) -> str:
        """A text's words alone, in the reader's language."""
        return markdown.strip(self.translation.text(text).markdown)

    def blocks(self, text: Text, links: Links) -> Markup:
        """A text as HTML blocks, with a badge on each block that fell back."""
        found = self.translation.text(text)
        return Markup(markdown.render(found.markdown, links, self._marks(found)))

    def remedy(self, remedy: Remedy | None, links: Links) -> Markup:
        """A cause or a fix as HTML blocks."""
        if remedy is None:
            return Markup("")
        if not remedy.texts:
            nothing = self.words.gettext("No action needed.")
            return Markup(f"<p>{markdown.escape(nothing)}</p>")
        if not remedy.steps:
            return Markup("").join(self.blocks(text, links) for text in remedy.texts)
        items = "".join(f"<li>{self.blocks(text, links)}</li>" for text in remedy.texts)
        return Markup(f'<ol class="eb-steps">{items}</ol>')

    def links(self, catalog: Catalog, url: str, notes: _Notes) -> Links:
        """How targets in a catalog's texts become links of the page at a URL."""

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
            here = url == entry_url(meanings[0].id) if meanings else True
            if here or len(meanings) != 1:
                return None
            link = self.link(entry_url(meanings[0].id))
            return f'<a href="{link}">{markdown.code(text)}</a>'

        return Links(resolve, notes.reference, code)

    def _target(self, target: str) -> str:
        path, hash_, fragment = target.partition("#")
        if path.endswith(".md") and "://" not in path:
            return self.link(page_url(path) + hash_ + fragment)
        return target

    # --- names -----------------------------------------------------------------------------------

    def name(self, entry: Entry) -> str:
        """The entry's name in a list or a window title: code, then title."""
        title = self.plain(entry.title) if entry.title else ""
        if entry.code:
            return f"{entry.code}: {title}" if title else entry.code
        return title or (entry.messages[0].text if entry.messages else entry.id)

    def catalog_title(self, catalog: Catalog) -> str:
        return self.plain(catalog.title) if catalog.title else catalog.name

    def description(self, entry: Entry) -> str:
        """What a search engine shows of the entry: its cause, cut at a word."""
        remedy = entry.cause or (entry.variants[0].cause if entry.variants else None)
        words = " ".join(self.plain(text) for text in remedy.texts) if remedy else ""
        return _shorten(words, DESCRIPTION_LENGTH)

    def heading(self, entry: Entry) -> str:
        """The page's first heading as inline HTML without any active Markdown."""
        code = markdown.code(entry.code, "eb-code") if entry.code else ""
        title = ""
        if entry.title:
            title = f'<span class="eb-title">{self.inline(entry.title, badges=False)}</span>'
        elif not entry.code:
            title = markdown.code(entry.messages[0].text if entry.messages else entry.id)
        return markdown.inert(" ".join(part for part in (code, title) if part))

    def platforms(self, entry: Entry) -> list[str]:
        return [platform_name(name) for name in entry.platforms]

    # --- pages -----------------------------------------------------------------------------------

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=PackageLoader("errbook"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        environment.install_gettext_callables(  # type: ignore[attr-defined]
            self.words.gettext, self.words.ngettext, newstyle=True
        )
        environment.filters |= {"block": _one_line, "json": _json, "heading": _heading}
        environment.globals |= {
            "edition": self,
            "relative": lambda url, target: self.link(target),
            "entry_url": entry_url,
            "catalog_url": catalog_url,
            "platform_name": platform_name,
            "SEVERITY_NAMES": SEVERITY_NAMES,
            "STATUS_NAMES": STATUS_NAMES,
            "CHANGE_NAMES": CHANGE_NAMES,
            "COLUMN_NAMES": COLUMN_NAMES,
            "code": lambda text: Markup(markdown.code(text)),
            "code_block": lambda text: Markup(markdown.code_block(text)),
            "variant_platforms": _variant_platforms,
            "message_block": lambda message: Markup(message_block(message)),
        }
        return environment

    def _write(self, template: str, **values: object) -> str:
        return self._environment.get_template(template).render(**values)

    def theme_template(self, name: str) -> str:
        """A template for the builder's theme, with its words in this locale."""
        return self._write(f"theme/{name}")

    def pages(self) -> Iterator[StagedPage]:
        """Every page of the book in this locale."""
        for page in self.book.pages:
            yield self.prose(page)
        if not any(page.path == "errors/index.md" for page in self.book.pages):
            yield self.index()
        for catalog in self.book.catalogs:
            yield self.catalog(catalog)
            yield from self.entries(catalog)

    def entries(self, catalog: Catalog) -> Iterator[StagedPage]:
        """The pages of a catalog's entries, in its order."""
        published = catalog.published
        for number, entry in enumerate(published):
            before = published[number - 1] if number else None
            after = published[number + 1] if number + 1 < len(published) else None
            yield self.entry(catalog, entry, before, after)

    def entry(
        self,
        catalog: Catalog,
        entry: Entry,
        before: Entry | None = None,
        after: Entry | None = None,
    ) -> StagedPage:
        """The page of one entry."""
        url = entry_url(entry.id)
        notes = _Notes(catalog)
        links = self.links(catalog, url, notes)
        content = self._write(
            "entry.md.jinja",
            entry=entry,
            catalog=catalog,
            url=url,
            links=links,
            notes=notes,
            before=before,
            after=after,
            related=[self.book.entries[i] for i in entry.see if self.book.entries[i].has_page],
            replacements=[self.book.entries[i] for i in entry.replaced_by],
            fallen_back=self.fallen_back(entry.texts()),
            title=markdown.escape(self.name(entry)),
            description=markdown.escape(self.description(entry)),
            edit=self.edit_link(entry),
            report=self.report_link(entry),
            words=self.search_words(entry),
        )
        return StagedPage(f"errors/{entry.id}.md", content)

    def fallen_back(self, texts: Iterable[Text]) -> list[str]:
        """The names of the languages, other than the reader's, that some texts are shown in."""
        found: dict[str, None] = {}
        for text in texts:
            for served in self.translation.text(text).fallen_back(self.locale).values():
                found[served.locale.language_name_in(self.locale)] = None
        return list(found)

    def edit_link(self, entry: Entry) -> str:
        """Where the entry can be edited: the line of its translation, else of its source."""
        if not self.edit_url:
            return ""
        location = entry.location
        if self.locale != self.translation.source:
            for text in entry.texts():
                found = self.translation.states[self.locale].get(text.context(0))
                if found is not None and found.location is not None:
                    location = found.location
                    break
        return self.edit_url.replace("{path}", location.path).replace("{line}", str(location.line))

    def report_link(self, entry: Entry) -> str:
        """Where a problem with the entry's page can be reported, with everything filled in."""
        place = f"{entry.location.path}:{entry.location.line}"
        title = f"[{self.locale}] {self.name(entry)}"
        body = f"{entry_url(entry.id)} ({self.locale})\n{place}\n\n"
        return self.report_url.replace("{title}", quote(title)).replace("{body}", quote(body))

    def search_words(self, entry: Entry) -> list[str]:
        """Words that find the entry though its page does not show them: the bare number."""
        numbers = re.findall(r"\d{2,}", entry.code or "")
        return list(dict.fromkeys([*numbers, *entry.aliases, *entry.tags]))

    def lookup(self) -> str:
        """What the lookup box in the browser knows of every entry, as JSON."""
        entries = [
            {
                "id": entry.id,
                "name": self.name(entry),
                "code": entry.code,
                "severity": entry.severity,
                "cause": self.description(entry),
                "names": [n.lower() for n in (entry.code, entry.id, *entry.aliases) if n],
                "messages": [literal_runs(message) for message in entry.messages],
            }
            for catalog in self.book.catalogs
            for entry in catalog.published
        ]
        data = {"version": 1, "locale": self.locale.tag, "entries": entries}
        return json.dumps(data, ensure_ascii=False, separators=(",", ":")) + "\n"

    def view(self, name: str, url: str) -> Markup:
        """A part of a home page: the lookup box, the catalogs, featured entries or progress."""
        entries = [entry for catalog in self.book.catalogs for entry in catalog.published]
        featured = [self.book.entries[i] for c in self.book.catalogs for i in c.featured]
        written = self._write(
            "views.html.jinja",
            view=name,
            url=url,
            catalogs=self.book.catalogs,
            counts=self._counts(),
            featured=featured,
            entries=entries,
            complete=sum(self.translation.is_complete(entry) for entry in entries),
            LOOKUP=LOOKUP,
        )
        return _one_line(written)

    def forms(self, name: str) -> str:
        """The plural forms of what a script counts, as JSON: ``matches`` or ``shown``."""
        ngettext = self.words.ngettext
        forms = {
            "matches": lambda n: ngettext("%(count)s match", "%(count)s matches", n),
            "shown": lambda n: ngettext("%(count)s entry shown", "%(count)s entries shown", n),
        }
        return json.dumps(self.words.forms(forms[name]), ensure_ascii=False)

    def _counts(self) -> dict[str, list[tuple[str, int]]]:
        """For each catalog, how many entries it has of each severity, gravest first."""
        found = {}
        for catalog in self.book.catalogs:
            numbers = Counter(entry.severity for entry in catalog.published)
            found[catalog.name] = [(s, numbers[s]) for s in reversed(SEVERITIES) if numbers[s]]
        return found

    def index(self) -> StagedPage:
        """The index of all catalogs."""
        content = self._write("errors.md.jinja", url=ERRORS)
        return StagedPage("errors/index.md", content)

    def catalog(self, catalog: Catalog) -> StagedPage:
        """The index of one catalog, by category where it has any."""
        groups: list[tuple[str, Text | None, list[Entry]]] = []
        for name, title in catalog.categories.items():
            entries = [entry for entry in catalog.published if entry.category == name]
            groups.append((name, title, entries))
        rest = [entry for entry in catalog.published if not entry.category]
        groups.append(("", None, rest))
        url = catalog_url(catalog.name)
        description = self.plain(catalog.description) if catalog.description else ""
        content = self._write(
            "catalog.md.jinja",
            catalog=catalog,
            url=url,
            title=markdown.escape(self.catalog_title(catalog)),
            description=markdown.escape(_shorten(description, DESCRIPTION_LENGTH)),
            groups=[group for group in groups if group[2]],
            table=self.table,
            choices=self._choices(catalog),
        )
        return StagedPage(f"errors/in/{catalog.name}.md", content)

    def _choices(self, catalog: Catalog) -> list[tuple[str, str, list[tuple[str, str]]]]:
        """(key, label, (value, name) of each choice) of the filters that tell entries apart."""
        gettext = self.words.gettext
        entries = catalog.published
        platforms = sorted({p for e in entries for p in (*e.platforms, *_variant_platforms(e))})
        severities = [s for s in reversed(SEVERITIES) if any(e.severity == s for e in entries)]
        statuses = [s for s in STATUS_NAMES if any(e.status == s for e in entries)]
        categories = [c for c in catalog.categories if any(e.category == c for e in entries)]
        found = [
            ("severity", [(s, gettext(SEVERITY_NAMES[s])) for s in severities]),
            ("category", [(c, self.plain(catalog.categories[c])) for c in categories]),
            ("platform", [(p, platform_name(p)) for p in platforms]),
            ("status", [(s, gettext(STATUS_NAMES[s])) for s in statuses]),
        ]
        return [(k, gettext(COLUMN_NAMES[k]), values) for k, values in found if len(values) > 1]

    def table(
        self,
        entries: Sequence[Entry],
        columns: Sequence[str],
        url: str,
        caption: str,
        *,
        anchors: bool = True,
    ) -> Markup:
        """A table of entries as one line of HTML, with its footnotes below it.

        Args:
            entries: The rows; all of one catalog.
            columns: Names from `tables.COLUMNS`.
            url: URL of the page it stands on, below the locale.
            caption: What the table shows, for readers who hear it.
            anchors: Whether rows get the entries' ids, which may be once on a page only.
        """
        if not entries:
            nothing = self.words.gettext("No entries.")
            return Markup(f"<p>{markdown.escape(nothing)}</p>")
        catalog = self.book.catalog_by_name[entries[0].catalog]
        notes = _Notes(catalog)
        written = self._write(
            "table.html.jinja",
            entries=entries,
            columns=columns,
            url=url,
            caption=caption,
            catalog=catalog,
            links=self.links(catalog, url, notes),
            notes=notes,
            anchors=anchors,
        )
        return Markup(_one_line(written))

    def prose(self, page: Page) -> StagedPage:
        """One page of prose: translated unit by unit, its markers filled."""
        units = page.units
        served = self.translation.page_units(page)
        replacements = {
            index: self._prose_unit(unit, found)
            for index, (unit, found) in enumerate(zip(units, served, strict=True))
        }
        changed = {index: text for index, text in replacements.items() if text is not None}
        text = markdown.splice(page.source, units, changed)
        titles = {kind: self.words.gettext(name) for kind, name in ADMONITION_TITLES.items()}
        text = markdown.with_titles(text, titles)
        return StagedPage(page.path, self._filled(page, text))

    def _prose_unit(self, unit: markdown.Unit, served: Served) -> str | None:
        """What stands for a unit of prose, or None for its source characters."""
        if unit.kind == "meta":
            # Material writes these two into the page's head without escaping them.
            return markdown.escape(served.text)
        if served.locale.same_language(self.locale):
            return served.text if served.locale != self.translation.source else None
        if unit.kind == "t":
            return served.text
        badge = "" if unit.kind == "h" else f" {self.badge(served)}"
        return (
            f'<span class="eb-fallback" lang="{served.locale.tag}" dir="{served.locale.direction}">'
            f"{served.text}</span>{badge}"
        )

    def _filled(self, page: Page, text: str) -> str:
        shown: set[str] = set()

        def table(marker: embed.Marker) -> str:
            if marker.view:
                return self.view(marker.view, page_url(page.path))
            entries = tables.select(self.book, marker.query)
            anchors = not shown.intersection(entry.id for entry in entries)
            shown.update(entry.id for entry in entries)
            names = dict.fromkeys(entry.catalog for entry in entries)
            return "\n\n".join(
                self.table(
                    [entry for entry in entries if entry.catalog == name],
                    marker.query.columns,
                    page_url(page.path),
                    self.catalog_title(self.book.catalog_by_name[name]),
                    anchors=anchors,
                )
                for name in names
            )

        return embed.replace(text, table)

    def footnotes(self, notes: _Notes) -> list[tuple[str, str, list[str], Text]]:
        """(label, id, ids of its references, text) of the footnotes a page refers to."""
        return [
            (
                label,
                notes.name(label),
                [notes.reference_id(label, number) for number in range(1, count + 1)],
                notes.catalog.footnotes[label],
            )
            for label, count in notes.counts.items()
        ]


def platform_name(name: str) -> str:
    """A platform's proper name, as in ``macOS``."""
    return PLATFORM_NAMES.get(name, name[:1].upper() + name[1:])


def message_block(message: Message) -> str:
    """A literal message as an HTML block; its parameters show their examples, marked as such."""
    params = {param.name: param for param in message.params if param.type != "literal"}
    pieces = []
    for piece in re.split(r"(\{[A-Za-z_]\w*\})", message.text):
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


def literal_runs(message: Message) -> list[str]:
    """The parts of a message that never change, in order, spaces folded."""
    names = [re.escape(p.name) for p in message.params if p.type != "literal"]
    text = " ".join(message.text.split())
    runs = re.split(rf"\{{(?:{'|'.join(names)})\}}", text) if names else [text]
    return [run.strip() for run in runs if run.strip()]


def _variant_platforms(entry: Entry) -> list[str]:
    return [variant.platform for variant in entry.variants]


def _shorten(words: str, length: int) -> str:
    if len(words) <= length:
        return words
    cut = words[:length].rsplit(" ", 1)[0] if " " in words[:length] else words[:length]
    return f"{cut.rstrip('.,;:、。')}…"


def _one_line(written: str) -> Markup:
    """Put a block of HTML on one line, so that no Markdown preprocessor sees a line begin in it."""
    return Markup(" ".join(line.strip() for line in written.splitlines() if line.strip()))


def _json(text: str) -> Markup:
    return Markup(json.dumps(str(text), ensure_ascii=False))


def _heading(text: str) -> Markup:
    return Markup(markdown.escape_everything(str(text)))
