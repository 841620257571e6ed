"""Shows the site while it is being written: builds, serves on this machine, watches, reloads."""

from __future__ import annotations

import http.server
import ipaddress
import json
import mimetypes
import posixpath
import sys
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urlsplit

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from errbook import config, project
from errbook.config import Preview
from errbook.diagnostics import Diagnostic, Location, report
from errbook.project import Project
from errbook.site import build, preview, stage
from errbook.site.inputs import Inputs
from errbook.site.manifest import forget
from errbook.site.obstacles import obstacle
from errbook.site.preview import Overlay

WAIT = 25.0
"""Seconds after which a waiting browser is told to ask again."""
SETTLE = 0.15
"""Seconds without another change before a build begins: editors write a file in several steps."""
RELOAD_PATH = f"{preview.OWN}reload"

_SCRIPT = f'<script src="{RELOAD_PATH}.js" defer></script>'
_STYLE = f'<link rel="stylesheet" href="{preview.OWN}preview.css">'
_OVERLAY = f'<script src="{preview.OWN}preview.js" defer></script>'

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


@dataclass
class _Builds:
    """Builds the site again and again; the last good one stays."""

    path: Path
    site: Path
    """The folder that is served."""
    builder: str
    echo: Echo
    show: Show
    translators: Preview | None
    address: str = ""
    overlay: Overlay | None = None
    """What translators see beside the pages; None as long as nothing was built for them."""

    def has_panel(self, address: str) -> bool:
        """Whether a page, by its path, is one beside which translators see its texts."""
        tag = address.lstrip("/").partition("/")[0]
        return self.overlay is not None and self.overlay.is_translated(tag)

    def run(self) -> bool:
        """Build once.

        Returns:
            Whether browsers have something new to show: a site, or to translators why there is
            none.
        """
        settings, found = config.load(self.path.parent, self.path.name)
        if settings is None:
            return self._failed(found)
        inputs = Inputs(settings)
        folder, name, read = self.path.parent, self.path.name, inputs.books.load
        loaded, found = project.load(folder, name, self.translators, read)
        if loaded is None:
            return self._failed(found)
        hindrances = self._hindrances(loaded)
        if hindrances:
            return self._failed(hindrances)
        try:
            built = build.build(
                loaded,
                site_dir=self.site,
                site_url=self.address,
                builder=self.builder,
                # A preview's few locales are built sooner than processes are started for them.
                jobs=1 if self.translators else 0,
                inputs=inputs,
            )
        except OSError as error:
            blocked = obstacle(loaded.settings.root, error)
            if blocked is not None:
                return self._failed([blocked])
            # A file was there when the project was loaded, and an editor is just replacing it.
            shown = Location(loaded.shown(Path(error.filename or self.path)))
            message = f"it cannot be read: {error.strerror or error}"
            return self._failed([report("EB006", shown, message, "Save it once more.")])
        if not built.ok:
            return self._failed(built.failures)
        if self.translators is not None:
            damaged = preview.damaged(loaded, self.translators)
            if damaged:
                self.show(damaged)
            self.overlay = Overlay(loaded, built.findings, damaged)
        count = len(built.coverage)
        self.echo(f"Built {built.pages} pages in {count} locale{'' if count == 1 else 's'}.")
        return True

    def forget(self) -> None:
        """Delete what is kept for the next build of a folder that nobody builds into again."""
        forget(self.path.parent, self.site)

    def _hindrances(self, loaded: Project) -> Sequence[Diagnostic]:
        """Why a project is not to be built as it is now."""
        if loaded.source_is_broken:
            return loaded.source_findings
        if self.translators is None:
            return []
        absent = preview.absent(loaded, self.translators)
        # Translators want their page back rather than one without half of their file; the first
        # page there is shows what can be read.
        return absent or (preview.damaged(loaded, self.translators) if self.overlay else [])

    def _failed(self, found: Sequence[Diagnostic]) -> bool:
        """Say a mistake; the last good site stays."""
        self.show(found)
        self.echo("Not built; the last good site stays.")
        if self.overlay is None:
            return False
        self.overlay = self.overlay.with_problems(found)
        return True


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    builds: _Builds
    version: _Version
    assets: Mapping[str, bytes]
    host: str

    def do_GET(self) -> None:
        if not self._is_meant():
            self._send(HTTPStatus.MISDIRECTED_REQUEST, "text/plain", b"This is another host.\n")
            return
        parts = urlsplit(self.path)
        name = parts.path.removeprefix(preview.OWN)
        if parts.path == RELOAD_PATH:
            self._send(HTTPStatus.OK, "text/plain", self.version.after(parts.query).encode())
        elif parts.path.startswith(preview.UNITS):
            self._send_units(parts.path.removeprefix(preview.UNITS))
        elif parts.path.startswith(preview.OWN) and name in self.assets:
            self._send(HTTPStatus.OK, _kind(name), self.assets[name])
        else:
            self._send_file(parts.path)

    do_HEAD = do_GET

    def _is_meant(self) -> bool:
        """Whether the browser asked this machine by a name of its own.

        A foreign site can let its own name lead here, and would read drafts with it.
        """
        try:
            name = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
            if name in ("", "localhost", self.host) or name.endswith(".localhost"):
                return True
            return bool(ipaddress.ip_address(name))
        except ValueError:
            return False

    def _send_file(self, address: str) -> None:
        path = self._file(address)
        if path is not None and path.is_dir() and not address.endswith("/"):
            self.send_response(HTTPStatus.MOVED_PERMANENTLY)
            self.send_header("Location", f"{address}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if path is not None and path.is_dir():
            path = path / "index.html"
        status = HTTPStatus.OK
        if path is None or not path.is_file():
            status, path = HTTPStatus.NOT_FOUND, self.builds.site / "404.html"
        content = path.read_bytes() if path.is_file() else b"<body>not found</body>"
        kind = _kind(path.name)
        if kind == "text/html":
            content = self._with_scripts(address, content)
        self._send(status, kind, content)

    def _with_scripts(self, address: str, content: bytes) -> bytes:
        """A page with the script that reloads it and, in a preview, the translators' panel."""
        style, scripts = "", _SCRIPT
        if self.builds.has_panel(address):
            style, scripts = _STYLE, f"{_SCRIPT}{_OVERLAY}"
        content = content.replace(b"</head>", f"{style}</head>".encode(), 1)
        return content.replace(b"</body>", f"{scripts}</body>".encode())

    def _send_units(self, name: str) -> None:
        """What the panel shows beside one page, as JSON."""
        path, overlay = self._file(f"/{name}"), self.builds.overlay
        if path is not None and path.is_dir():
            path = path / "index.html"
        if overlay is None or path is None or not path.is_file() or not self.builds.has_panel(name):
            self._send(HTTPStatus.NOT_FOUND, "application/json", b"{}")
            return
        tag, _, url = name.partition("/")
        data = overlay.page(tag, unquote(url), path.read_text(encoding="utf-8"))
        content = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        self._send(HTTPStatus.OK, "application/json", content.encode("utf-8"))

    def _file(self, path: str) -> Path | None:
        """The file or folder a path names, or None when it leads out of the site."""
        clean = posixpath.normpath(unquote(path)).lstrip("/")
        if clean.startswith("..") or "\x00" in clean:
            return None
        found = (self.builds.site / clean).resolve()
        return found if found.is_relative_to(self.builds.site.resolve()) else None

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


def _kind(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that leaves a page gives up what it waits for: that is no mistake."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


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
    translators: Preview | None = None,
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
        translators: What is shown to translators, and how, where the site is served for them.

    Raises:
        OSError: The address is taken or not allowed.
    """
    version, changes = _Version(), _Changes()
    stop = stop or threading.Event()
    with tempfile.TemporaryDirectory(prefix="errbook-") as folder:
        builds = _Builds(path, Path(folder), builder, echo, show, translators)
        handler = type(
            "Handler",
            (_Handler,),
            {"builds": builds, "version": version, "assets": preview.assets(), "host": host},
        )
        with _Server((host, port), handler) as server:
            builds.address = f"http://{host}:{server.server_address[1]}/"
            builds.run()
            observer = _watch(path, changes)
            threading.Thread(target=server.serve_forever, daemon=True).start()
            alone = f"{translators.tags[0]}/" if translators and len(translators.tags) == 1 else ""
            echo(f"Serving {builds.address}{alone} (Ctrl+C ends it)")
            try:
                while not stop.is_set():
                    if not changes.happened.wait(0.5):
                        continue
                    while changes.happened.is_set():
                        changes.happened.clear()
                        changes.happened.wait(SETTLE)
                    if builds.run():
                        version.next()
            except KeyboardInterrupt:
                echo("")
            finally:
                observer.stop()
                server.shutdown()
                builds.forget()


def _watch(path: Path, changes: _Changes) -> BaseObserver:
    observer = Observer()
    settings, _ = config.load(path.parent, path.name)
    folders = {path.parent.resolve(): False}
    if settings is not None:
        overrides = stage.custom_dir(settings)
        for folder in (settings.source, settings.translations, settings.pages, overrides):
            if folder is not None and folder.is_dir():
                folders[folder.resolve()] = True
    for folder, deep in folders.items():
        observer.schedule(changes, str(folder), recursive=deep)
    observer.start()
    return observer
