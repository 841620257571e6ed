"""What errbook has to say about its input: a rule, a place, a sentence and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum


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


def _rules() -> dict[str, Rule]:
    error, warning, info = Severity.ERROR, Severity.WARNING, Severity.INFO
    table = (
        # EB0xx: the project and its configuration
        ("EB001", "no-project", error),
        ("EB002", "configuration-unreadable", error),
        ("EB003", "configuration-option", error),
        ("EB004", "unknown-locale", error),
        ("EB005", "no-catalogs", error),
        ("EB006", "file-unreadable", error),
        # EB1xx: the source
        ("EB101", "not-utf-8", error),
        ("EB102", "yaml-syntax", error),
        ("EB103", "duplicate-key", error),
        ("EB104", "yaml-feature", error),
        ("EB105", "too-deep", error),
        ("EB106", "unknown-key", error),
        ("EB107", "wrong-type", error),
        ("EB108", "missing-field", error),
        ("EB109", "bad-value", error),
        ("EB110", "not-a-code", error),
        ("EB111", "unsafe-pattern", error),
        ("EB112", "bad-id", error),
        ("EB113", "duplicate-id", error),
        ("EB114", "unknown-reference", error),
        ("EB115", "reference-cycle", error),
        ("EB116", "undefined-footnote", error),
        ("EB117", "unused-definition", warning),
        ("EB118", "undeclared-placeholder", error),
        ("EB119", "text-cut", error),
        ("EB120", "nameless-entry", error),
        ("EB121", "incomplete-variants", error),
        ("EB122", "control-character", error),
        ("EB123", "lifecycle", error),
        ("EB124", "raw-html", warning),
        # EB2xx: locale files
        ("EB201", "po-charset", error),
        ("EB202", "po-syntax", error),
        ("EB203", "po-duplicate-context", error),
        ("EB204", "po-conflict-marker", error),
        ("EB205", "po-unknown-file", warning),
        ("EB206", "po-orphan", info),
        ("EB207", "exchange-source-edited", error),
        ("EB208", "exchange-unknown-unit", warning),
        ("EB209", "exchange-unreadable", error),
        # EB3xx: one translation against its source
        ("EB301", "translation-missing", error),
        ("EB302", "translation-stale", error),
        ("EB303", "translation-fuzzy", error),
        ("EB311", "code-changed", error),
        ("EB312", "link-changed", error),
        ("EB313", "footnote-changed", error),
        ("EB314", "placeholder-changed", error),
        ("EB315", "unsafe-markup", error),
        ("EB316", "block-shape", error),
        ("EB317", "code-mention-changed", error),
        ("EB321", "number-missing", warning),
        ("EB322", "end-mark", warning),
        ("EB323", "label-end-mark", info),
        ("EB324", "spacing", warning),
        ("EB325", "script-marks", warning),
        ("EB326", "double-space", warning),
        ("EB327", "edge-space", warning),
        ("EB328", "not-composed", warning),
        ("EB329", "invisible-character", warning),
        ("EB330", "direction-mark", warning),
        ("EB331", "look-alike", info),
        ("EB332", "same-as-source", warning),
        ("EB333", "untranslated-words", warning),
        ("EB334", "wrong-script", warning),
        ("EB335", "length", info),
        ("EB336", "doubled-word", info),
        ("EB337", "strong-lost", warning),
        ("EB338", "emphasis-broken", warning),
        ("EB339", "identifier-changed", warning),
        ("EB340", "path-changed", warning),
        ("EB341", "inconsistent", info),
        ("EB342", "reused", info),
        ("EB343", "mixed-apostrophes", info),
        ("EB344", "term-missing", warning),
        ("EB345", "term-forbidden", warning),
        ("EB346", "term-translated", error),
        ("EB347", "waiver-unneeded", warning),
        ("EB348", "waiver-unexplained", warning),
        # EB4xx: pages and tables
        ("EB401", "indented-prose", error),
        ("EB402", "vanishing-tag", error),
        ("EB403", "duplicate-anchor", error),
        ("EB404", "bad-marker", error),
        ("EB405", "bad-front-matter", error),
        ("EB406", "bad-glossary", error),
        # EB5xx: the build
        ("EB501", "builder-failed", error),
        ("EB502", "builder-missing", error),
        ("EB503", "broken-link", error),
        ("EB504", "page-parity", error),
        # EB6xx: the product's source
        ("EB601", "code-undocumented", error),
        ("EB602", "code-unused", error),
        ("EB603", "retired-code-used", warning),
        ("EB604", "bad-exemption", error),
    )
    return {code: Rule(code, name, severity) for code, name, severity in table}


RULES = _rules()
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
