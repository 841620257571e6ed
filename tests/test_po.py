"""PO files are read without losing anything: damage is named, and all the rest survives."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import locales, po
from errbook.checks import pofile
from errbook.po import Message, PoFile

FR = locales.parse("fr-FR")
PATH = "locales/fr-FR/azcmagent.po"
HEADER = """\
# Équipe de traduction.
#
#  Merci à tous.
msgid ""
msgstr ""
"Project-Id-Version: errbook\\n"
"Language: fr_FR\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"X-Generator: Poedit 3.4\\n"
"""

FULL = (
    HEADER
    + """
# À relire.
#
#. Code: AZCM0013
#. Message: "x"
#: source/errors/azcmagent.yml
#, fuzzy, no-wrap, sous-titre
#| msgid "Invalid tag"
msgctxt "azcm0013|cause"
msgid "Invalid tags"
msgstr "Étiquettes non valides"

#: source/errors/azcmagent.yml
msgctxt "azcm0013|fix"
msgid ""
"Use \\"quotes\\":\\n"
"C:\\\\temp\\t{x}"
msgstr ""
"引号：\\n"
"علامات C:\\\\temp\\t{x}"

msgid "one file"
msgid_plural "%d files"
msgstr[0] "un fichier"
msgstr[1] "%d fichiers"

