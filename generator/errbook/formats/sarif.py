"""Diagnostics as SARIF 2.1.0, which code hosts show beside the lines of a change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from errbook import __version__
from errbook.diagnostics import RULES, Diagnostic, Severity

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.INFO: "note", Severity.WARNING: "warning", Severity.ERROR: "error"}


def write(diagnostics: Sequence[Diagnostic]) -> str:
    """Write a SARIF log with one run; only rules that found something are in it."""
    codes = sorted({found.code for found in diagnostics})
    rules = [
        {
            "id": code,
            "name": RULES[code].name,
            "shortDescription": {"text": RULES[code].name.replace("-", " ")},
            "defaultConfiguration": {"level": _LEVELS[RULES[code].severity]},
        }
        for code in codes
    ]
    driver = {
        "name": "errbook",
        "semanticVersion": __version__,
        "rules": rules,
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(found, codes.index(found.code)) for found in diagnostics],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _result(found: Diagnostic, rule_index: int) -> dict[str, Any]:
    text = f"{found.message}. {found.hint}" if found.hint else found.message
    place = {
        "artifactLocation": {"uri": quote(found.location.path)},
        "region": {"startLine": found.location.line, "startColumn": found.location.column},
    }
    return {
        "ruleId": found.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[found.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
        "properties": dict(found.subject),
    }
