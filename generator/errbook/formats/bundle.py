"""A whole book in one compressed file, for ``errbook explain`` where the project is not."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from errbook import __version__, patterns
from errbook.lookup import Handles, Index
from errbook.phrases import TYPES, Param

if TYPE_CHECKING:  # a bundle is read without the modules that make one
    from errbook.edition import Edition
    from errbook.model import Catalog, Entry, Remedy

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
_BOOK = "book.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)
"""Of every part: the same book gives the same bytes."""


class BadBundle(ValueError):
    """A file that is no bundle, or a damaged one. ``str()`` says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Variant:
    """What is different on one platform."""

    platform: str
    cause: str
    fix: str


@dataclass(frozen=True, slots=True)
class Card:
    """One entry as a reader of one locale gets it; texts are Markdown with whole links."""

    id: str
    catalog: str
    code: str
    """Empty where the entry has none."""
    title: str
    cause: str
    fix: str
    severity: str
    status: str
    locale: str
    """The locale that cause and fix are in; where they differ, the one that fell back."""
    state: str
    """``ok``, or the state of the translation that is missed: ``missing``, ``stale``, ``fuzzy``…"""
    url: str = ""
    """Its page, where the site's address is known."""
    variants: tuple[Variant, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)
    """Footnotes by label, as in ``[^label]``."""

    @property
    def name(self) -> str:
        """Code and title, as far as there are any."""
        return ": ".join(part for part in (self.code, self.title) if part) or self.id


@dataclass(frozen=True, slots=True)
class LocalePart:
    """Everything of a book that is in one locale."""

    cards: Mapping[str, Card]
    """By the entry's id."""
    words: Mapping[str, str]
    """errbook's own words by their names in `words`."""


@dataclass(frozen=True)
class Bundle:
    """A book for looking up: its handles, and its entries in every locale."""

    name: str
    """The name of the site."""
    locales: tuple[str, ...]
    """Tags; the source first."""
    index: Index
    load: Callable[[str], LocalePart]
    """Gives the part of a locale; only what is asked for is read."""


# --- making one ----------------------------------------------------------------------------------


def words(edition: Edition) -> dict[str, str]:
    """What `errbook explain` says, in the language of an edition."""
    gettext = edition.words.gettext
    return {
        "cause": gettext("Cause"),
        "fix": gettext("Fix"),
        "missing": gettext("not translated yet"),
        "stale": gettext("translation out of date"),
        "fuzzy": gettext("translation not reviewed yet"),
        "blocked": gettext("translation damaged"),
        "deprecated": gettext("Deprecated"),
        "retired": gettext("Retired"),
        "unknown": gettext("Not in this book:"),
        "nearest": gettext("Did you mean:"),
        "nothing": gettext(
            "Nothing here matches. Try a shorter part of the message, or the code alone."
        ),
    }


def part(edition: Edition, site: str) -> LocalePart:
    """Everything of a book in the locale of an edition.

    Args:
        edition: The book in one locale.
        site: Absolute URL of the site with a final slash, or empty.
    """
    cards = {
        entry.id: _card(edition, catalog, entry, site)
        for catalog in edition.book.catalogs
        for entry in catalog.published
    }
    return LocalePart(cards, words(edition))


def _card(edition: Edition, catalog: Catalog, entry: Entry, site: str) -> Card:
    base = f"{site}{edition.locale.tag}/" if site else ""
    rewrite = _Links(catalog, base)

    def written(remedy: Remedy | None) -> str:
        return rewrite(_markdown(edition, remedy))

    variants = tuple(Variant(v.platform, written(v.cause), written(v.fix)) for v in entry.variants)
    cause, fix = written(entry.cause), written(entry.fix)
    labels = re.findall(
        r"\[\^([^\]\s]+)\]", " ".join([cause, fix, *(v.cause + v.fix for v in variants)])
    )
    notes = {
        label: rewrite(edition.translation.text(catalog.footnotes[label]).markdown.strip())
        for label in dict.fromkeys(labels)
        if label in catalog.footnotes
    }
    locale, state = _state(edition, entry)
    return Card(
        id=entry.id,
        catalog=catalog.name,
        code=entry.code or "",
        title=edition.plain(entry.title) if entry.title else "",
        cause=cause,
        fix=fix,
        severity=entry.severity,
        status=entry.status,
        locale=locale,
        state=state,
        url=f"{base}errors/{entry.id}/" if base else "",
        variants=variants,
        notes=notes,
    )


def _markdown(edition: Edition, remedy: Remedy | None) -> str:
    if remedy is None:
        return ""
    if not remedy.texts:
        return edition.words.gettext("No action needed.")
    texts = [edition.translation.text(text).markdown.strip() for text in remedy.texts]
    if not remedy.steps:
        return "\n\n".join(texts)
    return "\n".join(
        f"{n}. {text.replace(chr(10), f'{chr(10)}   ')}" for n, text in enumerate(texts, 1)
    )


