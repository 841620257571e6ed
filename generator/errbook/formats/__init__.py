"""Formats in which diagnostics are printed; one file per format, one table of all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from errbook.diagnostics import Diagnostic
from errbook.formats import github, json, sarif, text

DIAGNOSTIC_FORMATS: Mapping[str, Callable[[Sequence[Diagnostic]], str]] = {
    "text": text.write,
    "json": json.write,
    "sarif": sarif.write,
    "github": github.write,
}
"""What writes diagnostics, by the name of the format."""
