"""Turns a literal message into what finds it in a text, whatever its parameters hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:  # the matcher starts without the book's model: explain reads bundles in no time
    from errbook.model import ParamType

TYPES = frozenset("text word int url host address guid email path literal".split())
"""The types of parameters, as the model has them."""

Kind = Literal["message", "summary", "handle"]

_SPACE = r"[ \t\r\n]"
_QUOTE = r"""(?:\\{0,3}["'])?"""
_SPACES = re.compile(f"{_SPACE}+")
_WORD = re.compile(r"[A-Za-z0-9_]+")
_ENDS_IN_WORD = re.compile(r"[A-Za-z0-9_]\Z")
_SPECIAL = frozenset("^$.|?*+()[]{}/")
"""Characters that are escaped; JavaScript refuses an escape that is not needed."""

_WIDE = r"\u0080-\uffff"
_HOST_END = rf"[a-z0-9_{_WIDE}]"
_PORT = r"(?::[0-9]{1,5})?"
_HOST = rf"{_HOST_END}(?:[a-z0-9_.{_WIDE}-]{{0,251}}{_HOST_END})?"
_ADDRESS = rf"[a-z0-9_:{_WIDE}](?:[a-z0-9_.:%{_WIDE}-]{{0,251}}{_HOST_END})?"
_BRACKETS = rf"\[[0-9a-z:.%]{{2,64}}\]{_PORT}"
_GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_EMAIL = rf"[a-z0-9.!#$%&*+=?^_~{_WIDE}-]{{1,64}}@[a-z0-9.{_WIDE}-]{{0,252}}{_HOST_END}"


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a parameter of one type looks like, in lower case, and what may not stand before it."""

    pattern: str
    """``%s``, if there, stands where the first character of what follows leaves a set."""
    last: str
    """The same at the end of a message, where a full stop or a bracket is no part of it."""
    before: str
    """Set of characters that cannot stand before it; so a search starts once for each run."""


def _same(pattern: str, before: str) -> _Shape:
    return _Shape(pattern, pattern, before)


_WORD_START = r"""^ \t\r\n"'=(\["""
"""Set of the characters of a word that begins a message: a log has msg="cron.service: …"."""
_URL_CHARACTER = r"""^ \t\r\n"'<>\\"""
_PUNCTUATION = r".,;:!?)\]}"
_SHAPES: Mapping[str, _Shape] = {
    "word": _Shape(
        r"[^ \t\r\n%s]{1,256}",
        rf"""[^ \t\r\n]{{0,255}}[^ \t\r\n"'{_PUNCTUATION}]""",
        _WORD_START,
    ),
    "int": _same(r"(?:0x[0-9a-f]{1,16}|[-+]?[0-9]{1,20})", "0-9a-z_."),
    "url": _Shape(
        rf"[a-z][a-z0-9+.-]{{0,20}}:\/\/[{_URL_CHARACTER}%s]{{1,2000}}",
        rf"[a-z][a-z0-9+.-]{{0,20}}:\/\/[{_URL_CHARACTER}]{{0,2000}}"
        rf"[{_URL_CHARACTER}{_PUNCTUATION}]",
        "a-z0-9+.-",
    ),
    "host": _same(f"(?:{_BRACKETS}|{_HOST}{_PORT})", f"a-z0-9_.{_WIDE}-"),
    "address": _same(f"(?:{_BRACKETS}|{_ADDRESS})", f"a-z0-9_.:%{_WIDE}-"),
    "guid": _same(_GUID, "0-9a-z-"),
    "email": _same(_EMAIL, f"a-z0-9.!#$%&*+=?^_~{_WIDE}-"),
}
"""Parameters that have a shape; ``text`` and ``path`` have none and are gaps."""

_TELLING = frozenset({"url", "host", "address", "guid", "email"})
"""Types that tell more than a word does: little literal text beside them is enough."""
_COMMON = frozenset(
    "a an and at be by can cannot code could did do does error failed failure for from get has have"
    " if in info invalid is it not of on or please that the there this to was were while with http"
    " https post request response status warning".split()
)
"""Words that many lines of many logs have: other words of a message are looked for first."""


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter, as a message declares it."""

    name: str
    type: ParamType = "text"
    redact: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of a message that one pattern finds."""

    pattern: str
    """In the part of regular expressions that Python and JavaScript read alike; lower case."""
    names: tuple[str, ...] = ()
    """The names of its groups, in order."""
    starts_with: Literal["", "word", "group"] = ""
    """``word``: no letter, digit or underscore may stand before it.

    ``group``: the pattern begins with what stands before it; the match starts with the first group.
    """


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of a message that can be anything within its line."""

    name: str
    path: bool = False
    """Whether it is a path, which has no quotation mark and no angle bracket."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What finds one message in a text."""

    entry: str
    kind: Kind
    weight: int
    """How much of it never changes, in characters: the more, the more specific it is."""
    words: tuple[str, ...]
    """Neighbouring words of it, in lower case, which every text that holds it has."""
    anchor: int
    """Which of the words is looked for first, together with the one behind it: the rarest."""
    literal: str
    """The longest run of it that never changes: what is looked for when it has no words."""
    steps: tuple[Segment | Gap, ...]
    """Its parts, in order; no two gaps touch."""
    runs: tuple[tuple[str, ...], ...] = ()
    """All runs of neighbouring words of it; the words are one of them."""

    def as_json(self) -> dict[str, Any]:
        """The form that a program in another language reads."""
        steps: list[dict[str, Any]] = []
        for step in self.steps:
            if isinstance(step, Gap):
                steps.append({"gap": step.name, "path": step.path})
            else:
                names = list(step.names)
                steps.append({"re": step.pattern, "names": names, "starts": step.starts_with})
        return {
            "entry": self.entry,
            "kind": self.kind,
            "weight": self.weight,
            "words": list(self.words),
            "anchor": self.anchor,
            "literal": self.literal,
            "steps": steps,
        }


def phrase(
    entry: str, text: str, params: Sequence[Param] = (), kind: Kind = "message"
) -> Phrase | None:
    """What finds a message, or None when it has too little of its own to be found in a log.

    A message that is one single word, or hardly more than its parameters, would be found
    everywhere; one in which two parameters touch has no place where one ends.

    Args:
        entry: Id of the entry it leads to.
        text: The message, with ``{name}`` for each declared parameter.
        params: Its parameters; those of type ``literal`` are literal text.
        kind: What it is; a handle (a code, an alias) may be a single word.
    """
    pieces = _pieces(fold(text), params)
    if not _usable(pieces, kind):
        return None
    steps = tuple(_steps(pieces))
    runs = tuple(_word_runs(pieces))
    words = max(runs, key=len, default=())
    literals = [piece for piece in pieces if isinstance(piece, str)]
    weight = sum(len("".join(piece.split())) for piece in literals)
    longest = max((run for piece in literals for run in piece.split()), key=len)
    return Phrase(entry, kind, weight, words, 0, ascii_lower(longest), steps, runs)


def fold(text: str) -> str:
    """The text with each run of spaces and line breaks as one space, and none around it."""
    return _SPACES.sub(" ", text).strip(" ")


def ascii_lower(text: str) -> str:
    """The text with A to Z as small letters, and nothing else changed: its length stays."""
    return text.translate(_LOWER)


_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


def _pieces(text: str, params: Sequence[Param]) -> list[str | Param]:
    """The literal pieces and the parameters of a message, in order."""
    known = {param.name: param for param in params if param.type != "literal"}
    names = "|".join(re.escape(name) for name in known)
    parts = re.split(rf"\{{({names})\}}", text) if names else [text]
    found: list[str | Param] = []
    for number, part in enumerate(parts):
        if number % 2:
            found.append(known[part])
        elif part:
            found.append(part)
    return found


def _usable(pieces: Sequence[str | Param], kind: Kind) -> bool:
    for number, (left, right) in enumerate(pairwise(pieces), 2):
        if isinstance(left, str):
            continue
        if isinstance(right, Param):
            return False
        if left.type in ("text", "path") and not right.strip() and number < len(pieces):
            return False
    literal = " ".join(piece for piece in pieces if isinstance(piece, str))
    words = [word for word in _WORD.findall(literal) if not word.isdigit() or kind == "handle"]
    size = len("".join(literal.split()))
    if kind == "handle":
        return bool(words)
    if any(isinstance(piece, Param) and piece.type in _TELLING for piece in pieces):
        return size >= 4
    wide = sum(not character.isascii() for character in literal)
    return (len(words) >= 2 and size >= 8) or wide >= 6


def _steps(pieces: Sequence[str | Param]) -> Iterator[Segment | Gap]:
    start = 0
    for number, piece in enumerate(pieces):
        if isinstance(piece, Param) and piece.type in ("text", "path"):
            if number > start:
                yield _segment(pieces, start, number)
            yield Gap(piece.name, piece.type == "path")
            start = number + 1
    if start < len(pieces):
        yield _segment(pieces, start, len(pieces))


def _segment(pieces: Sequence[str | Param], start: int, stop: int) -> Segment:
    """The pattern of the pieces from start to stop, which has no gap among them."""
    written: list[str] = []
    names: list[str] = []
    whole_start, whole_stop = start == 0, stop == len(pieces)
    for number in range(start, stop):
        piece = pieces[number]
        if isinstance(piece, str):
            # A gap takes the other spaces beside it: so no run of spaces is read over and over.
            after_gap = number == start and not whole_start
            before_gap = number == stop - 1 and not whole_stop
            written.append(_literal(piece, after_gap=after_gap, before_gap=before_gap))
        else:
            names.append(piece.name)
            following = pieces[number + 1] if number + 1 < stop else None
            written.append(
                _shape(piece, following, first=number == 0, last=number == len(pieces) - 1)
            )
    first, last = pieces[start], pieces[stop - 1]
    starts: Literal["", "word", "group"] = ""
    if whole_start:
        starts = "group" if isinstance(first, Param) else "word" if _WORD.match(first) else ""
    end = ""
    if whole_stop:
        if isinstance(last, Param):
            end = "(?![a-z0-9_])" if last.type in ("int", "guid") else ""
        elif last.endswith("."):
            # A log may leave out the full stop at the end, or go on after it.
            written[-1] = f"{written[-1]}?"
        elif _ENDS_IN_WORD.search(last):
            end = "(?![a-z0-9_])"
    return Segment("".join(written) + end, tuple(names), starts)


def _literal(text: str, *, after_gap: bool, before_gap: bool) -> str:
    runs = re.split(r"( +)", ascii_lower(text))
    written = []
    for number, run in enumerate(runs):
        if not run:
            continue
        if run.isspace():
            beside = (number == 1 and after_gap and not runs[0]) or (
                number == len(runs) - 2 and before_gap and not runs[-1]
            )
            written.append(_SPACE if beside else f"{_SPACE}+")
        else:
            written.append("".join(map(_character, run)))
    return "".join(written)


def _character(character: str) -> str:
    """The pattern of one literal character, also as JSON text writes it."""
    if character == '"':
        return r'\\{0,3}"'
    if character == "\\":
        return r"\\{1,4}"
    return f"\\{character}" if character in _SPECIAL else character


def _shape(param: Param, following: str | Param | None, *, first: bool, last: bool) -> str:
    shape = _SHAPES[param.type]
    barred = ""
    if isinstance(following, str) and following[0].isascii() and not following[0].isspace():
        # With the next character left out, there is one place where a run can end. A URL has colons
        # of its own: it keeps them where a space shows the end.
        wanted = ascii_lower(following[0])
        if param.type == "word" or (param.type == "url" and not following[1:2].isspace()):
            barred = f"\\{wanted}" if wanted in "\\]^-" else wanted
    body = shape.last if last else shape.pattern.replace("%s", barred)
    if first and param.type == "word":
        body = f"[{_WORD_START}{barred}]{{1,256}}"
    group = f"({body})"
    if param.type == "url":
        group = f"{_QUOTE}{group}{_QUOTE}" if not first else f"{group}{_QUOTE}"
    if not first:
        return group
    before = shape.before
    outside = f"[{before[1:]}]" if before.startswith("^") else f"[^{before}]"
    return f"(?:^|{outside}){group}"


def _word_runs(pieces: Sequence[str | Param]) -> Iterator[tuple[str, ...]]:
    """The words of each literal piece, in lower case, that are whole in every text."""
    for number, piece in enumerate(pieces):
        if not isinstance(piece, str):
            continue
        found = list(_WORD.finditer(piece))
        # A word that touches a parameter may be a part of a longer one in a log.
        if found and number > 0 and found[0].start() == 0:
            found = found[1:]
        if found and number + 1 < len(pieces) and found[-1].end() == len(piece):
            found = found[:-1]
        if found:
            yield tuple(ascii_lower(match[0]) for match in found)


def with_rarest(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """The phrases, each with the words and the anchor that it shares with the fewest others."""
    given = tuple(phrases)
    runs = [run for item in given for run in item.runs]
    single = Counter(word for run in runs for word in run)
    double = Counter(pair for run in runs for pair in pairwise(run))

    def cost(place: tuple[tuple[str, ...], int]) -> tuple[int, bool, int, int]:
        run, at = place
        pair = run[at : at + 2]
        shared = double[pair[0], pair[1]] if len(pair) == 2 else single[pair[0]]
        frequent = min(single[word] for word in pair)
        return (frequent, all(w in _COMMON for w in pair), shared, -len("".join(pair)))

    def with_best(item: Phrase) -> Phrase:
        places = [(run, at) for run in item.runs for at in range(max(1, len(run) - 1))]
        if not places:
            return item
        words, anchor = min(places, key=cost)
        return replace(item, words=words, anchor=anchor)

    return tuple(map(with_best, given))
