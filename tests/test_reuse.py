"""An entry is kept where everything that is shown of it reads as it did, and nowhere else."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from conftest import LOCALES, from_nothing, loaded, rebuild
from errbook import config, markdown
from errbook.edition import Edition
from errbook.formats import api, sarif_rules
from errbook.model import Entry, Text
from errbook.pages import Pages
from errbook.project import Project
from errbook.site import build, reuse, stage
from errbook.site.entries import EntryMaker, MadeEntry
from errbook.site.finish import Finisher
from errbook.site.inputs import Inputs
from errbook.site.leads import Leads
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


PIECES = (
    *("T001", "t002", "A-1", "T901", "T005", "a-b", "505", "T777", "TWO  WORDS", "two\n words"),
    *("A|1", "A\\|1", "MARK`1", "entry:", "errors/", ".md", "/", "traps", "second", "/help/en-US/"),
    *("entry:a-b", "entry:t005", "entry&#58;t001", "&#101;ntry:t002", "entry\\:t003"),
    *("errors/a-b.md", "errors&#47;t001.md", "errors/in/traps.md", "/help/en-US/errors/t002/"),
    *("`", "``", " ", "\n", "\n> ", "\n- ", "\n  ", "[x](", "<", ")", ">", "\\", "**", "*", "word"),
    *(
        '"',
        "&amp;",
        "[x]",
        "\n\n[x]: ",
        "[entry:x]",
        "\n\n[entry:x]:",
        "link:them",
        "| a |\n| - |\n| ",
    ),
)
LED = re.compile(r'href="/help/en-US/errors/(?:in/)?([^/"#]+)/"')


@pytest.fixture(scope="module")
def trapped(tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """The book with every trap, and with codes that take something from the text around them."""
    edition = next(editions(traps(tmp_path_factory.mktemp("trapped"))))[1]
    book = replace(edition.book)
    odd = {"TWO WORDS": "t003", "TWO  WORDS": "t004", "A|1": "a-b", "MARK`1": "a_b"}
    # What is cached of a book stands in its attributes.
    vars(book)["by_code"] = book.by_code | {c: (book.entries[i],) for c, i in odd.items()}
    return replace(edition, book=book)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
@example("`T001`")
@example("`` T001 ``")
@example("`\nT001` [x](entry:a-b)")
@example("`two\nwords`")
@example("- `two\n  words`")
@example("> `two\n> words`")
@example("`` mark`1 ``")
@example("| a |\n| - |\n| `a\\|1` |")
@example("[x](entry&#58;t001)")
@example("    [x](entry&#58;t001)")
@example("[x][entry:x]\n\n[entry:x]:entry:t001")
@example("[x](errors/a-b.md)")
@example("[x](errors/in/traps/index.md)")
def test_whatever_a_text_leads_to_counts(trapped: Edition, text: str) -> None:
    links = trapped.links(trapped.book.catalogs[0])
    written = markdown.render(text, links) + markdown.render_inline(text, links)
    counted = {name for _, names in Leads(trapped.book).of(text) for name in names}
    known = {*trapped.book.entries, *trapped.book.catalog_by_name}
    assert counted >= known.intersection(LED.findall(written))


def test_two_codes_of_one_look_are_told_apart(trapped: Edition) -> None:
    """Which of the two leads where is seen, though both may be meant."""
    found = dict(Leads(trapped.book).of("`TWO WORDS`"))
    assert found == {"TWO WORDS": ["t003"], "TWO  WORDS": ["t004"]}


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


OFF = "  TILL000: {cause: It is off., fix: Switch it on.}\n"
PAID = "{severity: success, cause: All is paid., fix: none}"
MANUAL = "examples: [{console: pay, caption: 'See [the manual](%s).'}]"


@pytest.mark.parametrize(
    ("target", "defined"),
    [
        pytest.param("errors/till000.md", "", id="a page"),
        pytest.param("errors/till000/index.md", "", id="a page by its folder"),
        pytest.param("errors&#47;till000.md", "", id="a page behind an entity"),
        pytest.param("/help/en-US/errors/till000/", "", id="an address"),
        pytest.param("link:off", "  off: {url: errors/till000.md}\n", id="a name"),
    ],
)
def test_a_kept_entry_tells_that_a_page_is_gone(again: Path, target: str, defined: str) -> None:
    """Only the entry's own page has the link: no table has its examples."""
    till, shop = (again / f"source/errors/{name}.yml" for name in ("till", "shop"))
    replaced(till, "entries:\n", f"entries:\n{OFF}")
    replaced(shop, PAID, f"{{cause: All is paid., fix: none, {MANUAL % target}}}")
    replaced(shop, "links:\n", f"links:\n{defined}")
    rebuild(again)
    replaced(till, OFF, "")
    settings, _ = config.load(again)
    assert settings is not None
    done = build.build(loaded(again), inputs=Inputs(settings), jobs=1)
    assert {(f.code, f.location.path) for f in done.failures} >= {
        ("EB503", "en-US/errors/shop006/index.html")
    }


def test_a_name_in_the_title_of_an_entry_elsewhere_leads_where_its_own_catalog_says(
    again: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    till, shop = (again / f"source/errors/{name}.yml" for name in ("till", "shop"))
    replaced(till, "entries:\n", "links: {chip: {url: 'https://chip.example/'}}\nentries:\n")
    replaced(till, "title: Card not readable", "title: '[Card](link:chip) not readable'")
    replaced(shop, "see: [shop002, payment-lost]", "see: [shop002, till-card]")
    rebuild(again)
    replaced(till, "chip.example", "card.example")
    assert remade(again, monkeypatch) == (set(LOCALES), {"shop001", *OF_TILL})
    assert_as_from_nothing(again, tmp_path / "fresh")


def test_a_file_of_the_project_in_the_place_of_an_entrys_comes_and_goes(
    again: Path, tmp_path: Path
) -> None:
    own = again / "source/pages/errors/shop006.json"
    own.parent.mkdir()
    for number, content in enumerate(("{}", "[1]", "{}")):
        own.write_text(content, "utf-8")
        rebuild(again)
        assert_as_from_nothing(again, tmp_path / f"there-{number}")
    own.unlink()
    rebuild(again)
    assert_as_from_nothing(again, tmp_path / "gone")
