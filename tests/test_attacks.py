"""Translators' strings are untrusted: none becomes an element, an attribute or a script."""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import polib
import pytest
import yaml

from conftest import built, loaded
from reading import Element, Page, Site

HARMLESS = "Rien"
PASSING = {
    "harmless": HARMLESS,
    "quote": '" onmouseover="alert(1)',
    "apostrophe": "' onfocus='alert(1)",
    "entities": "&lt;img src=x onerror=alert(1)&gt;",
    "entities twice": "&amp;lt;img src=x onerror=alert(1)&amp;gt;",
    "numbers": "&#60;script&#x3E;alert(1)&#60;/script&#x3E;",
    "json": '"}]};alert(1)//',
    "script escape": r"\u003cscript\u003ealert(1)\u003c/script\u003e",
    "full-width brackets": "＜script＞alert(1)＜/script＞",
    "percent": "%3Cscript%3Ealert(1)%3C/script%3E",
    "cdata": "]]> alert(1)",
    "comment end": "--&gt; alert(1)",
    "less-than": "a < b, 1 <2",
    "handler in words": "onclick=alert(1)",
    "right-to-left": "تنبيه(1) \"'",
    "Japanese": "「alert(1)」'\"",
}
"""Strings that are mere text, though they look like more, and reach readers as they are."""

BLOCKED = {
    "empty": "",
    "script": "<script>alert(1)</script>",
    "closing title": "</title><script>alert(1)</script>",
    "handler": "<img src=x onerror=alert(1)>",
    "escaped tag": r"\<img src=x onerror=alert(1)\>",
    "svg": "<svg/onload=alert(1)>",
    "frame": '<iframe src="https://evil.example"></iframe>',
    "style": "<style>body{display:none}</style>",
    "comment": "<!-- errbook: shop -->",
    "javascript link": "[x](javascript:alert(1))",
    "mixed case": "[x](JaVaScRiPt:alert(1))",
    "entity in scheme": "[x](javascript&colon;alert(1))",
    "tab in scheme": "[x](java&Tab;script:alert(1))",
    "vbscript": "[x](vbscript:alert(1))",
    "data image": "![x](data:text/html;base64,PHNjcmlwdD4=)",
    "autolink": "<javascript:alert(1)>",
    "foreign link": "[x](https://evil.example/)",
    "reference link": "[x]: javascript:alert(1)",
    "attribute list": "Rien {: onclick=alert(1) }",
    "bare attribute list": "Rien { onclick=alert(1) }",
    "template": "{{ config.site_name }}",
    "snippet": '--8<-- "/etc/passwd"',
}
"""Strings that are never published; readers get the source text."""


def entries(names: Sequence[str], prefix: str) -> Iterator[tuple[str, str]]:
    """The id of an entry for each attack, with an entry like them before and after."""
    for number, name in enumerate((names[0], *names, names[0])):
        yield f"{prefix}{number:03}", name


ENTRIES = {
    **{key: BLOCKED[name] for key, name in entries(list(BLOCKED), "bad")},
    **{key: PASSING[name] for key, name in entries(list(PASSING), "fine")},
}
CONTROL = {"bad": "bad001", "fine": "fine001"}
"""For each kind the entry that all others of the kind must be like."""

