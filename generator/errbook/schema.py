"""The form of a catalog file: what the YAML may hold, and the JSON Schema published for editors."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from errbook.model import EntrySeverity, ParamType, Status

SCHEMA_ID = "errbook-catalog.schema.json"

MAX_TEXT = 20_000
"""How long one text may be, in characters: more is a mistake, and slow to read as Markdown."""

NonEmpty = Annotated[str, Field(min_length=1, max_length=MAX_TEXT, pattern=r"\S")]
OneLine = Annotated[
    str, Field(min_length=1, max_length=MAX_TEXT, pattern=r"^\n*[^\n]*\S[^\n]*\n*$")
]
Flag = Literal["true", "false"]


class _Form(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, defer_build=True
    )


class UseForm(_Form):
    use: str
    """Name of an action of this catalog, whose text stands here."""


class SameAsForm(_Form):
    same_as: str
    """Id of an entry, whose cause (or fix) stands here too."""


class StepForm(_Form):
    id: NonEmpty | None = None
    """Permanent id of the step: its translations follow it when steps move."""
    text: NonEmpty
    """Markdown."""


class _SharedForm(UseForm, SameAsForm):
    """Either of the two, for suggestions."""


# Names of union members stand in the paths of errors; no key of a file looks like them.
def _step_kind(value: Any) -> str | None:
    if isinstance(value, str):
        return "(text)"
    if isinstance(value, dict | _Form):
        return "(use)" if "use" in (value if isinstance(value, dict) else {}) else "(step)"
    return None


def _remedy_kind(value: Any) -> str | None:
    if isinstance(value, str):
        return "(text)"
    if isinstance(value, list):
        return "(steps)"
    if isinstance(value, dict):
        return "(same_as)" if "same_as" in value else "(use)"
    return None


Step = Annotated[
    Annotated[NonEmpty, Tag("(text)")]
    | Annotated[UseForm, Tag("(use)")]
    | Annotated[StepForm, Tag("(step)")],
    Discriminator(
        _step_kind,
        custom_error_type="step_type",
        custom_error_message="a step is a text, {id: …, text: …} or {use: action}",
    ),
]
RemedyForm = Annotated[
    Annotated[NonEmpty, Tag("(text)")]
    | Annotated[list[Step], Field(min_length=1), Tag("(steps)")]
    | Annotated[UseForm, Tag("(use)")]
    | Annotated[SameAsForm, Tag("(same_as)")],
    Discriminator(
        _remedy_kind,
        custom_error_type="remedy_type",
        custom_error_message="it is a text, a list of steps, {use: action} or {same_as: entry-id}",
    ),
]
"""Markdown, a list of steps, ``{use: action}``, ``{same_as: id}`` or, for a fix, ``none``."""


Identifier = Annotated[
    Annotated[str, Tag("(text)")] | Annotated[list[str], Tag("(list)")],
    Discriminator(lambda value: "(list)" if isinstance(value, list) else "(text)"),
]
"""One value, or several."""


class ParamForm(_Form):
    type: ParamType = "text"
    """What the part looks like; the matcher of messages is made from it."""
    example: str = ""
    redact: Flag = "false"
    """Whether its value may be private."""


class MessageForm(_Form):
    text: NonEmpty
    """What the product prints, to the letter; {name} stands for a declared parameter."""
    params: dict[str, ParamForm] = {}
    summary: str = ""
    """The product's own short form of the message, to the letter too."""
    since: str = ""
    until: str = ""


class ExampleForm(_Form):
    console: NonEmpty
    """The command or output, to the letter."""
    caption: OneLine | None = None


class VariantForm(_Form):
    cause: RemedyForm | None = None
    fix: RemedyForm | None = None


class HistoryForm(_Form):
    version: NonEmpty
    change: Literal["added", "meaning", "message", "fix", "renamed", "split", "merged", "retired"]
    note: OneLine | None = None


class RetiredForm(_Form):
    in_: Annotated[str, Field(alias="in")] = ""
    """The version without it."""
    reason: OneLine | None = None


class ActionForm(_Form):
    cause: RemedyForm | None = None
    fix: RemedyForm | None = None
    note: str = ""


class LinkForm(_Form):
    url: NonEmpty
    """An absolute URL, or the path of a page of this book such as ``guide.md#anchor``."""


class EntryForm(_Form):
    id: NonEmpty | None = None
    """Permanent id; without it, the code in lower case."""
    code: NonEmpty | None = None
    """The code the product prints, or ``none``; without it, the key."""
    title: OneLine | None = None
    """One line; without it the code is the heading."""
    cause: RemedyForm | None = None
    """Why it happens."""
    fix: RemedyForm | None = None
    """What to do; ``none`` says that nothing is needed."""
    note: str = ""
    """For translators; readers never see it."""
    severity: EntrySeverity = "error"
    category: str = ""
    tags: list[NonEmpty] = []
    platforms: list[NonEmpty] = []
    """Only there; without it, everywhere."""
    variants: dict[str, VariantForm] = {}
    """What is different on one platform."""
    messages: list[MessageForm] = []
    examples: list[ExampleForm] = []
    identifiers: dict[str, Identifier] = {}
    """Other names of the same problem: exit code, HRESULT, HTTP status…"""
    since: str = ""
    status: Status = "active"
    retired: RetiredForm | None = None
    replaced_by: list[NonEmpty] = []
    aliases: list[NonEmpty] = []
    """Former codes; they lead here."""
    history: list[HistoryForm] = []
    see: list[NonEmpty] = []
    source: str = ""


class CatalogForm(_Form):
    catalog: NonEmpty
    """Permanent name: letters, digits and hyphens, in lower case."""
    title: OneLine | None = None
    description: NonEmpty | None = None
    code_pattern: str = ""
    """Regular expression of the catalog's codes, without anchors."""
    platforms: list[NonEmpty] = []
    featured: list[NonEmpty] = []
    """Ids of the entries that most readers look for; home pages show them."""
    categories: dict[str, OneLine] = {}
    """Title by name."""
    actions: dict[str, ActionForm] = {}
    """Shared remedies: written and translated once."""
    links: dict[str, LinkForm] = {}
    """Targets used as ``[text](link:name)``."""
    footnotes: dict[str, NonEmpty] = {}
    """Notes used as ``[^label]``."""
    entries: dict[str, EntryForm] = {}


PROSE_KEYS = frozenset(
    "title description cause fix note text caption reason summary console example".split()
)
"""Keys whose value is text that a ``#`` may not cut."""


def json_schema() -> dict[str, Any]:
    """The JSON Schema of a catalog file, for editors that complete and validate YAML."""
    schema = CatalogForm.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **schema,
        "title": "errbook catalog",
        "description": "All documented errors of one product.",
    }


def form_at(path: tuple[str | int, ...]) -> type[BaseModel] | None:
    """The form that the mapping at a path of a catalog file must have, if it has one."""
    names = [key for key in path if isinstance(key, str)]
    match names:
        case []:
            return CatalogForm
        case ["entries", _]:
            return EntryForm
        case ["actions", _]:
            return ActionForm
        case ["links", _]:
            return LinkForm
        case ["entries", _, "messages", "params", _]:
            return ParamForm
        case ["entries", _, ("messages" | "examples" | "history" | "retired") as name]:
            forms: dict[str, type[BaseModel]] = {
                "messages": MessageForm,
                "examples": ExampleForm,
                "history": HistoryForm,
                "retired": RetiredForm,
            }
            return forms[name]
        case ["entries", _, "variants", _]:
            return VariantForm
        case [*_, ("cause" | "fix")]:
            return StepForm if isinstance(path[-1], int) else _SharedForm
    return None
