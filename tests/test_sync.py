"""Sync brings the source into a translator's file, and nothing a translator wrote is ever lost."""

from __future__ import annotations

import difflib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import locales, po, sync, translate
from errbook.diagnostics import Location
from errbook.extract import SourceUnit
from errbook.po import Message, PoFile
from errbook.sync import Counts

FR = locales.parse("fr-FR")
PATH = "locales/fr-FR/a.po"
HERE = Location("source/errors/a.yml")


def units(**texts: str) -> tuple[SourceUnit, ...]:
    """Units by context; ``a_fix`` is written for ``a|fix``."""
    return tuple(
        SourceUnit(context.replace("_", "|"), text, "p", HERE, (f"Code: {context[0].upper()}",))
        for context, text in texts.items()
    )


def merged(old: PoFile, source: Sequence[SourceUnit]) -> PoFile:
    return sync.merge(old, source, "errbook", FR)[0]


def translated(**texts: tuple[str, str]) -> PoFile:
    """A synced file with a source and a translation for each context."""
    source = units(**{context: text for context, (text, _) in texts.items()})
    words = [text for _, text in texts.values()]
    file = merged(PoFile(PATH), source)
    messages = [replace(m, text=text) for m, text in zip(file.messages, words, strict=True)]
    return replace(file, messages=tuple(messages))


def changed_lines(old: PoFile, new: PoFile) -> list[str]:
    before, after = po.write(old).splitlines(), po.write(new).splitlines()
    lines = difflib.unified_diff(before, after, lineterm="", n=0)
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


# --- files ----------------------------------------------------------------------------------------


def test_a_new_file_has_every_unit_and_nothing_that_changes_by_itself() -> None:
    file, counts = sync.merge(
        PoFile(PATH), units(a_cause="Invalid tags.", b_fix="無効"), "errbook", FR
    )
    assert po.write(file) == (
        "# Translation of errbook into French (France).\n"
        'msgid ""\nmsgstr ""\n'
        '"Project-Id-Version: errbook\\n"\n'
        '"Language: fr_FR\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {locales.plural_forms(FR)}\\n"\n'
        "\n#. Code: A\n#: source/errors/a.yml\n"
        'msgctxt "a|cause"\nmsgid "Invalid tags."\nmsgstr ""\n'
        "\n#. Code: B\n#: source/errors/a.yml\n"
        'msgctxt "b|fix"\nmsgid "無効"\nmsgstr ""\n'
    )
    assert counts == Counts(total=2, new=2)


def test_a_foreign_header_and_comments_are_kept() -> None:
    message = Message("a|fix", "Retry.", "Réessayez.", comment="Vu.", flags=("no-wrap",))
    old = PoFile(PATH, (("X-Generator", "Poedit"), ("Language", "fr")), "À moi.", (message,))
    assert merged(old, units(a_fix="Retry.")) == replace(
        old,
        messages=(replace(message, notes=("Code: A",), references=("source/errors/a.yml",)),),
    )


CHANGES = {
    "nothing": (
        {"a_fix": "Retry."},
        [Message("a|fix", "Retry.", "Réessayez.")],
        Counts(total=1),
    ),
    "inserted": (
        {"a_fix": "New.", "a_fix/2": "Retry."},
        [Message("a|fix", "New."), Message("a|fix/2", "Retry.", "Réessayez.")],
        Counts(total=2, new=1),
    ),
    "cosmetic": (
        {"a_fix": "retry"},
        [Message("a|fix", "retry", "Réessayez.")],
        Counts(total=1, cosmetic=1),
    ),
    "changed": (
        {"a_fix": "Retry twice."},
        [Message("a|fix", "Retry twice.", "Réessayez.", fuzzy=True, previous="Retry.")],
        Counts(total=1, stale=1),
    ),
    "gone": (
        {"b_fix": "Wait."},
        [
            Message("b|fix", "Wait."),
            Message("a|fix", "Retry.", "Réessayez.", obsolete=True),
        ],
        Counts(total=1, new=1, obsolete=1),
    ),
}


