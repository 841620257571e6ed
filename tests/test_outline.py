"""What the link checker sees of a page: every link and id in a tag, and nothing else."""

from __future__ import annotations

import pytest

from errbook.site.links import outline

PAGES: dict[str, tuple[str, set[str], set[str]]] = {
    "nothing": ("", set(), set()),
    "words that look like it": ('say href="a" and id="b" &lt;a href="c"&gt;', set(), set()),
    "a tag without attributes": ("<p>text</p>", set(), set()),
    "a name that only ends so": ('<a data-href="a" xid="b">', set(), set()),
    "a link": ('<a class="x" href="a/">', {"a/"}, set()),
    "an image, and another tag": ('<img alt="" src="a.png"><h2 id="b">', {"a.png"}, {"b"}),
    "both in one tag": ('<a id="b" href="a">', {"a"}, {"b"}),
    "on several lines": ('<a\n  href="a"\n  id="b"\n>', {"a"}, {"b"}),
    "entities": ('<a href="a?b=1&amp;c=2" id="x&amp;y">', {"a?b=1&c=2"}, {"x&y"}),
    "a mark in a value, then another tag": (
        '<a href="https://x.example/?q=a>b">this</a> and <a href="../missing/">that</a>',
        {"https://x.example/?q=a>b", "../missing/"},
        set(),
    ),
    "a tag in a value": (
        '<img src="data:image/svg+xml,<svg/>"><a id="y">',
        {"data:image/svg+xml,<svg/>"},
        {"y"},
    ),
    "names with capitals and colons": (
        '<linearGradient id="g1"/><x:a href="h">',
        {"h"},
        {"g1"},
    ),
    "a value that is not closed": ('<a href="a', set(), set()),
}
"""HTML, its links and its ids."""


@pytest.mark.parametrize("name", PAGES)
def test_links_and_ids_are_those_of_tags(name: str) -> None:
    text, links, ids = PAGES[name]
    found = outline(text)
    assert (found.links, found.ids) == (links, ids)
