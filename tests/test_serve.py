"""The preview: pages with the script that reloads them, a rebuild on every change, nothing else."""

from __future__ import annotations

import http.client
import queue
import re
import shutil
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import SHOP, copy_project
from errbook.diagnostics import Diagnostic
from errbook.site import serve

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("serve")]

PATIENCE = 60
"""Seconds after which the server is taken for dead; no test waits for them."""


@dataclass(frozen=True)
class Preview:
    """A running server."""

    folder: Path
    port: int
    said: queue.Queue[str]

    def get(self, path: str, method: str = "GET") -> tuple[int, dict[str, str], str]:
        """(status, headers, body) of one answer; the path is sent as it is written."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host=False)
            connection.endheaders()
            answer = connection.getresponse()
            return (
                answer.status,
                dict(answer.getheaders()),
                answer.read().decode("utf-8", "replace"),
            )
        finally:
            connection.close()

    def hear(self) -> str:
        return self.said.get(timeout=PATIENCE)


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """The shop in two locales, served on a free port."""
    folder = copy_project(SHOP, tmp_path_factory.mktemp("serve") / "shop")
    config = folder / "mkdocs.yml"
    text = re.sub(r"\n        (ar|pt-BR): .*", "", config.read_text("utf-8"))
    config.write_text(text, encoding="utf-8")
    for tag in ("ar", "pt-BR"):
        shutil.rmtree(folder / "locales" / tag)
    said: queue.Queue[str] = queue.Queue()
    stop = threading.Event()

    def show(found: Sequence[Diagnostic]) -> None:
        said.put(" ".join(finding.code for finding in found))

    thread = threading.Thread(
        target=serve.serve, args=(config, "127.0.0.1", 0, "", said.put, show, stop)
    )
    thread.start()
    try:
        built, serving = said.get(timeout=PATIENCE), said.get(timeout=PATIENCE)
        assert re.fullmatch(r"Built \d+ pages in 2 locales\.", built)
        address = re.fullmatch(r"Serving http://127\.0\.0\.1:(\d+)/ \(Ctrl\+C ends it\)", serving)
        assert address, serving
        yield Preview(folder, int(address[1]), said)
    finally:
        stop.set()
        thread.join()


def test_a_page_is_served_with_the_script_that_reloads_it(preview: Preview) -> None:
    status, headers, body = preview.get("/fr-FR/errors/shop001/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert headers["Cache-Control"] == "no-store"
    assert body.count(serve.RELOAD_PATH) == 1
    assert "Carte refusée" in body


def test_the_site_in_the_project_has_no_such_script_and_is_not_touched(preview: Preview) -> None:
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
def test_a_file_is_served_with_its_type(
    preview: Preview, path: str, status: int, kind: str
) -> None:
    answer = preview.get(path)
    assert (answer[0], answer[1]["Content-Type"]) == (status, kind)


def test_a_folder_is_moved_to_its_own_address(preview: Preview) -> None:
    status, headers, _ = preview.get("/fr-FR/errors")
    assert (status, headers["Location"]) == (301, "/fr-FR/errors/")


def test_a_head_has_no_body(preview: Preview) -> None:
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
def test_nothing_outside_of_the_site_is_served(preview: Preview, path: str) -> None:
    status, _, body = preview.get(path)
    assert status == 404
    assert "root:" not in body
    assert "site_name" not in body


def test_a_change_of_a_translation_is_built_and_answered(preview: Preview) -> None:
    known = preview.get(serve.RELOAD_PATH)[2]
    answers: queue.Queue[str] = queue.Queue()
    waiting = threading.Thread(
        target=lambda: answers.put(preview.get(f"{serve.RELOAD_PATH}?{known}")[2])
    )
    waiting.start()
    path = preview.folder / "locales/fr-FR/shop.po"
    path.write_text(path.read_text("utf-8").replace("Carte refusée", "Carte rejetée"), "utf-8")
    assert preview.hear().startswith("Built ")
    waiting.join()
    assert answers.get() == str(int(known) + 1)
    assert "Carte rejetée" in preview.get("/fr-FR/errors/shop001/")[2]


def test_a_mistake_is_said_and_the_last_good_site_stays(preview: Preview) -> None:
    path = preview.folder / "source/errors/till.yml"
    good = path.read_text("utf-8")
    before = preview.get("/en-US/errors/till001/")[2]
    path.write_text(good.replace("fix: Pull harder.", "fixx: Pull harder."), "utf-8")
    assert preview.hear() == "EB108 EB106"
    assert preview.hear() == "Not built; the last good site stays."
    assert preview.get("/en-US/errors/till001/")[2] == before
    path.write_text(good.replace("Pull harder.", "Pull it."), "utf-8")
    assert preview.hear().startswith("Built ")
    assert "Pull it." in preview.get("/en-US/errors/till001/")[2]
