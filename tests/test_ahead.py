"""While a build imports what it needs, another process begins; nothing hangs on that one."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from conftest import SHOP, built, copy_project
from errbook import config, loader
from errbook.config import Settings
from errbook.projectfiles import Read, Reading
from errbook.site import ahead, processes
from errbook.site.bookcache import BookCache
from errbook.site.manifest import ABOVE, Manifest, Untouched


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that other tests have left do not count."""
    monkeypatch.setattr(threading, "active_count", lambda: 1)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    root = copy_project(SHOP, tmp_path / "shop")
    found, mistakes = config.load(root)
    assert found is not None, mistakes
    return found


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[], set[str]]:
    """The processes that read YAML, from now on."""
    folder, load = tmp_path / "readers", loader.load
    folder.mkdir()

    def noted(files: Mapping[str, bytes]) -> Read:
        (folder / str(os.getpid())).touch()
        return load(files)

    monkeypatch.setattr(loader, "load", noted)
    return lambda: {path.name for path in folder.iterdir()}


def keep(settings: Settings, jobs: int = 0) -> BookCache:
    books = BookCache(settings.root, "1")
    with ahead.begun(settings, books, None, "mkdocs", jobs) as begun:
        begun.catalogs()
    return books


def read(settings: Settings, books: BookCache) -> Read:
    return books.load(Reading(settings, []).catalog_files())


@pytest.mark.skipif(not processes.can_fork(), reason="processes cannot be copied here")
@pytest.mark.parametrize("mistaken", [False, True], ids=["a good source", "a mistake"])
def test_another_process_reads_and_keeps(
    settings: Settings, readers: Callable[[], set[str]], mistaken: bool
) -> None:
    if mistaken:
        (settings.source / "errors" / "more.yml").write_text("catalog: [\n", "utf-8")
    books = keep(settings)
    assert len(readers() - {str(os.getpid())}) == 1
    found = read(settings, books)
    assert str(os.getpid()) not in readers()
    assert found == loader.load(Reading(settings, []).catalog_files())
    assert bool(found[1]) is mistaken


def test_what_is_kept_is_not_read(settings: Settings, readers: Callable[[], set[str]]) -> None:
    read(settings, BookCache(settings.root, "1"))
    before = readers()
    keep(settings)
    assert readers() == before


def one_job(monkeypatch: pytest.MonkeyPatch) -> int:
    return 1


def beside_a_thread(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(ahead, "can_fork", lambda: False)
    return 0


@pytest.mark.parametrize("how", [one_job, beside_a_thread])
def test_where_there_is_one_process_it_reads_when_it_needs_to(
    settings: Settings,
    readers: Callable[[], set[str]],
    monkeypatch: pytest.MonkeyPatch,
    how: Callable[[pytest.MonkeyPatch], int],
) -> None:
    books = keep(settings, how(monkeypatch))
    assert readers() == set()
    assert read(settings, books)[0]


def killed(monkeypatch: pytest.MonkeyPatch, folder: Path, owner: object, name: str) -> Path:
    """Kill every other process that calls a function, and tell of it by a file."""
    parent, function, told = os.getpid(), getattr(owner, name), folder / "killed"

    def call(*arguments: object) -> object:
        if os.getpid() != parent:
            told.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments)

    monkeypatch.setattr(owner, name, call)
    return told


def failing(files: Mapping[str, bytes]) -> Read:
    raise MemoryError


@pytest.mark.skipif(not processes.can_fork(), reason="processes cannot be copied here")
def test_a_reader_that_is_killed_does_no_harm(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = killed(monkeypatch, tmp_path, loader, "load")
    books = keep(settings)
    assert told.exists()
    assert read(settings, books)[0]


def test_what_befell_a_reader_is_found_by_who_needs_it(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(loader, "load", failing)
        books = keep(settings)
        with pytest.raises(MemoryError):
            read(settings, books)
    assert read(settings, books)[0]


# --- what was published ---------------------------------------------------------------------------


def look(settings: Settings) -> tuple[Manifest, Mapping[str, Untouched] | None]:
    """What somebody finds who looks while a build begins whose catalogs are kept."""
    books = BookCache(settings.root, "1")
    read(settings, books)
    manifest = Manifest.of(settings.root, settings.site_dir)
    with ahead.begun(settings, books, manifest, "mkdocs", 0) as begun:
        begun.catalogs()
        return manifest, begun.untouched()


@pytest.mark.skipif(not processes.can_fork(), reason="processes cannot be copied here")
def test_another_process_looks_at_what_was_published(settings: Settings) -> None:
    built(settings.root)
    manifest, found = look(settings)
    assert found == manifest.untouched()
    assert set(found) == {ABOVE, *(locale.tag for locale in settings.site_locales)}
    next((settings.site_dir / "fr-FR").rglob("*.html")).write_text("other", "utf-8")
    _, found = look(settings)
    assert found is not None
    assert "fr-FR" not in found


@pytest.mark.skipif(not processes.can_fork(), reason="processes cannot be copied here")
def test_nobody_finds_anything_who_was_killed(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    built(settings.root)
    told = killed(monkeypatch, tmp_path, Manifest, "untouched")
    assert look(settings)[1] is None
    assert told.exists()
