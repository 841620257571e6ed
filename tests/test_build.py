"""The built site: what it holds, what a mistake changes in it, and what a failure leaves alone."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from urllib.parse import urljoin
from xml.etree import ElementTree

import pytest
import yaml

from conftest import LOCALES, ROOT, SHOP, built, copy_project, errbook, loaded, once, rebuild
from errbook.site import build, results
from errbook.site.processes import Killed
from reading import Page, Site, tree

pytestmark = pytest.mark.slow

PUBLISHED = ("shop001", "shop002", "shop003", "shop004", "shop006", "payment-lost")
TILL = ("till001", "till-card")
ENTRIES = (*PUBLISHED, *TILL)


# --- every page, in every locale ------------------------------------------------------------------


def test_every_page_is_in_every_locale_under_the_same_path(shop_site: Site) -> None:
    wanted = {"", "guides/pay/", "errors/", "errors/log/", "errors/in/shop/", "errors/in/till/"}
    wanted |= {"translation-status/", *(f"errors/{identifier}/" for identifier in ENTRIES)}
    assert {tag: set(shop_site.pages(tag)) for tag in LOCALES} == dict.fromkeys(LOCALES, wanted)


def test_every_page_has_the_same_ids_in_every_locale(shop_site: Site) -> None:
    for url in shop_site.pages("en-US"):
        ids = {tag: shop_site.page(f"{tag}/{url}").ids for tag in LOCALES}
        assert ids == dict.fromkeys(LOCALES, ids["en-US"]), url
        assert max(Counter(ids["en-US"]).values(), default=1) == 1, f"{url} has an id twice"


def test_an_entry_page_has_the_anchors_that_are_promised(shop_site: Site) -> None:
    promised = {"entry", "cause", "fix", "messages", "examples", "related", "history"}

    def anchors(identifier: str) -> list[str]:
        page = shop_site.page(f"ar/errors/{identifier}/")
        return [name for name in page.ids if name in promised]

    assert {identifier: anchors(identifier) for identifier in PUBLISHED} == {
        "shop001": ["entry", "cause", "fix", "examples", "related"],
        "shop002": ["entry", "cause", "fix"],
        "shop003": ["entry", "cause", "fix"],
        "shop004": ["entry", "cause", "fix", "history"],
        "shop006": ["entry", "cause", "fix"],
        "payment-lost": ["entry", "cause", "fix", "messages"],
    }


@pytest.mark.parametrize(
    ("tag", "direction"), [("en-US", "ltr"), ("fr-FR", "ltr"), ("ar", "rtl"), ("pt-BR", "ltr")]
)
def test_every_page_says_its_language_and_direction(
    shop_site: Site, tag: str, direction: str
) -> None:
    for path in (shop_site.folder / tag).rglob("*.html"):
        given = Page(path.read_text("utf-8")).root.attributes
        assert (given["lang"], given["dir"]) == (tag, direction), path


def test_literals_are_isolated_in_a_page_that_reads_from_the_right(shop_site: Site) -> None:
    page = shop_site.page("ar/errors/payment-lost/")
    literal = (
        'pay: <var title="host">bank.example</var>:  no answer'
        ' (try &lt;again&gt; <var title="n">3</var> times)'
    )
    assert literal in page.article
    literals = [
        element.attributes
        for element in page.article_elements
        if element.has_class("highlight") or element.has_class("eb-code")
    ]
    assert literals
    assert {(given["translate"], given["dir"]) for given in literals} == {("no", "ltr")}


@pytest.mark.parametrize("identifier", ["shop001", "till001"])
def test_an_entry_in_the_navigation_is_built_alike_by_both_engines(
    shop_dir: Path, tmp_path: Path, identifier: str
) -> None:
    """Its title stands beside every page, so every page is the builder's."""
    config = shop_dir / "mkdocs.yml"
    listed = f"  - All errors: errors/index.md\n  - Often seen: [errors/{identifier}.md]"
    text = config.read_text("utf-8").replace("  - All errors: errors/index.md", listed)
    config.write_text(text, "utf-8")
    for engine in ("stamp", "full"):
        done = build.build(loaded(shop_dir), site_dir=tmp_path / engine, engine=engine)
        assert (done.failures, done.notes) == ([], [])
    assert tree(tmp_path / "stamp") == tree(tmp_path / "full")


# --- search engines -------------------------------------------------------------------------------

NAMESPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}
HOST = "https://shop.example/help/"

TRANSLATED = {
    "": ("en-US", "fr-FR", "ar"),
    "guides/pay/": ("en-US", "fr-FR", "ar"),
    "errors/": LOCALES,
    "errors/log/": LOCALES,
    "translation-status/": LOCALES,
    "errors/in/shop/": LOCALES,
    "errors/in/till/": LOCALES,
    "errors/shop001/": LOCALES,
    "errors/shop002/": ("en-US", "fr-FR", "ar"),
    "errors/shop003/": ("en-US", "fr-FR", "ar"),
    "errors/shop004/": ("en-US", "fr-FR", "ar"),
    "errors/shop006/": ("en-US", "fr-FR", "ar"),
    "errors/payment-lost/": ("en-US", "fr-FR", "ar"),
    "errors/till001/": ("en-US", "fr-FR"),
    "errors/till-card/": ("en-US", "fr-FR"),
}
"""The locales in which all of a page, or an entry's cause and fix, are translated."""
DEFAULTS = {
    "": "",
    **{f"errors/{i}/": f"e/{i.upper()}/" for i in (*PUBLISHED[:5], "till001")},
    "errors/payment-lost/": "e/payment-lost/",
    "errors/till-card/": "e/SHOP001/",
}
"""Where readers of any other language are sent, if not to the source's page."""