@pytest.mark.parametrize(("source", "expected", "counts"), CHANGES.values(), ids=CHANGES)
def test_what_a_change_of_the_source_does(
    source: dict[str, str], expected: list[Message], counts: Counts
) -> None:
    old = translated(a_fix=("Retry.", "Réessayez."))
    file, counted = sync.merge(old, units(**source), "errbook", FR)
    plain = [replace(message, notes=(), references=()) for message in file.messages]
    assert (plain, counted) == (expected, counts)


# --- what a translator wrote ----------------------------------------------------------------------


def test_after_two_changes_the_first_source_is_still_told() -> None:
    file = translated(a_fix=("Retry.", "Réessayez."))
    for text in ("Retry twice.", "Retry three times.", "retry three times"):
        file = merged(file, units(a_fix=text))
        (message,) = file.messages
        assert (message.previous, message.fuzzy) == ("Retry.", True)


# --- branches -------------------------------------------------------------------------------------

Edit = Callable[[PoFile], PoFile]


def alter(context: str, **changes: Any) -> Edit:
    """What a translator does to one message."""

    def edit(file: PoFile) -> PoFile:
        each = (replace(m, **changes) if m.context == context else m for m in file.messages)
        return replace(file, messages=tuple(each))

    return edit


def source(*texts: str) -> Edit:
    """What an author does to ``b|fix``, with a sync after each change."""

    def edit(file: PoFile) -> PoFile:
        for text in texts:
            file = merged(file, units(a_fix="Retry.", b_fix=text, c_fix="Stop."))
        return file

    return edit


def git_merged(folder: Path, base: PoFile, one: PoFile, other: PoFile) -> PoFile | None:
    """What git makes of two branches; None where it finds a conflict."""
    names = []
    for name, file in (("one", one), ("base", base), ("other", other)):
        (folder / name).write_text(po.write(file), "utf-8")
        names.append(str(folder / name))
    done = subprocess.run(["git", "merge-file", "-p", *names], capture_output=True, check=False)
    return po.read(done.stdout, PATH)[0] if done.returncode == 0 else None


accepted = alter("b|fix", fuzzy=False, previous="")
revised = alter("b|fix", fuzzy=False, previous="", text="Attendez un peu.")
APART: dict[str, tuple[Edit, Edit]] = {
    "another text is translated": (
        alter("c|fix", text="Cessez."),
        source("Wait an hour.", "Wait a day."),
    ),
    "another text is translated above": (
        alter("a|fix", text="Essayez encore."),
        source("Wait an hour."),
    ),
    "both accept": (accepted, accepted),
    "only one does anything": (accepted, lambda file: file),
}
TOGETHER: dict[str, tuple[Edit, Edit]] = {
    "one change": (accepted, source("Wait an hour.")),
    "two changes": (accepted, source("Wait an hour.", "Wait a day.")),
    "three changes": (accepted, source("Wait an hour.", "Wait a day.", "Wait a week.")),
    "revised": (revised, source("Wait an hour.", "Wait a day.")),
}
"""What two branches do to a file in which ``b|fix`` is fuzzy."""


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("is_again", [False, True])
@pytest.mark.parametrize("name", [*APART, *TOGETHER])
def test_git_merges_branches_unless_one_accepts_what_the_other_changes(
    tmp_path: Path, name: str, *, is_again: bool
) -> None:
    base = translated(
        a_fix=("Retry.", "Réessayez."), b_fix=("Wait.", "Attendez."), c_fix=("Stop.", "Arrêtez.")
    )
    base = source("Wait a minute.", *(["Wait ten minutes."] if is_again else []))(base)
    one, other = (APART | TOGETHER)[name]
    for first, second in ((one, other), (other, one)):
        got = git_merged(tmp_path, base, first(base), second(base))
        assert (got is None) == (name in TOGETHER)


