"""Tables in every format, read back by a parser of that format that is not ours."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from urllib.parse import unquote

import docutils.core
import docutils.nodes
import markdown as python_markdown
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from mdit_py_plugins.footnote import footnote_plugin

from errbook import locales, markdown, tables
from errbook.formats.tables import TABLE_FORMATS, plain
from errbook.formats.tables import markdown as markdown_format
from errbook.markdown import Node
from errbook.tables import Cell, Note, Row, Table

# --- what a reader sees of a table ----------------------------------------------------------------


@dataclass
class Seen:
    """What a parser found in one cell."""

    text: str = ""
    """All words without any space: parsers do not agree on spaces."""
    codes: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, codes: Iterable[str], links: Iterable[str]) -> Seen:
        return cls(
            _squeezed(text), [_squeezed(code) for code in codes], [unquote(link) for link in links]
        )


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00a0\u200b]+", "", text)


VOID = ("br", "hr", "img")


class _Cells(HTMLParser):
    """The cells of the tables of an HTML document, without references to footnotes."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[list[str]]] = []
        self.codes: list[str] = []
        self.links: list[str] = []
        self.found: list[list[Seen]] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self._depth = 0
        self._open: list[str] = []
        self._code: list[str] | None = None
        self._cell: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if "id" in values:
            self.ids.append(values["id"] or "")
        if tag == "table":
            self._depth += 1
        if self._depth == 1 and tag == "tr":
            self.found.append([])
        if self._depth == 1 and tag in ("td", "th"):
            self._cell, self.codes, self.links = [], [], []
        if tag == "code" and self._cell is not None:
            self._code = []
        if tag == "a" and "sup" not in self._open and values.get("href"):
            self.links.append(values["href"] or "")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1] == tag, f"</{tag}> closes <{self._open[-1]}>"
        self._open.pop()
        if tag == "code" and self._code is not None:
            self.codes.append("".join(self._code))
            self._code = None
        if self._depth == 1 and tag in ("td", "th") and self._cell is not None:
            self.found[-1].append(Seen.of("".join(self._cell), self.codes, self.links))
            self._cell = None
        if tag == "table":
            self._depth -= 1

    def handle_data(self, data: str) -> None:
        if "sup" in self._open:
            return
        if self._code is not None:
            self._code.append(data)
        if self._cell is not None:
            self._cell.append(data)


def read_html(written: str) -> list[list[Seen]]:
    parser = _Cells()
    parser.feed(written)
    parser.close()
    return parser.found


def read_gfm(written: str) -> list[list[Seen]]:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return read_html(parser.use(footnote_plugin).render(written))


EXTENSIONS = [
    "tables",
    "fenced_code",
    "footnotes",
    "attr_list",
    "def_list",
    "abbr",
    "admonition",
    "md_in_html",
]
MATERIAL = [
    "pymdownx.betterem",
    "pymdownx.caret",
    "pymdownx.critic",
    "pymdownx.details",
    "pymdownx.inlinehilite",
    "pymdownx.keys",
    "pymdownx.mark",
    "pymdownx.superfences",
    "pymdownx.tabbed",
    "pymdownx.tilde",
]


def read_python_markdown(written: str) -> list[list[Seen]]:
    return read_html(python_markdown.markdown(written, extensions=EXTENSIONS))


def read_material(written: str) -> list[list[Seen]]:
    return read_html(python_markdown.markdown(written, extensions=EXTENSIONS + MATERIAL))


def read_rst(written: str) -> list[list[Seen]]:
    tree = docutils.core.publish_doctree(
        written, settings_overrides={"report_level": 2, "warning_stream": False, "halt_level": 5}
    )
    found = tree.findall(docutils.nodes.system_message)
    messages = [message.astext() for message in found if message["level"] > 1]
    assert not messages, messages
    (table,) = (n for n in tree.children if isinstance(n, docutils.nodes.table))
    return [[_rst_cell(entry) for entry in row.children] for row in _top_rows(table)]


def _top_rows(table: docutils.nodes.Node) -> list[docutils.nodes.row]:
    (group,) = (n for n in table.children if isinstance(n, docutils.nodes.tgroup))
    parts = (
        n for n in group.children if isinstance(n, docutils.nodes.thead | docutils.nodes.tbody)
    )
    return [row for part in parts for row in part.children]


