"""Reads YAML text into strings, lists and mappings that know their places in the file.

No type is resolved: every scalar is the characters that were written, so ``0013``, ``no`` and
``0x80070005`` stay what they are. What YAML would do behind the author's back (aliases, tags,
duplicate keys, comments that cut a text) is a diagnostic.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import yaml

from errbook.diagnostics import Diagnostic, Location, report

MAX_DEPTH = 32
"""How deep mappings and lists may nest; no catalog comes near, and nothing goes further."""

# NEL, LS and PS are line breaks to YAML and to no editor: line numbers after them would be off.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_COMMENT = re.compile(r"[ \t]+#(.*)")
CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})(\s|$)")
"""A line that Git writes where two branches changed the same text."""


class Place(NamedTuple):
    """Where a scalar, list or mapping stands."""

    line: int
    """Line, counted from 1."""
    column: int
    """Column, counted from 1."""
    block: bool = False
    """Whether it is a literal block (``|``), whose text begins on the next line."""
    cut: str = ""
    """The comment right behind a plain scalar, which the author may have meant as text."""


_NOWHERE = Place(0, 0)
"""The place of a key that is none, and whose value is left out with it."""


class Branch(dict[str, "Node"]):
    """A mapping with the places of its keys and values."""

    __slots__ = ("keys_at", "place", "values_at")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.keys_at: dict[str, Place] = {}
        self.values_at: dict[str, Place] = {}


class Row(list["Node"]):
    """A list with the places of its items."""

    __slots__ = ("place", "values_at")

    def __init__(self, place: Place) -> None:
        super().__init__()
        self.place = place
        self.values_at: list[Place] = []


Node = str | Branch | Row


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file that was read."""

    path: str
    lines: Sequence[str]
    root: Branch

    def place(self, keys: Sequence[str | int]) -> Place:
        """The place of the value that a path of keys leads to.

        Keys that lead nowhere are passed over, so a path that a validator made up still ends at
        the nearest thing that exists.
        """
        node: Node = self.root
        place = self.root.place
        for key in keys:
            if isinstance(node, Branch) and key in node:
                place, node = node.values_at[str(key)], node[str(key)]
            elif isinstance(node, Row) and isinstance(key, int) and key < len(node):
                place, node = node.values_at[key], node[key]
        return place

    def key_place(self, keys: Sequence[str | int]) -> Place:
        """The place of the last key of a path, where it is a key of a mapping; else the value's."""
        node: Node = self.root
        for key in keys[:-1]:
            if isinstance(node, Branch) and key in node:
                node = node[str(key)]
            elif isinstance(node, Row) and isinstance(key, int) and key < len(node):
                node = node[key]
        if keys and isinstance(node, Branch) and str(keys[-1]) in node.keys_at:
            return node.keys_at[str(keys[-1])]
        return self.place(keys)

    def at(self, place: Place, *, offset: int = 0, text: str = "") -> Location:
        """The location of a place, or of a character of the text that stands there.

        Args:
            place: The place of a scalar.
            offset: Offset of a character in the scalar's text.
            text: The scalar's text, without line breaks around it. Only a literal block (``|``)
                keeps its lines; elsewhere the location is the scalar's own.
        """
        if not place.block or not text:
            return Location(self.path, place.line, place.column)
        before = text[:offset]
        first = place.line + 1
        while first < len(self.lines) and not self.line(first).strip():
            first += 1
        line = first + before.count("\n")
        inside = offset - (before.rfind("\n") + 1)
        indent = len(self.line(line)) - len(text.split("\n")[before.count("\n")])
        return Location(self.path, line, max(indent, 0) + inside + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1; empty past the end."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""


def read(data: bytes, path: str) -> tuple[Document | None, list[Diagnostic]]:
    """Read one YAML file.

    Args:
        data: The file's bytes.
        path: What to call the file in diagnostics.

    Returns:
        The document, or None when its YAML cannot be read, and every mistake found on the way.
        It never raises, whatever the bytes are.
    """
    text, found = decode(data, path)
    if text is None:
        return None, found
    lines = text.split("\n")
    text, control = _without_control_characters(text, path, lines)
    found += control
    builder = _Builder(path, lines)
    try:
        builder.build(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        return None, [*found, *builder.found, _syntax(error, path, lines)]
    except yaml.YAMLError as error:
        message = f"the YAML cannot be read: {error}"
        return None, [*found, *builder.found, report("EB102", Location(path), message)]
    found += builder.found
    if builder.root is None:
        return None, found
    return Document(path, lines, builder.root), found


def decode(data: bytes, path: str) -> tuple[str | None, list[Diagnostic]]:
    """Decode a file's bytes as UTF-8 (a byte order mark is dropped), or say where they are not."""
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"), []
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        return None, [
            report(
                "EB101",
                Location(path, line, column),
                f"byte 0x{data[error.start]:02x} is not UTF-8",
                "Save the file as UTF-8.",
            )
        ]


def _without_control_characters(
    text: str, path: str, lines: Sequence[str]
) -> tuple[str, list[Diagnostic]]:
    if not _CONTROL.search(text):
        return text, []
    found = []
    for number, line in enumerate(lines, 1):
        for match in _CONTROL.finditer(line):
            found.append(
                report(
                    "EB122",
                    Location(path, number, match.start() + 1),
                    f"control character U+{ord(match[0]):04X}",
                    "Delete it; it has no meaning in a text and readers cannot see it.",
                    line_text=line,
                )
            )
    return _CONTROL.sub(" ", text), found


def _syntax(error: yaml.MarkedYAMLError, path: str, lines: Sequence[str]) -> Diagnostic:
    for number, text in enumerate(lines, 1):
        if CONFLICT.match(text):
            message = f"merge-conflict marker {text[:7]}"
            hint = "Resolve the conflict: keep one side and delete the markers."
            return report("EB102", Location(path, number), message, hint, line_text=text)
    mark = error.problem_mark or error.context_mark
    line = min(mark.line + 1, len(lines)) if mark else 1
    column = mark.column + 1 if mark else 1
    message = " ".join(part for part in (error.context, error.problem) if part)
    hint = (
        'Close every quote and bracket; put text in quotes that holds ": " or " #", or begins with'
        " ` @ % * & ! [ {."
    )
    if re.search("escape character|hexdecimal", message):
        hint = r'Between " and " a backslash begins an escape: use single quotes, or write \\.'
    near = "\n".join(lines[max(0, line - 4) : line])
    if re.search(r"^ *\t", near, re.M):
        hint = "Indent with spaces: YAML does not allow tabs."
    text = lines[line - 1] if lines else ""
    return report(
        "EB102", Location(path, line, column), f"YAML syntax: {message}", hint, line_text=text
    )


class _Builder:
    """Builds the tree from libyaml's events, without recursion."""

    def __init__(self, path: str, lines: Sequence[str]) -> None:
        self._path = path
        self._lines = lines
        self._stack: list[Branch | Row] = []
        """The mappings and lists that are open, outermost first."""
        self._keys: list[tuple[str, Place] | None] = []
        """For each of them, the key that waits for its value."""
        self._skipping = 0
        """How many mappings and lists are open that are left out."""
        self.root: Branch | None = None
        self.found: list[Diagnostic] = []

    def build(self, events: Iterator[yaml.Event]) -> None:
        """Take in all events of a file; the first document becomes `root`."""
        documents = 0
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._scalar(event)
            elif isinstance(event, yaml.CollectionStartEvent):
                self._open(event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close()
            elif isinstance(event, yaml.AliasEvent):
                self._alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    self._feature(self._place(event), "a second document")
                    # Read on for syntax errors only.
                    self._skipping = 1
        if not documents:
            self._wrong_root(Place(1, 1))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        self._tag(event)
        if self._skipping:
            return
        if self._stack:
            self._add(event.value, self._scalar_place(event))
        else:
            self._wrong_root(self._place(event))

    def _open(self, event: yaml.CollectionStartEvent) -> None:
        self._tag(event)
        place = self._place(event)
        as_key = bool(self._stack) and isinstance(self._stack[-1], Branch) and not self._keys[-1]
        if self._skipping or as_key or len(self._stack) >= MAX_DEPTH:
            if not self._skipping:
                self._too_deep(place, as_key=as_key and len(self._stack) < MAX_DEPTH)
                self._add("", _NOWHERE if as_key else place)
            self._skipping += 1
            return
        mapping = isinstance(event, yaml.MappingStartEvent)
        node: Branch | Row = Branch(place) if mapping else Row(place)
        if self._stack:
            self._add(node, place)
        elif isinstance(node, Branch):
            self.root = node
        else:
            self._wrong_root(place)
        self._stack.append(node)
        self._keys.append(None)

    def _close(self) -> None:
        if self._skipping:
            self._skipping -= 1
        else:
            self._stack.pop()
            self._keys.pop()

    def _alias(self, event: yaml.AliasEvent) -> None:
        self._feature(self._place(event), f"the alias *{event.anchor}")
        if not self._skipping and self._stack:
            self._add(f"*{event.anchor}", self._place(event))

    def _place(self, event: yaml.Event) -> Place:
        mark = event.start_mark
        if mark is None:
            return Place(1, 1)
        if mark.line >= len(self._lines):
            # A value that is missing at the end of the file stands behind its last line.
            return Place(len(self._lines), len(self._lines[-1]) + 1)
        return Place(mark.line + 1, mark.column + 1)

    def _scalar_place(self, event: yaml.ScalarEvent) -> Place:
        place = self._place(event)
        if event.style == "|":
            return place._replace(block=True)
        if event.style or not event.value or not event.end_mark:
            return place
        end = event.end_mark
        comment = end.line < len(self._lines) and _COMMENT.match(self._lines[end.line], end.column)
        return place._replace(cut=f"#{comment[1]}") if comment else place

    def _add(self, node: Node, place: Place) -> None:
        parent = self._stack[-1]
        if isinstance(parent, Row):
            parent.append(node)
            parent.values_at.append(place)
            return
        pending = self._keys[-1]
        if pending is None:
            self._keys[-1] = (str(node), place)
            return
        key, key_place = pending
        self._keys[-1] = None
        if key_place is _NOWHERE:
            return
        if key in parent:
            first = parent.keys_at[key]
            self._say(
                "EB103",
                key_place,
                f'the key "{key}" is here twice; the first is in line {first.line}',
                "Merge the two, or rename one; only the first is read.",
            )
            return
        parent[key] = node
        parent.keys_at[key] = key_place
        parent.values_at[key] = place

    def _tag(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        if event.anchor:
            self._feature(self._place(event), f"the anchor &{event.anchor}")
        if event.tag and event.tag != "!":
            self._feature(self._place(event), f"the tag {event.tag}")

    def _feature(self, place: Place, what: str) -> None:
        self._say(
            "EB104",
            place,
            f"{what} is a YAML feature that sources do not use",
            "Write the value out; text that several entries share goes under actions.",
        )

    def _too_deep(self, place: Place, *, as_key: bool) -> None:
        if as_key:
            self._say("EB107", place, "a key must be a text", "Write key: value.")
        else:
            self._say(
                "EB105",
                place,
                f"lists and mappings nest deeper than {MAX_DEPTH} levels",
                "Flatten them: no part of a catalog is nested this deep.",
            )

    def _wrong_root(self, place: Place) -> None:
        self._say(
            "EB107",
            place,
            "the file must be a mapping of keys to values",
            'Begin with a line such as "catalog: myproduct".',
        )

    def _say(self, code: str, place: Place, message: str, hint: str) -> None:
        text = self._lines[place.line - 1] if place.line <= len(self._lines) else ""
        location = Location(self._path, place.line, place.column)
        self.found.append(report(code, location, message, hint, line_text=text))
