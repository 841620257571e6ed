"""Locales that are built on many machines are the site that one build makes, to the byte."""

from __future__ import annotations

import json
import platform
import re
import shlex
import shutil
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import LOCALES, ROOT, SHOP, copy_project, errbook, once
from errbook import storage
from reading import Site, tree


@pytest.fixture(scope="session")
def machines(common: Path) -> dict[str, Path]:
    """The shard of each locale, each built in a checkout of its own in another place."""

    def make(folder: Path) -> None:
        for tag in LOCALES:
            checkout = copy_project(SHOP, folder / tag / "checkout")
            done = errbook(checkout, "build", "--locale", tag, "--out", "../shard")
            assert done.returncode == 0, done.stderr
            assert not (checkout / "site").exists()

    folder = once(common / "machines", make)
    return {tag: folder / tag / "shard" for tag in LOCALES}


@pytest.fixture
def shards(machines: Mapping[str, Path], tmp_path: Path) -> dict[str, Path]:
    """Copies of the shards, as they arrive on the machine that merges: with other times."""
    copies = {tag: tmp_path / "shards" / tag for tag in machines}
    for tag, folder in machines.items():
        shutil.copytree(folder, copies[tag], copy_function=shutil.copyfile)
    return copies


def test_shards_merge_into_the_bytes_of_one_build(
    shop_dir: Path, shop_site: Site, shards: Mapping[str, Path]
) -> None:
    wanted = tree(shop_site.folder)
    done = errbook(shop_dir, "merge", *map(str, shards.values()))
    assert (done.returncode, tree(shop_dir / "site")) == (0, wanted)
    # Merged again, in another order, nothing is written; and a build finds all as it made it.
    again = errbook(shop_dir, "merge", *map(str, reversed(shards.values())))
    assert "(0 files written, 0 deleted," in again.stdout
    assert "(0 files written, 0 deleted," in errbook(shop_dir, "build").stdout


def test_a_shard_may_have_several_locales(
    shop_dir: Path, tmp_path: Path, shop_site: Site, shards: Mapping[str, Path]
) -> None:
    two = [part for tag in LOCALES[:2] for part in ("--locale", tag)]
    assert errbook(shop_dir, "build", *two, "--out", str(tmp_path / "two")).returncode == 0
    rest = [str(shards[tag]) for tag in LOCALES[2:]]
    done = errbook(shop_dir, "merge", str(tmp_path / "two"), *rest)
    assert (done.returncode, tree(shop_dir / "site")) == (0, tree(shop_site.folder))


Harm = Callable[[Path, dict[str, Path]], None]
FRENCH = "fr-FR/errors/shop001/index.html"


def _edit_source(project: Path, shards: dict[str, Path]) -> None:
    path = project / "source/errors/till.yml"
    path.write_text(path.read_text("utf-8").replace("is stuck", "sticks"), encoding="utf-8")


def _edit_french(project: Path, shards: dict[str, Path]) -> None:
    path = project / "locales/fr-FR/till.po"
    path.write_text(path.read_text("utf-8").replace("coincé", "bloqué"), encoding="utf-8")


def _edit_page(project: Path, shards: dict[str, Path]) -> None:
    path = shards["fr-FR"] / "site" / FRENCH
    path.write_text(path.read_text("utf-8").replace("<body", "<body data-x"), encoding="utf-8")


def _cut_result(project: Path, shards: dict[str, Path]) -> None:
    path = shards["fr-FR"] / "results/fr-FR/result.json"
    path.write_bytes(path.read_bytes()[:-9])


def _escape(project: Path, shards: dict[str, Path]) -> None:
    """A shard that asks for files outside of it is damaged like any other."""
    path = shards["fr-FR"] / "results/fr-FR/files.json"
    path.write_bytes(path.read_bytes().replace(b'"fr-FR/404.html"', b'"../../../secret"'))


def _name_another(project: Path, shards: dict[str, Path]) -> None:
    """The digest of the result is right: it was made so."""
    path = shards["fr-FR"] / "results/fr-FR/result.json"
    storage.write_data(path, {**storage.read_data(path), "tag": "../fr-FR"})


def _edit_configuration(project: Path, shards: dict[str, Path]) -> None:
    path = project / "mkdocs.yml"
    path.write_text(path.read_text("utf-8").replace("site_name: ", "site_name: New "), "utf-8")


