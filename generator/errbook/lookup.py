"""Finds entries: by code, alias or identifier, and every one that a text mentions."""

from __future__ import annotations

import codecs
import difflib
import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from errbook import patterns, phrases
from errbook.phrases import Gap, Kind, Param, Phrase, Segment

if TYPE_CHECKING:  # explain reads bundles without the book's model, which takes long to import
    from errbook.model import Book, Entry

VERSION = 1
"""Version of the matcher's JSON form; it grows only when a program must read it differently."""

_BLOCK = 32 * 1024
"""How much is searched for messages at once: what makes one sweep for a message affordable."""
_TAIL = 2048
"""How much of what was read before is looked at again, for messages that go on after it."""
_LONGEST_LINE = 64 * 1024
"""After so much without a line break, a line is cut."""
_REACH = 4096
"""How far a message may go on behind one of its words, or behind a gap in the next lines."""
_WRAPPED = 6
"""Over how many lines a message may be wrapped, before and behind its rarest words."""
_MAX_UNKNOWN = 1000
"""How many codes that are in no entry are kept."""

_SEPARATED = bytes(
    ord(chr(c).lower()) if c < 128 and (chr(c).isalnum() or c == 0x5F) else 0x20 for c in range(256)
)
"""Translates a text into words in small letters with spaces around them."""
_ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\))"
)
"""Colours and links that programs write for terminals; the letter at their end hides a code."""
_DISTINCTIVE = re.compile(r"(?=.*[A-Za-z])(?=.*[0-9]).{5,64}\Z")
"""Identifiers such as 0x80070005, which a log can only mean as such; 13 is none."""


@dataclass(frozen=True, slots=True)
class Handles:
    """Everything that leads to one entry."""

    id: str
    code: str = ""
    aliases: tuple[str, ...] = ()
    identifiers: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(system, values), as in ``("exit-code", ("13",))``."""
    messages: tuple[tuple[str, str, tuple[Param, ...]], ...] = ()
    """(text, summary, parameters)."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.code, self.id, *self.aliases) if name))


def handles(entry: Entry) -> Handles:
    """The handles of an entry of a book."""
    messages = tuple(
        (m.text, m.summary, tuple(Param(p.name, p.type, p.redact) for p in m.params))
        for m in entry.messages
    )
    return Handles(entry.id, entry.code or "", entry.aliases, entry.identifiers, messages)


def of_book(book: Book) -> Index:
    """The index of a book's published entries."""
    published = [entry for catalog in book.catalogs for entry in catalog.published]
    written = tuple(catalog.code_pattern for catalog in book.catalogs if catalog.code_pattern)
    return Index(tuple(map(handles, published)), written)


@dataclass(frozen=True, slots=True)
class Found:
    """One place of a text that leads to an entry."""

    entry: str
    kind: Kind
    """``handle`` for a code, an alias or an identifier."""
    weight: int
    """How specific the match is: the characters of it that no other text would have there."""
    start: int
    """Offset of its first character."""
    end: int
    params: Mapping[str, str] = field(default_factory=dict)
    """What the message's parameters were."""


