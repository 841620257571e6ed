"""The preview: pages with the script that reloads them, a rebuild on every change, nothing else."""

from __future__ import annotations

import queue
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import SHOP, copy_project
from errbook import project
from errbook.site import serve
from served import STAYS, Served, served

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The shop in two locales, served on a free port."""
    folder = copy_project(SHOP, tmp_path_factory.mktemp("serve") / "shop")
    config = folder / "mkdocs.yml"
    text = re.sub(r"\n        (ar|pt-BR): .*", "", config.read_text("utf-8"))
    text = text.replace("  name: material", "  name: material\n  custom_dir: overrides")
    config.write_text(text, encoding="utf-8")
    overrides = folder / "overrides"
    overrides.mkdir()
    (overrides / "main.html").write_text('{% extends "base.html" %}', encoding="utf-8")
    for tag in ("ar", "pt-BR"):
        shutil.rmtree(folder / "locales" / tag)
    with served(folder) as running:
        yield running


def test_a_page_is_served_with_the_script_that_reloads_it(preview: Served) -> None:
    status, headers, body = preview.get("/fr-FR/errors/shop001/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert headers["Cache-Control"] == "no-store"
    assert body.count(serve.RELOAD_PATH) == 1
    assert "Carte refusée" in body


def test_the_site_in_the_project_has_no_such_script_and_is_not_touched(preview: Served) -> None:
    assert not (preview.folder / "site").exists()


@pytest.mark.parametrize(
    ("path", "status", "kind"),
    [
        ("/", 200, "text/html; charset=utf-8"),
        ("/codes.json", 200, "application/json"),
        ("/fr-FR/errors/lookup.json", 200, "application/json"),
        ("/fr-FR/assets/errbook/errbook.css", 200, "text/css; charset=utf-8"),
        ("/fr-FR/guides/receipt.svg", 200, "image/svg+xml"),
        ("/e/SHOP001/?utm=1", 200, "text/html; charset=utf-8"),
        ("/fr-FR/nowhere/", 404, "text/html; charset=utf-8"),
    ],
)
def test_a_file_is_served_with_its_type(preview: Served, path: str, status: int, kind: str) -> None:
    answer = preview.get(path)
    assert (answer[0], answer[1]["Content-Type"]) == (status, kind)


def test_a_folder_is_moved_to_its_own_address(preview: Served) -> None:
    status, headers, _ = preview.get("/fr-FR/errors")
    assert (status, headers["Location"]) == (301, "/fr-FR/errors/")


def test_a_head_has_no_body(preview: Served) -> None:
    status, headers, body = preview.get("/codes.json", "HEAD")
    assert (status, body) == (200, "")
    assert int(headers["Content-Length"]) == len(preview.get("/codes.json")[2].encode())


@pytest.mark.parametrize(
    "path",
    [
        "/../mkdocs.yml",
        "/../../../../../../etc/passwd",
        "/fr-FR/../../mkdocs.yml",
        "/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/..%2f..%2f..%2fetc%2fpasswd",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/..\\..\\mkdocs.yml",
        "/codes.json%00.html",
        "/.errbook/published.json",
    ],
)
def test_nothing_outside_of_the_site_is_served(preview: Served, path: str) -> None:
    status, _, body = preview.get(path)
    assert status == 404
    assert "root:" not in body
    assert "site_name" not in body


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200),
        ("book.localhost", 200),
        ("127.0.0.1", 200),
        ("[::1]:8000", 200),
        ("192.168.1.20:8000", 200),
        ("evil.example", 421),
        ("localhost.evil.example:8000", 421),
        ("127.0.0.1.evil.example", 421),
        ("[::1", 421),
    ],
)
def test_a_foreign_name_that_leads_here_gets_nothing(
    preview: Served, host: str, status: int
) -> None:
    answer = preview.get("/codes.json", host=host)
    assert answer[0] == status
    assert ("shop001" in answer[2]) == (status == 200)


def test_a_change_of_a_translation_is_built_and_answered(preview: Served) -> None:
    known = preview.get(serve.RELOAD_PATH)[2]
    answers: queue.Queue[str] = queue.Queue()
    waiting = threading.Thread(
        target=lambda: answers.put(preview.get(f"{serve.RELOAD_PATH}?{known}")[2])
    )
    waiting.start()
    preview.change("locales/fr-FR/shop.po", "Carte refusée", "Carte rejetée")
    preview.shown("/fr-FR/errors/shop001/", "Carte rejetée")
    waiting.join()
    assert int(answers.get()) > int(known)


def test_a_change_of_an_override_is_built(preview: Served) -> None:
    path = preview.folder / "overrides/main.html"
    note = "{% block announce %}Closed on Sunday{% endblock %}"
    path.write_text(f"{path.read_text('utf-8')}{note}", "utf-8")
    preview.shown("/fr-FR/errors/shop001/", "Closed on Sunday")


def test_a_file_that_vanishes_while_the_site_is_built_is_said(
    preview: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor replaces a picture between the reading of the project and the build."""
    picture = preview.folder / "source/pages/guides/receipt.svg"
    content, load = picture.read_bytes(), project.load

    def late(*arguments: Any) -> Any:
        found = load(*arguments)
        picture.unlink(missing_ok=True)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(project, "load", late)
        preview.change("locales/fr-FR/till.po", "Le tiroir", "Le gros tiroir")
        assert "EB006" in preview.hear_until(STAYS)
    picture.write_bytes(content)
    preview.shown("/fr-FR/errors/till001/", "Le gros tiroir")


def test_a_mistake_is_said_and_the_last_good_site_stays(preview: Served) -> None:
    page, catalog = "/en-US/errors/till001/", "source/errors/till.yml"
    before = preview.get(page)[2]
    preview.change(catalog, "fix: Pull harder.", "fixx: Pull harder.")
    assert "EB108 EB106" in preview.hear_until(STAYS)
    assert preview.get(page)[2] == before
    preview.change(catalog, "fixx: Pull harder.", "fix: Pull it.")
    preview.shown(page, "Pull it.")


def test_what_is_kept_of_a_site_that_was_served_goes_with_it(shop_dir: Path) -> None:
    """Each preview has a folder of its own, which no later build could go on from."""
    with served(shop_dir) as running:
        assert running.get("/fr-FR/")[0] == 200
        assert len([*shop_dir.glob(".errbook/published-*")]) == 1
    assert not [*shop_dir.glob(".errbook/published-*"), *shop_dir.glob(".errbook/kept-*")]
    assert (shop_dir / ".errbook/book.json").exists()
