"""What is done to whole pages: ids and titles written into them, and parts that mislead found."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from errbook.markdown.anchors import CLOSING_HASHES, HEADING_ID, TRAILING_ATTRIBUTES
from errbook.markdown.cutting import FRONT_MATTER, units
from errbook.markdown.lines import LINE
from errbook.markdown.preset import parser


def with_anchors(text: str) -> str:
    """Write every heading's id into a page, so that its translations get the same ones."""
    pieces, position = [], 0
    for unit in units(text, "page"):
        if unit.kind != "h":
            continue
        rest = LINE.split(text[unit.end :], maxsplit=1)[0]
        attributes = TRAILING_ATTRIBUTES.match(CLOSING_HASHES.sub("", rest))
        if attributes and HEADING_ID.search(attributes[0]):
            continue
        inside = attributes[0].strip().strip("{}").lstrip(":").strip() if attributes else ""
        pieces.append(text[position : unit.end])
        pieces.append(f" {{ #{unit.section}{' ' + inside if inside else ''} }}")
        position = unit.end + (attributes.end() if attributes else 0)
    pieces.append(text[position:])
    return "".join(pieces)


def with_titles(text: str, titles: Mapping[str, str]) -> str:
    """Write the default title of each admonition of a page that has none.

    Args:
        text: The page.
        titles: The titles by type (``note``, ``warning``…); other types stay as they are.
    """

    def titled(match: re.Match[str]) -> str:
        title = titles.get(match["type"].lower())
        return f'{match[0]} "{title}"' if title else match[0]

    pieces = re.split(r"(^[ \t]*(?:```|~~~).*?^[ \t]*(?:```|~~~)[ \t]*$)", text, flags=re.M | re.S)
    opening = re.compile(r"^[ \t]*(?:!!!|\?\?\?\+?)[ \t]+(?P<type>\w+)(?=[ \t]*$)", re.M)
    pieces[::2] = [opening.sub(titled, piece) for piece in pieces[::2]]
    return "".join(pieces)


def front_matter(text: str) -> str:
    """The YAML between the ``---`` lines at a page's head; empty when there is none."""
    front = FRONT_MATTER.match(text)
    return front["yaml"] if front else ""


def indented_code(text: str) -> list[int]:
    """Lines (from 0) of a page at which an indented block begins that CommonMark takes for code."""
    return [line for kind, line, _ in _blocks(text) if kind == "code_block"]


def html_blocks(text: str) -> list[tuple[int, str]]:
    """The blocks of raw HTML in a page, each with the line (from 0) at which it begins."""
    return [(line, content) for kind, line, content in _blocks(text) if kind == "html_block"]


@lru_cache(maxsize=1024)
def _blocks(text: str) -> tuple[tuple[str, int, str], ...]:
    """The kind, the line (from 0) and the text of the blocks of code and of raw HTML in a page."""
    front = FRONT_MATTER.match(text)
    start = front.end() if front else 0
    skipped = len(LINE.findall(text[:start]))
    tokens = parser("page").parse(text[start:])
    return tuple(
        (token.type, skipped + token.map[0], token.content)
        for token in tokens
        if token.type in ("code_block", "html_block") and token.map
    )
