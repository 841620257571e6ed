"""Every mistake in a catalog is found in one run, at its place, and nothing else is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from errbook import loader
from errbook.diagnostics import RULES, Diagnostic
from errbook.model import Catalog, Entry

TESTS = Path(__file__).resolve().parent
CASES = TESTS / "cases" / "loader"
REAL = TESTS.parent / "source" / "errors" / "azcmagent.yml"

Finding = tuple[str, int, int, str, str]

FINE = sorted((CASES / "fine").glob("*.yml"))
"""Catalogs without a mistake, each with something that looks like one."""
BAD = [*sorted(CASES.glob("*.yml")), *sorted(p for p in CASES.iterdir() if p.is_dir())]
"""Bad catalogs, and folders of catalogs that are bad together."""
BAD.remove(CASES / "fine")

_EXPECT = re.compile(r"^# expect: (\d+):(\d+) (EB\d{3}) (.+)$", re.M)


def _read(path: Path) -> dict[str, bytes]:
    """The files of a case by their names."""
    files = sorted(path.glob("*.yml")) if path.is_dir() else [path]
    return {file.name: file.read_bytes() for file in files}


def _expected(files: Mapping[str, bytes]) -> list[Finding]:
    return sorted(
        (name, int(line), int(column), code, message)
        for name, data in files.items()
        for line, column, code, message in _EXPECT.findall(data.decode())
    )


def _findings(found: list[Diagnostic]) -> list[Finding]:
    places = ((d.location, d) for d in found)
    return sorted((at.path, at.line, at.column, d.code, d.message) for at, d in places)


def _load(data: bytes) -> tuple[Catalog, list[Diagnostic]]:
    catalogs, found = loader.load({"shop.yml": data})
    assert len(catalogs) == 1
    return catalogs[0], found


# --- files ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FINE, ids=lambda path: path.stem)
def test_nothing_is_found_in_a_fine_catalog(path: Path) -> None:
    catalogs, found = loader.load(_read(path))
    assert (len(catalogs), _findings(found)) == (1, [])


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_exactly_what_is_wrong_is_found(path: Path) -> None:
    files = _read(path)
    assert _findings(loader.load(files)[1]) == _expected(files)


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_every_finding_says_what_to_do_about_it_and_shows_its_line(path: Path) -> None:
    files = _read(path)
    for found in loader.load(files)[1]:
        lines = files[found.location.path].decode().split("\n")
        assert (bool(found.hint), found.line_text) == (True, lines[found.location.line - 1])


# --- bytes ----------------------------------------------------------------------------------------

HEAD = "catalog: shop\nentries:\n  SHOP001:\n    cause: c\n"
"""A catalog that lacks a fix; it has four lines."""
FINE_TEXT = f"{HEAD}    fix: f\n"

FINE_BYTES = {
    "byte order mark": FINE_TEXT.encode("utf-8-sig"),
    "CRLF": FINE_TEXT.replace("\n", "\r\n").encode(),
    "CR": FINE_TEXT.replace("\n", "\r").encode(),
    "no final line break": FINE_TEXT.rstrip("\n").encode(),
    "the end of a document": f"{FINE_TEXT}...\n".encode(),
}


@pytest.mark.parametrize("data", FINE_BYTES.values(), ids=FINE_BYTES.keys())
def test_how_a_file_is_saved_does_not_matter(data: bytes) -> None:
    assert loader.load({"shop.yml": data}) == loader.load({"shop.yml": FINE_TEXT.encode()})


BAD_BYTES: dict[str, tuple[bytes, list[tuple[int, int, str, str]]]] = {
    "nothing at all": (b"", [(1, 1, "EB107", "the file must be a mapping of keys to values")]),
    "Latin-1": (b"catalog: shop\ntitle: caf\xe9\n", [(2, 11, "EB101", "byte 0xe9 is not UTF-8")]),
    "Latin-1 behind CJK": (
        "catalog: shop\r\ntitle: 証明書".encode() + b"\xff\n",
        [(2, 11, "EB101", "byte 0xff is not UTF-8")],
    ),
    "UTF-16 with its mark": (b"\xff\xfea\0", [(1, 1, "EB101", "byte 0xff is not UTF-8")]),
    "a half character": ("catalog: 店".encode()[:-1], [(1, 10, "EB101", "byte 0xe5 is not UTF-8")]),
    "mistake behind a byte order mark": (
        "\ufeffcatalog: [shop]\n".encode(),
        [(1, 10, "EB107", "catalog must be a text")],
    ),
    "mistake behind CRLF": (
        f"{FINE_TEXT}    x: y\n".replace("\n", "\r\n").encode(),
        [(6, 5, "EB106", 'unknown key "x"')],
    ),
    "mistake behind CR": (
        f"{FINE_TEXT}    x: y\n".replace("\n", "\r").encode(),
        [(6, 5, "EB106", 'unknown key "x"')],
    ),
    "null byte": (
        f"{HEAD}    fix: a\0b\n    x: y\n".encode(),
        [(5, 11, "EB122", "control character U+0000"), (6, 5, "EB106", 'unknown key "x"')],
    ),
    "escape sequence": (
        f"{HEAD}    fix: a\x1b[0m\x7f\n".encode(),
        [
            (5, 11, "EB122", "control character U+001B"),
            (5, 15, "EB122", "control character U+007F"),
        ],
    ),
    "byte order mark in a text": (
        f"{HEAD}    fix: a\ufeffb\n".encode(),
        [(5, 11, "EB122", "control character U+FEFF")],
    ),
    "line breaks that no editor knows": (
        f"{HEAD}    fix: a\x85b\u2028c\u2029d\n    x: y\n".encode(),
        [
            (5, 11, "EB122", "control character U+0085"),
            (5, 13, "EB122", "control character U+2028"),
            (5, 15, "EB122", "control character U+2029"),
            (6, 5, "EB106", 'unknown key "x"'),
        ],
    ),
    "bidi override": (
        f"{HEAD}    fix: שלום \u202eabc\n".encode(),
        [(5, 10, "EB122", "control character U+202E in entries.SHOP001.fix")],
    ),
    "a megabyte in a line": (
        f"{HEAD}    fix: {'x' * 1_000_000}\n".encode(),
        [(5, 10, "EB109", "entries.SHOP001.fix has 1000000 characters")],
    ),
    "a quote that is never closed": (
        f"{HEAD}    fix: 'f\n".encode(),
        [
            (
                6,
                1,
                "EB102",
                "YAML syntax: while scanning a quoted scalar found unexpected end of stream",
            )
        ],
    ),
    "a merge conflict": (
        f"{HEAD}<<<<<<< HEAD\n    fix: f\n=======\n    fix: g\n>>>>>>> other\n".encode(),
        [(5, 1, "EB102", "merge-conflict marker <<<<<<<")],
    ),
    "100,000 brackets": (
        f"a: {'[' * 100_000}".encode(),
        [
            (
                1,
                1003,
                "EB102",
                "YAML syntax: while increasing flow level exceeded maximum nesting depth",
            )
        ],
    ),
    "100,000 dashes": (
        ("- " * 100_000).encode(),
        [
            (1, 1, "EB107", "the file must be a mapping of keys to values"),
            (1, 65, "EB105", "lists and mappings nest deeper than 32 levels"),
            (
                1,
                1999,
                "EB102",
                "YAML syntax: while increasing block level exceeded maximum nesting depth",
            ),
        ],
    ),
}


@pytest.mark.parametrize(("data", "expected"), BAD_BYTES.values(), ids=BAD_BYTES.keys())
def test_what_is_wrong_with_the_bytes_of_a_file_is_found(
    data: bytes, expected: list[tuple[int, int, str, str]]
) -> None:
    found = loader.load({"shop.yml": data})[1]
    assert _findings(found) == [("shop.yml", *finding) for finding in expected]


def test_a_billion_laughs_are_refused_and_never_written_out() -> None:
    rows = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 40)]
    text = "\n".join(["catalog: shop", "a0: &a0 [lol, lol]", *rows, "title: *a39", ""])
    catalog, found = _load(text.encode())
    assert catalog.title is not None
    assert catalog.title.source == "*a39"
    codes = [finding.code for finding in found]
    # An anchor and an unknown key a row, nine aliases a row and the one of the title.
    assert {code: codes.count(code) for code in codes} == {"EB104": 40 + 39 * 9 + 1, "EB106": 40}


@pytest.mark.parametrize("kind", ["same_as", "use"])
def test_references_are_followed_so_far_and_no_further(kind: str) -> None:
    """A chain or a ring of any length is a mistake at its place, not an end of the program."""
    size = 2000
    rows = [f"  A{n}: {{cause: c, fix: {{same_as: A{n + 1}}}}}" for n in range(size)]
    head = ["catalog: shop", "entries:"]
    if kind == "use":
        rows = [f"  a{n}: {{fix: {{use: a{n + 1}}}}}" for n in range(size)]
        head = ["catalog: shop", "actions:"]
    found = loader.load({"shop.yml": "\n".join([*head, *rows]).encode()})[1]
    codes = {finding.code for finding in found if finding.code != "EB117"}
    assert codes == {"EB114", "EB115"}


# --- what is kept ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["0x80070005", "0013", "1.10", "no", "~", "2026-01-01", "null", "1e3", "12:30", "0o17"],
)
def test_a_text_is_the_characters_that_were_written(written: str) -> None:
    fields = ("title", "cause", "fix", "since", "code")
    row = ", ".join(f"{field}: {written}" for field in fields)
    catalog, found = _load(f"catalog: shop\nentries:\n  key: {{id: x, {row}}}\n".encode())
    (entry,) = catalog.entries
    texts = tuple(text.source for text in entry.texts())
    assert (texts, entry.since, entry.code, found) == ((written,) * 3, written, written, [])


def _read_entry(fields: str) -> Entry:
    catalog, found = _load(f"catalog: shop\nentries:\n  X: {{{fields}}}\n".encode())
    assert found != []
    return catalog.entries[0]


@pytest.mark.parametrize(
    ("broken", "kept"),
    [
        ("cause: c, fix: f, severity: fatl", ("c", "f", "error")),
        ("cause: c, fix: f, zzz: [1, 2], severity: fatal", ("c", "f", "fatal")),
        ("cause: [], fix: f", (None, "f", "error")),
        ("cause: [{id: a}], fix: f", (None, "f", "error")),
        ("cause: [{id: a}, c], fix: {use: nobody}", ("c", None, "error")),
        ("cause: c, fix: {same_as: y, use: z}", ("c", None, "error")),
    ],
)
def test_what_is_beside_a_mistake_is_kept(
    broken: str, kept: tuple[str | None, str | None, str]
) -> None:
    entry = _read_entry(broken)
    cause, fix = (remedy.texts[0].source if remedy else None for remedy in (entry.cause, entry.fix))
    assert (cause, fix, entry.severity) == kept


def test_a_file_without_a_head_does_not_hide_another_one() -> None:
    files = {"a.yml": b"title: Shop\n", "b.yml": b"- x\n", "c.yml": FINE_TEXT.encode()}
    catalogs, found = loader.load(files)
    assert [catalog.name for catalog in catalogs] == ["shop"]
    assert [(at.location.path, at.code) for at in found] == [("a.yml", "EB108"), ("b.yml", "EB107")]


SUGGESTIONS = {
    "severty: error": 'Did you mean "severity"?',
    "severity: eror": 'Did you mean "error"? It is one of success, info, warning, error, fatal.',
    "fix: {usee: ask, use: ask}": 'Did you mean "use"?',
    "fix: {use: aks}": 'Did you mean "ask"?',
    "see: [shop0002]": 'Did you mean "shop002"?',
    "cause: 'The policy.[^polcy]'": 'Did you mean "policy"?',
    "category: auht": 'Did you mean "auth"?',
    "qqq: x": (
        "Allowed here: id, code, title, cause, fix, note, severity, category, tags, platforms,"
        " variants, messages, examples, identifiers, since, status, retired, replaced_by, aliases,"
        " history, see, source."
    ),
    "tags: card": "Write [a, b], or a line with - for each item.",
    "fix: [[ask]]": "A step is a text, {id: …, text: …} or {use: action}.",
}


QUOTES = {
    r'cause: "C:\Users"': r'Between " and " a backslash begins an escape: use single quotes, or'
    r" write \\.",
    "cause: `x` failed": "begins with ` @ % * & ! [ {.",
    "cause: 'x": "begins with ` @ % * & ! [ {.",
    "fix: [a](b.md)": "begins with ` @ % * & ! [ {.",
    "\tcause: x": "Indent with spaces: YAML does not allow tabs.",
}


@pytest.mark.parametrize(("line", "hint"), QUOTES.items(), ids=QUOTES.keys())
def test_a_mistake_of_syntax_says_what_to_do(line: str, hint: str) -> None:
    text = f"catalog: shop\nentries:\n  SHOP001:\n    {line}\n"
    (found, *_) = loader.load({"shop.yml": text.encode()})[1]
    assert (found.code, found.hint.endswith(hint)) == ("EB102", True)


@pytest.mark.parametrize(("line", "hint"), SUGGESTIONS.items(), ids=SUGGESTIONS.keys())
def test_a_mistyped_name_is_answered_with_the_name_that_was_meant(line: str, hint: str) -> None:
    fields = {"cause": "cause: c", "fix": "fix: f"}
    fields[line.partition(":")[0]] = line
    text = "\n    ".join(fields.values())
    data = (
        "catalog: shop\nactions: {ask: {fix: Ask.}}\ncategories: {auth: Sign-in}\n"
        f"footnotes: {{policy: It forbids.}}\nentries:\n  SHOP001:\n    {text}\n"
        "  SHOP002: {cause: 'c[^policy]', fix: {use: ask}}\n"
    )
    (found,) = loader.load({"shop.yml": data.encode()})[1]
    assert found.hint == hint


# --- all at once ----------------------------------------------------------------------------------


def test_every_code_of_the_source_has_a_case() -> None:
    covered = {finding[3] for path in BAD for finding in _expected(_read(path))}
    covered |= {finding[2] for _, expected in BAD_BYTES.values() for finding in expected}
    assert covered == {code for code in RULES if code.startswith("EB1")}


# --- laws -----------------------------------------------------------------------------------------


def _assert_places_exist(data: bytes) -> None:
    catalogs, found = loader.load({"x.yml": data})
    lines = len(re.split(rb"\r\n|\r|\n", data))
    places = [finding.location for finding in found]
    places += [text.location for catalog in catalogs for text in catalog.texts]
    assert [at for at in places if not 1 <= at.line <= lines or at.column < 1] == []


@given(st.binary(max_size=300))
@example(b"\xef\xbb\xbf")
@example(b"---\n---\n")
@example(b"a: !<!> b\n%")
@example(b"a: b\n? c")
def test_no_bytes_make_the_loader_raise(data: bytes) -> None:
    _assert_places_exist(data)


_SNIPPETS = (
    *"\t\n\r\0:#-?[]{}&*!|>'\"%@`~,. \u2028\u202e\x85证م",
    *("\n  ", ": ", " #", "- ", "<<: *a", "&a ", "*a", "!!str ", "---\n", "...\n", "? ", "[^x]"),
    *("{use: x}", "{same_as: azcm0001}", "[]", "null", "fix:", "cause:", "entries:", "catalog:"),
    *("code: none", "id: x", "\\0", "\x1b", "| ", ">-\n", "../", "(link:x)", "{host}", "\r\n"),
)
_REAL = REAL.read_bytes() if REAL.exists() else b""


@st.composite
def _mutated(draw: st.DrawFn) -> bytes:
    """A real catalog, cut short, with pieces put in, taken away or put in the place of others."""
    start = draw(st.integers(0, len(_REAL)))
    # A catalog of this length loads in milliseconds, and has one of everything around `start`.
    data = _REAL[:1500] + _REAL[start : start + 1500]
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(data)))
        gone = draw(st.sampled_from((0, 0, 1, 2, 10, 100)))
        piece = draw(st.sampled_from(_SNIPPETS)).encode() if draw(st.booleans()) else b""
        if draw(st.integers(0, 9)) == 0:
            piece = draw(st.binary(max_size=8))
        data = data[:at] + piece + data[at + gone :]
    return data


@given(_mutated())
@settings(max_examples=300)
def test_no_edit_of_a_real_catalog_makes_the_loader_raise(data: bytes) -> None:
    _assert_places_exist(data)


@given(st.data())
def test_a_finding_does_not_depend_on_the_files_beside_it(data: st.DataObject) -> None:
    """Catalogs that name nothing of each other are judged each for itself."""
    names = data.draw(st.permutations(["values.yml", "placeholders.yml", "html.yml", "cut.yml"]))
    files = {}
    expected: list[Finding] = []
    for number, name in enumerate(names):
        text = (CASES / name).read_text(encoding="utf-8")
        text = text.replace("catalog: shop", f"catalog: shop{number}")
        text = re.sub(r"^  (SHOP|card)", rf"  n{number}\1", text, flags=re.M)
        files[name] = text.encode()
        expected += _findings(loader.load({name: files[name]})[1])
    assert _findings(loader.load(files)[1]) == sorted(expected)
