"""The translators' commands, as their users call them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import polib
import pytest
from babel.messages import pofile
from click.testing import CliRunner, Result

from conftest import loaded
from errbook import locales, po, storage
from errbook.cli import locale_files, main
from errbook.cli.l10n import COMMANDS
from errbook.project import Project
from errbook.translate import State

FR, PT = locales.parse("fr-FR"), locales.parse("pt-BR")


def l10n(folder: Path, *arguments: str | Path) -> Result:
    """Run a command for a project in a folder; a crash is a crash."""
    words = ["-f", str(folder / "mkdocs.yml"), "l10n", *map(str, arguments)]
    result = CliRunner().invoke(main, words)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    """The locale files of a project."""
    found = sorted((folder / "locales").glob("*/*.po"))
    return {path.relative_to(folder / "locales").as_posix(): path.read_bytes() for path in found}


def state(folder: Path, context: str, tag: str = "fr-FR") -> State:
    return loaded(folder).states[locales.parse(tag)][context].state


@pytest.fixture
def synced(shop_dir: Path) -> Path:
    """The shop after a sync."""
    assert l10n(shop_dir, "sync").exit_code == 0
    return shop_dir


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_what_it_does(name: str) -> None:
    said = CliRunner().invoke(main, ["l10n", name, "--help"])
    assert (said.exit_code, "Usage:" in said.output) == (0, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ["sync", "--locale", "xx"],
        ["sync", "--locale", "en-US"],
        ["status", "--locale", "en-US"],
        ["status", "--fail-under", "much"],
        ["status", "--fail-under", "101"],
        ["status", "--fail-under", "xx=3"],
        ["status", "--diff", "no-such-revision"],
        ["ack"],
        ["ack", "shop001", "--all"],
        ["ack", "shop0001"],
        ["review", "shop001", "--locale", "en-US", "--by", "Zoé"],
        ["rename", "shop001", "shop002"],
        ["rename", "gone", "nowhere"],
        ["rename", "gone", "shop002"],
        ["export", "docx"],
        ["export", "xliff", "--file", "none"],
        ["import", "no-such-file.xlf"],
        ["pretranslate", "--locale", "en-US", "--from", __file__],
        ["pretranslate", "--locale", "ar", "--from", __file__],
        ["host", "weblate"],
        ["add", "klingon"],
        ["add", "fr-FR"],
        ["add", "zu"],
        ["add", "nl", "--fallback", "xx"],
    ],
)
def test_a_wrong_call_is_explained_and_changes_nothing(
    shop_dir: Path, arguments: list[str]
) -> None:
    before = files(shop_dir)
    said = l10n(shop_dir, *arguments)
    assert (said.exit_code, files(shop_dir)) == (2, before)
    assert "Error: " in said.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["sync"],
        ["extract"],
        ["add", "nl"],
        ["ack", "--all"],
        ["rename", "a", "b"],
        ["export", "csv"],
        ["pretranslate", "--locale", "ar", "--from", "PO"],
    ],
)
def test_a_broken_source_changes_no_file(shop_dir: Path, arguments: list[str]) -> None:
    edit(shop_dir / "source/errors/shop.yml", "cause:", "causes:")
    before = files(shop_dir)
    memory = str(shop_dir / "locales/fr-FR/shop.po")
    said = l10n(shop_dir, *[memory if word == "PO" else word for word in arguments])
    assert (said.exit_code, files(shop_dir)) == (1, before)
    assert "source/errors/shop.yml" in said.output


# --- sync -----------------------------------------------------------------------------------------


def test_check_tells_what_sync_would_do(shop_dir: Path) -> None:
    before = files(shop_dir)
    assert l10n(shop_dir, "sync", "--check").exit_code == 1
    assert files(shop_dir) == before
    assert l10n(shop_dir, "sync").exit_code == 0
    after = files(shop_dir)
    assert l10n(shop_dir, "sync", "--check").exit_code == 0
    assert l10n(shop_dir, "sync").exit_code == 0
    assert files(shop_dir) == after


def test_a_renamed_entry_keeps_its_translations_before_any_sync(synced: Path) -> None:
    catalog = synced / "source/errors/shop.yml"
    edit(catalog, "  SHOP003:\n", "  SHOP903:\n    aliases: [SHOP003]\n")
    assert state(synced, "shop903|cause") is State.OK
    assert l10n(synced, "sync").exit_code == 0
    written = files(synced)["fr-FR/shop.po"].decode()
    assert 'msgctxt "shop903|cause"' in written
    assert "shop003|" not in written
    assert "#~" not in written


def test_an_entry_that_moves_to_another_catalog_takes_its_translations_along(synced: Path) -> None:
    shop, till = synced / "source/errors/shop.yml", synced / "source/errors/till.yml"
    entry = "  SHOP006: {severity: success, cause: All is paid., fix: none}\n"
    before = loaded(synced).states[FR]["shop006|cause"].text
    edit(shop, entry, "")
    moved = "  paid: {code: none, title: Paid, cause: All is paid., fix: none}\n"
    edit(till, "entries:\n", f"entries:\n{moved}")
    said = l10n(synced, "sync", "--locale", "fr-FR")
    assert "1 moved" in said.output
    assert loaded(synced).states[FR]["paid|cause"].text == before
    assert "#~" not in files(synced)["fr-FR/shop.po"].decode()


def rename_till(folder: Path) -> None:
    edit(folder / "source/errors/till.yml", "catalog: till", "catalog: pos")
    edit(folder / "source/errors/till.yml", "Pull harder.", "Pull much harder.")
    (folder / "source/errors/till.yml").rename(folder / "source/errors/pos.yml")


def test_a_catalog_that_is_renamed_takes_its_files_along(synced: Path) -> None:
    old, new = synced / "locales/fr-FR/till.po", synced / "locales/fr-FR/pos.po"
    gone = '\n#~ msgctxt "till009|fix"\n#~ msgid "Old."\n#~ msgstr "Vieux."\n'
    old.write_text(f"# Zoé.\n{old.read_text('utf-8')}{gone}", encoding="utf-8")
    before = {m.context: m.text for m in po.read(old.read_bytes(), "")[0].messages}
    rename_till(synced)
    assert "deleted      locales/fr-FR/till.po" not in l10n(synced, "sync", "--check").output
    assert old.exists()
    assert "deleted      locales/fr-FR/till.po: its translations went along" in (
        l10n(synced, "sync").output
    )
    assert not list(synced.glob("locales/*/till.po"))
    assert "# Zoé.\n" in new.read_text("utf-8")
    after = {m.context: m for m in po.read(new.read_bytes(), "")[0].messages}
    assert {c: m.text for c, m in after.items()} == {
        c.replace("till|", "pos|"): text for c, text in before.items()
    }
    assert [c for c, m in after.items() if m.fuzzy] == ["till001|fix"]
    assert after["till001|fix"].previous == "Pull harder."
    assert after["till009|fix"].obsolete
    assert l10n(synced, "sync", "--check").exit_code == 0


def test_a_renamed_catalog_is_found_after_a_sync_that_made_empty_files(synced: Path) -> None:
    kept = (synced / "locales/fr-FR/till.po").read_bytes()
    (synced / "locales/fr-FR/till.po").unlink()
    rename_till(synced)
    l10n(synced, "sync")
    (synced / "locales/fr-FR/till.po").write_bytes(kept)
    l10n(synced, "sync")
    messages = po.read((synced / "locales/fr-FR/pos.po").read_bytes(), "")[0].messages
    assert {m.context: m.text for m in messages}["till001|fix"] == "Tirez plus fort."


def test_a_copy_beside_the_files_stays_as_it_is(synced: Path) -> None:
    copy = synced / "locales/fr-FR/backup.po"
    content = (synced / "locales/fr-FR/till.po").read_bytes()
    copy.write_bytes(content)
    before = files(synced)
    assert l10n(synced, "sync").exit_code == 0
    assert files(synced) == before


def test_a_copy_beside_the_files_of_a_renamed_catalog_stays_as_it_is(synced: Path) -> None:
    copy, old = synced / "locales/fr-FR/backup.po", synced / "locales/fr-FR/till.po"
    copy.write_bytes(old.read_bytes())
    edit(copy, "Tirez plus fort.", "Tirer plus fort.")
    content = copy.read_bytes()
    rename_till(synced)
    l10n(synced, "sync")
    assert (old.exists(), copy.read_bytes()) == (False, content)
    messages = po.read((synced / "locales/fr-FR/pos.po").read_bytes(), "")[0].messages
    assert {m.context: m.text for m in messages}["till001|fix"] == "Tirez plus fort."


def test_a_damaged_file_of_a_renamed_catalog_is_named_and_left_alone(synced: Path) -> None:
    path = synced / "locales/fr-FR/till.po"
    path.write_bytes(path.read_bytes() + b"\n<<<<<<< HEAD\n")
    rename_till(synced)
    said = l10n(synced, "sync")
    assert (said.exit_code, path.exists()) == (1, True)
    assert "EB204" in said.output
    assert "locales/fr-FR/till.po was not touched" in said.output


def test_what_is_said_elsewhere_in_one_way_is_filled(synced: Path) -> None:
    edit(
        synced / "source/errors/shop.yml",
        "  SHOP005: {status: reserved}\n",
        "  SHOP007: {cause: The scanner is too old., fix: none}\n",
    )
    said = l10n(synced, "sync", "--locale", "fr-FR")
    assert "1 repeated" in said.output
    states = loaded(synced).states[FR]
    assert states["shop007|cause"].text == states["shop004|cause"].text
    assert states["shop007|cause"].state is State.OK


def test_a_page_that_was_renamed_and_changed_keeps_all_with_rename(synced: Path) -> None:
    page = synced / "source/pages/guides/pay.md"
    text = page.read_text("utf-8")
    first = loaded(synced).units["pages"]
    changed = next(u for u in first if u.page_path == "guides/pay.md" and "Cards" in u.text)
    assert text.count(changed.text) == 1
    page.unlink()
    page.with_name("paying.md").write_text(
        text.replace(changed.text, f"{changed.text} And more."), encoding="utf-8"
    )
    for name in ("mkdocs.yml", "source/errors/shop.yml", "source/pages/index.md"):
        path = synced / name
        moved = path.read_text("utf-8").replace("guides/pay.md", "guides/paying.md")
        path.write_text(moved, encoding="utf-8")
    l10n(synced, "sync")
    said = l10n(synced, "rename", "page:guides/pay.md", "page:guides/paying.md")
    assert said.exit_code == 0
    missing = [
        context
        for context, found in loaded(synced).states[FR].items()
        if found.state is State.MISSING
    ]
    assert missing == []
    message = next(
        m
        for m in loaded(synced).files[FR, "pages"].messages
        if m.source == f"{changed.text} And more."
    )
    assert (message.fuzzy, message.previous) == (True, changed.text)


def test_a_damaged_file_is_named_and_left_alone(synced: Path) -> None:
    path = synced / "locales/fr-FR/shop.po"
    path.write_bytes(path.read_bytes() + b'\nmsgid "open\n')
    edit(synced / "source/errors/shop.yml", "Card refused", "Card declined by the bank")
    before = path.read_bytes()
    said = l10n(synced, "sync")
    assert (said.exit_code, path.read_bytes()) == (1, before)
    assert "EB202" in said.output
    assert "locales/fr-FR/shop.po was not touched" in said.output


@pytest.mark.parametrize("name", ["shop", "other"])
def test_a_folder_in_the_place_of_a_file_is_named_and_the_others_are_written(
    synced: Path, name: str
) -> None:
    path = synced / f"locales/fr-FR/{name}.po"
    path.unlink(missing_ok=True)
    path.mkdir()
    edit(synced / "source/errors/till.yml", "Pull harder.", "Pull much harder.")
    said = l10n(synced, "sync")
    assert said.exit_code == 1
    assert f"locales/fr-FR/{name}.po was not touched" in said.output
    assert "wrote        locales/fr-FR/till.po" in said.output


def test_syncs_at_once_leave_whole_files(shop_dir: Path) -> None:
    edit(shop_dir / "source/errors/shop.yml", "Card refused", "Card declined by the bank")
    command = [sys.executable, "-m", "errbook", "l10n", "sync"]
    running = [subprocess.Popen(command, cwd=shop_dir, stdout=subprocess.DEVNULL) for _ in range(4)]
    assert [process.wait() for process in running] == [0] * 4
    after = files(shop_dir)
    assert l10n(shop_dir, "sync", "--check").exit_code == 0
    assert files(shop_dir) == after
    assert not list(shop_dir.rglob(f"{storage.TEMPORARY}*"))


class _Killed(BaseException):
    """The end of a program in the middle of its work."""


@pytest.mark.parametrize("writes", range(6))
def test_a_sync_that_is_killed_loses_nothing_that_moves(
    synced: Path, writes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A text of each catalog moves to the other one, so no order of the two files is the right one.
    shop, till = synced / "source/errors/shop.yml", synced / "source/errors/till.yml"
    entry = "  SHOP006: {severity: success, cause: All is paid., fix: none}\n"
    stuck = "cause: The drawer is stuck., fix: Pull harder."
    edit(shop, entry, f"  stuck: {{code: none, title: Stuck, {stuck}}}\n")
    paid = "  paid: {code: none, title: Paid, cause: All is paid., fix: none}\n"
    edit(till, f"  TILL001: {{{stuck}}}\n", paid)
    before = {text for name in ("shop", "till") for text in translations(synced, name)}
    write, left = storage.write, iter(range(writes))

    def until_killed(path: Path, content: str | bytes) -> bool:
        if path.suffix == ".po" and next(left, None) is None:
            raise _Killed
        return write(path, content)

    monkeypatch.setattr(storage, "write", until_killed)
    with suppress(_Killed):
        l10n(synced, "sync", "--locale", "fr-FR")
    monkeypatch.undo()
    assert before <= {text for name in ("shop", "till") for text in translations(synced, name)}
    assert l10n(synced, "sync").exit_code == 0
    assert state(synced, "paid|cause") is state(synced, "stuck|cause") is State.OK
    assert l10n(synced, "sync", "--check").exit_code == 0


def translations(folder: Path, name: str) -> set[str]:
    content = (folder / f"locales/fr-FR/{name}.po").read_bytes()
    return {message.text for message in po.read(content, "")[0].messages if message.text}


LOCKING = """
import sys
from pathlib import Path
from errbook import storage
print("waiting", flush=True)
with storage.locked(Path(sys.argv[1])):
    print("in")
