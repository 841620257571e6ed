"""``pytest --errbook`` in another project: one item for each cause and fix in each locale."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from conftest import SHOP


@pytest.fixture
def book(pytester: pytest.Pytester) -> Path:
    """The shop in the folder of a pytest run of its own."""
    for name in ("source", "locales"):
        shutil.copytree(SHOP / name, pytester.path / name)
    shutil.copy(SHOP / "mkdocs.yml", pytester.path)
    return pytester.path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-rf", *arguments)


PROMISES = 1 + 2 * (8 + 8 + 6)
"""The source, and cause and fix of every entry in the source, in fr-FR, and of the shop's in ar."""


def test_without_the_option_nothing_is_added(pytester: pytest.Pytester, book: Path) -> None:
    run(pytester).assert_outcomes()


def test_a_complete_book_keeps_its_promise(pytester: pytest.Pytester, book: Path) -> None:
    run(pytester, "--errbook").assert_outcomes(passed=PROMISES)


def test_the_tests_of_the_project_run_beside_it(pytester: pytest.Pytester, book: Path) -> None:
    pytester.makepyfile("def test_one(): pass")
    run(pytester, "--errbook").assert_outcomes(passed=PROMISES + 1)


def test_a_run_of_single_tests_is_about_those(pytester: pytest.Pytester, book: Path) -> None:
    path = pytester.makepyfile("def test_one(): pass")
    run(pytester, "--errbook=mkdocs.yml", f"{path.name}::test_one").assert_outcomes(passed=1)


def test_a_path_that_the_option_swallows_is_a_wrong_call(
    pytester: pytest.Pytester, book: Path
) -> None:
    path = pytester.makepyfile("def test_one(): pass")
    done = run(pytester, "--errbook", path.name)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([f"ERROR: --errbook takes a configuration file, not {path.name}*"])


MISTAKES = {
    "missing": (
        "locales/fr-FR/shop.po",
        'msgstr "Achetez un autre lecteur."',
        'msgstr ""',
        "errbook[SHOP004-fix-fr-FR]",
        "SHOP004: the fix is not translated in fr-FR (shop004|fix, source source/errors/shop.yml:*",
    ),
    "fuzzy": (
        "locales/ar/shop.po",
        'msgctxt "shop004|cause"',
        '#, fuzzy\nmsgctxt "shop004|cause"',
        "errbook[SHOP004-cause-ar]",
        "SHOP004: the cause is marked as fuzzy in ar (shop004|cause, source*",
    ),
    "stale": (
        "locales/fr-FR/till.po",
        'msgid "Clean the chip."',
        'msgid "Wipe the chip."',
        "errbook[SHOP001-fix-fr-FR]",
        "SHOP001: the fix is translated from an older source in fr-FR (till-card|fix, source*",
    ),
    "blocked": (
        "locales/fr-FR/shop.po",
        'msgstr "Exécutez `sudo shop till`."',
        'msgstr "Exécutez `sudo boutique`."',
        "errbook[SHOP003-fix-fr-FR]",
        "SHOP003: the fix lost or changed what it must keep (errbook check says what) in fr-FR*",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_one_broken_promise_is_one_named_failing_test(
    pytester: pytest.Pytester, book: Path, name: str
) -> None:
    file, old, new, item, said = MISTAKES[name]
    edit(book / file, old, new)
    done = run(pytester, "--errbook")
    done.assert_outcomes(passed=PROMISES - 1, failed=1)
    failed = [line for line in done.outlines if line.startswith("FAILED ")]
    assert len(failed) == 1
    assert item in failed[0]
    done.stdout.fnmatch_lines([said.replace("[", "[[]")])


def test_what_is_not_required_may_be_missing(pytester: pytest.Pytester, book: Path) -> None:
    (book / "locales/pt-BR/shop.po").unlink()
    (book / "locales/fr-FR/pages.po").unlink()
    run(pytester, "--errbook").assert_outcomes(passed=PROMISES)


def test_a_mistake_in_the_source_is_a_failing_test(pytester: pytest.Pytester, book: Path) -> None:
    edit(book / "source/errors/till.yml", "cause: The drawer is stuck., ", "")
    done = run(pytester, "--errbook")
    done.stdout.fnmatch_lines(["source/errors/till.yml:6:3: EB108 *"])
    assert [line for line in done.outlines if "FAILED" in line and "errbook[[]source]" in line] or (
        done.parseoutcomes()["failed"] >= 1
    )


def test_a_missing_project_is_a_failing_test(pytester: pytest.Pytester) -> None:
    done = run(pytester, "--errbook=docs/mkdocs.yml")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["mkdocs.yml:1:1: EB001 *"])


def test_a_book_in_another_folder_is_named(pytester: pytest.Pytester, book: Path) -> None:
    docs = book / "docs"
    docs.mkdir()
    for name in ("source", "locales", "mkdocs.yml"):
        (book / name).rename(docs / name)
    run(pytester, "--errbook=docs/mkdocs.yml").assert_outcomes(passed=PROMISES)


def test_items_can_be_chosen_by_name(pytester: pytest.Pytester, book: Path) -> None:
    run(pytester, "--errbook", "-k", "SHOP002 and ar").assert_outcomes(
        passed=2, deselected=PROMISES - 2
    )
