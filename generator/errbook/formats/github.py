"""Diagnostics as workflow commands, which GitHub Actions turns into annotations."""

from __future__ import annotations

from collections.abc import Sequence

from errbook.diagnostics import Diagnostic, Severity

_COMMANDS = {Severity.INFO: "notice", Severity.WARNING: "warning", Severity.ERROR: "error"}


def write(diagnostics: Sequence[Diagnostic]) -> str:
    """Write one command line for each diagnostic."""
    return "".join(f"{_command(found)}\n" for found in diagnostics)


def _command(found: Diagnostic) -> str:
    place = found.location
    title = _property(f"{found.code} {found.rule.name}")
    text = _data(f"{found.message}. {found.hint}" if found.hint else found.message)
    return (
        f"::{_COMMANDS[found.severity]} file={_property(place.path)},line={place.line},"
        f"col={place.column},title={title}::{text}"
    )


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
