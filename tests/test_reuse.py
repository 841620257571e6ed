"""An entry is kept where everything that is shown of it reads as it did, and nowhere else."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from conftest import copy_project, loaded, rebuild
from errbook.article import Article
from errbook.edition import Edition
from errbook.formats import api, sarif_rules
from errbook.model import Entry, Text
from errbook.pages import Pages
from errbook.project import Project
from errbook.site import reuse, stage
from errbook.site.finish import Finisher
from errbook.site.stamp import Stamp
from errbook.translate import LocalizedText, Translation
from reading import tree
from test_engines import difference, traps

EDIT = "https://code.example/{path}?line={line}"
MANY = "{fr-FR: {}, fr-CA: {fallback: [fr-FR]}, ar: {}, ja-JP: {}}"


class Watched(Translation):
    """A translation that tells which texts it was asked for."""

    def text(self, text: Text) -> LocalizedText:
        ASKED.add((text.catalog, text.owner, text.slot))
        return super().text(text)

    def is_unreviewed(self, text: Text) -> bool:
        ASKED.add((text.catalog, text.owner, text.slot))
        return super().is_unreviewed(text)


ASKED: set[tuple[str, str, str]] = set()


def editions(folder: Path) -> Iterator[tuple[Project, Edition]]:
    project = loaded(folder)
    for locale in project.settings.all_locales:
        yield project, stage.edition(project, locale)


def watched(edition: Edition) -> Edition:
    """The edition without anything that it was asked for before, watched."""
    own = edition.translation
    fresh = Watched(own.locale, own.chain, own.states, own.drafts)
    return replace(edition, translation=fresh, _rendered={}, _plain={}, _said={})


def make(edition: Edition, entry: Entry) -> None:
    """Make everything that a build makes of one entry alone."""
    catalog = edition.book.catalog_by_name[entry.catalog]
    Pages(edition).article(entry)
    finisher = Finisher(edition, "https://traps.example/help/")
    finisher.head(entry), finisher.canonical(entry)
    programs = api.Api(edition, "Traps", "https://traps.example/help/")
    made = programs.entry(catalog, entry)
    programs.single(made)
    sarif_rules.rule(programs, made, edition.description(entry))


def test_everything_that_is_shown_of_an_entry_counts(tmp_path: Path) -> None:
    """What a page or its data asks the translation for is what its digest is made from."""
    for _, edition in editions(traps(tmp_path, MANY)):
        book = edition.book
        for entry in book.published:
            ASKED.clear()
            make(watched(edition), entry)
            catalog = book.catalog_by_name[entry.catalog]
            counted = [*reuse.of_entry(book, entry), *reuse.of_catalog(catalog)]
            names = {(text.catalog, text.owner, text.slot) for text in counted}
            assert names >= ASKED, entry.id


def test_the_law_above_can_fail(tmp_path: Path) -> None:
    project, edition = next(editions(traps(tmp_path)))
    ASKED.clear()
    make(watched(edition), project.book.entries["t001"])
    assert {owner for _, owner, _ in ASKED} == {"traps", "t001", "action:ask", "note:note"}


def test_files_for_programs_are_taken_apart_as_they_were_put_together(tmp_path: Path) -> None:
    for _, edition in editions(traps(tmp_path)):
        programs = api.Api(edition, "Traps")
        made = [programs.entry(c, e) for c in edition.book.catalogs for e in c.published]
        entries = [item.written for item in made]
        assert api.entries_of(programs.book(entries)) == entries
        rules = [sarif_rules.rule(programs, item, "about") for item in made]
        assert sarif_rules.rules_of(sarif_rules.component(programs, rules, "")) == rules
    assert api.entries_of(programs.book([])) == []
    assert sarif_rules.rules_of(sarif_rules.component(programs, [], "")) == []


# --- edits of translators ------------------------------------------------------------------------

MESSAGE = re.compile(r"(?:^#.*\n)*^msgctxt (.*)\nmsgid (.*)\nmsgstr (.*)\n", re.M)
BLOCKS: dict[str, str] = {
    "another text": "msgctxt {0}\nmsgid {1}\nmsgstr {1}\n",
    "no text": 'msgctxt {0}\nmsgid {1}\nmsgstr ""\n',
    "unsure": "#, fuzzy\nmsgctxt {0}\nmsgid {1}\nmsgstr {2}\n",
    "of a machine": "# origin: machine\nmsgctxt {0}\nmsgid {1}\nmsgstr {1}\n",
    "of an older source": 'msgctxt {0}\nmsgid "Quite another"\nmsgstr {2}\n',
    "lost": 'msgctxt {0}\nmsgid {1}\nmsgstr "<i>x</i>"\n',
    "more lines": '# one\n# two\nmsgctxt {0}\nmsgid {1}\nmsgstr ""\n{2}\n',
    "gone": "",
}
"""What a message becomes: context, source and translation stand at the numbers."""


def edited(path: Path, chosen: random.Random, kind: str) -> None:
    """Give one message of a file another form."""
    text = path.read_text("utf-8")
    match = chosen.choice(list(MESSAGE.finditer(text)))
    block = BLOCKS[kind].format(*match.groups())
    path.write_text(text[: match.start()] + block + text[match.end() :], "utf-8")


def with_edit_links(folder: Path) -> Path:
    """Let the pages say where each entry can be edited: the line of its translation."""
    path = folder / "mkdocs.yml"
    data = yaml.safe_load(path.read_text("utf-8"))
    data["plugins"][1]["errbook"]["edit_url"] = EDIT
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")
    return folder


@pytest.mark.slow
def test_after_any_edit_the_site_is_as_from_nothing(tmp_path: Path) -> None:
    folder = with_edit_links(traps(tmp_path / "traps", MANY))
    rebuild(folder)
    files = sorted(folder.glob("locales/*/*.po"))
    chosen = random.Random(7)
    for kind in BLOCKS:
        for path in chosen.sample(files, 2):
            edited(path, chosen, kind)
        rebuild(folder)
        fresh = copy_project(folder, tmp_path / kind)
        rebuild(fresh)
        assert difference(tree(folder / "site"), tree(fresh / "site")) == "", kind


SHOWN_BY: dict[str, tuple[str, str, str, set[str]]] = {
    "a comment": ("till", "# Translation", "# A translation", set()),
    "a cause": ("till", '"Le tiroir est coincé."', '"Le tiroir coince."', {"till001"}),
    "a title, which neighbours and others name": (
        "shop",
        '"Le paiement est perdu"',
        '"Le paiement se perd"',
        {"payment-lost", "shop001", "shop006"},
    ),
    "a fix that entries share": (
        "shop",
        '"Appelez votre banque."',
        '"Téléphonez à votre banque."',
        {"shop001", "shop003", "payment-lost"},
    ),
    "a line more": ("till", "#. Code: SHOP001\n", "#. Code: SHOP001\n#\n", {"till-card"}),
}
"""An edit of a French file (its name, what is replaced by what), and the entries that show it."""


@pytest.mark.parametrize("name", SHOWN_BY)
def test_only_entries_that_show_an_edit_are_made_again(
    again: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    file, old, new, wanted = SHOWN_BY[name]
    path = again / "locales" / "fr-FR" / f"{file}.po"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    made: list[str] = []
    page = Stamp.page

    def counted(used: Stamp, finisher: Finisher, entry: Entry, shown: Article) -> bytes:
        made.append(entry.id)
        return page(used, finisher, entry, shown)

    monkeypatch.setattr(Stamp, "page", counted)
    assert rebuild(again).fresh == ("fr-FR",)
    assert set(made) == wanted
    fresh = copy_project(again, tmp_path / "fresh")
    rebuild(fresh)
    assert difference(tree(again / "site"), tree(fresh / "site")) == ""
