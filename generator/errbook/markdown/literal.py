"""Writes words and code as HTML that no parser behind us takes for anything else."""

from __future__ import annotations

import html
import re

_MARKED = re.compile("[&<>\"'\r\n{]")
_OPENING = re.compile(r"\{(?=[{%#+~=-])")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_NOT_WORDS = re.compile(r"(<[^<>]*>|&[#\w]+;)")


def escape(text: str) -> str:
    """Escape text for HTML content and double-quoted attributes, on one line.

    A brace that opens a template tag or an editor's mark (``{{``, ``{%``, ``{--``) is an entity:
    template engines and preprocessors run over whole pages, HTML included.
    """
    if not _MARKED.search(text):
        return text
    escaped = html.escape(text, quote=True).replace("\r\n", "\n").replace("\n", "&#10;")
    return _OPENING.sub("&#123;", escaped) if "{" in escaped else escaped


def escape_everything(text: str) -> str:
    """Write each ASCII punctuation mark as an entity: no Markdown parser sees markup in it."""
    return _PUNCTUATION.sub(lambda mark: f"&#{ord(mark[0])};", text)


def code(text: str, name: str = "") -> str:
    """A literal as inline HTML: never translated, always left to right, isolated by the style."""
    attributes = f' class="{name}"' if name else ""
    return f'<code{attributes} translate="no" dir="ltr">{escape(text)}</code>'


def code_block(text: str) -> str:
    """Literal lines as an HTML block, in the form to which Material adds its copy button."""
    inner = escape(text.rstrip("\n"))
    return (
        '<div class="highlight" translate="no" dir="ltr"><pre tabindex="0">'
        f"<code>{inner}&#10;</code></pre></div>"
    )


def inert(written: str) -> str:
    """Make inline HTML safe inside Markdown: all punctuation outside its tags is entities."""
    pieces = _NOT_WORDS.split(written)
    # Every second piece is what the words stand between.
    return "".join([p if i % 2 else escape_everything(p) for i, p in enumerate(pieces) if p])