@dataclass(frozen=True)
class Index:
    """All handles of a book."""

    entries: tuple[Handles, ...]
    code_patterns: tuple[str, ...] = ()

    # --- one name --------------------------------------------------------------------------------

    @cached_property
    def by_name(self) -> Mapping[str, tuple[str, ...]]:
        """The ids of the entries that a code, an id or an alias means, by its lower-case form."""
        return _grouped((name.lower(), e.id) for e in self.entries for name in e.names)

    @cached_property
    def by_identifier(self) -> Mapping[str, tuple[str, ...]]:
        """The same for identifiers: ``exit-code:13``, and ``13`` alone."""
        pairs = []
        for entry in self.entries:
            for system, values in entry.identifiers:
                for value in values:
                    pairs += [(f"{system}:{value}".lower(), entry.id), (value.lower(), entry.id)]
        return _grouped(pairs)

    @cached_property
    def _by_number(self) -> Mapping[str, tuple[str, ...]]:
        numbers = ((re.sub(r"\D", "", e.code).lstrip("0"), e.id) for e in self.entries if e.code)
        return _grouped((number, identifier) for number, identifier in numbers if number)

    @cached_property
    def _by_message(self) -> Mapping[str, tuple[str, ...]]:
        pairs = []
        for entry in self.entries:
            for text, summary, _ in entry.messages:
                pairs += [(_plain(literal), entry.id) for literal in (text, summary) if literal]
        return _grouped(pairs)

    def resolve(self, name: str) -> tuple[str, ...]:
        """The ids of the entries that somebody means with a name; letter case does not matter.

        A code, id or alias counts first, then ``system:value`` or ``system=value``, then a message
        to the letter, then the value of an identifier, then the number of a code alone.
        """
        wanted = name.strip().lower()
        identifier = re.sub(r"(?:\s*[:=]\s*|\s+)(?=[^\s:=]+\Z)", ":", wanted)
        identifier = re.sub(r"\s+", "-", identifier)
        return (
            self.by_name.get(wanted)
            or self.by_identifier.get(identifier)
            or self._by_message.get(_plain(name))
            or self.by_identifier.get(wanted)
            or (self._by_number.get(wanted.lstrip("0")) if wanted.isdigit() else None)
            or ()
        )

    def nearest(self, name: str, count: int = 3) -> tuple[str, ...]:
        """The codes, ids, aliases and identifiers that look most like a name, best first."""
        known: dict[str, str] = {}
        for entry in self.entries:
            for handle in entry.names if entry.code else (entry.id, *entry.aliases):
                known.setdefault(handle.lower(), handle)
            for system, values in entry.identifiers:
                known.update((f"{system}:{v}".lower(), f"{system}:{v}") for v in values)
        wanted = name.strip().lower()
        close = difflib.get_close_matches(wanted, known, 4 * count, 0.7)
        # A number is most often wrong at its end: 0018 is nearer to 0019 than 0101 is.
        close.sort(key=lambda handle: -_common_start(handle, wanted))
        return tuple(known[handle] for handle in close[:count])

    # --- texts -----------------------------------------------------------------------------------

    def private(self, entry: str) -> frozenset[str]:
        """The names of an entry's parameters whose values may be private."""
        return self._private.get(entry, frozenset())

    @cached_property
    def _private(self) -> Mapping[str, frozenset[str]]:
        return {
            entry.id: frozenset(
                p.name for _, _, params in entry.messages for p in params if p.redact
            )
            for entry in self.entries
            if entry.messages
        }

    @cached_property
    def sharing(self) -> Mapping[str, frozenset[str]]:
        """For each entry with a summary, the entries that have one of its summaries."""
        pairs = [(s, e.id) for e in self.entries for _, s, _ in e.messages if s]
        found: dict[str, set[str]] = {}
        for group in _grouped(pairs).values():
            for identifier in group:
                found.setdefault(identifier, set()).update(group)
        return {identifier: frozenset(group) for identifier, group in found.items()}

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """What finds the messages, and the handles that no code pattern finds."""
        codes = [patterns.compile_code(pattern) for pattern in self.code_patterns]
        found: list[Phrase | None] = []
        for entry in self.entries:
            for text, summary, params in entry.messages:
                found.append(phrases.phrase(entry.id, text, params))
                if summary:
                    found.append(phrases.phrase(entry.id, summary, kind="summary"))
            values = [v for _, group in entry.identifiers for v in group if _DISTINCTIVE.match(v)]
            coded = [name for name in (entry.code, *entry.aliases) if name]
            for name in dict.fromkeys([*coded, *values]):
                if name in values or not any(code.fullmatch(name) for code in codes):
                    found.append(phrases.phrase(entry.id, name, kind="handle"))
        return phrases.with_rarest(dict.fromkeys(item for item in found if item is not None))

    @cached_property
    def matcher(self) -> Matcher:
        return Matcher(self)

    def as_json(self) -> dict[str, Any]:
        """The matcher for a program in another language, the browser above all."""
        return {
            "version": VERSION,
            "codes": list(self.code_patterns),
            "names": {name: list(ids) for name, ids in self.by_name.items()},
            "identifiers": {name: list(ids) for name, ids in self.by_identifier.items()},
            "phrases": [item.as_json() for item in self.phrases],
            "redact": {entry: sorted(names) for entry, names in self._private.items() if names},
        }

    def written(self) -> str:
        """The matcher as the text of a file."""
        return json.dumps(self.as_json(), ensure_ascii=False, separators=(",", ":")) + "\n"


def _common_start(left: str, right: str) -> int:
    """How many characters two texts have in common at their beginning."""
    differing = (n for n, (a, b) in enumerate(zip(left, right, strict=False)) if a != b)
    return next(differing, min(len(left), len(right)))


