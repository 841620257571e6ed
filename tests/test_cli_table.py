"""``errbook table`` and ``errbook embed`` as a user types them."""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from errbook.cli import main
from test_listing import BOOK

CASES = Path(__file__).parent / "cases" / "embed"
ROOT = Path(__file__).resolve().parents[1]
MARKER = '<!-- errbook: shop where="code=SHOP006" -->\n<!-- /errbook -->\n'
FILLED = """\
<!-- errbook: shop where="code=SHOP006" -->

| Code | Cause | Fix |
| --- | --- | --- |
| [`SHOP006`](https://shop.example/help/en-US/errors/shop006/) | All is paid. | No action needed. |

<!-- /errbook -->
"""


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["-f", str(folder / "mkdocs.yml"), *arguments])


# --- table ----------------------------------------------------------------------------------------


def test_table_prints_what_is_asked_for(shop_dir: Path) -> None:
    options = (
        "--catalog",
        "till",
        "--columns",
        "code, fix",
        "--heading-depth",
        "2",
        "--link-base",
        "",
    )
    done = run(shop_dir, "table", *options)
    assert (done.exit_code, done.output) == (
        0,
        "## Till\n\n| Code | Fix |\n| --- | --- |\n| `TILL001` | Pull harder. |\n"
        "| `SHOP001` | Clean the chip. |\n",
    )


def test_table_writes_a_file(shop_dir: Path, tmp_path: Path) -> None:
    target = tmp_path / "a" / "errors.csv"
    done = run(shop_dir, "table", "--format", "csv", "--locale", "fr_fr", "-o", str(target))
    assert done.output == f"wrote {target}\n"
    assert target.read_text(encoding="utf-8").startswith("Code,Cause,Solution\nSHOP001,")
    assert (
        "unchanged"
        in run(shop_dir, "table", "--format", "csv", "--locale", "fr-FR", "-o", str(target)).output
    )


WRONG = {
    "column": (("--columns", "caus"), 'did you mean "cause"?'),
    "catalog": (("--catalog", "shp"), 'did you mean "shop"?'),
    "locale": (("--locale", "xx"), 'the book has no locale "xx"'),
    "heading": (("--format", "csv", "--heading-depth", "2"), "there are no headings in csv"),
    "book": (("--book", "/nowhere"), "there is no project in /nowhere"),
    "no book": (("--book", str(Path(__file__).parent)), "there is no project in "),
    "published": (("--book", "/nowhere.json"), "/nowhere.json cannot be read: No such file"),
}


@pytest.mark.parametrize("name", WRONG)
def test_table_called_wrongly(shop_dir: Path, name: str) -> None:
    arguments, message = WRONG[name]
    done = run(shop_dir, "table", *arguments)
    assert done.exit_code == 2
    assert message in done.output


# --- embed ----------------------------------------------------------------------------------------


