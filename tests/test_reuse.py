"""An entry is kept where everything that is shown of it reads as it did, and nowhere else."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from conftest import LOCALES, copy_project, loaded, rebuild
from errbook.edition import Edition
from errbook.formats import api, sarif_rules
from errbook.model import Entry, Text
from errbook.pages import Pages
from errbook.project import Project
from errbook.site import reuse, stage
from errbook.site.entries import EntryMaker, MadeEntry
from errbook.site.finish import Finisher
from errbook.site.publish import Pending
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


OF_SHOP = {"shop001", "shop002", "shop003", "shop004", "shop006", "payment-lost"}
OF_TILL = {"till001", "till-card"}
SOURCE_OF: dict[str, tuple[str, str, str, set[str]]] = {
    "a line more": ("till", "entries:\n", "\n# Our till\nentries:\n", OF_TILL),
    "a text in other words of YAML": ("till", "Pull harder.", '"Pull harder."', set()),
    "a cause": ("till", "The drawer is stuck.", "The drawer got stuck.", {"till001"}),
    "a step": ("shop", "Check the date", "Look at the date", {"shop001", "payment-lost"}),
    "a severity": ("shop", "severity: warning", "severity: error", {"shop002"}),
    "a category": ("shop", "category: stock", "category: money", {"shop002"}),
    "a tag": ("shop", "[payment]", "[payment, card]", {"shop001"}),
    "a version": ("shop", 'since: "1.2"', 'since: "1.3"', {"shop001"}),
    "an identifier": ("shop", "exit-code: 1", "exit-code: 2", {"shop001"}),
    "an example": ("shop", "tee pay.log", "tee payment.log", {"shop001"}),
    "a caption": ("shop", "Pay with a card", "Pay with another card", {"shop001"}),
    "a variant": ("shop", "sudo shop till", "sudo shop till --all", {"shop003"}),
    "a message": ("shop", "no answer (try", "nothing (try", {"payment-lost", "shop001", "shop006"}),
    "a parameter": ("shop", "example: bank.example", "example: b.example", {"payment-lost"}),
    "a reason": ("shop", "Scanners update themselves", "They update themselves", {"shop004"}),
    "a change": ("shop", "No scanner reports it.", "Nothing reports it.", {"shop004"}),
    "what replaces it": ("shop", "replaced_by: [shop002]", "replaced_by: [shop001]", {"shop004"}),
    "what else to see": ("shop", "see: [shop002, payment-lost]", "see: [shop002]", {"shop001"}),
    "a title, which neighbours name": (
        "shop",
        "title: Old scanner",
        "title: An old scanner",
        {"shop003", "shop004", "shop006"},
    ),
    "a fix that entries share": (
        "shop",
        "Call your bank.",
        "Ring your bank up.",
        {"shop001", "shop003", "payment-lost"},
    ),
    "where a link leads": ("shop", "shop.example/status", "shop.example/state", OF_SHOP),
    "a footnote": ("shop", "At night, payments", "By night, payments", OF_SHOP),
    "the name of a category": ("shop", "money: Money", "money: Cash", OF_SHOP),
    "the title of a catalog": ("till", "title: Till", "title: The till", OF_TILL),
    "an alias": ("shop", "aliases: [SHOP100]", "aliases: [SHOP101]", OF_SHOP | OF_TILL),
}
"""An edit of a catalog, likewise."""


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("folder", "edit", "locales"),
    [
        *(pytest.param("locales/fr-FR/{}.po", e, {"fr-FR"}, id=n) for n, e in SHOWN_BY.items()),
        *(
            pytest.param("source/errors/{}.yml", e, set(LOCALES), id=f"source: {n}")
            for n, e in SOURCE_OF.items()
        ),
    ],
)
def test_only_entries_that_show_an_edit_are_made_again(
    again: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    folder: str,
    edit: tuple[str, str, str, set[str]],
    locales: set[str],
) -> None:
    file, old, new, wanted = edit
    replaced(again / folder.format(file), old, new)
    made: list[str] = []
    own = EntryMaker.make

    def counted(
        maker: EntryMaker, entries: Iterable[Entry], pending: Pending
    ) -> dict[str, MadeEntry]:
        found = own(maker, entries, pending)
        made.extend(found)
        return found

    monkeypatch.setattr(EntryMaker, "make", counted)
    assert set(rebuild(again, jobs=1).fresh) == locales
    assert set(made) == wanted
    fresh = copy_project(again, tmp_path / "fresh")
    rebuild(fresh)
    assert difference(tree(again / "site"), tree(fresh / "site")) == ""