CONFIG = """\
site_name: Shop
site_url: https://shop.example/
docs_dir: source/pages
theme: {name: material}
plugins:
  - search
  - errbook:
      locales: {fr-FR: {}}
"""
PAGE = """\
---
title: Title
description: About
---

# Heading

Paragraph.

| Cell |
| ---- |
| Row  |
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A book whose French translator is an attacker; an entry and a page for each attack."""
    folder = tmp_path_factory.mktemp("attacks")
    catalog = {
        "catalog": "shop",
        "entries": {
            key: {"code": "none", "title": "Title", "cause": "Cause.", "fix": "Fix."}
            for key in ENTRIES
        },
    }
    files = {
        "mkdocs.yml": CONFIG,
        "source/errors/shop.yml": yaml.safe_dump(catalog, sort_keys=False),
        "source/pages/index.md": "# Shop\n",
        **{f"source/pages/{key}.md": PAGE for key in ENTRIES},
        "locales/fr-FR/shop.po": _translated(_entry_units()),
        "locales/fr-FR/pages.po": _translated(_page_units()),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return built(folder)


def _translated(units: Iterator[tuple[str, str, str]]) -> str:
    file = polib.POFile(wrapwidth=0)
    file.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    file.extend(polib.POEntry(msgctxt=c, msgid=source, msgstr=text) for c, source, text in units)
    return f"{file}\n"


def _entry_units() -> Iterator[tuple[str, str, str]]:
    for key, attack in ENTRIES.items():
        for slot in ("title", "cause", "fix"):
            yield f"{key}|{slot}", "Title" if slot == "title" else f"{slot.title()}.", attack


def _page_units() -> Iterator[tuple[str, str, str]]:
    for key, attack in ENTRIES.items():
        yield f"page:{key}.md|title", "Title", attack
        yield f"page:{key}.md|description", "About", attack
        yield f"page:{key}.md#heading|h1", "Heading", attack
        yield f"page:{key}.md#heading|p1", "Paragraph.", attack
        yield f"page:{key}.md#heading|td1", "Cell", attack
        yield f"page:{key}.md#heading|td2", "Row", attack


def shape(elements: Sequence[Element]) -> list[tuple[str, tuple[str, ...]]]:
    """What a page is made of, whatever its words are."""
    return [(element.tag, tuple(sorted(element.attributes))) for element in elements]


CASES = [
    pytest.param(key, kind, id=f"{kind}-{name}")
    for kind, names in (("fine", PASSING), ("bad", BLOCKED))
    for key, name in list(entries(list(names), kind))[1:-1]
]


@pytest.mark.slow
@pytest.mark.parametrize(("key", "kind"), CASES)
def test_an_entry_page_has_no_element_and_no_attribute_of_the_translator(
    site: Site, key: str, kind: str
) -> None:
    page = site.page(f"fr-FR/errors/{key}/")
    control = site.page(f"fr-FR/errors/{CONTROL[kind]}/")
    assert shape(page.elements) == shape(control.elements)
    assert ("⟨" in page.article_text) is (kind == "bad")


@pytest.mark.slow
@pytest.mark.parametrize(("key", "kind"), CASES)
def test_an_entry_is_named_in_the_head_by_its_words_alone(site: Site, key: str, kind: str) -> None:
    page = site.page(f"fr-FR/errors/{key}/")
    title, cause = shown(key, "Title"), shown(key, "Cause.")
    assert (page.title, page.meta("description"), page.meta("og:title")) == (
        f"{title} - Shop",
        cause,
        title,
    )
    assert page.meta("og:description") == cause
    assert page.linked_data["headline"] == title
    assert page.linked_data["description"] == cause


def shown(key: str, source: str) -> str:
    """The words that a reader of French gets for a text."""
    if key.startswith("bad"):
        return source
    return html.unescape(ENTRIES[key])


@pytest.mark.slow
@pytest.mark.parametrize(("key", "kind"), CASES)
def test_a_prose_page_has_no_element_and_no_attribute_of_the_translator(
    site: Site, key: str, kind: str
) -> None:
    page, control = (site.page(f"fr-FR/{name}/") for name in (key, CONTROL[kind]))
    assert shape(page.article_elements) == shape(control.article_elements)
    assert [e.tag for e in page.elements if e.tag in HEAD] == [
        e.tag for e in control.elements if e.tag in HEAD
    ]
    # Front matter is no Markdown: its characters are the words.
    title, about = (ENTRIES[key], ENTRIES[key]) if kind == "fine" else ("Title", "About")
    assert (page.title, page.meta("description")) == (f"{title} - Shop", about)


HEAD = frozenset(("script", "style", "meta", "title", "img", "iframe", "svg", "object"))


@pytest.mark.slow
def test_the_search_index_has_no_markup_of_a_translator(site: Site) -> None:
    def tags(tag: str, which: str) -> set[tuple[str, tuple[str, ...]]]:
        docs = "".join(doc[which] for doc in site.search(tag))
        return set(shape(Page(docs).elements))

    assert tags("fr-FR", "title") == tags("en-US", "title")
    assert tags("fr-FR", "text") == tags("en-US", "text")


@pytest.mark.slow
@pytest.mark.parametrize(
    "read",
    [
        pytest.param(lambda site, key: site.page(f"e/{key}/"), id="short link"),
        pytest.param(lambda site, key: site.page("fr-FR/errors/in/shop/"), id="catalog"),
        pytest.param(lambda site, key: site.page("fr-FR/errors/"), id="index"),
    ],
)
def test_lists_of_entries_have_no_script_of_a_translator(
    site: Site, read: Callable[[Site, str], Page]
) -> None:
    for key, kind in ((key, key.rstrip("0123456789")) for key in ENTRIES):
        page, control = read(site, key), read(site, CONTROL[kind])
        assert [e.tag for e in page.elements] == [e.tag for e in control.elements]
        bad = [
            (e.tag, name)
            for e in page.elements
            for name, value in e.attributes.items()
            if name.startswith("on") or ("script:" in value.lower() and name in ("href", "src"))
        ]
        assert bad == []


@pytest.mark.slow
def test_the_lookup_data_hold_text_alone(site: Site) -> None:
    data = json.loads(site.text("fr-FR/errors/lookup.json"))
    assert {entry["id"]: (entry["name"], entry["cause"]) for entry in data["entries"]} == {
        key: (shown(key, "Title"), shown(key, "Cause.")) for key in ENTRIES
    }


def test_every_blocked_attack_is_named(site: Site) -> None:
    """The checks say of each of them why it is not published."""
    found = {
        dict(finding.subject)["context"]
        for finding in loaded(Path(site.folder).parent).diagnostics
        if finding.code.startswith("EB31")
    }
    bad = {key for key in ENTRIES if key.startswith("bad") and ENTRIES[key]}
    assert {
        context.partition("|")[0] for context in found if ":" not in context.split("|")[0]
    } == bad
