"""Reads and writes gettext PO text; reading says what was wrong and keeps all the rest."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import polib

from errbook import plurals
from errbook.diagnostics import Diagnostic, Location, report
from errbook.plurals import PluralRule
from errbook.yamltext import CONFLICT, decode

_STRING = r'"(?:[^"\\]|\\.)*"'
_KEYWORD = re.compile(
    r"(?:\#~\s*|\#\|\s*|\#~\|\s*)?(?P<word>msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)"
    r"(?:\s*)(?P<string>.*)$"
)
_CONTINUED = re.compile(r"(?:#~\s*|#\|\s*|#~\|\s*)?(?P<string>\".*)$")
_OBSOLETE_COMMENT = re.compile(r"#~\s*#(?![~|])")
_WHOLE = re.compile(rf"{_STRING}\s*\Z")
_ESCAPE = re.compile(r"\\([ntrabfv\"\\])")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_TEXT = r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"\n(?:"[^"\\\n]*(?:\\.[^"\\\n]*)*"\n)*'
_PLAIN = re.compile(
    r"(?P<comments>(?:#(?![~|])[^\n]*\n"
    r'|#\| (?:msgctxt |msgid |msgid_plural )?"[^"\\\n]*(?:\\.[^"\\\n]*)*"\n)*)'
    rf"(?:msgctxt (?P<context>{_TEXT}))?msgid (?P<source>{_TEXT})msgstr (?P<text>{_TEXT})(?:\n+|\Z)"
)
"""A message as tools write most of them, to the empty line below it: nothing in it is wrong."""
_PLURAL_FORMS = "Plural-Forms"
_CHARSET = re.compile(r"charset=([\w.:-]+)", re.I)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a PO file."""

    context: str
    source: str
    """The msgid: the source text the translation was made from."""
    text: str = ""
    """The msgstr; empty when there is none yet."""
    fuzzy: bool = False
    previous: str = ""
    """The source text of the last sure translation, while it is fuzzy."""
    previous_context: str = ""
    """What stands for its context beside that (``#| msgctxt``), where anything does."""
    notes: tuple[str, ...] = ()
    """Lines for the translator (``#.``)."""
    comment: str = ""
    """The translator's own lines (``#``)."""
    references: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    """Flags other than fuzzy."""
    obsolete: bool = False
    plural: str = ""
    plurals: tuple[tuple[int, str], ...] = ()
    line: int = 0
    """Line of the msgstr in the file that was read, counted from 1."""


@dataclass(frozen=True, slots=True)
class PoFile:
    """A PO file: its header, its messages in order, the obsolete ones last."""

    path: str
    headers: tuple[tuple[str, str], ...] = ()
    header_comment: str = ""
    messages: tuple[Message, ...] = ()
    damaged: bool = False
    """Whether some of it could not be read, or not for sure; such a file is never overwritten."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it, not even a header: such a file need not be there."""
        return not (self.headers or self.header_comment or self.messages)

    @property
    def plural_rule(self) -> PluralRule | None:
        """Which form of a counted text a number takes; None where the header does not say it."""
        try:
            return plurals.read(dict(self.headers).get(_PLURAL_FORMS, ""))
        except ValueError:
            return None


def read(data: bytes, path: str) -> tuple[PoFile, list[Diagnostic]]:
    """Read a PO file.

    Args:
        data: The file's bytes.
        path: What to call the file in diagnostics.

    Returns:
        The file with every message that could be read, and what was wrong. A message with a
        mistake is left out; the others stay. Nothing is raised.
    """
    text, found = decode(data, path)
    if text is None:
        found = [report("EB201", f.location, f.message, "Save the file as UTF-8.") for f in found]
        return PoFile(path, damaged=True), found
    scan = _Scan(path, text.split("\n"))
    scan.run(scan.read_plain(text))
    headers = tuple(_headers(scan.header.text)) if scan.header else ()
    declared = _CHARSET.search(dict(headers).get("Content-Type", ""))
    # In another charset the bytes may mean something else, and be UTF-8 by chance.
    is_foreign = bool(declared and declared[1].upper() not in ("UTF-8", "UTF8", "CHARSET"))
    if declared and is_foreign:
        scan.found.append(
            report(
                "EB201",
                Location(path),
                f"the header says the charset is {declared[1]}",
                "Convert the file to UTF-8 and write charset=UTF-8.",
            )
        )
    comments = [scan.header.comment] if scan.header and scan.header.comment else []
    comment = "\n".join((*comments, *scan.stray))
    damaged = scan.damaged or is_foreign
    return PoFile(path, headers, comment, tuple(scan.messages), damaged), scan.found


def _headers(text: str) -> Iterable[tuple[str, str]]:
    for line in re.split(r"\n(?=[\w-]+:)", text.strip("\n")):
        name, colon, value = line.partition(":")
        if colon:
            yield name, value.strip()


