"""The other ways to the same site: MkDocs through the plugin, and other builders."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from conftest import LOCALES, SHOP, copy_project
from reading import Site, tree

pytestmark = pytest.mark.slow


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_mkdocs_gives_the_same_site_through_the_plugin(shop_site: Site, shop_dir: Path) -> None:
    done = run(shop_dir, "mkdocs", "build")
    assert done.returncode == 0, done.stderr
    assert tree(shop_dir / "site") == tree(shop_site.folder)


def test_mkdocs_publishes_where_it_is_told_to(shop_dir: Path) -> None:
    _leave_one_locale(shop_dir)
    done = run(shop_dir, "mkdocs", "build", "--quiet", "--site-dir", "public")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert not (shop_dir / "site").exists()
    assert (shop_dir / "public/fr-FR/errors/shop001/index.html").is_file()


def _leave_one_locale(folder: Path) -> None:
    config = folder / "mkdocs.yml"
    lines = config.read_text("utf-8").splitlines(keepends=True)
    kept = [n for n in lines if not n.startswith(("        ar:", "        pt-BR:"))]
    config.write_text("".join(kept), encoding="utf-8")
    for tag in ("ar", "pt-BR"):
        shutil.rmtree(folder / "locales" / tag)


def test_mkdocs_fails_in_strict_mode_where_a_translation_is_missing(shop_dir: Path) -> None:
    (shop_dir / "locales/ar/pages.po").unlink()
    site = shop_dir / "site"
    site.mkdir()
    (site / "index.html").write_text("the last good site", encoding="utf-8")
    done = run(shop_dir, "mkdocs", "build", "--strict")
    assert done.returncode == 1
    assert (
        "locales/ar/pages.po:1:1: EB301 page:index.md#top-of-all|h1 has no translation"
        in done.stderr
    )
    assert tree(site) == {"index.html": b"the last good site"}


def test_mkdocs_names_a_mistake_in_the_source_and_leaves_the_site(shop_dir: Path) -> None:
    catalog = shop_dir / "source/errors/till.yml"
    catalog.write_text(catalog.read_text("utf-8").replace("fix: Pull", "fixx: Pull"), "utf-8")
    site = shop_dir / "site"
    site.mkdir()
    (site / "index.html").write_text("the last good site", encoding="utf-8")
    done = run(shop_dir, "mkdocs", "build")
    assert done.returncode == 1
    assert 'source/errors/till.yml:6:42: EB106 unknown key "fixx"' in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(site) == {"index.html": b"the last good site"}


def test_mkdocs_names_what_is_in_the_way_of_errbooks_own_files(shop_dir: Path) -> None:
    (shop_dir / ".errbook").write_text("mine", "utf-8")
    done = run(shop_dir, "mkdocs", "build")
    assert done.returncode == 1
    assert ".errbook:1:1: EB508 a file stands where errbook keeps a folder" in done.stderr
    assert "Traceback" not in done.stderr


def test_properdocs_gives_the_same_site_but_for_its_own_name(
    shop_site: Site, shop_dir: Path
) -> None:
    done = run(shop_dir, "errbook", "build", "--builder", "properdocs")
    assert done.returncode == 0, done.stderr

    def nameless(folder: Path) -> dict[str, bytes]:
        mark = re.compile(rb'<meta name="generator" content="[^"]*">')
        return {name: mark.sub(b"", content) for name, content in tree(folder).items()}

    assert nameless(shop_dir / "site") == nameless(shop_site.folder)


@pytest.mark.skipif(find_spec("zensical") is None, reason="zensical is not installed")
def test_zensical_gives_the_same_articles(shop_site: Site, shop_dir: Path) -> None:
    done = run(shop_dir, "errbook", "build", "--builder", "zensical")
    assert done.returncode == 0, done.stderr
    made = Site(shop_dir / "site")
    for tag in LOCALES:
        assert set(made.pages(tag)) == set(shop_site.pages(tag))
        for url in shop_site.pages(tag):
            article = made.page(f"{tag}/{url}").article
            assert _normal(article) == _normal(shop_site.page(f"{tag}/{url}").article), url


def _normal(article: str) -> list[str]:
    """An article without what zensical adds and Material takes away, one tag or text per item."""
    article = re.sub(r'<a id="__skip"[^>]*></a>', "", article)
    article = re.sub(r' data-search-exclude(="[^"]*")?', "", article)
    article = re.sub(r"\s+", " ", article)
    return [piece.strip() for piece in re.split(r"(<[^>]*>)", article) if piece.strip()]


def test_a_builder_that_is_not_installed_is_named(shop_dir: Path) -> None:
    if find_spec("zensical") is not None:
        pytest.skip("zensical is installed here")
    done = run(shop_dir, "errbook", "build", "--builder", "zensical")
    assert done.returncode == 1
    assert "EB502 zensical is not installed" in done.stderr
    assert "pip install 'errbook[zensical]'" in done.stderr
    assert not (shop_dir / "site").exists()


def test_the_fixture_project_is_never_built_in_its_own_folder() -> None:
    assert not (SHOP / "site").exists()
    assert not (SHOP / ".errbook").exists()


def test_a_configuration_of_another_name_is_built_too(tmp_path: Path) -> None:
    folder = copy_project(SHOP, tmp_path / "shop")
    _leave_one_locale(folder)
    (folder / "mkdocs.yml").rename(folder / "other.yml")
    done = run(folder, "mkdocs", "build", "--quiet", "--config-file", "other.yml")
    assert done.returncode == 0, done.stderr
    assert (folder / "site/fr-FR/index.html").is_file()
