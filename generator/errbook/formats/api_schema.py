"""The form of the API: the JSON Schema of ``errors.json`` and of each entry's own file."""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import GenerateJsonSchema

from errbook.formats.api import VERSION
from errbook.model import EntrySeverity, ParamType

StateName = Literal["ok", "cosmetic", "missing", "stale", "fuzzy", "blocked"]


class _Form(BaseModel):
    # Readers must take keys that they do not know: a newer errbook may write more of them.
    model_config = ConfigDict(extra="allow", use_attribute_docstrings=True, defer_build=True)


class Said(_Form):
    """A text in one language."""

    markdown: str
    """The text as CommonMark; its links lead where `html` leads, `[^label]` is a footnote."""
    html: str
    """The text as the entry's page shows it, with links that work everywhere."""
    text: str
    """Its words alone, a line for each block."""
    locale: str
    """The locale the text is really in; of a text in two, the one that is not the reader's."""
    state: StateName
    """How its translation is in the file's locale, the worst of its parts. `ok` and `cosmetic` are
    shown; for anything else the reader gets the text of another locale."""


class Translated(Said):
    """A text as readers of the file's locale get it."""

    foreign: dict[str, str] | None = None
    """The locale of each block that is in another language, by its number from 0; absent where
    there is none."""


class RemedyForm(Translated):
    """A cause or a fix."""

    steps: list[Translated] | None = None
    """The steps in their order; absent where it is one text."""
    no_action: Literal[True] | None = None
    """There is nothing to do; absent where there is."""


class ParamForm(_Form):
    name: str
    type: ParamType
    example: str | None
    redact: bool
    """Whether its value may be private."""


class MessageForm(_Form):
    """Literal output of the product; the same in every language."""

    text: str
    """The message; `{name}` stands for the parameter of this name."""
    summary: str | None
    params: list[ParamForm]
    since: str | None
    until: str | None


class VariantForm(_Form):
    """What is different on one platform."""

    platform: str
    cause: RemedyForm
    fix: RemedyForm


class ExampleForm(_Form):
    console: str
    caption: Translated | None


class RetiredForm(_Form):
    in_: Annotated[str | None, Field(alias="in")]
    reason: Translated | None


class HistoryForm(_Form):
    version: str
    change: str
    note: Translated | None


class EntryForm(_Form):
    """One documented problem."""

    id: str
    """Permanent; unique in the book."""
    code: str | None
    """As the product writes it; null where the entry has none. Two products may share one."""
    catalog: str
    url: str
    """Its page."""
    title: Translated | None
    severity: EntrySeverity
    category: str | None
    status: Literal["active", "deprecated", "retired"]
    since: str | None
    platforms: list[str]
    tags: list[str]
    identifiers: dict[str, list[str]]
    """What other systems call it, as in `{"exit-code": ["13"]}`."""
    aliases: list[str]
    """Other codes that lead here."""
    messages: list[MessageForm]
    cause: RemedyForm | None
    """Null where every platform has its own."""
    fix: RemedyForm | None
    """Null where every platform has its own."""
    variants: list[VariantForm]
    footnotes: list[str]
    """Labels of the catalog's footnotes that causes and fixes refer to, in their order."""
    examples: list[ExampleForm]
    see: list[str]
    """Ids of related entries."""
    replaced_by: list[str]
    """Ids of the entries that replace this one."""
    retired: RetiredForm | None
    history: list[HistoryForm]


class CatalogForm(_Form):
    """What the entries of one product share."""

    name: str
    title: Translated | None
    description: Translated | None
    categories: dict[str, Translated]
    """What readers call each category, by its name."""
    platforms: list[str]
    footnotes: dict[str, Translated]
    """By the label."""


class BookForm(_Form):
    """A book in one locale. An entry's own file has the same form, with this entry alone."""

    schema_: Annotated[str, Field(alias="$schema")]
    version: Literal[1]
    locale: str
    """The language and region (BCP 47) that the file is written for."""
    source_locale: str
    """The one that everything was written in first."""
    book: str
    """What readers call the book."""
    url: str
    """What every link to a page of this locale begins with."""
    catalogs: list[CatalogForm]
    entries: list[EntryForm]
    """In the order of the book."""


class _Quiet(GenerateJsonSchema):
    """Leaves out titles that repeat the keys."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of what `formats.api` writes."""
    schema = BookForm.model_json_schema(schema_generator=_Quiet)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:errbook:api:{VERSION}",
        **schema,
        "title": "errors.json of errbook",
    }


def written() -> str:
    """The schema as a file."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"
