"""Checks a locale's files; translations that the checks let pass before are not checked again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from errbook import storage
from errbook.checks import review
from errbook.diagnostics import Diagnostic
from errbook.locales import Locale
from errbook.project import Project

_QUIET = "quiet"
"""The file that says which translations the checks have nothing to say about."""


def findings(project: Project, locale: Locale, kept: Path | None, tools: str) -> list[Diagnostic]:
    """What is wrong in a locale's files.

    Args:
        project: The project.
        locale: The locale.
        kept: The folder in which is kept what was checked before, if it may be used.
        tools: A digest of what checks it.
    """
    if kept is None:
        return list(project.locale_findings(locale))
    mark = hashlib.blake2b(f"{tools} {project.terms!r}".encode(), digest_size=review.SIZE).digest()
    quiet = review.Quiet(_read(kept / _QUIET, mark))
    found = list(project.locale_findings(locale, quiet))
    storage.write_checked(kept / _QUIET, b"".join((mark, *quiet.now)))
    return found


def _read(path: Path, mark: bytes) -> frozenset[bytes]:
    """The digests that are kept; none where they are damaged, or of other checks."""
    try:
        content = storage.read_checked(path)
    except (OSError, ValueError):
        return frozenset()
    size = review.SIZE
    found = [content[start : start + size] for start in range(0, len(content), size)]
    return frozenset(found[1:]) if found[:1] == [mark] else frozenset()
