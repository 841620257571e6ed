"""Prints what ``errbook explain`` finds, in the order it is found; JSON at the end."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import IO

import click

from errbook.answers import Answer, answer, clean
from errbook.bundles import LocalePart
from errbook.cli import streams
from errbook.cli.documents import print_document
from errbook.formats.answers import json, markdown
from errbook.formats.bundle import BadBundle
from errbook.logs import Mention, Scanner, Tally, utf8
from errbook.lookup import Index
from errbook.matching import Matcher

_NEAREST = 3
_SHOWN_UNKNOWN = 10
"""How many codes that are in no entry are named."""


@dataclass
class Report:
    """Answers names, texts and logs from one book."""

    index: Index
    own: LocalePart
    form: str
    """``text``, ``markdown`` or ``json``."""
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

    # --- what is asked ---------------------------------------------------------------------------

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
        for number, piece in enumerate(utf8(streams.pieces(stream))):
            found = scanner.feed(piece)
            hits += len(found)
            fresh = [mention for hit in found if (mention := self.tally.add(hit, source))]
            if number == 0 and len(piece) < streams.PIECE and streams.at_end(stream):
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

    # --- what is answered ------------------------------------------------------------------------

    def end(self) -> None:
        """Print what could not be said before the end."""
        mentions = self._mentions()
        if self.form == "json":
            missing = {query: self.index.nearest(query, _NEAREST) for query in self.missing}
            answers = map(self._answer, mentions)
            document = json.write(answers, missing, self.unknown, brief=self.brief)
            print_document(f"{document}\n")
            return
        for mention in mentions:
            if mention.entry not in self._shown:
                self._show(mention)
        self._again([m for m in mentions if m.count > self._shown[m.entry]])
        self._complain(found=bool(mentions))

    def _mentions(self) -> list[Mention]:
        return self.tally.ranked(self.index)

    def _answer(self, mention: Mention) -> Answer:
        private = self.index.private(mention.entry) if self.redact else frozenset[str]()
        try:
            return answer(mention, self.own, private)
        except KeyError:
            raise BadBundle(f'the book is damaged: there is no entry "{mention.entry}"') from None

    def _show(self, mention: Mention | None) -> None:
        if mention is None or self.form == "json" or mention.entry in self._shown:
            return
        self._shown[mention.entry] = mention.count
        found = self._answer(mention)
        if self.form == "markdown":
            click.echo(markdown.brief(found) if self.brief else markdown.write(found))
        elif self.brief:
            click.echo(f"{found.name}{f' ({found.place})' if found.place else ''}")
        else:
            # Only here: what draws for terminals takes as long to load as all the rest.
            from errbook.cli import terminal

            terminal.show(found)
        sys.stdout.flush()

    def _again(self, mentions: Sequence[Mention]) -> None:
        """How often each entry was found, where it was found again after it was printed."""
        if not mentions:
            return
        if not self.brief:
            click.echo("- - -" if self.form == "text" else "\n---\n")
        for mention in mentions:
            line = f"×{mention.count} {clean(self.own.cards[mention.entry].name)}"
            click.echo(f"- {line}" if self.form == "markdown" else line)

    def _complain(self, *, found: bool) -> None:
        """Say what was not found, on the error stream."""
        words = self.own.words
        for query in self.missing:
            reason = words["nothing"]
            if streams.is_named_as_file(query):
                # A bundle of an earlier version does not have the words.
                reason = words.get("no_file", reason)
            click.echo(f"{clean(query)}: {reason}", err=True)
            near = self.index.nearest(query, _NEAREST)
            if near:
                click.echo(f"{words['nearest']} {', '.join(near)}", err=True)
        if self._empty_logs and not found:
            click.echo(words["nothing"], err=True)
        if self.unknown:
            listed = sorted(self.unknown, key=lambda code: -self.unknown[code])[:_SHOWN_UNKNOWN]
            more = " …" if len(self.unknown) > _SHOWN_UNKNOWN else ""
            click.echo(f"{words['unknown']} {', '.join(map(clean, listed))}{more}", err=True)
