"""What the theme's search index says of a page, computed from our own blocks of HTML.

It follows, step by step, the parser of Material's search plugin, whose index it must equal to the
byte; a build compares samples of both and does without this module where they differ.
"""

from __future__ import annotations

import html
import re

KEPT = frozenset(("p", "code", "pre", "li", "ol", "ul", "sub", "sup"))
"""Tags that stay in the index."""
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_TOKEN = re.compile(r"<(?P<close>/?)(?P<tag>[a-zA-Z][a-zA-Z0-9]*)(?P<rest>[^>]*)>|[^<]+")


def search_text(written: str) -> str:
    """The text of a section in the index, with the few tags that it keeps.

    Args:
        written: The section's HTML below its heading, or a heading's own content.
    """
    found: list[str] = []
    context: list[str] = []
    skip: set[str] = set()
    for token in _TOKEN.finditer(written):
        tag = token["tag"]
        if tag is None:
            if not (skip and skip.intersection(context)):
                _data(found, html.unescape(token[0]), "pre" in context)
        elif token["close"]:
            _close(found, context, skip, tag)
        elif tag not in VOID:
            context.append(tag)
            if "data-search-exclude" in token["rest"]:
                skip.add(tag)
            elif tag in KEPT and not (skip and skip.intersection(context)):
                found.append(f"<{tag}>")
    return "".join(found).strip()


def _data(found: list[str], text: str, preformatted: bool) -> None:
    if not preformatted:
        text = " " if text.isspace() else text.replace("\n", " ")
    if text.isspace():
        if not found or not found[-1].isspace() or preformatted:
            found.append(text)
    else:
        found.append(html.escape(text, quote=False))


def _close(found: list[str], context: list[str], skip: set[str], tag: str) -> None:
    if not context or context[-1] != tag:
        return
    context.pop()
    if tag in skip:
        # Any element of this name ends what is left out, as it does in the plugin.
        skip.remove(tag)
        return
    if tag not in KEPT or (skip and skip.intersection(context)):
        return
    opening = found.index(f"<{tag}>")
    if all(piece.isspace() for piece in found[opening + 1 :]):
        del found[opening:]
    else:
        found.append(f"</{tag}>")
