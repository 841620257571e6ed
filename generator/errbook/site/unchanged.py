"""Knows whether anything changed since the last build: then there is nothing to do."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import yaml

from errbook import __version__, config, storage
from errbook.config import Settings, Tagged
from errbook.diagnostics import Diagnostic, Location, Severity
from errbook.site import publish

_DISTRIBUTIONS = (
    "mkdocs",
    "mkdocs-material",
    "markdown",
    "pymdown-extensions",
    "jinja2",
    "babel",
    "markdown-it-py",
    "mdit-py-plugins",
    "pygments",
    "properdocs",
    "zensical",
    "jieba",
)
"""What takes part in a build; another version may make other pages."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a build that was published."""

    fingerprint: str
    """Of everything that it was made from."""
    summary: dict[str, Any]
    """What the command said of it."""
    findings: list[Diagnostic]


def fingerprint(settings: Settings, options: Iterable[str]) -> str:
    """A digest of everything a build depends on.

    Args:
        settings: The configuration.
        options: The build's own options, as texts.
    """
    digest = hashlib.blake2b(digest_size=20)
    for part in _parts(settings, options):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _parts(settings: Settings, options: Iterable[str]) -> Iterator[bytes]:
    yield f"{__version__} {sys.version} {list(options)}".encode()
    for name in _DISTRIBUTIONS:
        try:
            yield f"{name} {metadata.version(name)}".encode()
        except metadata.PackageNotFoundError:
            continue
    yield config.dump(settings.mkdocs).encode("utf-8", "surrogateescape")
    yield "\n".join(f"{name}={os.environ.get(name)}" for name in _variables(settings)).encode()
    for folder in _folders(settings):
        for path in _files(folder):
            yield os.fspath(path).encode("utf-8", "surrogateescape")
            yield path.read_bytes()


def _folders(settings: Settings) -> Iterator[Path]:
    """Where the input is: the project's own folders and files, and this package."""
    yield Path(str(resources.files("errbook")))
    yield from (settings.source, settings.translations, settings.pages)
    theme = settings.mkdocs.get("theme")
    custom = theme.get("custom_dir") if isinstance(theme, dict) else None
    hooks = settings.mkdocs.get("hooks") or []
    for name in [custom, *(hooks if isinstance(hooks, list) else [])]:
        if name:
            yield settings.root / str(name)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _variables(settings: Settings) -> list[str]:
    """The names of the environment variables that the configuration reads."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, Tagged):
            node = value.node
            items = node.value if isinstance(node, yaml.SequenceNode) else [node]
            found.update(str(item.value) for item in items if isinstance(item, yaml.ScalarNode))
        elif isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(dict(settings.mkdocs))
    return sorted(found)


# --- memory --------------------------------------------------------------------------------------


def _path(root: Path, site: Path) -> Path:
    manifest = publish.manifest_path(root, site)
    return manifest.with_name(manifest.name.replace("published-", "built-"))


def remember(root: Path, site: Path, memory: Memory) -> None:
    """Keep what a published build was made from."""
    data = {
        "fingerprint": memory.fingerprint,
        "summary": memory.summary,
        "findings": [asdict(finding) for finding in memory.findings],
    }
    storage.write(_path(root, site), json.dumps(data, ensure_ascii=False))


def forget(root: Path, site: Path) -> None:
    """Drop the memory: a build begins, and may be killed before it ends."""
    _path(root, site).unlink(missing_ok=True)


def recall(root: Path, site: Path, wanted: str) -> Memory | None:
    """The last build, when it was made from the same and every file of it is untouched.

    Anything that is damaged or foreign counts as a change.
    """
    try:
        data = json.loads(_path(root, site).read_text(encoding="utf-8"))
        if data["fingerprint"] != wanted:
            return None
        findings = [_diagnostic(item) for item in data["findings"]]
        memory = Memory(wanted, dict(data["summary"]), findings)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    known = publish.read_manifest(root, site)
    return memory if known and _untouched(site, known) else None


def _diagnostic(item: dict[str, Any]) -> Diagnostic:
    place = item["location"]
    return Diagnostic(
        str(item["code"]),
        Location(str(place["path"]), int(place["line"]), int(place["column"])),
        str(item["message"]),
        str(item["hint"]),
        Severity(item["severity"]),
        str(item["line_text"]),
        tuple((str(key), str(value)) for key, value in item["subject"]),
    )


def _untouched(site: Path, known: dict[str, publish.Known]) -> bool:
    folder = os.fspath(site)
    try:
        for name, (_, size, changed) in known.items():
            stat = os.stat(f"{folder}/{name}")
            if stat.st_size != size or stat.st_mtime_ns != changed:
                return False
    except OSError:
        return False
    return True
