"""Reads logs piece by piece: what each piece mentions, and what that adds up to."""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from errbook.lookup import Index
from errbook.matching import TAIL, Matcher, most_specific
from errbook.phrases import Kind

_BLOCK = 32 * 1024
"""How much is searched for messages at once: what makes one sweep for a message affordable."""
_LONGEST_LINE = 64 * 1024
"""After so much without a line break, a line is cut."""
_MAX_UNKNOWN = 1000
"""How many codes that are in no entry are kept."""

_ESCAPES = re.compile(
    rb"\x1b(?:\[[0-?]{0,32}[ -/]{0,4}[@-~]|\][^\x07\x1b\n]{0,512}(?:\x07|\x1b\\))"
)
"""Colours and links that programs write for terminals; the letter at their end hides a code."""


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
        tail = data[-TAIL:]
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

    def ranked(self, index: Index) -> list[Mention]:
        """Every mention, the most specific first.

        A summary that several entries share says little: it counts only where none of them is
        found by anything else.

        Args:
            index: The book that was looked in.
        """
        weak: list[Mention] = []
        if self._summaries:
            sharing, told = index.sharing, self._mentions.keys()
            weak = [m for i, m in self._summaries.items() if told.isdisjoint(sharing.get(i, {i}))]
        return sorted([*self._mentions.values(), *weak], key=lambda m: (-m.weight, m.line, m.entry))
