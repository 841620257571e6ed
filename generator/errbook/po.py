"""Reads and writes gettext PO text; reading says what was wrong and keeps all the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import polib

from errbook.diagnostics import Diagnostic, Location, report
from errbook.yamltext import decode

_STRING = r'"(?:[^"\\]|\\.)*"'
_KEYWORD = re.compile(
    rf"(?:\#~\s*|\#\|\s*|\#~\|\s*)?(?P<word>msgctxt|msgid_plural|msgid|msgstr(?:\[\d+\])?)"
    rf"(?:\s*)(?P<string>.*)$"
)
_CONTINUED = re.compile(r"(?:#~\s*|#\|\s*|#~\|\s*)?(?P<string>\".*)$")
_CONFLICT = re.compile(r"(<{7}|={7}|>{7}|\|{7})(\s|$)")
_WHOLE = re.compile(rf"{_STRING}\s*\Z")
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
    damaged: bool = field(default=False)
    """Whether some of it could not be read; such a file is never overwritten."""


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
        found = [
            report("EB201", f.location, f.message, "Save the file as UTF-8.") for f in found
        ]
        return PoFile(path, damaged=True), found
    lines = text.split("\n")
    scan = _Scan(path, lines)
    scan.run()
    readable = "\n".join("" if n in scan.bad_lines else line for n, line in enumerate(lines))
    try:
        parsed = polib.pofile(readable + "\n", wrapwidth=0, check_for_duplicates=False)
    except (OSError, ValueError, IndexError) as error:
        problem = report("EB202", Location(path), f"the file cannot be read: {error}",
                         "Check it with msgfmt -c, or take the last good version.")
        return PoFile(path, damaged=True), [*scan.found, problem]
    declared = _CHARSET.search(parsed.metadata.get("Content-Type", ""))
    if declared and declared[1].upper() not in ("UTF-8", "CHARSET"):
        scan.found.append(
            report("EB201", Location(path), f"the header says the charset is {declared[1]}",
                   "Convert the file to UTF-8 and write charset=UTF-8.")
        )
    messages = [
        _message(entry, line + 1) for entry, line in zip(_in_file_order(parsed), scan.msgstr_lines, strict=False)
    ]
    found = [*scan.found, *_duplicates(messages, path)]
    return (
        PoFile(
            path,
            tuple(parsed.metadata.items()),
            parsed.header,
            tuple(messages),
            damaged=bool(scan.bad_lines),
        ),
        found,
    )


def _in_file_order(parsed: polib.POFile) -> list[polib.POEntry]:
    return list(parsed)


def _message(entry: polib.POEntry, line: int) -> Message:
    return Message(
        context=entry.msgctxt or "",
        source=entry.msgid,
        text=entry.msgstr,
        fuzzy="fuzzy" in entry.flags,
        previous=entry.previous_msgid or "",
        notes=tuple(entry.comment.split("\n")) if entry.comment else (),
        comment=entry.tcomment,
        references=tuple(f"{p}:{n}" if n else p for p, n in entry.occurrences),
        flags=tuple(flag for flag in entry.flags if flag != "fuzzy"),
        obsolete=bool(entry.obsolete),
        plural=entry.msgid_plural or "",
        plurals=tuple(sorted((int(k), v) for k, v in entry.msgstr_plural.items())),
        line=line,
    )


def _duplicates(messages: Sequence[Message], path: str) -> Iterable[Diagnostic]:
    seen: dict[str, Message] = {}
    for message in messages:
        if message.obsolete or not message.context:
            continue
        first = seen.setdefault(message.context, message)
        if first is not message:
            yield report(
                "EB203",
                Location(path, message.line),
                f'the context "{message.context}" is here twice; '
                f"the first is translated in line {first.line}",
                "Keep the better translation and delete the other message.",
                context=message.context,
            )


class _Scan:
    """Reads the lines as PO tokens: what polib would stop at, or take in silence, is found here."""

    def __init__(self, path: str, lines: Sequence[str]) -> None:
        self._path = path
        self._lines = lines
        self.found: list[Diagnostic] = []
        self.bad_lines: set[int] = set()
        self.msgstr_lines: list[int] = []
        """For each readable message but the header, the index of the line of its msgstr."""

    def run(self) -> None:
        for start, end in self._chunks():
            mistakes = list(self._mistakes(start, end))
            if mistakes:
                self.found += mistakes
                self.bad_lines.update(range(start, end))
                continue
            msgstr = [n for n in range(start, end) if self._word(n).startswith("msgstr")]
            if msgstr and not self._is_header(start, end):
                self.msgstr_lines.append(msgstr[0])

    def _word(self, number: int) -> str:
        line = self._lines[number].strip()
        if line.startswith(("#|", "#~|")):
            return ""
        match = _KEYWORD.match(line)
        return match["word"] if match else ""

    def _chunks(self) -> Iterable[tuple[int, int]]:
        """Ranges of lines, one for each message with the comments above it."""
        start: int | None = None
        after_msgstr = False
        for number, line in enumerate(self._lines):
            stripped = line.strip()
            word = self._word(number)
            begins = word in ("msgctxt", "msgid") or (
                stripped.startswith("#") and not stripped.startswith("#~") and not word
            )
            if not stripped or (after_msgstr and begins):
                if start is not None:
                    yield start, number
                start, after_msgstr = None, False
            if stripped and start is None:
                start = number
            after_msgstr = after_msgstr or word.startswith("msgstr")
        if start is not None:
            yield start, len(self._lines)

    def _is_header(self, start: int, end: int) -> bool:
        words = [self._word(n) for n in range(start, end)]
        if "msgctxt" in words or "msgid" not in words:
            return False
        first = start + words.index("msgid")
        rest = [line.strip() for line in self._lines[first : end]]
        return rest[0] == 'msgid ""' and len(rest) > 1 and rest[1].startswith("msgstr")

    def _mistakes(self, start: int, end: int) -> Iterable[Diagnostic]:
        words: list[str] = []
        for number in range(start, end):
            line = self._lines[number].strip()
            if _CONFLICT.match(line):
                yield self._say("EB204", number, f"merge-conflict marker {line[:7]}",
                                "Resolve the conflict: keep one side and delete the markers.")
                continue
            comment = line.startswith("#") and not line.startswith(("#~", "#|"))
            if comment or not line or line in ("#~", "#|"):
                continue
            match = _KEYWORD.match(line) or _CONTINUED.match(line)
            if match is None:
                if not line.startswith(("#~", "#|")):
                    yield self._say("EB202", number, "this line is no part of a PO file",
                                    'A line begins with #, msgctxt, msgid, msgstr or ".')
                continue
            if not _WHOLE.match(match["string"]):
                yield self._say("EB202", number, "the text is not closed, or holds a bare quote",
                                'End it with "; write a quote in it as \\".')
            word = self._word(number)
            if word:
                words.append(word)
        order = [word.split("[")[0] for word in words]
        unique = list(dict.fromkeys(order))
        if unique and unique not in (
            ["msgctxt", "msgid", "msgstr"],
            ["msgid", "msgstr"],
            ["msgctxt", "msgid", "msgid_plural", "msgstr"],
            ["msgid", "msgid_plural", "msgstr"],
        ) or len(words) != len(set(words)):
            yield self._say("EB202", start, f"a message has the parts {', '.join(order)}",
                            "It is msgctxt, msgid, msgstr, in this order, each once.")

    def _say(self, code: str, number: int, message: str, hint: str) -> Diagnostic:
        line = self._lines[number]
        column = len(line) - len(line.lstrip()) + 1
        return report(
            code, Location(self._path, number + 1, column), message, hint, line_text=line
        )


def write(file: PoFile) -> str:
    """Write a PO file: messages in their order, obsolete ones last, no wrapping.

    Writing what was read and written once gives the same text again.
    """
    made = polib.POFile(wrapwidth=0)
    made.header = file.header_comment
    made.metadata = dict(file.headers)
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
        if message.plural:
            entry.msgid_plural = message.plural
            entry.msgstr_plural = dict(message.plurals)
        made.append(entry)
    return str(made).rstrip("\n") + "\n"


def new_headers(project: str, language: str, plural_forms: str) -> tuple[tuple[str, str], ...]:
    """The header of a new file: no version and no date, so that it changes only with its content."""
    return (
        ("Project-Id-Version", project),
        ("Language", language),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=UTF-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", plural_forms),
    )


def retired(message: Message) -> Message:
    """A message whose source is gone, kept for its translation."""
    return replace(message, obsolete=True, notes=(), references=(), flags=())