@pytest.mark.parametrize("tag", LOCALES)
def test_sitemaps_link_translations_and_nothing_that_only_looks_like_one(
    shop_site: Site, tag: str
) -> None:
    rows = {}
    for row in ElementTree.fromstring(shop_site.text(f"{tag}/sitemap.xml")):
        address = row.findtext("s:loc", "", NAMESPACES)
        links = [
            (link.attrib["hreflang"], link.attrib["href"])
            for link in row.findall("x:link", NAMESPACES)
        ]
        assert address not in rows
        rows[address] = dict(links)
        assert len(links) == len(rows[address])
    assert rows == {
        f"{HOST}{tag}/{url}": {
            **{other: f"{HOST}{other}/{url}" for other in translated},
            "x-default": HOST + DEFAULTS.get(url, f"en-US/{url}"),
        }
        if tag in translated
        else {}
        for url, translated in TRANSLATED.items()
    }


def test_the_sitemap_index_names_the_sitemap_of_every_locale(shop_site: Site) -> None:
    index = ElementTree.fromstring(shop_site.text("sitemap.xml"))
    assert [row.findtext("s:loc", "", NAMESPACES) for row in index] == [
        f"{HOST}{tag}/sitemap.xml" for tag in LOCALES
    ]
    assert shop_site.text("robots.txt").endswith(f"Sitemap: {HOST}sitemap.xml\n")


BORROWED = {"ar": TILL, "pt-BR": ("shop004", "shop006", "till-card")}
"""Entries whose cause and fix are both the source's; without a fix, the cause alone counts."""


def test_a_page_is_its_own_canonical_unless_cause_and_fix_are_the_sources(shop_site: Site) -> None:
    borrowed = {(tag, i) for tag, ids in BORROWED.items() for i in ids}
    for tag in LOCALES:
        for identifier in ENTRIES:
            own = "en-US" if (tag, identifier) in borrowed else tag
            page = shop_site.page(f"{tag}/errors/{identifier}/")
            assert page.link("canonical") == f"{HOST}{own}/errors/{identifier}/"
        assert shop_site.page(f"{tag}/").link("canonical") == f"{HOST}{tag}/"


def test_no_page_calls_the_home_pages_its_translations(shop_site: Site) -> None:
    page = shop_site.page("fr-FR/errors/shop001/")
    # For each such link the theme would read the sitemap of a whole locale, too.
    assert [e for e in page.elements if e.attributes.get("rel") == "alternate"] == []


def test_linked_data_say_what_the_page_is_about(shop_site: Site) -> None:
    assert shop_site.page("fr-FR/errors/shop001/").linked_data == {
        "@context": "https://schema.org",
        "@type": "TechArticle",
        "headline": "SHOP001: Carte refusée",
        "description": "La banque a refusé la carte. Le journal indique code | reason.",
        "inLanguage": "fr-FR",
        "url": f"{HOST}fr-FR/errors/shop001/",
        "about": {
            "@type": "DefinedTerm",
            "name": "SHOP001: Carte refusée",
            "description": "La banque a refusé la carte. Le journal indique code | reason.",
            "inDefinedTermSet": {
                "@type": "DefinedTermSet",
                "name": "Boutique",
                "url": f"{HOST}fr-FR/errors/in/shop/",
            },
            "termCode": "SHOP001",
        },
    }


@pytest.mark.parametrize(
    ("url", "language"),
    [
        ("pt-BR/errors/shop001/", "pt-BR"),
        ("pt-BR/errors/shop004/", "en-US"),
        ("en-US/errors/shop004/", "en-US"),
    ],
    ids=["translated", "in another language", "the source"],
)
def test_linked_data_name_the_language_that_an_entry_is_in(
    shop_site: Site, url: str, language: str
) -> None:
    assert shop_site.page(url).linked_data["inLanguage"] == language


@pytest.mark.parametrize(
    ("url", "title"),
    [
        ("en-US/", "Shop errors"),
        ("fr-FR/", "Erreurs de la boutique"),
        ("fr-FR/guides/pay/", "Paiement - Erreurs de la boutique"),
        ("fr-FR/errors/", "Erreurs - Erreurs de la boutique"),
    ],
)
def test_a_preview_of_a_link_to_any_page_has_its_words(
    shop_site: Site, url: str, title: str
) -> None:
    page = shop_site.page(url)
    assert page.meta("og:type") == "website"
    assert page.meta("og:title") == page.title == title
    assert page.meta("og:url") == f"{HOST}{url}"
    assert page.meta("og:description") == page.meta("description") != ""


# --- search ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "title", "words"),
    [
        ("en-US", "SHOP001 Card refused", "The bank refused the card."),
        ("fr-FR", "SHOP001 Carte refusée", "La banque a refusé la carte."),
        ("ar", "SHOP001 رُفضت البطاقة", "رفض البنك البطاقة."),
        ("pt-BR", "SHOP001 Cartão recusado", "O banco recusou o cartão."),
    ],
)
def test_the_search_of_a_locale_finds_an_entry_by_code_title_and_words(
    shop_site: Site, tag: str, title: str, words: str
) -> None:
    docs = {doc["location"]: doc for doc in shop_site.search(tag)}
    whole = docs["errors/shop001/"]
    assert Page(whole["title"]).body_lines == [title]
    assert words in docs["errors/shop001/#cause"]["text"]
    assert "001" in Page(whole["text"]).body_lines[0].split()