def test_what_a_sure_message_called_its_previous_source_is_forgotten() -> None:
    # The translator revised the text and removed the mark, but left the #| line.
    revised = Message("a|fix", "Retry twice.", "Réessayez deux fois.", previous="Retry.")
    (same,) = merged(PoFile(PATH, messages=(revised,)), units(a_fix="Retry twice.")).messages
    assert same.previous == ""
    (message,) = merged(PoFile(PATH, messages=(revised,)), units(a_fix="Wait.")).messages
    assert (message.previous, message.fuzzy) == ("Retry twice.", True)


def test_a_translation_comes_back_when_its_source_does() -> None:
    old = translated(a_fix=("Retry.", "Réessayez."), b_fix=("Wait.", "Attendez."))
    without = merged(old, units(b_fix="Wait."))
    assert [(m.text, m.obsolete) for m in without.messages] == [
        ("Attendez.", False),
        ("Réessayez.", True),
    ]
    assert merged(without, units(a_fix="Retry.", b_fix="Wait.")) == old


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(Message("z|fix", "Gone.", "Parti."), id="translation"),
        pytest.param(Message("z|fix", "Gone.", comment="À demander."), id="comment-alone"),
        pytest.param(
            Message("", "one", plural="many", plurals=((0, "un"), (1, "des"))), id="plural"
        ),
        pytest.param(
            Message("z|fix", "Gone.", comment="À demander.", obsolete=True), id="obsolete-comment"
        ),
        pytest.param(Message("", "No context.", "Sans contexte."), id="no-context"),
        pytest.param(Message("z|fix", "Gone.", "Parti.", flags=("no-wrap",)), id="flags"),
    ],
)
def test_what_the_source_has_no_place_for_is_kept_as_obsolete(message: Message) -> None:
    old = PoFile(PATH, messages=(message,))
    kept = merged(old, units(a_fix="Retry.")).messages[-1]
    assert kept == replace(message, obsolete=True)


def test_a_comment_alone_comes_back_with_its_text() -> None:
    old = PoFile(PATH, messages=(Message("a|fix", "Retry.", comment="À demander."),))
    without = merged(old, units(b_fix="Wait."))
    assert [m.comment for m in without.messages] == ["", "À demander."]
    assert [m.comment for m in merged(without, units(a_fix="Retry.")).messages] == ["À demander."]


def test_of_two_messages_that_a_merge_left_the_sure_one_is_taken() -> None:
    fuzzy = Message("a|fix", "Retry.", "Brouillon.", fuzzy=True, previous="Wait.")
    sure = Message("a|fix", "Retry.", "Réessayez.")
    file = merged(PoFile(PATH, messages=(fuzzy, sure)), units(a_fix="Retry."))
    assert [(m.text, m.fuzzy, m.obsolete) for m in file.messages] == [
        ("Réessayez.", False, False),
        ("Brouillon.", True, True),
    ]


def test_a_decomposed_source_is_the_same_source() -> None:
    old = PoFile(PATH, messages=(Message("a|fix", "Cafe\u0301 a\u0300", "喫茶店"),))
    (message,) = merged(old, units(a_fix="Caf\u00e9 \u00e0")).messages
    assert (message.source, message.text, message.fuzzy) == ("Caf\u00e9 \u00e0", "喫茶店", False)


# --- laws -----------------------------------------------------------------------------------------

TEXTS = ("Retry.", "retry", "Wait.", "Wait 5 s.", "再起動", "أعد", "Run `a`.")
sources = st.dictionaries(
    st.sampled_from(["a_cause", "a_fix", "a_fix/2", "a_fix/3", "b_cause", "b_fix"]),
    st.sampled_from(TEXTS),
).map(lambda texts: units(**texts))
words = st.text(st.sampled_from("xyzé訳ن"), min_size=1, max_size=3)
comments = st.sampled_from(["", "", "à revoir"])


def wrote(file: PoFile) -> list[str]:
    """Everything in a file that a translator wrote."""
    return sorted(
        each
        for m in file.messages
        for each in (m.text, m.comment, *dict(m.plurals).values())
        if each
    )


