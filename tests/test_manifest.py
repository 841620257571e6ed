"""What was published is remembered of each part of a site, and only of what changed anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import LOCALES, copy_project, from_nothing, loaded, rebuild
from errbook import config, storage
from errbook.site import build, publish, unchanged
from errbook.site.inputs import Inputs
from errbook.site.manifest import ABOVE, Contents, Manifest, forget_gone
from errbook.site.publish import Pending
from errbook.site.unchanged import Memory
from reading import tree

PAGE = "fr-FR/errors/till001/index.html"


def manifest(folder: Path) -> Manifest:
    return Manifest.of(folder, folder / "site")


def times(folder: Path) -> dict[str, int]:
    return {path.stem: path.stat().st_mtime_ns for path in manifest(folder).folder.iterdir()}


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), "utf-8")


def without_arabic(folder: Path) -> None:
    edit(folder, "mkdocs.yml", "        ar: {required: [shop, pages]}\n", "")
    shutil.rmtree(folder / "locales/ar")


def test_every_file_of_the_site_is_of_one_part(again: Path) -> None:
    known = manifest(again)
    assert known.parts() == sorted([*LOCALES, ABOVE])
    names = [name for part in known.parts() for name in known.part(part)]
    assert sorted(names) == sorted(tree(again / "site"))
    assert known.untouched().keys() == {*LOCALES, ABOVE}


def test_only_the_manifests_of_what_changed_are_written(again: Path) -> None:
    before = times(again)
    rebuild(again)
    assert times(again) == before
    edit(again, "locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir")
    rebuild(again)
    after = times(again)
    assert {name for name in before if before[name] != after[name]} == {"fr-FR", ABOVE}


def test_the_digest_of_a_site_is_the_same_however_much_was_built(
    again: Path, tmp_path: Path
) -> None:
    edit(again, "locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir")
    some = rebuild(again)
    every = rebuild(copy_project(again, tmp_path / "fresh"))
    assert len(some.fresh) < len(every.fresh)
    assert some.published.contents == every.published.contents
    assert some.published.files == every.published.files == len(tree(again / "site"))


def test_a_locale_that_is_no_more_loses_its_files_and_its_manifest(again: Path) -> None:
    (again / "site/ar/CNAME").write_text("shop.example", "utf-8")
    without_arabic(again)
    rebuild(again)
    assert [name for name in tree(again / "site") if name.startswith("ar/")] == ["ar/CNAME"]
    assert "ar" not in manifest(again).parts()


MINE = {
    "a text": ("fr-FR/mine.txt", "mine"),
    "a page": ("fr-FR/mine/index.html", "<p>See fr-FR/assets/errbook/errbook.css</p>"),
    "data beside the entries": ("fr-FR/errors/mine.json", "{}"),
    "data beside a page": ("fr-FR/guides/pay.json", "{}"),
    "a file in a folder of the theme": ("fr-FR/assets/images/mine.svg", "<svg/>"),
    "a copy of a page": ("fr-FR/old/errors/till001/index.html", PAGE),
    "a copy beside the page": ("fr-FR/errors/till001/old.html", PAGE),
    "a copy among the pages": ("fr-FR/errors/till001-old/index.html", PAGE),
    "a copy for another page": ("fr-FR/guides/till001/index.html", PAGE),
    "beside the short links": ("e/mine.html", "mine"),
    "among the short links": ("e/mine/index.html", "mine"),
    "beside the locales": ("mine/index.html", PAGE),
}
"""Files of somebody else in the site; a path for what they hold stands for that file's content."""


@pytest.mark.parametrize("lost", [".errbook", ".errbook/published-*", ".errbook/published-*/*"])
def test_files_of_others_stay_though_nobody_knows_what_was_published(
    again: Path, lost: str
) -> None:
    site = again / "site"
    page = (site / PAGE).read_bytes()
    for name, content in MINE.values():
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_bytes(page if content == PAGE else content.encode())
    before = tree(site)
    for path in again.glob(lost):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    edit(again, "locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir")
    rebuild(again)
    assert tree(site).keys() == before.keys()
    assert all(tree(site)[name] == before[name] for name, _ in MINE.values())


