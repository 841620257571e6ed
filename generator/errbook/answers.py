"""An entry that was found, as its reader gets it: what every way to print an answer starts from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from errbook.bundles import Card, LocalePart
from errbook.logs import Mention

MASK = "•••"
"""What is shown in the place of a private value."""
_LONGEST_VALUE = 300
"""Characters that are shown of a parameter."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_PLATFORMS = {"macos": "macOS", "ios": "iOS", "ipados": "iPadOS", "freebsd": "FreeBSD"}


def clean(text: str) -> str:
    """A text without what would move the cursor, change colours or turn the reading direction."""
    return _CONTROLS.sub("\ufffd", text)


@dataclass(frozen=True, slots=True)
class Answer:
    """One entry, and how it was found."""

    card: Card
    mention: Mention
    params: Mapping[str, str]
    """What the message's parameters were, fit to be shown."""
    words: Mapping[str, str]
    """errbook's own words in the reader's language, by their names in `bundles.words`."""

    @property
    def name(self) -> str:
        """Code and title, as far as there are any."""
        return clean(self.card.name)

    @property
    def place(self) -> str:
        """How often it was found, and where first; empty for what was asked for once."""
        mention = self.mention
        place = f"{clean(mention.source)}:{mention.line}" if mention.source else ""
        times = f"×{mention.count}" if mention.count > 1 else ""
        return " ".join(part for part in (times, place) if part)

    @property
    def about(self) -> list[str]:
        """What a reader must know before they read it: its place, its status, its translation."""
        marks = [
            self.words[key] for key in (self.card.status, self.card.state) if key in self.words
        ]
        return [part for part in (self.place, *marks) if part]

    def remedies(self) -> Iterator[tuple[str, str]]:
        """(label, Markdown) of every cause and fix; what a variant repeats is said once."""
        card, words = self.card, self.words
        for label, text, own in (
            (words["cause"], card.cause, [(v.platform, v.cause) for v in card.variants]),
            (words["fix"], card.fix, [(v.platform, v.fix) for v in card.variants]),
        ):
            differing = [(platform, said) for platform, said in own if said and said != text]
            if text and len(differing) < max(1, len(own)):
                yield label, text
            for platform, said in differing:
                yield f"{label} ({_PLATFORMS.get(platform, platform.capitalize())})", said


def answer(mention: Mention, own: LocalePart, private: frozenset[str] = frozenset()) -> Answer:
    """What a reader gets for a mention.

    Args:
        mention: What was found.
        own: The book in the reader's language.
        private: Names of parameters whose values are masked.

    Raises:
        KeyError: The book has no such entry.
    """
    params = {
        name: MASK if name in private else clean(value[:_LONGEST_VALUE])
        for name, value in mention.params.items()
    }
    return Answer(own.cards[mention.entry], mention, params, own.words)