def _rst_cell(entry: docutils.nodes.Node) -> Seen:
    unseen = docutils.nodes.footnote_reference | docutils.nodes.system_message
    for node in [node for node in entry.findall() if isinstance(node, unseen)]:
        node.parent.remove(node)
    codes = [n.astext() for n in entry.findall(docutils.nodes.literal)]
    references = entry.findall(docutils.nodes.reference)
    # An address in plain words becomes a link by itself.
    links = [n["refuri"] for n in references if n.rawsource.startswith("`")]
    return Seen.of(entry.astext(), codes, links)


READERS: dict[str, list[Callable[[str], list[list[Seen]]]]] = {
    "markdown": [read_gfm, read_python_markdown, read_material],
    "html": [read_html],
    "rst": [read_rst],
}


# --- what they should see -------------------------------------------------------------------------


def expected(nodes: Iterable[Node], *, flat: bool = False) -> Seen:
    """What a reader must see of a cell; flat where links hold no code (reStructuredText)."""
    seen = Seen()
    _collect(nodes, seen, flat, False)
    return Seen.of(seen.text, seen.codes, seen.links)


def _collect(nodes: Iterable[Node], seen: Seen, flat: bool, linked: bool) -> None:
    for node in nodes:
        if node.kind in ("text", "code", "code_block"):
            seen.text += node.text
        if node.kind == "badge":
            seen.text += f"({node.text})"
        is_code = node.kind == "code" or (node.kind == "code_block" and not flat)
        if is_code and not (flat and linked):
            seen.codes.append(node.text)
        if node.kind == "link":
            seen.links.append(node.text)
        _collect(node.children, seen, flat, linked or node.kind == "link")


def make(
    *rows: tuple[tuple[Node, ...], ...], notes: tuple[Note, ...] = (), depth: int = 0
) -> Table:
    width = len(rows[0]) if rows else 2
    return Table(
        "shop",
        "The shop",
        tables.COLUMNS[:width],
        tuple(f"Column {number}" for number in range(width)),
        locales.parse("en-US"),
        tuple(
            Row(f"e{n}", "", tuple(Cell(blocks) for blocks in row)) for n, row in enumerate(rows)
        ),
        notes,
        depth,
        "No entries.",
    )


# --- fields as they are written -------------------------------------------------------------------

FIELDS = {
    "pipe": "Choose a | b | c.",
    "pipe in code": "Run `ps | grep x` or `a || b`.",
    "pipe in bold code": "Run **`ps | grep x`** now.",
    "backticks in code": "Write `` a `b` c `` and ``` `` ```.",
    "code that ends in a backslash": "It is in `C:\\temp\\` there.",
    "two spaces in code": "`dial  tcp` failed.",
    "line break": "One line\\\nand another  \nand a third",
    "paragraphs": "First.\n\nSecond *one*.",
    "steps": "1. First `x`\n2. Second\n   - inner\n   - more\n3. Third",
    "late steps": "4. Four\n5. Five",
    "bullets in the middle": "Do:\n\n- this\n- that\n\nThen wait.",
    "fence": "Run:\n\n```\naz login | tee log\n\n  exit <1>\n```\n\nDone.",
    "quote": "It says:\n\n> No | never.\n\nOK.",
    "heading": "# Not a page\n\nText.",
    "tag": "Give a <path> and </script> or &amp; &lt; and <b>bold</b>.",
    "braces at the end": "The name is {name}",
    "attributes after code": "The name is `x`{ .class } or **b**{#id}",
    "template marks": "Write {{ name }} and {% if %} and `{{ x }}` and {++ins++}.",
    "emphasis beside words": "un**frigging**believable and *a* b*c*d",
    "emphasis beside CJK": "**強調（x）**です、*注*と**`x`**だ",
    "emphasis in emphasis": "***both*** and **bold *soft* bold**",
    "literal asterisks": r"2 \* 3 \* 4 and \_x\_ and a_b_c and __init__.py",
    "brackets": r"\[x\](y) and \[^1\] and [not a link]",
    "exclamation before a link": "Look\\![here](https://example.com/)",
    "link with parentheses": "See [a (b)](<https://example.com/x_(y)|z>).",
    "link with code": "See [`x` and y](https://example.com/a_b_).",
    "autolink": "See <https://example.com/?a=1&b=2>.",
    "address": "See https://example.com/ and mail a@example.com, www.example.com.",
    "number at the start": "1\\. is a number\n\n\\- no item\n\n\\# none\n\n\\> none",
    "colon at the end": "As follows::",
    "colon at the start": ": no definition\n\n:field: none",
    "marks of other dialects": r"a \~\~b\~\~ ^^c^^ ==d== ++e++ H\~2\~O x^2^ $a$ and $b$ !!! note",
    "admonition": '!!! note "Title"\n    Body `x`.',
    "right to left": "شغّل `azcmagent connect` ثم **أعد** المحاولة.",
    "underscores at the ends": "name_ and _name and `x`_ and a__ b",
    "references of reST": "`x`_ |y| *z* ``w`` :role:`v` [1]_ [#x]_ .. note:: n",
    "apostrophes": 'It\'s "quoted" ... -- and (c) 1/2',
    "code of marks": "`*x*` `_y_` `[z](w)` `<v>` `&amp;` `\\u` `#!sh ls` `$a$` `{#id}`",
    "table": "Values:\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    "nothing": "",
}


