"""Reads JSON that somebody may have changed into values of the types that a program relies on.

It is read in builds that have next to nothing to do: to make models of pydantic of these types
would take longer than all that is read.
"""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, cast, get_args, get_origin, get_type_hints


def value(kind: Any, data: object) -> Any:
    """What JSON carried, if it is of a type.

    Args:
        kind: A string, a whole number (which is never negative here), a truth value, an enumeration
            or a dataclass; or a list, a tuple or a dictionary of such.
        data: What was read. Tuples are lists in it, members of an enumeration their values, and
            dataclasses dictionaries.

    Returns:
        It as that type.

    Raises:
        ValueError: It is of another one, or no text that can be written.
    """
    try:
        return _value(kind, data)
    except (TypeError, ValueError, LookupError, AttributeError):
        raise ValueError(f"{reprlib.repr(data)} is no {_name(kind)}") from None


def fields_of(kind: type, names: Iterable[str], data: Mapping[str, Any]) -> dict[str, Any]:
    """The values of some fields of a dataclass by their names.

    Raises:
        KeyError: One of them is not there.
        ValueError: One of them has another type than the field; the message names it.
    """
    hints = _hints(kind)
    found = {}
    for name in names:
        try:
            found[name] = value(hints[name], data[name])
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
    return found


def _value(kind: Any, data: Any) -> Any:
    arguments = get_args(kind)
    match get_origin(kind) or kind:
        case origin if origin is list:
            return _values(arguments[0], _exact(list, data))
        case origin if origin is tuple and arguments[-1] is Ellipsis:
            return tuple(_values(arguments[0], _exact(list, data)))
        case origin if origin is tuple:
            pairs = zip(arguments, _exact(list, data), strict=True)
            return tuple(_value(inner, item) for inner, item in pairs)
        case origin if origin is dict:
            key, inner = arguments
            names, items = list(_exact(dict, data)), list(data.values())
            return dict(zip(_values(key, names), _values(inner, items), strict=True))
        case origin if is_dataclass(origin):
            return _dataclass(cast("type", origin), _exact(dict, data))
        case origin if issubclass(origin, Enum):
            return origin(data)
        case origin:
            return _exact(origin, data)


def _values(kind: Any, items: list[Any]) -> list[Any]:
    """Values that are all of one type."""
    if kind is not str:
        return [_value(kind, item) for item in items]
    # Most of what is read are texts, and all of a list are looked at in no time.
    if set(map(type, items)) - {str}:
        raise ValueError("another type")
    "".join(items).encode("utf-8")
    return items


def _dataclass(kind: type, data: Mapping[str, Any]) -> Any:
    names = {field.name for field in fields(kind)}
    if data.keys() != names:
        raise ValueError("other fields")
    return kind(**fields_of(kind, names, data))


def _exact(kind: type, data: Any) -> Any:
    # JSON has texts that no file can hold, and for Python every truth value is a number.
    if type(data) is not kind or (isinstance(data, int) and data < 0):
        raise ValueError("another type")
    if isinstance(data, str) and not data.isascii():
        data.encode("utf-8")
    return data


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _name(kind: Any) -> str:
    return str(kind) if get_origin(kind) else cast("str", kind.__name__)
