"""What was read of the catalogs is kept, and never trusted further than it deserves."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import ROOT, SHOP
from errbook import loader, storage
from errbook.model import Catalog
from errbook.site import bookcache
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
    cache, given = BookCache(tmp_path / "book", "1"), files(folder)
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
    cache, given = BookCache(tmp_path / "book", "1"), files(SHOP)
    cache.load(given)
    assert cache.load(change(given)) == loader.load(change(given))


def test_other_code_reads_for_itself(tmp_path: Path, reads: list[int]) -> None:
    given = files(SHOP)
    for code in ("1", "2", "1"):
        BookCache(tmp_path / "book", code).load(given)
    assert len(reads) == 3


def test_files_with_a_mistake_are_read_each_time(tmp_path: Path, reads: list[int]) -> None:
    cache = BookCache(tmp_path / "book", "1")
    given = {"a.yml": b"catalog: a\nunknown: 1\n"}
    assert cache.load(given)[1] == cache.load(given)[1] != []
    assert len(reads) == 2


RAN: list[str] = []


class Attack:
    """What a pickle of another hand may ask for."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return RAN.append, ("run",)


def content(found: object) -> bytes:
    return pickle.dumps(found, protocol=5)


FOREIGN: dict[str, Callable[[], bytes]] = {
    "code": lambda: content((Attack(),)),
    "code by name": lambda: b"cos\nsystem\n(S'true'\ntR.",
    "a class of Python": lambda: content((Path("x"),)),
    "no catalogs": lambda: content(("a", 1)),
    "no tuple": lambda: content({"a": 1}),
    "no pickle": lambda: b"nothing",
    "an end too early": lambda: content((Catalog("a", "a.yml"),))[:-9],
    "nothing": lambda: b"",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_nothing_foreign_is_taken_or_run(tmp_path: Path, reads: list[int], name: str) -> None:
    """Whoever can write the file can write its digest too."""
    cache, given = BookCache(tmp_path / "book", "1"), files(SHOP)
    wanted = cache.load(given)
    mark = storage.read_checked(cache.path).partition(b"\n")[0]
    storage.write_checked(cache.path, mark + b"\n" + FOREIGN[name]())
    assert cache.load(given) == wanted
    assert len(reads) == 2
    assert RAN == []
    assert cache.load(given) == wanted
    assert len(reads) == 2


def test_a_damaged_file_is_read_again(tmp_path: Path, reads: list[int]) -> None:
    cache, given = BookCache(tmp_path / "book", "1"), files(SHOP)
    wanted = cache.load(given)
    data = cache.path.read_bytes()
    cache.path.write_bytes(data[:-20] + b"x" * 20)
    assert cache.load(given) == wanted
    assert len(reads) == 2


def test_a_place_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    cache = BookCache(tmp_path / "file" / "book", "1")
    assert cache.load(files(SHOP)) == loader.load(files(SHOP))


def test_every_part_of_a_book_is_known() -> None:
    """A class that is new in the model is to be taken from the cache too."""
    given = files(SHOP) | files(ROOT)
    catalogs, _ = loader.load(given)
    names: set[tuple[str, str]] = set()

    class Watched(pickle.Unpickler):
        def find_class(self, module: str, name: str) -> object:
            names.add((module, name))
            return super().find_class(module, name)

    Watched(io.BytesIO(pickle.dumps(catalogs, protocol=5))).load()
    assert names == set(bookcache._CLASSES)
