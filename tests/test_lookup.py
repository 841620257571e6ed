"""Everything a text mentions is found, by Python and by the browser's matcher, and nothing else."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import logs, lookup, project
from errbook.logs import Scanner, Tally
from errbook.lookup import Handles, Index
from errbook.matching import Matcher
from errbook.model import ParamType
from errbook.phrases import TYPES, Param, phrase

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases" / "lookup"
MATCHER = ROOT / "generator" / "errbook" / "assets" / "matcher.js"
NODE = shutil.which("node")
RUN_CASES = """
const fs = require("fs");
require(process.argv[1]);
const input = JSON.parse(fs.readFileSync(0, "utf-8"));
const matcher = errbookMatcher(input.matcher);
console.log(JSON.stringify(input.texts.map((text) => matcher.find(text))));
"""


def _handles(entry: dict[str, Any]) -> Handles:
    return Handles(
        entry["id"],
        entry.get("code", ""),
        tuple(entry.get("aliases", ())),
        tuple((name, tuple(values)) for name, values in entry.get("identifiers", {}).items()),
        tuple(
            (m["text"], m.get("summary", ""), tuple(Param(*p) for p in m.get("params", ())))
            for m in entry.get("messages", ())
        ),
    )


@cache
def _own_index() -> Index:
    loaded, _ = project.load(ROOT)
    assert loaded is not None
    return lookup.of_book(loaded.book)


def _index(data: dict[str, Any]) -> Index:
    if "catalog" in data:
        return _own_index()
    book = data["book"]
    return Index(tuple(map(_handles, book["entries"])), tuple(book["code_patterns"]))


FILES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(CASES.glob("*.json"))}
ALL = [(name, case) for name, data in FILES.items() for case in data["cases"]]


def _in_browser(index: Index, texts: list[str]) -> list[list[dict[str, Any]]]:
    if NODE is None:
        pytest.skip("node is not installed: the browser's matcher is not tried")
    done = subprocess.run(
        [NODE, "-e", RUN_CASES, str(MATCHER)],
        input=json.dumps({"matcher": index.as_json(), "texts": texts}).encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    found: list[list[dict[str, Any]]] = json.loads(done.stdout)
    return found


# --- must not fire -------------------------------------------------------------------------------


@cache
def _unrelated() -> str:
    text = (CASES / "unrelated.log").read_text("utf-8")
    assert len(text.splitlines()) == 200
    return text


def test_200_unrelated_lines_match_nothing() -> None:
    assert Matcher(_own_index()).find(_unrelated()) == []
    scanner = Scanner(Matcher(_own_index()))
    assert [*scanner.feed(_unrelated().encode()), *scanner.close()] == []


def test_200_unrelated_lines_match_nothing_in_the_browser() -> None:
    assert _in_browser(_own_index(), [_unrelated(), *_unrelated().splitlines()]) == [[]] * 201


# --- the shared cases ----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "case"), ALL, ids=[f"{n}: {c['name']}" for n, c in ALL])
def test_what_a_text_mentions(name: str, case: dict[str, Any]) -> None:
    found = Matcher(_index(FILES[name])).find(case["text"])
    assert [{"entry": f.entry, "kind": f.kind, "params": dict(f.params)} for f in found] == case[
        "found"
    ]


@pytest.mark.parametrize("name", FILES)
def test_the_browser_finds_the_same_in_the_same_places(name: str) -> None:
    index = _index(FILES[name])
    texts = [case["text"] for case in FILES[name]["cases"]]
    texts.append("\n".join(texts))
    matcher = Matcher(index)
    expected = [
        [
            {
                "entry": f.entry,
                "kind": f.kind,
                "weight": f.weight,
                "start": f.start,
                "end": f.end,
                "params": dict(f.params),
            }
            for f in matcher.find(text)
        ]
        for text in texts
    ]
    assert _in_browser(index, texts) == expected


def test_every_message_of_the_book_matches_with_its_own_examples() -> None:
    loaded, _ = project.load(ROOT)
    assert loaded is not None
    matcher = Matcher(_own_index())
    for entry in loaded.book.entries.values():
        for message in entry.messages:
            text = message.text
            for param in message.params:
                text = text.replace(f"{{{param.name}}}", param.example)
            found = matcher.find(f"12:00 level=error msg={text}")
            assert [f.entry for f in found] == [entry.id]


# --- names ---------------------------------------------------------------------------------------

NAMED = Index(
    (
        Handles("azcm0013", "AZCM0013", identifiers=(("exit-code", ("13",)),)),
        Handles("azcm0018", "AZCM0018", ("AZCM0017",), (("hresult", ("0x80070005",)),)),
        Handles(
            "no-host", messages=(("there is no such {what}", "Lookup failed", (Param("what"),)),)
        ),
        Handles("other-azcm0013", "AZCM0013"),
    ),
    (r"AZCM\d{4}",),
)
NAMES = {
    "": (),
    "AZCM": (),
    "14": (),
    "exit-code:14": (),
    "AZCM0013": ("azcm0013", "other-azcm0013"),
    " azcm0013 ": ("azcm0013", "other-azcm0013"),
    "Azcm0017": ("azcm0018",),
    "no-host": ("no-host",),
    "exit-code:13": ("azcm0013",),
    "Exit-Code = 13": ("azcm0013",),
    "exit code 13": ("azcm0013",),
    "13": ("azcm0013",),
    "0X80070005": ("azcm0018",),
    "18": ("azcm0018",),
    "lookup  failed.": ("no-host",),
}


@pytest.mark.parametrize(("name", "entries"), NAMES.items())
def test_what_a_name_means(name: str, entries: tuple[str, ...]) -> None:
    assert NAMED.resolve(name) == entries


def test_the_nearest_names_share_their_beginning() -> None:
    assert NAMED.nearest("AZCM0019") == ("AZCM0018", "AZCM0017", "AZCM0013")
    assert NAMED.nearest("exit-code:31") == ("exit-code:13",)
    assert NAMED.nearest("quite another thing") == ()


# --- logs ----------------------------------------------------------------------------------------


def _tally(
    index: Index, log: bytes, sizes: list[int]
) -> list[tuple[str, int, int, dict[str, str]]]:
    """(entry, count, first line, params) of a log that comes in pieces of some sizes."""
    scanner, tally = Scanner(Matcher(index)), Tally()
    position = 0
    for size in sizes:
        for hit in scanner.feed(log[position : position + size]):
            tally.add(hit)
        position += size
    for hit in (*scanner.feed(log[position:]), *scanner.close()):
        tally.add(hit)
    return [(m.entry, m.count, m.line, m.params) for m in tally.ranked(index)]


LOG = (
    b"start\nAZCM0013 and AZCM0013\nthere is no such host\r\nAZCM9999\n"
    b"\x1b[31mAZCM0018\x1b[0m there is no\nsuch file"
)
COUNTED = [
    ("no-host", 2, 3, {"what": "host"}),
    ("azcm0013", 2, 2, {}),
    ("other-azcm0013", 2, 2, {}),
    ("azcm0018", 1, 5, {}),
]


@given(st.lists(st.integers(0, 40)))
def test_a_log_may_come_in_any_pieces(sizes: list[int]) -> None:
    assert _tally(NAMED, LOG, sizes) == COUNTED


def test_a_code_that_two_catalogs_have_a_pattern_for_is_one_place() -> None:
    index = Index((Handles("a1", "A1"), Handles("b1", "B1")), (r"A\d", r"[AB]\d", r"(?:A|C)\d"))
    assert _tally(index, b"x A1\ny B1\nA1 C1", []) == [("a1", 2, 1, {}), ("b1", 1, 2, {})]
    scanner = Scanner(Matcher(index))
    scanner.feed(b"A9 C1\n")
    assert scanner.unknown == {"A9": 1, "C1": 1}


def test_codes_of_no_entry_are_remembered() -> None:
    scanner = Scanner(Matcher(NAMED))
    scanner.feed(LOG)
    assert scanner.unknown == {"AZCM9999": 1}


def test_one_line_with_code_and_message_of_one_entry_is_one_place() -> None:
    index = Index((Handles("e1", "E1", messages=(("the pump is dry", "", ()),)),), (r"E\d",))
    assert _tally(index, b"E1: the pump is dry\nthe pump is dry\n", []) == [("e1", 2, 1, {})]


def test_a_line_without_end_is_cut_between_words() -> None:
    long = b"x" * 30 + b" "
    log = long * 10_000 + b"AZCM0013 " + long * 10_000
    assert [item[:2] for item in _tally(NAMED, log, [1000] * 700)] == [
        ("azcm0013", 1),
        ("other-azcm0013", 1),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_logs_of_powershell_are_read(encoding: str) -> None:
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    data = f"{mark}é AZCM0018\n".encode(encoding)
    pieces = [data[n : n + 3] for n in range(0, len(data), 3)]
    scanner = Scanner(Matcher(NAMED))
    found = [hit.entry for piece in logs.utf8(pieces) for hit in scanner.feed(piece)]
    assert found == ["azcm0018"]


HOSTILE = {
    "the beginning over and over": b"moving a " * 30_000,
    "beginning and middle": b"moving a over to b " * 15_000,
    "one long word": b"a" * 300_000,
    "one long URL": b"redirected too often by https://a/" + b"https://a/:" * 30_000,
    "spaces": (b"moving" + b" " * 5_000 + b"over") * 60,
    "line breaks": b"\n" * 300_000,
    "punctuation": b"could not parse ====(((((''''" * 10_000,
    "zeros": b"\0" * 300_000,
    "no UTF-8": bytes(range(256)) * 1_200,
    "terminal codes": b"\x1b[" * 100_000 + b"\x1b]8;;" * 20_000,
    "a word of many kinds": b"a-b.c:d@e/f=" * 25_000 + b": dependency cycle was found",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_logs_come_to_an_end(name: str) -> None:
    index = _index(FILES["types"])
    assert isinstance(_tally(index, HOSTILE[name], [65_536] * 5), list)


# --- phrases -------------------------------------------------------------------------------------

SAMPLES: dict[ParamType, str] = {
    "text": "any thing, at all",
    "word": "some-thing_1",
    "int": "-42",
    "url": "https://a.example:8443/b?c=d",
    "host": "a-1.b.example",
    "address": "10.0.0.1:80",
    "guid": "0123abcd-4567-89ef-0123-456789abcdef",
    "email": "j.d+x@a.example",
    "path": "/var/lib/a b.txt",
}


@given(
    st.lists(
        st.tuples(
            st.text(
                st.characters(
                    codec="utf-8", exclude_characters="{}\x00", exclude_categories=["Cc", "Cs"]
                ),
                min_size=3,
                max_size=12,
            ),
            st.sampled_from(sorted(SAMPLES)),
        ),
        max_size=3,
    )
)
def test_a_message_matches_itself_with_values_filled_in(parts: list[tuple[str, ParamType]]) -> None:
    text = "alpha beta gamma "
    filled = text
    params = []
    for number, (literal, kind) in enumerate(parts):
        text += f"<{literal}> {{p{number}}} ; "
        filled += f"<{literal}> {SAMPLES[kind]} ; "
        params.append(Param(f"p{number}", kind))
    text, filled = text + "omega psi", filled + "omega psi"
    index = Index((Handles("e", messages=((text, "", tuple(params)),)),))
    found = Matcher(index).find(f"before: {filled} after")
    assert [f.entry for f in found] == ["e"]


def test_the_types_are_those_of_the_model() -> None:
    assert set(ParamType.__args__) == TYPES  # type: ignore[attr-defined]


PORTABLE = re.compile(r"\\[dwsDWSbBAZ]|\(\?[<P]|[*+?}][+]|\(\?>")
"""What Python and JavaScript read differently, or what only one of them knows."""


@pytest.mark.parametrize("kind", sorted(SAMPLES))
def test_patterns_are_portable(kind: ParamType) -> None:
    for text in ("{p} stands at the start", "at the end stands {p}", "it stands '{p}' in between"):
        made = phrase("e", text, [Param("p", kind)])
        assert made is not None
        for step in made.as_json()["steps"]:
            without_sets = re.sub(r"\[[^\]]*\]", "[]", step.get("re", ""))
            assert not PORTABLE.search(without_sets)