@given(st.data(), st.lists(sources, min_size=1, max_size=6))
def test_nothing_a_translator_wrote_is_lost_in_any_history(
    data: st.DataObject, history: list[tuple[SourceUnit, ...]]
) -> None:
    file = PoFile(PATH)
    for source in history:
        before = wrote(file)
        file = merged(file, source)
        assert wrote(file) == before
        # A translator works on some of it: translates, revises, comments, marks.
        file = replace(
            file,
            messages=tuple(
                replace(
                    m,
                    text=data.draw(words) if data.draw(st.booleans()) else m.text,
                    comment=data.draw(comments) or m.comment,
                    fuzzy=data.draw(st.booleans()) if not m.fuzzy else False,
                )
                if not m.obsolete and data.draw(st.booleans())
                else m
                for m in file.messages
            ),
        )


@given(st.lists(sources, min_size=1, max_size=4), st.data())
def test_the_second_run_changes_no_byte(
    history: list[tuple[SourceUnit, ...]], data: st.DataObject
) -> None:
    file = PoFile(PATH)
    for source in history:
        file = merged(file, source)
        file = replace(
            file, messages=tuple(replace(m, text=m.text or data.draw(words)) for m in file.messages)
        )
    once = po.write(merged(file, history[-1]))
    again, found = po.read(once.encode(), PATH)
    assert not found
    assert po.write(merged(again, history[-1])) == once


@given(sources, sources, st.lists(words, min_size=6, max_size=6))
def test_sync_hides_nothing_that_was_shown_and_shows_nothing_that_was_not(
    old: tuple[SourceUnit, ...], new: tuple[SourceUnit, ...], texts: list[str]
) -> None:
    file = merged(PoFile(PATH), old)
    pairs = zip(file.messages, texts, strict=False)
    file = replace(file, messages=tuple(replace(m, text=text) for m, text in pairs))
    before = translate.states(new, file.messages, FR, PATH)
    after = translate.states(new, merged(file, new).messages, FR, PATH)
    assert {c: (s.state.shown, s.text) for c, s in before.items() if s.state.shown} == {
        c: (s.state.shown, s.text) for c, s in after.items() if s.state.shown
    }


@given(sources.filter(bool), st.integers(0, 6), st.data())
def test_one_inserted_text_changes_six_lines_at_most(
    source: tuple[SourceUnit, ...], place: int, data: st.DataObject
) -> None:
    old = merged(PoFile(PATH), source)
    old = replace(old, messages=tuple(replace(m, text=data.draw(words)) for m in old.messages))
    (inserted,) = units(c_cause="New text.")
    lines = changed_lines(old, merged(old, (*source[:place], inserted, *source[place:])))
    assert len(lines) <= 6
    assert [line for line in lines if line.startswith("-")] == []


@given(st.lists(sources, min_size=2, max_size=4), st.data())
def test_nothing_is_lost_between_the_files_of_a_locale(
    history: list[tuple[SourceUnit, ...]], data: st.DataObject
) -> None:
    # Owner `a` has a file of its own and owner `b` another; at times they change places.
    files: dict[str, PoFile] = {}
    for source in history:
        names = data.draw(st.permutations(["one", "two"]))
        split: dict[str, list[SourceUnit]] = {"one": [], "two": []}
        for each in source:
            split[names[each.owner == "b"]].append(each)
        done = sync.merge_all(files, split, "errbook", FR)
        before, files = files, {name: file for name, (file, _) in done.items()}
        assert texts_in(before) - texts_in(files) == set()
        again = sync.merge_all(files, split, "errbook", FR)
        assert {name: file for name, (file, _) in again.items()} == files
        files = {
            name: replace(
                file,
                messages=tuple(
                    replace(m, text=m.text or data.draw(words), fuzzy=data.draw(st.booleans()))
                    for m in file.messages
                ),
            )
            for name, file in files.items()
        }


