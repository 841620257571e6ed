"""Reads and writes a configuration in YAML as it is written, tags of its own included."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import yaml

MAX_NODES = 100_000
"""How many values a configuration may have when its aliases are written out."""


class Tagged:
    """A value with its own tag (``!ENV``, ``!relative``, ``!!python/name``): kept, not read."""

    def __init__(self, node: yaml.Node) -> None:
        self.node = node


class _Loader(yaml.SafeLoader):
    """Constructs plain values and keeps everything with a foreign tag as it is written."""


def _construct_tagged(loader: _Loader, suffix: str, node: yaml.Node) -> Tagged:
    return Tagged(node)


_Loader.add_multi_constructor("!", _construct_tagged)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _construct_tagged)
# A date in a configuration is the text that was written.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _loader, node: str(node.value))


class _Dumper(yaml.SafeDumper):
    """Writes configurations; tagged values go out as they came in."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(Tagged, lambda dumper, value: value.node)


def dump(config: Mapping[str, Any]) -> str:
    """Write a configuration as YAML, tags included, keys in their order."""
    return yaml.dump(
        dict(config), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000
    )


def names(listed: Any) -> frozenset[str]:
    """The names in a list or mapping of plugins or extensions, with options or without."""
    items = listed if isinstance(listed, list | dict) else []
    return frozenset(str(next(iter(i), "")) if isinstance(i, dict) else str(i) for i in items)


def resolve(value: Any) -> Any:
    """The value of an ``!ENV`` tag in this process's environment; other values as they are."""
    if not isinstance(value, Tagged) or value.node.tag != "!ENV":
        return value
    node = value.node
    if isinstance(node, yaml.ScalarNode):
        return os.environ.get(node.value)
    if isinstance(node, yaml.SequenceNode) and node.value:
        *names, default = node.value if len(node.value) > 1 else (node.value[0], None)
        for name in names:
            if str(name.value) in os.environ:
                return os.environ[str(name.value)]
        return None if default is None else _Loader("").construct_document(default)
    return None


def compose(text: str) -> tuple[yaml.Node | None, Any]:
    """The nodes of a YAML text and their values."""
    node = yaml.compose(text, Loader=_Loader)
    if node is None:
        return None, None
    if not _is_finite(node):
        raise yaml.YAMLError("its aliases lead back to themselves, or multiply without end")
    return node, _Loader("").construct_document(node)


def _is_finite(root: yaml.Node) -> bool:
    """Whether a tree stays small when its aliases are written out."""
    waiting, count = [root], 0
    while waiting and count <= MAX_NODES:
        node = waiting.pop()
        count += 1
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value
    return count <= MAX_NODES


def child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and key.isdigit() and int(key) < len(node.value):
        return node.value[int(key)]  # type: ignore[no-any-return]
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return value  # type: ignore[no-any-return]
    return None


def as_written(node: yaml.Node) -> Any:
    """A node's content with every scalar as its characters: ``no`` is Norwegian, not false."""
    if node.tag == "!ENV":
        value = resolve(Tagged(node))
        return str(value).lower() if isinstance(value, bool) else str(value or "")
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): as_written(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [as_written(item) for item in node.value]
    return str(node.value)


def merge(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    merged = dict(parent)
    for key, value in child.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = value
    return merged