def test_every_entry_is_in_the_search_of_every_locale(shop_site: Site) -> None:
    wanted = {f"errors/{identifier}/" for identifier in ENTRIES}
    for tag in LOCALES:
        assert wanted <= {doc["location"] for doc in shop_site.search(tag)}


def test_the_search_finds_an_entry_once_and_no_badge(shop_site: Site) -> None:
    docs = shop_site.search("pt-BR")
    assert not [doc for doc in docs if "ainda não traduzido" in doc["text"]]
    found = [doc["location"] for doc in docs if "O banco recusou o cartão." in doc["text"]]
    assert found == ["errors/shop001/#cause"]


# --- above the locales ----------------------------------------------------------------------------


def test_the_root_lists_every_language_in_its_own_words(shop_site: Site) -> None:
    page = shop_site.page("")
    links = [e.attributes for e in page.elements if "hreflang" in e.attributes]
    assert [(a["href"], a["hreflang"], a["lang"]) for a in links] == [
        (f"{tag}/", tag, tag) for tag in LOCALES
    ]
    assert [line for line in page.body_lines if line in ("English", "Français", "العربية")] == [
        "English",
        "Français",
        "العربية",
    ]


def test_one_404_page_serves_the_whole_site(shop_site: Site) -> None:
    page = shop_site.page("404.html")
    assert page.meta("robots") == "noindex"
    links = [e.attributes["href"] for e in page.elements if "hreflang" in e.attributes]
    assert links == [f"/help/{tag}/errors/" for tag in LOCALES]


def test_codes_lead_to_ids_in_any_letter_case(shop_site: Site) -> None:
    assert json.loads(shop_site.text("codes.json")) == {
        "shop001": ["shop001", "till-card"],
        "shop100": ["shop001"],
        "shop002": ["shop002"],
        "shop003": ["shop003"],
        "shop004": ["shop004"],
        "shop006": ["shop006"],
        "payment-lost": ["payment-lost"],
        "till001": ["till001"],
        "till-card": ["till-card"],
    }


def test_short_links_are_the_same_in_either_letter_case(shop_site: Site) -> None:
    names = ("SHOP001", "SHOP100", "SHOP002", "SHOP003", "SHOP004", "SHOP006", "TILL001")
    names = (*names, "PAYMENT-LOST")
    pages = tree(shop_site.folder / "e")
    assert set(pages) == {f"{form}/index.html" for name in names for form in (name, name.lower())}
    for name in names:
        assert pages[f"{name}/index.html"] == pages[f"{name.lower()}/index.html"]


def test_a_short_link_of_one_meaning_leads_there(shop_site: Site) -> None:
    page = shop_site.page("e/SHOP100/")
    links = [e.attributes["href"] for e in page.elements if "hreflang" in e.attributes]
    assert links == [f"../../{tag}/errors/shop001/" for tag in LOCALES]
    assert page.scripts.endswith('})("errors/shop001/");\n')


def test_a_short_link_of_two_meanings_lists_both_and_chooses_none(shop_site: Site) -> None:
    page = shop_site.page("e/SHOP001/")
    links = [e.attributes["href"] for e in page.elements if "hreflang" in e.attributes]
    assert links == [
        f"../../{tag}/errors/{identifier}/"
        for identifier in ("shop001", "till-card")
        for tag in LOCALES
    ]
    assert page.scripts.endswith('})("");\n')


# --- links for contributors -----------------------------------------------------------------------


def test_edit_links_lead_to_the_line_of_the_translation(shop_site: Site) -> None:
    def line(path: str, words: str) -> int:
        lines = (SHOP / path).read_text("utf-8").splitlines()
        return next(n for n, text in enumerate(lines, 1) if words in text)

    def edits(tag: str) -> set[str]:
        page = shop_site.page(f"{tag}/errors/shop001/")
        links = (e.attributes.get("href", "") for e in page.article_elements)
        return {link for link in links if link.startswith("https://git.example/edit/")}

    source = line("source/errors/shop.yml", "SHOP001:")
    french = line("locales/fr-FR/shop.po", "Carte refusée")
    assert edits("en-US") == {f"https://git.example/edit/source/errors/shop.yml#L{source}"}
    assert edits("fr-FR") == {f"https://git.example/edit/locales/fr-FR/shop.po#L{french}"}


def test_report_links_say_which_page_in_which_locale(shop_site: Site) -> None:
    page = shop_site.page("fr-FR/errors/shop001/")
    links = [e.attributes.get("href", "") for e in page.article_elements]
    source = (SHOP / "source/errors/shop.yml").read_text("utf-8").splitlines()
    line = source.index("  SHOP001:") + 1
    assert [link for link in links if "/new?" in link] == [
        "https://git.example/new?title=%5Bfr-FR%5D%20SHOP001%3A%20Carte%20refus%C3%A9e"
        f"&body=errors/shop001/%20%28fr-FR%29%0Asource/errors/shop.yml%3A{line}%0A%0A"
    ]


# --- one mistake, one fallback --------------------------------------------------------------------