def test_pages_that_are_no_more_go_though_nobody_knows_what_was_published(
    again: Path, tmp_path: Path
) -> None:
    (again / "site/fr-FR/mine.txt").write_text("mine", "utf-8")
    (again / f"site/ar/{storage.TEMPORARY}x").write_text("half", "utf-8")
    shutil.rmtree(again / ".errbook")
    text = (again / "source/errors/till.yml").read_text("utf-8")
    (again / "source/errors/till.yml").write_text(
        text.replace("TILL001", "TILL002").replace("till001", "till002"), "utf-8"
    )
    for path in again.glob("locales/*/till.po"):
        path.write_text(path.read_text("utf-8").replace("till001", "till002"), "utf-8")
    rebuild(again)
    fresh = copy_project(again, tmp_path / "fresh")
    rebuild(fresh)
    assert tree(again / "site") == {**tree(fresh / "site"), "fr-FR/mine.txt": b"mine"}


def test_a_project_that_was_never_built_deletes_nothing(again: Path) -> None:
    """The folder may have been a site of somebody else, with a locale's name for a folder."""
    shutil.rmtree(again / ".errbook")
    shutil.rmtree(again / "site")
    names = ("fr-FR/index.htm", "fr-FR/errors/old.html", "e/index.html", "index.txt")
    for name in names:
        (again / "site" / name).parent.mkdir(parents=True, exist_ok=True)
        (again / "site" / name).write_text("mine", "utf-8")
    assert rebuild(again).published.deleted == 0
    assert {name for name in names if (again / "site" / name).read_text("utf-8") == "mine"} == {
        *names
    }


def test_a_locale_that_is_no_more_loses_its_files_though_nobody_knows_them(again: Path) -> None:
    (manifest(again).folder / "ar.json").write_text("", "utf-8")
    (manifest(again).folder / "docs.json").write_text("", "utf-8")
    (again / "site/docs").mkdir()
    (again / "site/docs/mine.html").write_text("mine", "utf-8")
    without_arabic(again)
    rebuild(again)
    assert not (again / "site/ar").exists()
    assert (again / "site/docs/mine.html").exists()
    assert manifest(again).parts() == sorted({*LOCALES, ABOVE} - {"ar"})


def test_a_file_that_another_part_has_now_stays(again: Path, tmp_path: Path) -> None:
    """The page is of the locale until all locales together say how far they are, or the reverse."""
    edit(again, "mkdocs.yml", "      locales:\n", "      status_page: false\n      locales:\n")
    page = again / "source/pages/translation-status.md"
    page.write_text("# Status\n", "utf-8")
    for setting in ("false", "true", "false"):
        config_file = again / "mkdocs.yml"
        text = config_file.read_text("utf-8")
        for word in ("false", "true"):
            text = text.replace(f"status_page: {word}", f"status_page: {setting}")
        config_file.write_text(text, "utf-8")
        page.unlink(missing_ok=True)
        if setting == "false":
            page.write_text("# Status\n", "utf-8")
        rebuild(again)
        fresh = from_nothing(again, tmp_path / "fresh")
        assert tree(again / "site") == tree(fresh.folder), setting
        assert (again / "site/fr-FR/translation-status/index.html").is_file()
        shutil.rmtree(tmp_path / "fresh")


def test_a_link_to_a_locale_that_was_not_built_is_followed(again: Path) -> None:
    """To one of its pages, and to a file that is none."""
    file = again / "source/pages/guides/pay.md"
    link = '<a href="/help/{}">there</a>'
    text = file.read_text("utf-8")
    links = [link.format("ar/errors/till001/"), link.format("ar/errors/lookup.json")]
    file.write_text(f"{text}\n{links[0]}\n\n{links[1]}\n", "utf-8")
    rebuild(again)
    edit(again, "locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir")
    assert rebuild(again).fresh == ("fr-FR",)


def test_what_somebody_saw_before_another_build_is_not_believed(again: Path) -> None:
    """Another build took a locale away meanwhile; its result is still kept."""
    settings, _ = config.load(again)
    assert settings is not None
    project, inputs, seen = loaded(again), Inputs(settings), manifest(again).untouched()
    before = tree(again / "site")
    done = build.build(project, inputs=inputs, untouched=lambda: seen)
    assert (done.fresh, done.published.written) == ((), 0)
    shutil.copytree(again / "locales/ar", again / "ar")
    shutil.copy2(again / "mkdocs.yml", again / "old.yml")
    without_arabic(again)
    rebuild(again)
    shutil.copytree(again / "ar", again / "locales/ar")
    shutil.copy2(again / "old.yml", again / "mkdocs.yml")
    build.build(project, inputs=inputs, untouched=lambda: seen)
    assert tree(again / "site") == before