"""


def test_a_lock_keeps_the_next_process_waiting(tmp_path: Path) -> None:
    path = tmp_path / ".errbook/lock"
    with storage.locked(path):
        call = [sys.executable, "-c", LOCKING, str(path)]
        with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as other:
            assert other.stdout is not None
            assert other.stdout.readline() == "waiting\n"
            with pytest.raises(subprocess.TimeoutExpired):
                other.wait(0.5)
            other.kill()
    done = subprocess.run(call, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "waiting\nin\n"


def test_what_an_editor_saves_meanwhile_is_worked_on_and_not_overwritten(synced: Path) -> None:
    edit(synced / "source/errors/shop.yml", "Card refused", "Card declined by the bank")
    path = synced / "locales/fr-FR/shop.po"
    seen: list[Project] = []

    def work(found: Project) -> locale_files.Files:
        from errbook.cli.l10n_sync import synced as merged

        results = {(locale, name): file for locale, name, file, _ in merged(found)}
        if not seen:
            edit(path, 'msgstr "Boutique', 'msgstr "La Boutique')
        seen.append(found)
        return results

    assert 'msgstr "Boutique' in path.read_text("utf-8")
    locale_files.update(synced / "mkdocs.yml", work)
    written = path.read_text("utf-8")
    assert len(seen) == 2
    assert 'msgstr "La Boutique' in written
    assert "Card declined by the bank" in written


# --- other people's programs ----------------------------------------------------------------------

EDITORS = {
    "msgcat": ["msgcat", "-o", "OUT", "IN"],
    "msgcat-wrapped-sorted": ["msgcat", "--width=40", "--sort-output", "-o", "OUT", "IN"],
    "msgmerge": ["msgmerge", "--previous", "-o", "OUT", "IN", "POT"],
    "msgattrib": ["msgattrib", "--no-obsolete", "-o", "OUT", "IN"],
}


@pytest.mark.parametrize("command", EDITORS.values(), ids=EDITORS)
def test_a_file_from_gettext_comes_back_as_it_was(synced: Path, command: list[str]) -> None:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    l10n(synced, "extract")
    before = files(synced)
    for name in ("shop", "pages"):
        path = synced / f"locales/fr-FR/{name}.po"
        names = {"IN": path, "OUT": path, "POT": synced / f"locales/templates/{name}.pot"}
        call = [str(names.get(word, word)) for word in command]
        subprocess.run(call, check=True, capture_output=True)
    assert files(synced) != before
    assert l10n(synced, "sync").exit_code == 0
    for name, content in files(synced).items():
        # Programs add headers of their own, which stay; the messages are the same to the byte.
        assert content.partition(b"\n\n")[2] == before[name].partition(b"\n\n")[2]


def by_polib(path: Path) -> None:
    file = polib.pofile(str(path))
    file.metadata["X-Generator"] = "An editor"
    file.save()


def by_babel(path: Path) -> None:
    with path.open("rb") as stream:
        catalog = pofile.read_po(stream, locale="fr_FR")
    with path.open("wb") as stream:
        pofile.write_po(stream, catalog)


@pytest.mark.parametrize("save", [by_polib, by_babel])
def test_a_file_from_a_python_library_comes_back_as_it_was(
    synced: Path, save: Callable[[Path], None]
) -> None:
    before = files(synced)
    for name in ("shop", "pages"):
        save(synced / f"locales/fr-FR/{name}.po")
    assert l10n(synced, "sync").exit_code == 0
    for name, content in files(synced).items():
        # Babel takes percent signs and braces for formats, and marks them; marks stay.
        body = re.sub(rb"#, python-[a-z-]+\n", b"", content.partition(b"\n\n")[2])
        assert body == before[name].partition(b"\n\n")[2]


@pytest.mark.skipif(shutil.which("msgfmt") is None, reason="msgfmt is not installed")
def test_gettext_finds_nothing_wrong_with_our_files(synced: Path) -> None:
    l10n(synced, "add", "nl")
    l10n(synced, "extract")
    written = [*(synced / "locales").glob("*/*.po"), *(synced / "locales").glob("*/*.pot")]
    assert len(written) > 10
    for path in written:
        done = subprocess.run(
            ["msgfmt", "-c", "-o", "/dev/null", str(path)], capture_output=True, check=False
        )
        said = [line for line in done.stderr.decode().splitlines() if "header field" not in line]
        assert (done.returncode, said) == (0, [])


# --- add ------------------------------------------------------------------------------------------


def test_a_new_locale_is_ready_to_translate_and_to_build(shop_dir: Path) -> None:
    said = l10n(shop_dir, "add", "nl", "--required")
    assert said.exit_code == 0
    assert "nl: {required: true}" in (shop_dir / "mkdocs.yml").read_text("utf-8")
    project = loaded(shop_dir)
    nl = locales.parse("nl")
    assert {name for locale, name in project.files if locale == nl} == {
        "shop",
        "till",
        "pages",
        "ui",
    }
    assert l10n(shop_dir, "sync", "--check", "--locale", "nl").exit_code == 0
    assert project.source_findings == []


def test_the_interface_of_a_language_that_errbook_does_not_speak_can_be_translated(
    shop_dir: Path,
) -> None:
    l10n(shop_dir, "add", "nl")
    path = shop_dir / "locales/nl/ui.po"
    file = polib.pofile(str(path), wrapwidth=0)
    for entry in file:
        if entry.msgid_plural:
            entry.msgstr_plural = {0: "een", 1: "veel"}
        else:
            entry.msgstr = f"nl {entry.msgid}"
    plural = next(entry for entry in file if entry.msgid_plural)
    file.save()
    l10n(shop_dir, "sync", "--locale", "nl")
    words = loaded(shop_dir).interface(locales.parse("nl"))
    assert words.gettext("Cause") == "nl Cause"
    one, many = plural.msgid, plural.msgid_plural
    assert [words.ngettext(one, many, n) for n in (0, 1, 2)] == ["veel", "een", "veel"]


MILLIONS = "nplurals=3; plural=(n < 2 ? 0 : n % 1000000 == 0 ? 1 : 2);"


@pytest.mark.parametrize(
    ("rule", "count", "expected"),
    [
        pytest.param("nplurals=2; plural=(n > 1);", 2, ["0", "0", "1", "1"], id="two forms"),
        pytest.param(MILLIONS, 3, ["0", "0", "2", "1"], id="three forms"),
        pytest.param("nplurals=2; plural=(5 % n);", 2, ["1", "0", "1", "1"], id="a rule with gaps"),
    ],
)
def test_a_number_takes_the_form_that_the_rule_of_its_own_file_gives(
    shop_dir: Path, rule: str, count: int, expected: list[str]
) -> None:
    one, many = next(forms for forms in locales.interface_messages() if len(forms) == 2)
    forms = "".join(f'msgstr[{index}] "{index}"\n' for index in range(count))
    (shop_dir / "locales/fr-FR/ui.po").write_text(
        f'msgid ""\nmsgstr ""\n"Plural-Forms: {rule}\\n"\n\n'
        f'msgid "{one}"\nmsgid_plural "{many}"\n{forms}',
        encoding="utf-8",
    )
    project = loaded(shop_dir)
    assert [f for f in project.locale_findings(FR) if f.location.path.endswith("ui.po")] == []
    words = project.interface(FR)
    assert [words.ngettext(one, many, n) for n in (0, 1, 2, 1_000_000)] == expected


def test_new_words_get_as_many_forms_as_the_others_of_their_file(shop_dir: Path) -> None:
    path = shop_dir / "locales/nl/ui.po"
    l10n(shop_dir, "add", "nl")
    header = path.read_text("utf-8").split("\n\n")[0]
    path.write_text(f"{header.replace('nplurals=2; plural=(n != 1);', MILLIONS)}\n", "utf-8")
    l10n(shop_dir, "sync", "--locale", "nl")
    file = polib.pofile(str(path))
    assert file.metadata["Plural-Forms"] == MILLIONS
    assert {len(entry.msgstr_plural) for entry in file if entry.msgid_plural} == {3}


def test_a_locale_of_a_language_that_errbook_speaks_needs_no_words(shop_dir: Path) -> None:
    said = l10n(shop_dir, "add", "fr_ca", "--fallback", "fr-FR")
    assert "fr-CA: {fallback: [fr-FR]}" in (shop_dir / "mkdocs.yml").read_text("utf-8")
    assert not (shop_dir / "locales/fr-CA/ui.po").exists()
    assert "French (Canada)" in said.output


# --- accepting ------------------------------------------------------------------------------------


@pytest.mark.parametrize("after_sync", [False, True])
@pytest.mark.parametrize("target", ["shop001|title", "SHOP001", "shop001", "--all"])
def test_an_accepted_translation_ships_again(synced: Path, target: str, after_sync: bool) -> None:
    edit(synced / "source/errors/shop.yml", "Card refused", "Card declined by the bank")
    if after_sync:
        l10n(synced, "sync")
    assert not state(synced, "shop001|title").shown
    before = files(synced)
    shown = l10n(synced, "ack", target, "--dry-run", "--locale", "fr-FR")
    assert "- Card refused" in shown.output
    assert "+ Card declined by the bank" in shown.output
    assert files(synced) == before
    said = l10n(synced, "ack", target, "--locale", "fr-FR")
    assert "Accepted 1 translation." in said.output
    assert state(synced, "shop001|title") is State.OK
    assert "Accepted 0 translations." in l10n(synced, "ack", target, "--locale", "fr-FR").output


def test_what_is_fuzzy_for_another_reason_is_not_accepted(synced: Path) -> None:
    assert state(synced, "shop003|title", "pt-BR") is State.FUZZY
    l10n(synced, "ack", "shop003")
    assert state(synced, "shop003|title", "pt-BR") is State.FUZZY


def test_a_review_is_recorded_until_the_text_changes(synced: Path) -> None:
    said = l10n(synced, "review", "shop001", "--locale", "fr-FR", "--by", "Zoé")
    assert "as reviewed by Zoé" in said.output
    report = json.loads(l10n(synced, "status", "--format", "json", "--locale", "fr-FR").output)
    reviewed = report["locales"][0]["origins"]["reviewed"]["texts"]
    assert reviewed > 0
    edit(synced / "locales/fr-FR/shop.po", "Carte", "La carte")
    report = json.loads(l10n(synced, "status", "--format", "json", "--locale", "fr-FR").output)
    assert report["locales"][0]["origins"]["reviewed"]["texts"] == reviewed - 1


# --- status ---------------------------------------------------------------------------------------


def test_status_shows_the_promise_and_what_to_do(synced: Path) -> None:
    said = l10n(synced, "status", "--list")
    assert "fr-FR    entries with complete cause and fix: 8/8" in said.output
    assert "of the required ones: 6/6" in said.output
    assert "blocked shop002|fix  `shop count --all` is missing or changed" in said.output


@pytest.mark.parametrize(
    ("wanted", "code"),
    [(["fr-FR=100"], 0), (["ar=90"], 0), (["ar=91"], 1), (["95"], 1), (["0", "pt-BR=99.5"], 1)],
)
def test_a_threshold_fails_the_command(synced: Path, wanted: list[str], code: int) -> None:
    options = [word for each in wanted for word in ("--fail-under", each)]
    assert l10n(synced, "status", *options).exit_code == code


def test_status_can_be_written_to_a_file(synced: Path) -> None:
    for name in ("text", "json", "markdown", "svg"):
        path = synced / f"out/status.{name}"
        assert l10n(synced, "status", "--format", name, "--output", path).output == ""
        assert len(path.read_text("utf-8")) > 100


def test_status_tells_what_a_change_did_and_since_when_a_source_is_new(synced: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")

    def git(*arguments: str) -> None:
        who = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *who, *arguments], cwd=synced, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "Base", "--date", "2020-01-02T12:00:00Z")
    edit(synced / "source/errors/shop.yml", "Card refused", "Card declined by the bank")
    said = l10n(synced, "status", "--diff", "HEAD", "--locale", "fr-FR")
    assert "Since HEAD: 0 gained a translation, 1 lost it" in said.output
    assert "fr-FR shop001|title: ok → stale" in said.output
    assert "stale since 20" in said.output
    markdown = l10n(synced, "status", "--diff", "HEAD", "--format", "markdown")
    assert "texts lost their translation: fr-FR 1" in markdown.output


# --- exchange -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["xliff", "csv"])
def test_what_was_exported_comes_back_to_the_byte(synced: Path, name: str) -> None:
    before, out = files(synced), synced / "out"
    assert l10n(synced, "export", name, "--output", out).exit_code == 0
    exported = sorted(out.glob("*/*"))
    assert len(exported) == 9
    assert l10n(synced, "import", *exported).exit_code == 0
    assert files(synced) == before
    for path in (synced / "locales").glob("*/*.po"):
        file, _ = po.read(path.read_bytes(), "")
        empty = [
            po.Message(m.context, m.source, notes=m.notes, references=m.references)
            for m in file.messages
            if not m.obsolete
        ]
        comments = {m.context: m.comment for m in file.messages}
        assert not any(comments.values())
        kept = po.PoFile("", file.headers, file.header_comment, tuple(empty))
        path.write_text(po.write(kept), encoding="utf-8")
    assert l10n(synced, "import", *exported).exit_code == 0
    assert [m for m in files(synced) if files(synced)[m] != before[m]] == []


def test_only_what_is_to_do_can_be_exported(synced: Path) -> None:
    l10n(synced, "export", "csv", "--todo", "--output", synced / "out")
    out = synced / "out"
    written = sorted(path.relative_to(out).as_posix() for path in out.rglob("*.csv"))
    assert written == ["ar/till.csv", "pt-BR/pages.csv", "pt-BR/shop.csv", "pt-BR/till.csv"]


def test_a_tampered_file_stops_the_whole_import(synced: Path) -> None:
    l10n(synced, "export", "xliff", "--locale", "fr-FR", "--output", synced / "out")
    path = synced / "out/fr-FR/shop.xlf"
    edit(path, "<source>Card refused</source>", "<source>Card accepted</source>")
    edit(path, "refusée", "acceptée")
    before = files(synced)
    said = l10n(synced, "import", path)
    assert (said.exit_code, files(synced)) == (1, before)
    assert "EB207" in said.output
    assert "Nothing was written." in said.output


def test_a_file_without_a_locale_needs_one_in_the_call(synced: Path) -> None:
    path = synced / "review.csv"
    path.write_text("context,source,translation\nshop001|title,Card refused,Recusado\n", "utf-8")
    said = l10n(synced, "import", path)
    assert (said.exit_code, "EB209" in said.output) == (1, True)
    assert l10n(synced, "import", path, "--locale", "pt-BR").exit_code == 0
    assert loaded(synced).states[PT]["shop001|title"].text == "Recusado"


def test_a_memory_fills_another_locale(synced: Path) -> None:
    l10n(synced, "add", "fr-CA")
    l10n(synced, "export", "tmx", "--locale", "fr-FR", "--output", synced / "out")
    memories = [synced / "out/fr-FR/shop.tmx", synced / "locales/fr-FR/pages.po"]
    options = [word for path in memories for word in ("--from", str(path))]
    said = l10n(synced, "pretranslate", "--locale", "fr-CA", *options)
    assert "25 from the same text" in said.output
    cells = {c.name: c for c in loaded(synced).status.only(["fr-CA"]).cells}
    assert (cells["shop"].percent, cells["pages"].percent) == (100, 100)
    assert cells["shop"].origins["memory"].texts == 25


def test_templates_are_written_once(synced: Path) -> None:
    assert l10n(synced, "extract", "--check").exit_code == 1
    assert l10n(synced, "extract").exit_code == 0
    names = sorted(p.name for p in (synced / "locales/templates").iterdir())
    assert names == ["pages.pot", "shop.pot", "till.pot", "ui.pot"]
    assert l10n(synced, "extract", "--check").exit_code == 0
    # They are no locale.
    assert loaded(synced).loading == ()


def test_hosts_get_their_configuration(synced: Path) -> None:
    crowdin = l10n(synced, "host", "crowdin")
    assert "fr: fr-FR" in crowdin.output
    weblate = l10n(synced, "host", "weblate", "--repo", "https://git.example/shop.git")
    assert [c["name"] for c in json.loads(weblate.output)] == ["shop", "till", "pages"]