def test_embed_fills_and_is_content(shop_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(f"# A\n\n{MARKER}\nEnd.\n", encoding="utf-8")
    assert run(shop_dir, "embed", "--check", str(file)).exit_code == 1
    assert run(shop_dir, "embed", str(file)).output == f"wrote {file}: 1 table\n"
    assert file.read_text(encoding="utf-8") == f"# A\n\n{FILLED}\nEnd.\n"
    assert run(shop_dir, "embed", str(file)).output == f"unchanged {file}: 1 table\n"
    assert run(shop_dir, "embed", "--check", str(file)).exit_code == 0


def test_embed_keeps_bytes_that_are_not_its_own(shop_dir: Path, tmp_path: Path) -> None:
    real, file = tmp_path / "real.md", tmp_path / "README.md"
    text = f"\ufeffa\r\n{MARKER}".replace("\n", "\r\n").replace("\r\r", "\r") + "b\nc"
    real.write_bytes(text.encode())
    file.symlink_to(real)
    assert run(shop_dir, "embed", str(file)).exit_code == 0
    after = real.read_bytes().decode()
    assert after == f"\ufeffa\r\n{FILLED}".replace("\n", "\r\n").replace("\r\r", "\r") + "b\nc"
    assert file.is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_embed_keeps_permissions(shop_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(MARKER, encoding="utf-8")
    file.chmod(0o600)
    assert run(shop_dir, "embed", str(file)).exit_code == 0
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_changed_cause_fails_the_check_with_a_diff(shop_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text(MARKER, encoding="utf-8")
    run(shop_dir, "embed", str(file))
    before = file.read_bytes()
    catalog = shop_dir / "source" / "errors" / "shop.yml"
    changed = catalog.read_text(encoding="utf-8").replace("All is paid.", "Nothing is owed.")
    catalog.write_text(changed, encoding="utf-8")
    done = run(shop_dir, "embed", "--check", str(file))
    assert done.exit_code == 1
    link = "https://shop.example/help/en-US/errors/shop006/"
    assert f"-| [`SHOP006`]({link}) | All is paid. | No action needed. |" in done.output
    assert f"+| [`SHOP006`]({link}) | Nothing is owed. | No action needed. |" in done.output
    assert "is out of date" in done.output
    assert file.read_bytes() == before


def test_a_diff_shows_where_long_rows_differ(shop_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("<!-- errbook: shop -->\n<!-- /errbook -->\n", encoding="utf-8")
    run(shop_dir, "embed", str(file))
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("counted twice", "counted thrice"), encoding="utf-8")
    done = run(shop_dir, "embed", "--check", str(file))
    lines = [line for line in done.stdout.splitlines() if line[:1] in "+-" and "SHOP002" in line]
    assert [("counted thrice" in line, "counted twice" in line) for line in lines] == [
        (True, False),
        (False, True),
    ]
    assert max(map(len, lines)) < 140


def test_a_wrong_marker_leaves_its_file_alone_and_no_other(shop_dir: Path, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.md", tmp_path / "bad.md"
    good.write_text(MARKER, encoding="utf-8")
    bad.write_text(f"{MARKER}<!-- errbook: shop -->\n", encoding="utf-8")
    done = run(shop_dir, "embed", str(bad), str(good))
    assert done.exit_code == 1
    assert f"{bad.as_posix()}:3:1: EB404 the marker is never closed" in done.output
    assert bad.read_text(encoding="utf-8") == f"{MARKER}<!-- errbook: shop -->\n"
    assert good.read_text(encoding="utf-8") == FILLED


FILES = {
    "not UTF-8": ("a.md", b"a\nb\xff", 1, "a.md:2:1: EB101 it is not UTF-8"),
    "unknown kind": ("a.txt", b"a", 2, "its name does not say what it is"),
    "no marker": ("a.md", b"a", 0, "there is no marker in it"),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_cannot_be_filled(shop_dir: Path, tmp_path: Path, name: str) -> None:
    file, content, code, message = FILES[name]
    (tmp_path / file).write_bytes(content)
    done = run(shop_dir, "embed", str(tmp_path / file))
    assert done.exit_code == code
    assert message in done.output
    assert (tmp_path / file).read_bytes() == content


def test_a_broken_source_writes_nothing(shop_dir: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(MARKER, encoding="utf-8")
    with (shop_dir / "source" / "errors" / "shop.yml").open("a", encoding="utf-8") as stream:
        stream.write("  SHOP007: {cause: x}\n")
    done = run(shop_dir, "embed", str(file))
    assert done.exit_code == 1
    assert "SHOP007" in done.output
    assert file.read_text(encoding="utf-8") == MARKER


def test_the_embedded_tables_of_this_repository_are_up_to_date() -> None:
    """The README and three pages in the tests: what CI checks."""
    files = [*sorted(CASES.iterdir()), ROOT / "README.md"]
    done = run(ROOT, "embed", "--check", *map(str, files))
    assert (done.exit_code, done.output) == (0, "")


CAUSES = {
    "README.md": "The value of `--correlation-id`",
    "tests/cases/embed/page.md": "The value of `--correlation-id`",
    "tests/cases/embed/page.rst": "Azure does not accept",
    "tests/cases/embed/page.html": "Two parts of the agent",
}
"""A cause in the tables of each file, by its first words."""


@pytest.mark.parametrize("name", CAUSES)
def test_changing_one_cause_fails_with_a_diff(project_dir: Path, tmp_path: Path, name: str) -> None:
    catalog = project_dir / "source" / "errors" / "azcmagent.yml"
    text = catalog.read_text(encoding="utf-8")
    assert text.count(CAUSES[name]) == 1
    catalog.write_text(text.replace(CAUSES[name], f"Now {CAUSES[name]}"), encoding="utf-8")
    copy = Path(shutil.copy(ROOT / name, tmp_path))
    done = run(project_dir, "embed", "--check", str(copy))
    assert done.exit_code == 1
    removed, added = (re.findall(rf"^[{sign}](?![{sign}]).*", done.output, re.M) for sign in "-+")
    assert len(removed) == len(added) == 1
    assert "Now " in added[0]
    assert "Now " not in removed[0]
    assert copy.read_bytes() == (ROOT / name).read_bytes()


# --- published books ------------------------------------------------------------------------------


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    """The URL of a site with the published book in two locales."""
    folder = tmp_path / "site"
    for tag in ("fr-FR", "en-US"):
        (folder / tag).mkdir(parents=True)
        (folder / tag / "errors.json").write_text(json.dumps({**BOOK, "locale": tag}))
    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(_Quiet, directory=str(folder))
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


OPTIONS = ("--columns", "code,severity", "--where", "code=SHOP001", "--format", "csv")


@pytest.mark.parametrize(
    ("address", "locale", "heading"),
    [
        ("/fr-FR/errors.json", (), "Code,Gravité"),
        ("/fr-FR/errors.json", ("--locale", "en-US"), "Code,Severity"),
        ("/{locale}/errors.json", ("--locale", "fr-FR"), "Code,Gravité"),
    ],
)
def test_a_book_from_elsewhere_needs_no_source(
    site: str, tmp_path: Path, address: str, locale: tuple[str, ...], heading: str
) -> None:
    for where in (site, str(tmp_path / "site")):
        done = run(tmp_path, "table", "--book", where + address, *locale, *OPTIONS)
        assert done.exit_code == 0, done.output
        assert done.output.splitlines()[0] == heading


def test_a_book_that_is_not_there_says_so(site: str, tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    file.write_text(MARKER, encoding="utf-8")
    for address, message in (
        ("/de-DE/errors.json", "404 File not found"),
        ("/{locale}/errors.json", "needs a locale"),
    ):
        done = run(tmp_path, "table", "--book", site + address)
        assert done.exit_code == 2
        assert message in done.output
    done = run(tmp_path, "embed", "--book", f"{site}/de-DE/errors.json", str(file))
    assert (done.exit_code, file.read_text(encoding="utf-8")) == (2, MARKER)