def test_nothing_that_was_seen_means_that_all_is_built(again: Path) -> None:
    settings, _ = config.load(again)
    assert settings is not None
    done = build.build(loaded(again), inputs=Inputs(settings), untouched=dict)
    assert set(done.fresh) == set(LOCALES)


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[" * 100_000, b"[]", b"{}", b'{"fingerprint": "inputs"}'],
)
def test_a_memory_that_is_damaged_is_none(again: Path, content: bytes) -> None:
    memory = Memory("inputs", "pages", [], rebuild(again).published.contents)
    unchanged.remember(again, again / "site", memory)
    (path,) = (again / ".errbook").glob("built-*.json")
    path.write_bytes(content)
    assert unchanged.recall(again, again / "site", "inputs") is None
    storage.write_checked(path, content)
    assert unchanged.recall(again, again / "site", "inputs") is None


HARMS: dict[str, Callable[[Path], object]] = {
    "a page is gone": lambda site: (site / PAGE).unlink(),
    "a page is another": lambda site: (site / PAGE).write_text("mine", "utf-8"),
    "a page above the locales is gone": lambda site: (site / "e/till001/index.html").unlink(),
}


@pytest.mark.parametrize("name", HARMS)
def test_a_build_is_remembered_as_long_as_its_site_is_untouched(again: Path, name: str) -> None:
    site = again / "site"
    memory = Memory("inputs", "pages", [], rebuild(again).published.contents)
    unchanged.remember(again, site, memory)
    assert unchanged.recall(again, site, "inputs") == memory
    HARMS[name](site)
    assert unchanged.recall(again, site, "inputs") is None


def test_a_build_that_is_killed_knows_what_stood_there_without_a_manifest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, site = tmp_path, tmp_path / "site"
    known = Manifest.of(root, site)
    page = '<link rel="stylesheet" href="assets/errbook/errbook.css">'
    for name in ("CNAME", "fr/index.html", "fr/same.html"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(page, "utf-8")

    def once() -> tuple[int, int]:
        folder = publish.prepare(root, ["fr"])["fr"]
        part = Pending(folder, str(site), known.part("fr"))
        part.put("fr/same.html", b"newer")
        return publish.publish(root, known, {"fr": part}, part.files.__contains__)

    def kill(part: Pending) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Pending, "move", kill)
        with pytest.raises(KeyboardInterrupt):
            once()
    assert set(known.part("fr")) == {"fr/index.html", "fr/same.html"}
    assert once() == (1, 1)
    assert tree(site) == {"CNAME": page.encode(), "fr/same.html": b"newer"}
    assert once() == (0, 0)


def known_sites(folder: Path) -> set[str]:
    return {path.name.partition("-")[2] for path in (folder / ".errbook").glob("*-*")}


def test_what_is_known_of_a_site_goes_when_its_folder_is_gone(again: Path) -> None:
    site, other = again / "site", again / "preview"
    before = known_sites(again)
    rebuild(again, site_dir=other)
    assert len(known_sites(again)) == len(before) + 1
    rebuild(again)
    assert len(known_sites(again)) == len(before) + 1
    shutil.rmtree(other)
    rebuild(again)
    assert known_sites(again) == before
    # That of the site itself is of use: what the builder made of it, and what was checked.
    shutil.rmtree(site)
    kept = {path: path.stat().st_ino for path in again.glob(".errbook/kept-*/*/quiet")}
    assert kept
    rebuild(again)
    assert {path: path.stat().st_ino for path in kept} == kept


@pytest.mark.parametrize("said", ["", "\0", "/", "."])
def test_what_is_said_of_a_folder_deletes_nothing_else(again: Path, said: str) -> None:
    before = tree(again / "site")
    (manifest(again).folder / "site").write_text(said, "utf-8")
    forget_gone(again, again / "elsewhere")
    assert tree(again / "site") == before
    assert manifest(again).parts()


def test_contents_tell_of_names_and_of_what_the_files_hold() -> None:
    one = Contents.of({"a": ("1", 5, 5), "b": ("2", 5, 5)})
    assert one == Contents.of({"b": ("2", 6, 7), "a": ("1", 8, 9)})
    for other in ({"a": ("1", 5, 5)}, {"a": ("2", 5, 5), "b": ("1", 5, 5)}):
        assert one != Contents.of(other)
    assert Contents.together({"x": one}) != Contents.together({"y": one})
    assert Contents.together({"x": one, "y": one}).files == 4
