"""What programs read of a built site: the API says what the pages show, in every locale."""

from __future__ import annotations

import copy
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from conftest import LOCALES, ROOT, built, loaded
from errbook import library, markdown, published, tables
from errbook.cli import main
from errbook.formats import api, api_schema, inventory, llms
from errbook.formats.tables import TABLE_FORMATS
from errbook.library import Local
from errbook.project import Project
from errbook.site import stage
from errbook.tables import COLUMNS, Query
from reading import Page, Site

HOST = "https://shop.example/help/"
Book = dict[str, Any]


def book(site: Site, tag: str) -> Book:
    found: Book = json.loads(site.text(f"{tag}/errors.json"))
    return found


def entry(site: Site, tag: str, identifier: str) -> dict[str, Any]:
    return next(e for e in book(site, tag)["entries"] if e["id"] == identifier)


# --- what a page shows ----------------------------------------------------------------------------

_SECTION = r'<h2 id="{}">.*?</h2>(.*?)(?=<h2|<div class="eb-end">)'
_ASIDE = re.compile(r'<span class="eb-badge".*?</span></span>|<sup.*?</sup>')


def shown(site: Site, tag: str, identifier: str, name: str) -> list[str]:
    """The words of a cause or fix on its page: one text, or one for each of its tabs."""
    html = site.page(f"{tag}/errors/{identifier}/").html
    found = re.search(_SECTION.format(name), html, re.S)
    assert found, (tag, identifier, name)
    tabs = re.split(r'<div class="tabbed-block">', found[1])
    return [words(_ASIDE.sub("", part)) for part in (tabs[1:] or tabs)]


def words(html: str) -> str:
    page = Page(f"<article>{html}</article>")
    return " ".join(page.article_text.translate(str.maketrans("", "", "⟨⟩")).split())


def said(item: dict[str, Any], name: str) -> list[str]:
    """The same from the API."""
    variants = [variant[name] for variant in item["variants"]]
    tabs = item[name] is None or any(variant != item[name] for variant in variants)
    texts = variants if tabs and variants else [item[name]]
    for text in texts:
        assert words(_ASIDE.sub("", text["html"])) == " ".join(text["text"].split())
    return [" ".join(text["text"].split()) for text in texts]


def compare_all(site: Site, project: Project) -> int:
    count = 0
    for locale in project.settings.all_locales:
        for item in book(site, locale.tag)["entries"]:
            for name in ("cause", "fix"):
                where = (locale.tag, item["id"], name)
                assert said(item, name) == shown(site, locale.tag, item["id"], name), where
                count += 1
    return count


@pytest.mark.slow
def test_every_cause_and_fix_is_what_its_page_shows(shop_site: Site, shop: Project) -> None:
    assert compare_all(shop_site, shop) == 8 * 2 * 4


@pytest.mark.slow
def test_every_cause_and_fix_of_this_book_is_what_its_page_shows(book_folder: Path) -> None:
    project = loaded(book_folder.parent)
    entries = sum(len(catalog.published) for catalog in project.book.catalogs)
    locales = project.settings.all_locales
    assert compare_all(Site(book_folder), project) == entries * 2 * len(locales)


@pytest.mark.slow
def test_the_html_is_the_page_s_with_links_that_work_everywhere(shop_site: Site) -> None:
    for tag in LOCALES:
        for item in book(shop_site, tag)["entries"]:
            url = f"errors/{item['id']}/"
            page = shop_site.page(f"{tag}/{url}").html
            for text in (item["cause"], item["fix"]):
                relative = text["html"].replace(f'href="{HOST}{tag}/{url}#', 'href="#')
                relative = relative.replace(f'="{HOST}{tag}/errors/', '="../')
                relative = relative.replace(f'="{HOST}{tag}/', '="../../')
                tabs = [v for v in item["variants"] if text not in (v["cause"], v["fix"])]
                assert relative in page or tabs, (tag, item["id"])


# --- states and locales ---------------------------------------------------------------------------

STATES = {
    ("fr-FR", "shop001", "cause"): ("ok", "fr-FR"),
    ("en-US", "shop001", "fix"): ("ok", "en-US"),
    ("pt-BR", "shop002", "cause"): ("missing", "en-US"),
    ("pt-BR", "shop002", "fix"): ("blocked", "en-US"),
    ("pt-BR", "shop003", "title"): ("fuzzy", "en-US"),
    ("pt-BR", "shop006", "fix"): ("ok", "pt-BR"),
}


@pytest.mark.slow
@pytest.mark.parametrize("where", STATES)
def test_each_text_says_its_locale_and_state(shop_site: Site, where: tuple[str, str, str]) -> None:
    tag, identifier, name = where
    text = entry(shop_site, tag, identifier)[name]
    assert (text["state"], text["locale"]) == STATES[where]


