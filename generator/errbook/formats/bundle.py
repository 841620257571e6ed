"""A whole book in one compressed file, for ``errbook explain`` where the project is not.

The file is a ZIP archive of JSON. What is large in it is an object with one key a line, so that a
program that wants one entry of thousands finds its line and reads nothing else.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

from errbook import __version__, patterns
from errbook.bundles import Bundle, Card, LocalePart, Variant
from errbook.lookup import Handles, Index
from errbook.phrases import TYPES, Param

SUFFIX = ".errbook"
FORMAT = "errbook-bundle"
VERSION = 1
"""Version of the file; it grows only when an older errbook could not read a newer file."""
MAX_FILE = 64 * 2**20
"""Bytes of a bundle, at the most."""
MAX_MEMBER = 128 * 2**20
"""Bytes that one of its parts unpacks to, at the most."""
_MAX_MESSAGE = 10_000
_TAG = re.compile(r"[A-Za-z0-9]{1,8}(-[A-Za-z0-9]{1,8}){0,3}\Z")
_BOOK, _ENTRIES, _NAMES, _WORDS = "book.json", "entries.json", "names.json", "words.json"
_FEW = 16
"""So many values are looked for one by one; who wants more wants them all."""
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Of every part: the same book gives the same bytes."""


class BadBundle(ValueError):
    """A file that is no bundle, or a damaged one. ``str()`` says what is wrong with it."""


# --- making one ----------------------------------------------------------------------------------