# Gardé.
#~ msgctxt "azcm0099|cause"
#~ msgid "Gone."
#~ msgstr "Parti."
"""
)

MESSAGES = (
    Message(
        "azcm0013|cause",
        "Invalid tags",
        "Étiquettes non valides",
        fuzzy=True,
        previous="Invalid tag",
        notes=("Code: AZCM0013", 'Message: "x"'),
        comment="À relire.\n",
        references=("source/errors/azcmagent.yml",),
        flags=("no-wrap", "sous-titre"),
        line=21,
    ),
    Message(
        "azcm0013|fix",
        'Use "quotes":\nC:\\temp\t{x}',
        "引号：\nعلامات C:\\temp\t{x}",
        references=("source/errors/azcmagent.yml",),
        line=28,
    ),
    Message(
        "",
        "one file",
        plural="%d files",
        plurals=((0, "un fichier"), (1, "%d fichiers")),
        line=34,
    ),
    Message("azcm0099|cause", "Gone.", "Parti.", comment="Gardé.", obsolete=True, line=40),
)


def read(text: str | bytes) -> tuple[PoFile, list[str]]:
    """A file, and what was found in it as ``line code message``."""
    data = text.encode() if isinstance(text, str) else text
    file, mistakes = po.read(data, PATH)
    found = [*mistakes, *pofile.run(file, FR)]
    assert {each.location.path for each in found} <= {PATH}
    return file, [f"{each.location.line} {each.code} {each.message}" for each in found]


# --- what is right stays --------------------------------------------------------------------------


def test_everything_in_a_file_is_read() -> None:
    assert read(FULL) == (
        PoFile(
            PATH,
            (
                ("Project-Id-Version", "errbook"),
                ("Language", "fr_FR"),
                ("Content-Type", "text/plain; charset=UTF-8"),
                ("Plural-Forms", "nplurals=2; plural=(n > 1);"),
                ("X-Generator", "Poedit 3.4"),
            ),
            "Équipe de traduction.\n\n Merci à tous.",
            MESSAGES,
        ),
        [],
    )


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(FULL.encode(), id="as-it-is"),
        pytest.param(FULL.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(b"\xef\xbb\xbf" + FULL.encode(), id="byte-order-mark"),
        pytest.param(FULL.replace("\n\n", "\n").encode(), id="no-empty-lines"),
        pytest.param(FULL.replace("\n\n", "\n\n\n").encode(), id="more-empty-lines"),
        pytest.param(FULL.replace('"\n', '"  \n').encode(), id="spaces-at-the-end"),
        pytest.param(FULL.rstrip("\n").encode(), id="no-last-line-break"),
    ],
)
def test_the_same_messages_however_the_file_is_laid_out(data: bytes) -> None:
    file, found = read(data)
    assert found == []
    assert [replace(message, line=0) for message in file.messages] == [
        replace(message, line=0) for message in MESSAGES
    ]


def test_writing_what_was_read_changes_nothing() -> None:
    written = po.write(read(FULL)[0])
    assert po.write(read(written)[0]) == written
    assert [replace(m, line=0) for m in read(written)[0].messages] == [
        replace(m, line=0) for m in MESSAGES
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        pytest.param('msgctxt "a"\nmsgid "x"\nmsgstr "y"\n', [3], id="one-line"),
        pytest.param('msgctxt "a"\nmsgid ""\n"x"\n"x"\nmsgstr ""\n"y"\n', [5], id="many-lines"),
        pytest.param(
            'msgid "x"\nmsgid_plural "xs"\nmsgstr[0] "y"\nmsgstr[1] "z"\n', [3], id="plural"
        ),
        pytest.param(
            '#~ msgid "x"\n#~ msgstr "y"\n#~ msgid "z"\n#~ msgstr "y"\n', [2, 4], id="obsolete"
        ),
        pytest.param(
            '# msgstr "no"\n#, fuzzy\n\nmsgid "x"\nmsgstr "y"\n', [5], id="after-comments"
        ),
    ],
)
def test_a_message_knows_the_line_of_its_translation(text: str, lines: list[int]) -> None:
    file, found = read(f"{HEADER}\n{text}")
    offset = HEADER.count("\n") + 1
    assert (found, [m.line - offset for m in file.messages]) == ([], lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty-file"),
        pytest.param('msgid "x"\nmsgstr "y"\n', [Message("", "x", "y")], id="no-header"),
        pytest.param(
            '#= no-c-format\nmsgid "x"\nmsgstr "y"\n',
            [Message("", "x", "y", flags=("no-c-format",))],
            id="sticky-flag",
        ),
        pytest.param(
            'msgid "x"\nmsgstr "a\u2028b\u0085c\x0bd"\n',
            [Message("", "x", "a\u2028b\u0085c\x0bd")],
            id="other-line-breaks",
        ),
        pytest.param(
            '#~| msgid "old"\n#, fuzzy\n#~ msgid "x"\n#~ msgstr "y"\n',
            [Message("", "x", "y", fuzzy=True, previous="old", obsolete=True)],
            id="obsolete-fuzzy",
        ),
        pytest.param(
            'msgctxt "a"\nmsgid ""\nmsgstr "y"\n\nmsgid "x"\nmsgstr "z"\n',
            [Message("a", "", "y"), Message("", "x", "z")],
            id="empty-source-with-context",
        ),
        pytest.param(
            r'msgid "x"' + "\n" + r'msgstr "\\n \" \t \r \d \\\\"' + "\n",
            [Message("", "x", '\\n " \t \r \\d \\\\')],
            id="escapes",
        ),
        pytest.param(
            'msgid ""\nmsgstr "Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"\n\n'
            'msgid "x"\nmsgstr "y"\n',
            [Message("", "x", "y")],
            id="plural-rule-of-a-template-without-use",
        ),
        pytest.param(
            'msgid "x"\nmsgid_plural "xs"\nmsgstr[0] ""\nmsgstr[1] ""\nmsgstr[2] ""\n',
            [Message("", "x", plural="xs", plurals=((0, ""), (1, ""), (2, "")))],
            id="no-header-and-counted",
        ),
        pytest.param(
            f'{HEADER}\n#~ msgid "x"\n#~ msgid_plural "xs"\n#~ msgstr[0] "y"\n',
            [Message("", "x", plural="xs", plurals=((0, "y"),), obsolete=True)],
            id="obsolete-with-other-forms",
        ),
    ],
)
def test_unusual_files_are_right_too(text: str, expected: list[Message]) -> None:
    file, found = read(text)
    assert (found, [replace(m, line=0) for m in file.messages]) == ([], expected)


# --- what is wrong is named -----------------------------------------------------------------------

BEFORE = 'msgctxt "a|cause"\nmsgid "A"\nmsgstr "Un"\n\n'
AFTER = '\nmsgctxt "z|cause"\nmsgid "Z"\nmsgstr "Zède"\n'

DAMAGE = {
    "unterminated": (
        'msgctxt "b"\nmsgid "B"\nmsgstr "deux\n',
        ["7 EB202 the text is not closed, or holds a bare quote"],
    ),
    "unterminated-source": (
        'msgctxt "b"\nmsgid "B\nmsgstr "deux"\n',
        ["6 EB202 the text is not closed, or holds a bare quote"],
    ),
    "bare-quote": (
        'msgctxt "b"\nmsgid "B"\nmsgstr "le "deux""\n',
        ["7 EB202 the text is not closed, or holds a bare quote"],
    ),
    "escaped-end": (
        'msgctxt "b"\nmsgid "B"\nmsgstr "C:\\"\n',
        ["7 EB202 the text is not closed, or holds a bare quote"],
    ),
    "no-msgid": (
        'msgctxt "b"\nmsgstr "deux"\n',
        ["5 EB202 a message has the parts msgctxt, msgstr"],
    ),
    "no-msgstr": (
        'msgctxt "b"\nmsgid "B"\n',
        ["5 EB202 a message has the parts msgctxt, msgid"],
    ),
    "msgid-twice": (
        'msgctxt "b"\nmsgid "B"\nmsgid "B"\nmsgstr "deux"\n',
        ["5 EB202 a message has the parts msgctxt, msgid, msgid, msgstr"],
    ),
    "msgstr-twice": (
        'msgctxt "b"\nmsgid "B"\nmsgstr "deux"\nmsgstr "zwei"\n',
        ["5 EB202 a message has the parts msgctxt, msgid, msgstr, msgstr"],
    ),
    "prose": (
        'msgctxt "b"\nmsgid "B"\nmsgstr "deux"\nplease check\n',
        ["8 EB202 this line is no part of a PO file"],
    ),
    "prose-alone": ("please check\n", ["5 EB202 this line is no part of a PO file"]),
    "stray-text": ('"et la suite"\n', ["5 EB202 this text belongs to no message"]),
    "stray-text-below-a-comment": (
        '# note\n"et la suite"\n',
        ["6 EB202 this text belongs to no message"],
    ),
    "conflict": (
        'msgctxt "b"\nmsgid "B"\n<<<<<<< HEAD\nmsgstr "deux"\n=======\nmsgstr "二"\n>>>>>>> main\n',
        [
            "7 EB204 merge-conflict marker <<<<<<<",
            "9 EB204 merge-conflict marker =======",
            "11 EB204 merge-conflict marker >>>>>>>",
            "5 EB202 a message has the parts msgctxt, msgid, msgstr, msgstr",
        ],
    ),
    "second-header": (
        'msgid ""\nmsgstr "Language: de\\n"\n',
        ["6 EB203 the file has a second header; the first is in line 99"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), DAMAGE.values(), ids=DAMAGE)
def test_damage_is_named_with_its_line_and_costs_no_other_message(
    text: str, expected: list[str]
) -> None:
    offset = HEADER.count("\n") + 1
    file, found = read(f"{HEADER}\n{BEFORE}{text}{AFTER}")
    assert [moved(line, offset) for line in found] == [
        line.replace("line 99", "line 5") for line in expected
    ]
    assert [message.text for message in file.messages] == ["Un", "Zède"]
    assert file.damaged
    assert dict(file.headers)["Language"] == "fr_FR"


def moved(finding: str, offset: int) -> str:
    number, _, rest = finding.partition(" ")
    return f"{int(number) - offset} {rest}"


COUNTED = 'msgid "x"\nmsgid_plural "xs"\nmsgstr[0] "y"\nmsgstr[1] "z"\n'
NO_RULE = "the message is counted, and the file's header has no plural rule that can be read"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        pytest.param("nplurals=2; plural=(n > 1);", [], id="as-written"),
        pytest.param("nplurals=2;plural=n>1", [], id="short"),
        pytest.param(
            "nplurals=3; plural=n;",
            ["7 EB202 the number of its plural forms is 2, and the header says nplurals=3"],
            id="one-form-missing",
        ),
        pytest.param(
            "nplurals=1; plural=0;",
            ["7 EB202 the number of its plural forms is 2, and the header says nplurals=1"],
            id="one-form-too-many",
        ),
        pytest.param("nplurals=INTEGER; plural=EXPRESSION;", [f"7 EB202 {NO_RULE}"], id="unset"),
        pytest.param("nplurals=2; plural=__import__('os');", [f"7 EB202 {NO_RULE}"], id="code"),
        pytest.param(
            "nplurals=2; plural=" + "(" * 500 + "n" + ")" * 500, [f"7 EB202 {NO_RULE}"], id="deep"
        ),
        pytest.param("nplurals=2; plural=n==!n;", [f"7 EB202 {NO_RULE}"], id="no-python"),
        pytest.param("nplurals=0; plural=0;", [f"7 EB202 {NO_RULE}"], id="no-form"),
        pytest.param("", [f"7 EB202 {NO_RULE}"], id="empty"),
    ],
)
def test_a_counted_message_has_the_forms_that_the_header_says(
    rule: str, expected: list[str]
) -> None:
    file, found = read(f'msgid ""\nmsgstr "Plural-Forms: {rule}\\n"\n\n# a\n{COUNTED}')
    assert (found, file.damaged) == (expected, False)
    assert [message.plurals for message in file.messages] == [((0, "y"), (1, "z"))]


FORMS = tuple(f'msgstr[{index}] "{index}"\n' for index in range(4))


@pytest.mark.parametrize(
    ("header", "count", "expected"),
    [
        pytest.param("", 3, [], id="no-header"),
        pytest.param(
            "",
            2,
            [
                "3 EB202 the number of its plural forms is 2, "
                "and without a header fr-FR has nplurals=3"
            ],
            id="no-header-form-missing",
        ),
        pytest.param(
            "",
            4,
            [
                "3 EB202 the number of its plural forms is 4, "
                "and without a header fr-FR has nplurals=3"
            ],
            id="no-header-form-too-many",
        ),
        pytest.param(
            'msgid ""\nmsgstr "Language: fr\\n"\n\n', 3, [f"6 EB202 {NO_RULE}"], id="no-rule"
        ),
    ],
)
def test_without_a_rule_of_the_header_that_of_the_language_counts(
    header: str, count: int, expected: list[str]
) -> None:
    text = f'{header}msgid "x"\nmsgid_plural "xs"\n{"".join(FORMS[:count])}'
    file, found = read(text)
    assert (found, file.damaged) == (expected, False)


def test_a_stray_text_right_above_a_message_does_not_cost_it() -> None:
    file, found = read(f'{HEADER}\n"stray"\n{BEFORE}')
    assert found == ["12 EB202 this text belongs to no message"]
    assert [message.text for message in file.messages] == ["Un"]


@pytest.mark.parametrize("end", ["\n# Fin.\n", "# Fin.\n", "\n\n\n# Fin.", "#~ # Fin.\n"])
def test_a_comment_below_the_last_message_is_the_files(end: str) -> None:
    file, found = read(f"{HEADER}\n{BEFORE.strip()}\n{end}")
    assert found == []
    assert file.header_comment == "Équipe de traduction.\n\n Merci à tous.\nFin."


def test_a_comment_of_an_obsolete_message_may_be_written_as_obsolete_too() -> None:
    text = '#~ # Vu.\n#~ #, fuzzy\n#~ msgctxt "a"\n#~ msgid "A"\n#~ msgstr "Un"\n'
    assert read(text) == (
        PoFile(
            PATH, messages=(Message("a", "A", "Un", True, comment="Vu.", obsolete=True, line=5),)
        ),
        [],
    )


def test_a_context_that_is_there_twice_is_named() -> None:
    text = 'msgctxt "a"\nmsgid "A"\nmsgstr "Un"\n\nmsgctxt "a"\nmsgid "B"\nmsgstr "Deux"\n'
    file, found = read(text)
    assert found == ['7 EB203 the context "a" is here twice; the first is translated in line 3']
    assert [message.text for message in file.messages] == ["Un", "Deux"]


def test_a_text_that_is_there_twice_without_a_context_is_named() -> None:
    text = 'msgid "A"\nmsgstr "Un"\n\nmsgctxt "a"\nmsgid "A"\nmsgstr "1"\n\n'
    assert read(text)[1] == []
    _, found = read(f'{text}msgid "A"\nmsgstr "Deux"\n')
    assert found == ['9 EB203 the text "A" is here twice; the first is translated in line 2']


def test_obsolete_messages_may_share_a_context() -> None:
    assert read(BEFORE + '#~ msgctxt "a|cause"\n#~ msgid "Alt"\n#~ msgstr "Vieux"\n')[1] == []


def test_a_file_in_another_encoding_is_refused_with_the_line() -> None:
    file, found = read(
        FULL.encode("utf-8").replace("Étiquettes".encode(), "Étiquettes".encode("latin-1"))
    )
    assert (file, found) == (PoFile(PATH, damaged=True), ["21 EB201 byte 0xc9 is not UTF-8"])


def test_a_header_that_names_another_charset_is_named() -> None:
    file, found = read(FULL.replace("UTF-8", "ISO-8859-1"))
    assert found == ["1 EB201 the header says the charset is ISO-8859-1"]
    # The bytes may mean something else there: it is read, and not written.
    assert (file.messages, file.damaged) == (MESSAGES, True)


@pytest.mark.parametrize("name", ["utf-8", "UTF8", "CHARSET"])
def test_utf_8_by_another_name_is_right(name: str) -> None:
    assert read(FULL.replace("UTF-8", name))[1] == []


@given(st.binary() | st.text().map(str.encode))
def test_no_bytes_make_the_reader_fail(data: bytes) -> None:
    po.read(data, PATH)


@given(st.data())
def test_a_line_that_is_cut_out_costs_one_message_at_most(data: st.DataObject) -> None:
    lines = FULL.split("\n")
    gone = data.draw(st.integers(0, len(lines) - 1))
    file, _ = read("\n".join(lines[:gone] + lines[gone + 1 :]))
    kept = {(m.context, m.source, m.text, m.plurals) for m in file.messages}
    lost = [m for m in MESSAGES if (m.context, m.source, m.text, m.plurals) not in kept]
    assert len(lost) <= 1


# --- laws -----------------------------------------------------------------------------------------

texts = st.text(
    st.one_of(
        st.sampled_from('"\\\n\t\r nrt#~|%{}'),
        st.sampled_from("é証ن\u2028\u0085\u200f"),
        st.characters(codec="utf-8", exclude_characters="\x00"),
    ),
    min_size=1,
)
comments = st.lists(
    st.sampled_from(
        ["à relire", "", " x", 'msgid "x"', "日本語", ", fuzzy", ": a.yml", "~ x", "| x"]
    ),
    max_size=3,
).map(lambda lines: "\n".join(lines).strip("\n"))
headers = st.permutations(
    [
        *po.new_headers("errbook", "ar", "nplurals=6; plural=0;"),
        ("X-Z", "1"),
        ("X-A", ""),
        ("X-Z", "2"),
    ]
).map(tuple)
messages = st.builds(
    Message,
    context=st.text(st.sampled_from("az|/#0é"), max_size=8),
    source=texts,
    text=st.one_of(st.just(""), texts),
    fuzzy=st.booleans(),
    previous=st.one_of(st.just(""), texts),
    notes=st.lists(st.sampled_from(["Code: A1", " x", "注"]), max_size=2).map(tuple),
    comment=comments,
    references=st.lists(st.sampled_from(["a.yml", "b/c.md"]), max_size=2).map(tuple),
    flags=st.lists(st.sampled_from(["no-wrap", "x"]), unique=True).map(tuple),
).map(lambda m: replace(m, previous_context=f"{m.context} 1f") if m.previous and m.notes else m)
living = st.lists(messages, max_size=6)
retired = st.lists(messages.map(po.retired), max_size=3)
plural = st.builds(
    Message,
    context=st.just("p"),
    source=texts,
    plural=texts,
    plurals=st.lists(texts, min_size=1, max_size=4).map(lambda forms: tuple(enumerate(forms))),
)
files = st.builds(
    lambda fields, living, more, gone, comment: PoFile(
        PATH, fields, comment, (*living, *more, *gone)
    ),
    headers,
    living,
    st.lists(plural, max_size=1),
    retired,
    comments,
)


@given(files)
def test_what_is_written_is_read_again(file: PoFile) -> None:
    again, _ = po.read(po.write(file).encode(), PATH)
    assert replace(again, messages=tuple(replace(m, line=0) for m in again.messages)) == file


@given(files)
def test_what_is_read_is_written_again(file: PoFile) -> None:
    text = po.write(file)
    assert po.write(po.read(text.encode(), PATH)[0]) == text
    assert not any(line.endswith(" ") for line in text.split("\n"))


def test_fields_of_the_header_stay_in_their_order() -> None:
    text = HEADER + '"X-Poedit-Basepath: ..\\n"\n"Last-Translator: Zoé\\n"\n'
    assert po.write(read(text)[0]) == text


@given(files)
def test_every_line_number_leads_to_a_msgstr(file: PoFile) -> None:
    text = po.write(file)
    lines = text.split("\n")
    for message in po.read(text.encode(), PATH)[0].messages:
        assert lines[message.line - 1].removeprefix("#~ ").startswith("msgstr")


# --- the tools of gettext -------------------------------------------------------------------------


def gettext(command: str, *arguments: str) -> str:
    program = shutil.which(command)
    if program is None:
        pytest.skip(f"{command} is not installed")
    done = subprocess.run([program, *arguments], capture_output=True, check=True)
    return done.stdout.decode("utf-8")


def test_a_file_that_msgcat_wraps_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text(FULL, encoding="utf-8")
    file, found = read(gettext("msgcat", "--width=20", str(path)))
    assert found == []
    assert [replace(m, line=0, flags=()) for m in file.messages] == [
        replace(m, line=0, flags=()) for m in MESSAGES
    ]


def test_a_file_that_msgmerge_updates_keeps_its_translations(tmp_path: Path) -> None:
    old, new = tmp_path / "a.po", tmp_path / "a.pot"
    old.write_text(FULL, encoding="utf-8")
    new.write_text(
        HEADER.replace("fr_FR", "")
        + '\nmsgctxt "azcm0013|cause"\nmsgid "Invalid tags!"\nmsgstr ""\n',
        encoding="utf-8",
    )
    file, found = read(gettext("msgmerge", "--quiet", "--previous", str(old), str(new)))
    assert found == []
    merged = {m.context: (m.text, m.fuzzy, m.previous, m.obsolete) for m in file.messages}
    assert merged["azcm0013|cause"][0] == "Étiquettes non valides"
    assert merged["azcm0013|cause"][1]
    assert merged["azcm0013|fix"] == ("引号：\nعلامات C:\\temp\t{x}", False, "", True)
    assert ("X-Generator", "Poedit 3.4") in file.headers


def test_msgfmt_accepts_what_we_write(tmp_path: Path) -> None:
    path = tmp_path / "a.po"
    path.write_text(po.write(read(FULL)[0]), encoding="utf-8")
    assert gettext("msgfmt", "--check", "--output-file=/dev/null", str(path)) == ""


@pytest.mark.parametrize("tag", ["fr-FR", "ja", "ar", "pt-BR", "zh-Hant"])
def test_a_new_header_has_nothing_that_changes_by_itself(tag: str) -> None:
    locale = locales.parse(tag)
    headers = po.new_headers("errbook", locale.posix, locales.plural_forms(locale))
    assert [name for name, _ in headers] == [
        "Project-Id-Version",
        "Language",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Plural-Forms",
    ]


# --- plain files are read in another way ----------------------------------------------------------

PIECES = (
    'msgid ""\nmsgstr ""\n"Language: fr\\n"\n',
    'msgctxt "a|b"\nmsgid "x"\nmsgstr "y"\n',
    '#. note\n#: source/a.yml\nmsgctxt "c"\nmsgid "x"\nmsgstr ""\n"y\\n"\n"z"\n',
    '#, fuzzy\n#| msgid "old"\nmsgid "x"\nmsgstr "y"\n',
    '#| msgid "open\nmsgid "x"\nmsgstr "y"\n',
    '#~ msgid "x"\n#~ msgstr "y"\n',
    "# only a comment\n",
    '#.\n#:a b\n#,fuzzy\n#=c\n#\nmsgid "\\"\\\\\\n"\nmsgstr "\\d\u2028"\n',
    'msgid "x"\nmsgid_plural "xs"\nmsgstr[0] "y"\nmsgstr[1] "z"\n',
    '"stray"\n',
    "<<<<<<< ours\n",
    "\n",
    "\r\n",
    'msgid "x"\nmsgstr "not closed\n',
    '  msgid  "x"\nmsgstr "y"  \n',
)


@given(st.lists(st.sampled_from(PIECES) | st.text(alphabet='#~|.:,"\\ \nmsgidstr', max_size=8)))
def test_plain_messages_read_the_same_as_with_all_care(pieces: list[str]) -> None:
    data = "\n".join(pieces).encode()
    quick = po.read(data, PATH)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(po._Scan, "read_plain", lambda scan, text: 0)
        assert po.read(data, PATH) == quick
