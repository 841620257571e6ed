"""``errbook explain`` and ``errbook bundle``: the book in a terminal, in the reader's language."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import click

from errbook.cli import CONFIG_FILE, FINDINGS, OK
from errbook.formats import bundle as bundles
from errbook.formats.bundle import BadBundle, Bundle, Card, LocalePart
from errbook.logs import Mention, Scanner, Tally, utf8
from errbook.lookup import Index
from errbook.matching import Matcher

if TYPE_CHECKING:  # a bundle is read in no time; a project is not
    from rich.console import Console

    from errbook.project import Project

VARIABLE = "ERRBOOK_BUNDLE"
VERSION = 1
"""Version of the JSON form; it grows only when a field changes its meaning or goes."""
_PIECE = 1 << 20
_NEAREST = 3
_SHOWN_UNKNOWN = 10
"""How many codes that are in no entry are named."""
_LONGEST_VALUE = 300
"""Characters that are shown of a parameter."""
_MASK = "•••"
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_COLORS = {"success": "green", "info": "cyan", "warning": "yellow", "error": "red", "fatal": "red"}


@click.command()
@click.argument("queries", nargs=-1, metavar="[CODE | MESSAGE | FILE | -]...")
@click.option(
    "--locale", "tag", default="", metavar="TAG", help="Read in this language instead of LANG's."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How to print what was found.",
)
@click.option("--brief", is_flag=True, help="One line for each entry.")
@click.option("--redact", is_flag=True, help="Mask the values that the book marks as private.")
@click.option(
    "--bundle",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=f"Read this bundle. Without it: the project here, ${VARIABLE}, the installed bundles.",
)
@click.pass_obj
def explain(
    path: Path,
    queries: tuple[str, ...],
    tag: str,
    form: str,
    brief: bool,
    redact: bool,
    file: Path | None,
) -> None:
    """Say what an error means and how to put it right.

    Looks up codes in any letter case, aliases, identifiers such as exit-code:13 and whole messages.
    In a file, or in what comes in on the standard input, it finds every entry that is mentioned:

        journalctl -u himdsd | errbook explain

    Exits 0 when everything was found, 1 when something was not, 2 when called wrongly.
    """
    if not queries and sys.stdin.isatty():
        raise click.UsageError("name a code, a message or a file, or pipe a log in")
    books = _books(path, file)
    index, own = bundles.merged(books, lambda tags: reader_locale(tag, tags))
    report = _Report(index, own, form, brief, redact)
    _answer(report, queries or ("-",))
    report.end()
    sys.exit(OK if report.complete else FINDINGS)


# --- which book, in which language ---------------------------------------------------------------


def _books(path: Path, file: Path | None) -> list[Bundle]:
    """The bundle that is named, else the project here, else the bundles that are installed."""
    if file is not None:
        return [_open(file)]
    if _is_project(path):
        return [_local(path)]
    named = os.environ.get(VARIABLE)
    files = [Path(named)] if named else sorted(installed())
    if not files:
        raise click.UsageError(
            f"there is no book: no project here ({path}), no --bundle, no ${VARIABLE}, and no"
            f" *{bundles.SUFFIX} file in {', '.join(str(folder) for folder in data_folders())}"
        )
    return [_open(found) for found in files]


def _open(file: Path) -> Bundle:
    try:
        return bundles.open_file(file)
    except BadBundle as error:
        raise click.UsageError(f"{file}: {error}") from error


def _is_project(path: Path) -> bool:
    """Whether there is a project, or one was asked for; other sites have a mkdocs.yml too."""
    try:
        return path.name != CONFIG_FILE or "errbook" in path.read_text("utf-8", "replace")
    except OSError:
        return False


def data_folders() -> list[Path]:
    """Where bundles are installed: the user's folder, then the machine's."""
    if sys.platform == "win32":
        roots = [os.environ.get("LOCALAPPDATA", ""), os.environ.get("PROGRAMDATA", "")]
    else:
        home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
        shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        roots = [home, *shared.split(":")]
    return [Path(root) / "errbook" for root in roots if root]


def installed() -> Iterator[Path]:
    """The bundles that are installed, those of the user first."""
    for folder in data_folders():
        yield from folder.glob(f"*{bundles.SUFFIX}")


def _local(path: Path) -> Bundle:
    from errbook import lookup
    from errbook.cli.output import load

    loaded = load(path)
    tags = tuple(locale.tag for locale in loaded.settings.all_locales)
    return Bundle(loaded.settings.site_name, tags, lookup.of_book(loaded.book), _parts(loaded))


def _parts(loaded: Project) -> Any:
    from errbook.edition import Edition

    by_tag = {locale.tag: locale for locale in loaded.settings.all_locales}

    def part(tag: str) -> LocalePart:
        locale = by_tag[tag]
        edition = Edition(loaded.book, loaded.translations[locale], loaded.interface(locale))
        return bundles.part(edition, loaded.settings.site_url)

    return part


def reader_locale(wanted: str, tags: Sequence[str]) -> str:
    """The tag that a reader reads best.

    Args:
        wanted: What was asked for; empty for the languages of the environment.
        tags: What there is, the source first.

    Raises:
        click.BadParameter: A locale was asked for, and there is none in its language.
    """
    for name in [wanted] if wanted else _environment():
        found = _nearest(name, tags)
        if found:
            return found
    if wanted:
        raise click.BadParameter(f"{wanted}: there is {', '.join(tags)}", param_hint="--locale")
    return tags[0]


def _environment() -> list[str]:
    """The reader's languages, as gettext finds them: LC_ALL, LC_MESSAGES, LANG; LANGUAGE before."""
    set_names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    main = next((name for name in set_names if name), "")
    if main.split(".")[0] in ("", "C", "POSIX"):
        return []
    return [name for name in [*os.environ.get("LANGUAGE", "").split(":"), main] if name]