def write(name: str, index: Index, parts: Mapping[str, LocalePart]) -> bytes:
    """The bytes of a bundle.

    Args:
        name: The name of the site.
        index: The handles of the book.
        parts: Its locales by tag; the source first.
    """
    book = {
        "format": FORMAT,
        "version": VERSION,
        "generator": f"errbook {__version__}",
        "name": name,
        "locales": list(parts),
        "code_patterns": list(index.code_patterns),
    }
    members = {
        _BOOK: _json(book),
        _NAMES: _lines((name, list(ids)) for name, ids in index.by_name.items()),
        _ENTRIES: _json([_entry_json(entry) for entry in index.entries]),
        _WORDS: _json({tag: own.words for tag, own in parts.items()}),
        **{
            _member(tag): _lines((key, asdict(card)) for key, card in own.cards.items())
            for tag, own in parts.items()
        },
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for member, data in members.items():
            archive.writestr(zipfile.ZipInfo(member, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def _member(tag: str) -> str:
    return f"locales/{tag}.json"


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _lines(items: Iterable[tuple[str, object]]) -> bytes:
    """A JSON object with one key a line."""
    written = (_json(key) + b":" + _json(value) for key, value in items)
    return b"{\n" + b",\n".join(written) + b"\n}\n"


def _entry_json(entry: Handles) -> dict[str, Any]:
    messages = [
        {"text": text, "summary": summary, "params": [[p.name, p.type, p.redact] for p in params]}
        for text, summary, params in entry.messages
    ]
    data = {
        "id": entry.id,
        "code": entry.code,
        "aliases": list(entry.aliases),
        "identifiers": {system: list(values) for system, values in entry.identifiers},
        "messages": messages,
    }
    return {key: value for key, value in data.items() if value}


# --- reading one ---------------------------------------------------------------------------------


def open_file(path: Path) -> Bundle:
    """Read a bundle.

    Raises:
        BadBundle: The file is no bundle, is damaged, or is made to harm.
        OSError: It cannot be read.
    """
    with path.open("rb") as stream:
        data = stream.read(MAX_FILE + 1)
    return read(data)


def read(data: bytes) -> Bundle:
    """Read the bytes of a bundle; nothing in them is trusted.

    Raises:
        BadBundle: They are no bundle, are damaged, or are made to harm.
    """
    if len(data) > MAX_FILE:
        raise BadBundle(f"it is larger than {MAX_FILE // 2**20} MB")
    book = _Tree(_parsed(data, _BOOK), _BOOK)
    if book.text("format") != FORMAT:
        raise BadBundle("it is no errbook bundle")
    if book.number("version") > VERSION:
        raise BadBundle(f"a newer errbook made it ({book.text('generator')}); update errbook")
    written = tuple(book.texts("code_patterns"))
    for pattern in written:
        problem = patterns.problem(pattern)
        if problem:
            raise BadBundle(f"the code pattern {pattern!r} is refused: {problem}")
    tags = tuple(book.texts("locales"))
    if not tags or not all(map(_TAG.match, tags)):
        raise BadBundle("its list of locales is damaged")
    names = _Names(_Lines(_unpacked(data, _NAMES), _NAMES))
    index = Index(_Entries(data), written, names)

    def load(tag: str) -> LocalePart:
        words = _Tree(_parsed(data, _WORDS), _WORDS)
        name = _member(tag)
        return LocalePart(_Cards(_Lines(_unpacked(data, name), name)), words.mapping(tag))

    return Bundle(book.text("name"), tags, index, load)


def _unpacked(data: bytes, member: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member) as stream:
            content = stream.read(MAX_MEMBER + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise BadBundle(f"it is no errbook bundle, or damaged: {error}") from None
    except KeyError:
        raise BadBundle(f"it is no errbook bundle: there is no {member} in it") from None
    except (ValueError, RuntimeError, NotImplementedError) as error:
        raise BadBundle(f"{member} cannot be read: {error}") from None
    if len(content) > MAX_MEMBER:
        raise BadBundle(f"{member} unpacks to more than {MAX_MEMBER // 2**20} MB")
    return content


def _parsed(data: bytes, member: str) -> Any:
    return _decoded(_unpacked(data, member), member)


def _decoded(text: bytes, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadBundle(f"{where} cannot be read: {error}") from None


class _Lines(Mapping[str, Any]):
    """A JSON object with one key a line, of which a value is read when it is asked for."""

    def __init__(self, text: bytes, where: str) -> None:
        self._text = text
        self._where = where
        self._asked = 0

    @cached_property
    def _all(self) -> dict[str, Any]:
        values = _decoded(self._text, self._where)
        if not isinstance(values, dict):
            raise BadBundle(f"{self._where} is damaged: an object is missing")
        return values

    def __getitem__(self, key: str) -> Any:
        self._asked += 1
        if self._asked > _FEW:
            return self._all[key]
        # No line break is in a JSON text, so nothing else can look like the beginning of a line.
        begin = f"\n{json.dumps(key, ensure_ascii=False)}:".encode("utf-8", "surrogatepass")
        at = self._text.find(begin)
        if at < 0:
            raise KeyError(key)
        start = at + len(begin)
        line = self._text[start : self._text.find(b"\n", start)]
        return _decoded(line.removesuffix(b","), self._where)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


@dataclass(frozen=True, slots=True)
class _Tree:
    """A JSON object of which only what is asked for is believed."""

    data: Any
    where: str

    def _get(self, key: str, kind: type, default: Any) -> Any:
        if not isinstance(self.data, dict):
            raise BadBundle(f"{self.where} is damaged: an object is missing")
        value = self.data.get(key, default)
        if not isinstance(value, kind):
            raise BadBundle(f'{self.where} is damaged: "{key}" has the wrong form')
        return value

    def text(self, key: str) -> str:
        return str(self._get(key, str, ""))

    def number(self, key: str) -> int:
        return int(self._get(key, int, 0))

    def texts(self, key: str) -> Iterator[str]:
        for value in self._get(key, list, []):
            if not isinstance(value, str):
                raise BadBundle(f'{self.where} is damaged: "{key}" has the wrong form')
            yield value

    def trees(self, key: str) -> Iterator[_Tree]:
        for value in self._get(key, list, []):
            yield _Tree(value, self.where)

    def lists(self, key: str) -> Iterator[tuple[str, list[Any]]]:
        for name, values in self._get(key, dict, {}).items():
            if not isinstance(values, list):
                raise BadBundle(f'{self.where} is damaged: "{key}" has the wrong form')
            yield name, values

    def mapping(self, key: str) -> dict[str, str]:
        return {str(name): str(value) for name, value in self._get(key, dict, {}).items()}


def _handles(tree: _Tree) -> Handles:
    match tree.data:
        case {"id": str(identifier), "code": str(code), **others} if not others:
            # Most entries of a large book: a bundle of thousands is read for one answer.
            return Handles(identifier, code)
    messages = tuple(
        (m.text("text")[:_MAX_MESSAGE], m.text("summary")[:_MAX_MESSAGE], tuple(_params(m)))
        for m in tree.trees("messages")
    )
    identifiers = tuple(
        (name, tuple(map(str, values))) for name, values in tree.lists("identifiers")
    )
    return Handles(
        tree.text("id"), tree.text("code"), tuple(tree.texts("aliases")), identifiers, messages
    )


def _params(message: _Tree) -> Iterator[Param]:
    for value in message._get("params", list, []):
        match value:
            case [str(name), str(kind), bool(redact)] if kind in TYPES:
                yield Param(name, kind, redact)  # type: ignore[arg-type]
            case _:
                raise BadBundle(f"{message.where} is damaged: a parameter has the wrong form")


class _Entries(Sequence[Handles]):
    """The handles of every entry, read when somebody looks through them; a name alone does not."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    @cached_property
    def _all(self) -> tuple[Handles, ...]:
        items = _parsed(self._data, _ENTRIES)
        if not isinstance(items, list):
            raise BadBundle(f"{_ENTRIES} is damaged: a list is missing")
        return tuple(_handles(_Tree(item, _ENTRIES)) for item in items)

    @overload
    def __getitem__(self, number: int) -> Handles: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Handles]: ...
    def __getitem__(self, number: int | slice) -> Handles | Sequence[Handles]:
        return self._all[number]

    def __len__(self) -> int:
        return len(self._all)


class _Names(Mapping[str, tuple[str, ...]]):
    """The ids of the entries that a name means."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines

    def __getitem__(self, name: str) -> tuple[str, ...]:
        ids = self._lines[name]
        if not isinstance(ids, list):
            raise BadBundle(f"{_NAMES} is damaged: a list is missing")
        return tuple(map(str, ids))

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


class _Cards(Mapping[str, Card]):
    """The entries of a locale, each read when it is asked for: of thousands, a few are."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines

    def __getitem__(self, identifier: str) -> Card:
        return _read_card(_Tree(self._lines[identifier], f'the entry "{identifier}"'))

    def __iter__(self) -> Iterator[str]:
        return iter(self._lines)

    def __len__(self) -> int:
        return len(self._lines)


def _read_card(tree: _Tree) -> Card:
    names = (
        "id",
        "catalog",
        "code",
        "title",
        "cause",
        "fix",
        "severity",
        "status",
        "locale",
        "state",
        "url",
    )
    variants = tuple(
        Variant(v.text("platform"), v.text("cause"), v.text("fix")) for v in tree.trees("variants")
    )
    texts = {name: tree.text(name) for name in names}
    return Card(**texts, variants=variants, notes=tree.mapping("notes"))