def _of(others: Mapping[str, str]) -> Harm:
    """The French shard was made from something else in part."""

    def change(project: Path, shards: dict[str, Path]) -> None:
        path = shards["fr-FR"] / "results/fr-FR/parts.json"
        storage.write_data(path, {**storage.read_data(path), **others})

    return change


def _mark_another(project: Path, shards: dict[str, Path]) -> None:
    path = shards["fr-FR"] / "results/fr-FR/result.json"
    storage.write_data(path, {**storage.read_data(path), "mark": "0" * 40})


HARMS: dict[str, tuple[Harm, str]] = {
    "a locale is missing": (
        lambda project, shards: shards.pop("fr-FR") and None,
        "no shard has fr-FR",
    ),
    "a locale is there twice": (
        lambda project, shards: shards.update(more=shards["fr-FR"]),
        "fr-FR is in",
    ),
    "an empty folder": (
        lambda project, shards: shutil.rmtree(shards["fr-FR"] / "results"),
        "no locale is in it",
    ),
    "another source": (
        _edit_source,
        "fr-FR was built from something else: other contents of source/\n",
    ),
    "another translation": (
        _edit_french,
        "fr-FR was built from something else: other contents of locales/fr-FR/*.po\n",
    ),
    "another configuration": (
        _edit_configuration,
        "ar was built from something else: other contents of the configuration\n",
    ),
    "other versions": (
        _of({"mkdocs": "1.5.3", "Python": "3.99.0", "nowhere": "0.9"}),
        f"fr-FR was built from something else: Python 3.99.0 there, {platform.python_version()}"
        f" here; mkdocs 1.5.3 there, {version('mkdocs')} here; nowhere 0.9 there, none here\n",
    ),
    "other options": (
        _of({"--engine": "full", "--site-url": "https://example.org/"}),
        "fr-FR was built from something else: --engine full there, stamp here;"
        " --site-url https://example.org/ there, none here\n",
    ),
    "another folder": (
        _of({"страницы/": "0" * 40}),
        "fr-FR was built from something else: other contents of страницы/\n",
    ),
    "what nobody can read": (
        _of({"\x1b[2J": "1", "mkdocs": "1\n2", "sub\u202eject": "1"}),
        "fr-FR was built from something else: something that errbook does not know of;"
        " something that errbook does not know of; something that errbook does not know of\n",
    ),
    "a result of something else than it says": (
        _mark_another,
        "fr-FR was built from something else than it says\n",
    ),
    "nothing says of what it was made": (
        lambda project, shards: (shards["fr-FR"] / "results/fr-FR/parts.json").unlink(),
        "parts.json",
    ),
    "a page was changed": (_edit_page, "its files are not those that were made"),
    "a page is gone": (
        lambda project, shards: (shards["fr-FR"] / "site" / FRENCH).unlink(),
        FRENCH,
    ),
    "the result is cut": (_cut_result, "is damaged"),
    "the files lead out of the shard": (_escape, "is damaged"),
    "the result leads out of the shard": (_name_another, "it is of another locale than fr-FR"),
    "a locale of another project": (
        lambda project, shards: (
            (shards["fr-FR"] / "results/fr-FR").rename(shards["fr-FR"] / "results/fr-CA") and None
        ),
        "fr-CA is no locale of this project",
    ),
}
"""What happens to the shards or the checkout, and what merge says then."""


@pytest.mark.parametrize("name", HARMS)
def test_merge_refuses_what_would_make_another_site(
    shop_dir: Path, shards: dict[str, Path], name: str
) -> None:
    harm, says = HARMS[name]
    harm(shop_dir, shards)
    done = errbook(shop_dir, "merge", *map(str, shards.values()))
    assert (done.returncode, done.stdout) == (1, "")
    assert "EB505" in done.stderr
    assert says in done.stderr
    assert done.stderr.endswith("Nothing was published; the site is as it was.\n")
    assert not (shop_dir / "site").exists()