def _state(edition: Edition, entry: Entry) -> tuple[str, str]:
    """The locale that cause and fix are shown in, and the state of what fell back."""
    locale = edition.locale.tag
    for _, _, remedy in entry.remedies():
        for text in remedy.texts:
            for served in edition.translation.text(text).units:
                if not served.locale.same_language(edition.locale):
                    return served.locale.tag, served.state.value
                locale = served.locale.tag
    return locale, "ok"


@dataclass(frozen=True, slots=True)
class _Links:
    """Makes the links in a text whole; what leads nowhere outside the site is only its words."""

    catalog: Catalog
    base: str

    def __call__(self, text: str) -> str:
        pieces = re.split(r"((?<!`)(`+)(?!`).*?(?<!`)\2(?!`))", text, flags=re.S)
        written = []
        for number, piece in enumerate(pieces):
            if number % 3 == 0:
                piece = re.sub(r"\[([^\[\]]*)\]\(([^()\s]+)\)", self._link, piece)
            if number % 3 < 2:
                written.append(piece)
        return "".join(written)

    def _link(self, match: re.Match[str]) -> str:
        shown, target = match.groups()
        kind, _, name = target.partition(":")
        if kind == "link":
            target = self.catalog.links.get(name, "")
        if kind == "entry":
            target = f"{self.base}errors/{name}/" if self.base else ""
        path, hash_, anchor = target.partition("#")
        if path.endswith(".md") and "://" not in path:
            page = re.sub(r"(?:^|(?<=/))(?:index|README)\.md\Z|\.md\Z", "/", path).replace(
                "//", "/"
            )
            target = f"{self.base}{page.lstrip('/')}{hash_}{anchor}" if self.base else ""
        return f"[{shown}]({target})" if target else shown


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
        "entries": [_entry_json(entry) for entry in index.entries],
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr(zipfile.ZipInfo(_BOOK, _EPOCH), _json(book), zipfile.ZIP_DEFLATED)
        for tag, own in parts.items():
            data = {"words": own.words, "cards": {i: asdict(card) for i, card in own.cards.items()}}
            archive.writestr(
                zipfile.ZipInfo(_member(tag), _EPOCH), _json(data), zipfile.ZIP_DEFLATED
            )
    return stream.getvalue()


def _member(tag: str) -> str:
    return f"locales/{tag}.json"


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


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
    book = _Tree(_unpacked(data, _BOOK), _BOOK)
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
    index = Index(tuple(_handles(item) for item in book.trees("entries")), written)

    def load(tag: str) -> LocalePart:
        name = _member(tag)
        own = _Tree(_unpacked(data, name), name)
        return LocalePart(_Cards(own), own.mapping("words"))

    return Bundle(book.text("name"), tags, index, load)


def _unpacked(data: bytes, member: str) -> Any:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member) as stream:
            content = stream.read(MAX_MEMBER + 1)
        if len(content) > MAX_MEMBER:
            raise BadBundle(f"{member} unpacks to more than {MAX_MEMBER // 2**20} MB")
        return json.loads(content)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise BadBundle(f"it is no errbook bundle, or damaged: {error}") from None
    except KeyError:
        raise BadBundle(f"it is no errbook bundle: there is no {member} in it") from None
    except (ValueError, RecursionError, RuntimeError, NotImplementedError) as error:
        if isinstance(error, BadBundle):
            raise
        raise BadBundle(f"{member} cannot be read: {error}") from None


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

    def objects(self, key: str) -> dict[str, Any]:
        value: dict[str, Any] = self._get(key, dict, {})
        return value

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


class _Cards(Mapping[str, Card]):
    """The entries of a locale, each read when it is asked for: of thousands, a few are."""

    def __init__(self, tree: _Tree) -> None:
        self._raw = tree.objects("cards")

    def __getitem__(self, identifier: str) -> Card:
        return _read_card(_Tree(self._raw[identifier], f'the entry "{identifier}"'))

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._raw

    def __iter__(self) -> Iterator[str]:
        return iter(self._raw)

    def __len__(self) -> int:
        return len(self._raw)


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


def merged(
    bundles: Sequence[Bundle], choose: Callable[[Sequence[str]], str]
) -> tuple[Index, LocalePart]:
    """Several books as one, each in the locale that is chosen for it.

    Args:
        bundles: Of two that have an entry with one id, the first one's counts.
        choose: Picks one of some tags.
    """
    if len(bundles) == 1:
        index, own = bundles[0].index, bundles[0].load(choose(bundles[0].locales))
        if all(entry.id in own.cards for entry in index.entries):
            return index, own
    entries: dict[str, Handles] = {}
    cards: ChainMap[str, Card] = ChainMap()
    said: dict[str, str] = {}
    for book in bundles:
        own = book.load(choose(book.locales))
        for entry in book.index.entries:
            if entry.id in own.cards:
                entries.setdefault(entry.id, entry)
        cards.maps.append(own.cards)  # type: ignore[arg-type]
        said = {**own.words, **said}
    written = dict.fromkeys(p for book in bundles for p in book.index.code_patterns)
    return Index(tuple(entries.values()), tuple(written)), LocalePart(cards, said)
