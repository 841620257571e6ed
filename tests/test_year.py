"""A year in the life of a book: whatever authors and translators do, no translation is lost."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import pytest

from errbook import locales, po, sync, translate
from errbook.diagnostics import Location
from errbook.extract import SourceUnit
from errbook.po import Message, PoFile

FR = locales.parse("fr-FR")
WORDS = ("retry", "wait", "restart", "mount", "unplug", "open", "close", "check", "call")
LETTERS = "abcdefghij"


def word(number: int) -> str:
    """A number in letters, for numbers must be the same in a translation."""
    return "".join(LETTERS[int(digit)] for digit in str(number))


@dataclass
class Paragraph:
    """One text of the source; its number is what it is, whatever it says and wherever it stands."""

    number: int
    text: str
    past: list[str] = field(default_factory=list)


@dataclass
class Entry:
    name: str
    paragraphs: list[Paragraph]
    aliases: tuple[str, ...] = ()


@dataclass
class Year:
    """A book, the files of a locale, and what must be true of them: an independent model."""

    chance: random.Random
    catalogs: dict[str, list[Entry]] = field(default_factory=dict)
    files: dict[str, PoFile] = field(default_factory=dict)
    made_from: dict[str, str] = field(default_factory=dict)
    """The source of each translation that was ever written, without its full stop."""
    kept: set[str] = field(default_factory=set)
    """All that translators wrote and did not take away themselves."""
    bin: list[Paragraph] = field(default_factory=list)
    """Paragraphs that were deleted, and may come back."""
    numbers: int = 0

    def next(self) -> int:
        self.numbers += 1
        return self.numbers

    # --- the author -------------------------------------------------------------------------------

    def sentence(self) -> str:
        return f"{self.chance.choice(WORDS).capitalize()} {word(self.next())}."

    def paragraph(self) -> Paragraph:
        if self.bin and self.chance.random() < 0.3:
            return self.bin.pop(self.chance.randrange(len(self.bin)))
        return Paragraph(self.next(), self.sentence())

    def entries(self) -> list[tuple[str, Entry]]:
        return [(name, entry) for name, group in self.catalogs.items() for entry in group]

    def entry(self) -> Entry:
        return self.chance.choice(self.entries())[1]

    def add_entry(self) -> None:
        entry = Entry(f"e{self.next()}", [self.paragraph() for _ in range(3)])
        group = self.catalogs.setdefault(self.chance.choice("abc"), [])
        group.insert(self.chance.randint(0, len(group)), entry)

    def edit(self) -> None:
        each = self.chance.choice(self.entry().paragraphs)
        each.past.append(each.text)
        each.text = self.sentence()

    def touch_up(self) -> None:
        each = self.chance.choice(self.entry().paragraphs)
        each.text = each.text.rstrip(".") if each.text.endswith(".") else f"{each.text}."

    def revert(self) -> None:
        each = self.chance.choice(self.entry().paragraphs)
        if each.past:
            each.past, each.text = [*each.past, each.text], self.chance.choice(each.past)

    def insert(self) -> None:
        paragraphs = self.entry().paragraphs
        paragraphs.insert(self.chance.randint(0, len(paragraphs)), self.paragraph())

    def delete(self) -> None:
        paragraphs = self.entry().paragraphs
        if len(paragraphs) > 1:
            self.bin.append(paragraphs.pop(self.chance.randrange(len(paragraphs))))

    def reorder(self) -> None:
        self.chance.shuffle(self.entry().paragraphs)

    def rename_entry(self) -> None:
        entry = self.entry()
        entry.aliases = (*entry.aliases, entry.name)
        entry.name = f"e{self.next()}"

    def move_entry(self) -> None:
        name, entry = self.chance.choice(self.entries())
        self.catalogs[name].remove(entry)
        self.catalogs.setdefault(self.chance.choice("abc"), []).append(entry)
        self.catalogs = {name: group for name, group in self.catalogs.items() if group}

    def delete_entry(self) -> None:
        name, entry = self.chance.choice(self.entries())
        if len(self.entries()) > 1:
            self.catalogs[name].remove(entry)
            self.bin += entry.paragraphs
            self.catalogs = {name: group for name, group in self.catalogs.items() if group}

    def rename_catalog(self) -> None:
        old, new = self.chance.choice(sorted(self.catalogs)), f"n{self.next()}"
        self.catalogs = {new if n == old else n: group for n, group in self.catalogs.items()}

    AUTHOR = (
        *(add_entry, edit, edit, edit, touch_up, revert, insert, delete, reorder),
        *(rename_entry, move_entry, delete_entry, rename_catalog),
    )

    # --- the translator ---------------------------------------------------------------------------

    def translate(self) -> None:
        for name, file in self.files.items():
            messages = []
            for m in file.messages:
                if not m.obsolete and self.chance.random() < 0.4:
                    m = self.worked_on(m)
                messages.append(m)
            self.files[name] = replace(file, messages=tuple(messages))

    def worked_on(self, message: Message) -> Message:
        if self.chance.random() < 0.2:
            remark = f"Remarque {word(self.next())}"
            self.kept.add(remark)
            return replace(message, comment="\n".join(filter(None, (message.comment, remark))))
        if message.text and not message.fuzzy and self.chance.random() < 0.8:
            return message
        text = f"Traduction {word(self.next())}."
        self.made_from[text] = message.source.rstrip(".")
        self.kept.discard(message.text)
        self.kept.add(text)
        draft = self.chance.random() < 0.1
        return replace(message, text=text, fuzzy=draft, previous="")

    def doubt(self) -> None:
        """Mark some as fuzzy, as an editor does; some of them lose what they were made from."""
        for name, file in self.files.items():
            self.files[name] = replace(
                file,
                messages=tuple(
                    replace(m, fuzzy=True) if m.text and self.chance.random() < 0.1 else m
                    for m in file.messages
                ),
            )

    def merge_keeping_both(self) -> None:
        """Two people translated the same file, and the conflicts were solved by keeping both."""
        mine = dict(self.files)
        self.translate()
        theirs = {t for file in self.files.values() for m in file.messages for t in wrote(m)}
        for name, file in mine.items():
            there = {id(m) for m in file.messages}
            extra = [m for m in self.files[name].messages if id(m) not in there]
            both = [*file.messages, *extra]
            self.chance.shuffle(both)
            self.files[name] = replace(file, messages=tuple(both))
        self.kept |= theirs | {t for f in mine.values() for m in f.messages for t in wrote(m)}

    TRANSLATOR = (translate, translate, translate, doubt, merge_keeping_both)

    # --- the files --------------------------------------------------------------------------------

    def units(self) -> dict[str, list[SourceUnit]]:
        return {name: [unit for _, unit in self.units_of(name)] for name in self.catalogs}

    def units_of(self, name: str) -> Iterable[tuple[Paragraph, SourceUnit]]:
        for entry in self.catalogs[name]:
            for index, each in enumerate(entry.paragraphs, 1):
                context = f"{entry.name}|fix" + (f"/{index}" if index > 1 else "")
                at = Location(f"source/errors/{name}.yml")
                formerly = tuple(entry.aliases)
                yield each, SourceUnit(context, each.text, "p", at, formerly=formerly)

    def shown(self) -> dict[int, tuple[str, str]]:
        """What readers get of each paragraph: its source and its translation."""
        found = {}
        for name in self.catalogs:
            pairs = list(self.units_of(name))
            messages = self.files[name].messages if name in self.files else ()
            states = translate.states([unit for _, unit in pairs], messages, FR, name)
            for each, unit in pairs:
                state = states[unit.key]
                if state.state.shown:
                    found[each.number] = each.text, state.text
        return found

    def ways(self) -> Counter[str]:
        """In how many ways each source text is translated, anywhere in the files."""
        messages = {(m.source, m.text) for f in self.files.values() for m in f.messages if m.text}
        return Counter(source.rstrip(".") for source, _ in messages)

    def sync(self) -> None:
        done = sync.merge_all(self.files, self.units(), "errbook", FR)
        for name, (file, _) in done.items():
            if file.is_empty:
                del self.files[name]
                continue
            read, found = po.read(po.write(file).encode(), file.path)
            assert not found
            self.files[name] = read


def wrote(message: Message) -> list[str]:
    return [text for text in (message.text, *message.comment.split("\n")) if text]


@pytest.mark.parametrize("seed", range(60))
def test_nothing_is_lost_and_nothing_stale_is_shown_in_any_year(seed: int) -> None:
    chance = random.Random(seed)
    year = Year(chance)
    for _ in range(3):
        year.add_entry()
    year.sync()
    for _ in range(chance.randint(1, 12)):
        year.chance.choice(year.TRANSLATOR)(year)
        year.sync()
        before = year.shown()
        ways = year.ways()
        for _ in range(chance.randint(0, 4)):
            year.chance.choice(year.AUTHOR)(year)
        early = year.shown()
        year.sync()
        after = year.shown()
        everything = [(f, m) for f in year.files.values() for m in f.messages]
        there = {text for _, m in everything for text in wrote(m)}
        # Nothing that somebody wrote is lost.
        assert year.kept <= there
        # What is shown was made from this very source.
        for shown in (early, after):
            for source, text in shown.values():
                assert source.rstrip(".") == year.made_from[text]
        # What did not change is shown as it was, wherever it is now.
        now = {e.number: e.text for _, entry in year.entries() for e in entry.paragraphs}
        for number, (source, text) in before.items():
            if now.get(number) == source and ways[source.rstrip(".")] == 1:
                assert after[number] == (source, text)
        # Whoever revises a fuzzy translation sees the source that it was made from.
        for _, message in everything:
            if message.text:
                told = message.previous or message.source
                assert told.rstrip(".") == year.made_from[message.text]
        # The second run changes nothing.
        written = {name: po.write(file) for name, file in year.files.items()}
        year.sync()
        assert {name: po.write(file) for name, file in year.files.items()} == written
