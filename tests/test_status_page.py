"""The page on the state of the translations, and what a page says of a machine's translation."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import LOCALES, SHOP, built, copy_project, loaded
from errbook import locales, provenance, status
from errbook.locales import Locale
from errbook.pages import STATUS_MARK, Pages
from errbook.po import Message
from errbook.project import Project
from errbook.provenance import Origin, Provenance
from errbook.site import build, stage, statuspage
from errbook.site.statuspage import LISTED, StatusPages
from errbook.status import Tally
from errbook.translate import State
from reading import Page, Site, tree

PAGE = "translation-status/"


def tallies(project: Project, locale: Locale) -> list[Tally]:
    """How far each file of a locale is, as a build counts it."""
    found = []
    translation = project.translations[locale]
    for name, units in project.units.items():
        catalog = project.book.catalog_by_name.get(name)
        entries = catalog.published if catalog else ()
        complete = sum(translation.is_complete(entry) for entry in entries)
        found.append(status.tally(translation, name, units, len(entries), complete, LISTED))
    return found


@dataclass(frozen=True)
class Seen:
    """The page as its readers get it, from a project that is not built."""

    html: str

    def cell(self, tag: str, name: str) -> str:
        """What the heat map says of a file in a locale."""
        page = Page(f"<article>{self.html}</article>")
        for element in page.article_elements:
            if element.attributes.get("href") == f"#todo-{tag}-{name}":
                found = re.search(rf'href="#todo-{tag}-{name}">([^<]*)', self.html)
                return found[1] if found else ""
        return ""

    def rows(self, tag: str, name: str) -> list[tuple[str, ...]]:
        """What is to do in a file of a locale: (state and unit, text, place) of each."""
        found = re.search(rf'<ol [^>]*id="todo-{tag}-{name}">(.*?)</ol>', self.html, re.S)
        items = re.findall(r"<li>.*?</li>", found[1], re.S) if found else []
        # To the reader of pages, a time is a block.
        items = [re.sub(r"</?time[^>]*>", "", item) for item in items]
        return [tuple(Page(f"<article>{item}</article>").lines) for item in items]


def seen(folder: Path, reader: str = "en-US") -> Seen:
    """The page for a reader, made of the project in a folder."""
    project = loaded(folder)
    every = project.settings.all_locales
    words = {locale: project.interface(locale) for locale in every}
    names = {}
    for locale in every:
        edition = stage.edition(project, locale)
        published = [e for catalog in project.book.catalogs for e in catalog.published]
        names[locale.tag] = {entry.id: edition.name(entry) for entry in published}
    counted = {locale.tag: tallies(project, locale) for locale in every[1:]}
    pages = StatusPages(project, words, names, counted).files(
        dict.fromkeys((locale.tag for locale in every), STATUS_MARK)
    )
    return Seen(dict(pages)[f"{reader}/{PAGE}index.html"].decode("utf-8"))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), "utf-8")


# --- states ---------------------------------------------------------------------------------------

CATALOG = "source/errors/till.yml"
PO = "locales/fr-FR/till.po"
FIX = 'msgctxt "till001|fix"\n'
CASES: dict[str, tuple[str, str, str, str, list[tuple[str, ...]]]] = {
    "a complete one says so, and leads nowhere": (PO, "Le tiroir", "Le tiroir", "", []),
    "missing": (
        PO,
        '"Tirez plus fort."',
        '""',
        "83%",
        [("not translated yet TILL001 Fix", "Pull harder.", f"{PO}:26")],
    ),
    "stale": (
        CATALOG,
        "Pull harder.",
        "Push twice.",
        "83%",
        [("translation out of date TILL001 Fix", "Push twice.", f"{PO}:26")],
    ),
    "fuzzy": (
        PO,
        FIX,
        f"#, fuzzy\n{FIX}",
        "83%",
        [("translation not reviewed yet TILL001 Fix", "Pull harder.", f"{PO}:27")],
    ),
    "blocked": (
        PO,
        "Tirez plus fort.",
        "Tirez <img src=x onerror=alert(1)>.",
        "83%",
        [("translation damaged TILL001 Fix", "Pull harder.", f"{PO}:26")],
    ),
    "a text with Markdown and what looks like HTML": (
        CATALOG,
        "fix: Pull harder.",
        "fix: 'Pull **harder** & see `lever <b>`.'",
        "83%",
        [("translation out of date TILL001 Fix", "Pull harder & see lever <b>.", f"{PO}:26")],
    ),
    "a text of nothing but markup": (
        CATALOG,
        "fix: Pull harder.",
        "fix: '![](receipt.svg)'",
        "83%",
        [("translation out of date TILL001 Fix", "![](receipt.svg)", f"{PO}:26")],
    ),
    "a text of the catalog itself": (
        CATALOG,
        "title: Till",
        "title: The great till",
        "83%",
        [("translation out of date till|title Title", "The great till", f"{PO}:14")],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_a_cell_leads_to_what_is_to_do(
    shop_dir: Path, case: tuple[str, str, str, str, list[tuple[str, ...]]]
) -> None:
    path, old, new, cell, rows = case
    edit(shop_dir / path, old, new)
    page = seen(shop_dir)
    assert (page.cell("fr-FR", "till"), page.rows("fr-FR", "till")) == (cell, rows)


def test_what_translators_and_authors_write_is_no_markup(
    shop_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comment = f"# <script>alert(1)</script>\n#, fuzzy\n{FIX}"
    edit(shop_dir / PO, FIX, comment)
    edit(shop_dir / CATALOG, "cause: The drawer is stuck.", "cause: <script>x</script> is stuck.")
    monkeypatch.setattr(Locale, "language_name_in", lambda self, other: '<i class="x">&')
    page = seen(shop_dir)
    assert "<script" not in page.html
    assert "<i class" not in page.html
    assert page.html.count("&lt;i class=&#34;x&#34;&gt;&amp;") >= 6


def test_a_page_that_reads_from_the_right_keeps_literals_apart(shop_dir: Path) -> None:
    page = seen(shop_dir, "ar")
    rows = page.rows("pt-BR", "till")
    assert rows[0] == ("لم يُترجم بعد TILL001 السبب", "The drawer is stuck.", rows[0][2])
    assert '<p class="eb-todo__text" lang="en-US" dir="ltr">The drawer' in page.html
    assert re.search(r"<bdi>TILL001</bdi></a>", page.html)
    assert re.search(r'translate="no" dir="ltr"><a [^>]*><code>locales/pt-BR/till.po:20', page.html)


def test_a_text_is_edited_where_the_entry_is(shop_dir: Path) -> None:
    assert 'href="https://git.example/edit/locales/pt-BR/till.po#L20"' in seen(shop_dir).html
    edit(shop_dir / "mkdocs.yml", "edit_url: https://git.example/edit/{path}#L{line}", "edit_url:")
    assert '<p class="eb-todo__place" translate="no" dir="ltr"><code>' in seen(shop_dir).html


def test_the_promise_is_kept_or_broken_where_it_was_made(shop_dir: Path) -> None:
    def required(page: Seen) -> list[str]:
        return re.findall(r"eb-status__required--(\w+)", page.html)

    assert required(seen(shop_dir)) == ["kept", "kept"]
    edit(
        shop_dir / "locales/ar/shop.po",
        'msgctxt "shop001|cause"',
        '#, fuzzy\nmsgctxt "shop001|cause"',
    )
    page = seen(shop_dir)
    assert required(page) == ["kept", "broken"]
    assert "<bdi>5/8</bdi>" in page.html
    assert "Required <bdi>5/6</bdi>" in page.html


def test_what_the_interface_lacks_is_counted_too(shop_dir: Path) -> None:
    config = shop_dir / "mkdocs.yml"
    edit(config, "pt-BR: {}", "pt-BR: {}\n        sv: {}")
    assert seen(shop_dir).cell("sv", "ui") == "0%"
    folder = shop_dir / "locales/sv"
    folder.mkdir()
    words = sorted(locales.interface_words())
    half = words[: len(words) // 2]
    entries = "".join(f'\nmsgid "{word}"\nmsgstr "x"\n' for word in half if '"' not in word)
    (folder / "ui.po").write_text(f'msgid ""\nmsgstr "Language: sv\\n"\n{entries}', "utf-8")
    page = seen(shop_dir)
    assert 40 <= int(page.cell("sv", "ui").rstrip("%")) <= 50
    assert "locales/sv/ui.po" in page.html
    assert page.cell("fr-FR", "ui") == ""


def test_a_locale_served_by_another_of_its_language_has_nothing_to_do(shop_dir: Path) -> None:
    edit(shop_dir / "mkdocs.yml", "pt-BR: {}", "pt-BR: {}\n        fr-CA: {fallback: [fr-FR]}")
    page = seen(shop_dir)
    assert page.cell("fr-CA", "till") == page.cell("fr-FR", "till") == ""


@pytest.mark.parametrize("tag", LOCALES[1:])
def test_the_numbers_are_those_of_the_status(shop: Project, tag: str) -> None:
    locale = locales.parse(tag)
    cells = [cell for cell in shop.status.cells if cell.locale == locale]
    for cell, tally in zip(cells, tallies(shop, locale), strict=True):
        said = (tally.name, tally.texts, tally.served, tally.percent, tally.entries, tally.complete)
        known = (cell.name, cell.total.texts, cell.served.texts, cell.percent)
        assert said == (*known, len(cell.entries), cell.complete)
        assert tally.words == cell.total.words - cell.served.words
        to_do = {state: cell.states[state].texts for state in status.TO_DO}
        assert {s: tally.states.get(s, 0) for s in status.TO_DO} == to_do


# --- order and size -------------------------------------------------------------------------------


def git(folder: Path, *arguments: str, date: str = "2020-01-02T12:00:00Z") -> None:
    who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
    dates = {"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date}
    command = ["git", *who, *arguments]
    subprocess.run(
        command, cwd=folder, check=True, capture_output=True, env={**os.environ, **dates}
    )


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_the_oldest_comes_first_and_only_settled_dates_are_told(
    shop_dir: Path, tmp_path: Path
) -> None:
    catalog = shop_dir / CATALOG
    edit(catalog, "{cause: The drawer is stuck., fix: Pull harder.}", "\n    cause: A\n    fix: B")
    git(shop_dir, "init", "--quiet")
    git(shop_dir, "add", "--all")
    git(shop_dir, "commit", "--quiet", "--message", "Base")
    for text, new, day in (
        ("fix: B", "fix: C", "2021-03-04"),
        ("cause: A", "cause: D", "2022-05-06"),
    ):
        edit(catalog, text, new)
        git(shop_dir, "commit", "--quiet", "--all", "--message", "x", date=f"{day}T12:00:00Z")
    edit(catalog, "title: Till", "title: The till")
    edit(catalog, "title: Card not readable", "title: Card unreadable")

    def told(folder: Path, reader: str = "en-US") -> list[str]:
        return [row[0] for row in seen(folder, reader).rows("fr-FR", "till")]

    assert told(shop_dir) == [
        "translation out of date since Mar 4, 2021 TILL001 Fix",
        "translation out of date since May 6, 2022 TILL001 Cause",
        "translation out of date till|title Title",
        "translation out of date SHOP001: Card unreadable Title",
    ]
    assert "depuis le 4 mars 2021" in told(shop_dir, "fr-FR")[0]
    git(shop_dir, "commit", "--quiet", "--all", "--message", "x", date="2023-01-01T12:00:00Z")
    git(tmp_path, "clone", "--quiet", "--depth", "1", shop_dir.as_uri(), "shallow")
    assert not [line for line in told(tmp_path / "shallow") if "since" in line]


def test_a_long_list_is_cut_and_says_how_to_see_all(shop_dir: Path) -> None:
    entries = "".join(f"  TILL{n:03}: {{cause: a{n}, fix: none}}\n" for n in range(100, 300))
    catalog = shop_dir / CATALOG
    catalog.write_text(f"{catalog.read_text('utf-8')}{entries}", "utf-8")
    page = seen(shop_dir)
    rows = page.rows("fr-FR", "till")
    assert (len(rows), rows[0][1], rows[-1][1]) == (LISTED, "a100", f"a{99 + LISTED}")
    assert f"{200 - LISTED} more texts. This command lists them all:" in page.html
    assert "errbook l10n status --locale fr-FR --list" in page.html


def test_a_page_of_many_locales_and_catalogs_stays_small(
    shop_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statuspage, "ROWS", 12)
    monkeypatch.setattr(statuspage, "FEWEST", 2)
    page = seen(shop_dir)
    assert [len(page.rows("pt-BR", name)) for name in ("shop", "till", "pages")] == [3, 3, 3]
    monkeypatch.setattr(statuspage, "ROWS", 0)
    assert len(seen(shop_dir).rows("pt-BR", "shop")) == 2


# --- on the site ----------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_page_is_on_the_site_of_every_locale(shop_site: Site) -> None:
    for tag in LOCALES:
        page = shop_site.page(f"{tag}/{PAGE}")
        assert "ZQ" not in page.html
        assert f"{PAGE}index.html" not in shop_site.text(f"{tag}/search/search_index.json")
        assert PAGE not in shop_site.text(f"{tag}/search/search_index.json")
        index = shop_site.page(f"{tag}/errors/")
        assert [e for e in index.elements if e.attributes.get("href") == f"../{PAGE}"]
    assert shop_site.page(f"fr-FR/{PAGE}").lines[0] == "État des traductions"


@pytest.mark.slow
def test_both_engines_make_the_same_site_and_a_second_build_changes_nothing(
    shop_dir: Path, tmp_path: Path
) -> None:
    sites = {}
    for engine in ("stamp", "full"):
        sites[engine] = tmp_path / engine
        done = build.build(loaded(shop_dir), site_dir=sites[engine], engine=engine)
        assert done.ok
    assert tree(sites["stamp"]) == tree(sites["full"])
    again = build.build(loaded(shop_dir), site_dir=sites["full"], engine="full")
    assert again.published.written == 0


@pytest.mark.slow
def test_a_project_can_do_without_the_page(shop_dir: Path) -> None:
    edit(
        shop_dir / "mkdocs.yml",
        "source_locale: en-US",
        "source_locale: en-US\n      status_page: false",
    )
    site = built(shop_dir)
    assert PAGE not in site.pages("fr-FR")
    assert PAGE not in site.page("fr-FR/errors/").html


@pytest.mark.slow
def test_a_page_of_the_projects_own_takes_its_place(shop_dir: Path) -> None:
    own = shop_dir / "source/pages/translation-status.md"
    own.write_text("# How far we are { #far }\n\nFar.\n", "utf-8")
    site = built(shop_dir)
    assert site.page(f"en-US/{PAGE}").lines == ["How far we are", "Far."]


# --- who translated it ----------------------------------------------------------------------------

MACHINE = Provenance(Origin.MACHINE, "some-model")
NOTES = {
    "a person's": (Provenance(), ""),
    "from a memory": (Provenance(Origin.MEMORY, "old.tmx"), ""),
    "a machine's, reviewed": (Provenance(Origin.MACHINE, "m", "Zoé"), ""),
    "a machine's": (MACHINE, "Traduction automatique, pas encore relue\xa0: Solution."),
}


def mark(folder: Path, context: str, told: Provenance, path: str = PO) -> None:
    """Tell in a PO file where a translation comes from."""
    text = (folder / path).read_text("utf-8")
    found = re.search(rf'msgctxt "{re.escape(context)}"\nmsgid "(.*)"\nmsgstr "(.*)"', text)
    assert found
    message = provenance.marked(Message(context, found[1], found[2]), told)
    comment = "".join(f"# {line}\n" for line in message.comment.splitlines())
    (folder / path).write_text(text.replace(found[0], f"{comment}{found[0]}"), "utf-8")


def note(folder: Path, path: str = "errors/till001.md", tag: str = "fr-FR") -> str:
    """What a page says of a machine's translation; empty where it says nothing."""
    pages = Pages(stage.edition(loaded(folder), locales.parse(tag))).pages()
    content = next(page.content for page in pages if page.path == path)
    found = re.search(r'<p class="eb-machine" data-search-exclude>(.*?)</p>', content)
    return found[1] if found else ""


