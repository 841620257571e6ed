"""errbook explain, bundle and scan, as people and programs call them."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from errbook.cli import books, main

ROOT = Path(__file__).resolve().parents[1]
LOG = b"""\
Nov 25 10:00:01 web-1 systemd[1]: Started Session 12 of user root.
AZCM0062 connect failed
msg="Failed to AzcmagentConnect ARM resource" Error="Get https://arm.example/x?secret=1:  Forbidden"
AZCM0062 again, AZCM9999
"""


@pytest.fixture(scope="session")
def bundle_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bundle") / "errors.errbook"
    done = CliRunner().invoke(main, ["-f", str(ROOT / "mkdocs.yml"), "bundle", "-o", str(path)])
    assert done.exit_code == 0, done.output
    return path


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a project, a reader without a language, a machine without bundles."""
    monkeypatch.chdir(tmp_path)
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "ERRBOOK_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "none"))


def _explain(bundle_file: Path, *args: str, log: bytes = b"") -> Result:
    return CliRunner().invoke(main, ["explain", "--bundle", str(bundle_file), *args], input=log)


def _json(bundle_file: Path, *args: str, log: bytes = b"") -> dict[str, Any]:
    data: dict[str, Any] = json.loads(
        _explain(bundle_file, "--format", "json", *args, log=log).stdout
    )
    return data


NOT_FOUND = {
    "unknown code": ("AZCM0019",),
    "unknown word": ("nonsense",),
    "one of two": ("AZCM0013", "AZCM0019"),
    "empty": ("",),
    "an empty log": ("-",),
}


@pytest.mark.parametrize("name", NOT_FOUND)
def test_what_is_not_found_exits_1(bundle_file: Path, name: str) -> None:
    done = _explain(bundle_file, *NOT_FOUND[name])
    assert done.exit_code == 1
    assert "Nothing here matches" in done.stderr


NO_FILE = {
    "app.log": "There is no such file here.",
    "I/O": "Nothing here matches.",
    "TCP/IP": "Nothing here matches.",
    "my app.log.gz": "There is no such file here.",
    "./logs/app": "There is no such file here.",
    "AZCM0019": "Nothing here matches. ",
    "no such/host": "Nothing here matches. ",
    ".": "Nothing here matches. ",
}


@pytest.mark.parametrize(("query", "reason"), NO_FILE.items(), ids=NO_FILE.keys())
def test_a_log_that_is_not_there_is_said_to_be_missing(
    bundle_file: Path, query: str, reason: str
) -> None:
    done = _explain(bundle_file, query)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.startswith(f"{query}: {reason}")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "packed"])
def test_a_pipe_with_a_name_is_read(bundle_file: Path, tmp_path: Path, packed: bool) -> None:
    log = b"connect\nAZCM0013 no\nAZCM0013 no\n"
    os.mkfifo(tmp_path / "pipe")
    content = gzip.compress(log) if packed else log
    writer = threading.Thread(target=(tmp_path / "pipe").write_bytes, args=(content,))
    writer.start()
    done = _explain(bundle_file, "--format", "json", str(tmp_path / "pipe"))
    writer.join()
    (match,) = json.loads(done.stdout)["matches"]
    assert (match["code"], match["count"], match["first"]["line"]) == ("AZCM0013", 2, 2)


def test_an_unknown_code_names_the_nearest(bundle_file: Path) -> None:
    assert "Did you mean: AZCM0018" in _explain(bundle_file, "AZCM0019").stderr


FOUND = {
    ("AZCM0013",): ["azcm0013"],
    ("azcm0013",): ["azcm0013"],
    ("exit-code:13",): ["azcm0013"],
    ("exit", "code", "13"): ["azcm0013"],
    ("azcm0013", "AZCM0014"): ["azcm0013", "azcm0014"],
    ("agent said azcm0013!",): ["azcm0013"],
    ("Invalid client secret is provided",): ["spn-invalid-secret"],
    ("invalid", "client", "secret", "is", "provided"): ["spn-invalid-secret"],
    ("device-flow-no-such-host",): ["device-flow-no-such-host"],
}


@pytest.mark.parametrize("queries", FOUND)
def test_what_is_found(bundle_file: Path, queries: tuple[str, ...]) -> None:
    done = _explain(bundle_file, "--format", "json", *queries)
    assert [match["id"] for match in json.loads(done.stdout)["matches"]] == FOUND[queries]
    assert done.exit_code == 0


