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

    def hear(self) -> str:
        return self.said.get(timeout=PATIENCE)

    def units(self, url: str) -> dict[str, Any]:
        """What translators see beside a page."""
        found: dict[str, Any] = json.loads(self.get(UNITS + url)[2])
        return found

    def change(self, name: str, old: str, new: str) -> None:
        """Write another text into a file of the project."""
        path = self.folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")


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
            heard = [said.get(timeout=PATIENCE)]
            while not heard[-1].startswith("Serving "):
                heard.append(said.get(timeout=PATIENCE))
            address = re.fullmatch(
                r"Serving http://127\.0\.0\.1:(\d+)/\S* \(Ctrl\+C ends it\)", heard[-1]
            )
            assert address, heard
            yield Served(folder, int(address[1]), said)
        finally:
            stop.set()
            thread.join()
