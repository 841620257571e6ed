"""XLIFF, CSV and TMX: what goes out comes back, and what was tampered with does not."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import exchange, locales, provenance
from errbook.diagnostics import Location
from errbook.exchange import Document, Imported, Pair, Row
from errbook.extract import SourceUnit
from errbook.formats import csv_units, tmx, xliff, xmltext
from errbook.po import Message, PoFile
from errbook.provenance import Origin, Provenance

FR = locales.parse("fr-FR")
EN = locales.parse("en-US")
HERE = Location("source/errors/a.yml")
PATH = "a.xlf"


def unit(context: str, text: str) -> SourceUnit:
    return SourceUnit(context, text, "p", HERE, ("A note & <more>.",))


UNITS = (
    unit("a|title", "Invalid tags"),
    unit("a|cause", "Run `a < b` and read [the [page]](https://x.example/?a=1&b=(2))[^note]."),
    unit("a|fix", "Wait {count} minutes, **then** <kbd>Ctrl</kbd>\nagain."),
    unit("a|fix/2", "再起動"),
)
FILE = PoFile(
    "locales/fr-FR/a.po",
    (("Language", "fr_FR"),),
    "À nous.",
    (
        Message(UNITS[0].context, UNITS[0].text, "Étiquettes non valides", comment="Vu."),
        Message(UNITS[1].context, UNITS[1].text, "[La page](x).", fuzzy=True, previous="Old."),
        Message(UNITS[2].context, UNITS[2].text, " A\n<b>&amp;\t« {count} »\n"),
        Message(UNITS[3].context, UNITS[3].text),
        Message("gone|fix", "Gone.", "Parti.", obsolete=True),
    ),
)


def to_xliff(file: PoFile = FILE, units: Sequence[SourceUnit] = UNITS) -> str:
    return xliff.write(
        exchange.rows(units, file),
        name="a",
        original=file.path,
        source_tag="en-US",
        target_tag="fr-FR",
    )


def laid_over(file: PoFile, document: Document, units: Sequence[SourceUnit] = UNITS) -> Imported:
    return exchange.merged(file, units, document, document.rows, FR)


def wiped(file: PoFile) -> PoFile:
    empty = (
        m if m.obsolete else replace(m, text="", fuzzy=False, previous="") for m in file.messages
    )
    return replace(file, messages=tuple(empty))


# --- out and in -----------------------------------------------------------------------------------


def test_xliff_comes_back_into_an_untouched_file_and_into_an_empty_one() -> None:
    ((document,), found) = xliff.read(to_xliff().encode(), PATH)
    assert found == []
    assert (document.locale, document.name) == ("fr-FR", "a")
    same = laid_over(FILE, document)
    assert (same.file, same.changed) == (FILE, 0)
    assert laid_over(wiped(FILE), document).file == FILE


def test_csv_comes_back_into_an_untouched_file_and_into_an_empty_one() -> None:
    text = csv_units.write(exchange.rows(UNITS, FILE), name="a", target_tag="fr-FR")
    ((document,), found) = csv_units.read(text.encode(), "a.csv")
    assert (document.locale, document.name, found) == ("fr-FR", "a", [])
    assert laid_over(FILE, document).file == FILE
    assert laid_over(wiped(FILE), document).file == FILE


texts = st.text(
    st.one_of(
        st.sampled_from("`[](){}<>&;\"'=+-@\n\t *^#"), st.characters(exclude_categories=["C"])
    ),
    max_size=20,
)


@given(st.lists(st.tuples(texts.filter(str.strip), texts, st.booleans()), max_size=5))
def test_any_text_comes_back_from_every_format(rows: list[tuple[str, str, bool]]) -> None:
    out = [
        Row(f"a|{n}", source, text, fuzzy and bool(text), digest=exchange.digest(source))
        for n, (source, text, fuzzy) in enumerate(rows)
    ]
    wanted = [(row.context, row.source, row.text, row.fuzzy or not row.text) for row in out]
    content = xliff.write(out, name="a", original="a.po", source_tag="en", target_tag="fr")
    ((document,), _) = xliff.read(content.encode(), PATH)
    assert [(r.context, r.source, r.text, r.fuzzy) for r in document.rows] == wanted
    written = csv_units.write(out, name="a", target_tag="fr")
    documents, found = csv_units.read(written.encode(), "a.csv")
    assert found == []
    back = [(r.context, r.source, r.text) for document in documents for r in document.rows]
    assert back == [(c, s, t) for c, s, t, _ in wanted]
    memory = tmx.write(out, source_tag="en-US", target_tag="fr-FR")
    pairs, _ = tmx.read(memory.encode(), "a.tmx", EN, FR)
    assert pairs == [Pair(r.source, r.text, r.context) for r in out if r.text and not r.fuzzy]


PROTECTED = {
    "Plain words.": [],
    "Run `a b` now.": ["`a b`"],
    "``x ` y``": ["``x ` y``"],
    "[text](link:name)": ["[", "](link:name)"],
    'See [a `b` c](x "T").': ["[", "`b`", '](x "T")'],
    "<https://x.example/>": ["<https://x.example/>"],
    "Wait.[^night]": ["[^night]"],
    "{host} and { not }": ["{host}"],
    "a <kbd>b</kbd>": ["<kbd>", "</kbd>"],
    "1 < 2 [x] (y)": [],
}


@pytest.mark.parametrize(("text", "expected"), PROTECTED.items())
def test_what_must_not_be_translated_stands_in_placeholders(text: str, expected: list[str]) -> None:
    source = unit("a|fix", text)
    content = to_xliff(PoFile("a.po"), [source])
    (element,) = xmltext.read(content.encode()).every("source")
    assert [placeholder.text for placeholder in element.every("ph")] == expected
    assert element.text == text


def test_the_same_placeholder_has_the_same_number_in_both_languages() -> None:
    source = unit("a|fix", "Run `a` or `b`.")
    file = PoFile("a.po", messages=(Message("a|fix", source.text, "`b` ou `a` ou `c`."),))
    root = xmltext.read(to_xliff(file, [source]).encode())
    numbers = [
        {ph.text: ph.attributes["id"] for ph in root.every(name)[0].every("ph")}
        for name in ("source", "target")
    ]
    assert numbers == [{"`a`": "1", "`b`": "2"}, {"`b`": "2", "`a`": "1", "`c`": "3"}]


# --- states and origins ---------------------------------------------------------------------------


def translated(text: str, state: str = "translated", more: str = "", unit_more: str = "") -> bytes:
    body = (
        f'<trans-unit id="a|title" {unit_more}><source>Invalid tags</source>'
        f'<target state="{state}" {more}>{text}</target></trans-unit>'
    )
    return (
        '<xliff version="1.2"><file target-language="fr-FR"><body>'
        f"<group>{body}</group></body></file></xliff>"
    ).encode()


HANDBACKS = {
    "translated": (translated("Neu"), False, Provenance()),
    "final": (translated("Neu", "final"), False, Provenance(reviewer="a.xlf")),
    "approved": (
        translated("Neu", unit_more='approved="yes"'),
        False,
        Provenance(reviewer="a.xlf"),
    ),
    "to-review": (translated("Neu", "needs-review-translation"), True, Provenance()),
    "new": (translated("Neu", "new"), True, Provenance()),
    "machine": (
        translated("Neu", more='state-qualifier="leveraged-mt"'),
        False,
        Provenance(Origin.MACHINE),
    ),
    "memory": (
        translated("Neu", more='state-qualifier="exact-match"'),
        False,
        Provenance(Origin.MEMORY),
    ),
}


@pytest.mark.parametrize(("data", "fuzzy", "told"), HANDBACKS.values(), ids=HANDBACKS)
def test_what_an_agency_says_about_a_translation_is_kept(
    data: bytes, fuzzy: bool, told: Provenance
) -> None:
    ((document,), _) = xliff.read(data, PATH)
    message = laid_over(FILE, document).file.messages[0]
    assert (message.text, message.fuzzy, provenance.of(message)) == ("Neu", fuzzy, told)
    assert message.comment.startswith("Vu.")


def test_the_same_words_again_keep_what_is_known_about_them() -> None:
    told = Provenance(Origin.MACHINE, "mt", "Zoé")
    known = replace(FILE, messages=(provenance.marked(FILE.messages[0], told), *FILE.messages[1:]))
    for data in (to_xliff(known).encode(), translated("Étiquettes non valides", "final")):
        ((document,), _) = xliff.read(data, PATH)
        assert laid_over(known, document).file == known


def test_an_empty_target_changes_nothing() -> None:
    ((document,), _) = xliff.read(translated("  "), PATH)
    assert laid_over(FILE, document).file == FILE


# --- sources that are not what they were ----------------------------------------------------------


def test_an_edited_source_is_refused() -> None:
    edited = to_xliff().replace(">Invalid tags<", ">Valid tags<")
    ((document,), _) = xliff.read(edited.encode(), PATH)
    done = laid_over(wiped(FILE), document)
    refused = [(f.location.line, f.hint) for f in done.findings if f.code == "EB207"]
    assert refused == [(5, "Put the source text back: Invalid tags")]
    assert done.file.messages[0].text == ""


def test_a_source_that_changed_since_the_export_brings_its_translation_fuzzy() -> None:
    ((document,), _) = xliff.read(to_xliff().encode(), PATH)
    today = (unit("a|title", "Tags that are not valid"), *UNITS[1:])
    synced = replace(FILE, messages=(Message("a|title", today[0].text), *wiped(FILE).messages[1:]))
    done = laid_over(synced, document, today)
    message = done.file.messages[0]
    assert (message.text, message.fuzzy, message.previous, message.source, done.stale) == (
        "Étiquettes non valides",
        True,
        "Invalid tags",
        "Tags that are not valid",
        1,
    )
    # Where only a comma changed, nobody has to look again.
    comma = (unit("a|title", "Invalid, tags."), *UNITS[1:])
    again = laid_over(replace(synced, messages=wiped(FILE).messages), document, comma)
    first = again.file.messages[0]
    assert (first.text, first.fuzzy, first.source) == (message.text, False, "Invalid, tags.")


OLD = FILE.messages[0]
NEW = replace(OLD, text="Écrite depuis")
AGENCY = "De l’agence"
SINCE = {
    # what the file has, what the agency wrote, today's source: (translation, kept, stays)
    "agency-alone": (OLD, AGENCY, "", (AGENCY, [], 0)),
    "file-alone": (NEW, "", "", (NEW.text, [], 1)),
    "both": (NEW, AGENCY, "", (AGENCY, [NEW.text], 0)),
    "both-alike": (NEW, NEW.text, "", (NEW.text, [], 0)),
    "emptied": (replace(OLD, text=""), "", "", (OLD.text, [], 0)),
    "translated-anew": (replace(NEW, source="Now"), AGENCY, "Now", (NEW.text, [], 1)),
    "accepted-since": (replace(OLD, source="Now"), "", "Now", (OLD.text, [], 1)),
}


@pytest.mark.parametrize(("mine", "edited", "today", "expected"), SINCE.values(), ids=SINCE)
def test_what_was_written_into_the_file_since_the_export_is_not_lost(
    mine: Message, edited: str, today: str, expected: tuple[str, list[str], int]
) -> None:
    returned = to_xliff().replace(OLD.text, edited or OLD.text)
    ((document,), _) = xliff.read(returned.encode(), PATH)
    units = (unit("a|title", today or UNITS[0].text), *UNITS[1:])
    done = laid_over(replace(FILE, messages=(mine, *FILE.messages[1:])), document, units)
    first, *others = done.file.messages
    kept = [m.text for m in others if m.context == "a|title" and m.obsolete]
    assert (first.text, kept, done.newer) == expected
    assert not first.fuzzy


def test_a_file_without_digests_is_trusted_as_far_as_the_locale_file_knows_the_source() -> None:
    before = replace(FILE, messages=(replace(FILE.messages[0], source="Now"), *FILE.messages[1:]))
    units = (unit("a|title", "Now"), *UNITS[1:])
    old = Document("a.csv", rows=(Row("a|title", "Invalid tags", "Neu", line=2),))
    assert [f.code for f in laid_over(before, old, units).findings] == ["EB207"]
    stale = replace(before.messages[0], fuzzy=True, previous="Invalid tags")
    known = replace(before, messages=(stale, *FILE.messages[1:]))
    assert laid_over(known, old, units).file.messages[0].text == "Neu"


def test_a_unit_that_is_gone_is_left_out_and_said() -> None:
    document = Document(PATH, rows=(Row("x|fix", "Gone.", "Parti.", line=7),))
    done = laid_over(FILE, document)
    assert (done.file, [(f.code, f.location.line) for f in done.findings]) == (FILE, [("EB208", 7)])


def test_a_damaged_translation_comes_in_and_is_said() -> None:
    rows = (Row("a|fix", UNITS[2].text, "Attendez.", line=3),)
    done = laid_over(wiped(FILE), Document(PATH, rows=rows))
    assert done.file.messages[2].text == "Attendez."
    assert {f.code for f in done.findings} == {"EB315"}


# --- files from strangers -------------------------------------------------------------------------

BOMB = '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>'
REFUSED = {
    "entities": f"<?xml version='1.0'?>{BOMB}<xliff version='1.2'/>",
    "external": "<!DOCTYPE x SYSTEM 'file:///etc/hostname'><xliff version='1.2'/>",
    "utf-16": f"{BOMB}<xliff version='1.2'/>",
    "cut": "<xliff version='1.2'><file>",
    "version": "<xliff version='2.0'/>",
    "other": "<html/>",
    "empty": "",
    "deep": "<a>" * 5000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_dangerous_and_damaged_xml_is_refused_with_its_place(name: str) -> None:
    data = REFUSED[name].encode("utf-16" if name == "utf-16" else "utf-8")
    documents, found = xliff.read(data, PATH)
    assert (documents, [f.code for f in found]) == ([], ["EB209"])
    assert found[0].location.path == PATH
    pairs, found = tmx.read(data, "a.tmx", EN, FR)
    assert (pairs, [f.code for f in found]) == ([], ["EB209"])


def test_a_memory_may_name_the_document_type_of_its_format() -> None:
    data = (
        '<!DOCTYPE tmx SYSTEM "tmx14.dtd"><tmx version="1.4"><header/><body>'
        '<tu><tuv xml:lang="en"><seg>Wait <ph>`a`</ph>.</seg></tuv>'
        '<tuv lang="FR-CA"><seg>Patientez</seg></tuv><tuv lang="de"><seg>Warte</seg></tuv></tu>'
        '<tu><tuv xml:lang="en_US"><seg>Retry.</seg></tuv><tuv xml:lang="fr-CA"><seg>B</seg></tuv>'
        '<tuv xml:lang="fr-FR"><seg>A</seg></tuv></tu>'
        '<tu><tuv xml:lang="x-none"><seg>No</seg></tuv></tu></body></tmx>'
    )
    pairs, found = tmx.read(data.encode(), "a.tmx", EN, FR)
    assert (pairs, found) == ([Pair("Wait `a`.", "Patientez"), Pair("Retry.", "A")], [])


SHEETS = {
    "semicolons": b"context;source;translation\na|title;Invalid tags;Neu\n",
    "tabs": "context\tsource\ttranslation\na|title\tInvalid tags\tNeu\n".encode("utf-16"),
    "other-order": "\ufeffTranslation,extra,Context,Source\nNeu,x,a|title,Invalid tags\n".encode(),
}


@pytest.mark.parametrize("data", SHEETS.values(), ids=SHEETS)
def test_a_spreadsheet_may_save_csv_in_its_own_way(data: bytes) -> None:
    ((document,), found) = csv_units.read(data, "a.csv")
    assert found == []
    assert [(r.context, r.source, r.text, r.line) for r in document.rows] == [
        ("a|title", "Invalid tags", "Neu", 2)
    ]


@pytest.mark.parametrize("data", [b"", b"a,b\n1,2\n", b"context,source,translation\n\xe9"])
def test_what_is_no_csv_of_units_is_refused(data: bytes) -> None:
    documents, found = csv_units.read(data, "a.csv")
    assert (documents, [f.code for f in found]) == ([], ["EB209"])


def test_no_cell_is_a_formula() -> None:
    row = Row("a|fix", "=1+2", "@SUM(A1)", notes=("-x", "'=y"))
    written = csv_units.write([row], name="a", target_tag="fr")
    cells = [cell for line in csv.reader(io.StringIO(written, newline="")) for cell in line]
    assert [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")] == []
    ((document,), _) = csv_units.read(written.encode(), "a.csv")
    assert (document.rows[0].source, document.rows[0].text) == ("=1+2", "@SUM(A1)")
