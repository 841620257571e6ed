"""A project that is served on a free port of this machine, and asked as a browser asks."""

from __future__ import annotations

import http.client
import json
import queue
import re
import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errbook.config import Preview
from errbook.diagnostics import Diagnostic
from errbook.site import serve
from errbook.site.preview import UNITS

PATIENCE = 60
"""Seconds after which the server is taken for dead; no test waits for them."""
STAYS = "Not built; the last good site stays."


@dataclass(frozen=True)
class Served:
    """A running server."""

    folder: Path
    port: int
    said: queue.Queue[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def get(
        self, path: str, method: str = "GET", host: str = ""
    ) -> tuple[int, dict[str, str], str]:
        """(status, headers, body) of one answer; the path is sent as it is written.

        Args:
            path: What is asked for.
            method: How.
            host: The name that the machine is asked by, if not by its address.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(method, path, skip_host=bool(host))
            if host:
                connection.putheader("Host", host)
            connection.endheaders()
            answer = connection.getresponse()
            return (
                answer.status,
                dict(answer.getheaders()),
                answer.read().decode("utf-8", "replace"),
            )
        finally:
            connection.close()

    def hear_until(self, beginning: str) -> list[str]:
        """What the server says up to a line that begins with some words, that line included.

        One change may be noticed twice, and is built twice then; readers cannot tell.
        """
        heard = [self.said.get(timeout=PATIENCE)]
        while not heard[-1].startswith(beginning):
            heard.append(self.said.get(timeout=PATIENCE))
        return heard

    def shown(self, path: str, words: str) -> str:
        """A page's HTML after the build that brought some words into it."""
        html = ""
        while words not in html:
            self.hear_until("Built ")
            html = self.get(path)[2]
        return html

    def units(self, url: str) -> dict[str, Any]:
        """What translators see beside a page."""
        found: dict[str, Any] = json.loads(self.get(UNITS + url)[2])
        return found

    def change(self, name: str, old: str, new: str) -> None:
        """Give a file of the project another text, at once: no build reads half of it."""
        path = self.folder / name
        text = path.read_text("utf-8")
        assert old in text
        # Beside the project, where nothing is watched.
        written = self.folder.with_name(f"{self.folder.name}.written")
        written.write_text(text.replace(old, new), "utf-8")
        written.replace(path)


@contextmanager
def served(folder: Path, translators: Preview | None = None) -> Iterator[Served]:
    """Serve the project in a folder until the block ends."""
    said: queue.Queue[str] = queue.Queue()
    stop = threading.Event()

    def show(found: Sequence[Diagnostic]) -> None:
        said.put(" ".join(finding.code for finding in found))

    arguments = (folder / "mkdocs.yml", "127.0.0.1", 0, "", said.put, show, stop, translators)
    thread = threading.Thread(target=serve.serve, args=arguments)
    with warnings.catch_warnings():
        # The builder and its plugins run in this process; their style is theirs.
        warnings.simplefilter("ignore")
        thread.start()
        try:
            heard = Served(folder, 0, said).hear_until("Serving ")
            address = re.fullmatch(
                r"Serving http://127\.0\.0\.1:(\d+)/\S* \(Ctrl\+C ends it\)", heard[-1]
            )
            assert address, heard
            yield Served(folder, int(address[1]), said)
        finally:
            stop.set()
            thread.join()