@pytest.mark.parametrize("case", NOTES.values(), ids=NOTES)
def test_a_page_tells_a_machines_translation(shop_dir: Path, case: tuple[Provenance, str]) -> None:
    told, expected = case
    mark(shop_dir, "till001|fix", told)
    assert note(shop_dir) == expected
    assert note(shop_dir, "errors/till-card.md") == ""
    assert note(shop_dir, tag="en-US") == ""


def test_all_parts_that_a_machine_translated_are_named(shop_dir: Path) -> None:
    for slot in ("title", "cause", "fix"):
        mark(shop_dir, f"till-card|{slot}", MACHINE)
    assert note(shop_dir, "errors/till-card.md").endswith(": Titre, Cause et Solution.")


def test_a_text_that_a_person_changed_is_the_persons(shop_dir: Path) -> None:
    mark(shop_dir, "till001|fix", MACHINE)
    edit(shop_dir / PO, "Tirez plus fort.", "Tirez très fort.")
    assert note(shop_dir) == ""


def test_a_machines_translation_that_is_not_shown_is_not_told(shop_dir: Path) -> None:
    mark(shop_dir, "till001|fix", MACHINE)
    edit(shop_dir / PO, FIX, f"#, fuzzy\n{FIX}")
    assert note(shop_dir) == ""


