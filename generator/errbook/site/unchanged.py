"""Knows whether anything changed since the last build: then there is nothing to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from errbook import storage
from errbook.diagnostics import Diagnostic
from errbook.site.manifest import Contents, Manifest, place


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a build that was published."""

    fingerprint: str
    """Of everything that it was made from."""
    summary: str
    """What the command said of it."""
    findings: list[Diagnostic]
    contents: str
    """A digest of the files that were published."""


def _path(root: Path, site: Path) -> Path:
    return place(root, site, "built").with_suffix(".json")


def remember(root: Path, site: Path, memory: Memory) -> None:
    """Keep what a published build was made from."""
    data = {
        "fingerprint": memory.fingerprint,
        "summary": memory.summary,
        "findings": [finding.as_data() for finding in memory.findings],
        "contents": memory.contents,
    }
    storage.write_data(_path(root, site), data)


def forget(root: Path, site: Path) -> None:
    """Drop the memory: a build begins, and may be killed before it ends."""
    _path(root, site).unlink(missing_ok=True)


def recall(root: Path, site: Path, wanted: str) -> Memory | None:
    """The last build, when it was made from the same and every file of it is untouched.

    Anything that is damaged or foreign counts as a change.
    """
    try:
        data = storage.read_data(_path(root, site))
        if data["fingerprint"] != wanted:
            return None
        findings = [Diagnostic.from_data(item) for item in data["findings"]]
        memory = Memory(wanted, str(data["summary"]), findings, data["contents"])
    except storage.UNREADABLE:
        return None
    # Another build at the same time may have published something else.
    untouched = Manifest.of(root, site).untouched()
    found = Contents.together({name: part.contents for name, part in untouched.items()})
    return memory if found.digest == memory.contents else None