def _nearest(name: str, tags: Sequence[str]) -> str:
    """The tag itself, else the next one of its fallback chain, else one in the same language."""
    tag = re.split("[.@]", name)[0].replace("_", "-")
    exact = {known.lower(): known for known in tags}
    if tag.lower() in exact:
        return exact[tag.lower()]
    language = tag.split("-")[0].lower()
    if not any(known.split("-")[0].lower() == language for known in tags):
        return ""
    # Only here: the languages' data take as long to load as all the rest.
    from errbook import locales

    try:
        reader, known = locales.parse(tag), [locales.parse(other) for other in tags]
    except locales.UnknownLocale:
        return ""
    chain = locales.chain(reader, (), known, known[0])
    best = [link for link in (*chain, *known) if link in known and link.same_language(reader)]
    return best[0].tag if best else ""


# --- looking up ----------------------------------------------------------------------------------


def _answer(report: _Report, queries: Sequence[str]) -> None:
    whole = " ".join(queries)
    if len(queries) > 1 and not any(map(_is_log, queries)) and report.name(whole):
        return
    open_queries = [query for query in dict.fromkeys(queries) if not _one(report, query)]
    # A message without quotation marks comes in as many words.
    if len(open_queries) > 1 and report.text(" ".join(q for q in queries if q in open_queries)):
        return
    for query in open_queries:
        report.miss(query)


def _is_log(query: str) -> bool:
    return query == "-" or Path(query).is_file()


def _one(report: _Report, query: str) -> bool:
    """Answer one argument: a name, else a file, else a text."""
    if query != "-" and report.name(query):
        return True
    if not _is_log(query):
        return report.text(query)
    if query == "-":
        report.log(sys.stdin.buffer, "")
        return True
    with _opened(Path(query)) as stream:
        report.log(stream, query)
    return True


