"""Diagnostics for programs, as one JSON object."""

from __future__ import annotations

import json
from collections.abc import Sequence

from errbook.diagnostics import Diagnostic, Severity

VERSION = 1
"""Version of the object's form; it grows only when a field changes its meaning or goes."""


def write(diagnostics: Sequence[Diagnostic]) -> str:
    """Write ``{"version": …, "summary": {…}, "diagnostics": […]}``."""
    counts = {
        str(severity): sum(found.severity is severity for found in diagnostics)
        for severity in sorted(Severity, reverse=True)
    }
    listed = [
        {
            "code": found.code,
            "name": found.rule.name,
            "severity": str(found.severity),
            "file": found.location.path,
            "line": found.location.line,
            "column": found.location.column,
            "message": found.message,
            "hint": found.hint,
            "subject": dict(found.subject),
        }
        for found in diagnostics
    ]
    data = {"version": VERSION, "summary": counts, "diagnostics": listed}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
