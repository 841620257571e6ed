"""Hypothesis strategies that several test modules share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

# --- characters and words -------------------------------------------------------------------------

VISIBLE = st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co", "Zl", "Zp"])
"""Any character a text can show; no control character, no line separator."""

PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

WORDS = (
    "server",
    "Überprüfung",
    "l’agent",
    "証明書",
    "再起動する",
    "الخادم",
    "שגיאה",
    "서버",
    "сервер",
)
"""Latin, CJK, right-to-left, Hangul and Cyrillic."""

MARKED = (
    "`code`",
    "`a < b`",
    "``x ` y``",
    "**bold**",
    "_soft_",
    "[text](link:name)",
    "<https://example.com/>",
    "[^note]",
    "{host}",
    "&amp;",
    "\\*",
    "100 %",
    "{ not, a list }",
)

literals = st.text(st.one_of(VISIBLE, st.sampled_from(PUNCTUATION + " ")), min_size=1).filter(
    lambda text: text == text.strip() != ""
)
"""What a product may print on one line."""

sentences = st.builds(
    lambda first, rest: " ".join((first, *rest)),
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(WORDS + MARKED), max_size=6),
)
"""Markdown of one line that begins with a word, so that it is a paragraph wherever it stands."""


# --- Markdown documents that know their units -----------------------------------------------------


@dataclass(frozen=True)
class Written:
    """Lines of Markdown and the (kind, text) of each unit in them."""

    lines: tuple[str, ...]
    units: tuple[tuple[str, str], ...] = ()

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def _together(blocks: Sequence[Written]) -> Written:
    lines: list[str] = []
    for block in blocks:
        lines += ["", *block.lines] if lines else block.lines
    return Written(tuple(lines), tuple(unit for block in blocks for unit in block.units))


def _indented(block: Written, first: str, rest: str) -> Written:
    """A block inside another one: what its lines begin with."""
    prefixes = [first] + [rest] * (len(block.lines) - 1)
    lines = zip(prefixes, block.lines, strict=True)
    return Written(tuple((prefix + line).rstrip() for prefix, line in lines), block.units)


def _of_kind(block: Written, kind: str) -> Written:
    """A block whose paragraphs are called otherwise where it stands."""
    units = ((kind if old in ("p", "li") else old, text) for old, text in block.units)
    return Written(block.lines, tuple(units))


def _paragraph(lines: list[str], breaks: list[str]) -> Written:
    written, text = [lines[0]], lines[0]
    for line, end in zip(lines[1:], breaks, strict=False):
        written[-1] += end
        written.append(line)
        text += f"{end}\n{line}" if end else f" {line}"
    # A trailing double space would be lost to `_indented`, which leaves no space at a line's end.
    return Written(tuple(written), (("p", text),))


def _heading(level: int, text: str, closing: str, attributes: str) -> Written:
    return Written((f"{'#' * level} {text}{attributes}{closing}",), (("h", text),))


def _fence(lines: list[str], mark: str) -> Written:
    return Written((mark, *lines, mark))


def _table(rows: list[list[str]], edge: bool) -> Written:
    width = len(rows[0])
    rows = [(row + row)[:width] for row in rows]
    left, right = ("| ", " |") if edge else ("", "")
    lines = [f"{left}{' | '.join(row)}{right}" for row in rows]
    lines.insert(1, f"{left}{' | '.join(['---'] * width)}{right}")
    return Written(tuple(lines), tuple(("td", cell) for row in rows for cell in row))


def _quote(blocks: list[Written]) -> Written:
    return _indented(_together(blocks), "> ", "> ")


def _list(items: list[list[Written]], marker: str) -> Written:
    written = [
        _indented(_of_kind(_together(blocks), "li"), marker, " " * len(marker)) for blocks in items
    ]
    return _together(written)


def _container(opening: str, title: str, blocks: list[Written]) -> Written:
    body = _indented(_together(blocks), "    ", "    ")
    head = Written((f'{opening} "{title}"',), (("t", title),))
    return _together([head, body])


paragraphs = st.builds(
    _paragraph,
    st.lists(sentences, min_size=1, max_size=3),
    st.lists(st.sampled_from(["", "\\"]), min_size=2, max_size=2),
)
_attributes = st.sampled_from(["", " { #given }", " {#given .wide}"])
_headings = st.builds(
    _heading,
    st.integers(1, 4),
    sentences.filter(lambda text: not text.endswith("}")),
    st.sampled_from(["", " ##"]),
    _attributes,
)
_fences = st.builds(
    _fence,
    st.lists(st.sampled_from(["# not a heading", "- no item", "", "=== x", "text"]), max_size=3),
    st.sampled_from(["```", "~~~~"]),
)
_cells = st.one_of(sentences, st.just("`a \\| b`"), st.just("a \\| b"))
_tables = st.builds(
    _table,
    st.lists(st.lists(_cells, min_size=2, max_size=3), min_size=1, max_size=3),
    st.booleans(),
)
_simple = st.one_of(paragraphs, _headings, _fences, _tables)


def _nested(blocks: st.SearchStrategy[Written]) -> st.SearchStrategy[Written]:
    several = st.lists(blocks, min_size=1, max_size=3)
    item = st.builds(lambda first, rest: [first, *rest], paragraphs, st.lists(blocks, max_size=2))
    return st.one_of(
        st.builds(_quote, several),
        st.builds(
            _list, st.lists(item, min_size=1, max_size=3), st.sampled_from(["- ", "* ", "10. "])
        ),
        st.builds(
            _container,
            st.sampled_from(["!!! note", "???+ tip", "??? warning inline", "===", "===!"]),
            st.sampled_from(WORDS),
            several,
        ),
    )


blocks = st.recursive(_simple, _nested, max_leaves=6)
_notes = st.builds(
    lambda number, body: _indented(_of_kind(_together(body), "fn"), f"[^{number}]: ", "    "),
    st.integers(1, 9),
    st.builds(lambda first, rest: [first, *rest], paragraphs, st.lists(paragraphs, max_size=1)),
)
_front = st.sampled_from(
    [
        Written(()),
        Written(("---", "title: 証明書 𝒳", "tags: [a]", "---"), (("meta", "証明書 𝒳"),)),
        Written(
            ("---", "description: >-", "  two", "  lines", "title: 'x: y'", "---"),
            (("meta", "two lines"), ("meta", "x: y")),
        ),
    ]
)


def _document(front: Written, body: list[Written]) -> Written:
    return _together([part for part in (front, *body) if part.lines])


documents = st.builds(
    _document, _front, st.lists(st.one_of(blocks, _notes), min_size=1, max_size=5)
)
"""Pages in the whole dialect, each with the units that must be found in it."""
