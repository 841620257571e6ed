"""What errbook has to say about its input: a rule, a place, a sentence and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from errbook import typed


class Severity(IntEnum):
    """How bad a diagnostic is; the order is the order of gravity."""

    INFO = 0
    """Worth knowing; never fails anything."""
    WARNING = 1
    """Probably a mistake; fails with ``--strict`` only."""
    ERROR = 2
    """A mistake, or a broken promise: ``errbook check`` exits 1."""

    def __str__(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """A place in a file."""

    path: str
    """The file, relative to the project's folder, with forward slashes."""
    line: int = 1
    """Line, counted from 1."""
    column: int = 1
    """Column in characters, counted from 1."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of diagnostic: its permanent code and its name."""

    code: str
    """Permanent code, ``EB`` and three digits; its page in errbook's own catalog has this code."""
    name: str
    """Readable name in kebab case."""
    severity: Severity
    """The severity where nothing else is said."""


_RULES = (
    # EB0xx: the project and its configuration
    ("EB001", "no-project", Severity.ERROR),
    ("EB002", "configuration-unreadable", Severity.ERROR),
    ("EB003", "configuration-option", Severity.ERROR),
    ("EB004", "unknown-locale", Severity.ERROR),
    ("EB005", "no-catalogs", Severity.ERROR),
    ("EB006", "file-unreadable", Severity.ERROR),
    # EB1xx: the source
    ("EB101", "not-utf-8", Severity.ERROR),
    ("EB102", "yaml-syntax", Severity.ERROR),
    ("EB103", "duplicate-key", Severity.ERROR),
    ("EB104", "yaml-feature", Severity.ERROR),
    ("EB105", "too-deep", Severity.ERROR),
    ("EB106", "unknown-key", Severity.ERROR),
    ("EB107", "wrong-type", Severity.ERROR),
    ("EB108", "missing-field", Severity.ERROR),
    ("EB109", "bad-value", Severity.ERROR),
    ("EB110", "not-a-code", Severity.ERROR),
    ("EB111", "unsafe-pattern", Severity.ERROR),
    ("EB112", "bad-id", Severity.ERROR),
    ("EB113", "duplicate-id", Severity.ERROR),
    ("EB114", "unknown-reference", Severity.ERROR),
    ("EB115", "reference-cycle", Severity.ERROR),
    ("EB116", "undefined-footnote", Severity.ERROR),
    ("EB117", "unused-definition", Severity.WARNING),
    ("EB118", "undeclared-placeholder", Severity.ERROR),
    ("EB119", "text-cut", Severity.ERROR),
    ("EB120", "nameless-entry", Severity.ERROR),
    ("EB121", "incomplete-variants", Severity.ERROR),
    ("EB122", "control-character", Severity.ERROR),
    ("EB123", "lifecycle", Severity.ERROR),
    ("EB124", "raw-html", Severity.WARNING),
    # EB2xx: locale files
    ("EB201", "po-charset", Severity.ERROR),
    ("EB202", "po-syntax", Severity.ERROR),
    ("EB203", "po-duplicate-context", Severity.ERROR),
    ("EB204", "po-conflict-marker", Severity.ERROR),
    ("EB205", "po-unknown-file", Severity.WARNING),
    ("EB206", "po-orphan", Severity.INFO),
    ("EB207", "exchange-source-edited", Severity.ERROR),
    ("EB208", "exchange-unknown-unit", Severity.WARNING),
    ("EB209", "exchange-unreadable", Severity.ERROR),
    # EB3xx: one translation against its source
    ("EB301", "translation-missing", Severity.ERROR),
    ("EB302", "translation-stale", Severity.ERROR),
    ("EB303", "translation-fuzzy", Severity.ERROR),
    ("EB311", "code-changed", Severity.ERROR),
    ("EB312", "link-changed", Severity.ERROR),
    ("EB313", "footnote-changed", Severity.ERROR),
    ("EB314", "placeholder-changed", Severity.ERROR),
    ("EB315", "unsafe-markup", Severity.ERROR),
    ("EB316", "block-shape", Severity.ERROR),
    ("EB317", "code-mention-changed", Severity.ERROR),
    # EB32x to EB34x: how a translation is worded
    ("EB321", "number-missing", Severity.WARNING),
    ("EB322", "end-mark", Severity.WARNING),
    ("EB323", "label-end-mark", Severity.INFO),
    ("EB324", "spacing", Severity.WARNING),
    ("EB325", "script-marks", Severity.WARNING),
    ("EB326", "double-space", Severity.WARNING),
    ("EB327", "edge-space", Severity.WARNING),
    ("EB328", "not-composed", Severity.WARNING),
    ("EB329", "invisible-character", Severity.WARNING),
    ("EB330", "direction-mark", Severity.WARNING),
    ("EB331", "look-alike", Severity.INFO),
    ("EB332", "same-as-source", Severity.WARNING),
    ("EB333", "untranslated-words", Severity.WARNING),
    ("EB334", "wrong-script", Severity.WARNING),
    ("EB335", "length", Severity.INFO),
    ("EB336", "doubled-word", Severity.INFO),
    ("EB337", "strong-lost", Severity.WARNING),
    ("EB338", "emphasis-broken", Severity.WARNING),
    ("EB339", "identifier-changed", Severity.WARNING),
    ("EB340", "path-changed", Severity.WARNING),
    ("EB341", "inconsistent", Severity.INFO),
    ("EB342", "reused", Severity.INFO),
    ("EB343", "mixed-apostrophes", Severity.INFO),
    ("EB344", "term-missing", Severity.WARNING),
    ("EB345", "term-forbidden", Severity.WARNING),
    ("EB346", "term-translated", Severity.ERROR),
    ("EB347", "waiver-unneeded", Severity.WARNING),
    ("EB348", "waiver-unexplained", Severity.WARNING),
    # EB4xx: pages and tables
    ("EB401", "indented-prose", Severity.ERROR),
    ("EB402", "vanishing-tag", Severity.ERROR),
    ("EB403", "duplicate-anchor", Severity.ERROR),
    ("EB404", "bad-marker", Severity.ERROR),
    ("EB405", "bad-front-matter", Severity.ERROR),
    ("EB406", "bad-glossary", Severity.ERROR),
    # EB5xx: the build
    ("EB501", "builder-failed", Severity.ERROR),
    ("EB502", "builder-missing", Severity.ERROR),
    ("EB503", "broken-link", Severity.ERROR),
    ("EB504", "page-parity", Severity.ERROR),
    ("EB505", "bad-shard", Severity.ERROR),
    ("EB506", "not-extracted", Severity.ERROR),
    ("EB507", "folder-taken", Severity.ERROR),
    ("EB508", "in-the-way", Severity.ERROR),
    ("EB509", "in-the-way-of-the-site", Severity.ERROR),
    # EB6xx: the product's source
    ("EB601", "code-undocumented", Severity.ERROR),
    ("EB602", "code-unused", Severity.ERROR),
    ("EB603", "retired-code-used", Severity.WARNING),
    ("EB604", "bad-exemption", Severity.ERROR),
)

