"""The glossary: terms, how each locale says them, and what is never translated."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from errbook import yamltext
from errbook.diagnostics import Diagnostic, Location, report


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _WordsForm(_Form):
    preferred: str
    allowed: list[str] = []
    forbidden: list[str] = []


class _TermForm(_Form):
    term: str
    definition: str = ""
    do_not_translate: Literal["true", "false"] = "false"
    case_sensitive: Literal["true", "false"] = "false"
    only_in: list[str] = []
    translations: dict[str, _WordsForm] = {}


class _GlossaryForm(_Form):
    terms: dict[str, _TermForm] = {}


@dataclass(frozen=True, slots=True)
class Words:
    """How one locale says a term."""

    preferred: str
    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the source locale."""

    id: str
    term: str
    definition: str
    do_not_translate: bool
    case_sensitive: bool
    translations: Mapping[str, Words]
    """By locale tag."""
    location: Location
    only_in: tuple[str, ...] = ()
    """Names of the catalogs (or ``pages``) where the word has this meaning; empty for all."""


def load(data: bytes, path: str) -> tuple[tuple[Term, ...], list[Diagnostic]]:
    """Read a glossary file. With a mistake in it there are no terms; nothing is raised."""
    document, found = yamltext.read(data, path)
    if document is None:
        return (), found
    try:
        form = _GlossaryForm.model_validate(document.root)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            keys = [key for key in detail["loc"] if isinstance(key, str | int)]
            unknown = detail["type"] == "extra_forbidden"
            place = document.key_place(keys) if unknown else document.place(keys)
            shown = ".".join(str(key) for key in keys)
            hint = "Correct it; the rest of the glossary waits for it."
            if unknown:
                known = [*_TermForm.model_fields, *_WordsForm.model_fields, "terms"]
                near = difflib.get_close_matches(str(keys[-1]), known, 1)
                hint = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(known)}."
            found.append(
                report(
                    "EB406",
                    document.at(place),
                    f"{shown}: {detail['msg']}",
                    hint,
                    line_text=document.line(place.line),
                )
            )
        return (), found
    terms = tuple(
        Term(
            key,
            term.term,
            term.definition,
            term.do_not_translate == "true",
            term.case_sensitive == "true",
            {
                tag: Words(words.preferred, tuple(words.allowed), tuple(words.forbidden))
                for tag, words in term.translations.items()
            },
            document.at(document.key_place(("terms", key))),
            tuple(term.only_in),
        )
        for key, term in form.terms.items()
    )
    return terms, found
