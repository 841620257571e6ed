"""Projects to build, built sites to read, and golden files to compare with."""

from __future__ import annotations

import contextlib
import gc
import os
import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from errbook import config, project, storage
from errbook.cli import main
from errbook.project import Project
from errbook.site import build, cards
from errbook.site.inputs import Inputs
from errbook.site.whole import Built
from reading import Site

pytest_plugins = ["pytester", "browser"]

# A slow machine is no mistake in the code.
# The same examples in every run: a change is judged by what it changes. HYPOTHESIS_PROFILE=explore
# looks for new ones.
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("errbook", settings.get_profile("explore"), derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "errbook"))

TESTS = Path(__file__).resolve().parent
ROOT = TESTS.parent
SHOP = TESTS / "projects" / "shop"
LOCALES = ("en-US", "fr-FR", "ar", "pt-BR")
"""The locales of the shop, a small book with one of everything."""

Golden = Callable[[str, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--write-golden",
        action="store_true",
        help="Write the files below tests/cases that hold expected output, instead of comparing"
        " with them; read the difference before you commit it.",
    )


def pytest_collection_finish() -> None:
    """Let nobody look through thousands of tests for garbage: each build would, again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def cards_are_drawn_once() -> Iterator[None]:
    """Builds in this process draw a card once: a fifth of what a small site costs.

    That a card is the same each time is proved where cards are tested.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "draw", lru_cache(256)(cards.draw))
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare a text with a file below tests/cases, or write that file with --write-golden."""

    def compare(name: str, text: str) -> None:
        path = TESTS / "cases" / name
        # One element a line, so that a difference can be read.
        text = re.sub(r"(?<=>) ?(?=<[a-z])", "\n", text) if path.suffix == ".md" else text
        if request.config.getoption("--write-golden"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


def copy_project(source: Path, folder: Path) -> Path:
    """Copy what makes up a project, and nothing that was built."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "mkdocs.yml", folder)
    for name in ("source", "locales"):
        shutil.copytree(source / name, folder / name)
    return folder


@pytest.fixture
def project_dir(tmp_path: Path) -> Path:
    """A copy of this very book: its configuration, source and locales."""
    return copy_project(ROOT, tmp_path / "book")


@pytest.fixture
def shop_dir(tmp_path: Path) -> Path:
    """A copy of the shop, to be changed."""
    return copy_project(SHOP, tmp_path / "shop")


def loaded(folder: Path) -> Project:
    """The project in a folder."""
    found, mistakes = project.load(folder)
    assert found is not None, mistakes
    return found


def rebuild(folder: Path, **options: Any) -> Built:
    """Build the project in a folder; with one job all of it in this process."""
    settings, _ = config.load(folder)
    inputs = Inputs(settings) if settings else None
    with warnings.catch_warnings():
        # The builder and its plugins run in this process or a fork of it; their style is theirs.
        warnings.simplefilter("ignore")
        done = build.build(loaded(folder), inputs=inputs, **options)
    assert done.failures == []
    return done


def from_nothing(folder: Path, copy: Path, **options: Any) -> Site:
    """Build a copy of the project in a folder, all of it in this process: the site to compare with.

    However many processes build a site it is the same: see test_build.
    """
    rebuild(copy_project(folder, copy), jobs=1, **options)
    return Site(copy / "site")


def built(folder: Path) -> Site:
    """Build the project in a folder and give its site."""
    rebuild(folder)
    return Site(folder / "site")


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


def errbook(folder: Path, *arguments: str) -> Ended:
    """Run the command in a folder, in this process: one of its own takes long to begin."""
    with contextlib.chdir(folder), warnings.catch_warnings():
        # The builder and its plugins run in this process or a fork of it; their style is theirs.
        warnings.simplefilter("ignore")
        done = CliRunner().invoke(main, arguments, catch_exceptions=False)
    return Ended(done.exit_code, done.stdout, done.stderr)


def once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Make a folder, unless another process that runs tests has; they wait for each other."""
    made = folder.with_name(f"{folder.name}.made")
    with storage.locked(folder.with_name(f"{folder.name}.lock")):
        if not made.exists():
            make(folder)
            made.touch()
    return folder


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Path:
    """A folder of this run that is the same in every process of pytest-xdist; see `once`."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if hasattr(pytestconfig, "workerinput") else base) / "common"


@pytest.fixture(scope="session")
def shop() -> Project:
    """The shop as it is in the repository."""
    return loaded(SHOP)


@pytest.fixture(scope="session")
def shop_site(common: Path) -> Site:
    """The built site of the shop; not to be changed."""
    folder = once(common / "shop", lambda folder: built(copy_project(SHOP, folder)))
    return Site(folder / "site")


@pytest.fixture(scope="session")
def workshop(shop_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `again` is, built once: what a build knows of its site holds in this place alone."""
    folder = tmp_path_factory.mktemp("again") / "shop"
    made = shutil.ignore_patterns(".errbook", shop_site.folder.name)
    shutil.copytree(shop_site.folder.parent, folder, ignore=made)
    rebuild(folder)
    shutil.copytree(folder, folder.with_name("kept"))
    return folder


@pytest.fixture
def again(workshop: Path) -> Path:
    """The shop with everything that was built of it, to be changed and built again.

    A copy keeps the times of its files, as the site's manifest knows them.
    """
    shutil.rmtree(workshop)
    shutil.copytree(workshop.with_name("kept"), workshop, symlinks=True)
    return workshop