@dataclass(frozen=True)
class Mistake:
    """A change of one place that breaks the promise for one text."""

    file: str
    context: str
    old: str
    new: str
    code: str
    """The diagnostic that names it."""
    tags: tuple[str, ...]
    """The locales that are required and lack the text now."""
    shown: str
    """The words that readers of these locales get instead."""
    others: tuple[str, ...] = ()
    """Other locales in which pages change."""

    @property
    def entry(self) -> str:
        return self.context.partition("|")[0]


MISTAKES = {
    "deleted msgstr": Mistake(
        "locales/fr-FR/azcmagent.po",
        "azcm0011|fix",
        "*",
        "",
        "EB301",
        ("fr-FR",),
        "Run the command again and let it finish.",
    ),
    "edited English fix": Mistake(
        "source/errors/azcmagent.yml",
        "azcm0012|fix",
        "Get a new access token, then",
        "Get a new access token within the hour, then",
        "EB302",
        ("fr-FR", "de-DE", "ja-JP", "ar"),
        "Get a new access token within the hour, then run the command again with it.",
        ("en-US", "pt-BR"),
    ),
    "changed code": Mistake(
        "locales/ja-JP/azcmagent.po",
        "azcm0014|fix",
        "`--cloud`",
        "`--clowd`",
        "EB311",
        ("ja-JP",),
        "Set --cloud to AzureCloud or AzureUSGovernment.",
    ),
    "script": Mistake(
        "locales/de-DE/azcmagent.po",
        "azcm0016|fix",
        'msgstr "',
        'msgstr "<script>alert(1)</script>',
        "EB315",
        ("de-DE",),
        "Read the output to see which parameter is missing, add it, and run the command again.",
    ),
}


def make_mistake(folder: Path, mistake: Mistake) -> dict[str, int]:
    """Make one mistake in a copy of the book; gives the line it is in, by locale."""
    path = folder / mistake.file
    if path.suffix == ".yml":
        text = path.read_text("utf-8")
        assert text.count(mistake.old) == 1
        path.write_text(text.replace(mistake.old, mistake.new), encoding="utf-8")
    else:
        _change_msgstr(path, mistake.context, mistake.old, mistake.new)
    return {
        tag: _msgstr_line(folder / f"locales/{tag}/azcmagent.po", mistake.context)
        for tag in mistake.tags
    }


def _msgstr_line(path: Path, context: str) -> int:
    lines = path.read_text("utf-8").splitlines()
    start = lines.index(f'msgctxt "{context}"')
    return next(n for n, line in enumerate(lines[start:], start + 1) if line.startswith("msgstr"))


def _change_msgstr(path: Path, context: str, old: str, new: str) -> None:
    lines = path.read_text("utf-8").splitlines()
    number = _msgstr_line(path, context) - 1
    assert lines[number] != 'msgstr ""'
    changed = f'msgstr "{new}"' if old == "*" else lines[number].replace(old, new)
    assert changed != lines[number]
    lines[number] = changed
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, dict[str, int]], str, str]:
    """The book with all mistakes, each in an entry of its own, as `errbook check` sees it.

    The line of each mistake by its name and locale, what is said as JSON, and what as text.
    """
    folder = copy_project(ROOT, tmp_path_factory.mktemp("checked") / "book")
    lines = {name: make_mistake(folder, mistake) for name, mistake in MISTAKES.items()}
    done = errbook(folder, "check", "--format", "json")
    assert (done.returncode, done.stderr) == (1, "")
    return lines, done.stdout, errbook(folder, "check").stdout


def wanted(mistake: Mistake, lines: dict[str, int]) -> set[tuple[str, str, int, str, str]]:
    """What is to be named of a mistake: code, file, line, locale, entry and field."""
    return {
        (mistake.code, f"locales/{tag}/azcmagent.po", lines[tag], tag, mistake.context)
        for tag in mistake.tags
    }


def test_check_names_entry_field_locale_file_and_line(
    checked: tuple[dict[str, dict[str, int]], str, str],
) -> None:
    lines, said, _ = checked
    named = {
        (f["code"], f["file"], f["line"], f["subject"]["locale"], f["subject"]["context"])
        for f in json.loads(said)["diagnostics"]
        if f["severity"] == "error" and f["file"].endswith("/azcmagent.po")
    }
    assert named == set().union(*(wanted(m, lines[name]) for name, m in MISTAKES.items()))


@pytest.mark.parametrize("name", MISTAKES)
def test_check_prints_entry_field_locale_file_and_line(
    checked: tuple[dict[str, dict[str, int]], str, str], name: str
) -> None:
    lines, _, said = checked
    for code, file, line, _, context in wanted(MISTAKES[name], lines[name]):
        assert f"{file}:{line}:1: {code} {context}" in said