RULES = {code: Rule(code, name, severity) for code, name, severity in _RULES}
"""Every diagnostic errbook can print, by code, in the order of the codes."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about the user's input."""

    code: str
    """Key into `RULES`."""
    location: Location
    message: str
    """One sentence that says what is wrong, with the words of the input."""
    hint: str = ""
    """What to do about it."""
    severity: Severity = field(default=Severity.ERROR)
    """Set from the rule by `report`."""
    line_text: str = ""
    """The input line itself, for display."""
    subject: tuple[tuple[str, str], ...] = ()
    """What it is about, as (name, value) pairs: entry, field, locale…"""

    @property
    def rule(self) -> Rule:
        return RULES[self.code]

    def as_data(self) -> dict[str, Any]:
        """The diagnostic in the types that JSON has; thousands are kept of a large book."""
        place = self.location
        return {
            "code": self.code,
            "location": {"path": place.path, "line": place.line, "column": place.column},
            "message": self.message,
            "hint": self.hint,
            "severity": int(self.severity),
            "line_text": self.line_text,
            "subject": self.subject,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Diagnostic:
        """A diagnostic from what `as_data` made of it, and JSON carried.

        Raises:
            KeyError, TypeError, ValueError: The data have another form.
        """
        place = data["location"]
        line, column = (typed.value(int, place[name]) for name in ("line", "column"))
        return cls(
            RULES[data["code"]].code,
            Location(str(place["path"]), line, column),
            str(data["message"]),
            str(data["hint"]),
            typed.value(Severity, data["severity"]),
            str(data["line_text"]),
            tuple((str(key), str(value)) for key, value in data["subject"]),
        )


def report(
    code: str,
    location: Location,
    message: str,
    hint: str = "",
    *,
    severity: Severity | None = None,
    line_text: str = "",
    **subject: str,
) -> Diagnostic:
    """Make a diagnostic with the severity of its rule, unless another one is given.

    Raises:
        KeyError: The code is not in `RULES`.
    """
    return Diagnostic(
        code,
        location,
        message,
        hint,
        RULES[code].severity if severity is None else severity,
        line_text,
        tuple(subject.items()),
    )


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort by file, line, column and code, and drop repetitions."""
    return sorted(
        dict.fromkeys(diagnostics), key=lambda found: (found.location, found.code, found.message)
    )


def worst(diagnostics: Iterable[Diagnostic]) -> Severity | None:
    """The highest severity among them, or None when there are none."""
    return max((found.severity for found in diagnostics), default=None)
