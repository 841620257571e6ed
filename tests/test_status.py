"""How far translations are, and what a change does to them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from conftest import Golden, loaded
from errbook import locales, provenance, status
from errbook.formats import status as formats
from errbook.project import Project
from errbook.provenance import Origin, Provenance
from errbook.status import Change, Count, Status
from errbook.translate import State

_FR = locales.parse("fr-FR")
WORDS = {
    "": 0,
    "Run `shop count --all` now.": 2,
    "See [the page](https://x.example/a/b), don't wait.": 5,
    "**Two** words": 2,
    "再起動する": 5,
    "서버 再起動": 5,
    "100 %": 1,
    "أعد التشغيل": 2,
    "real-time — well": 2,
}


@pytest.mark.parametrize(("text", "expected"), WORDS.items())
def test_words_are_counted_as_a_translator_is_paid_for_them(text: str, expected: int) -> None:
    assert status.words(text) == expected


def test_a_share_is_never_rounded_up() -> None:
    assert Count(999).percent(Count(1000)) == 99
    assert Count(0).percent(Count(0)) == 100


def test_the_status_of_the_shop(shop: Project, golden: Golden) -> None:
    golden("status/shop.json", formats.write_json(shop.status))
    golden("status/shop.md", formats.write_markdown(shop.status))
    golden("status/shop.svg", formats.write_badge(shop.status))


def test_every_text_is_in_one_state_and_sums_agree(shop: Project) -> None:
    found = shop.status
    assert [locale.tag for locale in found.locales] == ["fr-FR", "ar", "pt-BR"]
    for locale in found.locales:
        whole, cells = found.of(locale), [c for c in found.cells if c.locale == locale]
        assert whole.total == Count(
            sum(c.total.texts for c in cells), sum(c.total.words for c in cells)
        )
        for cell in [whole, *cells]:
            assert sum(count.texts for count in cell.states.values()) == cell.total.texts
            there = cell.total.texts - cell.states[State.MISSING].texts
            assert sum(count.texts for count in cell.origins.values()) == there


def test_a_locale_served_by_another_of_its_language_has_what_that_one_has(shop_dir: Path) -> None:
    config = shop_dir / "mkdocs.yml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("pt-BR: {}", "pt-BR: {}\n        fr-CA: {fallback: [fr-FR]}"))
    found = loaded(shop_dir).status
    cell = next(found.of(locale) for locale in found.locales if locale.tag == "fr-CA")
    assert (cell.percent, cell.states[State.MISSING].texts) == (100, cell.total.texts)
    assert cell.incomplete == ()


def test_what_to_do_comes_damaged_first_and_oldest_first(shop: Project) -> None:
    found = shop.status.only(["pt-BR"])
    items = found.to_do()
    order = [status.TO_DO.index(item.state) for item in items]
    assert order == sorted(order)
    missing = [item for item in items if item.state is State.MISSING]
    older, newer = missing[-1], missing[0]
    dates = {older.unit.location: "2020-01-01", newer.unit.location: "2021-01-01"}
    dated = [i for i in found.dated(dates).to_do() if i.state is State.MISSING]
    assert [i.since for i in dated[:2]] == ["2020-01-01", "2021-01-01"]


def with_state(found: Status, context: str, state: State) -> Status:
    """The status with one unit in another state."""
    cells = []
    for cell in found.cells:
        items = [replace(i, state=state) if i.unit.context == context else i for i in cell.items]
        cells.append(replace(cell, items=tuple(items)))
    return Status(tuple(cells))


STEPS = {
    (State.OK, State.OK): None,
    (State.OK, State.COSMETIC): None,
    (State.COSMETIC, State.OK): None,
    (State.OK, State.STALE): "loss",
    (State.COSMETIC, State.BLOCKED): "loss",
    (State.MISSING, State.OK): "gain",
    (State.FUZZY, State.COSMETIC): "gain",
    (State.STALE, State.FUZZY): "other",
    (State.MISSING, State.BLOCKED): "other",
}


@pytest.mark.parametrize("step", STEPS, ids=lambda s: f"{s[0].value}-{s[1].value}")
def test_what_a_change_of_state_means(shop: Project, step: tuple[State, State]) -> None:
    one = shop.status.only(["fr-FR"])
    before, after = (with_state(one, "shop001|cause", state) for state in step)
    found = list(status.changes(before, after))
    kinds = ["gain" if c.is_gain else "loss" if c.is_loss else "other" for c in found]
    assert kinds == ([STEPS[step]] if STEPS[step] else [])


def test_a_moved_paragraph_and_a_renamed_entry_are_no_change(shop_dir: Path) -> None:
    before = loaded(shop_dir).status
    page, catalog = shop_dir / "source/pages/index.md", shop_dir / "source/errors/shop.yml"
    page.write_text(page.read_text("utf-8").replace("\n\n", "\n\nA new text.\n\n", 1), "utf-8")
    text = catalog.read_text("utf-8").replace("aliases: [SHOP100]", "aliases: [SHOP100, SHOP001]")
    text = text.replace("  SHOP001:\n", "  SHOP901:\n").replace("shop001", "shop901")
    catalog.write_text(text, "utf-8")
    after = loaded(shop_dir).status
    found = list(status.changes(before.only(["fr-FR"]), after.only(["fr-FR"])))
    assert [(c.before, c.after, c.text) for c in found] == [(None, State.MISSING, "A new text.")]


def test_what_is_gone_and_what_is_new_is_said(shop: Project) -> None:
    only = shop.status.only(["ar"])
    gone = list(status.changes(only, Status()))
    assert [c.after for c in gone] == [None] * len(gone)
    new = list(status.changes(Status(), only))
    assert sum(c.is_gain for c in new) == only.of(only.locales[0]).served.texts


def test_markdown_for_a_pull_request_is_inert() -> None:
    change = Change(
        locale=_FR,
        name="a",
        context="a|b",
        before=State.OK,
        after=State.STALE,
        text="@someone <script> `x` | y\nz",
    )
    said = formats.write_markdown(Status(), [change], "evil`<b>@x")
    assert "<script>" not in said
    assert "@" not in said
    assert "| y" not in said


def test_a_badge_says_the_share_and_is_well_formed(shop: Project) -> None:
    for tags, words in ((["ar"], "العربية: 90 %"), ([], "translations: 3 locales, 40 % and more")):
        svg = ElementTree.fromstring(formats.write_badge(shop.status.only(tags)))
        assert svg.attrib["aria-label"] == words


def test_json_counts_origins_and_changes(shop: Project) -> None:
    one = shop.status.only(["fr-FR"])
    cell = one.cells[0]
    item = replace(cell.items[0], provenance=Provenance(Origin.MACHINE, "mt"))
    marked = Status((replace(cell, items=(item, *cell.items[1:])),))
    data = json.loads(formats.write_json(marked, []))
    assert data["locales"][0]["origins"]["machine"]["texts"] == 1
    assert data["changes"] == []
    assert set(data["locales"][0]["origins"]) == set(provenance.KINDS)
