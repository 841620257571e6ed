"""``errbook l10n fix`` and ``terms`` on a project, and what ``errbook check`` says then."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import ROOT, loaded
from errbook import cli
from errbook.checks import review
from errbook.diagnostics import RULES

PO = "locales/fr-FR/shop.po"
GLOSSARY = """\
terms:
  card:
    term: card
    translations:
      fr-FR: {preferred: carte, forbidden: [ticket]}
"""


def run(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    monkeypatch.chdir(folder)
    return CliRunner().invoke(cli.main, arguments)


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / PO
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def first_text(folder: Path) -> str:
    """The first translation of the French file that is a sentence."""
    text = (folder / PO).read_text("utf-8")
    return next(t for t in re.findall(r'^msgstr "(.*)"$', text, re.M) if t.endswith("."))


def wording(folder: Path) -> list[str]:
    project = loaded(folder)
    (french,) = [locale for locale in project.states if locale.tag == "fr-FR"]
    return [f.code for f in project.wording_findings(french)]


def test_nothing_is_written_without_write(shop_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = first_text(shop_dir)
    edit(shop_dir, f'"{text}"', f'"{text.replace(" ", "  ", 1)} "')
    assert {"EB326", "EB327"} <= set(wording(shop_dir))
    before = (shop_dir / PO).read_bytes()
    shown = run(shop_dir, monkeypatch, "l10n", "fix")
    assert shown.exit_code == 0
    assert f'+msgstr "{text}"' in shown.output
    assert "Would put right 1 translation; errbook l10n fix --write does it." in shown.output
    assert (shop_dir / PO).read_bytes() == before
    done = run(shop_dir, monkeypatch, "l10n", "fix", "--write")
    assert "Put right 1 translation." in done.output
    assert not {"EB326", "EB327"} & set(wording(shop_dir))
    again = run(shop_dir, monkeypatch, "l10n", "fix", "--write")
    assert again.output == "Put right 0 translations.\n"


def test_other_locales_are_left_alone(shop_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = first_text(shop_dir)
    edit(shop_dir, f'"{text}"', f'"{text} "')
    shown = run(shop_dir, monkeypatch, "l10n", "fix", "--locale", "ar")
    assert shown.output == "Would put right 0 translations.\n"
    wrong = run(shop_dir, monkeypatch, "l10n", "fix", "--locale", "xx")
    assert wrong.exit_code == 2


def test_terms_shows_how_each_locale_says_them(
    shop_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "The glossary has no terms" in run(shop_dir, monkeypatch, "l10n", "terms").output
    (shop_dir / "source" / "glossary.yml").write_text(GLOSSARY, encoding="utf-8")
    shown = run(shop_dir, monkeypatch, "l10n", "terms", "card", "--locale", "fr-FR")
    assert shown.exit_code == 0
    assert re.match(r"card\n  fr-FR +\d+  carte \d+", shown.output)
    data = json.loads(run(shop_dir, monkeypatch, "l10n", "terms", "--format", "json").output)
    assert set(data["card"]) == {"fr-FR", "ar", "pt-BR"}
    near = run(shop_dir, monkeypatch, "l10n", "terms", "crad")
    assert (near.exit_code, 'did you mean "card"?' in near.output) == (2, True)


def test_a_glossary_for_weblate_is_of_one_locale(
    shop_dir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (shop_dir / "source" / "glossary.yml").write_text(GLOSSARY, encoding="utf-8")
    weblate = ("l10n", "terms", "--format", "weblate")
    assert run(shop_dir, monkeypatch, *weblate).exit_code == 2
    target = tmp_path / "glossary.po"
    done = run(shop_dir, monkeypatch, *weblate, "--locale", "fr-FR", "--output", str(target))
    assert done.exit_code == 0
    assert 'msgid "card"\nmsgstr "carte"' in target.read_text("utf-8")


def test_a_warning_fails_a_strict_check_only(
    shop_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = first_text(shop_dir)
    edit(shop_dir, f'"{text}"', f'"{text} "')
    found = run(shop_dir, monkeypatch, "check", "--locale", "fr-FR").output
    assert re.search(rf"{PO}:\d+:1: EB327 warning ", found)


@pytest.mark.parametrize("tag", ["fr-FR", "de-DE", "ja-JP", "ar", "pt-BR"])
def test_nothing_is_to_be_said_about_the_wording_of_this_book(tag: str) -> None:
    book = loaded(ROOT)
    (locale,) = [each for each in book.states if each.tag == tag]
    assert list(book.wording_findings(locale)) == []


def test_every_check_of_wording_is_listed_in_the_rules() -> None:
    assert {check.code for check in review.CHECKS} <= set(RULES)
