"""Where a translation comes from: a person, a machine or a memory, and who reviewed it.

It is kept in comment lines of the translator, which every PO tool keeps. A line names the text it
was written for by a short digest: once somebody changes the text, the line holds no longer and the
translation counts as a person's.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from errbook.po import Message

_LINE = re.compile(
    r"(?P<key>origin|reviewed-by):[ ]*(?P<value>.*?)(?:[ ]+#(?P<digest>[0-9a-f]{8}))?[ ]*\Z"
)


class Origin(Enum):
    """Who or what made a translation."""

    HUMAN = "human"
    MACHINE = "machine"
    MEMORY = "memory"
    """Taken from an earlier translation of the same or a similar text."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one translation comes from."""

    origin: Origin = Origin.HUMAN
    detail: str = ""
    """The machine's name, or the memory's file."""
    reviewer: str = ""
    """Who reviewed it; empty when nobody did."""

    @property
    def kind(self) -> str:
        """One word for lists and counts: ``reviewed``, else the origin."""
        return "reviewed" if self.reviewer else self.origin.value


UNMARKED = Provenance()
"""Where a translation comes from that says nothing about itself: a person."""

KINDS = ("reviewed", *(origin.value for origin in Origin))
"""The words that `Provenance.kind` gives."""


def of(message: Message) -> Provenance:
    """Where a message's translation comes from; a person's, unless a comment says otherwise."""
    found = UNMARKED
    for key, value in _holding(message):
        if key == "reviewed-by":
            found = replace(found, reviewer=value)
            continue
        name, _, detail = value.partition(",")
        if name.strip() in [origin.value for origin in Origin]:
            found = replace(found, origin=Origin(name.strip()), detail=detail.strip())
    return found


def _holding(message: Message) -> Iterator[tuple[str, str]]:
    for line in message.comment.splitlines():
        match = _LINE.match(line.strip())
        if match and match["digest"] in (None, _digest(message.text)):
            yield match["key"], match["value"]


def _digest(text: str) -> str:
    return hashlib.blake2s(text.encode("utf-8"), digest_size=4).hexdigest()


def marked(message: Message, provenance: Provenance) -> Message:
    """The message with comment lines that say where its text comes from, instead of older ones."""
    lines = [line for line in message.comment.splitlines() if not _LINE.match(line.strip())]
    digest = _digest(message.text)
    if provenance.origin is not Origin.HUMAN:
        detail = f", {_one_line(provenance.detail)}" if provenance.detail else ""
        lines.append(f"origin: {provenance.origin.value}{detail} #{digest}")
    if provenance.reviewer:
        lines.append(f"reviewed-by: {_one_line(provenance.reviewer)} #{digest}")
    return replace(message, comment="\n".join(lines))


def _one_line(text: str) -> str:
    return " ".join(text.split())
