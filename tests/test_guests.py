"""Sites of other people with our Markdown extension: every builder, and its preview reloading."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from conftest import ROOT

pytestmark = pytest.mark.slow

PATIENCE = 600
"""How often a preview is asked, a tenth of a second apart, before it is taken for deaf."""
GUESTS = {
    "mkdocs": ("mkdocs", "mkdocs"),
    "material": ("mkdocs", "material"),
    "properdocs": ("properdocs", "material"),
    "zensical": ("zensical", "material"),
}
"""(builder, theme) of each kind of site."""
PAGE = """# Codes

<!-- errbook: shop where="code=SHOP002" columns=code,cause -->
<!-- /errbook -->

<!-- errbook: shop where="code=SHOP001" columns=code,title locale=fr-FR -->
<!-- /errbook -->
"""
CHANGES = {
    "source/errors/shop.yml": ("counted twice", "counted three times"),
    "locales/fr-FR/shop.po": ("Carte refusée", "Carte rejetée"),
}
"""What is changed in the book's files, and to what."""


@pytest.fixture(params=GUESTS)
def guest(request: pytest.FixtureRequest, shop_dir: Path) -> tuple[str, Path]:
    """(builder, folder) of a handbook beside the project, configured as the documentation says."""
    builder, theme = GUESTS[request.param]
    if find_spec(builder) is None:
        pytest.skip(f"{builder} is not installed")
    folder = shop_dir.parent / "handbook"
    (folder / "docs").mkdir(parents=True)
    (folder / "docs/index.md").write_text(PAGE, encoding="utf-8")
    text = (ROOT / "source/pages/docs/embedding.md").read_text("utf-8")
    (config,) = re.findall(r"^```yaml\n(site_name: Handbook\n.*?)^```$", text, re.M | re.S)
    (folder / "mkdocs.yml").write_text(f"theme: {{name: {theme}}}\n{config}", encoding="utf-8")
    return builder, folder


def command(builder: str, *arguments: str) -> list[str]:
    return [str(Path(sys.executable).parent / builder), *arguments]


ENVIRONMENT = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}


def test_a_site_of_another_builder_has_the_tables(guest: tuple[str, Path]) -> None:
    builder, folder = guest
    done = subprocess.run(
        command(builder, "build", "--strict"),
        cwd=folder,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    html = (folder / "site/index.html").read_text("utf-8")
    assert html.count('<div class="errbook"') == 2
    assert '<a href="https://shop.example/help/en-US/errors/shop002/">' in html
    assert "The stock is counted twice a day." in html
    assert "Carte refusée" in html
    assert "<!-- errbook" not in html


# --- live reload ----------------------------------------------------------------------------------


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _preview(builder: str, folder: Path) -> Iterator[int]:
    """The port of a running preview."""
    port = _free_port()
    serve = command(builder, "serve", "--dev-addr", f"127.0.0.1:{port}")
    with (folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(serve, cwd=folder, env=ENVIRONMENT, stdout=log, stderr=log)
        try:
            yield port
        finally:
            process.terminate()
            process.wait()


def _page(port: int) -> str:
    """The page as the preview has it now; empty while it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/")
        return connection.getresponse().read().decode("utf-8")
    except (OSError, http.client.HTTPException):
        return ""
    finally:
        connection.close()


def _shows(port: int, words: str) -> bool:
    for _ in range(PATIENCE):
        if words in _page(port):
            return True
        time.sleep(0.1)
    return False


def test_a_preview_picks_up_the_book_s_changes(guest: tuple[str, Path]) -> None:
    builder, folder = guest
    with _preview(builder, folder) as port:
        for name, (before, after) in CHANGES.items():
            log = folder / "serve.log"
            assert _shows(port, before), log.read_text("utf-8")
            file = folder.parent / "shop" / name
            file.write_text(file.read_text("utf-8").replace(before, after), encoding="utf-8")
            assert _shows(port, after), log.read_text("utf-8")
            assert before not in _page(port)