@pytest.mark.slow
def test_a_text_in_two_languages_says_which_block_is_which(shop_site: Site) -> None:
    cause = entry(shop_site, "pt-BR", "shop002")["cause"]
    assert cause["foreign"] == {"1": "en-US"}
    assert cause["markdown"].split("\n\n")[1] == "Between two counts the number can be wrong."


@pytest.mark.slow
def test_steps_stand_in_the_text_and_alone(shop_site: Site) -> None:
    fix = entry(shop_site, "en-US", "shop001")["fix"]
    assert fix["markdown"] == (
        f"1. Check the date on the card. See [cards]({HOST}en-US/guides/pay/#cards).\n"
        "2. Call your bank."
    )
    assert [step["text"] for step in fix["steps"]] == fix["text"].split("\n")


@pytest.mark.slow
def test_no_action_is_said(shop_site: Site) -> None:
    assert entry(shop_site, "fr-FR", "shop006")["fix"]["no_action"] is True


# --- the form -------------------------------------------------------------------------------------


def strict(schema: Any) -> Any:
    """A schema that takes no keys but those it describes."""
    if isinstance(schema, dict):
        made = {key: strict(value) for key, value in schema.items()}
        return made | {"additionalProperties": False} if "properties" in made else made
    return [strict(item) for item in schema] if isinstance(schema, list) else schema


def api_files(site: Site) -> Iterator[Path]:
    for tag in LOCALES:
        yield site.folder / tag / "errors.json"
        yield from (p for p in (site.folder / tag / "errors").glob("*.json") if p.stem != "lookup")


