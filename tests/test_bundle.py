"""A bundle gives back the book that went in; a file made to harm is refused with a reason."""

from __future__ import annotations

import contextlib
import io
import json
import re
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import bundles, lookup, project
from errbook.bundles import LocalePart
from errbook.edition import Edition
from errbook.formats import bundle
from errbook.formats.bundle import BadBundle
from errbook.lookup import Index

ROOT = Path(__file__).resolve().parents[1]


@cache
def _book() -> tuple[Index, dict[str, LocalePart]]:
    loaded, _ = project.load(ROOT)
    assert loaded is not None
    parts = {}
    for locale, translation in loaded.translations.items():
        edition = Edition(loaded.book, translation, loaded.interface(locale))
        parts[locale.tag] = bundles.part(edition, "https://errors.example/")
    return lookup.of_book(loaded.book), parts


@cache
def _data() -> bytes:
    index, parts = _book()
    return bundle.write("Errors", index, parts)


def test_everything_comes_back() -> None:
    index, parts = _book()
    found = bundle.read(_data())
    assert (found.name, found.locales) == ("Errors", tuple(parts))
    assert tuple(found.index.entries) == index.entries
    assert (found.index.by_name, found.index.code_patterns) == (index.by_name, index.code_patterns)
    for tag, part in parts.items():
        own = found.load(tag)
        assert (dict(own.cards), own.words) == (part.cards, part.words)


@pytest.mark.parametrize("asked", [1, bundle._FEW, bundle._FEW + 1, 1000])
def test_one_entry_of_many_is_found_without_the_others(asked: int) -> None:
    index, parts = _book()
    found = bundle.read(_data())
    own = found.load("fr-FR")
    for entry in index.entries[:asked]:
        assert own.cards[entry.id] == parts["fr-FR"].cards[entry.id]
        for name in entry.names:
            assert found.index.resolve(name) == index.resolve(name)
    for name in ("", "no", 'a"b', "azcm", '":', "\n", "\udcff", "id"):
        assert name not in own.cards
        assert name not in found.index.by_name


def test_the_same_book_gives_the_same_bytes() -> None:
    index, parts = _book()
    assert bundle.write("Errors", index, parts) == _data()


def test_links_and_footnotes_lead_somewhere() -> None:
    _, parts = _book()
    for tag, part in parts.items():
        for card in part.cards.values():
            for text in (card.cause, card.fix, *card.notes.values()):
                outside_code = re.sub(r"(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)", "", text, flags=re.S)
                assert "](link:" not in outside_code
                assert "](entry:" not in outside_code
        card = part.cards["device-flow-no-such-host"]
        assert list(card.notes) == ["gpo-profiles"]
        assert card.url == f"https://errors.example/{tag}/errors/device-flow-no-such-host/"


def test_a_text_that_fell_back_says_so() -> None:
    _, parts = _book()
    fallen = [card for card in parts["pt-BR"].cards.values() if card.state != "ok"]
    assert {card.locale for card in fallen} <= {"en-US"}
    assert all(card.state == "ok" for card in parts["en-US"].cards.values())


def _zip(**files: object) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            text = value if isinstance(value, str | bytes) else json.dumps(value)
            archive.writestr(name.replace("__", "/") + ".json", text)
    return stream.getvalue()


GOOD: dict[str, Any] = {
    "book": {"format": bundle.FORMAT, "version": 1, "locales": ["en"]},
    "names": b'{\n"a":["a"]\n}\n',
    "entries": [{"id": "a"}],
    "words": {"en": {"cause": "Cause"}},
    "locales__en": b'{\n"a":{"id":"a"}\n}\n',
}


def _changed(**changes: Any) -> bytes:
    return _zip(**{**GOOD, "book": {**GOOD["book"], **changes}})


def _with(**members: Any) -> bytes:
    return _zip(**{**GOOD, **members})


HARMFUL = {
    "empty": (b"", "no errbook bundle"),
    "another file": (b"hello", "no errbook bundle"),
    "another archive": (_zip(other={}), "there is no book.json"),
    "cut off": (_zip(**GOOD)[:200], "no errbook bundle"),
    "no JSON": (_zip(book="{"), "cannot be read"),
    "no UTF-8": (_zip(book=b'"\xff'), "cannot be read"),
    "deep": (_zip(book="[" * 200_000), "cannot be read"),
    "no object": (_zip(book=[]), "damaged"),
    "another format": (_changed(format="x"), "no errbook bundle"),
    "a newer version": (
        _changed(version=99, generator="errbook 9"),
        r"a newer errbook made it \(errbook 9\)",
    ),
    "no entries": (_with(entries={"a": 1}), "a list is missing"),
    "wrong items": (_with(entries=["a"]), "damaged"),
    "wrong names": (_with(names=b'{\n"a":"a"\n}'), "a list is missing"),
    "names that are no object": (_with(names=[1]), "an object is missing"),
    "a cut line": (_with(names=b'{\n"a":["a'), "names.json cannot be read"),
    "wrong words": (_with(words={"en": []}), '"en" has the wrong form'),
    "a wrong card": (_with(locales__en=b'{\n"a":[]\n}'), "an object is missing"),
    "a wrong text": (_with(locales__en=b'{\n"a":{"id":"a","fix":1}\n}'), '"fix" has the wrong'),
    "no locales": (_changed(locales=[]), "locales"),
    "a path for a locale": (_changed(locales=["../../etc"]), "locales"),
    "an evil pattern": (_changed(code_patterns=["(a+)+b"]), "refused"),
    "a parameter of no type": (
        _with(entries=[{"id": "a", "messages": [{"text": "x", "params": [["a", "evil", False]]}]}]),
        "a parameter has the wrong form",
    ),
}


def _read_all(data: bytes) -> None:
    """Read a bundle from end to end."""
    found = bundle.read(data)
    assert found.index.resolve("a") in {("a",), ()}
    assert [entry.id for entry in found.index.entries]
    assert dict(found.index.by_name)
    for tag in found.locales:
        own = found.load(tag)
        assert [card.id for card in own.cards.values()]


def test_the_good_file_is_read() -> None:
    _read_all(_with())


@pytest.mark.parametrize("name", HARMFUL)
def test_harmful_files_are_refused(name: str) -> None:
    data, reason = HARMFUL[name]
    with pytest.raises(BadBundle, match=reason):
        _read_all(data)


def test_a_zip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "MAX_MEMBER", 10_000)
    with pytest.raises(BadBundle, match="unpacks to more"):
        bundle.read(_zip(book=" " * 1_000_000))
    monkeypatch.setattr(bundle, "MAX_FILE", 100)
    with pytest.raises(BadBundle, match="larger"):
        bundle.read(_data())


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_damage_is_found_or_harmless(position: int, junk: bytes) -> None:
    data = bytearray(_data())
    data[position : position + len(junk)] = junk
    with contextlib.suppress(BadBundle):
        _read_all(bytes(data))
