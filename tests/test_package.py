"""The package itself: what is in its archives, and the style, types and layers of its code."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

import pytest

from conftest import ROOT
from errbook import __version__, cli, plugin, pytest_plugin

PACKAGE = ROOT / "generator" / "errbook"
pytestmark = pytest.mark.slow


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


# --- archives -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel and the sdist, made without the network."""
    folder = tmp_path_factory.mktemp("dist")
    done = run("hatchling", "build", "--directory", str(folder))
    assert done.returncode == 0, done.stderr
    return folder


def wheel(archives: Path) -> list[str]:
    (path,) = archives.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_both_archives_have_the_version_of_the_package(archives: Path) -> None:
    assert sorted(path.name for path in archives.iterdir()) == [
        f"errbook-{__version__}-py3-none-any.whl",
        f"errbook-{__version__}.tar.gz",
    ]


def test_the_wheel_claims_one_name_only(archives: Path) -> None:
    tops = {PurePosixPath(name).parts[0] for name in wheel(archives)}
    assert tops == {"errbook", f"errbook-{__version__}.dist-info"}


def test_the_wheel_holds_every_file_of_the_package(archives: Path) -> None:
    files = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    packed = {name for name in wheel(archives) if name.startswith("errbook/")}
    assert packed == files
    for part in ("templates/start/catalog.yml.txt", "assets/errbook.css", "ui/ar.po", "py.typed"):
        assert f"errbook/{part}" in packed


def test_the_wheel_has_its_command_plugins_and_license(archives: Path) -> None:
    (path,) = archives.glob("*.whl")
    info = f"errbook-{__version__}.dist-info"
    with zipfile.ZipFile(path) as archive:
        points = archive.read(f"{info}/entry_points.txt").decode()
        assert f"{info}/licenses/LICENSE" in archive.namelist()
    assert [line for line in points.splitlines() if line] == [
        "[console_scripts]",
        "errbook = errbook.cli:main",
        "[babel.extractors]",
        "errbook = errbook.babel_extractor:extract",
        "[markdown.extensions]",
        "errbook = errbook.mdext:ErrbookExtension",
        "[mkdocs.plugins]",
        "errbook = errbook.plugin:ErrbookPlugin",
        "[pytest11]",
        "errbook = errbook.pytest_plugin",
    ]


def test_the_sdist_holds_what_builds_and_tests_the_package(archives: Path) -> None:
    (path,) = archives.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "generator/errbook/cli/__init__.py",
        "generator/errbook/templates/start/catalog.yml.txt",
        "source/errors/errbook.yml",
        "locales/fr-FR/errbook.po",
        "tests/test_package.py",
    } <= names
    built = {"site", ".errbook", ".venv", ".pytest_cache", ".hypothesis"}
    assert {PurePosixPath(name).parts[0] for name in names if name} & built == set()


def test_the_installed_entry_points_load() -> None:
    found = {
        group: [point.load() for point in entry_points(group=group, name="errbook")]
        for group in ("console_scripts", "mkdocs.plugins", "pytest11")
    }
    assert found == {
        "console_scripts": [cli.main],
        "mkdocs.plugins": [plugin.ErrbookPlugin],
        "pytest11": [pytest_plugin],
    }


def test_the_source_root_is_no_package() -> None:
    assert sorted(path.name for path in PACKAGE.parent.iterdir() if path.name[0] != "_") == [
        "errbook"
    ]
    assert not (PACKAGE.parent / "__init__.py").exists()


def test_mkdocs_is_capped() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [name for name in settings["project"]["dependencies"] if name.startswith("mkdocs")]
    assert wanted == ["mkdocs>=1.6,<2", "mkdocs-material>=9.7,<10"]


# --- code -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(("ruff", "check", "."), id="ruff check"),
        pytest.param(("ruff", "format", "--check", "."), id="ruff format"),
        pytest.param(("mypy",), id="mypy"),
    ],
)
def test_the_code_is_clean(command: tuple[str, ...]) -> None:
    assert find_spec(command[0]), f"{command[0]} is not installed: pip install --group dev"
    done = run(*command)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


def test_the_layers_hold() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}{done.stderr}"


def test_no_module_has_a_name_that_says_nothing() -> None:
    names = {path.stem for path in PACKAGE.rglob("*.py")}
    assert names & {"utils", "util", "helpers", "common", "base", "misc"} == set()


def test_newcomers_are_told_of_every_module() -> None:
    package = ROOT / "generator" / "errbook"
    modules = {path.stem for path in package.iterdir() if path.suffix == ".py"}
    modules |= {path.parent.name for path in package.glob("*/__init__.py")} - {"checks"}
    _, _, rest = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("| module |")
    table, _, _ = rest.partition("\n\n")
    named = {name.strip("/") for name in re.findall(r"`([\w/]+)`", table)}
    assert {name for name in modules if not name.startswith("__")} <= named
    for name in named:
        assert (package / f"{name}.py").is_file() or (package / name).is_dir(), name
