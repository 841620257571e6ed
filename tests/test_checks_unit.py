"""Each check lets good translations through in every script, and stops what would harm a reader."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import locales
from errbook.checks import unit as checks
from errbook.checks.unit import CHECKS, Check, Pair
from errbook.diagnostics import RULES, Location
from errbook.extract import SourceUnit
from strategies import sentences

MENTIONS = re.compile(r"(?<![A-Za-z0-9_])AZCM\d{4}(?![A-Za-z0-9_])")


def pair(source: str, target: str, kind: str = "p", tag: str = "fr-FR") -> Pair:
    unit = SourceUnit(
        "azcm0013|fix",
        source,
        kind,  # type: ignore[arg-type]
        Location("source/errors/azcmagent.yml", 7),
        placeholders=frozenset({"host"}),
        entry="azcm0013",
    )
    return Pair(unit, target, locales.parse(tag), MENTIONS)


# --- a good translation passes every check --------------------------------------------------------

PASSES = [
    # (why it could fire, source, translation, kind)
    ("french-spaces", "Run `a`: it fails!", "Exécutez `a` : cela échoue !"),
    ("french-quotes", 'Choose "Next".', "Choisissez « Suivant »."),
    ("french-data", "Check the data: all.", "Vérifiez les data : toutes."),
    ("french-question", "Is it `x`?", "Est-ce `x` ?"),
    ("french-code-moved", "Use `a` for `b`.", "Pour `b`, utilisez `a`."),
    ("french-code-added", "Run azcmagent with `a`.", "Exécutez `azcmagent` avec `a`."),
    ("french-more-code-again", "Run `a`.", "Exécutez `a` (encore `a`)."),
    ("french-bold-dropped", "Do **not** stop.", "N’arrêtez pas."),
    ("french-braces", "Set {name}.", "Définissez {nom}."),
    (
        "french-link-locale",
        "See [it](https://x.com/en-us/a).",
        "Voir [ici](https://x.com/fr-fr/a).",
    ),
    ("french-link-wiki", "[W](https://en.wikipedia.org/a)", "[W](https://fr.wikipedia.org/a)"),
    ("french-link-slash", "[W](https://x.com/a)", "[W](https://x.com/a/)"),
    ("french-own-tag", "Press <kbd>A</kbd>.", "Appuyez sur <kbd>A</kbd>."),
    ("french-own-list", "[a](b){ .x }", "[à](b){ .x }"),
    ("french-own-template", "Write `{{ x }}`.", "Écrivez `{{ x }}`."),
    ("french-own-value", "Write `{a=b}`.", "Écrivez `{a=b}`."),
    ("french-autolink", "Write to <a@b.example>.", "Écrivez à <a@b.example>."),
    ("french-less-than", "If a < b, stop.", "Si a < b, arrêtez."),
    ("french-code-mention-moved", "AZCM0016 or AZCM0013.", "AZCM0013 ou AZCM0016."),
    ("french-hard-break", "One  \ntwo", "Un  \ndeux"),
    ("french-longer", "Retry.", "Réessayez ; puis, si cela ne suffit pas, redémarrez."),
    ("japanese-full-width", "Run `a` (now): go!", "`a` を実行します（今すぐ）：続行！"),
    ("japanese-no-spaces", "See AZCM0016 and [^n].", "AZCM0016を参照[^n]。"),
    ("japanese-brackets", "The [support](link:s) page.", "「[サポート](link:s)」のページ。"),
    ("japanese-wave", "Wait 1 to 5 s.", "1〜5秒待ちます。"),
    ("japanese-placeholder", "Cannot reach {host}.", "{host}に接続できません。"),
    ("japanese-middle-dot", "a, b", "エー・ビー"),
    ("arabic-comma", "Run `a`, then `b`.", "شغّل `a`، ثم `b`."),
    ("arabic-question", "Is it right?", "هل هذا صحيح؟"),
    ("arabic-marks", "Use `a` now.", "استخدم \u200f`a`\u200e الآن."),
    ("arabic-digits", "Wait 5 minutes.", "انتظر ٥ دقائق."),
    ("arabic-placeholder", "Cannot reach {host}.", "تعذّر الوصول إلى {host}."),
    ("hebrew", "See AZCM0016.", "ראו AZCM0016."),
    ("persian-joiner", "Try again.", "دوباره می\u200cخواهم."),
    ("german-number-escaped", "Version 2 is needed.", "2\\. Version nötig"),
    ("same", "OK", "OK"),
]


@pytest.mark.parametrize(
    ("source", "target"), [pytest.param(*case[1:], id=case[0]) for case in PASSES]
)
def test_a_good_translation_passes(source: str, target: str) -> None:
    assert [(check.code, *check.find(pair(source, target))) for check in CHECKS] == [
        (check.code,) for check in CHECKS
    ]


@pytest.mark.parametrize(
    ("kind", "source", "target"),
    [
        pytest.param("td", "a or b", "a \\| b", id="escaped-pipe-in-cell"),
        pytest.param("p", "a or b", "a | b", id="pipe-in-paragraph"),
        pytest.param("t", "Note", "« Note »", id="quotes-of-the-language-in-title"),
        pytest.param("p", "Note", 'La "note"', id="straight-quotes-in-paragraph"),
        pytest.param("meta", "- a", "• a : b", id="front-matter-is-no-markdown"),
        pytest.param("h", "Next steps", "次のステップ", id="heading"),
    ],
)
def test_a_good_translation_passes_where_it_stands(kind: str, source: str, target: str) -> None:
    assert list(checks.run(pair(source, target, kind), Location("fr.po"))) == []


@given(sentences, st.sampled_from(["p", "h", "li", "fn"]))
def test_the_source_itself_is_a_good_translation(text: str, kind: str) -> None:
    assert list(checks.run(pair(text, text, kind), Location("fr.po"))) == []


# --- what each check finds ------------------------------------------------------------------------

Find = Callable[[Pair], Iterator[str]]

FIRES: list[tuple[Find, str, str, str, list[str]]] = [
    (
        checks.code_changed,
        "p",
        "Run `azcmagent connect`.",
        "Exécutez `azcmagent conect`.",
        ["`azcmagent connect` is missing or changed"],
    ),
    (
        checks.code_changed,
        "p",
        "Use `0x80070005`.",
        "`0x80070050`を使用します。",
        [
            "`0x80070005` is missing or changed; "
            "`0x80070050` has the same characters in another order"
        ],
    ),
    (checks.code_changed, "p", "`a` and `a`", "`a` et a", ["`a` is missing or changed"]),
    (
        checks.code_changed,
        "p",
        "Run `a`.",
        "شغّل `a.",
        ["`a` is missing or changed", "a backtick is not closed"],
    ),
    (
        checks.link_changed,
        "p",
        "[a](link:a)",
        "[à](link:b)",
        ["the link to link:a is missing", "the link to link:b is not in the source"],
    ),
    (
        checks.link_changed,
        "p",
        "Text",
        "[テキスト](https://evil.example)",
        ["the link to https://evil.example is not in the source"],
    ),
    (checks.link_changed, "p", "![a](b.png)", "à", ["the link to b.png is missing"]),
    (checks.footnote_changed, "p", "a[^n]", "à", ["the footnote [^n] is missing"]),
    (checks.footnote_changed, "p", "a", "ا[^n]", ["the footnote [^n] is not in the source"]),
    (checks.footnote_changed, "p", "a[^n] b[^n]", "エー[^n]", ["the footnote [^n] is missing"]),
    (
        checks.placeholder_changed,
        "p",
        "Reach {host}.",
        "Joindre {hôte}.",
        ["{host} is there 0 times instead of 1"],
    ),
    (
        checks.placeholder_changed,
        "p",
        "Reach {host}.",
        "{host}、{host}。",
        ["{host} is there 2 times instead of 1"],
    ),
    (
        checks.unsafe_markup,
        "p",
        "Press <kbd>A</kbd>.",
        "Appuyez sur A.",
        [
            "the markup <kbd> is missing",
            "the markup </kbd> is missing",
        ],
    ),
    (checks.unsafe_markup, "p", "a", "<b>à", ["markup <b> is not in the source"]),
    (checks.unsafe_markup, "p", "a", "à\x07", ["control character U+0007"]),
    (
        checks.unsafe_markup,
        "p",
        "a",
        "\u202eبا",
        ["U+202E makes text read in another order than it is written"],
    ),
    (
        checks.block_shape,
        "p",
        "Version 2.",
        "2. Version",
        ["its Markdown reads as ordered list + list item + paragraph, the source's as paragraph"],
    ),
    (
        checks.block_shape,
        "p",
        "Minus one",
        "- un",
        ["its Markdown reads as bullet list + list item + paragraph, the source's as paragraph"],
    ),
    (
        checks.block_shape,
        "p",
        "One",
        "Un\n\nDeux",
        ["its Markdown reads as paragraph + paragraph, the source's as paragraph"],
    ),
    (
        checks.block_shape,
        "p",
        "One",
        "# 一",
        ["its Markdown reads as heading, the source's as paragraph"],
    ),
    (
        checks.block_shape,
        "p",
        "One",
        "Un\n```\nx\n```",
        ["its Markdown reads as paragraph + fence, the source's as paragraph"],
    ),
    (
        checks.block_shape,
        "p",
        "One",
        "    أحد",
        ["its Markdown reads as code block, the source's as paragraph"],
    ),
    (
        checks.block_shape,
        "td",
        "a or b",
        "a | b",
        ["a | in a table cell starts a new cell; write it as \\|"],
    ),
    (
        checks.block_shape,
        "h",
        "One two",
        "Un\ndeux",
        ["it has a line break, but stands on one line"],
    ),
    (
        checks.block_shape,
        "meta",
        "One two",
        "Un\ndeux",
        ["it has a line break, but stands on one line"],
    ),
    (
        checks.block_shape,
        "t",
        "Note",
        'La "note"',
        ['a " ends the title; use the quotation marks of the language'],
    ),
    (
        checks.code_mention_changed,
        "p",
        "See AZCM0016.",
        "AZCM016を参照。",
        ["the code AZCM0016 is missing or changed"],
    ),
    (
        checks.code_mention_changed,
        "p",
        "See it.",
        "انظر AZCM0016.",
        ["the code AZCM0016 is not in the source"],
    ),
]


@pytest.mark.parametrize(
    ("find", "kind", "source", "target", "expected"),
    [
        pytest.param(*case, id=f"{case[0].__name__}-{number}")
        for number, case in enumerate(FIRES, 1)
    ],
)
def test_a_damaged_translation_is_found(
    find: Find, kind: str, source: str, target: str, expected: list[str]
) -> None:
    assert list(find(pair(source, target, kind))) == expected


ATTACKS = {
    "script": "<script>alert(1)</script>",
    "script-upper": "<SCRIPT SRC=//evil.example></SCRIPT>",
    "script-open": "<script",
    "script-broken-line": "<script\n>alert(1)</script\n>",
    "script-in-code": "`<script>`alert(1)`</script>`",
    "script-behind-escaped-mark": "\\`<script>alert(1)</script>\\`",
    "image": "<img src=x onerror=alert(1)>",
    "image-open": "<img src=x onerror=alert(1) ",
    "svg": "<svg/onload=alert(1)>",
    "iframe": "<iframe srcdoc='&lt;script&gt;'>",
    "style": "<style>*{display:none}</style>",
    "comment": "<!-- errbook: azcmagent -->",
    "comment-open": "<!--",
    "doctype": "<!DOCTYPE x>",
    "instruction": "<?php x ?>",
    "closing": "</div></div>",
    "template-tag": "<template>",
    "event-list": "{ onclick=alert(1) }",
    "event-list-colon": "{: onclick='alert(1)' }",
    "event-list-quoted": '{ onclick="alert(1)" }',
    "event-list-after-noise": "{ $ onclick=alert(1) }",
    "event-list-after-comma": "{ .x,y onclick=alert(1) }",
    "event-list-other-letters": "{ é ن onmouseover=alert(1) }",
    "event-list-braces": "{ onclick=f({})//}",
    "event-list-in-code": "\\`{ onclick=alert(1) }\\`",
    "style-list": "{ style=position:fixed }",
    "id-list": "{ #cause }",
    "class-list": "{ .md-overlay }",
    "javascript": "[x](javascript:alert(1))",
    "javascript-case": "[x](JaVaScRiPt:alert(1))",
    "javascript-entity": "[x](&#106;avascript:alert(1))",
    "javascript-entity-hex": "[x](&#x6A;avascript&colon;alert(1))",
    "javascript-entity-twice": "[x](&amp;#106;avascript:alert(1))",
    "javascript-tab": "[x](<java\tscript:alert(1)>)",
    "javascript-tab-entity": "[x](java&Tab;script:alert(1))",
    "javascript-newline": "[x](<java\nscript:alert(1)>)",
    "javascript-backslash": "[x](javascript\\:alert(1))",
    "javascript-control": "[x](<\x01javascript:alert(1)>)",
    "javascript-autolink": "<javascript:alert(1)>",
    "vbscript": "[x](vbscript:msgbox(1))",
    "data": "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "definition": "\n[support]: https://evil.example",
    "definition-after-a-gap": "\n\n[support]: https://evil.example",
    "definition-indented": "\n   [support]: <https://evil.example> 'x'",
    "definition-quoted": "\n> [support]: https://evil.example",
    "definition-of-a-footnote": "\n\n[^gpo]: Another policy.",
    "abbreviation": "\n*[HTML]: something else",
    "snippet": '--8<-- "/etc/passwd"',
    "snippet-scissors": "-8<- 'x'",
    "jinja": "{{ config.site_dir }}",
    "jinja-tag": "{% include 'x' %}",
    "jinja-comment": "{# x",
    "shell": "${HOME}",
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("Check the [name](link:n).", "Vérifiez le [nom](link:n)."),
        ("Check the [name](link:n).", "[名前](link:n)を確認してください。"),
    ],
    ids=["fr", "ja"],
)
def test_an_attack_in_a_translation_is_stopped(attack: str, source: str, target: str) -> None:
    assert list(checks.unsafe_markup(pair(source, target))) == []
    assert list(checks.unsafe_markup(pair(source, f"{target}{attack}"))) != []


@given(st.text(), st.text(), st.sampled_from(["p", "h", "li", "td", "t", "fn", "meta"]))
def test_no_text_makes_a_check_fail(source: str, target: str, kind: str) -> None:
    for finding in checks.run(pair(source, target, kind), Location("fr.po", 3)):
        assert finding.location == Location("fr.po", 3)
        assert finding.message.startswith("azcm0013|fix: ")


# --- the manual of each check ---------------------------------------------------------------------

every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)


def examples(check: Check, word: str) -> list[tuple[str, str]]:
    """The (source, translation) pairs that a check's docstring gives after a word."""
    lines = [line.strip() for line in (check.find.__doc__ or "").splitlines()]
    pairs = [line.removeprefix(f"{word}: ") for line in lines if line.startswith(f"{word}: ")]
    return [(source, target) for source, _, target in (line.partition(" → ") for line in pairs)]