@pytest.mark.parametrize("name", [n for n in FIELDS if n != "table"])
@pytest.mark.parametrize("reader", [r for readers in READERS.values() for r in readers])
def test_a_field_is_one_cell_that_says_the_same(
    name: str, reader: Callable[[str], list[list[Seen]]]
) -> None:
    blocks = markdown.tree(FIELDS[name])
    format_name = next(name for name, readers in READERS.items() if reader in readers)
    written = TABLE_FORMATS[format_name].write([make((blocks, blocks), ((), blocks))])
    want = expected(blocks, flat=format_name == "rst")
    assert reader(written)[1:] == [[want, want], [Seen(), want]]


@pytest.mark.parametrize("reader", [r for readers in READERS.values() for r in readers])
def test_a_table_in_a_field_stays_in_its_cell(reader: Callable[[str], list[list[Seen]]]) -> None:
    blocks = markdown.tree(FIELDS["table"])
    format_name = next(name for name, readers in READERS.items() if reader in readers)
    rows = reader(TABLE_FORMATS[format_name].write([make((blocks, ()), ((), ()))]))
    texts = [[seen.text.replace("·", "") for seen in row] for row in rows[1:]]
    assert texts == [["Values:ab12", ""], ["", ""]]


# --- any field ------------------------------------------------------------------------------------

_LETTERS = "aB1é証م"
_MARKS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


def _words(alphabet: str) -> st.SearchStrategy[str]:
    """Words with single spaces between them, none at the ends."""
    word = st.text(st.sampled_from(alphabet), min_size=1, max_size=5)
    return st.lists(word, min_size=1, max_size=4).map(" ".join)


_anything = _words(_LETTERS + _MARKS)
_urls = st.text(st.sampled_from("ab_*()[]~|"), max_size=8).map("https://example.com/{}".format)
_texts = st.builds(lambda text: Node("text", text), _anything)
_codes = st.builds(lambda text: Node("code", text), _anything)
_linked = st.one_of(st.builds(lambda text: Node("text", text), _words(_LETTERS)), _codes)
_leaves = st.one_of(
    _texts,
    _texts,
    _codes,
    st.just(Node("text", " ")),
    st.just(Node("break")),
    st.just(Node("badge", "English")),
    st.just(Node("note", "shop-n")),
    st.builds(lambda url, node: Node("link", url, (node,)), _urls, _linked),
)
_emphasis = st.builds(
    lambda kind, children: Node(kind, "", tuple(children)),
    st.sampled_from(["strong", "em"]),
    st.lists(st.one_of(_texts, _codes), min_size=1, max_size=3),
)
_line = st.lists(st.one_of(_leaves, _emphasis), min_size=1, max_size=5).map(tuple)


def _visible(line: tuple[Node, ...]) -> bool:
    return bool(markdown.words(line)) and line[0].kind in ("text", "code", "strong", "em")


_paragraphs = st.builds(lambda line: Node("paragraph", "", line), _line.filter(_visible))
_blocks = st.recursive(
    st.one_of(_paragraphs, st.builds(lambda text: Node("code_block", text), _anything)),
    lambda inner: st.builds(
        lambda kind, items: Node(kind, "1" if kind == "numbers" else "", tuple(items)),
        st.sampled_from(["bullets", "numbers"]),
        st.lists(
            st.builds(
                lambda first, rest: Node("item", "", (first, *rest)),
                _paragraphs,
                st.lists(inner, max_size=1),
            ),
            min_size=1,
            max_size=2,
        ),
    ),
    max_leaves=4,
)
_cells = st.lists(_blocks, min_size=1, max_size=3).map(tuple)
_NOTE = Note("shop-n", (Node("paragraph", "", (Node("text", "A note."),)),), 1)