def _opened(path: Path) -> IO[bytes]:
    stream: IO[bytes] = path.open("rb")
    if stream.read(2) == b"\x1f\x8b":
        import gzip

        stream.close()
        return cast(IO[bytes], gzip.open(path, "rb"))
    stream.seek(0)
    return stream


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A stream as it comes in: a line that is there is not held back for more to come."""
    read: Callable[[int], bytes] = getattr(stream, "read1", None) or stream.read
    try:
        while piece := read(_PIECE):
            yield piece
    except KeyboardInterrupt:
        # journalctl -f ends this way; what was found is still summed up.
        return


# --- answering -----------------------------------------------------------------------------------


@dataclass
class _Report:
    """Prints what is found, in the order it is found; JSON only at the end."""

    index: Index
    own: LocalePart
    form: str
    brief: bool
    redact: bool
    tally: Tally = field(default_factory=Tally)
    unknown: dict[str, int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    _shown: dict[str, int] = field(default_factory=dict)
    """How often an entry had been found when it was printed, by its id."""
    _empty_logs: bool = False

    @property
    def complete(self) -> bool:
        """Whether every question was answered."""
        return bool(self._mentions()) and not self.missing and not self._empty_logs

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self.index)

    def name(self, query: str) -> bool:
        """Answer a code, alias, identifier or whole message."""
        found = self.index.resolve(query)
        for identifier in found:
            self._show(self.tally.named(identifier, len(query)))
        return bool(found)

    def text(self, query: str) -> bool:
        """Answer a text that has codes or messages in it."""
        found = self._matcher.find(query, any_case=True)
        for place in found:
            self._show(self.tally.named(place.entry, place.weight, place.kind, place.params))
        return bool(found)

    def log(self, stream: IO[bytes], source: str) -> None:
        """Answer a log as it is read."""
        scanner = Scanner(self._matcher)
        hits = 0
        held: list[Mention] = []
        """The first piece's mentions wait for the second: a short log is counted when printed."""
        for number, piece in enumerate(utf8(_pieces(stream))):
            found = scanner.feed(piece)
            hits += len(found)
            fresh = [mention for hit in found if (mention := self.tally.add(hit, source))]
            if number == 0 and len(piece) < _PIECE and _at_end(stream):
                held = fresh
                continue
            for mention in (*held, *fresh):
                self._show(mention)
            held = []
        found = scanner.close()
        held += [mention for hit in found if (mention := self.tally.add(hit, source))]
        for mention in held:
            self._show(mention)
        for code, count in scanner.unknown.items():
            self.unknown[code] = self.unknown.get(code, 0) + count
        self._empty_logs |= not hits + len(found)

    def miss(self, query: str) -> None:
        """Remember a question without an answer."""
        self.missing.append(query)

    def _mentions(self) -> list[Mention]:
        return self.tally.ranked(self.index.sharing)

    def end(self) -> None:
        """Print what could not be said before the end."""
        mentions = self._mentions()
        if self.form == "json":
            click.echo(json.dumps(self._json(mentions), ensure_ascii=False, indent=2))
            return
        for mention in mentions:
            if mention.entry not in self._shown:
                self._show(mention)
        self._again([m for m in mentions if m.count > self._shown[m.entry]])
        words = self.own.words
        for query in self.missing:
            click.echo(f"{_clean(query)}: {words['nothing']}", err=True)
            near = self.index.nearest(query, _NEAREST)
            if near:
                click.echo(f"{words['nearest']} {', '.join(near)}", err=True)
        if self._empty_logs and not mentions:
            click.echo(words["nothing"], err=True)
        if self.unknown:
            listed = sorted(self.unknown, key=lambda code: -self.unknown[code])[:_SHOWN_UNKNOWN]
            more = " …" if len(self.unknown) > _SHOWN_UNKNOWN else ""
            click.echo(f"{words['unknown']} {', '.join(map(_clean, listed))}{more}", err=True)

    def _again(self, mentions: Sequence[Mention]) -> None:
        """How often each entry was found, where it was found again after it was printed."""
        if not mentions:
            return
        if not self.brief:
            click.echo("- - -" if self.form == "text" else "\n---\n")
        for mention in mentions:
            line = f"×{mention.count} {_clean(self.own.cards[mention.entry].name)}"
            click.echo(f"- {line}" if self.form == "markdown" else line)

    def _params(self, mention: Mention) -> dict[str, str]:
        private = self.index.private(mention.entry) if self.redact else frozenset()
        return {
            name: _MASK if name in private else _clean(value[:_LONGEST_VALUE])
            for name, value in mention.params.items()
        }

    def _show(self, mention: Mention | None) -> None:
        if mention is None or self.form == "json" or mention.entry in self._shown:
            return
        self._shown[mention.entry] = mention.count
        card = self.own.cards[mention.entry]
        if self.brief:
            _print_brief(card, mention, self.form)
        elif self.form == "markdown":
            click.echo(_markdown(card, mention, self._params(mention), self.own.words))
        else:
            _print_card(card, mention, self._params(mention), self.own.words)
        sys.stdout.flush()

    def _json(self, mentions: Sequence[Mention]) -> dict[str, Any]:
        return {
            "version": VERSION,
            "matches": [self._json_match(mention) for mention in mentions],
            "missing": [
                {"query": query, "nearest": list(self.index.nearest(query, _NEAREST))}
                for query in self.missing
            ],
            "unknown": self.unknown,
        }

    def _json_match(self, mention: Mention) -> dict[str, Any]:
        card = self.own.cards[mention.entry]
        match: dict[str, Any] = {
            "id": card.id,
            "code": card.code or None,
            "title": card.title or None,
            "cause": _inlined(card.cause, card.notes),
            "fix": _inlined(card.fix, card.notes),
            "locale": card.locale,
            "state": card.state,
            "params": self._params(mention),
            "count": mention.count,
            "severity": card.severity,
            "status": card.status,
            "url": card.url or None,
            "first": {"file": mention.source or None, "line": mention.line or None},
        }
        if card.variants:
            match["variants"] = {
                v.platform: {
                    "cause": _inlined(v.cause, card.notes),
                    "fix": _inlined(v.fix, card.notes),
                }
                for v in card.variants
            }
        if self.brief:
            return {key: match[key] for key in ("id", "code", "title", "severity", "count")}
        return match


