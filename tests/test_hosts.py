"""What translation hosts, Babel and pre-commit are told about a project."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
import yaml
from babel.messages.extract import extract, extract_from_dir

from conftest import ROOT
from errbook import babel_extractor, locales
from errbook.cli import COMMANDS
from errbook.cli.l10n import COMMANDS as L10N
from errbook.formats import crowdin, weblate
from errbook.project import Project

LANGUAGES = {
    "fr-FR": "fr",
    "fr": "fr",
    "fr-CA": "fr-CA",
    "pt-BR": "pt-BR",
    "pt-PT": "pt-PT",
    "es-ES": "es-ES",
    "es": "es-ES",
    "es-MX": "es-MX",
    "sv": "sv-SE",
    "ar": "ar",
    "ja-JP": "ja",
    "zh-Hans": "zh-CN",
    "zh-CN": "zh-CN",
    "zh-Hant": "zh-TW",
    "zh-Hant-HK": "zh-HK",
}


@pytest.mark.parametrize(("tag", "name"), LANGUAGES.items())
def test_crowdin_calls_languages_by_names_of_its_own(tag: str, name: str) -> None:
    assert crowdin.language(locales.parse(tag)) == name


def test_crowdin_finds_every_file_in_every_locale() -> None:
    tags = ["fr-FR", "zh-Hans"]
    written = crowdin.write(["a", "pages"], [locales.parse(t) for t in tags], folder="locales")
    files = yaml.safe_load(written)["files"]
    assert [f["source"] for f in files] == [
        "/locales/templates/a.pot",
        "/locales/templates/pages.pot",
    ]
    assert files[0]["translation"] == "/locales/%locale%/a.po"
    assert files[0]["languages_mapping"] == {"locale": {"fr": "fr-FR", "zh-CN": "zh-Hans"}}


def test_weblate_gets_one_component_for_each_file_and_one_clone() -> None:
    components = json.loads(
        weblate.write(
            ["Shop", "pages"],
            folder="locales",
            repository="https://git.example/shop.git",
            project="shop-errors",
            patterns={"Shop": r"SHOP\d{3}"},
        )
    )
    assert [c["repo"] for c in components] == [
        "https://git.example/shop.git",
        "weblate://shop-errors/shop",
    ]
    shop = components[0]
    assert (shop["filemask"], shop["new_base"], shop["file_format"]) == (
        "locales/*/Shop.po",
        "locales/templates/Shop.pot",
        "po",
    )
    patterns = re.findall(r'r"((?:[^"\\]|\\.)*)"', shop["check_flags"])
    text = "Run `a b` for {host}, see SHOP001.[^note]"
    found = [re.search(pattern, text) for pattern in patterns]
    assert [match and match[0] for match in found] == ["`a b`", "{host}", "[^note]", "SHOP001"]


def test_babel_sees_every_text_that_sync_sees(shop: Project) -> None:
    methods = [("source/errors/*.yml", "errbook"), ("source/pages/**.md", "errbook")]
    root = str(shop.settings.root)
    # The entry point of an installed package is not at hand in a source tree.
    named = [(pattern, "errbook.babel_extractor:extract") for pattern, _ in methods]
    found = extract_from_dir(root, named, {}, comment_tags=())
    extracted = {(context, message): comments for _, _, message, comments, context in found}
    units = {
        (unit.context, unit.text): list(unit.notes)
        for group in shop.units.values()
        for unit in group
        if unit.owner != "site"
    }
    assert extracted == units


def test_babel_goes_on_after_a_file_that_cannot_be_read(caplog: pytest.LogCaptureFixture) -> None:
    for name, data in (("a.yml", b"catalog: [\n"), ("a.md", b"\xff")):
        stream = io.BytesIO(data)
        stream.name = name
        assert list(extract(babel_extractor.extract, stream)) == []
    assert [record.args[1] for record in caplog.records if record.args] == ["EB102", "EB101"]


def test_every_hook_calls_a_command_that_exists() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    for hook in hooks:
        program, command, *rest = hook["entry"].split()
        assert (program, command in COMMANDS) == ("errbook", True)
        assert not rest or command != "l10n" or rest[0] in L10N
        for path, wanted in (
            ("mkdocs.yml", True),
            ("source/errors/a.yml", True),
            ("locales/fr/a.po", True),
            ("README.md", False),
            ("docs/mkdocs.yml", False),
        ):
            assert bool(re.search(hook["files"], path)) is wanted


def test_every_command_in_the_workflow_exists() -> None:
    path = Path(ROOT / ".github/workflows/translations.yml")
    workflow = yaml.safe_load(path.read_text("utf-8"))
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    scripts = "\n".join(step.get("run", "") for step in steps)
    calls = re.findall(r"^\s*errbook (\S+)(?: (\S+))?", scripts, re.M)
    assert calls
    for command, second in calls:
        assert command in COMMANDS
        assert command != "l10n" or second in L10N
    # What a stranger may choose, as the name of a branch, is never part of a script.
    assert "${{" not in scripts


def test_every_command_in_the_translators_guide_exists() -> None:
    guide = (ROOT / "TRANSLATING.md").read_text("utf-8")
    calls = re.findall(r"errbook (l10n [a-z]+|check|serve)", guide)
    assert len(calls) > 20
    for call in calls:
        command, _, second = call.partition(" ")
        assert command in COMMANDS
        assert not second or second in L10N
