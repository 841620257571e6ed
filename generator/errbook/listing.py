"""A book in one locale as plain records, and the tables that can be made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from errbook import locales, markdown, tables
from errbook.edition import Edition
from errbook.locales import Interface, Locale
from errbook.markdown import Node
from errbook.model import Catalog, Entry, Remedy, Text
from errbook.tables import Cell, Note, Query, Row, Table
from errbook.translate import State
from errbook.urls import entry_url
from errbook.wording import COLUMN_NAMES, SEVERITY_NAMES, STATUS_NAMES, platform_name

GRAVITY = tuple(State)
"""States from the worst to the best."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text as a reader of one locale gets it."""

    blocks: tuple[Node, ...]
    """Its notes have labels of the form ``catalog-label``, its links lead to URLs."""
    locale: str
    """Tag of the locale it is in: the first other one where only a part fell back."""
    state: str = State.OK.value
    """The worst state of its units in the reader's locale."""


@dataclass(frozen=True, slots=True)
class Record:
    """One entry in one locale."""

    id: str
    code: str | None
    severity: str
    title: Said | None
    fields: Mapping[str, tuple[tuple[str, Said], ...]]
    """The cause and the fix, each as (platform, text) pairs; the platform is empty for all."""
    messages: tuple[tuple[str, str], ...] = ()
    """(Summary, text) of each literal message."""
    category: str = ""
    platforms: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    status: str = "active"
    tags: tuple[str, ...] = ()
    since: str = ""
    url: str = ""
    """The entry's page, or empty."""
    variants: tuple[str, ...] = ()
    """Empty: what differs by platform is in `platforms`."""

    @property
    def name(self) -> tuple[Node, ...]:
        """The entry's name as a line of text: code and title, else its message, else its id."""
        code = [Node("code", self.code)] if self.code else []
        title = _line(self.title.blocks) if self.title else ()
        if title:
            return (*code, *([Node("text", " ")] if code else []), *title)
        return tuple(code) or (Node("code", self.messages[0][1] if self.messages else self.id),)


@dataclass(frozen=True)
class Section:
    """One catalog in one locale."""

    name: str
    title: str
    records: tuple[Record, ...]
    categories: Mapping[str, tuple[Node, ...]] = field(default_factory=dict)
    """What readers call the categories, by name."""
    notes: Mapping[str, tuple[Node, ...]] = field(default_factory=dict)
    """The footnotes by the label that the records' texts refer to them with."""


@dataclass(frozen=True)
class Listing:
    """A book in one locale, wherever it came from."""

    words: Interface
    sections: tuple[Section, ...]

    @property
    def locale(self) -> Locale:
        return self.words.locale

    def tables(self, query: Query) -> list[Table]:
        """What a query asks for: a table for each catalog that has rows, or one without rows.

        Raises:
            tables.BadQuery: The query names something that does not exist.
        """
        names = tables.check(query, [section.name for section in self.sections])
        wanted = [section for section in self.sections if section.name in names]
        made = [self._table(section, query) for section in wanted]
        return [table for table in made if table.rows] or made[:1]

    def _table(self, section: Section, query: Query) -> Table:
        records = tables.arrange(section.records, query, lambda r: markdown.words(r.name))
        made = _Cells(self.words, section, query.columns)
        rows = tuple(
            Row(record.id, record.url, tuple(made.cell(record, column) for column in query.columns))
            for record in records
        )
        gettext = self.words.gettext
        return Table(
            section.name,
            section.title,
            query.columns,
            tuple(gettext(COLUMN_NAMES[column]) for column in query.columns),
            self.locale,
            rows,
            tuple(_notes(rows, section.notes)),
            query.depth,
            gettext("No entries."),
        )


def _notes(rows: Iterable[Row], texts: Mapping[str, tuple[Node, ...]]) -> Iterator[Note]:
    """The footnotes that rows need, in the order of their first use; a note may need others."""
    waiting = [label for row in rows for c in row.cells for label in tables.notes_in(c.blocks)]
    seen: set[str] = set()
    while waiting:
        label = waiting.pop(0)
        if label not in seen and label in texts:
            seen.add(label)
            yield Note(label, texts[label])
            waiting += tables.notes_in(texts[label])


# --- cells ---------------------------------------------------------------------------------------