def _plain_message(match: re.Match[str], first: int, line: int) -> Message:
    """A message that `_PLAIN` found, by the number of its first line and of its msgstr."""
    comments, context, source, text = match.groups()
    if comments and not _is_quiet(comments):
        return _message(match[0].split("\n"), first)
    return Message(
        # These two are the same in the files of all locales.
        sys.intern(_joined(context)) if context else "",
        sys.intern(_joined(source)),
        _joined(text),
        notes=_lines(comments, "#."),
        references=tuple(r for found in _lines(comments, "#:") for r in found.split()),
        line=line,
    )


def _is_quiet(comments: str) -> bool:
    """Whether comments hold notes and references alone, each in its usual form."""
    return all(line[:3] in ("#. ", "#: ") for line in comments.splitlines())


def _lines(comments: str, mark: str) -> tuple[str, ...]:
    if mark not in comments:
        return ()
    return tuple(line[3:] for line in comments.split("\n") if line.startswith(mark))


def _joined(written: str) -> str:
    """The text of quoted lines."""
    text = written[1:-2].replace('"\n"', "")
    return _unescaped(text) if "\\" in text else text


def _message(lines: Sequence[str], first: int) -> Message:
    """The message in some lines without mistakes, of which the first has this number."""
    texts: dict[str, str] = {}
    comments: dict[str, list[str]] = {mark: [] for mark in ("", ".", ":", ",", "=")}
    name, msgstr_line, obsolete = "", 0, False
    for number, line in enumerate(map(str.strip, lines), first):
        keyword = _KEYWORD.match(line)
        written = keyword or _CONTINUED.match(line)
        if keyword:
            name = keyword["word"]
            if line.startswith(("#|", "#~|")):
                name = f"previous {name}"
            elif name.startswith("msgstr"):
                msgstr_line = msgstr_line or number
            texts[name] = ""
        if written:
            texts[name] += _unescaped(written["string"].strip()[1:-1])
            obsolete = obsolete or line.startswith("#~")
        elif _is_comment(line):
            line = line.removeprefix("#~").lstrip()
            mark = line[1:2] if line[1:2] in comments else ""
            comments[mark].append(line[1 + len(mark) :].removeprefix(" "))
    flags = [flag.strip() for line in (*comments[","], *comments["="]) for flag in line.split(",")]
    return Message(
        context=texts.get("msgctxt", ""),
        source=texts.get("msgid", ""),
        text=texts.get("msgstr", ""),
        fuzzy="fuzzy" in flags,
        previous=texts.get("previous msgid", ""),
        previous_context=texts.get("previous msgctxt", ""),
        notes=tuple(comments["."]),
        comment="\n".join(comments[""]),
        references=tuple(reference for line in comments[":"] for reference in line.split()),
        flags=tuple(dict.fromkeys(flag for flag in flags if flag not in ("", "fuzzy"))),
        obsolete=obsolete,
        plural=texts.get("msgid_plural", ""),
        plurals=tuple(
            sorted((int(name[7:-1]), text) for name, text in texts.items() if "msgstr[" in name)
        ),
        line=msgstr_line,
    )


def _is_comment(line: str) -> bool:
    """Whether a line is a comment; some tools write those of obsolete messages as ``#~ # …``."""
    return line.startswith("#") and (
        not line.startswith(("#~", "#|")) or bool(_OBSOLETE_COMMENT.match(line))
    )


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), text)


