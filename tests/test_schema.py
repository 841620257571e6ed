"""The published JSON Schema says the same about a catalog as the loader does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from errbook import loader, schema

TESTS = Path(__file__).resolve().parent
CASES = TESTS / "cases" / "loader"
CATALOGS = sorted((TESTS.parent / "source" / "errors").glob("*.yml"))
FINE = [*CATALOGS, *sorted((CASES / "fine").glob("*.yml"))]


def _as_strings(path: Path) -> Any:
    """A catalog as an editor sees it when no scalar has a type."""
    return yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)


def _errors(document: Any) -> list[str]:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema checks what we publish")
    validator = jsonschema.Draft202012Validator(schema.json_schema())
    return [error.json_path for error in validator.iter_errors(document)]


@pytest.mark.parametrize("path", FINE, ids=lambda path: path.stem)
def test_the_schema_accepts_what_the_loader_accepts(path: Path) -> None:
    assert _errors(_as_strings(path)) == []


@pytest.mark.parametrize(
    "name", ["unknown-keys", "wrong-types", "values", "head-missing", "missing"]
)
def test_the_schema_refuses_a_catalog_of_another_form(name: str) -> None:
    assert _errors(_as_strings(CASES / f"{name}.yml")) != []


BAD = {
    "severty": ({"severty": "error"}, "$.entries.X"),
    "no such severity": ({"severity": "fatl"}, "$.entries.X.severity"),
    "a text for a list": ({"tags": "card"}, "$.entries.X.tags"),
    "an empty cause": ({"cause": " "}, "$.entries.X.cause"),
    "no steps": ({"fix": []}, "$.entries.X.fix"),
    "two lines of title": ({"title": "a\nb"}, "$.entries.X.title"),
}


@pytest.mark.parametrize(("fields", "path"), BAD.values(), ids=BAD.keys())
def test_the_schema_points_at_the_mistake(fields: dict[str, Any], path: str) -> None:
    entry = {"cause": "c", "fix": "f", **fields}
    assert path in _errors({"catalog": "shop", "entries": {"X": entry}})
    text = yaml.safe_dump({"catalog": "shop", "entries": {"X": entry}})
    assert loader.load({"shop.yml": text.encode()})[1] != []


def test_the_schema_is_a_valid_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema checks what we publish")
    jsonschema.Draft202012Validator.check_schema(schema.json_schema())


def test_the_schema_has_an_id_a_dialect_and_forbids_unknown_keys_everywhere() -> None:
    made = schema.json_schema()
    assert (made["$id"], made["$schema"]) == (
        schema.SCHEMA_ID,
        "https://json-schema.org/draft/2020-12/schema",
    )
    objects = {"CatalogForm": made, **made["$defs"]}
    assert [
        name for name, form in objects.items() if form["additionalProperties"] is not False
    ] == []


def test_the_schema_describes_what_an_editor_shows() -> None:
    entry = schema.json_schema()["$defs"]["EntryForm"]["properties"]
    assert entry["cause"]["description"] == "Why it happens."
    assert entry["severity"]["enum"] == ["success", "info", "warning", "error", "fatal"]
    assert "in" in schema.json_schema()["$defs"]["RetiredForm"]["properties"]


def test_the_schema_is_the_same_in_every_process() -> None:
    """It is a file of every release: it may change only where a form changes."""
    program = "import json; from errbook import schema; print(json.dumps(schema.json_schema()))"
    run = [sys.executable, "-c", program]
    made = {
        subprocess.run(run, env={"PYTHONHASHSEED": seed}, capture_output=True, check=True).stdout
        for seed in ("1", "2")
    }
    assert made == {f"{json.dumps(schema.json_schema())}\n".encode()}


# --- the forms of places --------------------------------------------------------------------------

PLACES: list[tuple[tuple[str | int, ...], type[BaseModel] | None]] = [
    ((), schema.CatalogForm),
    (("entries", "X"), schema.EntryForm),
    (("entries", "fix"), schema.EntryForm),
    (("entries", "X", "messages", 0), schema.MessageForm),
    (("entries", "X", "messages", 0, "params", "host"), schema.ParamForm),
    (("entries", "X", "examples", 1), schema.ExampleForm),
    (("entries", "X", "history", 0), schema.HistoryForm),
    (("entries", "X", "retired"), schema.RetiredForm),
    (("entries", "X", "variants", "linux"), schema.VariantForm),
    (("entries", "X", "fix", 0), schema.StepForm),
    (("entries", "X", "variants", "linux", "fix", 2), schema.StepForm),
    (("actions", "fix"), schema.ActionForm),
    (("actions", "ask", "fix", 0), schema.StepForm),
    (("links", "cause"), schema.LinkForm),
    (("footnotes",), None),
    (("entries", "X", "tags"), None),
]


@pytest.mark.parametrize(("path", "form"), PLACES, ids=lambda value: str(value))
def test_each_place_of_a_catalog_has_its_form(
    path: tuple[str | int, ...], form: type[BaseModel] | None
) -> None:
    assert schema.form_at(path) is form


@pytest.mark.parametrize("path", [("entries", "X", "fix"), ("actions", "a", "cause")])
def test_a_shared_text_may_be_named_in_two_ways(path: tuple[str, ...]) -> None:
    form = schema.form_at(path)
    assert form is not None
    assert set(form.model_fields) == {"use", "same_as"}
