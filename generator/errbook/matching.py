"""Finds every place of a text that mentions an entry, in time that grows with the text alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from errbook.lookup import Index
from errbook.phrases import Gap, Kind, Phrase, Segment

TAIL = 2048
"""How much of what was read before is looked at again, for messages that go on after it."""
_REACH = 4096
"""How far a message may go on behind one of its words, or behind a gap in the next lines."""
_WRAPPED = 6
"""Over how many lines a message may be wrapped, before and behind its rarest words."""

_SEPARATED = bytes(
    ord(chr(c).lower()) if c < 128 and (chr(c).isalnum() or c == 0x5F) else 0x20 for c in range(256)
)
"""Translates a text into words in small letters with spaces around them."""


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
        """For each code pattern, the codes in a text and how often they are there.

        Patterns of two catalogs may find the same codes: those count for the first one alone.
        """
        for number, search in enumerate(self._codes):
            counts = Counter(search.findall(data))
            for before in self._codes[:number]:
                for code in [code for code in counts if before.fullmatch(code)]:
                    del counts[code]
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
    least = max(0, position - TAIL)
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
