"""Adds a locale to the text of a configuration and leaves every other character as it is."""

from __future__ import annotations

import yaml

from errbook.config import PLUGIN


class CannotEdit(ValueError):
    """The configuration is written in a way that cannot be extended: ``str()`` says what to do."""


def with_locale(text: str, tag: str, options: str = "{}") -> str:
    """The configuration with one more locale, after those it has.

    Args:
        text: The text of ``mkdocs.yml``.
        tag: The locale's tag.
        options: Its options as YAML on one line.

    Raises:
        CannotEdit: errbook is not among its plugins, as when they are inherited.
    """
    item = f"{tag}: {options}"
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise CannotEdit(f"it cannot be read: {error}") from error
    plugins = _child(root, "plugins")[1]
    plugin, value = _plugin(plugins)
    if plugin is None:
        raise CannotEdit(
            f"the plugin {PLUGIN} is not in this file; write {item} below its locales where it is"
        )
    if value is None:
        # The name alone, without a colon.
        before, after = text[: plugin.end_mark.index], text[plugin.end_mark.index :]
        if isinstance(plugins, yaml.CollectionNode) and plugins.flow_style:
            return f"{before}: {{locales: {{{item}}}}}{after}"
        text = f"{before}:{after}"
    key, found = _child(value, "locales")
    if key is not None and found is not None:
        return _with_item(text, key, found, item)
    value = value or plugin
    if isinstance(value, yaml.MappingNode) and value.flow_style:
        return _with_item(text, plugin, value, f"locales: {{{item}}}")
    pad = " " * (_column(plugin, value) + 2)
    return _with_item(text, plugin, value, f"locales:\n{pad}{item}")


def _plugin(plugins: yaml.Node | None) -> tuple[yaml.Node | None, yaml.Node | None]:
    """The plugin's name in the list and its options; no options where no colon stands."""
    if isinstance(plugins, yaml.MappingNode):
        return _child(plugins, PLUGIN)
    for entry in plugins.value if isinstance(plugins, yaml.SequenceNode) else ():
        if isinstance(entry, yaml.ScalarNode) and entry.value == PLUGIN:
            return entry, None
        key, value = _child(entry, PLUGIN)
        if key is not None:
            return key, value
    return None, None


def _child(node: yaml.Node | None, name: str) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == name:
                return key, value
    return None, None


def _column(key: yaml.Node, value: yaml.Node) -> int:
    """Where the keys in the value of a key begin, or would."""
    if isinstance(value, yaml.MappingNode) and value.value:
        return int(value.start_mark.column)
    return int(key.start_mark.column) + 2


def _with_item(text: str, key: yaml.Node, value: yaml.Node, item: str) -> str:
    """The text with an item more in the mapping that is, or will be, the value of a key."""
    if isinstance(value, yaml.MappingNode) and value.flow_style:
        end = value.end_mark.index - 1
        before = text[:end].rstrip()
        comma = " " if before.endswith(",") else ", " if value.value else ""
        return f"{before}{comma}{item}{text[end:]}"
    last = value if isinstance(value, yaml.MappingNode) and value.value else key
    while isinstance(last, yaml.CollectionNode) and not last.flow_style and last.value:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    # A block scalar ends where the next thing begins; what ends a line belongs to the line.
    end = len(text[: last.end_mark.index].rstrip())
    end = text.find("\n", end) if "\n" in text[end:] else len(text)
    return f"{text[:end]}\n{' ' * _column(key, value)}{item}{text[end:]}"
