"""What stands in errbook's own folder and is not its own is named, with what to do, and stays."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import LOCALES, errbook
from errbook.site.obstacles import obstacle
from reading import tree
from served import STAYS, served

OTHERS: dict[str, Callable[[Path], OSError]] = {
    "outside": lambda root: OSError(errno.EISDIR, "", str(root / "site")),
    "beside": lambda root: OSError(errno.EISDIR, "", str(root / ".errbook-tools")),
    "above": lambda root: OSError(errno.EACCES, "", str(root)),
    "no name": lambda root: OSError(errno.EISDIR, ""),
    "no number": lambda root: OSError("no locks here"),
    "a descriptor": lambda root: OSError(errno.EISDIR, "", 3),
    "a full disk": lambda root: OSError(errno.ENOSPC, "", str(root / ".errbook/lock")),
    "gone meanwhile": lambda root: OSError(errno.ENOENT, "", str(root / ".errbook/stage/a.md")),
    "where what waits moves to": lambda root: OSError(
        errno.EISDIR, "", str(root / ".errbook/pending/a"), None, str(root / "site/a")
    ),
    "a site that is closed": lambda root: OSError(
        errno.EACCES, "", str(root / ".errbook/pending/a"), None, str(root / "site/a")
    ),
    "back meanwhile": lambda root: OSError(errno.EEXIST, "", str(root / ".errbook/stage")),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_refusals_are_no_obstacle(tmp_path: Path, name: str) -> None:
    (tmp_path / ".errbook/stage").mkdir(parents=True)
    (tmp_path / ".errbook/pending").mkdir()
    (tmp_path / ".errbook/pending/a").touch()
    assert obstacle(tmp_path, OTHERS[name](tmp_path)) is None


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_what_errbook_may_not_use_is_named(tmp_path: Path, number: int) -> None:
    (tmp_path / ".errbook").mkdir()
    (tmp_path / ".errbook/lock").touch()
    found = obstacle(tmp_path, OSError(number, "", str(tmp_path / ".errbook/lock")))
    assert found is not None
    assert (found.code, found.location.path) == ("EB508", ".errbook/lock")
    assert found.message == "errbook may not read or write it"
    assert "or delete .errbook/lock" in found.hint


@pytest.mark.skipif(os.access("/", os.W_OK), reason="this user may do everything")
def test_the_folder_that_is_closed_is_named(tmp_path: Path) -> None:
    folder = tmp_path / ".errbook/stage"
    folder.mkdir(parents=True)
    folder.chmod(0)
    found = obstacle(tmp_path, OSError(errno.EACCES, "", str(folder / "fr-FR/mkdocs.yml")))
    folder.chmod(0o755)
    assert found is not None
    assert found.location.path == ".errbook/stage"


# --- the commands ---------------------------------------------------------------------------------


def _file(path: Path) -> None:
    path.write_text("mine", "utf-8")


def _folder(path: Path) -> None:
    path.mkdir()
    _file(path / "mine")


def _loop(path: Path) -> None:
    path.symlink_to(path)


FILE, FOLDER, LINK = (
    "a file stands where errbook keeps a folder",
    "a folder stands where errbook keeps a file",
    "it is a link that leads nowhere",
)
HARMS: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "all of it": (".errbook", _file, FILE),
    "a link for all of it": (".errbook", _loop, LINK),
    "the lock": (".errbook/lock", _folder, FOLDER),
    "the stage": (".errbook/stage", _file, FILE),
    "deep in the stage": (".errbook/stage/fr-FR/mkdocs.yml", _folder, FOLDER),
    "a link in the stage": (".errbook/stage/fr-FR/docs", _loop, LINK),
    "what waits": (".errbook/pending", _loop, LINK),
    "results": (".errbook/kept-*/fr-FR", _file, FILE),
    "a result": (".errbook/kept-*/fr-FR/result.json", _folder, FOLDER),
    "a manifest": (".errbook/published-*/fr-FR.json", _folder, FOLDER),
    "a memory": (".errbook/built-*.json", _folder, FOLDER),
}


def _put(project: Path, place: str, harm: Callable[[Path], None]) -> Path:
    """Put something in a place of errbook's; returns its path."""
    (found,) = [*project.glob(place)] or [project / place]
    if found.is_dir():
        shutil.rmtree(found)
    found.unlink(missing_ok=True)
    found.parent.mkdir(parents=True, exist_ok=True)
    harm(found)
    return found


@pytest.mark.parametrize("name", HARMS)
def test_a_build_says_what_is_in_its_way_and_goes_on_without_it(again: Path, name: str) -> None:
    place, harm, says = HARMS[name]
    assert errbook(again, "build").returncode == 0
    before = tree(again / "site")
    page = again / "source/pages/guides/pay.md"
    page.write_text(f"{page.read_text('utf-8')}\nMore to read.\n", "utf-8")
    found = _put(again, place, harm)
    done = errbook(again, "build")
    shown = found.relative_to(again).as_posix()
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{shown}:1:1: EB508 {says}\n" in done.stderr
    assert f"Move {shown} away, or delete it" in done.stderr
    assert found.is_symlink() or (found / "mine" if found.is_dir() else found).read_text() == "mine"
    assert tree(again / "site") == before
    shutil.rmtree(found) if found.is_dir() else found.unlink()
    assert errbook(again, "build").returncode == 0