def test_a_machines_translation_is_told_in_the_locales_that_it_serves(shop_dir: Path) -> None:
    edit(shop_dir / "mkdocs.yml", "pt-BR: {}", "pt-BR: {}\n        fr-CA: {fallback: [fr-FR]}")
    mark(shop_dir, "till001|fix", MACHINE)
    assert note(shop_dir, tag="fr-CA").endswith(": Solution.")


def test_a_page_of_prose_tells_it_too(shop_dir: Path) -> None:
    context, pages = "page:index.md#top-of-all|p1", "locales/fr-FR/pages.po"
    assert note(shop_dir, "index.md") == ""
    mark(shop_dir, context, MACHINE, pages)
    assert note(shop_dir, "index.md").startswith("Certaines parties de cette page")
    assert note(shop_dir, "guides/pay.md") == ""


def test_the_status_page_counts_machine_translations_that_wait_for_a_person(shop_dir: Path) -> None:
    assert "Machine translations to review" not in seen(shop_dir).html
    mark(shop_dir, "till001|fix", MACHINE)
    assert "Machine translations to review" in seen(shop_dir).html
    counted = tallies(loaded(shop_dir), locales.parse("fr-FR"))
    assert [(t.name, t.unreviewed) for t in counted if t.unreviewed] == [("till", 1)]


def test_every_state_that_needs_somebody_is_said() -> None:
    assert set(status.TO_DO) == {state for state in State if not state.shown}


def test_the_shop_is_what_these_tests_change(tmp_path: Path) -> None:
    assert seen(copy_project(SHOP, tmp_path / "shop")).rows("fr-FR", "till") == []


@pytest.mark.parametrize("tag", LOCALES[1:])
def test_a_tally_is_the_same_after_it_was_kept(shop: Project, tag: str) -> None:
    for tally in tallies(shop, locales.parse(tag)):
        assert Tally.from_data(json.loads(json.dumps(tally.to_data()))) == tally
