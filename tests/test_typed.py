"""What JSON carried is of the type that is asked for, or refused by name."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import typed


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    x: int
    names: tuple[str, ...]


TAKEN: list[tuple[Any, object, object]] = [
    (str, "é", "é"),
    (int, 0, 0),
    (bool, True, True),
    (Colour, "red", Colour.RED),
    (list[str], [], []),
    (tuple[str, ...], ["a"], ("a",)),
    (tuple[int, bool], [1, False], (1, False)),
    (dict[str, int], {"a": 1}, {"a": 1}),
    (dict[str, str], {"a": "é", "b": ""}, {"a": "é", "b": ""}),
    (dict[Colour, list[int]], {"red": [1]}, {Colour.RED: [1]}),
    (Point, {"names": ["a"], "x": 1}, Point(1, ("a",))),
]
REFUSED: list[tuple[Any, object]] = [
    (str, None),
    (str, "\ud800"),
    (int, "1"),
    (int, True),
    (int, -1),
    (int, 1.0),
    (int, float("inf")),
    (bool, 0),
    (Colour, "blue"),
    (Colour, []),
    (list[str], "ab"),
    (list[str], {"a": 1}),
    (list[str], ["a", 1]),
    (list[str], ["a", "\ud800"]),
    (dict[str, str], {"a": "b", "c": None}),
    (dict[str, str], {"\ud800": "b"}),
    (list[int], [1, "2"]),
    (tuple[str, ...], "ab"),
    (tuple[int, bool], [1]),
    (tuple[int, bool], [1, True, 2]),
    (dict[str, int], [["a", 1]]),
    (dict[str, int], {"a": None}),
    (dict[Colour, int], {"blue": 1}),
    (Point, {"x": 1}),
    (Point, {"x": 1, "names": [], "more": 1}),
    (Point, {"x": 1, "names": "ab"}),
    (Point, [1, []]),
]


@pytest.mark.parametrize(("kind", "data", "wanted"), TAKEN, ids=str)
def test_what_is_of_the_type_is_taken(kind: Any, data: object, wanted: object) -> None:
    assert typed.value(kind, json.loads(json.dumps(data))) == wanted


@pytest.mark.parametrize(("kind", "data"), REFUSED, ids=str)
def test_what_is_not_is_refused(kind: Any, data: object) -> None:
    with pytest.raises(ValueError, match=r"is no "):
        typed.value(kind, data)


def test_a_field_of_another_type_is_named() -> None:
    assert typed.fields_of(Point, ["x"], {"x": 1}) == {"x": 1}
    with pytest.raises(ValueError, match=r"names: 'ab' is no tuple\[str, \.\.\.\]"):
        typed.fields_of(Point, ["x", "names"], {"x": 1, "names": "ab"})


@given(st.builds(Point, st.integers(0), st.lists(st.text()).map(tuple)))
def test_a_dataclass_comes_back_as_it_was_written(point: Point) -> None:
    assert typed.value(Point, json.loads(json.dumps(asdict(point)))) == point
