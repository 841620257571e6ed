"""The translators' preview: marks and drafts in its pages, a panel beside them, and no trace of
either in a site that is built."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from click.testing import CliRunner
from hypothesis import example, given
from hypothesis import strategies as st

from browser import ARGUMENTS, axe_source, chromium, violations
from conftest import SHOP, copy_project, loaded
from errbook import drafts, markdown, project
from errbook.cli import main
from errbook.config import Preview
from errbook.diagnostics import Location
from errbook.extract import SourceUnit
from errbook.locales import parse
from errbook.site.preview import OWN, UNITS, assets, difference
from errbook.translate import State, UnitState
from reading import Page, Site
from served import PATIENCE, STAYS, Served, served

with suppress(ImportError):  # what needs it is skipped then, and says so
    from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright
    from playwright.sync_api import Page as Tab

PO = "locales/fr-FR/shop.po"
ATTACK = "<img src=x onerror=alert(1)>"


# --- what changed in a source ---------------------------------------------------------------------


@given(st.text(max_size=80), st.text(max_size=80))
@example("Check the card.", "Check the new card, then wait.")
@example("カードを確認します。", "カードの日付を確認します。")
def test_a_difference_holds_both_texts(old: str, new: str) -> None:
    pieces = list(difference(old, new))
    assert "".join(text for kind, text in pieces if kind != "+") == old
    assert "".join(text for kind, text in pieces if kind != "-") == new


def test_a_difference_tells_words() -> None:
    assert list(difference("Use the old card.", "Use the new card.")) == [
        ("=", "Use the "),
        ("-", "old"),
        ("+", "new"),
        ("=", " card."),
    ]


# --- what is shown of a draft ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "target", "shown"),
    [
        pytest.param("Run `a`.", "Exécutez `a`.", "Exécutez `a`.", id="as it is written"),
        pytest.param("Run `a`.", "Exécutez `b`.", "Exécutez `b`.", id="with another command"),
        pytest.param("See [x](a.md).", "Voir [x](a.md).", "Voir [x](a.md).", id="with its link"),
        pytest.param("Wait.[^n]", "Attendez.[^n]", "Attendez.[^n]", id="with its footnote"),
        pytest.param("Wait.[^n]", "Attendez.", None, id="nothing without its footnote"),
        pytest.param("Wait.", f"Attendez. {ATTACK}", "plain", id="a tag as characters"),
        pytest.param("Wait.", "[x](javascript:alert)", "plain", id="a script as characters"),
        pytest.param("See [x](a.md).", "Voir [x](b.md).", "plain", id="a lost link as characters"),
        pytest.param("Wait.", "Attendez.\n\n- Encore", "plain", id="other blocks as characters"),
        pytest.param("Wait.", "a " * 5000, None, id="nothing that is too long"),
    ],
)
def test_a_draft_is_shown_as_far_as_it_is_safe(source: str, target: str, shown: str | None) -> None:
    unit = SourceUnit("shop001|fix", source, "p", Location("shop.yml"), catalog="shop")
    for state in State:
        found = drafts.texts([UnitState(unit, state, target)], parse("fr-FR"), None)
        if state not in drafts.KINDS or shown is None:
            assert found == {}
        elif shown == "plain":
            assert "<" not in found[unit.key]
            assert "](" not in found[unit.key]
            assert markdown.strip(found[unit.key]) == " ".join(target.split())
        else:
            assert found == {unit.key: shown}


# --- the preview of a book with everything that can be wrong --------------------------------------


def revised(text: str, context: str, target: str, *, flags: str = "", source: str = "") -> str:
    """A PO file in which one message is another: its text, the lines above it, its msgid."""
    block = re.search(rf'msgctxt "{re.escape(context)}"\nmsgid (".*")\nmsgstr ".*"\n', text)
    assert block, context
    msgid = f'"{source}"' if source else block[1]
    made = f'{flags}msgctxt "{context}"\nmsgid {msgid}\nmsgstr "{target}"\n'
    return text[: block.start()] + made + text[block.end() :]


def spoilt(folder: Path) -> None:
    """Bring every state into the shop's French."""
    path = folder / PO
    text = path.read_text("utf-8")
    text = revised(text, "shop001|title", "Carte refusée ?", flags="#, fuzzy\n")
    previous = '#, fuzzy\n#| msgid "The bank refused your card. The log says `code | reason`."\n'
    text = revised(text, "shop001|cause", "La banque a refusé `code | reason`.", flags=previous)
    flags = f"# {ATTACK}\n"
    text = revised(text, "shop001|fix/check-date", f"Vérifiez {ATTACK}", flags=flags)
    text = revised(text, "shop002|cause", "")
    text = revised(text, "shop002|fix", "Attendez.", flags="#, fuzzy\n")
    text = revised(text, "shop003|fix@windows", "Ouvrez  PowerShell en tant qu’administrateur.")
    text = revised(
        text,
        "shop002|cause/2",
        "Entre deux comptages, le nombre peut être faux.",
        source="Between two counts, the number can be wrong!",
    )
    text = revised(text, "shop003|title", "Aucun droit", source="No permission")
    text = re.sub(r'(#.*\n)*msgctxt "shop003\|cause"\n.*\n.*\n\n', "", text)
    path.write_text(text, "utf-8")
    path = folder / "locales/fr-FR/pages.po"
    text = path.read_text("utf-8")
    text = revised(text, "page:guides/pay.md#cards|h1", "Les cartes", flags="#, fuzzy\n")
    text = revised(text, "page:guides/pay.md#cards|td3", f"Or | {ATTACK}", flags="#, fuzzy\n")
    path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The shop, served for who translates it into French, with drafts."""
    folder = copy_project(SHOP, tmp_path_factory.mktemp("preview") / "shop")
    spoilt(folder)
    with served(folder, Preview(("fr-FR",), drafts=True)) as running:
        yield running


def test_a_draft_completes_no_entry(shop_dir: Path) -> None:
    def complete(text: str) -> bool:
        path = shop_dir / PO
        path.write_text(revised(path.read_text("utf-8"), "shop003|cause", text), "utf-8")
        found, _ = project.load(shop_dir, preview=Preview(("fr-FR",), drafts=True))
        assert found is not None
        entry = found.book.entries["shop003"]
        return found.translations[parse("fr-FR")].is_complete(entry)

    assert complete("Le compte ne peut pas ouvrir la caisse.")
    assert not complete("Le compte ne peut pas. \u202e")


class TestPanel:
    pytestmark = pytest.mark.slow

    @pytest.mark.parametrize(
        ("page", "context", "state", "expected"),
        [
            ("shop001", "shop001|title", "fuzzy", {"draft": True, "difference": []}),
            (
                "shop001",
                "shop001|cause",
                "fuzzy",
                {"draft": True, "difference": ["your", "the"], "in_file": True},
            ),
            (
                "shop001",
                "shop001|fix/check-date",
                "blocked",
                {"draft": True, "codes": {"EB312", "EB315"}, "notes": ATTACK},
            ),
            ("shop001", "action:call-bank|fix", "ok", {"problem": False, "draft": False}),
            ("shop001", "shop001|example/1", "ok", {"problem": False, "located": True}),
            ("shop002", "shop002|cause", "missing", {"in_file": True, "translation": ""}),
            ("shop002", "shop002|cause/2", "cosmetic", {"problem": False}),
            ("shop002", "shop002|fix", "fuzzy", {"draft": False, "codes": {"EB311", "EB313"}}),
            (
                "shop003",
                "shop003|title",
                "stale",
                {"draft": True, "difference": ["permission", "rights"]},
            ),
            ("shop003", "shop003|cause", "missing", {"in_file": False}),
            ("shop003", "shop003|fix@linux", "ok", {"problem": False, "located": True}),
            ("shop003", "shop003|fix@windows", "ok", {"problem": True, "codes": {"EB326"}}),
        ],
    )
    def test_a_text_is_there_with_its_state_and_why(
        self, preview: Served, page: str, context: str, state: str, expected: dict[str, Any]
    ) -> None:
        units = {u["context"]: u for u in preview.units(f"fr-FR/errors/{page}/")["units"]}
        unit = units[context]
        assert unit["state"] == state
        assert unit["problem"] is expected.get("problem", True)
        for name, value in expected.items():
            if name == "difference":
                assert [text for kind, text in unit[name] if kind != "="] == value
            elif name == "codes":
                assert {finding["code"] for finding in unit["findings"]} == value
            elif name == "notes":
                assert value in unit[name]
            else:
                assert unit[name] == value

    def test_the_place_of_a_text_is_the_line_of_its_msgstr(self, preview: Served) -> None:
        lines = (preview.folder / PO).read_text("utf-8").splitlines()
        for unit in preview.units("fr-FR/errors/shop001/")["units"]:
            name, _, line = unit["place"].partition(":")
            assert name == PO
            assert lines[int(line) - 1].startswith(f'msgstr "{unit["translation"][:5]}')

    def test_a_page_of_prose_lists_what_cannot_be_marked_too(self, preview: Served) -> None:
        units = preview.units("fr-FR/guides/pay/")["units"]
        located = {unit["context"]: unit["located"] for unit in units}
        assert located["page:guides/pay.md|title"] is False
        assert located["page:guides/pay.md#cards|td3"] is True
        # The table of entries within it.
        assert located["shop001|cause"] is True

    def test_its_words_are_the_translators(self, preview: Served) -> None:
        found = preview.units("fr-FR/errors/shop001/")
        assert found["words"]["next"] == "Problème suivant"
        assert found["states"]["ok"] == "à jour"
        assert found["summary"] == f"Textes sans problème\u00a0: 3 sur {len(found['units'])}"
        assert found["counts"] == [
            ["fuzzy", "traduction pas encore relue", "2"],
            ["blocked", "traduction endommagée", "1"],
        ]
        # What readers see, and checks have something to say about.
        assert preview.units("fr-FR/errors/shop003/")["counts"][-1] == ["checks", "Contrôles", "1"]

    @pytest.mark.parametrize(
        "name",
        ["", "fr-FR/nowhere/", "en-US/errors/shop001/", "../mkdocs.yml", "fr-FR/../../mkdocs.yml"],
    )
    def test_there_is_nothing_beside_other_pages(self, preview: Served, name: str) -> None:
        assert preview.get(UNITS + name)[0] == 404


def unmarked(written: str) -> str:
    """HTML of a preview without the elements that name units."""
    pieces, marks = [], []
    for piece in re.split(r"(<span[^>]*>|</span>)", written):
        if piece.startswith("<span"):
            marks.append("data-errbook" in piece)
            if marks[-1]:
                continue
        elif piece == "</span>" and marks.pop():
            continue
        pieces.append(piece)
    return "".join(pieces)


class TestPages:
    pytestmark = pytest.mark.slow

    def test_a_draft_is_marked_in_the_translators_language(self, preview: Served) -> None:
        html = unescape(preview.get("/fr-FR/errors/shop001/")[2])
        draft = 'data-errbook-draft="brouillon"'
        assert f'data-errbook-unit="shop001|title" {draft}>Carte refusée ?</span>' in html
        assert f'data-errbook-unit="shop001|cause" {draft}>La banque a refusé <code' in html
        html = unescape(preview.get("/fr-FR/guides/pay/")[2])
        assert f'data-errbook-unit="page:guides/pay.md#cards|h1" {draft}>Les cartes<' in html
        # A fallback keeps its badge.
        html = Page(preview.get("/fr-FR/errors/shop002/")[2]).article
        assert 'data-errbook-unit="shop002&#124;cause"><span class="eb-fallback"' in html

    def test_a_draft_is_no_markup(self, preview: Served) -> None:
        for url in ("errors/shop001/", "guides/pay/"):
            html = preview.get(f"/fr-FR/{url}")[2]
            assert "<img src=x" not in html
            assert "&lt;img src=x onerror=alert(1)&gt;" in html.replace("&#40;", "(")

    def test_the_site_has_the_previewed_locale_alone(self, preview: Served) -> None:
        assert preview.get("/en-US/errors/shop001/")[0] == 404
        page = Page(preview.get("/fr-FR/errors/shop001/")[2])
        assert [e.attributes["hreflang"] for e in page.elements if "md-select__link" in str(e)] == [
            "fr-FR"
        ]
        assert "hreflang" in preview.get("/")[2]

    def test_scripts_and_styles_are_files(self, preview: Served) -> None:
        html = preview.get("/fr-FR/errors/shop001/")[2]
        for name in assets():
            assert html.count(f'"{OWN}{name}"') == 1
            assert preview.get(f"{OWN}{name}")[0] == 200
        # The pages above the locales are nobody's translation.
        assert f"{OWN}preview.js" not in preview.get("/")[2]

    def test_but_for_the_marks_they_are_the_pages_that_are_built(
        self, shop_site: Site, tmp_path: Path
    ) -> None:
        folder = copy_project(SHOP, tmp_path / "shop")
        urls = ["", "guides/pay/", "errors/", "errors/in/shop/", "errors/shop001/"]
        urls += ["errors/shop002/", "errors/shop003/", "errors/shop004/", "errors/payment-lost/"]
        with served(folder, Preview(("ar", "pt-BR"))) as running:
            for url in (f"{tag}/{url}" for tag in ("ar", "pt-BR") for url in urls):
                shown = Page(running.get(f"/{url}")[2]).article
                assert "data-errbook-unit" in shown or url.endswith("/errors/")
                assert (
                    unmarked(shown)
                    == Page((shop_site.folder / url / "index.html").read_text("utf-8")).article
                )


@pytest.mark.slow
def test_a_site_that_is_built_has_nothing_of_it(shop_site: Site) -> None:
    names = [path.name for path in shop_site.folder.rglob("*")]
    assert not set(names) & set(assets())
    for path in shop_site.folder.rglob("*"):
        if path.suffix in (".html", ".css", ".js", ".json", ".xml", ".txt"):
            assert not re.search("data-errbook|errbook-preview|/.errbook/", path.read_text("utf-8"))


# --- saving ---------------------------------------------------------------------------------------


@pytest.fixture
def saving(tmp_path: Path) -> Iterator[Served]:
    """The shop, served for who translates it into French, to be changed."""
    folder = copy_project(SHOP, tmp_path / "shop")
    spoilt(folder)
    with served(folder, Preview(("fr-FR",))) as running:
        yield running


class TestSaving:
    pytestmark = pytest.mark.slow

    def test_without_drafts_readers_fallbacks_are_shown(self, saving: Served) -> None:
        html = saving.get("/fr-FR/errors/shop001/")[2]
        assert "data-errbook-draft" not in html
        assert 'data-errbook-unit="shop001&#124;title"><span class="eb-fallback"' in html
        unit = saving.units("fr-FR/errors/shop001/")["units"][0]
        assert (unit["state"], unit["translation"], unit["problem"]) == (
            "fuzzy",
            "Carte refusée ?",
            True,
        )

    def test_a_damaged_file_leaves_the_page_and_is_told_until_it_is_mended(
        self, saving: Served
    ) -> None:
        page = "/fr-FR/errors/shop003/"
        before, whole = saving.get(page)[2], 'msgstr "Exécutez `sudo shop till`."'
        saving.change(PO, whole, whole[:-1])
        assert "EB202" in saving.hear_until(STAYS)
        assert saving.get(page)[2] == before
        (problem,) = saving.units(page[1:])["problems"]
        lines = (saving.folder / PO).read_text("utf-8").splitlines()
        assert problem["place"] == f"{PO}:{lines.index(whole[:-1]) + 1}"
        assert problem["code"] == "EB202"
        assert problem["hint"]
        saving.change(PO, whole[:-1], 'msgstr "Lancez `sudo shop till`."')
        saving.shown(page, "Lancez <code")
        assert saving.units(page[1:])["problems"] == []

    def test_a_locale_that_leaves_the_configuration_leaves_the_page(self, saving: Served) -> None:
        line = "        fr-FR: {required: true}\n"
        saving.change("mkdocs.yml", line, "")
        assert "EB004" in saving.hear_until(STAYS)
        (problem,) = saving.units("fr-FR/errors/shop003/")["problems"]
        assert problem["text"] == 'the project has no locale "fr-FR" any more'


# --- the command ----------------------------------------------------------------------------------


def call(folder: Path, *arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, ["-f", str(folder / "mkdocs.yml"), "serve", *arguments])
    return done.exit_code, done.output


def test_a_locale_that_the_project_lacks_is_refused_and_the_nearest_named() -> None:
    code, said = call(SHOP, "--locale", "fr-CA")
    assert code == 2
    assert "fr-CA: the project has en-US, fr-FR, ar, pt-BR; did you mean fr-FR?" in said


def test_drafts_are_shown_to_translators_only() -> None:
    assert call(SHOP, "--show-drafts")[0] == 2
    done = CliRunner().invoke(main, ["-f", str(SHOP / "mkdocs.yml"), "build", "--show-drafts"])
    assert done.exit_code == 2


def test_a_port_that_is_taken_is_said(shop_dir: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        code, said = call(shop_dir, "--port", port)
    assert (code, said) == (
        1,
        f"errbook: port {port} of 127.0.0.1 is taken; give another with --port.\n",
    )


def test_a_published_project_is_no_preview() -> None:
    assert loaded(SHOP).settings.preview is None


# --- in a browser ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def translators(playwright: Playwright) -> Iterator[Browser]:
    """The browser of all translators; each has a context of their own in it."""
    launched = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
    yield launched
    launched.close()


@contextmanager
def opened(browser: Browser, address: str) -> Iterator[Tab]:
    """A translator's window; the test fails if it logs an error or asks another host."""
    wrong: list[str] = []
    context = browser.new_context(reduced_motion="reduce")
    context.on("weberror", lambda found: wrong.append(str(found.error)))
    context.on("dialog", lambda found: wrong.append(found.message))
    context.on("request", lambda r: None if r.url.startswith(address) else wrong.append(r.url))
    page = context.new_page()
    page.goto(f"{address}fr-FR/errors/shop001/")
    page.wait_for_selector("#errbook-preview")
    yield page
    context.close()
    assert wrong == []