def _calm(nodes: tuple[Node, ...]) -> tuple[Node, ...]:
    """The nodes without code inside emphasis and links, where Python-Markdown loses its way."""
    kept = []
    for node in nodes:
        children = _calm(node.children)
        if node.kind in ("strong", "em", "link"):
            children = tuple(child for child in children if child.kind == "text")
            if not markdown.words(children):
                continue
        kept.append(replace(node, children=children))
    return tuple(kept)


@pytest.mark.parametrize("reader", [r for readers in READERS.values() for r in readers])
@given(first=_cells, second=_cells)
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_law_any_cell_says_the_same_in_every_format(
    reader: Callable[[str], list[list[Seen]]], first: tuple[Node, ...], second: tuple[Node, ...]
) -> None:
    if reader in (read_python_markdown, read_material):
        first, second = _calm(first), _calm(second)
    format_name = next(name for name, readers in READERS.items() if reader in readers)
    written = TABLE_FORMATS[format_name].write([make((first, second), ((), ()), notes=(_NOTE,))])
    flat = format_name == "rst"
    want = [[expected(first, flat=flat), expected(second, flat=flat)], [Seen(), Seen()]]
    assert reader(written)[1:] == want


# --- plain formats --------------------------------------------------------------------------------


@given(first=_cells, second=_cells)
@settings(max_examples=40, deadline=None)
def test_law_csv_gives_back_the_plain_words(
    first: tuple[Node, ...], second: tuple[Node, ...]
) -> None:
    written = TABLE_FORMATS["csv"].write([make((first, second), ((), ()), notes=(_NOTE,))])
    notes = {_NOTE.label: _NOTE.blocks}
    want = [plain.text(first, notes), plain.text(second, notes)]
    assert list(csv.reader(io.StringIO(written, newline="")))[1:] == [want, ["", ""]]


@given(first=_cells, second=_cells)
@settings(max_examples=40, deadline=None)
def test_law_tsv_has_one_line_for_a_row(first: tuple[Node, ...], second: tuple[Node, ...]) -> None:
    written = TABLE_FORMATS["tsv"].write([make((first, second), ((), ()))])
    rows = list(csv.reader(io.StringIO(written), delimiter="\t", quoting=csv.QUOTE_NONE))
    assert [len(row) for row in rows] == [2, 2, 2]
    assert written.count("\n") == 3
    assert [_squeezed(c) for c in rows[1]] == [_squeezed(plain.text(c)) for c in (first, second)]


def test_csv_has_its_footnotes_in_parentheses_and_its_steps_on_lines() -> None:
    blocks = markdown.tree('1. Say "a, b"[^n]\n2. See [there](https://example.com/)')
    note = Note("n", markdown.tree("Only *sometimes*."), 1)
    (_, row) = csv.reader(io.StringIO(TABLE_FORMATS["csv"].write([make((blocks,), notes=(note,))])))
    assert row == ['1. Say "a, b" (Only sometimes.)\n2. See there (https://example.com/)']


def test_tsv_keeps_the_spaces_of_a_literal() -> None:
    table = make((markdown.tree("`dial  tcp`\\\nnext"),))
    assert TABLE_FORMATS["tsv"].write([table]).splitlines()[1] == "dial  tcp next"


def test_json_has_values_for_programs_and_texts_in_three_forms() -> None:
    blocks = markdown.tree("Give `a|b`.[^n]")
    note = Note("n", markdown.tree("Or *c*."), 1)
    cells = (Cell((), "SHOP001"), Cell(blocks, None, "fr-FR", "ok"))
    table = make(((), ()), notes=(note,))
    row = Row("shop001", "https://example.com/e/", cells)
    data = json.loads(TABLE_FORMATS["json"].write([replace(table, rows=(row,))]))
    assert data == {
        "version": 1,
        "locale": "en-US",
        "columns": {"code": "Column 0", "title": "Column 1"},
        "rows": [
            {
                "id": "shop001",
                "catalog": "shop",
                "url": "https://example.com/e/",
                "code": "SHOP001",
                "title": {
                    "markdown": "Give <code>a&#124;b</code>.[^n]",
                    "html": '<p>Give <code translate="no" dir="ltr">a|b</code>.<sup id="fnref:n">'
                    '<a class="footnote-ref" href="#fn:n">1</a></sup></p>',
                    "text": "Give a|b.",
                    "locale": "fr-FR",
                    "state": "ok",
                },
            }
        ],
        "footnotes": {
            "n": {"markdown": "Or *c*.", "html": "<p>Or <em>c</em>.</p>", "text": "Or c."}
        },
    }