class _Scan:
    """Reads the lines message by message, so that a mistake costs no other message."""

    def __init__(self, path: str, lines: Sequence[str]) -> None:
        self._path = path
        self._lines = lines
        self.found: list[Diagnostic] = []
        self.messages: list[Message] = []
        self.header: Message | None = None
        self.stray: list[str] = []
        """Comments that belong to no message."""
        self.damaged = False

    def read_plain(self, text: str) -> int:
        """Read messages as long as they are plain, several times as fast as any others.

        Returns:
            The index of the line to go on from.
        """
        position = line = 0
        while match := _PLAIN.match(text, position):
            above = text.count("\n", position, match.start("text"))
            message = _plain_message(match, line + 1, line + above + 1)
            if message.source or message.context:
                self.messages.append(message)
            elif self.header is None:
                self.header = message
            else:
                break
            line += above + text.count("\n", match.start("text"), match.end())
            position = match.end()
        return line

    def run(self, first: int) -> None:
        """Read from a line on whatever is there."""
        for start, end in self._chunks(first):
            mistakes = list(self._mistakes(start, end))
            if not mistakes:
                message = _message(self._lines[start:end], start + 1)
                if message.source or message.context:
                    self.messages.append(message)
                    continue
                if not message.line:
                    # Comments below the last message belong to none, so they are the file's.
                    self.stray += filter(None, (message.comment,))
                    continue
                if self.header is None:
                    self.header = message
                    continue
                mistakes.append(
                    self._say(
                        "EB203",
                        message.line - 1,
                        f"the file has a second header; the first is in line {self.header.line}",
                        "Delete one of them.",
                    )
                )
            self.found += mistakes
            self.damaged = True

    def _word(self, number: int) -> str:
        line = self._lines[number].strip()
        if line.startswith(("#|", "#~|")):
            return ""
        match = _KEYWORD.match(line)
        return match["word"] if match else ""

    def _chunks(self, first: int) -> Iterable[tuple[int, int]]:
        """Ranges of lines, one for each message with the comments above it."""
        start: int | None = None
        has_words = after_msgstr = False
        for number in range(first, len(self._lines)):
            stripped = self._lines[number].strip()
            word = self._word(number)
            begins = word in ("msgctxt", "msgid") or (
                _is_comment(stripped) or (stripped.startswith("#|") and not word)
            )
            # Comments belong to the message that follows, even after an empty line.
            if start is not None and ((not stripped and has_words) or (after_msgstr and begins)):
                yield start, number
                start, has_words, after_msgstr = None, False, False
            if stripped and start is None:
                start = number
                if stripped.startswith('"'):
                    yield number, number + 1
                    start = None
            says = bool(word) or stripped[:1] not in ("", "#")
            has_words = start is not None and (has_words or says)
            after_msgstr = after_msgstr or word.startswith("msgstr")
        if start is not None:
            yield start, len(self._lines)

    def _mistakes(self, start: int, end: int) -> Iterable[Diagnostic]:
        words: list[str] = []
        for number in range(start, end):
            line = self._lines[number].strip()
            if CONFLICT.match(line):
                yield self._say(
                    "EB204",
                    number,
                    f"merge-conflict marker {line[:7]}",
                    "Resolve the conflict: keep one side and delete the markers.",
                )
                continue
            if _is_comment(line) or not line or line in ("#~", "#|"):
                continue
            match = _KEYWORD.match(line) or _CONTINUED.match(line)
            if match is None:
                yield self._say(
                    "EB202",
                    number,
                    "this line is no part of a PO file",
                    'A line begins with #, msgctxt, msgid, msgstr or ".',
                )
                continue
            if not _WHOLE.match(match["string"]):
                yield self._say(
                    "EB202",
                    number,
                    "the text is not closed, or holds a bare quote",
                    'End it with "; write a quote in it as \\".',
                )
            word = self._word(number)
            if word:
                words.append(word)
            elif not words and line.startswith('"'):
                yield self._say(
                    "EB202",
                    number,
                    "this text belongs to no message",
                    "Put it below the msgid or msgstr that it continues.",
                )
        order = [word.split("[")[0] for word in words]
        unique = list(dict.fromkeys(order))
        if (
            unique
            and unique
            not in (
                ["msgctxt", "msgid", "msgstr"],
                ["msgid", "msgstr"],
                ["msgctxt", "msgid", "msgid_plural", "msgstr"],
                ["msgid", "msgid_plural", "msgstr"],
            )
        ) or len(words) != len(set(words)):
            yield self._say(
                "EB202",
                start,
                f"a message has the parts {', '.join(order)}",
                "It is msgctxt, msgid, msgstr, in this order, each once.",
            )

    def _say(self, code: str, number: int, message: str, hint: str) -> Diagnostic:
        line = self._lines[number]
        column = len(line) - len(line.lstrip()) + 1
        return report(code, Location(self._path, number + 1, column), message, hint, line_text=line)


class _AsRead(polib.POFile):
    """Writes the header's fields in their own order, so that no editor's file changes by it."""

    fields: Sequence[tuple[str, str]] = ()

    def ordered_metadata(self) -> list[tuple[str, str]]:
        return list(self.fields)


def write(file: PoFile) -> str:
    """Write a PO file: messages in their order, obsolete ones last, no wrapping.

    Writing what was read and written once gives the same text again.
    """
    made = _AsRead(wrapwidth=0)
    made.fields = file.headers
    for message in sorted(file.messages, key=lambda m: m.obsolete):
        entry = polib.POEntry(
            msgctxt=message.context or None,
            msgid=message.source,
            msgstr=message.text,
            comment="\n".join(message.notes),
            tcomment=message.comment,
            occurrences=[(reference, "") for reference in message.references],
            flags=[*(["fuzzy"] if message.fuzzy else []), *message.flags],
            obsolete=message.obsolete,
        )
        if message.previous:
            entry.previous_msgid = message.previous
            entry.previous_msgctxt = message.previous_context or None
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = dict(message.plurals)
        made.append(entry)
    # polib takes lines of the file's comment that begin with , or : for flags and references.
    comment = "".join(f"# {line}\n" for line in file.header_comment.split("\n"))
    written = comment + str(made).removeprefix("#\n")
    return re.sub(r"^(#\.?) $", r"\1", written.rstrip("\n"), flags=re.M) + "\n"


def new_headers(project: str, language: str, plural_forms: str) -> tuple[tuple[str, str], ...]:
    """The header of a new file: without version and date, it changes only with its content."""
    return (
        ("Project-Id-Version", project),
        ("Language", language),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
        ("Content-Transfer-Encoding", "8bit"),
        (_PLURAL_FORMS, plural_forms),
    )


def retired(message: Message) -> Message:
    """A message whose source is gone, kept for its translation."""
    return replace(message, obsolete=True, notes=(), references=())