def _grouped(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, identifier in pairs:
        found.setdefault(name, {})[identifier] = None
    return {name: tuple(ids) for name, ids in found.items()}


def _plain(text: str) -> str:
    return phrases.fold(text).rstrip(".").lower()


# --- searching -----------------------------------------------------------------------------------


def _code_search(pattern: str, flags: int = 0) -> re.Pattern[bytes]:
    """A pattern that finds codes in bytes, with ASCII boundaries.

    Engines look for a literal beginning far faster than for a pattern: where there is one, the
    boundary before it is looked at behind it.
    """
    literal = re.match(r"[A-Za-z0-9_]+(?![*+?{])|[A-Za-z0-9_]+(?=[A-Za-z0-9_])", pattern)
    after = "(?![A-Za-z0-9_])"
    if literal and "|" not in pattern:
        begin = literal[0]
        written = f"{begin}(?<![A-Za-z0-9_]{begin})(?:{pattern[len(begin) :]}){after}"
    elif re.match(r"\[[A-Za-z0-9_-]+\]|\\[dw]", pattern) and "|" not in pattern:
        written = rf"\b(?:{pattern}){after}"
    else:
        written = f"(?<![A-Za-z0-9_])(?:{pattern}){after}"
    return re.compile(written.encode("utf-8"), flags)


class _Part:
    """One segment of a phrase, compiled."""

    __slots__ = ("names", "search", "starts")

    def __init__(self, segment: Segment) -> None:
        self.names = segment.names
        self.starts = segment.starts_with
        pattern = segment.pattern.replace(r"\u0080-\uffff", r"\x80-\xff")
        self.search = re.compile(pattern.encode("utf-8")).search


_Place = tuple[int, int, dict[str, tuple[int, int]]]
"""Start, end and the span of each parameter."""
_IN_WORD = frozenset(b"abcdefghijklmnopqrstuvwxyz0123456789_")
_NO_PATH = tuple(b'"<>|*?')


class _Searcher:
    """Finds one phrase in lower-case bytes; compiled when its words turn up for the first time."""

    __slots__ = ("_parts", "phrase")

    def __init__(self, phrase: Phrase) -> None:
        self.phrase = phrase
        self._parts: list[tuple[Gap | None, _Part | None]] | None = None

    @property
    def parts(self) -> list[tuple[Gap | None, _Part | None]]:
        """(gap, segment behind it) pairs; either may be missing."""
        if self._parts is None:
            pairs: list[tuple[Gap | None, _Part | None]] = []
            gap: Gap | None = None
            for step in self.phrase.steps:
                if isinstance(step, Gap):
                    gap = step
                else:
                    pairs.append((gap, _Part(step)))
                    gap = None
            if gap is not None:
                pairs.append((gap, None))
            self._parts = pairs
        return self._parts

    def all(self, low: bytes, position: int, limit: int) -> Iterator[_Place]:
        """The places of the phrase between two offsets."""
        while position < limit:
            found, position = self._next(low, position, limit)
            if found is not None:
                yield found

    def _next(self, low: bytes, position: int, limit: int) -> tuple[_Place | None, int]:
        """The next place, and where to go on; nothing is read twice but the part behind a gap."""
        (gap, first), *rest = self.parts
        match = first.search(low, position, limit) if first else None
        if match is None or first is None:
            return None, limit
        start, end = match.span(1)[0] if first.starts == "group" else match.start(), match.end()
        if first.starts == "word" and start and low[start - 1] in _IN_WORD:
            return None, start + 1
        spans = {name: match.span(n) for n, name in enumerate(first.names, 1)}
        if gap is not None:
            line = max(low.rfind(b"\n", 0, start) + 1, position)
            spans[gap.name] = _stripped(low, line, start)
        for gap, part in rest:
            line_end = low.find(b"\n", end, limit)
            stop = line_end = limit if line_end < 0 else line_end
            if part is not None:
                match = part.search(low, end, min(limit, line_end + _REACH))
                if match is None or match.start() > line_end:
                    return None, max(line_end, start + 1)
                stop = match.start()
            if gap is not None:
                barred = max(low.rfind(c, end, stop) for c in _NO_PATH) if gap.path else -1
                if barred >= 0 or (gap.path and stop == end):
                    # Whatever begins before that character has it in its gap too.
                    return None, max(barred, start + 1)
                spans[gap.name] = _stripped(low, end, stop)
            if part is None:
                end = _stripped(low, end, stop)[1]
            else:
                end = match.end()
                spans |= {name: match.span(n) for n, name in enumerate(part.names, 1)}
        return (start, end, spans), max(end, start + 1)


def _stripped(low: bytes, start: int, end: int) -> tuple[int, int]:
    """A gap without the spaces around it."""
    text = low[start:end]
    left = len(text) - len(text.lstrip())
    return start + min(left, end - start), start + max(left, len(text.rstrip()))


class Matcher:
    """Finds what a text mentions, in time that grows with the text alone.

    A text is cut into words once. Only where the rarest word of a message stands among its
    neighbours is the whole message looked for, with patterns that cannot run away.
    """

    def __init__(self, index: Index) -> None:
        self.index = index
        self._codes = [_code_search(pattern) for pattern in index.code_patterns]
        self._loose = [_code_search(p, re.IGNORECASE) for p in index.code_patterns]
        self._searchers = [_Searcher(item) for item in index.phrases]
        self._pairs: dict[tuple[bytes, bytes], list[int]] = {}
        """Numbers of the phrases by a word of theirs and the one behind it."""
        self._singles: dict[bytes, list[int]] = {}
        """Numbers of the phrases that have one word only."""
        self._wordless: dict[bytes, list[int]] = {}
        """Numbers of the phrases that have none, by their longest run."""
        for number, item in enumerate(index.phrases):
            words = [word.encode() for word in item.words[item.anchor : item.anchor + 2]]
            if len(words) == 2:
                self._pairs.setdefault((words[0], words[1]), []).append(number)
            elif words:
                self._singles.setdefault(words[0], []).append(number)
            else:
                self._wordless.setdefault(item.literal.encode(), []).append(number)
        self._neighbours = [" ".join(item.words).encode() for item in index.phrases]
        self._pair_set, self._single_set = frozenset(self._pairs), frozenset(self._singles)

    def find(self, text: str, *, any_case: bool = False) -> list[Found]:
        """Every place of a text that leads to an entry, the most specific ones first.

        Args:
            text: A message, or a whole log.
            any_case: Whether codes count in any letter case, as people type them; messages always
                do.
        """
        data = text.encode("utf-8", "replace")
        places = [*self._find_codes(data, any_case), *self.find_phrases(data)]
        offset = _offsets(data)
        return [
            Found(f.entry, f.kind, f.weight, offset(f.start), offset(f.end), f.params)
            for f in most_specific(places)
        ]

    def codes(self, data: bytes) -> Iterator[tuple[re.Pattern[bytes], Counter[bytes]]]:
        """For each code pattern, the codes in a text and how often they are there."""
        for search in self._codes:
            counts = Counter(search.findall(data))
            if counts:
                yield search, counts

    def _find_codes(self, data: bytes, any_case: bool) -> Iterator[Found]:
        for search in self._loose if any_case else self._codes:
            for match in search.finditer(data):
                name = match[0].decode()
                for entry in self.index.by_name.get(name.lower(), ()):
                    yield Found(entry, "handle", len(name), match.start(), match.end())

    def find_phrases(self, data: bytes) -> Iterator[Found]:
        """The places of messages and of handles without a pattern; offsets are in bytes."""
        low = data.lower()
        for number, begin, limit in self._candidates(low):
            searcher = self._searchers[number]
            item = searcher.phrase
            for start, end, spans in searcher.all(low, begin, limit):
                params = {
                    name: data[left:right].decode("utf-8", "replace")
                    for name, (left, right) in spans.items()
                }
                yield Found(item.entry, item.kind, item.weight, start, end, params)

    def _candidates(self, low: bytes) -> Iterator[tuple[int, int, int]]:
        """(number of the phrase, start and end of the part of the text that may hold it)."""
        words = low.translate(_SEPARATED).split()
        # Python gives zip's pairs one after the other in one tuple; pairwise makes each anew.
        pairs = self._pair_set.intersection(zip(words, words[1:], strict=False))  # noqa: RUF007
        present = [(max(pair, key=len), self._pairs[pair]) for pair in pairs]
        present += [(word, self._singles[word]) for word in self._single_set.intersection(words)]
        present += [item for item in self._wordless.items() if item[0] in low]
        if not present:
            return
        normal = b" ".join(words)
        for literal, all_numbers in present:
            numbers = [n for n in all_numbers if self._neighbours[n] in normal]
            if not numbers:
                continue
            first, last = low.find(literal), low.rfind(literal)
            begin, end = _lines_before(low, first), _lines_after(low, last)
            for number in numbers:
                yield number, begin, end


def _lines_before(low: bytes, position: int) -> int:
    """The start of what a message may fill before a part of it, wrapped lines included."""
    least = max(0, position - _TAIL)
    for _ in range(_WRAPPED):
        position = low.rfind(b"\n", least, position)
        if position < 0:
            return least
    return position


def _lines_after(low: bytes, position: int) -> int:
    """The end of what a message may fill behind a part of it, wrapped lines included."""
    most = min(len(low), position + _REACH)
    for _ in range(_WRAPPED):
        position = low.find(b"\n", position, most) + 1
        if not position:
            return most
    return position


def _offsets(data: bytes) -> Any:
    """Turns offsets in UTF-8 into offsets in characters."""
    if data.isascii():
        return lambda offset: offset
    starts = [i for i, byte in enumerate(data) if byte & 0xC0 != 0x80]
    return lambda offset: bisect_left(starts, offset)


def most_specific(places: Iterable[Found]) -> list[Found]:
    """Places by weight, heaviest first.

    Left out are: what lies inside a heavier message, unless it is a code; an entry's second handle
    in one place; and a summary where the text of one of its messages is found too.
    """
    kept: list[Found] = []
    around: list[Found] = []
    for found in sorted(places, key=lambda f: (f.start, -f.end, -f.weight, f.entry)):
        around = [other for other in around if other.end >= found.end]
        inside = any(
            other.entry == found.entry or (other.weight > found.weight and found.kind != "handle")
            for other in around
        )
        around.append(found)
        if not inside:
            kept.append(found)
    told = {found.entry for found in kept if found.kind == "message"}
    spans = {(f.start, f.end) for f in kept if f.kind == "summary" and f.entry in told}
    kept = [f for f in kept if f.kind != "summary" or (f.start, f.end) not in spans]
    return sorted(kept, key=lambda f: (-f.weight, f.start, f.entry))


# --- logs ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hit:
    """What a part of a log says about one entry."""

    entry: str
    kind: Kind
    weight: int
    count: int
    """How often; 0 where the same line was counted for the entry's code already."""
    line: int
    """Line of the first one, counted from 1; 0 where the entry was hit before."""
    params: Mapping[str, str] = field(default_factory=dict)


class Scanner:
    """Reads a log piece by piece and says what each piece mentions.

    Memory stays the same however long the log is and however long its lines are. A message that
    goes on in the next line, or behind the end of a piece, is found when the rest is there.
    """

    def __init__(self, matcher: Matcher) -> None:
        self._matcher = matcher
        self._index = matcher.index
        self._codes_of = {
            e.id: [name.encode() for name in (e.code, *e.aliases) if name]
            for e in matcher.index.entries
        }
        self._pending = b""
        self._tail = b""
        self._line = 1
        self._seen: set[str] = set()
        self.unknown: Counter[str] = Counter()
        """Codes that look right and are in no entry."""

    def feed(self, data: bytes) -> list[Hit]:
        """What the lines that this piece completes mention, the most specific first."""
        data = self._pending + data
        cut = data.rfind(b"\n") + 1
        if not cut and len(data) > _LONGEST_LINE:
            cut = data.rfind(b" ") + 1 or len(data)
        self._pending = data[cut:]
        return self._take(data[:cut])

    def close(self) -> list[Hit]:
        """What is mentioned after the last line break."""
        rest, self._pending = self._pending, b""
        return self._take(rest)

    def _take(self, text: bytes) -> list[Hit]:
        if not text:
            return []
        if b"\x1b" in text:
            text = _ESCAPES.sub(b"", text)
        hits = [*self._codes(text)]
        for block in _blocks(text) if self._index.phrases else ():
            hits += self._messages(block)
        self._line += text.count(b"\n") if not self._index.phrases else 0
        return sorted(hits, key=lambda hit: (-hit.weight, hit.line))

    def _codes(self, text: bytes) -> Iterator[Hit]:
        for search, counts in self._matcher.codes(text):
            known = {code: self._index.by_name.get(code.decode().lower(), ()) for code in counts}
            fresh = {code for code, ids in known.items() if not self._seen.issuperset(ids)}
            lines = _first_lines(search, text, fresh, self._line) if fresh else {}
            for code, ids in known.items():
                if not ids and (len(self.unknown) < _MAX_UNKNOWN or code.decode() in self.unknown):
                    self.unknown[code.decode()] += counts[code]
                for entry in ids:
                    yield Hit(entry, "handle", len(code), counts[code], lines.get(code, 0))
                self._seen.update(ids)

    def _messages(self, block: bytes) -> Iterator[Hit]:
        data = self._tail + block
        before = self._line - self._tail.count(b"\n")
        for found in most_specific(self._matcher.find_phrases(data)):
            if found.end <= len(self._tail):
                continue
            start = data.rfind(b"\n", 0, found.start) + 1
            line = data[
                start : data.find(b"\n", found.start) if b"\n" in data[found.start :] else None
            ]
            counted = any(code in line for code in self._codes_of[found.entry])
            number = before + data.count(b"\n", 0, found.start)
            yield Hit(found.entry, found.kind, found.weight, not counted, number, found.params)
            self._seen.add(found.entry)
        self._line += block.count(b"\n")
        tail = data[-_TAIL:]
        self._tail = tail[tail.find(b"\n") + 1 :] if b"\n" in tail[:-1] else tail


def _blocks(text: bytes) -> Iterator[bytes]:
    """A text in blocks that end with a line, or in a very long line with a word."""
    start = 0
    while start < len(text):
        end = start + _BLOCK
        if end < len(text):
            end = max(text.rfind(b"\n", start, end), text.rfind(b" ", end - 1024, end)) + 1 or end
        yield text[start:end]
        start = end


def _first_lines(
    search: re.Pattern[bytes], text: bytes, codes: set[bytes], line: int
) -> dict[bytes, int]:
    """The line on which each of some codes is first."""
    found: dict[bytes, int] = {}
    position = 0
    for match in search.finditer(text):
        if match[0] in codes and match[0] not in found:
            line += text.count(b"\n", position, match.start())
            position = match.start()
            found[match[0]] = line
    return found


def utf8(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces of a log as UTF-8; PowerShell writes UTF-16 when it redirects."""
    decode = None
    for number, piece in enumerate(pieces):
        if number == 0 and piece[:2] in (b"\xff\xfe", b"\xfe\xff"):
            decode = codecs.getincrementaldecoder("utf-16")("replace")
        yield decode.decode(piece).encode("utf-8", "replace") if decode else piece


@dataclass
class Mention:
    """An entry that was found, with everything about its places."""

    entry: str
    kind: Kind = "handle"
    weight: int = 0
    count: int = 0
    source: str = ""
    """The file of the first place; empty for an argument and the standard input."""
    line: int = 0
    """The line of the first place; 0 in an argument."""
    params: dict[str, str] = field(default_factory=dict)
    """Of the first message with parameters."""


class Tally:
    """Adds up what is found."""

    def __init__(self) -> None:
        self._mentions: dict[str, Mention] = {}
        self._summaries: dict[str, Mention] = {}

    def add(self, hit: Hit, source: str = "") -> Mention | None:
        """Count a hit; returns the mention when it is the first one of its entry."""
        held = self._summaries if hit.kind == "summary" else self._mentions
        mention = held.get(hit.entry)
        new = mention is None
        if mention is None:
            mention = held[hit.entry] = Mention(hit.entry, source=source, line=hit.line)
        mention.count += hit.count
        if hit.weight > mention.weight:
            mention.weight, mention.kind = hit.weight, hit.kind
        mention.params = mention.params or dict(hit.params)
        return mention if new and hit.kind != "summary" else None

    def named(
        self,
        entry: str,
        weight: int,
        kind: Kind = "handle",
        params: Mapping[str, str] | None = None,
    ) -> Mention | None:
        """Count an entry that was asked for, not found in a log."""
        return self.add(Hit(entry, kind, weight, 1, 0, params or {}))

    def ranked(self, summaries: Mapping[str, frozenset[str]]) -> list[Mention]:
        """Every mention, the most specific first.

        A summary that several entries share says little: it counts only where none of them is
        found by anything else.

        Args:
            summaries: For each entry, the entries that share a summary with it.
        """
        told = self._mentions.keys()
        weak = [m for i, m in self._summaries.items() if told.isdisjoint(summaries.get(i, {i}))]
        return sorted([*self._mentions.values(), *weak], key=lambda m: (-m.weight, m.line, m.entry))