def _line(blocks: Iterable[Node]) -> tuple[Node, ...]:
    """The inline content of a text of one paragraph."""
    return tuple(child for block in blocks for child in block.children)


def _paragraph(*inline: Node) -> Node:
    return Node("paragraph", "", inline)


def plain(text: str) -> tuple[Node, ...]:
    """Bare words as a paragraph; nothing for no words."""
    return (_paragraph(Node("text", text)),) if text else ()


@dataclass(frozen=True)
class _Cells:
    """Makes the cells of one table; what a column shows depends on the columns beside it."""

    words: Interface
    section: Section
    columns: tuple[str, ...]

    def cell(self, record: Record, column: str) -> Cell:
        match column:
            case "code":
                name = (Node("code", record.code),) if record.code else record.name
                return Cell((_paragraph(*self._linked(record, name)),), record.code)
            case "title":
                return self._title(record)
            case "message":
                return self._messages(record)
            case "cause" | "fix":
                return self._field(record.fields.get(column, ()))
            case "severity":
                name_ = self.words.gettext(SEVERITY_NAMES.get(record.severity, record.severity))
                return Cell(plain(name_), record.severity)
            case "category":
                known = self.section.categories.get(record.category)
                return Cell(known or plain(record.category), record.category or None)
            case "platform":
                names = [platform_name(platform) for platform in record.platforms]
                return Cell(plain(self.words.listing(names)), list(record.platforms))
            case "identifiers":
                pairs = [f"{system} {', '.join(values)}" for system, values in record.identifiers]
                listed = {system: list(values) for system, values in record.identifiers}
                return Cell(plain(self.words.listing(pairs)), listed)
            case "since":
                return Cell(plain(record.since), record.since or None)
        name_ = self.words.gettext(STATUS_NAMES.get(record.status, record.status))
        return Cell(plain(name_), record.status)

    def _linked(self, record: Record, inline: tuple[Node, ...]) -> tuple[Node, ...]:
        return (Node("link", record.url, inline),) if record.url else inline

    def _title(self, record: Record) -> Cell:
        said = record.title
        locale, state = (said.locale, said.state) if said else ("", "")
        if "code" in self.columns:
            return Cell(said.blocks if said else (), None, locale, state)
        return Cell((_paragraph(*self._linked(record, record.name)),), None, locale, state)

    def _messages(self, record: Record) -> Cell:
        listed = [{"summary": summary, "text": text} for summary, text in record.messages]
        blocks = []
        for number, (summary, text) in enumerate(record.messages):
            leads = not (number or {"code", "title"}.intersection(self.columns))
            if leads:
                name = (Node("code", summary),) if summary else record.name
                blocks.append(_paragraph(*self._linked(record, name)))
            elif summary:
                blocks.append(_paragraph(Node("code", summary)))
            blocks.append(_paragraph(Node("code", text)))
        if not blocks and not {"code", "title"}.intersection(self.columns):
            blocks.append(_paragraph(*self._linked(record, record.name)))
        return Cell(tuple(blocks), listed)

    def _field(self, said: tuple[tuple[str, Said], ...]) -> Cell:
        blocks: list[Node] = []
        for platform, text in said:
            if platform:
                label = Node("strong", "", (Node("text", platform_name(platform)),))
                blocks.append(_paragraph(label))
            blocks += text.blocks
        if not said:
            return Cell()
        texts = [text for _, text in said]
        worst = min(texts, key=lambda text: _gravity(text.state))
        other = next(
            (t.locale for t in texts if t.locale != self.words.locale.tag), texts[0].locale
        )
        return Cell(tuple(blocks), None, other, worst.state)


def _gravity(state: str) -> int:
    values = [known.value for known in GRAVITY]
    return values.index(state) if state in values else len(values)


# --- a book at hand ------------------------------------------------------------------------------


def local(edition: Edition) -> Listing:
    """The records of a book at hand; where the edition has no base, nothing leads to its pages."""
    sections = (_Source(edition, catalog).section() for catalog in edition.book.catalogs)
    return Listing(edition.words, tuple(sections))