def test_a_book_without_a_mistake_passes(project_dir: Path) -> None:
    done = errbook(project_dir, "check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "No problems found.\n", "")


@pytest.fixture(scope="session")
def damaged_book(book_folder: Path, common: Path) -> Site:
    """This very book, built with all mistakes at once, each in an entry of its own."""

    def make(folder: Path) -> None:
        copy_project(book_folder.parent, folder)
        for mistake in MISTAKES.values():
            make_mistake(folder, mistake)
        rebuild(folder)

    return Site(once(common / "damaged", make) / "site")


TABLE = "troubleshoot-agent/"
"""The page with a table of all codes."""
COUNTING = {"", "errors/", "translation-status/"}
"""Pages that say how many texts are translated."""


def test_a_mistake_shows_the_source_text_with_a_badge_there_and_nowhere_else(
    book_folder: Path, damaged_book: Site
) -> None:
    clean_book = Site(book_folder)
    gone, come = {}, {}
    for tag in (locale.tag for locale in loaded(ROOT).settings.all_locales):
        for url in set(clean_book.pages(tag)) - COUNTING:
            before = Counter(clean_book.page(f"{tag}/{url}").lines)
            after = Counter(damaged_book.page(f"{tag}/{url}").lines)
            if before != after:
                gone[tag, url] = list((before - after).elements())
                come[tag, url] = [line.split(" ⟦")[0] for line in (after - before).elements()]

    wanted: dict[tuple[str, str], list[str]] = {}
    for mistake in MISTAKES.values():
        for tag in (*mistake.tags, *mistake.others):
            line = mistake.shown if tag == "en-US" else f"⟨{mistake.shown}⟩"
            wanted.setdefault((tag, TABLE), []).append(line)
            wanted[tag, f"errors/{mistake.entry}/"] = [line]
    # The banner on top of an entry's page comes with its first fallback.
    shown = {
        place: [line for line in lines if line[0] == "⟨"] or lines for place, lines in come.items()
    }
    assert shown == wanted
    assert {place: len(lines) for place, lines in gone.items()} == {
        place: len(lines) for place, lines in wanted.items()
    }


def test_a_damaged_translation_is_nowhere_in_the_site(damaged_book: Site) -> None:
    found = [
        path
        for path in damaged_book.folder.rglob("*")
        if path.suffix in (".html", ".json", ".xml")
        and any(word in path.read_text("utf-8") for word in ("alert(1)", "--clowd"))
    ]
    assert found == []


# --- building again -------------------------------------------------------------------------------


def test_a_second_build_writes_nothing_and_leaves_the_files_of_others_alone(
    shop_dir: Path,
) -> None:
    site = built(shop_dir).folder
    for name in ("CNAME", "downloads/shop.zip"):
        path = site / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name, encoding="utf-8")
    before = tree(site)
    done = rebuild(shop_dir)
    assert (done.published.written, done.published.deleted) == (0, 0)
    assert tree(site) == before


