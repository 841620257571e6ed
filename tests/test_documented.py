"""What the documentation shows is what happens: its commands are run, its files are used."""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT
from reading import Site

pytestmark = pytest.mark.slow

DOCS = ROOT / "source/pages/docs"
ADDRESS = "https://shop.example/help/"
"""Where the book is in the documentation."""
PRELUDE = "journalctl() { cat app.log; }\n"
"""Not every machine has a journal with the lines of the page."""


@dataclass(frozen=True)
class Block:
    """One block of code of a page."""

    kind: str
    title: str
    text: str


def blocks(page: str) -> list[Block]:
    text = (DOCS / page).read_text("utf-8")
    found = re.findall(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', text, re.M | re.S)
    return [Block(*match) for match in found]


def titled(page: str, title: str) -> str:
    (text,) = [block.text for block in blocks(page) if block.title == title]
    return text


def calls(page: str) -> list[tuple[str, str]]:
    """(command, output) of everything that a page types."""
    found = []
    for block in blocks(page):
        if block.kind == "console":
            for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
                command, _, output = part.partition("\n")
                found.append((command, output))
    return found


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(shop_site: Site) -> Iterator[str]:
    """Where the book of the documentation is really served."""
    handler = functools.partial(_Quiet, directory=str(shop_site.folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    languages = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    environment = {
        **{name: value for name, value in os.environ.items() if name not in languages},
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "COLUMNS": "100",
        "NO_MKDOCS_2_WARNING": "1",
    }
    return subprocess.run(
        ["bash", "-c", PRELUDE + command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


# --- commands -------------------------------------------------------------------------------------

PAGES = ("explain.md", "programs.md")
"""Pages whose commands ask the book of the shop."""


@pytest.mark.parametrize("page", PAGES)
def test_every_command_says_what_the_page_shows(page: str, shop_dir: Path, address: str) -> None:
    for block in blocks(page):
        if block.title.endswith(".log"):
            (shop_dir / block.title).write_text(block.text, encoding="utf-8")
    made = calls(page)
    assert made
    for command, output in made:
        done = run(command.replace(ADDRESS, address), shop_dir)
        shown = ".*".join(map(re.escape, re.split("…\n?", output.strip("\n"))))
        assert re.fullmatch(shown, done.stdout.strip("\n"), re.S), (command, done.stdout)


# --- errors.json ----------------------------------------------------------------------------------


def _part_of(shown: Any, real: Any) -> bool:
    """Whether everything that is shown is so."""
    if isinstance(shown, dict):
        return all(key in real and _part_of(value, real[key]) for key, value in shown.items())
    if isinstance(shown, list):
        return len(shown) == len(real) and all(map(_part_of, shown, real))
    return bool(shown == real)


def test_the_entry_is_as_published(shop_site: Site) -> None:
    path = "fr-FR/errors/shop003.json"
    assert _part_of(json.loads(titled("programs.md", path)), json.loads(shop_site.text(path)))


def keys(page: str, section: str) -> list[str]:
    """The names in the first column of the tables below a heading of a page."""
    text = (DOCS / page).read_text("utf-8").split(f"{{ #{section} }}", 1)[1]
    part = re.split(r"^#+ ", text, maxsplit=1, flags=re.M)[0]
    rows = re.findall(r"^\| (`.*?) \|", part, re.M)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_every_key_is_explained(shop_site: Site) -> None:
    data = json.loads(shop_site.text("en-US/errors.json"))
    assert sorted(keys("programs.md", "errors-json")) == sorted(data)
    for entry in data["entries"]:
        assert sorted(keys("programs.md", "entry")) == sorted(entry)
    texts = [entry[name] or {} for entry in data["entries"] for name in ("title", "cause", "fix")]
    local = json.loads(shop_site.text("pt-BR/errors.json"))["entries"]
    texts += [entry["cause"] for entry in local]
    assert set().union(*texts) <= set(keys("programs.md", "text"))


def test_every_key_of_an_answer_is_explained(shop_dir: Path) -> None:
    data = json.loads(run("errbook explain --format json SHOP003 SHOP019", shop_dir).stdout)
    assert sorted(keys("explain.md", "json")) == sorted([*data, *data["matches"][0]])


# --- links from other sites -----------------------------------------------------------------------


def test_sphinx_links_to_entries(tmp_path: Path, address: str) -> None:
    pytest.importorskip("sphinx", reason="Sphinx is not installed")
    for title in ("conf.py", "index.rst"):
        text = titled("programs.md", title).replace(ADDRESS, address)
        (tmp_path / title).write_text(text, encoding="utf-8")
    done = run("python -m sphinx --fail-on-warning --quiet . out", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    page = (tmp_path / "out/index.html").read_text("utf-8")
    links = re.findall(r'<a class="reference external" href="([^"]+)"[^>]*>(.*?)</a>', page)
    url = f"{address}en-US/errors/shop003/"
    found = [(link, re.sub("<[^>]*>", "", shown)) for link, shown in links]
    assert found == [(url, "SHOP003: No rights")] * 2 + [(url, "the rights")]


def test_mkdocs_autorefs_links_to_entries(tmp_path: Path, address: str) -> None:
    pytest.importorskip("mkdocstrings", reason="mkdocstrings is not installed")
    (tmp_path / "docs").mkdir()
    for title in ("mkdocs.yml", "docs/index.md"):
        text = titled("programs.md", title).replace(ADDRESS, address)
        (tmp_path / title).write_text(text, encoding="utf-8")
    done = run("python -m mkdocs build --strict --quiet", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    page = (tmp_path / "site/index.html").read_text("utf-8")
    link = r'<a class="autorefs autorefs-external"[^>]*href="([^"]+)"[^>]*>(.*?)</a>'
    url = f"{address}en-US/errors/shop003/"
    assert re.findall(link, page) == [(url, "SHOP003"), (url, "the rights")]