@pytest.fixture
def tab(translators: Browser, preview: Served) -> Iterator[Tab]:
    with opened(translators, preview.address) as page:
        yield page


class TestBrowser:
    pytestmark = pytest.mark.slow

    def test_keys_lead_from_problem_to_problem(self, tab: Tab) -> None:
        chosen = """() => [...document.querySelectorAll("[data-errbook-chosen]")]
          .map((mark) => mark.dataset.errbookUnit)"""
        panel = tab.locator("#errbook-preview-texts")
        expect(panel).to_be_hidden()
        walked = []
        for key in "nnnnp":
            tab.keyboard.press(key)
            walked.append(tab.evaluate(chosen))
        title, cause, fix = ["shop001|title"], ["shop001|cause"], ["shop001|fix/check-date"]
        assert walked == [title, cause, fix, title, fix]
        assert tab.url.endswith("/shop001/")  # the theme's own keys n and p lead to other pages
        assert tab.evaluate("document.activeElement.closest('[data-unit]').dataset.unit") == fix[0]
        tab.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        assert tab.evaluate("document.activeElement.matches('.ebp-toggle')")
        assert tab.evaluate(chosen) == []

    def test_what_a_file_says_stays_text(self, tab: Tab) -> None:
        tab.keyboard.press("p")
        detail = tab.locator("#errbook-preview .ebp-detail:visible")
        expect(detail).to_contain_text(ATTACK)
        expect(detail.locator("img, script")).to_have_count(0)
        expect(detail.locator("a")).to_have_count(0)  # the shop does not document errbook's codes

    def test_a_click_on_a_text_shows_what_changed_in_its_source(self, tab: Tab) -> None:
        tab.locator('[data-errbook-unit="shop001|cause"]').click()
        detail = tab.locator("#errbook-preview .ebp-detail:visible")
        expect(detail.locator("del")).to_have_text(["your"])
        expect(detail.locator("ins").first).to_have_text("the")
        expect(detail).to_contain_text(PO)

    def test_a_saved_text_is_shown_beside_the_same_details(
        self, translators: Browser, saving: Served
    ) -> None:
        with opened(translators, saving.address) as tab:
            tab.keyboard.press("n")
            saving.change(PO, '#, fuzzy\nmsgctxt "shop001|title"', 'msgctxt "shop001|title"')
            tab.locator("h1", has_text="Carte refusée ?").wait_for(timeout=1000 * PATIENCE)
            detail = tab.locator("#errbook-preview .ebp-detail:visible")
            expect(detail).to_contain_text("à jour")

    @pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
    def test_it_is_accessible_and_leaves_the_text_free(
        self, tab: Tab, width: int, scheme: Literal["dark", "light"]
    ) -> None:
        tab.set_viewport_size({"width": width, "height": 844})
        tab.emulate_media(color_scheme=scheme)
        for key in ("Escape", "n"):
            tab.keyboard.press(key)
            assert violations(tab, axe_source()) == []
            # The end of the page is above the panel, or beside it, once the page has made room.
            tab.wait_for_function("""() => {
              scrollTo(0, document.body.scrollHeight);
              const text = document.querySelector(".md-footer").getBoundingClientRect();
              const panel = document.querySelector("#errbook-preview").getBoundingClientRect();
              return text.bottom <= panel.top + 1 || text.right <= panel.left + 1;
            }""")