def test_what_left_the_source_leaves_the_site(again: Path) -> None:
    before = set(tree(again / "site"))
    source = again / "source/errors/till.yml"
    lines = source.read_text("utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("  TILL001:")]
    assert len(kept) == len(lines) - 1
    source.write_text("\n".join(kept) + "\n", encoding="utf-8")
    done = rebuild(again)
    gone = {f"e/{name}/index.html" for name in ("TILL001", "till001")}
    gone |= {f"{tag}/errors/till001{end}" for tag in LOCALES for end in ("/index.html", ".json")}
    assert before - set(tree(again / "site")) == gone
    assert not (again / "site/e/TILL001").exists()
    assert done.published.deleted == len(gone)


# --- what fails, and what it leaves alone ---------------------------------------------------------

FAILURES = {
    "mistake in the source": (
        "source/errors/till.yml",
        "cause: The drawer is stuck., ",
        "",
        "source/errors/till.yml:6:3: EB108",
    ),
    "a link of a catalog to no page": (
        "source/errors/till.yml",
        "fix: Clean the chip.",
        "fix: Clean the chip, see [there](missing.md).",
        'source/errors/till.yml:11:10: EB114 the link leads to "missing.md"',
    ),
    "broken link in a page": (
        "source/pages/index.md",
        "or see ",
        "or [there](missing.md), or see ",
        "source/pages/index.md:1:1: EB501",
    ),
    "broken anchor in a page": (
        "source/pages/index.md",
        "or see ",
        "or [there](guides/pay.md#nowhere), or see ",
        "source/pages/index.md:1:1: EB501",
    ),
    "broken link in HTML": (
        "source/pages/guides/pay.md",
        "![The receipt](receipt.svg)",
        '![The receipt](receipt.svg)\n\n<a href="/help/en-US/nowhere/">there</a>',
        "en-US/guides/pay/index.html:1:1: EB503",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_build_that_fails_leaves_the_site_as_it_was(again: Path, name: str) -> None:
    file, old, new, said = FAILURES[name]
    path = again / file
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    before = tree(again / "site")
    done = errbook(again, "build")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert done.stderr.endswith("the site is as it was.\n")
    assert tree(again / "site") == before


OWN_CODE: dict[str, tuple[dict[str, str], str]] = {
    "a hook that cannot be imported": (
        {"hook.py": "import os\nraise ValueError('no network')\n"},
        "hook.py:2:1: EB501 mkdocs: ValueError: no network",
    ),
    "a hook with a mistake": (
        {"hook.py": "def on_page_markdown(text, **others):\n    return text.nothing\n"},
        "hook.py:2:1: EB501 mkdocs: AttributeError: ",
    ),
    "a hook that is no Python": (
        {"hook.py": "\ndef on_page_markdown(:\n"},
        "hook.py:2:1: EB501 mkdocs: SyntaxError: ",
    ),
    "a template with a mistake": (
        {"overrides/main.html": '{% extends "base.html" %}\n{% blok content %}'},
        "mkdocs.yml:1:1: EB501 mkdocs: main.html, line 2: Encountered unknown tag 'blok'",
    ),
    "a template that is made of nothing": (
        {"overrides/main.html": '{% extends "bse.html" %}'},
        "mkdocs.yml:1:1: EB501 mkdocs: the theme has no bse.html",
    ),
    "a name that nothing has": (
        {"overrides/main.html": '{% extends "base.html" %}{% block libs %}{{ a.b }}{% endblock %}'},
        "mkdocs.yml:1:1: EB501 mkdocs: in a template: 'a' is undefined",
    ),
    "a sum of a word": (
        {"overrides/main.html": '{% block libs %}{{ 1 + "a" }}{% endblock %}'},
        "overrides/main.html:1:1: EB501 mkdocs: TypeError: ",
    ),
    "no overrides": ({}, 'EB003 theme.custom_dir: there is no folder "overrides"'),
}


@pytest.mark.parametrize("name", OWN_CODE)
def test_what_fails_in_the_code_of_a_project_is_named_once(shop_dir: Path, name: str) -> None:
    files, said = OWN_CODE[name]
    for file, content in files.items():
        (shop_dir / file).parent.mkdir(exist_ok=True)
        (shop_dir / file).write_text(content, "utf-8")
    config = yaml.safe_load((shop_dir / "mkdocs.yml").read_text("utf-8"))
    if "hook.py" in files:
        config["hooks"] = ["hook.py"]
    else:
        config["theme"] = {"name": "material", "custom_dir": "overrides"}
    (shop_dir / "mkdocs.yml").write_text(yaml.safe_dump(config), "utf-8")
    done = errbook(shop_dir, "build")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert "Found 1 error.\nNothing was published; the site is as it was.\n" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
@pytest.mark.parametrize(
    "arguments", [(), ("--locale", "ar", "--out", "shard")], ids=["site", "shard"]
)
def test_a_folder_whose_name_is_not_utf8_is_refused(
    shop_dir: Path, arguments: tuple[str, ...]
) -> None:
    folder = shop_dir.rename(shop_dir.parent / os.fsdecode(b"caf\xe9"))
    done = errbook(folder, "build", *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert (
        "mkdocs.yml:1:1: EB501 the name of a folder above the project is not UTF-8" in done.stderr
    )


def test_a_book_without_a_home_page_is_told_which_file_it_lacks(shop_dir: Path) -> None:
    (shop_dir / "source/pages/index.md").unlink()
    config = yaml.safe_load((shop_dir / "mkdocs.yml").read_text("utf-8"))
    del config["nav"]
    (shop_dir / "mkdocs.yml").write_text(yaml.safe_dump(config), "utf-8")
    done = errbook(shop_dir, "build")
    assert "it wrote no index.html: is there no source/pages/index.md?" in done.stderr


KILLER = """\
import os, signal, sys
from pathlib import Path

left, site = int(sys.argv[1]), Path("site").resolve()
replace = os.replace

def counted(source, target):
    global left
    left -= Path(target).resolve().is_relative_to(site)
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(source, target)

os.replace = counted
from errbook.cli import main
main(["build", "--jobs", "1"])
"""
"""Runs errbook and kills it before the n-th file of the site is put in its place."""


def only(folder: Path, tags: str) -> None:
    """Leave a copy of the shop with a few locales, so that it is built quickly."""
    path = folder / "mkdocs.yml"
    head, _, tail = path.read_text("utf-8").partition("      locales:\n")
    _, _, nav = tail.partition("\nnav:")
    path.write_text(f"{head}      locales: {tags}\n\nnav:{nav}", encoding="utf-8")
    for locale in (folder / "locales").iterdir():
        if locale.name not in tags:
            shutil.rmtree(locale)


def test_a_killed_build_leaves_every_file_whole_and_the_next_one_completes_it(
    shop_dir: Path,
) -> None:
    only(shop_dir, "{fr-FR: {}}")
    site = built(shop_dir).folder
    old = tree(site)
    config = shop_dir / "mkdocs.yml"
    config.write_text(config.read_text("utf-8").replace("Shop errors", "New name"), "utf-8")
    new = tree(built(copy_project(shop_dir, shop_dir.parent / "new")).folder)
    changed = [name for name in new if new[name] != old.get(name)]
    assert len(changed) > 30

    def look() -> Counter[str]:
        found = {n: c for n, c in tree(site).items() if ".errbook-tmp-" not in n}
        assert found.keys() == old.keys() | new.keys()
        broken = [n for n, content in found.items() if content not in (old.get(n), new.get(n))]
        assert broken == []
        return Counter("new" if found[name] == new[name] else "old" for name in changed)

    moments = random.Random(20)
    done = 0
    for number in (1, moments.randrange(2, 10), moments.randrange(10, 30)):
        command = [sys.executable, "-c", KILLER, str(number)]
        killed = subprocess.run(command, cwd=shop_dir, capture_output=True, check=False)
        assert killed.returncode == -signal.SIGKILL
        # A build that was killed has done its part: the next one goes on from there.
        done += number - 1
        found = look()
        assert (found["new"], found["old"]) == (done, len(changed) - done)
    for _ in range(2):
        command = [sys.executable, "-m", "errbook", "build"]
        process = subprocess.Popen(
            command, cwd=shop_dir, stderr=subprocess.DEVNULL, start_new_session=True
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moments.uniform(0.3, 1.2))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        look()
    assert errbook(shop_dir, "build").returncode == 0
    assert tree(site) == new


def test_what_a_killed_build_added_leaves_the_site_with_its_source(shop_dir: Path) -> None:
    only(shop_dir, "{fr-FR: {}}")
    site = built(shop_dir).folder
    old = tree(site)
    catalog = shop_dir / "source/errors/till.yml"
    text = catalog.read_text("utf-8")
    catalog.write_text(
        f"{text}  TILL002: {{cause: No paper., fix: Add paper.}}\n", encoding="utf-8"
    )
    page = site / "en-US/errors/till002/index.html"
    number = 1
    while not page.exists():
        number += 4
        killed = subprocess.run(
            [sys.executable, "-c", KILLER, str(number)], cwd=shop_dir, check=False
        )
        assert killed.returncode == -signal.SIGKILL
    catalog.write_text(text, encoding="utf-8")
    rebuild(shop_dir)
    assert tree(site) == old


ORPHANS = """\
import os, signal
from errbook.site import pool

work, parent = pool.build_locale, os.getpid()

def deadly(*arguments):
    if os.getpid() != parent:
        os.kill(parent, signal.SIGKILL)
    return work(*arguments)

pool.build_locale = deadly
from errbook.cli import main
main(["build", "--jobs", "2"])
"""
"""Runs errbook and kills it as soon as its first worker has begun."""


def test_workers_of_a_killed_build_do_not_keep_the_next_one_from_its_work(again: Path) -> None:
    before = tree(again / "site")
    shutil.rmtree(again / ".errbook")  # workers begin where something is to be built
    with subprocess.Popen(
        [sys.executable, "-c", ORPHANS],
        cwd=again,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as killed:
        assert killed.wait() == -signal.SIGKILL
        try:
            command = [sys.executable, "-m", "errbook", "build"]
            done = subprocess.run(command, cwd=again, capture_output=True, timeout=60, check=False)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(killed.pid, signal.SIGKILL)
    assert done.returncode == 0
    assert tree(again / "site") == before


# --- a project's own configuration ----------------------------------------------------------------

OWN = {
    "base.yml": """\
        site_name: Shop errors
        site_url: !ENV [ERRBOOK_TEST_URL, "https://other.example/"]
        docs_dir: source/pages
        theme:
          name: material
          custom_dir: overrides
          favicon: guides/receipt.svg
        extra_css: [own.css]
        """,
    "mkdocs.yml": """\
        INHERIT: base.yml
        repo_url: https://github.com/shop/shop
        hooks: [hooks/own.py]
        markdown_extensions:
          - abbr
        plugins:
          - errbook:
              locales: {fr-FR: {}}
          - search
        nav:
          - Start: index.md
          - Guides: [guides/pay.md]
        """,
    "overrides/main.html": """\
        {% extends "base.html" %}
        {% block announce %}<p class="own-news">News</p>{% endblock %}
        """,
    "hooks/own.py": """\
        def on_page_content(html, **kwargs):
            return html + '<p class="own-hook">Hook</p>'
        """,
    "source/pages/own.css": "p {margin: 0}\n",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text), encoding="utf-8")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The shop with a configuration that uses what MkDocs has."""
    folder = copy_project(SHOP, tmp_path_factory.mktemp("own") / "shop")
    write(folder, OWN)
    for tag in ("ar", "pt-BR"):
        shutil.rmtree(folder / "locales" / tag)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ERRBOOK_TEST_URL", "https://own.example/docs/errors")
        return built(folder)


def test_the_language_page_has_the_icon_of_the_project(own: Site) -> None:
    page = (own.folder / "index.html").read_text("utf-8")
    assert '<link rel="icon" href="en-US/guides/receipt.svg">' in page


def test_a_page_that_speaks_of_previews_has_its_own(shop_dir: Path) -> None:
    with (shop_dir / "source/pages/guides/pay.md").open("a", encoding="utf-8") as page:
        page.write('\nA preview shows `property="og:title"`.\n')
    assert errbook(shop_dir, "build").returncode == 0
    written = (shop_dir / "site/en-US/guides/pay/index.html").read_text("utf-8")
    assert '<meta property="og:title" content="' in written.partition("</head>")[0]


@pytest.mark.parametrize("icon", ["//cdn.example/a.png", "data:image/png;base64,AAAA"])
def test_an_icon_that_is_elsewhere_is_none_of_the_language_page(shop_dir: Path, icon: str) -> None:
    config = yaml.safe_load((shop_dir / "mkdocs.yml").read_text("utf-8"))
    config["theme"] = {"name": "material", "favicon": icon}
    (shop_dir / "mkdocs.yml").write_text(yaml.safe_dump(config), "utf-8")
    assert errbook(shop_dir, "build").returncode == 0
    assert 'rel="icon"' not in (shop_dir / "site/index.html").read_text("utf-8")


@pytest.mark.parametrize("name", ["mkdocs", "readthedocs"])
def test_the_themes_of_mkdocs_itself_make_a_site(shop_dir: Path, name: str) -> None:
    config = yaml.safe_load((shop_dir / "mkdocs.yml").read_text("utf-8"))
    config["theme"] = name
    (shop_dir / "mkdocs.yml").write_text(yaml.safe_dump(config), "utf-8")
    sites = []
    for engine in ("stamp", "full"):
        site = shop_dir / engine
        done = errbook(shop_dir, "build", "--engine", engine, "--site-dir", str(site))
        assert done.returncode == 0, done.stderr
        # These themes write on each home page when it was built.
        sites.append({n: re.sub(rb"Build Date.*", b"", c) for n, c in tree(site).items()})
    assert sites[0] == sites[1]
    assert "en-US/search/main.js" in sites[0]
    assert b'<link rel="icon" href="en-US/img/favicon.ico">' in sites[0]["index.html"]


@pytest.mark.parametrize("url", ["", "guides/pay/", "errors/shop001/", "errors/in/shop/"])
def test_overrides_styles_and_hooks_of_a_project_reach_every_page(own: Site, url: str) -> None:
    page = own.page(f"fr-FR/{url}")
    marks = Counter(e.attributes.get("class") for e in page.elements)
    assert (marks["own-news"], marks["own-hook"]) == (1, 1)
    links = [
        e.attributes for e in page.elements if e.attributes.get("rel") in ("stylesheet", "icon")
    ]
    targets = [urljoin(f"https://own.example/{url}", given["href"]) for given in links]
    assert targets[0] == "https://own.example/guides/receipt.svg"
    assert targets[-2:] == [
        f"https://own.example/{name}" for name in ("assets/errbook/errbook.css", "own.css")
    ]


def test_a_url_from_the_environment_with_a_path_holds_everywhere(own: Site) -> None:
    url = "https://own.example/docs/errors/"
    page = own.page("fr-FR/errors/shop001/")
    assert page.link("canonical") == f"{url}fr-FR/errors/shop001/"
    assert [
        e.attributes["href"]
        for e in page.elements
        if e.attributes.get("class") == "md-select__link"
    ] == [
        "/docs/errors/en-US/",
        "/docs/errors/fr-FR/",
    ]
    assert "other.example" not in page.html
    assert own.text("robots.txt").endswith(f"Sitemap: {url}sitemap.xml\n")


def test_the_nav_of_a_project_is_translated(own: Site) -> None:
    def titles(tag: str) -> list[str]:
        page = own.page(f"{tag}/guides/pay/")
        nav = page.html[page.html.index('<nav class="md-nav md-nav--primary') :]
        lines = Page(nav[: nav.index("</nav>")]).body_lines
        return [line for line in lines if line in ("Start", "Accueil")]

    assert {tag: titles(tag) for tag in ("en-US", "fr-FR")} == {
        "en-US": ["Start"],
        "fr-FR": ["Accueil"],
    }


def test_edit_links_follow_the_repository(own: Site) -> None:
    page = own.page("en-US/errors/till-card/")
    links = [e.attributes.get("href", "") for e in page.article_elements]
    assert [link.partition("?")[0] for link in links if "github" in link] == [
        "https://github.com/shop/shop/blob/HEAD/source/errors/till.yml#L7",
        "https://github.com/shop/shop/issues/new",
    ]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The shop in its source locale alone, for a site of which nobody knows the address yet."""
    folder = copy_project(SHOP, tmp_path_factory.mktemp("bare") / "shop")
    shutil.rmtree(folder / "locales")
    write(folder, {"mkdocs.yml": "site_name: Shop\nplugins: [search, errbook]\n"})
    return built(folder)


def test_a_site_without_an_address_is_whole(bare: Site) -> None:
    assert set(bare.pages("en-US")) >= {"", "guides/pay/", "errors/", "errors/shop001/"}
    assert bare.page("").link("canonical") == ""
    assert bare.page("en-US/errors/shop001/").link("canonical") == ""
    assert not (bare.folder / "sitemap.xml").exists()
    assert not (bare.folder / "robots.txt").exists()


def test_a_site_without_an_address_makes_none_up(bare: Site) -> None:
    made_up = [
        name
        for name, content in tree(bare.folder).items()
        if name.endswith((".html", ".xml", ".txt", "lookup.json")) and b"localhost" in content
    ]
    assert made_up == []


SHARED = """\
import sys
from errbook.site import worker

worker._BATCH = 1
from errbook.cli import main
main(["build", "--jobs", sys.argv[1]])
"""
"""Runs errbook with entries that are handed out one by one."""


@pytest.mark.parametrize("jobs", ["1", "2", "5"])
def test_however_many_work_the_site_is_the_same(again: Path, jobs: str) -> None:
    before = tree(again / "site")
    shutil.rmtree(again / "site")
    shutil.rmtree(again / ".errbook")
    command = [sys.executable, "-c", SHARED, jobs]
    done = subprocess.run(command, cwd=again, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert tree(again / "site") == before


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text here")
@pytest.mark.parametrize("name", [b"errors/ti\xffll.yml", b"pages/a\xff.md", b"pages/a\xff.png"])
def test_a_file_whose_name_is_no_text_is_named(shop_dir: Path, name: bytes) -> None:
    source = os.fsencode(shop_dir / "source")
    with open(os.path.join(source, name), "wb") as stream:
        stream.write((shop_dir / "source" / "errors" / "till.yml").read_bytes())
    command = [sys.executable, "-m", "errbook", "build"]
    done = subprocess.run(command, cwd=shop_dir, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    shown = name.decode("utf-8", "backslashreplace")
    assert f"source/{shown}:1:1: EB101 the file's name is not UTF-8\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (shop_dir / "site").exists()


def test_a_process_that_is_killed_when_damage_was_found_is_told_of_too(
    again: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = iter([results.Damaged("damaged"), Killed()])

    def end(*arguments: object) -> object:
        raise next(ends)

    monkeypatch.setattr(build, "_built", end)
    done = build.build(loaded(again))
    assert [failure.code for failure in done.failures] == ["EB501"]
    assert list(ends) == []
