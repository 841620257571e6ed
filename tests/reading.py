"""Reads what was built the way a reader, a screen reader or a crawler gets it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_MARKS = {"eb-fallback": ("⟨", "⟩"), "eb-badge": ("⟦", "⟧")}
_FORMATTING = ("b", "del", "em", "i", "ins", "kbd", "mark", "s", "small", "strong", "sub", "sup")
_INLINE = frozenset(("a", "abbr", "bdi", "code", "span", "var", *_FORMATTING))


@dataclass(frozen=True)
class Element:
    """A start tag with what it says."""

    tag: str
    attributes: Mapping[str, str]

    def has_class(self, name: str) -> bool:
        return name in self.attributes.get("class", "").split()


@dataclass
class _Reader(HTMLParser):
    """Collects the elements, ids and lines of text of a document or of its article."""

    elements: list[Element] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self._line = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _INLINE:
            self._end_line()
        self._line += next((o for name, (o, _) in _MARKS.items() if element.has_class(name)), "")
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._end_line()
        while self._open:
            element = self._open.pop()
            self._line += next(
                (c for name, (_, c) in _MARKS.items() if element.has_class(name)), ""
            )
            if element.tag == tag:
                break

    def handle_data(self, data: str) -> None:
        name = self._open[-1].tag if self._open else ""
        if name == "script":
            self.scripts.append(data)
        elif name == "title":
            self.texts["title"] = self.texts.get("title", "") + data
        elif name != "style":
            self._line += data

    def close(self) -> None:
        super().close()
        self._end_line()

    def _end_line(self) -> None:
        line = " ".join(self._line.split())
        if line:
            self.lines.append(line)
        self._line = ""


@dataclass(frozen=True)
class Page:
    """One HTML file."""

    html: str

    @cached_property
    def _whole(self) -> _Reader:
        return _read(self.html)

    @property
    def article(self) -> str:
        """The HTML of the article."""
        found = re.search(r"<article.*?</article>", self.html, re.S)
        assert found, "the page has no article"
        return found[0]

    @cached_property
    def _article(self) -> _Reader:
        return _read(self.article)

    @property
    def elements(self) -> list[Element]:
        return self._whole.elements

    @property
    def article_elements(self) -> list[Element]:
        return self._article.elements

    @property
    def lines(self) -> list[str]:
        """The article's text, a line for each block.

        A text in another language stands in ⟨ ⟩, the badge behind it in ⟦ ⟧.
        """
        return self._article.lines

    @property
    def fallbacks(self) -> list[str]:
        """The lines with a text in another language."""
        return [line for line in self.lines if "⟦" in line or "⟨" in line]

    @property
    def body_lines(self) -> list[str]:
        """The text of the whole page, as `lines`."""
        return self._whole.lines

    @property
    def scripts(self) -> str:
        """The text of all its scripts."""
        return "".join(self._whole.scripts)

    @property
    def article_text(self) -> str:
        return "\n".join(self.lines)

    @property
    def ids(self) -> list[str]:
        """The ids in the article, in their order."""
        return [e.attributes["id"] for e in self.article_elements if "id" in e.attributes]

    @property
    def root(self) -> Element:
        return next(element for element in self.elements if element.tag == "html")

    @property
    def title(self) -> str:
        return " ".join(self._whole.texts.get("title", "").split())

    def meta(self, name: str) -> str:
        """The content of a meta element, by its name or property; empty without one."""
        for element in self.elements:
            given = element.attributes
            if element.tag == "meta" and name in (given.get("name"), given.get("property")):
                return given.get("content", "")
        return ""

    def link(self, relation: str) -> str:
        """The target of a link element; empty without one."""
        for element in self.elements:
            if element.tag == "link" and element.attributes.get("rel") == relation:
                return element.attributes["href"]
        return ""

    @property
    def linked_data(self) -> dict[str, object]:
        """The JSON-LD of the page; empty without any."""
        found = re.search(r'<script type="application/ld\+json">(.*?)</script>', self.html, re.S)
        data: dict[str, object] = json.loads(found[1]) if found else {}
        return data


def _read(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader


@dataclass(frozen=True)
class Site:
    """A published site."""

    folder: Path

    def page(self, path: str) -> Page:
        """A page by its URL below the root, as in ``en-US/errors/shop001/``."""
        file = self.folder / path
        return Page(
            (file / "index.html" if path.endswith("/") or not path else file).read_text("utf-8")
        )

    def text(self, path: str) -> str:
        return (self.folder / path).read_text("utf-8")

    def pages(self, locale: str) -> Iterator[str]:
        """The URL below a locale of each of its pages."""
        folder = self.folder / locale
        for path in sorted(folder.rglob("index.html")):
            yield path.relative_to(folder).as_posix().removesuffix("index.html")

    def search(self, locale: str) -> list[dict[str, str]]:
        """What the search box of a locale finds."""
        index = json.loads(self.text(f"{locale}/search/search_index.json"))
        docs: list[dict[str, str]] = index["docs"]
        return docs


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
