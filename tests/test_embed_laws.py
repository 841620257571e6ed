"""A marker is filled where it is meant, and not one other byte of a document changes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import embed
from errbook.tables import DEFAULT_COLUMNS, Query

CLOSE = "<!-- /errbook -->"
SHOP = f"<!-- errbook: shop -->\n{CLOSE}"

TEXT_ONLY = {
    "nothing": "",
    "prose about it": "errbook: shop and /errbook",
    "another comment": "<!-- errbookish: shop -->",
    "in a code span": f"Write `<!-- errbook: shop -->` and `{CLOSE}`.",
    "in a fence": f"```md\n{SHOP}\n```\n",
    "in a fence of tildes": f"~~~~\n{SHOP}\n~~~\n{SHOP}\n~~~~\n",
    "in a longer fence": f"````\n```\n{SHOP}\n```\n````\n",
    "in a fence that is never closed": f"```\n{SHOP}\n",
    "in a fence with CRLF": f"```\n{SHOP}\n```\n".replace("\n", "\r\n"),
}
"""What only shows or mentions a marker."""


@pytest.mark.parametrize("text", TEXT_ONLY.values(), ids=TEXT_ONLY.keys())
def test_a_marker_that_is_shown_is_no_marker(text: str) -> None:
    assert embed.find(text) == ([], [])


MARKERS = {
    "the shortest": (SHOP, Query("shop"), "", 1),
    "every catalog": (f"<!-- errbook: * -->\n{CLOSE}\n", Query("*"), "", 1),
    "without spaces": ("<!--errbook:shop-->\nold\n<!--/errbook-->\n", Query("shop"), "", 1),
    "with a body": (f"店\n\n<!-- errbook: shop -->\n| old |\n\n{CLOSE}\n", Query("shop"), "", 3),
    "indented": (f"- x\n\n    <!-- errbook: shop -->\n    {CLOSE}\n", Query("shop"), "", 3),
    "CRLF": (f"a\r\n<!-- errbook: shop -->\r\n{CLOSE}\r\n", Query("shop"), "", 2),
    "behind a code span": (f"```x``` y\n{SHOP}\n", Query("shop"), "", 2),
    "behind a fence": (f"```\nx\n```\n{SHOP}\n", Query("shop"), "", 4),
    "all options": (
        '<!-- errbook: shop columns=code,fix where="severity=error and code!=none"'
        f" sort=code locale=fr-FR -->\n{CLOSE}\n",
        Query("shop", ("code", "fix"), "severity=error and code!=none", "code"),
        "fr-FR",
        1,
    ),
    "spaces between columns": (
        f'<!-- errbook: shop columns="code, fix ," -->\n{CLOSE}',
        Query("shop", ("code", "fix")),
        "",
        1,
    ),
    "columns of none": (
        f"<!-- errbook: shop columns= -->\n{CLOSE}",
        Query("shop", DEFAULT_COLUMNS),
        "",
        1,
    ),
}


@pytest.mark.parametrize(("text", "query", "locale", "line"), MARKERS.values(), ids=MARKERS.keys())
def test_a_marker_says_what_table_it_wants(text: str, query: Query, locale: str, line: int) -> None:
    markers, mistakes = embed.find(text)
    assert ([(m.query, m.locale, m.line) for m in markers], mistakes) == (
        [(query, locale, line)],
        [],
    )


ALONE = "a marker must stand on a line of its own"
MISTAKES = {
    "never closed": (
        "x\n<!-- errbook: shop -->\n",
        [(2, "the marker is never closed; add <!-- /errbook --> below it")],
    ),
    "closed too late": (
        f"<!-- errbook: shop -->\n<!-- errbook: till -->\n{CLOSE}\n",
        [
            (
                1,
                "the marker is not closed before the next begins; add <!-- /errbook --> below it",
            )
        ],
    ),
    "never opened": (f"\n\n{CLOSE}\n", [(3, "<!-- /errbook --> closes no marker")]),
    "among words": (f"See <!-- errbook: shop -->\n{CLOSE} here\n", [(1, ALONE), (2, ALONE)]),
    "both on a line": (f"<!-- errbook: shop -->{CLOSE}\n", [(1, ALONE), (1, ALONE)]),
    "no catalog": (
        f"<!-- errbook: -->\n{CLOSE}\n",
        [(1, "the marker names no catalog; write <!-- errbook: CATALOG … -->")],
    ),
    "an option first": (
        f"<!-- errbook: sort=code -->\n{CLOSE}\n",
        [(1, "the marker names no catalog; write <!-- errbook: CATALOG … -->")],
    ),
    "an open quote": (
        f"<!-- errbook: shop where='x -->\n{CLOSE}\n",
        [(1, "the marker cannot be read: no closing quotation")],
    ),
    "an unknown option": (
        f"<!-- errbook: shop colums=code -->\n{CLOSE}\n",
        [
            (
                1,
                f'unknown option "colums=code" in the marker; there is {", ".join(embed.OPTIONS)}',
            )
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_marker_that_cannot_be_used_is_a_mistake_in_its_line(
    text: str, expected: list[tuple[int, str]]
) -> None:
    markers, mistakes = embed.find(text)
    assert [(mistake.line, mistake.message) for mistake in mistakes] == expected
    assert len(markers) == (1 if "till" in text else 0)


def test_several_markers_are_found_in_their_order() -> None:
    text = f"{SHOP}\n店\n<!-- errbook: till -->\nx\n{CLOSE}\n<!-- errbook: * -->\n{CLOSE}"
    markers, mistakes = embed.find(text)
    assert ([(m.query.catalog, m.line) for m in markers], mistakes) == (
        [("shop", 1), ("till", 4), ("*", 7)],
        [],
    )


def test_a_page_gets_the_table_in_the_place_of_the_markers() -> None:
    text = f"# 店\n\n{SHOP}\n\nبعد\n<!-- errbook: * -->\nold\n{CLOSE}"
    assert embed.replace(text, lambda marker: f"<{marker.query.catalog}>\n") == (
        "# 店\n\n<shop>\n\nبعد\n<*>"
    )


# --- laws -----------------------------------------------------------------------------------------

_lines = st.sampled_from(
    [
        *("", "text", "店 `code`", "عنوان", "```", "~~~", "    indented", "- item", "<!-- x -->"),
        *("<!-- errbook: shop -->", "  <!-- errbook: * sort=code -->", CLOSE, f"  {CLOSE}"),
        *(f"x {CLOSE}", "<!-- errbook -->", "<!-- errbook: shop", "-->", "`<!-- errbook: x -->`"),
    ]
)
_documents = st.tuples(st.lists(_lines, max_size=10), st.sampled_from(["\n", "\r\n"])).map(
    lambda made: made[1].join(made[0])
)


@given(_documents)
def test_what_is_outside_of_markers_stays_as_it_is(text: str) -> None:
    markers, _ = embed.find(text)
    outside, position = [], 0
    for marker in markers:
        assert position <= marker.start < marker.body <= marker.end < marker.stop <= len(text)
        outside.append(text[position : marker.start])
        position = marker.stop
    outside.append(text[position:])
    assert embed.replace(text, lambda marker: "\x00") == "\x00".join(outside)


@given(_documents, st.sampled_from(["T", "| a |\n| - |", "店\n\nعنوان"]))
def test_filling_twice_is_filling_once(text: str, table: str) -> None:
    def fill(document: str) -> str:
        return embed.put(document, [(marker, table) for marker in embed.find(document)[0]])

    once = fill(text)
    assert (fill(once), len(embed.find(once)[0])) == (once, len(embed.find(text)[0]))


@given(st.text(max_size=80) | _documents)
def test_every_mistake_is_in_a_line_that_exists(text: str) -> None:
    lines = len(re.split("\n", text))
    assert [m for m in embed.find(text)[1] if not 1 <= m.line <= lines or not m.message] == []