@pytest.mark.slow
def test_every_file_has_the_published_form(shop_site: Site) -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema checks what we publish")
    schema = json.loads(shop_site.text("errors.schema.json"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(strict(copy.deepcopy(schema)))
    paths = list(api_files(shop_site))
    assert len(paths) == len(LOCALES) * (1 + 8)
    for path in paths:
        errors = [error.json_path for error in validator.iter_errors(json.loads(path.read_bytes()))]
        assert (path, errors) == (path, [])


@pytest.mark.slow
def test_an_entry_s_own_file_says_the_same(shop_site: Site) -> None:
    for tag in LOCALES:
        whole = book(shop_site, tag)
        for item in whole["entries"]:
            own = json.loads(shop_site.text(f"{tag}/errors/{item['id']}.json"))
            assert own["entries"] == [item]
            assert {**own, "catalogs": [], "entries": []} == {
                **whole,
                "catalogs": [],
                "entries": [],
            }
            (catalog,) = own["catalogs"]
            assert catalog["name"] == item["catalog"]
            assert list(catalog["footnotes"]) == item["footnotes"]


@pytest.mark.slow
def test_every_page_leads_to_its_file(shop_site: Site) -> None:
    page = shop_site.page("ar/errors/shop001/")
    given = [e.attributes for e in page.elements if e.attributes.get("type") == "application/json"]
    assert [item["href"] for item in given if "alternate" in item.get("rel", "")] == [
        "../shop001.json"
    ]


def test_the_schema_is_printed(shop_site: Site) -> None:
    done = CliRunner().invoke(main, ["schema", "--api"])
    assert (done.exit_code, done.output) == (0, shop_site.text("errors.schema.json"))
    assert json.loads(done.output) == api_schema.json_schema()


def test_without_a_url_links_begin_at_the_host_s_root(shop_dir: Path) -> None:
    config = shop_dir / "mkdocs.yml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text.replace("site_url: https://shop.example/help/\n", ""), encoding="utf-8")
    site = built(shop_dir)
    found = book(site, "fr-FR")
    assert (found["$schema"], found["url"]) == ("/errors.schema.json", "/fr-FR/")
    item = entry(site, "fr-FR", "shop001")
    assert item["url"] == "/fr-FR/errors/shop001/"
    assert "](/fr-FR/guides/pay/#cards)" in item["fix"]["markdown"]
    assert 'href="/fr-FR/guides/pay/#cards"' in item["fix"]["html"]
    assert "://" not in site.text("llms.txt").replace("https://shop.example/status", "")
    assert "informationUri" not in site.text("errors.sarif.json")
    (table,) = (
        library.Published(str(site.folder / "fr-FR/errors.json"))
        .listing("")
        .tables(Query("shop", ("code", "cause", "fix")))
    )
    assert [row.url for row in table.rows] == [""] * 6


# --- read again -----------------------------------------------------------------------------------


def compare_tables(site: Site, project: Project, base: str | None) -> None:
    for locale in project.settings.all_locales:
        where = f"{project.settings.site_url}{locale.tag}/errors.json"
        content = (site.folder / locale.tag / "errors.json").read_bytes()
        far = published.read(content, where, base)
        near = Local(project, base).listing(locale.tag)
        for name in TABLE_FORMATS:
            # Code first: then no column needs what another one shows.
            made = [
                TABLE_FORMATS[name].write(tables.numbered(found.tables(Query("*", COLUMNS))))
                for found in (near, far)
            ]
            assert made[0] == made[1], (locale.tag, name)


@pytest.mark.slow
@pytest.mark.parametrize("base", [None, "https://x.example/", ""])
def test_a_published_book_makes_the_same_tables(
    shop_site: Site, shop: Project, base: str | None
) -> None:
    compare_tables(shop_site, shop, base)


@pytest.mark.slow
def test_this_book_published_makes_the_same_tables(book_folder: Path) -> None:
    compare_tables(Site(book_folder), loaded(book_folder.parent), None)


NASTY = """
  SHOP010:
    title: "`a|b` *c* [d](link:status)"
    cause: |
      One [x](link:pay) `[x](link:pay)` <b> & {n}.

      - a [y](guides/pay.md "t")
      - b **`SHOP002`**

      ```sh
      [z](link:pay)
        --deep
      ```
    fix:
      - {id: a, text: "First.[^night]"}
      - id: b
        text: |
          Second `payment-lost`, `SHOP100`, `SHOP001`.[^night]

          ```
          code
          ```

          1. inner
          2. list
      - {use: call-bank}
    aliases: [OLD-1]
    see: [shop001]
  SHOP011:
    cause: "See `OLD-1` and `SHOP011`, ![alt](https://x.example/a.png)."
    fix: none
    variants:
      linux: {fix: "Use `SHOP011`.[^night]"}
      windows: {fix: "[a](guides/pay.md#cards)[^night]"}
"""


def test_hard_texts_and_a_kindred_locale_make_the_same_tables(shop_dir: Path) -> None:
    catalog, config = shop_dir / "source" / "errors" / "shop.yml", shop_dir / "mkdocs.yml"
    catalog.write_text(catalog.read_text(encoding="utf-8") + NASTY, encoding="utf-8")
    text = config.read_text(encoding="utf-8").replace(
        "pt-BR: {}", "pt-BR: {}\n        fr-CA: {fallback: [fr-FR]}"
    )
    config.write_text(text, encoding="utf-8")
    project = loaded(shop_dir)
    assert not project.source_is_broken, project.source_findings
    for locale in project.settings.all_locales:
        made = api.Api(stage.edition(project, locale), "Shop", HOST)
        content = made.book(
            made.entry(catalog, entry).written
            for catalog in project.book.catalogs
            for entry in catalog.published
        )
        for base in (None, "https://x.example/"):
            far = published.read(content, f"{HOST}{locale.tag}/errors.json", base)
            near = Local(project, base).listing(locale.tag)
            query = Query("*", ("code", *COLUMNS[1:]))
            assert near.tables(query) == far.tables(query), locale.tag
    french = json.loads(content)["entries"]
    assert locale.tag == "fr-CA"
    cause = next(item for item in french if item["id"] == "shop001")["cause"]
    # The same language serves, so nothing is foreign; but it says what it is.
    assert (cause["locale"], cause["state"], "foreign" in cause) == ("fr-FR", "missing", False)


@pytest.mark.slow
def test_the_command_reads_a_built_site(shop_site: Site, tmp_path: Path) -> None:
    def table(*options: str) -> str:
        done = CliRunner().invoke(main, [*options, "--columns", "code,cause,fix"])
        assert done.exit_code == 0, done.output
        return done.output

    config = str(ROOT / "tests" / "projects" / "shop" / "mkdocs.yml")
    for tag in LOCALES:
        near = table("-f", config, "table", "--locale", tag)
        far = str(shop_site.folder / tag / "errors.json")
        assert table("table", "--book", far) == near
        one = str(shop_site.folder / tag / "errors" / "till001.json")
        assert "TILL001" in table("table", "--book", one)


# --- links in Markdown ----------------------------------------------------------------------------

TARGETS = {
    "none": ("a `b` *c*", "a `b` *c*"),
    "known elsewhere": ("[a](https://x.example/)", "[a](https://x.example/)"),
    "unknown": ("[a](link:other)", "[a](link:other)"),
    "simple": ("See [a b](link:x), then [c](link:x).", "See [a b](U/), then [c](U/)."),
    "with a title": ('*s* [a](link:x "t")', '*s* [a](U/ "t")'),
    "in angle brackets": ("*s* [a](<link:x>)", "*s* [a](<U/>)"),
    "with code before it": ("`[a](link:x)` *s* [a](link:x)", "`[a](link:x)` *s* [a](U/)"),
    "in a fence": ("```\n[a](link:x)\n```\n\n[a](link:x)", "```\n[a](link:x)\n```\n\n[a](U/)"),
    "a definition": ("*s* [a][b]\n\n[b]: link:x", "*s* [a][b]\n\n[b]: U/"),
    "an image": ("*s* ![a](link:x)", "*s* ![a](U/)"),
    "nested": ("**[`a`](link:x)** [*b*](link:x)", "**[`a`](U/)** [*b*](U/)"),
    "longer": ("*s* [a](link:xy) [a](link:x)", "*s* [a](link:xy) [a](U/)"),
}


@pytest.mark.parametrize("name", TARGETS)
def test_links_lead_where_the_page_s_lead(name: str) -> None:
    source, expected = TARGETS[name]
    assert api.retargeted(source, lambda t: "U/" if t == "link:x" else t) == expected


PIECES = st.sampled_from(
    [
        "[a](link:x)",
        "`",
        "``",
        "*",
        "**",
        "a b",
        "\n\n",
        "- ",
        "1. ",
        "<link:x>",
        "](link:x)",
        "[b]",
    ]
)


def mapped(nodes: tuple[markdown.Node, ...]) -> tuple[markdown.Node, ...]:
    return tuple(
        markdown.Node(
            n.kind,
            "u/" if n.kind in ("link", "image") and n.text == "link:x" else n.text,
            mapped(n.children),
        )
        for n in nodes
    )


@given(st.lists(PIECES, max_size=8).map("".join))
def test_only_targets_of_links_change(source: str) -> None:
    made = api.retargeted(source, lambda target: "u/" if target == "link:x" else target)
    assert api._code(markdown.tree(made)) == api._code(markdown.tree(source))
    if "<link:x>" not in source:
        assert mapped(markdown.tree(source)) == markdown.tree(made)


TEXTS = {
    "<p>a &amp; b</p>": "a & b",
    "<p>a</p><p>b<br>c</p>": "a\nb\nc",
    '<ol class="eb-steps"><li><p>a</p></li><li><p>b</p></li></ol>': "a\nb",
    "<p>a\x00night\x00 b</p>": "a b",
    '<p><span class="eb-fallback" lang="en" dir="ltr">a</span> <span class="eb-badge" title="t">'
    'English<span class="eb-hidden"> (t)</span></span></p>': "a",
    "<pre><code>a&#10;  b&#10;</code></pre>": "a\n  b",
}


@pytest.mark.parametrize("written", TEXTS)
def test_the_words_of_html(written: str) -> None:
    assert api.words_of(written) == TEXTS[written]


# --- SARIF ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def sarif_run(shop_site: Site) -> Any:
    log = json.loads(shop_site.text("errors.sarif.json"))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    return run


@pytest.mark.slow
def test_sarif_has_a_rule_for_each_entry(sarif_run: Any) -> None:
    driver = sarif_run["tool"]["driver"]
    assert driver["name"] == "Shop errors"
    assert [(r["id"], r["defaultConfiguration"]["level"]) for r in driver["rules"]] == [
        ("shop001", "error"),
        ("SHOP002", "warning"),
        ("SHOP003", "error"),
        ("SHOP004", "error"),
        ("SHOP006", "none"),
        ("payment-lost", "error"),
        ("TILL001", "error"),
        ("till-card", "error"),
    ]
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["helpUri"].startswith(f"{HOST}en-US/errors/")
    fix = driver["rules"][1]["help"]
    assert fix["markdown"].endswith(
        "\n\n[^night]: At night, payments wait until `06:00`."
        " See [the status page](https://shop.example/status)."
    )
    assert "**Linux**\n\nRun `sudo shop till`." in driver["rules"][2]["help"]["markdown"]


@pytest.mark.slow
def test_sarif_translates_what_is_translated(sarif_run: Any) -> None:
    driver, translations = sarif_run["tool"]["driver"], sarif_run["translations"]
    assert [item["language"] for item in translations] == ["fr-FR", "ar", "pt-BR"]
    for item in translations:
        assert item["contents"] == ["localizedData"]
        assert item["associatedComponent"]["guid"] == driver["guid"]
        assert [r["id"] for r in item["rules"]] == [r["id"] for r in driver["rules"]]
    french, _, portuguese = translations
    assert french["rules"][0]["shortDescription"] == {"text": "Carte refusée"}
    assert french["translationMetadata"] == {"name": "French (France) (fr-FR)"}
    assert "fullDescription" not in portuguese["rules"][1]
    assert "help" not in portuguese["rules"][1]


# --- llms.txt -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_llms_txt_lists_every_entry_with_its_cause(shop_site: Site) -> None:
    text = shop_site.text("fr-FR/llms.txt")
    assert text.startswith(
        "# Erreurs de la boutique\n\n> Ce que la boutique affiche, et que faire.\n\n## Boutique\n\n"
        f"- [SHOP001: Carte refusée]({HOST}fr-FR/errors/shop001/): La banque a refusé la carte."
    )
    links = re.findall(r"^- \[.+?\]\((\S+?)\)(?:: .+)?$", text, re.M)
    assert len(links) == text.count("\n- ") == 8 + 1
    for link in links:
        assert (shop_site.folder / link.removeprefix(HOST)).exists()
    above = shop_site.text("llms.txt")
    assert f"]({HOST}en-US/errors/shop001/)" in above
    for link in re.findall(r"\]\((\S+?)\)", above.partition("## Optional")[2]):
        assert (shop_site.folder / link.removeprefix(HOST)).is_file(), link


def test_llms_txt_stays_one_line_a_link() -> None:
    section = llms.section("A\nb", [("x [y] \\z", "https://x.example/", "a\nb"), ("c", "/d", "")])
    assert section == ("## A b\n\n- [x \\[y\\] \\\\z](https://x.example/): a b\n- [c](/d)\n")
    assert llms.write("T", "", [section]) == f"# T\n\n{section}"


# --- objects.inv ----------------------------------------------------------------------------------

LINE = re.compile(r"(.+?)\s+(\S+)\s+(-?\d+)\s+?(\S*)\s+(.*)")
"""How Sphinx reads a line of an inventory."""


def labels(content: bytes) -> dict[str, tuple[str, str]]:
    """(URL, words) by label, as Sphinx reads an inventory."""
    *head, body = content.split(b"\n", 4)
    assert head[0] == b"# Sphinx inventory version 2"
    assert head[1].startswith(b"# Project: ")
    assert head[2].startswith(b"# Version: ")
    assert b"zlib" in head[3]
    found = {}
    for line in zlib.decompress(body).decode("utf-8").splitlines():
        match = LINE.fullmatch(line)
        assert match, line
        assert (match[2], match[3]) == ("std:label", "-1")
        assert match[1] not in found
        found[match[1]] = (match[4], match[5])
    return found


@pytest.mark.slow
def test_the_inventory_leads_to_entries(shop_site: Site) -> None:
    for tag in LOCALES:
        found = labels((shop_site.folder / tag / "objects.inv").read_bytes())
        for url, _ in found.values():
            assert (shop_site.folder / tag / url / "index.html").exists(), url
    found = labels((shop_site.folder / "fr-FR" / "objects.inv").read_bytes())
    assert found["SHOP003"] == found["shop003"] == ("errors/shop003/", "SHOP003: Pas de droits")
    assert found["SHOP100"] == ("errors/shop001/", "SHOP001: Carte refusée")
    assert found["payment-lost"] == ("errors/payment-lost/", "Le paiement est perdu")
    # Two products have this code.
    assert found["SHOP001"] == ("../e/SHOP001/", "SHOP001")
    assert found["shop001"][0] == "errors/shop001/"
    assert "shop005" not in found


def test_an_inventory_s_lines_stay_lines() -> None:
    content = inventory.write("a\nb", [("x", "y/", "two\nlines"), ("z", "w/", " ")])
    assert labels(content) == {"x": ("y/", "two lines"), "z": ("w/", "-")}


@pytest.mark.slow
def test_sphinx_reads_the_inventory(shop_site: Site) -> None:
    sphinx = pytest.importorskip("sphinx.util.inventory", reason="Sphinx is not installed")
    content = (shop_site.folder / "fr-FR" / "objects.inv").read_bytes()
    found = sphinx.InventoryFile.loads(content, uri=f"{HOST}fr-FR")
    item = found.data["std:label"]["shop003"]
    assert item.uri == f"{HOST}fr-FR/errors/shop003/"


# --- a name that the project uses itself ----------------------------------------------------------


def test_a_file_of_the_project_s_own_stays(shop_dir: Path) -> None:
    own = "# Mine\n"
    (shop_dir / "source" / "pages" / "llms.txt").write_text(own, encoding="utf-8")
    site = built(shop_dir)
    assert {site.text(f"{tag}/llms.txt") for tag in LOCALES} == {own}
    assert site.text("llms.txt") != own