def _at_end(stream: IO[bytes]) -> bool:
    """Whether a file has been read to its end; of a pipe nobody knows."""
    try:
        return not hasattr(stream, "peek") or (stream.seekable() and not stream.peek(1))
    except (OSError, ValueError):
        return False


def _clean(text: str) -> str:
    """A text without what would move the cursor, change colours or turn the reading direction."""
    return _CONTROLS.sub("\ufffd", text)


def _inlined(text: str, notes: Mapping[str, str]) -> str:
    """A text with the footnotes it refers to below it."""
    used = [label for label in notes if f"[^{label}]" in text]
    below = [f"[^{label}]: {notes[label]}".replace("\n", "\n    ") for label in used]
    return "\n\n".join([text, *below])


def _remedies(card: Card, words: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(label, Markdown) of every cause and fix; a variant that says the same is not repeated."""
    for label, text, own in (
        (words["cause"], card.cause, [(v.platform, v.cause) for v in card.variants]),
        (words["fix"], card.fix, [(v.platform, v.fix) for v in card.variants]),
    ):
        differing = [(platform, said) for platform, said in own if said and said != text]
        if text and len(differing) < max(1, len(own)):
            yield label, text
        for platform, said in differing:
            yield f"{label} ({_PLATFORMS.get(platform, platform.capitalize())})", said


_PLATFORMS = {"macos": "macOS", "ios": "iOS", "ipados": "iPadOS", "freebsd": "FreeBSD"}


def _place(mention: Mention) -> str:
    place = f"{_clean(mention.source)}:{mention.line}" if mention.source else ""
    times = f"×{mention.count}" if mention.count > 1 else ""
    return " ".join(part for part in (times, place) if part)


def _marks(card: Card, words: Mapping[str, str]) -> list[str]:
    """What a reader must know about the entry before they read it."""
    return [words[key] for key in (card.status, card.state) if key in words]


def _print_brief(card: Card, mention: Mention, form: str) -> None:
    place = _place(mention)
    line = _clean(card.name) + (f" ({place})" if place else "")
    click.echo(f"- {line}" if form == "markdown" else line)


def _markdown(
    card: Card, mention: Mention, params: Mapping[str, str], words: Mapping[str, str]
) -> str:
    blocks = [f"## {_clean(card.name)}"]
    about = [part for part in (_place(mention), *_marks(card, words)) if part]
    if about:
        blocks.append(f"*{' · '.join(about)}*")
    if params:
        blocks.append("\n".join(f"- {name}: {_code(value)}" for name, value in params.items()))
    for label, text in _remedies(card, words):
        blocks += [f"**{label}**", _clean(text)]
    prefix = f"{card.id}-"
    written = "\n\n".join(blocks)
    for label, note in card.notes.items():
        # Several entries stand in one document: their footnotes must not meet.
        written = written.replace(f"[^{label}]", f"[^{prefix}{label}]")
        written += f"\n\n[^{prefix}{label}]: {_clean(note)}".replace("\n", "\n    ").replace(
            "\n    \n    [^", "\n\n[^"
        )
    if card.url:
        written += f"\n\n<{card.url}>"
    return written + "\n"


def _code(value: str) -> str:
    """A value as a code span, whatever is in it."""
    ticks = "`" * (max((len(run) for run in re.findall("`+", value)), default=0) + 1)
    space = " " if "`" in value else ""
    return f"{ticks}{space}{value}{space}{ticks}"


def _print_card(
    card: Card, mention: Mention, params: Mapping[str, str], words: Mapping[str, str]
) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    head = Text(_clean(card.name), style=f"bold {_COLORS.get(card.severity, '')}")
    for about in (_place(mention), *_marks(card, words)):
        if about:
            head.append(f"  {about}", style="not bold dim")
    with console.capture() as capture:
        console.print(head)
        for name, value in params.items():
            console.print(Text.assemble((f"  {name}: ", "dim"), value), soft_wrap=True)
        numbers = {label: number for number, label in enumerate(card.notes, 1)}
        for label, text in _remedies(card, words):
            console.print(Text(label, style="bold"))
            _print_markdown(console, text, numbers)
        for label, number in numbers.items():
            _print_markdown(console, f"({number}) {card.notes[label]}", {})
        if card.url:
            console.print(Text(card.url, style="dim"), soft_wrap=True)
    # Rich fills lines up with spaces, which a file or a copied text should not have.
    lines = (line.rstrip() for line in capture.get().splitlines())
    click.echo("\n".join([*lines, ""]), color=console.is_terminal or None)


def _print_markdown(console: Console, text: str, numbers: Mapping[str, int]) -> None:
    from rich.markdown import Markdown
    from rich.padding import Padding
    from rich.text import Text

    for label, number in numbers.items():
        text = text.replace(f"[^{label}]", f" ({number})")
    shown = Markdown(_clean(text), hyperlinks=console.is_terminal)
    lines = console.render_lines(Padding(shown, (0, 0, 0, 2)), pad=False)
    while lines and not "".join(segment.text for segment in lines[0]).strip():
        lines = lines[1:]
    for line in lines:
        console.print(
            *(Text(s.text, style=s.style or "") for s in line),
            sep="",
            end="\n",
            no_wrap=True,
            overflow="ignore",
            crop=False,
        )


# --- errbook bundle ------------------------------------------------------------------------------


@click.command("bundle")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write.  [default: the site's name with .errbook]",
)
@click.option(
    "--locale",
    "chosen",
    multiple=True,
    metavar="TAG",
    help="Only this locale beside the source (may be repeated).",
)
@click.pass_obj
def write_bundle(path: Path, output: Path | None, chosen: tuple[str, ...]) -> None:
    """Write the whole book into one file, for errbook explain on other machines.

    A product ships the file in share/errbook/ below /usr or /usr/local, or sets ERRBOOK_BUNDLE.
    """
    from errbook import lookup, project, storage
    from errbook.cli.output import check_tags, load, print_findings

    loaded = load(path)
    if loaded.source_is_broken:
        print_findings([f for f in loaded.diagnostics if not project.is_translation_finding(f)])
        click.echo("Nothing was written: correct the source first.", err=True)
        sys.exit(FINDINGS)
    check_tags(loaded, chosen)
    source = loaded.settings.source_locale.tag
    tags = [locale.tag for locale in loaded.settings.all_locales]
    tags = [tag for tag in tags if not chosen or tag in chosen or tag == source]
    part = _parts(loaded)
    parts = {tag: part(tag) for tag in tags}
    index = lookup.of_book(loaded.book)
    data = bundles.write(loaded.settings.site_name, index, parts)
    slug = re.sub(r"[^a-z0-9]+", "-", loaded.settings.site_name.lower()).strip("-") or "errors"
    target = output or Path(f"{slug}{bundles.SUFFIX}")
    changed = storage.write(target, data)
    click.echo(
        f"{'wrote' if changed else 'unchanged'} {target}: {len(index.entries)} entries in"
        f" {len(parts)} locales, {len(data) / 1000:.0f} kB"
    )
