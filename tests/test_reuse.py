"""An entry is kept where everything that is shown of it reads as it did, and nowhere else."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import LOCALES, from_nothing, loaded, rebuild
from errbook import markdown
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


class Asked(dict[str, Any]):
    """What a book knows by name, with what it was asked for and knew."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.found: list[Any] = []

    def get(self, name: str, default: Any = None) -> Any:
        if name in self:
            self.found.append(self[name])
        return super().get(name, default)


PIECES = (
    *("T001", "t002", "A-1", "T901", "T005", "a-b", "505", "T777", "entry:", "two words"),
    *(
        "entry:a-b",
        "entry:t005",
        "entry&#58;t001",
        "&#101;ntry:t002",
        "entry\\:t003",
        "`",
        "``",
        " ",
        "\n",
    ),
    *("[x](", "<", ")", ">", "\\", "**", "*", "word", '"', "&amp;", "[x]", "\n\n[x]: "),
)


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    return next(editions(traps(tmp_path_factory.mktemp("trapped"))))[1]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("`T001`")
@example("`` T001 ``")
@example("`\nT001` [x](entry:a-b)")
@example("`two\nwords`")
@example("[x](entry&#58;t001)")
def test_whatever_a_text_leads_to_counts(trapped: Edition, text: str) -> None:
    book = replace(trapped.book)
    codes = Asked({**book.by_code, "TWO WORDS": book.by_code["T002"]})
    entries = Asked(book.entries)
    # What is cached of a book stands in its attributes.
    vars(book).update(by_code=codes, entries=entries)
    edition = replace(trapped, book=book)
    markdown.render(text, edition.links(book.catalogs[0]))
    shown = [[entry.id for entry in found] for found in codes.found]
    shown += [[entry.id] for entry in entries.found if entry.has_page]
    assert not [ids for ids in shown if ids not in [ids for _, ids in reuse.leads(book, text)]]


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
        fresh = from_nothing(folder, tmp_path / kind)
        assert difference(tree(folder / "site"), tree(fresh.folder)) == "", kind


@pytest.mark.slow
def test_after_entries_came_went_and_moved_the_site_is_as_from_nothing(tmp_path: Path) -> None:
    folder = with_edit_links(traps(tmp_path / "traps", MANY))
    rebuild(folder)
    path = folder / "source/errors/traps.yml"
    catalog = yaml.safe_load(path.read_text("utf-8"))
    every = catalog["entries"]
    chosen = random.Random(11)
    for number in range(3):
        # T001 and its like are linked to: without them the source would be wrong.
        free = [name for name in every if name not in ("T001", "T002", "A-1")]
        gone = set(chosen.sample(free, 3))
        names = [name for name in every if name not in gone]
        chosen.shuffle(names)
        new = {f"T80{number}": {"cause": "New, beside `T003`.", "fix": "See [one](entry:a-b)."}}
        catalog["entries"] = new | {name: every[name] for name in names}
        path.write_text(yaml.safe_dump(catalog, allow_unicode=True, sort_keys=False), "utf-8")
        assert rebuild(folder).failures == []
        assert_as_from_nothing(folder, tmp_path / f"fresh-{number}")


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
    "an alias": ("shop", "aliases: [SHOP100]", "aliases: [SHOP101]", {"shop001"}),
    "an entry that comes": (
        "till",
        "entries:\n",
        "entries:\n  TILL000: {cause: It is off., fix: Switch it on.}\n",
        {"till000", *OF_TILL},
    ),
    "an entry that comes last": (
        "till",
        "fix: Clean the chip.\n",
        "fix: Clean the chip.\n  TILL002: {cause: It is off., fix: Switch it on.}\n",
        {"till002", "till-card"},
    ),
    "an entry with other sections than any": (
        "till",
        "fix: Clean the chip.\n",
        "fix: Clean the chip.\n  TILL002: {cause: Off., fix: none, examples: [{console: till}]}\n",
        {"till002", "till-card"},
    ),
    "an entry that goes": (
        "till",
        "  TILL001: {cause: The drawer is stuck., fix: Pull harder.}\n",
        "",
        {"till-card"},
    ),
    "an entry that is published": (
        "shop",
        "SHOP005: {status: reserved}",
        "SHOP005: {cause: It rains., fix: Wait.}",
        {"shop004", "shop005", "shop006"},
    ),
    "a code": (
        "shop",
        "code: none",
        "code: SHOP007\n    id: payment-lost",
        {"payment-lost", "shop001", "shop006"},
    ),
    "one more meaning of a code": (
        "till",
        "  TILL001: {cause",
        "  SHOP002: {id: till001, cause",
        {"till001", "till-card", "shop002"},
    ),
}
"""An edit of a catalog, likewise."""


def replaced(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def remade(folder: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[set[str], set[str]]:
    """The locales that are built again, and the entries that are made again for them."""
    made: list[str] = []
    own = EntryMaker.make

    def counted(
        maker: EntryMaker, entries: Iterable[Entry], pending: Pending
    ) -> dict[str, MadeEntry]:
        found = own(maker, entries, pending)
        made.extend(found)
        return found

    monkeypatch.setattr(EntryMaker, "make", counted)
    return set(rebuild(folder, jobs=1).fresh), set(made)


def assert_as_from_nothing(folder: Path, fresh: Path) -> None:
    compared = from_nothing(folder, fresh)
    assert difference(tree(folder / "site"), tree(compared.folder)) == ""


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
    assert remade(again, monkeypatch) == (locales, wanted)
    assert_as_from_nothing(again, tmp_path / "fresh")


NEW = "entries:\n  TILL000: {id: new, cause: It is off., fix: Switch it on.}\n"
MENTIONS = {
    "a code": '"Pull as `TILL000` says."',
    "a code in small letters": '"Pull as `` till000 `` says."',
    "a code on a line of its own": '"Pull as `\\nTILL000` says."',
}


@pytest.mark.parametrize("text", MENTIONS.values(), ids=MENTIONS)
def test_an_entry_that_mentions_a_code_is_made_again_when_the_code_comes_or_goes(
    again: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    till, shop = (again / f"source/errors/{name}.yml" for name in ("till", "shop"))
    replaced(shop, "{severity: success, cause: All is paid., fix: none}", f"{{cause: {text}}}")
    rebuild(again)
    replaced(till, "entries:\n", NEW)
    assert remade(again, monkeypatch) == (set(LOCALES), {"new", "shop006", *OF_TILL})
    assert_as_from_nothing(again, tmp_path / "more")
    replaced(till, NEW, "entries:\n")
    assert remade(again, monkeypatch) == (set(LOCALES), {"shop006", *OF_TILL})
    assert_as_from_nothing(again, tmp_path / "less")
