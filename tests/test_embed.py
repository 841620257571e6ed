"""Markers: finding them, filling them, leaving everything else alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import embed, locales
from errbook.embed import HTML, MARKDOWN, RST, Marker, Syntax
from errbook.tables import BadBook, BadQuery, Query, Table

PLAIN = {
    "no marker": (MARKDOWN, "text <!-- a comment --> text\n"),
    "in a fence": (MARKDOWN, "```\n<!-- errbook: shop -->\n```\n"),
    "in an indented fence": (MARKDOWN, "1. a\n\n   ~~~ md\n   <!-- errbook: shop -->\n   ~~~\n"),
    "in an open fence": (MARKDOWN, "````\n```\n<!-- errbook: shop -->\n"),
    "in a code span": (MARKDOWN, "Write `<!-- errbook: shop -->` there.\n"),
    "in a script": (HTML, "<script>\n<!-- errbook: shop -->\n</script>\n"),
    "escaped": (HTML, "<pre>\n&lt;!-- errbook: shop --&gt;\n</pre>\n"),
    "in a literal block": (RST, "Like this::\n\n    .. errbook: shop\n\n    .. /errbook\n"),
    "in a code block": (RST, ".. code-block:: rst\n\n   .. errbook: shop\n"),
    "another directive": (RST, ".. note:: errbook: shop\n\n.. errbooks: no\n"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_text_is_no_marker(name: str) -> None:
    syntax, text = PLAIN[name]
    assert embed.find(text, syntax) == ([], [])


FOUND = {
    "Markdown": (MARKDOWN, "a\n<!-- errbook: shop -->\n<!-- /errbook -->\n"),
    "indented": (MARKDOWN, "- a\n\n    <!-- errbook: shop -->\n    old\n    <!-- /errbook -->\n"),
    "CRLF": (MARKDOWN, "a\r\n<!-- errbook: shop -->\r\nold\r\n<!-- /errbook -->\r\n"),
    "over two lines": (MARKDOWN, '<!-- errbook: shop\n  where="a=b" -->\n<!-- /errbook -->'),
    "after a fence": (MARKDOWN, "```\nx\n```\n<!--errbook:shop-->\n<!--/errbook-->"),
    "HTML": (HTML, "<p>\n  <!-- errbook: shop -->\n  <!-- /errbook -->\n</p>"),
    "in a <pre>-like fence": (HTML, "```\n<!-- errbook: shop -->\n<!-- /errbook -->\n```"),
    "reST": (RST, "a\n\n.. errbook: shop\n.. /errbook\n"),
    "reST in a list": (RST, "* a\n\n  .. errbook: shop\n\n  old\n\n  .. /errbook\n"),
    "reST after a literal block": (RST, "a::\n\n    x\n\n.. errbook: shop\n.. /errbook\n"),
}


@pytest.mark.parametrize("name", FOUND)
def test_a_marker_is_found_and_filled_and_filled_again(name: str) -> None:
    syntax, text = FOUND[name]
    (marker,), mistakes = embed.find(text, syntax)
    assert (marker.query.catalog, mistakes) == ("shop", [])
    once = embed.put(text, [(marker, "new\n\n  line\n")], syntax)
    assert once[: marker.body] == text[: marker.body]
    assert once.endswith(text[marker.end :])
    assert "old" not in once
    assert f"{marker.indent}new" in once
    assert once.count("\r\n") in (0, once.count("\n"))
    (again,), _ = embed.find(once, syntax)
    assert embed.put(once, [(again, "new\n\n  line\n")], syntax) == once


def test_options_of_a_marker() -> None:
    text = (
        "<!-- errbook: shop columns=code,fix where=\"tag='a b' and code!=none\" sort=title"
        " locale=fr-FR heading-depth=3 -->\n<!-- /errbook -->"
    )
    (marker,), _ = embed.find(text)
    assert marker.locale == "fr-FR"
    assert marker.query == Query("shop", ("code", "fix"), "tag='a b' and code!=none", "title", 3)


MISTAKES = {
    "never closed": (MARKDOWN, "\n<!-- errbook: shop -->\n", 2, "never closed"),
    "nested": (
        MARKDOWN,
        "<!-- errbook: shop -->\n<!-- errbook: shop -->\n<!-- /errbook -->",
        1,
        "before the next begins",
    ),
    "closes nothing": (MARKDOWN, "a\n<!-- /errbook -->\n", 2, "closes no marker"),
    "not alone": (MARKDOWN, "a <!-- errbook: shop --> b\n", 1, "on a line of its own"),
    "no colon": (MARKDOWN, "<!-- errbook shop -->\n", 1, "a marker is written"),
    "no catalog": (MARKDOWN, "<!-- errbook: a=b -->\n<!-- /errbook -->", 1, "names no catalog"),
    "option": (MARKDOWN, "<!-- errbook: a colums=b -->\n<!-- /errbook -->", 1, "unknown option"),
    "twice": (MARKDOWN, "<!-- errbook: a sort=b sort=c -->\n<!-- /errbook -->", 1, "twice"),
    "quote": (MARKDOWN, '<!-- errbook: a where="b -->\n<!-- /errbook -->', 1, "cannot be read"),
    "depth": (
        MARKDOWN,
        "<!-- errbook: a heading-depth=x -->\n<!-- /errbook -->",
        1,
        "it is 1 to 6",
    ),
    "directive": (RST, ".. errbook:: shop\n.. /errbook\n", 1, "a marker is written .. errbook:"),
    "HTML in reST": (RST, "<!-- errbook: shop -->\n", 1, "here a marker is written"),
    "reST never closed": (RST, ".. errbook: shop\n", 1, "add .. /errbook"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_wrong_marker_has_its_line_and_reason(name: str) -> None:
    syntax, text, line, message = MISTAKES[name]
    _, mistakes = embed.find(text, syntax)
    assert mistakes[0].line == line
    assert message in mistakes[0].message


def test_what_a_marker_cannot_have_is_a_diagnostic() -> None:
    def make(marker: Marker) -> list[Table]:
        if marker.query.catalog == "nope":
            raise BadQuery("no such catalog")
        if marker.locale:
            raise BadBook("no such locale")
        return [Table("shop", "Shop", ("code",), ("Code",), locales.parse("en"))]

    text = "".join(
        f"<!-- errbook: {words} -->\n<!-- /errbook -->\n"
        for words in ("nope", "shop locale=xx", "lookup", "shop")
    )
    made, found = embed.filled(text, "a/b.md", MARKDOWN, make)
    assert [(str(f.location), f.code) for f in found] == [
        ("a/b.md:1:1", "EB404"),
        ("a/b.md:3:1", "EB404"),
        ("a/b.md:5:1", "EB404"),
    ]
    assert [marker.line for marker, _ in made] == [7]


_lines = st.sampled_from(
    [
        "text",
        "",
        "<!-- errbook: shop -->",
        "    <!-- errbook: * columns=fix -->",
        "<!-- /errbook -->",
        "```",
        ".. errbook: shop",
        ".. /errbook",
        "literal::",
        "    .. errbook: shop",
        "<!-- errbook: x y -->",
        "`<!-- errbook: shop -->`",
        "<script>",
        "\ufeff\x0c",
    ]
)


@given(
    lines=st.lists(_lines, max_size=12),
    newline=st.sampled_from(["\n", "\r\n"]),
    syntax=st.sampled_from(list(embed.SYNTAXES.values())),
)
def test_law_filling_changes_nothing_outside_of_markers(
    lines: list[str], newline: str, syntax: Syntax
) -> None:
    text = newline.join(lines)
    markers, _ = embed.find(text, syntax)
    content = "| new |"
    once = embed.put(text, [(marker, content) for marker in markers], syntax)
    again, _ = embed.find(once, syntax)
    assert [m.query for m in again] == [m.query for m in markers]
    assert embed.put(once, [(marker, content) for marker in again], syntax) == once
    empty = embed.put(text, [(marker, "") for marker in markers], syntax)
    assert embed.put(empty, [(m, content) for m in embed.find(empty, syntax)[0]], syntax) == once
    if not markers:
        assert once == text
