"""A new project builds at once, and nothing that is there already is ever written over."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import errbook
from errbook.site import start
from reading import Site, tree


@pytest.mark.slow
def test_a_new_project_builds_at_once_and_keeps_its_promise(tmp_path: Path) -> None:
    made = errbook(tmp_path, "init", "shop", "--locale", "ar", "--locale", "ja-JP")
    assert (made.returncode, made.stderr) == (0, "")
    folder = tmp_path / "shop"
    files = [
        ".gitignore",
        "locales/ar/pages.po",
        "locales/ar/shop.po",
        "locales/ja-JP/pages.po",
        "locales/ja-JP/shop.po",
        "mkdocs.yml",
        "source/errors/shop.yml",
        "source/pages/index.md",
    ]
    assert [name for name in tree(folder) if name[:9] != ".errbook/"] == files
    assert sorted(made.stdout.splitlines()[: len(files)]) == [
        f"wrote shop/{name}" for name in files
    ]
    built = errbook(folder, "build", "--strict")
    assert built.returncode == 0, built.stderr
    checked = errbook(folder, "check", "--strict")
    assert (checked.returncode, checked.stdout) == (0, "No problems found.\n")
    site = Site(folder / "site")
    assert set(site.pages("ar")) == {
        "",
        "errors/",
        "errors/in/shop/",
        "errors/log/",
        "translation-status/",
        "errors/shop0001/",
    }
    assert set(site.pages("ja-JP")) == set(site.pages("en-US")) == set(site.pages("ar"))


def test_the_first_catalog_is_a_dozen_lines(tmp_path: Path) -> None:
    start.project(tmp_path, "shop", ["fr-FR"])
    assert len((tmp_path / "source/errors/shop.yml").read_text("utf-8").splitlines()) <= 12


def test_a_project_in_one_language_has_one_locale(tmp_path: Path) -> None:
    errbook(tmp_path, "init", "--name", "shop", "--locale", "en-US")
    assert "pages in 1 locale into site in " in errbook(tmp_path, "build").stdout
    assert "1 entry in 1 locale, " in errbook(tmp_path, "bundle").stdout


def test_what_to_type_next_can_be_typed(tmp_path: Path) -> None:
    assert "cd 'mon projet' && errbook build\n" in errbook(tmp_path, "init", "mon projet").stdout
    assert "cd shop && errbook build\n" in errbook(tmp_path, "init", "shop").stdout


@pytest.mark.parametrize("name", ["mkdocs.yml", ".gitignore", "source/pages/index.md"])
def test_an_existing_file_is_not_written_over_and_nothing_is_written(
    tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    done = errbook(tmp_path, "init", "--name", "shop")
    assert done.returncode == 2
    assert f"{name} exists already; nothing was written. Name a new folder" in done.stderr
    assert tree(tmp_path) == {name: b"mine"}


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("xx-YY", "is not a locale that CLDR knows"),
        ("../up", "is not a locale that CLDR knows"),
        ("yo", "the theme does not speak yo"),
        ("", "is not a locale that CLDR knows"),
    ],
)
def test_an_unknown_locale_is_refused_and_nothing_is_written(
    tmp_path: Path, tag: str, said: str
) -> None:
    with pytest.raises(start.CannotStart, match=said):
        start.project(tmp_path, "shop", ["fr-FR", tag])
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("folder", "name", "prefix"),
    [
        ("shop", "shop", "SHOP"),
        ("My Shop 2", "my-shop-2", "MYSHOP"),
        ("店", "product", "PRODUCT"),
        ("pages", "product", "PRODUCT"),
        ("ui", "product", "PRODUCT"),
        ("a: b # c", "a-b-c", "ABC"),
        ("123", "123", "ERR"),
    ],
)
def test_the_catalog_has_the_name_of_the_folder(
    tmp_path: Path, folder: str, name: str, prefix: str
) -> None:
    start.project(tmp_path / folder, "", ["fr-FR"])
    text = (tmp_path / folder / f"source/errors/{name}.yml").read_text("utf-8")
    lines = text.splitlines()
    assert lines[0] == f"catalog: {name}"
    assert lines[2] == rf"code_pattern: '{prefix}\d{{4}}'"
    assert errbook(tmp_path / folder, "check").stdout == "No problems found.\n"
