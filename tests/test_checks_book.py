"""The promise: what a required locale lacks is named, one by one; and what is wrong in pages is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import locales, markdown, translate
from errbook.checks import book as checks
from errbook.config import LocaleSettings, Settings
from errbook.diagnostics import RULES, Diagnostic, Location, Severity
from errbook.extract import SourceUnit
from errbook.model import Book, Catalog, Entry, Page, Text
from errbook.po import Message
from errbook.translate import State, Translation
from errbook.urls import page_url
from strategies import Written, documents

EN, FR, JA = (locales.parse(tag) for tag in ("en-US", "fr-FR", "ja-JP"))
PO = "locales/fr-FR/azcmagent.po"
TEXTS = {
    "azcm0013|title": "Invalid tags",
    "azcm0013|cause": "The tags are not valid.",
    "azcm0013|fix": 'Enclose the list in `"`.',
    "azcm0016|cause": "A value is missing.",
    "azcm0016|fix": "Give every value.",
    "action:ask|fix": "Contact support.",
}
UNITS = tuple(
    SourceUnit(
        context,
        text,
        "p",
        Location("source/errors/azcmagent.yml", 10 + number),
        entry=context.partition("|")[0] if context.startswith("azcm") else "",
    )
    for number, (context, text) in enumerate(TEXTS.items())
)


def settings(tag: str, required: bool | frozenset[str], *fallback: str) -> Settings:
    explicit = tuple(locales.parse(each) for each in fallback)
    listed = [LocaleSettings(locales.parse(tag), tag, required, explicit)]
    listed += [LocaleSettings(each, each.tag) for each in explicit]
    return Settings(Path(), locales=tuple(listed))


def translation(tag: str, *messages: Message, **others: tuple[Message, ...]) -> Translation:
    """All of a book in one locale; further locales of its chain by name."""
    chain = [locales.parse(tag), *(locales.parse(name.replace("_", "-")) for name in others), EN]
    given_ = [messages, *others.values()]
    states = {
        locale: translate.states(UNITS, own, locale, f"locales/{locale}/azcmagent.po")
        for locale, own in zip(chain, given_, strict=False)
    }
    return Translation(chain[0], tuple(chain), states)


def complete(**changed: Message | None) -> tuple[Message, ...]:
    """A message for every unit, some changed or left out by their context (``|`` as ``_``)."""
    every = {
        context: Message(context, text, f"訳 {text}", line=3 * number)
        for number, (context, text) in enumerate(TEXTS.items(), 1)
    }
    every |= {name.replace("_", "|"): message for name, message in changed.items()}  # type: ignore[dict-item]
    return tuple(message for message in every.values() if message is not None)


def said(found: Diagnostic) -> tuple[str, str, str]:
    return found.code, f"{found.location.path}:{found.location.line}", found.message


FIX, CAUSE = TEXTS["azcm0013|fix"], TEXTS["azcm0016|cause"]

KEPT = {
    # The promise is about what readers get, and only where it was made.
    "complete": (settings("fr-FR", True), translation("fr-FR", *complete())),
    "not-required": (settings("fr-FR", False), translation("fr-FR")),
    "another-catalog-required": (settings("fr-FR", frozenset({"pages"})), translation("fr-FR")),
    "served-by-another-region": (
        settings("fr-CA", True, "fr-FR"),
        translation("fr-CA", fr_FR=complete()),
    ),
    "served-by-the-source": (settings("en-GB", True), translation("en-GB")),
    "cosmetic": (
        settings("fr-FR", True),
        translation(
            "fr-FR", *complete(azcm0016_cause=Message("azcm0016|cause", "a value is missing", "訳"))
        ),
    ),
    "damage-is-told-by-the-check-that-found-it": (
        settings("fr-FR", True),
        translation("fr-FR", *complete(azcm0013_fix=Message("azcm0013|fix", FIX, "`'` 訳"))),
    ),
}


@pytest.mark.parametrize(("configured", "there"), KEPT.values(), ids=KEPT)
def test_a_kept_promise_is_silent(configured: Settings, there: Translation) -> None:
    assert list(checks.promise(configured, there, "azcmagent", UNITS, PO)) == []


BROKEN = {
    "missing": (
        complete(azcm0013_fix=None),
        ("EB301", f"{PO}:1", "azcm0013|fix has no translation in fr-FR"),
        "Run errbook l10n sync, then translate it.",
    ),
    "empty": (
        complete(azcm0013_fix=Message("azcm0013|fix", FIX, line=9)),
        ("EB301", f"{PO}:9", "azcm0013|fix has no translation in fr-FR"),
        "Translate it; readers see the source text with a badge until then.",
    ),
    "stale": (
        complete(azcm0013_fix=Message("azcm0013|fix", "Enclose it.", "訳", line=9)),
        ("EB302", f"{PO}:9", "azcm0013|fix is translated from an older source in fr-FR"),
        "Run errbook l10n sync, revise the translation and remove the fuzzy mark.",
    ),
    "fuzzy": (
        complete(azcm0013_fix=Message("azcm0013|fix", FIX, "訳", fuzzy=True, line=9)),
        ("EB303", f"{PO}:9", "azcm0013|fix is translated, but marked as fuzzy in fr-FR"),
        "Revise the translation and remove the fuzzy mark.",
    ),
    "fuzzy-and-the-source-came-back": (
        complete(azcm0013_fix=Message("azcm0013|fix", FIX, "訳", fuzzy=True, previous=FIX, line=9)),
        ("EB303", f"{PO}:9", "azcm0013|fix is translated, but marked as fuzzy in fr-FR"),
        "The source is again what it was translated from: if the translation still fits, "
        'errbook l10n ack "azcm0013|fix" accepts it.',
    ),
}


@pytest.mark.parametrize(("messages", "expected", "hint"), BROKEN.values(), ids=BROKEN)
def test_a_broken_promise_names_entry_field_locale_file_and_line(
    messages: tuple[Message, ...], expected: tuple[str, str, str], hint: str
) -> None:
    there = translation("fr-FR", *messages)
    (found,) = checks.promise(settings("fr-FR", True), there, "azcmagent", UNITS, PO)
    code, place, message = expected
    assert said(found) == (code, place, f"{message} (source: source/errors/azcmagent.yml:12)")
    assert (found.severity, found.hint) == (Severity.ERROR, hint)
    assert dict(found.subject) == {
        "locale": "fr-FR",
        "context": "azcm0013|fix",
        "entry": "azcm0013",
        "field": "fix",
    }


def test_a_shared_text_is_named_by_its_owner() -> None:
    there = translation("fr-FR", *complete(**{"action:ask_fix": None}))
    (found,) = checks.promise(
        settings("fr-FR", frozenset({"azcmagent"})), there, "azcmagent", UNITS, PO
    )
    assert dict(found.subject)["entry"] == "action:ask"


def test_every_gap_is_named() -> None:
    found = checks.promise(settings("fr-FR", True), translation("fr-FR"), "azcmagent", UNITS, PO)
    assert [dict(each.subject)["context"] for each in found] == list(TEXTS)


def test_another_language_does_not_keep_the_promise() -> None:
    there = translation("ca", es=complete())
    found = checks.promise(settings("ca", True, "es"), there, "azcmagent", UNITS, PO)
    assert [each.code for each in found] == ["EB301"] * len(UNITS)


kinds = st.sampled_from([state for state in State if state is not State.BLOCKED])


@given(st.lists(kinds, min_size=len(UNITS), max_size=len(UNITS)), st.booleans())
def test_what_is_not_shown_is_named_and_nothing_else(states: list[State], required: bool) -> None:
    made = {
        State.MISSING: lambda unit: Message(unit.context, unit.text),
        State.STALE: lambda unit: Message(unit.context, f"{unit.text} Once more.", '訳 `"`'),
        State.FUZZY: lambda unit: Message(unit.context, unit.text, '訳 `"`', fuzzy=True),
        State.COSMETIC: lambda unit: Message(unit.context, f"{unit.text}!", '訳 `"`'),
        State.OK: lambda unit: Message(unit.context, unit.text, '訳 `"`'),
    }
    messages = [made[state](unit) for state, unit in zip(states, UNITS, strict=True)]
    there = translation("ja-JP", *messages)
    found = checks.promise(settings("ja-JP", required), there, "azcmagent", UNITS, PO)
    assert [(each.code, dict(each.subject)["context"]) for each in found] == [
        (checks.STATE_CODES[state], unit.context)
        for state, unit in zip(states, UNITS, strict=True)
        if required and not state.shown
    ]


@pytest.mark.parametrize(
    ("required", "severity"),
    [(False, Severity.WARNING), (True, Severity.ERROR)],
    ids=["may", "must"],
)
def test_a_damaged_translation_is_an_error_where_it_is_required(
    required: bool, severity: Severity
) -> None:
    there = translation("fr-FR", *complete(azcm0013_fix=Message("azcm0013|fix", FIX, "訳", line=9)))
    (found,) = checks.damaged(settings("fr-FR", required), there, "azcmagent", UNITS)
    assert (found.code, found.severity, found.location.line) == ("EB311", severity, 9)


# --- pages ----------------------------------------------------------------------------------------

BOOK = Book(
    (
        Catalog(
            "azcmagent",
            "source/errors/azcmagent.yml",
            entries=(Entry("azcm0013", "azcmagent", "AZCM0013", Location("x"), None, None),),
        ),
    )
)


def in_page(raw: str) -> list[str]:
    """What is found in a page, as ``line:column code message``."""
    page = Page("guide.md", Location("source/pages/guide.md"), markdown.with_anchors(raw))
    found = list(checks.page(page, raw, BOOK, ["en-US", "fr-FR"]))
    lines = raw.split("\n")
    for each in found:
        assert each.location.path == "source/pages/guide.md"
        assert each.line_text == lines[each.location.line - 1]
        assert each.severity is RULES[each.code].severity
        assert each.hint
    return [f"{f.location.line}:{f.location.column} {f.code} {f.message}" for f in found]


FINE = {
    "container": '!!! note\n\n    Prose.\n\n??? tip "T"\n\n    Prose.\n\n=== "A"\n\n    Prose.\n',
    "list": "- a\n\n    b\n\n1. a\n\n    b\n",
    "footnote": "a[^1]\n\n[^1]: a\n\n    b\n",
    "fence-with-indented-lines": "```\n    x\n```\n",
    "html": "Press <kbd>A</kbd>.<br>\n\n<details><summary>S</summary>x</details>\n",
    "comment": "<!-- a note -->\n\nText <!-- a note -->\n",
    "tag-in-code": "Set `<path>` and ``a`<b>``.\n",
    "tag-in-fence": "```\n<path>\n```\n",
    "autolink": "<https://example.com/> and <a@b.example>\n",
    "less-than": "a < b > c, 1 <2\n",
    "entity": "&lt;path>\n",
    "same-headings": "# 日本\n\n# مرحبا\n\n## A\n\n## A\n",
    "marker": "<!-- errbook: azcmagent columns=code,fix -->\n<!-- /errbook -->\n",
    "marker-in-fence": "```\n<!-- errbook: nothing -->\n```\n",
    "marker-of-all": "<!-- errbook: * -->\n<!-- /errbook -->\n",
    "front-matter": "---\ntitle: x\ntags: [a]\n---\n\ntext\n",
    "front-matter-empty": "---\n---\n\ntext\n",
    "rule": "text\n\n---\n\ntext\n",
}


@pytest.mark.parametrize("raw", FINE.values(), ids=FINE)
def test_a_good_page_passes(raw: str) -> None:
    assert in_page(raw) == []


FOUND = {
    "indented": (
        "text\n\n    prose\n\ntext\n",
        ["3:5 EB401 an indented block is read as code, and never translated"],
    ),
    "indented-in-container": (
        "---\ntitle: x\n---\n\n!!! note\n\n        prose\n",
        ["7:9 EB401 an indented block is read as code, and never translated"],
    ),
    "tag": ("Set <path>.\n", ["1:1 EB402 <path> is read as an HTML tag and vanishes"]),
    "tag-on-its-own-line": (
        "---\ntitle: x\n---\nSet:\n\n  <install-folder>\n",
        ["6:3 EB402 <install-folder> is read as an HTML tag and vanishes"],
    ),
    "tag-in-cell": (
        "| a |\n| - |\n| 値 <値段> <host> |\n",
        ["3:1 EB402 <host> is read as an HTML tag and vanishes"],
    ),
    "tag-beside-the-same-in-code": (
        "Set `<path>` to <path>.\n",
        ["1:1 EB402 <path> is read as an HTML tag and vanishes"],
    ),
    "anchor": (
        "# A { #x }\n\n## B { #x }\n\n## C { #x }\n",
        ['1:1 EB403 the anchor "x" is used twice'],
    ),
    "anchor-like-a-made-one": (
        "# First steps\n\n## 日本 { #first-steps }\n",
        ['1:1 EB403 the anchor "first-steps" is used twice'],
    ),
    "marker-catalog": (
        "text\n\n<!-- errbook: azcagent -->\n<!-- /errbook -->\n",
        ['3:1 EB404 unknown catalog "azcagent"; did you mean "azcmagent"?'],
    ),
    "marker-column": (
        "<!-- errbook: azcmagent columns=codes -->\n<!-- /errbook -->\n",
        ['1:1 EB404 unknown column "codes"; did you mean "code"?'],
    ),
    "marker-locale": (
        "<!-- errbook: azcmagent locale=fr-FR -->\n<!-- /errbook -->\n",
        ["1:1 EB404 a page of the site shows its tables in its own language"],
    ),
    "marker-open": (
        "<!-- errbook: azcmagent -->\ntext\n",
        ["1:1 EB404 the marker is never closed; add <!-- /errbook --> below it"],
    ),
    "marker-close": ("<!-- /errbook -->\n", ["1:1 EB404 <!-- /errbook --> closes no marker"]),
    "front-matter-syntax": (
        "---\ntitle: x\ntags: [a\n---\n\ntext\n",
        ["4:1 EB405 the front matter cannot be read: expected ',' or ']', but got '<stream end>'"],
    ),
    "front-matter-list": (
        "---\n- a\n---\n\ntext\n",
        ["1:1 EB405 the front matter is no mapping"],
    ),
}


@pytest.mark.parametrize(("raw", "expected"), FOUND.values(), ids=FOUND)
def test_a_mistake_in_a_page_is_named(raw: str, expected: list[str]) -> None:
    assert in_page(raw) == expected


@given(st.text())
def test_no_text_makes_the_check_of_pages_fail(raw: str) -> None:
    page = Page("x.md", Location("x.md"), markdown.with_anchors(raw))
    list(checks.page(page, raw, BOOK, []))


@given(documents)
def test_a_page_of_the_dialect_is_found_good(document: Written) -> None:
    # Headings may share an id here: the documents give several the same one.
    found = [each for each in in_page(document.text) if "EB403" not in each]
    assert found == []


# --- links of catalogs to pages -------------------------------------------------------------------

PAGES = {"index.md", "guide/start.md", "a b.md", "part/README.md"}
THERE = {page_url(path) for path in PAGES} | {"errors/", "errors/shop001/"}

LEADS_SOMEWHERE = [
    "Read on.",
    "Write `[a](nope.md)` in Markdown.",
    "See [a](guide/start.md).",
    "See [a](./guide/start.md#install).",
    "See [a](guide/../index.md#top).",
    "See [a](a%20b.md).",
    "See [a](part/README.md).",
    "See [a](errors/shop001.md) and [all](errors/index.md).",
    "See [a](https://example.org/nope.md).",
    "See [a](link:good) and [b](link:far).",
    "Mail [us](mailto:a@example.org), or nope.md.",
    "Mail [us](mailto:a@example.md), see [it](//example.md).",
]
LEADS_NOWHERE = {
    "See [a](nope.md#x).": (10, '"nope.md#x"', "Name a page"),
    "See [a](start.md).": (10, '"start.md"', 'Did you mean "guide/start.md"? '),
    "See [a](guide/stat.md).": (10, '"guide/stat.md"', 'Did you mean "guide/start.md"? '),
    "See [a](/guide/start.md).": (10, '"/guide/start.md"', 'Did you mean "guide/start.md"? '),
    "See [a](../index.md).": (10, '"../index.md"', 'Did you mean "index.md"? '),
    "See [a](link:bad).": (10, '"gone.md"', "Name a page"),
    "One.\n\nTwo: [a](nope.md).": (13, '"nope.md"', "Name a page"),
}


def linking(text: str) -> Book:
    links = {"good": "index.md", "far": "https://example.org/x.md", "bad": "gone.md"}
    written = Text("shop001", "fix", text, Location("source/errors/shop.yml", 10, 10))
    pages = tuple(Page(path, Location(path), "") for path in sorted(PAGES))
    return Book((Catalog("shop", "shop.yml", links=links, texts=(written,)),), pages)


@pytest.mark.parametrize("text", LEADS_SOMEWHERE)
def test_a_link_that_leads_somewhere_passes(text: str) -> None:
    assert list(checks.links(linking(text), THERE)) == []


@pytest.mark.parametrize("text", LEADS_NOWHERE)
def test_a_link_to_no_page_is_named_where_it_is_written(text: str) -> None:
    line, target, hint = LEADS_NOWHERE[text]
    (found,) = checks.links(linking(text), THERE)
    assert (found.code, found.location.line) == ("EB114", line)
    assert target in found.message
    assert found.hint.startswith(hint)
