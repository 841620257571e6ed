"""A translation's origin is told as long as its text is the one it was told for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import po, provenance
from errbook.po import Message, PoFile
from errbook.provenance import Origin, Provenance

MESSAGE = Message("a|fix", "Retry.", "Réessayez.", comment="Vu avec l’équipe.")

COMMENTS = {
    "": Provenance(),
    "origin story: we asked": Provenance(),
    "origin: unknown": Provenance(),
    "origin: machine": Provenance(Origin.MACHINE),
    "origin: memory, old.po": Provenance(Origin.MEMORY, "old.po"),
    "origin: machine #00000000": Provenance(),
    "Mind the tone.\nreviewed-by: Zoé": Provenance(reviewer="Zoé"),
}


@pytest.mark.parametrize(("comment", "expected"), COMMENTS.items())
def test_a_comment_tells_the_origin(comment: str, expected: Provenance) -> None:
    assert provenance.of(replace(MESSAGE, comment=comment)) == expected


one_line = st.text(st.sampled_from("aé証ن #,:-."), max_size=8).map(lambda t: " ".join(t.split()))
provenances = st.builds(
    Provenance, st.just(Origin.MACHINE), one_line, st.sampled_from(["", "Zoé", "B. C."])
)


@given(provenances, st.text(max_size=5))
def test_a_mark_holds_until_the_text_changes(told: Provenance, other: str) -> None:
    marked = provenance.marked(MESSAGE, told)
    assert provenance.of(marked) == told
    assert marked.comment.splitlines()[0] == MESSAGE.comment
    assert provenance.marked(marked, told) == marked
    if other != MESSAGE.text:
        assert provenance.of(replace(marked, text=other)) == Provenance()


def test_marks_survive_the_file() -> None:
    told = Provenance(Origin.MEMORY, "old.tmx", "Zoé")
    written = po.write(PoFile("a.po", messages=(provenance.marked(MESSAGE, told),)))
    ((message,), found) = (lambda read: (read[0].messages, read[1]))(po.read(written.encode(), "a"))
    assert (provenance.of(message), found) == (told, [])


def test_a_persons_own_text_needs_no_mark() -> None:
    marked = provenance.marked(MESSAGE, Provenance(Origin.MACHINE))
    assert provenance.marked(marked, Provenance()) == MESSAGE