# --- around the rows ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("markdown", "### The shop\n\n| Column 0 |"),
        (
            "html",
            '<h3>The shop</h3>\n<div class="errbook" lang="en-US" dir="ltr">\n<table>\n<thead>',
        ),
        ("rst", "The shop\n~~~~~~~~\n\n.. list-table::"),
    ],
)
def test_a_heading_stands_above_its_table(name: str, begins: str) -> None:
    assert TABLE_FORMATS[name].write([make(((),), depth=3)]).startswith(begins)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("markdown", "No entries.\n"),
        ("html", "<p>No entries.</p>\n"),
        ("rst", "No entries.\n"),
        ("csv", "Column 0,Column 1\n"),
        ("tsv", "Column 0\tColumn 1\n"),
    ],
)
def test_a_table_without_rows(name: str, written: str) -> None:
    assert TABLE_FORMATS[name].write([make()]) == written


def test_footnotes_stand_below_the_first_table_and_are_led_back_to() -> None:
    def table(*labels: str) -> Table:
        cells = tuple(markdown.tree(f"Text.[^{label}]") for label in labels)
        texts = dict(
            zip(labels, (markdown.tree(f"Note {label}.") for label in labels), strict=True)
        )
        return make(cells, notes=tuple(Note(label, text) for label, text in texts.items()))

    made = tables.numbered([table("b", "a"), table("a", "c")])
    html = TABLE_FORMATS["html"].write(made)
    assert re.findall(r'href="#fn:(\w)">(\d)', html) == [
        ("b", "1"),
        ("a", "2"),
        ("a", "2"),
        ("c", "3"),
    ]
    parser = _Cells()
    parser.feed(html)
    assert len(parser.ids) == len(set(parser.ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(parser.ids)
    for name, mark in (("markdown", r"^\[\^(\w)\]: "), ("rst", r"^\.\. \[#(\w)\] ")):
        assert re.findall(mark, TABLE_FORMATS[name].write(made), re.M) == ["b", "a", "c"]


def test_rst_footnotes_are_resolved() -> None:
    blocks = markdown.tree("Text[^n] and again.[^n]")
    note = Note("shop-n", markdown.tree("One.\n\n- two\n- three"), 1)
    renamed = tables.numbered([make((blocks,), notes=(replace(note, label="n"),))])
    tree = docutils.core.publish_doctree(TABLE_FORMATS["rst"].write(renamed))
    (footnote,) = tree.findall(docutils.nodes.footnote)
    assert len(footnote["backrefs"]) == 2
    assert len(list(footnote.findall(docutils.nodes.list_item))) == 2


def test_a_text_in_another_language_says_so() -> None:
    blocks = (
        Node("paragraph", "", (Node("lang", "ar", (Node("text", "نص"),)), Node("badge", "Arabic"))),
    )
    table = make((blocks,))
    assert '<span lang="ar" dir="rtl">نص</span> <em>(Arabic)</em>' in TABLE_FORMATS[
        "markdown"
    ].write([table])
    assert '<span lang="ar" dir="rtl">نص</span> <small' in TABLE_FORMATS["html"].write([table])
    assert "نص *(Arabic)*" in TABLE_FORMATS["rst"].write([table])
    assert "نص (Arabic)" in TABLE_FORMATS["csv"].write([table])


BLOCK_READERS = [
    MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render,
    # Python-Markdown's own fences cannot stand in a list.
    lambda text: python_markdown.markdown(
        text, extensions=[*EXTENSIONS[2:], "pymdownx.superfences"]
    ),
]


@pytest.mark.parametrize("name", [n for n in FIELDS if n != "table"])
@pytest.mark.parametrize("reader", BLOCK_READERS)
def test_markdown_where_there_is_room_says_the_same(
    reader: Callable[[str], str], name: str
) -> None:
    """What a footnote and a program's field hold."""
    blocks = markdown.tree(FIELDS[name])
    ((seen,),) = read_html(
        f"<table><tr><td>{reader(markdown_format.blocks(blocks))}</td></tr></table>"
    )
    want = expected(blocks)
    assert (seen.text, seen.links) == (want.text, want.links)


@pytest.mark.parametrize("reader", BLOCK_READERS)
@given(blocks=_cells)
@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_law_markdown_where_there_is_room_says_the_same(
    reader: Callable[[str], str], blocks: tuple[Node, ...]
) -> None:
    kept = tuple(node for node in blocks if not list(tables.notes_in([node])))
    ((seen,),) = read_html(
        f"<table><tr><td>{reader(markdown_format.blocks(kept))}</td></tr></table>"
    )
    want = expected(kept)
    assert (seen.text, seen.links) == (want.text, want.links)
