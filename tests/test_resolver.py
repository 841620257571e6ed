"""Every text has one identity for good: what translations are kept under never depends on order."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import extract, loader
from errbook.model import Book, Catalog, Entry, Remedy

TESTS = Path(__file__).resolve().parent
EVERYTHING = TESTS / "cases" / "loader" / "fine" / "everything.yml"
CATALOGS = [EVERYTHING, *sorted((TESTS.parent / "source" / "errors").glob("*.yml"))]


def _load(*texts: str) -> tuple[Catalog, ...]:
    """Catalogs without a mistake."""
    catalogs, found = loader.load({f"{i}.yml": text.encode() for i, text in enumerate(texts)})
    assert [f"{finding.location} {finding.message}" for finding in found] == []
    return catalogs


def _entry(fields: str, head: str = "") -> Entry:
    (catalog,) = _load(f"catalog: shop\n{head}\nentries:\n  SHOP001: {{{fields}}}\n")
    return catalog.entries[0]


def _names(remedy: Remedy | None) -> list[tuple[str, str, str]]:
    return [(text.owner, text.slot, text.source) for text in remedy.texts] if remedy else []


def _contexts(catalogs: tuple[Catalog, ...]) -> list[str]:
    units = extract.book_units(Book(catalogs))
    return [unit.context for of_catalog in units.values() for unit in of_catalog]


# --- identities -----------------------------------------------------------------------------------

IDENTITIES = {
    "a text": ("cause: c, fix: f", ["shop001|cause", "shop001|fix"]),
    "no fix needed": ("cause: c, fix: none", ["shop001|cause"]),
    "a title": ("title: T, cause: c, fix: none", ["shop001|title", "shop001|cause"]),
    "steps": (
        "cause: c, fix: [x, {id: ask, text: y}, z]",
        ["shop001|cause", "shop001|fix/1", "shop001|fix/ask", "shop001|fix/3"],
    ),
    "platforms": (
        "cause: c, variants: {linux: {fix: [x, {id: ask, text: f}]}, mac: {cause: m, fix: n}}",
        [
            "shop001|cause",
            "shop001|fix@linux/1",
            "shop001|fix@linux/ask",
            "shop001|cause@mac",
            "shop001|fix@mac",
        ],
    ),
    "captions": (
        "cause: c, fix: none, examples: [{console: x}, {console: y, caption: z}]",
        ["shop001|cause", "shop001|example/2"],
    ),
    "a note on a version": (
        "cause: c, fix: none, history: [{version: 1, change: fix, note: n}]",
        ["shop001|cause", "shop001|history/1"],
    ),
    "a reason": (
        "cause: c, fix: none, status: retired, retired: {reason: r}",
        ["shop001|cause", "shop001|reason"],
    ),
    "an id of its own": ("id: card, cause: c, fix: f", ["card|cause", "card|fix"]),
}


@pytest.mark.parametrize(("fields", "contexts"), IDENTITIES.values(), ids=IDENTITIES.keys())
def test_each_part_of_an_entry_has_its_context(fields: str, contexts: list[str]) -> None:
    entry = _entry(fields, "platforms: [linux, mac]")
    assert [text.context(0) for text in entry.texts()] == contexts


def test_each_part_of_a_catalog_has_its_context() -> None:
    (catalog,) = _load(EVERYTHING.read_text(encoding="utf-8"))
    assert [text.context(0) for text in catalog.texts] == [
        "everything|title",
        "everything|description",
        "everything|category/auth",
        "action:restart|fix",
        "action:refused|cause",
        "action:nested|fix/2",
        "note:later|text",
        "all-1|title",
        "all-2|fix/1",
        "all-2|fix/restart",
        "all-2|history/2",
        "all-3|cause",
        "all-3|fix@linux",
        "all-3|fix@windows",
        "all-3|example/1",
        "all-5|cause",
        "all-5|reason",
        "none-at-all|cause",
        "none-at-all|fix",
    ]


def test_the_first_block_of_a_text_has_the_bare_context() -> None:
    entry = _entry('cause: "One.\\n\\n- two\\n- three", fix: none')
    (cause,) = [text for text in entry.texts() if text.slot == "cause"]
    assert [(cause.context(i), unit.text) for i, unit in enumerate(cause.units)] == [
        ("shop001|cause", "One."),
        ("shop001|cause/2", "two"),
        ("shop001|cause/3", "three"),
    ]


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_every_unit_has_a_context_that_no_other_has(path: Path) -> None:
    catalogs = _load(path.read_text(encoding="utf-8"))
    counts = Counter(_contexts(catalogs))
    assert len(counts) > 10
    assert [context for context, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_translators_see_the_texts_in_the_order_of_the_file(path: Path) -> None:
    (catalog,) = _load(path.read_text(encoding="utf-8"))
    places = [(text.location.line, text.location.column) for text in catalog.texts]
    assert places == sorted(places)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda path: path.stem)
def test_every_text_a_reader_sees_is_one_that_translators_work_on(path: Path) -> None:
    (catalog,) = _load(path.read_text(encoding="utf-8"))
    seen = {text for entry in catalog.entries for text in entry.texts()}
    assert seen <= set(catalog.texts)


def test_notes_and_literals_reach_the_translator_with_the_text() -> None:
    entry = _entry(
        "cause: c, fix: f, note: ' Not a credit card. ', messages: [{text: no card}, {text: none}]"
    )
    (cause, _) = entry.texts()
    assert (cause.note, cause.literals) == ("Not a credit card.", ("SHOP001", "no card", "none"))


# --- shared texts ---------------------------------------------------------------------------------


def test_a_shared_action_is_one_text_wherever_it_is_used() -> None:
    (catalog,) = _load(
        "catalog: shop\n"
        "actions: {ask: {fix: Ask., note: Ask whom?}, twice: {fix: [{use: ask}, Ask again.]}}\n"
        "entries:\n"
        "  S1: {cause: c, fix: {use: ask}}\n"
        "  S2: {cause: c, fix: [Wait., {use: ask}, {use: twice}]}\n"
    )
    one, two = catalog.entries
    assert _names(one.fix) == [("action:ask", "fix", "Ask.")]
    assert _names(two.fix) == [
        ("s2", "fix/1", "Wait."),
        ("action:ask", "fix", "Ask."),
        ("action:ask", "fix", "Ask."),
        ("action:twice", "fix/2", "Ask again."),
    ]
    assert [text.context(0) for text in two.texts()] == [
        "s2|cause",
        "s2|fix/1",
        "action:ask|fix",
        "action:twice|fix/2",
    ]
    assert [text.note for text in catalog.actions] == ["Ask whom?", ""]


def test_the_same_as_another_entry_is_that_entry_s_text_in_any_catalog() -> None:
    shop, till = _load(
        "catalog: shop\nentries:\n  S1: {cause: {same_as: T1}, fix: {same_as: s2}}\n"
        "  S2: {cause: c, fix: {same_as: T1}}\n",
        "catalog: till\nactions: {ask: {fix: Ask.}}\n"
        "entries:\n  T1: {cause: [a, b], fix: {use: ask}}\n",
    )
    one, two = shop.entries
    (other,) = till.entries
    assert (one.cause, one.fix, two.fix) == (other.cause, other.fix, other.fix)
    assert _names(one.cause) == [("t1", "cause/1", "a"), ("t1", "cause/2", "b")]
    assert [text.context(0) for text in shop.texts] == ["s2|cause"]


def test_no_action_needed_can_be_shared_too() -> None:
    (catalog,) = _load(
        "catalog: shop\nentries:\n  S1: {cause: c, fix: {same_as: s2}}\n"
        "  S2: {cause: c, fix: none}\n"
    )
    assert [entry.fix for entry in catalog.entries] == [Remedy(()), Remedy(())]


# --- variants -------------------------------------------------------------------------------------


def test_a_variant_has_what_it_says_and_else_what_the_entry_says() -> None:
    entry = _entry(
        "cause: c, fix: f, variants: {linux: {fix: [l]}, windows: {cause: w}}",
        "platforms: [windows, linux, mac]",
    )
    assert [(v.platform, _names(v.cause), _names(v.fix)) for v in entry.variants] == [
        ("linux", [("shop001", "cause", "c")], [("shop001", "fix@linux/1", "l")]),
        ("windows", [("shop001", "cause@windows", "w")], [("shop001", "fix", "f")]),
    ]
    assert [(field, platform) for field, platform, _ in entry.remedies()] == [
        ("cause", ""),
        ("fix", ""),
        ("cause", "linux"),
        ("fix", "linux"),
        ("cause", "windows"),
        ("fix", "windows"),
    ]


def test_without_a_common_fix_every_platform_has_its_own() -> None:
    entry = _entry(
        "cause: c, variants: {linux: {fix: l}, windows: {fix: none}}", "platforms: [windows, linux]"
    )
    assert (entry.fix, [_names(v.fix) for v in entry.variants]) == (
        None,
        [[("shop001", "fix@linux", "l")], []],
    )


# --- names ----------------------------------------------------------------------------------------

CODES = {
    "the key": ("AZ-1: {cause: c, fix: f}", ("az-1", "AZ-1", "AZ-1")),
    "another code": ("x: {code: AZ-1, cause: c, fix: f}", ("az-1", "AZ-1", "AZ-1")),
    "another id": ("AZ-1: {id: card, cause: c, fix: f}", ("card", "AZ-1", "AZ-1")),
    "no code": ("card: {code: none, title: T, cause: c, fix: f}", ("card", None, "card")),
    "CJK in the code": ("店-1: {id: shop-1, cause: c, fix: f}", ("shop-1", "店-1", "店-1")),
    "Arabic in the code": ("خطأ: {id: error, cause: c, fix: f}", ("error", "خطأ", "خطأ")),
    "a namespace": (
        "PD:api:ErrX: {id: pd-x, cause: c, fix: f}",
        ("pd-x", "PD:api:ErrX", "PD:api:ErrX"),
    ),
}


@pytest.mark.parametrize(("written", "names"), CODES.values(), ids=CODES.keys())
def test_an_entry_is_called_by_its_code(written: str, names: tuple[str, str | None, str]) -> None:
    (catalog,) = _load(f"catalog: shop\nentries:\n  {written}\n")
    (entry,) = catalog.entries
    assert (entry.id, entry.code, entry.name) == names


def test_entries_are_referred_to_by_id_or_code_in_any_letter_case() -> None:
    (catalog,) = _load(
        "catalog: shop\nentries:\n"
        "  S1: {cause: c, fix: f, see: [S2, s2, CARD, s3]}\n"
        "  S2: {cause: c, fix: f}\n  S3: {id: card, cause: c, fix: f}\n"
    )
    assert catalog.entries[0].see == ("s2", "s2", "card", "card")


def test_a_code_leads_to_every_meaning_that_has_a_page() -> None:
    book = Book(
        _load(
            "catalog: shop\nentries:\n"
            "  S1: {cause: c, fix: f, aliases: [OLD-1, Old-2]}\n"
            "  S2: {id: s1-card, code: S1, cause: c, fix: f}\n"
            "  S3: {status: reserved}\n"
            "  card: {code: none, title: T, cause: c, fix: f}\n"
        )
    )
    assert {handle: [e.id for e in entries] for handle, entries in book.by_code.items()} == {
        "S1": ["s1", "s1-card"],
        "OLD-1": ["s1"],
        "OLD-2": ["s1"],
        "CARD": ["card"],
    }
    assert [entry.id for entry in book.catalogs[0].published] == ["s1", "s1-card", "card"]


def test_entries_stand_beside_those_of_their_catalog_that_have_a_page() -> None:
    book = Book(
        _load(
            "catalog: shop\nentries:\n  S1: {cause: c, fix: f}\n"
            "  S2: {status: reserved}\n  S3: {cause: c, fix: f}\n"
        )
        + _load("catalog: later\nentries:\n  L1: {status: reserved}\n")
        + _load("catalog: till\nentries:\n  T1: {cause: c, fix: f}\n")
    )
    names = {name: [e and e.id for e in pair] for name, pair in book.beside.items()}
    assert names == {"s1": [None, "s3"], "s3": ["s1", None], "t1": [None, None]}


# --- laws -----------------------------------------------------------------------------------------

_words = st.sampled_from(["Ask.", "再起動する。", "أعد التشغيل.", "One.\n\nTwo.", "- a\n- b"])
_ids = st.sampled_from([None, "a", "b", "c", "d"])


@st.composite
def _steps(draw: st.DrawFn) -> list[object]:
    ids = draw(st.lists(_ids, min_size=1, max_size=4, unique_by=lambda i: i or object()))
    texts = [draw(_words) for _ in ids]
    return [{"id": i, "text": text} if i else text for i, text in zip(ids, texts, strict=True)]


_remedies = st.one_of(_words, _steps(), st.just({"use": "shared"}))
_entries = st.fixed_dictionaries(
    {"cause": _remedies, "fix": _remedies},
    optional={
        "title": st.sampled_from(["T", "店", "عنوان"]),
        "variants": st.dictionaries(
            st.sampled_from(["linux", "windows"]),
            st.dictionaries(st.sampled_from(["cause", "fix"]), _remedies),
        ),
        "examples": st.lists(st.just({"console": "x", "caption": "C"}), max_size=2),
    },
)


def _catalog(entries: dict[str, object]) -> Catalog:
    shared = {"shared": {"cause": "S.\n\nT.", "fix": ["S.", "T."]}}
    head = {"catalog": "shop", "platforms": ["linux", "windows"], "actions": shared}
    # JSON is YAML whose texts are all in quotes.
    catalogs, found = loader.load({"x.yml": json.dumps({**head, "entries": entries}).encode()})
    assert {finding.code for finding in found} <= {"EB117"}
    return catalogs[0]


@given(st.dictionaries(st.sampled_from(["A", "B", "a.b", "x-1"]), _entries, max_size=3))
def test_no_two_units_of_any_catalog_share_a_context(entries: dict[str, object]) -> None:
    counts = Counter(_contexts((_catalog(entries),)))
    assert [context for context, count in counts.items() if count > 1] == []


@given(_entries, st.lists(_entries, max_size=2), st.lists(_entries, max_size=2))
def test_what_stands_around_an_entry_changes_none_of_its_contexts(
    entry: dict[str, object], before: list[object], behind: list[object]
) -> None:
    def contexts(entries: dict[str, object]) -> list[tuple[str, str]]:
        (made,) = [e for e in _catalog(entries).entries if e.id == "mine"]
        return [(text.context(0), text.source) for text in made.texts()]

    around = {f"B{i}": other for i, other in enumerate(before)} | {"mine": entry}
    around |= {f"C{i}": other for i, other in enumerate(behind)}
    assert contexts(around) == contexts({"mine": entry})


@given(st.permutations(["a", "b", "c", "d"]))
def test_a_step_with_an_id_keeps_its_context_when_steps_move(order: list[str]) -> None:
    steps = [{"id": name, "text": f"Step {name}."} for name in order]
    (entry,) = _catalog({"X": {"cause": "c", "fix": steps}}).entries
    assert entry.fix is not None
    assert {text.source: text.context(0) for text in entry.fix.texts} == {
        f"Step {name}.": f"x|fix/{name}" for name in order
    }


def test_a_text_is_what_is_written_without_the_line_breaks_around_it() -> None:
    entry = _entry('cause: "\\n  c\\n\\n", fix: none')
    assert [(text.source, text.location.line) for text in entry.texts()] == [("  c", 4)]
