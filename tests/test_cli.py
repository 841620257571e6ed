"""The ``errbook`` command: what it prints, how it exits, and that no input makes it crash."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import Golden, errbook
from errbook import __version__
from errbook.cli import COMMANDS, main
from errbook.cli.building import Progress
from reading import tree


def call(*arguments: str, folder: Path) -> Result:
    """Run the command in this process, for a project in a folder."""
    return CliRunner().invoke(main, ["-f", str(folder / "mkdocs.yml"), *arguments])


def sources(folder: Path) -> dict[str, bytes]:
    """Every file of a project but what errbook keeps for itself."""
    return {name: content for name, content in tree(folder).items() if name[:9] != ".errbook/"}


def shell(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command the way a shell does."""
    return subprocess.run(
        [sys.executable, "-m", "errbook", *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


# --- the command itself ---------------------------------------------------------------------------


def test_every_command_is_in_the_help() -> None:
    said = CliRunner().invoke(main, ["--help"])
    assert said.exit_code == 0
    commands = said.output.partition("Commands:")[2].splitlines()
    assert [line.split()[0] for line in commands if line[2:3].strip()] == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_a_help_of_its_own(name: str) -> None:
    said = CliRunner().invoke(main, [name, "-h"])
    assert (said.exit_code, said.output[:6]) == (0, "Usage:")


def test_the_version() -> None:
    said = CliRunner().invoke(main, ["--version"])
    assert (said.exit_code, said.output) == (0, f"errbook, version {__version__}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("chekc",),
        ("check", "--format", "xml"),
        ("check", "--locale", "de-DE"),
        ("check", "extra"),
        ("build", "--builder", "sphinx"),
        ("build", "--jobs", "-1"),
        ("serve", "--port", "65536"),
        ("l10n", "sync", "--locale", "xx"),
        ("init", "--locale", "xx-YY"),
    ],
    ids=" ".join,
)
def test_a_wrong_call_exits_2_and_says_what_is_right(
    shop_dir: Path, arguments: tuple[str, ...]
) -> None:
    before = sources(shop_dir)
    done = errbook(shop_dir, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Usage: ")
    assert "\nError: " in done.stderr
    assert sources(shop_dir) == before


def test_schema_is_one_json_object() -> None:
    said = CliRunner().invoke(main, ["schema"])
    schema = json.loads(said.stdout)
    assert schema["title"] == "errbook catalog"
    assert set(schema["$defs"]["EntryForm"]["properties"]) >= {"cause", "fix", "messages"}


# --- check ----------------------------------------------------------------------------------------


def break_everything(folder: Path) -> None:
    """One mistake of each kind: source, page, locale file, translation."""
    edit(folder / "source/errors/till.yml", "fix: Pull harder.", "fixx: Pull harder.")
    edit(folder / "source/pages/index.md", "# What", "    indented\n\n# What")
    edit(folder / "locales/fr-FR/shop.po", "La banque a refusé la carte.", "<b>Refusée</b>.")
    edit(folder / "locales/ar/shop.po", 'msgstr "رُفضت البطاقة"', 'msgstr ""')
    with (folder / "locales/ar/pages.po").open("a", encoding="utf-8") as stream:
        stream.write('\nmsgctxt "gone|p1"\nmsgid "Gone"\nmsgstr "open\n')


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github"])
def test_check_prints_what_is_wrong(shop_dir: Path, golden: Golden, name: str) -> None:
    break_everything(shop_dir)
    done = errbook(shop_dir, "check", "--format", name)
    assert (done.returncode, done.stderr) == (1, "")
    golden(f"cli/check.{name}", done.stdout.replace(__version__, "VERSION"))


def test_a_warning_fails_only_in_strict_mode(shop_dir: Path) -> None:
    assert call("check", folder=shop_dir).exit_code == 0
    assert call("check", "--strict", folder=shop_dir).exit_code == 1


def test_check_of_one_locale_is_about_the_source_and_that_locale(shop_dir: Path) -> None:
    break_everything(shop_dir)

    def codes(*arguments: str) -> set[tuple[str, str]]:
        said = json.loads(call("check", "--format", "json", *arguments, folder=shop_dir).stdout)
        return {(f["code"], f["subject"].get("locale", "")) for f in said["diagnostics"]}

    everything = codes()
    assert {locale for _, locale in everything} == {"", "fr-FR", "ar", "pt-BR"}
    assert codes("--locale", "ar") == {pair for pair in everything if pair[1] in ("", "ar")}
    assert codes("--locale", "en-US") == {pair for pair in everything if pair[1] == ""}


def test_check_has_no_colour_where_nobody_sees_it(shop_dir: Path) -> None:
    break_everything(shop_dir)
    assert "\x1b" not in shell(shop_dir, "check").stdout


def test_check_writes_nothing(shop_dir: Path) -> None:
    before = sources(shop_dir)
    call("check", folder=shop_dir)
    assert sources(shop_dir) == before


# --- l10n sync ------------------------------------------------------------------------------------


def test_sync_of_a_synced_project_changes_nothing(shop_dir: Path) -> None:
    call("l10n", "sync", folder=shop_dir)
    before = sources(shop_dir)
    done = call("l10n", "sync", "--check", folder=shop_dir)
    assert (done.exit_code, sources(shop_dir)) == (0, before)


def test_sync_in_check_mode_says_what_would_change_and_writes_nothing(shop_dir: Path) -> None:
    call("l10n", "sync", folder=shop_dir)
    edit(shop_dir / "source/errors/till.yml", "Pull harder.", "Pull it harder.")
    before = sources(shop_dir)
    done = call("l10n", "sync", "--check", "--locale", "fr-FR", folder=shop_dir)
    assert done.exit_code == 1
    assert [line for line in done.stdout.splitlines() if line.startswith("would")] == [
        "would change locales/fr-FR/till.po: 6 texts, 0 to translate, 1 to revise, 0 obsolete"
    ]
    assert sources(shop_dir) == before


def test_sync_does_not_touch_a_file_that_it_cannot_read_whole(shop_dir: Path) -> None:
    path = shop_dir / "locales/ar/pages.po"
    path.write_text(path.read_text("utf-8") + '\nmsgid "a"\nmsgstr "open\n', encoding="utf-8")
    before = path.read_bytes()
    done = call("l10n", "sync", folder=shop_dir)
    assert done.exit_code == 1
    assert "locales/ar/pages.po was not touched: correct it first." in done.stderr
    assert path.read_bytes() == before


def test_sync_of_a_broken_source_writes_nothing(shop_dir: Path) -> None:
    edit(shop_dir / "source/errors/till.yml", "fix: Pull", "fixx: Pull")
    before = sources(shop_dir)
    done = call("l10n", "sync", folder=shop_dir)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.endswith("Nothing was written: correct the source first.\n")
    assert sources(shop_dir) == before


def test_a_mistyped_command_is_answered_with_the_one_that_was_meant(shop_dir: Path) -> None:
    for arguments, meant in ((("chekc",), "check"), (("l10n", "stats"), "status")):
        assert f"Did you mean '{meant}'?" in errbook(shop_dir, *arguments).stderr
    assert "Did you mean" not in errbook(shop_dir, "zzz").stderr


def test_the_folder_of_a_project_names_it(shop_dir: Path, tmp_path: Path) -> None:
    done = errbook(tmp_path, "-f", "shop", "table", "--where", "id=shop003", "--columns", "code")
    assert (done.returncode, "SHOP003" in done.stdout) == (0, True)


def test_below_a_project_the_way_to_it_is_said(shop_dir: Path) -> None:
    done = errbook(shop_dir / "source/errors", "check")
    assert done.returncode == 1
    above = os.path.join("..", "..", "mkdocs.yml")
    assert f"go there, or begin with errbook -f {above}.\n" in done.stdout
    # What is advised is what works.
    assert errbook(shop_dir / "source/errors", "-f", above, "check").stdout == (
        errbook(shop_dir, "check").stdout
    )


@pytest.mark.parametrize("variable", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}], ids=str)
def test_nobody_gets_colours_who_does_not_want_them(
    shop_dir: Path, variable: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    edit(shop_dir / "source/errors/till.yml", "title: Card", "titel: Card")
    arguments = ["-f", str(shop_dir / "mkdocs.yml"), "check"]
    said = CliRunner().invoke(main, arguments, color=True, env={"TERM": "xterm", **variable})
    assert ("\x1b[" in said.stdout) == (not variable)


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_no_character_ends_a_command(shop_dir: Path, encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "errbook", "l10n", "status"],
        cwd=shop_dir,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"fr-FR" in done.stdout


DOCUMENTS = {
    "check --format json": 1,
    "check --format sarif": 1,
    "check --format github": 1,
    "l10n status --format json": 0,
    "l10n status --format markdown": 0,
    "l10n terms --format json": 0,
    "explain 錯 --format json": 1,
    "schema": 0,
}
"""Commands that print what programs read, and their exit codes where a title has a typo."""


@pytest.mark.parametrize("command", DOCUMENTS)
def test_what_programs_read_is_the_same_in_each_encoding(shop_dir: Path, command: str) -> None:
    edit(shop_dir / "source/errors/till.yml", "title: Card", "titlé錯: Card")
    said = [
        subprocess.run(
            [sys.executable, "-m", "errbook", *command.split()],
            cwd=shop_dir,
            env={**os.environ, "PYTHONIOENCODING": encoding},
            capture_output=True,
            check=False,
        )
        for encoding in ("utf-8", "cp1252")
    ]
    assert said[0].stdout
    assert [done.stdout for done in said] == [said[0].stdout] * 2
    assert [done.returncode for done in said] == [DOCUMENTS[command]] * 2


@pytest.mark.parametrize("url", ["https://shop.example/", "http://localhost:8000/a/", "''"])
def test_an_address_of_the_site_is_one(shop_dir: Path, url: str) -> None:
    edit(shop_dir / "mkdocs.yml", "site_url: https://shop.example/help/", f"site_url: {url}")
    assert "site_url" not in errbook(shop_dir, "check").stdout


@pytest.mark.parametrize("url", ["shop.example", "/help", "https:///help", "htps://shop.example"])
def test_an_address_without_its_scheme_is_named(shop_dir: Path, url: str) -> None:
    edit(shop_dir / "mkdocs.yml", "site_url: https://shop.example/help/", f"site_url: {url}")
    assert (
        f'mkdocs.yml:3:1: EB003 site_url: "{url}" is no address'
        in errbook(shop_dir, "check").stdout
    )


@pytest.mark.parametrize("form", ["github", "sarif"])
@pytest.mark.parametrize(
    ("checkout", "found"),
    [
        ("", "source/errors/till.yml"),
        ("shop", "source/errors/till.yml"),
        (".", "shop/source/errors/till.yml"),
        ("elsewhere", "source/errors/till.yml"),
    ],
)
def test_a_code_host_gets_paths_below_the_repository(
    shop_dir: Path, monkeypatch: pytest.MonkeyPatch, form: str, checkout: str, found: str
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(shop_dir.parent / checkout) if checkout else "")
    edit(shop_dir / "source/errors/till.yml", "title: Card", "titel: Card")
    said = call("check", "--format", form, folder=shop_dir).stdout
    assert (f"file={found}," if form == "github" else f'"uri": "{found}"') in said
    (shop_dir.parent / "main.go").write_text('fail("TILL009")', "utf-8")
    edit(shop_dir / "source/errors/till.yml", "titel: Card", "title: Card")
    said = errbook(shop_dir.parent, "-f", "shop", "scan", "main.go", "--format", form).stdout
    assert ("main.go" in said, "shop/main.go" in said) == (True, False)


# --- files that are not what they should be -------------------------------------------------------


def _folder(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.mkdir(parents=True)


def _binary(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(range(256)))


def _empty(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")


def _gone(path: Path) -> None:
    path.unlink()


def _dangling(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to("nowhere")


def _looping(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(path.name)


def _secret(path: Path) -> None:
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this account may read every file")


FILES = (
    "mkdocs.yml",
    "source/errors/shop.yml",
    "source/glossary.yml",
    "source/pages/index.md",
    "source/pages/guides/receipt.svg",
    "locales/ar/shop.po",
    "locales/ar/ui.po",
)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize(
    "damage",
    [_folder, _binary, _empty, _gone, _dangling, _looping, _secret],
    ids=lambda d: d.__name__,
)
def test_no_file_makes_a_traceback(
    shop_dir: Path, file: str, damage: Callable[[Path], None]
) -> None:
    path = shop_dir / file
    if not path.exists() and damage in (_gone, _secret):
        pytest.skip("the shop has no such file")
    damage(path)
    for command in (("check",), ("l10n", "sync", "--check")):
        done = call(*command, folder=shop_dir)
        assert done.exit_code in (0, 1), done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)


@pytest.mark.parametrize(
    ("file", "damage", "said"),
    [
        ("mkdocs.yml", _gone, "EB001 mkdocs.yml cannot be read: No such file"),
        ("mkdocs.yml", _folder, "EB002 mkdocs.yml cannot be read: Is a directory"),
        ("mkdocs.yml", _binary, "mkdocs.yml:1:1: EB002 it is not UTF-8"),
        ("mkdocs.yml", _empty, "mkdocs.yml:1:1: EB002 it must be a mapping"),
        ("source/errors/shop.yml", _binary, "EB101 byte 0x80 is not UTF-8"),
        ("source/errors/shop.yml", _secret, "EB006 it cannot be read: Permission denied"),
        ("locales/ar/shop.po", _secret, "EB006 it cannot be read: Permission denied"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_what_is_wrong_with_a_file_is_said(
    shop_dir: Path, file: str, damage: Callable[[Path], None], said: str
) -> None:
    damage(shop_dir / file)
    done = call("check", folder=shop_dir)
    assert done.exit_code == 1
    assert said in done.stdout


def test_a_missing_source_folder_is_said(shop_dir: Path) -> None:
    (shop_dir / "source").rename(shop_dir / "elsewhere")
    done = call("check", folder=shop_dir)
    assert done.exit_code == 1
    assert "source/errors:1:1: EB005 no catalog is there" in done.stdout


@pytest.mark.slow
def test_a_site_folder_that_is_a_file_is_an_error_of_one_line(shop_dir: Path) -> None:
    """Found before or after the builders ran, it is not lost, and nothing is raised."""
    (shop_dir / "locales").rename(shop_dir / "elsewhere")
    edit(shop_dir / "mkdocs.yml", "        fr-FR: {required: true}\n", "")
    edit(shop_dir / "mkdocs.yml", "        ar: {required: [shop, pages]}\n", "")
    edit(shop_dir / "mkdocs.yml", "        pt-BR: {}\n", "        fr-FR: {}\n")
    (shop_dir / "site").write_text("mine", encoding="utf-8")
    done = shell(shop_dir, "build")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stderr
    assert (shop_dir / "site").read_text("utf-8") == "mine"


# --- build ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_build_says_what_it_did(shop_dir: Path) -> None:
    done = shell(shop_dir, "build", COLUMNS="100")
    *_, last = done.stdout.splitlines()
    assert done.returncode == 0
    assert last.startswith("Built 64 pages in 4 locales into site in ")
    assert "locales/pt-BR/shop.po:85:1: EB311 warning shop002|fix" in done.stderr
    rows = [line.strip("│ ").split("│") for line in done.stderr.splitlines() if line[:1] == "│"]
    assert [[cell.strip() for cell in row] for row in rows] == [
        ["en-US", "8/8", "100 %", "source"],
        ["fr-FR", "8/8", "100 %", "all"],
        ["ar", "6/8", "90 %", "pages, shop"],
        ["pt-BR", "1/8", "40 %", "–"],
    ]


@pytest.mark.slow
def test_a_terminal_shows_what_is_done_and_takes_no_thread(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Beside a thread no process could be forked.
    before = threading.active_count()
    for terminal in ("", "1"):
        monkeypatch.setenv("FORCE_COLOR", terminal)
        with Progress() as step:
            step("publish")
            assert threading.active_count() == before
        assert ("publish" in capsys.readouterr().err) == bool(terminal)


def test_a_strict_build_with_a_missing_translation_publishes_nothing(shop_dir: Path) -> None:
    (shop_dir / "locales/ar/pages.po").unlink()
    done = call("build", "--strict", folder=shop_dir)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "locales/ar/pages.po:1:1: EB301 page:guides/pay.md#cards|h1 has no" in done.stderr
    assert done.stderr.endswith("Nothing was published; the site is as it was.\n")
    assert not (shop_dir / "site").exists()


def test_a_reader_of_a_pipe_that_goes_away_is_no_error(shop_dir: Path) -> None:
    break_everything(shop_dir)
    command = f"{sys.executable} -m errbook check | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=shop_dir, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1)
    assert done.stderr == ""
