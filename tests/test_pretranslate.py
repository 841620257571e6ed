"""A memory fills what it knows for sure, offers what is similar, and touches nothing else."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import locales, pretranslate, provenance
from errbook.diagnostics import Location
from errbook.exchange import Pair, pairs
from errbook.extract import SourceUnit
from errbook.po import Message, PoFile
from errbook.pretranslate import Memory
from errbook.provenance import Origin, Provenance

FR = locales.parse("fr-FR")
SOURCE = "Check the name of the server and restart the agent."
UNIT = SourceUnit("a|fix", SOURCE, "p", Location("source/errors/a.yml"))

CASES = {
    # The memory, the text that is filled in, whether it is fuzzy, and the previous source.
    "nothing-alike": ([Pair("Other.", "Autre.")], ("", False, "")),
    "too-different": ([Pair("Check the name.", "Vérifiez.")], ("", False, "")),
    "same": ([Pair(SOURCE, "A")], ("A", False, "")),
    "decomposed": ([Pair(SOURCE + "\n", "A")], ("A", False, "")),
    "same-twice": ([Pair(SOURCE, "A"), Pair(SOURCE, "A")], ("A", False, "")),
    "said-in-two-ways": ([Pair(SOURCE, "A"), Pair(SOURCE, "B")], ("A", True, "")),
    "own-context-first": ([Pair(SOURCE, "A"), Pair(SOURCE, "B", "a|fix")], ("B", False, "")),
    "similar": (
        [Pair(SOURCE.replace("name", "names"), "A"), Pair(SOURCE.replace("the", "a"), "B")],
        ("A", True, SOURCE.replace("name", "names")),
    ),
    "damaged": ([Pair(SOURCE, "A <script>")], ("A <script>", True, "")),
}


@pytest.mark.parametrize(("memory", "expected"), CASES.values(), ids=CASES)
def test_an_empty_translation_is_filled(
    memory: list[Pair], expected: tuple[str, bool, str]
) -> None:
    file = PoFile("a.po", messages=(Message("a|fix", SOURCE, comment="À nous."),))
    done = pretranslate.fill(file, [UNIT], Memory(memory), FR)
    (message,) = done.file.messages
    assert (message.text, message.fuzzy, message.previous) == expected
    assert message.comment.startswith("À nous.")
    assert done.exact + done.similar == bool(expected[0])


@pytest.mark.parametrize("fuzzy", [False, True])
def test_what_is_translated_is_left_alone(fuzzy: bool) -> None:
    file = PoFile("a.po", messages=(Message("a|fix", SOURCE, "Mine", fuzzy=fuzzy),))
    assert pretranslate.fill(file, [UNIT], Memory([Pair(SOURCE, "A")]), FR).file == file


def test_the_origin_is_recorded_and_a_machine_is_not_trusted() -> None:
    file = PoFile("a.po", messages=(Message("a|fix", SOURCE),))
    memory = Memory([Pair(SOURCE, "A", memory="old.tmx")])
    (message,) = pretranslate.fill(file, [UNIT], memory, FR).file.messages
    assert (message.fuzzy, provenance.of(message)) == (False, Provenance(Origin.MEMORY, "old.tmx"))
    (message,) = pretranslate.fill(file, [UNIT], memory, FR, machine="mt").file.messages
    assert (message.fuzzy, provenance.of(message)) == (True, Provenance(Origin.MACHINE, "mt"))


def test_a_memory_is_what_is_settled_and_the_living_go_first() -> None:
    file = PoFile(
        "a.po",
        messages=(
            Message("gone|fix", "One.", "Eins alt", obsolete=True),
            Message("a|fix", "One.", "Eins"),
            Message("b|fix", "Two.", "Zwei", fuzzy=True),
            Message("c|fix", "Three."),
        ),
    )
    assert list(pairs(file)) == [
        Pair("One.", "Eins", "a|fix"),
        Pair("One.", "Eins alt", "gone|fix"),
    ]


words = st.lists(st.sampled_from("agent server the a restart 再起動 check".split()), max_size=6)


@given(st.lists(words, max_size=6), words, st.floats(0.5, 1))
def test_what_is_offered_is_as_similar_as_was_asked(
    sources: list[list[str]], wanted: list[str], least: float
) -> None:
    memory = Memory([Pair(" ".join(source), "x") for source in sources], least=least)
    text = " ".join(wanted)
    found = memory.similar(replace(UNIT, text=text))
    if found is not None:
        assert SequenceMatcher(None, found.source, text, autojunk=False).ratio() >= least
