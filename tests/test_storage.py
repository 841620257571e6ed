"""A file is whole whatever happens, and one that does not change is not touched."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import storage


def mark(path: Path) -> tuple[int, int]:
    """What changes when a file is written, even with the same content."""
    found = path.stat()
    return found.st_mtime_ns, found.st_ino


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


@pytest.mark.parametrize(
    ("content", "data"),
    [
        pytest.param("é\n日本\nن\n", "é\n日本\nن\n".encode(), id="text-in-utf-8"),
        pytest.param("a\r\nb\n", b"a\r\nb\n", id="line-ends-as-they-are"),
        pytest.param(b"\x00\xff", b"\x00\xff", id="bytes"),
        pytest.param("", b"", id="empty"),
    ],
)
def test_a_new_file_is_written_with_the_folders_above_it(
    tmp_path: Path, content: str | bytes, data: bytes
) -> None:
    path = tmp_path / "a" / "b" / "日本.md"
    assert storage.write(path, content) is True
    assert path.read_bytes() == data
    assert names(tmp_path) == ["a", "a/b", "a/b/日本.md"]
    assert path.stat().st_mode & 0o777 == 0o644 or os.name == "nt"


def test_a_file_with_the_same_content_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    storage.write(path, "証明書")
    os.utime(path, ns=(1, 1))
    before = mark(path)
    assert storage.write(path, "証明書") is False
    assert storage.write(path, "証明書".encode()) is False
    assert mark(path) == before


def test_a_file_of_the_same_size_is_compared(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    storage.write(path, "abc")
    assert storage.write(path, "abd") is True
    assert path.read_text(encoding="utf-8") == "abd"


@pytest.mark.parametrize("broken", ["replace", "chmod", "fdopen"])
def test_a_failure_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path = tmp_path / "a.md"
    storage.write(path, "old")
    before = mark(path)

    def fail(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, broken, fail)
    with pytest.raises(OSError, match="no space left"):
        storage.write(path, "new and longer")
    monkeypatch.undo()
    assert (path.read_text(encoding="utf-8"), mark(path)) == ("old", before)
    assert names(tmp_path) == ["a.md"]


def test_the_file_is_named_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path / ".errbook-tmp-x"))

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    with pytest.raises(PermissionError) as refused:
        storage.write(tmp_path / "a.md", "new")
    assert refused.value.filename == str(tmp_path / "a.md")


def test_an_interruption_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.md"
    storage.write(path, "old")

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        storage.write(path, "new")
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") == "old"
    assert names(tmp_path) == ["a.md"]


def test_a_reader_who_has_the_file_open_reads_the_old_content_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    storage.write(path, "old content")
    with path.open(encoding="utf-8") as reader:
        start = reader.read(3)
        storage.write(path, "new")
        assert start + reader.read() == "old content"
    assert path.read_text(encoding="utf-8") == "new"


def test_a_half_written_file_is_known_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def watch(source: str, target: Path) -> None:
        seen.extend(names(tmp_path))
        os.rename(source, target)

    monkeypatch.setattr(os, "replace", watch)
    storage.write(tmp_path / "a.md", "x")
    assert [name.startswith(storage.TEMPORARY) for name in seen] == [True]


def test_a_folder_in_the_place_of_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.md" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match=r"."):
        storage.write(tmp_path / "a.md", "x")
    assert names(tmp_path) == ["a.md", "a.md/inside"]


def test_a_lock_keeps_its_file_and_can_be_taken_again(tmp_path: Path) -> None:
    path = tmp_path / "x" / ".lock"
    for _ in range(2):
        with storage.locked(path):
            assert names(tmp_path) == ["x", "x/.lock"]


@given(st.lists(st.one_of(st.text(st.characters(codec="utf-8")), st.binary()), min_size=1))
def test_the_last_content_stands_and_a_change_is_told(
    tmp_path_factory: pytest.TempPathFactory, contents: list[str | bytes]
) -> None:
    path = tmp_path_factory.mktemp("law") / "file"
    before: bytes | None = None
    for content in contents:
        data = content.encode() if isinstance(content, str) else content
        assert storage.write(path, content) is (data != before)
        assert path.read_bytes() == data
        before = data
