"""Shows the site while it is being written: builds, serves on this machine, watches, reloads."""

from __future__ import annotations

import http.server
import mimetypes
import posixpath
import tempfile
import threading
from collections.abc import Callable, Sequence
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from errbook import config, project
from errbook.diagnostics import Diagnostic
from errbook.site import build
from errbook.site.inputs import Inputs

WAIT = 25.0
"""Seconds after which a waiting browser is told to ask again."""
SETTLE = 0.15
"""Seconds without another change before a build begins: editors write a file in several steps."""
RELOAD_PATH = "/.errbook/reload"

_SCRIPT = f"""<script>(function poll(version) {{
  fetch("{RELOAD_PATH}?" + version).then(function (answer) {{ return answer.text(); }})
    .then(function (now) {{ if (version && now !== version) location.reload(); else poll(now); }})
    .catch(function () {{ setTimeout(poll, 1000, version); }});
}})("");</script>"""

Echo = Callable[[str], None]
Show = Callable[[Sequence[Diagnostic]], None]


class _Version:
    """The number of the last good build, which browsers wait for."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._number = 1

    def next(self) -> None:
        with self._condition:
            self._number += 1
            self._condition.notify_all()

    def after(self, known: str) -> str:
        """The number, as soon as it is another than the known one, or when the wait is over."""
        with self._condition:
            self._condition.wait_for(lambda: str(self._number) != known, WAIT)
            return str(self._number)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    site: Path
    version: _Version

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == RELOAD_PATH:
            self._send(HTTPStatus.OK, "text/plain", self.version.after(parts.query).encode())
            return
        path = self._file(parts.path)
        if path is not None and path.is_dir() and not parts.path.endswith("/"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", f"{parts.path}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if path is not None and path.is_dir():
            path = path / "index.html"
        status = HTTPStatus.OK
        if path is None or not path.is_file():
            status, path = HTTPStatus.NOT_FOUND, self.site / "404.html"
        content = path.read_bytes() if path.is_file() else b"not found"
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        if kind == "text/html":
            content = content.replace(b"</body>", f"{_SCRIPT}</body>".encode())
        self._send(status, kind, content)

    do_HEAD = do_GET

    def _file(self, path: str) -> Path | None:
        """The file or folder a path names, or None when it leads out of the site."""
        clean = posixpath.normpath(unquote(path)).lstrip("/")
        if clean.startswith("..") or "\x00" in clean:
            return None
        found = (self.site / clean).resolve()
        return found if found.is_relative_to(self.site.resolve()) else None

    def _send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        charset = "; charset=utf-8" if kind.startswith("text/") else ""
        self.send_header("Content-Type", f"{kind}{charset}")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not worth a line; builds are."""


class _Changes(FileSystemEventHandler):
    def __init__(self) -> None:
        self.happened = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type in ("modified", "created", "deleted", "moved"):
            self.happened.set()


def serve(
    path: Path,
    host: str,
    port: int,
    builder: str,
    echo: Echo,
    show: Show,
    stop: threading.Event | None = None,
) -> None:
    """Build and serve until interrupted.

    Args:
        path: The project's configuration file.
        host: The address to listen on.
        port: The port; 0 for a free one.
        builder: The builder to use, or empty for the configured one.
        echo: Prints a line.
        show: Prints diagnostics.
        stop: Ends the server when it is set; without it only an interrupt does.

    Raises:
        OSError: The address is taken or not allowed.
    """
    version, changes = _Version(), _Changes()
    stop = stop or threading.Event()
    with tempfile.TemporaryDirectory(prefix="errbook-") as folder:
        site = Path(folder)
        handler = type("Handler", (_Handler,), {"site": site, "version": version})
        with http.server.ThreadingHTTPServer((host, port), handler) as server:
            server.daemon_threads = True
            address = f"http://{host}:{server.server_address[1]}/"
            _rebuild(path, site, address, builder, echo, show)
            observer = _watch(path, changes)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            echo(f"Serving {address} (Ctrl+C ends it)")
            try:
                while not stop.is_set():
                    if not changes.happened.wait(0.5):
                        continue
                    while changes.happened.is_set():
                        changes.happened.clear()
                        changes.happened.wait(SETTLE)
                    if _rebuild(path, site, address, builder, echo, show):
                        version.next()
            except KeyboardInterrupt:
                echo("")
            finally:
                observer.stop()
                server.shutdown()


def _watch(path: Path, changes: _Changes) -> BaseObserver:
    observer = Observer()
    loaded, _ = project.load(path.parent, path.name)
    folders = {path.parent.resolve(): False}
    if loaded is not None:
        settings = loaded.settings
        for folder in (settings.source, settings.translations, settings.pages):
            if folder.is_dir():
                folders[folder.resolve()] = True
    for folder, deep in folders.items():
        observer.schedule(changes, str(folder), recursive=deep)
    observer.start()
    return observer


def _rebuild(path: Path, site: Path, address: str, builder: str, echo: Echo, show: Show) -> bool:
    """Build once; a mistake is shown, and the last good site stays."""
    settings, found = config.load(path.parent, path.name)
    inputs = Inputs(settings) if settings else None
    loaded, found = project.load(path.parent, path.name) if settings else (None, found)
    if loaded is None:
        show(found)
        return False
    if loaded.source_is_broken:
        show(loaded.source_findings)
        echo("Not built; the last good site stays.")
        return False
    built = build.build(loaded, site_dir=site, site_url=address, builder=builder, inputs=inputs)
    if not built.ok:
        show(built.failures)
        return False
    echo(f"Built {built.pages} pages in {len(built.coverage)} locales.")
    return True
