"""Reads a finished page as its reader gets it: every text that can be seen or heard."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from errbook.pseudo import CLOSE, HIDDEN, OPEN

_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
_INLINE = frozenset(
    "a abbr b bdi bdo br cite code data del dfn em i img ins kbd mark q s samp small span strong"
    " sub sup svg time u var wbr".split()
)
"""Elements inside a line of text: a unit goes on behind them."""
_LITERAL = frozenset(("code", "pre", "kbd", "samp", "var", "math"))
"""Elements that hold what is never translated."""
_SILENT = frozenset(("script", "style", "svg", "template"))
_ATTRIBUTES = (
    "alt",
    "title",
    "placeholder",
    "label",
    "aria-label",
    "aria-description",
    "aria-placeholder",
    "aria-roledescription",
    "aria-valuetext",
    "data-none",
)
"""Attributes that are shown or read aloud; the last one is a word of our lookup box."""
_DESCRIPTIONS = frozenset(
    "description og:title og:description og:site_name twitter:title twitter:description"
    " apple-mobile-web-app-title application-name".split()
)
"""Names and properties of meta elements that search engines and previews show."""
_WORDS = re.compile(r'"words":(?=\{)')
"""What stands before the words that a page gives to its script."""
_TOLD = frozenset(("name", "headline", "description", "alternateName"))
"""Keys of linked data with words for readers."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One text of a page, with `HIDDEN` for what need not be translated."""

    text: str
    where: str
    """What holds it, as in ``h1``, ``img alt`` or ``title``."""


def texts(page: str) -> list[Shown]:
    """Every text of a page that its reader sees or hears, and that is in the page's language.

    Left out are code, what says that it is not translated or in another language, and the names of
    languages in links to other locales. A text that fell back is in the page's language as far as
    its reader is concerned.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    reader.end_line()
    return reader.found


@dataclass(slots=True)
class _Open:
    tag: str
    hidden: bool
    """Whether what is in it need not be translated."""


@dataclass
class _Reader(HTMLParser):
    found: list[Shown] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[_Open] = []
        self._language = ""
        self._line: list[str] = []
        self._script = ""

    # --- elements --------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self._language = given.get("lang", "")
        if tag not in _INLINE:
            self.end_line()
        if tag == "br":
            self._line.append(" ")
        hidden = self._hides(tag, given)
        if not hidden or tag in _LITERAL:
            self._attributes(tag, given, hidden)
        if tag == "script":
            self._script = given.get("type", "text/javascript")
        if tag not in _VOID:
            self._open.append(_Open(tag, hidden))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self.end_line()
        if any(element.tag == tag for element in self._open):
            while self._open.pop().tag != tag:
                pass

    def _hides(self, tag: str, given: Mapping[str, str]) -> bool:
        if self._open and self._open[-1].hidden:
            return True
        if tag in _LITERAL or tag in _SILENT or given.get("translate") == "no":
            return True
        if tag == "a" and "hreflang" in given:
            return True
        foreign = given.get("lang", self._language) != self._language
        return foreign and "eb-fallback" not in given.get("class", "").split()

    # --- texts -----------------------------------------------------------------------------------

    def handle_data(self, data: str) -> None:
        element = self._open[-1] if self._open else None
        if element is not None and element.tag == "script":
            self._words_of_script(data)
        elif element is not None and element.hidden:
            self._line.append(HIDDEN)
        else:
            self._line.append(data)

    def end_line(self) -> None:
        """Take what was read since the last block began or ended as one text."""
        text = " ".join("".join(self._line).split())
        self._line.clear()
        if text.strip(f"{HIDDEN} "):
            block = next((e.tag for e in reversed(self._open) if e.tag not in _INLINE), "body")
            self.found.append(Shown(text, block))

    def _say(self, text: str, where: str) -> None:
        """Take an attribute's text; the unit in which an image or a link stands is around it."""
        text = " ".join(text.split())
        before = "".join(self._line)
        if before.count(OPEN) > before.count(CLOSE):
            text = f"{OPEN}{text}{CLOSE}"
        self.found.append(Shown(text, where))

    def _attributes(self, tag: str, given: Mapping[str, str], hidden: bool) -> None:
        if hidden or given.get("translate") == "no":
            return
        for name in _ATTRIBUTES:
            if name in given:
                self._say(given[name], f"{tag} {name}")
        if tag == "input" and given.get("type") in ("button", "submit", "reset"):
            self._say(given.get("value", ""), "input value")
        if tag == "meta" and given.get("name", given.get("property")) in _DESCRIPTIONS:
            self._say(given.get("content", ""), f"meta {given.get('name', given.get('property'))}")
        for name, value in given.items():
            if name.startswith("data-") and value.startswith("{"):
                for text in _strings(value):
                    self._say(text, f"{tag} {name}")

    def _words_of_script(self, data: str) -> None:
        if self._script == "application/ld+json":
            for text in _told(_read(data)):
                self._say(text, "linked data")
        elif self._script == "application/json":
            config = _read(data)
            words = config.get("translations", {}) if isinstance(config, dict) else {}
            for text in _strings_of(words):
                self._say(text, "script")
        else:
            for match in _WORDS.finditer(data):
                for text in _strings_of(_first(data[match.end() :])):
                    self._say(text, "script")


def _read(data: str) -> Any:
    try:
        return json.loads(data)
    except ValueError:
        return None


def _first(data: str) -> Any:
    """The value with which a text begins."""
    try:
        return json.JSONDecoder().raw_decode(data)[0]
    except ValueError:
        return None


def _strings(data: str) -> Iterator[str]:
    yield from _strings_of(_read(data))


def _strings_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings_of(inner)


def _told(value: Any) -> Iterator[str]:
    """The words for readers in linked data."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in _TOLD and isinstance(inner, str):
                yield inner
            elif not isinstance(inner, str):
                yield from _told(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _told(inner)
