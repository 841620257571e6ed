"""The interface's words for everything that data name by a key: severities, columns, states."""

from __future__ import annotations

from collections.abc import Mapping

from errbook.translate import State


def N_(text: str) -> str:
    """Mark a text for extraction where it is not yet said in a language."""
    return text


SEVERITY_NAMES: Mapping[str, str] = {
    "success": N_("Success"),
    "info": N_("Information"),
    "warning": N_("Warning"),
    "error": N_("Error"),
    "fatal": N_("Fatal error"),
}
STATUS_NAMES: Mapping[str, str] = {
    "active": N_("Active"),
    "deprecated": N_("Deprecated"),
    "retired": N_("Retired"),
    "reserved": N_("Reserved"),
}
CHANGE_NAMES: Mapping[str, str] = {
    "added": N_("Added"),
    "meaning": N_("Meaning changed"),
    "message": N_("Message changed"),
    "fix": N_("Fix changed"),
    "renamed": N_("Renamed"),
    "split": N_("Split"),
    "merged": N_("Merged"),
    "retired": N_("Retired"),
}
COLUMN_NAMES: Mapping[str, str] = {
    "code": N_("Code"),
    "title": N_("Title"),
    "message": N_("Message"),
    "cause": N_("Cause"),
    "fix": N_("Fix"),
    "severity": N_("Severity"),
    "category": N_("Category"),
    "platform": N_("Platform"),
    "identifiers": N_("Identifiers"),
    "since": N_("Since"),
    "status": N_("Status"),
}
STATE_NAMES: Mapping[State, str] = {
    State.MISSING: N_("not translated yet"),
    State.STALE: N_("translation out of date"),
    State.FUZZY: N_("translation not reviewed yet"),
    State.BLOCKED: N_("translation damaged"),
    # A fallback of a unit that is translated comes from a shared text in another state.
    State.OK: N_("not translated yet"),
    State.COSMETIC: N_("not translated yet"),
}
ADMONITION_TITLES: Mapping[str, str] = {
    "note": N_("Note"),
    "abstract": N_("Summary"),
    "info": N_("Information"),
    "tip": N_("Tip"),
    "success": N_("Success"),
    "question": N_("Question"),
    "warning": N_("Warning"),
    "failure": N_("Failure"),
    "danger": N_("Danger"),
    "bug": N_("Bug"),
    "example": N_("Example"),
    "quote": N_("Quote"),
}
"""What the builder calls an admonition without a title; it knows English only."""
LOG_WORDS: Mapping[str, str] = {
    "reading": N_("Reading…"),
    "none": N_("It mentions no documented error."),
    "pasted": N_("Pasted text"),
    "line": N_("Line %(number)s"),
    "cut": N_("Only the first %(size)s were read."),
    "unreadable": N_("%(name)s could not be read."),
    "broken": N_("The list of errors could not be loaded. Load this page again."),
    "private": N_("not in the link"),
    "shared": N_("This was found in a log that is not in the link."),
    "copied": N_("Link copied."),
}
"""What the page for logs says while it works."""
PLATFORM_NAMES: Mapping[str, str] = {
    "windows": "Windows",
    "linux": "Linux",
    "macos": "macOS",
    "ios": "iOS",
    "ipados": "iPadOS",
    "android": "Android",
    "freebsd": "FreeBSD",
}


def platform_name(name: str) -> str:
    """A platform's proper name, as in ``macOS``."""
    return PLATFORM_NAMES.get(name, name[:1].upper() + name[1:])