def test_a_shard_that_names_other_files_writes_none(
    shop_dir: Path, shards: dict[str, Path]
) -> None:
    """Its digest is right: it was made so."""
    path = shards["fr-FR"] / "results/fr-FR/files.json"
    (shards["fr-FR"] / "site/../../stolen").resolve().write_text("new", "utf-8")
    storage.write_data(path, ["../../stolen", *storage.read_data(path)])
    done = errbook(shop_dir, "merge", *map(str, shards.values()))
    assert done.returncode == 1
    assert "../../stolen is no file of fr-FR" in done.stderr
    assert not [*shop_dir.rglob("stolen")]


KEPT = ("result.json", "files.json", "anchors.json", "parts.json")
OTHERS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 10**20)
    | st.floats()
    | st.text()
    | st.sampled_from(["\ud800", "fr-FR", "pages", "till001", "stale", "EB302", "EB000", "..\0"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "fr-FR/", "missing", ""]), inner, max_size=2)
    ),
    max_leaves=4,
)
"""Values that may stand where errbook wrote others."""


def _places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where values stand in JSON; of a list or table of many, the first and the last."""
    yield place
    if isinstance(data, dict | list) and data:
        names: list[Any] = list(data) if isinstance(data, dict) else list(range(len(data)))
        for name in names if len(names) < 40 else (names[0], names[-1]):
            yield from _places(data[name], (*place, name))


def _with(data: Any, place: tuple[Any, ...], value: object) -> Any:
    """JSON with another value at a place."""
    if not place:
        return value
    copied = data.copy()
    copied[place[0]] = _with(data[place[0]], place[1:], value)
    return copied


def test_a_value_of_another_kind_is_found_before_anything_is_made_of_it(
    shop_dir: Path, shards: dict[str, Path]
) -> None:
    """Whatever stands in its place, and wherever; its digest is right."""
    kept = shards["fr-FR"] / "results/fr-FR"
    wanted = {name: storage.read_data(kept / name) for name in KEPT}
    everywhere = [(name, place) for name in KEPT for place in _places(wanted[name])]
    assert len(everywhere) > 200

    @settings(max_examples=100)
    @given(st.sampled_from(everywhere), OTHERS)
    def law(at: tuple[str, tuple[Any, ...]], value: object) -> None:
        name, place = at
        written = json.dumps(_with(wanted[name], place, value)).encode()
        storage.write_checked(kept / name, written)
        done = errbook(shop_dir, "merge", *map(str, shards.values()))
        storage.write_data(kept / name, wanted[name])
        if done.returncode:
            assert (done.returncode, done.stdout) == (1, "")
            assert re.search(r" EB\d{3} ", done.stderr)
            assert "Nothing was published; the site is as it was." in done.stderr

    law()


@pytest.mark.parametrize(
    ("name", "place", "value"),
    [
        ("result.json", ("names", "till001"), 1),
        ("result.json", ("urls",), "pages"),
        ("result.json", ("pages",), "12"),
        ("result.json", ("part",), {"title": "Shop"}),
        ("result.json", ("contents", "files"), None),
        ("result.json", ("leaving",), [["a"]]),
        ("result.json", ("tallies", 0, "states"), []),
        ("parts.json", ("mkdocs",), 1.6),
        ("parts.json", (), ["mkdocs"]),
        ("files.json", (), {"fr-FR/404.html": 1}),
        ("files.json", (0,), 404),
    ],
)
def test_the_file_with_the_value_is_named(
    shop_dir: Path, shards: dict[str, Path], name: str, place: tuple[Any, ...], value: object
) -> None:
    path = shards["fr-FR"] / "results/fr-FR" / name
    storage.write_data(path, _with(storage.read_data(path), place, value))
    done = errbook(shop_dir, "merge", *map(str, shards.values()))
    assert done.returncode == 1
    assert "EB505" in done.stderr
    assert f"results/fr-FR/{name}" in done.stderr
    assert "Build it again from the same commit" in done.stderr


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("names",), {}),
        (("titles",), {"shop": "Boutique"}),
        (("tallies",), []),
        (("tallies", 0, "name"), "docs"),
        (("tallies", 0, "open"), [[10_000, "stale", 1, True]]),
    ],
)
def test_a_shard_that_speaks_of_other_entries_and_texts_is_refused(
    shop_dir: Path, shards: dict[str, Path], place: tuple[Any, ...], value: object
) -> None:
    path = shards["fr-FR"] / "results/fr-FR/result.json"
    storage.write_data(path, _with(storage.read_data(path), place, value))
    done = errbook(shop_dir, "merge", *map(str, shards.values()))
    assert done.returncode == 1
    assert "is of other entries and texts than the project has" in done.stderr


def test_what_else_is_in_a_shard_stays_there(shop_dir: Path, shards: dict[str, Path]) -> None:
    """A file manager leaves its files everywhere."""
    for folder in ("", "fr-FR"):
        (shards["fr-FR"] / "site" / folder / ".DS_Store").touch()
    done = errbook(shop_dir, "merge", *map(str, shards.values()))
    assert done.returncode == 0
    assert not [*(shop_dir / "site").rglob(".DS_Store")]


TAKEN = {
    "the project's folder": ("--locale", "ar", "--out", "."),
    "a folder with the site": ("--locale", "ar", "--out", "site"),
    "in the source": ("--locale", "ar", "--out", "source/shard"),
    "the locales": ("--site-dir", "locales"),
    "in the pages": ("--site-dir", "source/pages/site"),
}
"""What would be written where other files are."""


@pytest.mark.parametrize("name", TAKEN)
def test_files_of_others_are_not_replaced(shop_dir: Path, name: str) -> None:
    for path in ("site/CNAME", "results/mine.txt"):
        (shop_dir / path).parent.mkdir()
        (shop_dir / path).write_text("mine", "utf-8")
    before = tree(shop_dir)
    done = errbook(shop_dir, "build", *TAKEN[name])
    assert (done.returncode, done.stdout) == (1, "")
    assert "EB507" in done.stderr
    after = tree(shop_dir)
    assert {path: after[path] for path in before} == before
    assert all(path.startswith(".errbook/") for path in after.keys() - before.keys())


CALLS = {
    "locale without out": (["build", "--locale", "ar"], "--locale and --out belong together"),
    "out without locale": (["build", "--out", "x"], "--locale and --out belong together"),
    "unknown locale": (["build", "--locale", "xx", "--out", "x"], "the project has en-US"),
    "no shard": (["merge"], "Missing argument"),
    "no folder": (["merge", "nowhere"], "does not exist"),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_call_is_refused(shop_dir: Path, name: str) -> None:
    arguments, says = CALLS[name]
    done = errbook(shop_dir, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


# --- the workflow of the documentation ------------------------------------------------------------


def _workflow() -> dict[str, Any]:
    page = (ROOT / "source/pages/docs/publishing.md").read_text("utf-8")
    (found,) = (
        block for block in re.findall(r"```yaml\n(.*?)```", page, re.S) if "errbook merge" in block
    )
    loaded: dict[str, Any] = yaml.safe_load(found)
    return loaded


def _commands(job: Mapping[str, Any], **values: str) -> list[list[str]]:
    """What a job runs of errbook, with the matrix's values put in."""
    found = []
    for line in "\n".join(step.get("run", "") for step in job["steps"]).splitlines():
        for name, value in values.items():
            line = line.replace(f"${{{{ matrix.{name} }}}}", value)
        if line.startswith("errbook "):
            found.append(shlex.split(line)[1:])
    return found


def test_the_workflow_of_the_documentation_builds_and_merges(
    tmp_path: Path, shop_site: Site
) -> None:
    jobs = _workflow()["jobs"]
    merging = copy_project(SHOP, tmp_path / "merge")
    jobs["build"]["strategy"]["matrix"]["locale"] = list(LOCALES)
    for tag in jobs["build"]["strategy"]["matrix"]["locale"]:
        machine = copy_project(SHOP, tmp_path / tag)
        for command in _commands(jobs["build"], locale=tag):
            assert errbook(machine, *command).returncode == 0
        upload = next(s for s in jobs["build"]["steps"] if "upload-artifact" in s.get("uses", ""))
        name = upload["with"]["name"].replace("${{ matrix.locale }}", tag)
        path = upload["with"]["path"].replace("${{ matrix.locale }}", tag)
        shutil.copytree(machine / path, merging / "shards" / name)
    assert jobs["publish"]["needs"] == "build"
    for command in _commands(jobs["publish"]):
        arguments = [
            str(path) for part in command for path in (sorted(merging.glob(part)) or [part])
        ]
        assert errbook(merging, *arguments).returncode == 0
    assert tree(merging / "site") == tree(shop_site.folder)