def test_what_a_cosmetic_change_keeps_fills_the_same_text_in_one_run() -> None:
    old = translated(b_fix=("Retry.", "Réessayez."))
    source = {"one": units(b_fix="retry", a_fix="retry")}
    ((file, counts),) = sync.merge_all({"one": old}, source, "errbook", FR).values()
    assert [(m.context, m.source, m.text) for m in file.messages] == [
        ("b|fix", "retry", "Réessayez."),
        ("a|fix", "retry", "Réessayez."),
    ]
    assert counts == Counts(total=2, cosmetic=1, filled=1)
    ((again, _),) = sync.merge_all({"one": file}, source, "errbook", FR).values()
    assert again == file


# --- words of the interface -----------------------------------------------------------------------

WORDS = (Message("", "Cause"), Message("", "%d file", plural="%d files"))
CAUSE = Message("", "Cause", "La cause")
FILES = Message("", "%d file", plural="%d files", plurals=((0, "un"), (1, "deux")))


@pytest.mark.parametrize(
    ("old", "expected"),
    [
        pytest.param([CAUSE, FILES], [CAUSE, FILES], id="nothing-changes"),
        pytest.param(
            [replace(CAUSE, obsolete=True), FILES], [CAUSE, FILES], id="comes-back-from-obsolete"
        ),
        pytest.param(
            [CAUSE, replace(CAUSE, text="Cause", obsolete=True), FILES],
            [CAUSE, FILES, replace(CAUSE, text="Cause", obsolete=True)],
            id="living-before-obsolete",
        ),
        pytest.param(
            [replace(CAUSE, fuzzy=True), replace(CAUSE, text="Cause"), FILES],
            [replace(CAUSE, text="Cause"), FILES, replace(CAUSE, fuzzy=True, obsolete=True)],
            id="sure-before-fuzzy",
        ),
        pytest.param(
            [replace(CAUSE, context="x"), CAUSE, FILES],
            [CAUSE, FILES, replace(CAUSE, context="x", obsolete=True)],
            id="another-context",
        ),
        pytest.param(
            [replace(CAUSE, text="", plural="Causes", plurals=((0, "a"), (1, "b"))), FILES],
            [
                Message("", "Cause"),
                FILES,
                replace(
                    CAUSE, text="", plural="Causes", plurals=((0, "a"), (1, "b")), obsolete=True
                ),
            ],
            id="counted-no-more",
        ),
        pytest.param(
            [CAUSE, Message("", "%d file", "Fichiers")],
            [
                CAUSE,
                replace(FILES, plurals=((0, ""), (1, ""), (2, ""))),
                Message("", "%d file", "Fichiers", obsolete=True),
            ],
            id="counted-now",
        ),
        pytest.param(
            [CAUSE, replace(FILES, plural="%d file(s)")],
            [CAUSE, replace(FILES, fuzzy=True)],
            id="another-plural",
        ),
    ],
)
def test_nothing_is_lost_among_the_words_of_the_interface(
    old: list[Message], expected: list[Message]
) -> None:
    file, _ = sync.merge_words(PoFile(PATH, messages=tuple(old)), WORDS, "errbook", FR)
    assert list(file.messages) == expected
    assert sync.merge_words(file, WORDS, "errbook", FR)[0] == file


def test_a_text_that_came_from_elsewhere_goes_before_a_text_of_the_same_context() -> None:
    old = translated(a_fix=("Retry.", "Réessayez."), b_fix=("Wait.", "Attendez."))
    ((file, _),) = sync.merge_all({"x": old}, {"x": units(a_fix="Wait.")}, "errbook", FR).values()
    assert [(m.context, m.text, m.fuzzy, m.obsolete) for m in file.messages] == [
        ("a|fix", "Attendez.", False, False),
        ("a|fix", "Réessayez.", False, True),
    ]


def test_a_text_that_went_elsewhere_is_settled_there_and_stale_where_it_was() -> None:
    old = translated(a_fix=("Retry.", "Réessayez."))
    source = {"x": units(a_fix="Wait.", b_fix="Retry.")}
    ((file, _),) = sync.merge_all({"x": old}, source, "errbook", FR).values()
    assert [(m.context, m.text, m.fuzzy, m.previous) for m in file.messages] == [
        ("a|fix", "Réessayez.", True, "Retry."),
        ("b|fix", "Réessayez.", False, ""),
    ]