SITE_FILE, SITE_FOLDER = (
    "a file stands where the site has a folder",
    "a folder stands where the site has a file",
)
SITE_HARMS: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "all of it": ("site", _file, SITE_FILE),
    "a link for all of it": ("site", _loop, LINK),
    "a locale": ("site/fr-FR", _file, SITE_FILE),
    "a page's folder": ("site/fr-FR/errors/till001", _file, SITE_FILE),
    "a link for a page's folder": ("site/fr-FR/errors/till001", _loop, LINK),
    "a page": ("site/fr-FR/errors/till001/index.html", _folder, SITE_FOLDER),
}


@pytest.mark.parametrize("name", SITE_HARMS)
def test_a_build_says_what_is_in_its_way_in_the_site(again: Path, name: str) -> None:
    place, harm, says = SITE_HARMS[name]
    assert errbook(again, "build").returncode == 0
    wanted = tree(again / "site")
    found = _put(again, place, harm)
    done = errbook(again, "build")
    assert (done.returncode, done.stdout) == (1, "")
    assert f"{place}:1:1: EB509 {says}\n" in done.stderr
    assert f"Move {place} away, or delete it: errbook deletes nothing there" in done.stderr
    assert found.is_symlink() or (found / "mine" if found.is_dir() else found).read_text() == "mine"
    shutil.rmtree(found) if found.is_dir() else found.unlink()
    assert errbook(again, "build").returncode == 0
    assert tree(again / "site") == wanted


def test_a_site_below_a_file_is_refused(shop_dir: Path) -> None:
    for site_dir in ("mkdocs.yml/site", "mkdocs.yml/a/b"):
        done = errbook(shop_dir, "build", "--site-dir", site_dir)
        assert done.returncode == 1
        assert f"mkdocs.yml:1:1: EB509 {SITE_FILE}\n" in done.stderr


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_what_errbook_may_not_write_in_the_site_is_named(tmp_path: Path, number: int) -> None:
    site = tmp_path / "elsewhere/site"
    waits, page = tmp_path / "book/.errbook/pending/a", site / "fr-FR/index.html"
    page.parent.mkdir(parents=True)
    error = OSError(number, "", str(waits), None, str(page))
    found = obstacle(tmp_path / "book", error, site)
    assert found is not None
    assert (found.code, found.location.path) == ("EB509", page.parent.as_posix())
    assert found.message == "errbook may not write it"
    assert found.hint.startswith(f"Let errbook write {page.parent.as_posix()}, or publish")


def test_a_folder_above_a_site_that_is_there_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    refused = OSError(errno.EACCES, "", str(tmp_path))
    assert obstacle(tmp_path, refused, tmp_path / "site") is None


def test_a_site_that_may_not_be_made_is_named(tmp_path: Path) -> None:
    refused = OSError(errno.EACCES, "", str(tmp_path / "srv"))
    found = obstacle(tmp_path, refused, tmp_path / "srv/www/site")
    assert found is not None
    assert (found.code, found.location.path) == ("EB509", ".")


def test_merge_says_what_is_in_its_way_in_the_site(shop_dir: Path) -> None:
    shards = []
    for tag in LOCALES:
        assert errbook(shop_dir, "build", "--locale", tag, "--out", f"shards/{tag}").returncode == 0
        shards.append(f"shards/{tag}")
    _put(shop_dir, "site", _file)
    done = errbook(shop_dir, "merge", *shards)
    assert done.returncode == 1
    assert f"site:1:1: EB509 {SITE_FILE}\n" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("check", "--pseudo"), ("build", "--locale", "ar", "--out", "shard"), ("l10n", "sync")],
    ids=" ".join,
)
def test_other_commands_say_so_too(shop_dir: Path, arguments: tuple[str, ...]) -> None:
    (shop_dir / ".errbook").write_text("mine", "utf-8")
    done = errbook(shop_dir, *arguments)
    assert done.returncode == 1
    assert f".errbook:1:1: EB508 {FILE}\n" in done.stderr
    assert (shop_dir / ".errbook").read_text("utf-8") == "mine"


def test_merge_says_so_too(shop_dir: Path) -> None:
    shards = []
    for tag in LOCALES:
        assert errbook(shop_dir, "build", "--locale", tag, "--out", f"shards/{tag}").returncode == 0
        shards.append(f"shards/{tag}")
    _put(shop_dir, ".errbook/pending", _file)
    done = errbook(shop_dir, "merge", *shards)
    assert done.returncode == 1
    assert f".errbook/pending:1:1: EB508 {FILE}\n" in done.stderr


@pytest.mark.slow
def test_a_preview_says_so_and_stays(again: Path) -> None:
    with served(again) as running:
        found = _put(again, ".errbook/pending", _file)
        running.change("locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir")
        assert "EB508" in running.hear_until(STAYS)
        found.unlink()
        running.change("locales/fr-FR/till.po", "Le grand tiroir", "Le petit tiroir")
        running.shown("/fr-FR/errors/till001/", "Le petit tiroir")
