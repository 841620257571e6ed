"""What was read of the catalogs is kept, and never trusted further than it deserves."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import ROOT, SHOP
from errbook import loader, storage
from errbook.site.bookcache import BookCache


def files(folder: Path) -> dict[str, bytes]:
    paths = sorted((folder / "source" / "errors").glob("*.yml"))
    return {path.name: path.read_bytes() for path in paths}


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many files were read each time that YAML was read."""
    found: list[int] = []
    load = loader.load

    def counted(given: dict[str, bytes]) -> object:
        found.append(len(given))
        return load(given)

    monkeypatch.setattr(loader, "load", counted)
    return found


@pytest.mark.parametrize("folder", [SHOP, ROOT], ids=["the shop", "this book"])
def test_what_is_kept_is_what_was_read(tmp_path: Path, reads: list[int], folder: Path) -> None:
    cache, given = BookCache(tmp_path, "1"), files(folder)
    first = cache.load(given)
    assert cache.load(given) == first == loader.load(given)
    assert reads == [len(given)] * 2


def renamed(given: dict[str, bytes]) -> dict[str, bytes]:
    return {f"other-{name}": data for name, data in given.items()}


def moved(given: dict[str, bytes]) -> dict[str, bytes]:
    return {name: b"# more\n" + data for name, data in given.items()}


@pytest.mark.parametrize("change", [renamed, moved])
def test_other_files_are_read(
    tmp_path: Path, reads: list[int], change: Callable[[dict[str, bytes]], dict[str, bytes]]
) -> None:
    """Places count as well as texts: diagnostics and links to the source name them."""
    cache, given = BookCache(tmp_path, "1"), files(SHOP)
    cache.load(given)
    assert cache.load(change(given)) == loader.load(change(given))


def test_other_code_reads_for_itself(tmp_path: Path, reads: list[int]) -> None:
    given = files(SHOP)
    for code in ("1", "2", "1"):
        BookCache(tmp_path, code).load(given)
    assert len(reads) == 3


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("catalog: a\nunknown: 1\n", id="a catalog with a mistake"),
        pytest.param("catalog: [\n", id="no catalog at all"),
    ],
)
def test_mistakes_are_kept_too(tmp_path: Path, reads: list[int], text: str) -> None:
    """A book with a warning that stands is no slower than others."""
    cache = BookCache(tmp_path, "1")
    given = {"a.yml": text.encode()}
    first = cache.load(given)
    assert cache.load(given) == first == loader.load(given)
    assert first[1] != []
    assert len(reads) == 2


def test_it_says_of_which_files_it_knows(tmp_path: Path) -> None:
    cache, given = BookCache(tmp_path, "1"), files(SHOP)
    assert not cache.has(given)
    cache.load(given)
    assert cache.has(given)
    assert not cache.has(moved(given))
    assert not BookCache(tmp_path, "2").has(given)


Alter = Callable[[Any], object]


def entry(**changed: Any) -> Alter:
    """Catalogs whose first entry is another one."""

    def alter(catalogs: Any) -> object:
        catalogs[0]["entries"][0] |= changed
        return catalogs

    return alter


FOREIGN: dict[str, Alter] = {
    "nothing": lambda catalogs: None,
    "no catalog": lambda catalogs: [],
    "a text": lambda catalogs: "catalogs",
    "what is no catalog": lambda catalogs: [{"name": "a"}],
    "a number for a text": entry(since=1),
    "a severity that is none": entry(severity="deadly"),
    "a status that is none": entry(status="lost"),
    "an id that leads elsewhere": entry(id="../../evil"),
    "a text for a list": entry(see="shop002"),
}
"""What somebody made of the catalogs that are kept."""


@pytest.mark.parametrize("name", FOREIGN)
def test_nothing_foreign_is_taken(tmp_path: Path, reads: list[int], name: str) -> None:
    """Whoever can write the file can write its digest too."""
    cache, given = BookCache(tmp_path, "1"), files(SHOP)
    wanted = cache.load(given)
    mark, _, content = storage.read_checked(cache.path).partition(b"\n")
    catalogs, mistakes = json.loads(content)
    altered = json.dumps([FOREIGN[name](catalogs), mistakes]).encode()
    storage.write_checked(cache.path, mark + b"\n" + altered)
    assert cache.load(given) == wanted
    assert len(reads) == 2
    assert cache.load(given) == wanted
    assert len(reads) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"x",
        b"[[]]",
        b"[" * 100_000,
        b'[[], [{"code": "EB101"}]]',
        b'[[], [{"code": "EB000", "location": {"path": "a.yml"}, "message": "no code of ours"}]]',
        b"\x80\x05cos\nsystem\n.",
    ],
)
def test_what_cannot_be_read_is_left_alone(
    tmp_path: Path, reads: list[int], content: bytes
) -> None:
    cache, given = BookCache(tmp_path, "1"), files(SHOP)
    wanted = cache.load(given)
    mark, _, _ = storage.read_checked(cache.path).partition(b"\n")
    storage.write_checked(cache.path, mark + b"\n" + content)
    assert cache.load(given) == wanted
    assert len(reads) == 2


def test_a_damaged_file_is_read_again(tmp_path: Path, reads: list[int]) -> None:
    cache, given = BookCache(tmp_path, "1"), files(SHOP)
    wanted = cache.load(given)
    data = cache.path.read_bytes()
    cache.path.write_bytes(data[:-20] + b"x" * 20)
    assert cache.load(given) == wanted
    assert len(reads) == 2


def test_a_place_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    cache = BookCache(tmp_path / "file", "1")
    assert cache.load(files(SHOP)) == loader.load(files(SHOP))