OLD = translated(
    a_fix=("One.", "Un."),
    b_fix=("Two.", "Deux."),
    c_fix=("Three.", "Trois."),
    d_fix=("One.", "L'un."),
)
UNSURE = replace(OLD, messages=tuple(replace(m, fuzzy=True) for m in OLD.messages))
Said = dict[str, tuple[str, bool]]


@pytest.mark.parametrize(
    ("old", "source", "said"),
    [
        (
            OLD,
            units(a_fix="One.", d_fix="One."),
            {"a|fix": ("Un.", False), "d|fix": ("L'un.", False)},
        ),
        (
            OLD,
            units(b_fix="Three.", e_fix="Two."),
            {"b|fix": ("Trois.", False), "e|fix": ("Deux.", False)},
        ),
        (
            UNSURE,
            units(b_fix="Three.", e_fix="Two."),
            {"b|fix": ("Trois.", True), "e|fix": ("Deux.", True)},
        ),
        (
            OLD,
            units(a_fix="Four.", d_fix="One.", e_fix="One."),
            {"a|fix": ("Un.", True), "d|fix": ("L'un.", False), "e|fix": ("L'un.", False)},
        ),
    ],
    ids=["nothing moves", "one text after another moves", "unsure ones too", "the sure one fills"],
)
def test_texts_that_change_places_are_settled_in_one_run(
    old: PoFile, source: tuple[SourceUnit, ...], said: Said
) -> None:
    ((file, _),) = sync.merge_all({"x": old}, {"x": source}, "errbook", FR).values()
    assert {m.context: (m.text, m.fuzzy) for m in file.messages if not m.obsolete} == said
    ((again, _),) = sync.merge_all({"x": file}, {"x": source}, "errbook", FR).values()
    assert again == file


def test_many_equal_texts_move_each_with_its_own_comment() -> None:
    every = range(10_000)
    old = PoFile(
        PATH, messages=tuple(Message(f"a{n}|td", "Yes", "Oui", comment=f"{n}") for n in every)
    )
    source = tuple(SourceUnit(f"b{n}|td", "Yes", "p", HERE) for n in every)
    ((file, counts),) = sync.merge_all({"x": old}, {"x": source}, "errbook", FR).values()
    assert {m.text for m in file.messages} == {"Oui"}
    assert len({m.comment for m in file.messages}) == counts.carried == len(every)


def test_what_left_just_now_goes_before_what_left_long_ago() -> None:
    old = translated(a_fix=("Retry.", "Réessayez."))
    gone = Message("z|fix", "Retry.", "Recommencez.", obsolete=True)
    old = replace(old, messages=(*old.messages, gone))
    ((file, _),) = sync.merge_all({"x": old}, {"x": units(b_fix="Retry.")}, "errbook", FR).values()
    assert [m.text for m in file.messages] == ["Réessayez.", "Recommencez."]


def texts_in(files: dict[str, PoFile]) -> set[str]:
    return {message.text for file in files.values() for message in file.messages}


def test_each_of_many_changed_texts_keeps_its_own_previous_one() -> None:
    every = range(10_000)
    old = PoFile(
        PATH,
        messages=tuple(
            Message(f"e{n}|fix", f"Check the server number {n} and retry.", f"訳 {n}")
            for n in every
        ),
    )
    source = tuple(
        SourceUnit(
            f"e{n}|fix",
            f"Check the server number {n} and {'restart' if n % 20 == 0 else 'retry'}.",
            "p",
            HERE,
        )
        for n in every
    )
    file, counts = sync.merge(old, source, "errbook", FR)
    assert [(m.text, m.fuzzy, m.previous) for m in file.messages] == [
        (f"訳 {n}", n % 20 == 0, f"Check the server number {n} and retry." if n % 20 == 0 else "")
        for n in every
    ]
    assert counts == Counts(total=10_000, stale=500)