@every_check
def test_a_check_says_in_its_docstring_what_is_bad_and_what_is_good(check: Check) -> None:
    first = (check.find.__doc__ or "").splitlines()[0]
    assert re.fullmatch(r"[A-Z].*\.", first)
    bad, good = examples(check, "Bad"), examples(check, "Good")
    assert bad
    assert good
    assert [pair_ for pair_ in bad if not list(check.find(pair(*pair_)))] == []
    assert [pair_ for pair_ in good if list(check.find(pair(*pair_)))] == []


@every_check
def test_a_check_has_a_rule_a_hint_and_a_case_that_fires(check: Check) -> None:
    assert RULES[check.code].name == check.find.__name__.replace("_", "-")
    assert check.hint.endswith(".")
    assert check.find in {case[0] for case in FIRES}


# What each check looks at, and what only looks like it.
PIECES = st.lists(
    st.sampled_from(
        "a B AZCM0013 AZCM0014 `a` `b:c` [a](link:a) [a:b](link:b) [^a] **a** {host} { .a } <b> & "
        "javascript: data:x vbscript `script: : 2. - \u202e \x07 | \\: [a]: {{ ``".split(" ")
    ),
    min_size=1,
    max_size=5,
)
TEXTS = st.builds(lambda glue, pieces: glue.join(pieces), st.sampled_from(["", " "]), PIECES)


@given(TEXTS, TEXTS, st.booleans(), st.sampled_from(["p", "meta", "td"]))
def test_a_glance_lets_nothing_through_that_a_check_finds(
    source: str, target: str, alike: bool, kind: str
) -> None:
    found = pair(source, f"{source} {target}" if alike else target, kind)
    location = Location("a.po")
    assert list(checks.run(found, location)) == list(checks.found_by(CHECKS, found, location))


def test_the_checks_are_listed_once_in_the_order_of_their_codes() -> None:
    codes = [check.code for check in CHECKS]
    assert codes == sorted(set(codes))


def test_a_finding_says_everything_that_a_translator_needs() -> None:
    (finding,) = checks.run(pair("Run `a`.", "Exécutez."), Location("locales/fr-FR/a.po", 12))
    assert (
        str(finding.location),
        finding.code,
        finding.message,
        finding.hint,
        finding.subject,
    ) == (
        "locales/fr-FR/a.po:12:1",
        "EB311",
        "azcm0013|fix: `a` is missing or changed",
        "Copy the text in backticks from the source.",
        (("locale", "fr-FR"), ("context", "azcm0013|fix"), ("entry", "azcm0013")),
    )
