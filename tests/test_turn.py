"""What killed processes left half-written does not pile up, and nothing else is taken away."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from conftest import errbook
from errbook import storage
from errbook.site.turn import turn

HALF = f"{storage.TEMPORARY}x8_3f"
DAY = 86_400
STAYS = {
    "a file being written beside the folders": (f".errbook/{HALF}", 0),
    "a file outside": (HALF, DAY),
    "a file in the site": (f"site/{HALF}", DAY),
    "a file of a translator": (f"locales/fr-FR/{HALF}", DAY),
    "a file of another name": (".errbook/stage/tmp-x", DAY),
    "a file in a folder of that name": (f".errbook/stage/{HALF}/mine", DAY),
}
GOES = {
    "an old one beside the folders": (f".errbook/{HALF}", DAY),
    "of a manifest": (f".errbook/published-0123/{HALF}", 0),
    "of a result": (f".errbook/kept-0123/fr-FR/{HALF}", 0),
    "of what is above the locales": (f".errbook/kept-0123/{HALF}", 0),
    "of a card": (f".errbook/cards/fr-FR/{HALF}", 0),
    "of a configuration": (f".errbook/stage/fr-FR/{HALF}", 0),
}
"""Where a file is, and how many seconds ago it was written."""


def _put(root: Path, name: str, age: int) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("half of i", "utf-8")
    then = time.time() - age
    os.utime(path, (then, then))
    return path


@pytest.mark.parametrize("name", STAYS)
def test_what_may_be_of_others_stays(tmp_path: Path, name: str) -> None:
    path = _put(tmp_path, *STAYS[name])
    with turn(tmp_path):
        assert path.exists()


@pytest.mark.parametrize("name", GOES)
def test_what_nobody_writes_any_more_goes(tmp_path: Path, name: str) -> None:
    path = _put(tmp_path, *GOES[name])
    with turn(tmp_path):
        assert not path.exists()
    assert path.parent.exists()


def test_a_link_of_that_name_stays(tmp_path: Path) -> None:
    mine = _put(tmp_path, "mine", DAY)
    (tmp_path / ".errbook/stage").mkdir(parents=True)
    (tmp_path / ".errbook/stage" / HALF).symlink_to(mine)
    with turn(tmp_path):
        assert (tmp_path / ".errbook/stage" / HALF).read_text("utf-8") == "half of i"


def test_what_is_behind_a_link_stays(tmp_path: Path) -> None:
    """Cards that several projects share, say: each of them has a turn of its own."""
    cards = _put(tmp_path / "shared", f"fr-FR/{HALF}", 0)
    (tmp_path / "project/.errbook").mkdir(parents=True)
    (tmp_path / "project/.errbook/cards").symlink_to(tmp_path / "shared")
    with turn(tmp_path / "project"):
        assert cards.exists()


@pytest.mark.parametrize(
    "arguments",
    [("build",), ("build", "--locale", "ar", "--out", "shard"), ("check", "--pseudo")],
    ids=" ".join,
)
def test_every_command_that_builds_takes_them_away(
    shop_dir: Path, arguments: tuple[str, ...]
) -> None:
    left = [_put(shop_dir, name, age) for name, age in GOES.values()]
    errbook(shop_dir, *arguments)
    assert [path for path in left if path.exists()] == []


def test_none_gets_from_the_stage_into_the_site(shop_dir: Path) -> None:
    left = _put(shop_dir, f".errbook/stage/ar/docs/guides/{HALF}", 0)
    assert errbook(shop_dir, "build").returncode == 0
    assert not left.exists()
    assert not [*(shop_dir / "site").rglob(HALF)]