def test_a_log_on_the_standard_input(bundle_file: Path) -> None:
    data = _json(bundle_file, "--locale", "fr-FR", log=LOG)
    assert data["unknown"] == {"AZCM9999": 1}
    first, second = data["matches"]
    assert (first["id"], first["count"], first["locale"], first["state"]) == (
        "arm-proxy-forbidden",
        1,
        "fr-FR",
        "ok",
    )
    assert first["params"] == {"url": "https://arm.example/x?secret=1"}
    assert first["first"] == {"file": None, "line": 3}
    assert (second["id"], second["code"], second["count"]) == ("azcm0062", "AZCM0062", 2)
    assert second["first"] == {"file": None, "line": 2}
    assert set(first) >= {
        "id",
        "code",
        "title",
        "cause",
        "fix",
        "locale",
        "state",
        "params",
        "count",
    }


def test_private_values_are_masked_on_request(bundle_file: Path) -> None:
    for form in ("text", "markdown", "json"):
        assert "secret=1" in _explain(bundle_file, "--format", form, log=LOG).stdout
        assert "secret=1" not in _explain(bundle_file, "--format", form, "--redact", log=LOG).stdout


def test_files_are_read_compressed_ones_too(bundle_file: Path, tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(LOG)
    (tmp_path / "b.log.gz").write_bytes(gzip.compress(LOG))
    done = _explain(bundle_file, "--brief", "a.log", "b.log.gz")
    assert done.exit_code == 0
    assert "×4 AZCM0062: Connecting the server failed" in done.stdout
    assert "(a.log:3)" in done.stdout


def test_text_is_for_people(bundle_file: Path) -> None:
    assert _explain(bundle_file, "AZCM0014").stdout == (
        "AZCM0014: Unsupported cloud\n"
        "Cause\n"
        "  The cloud named in the command does not exist or is not supported.\n"
        "Fix\n"
        "  Set --cloud to AzureCloud or AzureUSGovernment.\n"
        "https://errbook.example.org/en-US/errors/azcm0014/\n"
        "\n"
    )


def test_footnotes_are_numbered_and_stay_on_their_lines(
    bundle_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    for tag, reference, note in (
        ("en-US", "again. (1)\n", "(1) On a"),
        ("ja-JP", "。(1)\n", "(1)エー"),
    ):
        shown = _explain(bundle_file, "--locale", tag, "device-flow-no-such-host").stdout
        assert reference in shown
        assert f"\n  {note}" in shown


def test_code_keeps_its_direction_among_words_from_right_to_left(bundle_file: Path) -> None:
    shown = _explain(bundle_file, "--locale", "ar", "AZCM0013").stdout
    assert " في \u2066--tags\u2069 " in shown
    assert "\u2066" not in _explain(bundle_file, "AZCM0013").stdout


def test_markdown_is_for_tickets(bundle_file: Path) -> None:
    assert _explain(bundle_file, "--format", "markdown", "AZCM0011").stdout == (
        "## AZCM0011: Canceled by the user\n\n"
        "**Cause**\n\n"
        "Someone stopped the command with Ctrl+C before it was done.\n\n"
        "**Fix**\n\n"
        "Run the command again and let it finish.\n\n"
        "<https://errbook.example.org/en-US/errors/azcm0011/>\n\n"
    )


def test_brief_is_one_line_each(bundle_file: Path) -> None:
    assert _explain(bundle_file, "--brief", "AZCM0013", "AZCM0014").stdout == (
        "AZCM0013: Invalid tags\nAZCM0014: Unsupported cloud\n"
    )


def test_nothing_in_a_log_reaches_the_terminal(bundle_file: Path) -> None:
    log = b"Get https://a.example/\x9b31m\xe2\x80\xae\x07x:  Forbidden\n"
    shown = _explain(bundle_file, log=log).stdout
    assert "https://a.example/" in shown
    assert not {"\x9b", "\u202e", "\x07", "\x1b"} & set(shown)


LANGUAGES = {
    "": "en-US",
    "C.UTF-8": "en-US",
    "tlh_XX": "en-US",
    "fr_FR.UTF-8": "fr-FR",
    "fr_CA.UTF-8@euro": "fr-FR",
    "fr": "fr-FR",
    "pt_PT": "pt-BR",
    "zh_TW": "zh-Hant",
    "zh_CN": "zh-Hans",
    "en_GB": "en-US",
}


@pytest.mark.parametrize(("lang", "tag"), LANGUAGES.items())
def test_the_reader_gets_their_language(
    lang: str, tag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", lang)
    tags = ("en-US", "fr-FR", "pt-BR", "zh-Hans", "zh-Hant")
    assert books.reader_locale("", tags) == tag


def test_languages_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "fr_FR")
    monkeypatch.setenv("LANGUAGE", "ko:de_AT:fr")
    assert books.reader_locale("", ("en-US", "fr-FR", "de-DE")) == "de-DE"
    monkeypatch.setenv("LC_ALL", "C")
    assert books.reader_locale("", ("en-US", "fr-FR", "de-DE")) == "en-US"
    assert books.reader_locale("fr-CA", ("en-US", "fr-FR")) == "fr-FR"
    with pytest.raises(click.BadParameter, match="there is en-US"):
        books.reader_locale("ko", ("en-US",))


def test_the_bundle_is_found(
    bundle_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["explain", "--brief", "AZCM0013"]
    done = CliRunner().invoke(main, asked)
    assert (done.exit_code, "there is no book" in done.stderr) == (2, True)
    (tmp_path / "mkdocs.yml").write_text("site_name: Another site\n")
    monkeypatch.setenv("ERRBOOK_BUNDLE", str(bundle_file))
    assert CliRunner().invoke(main, asked).stdout == "AZCM0013: Invalid tags\n"
    monkeypatch.setenv("ERRBOOK_BUNDLE", "nowhere.errbook")
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 2
    assert "$ERRBOOK_BUNDLE names nowhere.errbook, which is no file" in done.stderr
    monkeypatch.delenv("ERRBOOK_BUNDLE")
    (tmp_path / "data" / "errbook").mkdir(parents=True)
    (tmp_path / "data" / "errbook" / "agent.errbook").write_bytes(bundle_file.read_bytes())
    assert CliRunner().invoke(main, asked).stdout == "AZCM0013: Invalid tags\n"
    (tmp_path / "data" / "errbook" / "bad.errbook").write_bytes(b"x")
    done = CliRunner().invoke(main, asked)
    assert (done.exit_code, "bad.errbook: it is no errbook bundle" in done.stderr) == (2, True)


def test_the_project_here_is_read() -> None:
    done = CliRunner().invoke(
        main, ["-f", str(ROOT / "mkdocs.yml"), "explain", "--brief", "azcm0013"]
    )
    assert (done.exit_code, done.stdout) == (0, "AZCM0013: Invalid tags\n")


def test_what_takes_long_is_not_imported(bundle_file: Path) -> None:
    code = (
        "import sys; from errbook.cli import main\n"
        f"try: main(['explain', '--bundle', {str(bundle_file)!r}, 'AZCM0013'])\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(done.stderr.split())
    assert not imported & {
        "pydantic",
        "mkdocs",
        "babel",
        "jinja2",
        "polib",
        "yaml",
        "nh3",
        "watchdog",
    }


def _lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        yield line.decode()


def test_the_first_answer_comes_before_the_log_ends(bundle_file: Path) -> None:
    command = [sys.executable, "-m", "errbook", "explain", "--brief", "--bundle", str(bundle_file)]
    env = {**os.environ, "LANG": "C"}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
    ) as process:
        assert process.stdin is not None
        lines = _lines(process)
        process.stdin.write(b"AZCM0013\n")
        process.stdin.flush()
        assert next(lines) == "AZCM0013: Invalid tags\n"
        process.stdin.write(b"AZCM0014\nAZCM0013\n")
        process.stdin.close()
        rest = list(lines)
    assert rest == ["AZCM0014: Unsupported cloud\n", "×2 AZCM0013: Invalid tags\n"]
    assert process.returncode == 0


# --- errbook scan --------------------------------------------------------------------------------


def test_scan_reads_what_people_wrote(tmp_path: Path) -> None:
    source = tmp_path / "src"
    (source / ".git").mkdir(parents=True)
    (source / "tests").mkdir()
    (source / ".git" / "a").write_text("AZCM1111")
    (source / "tests" / "a.py").write_text("AZCM2222")
    (source / "a.bin").write_bytes(b"AZCM3333\0")
    (source / "a.go").write_text('fail("AZCM4444")\n')
    command = ["-f", str(ROOT / "mkdocs.yml"), "scan", "--part", "--exclude", "tests", str(source)]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 1
    assert "a.go:1:7: EB601 AZCM4444 is in no entry" in done.stdout
    assert "Found 1 error.\n" in done.stdout


def test_the_codes_of_errbook_are_all_documented() -> None:
    command = ["-f", str(ROOT / "mkdocs.yml"), "scan", "--catalog", "errbook", "--include", "*.py"]
    done = CliRunner().invoke(main, [*command, str(ROOT / "generator")])
    assert done.exit_code == 0, done.stdout
