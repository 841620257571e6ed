"""The one Markdown preset: parse, cut into units, splice, render, take inventory.

Two dialects share it. A *field* (a cause, a fix, a note) is rendered by us, and raw HTML in it is
text. A *page* is prose that the site's builder renders, and raw HTML in it is HTML. Both know
tables, footnotes and the containers of MkDocs sites (``!!!``, ``???``, ``===``).
"""

from errbook.markdown.anchors import slug
from errbook.markdown.cutting import META_KEYS, Kind, Unit, splice, units
from errbook.markdown.literal import code, code_block, escape, escape_everything, inert
from errbook.markdown.nodes import INLINE, Node, NodeKind, tree, words
from errbook.markdown.pages import (
    front_matter,
    html_blocks,
    indented_code,
    with_anchors,
    with_titles,
)
from errbook.markdown.preset import Dialect
from errbook.markdown.stock import Inventory, inventory, strip
from errbook.markdown.writing import PLAIN_LINKS, Frame, Links, Mark, marked, render, render_inline

__all__ = [
    "INLINE",
    "META_KEYS",
    "PLAIN_LINKS",
    "Dialect",
    "Frame",
    "Inventory",
    "Kind",
    "Links",
    "Mark",
    "Node",
    "NodeKind",
    "Unit",
    "code",
    "code_block",
    "escape",
    "escape_everything",
    "front_matter",
    "html_blocks",
    "indented_code",
    "inert",
    "inventory",
    "marked",
    "render",
    "render_inline",
    "slug",
    "splice",
    "strip",
    "tree",
    "units",
    "with_anchors",
    "with_titles",
    "words",
]
