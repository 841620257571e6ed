"""The words of the configuration: which readers see, what names them, and where translations go."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from conftest import loaded
from errbook import config, locales, sitewords
from errbook.pseudobook import with_pseudo_locales
from errbook.site import stage

CONFIG = """
    site_name: Tills
    site_description: What a till prints.
    copyright: '&copy; 2026 <b>Corner Shop</b>, all rights'
    docs_dir: source/pages
    theme:
      name: material
      palette: {toggle: {icon: material/weather-night, name: Switch to dark mode}}
    nav:
      - Start: index.md
      - Guides: [{Pay: pay.md}, receipt.md]
    extra:
      unknown: Not shown
      social: [{icon: fontawesome/brands/github, link: 'https://x.example', name: The "code"}]
      consent: {title: Cookies, description: We use some., cookies: {map: {name: Maps}}}
      analytics:
        provider: google
        feedback:
          title: Was this page helpful?
          ratings: [{icon: material/heart, name: It was, data: 1, note: 'See {url}.'}]
    plugins: [search, errbook]
"""
SHOWN = {
    "name": "Tills",
    "description": "What a till prints.",
    "nav/start": "Start",
    "nav/guides": "Guides",
    "nav/pay": "Pay",
    "theme/switch-to-dark-mode": "Switch to dark mode",
    "copyright": "&copy; 2026 <b>Corner Shop</b>, all rights",
    "extra/the-code": 'The "code"',
    "extra/cookies": "Cookies",
    "extra/we-use-some": "We use some.",
    "extra/maps": "Maps",
    "extra/was-this-page-helpful": "Was this page helpful?",
    "extra/it-was": "It was",
    "extra/see-url": "See {url}.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mkdocs.yml").write_text(dedent(CONFIG), "utf-8")
    (tmp_path / "source/errors").mkdir(parents=True)
    (tmp_path / "source/errors/till.yml").write_text(
        "catalog: till\ncode_pattern: 'T\\d'\n"
        "entries:\n  T1: {cause: It is shut., fix: Open it.}\n",
        "utf-8",
    )
    (tmp_path / "source/pages").mkdir()
    (tmp_path / "source/pages/index.md").write_text("# Start\n", "utf-8")
    return tmp_path


def test_all_that_readers_see_is_found_and_nothing_else(folder: Path) -> None:
    settings, _ = config.load(folder)
    assert settings is not None
    found = list(sitewords.texts(settings))
    assert {text.slot: text.source for text in found} == SHOWN
    assert {text.slot: text.location.line for text in found}["extra/cookies"] == 12


@pytest.mark.parametrize(
    ("words", "slot"),
    [
        ("Get started", "nav/get-started"),
        ("Dépannage", "nav/depannage"),
        ("はじめに", "nav/はじめに"),
        ("PO ファイル", "nav/po-ファイル"),
        ("البداية هنا", "nav/البداية-هنا"),
        ("Début – 開始", "nav/début-開始"),
    ],
)
def test_texts_in_any_script_have_names_of_their_own(words: str, slot: str) -> None:
    assert sitewords.slot("nav", words) == slot


SAME: list[dict[str, Any]] = [
    {},
    {"copyright": None},
    {"copyright": ""},
    {"extra": None},
    {"extra": {"social": "x", "consent": ["title"], "analytics": {"feedback": None}}},
    {"extra": {"social": [None, {"link": "x"}], "alternate": [{"name": "English"}]}},
    {"site_author": "Jo"},
]


@pytest.mark.parametrize("given", SAME)
def test_what_has_no_such_text_stays(given: dict[str, Any]) -> None:
    assert sitewords.translated(given, lambda key, text: "never") == given


def test_a_translation_stands_in_the_place_of_its_text(folder: Path) -> None:
    project = with_pseudo_locales(loaded(folder))
    written = stage.edition(project, locales.PSEUDO["qps-ploc"])
    made = stage.derive(project, written, stage.Stage(written.locale, folder / "x"), "")
    copyright = "⟦&copy; 2026 <b>Çööŕñééŕ Šĥööþ</b>, ååļļ ŕîîĝĥţš öñé ţŵö⟧"
    assert made["copyright"] == copyright
    extra = made["extra"]
    assert extra["social"][0]["name"] == "⟦Ţĥéé &quot;çööðéé&quot; öñé ţŵö⟧"
    assert extra["social"][0]["link"] == "https://x.example"
    assert extra["unknown"] == "Not shown"
    assert extra["consent"]["cookies"]["map"]["name"].startswith("⟦Ṁååþš")
    feedback = extra["analytics"]["feedback"]
    assert feedback["ratings"][0]["note"] == "⟦Šééé {url}. öñé⟧"
    assert feedback["ratings"][0]["icon"] == "material/heart"