@dataclass(frozen=True)
class _Source:
    edition: Edition
    catalog: Catalog

    def section(self) -> Section:
        catalog = self.catalog
        return Section(
            catalog.name,
            self.edition.catalog_title(catalog),
            tuple(self._record(entry) for entry in catalog.published),
            {name: self._said(title).blocks for name, title in catalog.categories.items()},
            {self._label(n): self._said(t).blocks for n, t in catalog.footnotes.items()},
        )

    def _label(self, name: str) -> str:
        return f"{self.catalog.name}-{name}"

    def _record(self, entry: Entry) -> Record:
        return Record(
            entry.id,
            entry.code,
            entry.severity,
            self._said(entry.title) if entry.title else None,
            {"cause": tuple(self._field(entry, "cause")), "fix": tuple(self._field(entry, "fix"))},
            tuple((message.summary, message.text) for message in entry.messages),
            entry.category,
            entry.concerned_platforms,
            entry.identifiers,
            entry.status,
            entry.tags,
            entry.since,
            self._page(entry.id),
        )

    def _page(self, identifier: str) -> str:
        return self.edition.link(entry_url(identifier)) if self.edition.base else ""

    def _field(self, entry: Entry, name: str) -> Iterator[tuple[str, Said]]:
        base: Remedy | None = getattr(entry, name)
        if base is not None:
            yield "", self._remedy(base)
            return
        for variant in entry.variants:
            yield variant.platform, self._remedy(getattr(variant, name))

    def _remedy(self, remedy: Remedy) -> Said:
        tag = self.edition.locale.tag
        if not remedy.texts:
            return Said(plain(self.edition.words.gettext("No action needed.")), tag)
        said = [self._said(text) for text in remedy.texts]
        blocks = tuple(block for text in said for block in text.blocks)
        if remedy.steps:
            blocks = (Node("numbers", "1", tuple(Node("item", "", t.blocks) for t in said)),)
        other = next((text.locale for text in said if text.locale != tag), tag)
        return Said(blocks, other, min((text.state for text in said), key=_gravity))

    def _said(self, text: Text) -> Said:
        reader = self.edition.locale
        found = self.edition.translation.text(text)
        foreign = found.fallen_back(reader)
        tags = {index: served.locale.tag for index, served in foreign.items()}
        blocks = markdown.tree(found.markdown, tags)
        resolved = resolve(blocks, reader, self._url, self._label, self._mention)
        states = [served.state.value for served in found.units]
        other = next(iter(tags.values()), reader.tag)
        return Said(resolved, other, min(states, key=_gravity, default=State.OK.value))

    def _url(self, target: str) -> str | None:
        url = self.edition.links(self.catalog).url(target)
        # Without a base, pages of the book cannot be led to; other sites can.
        inside = url is not None and url.startswith(self.edition.root)
        return None if inside and not self.edition.base else url

    def _mention(self, code: str) -> str | None:
        meanings = self.edition.book.by_code.get(code.upper(), ())
        return self._page(meanings[0].id) or None if len(meanings) == 1 else None


def resolve(
    blocks: Iterable[Node],
    reader: Locale,
    url: Callable[[str], str | None],
    label: Callable[[str], str],
    mention: Callable[[str], str | None],
) -> tuple[Node, ...]:
    """Make the targets in a text what a table outside of its book needs.

    Args:
        blocks: The text.
        reader: The reader's locale.
        url: The URL of a link's or image's target; None leaves the words alone.
        label: The label of a footnote in a table.
        mention: The URL of the page of an error code in a code span, or None.
    """

    def walk(nodes: Iterable[Node], linked: bool = False) -> Iterator[Node]:
        for node in nodes:
            match node.kind:
                case "link":
                    target = url(node.text)
                    inside = tuple(walk(node.children, linked=True))
                    yield from (replace(node, text=target, children=inside),) if target else inside
                case "image":
                    target = url(node.text)
                    yield from (replace(node, text=target),) if target else node.children
                case "note":
                    yield replace(node, text=label(node.text))
                case "code":
                    target = None if linked else mention(node.text)
                    yield Node("link", target, (node,)) if target else node
                case "lang":
                    name = locales.parse(node.text).language_name_in(reader)
                    inside = tuple(walk(node.children, linked))
                    yield replace(node, children=inside)
                    yield Node("badge", name)
                case _:
                    yield replace(node, children=tuple(walk(node.children, linked)))

    return tuple(walk(blocks))
