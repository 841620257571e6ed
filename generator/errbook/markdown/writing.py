"""Renders fields as HTML, with the links, marks and footnotes of a localized page."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from errbook.markdown import simple
from errbook.markdown.literal import code, code_block, escape
from errbook.markdown.preset import parser

_URL_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)


@dataclass(frozen=True, slots=True)
class Mark:
    """How to show that a unit is in another language than its page."""

    lang: str
    direction: str
    badge: str
    """HTML put after the text; already escaped."""


@dataclass(frozen=True, slots=True)
class Links:
    """How the targets in a text become the URLs of one page."""

    url: Callable[[str], str | None] = field(default=lambda target: target)
    """The URL for a link's target, or None when the target is unknown."""
    footnote: Callable[[str], str] = field(default=lambda label: "")
    """The HTML of a reference to the footnote with this label."""
    code: Callable[[str], str | None] = field(default=lambda text: None)
    """HTML for a code span's text, or None for a plain ``<code>``."""


PLAIN_LINKS = Links()
Frame = Callable[[int, str], str]
"""Puts something around the HTML of the unit with an index."""


def render(
    text: str,
    links: Links = PLAIN_LINKS,
    marks: Mapping[int, Mark] | None = None,
    frame: Frame | None = None,
) -> str:
    """Render a field as HTML blocks without line breaks between or in them.

    Raw HTML in the text is shown as text. Line breaks in code are written ``&#10;``: no builder's
    preprocessor can take a line of it for anything else.

    Args:
        text: The field's Markdown.
        links: What its targets, footnotes and code spans become.
        marks: By the index of the unit, how to mark it as fallen back.
        frame: What is put around each unit; nothing without it.
    """
    parts = None if marks or frame else simple.parts(text)
    if parts is not None:
        return f"<p>{_simple_inline(parts, links)}</p>"
    tokens = parser("field").parse(text)
    return _Writer(links, marks or {}, frame).blocks(tokens)


def render_inline(text: str, links: Links = PLAIN_LINKS) -> str:
    """Render one line of Markdown (a title, a caption) without a block around it."""
    parts = simple.parts(text)
    if parts is not None:
        return _simple_inline(parts, links)
    tokens = parser("field").parseInline(text)
    return _Writer(links, {}).inline(tokens[0].children or [])


def _simple_inline(parts: Sequence[simple.Part], links: Links) -> str:
    pieces = []
    for kind, text, target in parts:
        if kind == "text":
            pieces.append(escape(text))
        elif kind == "code":
            pieces.append(links.code(text) or code(text))
        elif kind == "strong":
            pieces.append(f"<strong>{escape(text)}</strong>")
        elif kind == "note":
            pieces.append(links.footnote(text))
        else:
            url = links.url(target)
            shown = escape(text)
            pieces.append(shown if url is None else f"{_anchor(url)}{shown}</a>")
    return "".join(pieces)


class _Writer:
    """Writes tokens as HTML, with what a localized page needs and the stock renderer lacks."""

    def __init__(self, links: Links, marks: Mapping[int, Mark], frame: Frame | None = None) -> None:
        self._links = links
        self._marks = marks
        self._frame = frame
        self._unit = -1

    def blocks(self, tokens: Sequence[Token]) -> str:
        pieces: list[str] = []
        for token in tokens:
            match token.type:
                case "inline":
                    self._unit += bool(token.content.strip())
                    pieces.append(self._unit_html(token))
                case "fence" | "code_block":
                    pieces.append(code_block(token.content))
                case "html_block":
                    pieces.append(f"<p>{escape(token.content)}</p>")
                case "hr":
                    pieces.append("<hr>")
                case _ if token.tag and not token.hidden:
                    pieces.append(self._tag(token))
        return "".join(pieces)

    def _unit_html(self, token: Token) -> str:
        written = self.inline(token.children or [])
        mark = self._marks.get(self._unit)
        written = written if mark is None else marked(written, mark)
        return self._frame(self._unit, written) if self._frame and written else written

    def _tag(self, token: Token) -> str:
        if token.nesting < 0:
            return f"</{token.tag}>"
        kept = {k: v for k, v in token.attrs.items() if k in ("start", "style")}
        attributes = "".join(f' {name}="{escape(str(value))}"' for name, value in kept.items())
        return f"<{token.tag}{attributes}>"

    def inline(self, tokens: Sequence[Token]) -> str:
        pieces: list[str] = []
        open_links: list[bool] = []
        for token in tokens:
            match token.type:
                case "text":
                    pieces.append(escape(token.content))
                case "code_inline":
                    pieces.append(self._links.code(token.content) or code(token.content))
                case "softbreak":
                    pieces.append(" ")
                case "hardbreak":
                    pieces.append("<br>")
                case "link_open":
                    url = self._links.url(str(token.attrs.get("href", "")))
                    open_links.append(url is not None)
                    if url is not None:
                        pieces.append(_anchor(url))
                case "link_close":
                    pieces.append("</a>" if open_links.pop() else "")
                case "image":
                    url = self._links.url(str(token.attrs.get("src", "")))
                    alt = escape(token.content)
                    pieces.append(f'<img src="{escape(url)}" alt="{alt}">' if url else alt)
                case "footnote_ref":
                    pieces.append(self._links.footnote(str(token.meta["label"])))
                case "html_inline":
                    pieces.append(escape(token.content))
                case _ if token.tag:
                    pieces.append(f"<{'/' if token.nesting < 0 else ''}{token.tag}>")
        return "".join(pieces)


def _anchor(url: str) -> str:
    # Material rewrites links between locales to the current page's twin, unless they have a target.
    external = ' rel="noopener"' if _URL_SCHEME.match(url) else ""
    return f'<a href="{escape(url)}"{external}>'


def marked(written: str, mark: Mark) -> str:
    """Put a unit's HTML inside a span with its own language, followed by its badge."""
    return (
        f'<span class="eb-fallback" lang="{mark.lang}" dir="{mark.direction}">{written}</span>'
        f"{mark.badge}"
    )
