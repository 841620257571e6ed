"""Checks of marks and spaces, and the deterministic fixes of what they find.

Most of these checks are written as rules that rewrite prose: a check says where a rule would change
something, and ``errbook l10n fix`` changes it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from errbook import markdown
from errbook.checks import prose
from errbook.checks.unit import Check, Pair
from errbook.locales import Locale
from errbook.markdown import simple

_NBSP, _THIN = "\u00a0", "\u202f"
_HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_KANA = "\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe"
_ARABIC = "\u0620-\u064a\u0671-\u06d3"
_SENTENCE_END = r"(?=[\s)\]»*_\"”’\u201d]|$)"


@dataclass(frozen=True, slots=True)
class Rule:
    """A place where prose is to change."""

    pattern: re.Pattern[str]
    new: str
    """The replacement, as in `re.sub`."""
    says: str
    """What is wrong there."""
    near: str
    """A quick pattern: where it finds nothing in a text, neither does the other one."""


def _rule(pattern: str, new: str, says: str, near: str) -> Rule:
    return Rule(re.compile(pattern), new, says, near)


# --- spacing --------------------------------------------------------------------------------------

_MARKS = ",;:!?.\u060c\u061b\u061f"
_NO_SPACE_BEFORE = _rule(
    rf"(?<=[^\s|])[ \u00a0\u202f]+(?=[{_MARKS}](?:\s|$))",
    "",
    "a space stands before a mark",
    rf"[ \u00a0\u202f][{_MARKS}]",
)
_FRENCH_GUILLEMETS = (
    _rule(r"(?<=\S) (?=»)|(?<=«) (?=\S)", _NBSP, "the space inside « » may break", "[«»]"),
    _rule(
        r"(?<=[^\s\u00a0\u202f«])(?=»)|(?<=«)(?=[^\s\u00a0\u202f»])",
        _NBSP,
        "« » lacks a space",
        "[«»]",
    ),
)
_FRENCH_COLON = (
    _rule(rf"(?<=\S) (?=:{_SENTENCE_END})", _NBSP, "the space before : may break", ":"),
    _rule(
        rf"(?<=[\w\ufffc)\]»*_])(?=:{_SENTENCE_END})", _NBSP, "a no-break space lacks before :", ":"
    ),
)
_FRENCH_MARKS = (
    _rule(
        rf"(?<=\S) (?=[;!?]+{_SENTENCE_END})", _THIN, "the space before ; ! or ? may break", "[;!?]"
    ),
    _rule(
        rf"(?<=[\w\ufffc)\]»])(?=[;!?]+{_SENTENCE_END})",
        _THIN,
        "a no-break space lacks before ; ! or ?",
        "[;!?]",
    ),
)
_FRENCH_NONE = _rule(
    r"(?<=[^\s|])[ \u00a0\u202f]+(?=[,.](?:\s|$))",
    "",
    "a space before , or .",
    r"[ \u00a0\u202f][,.]",
)
_CANADIAN_NONE = _rule(
    r"(?<=[^\s|])[ \u00a0\u202f]+(?=[,;!?.](?:\s|$))",
    "",
    "a space stands before a mark",
    r"[ \u00a0\u202f][,;!?.]",
)
_WIDE = _rule(
    r"(?<=\S) +(?=[、。，．！？：；）」』】])",
    "",
    "a space before a full-width mark",
    " [、。，．！？：；）」』】]",
)
_HAN_GAP = _rule(
    rf"(?<=[{_HAN}]) +(?=[{_HAN}])", "", "a space stands between Chinese characters", f" [{_HAN}]"
)


@cache
def spacing_rules(locale: Locale) -> tuple[Rule, ...]:
    """Where a locale wants a space and where it wants none."""
    if locale.language == "fr":
        if locale.tag == "fr-CA":
            return (*_FRENCH_GUILLEMETS, *_FRENCH_COLON, _CANADIAN_NONE)
        return (*_FRENCH_GUILLEMETS, *_FRENCH_COLON, *_FRENCH_MARKS, _FRENCH_NONE)
    if locale.language in ("ja", "zh", "yue"):
        gap = () if locale.language == "ja" else (_HAN_GAP,)
        return (_NO_SPACE_BEFORE, _WIDE, *gap)
    return (_NO_SPACE_BEFORE,)


def spacing(pair: Pair) -> Iterator[str]:
    """Spaces before and after marks are the locale's: in French no-break ones, elsewhere none.

    Bad: fr Is it running? → Est-il démarré ?
    Good: fr Is it running? → Est-il démarré\u00a0?
    """
    yield from _found(pair, spacing_rules(pair.locale))


@cache
def _near(rules: tuple[Rule, ...]) -> tuple[tuple[re.Pattern[str], tuple[Rule, ...]], ...]:
    """The rules, those with the same quick pattern together."""
    patterns = dict.fromkeys(rule.near for rule in rules)
    return tuple((re.compile(p), tuple(r for r in rules if r.near == p)) for p in patterns)


def _found(pair: Pair, rules: tuple[Rule, ...]) -> Iterator[str]:
    text, source = pair.prose, pair.source_prose
    # Most translations have no such place.
    for rule in (r for near, some in _near(rules) if near.search(text) for r in some):
        match = rule.pattern.search(text)
        if match is None:
            continue
        # What the source writes so too is a literal: a name, a list of marks.
        if rule.new == "" and rule.pattern.search(source):
            continue
        yield f'{rule.says}: "{prose.around(text, match.start(), match.end())}"'


# --- marks of the script --------------------------------------------------------------------------


@cache
def mark_rules(locale: Locale) -> tuple[Rule, ...]:
    """Marks of the Latin script that a locale writes with its own."""
    says = "a half-width mark"
    if locale.language in ("ja", "zh", "yue"):
        after = rf"(?<=[{_HAN}{_KANA}」』）])"
        comma = "、" if locale.language == "ja" else "，"
        marks = {",": comma, ";": "；", ":": "：", "!": "！", "?": "？"}
        rules = [
            _rule(rf"{after}{re.escape(mark)} ?(?!\d)", wide, says, "[,;:!?]")
            for mark, wide in marks.items()
        ]
        return (*rules, _rule(rf"{after}\.(?= |$)", "。", says, r"\."))
    if locale.script == "Arab":
        marks = {",": "،", ";": "؛", "?": "؟"}
        # After code and markup, what follows tells whose sentence it is.
        after = rf"(?<=[{_ARABIC}]){{0}}(?=\s|$)|(?<=[\ufffc*_)\]]){{0}}(?= [{_ARABIC}])"
        return tuple(
            _rule(after.format(re.escape(mark)), own, "a mark of the Latin script", "[,;?]")
            for mark, own in marks.items()
        )
    return ()


def script_marks(pair: Pair) -> Iterator[str]:
    """Marks after words of a script are that script's: full width after Chinese and Japanese.

    Bad: ja Stop, then go. → 停止し,続行します。
    Good: ja Stop, then go. → 停止し、続行します。
    """
    rules = mark_rules(pair.locale)
    if rules:
        yield from _found(pair, rules)


# --- spaces anywhere ------------------------------------------------------------------------------

_DOUBLE = (
    _rule(
        r"(?<=[^\s|])[ \u00a0\u202f]{2,}(?=[^\s|])",
        " ",
        "two spaces",
        r"[ \u00a0\u202f][ \u00a0\u202f]",
    ),
)


def double_space(pair: Pair) -> Iterator[str]:
    """Between two words there is one space.

    Bad: fr Run it again. → Exécutez-le  encore.
    Good: fr Run it again. → Exécutez-le encore.
    """
    yield from _found(pair, _DOUBLE)


def edge_space(pair: Pair) -> Iterator[str]:
    """A translation begins and ends with no space or line break that the source does not have.

    Bad: fr Try again. → Réessayez.\u00a0
    Good: fr Try again. → Réessayez.
    """
    written = pair.written
    if written and (written[0].isspace() or written[-1].isspace()):
        place = "at the beginning" if written[0].isspace() else "at the end"
        yield f"a space or line break stands {place}"


# --- characters -----------------------------------------------------------------------------------

_INVISIBLE = re.compile("[\u200b\ufeff\u2060\u00ad]")
_BREAKS_WORDS = frozenset(("km", "th", "lo", "my"))
"""Languages without spaces that mark where a line may break with U+200B."""
_DIRECTION = re.compile("[\u200e\u200f\u061c]")


def not_composed(pair: Pair) -> Iterator[str]:
    """Letters with marks are one character each (Unicode's form NFC), as keyboards type them.

    Bad: fr Missing key → Cle\u0301 manquante
    Good: fr Missing key → Clé manquante
    """
    if not pair.written.isascii() and not unicodedata.is_normalized("NFC", pair.written):
        yield "letters and their accents are characters of their own"


def direction_mark(pair: Pair) -> Iterator[str]:
    """Left-to-right languages hold no marks of direction, which no reader sees.

    Bad: fr Next page → Page\u200e suivante
    Good: fr Next page → Page suivante
    """
    if pair.locale.direction == "rtl":
        return
    found = () if pair.target.isascii() else _DIRECTION.findall(pair.target)
    for mark in sorted(set(found).difference(pair.source.text)) if found else ():
        yield f"U+{ord(mark):04X} is there, which nobody sees"


def invisible_character(pair: Pair) -> Iterator[str]:
    """No character without width is left over from copying.

    Bad: fr Next page → Page\u200bsuivante
    Good: fr Next page → Page suivante
    """
    found = () if pair.written.isascii() else _INVISIBLE.findall(pair.written)
    for mark in sorted(set(found).difference(pair.source.text)) if found else ():
        if not (mark == "\u200b" and pair.locale.language in _BREAKS_WORDS):
            yield f"U+{ord(mark):04X} is there, which nobody sees"


_LATIN_LIKE = frozenset("аеорсхуіјѕһԁԛԝАВЕЗКМНОРСТХУІЈЅοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")
"""Cyrillic and Greek letters that look like Latin ones."""
_CYRILLIC_LIKE = frozenset("aeopcxyijsABEKMHOPCTXYIJS")
"""Latin letters that look like Cyrillic ones."""
_OTHER = re.compile("[\u0370-\u052f]")
_TOUCHING = re.compile("[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]")
"""Where it finds nothing, neither does `_MIXED`, which is slow."""
_MIXED = re.compile(r"[^\W\d_]*(?:[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z])[^\W\d_]*")


def look_alike(pair: Pair) -> Iterator[str]:
    """A word is of one script: no Cyrillic or Greek letter passes for a Latin one.

    Bad: fr The Azure portal → Le portail \u0410zure
    Good: fr The Azure portal → Le portail Azure
    """
    for match in _MIXED.finditer(pair.prose) if _may_mix(pair.prose) else ():
        word = match[0]
        latin = {c for c in word if c.isascii()}
        other = set(word) - latin
        cyrillic = min(other) >= "\u0400"
        if other <= _LATIN_LIKE or (cyrillic and latin <= _CYRILLIC_LIKE):
            named = ", ".join(f"U+{ord(c):04X}" for c in sorted(other))
            yield f'"{word}" mixes letters of two scripts ({named})'


def _may_mix(text: str) -> bool:
    return bool(_OTHER.search(text) and _TOUCHING.search(text))


# --- the mark at the end --------------------------------------------------------------------------

_CLASSES = {
    mark: kind
    for kind, marks in {
        ".": ".。．।۔።։｡",
        "?": "?？؟՞፧",
        "!": "!！՜",
        ":": ":：",
        "…": "…",
        ";": ";；؛",
        ",": ",，、،",
    }.items()
    for mark in marks
}
_CLOSING = " \u00a0\u202f\n*_)]}»«\"'”“’‘„）」』】›‹\u200e\u200f\u061c"
_NO_END_MARKS = frozenset(("th", "lo", "km", "my", "jbo", "bo", "dz"))


def _last_words(text: str) -> str:
    """The words at the end of a text without its markup, at least as many as `_end` looks at."""
    parts = simple.parts(text)
    if parts:
        kind, words, _ = parts[-1]
        if kind == "text" and len(words.rstrip(_CLOSING)) >= len("..."):
            return words
    return markdown.inventory(text).plain


def _end(plain: str, greek: bool = False) -> str:
    """The class of the last mark, or nothing where the text ends in a word."""
    bare = plain.rstrip(_CLOSING)
    if bare.endswith("..."):
        return "…"
    if greek and bare.endswith((";", "\u037e")):
        return "?"
    return _CLASSES.get(bare[-1:], "")


def end_differs(pair: Pair) -> Iterator[str]:
    """What is wrong with the mark at the end of a translation, if anything."""
    if pair.locale.language in _NO_END_MARKS:
        return
    wanted = _end(_last_words(pair.source.text))
    got = _end(_last_words(pair.target), pair.locale.language == "el")
    # What leads to a list or to code below it ends with either of the two.
    leads = {wanted, got} == {".", ":"}
    if wanted == got or (leads and (pair.source.page or pair.locale.language in _SPACELESS)):
        return
    says = {"": "no mark"}
    yield f"it ends with {says.get(got, got)}, the source with {says.get(wanted, wanted)}"


_SPACELESS = frozenset(("ja", "zh", "yue", "ko"))
_SENTENCES = re.compile(r"(?:cause|fix|text)(?![a-z])|p\d")


def is_sentence(pair: Pair) -> bool:
    """Whether a unit holds sentences: a cause, a fix, a footnote or a paragraph."""
    return pair.source.kind in ("p", "li") and _holds_sentences(pair.slot)


@lru_cache(maxsize=4096)
def _holds_sentences(slot: str) -> bool:
    return bool(_SENTENCES.match(slot))


def end_mark(pair: Pair) -> Iterator[str]:
    """A cause, a fix and a paragraph end with the same kind of mark as the source.

    Bad: ja fix: Try again. → もう一度お試しください
    Good: ja fix: Try again. → もう一度お試しください。
    """
    if is_sentence(pair):
        yield from end_differs(pair)


CHECKS = (
    Check("EB322", end_mark, "End it as the source ends, with the mark of the language."),
    Check("EB324", spacing, "errbook l10n fix puts it right."),
    Check("EB325", script_marks, "errbook l10n fix puts it right."),
    Check("EB326", double_space, "errbook l10n fix puts it right."),
    Check("EB327", edge_space, "errbook l10n fix puts it right."),
    Check("EB328", not_composed, "errbook l10n fix puts it right."),
    Check("EB329", invisible_character, "errbook l10n fix puts it right."),
    Check("EB330", direction_mark, "Delete the character; retype the words around it."),
    Check("EB331", look_alike, "Type the word again."),
)
"""The checks of typography in the order in which they run and are listed."""


@cache
def _remarkable(locale: Locale) -> re.Pattern[str]:
    """Where it finds nothing in prose, neither does any rule of a locale."""
    rules = (*spacing_rules(locale), *mark_rules(locale), *_DOUBLE)
    return re.compile("|".join(dict.fromkeys(rule.near for rule in rules)))


def _is_plain(pair: Pair) -> bool:
    """Whether a glance tells that there is no space, mark or character to speak of."""
    text, written = pair.target, pair.written
    if text != written or written[:1].isspace() or written[-1:].isspace():
        return False
    if _remarkable(pair.locale).search(pair.prose):
        return False
    return text.isascii() or not (
        _INVISIBLE.search(text)
        or _DIRECTION.search(text)
        or _may_mix(pair.prose)
        or not unicodedata.is_normalized("NFC", text)
    )


def to_run(pair: Pair) -> Sequence[Check]:
    """Those of the checks that may find something in a translation, by a glance at it."""
    # Of a plain text only the mark at the end may be wrong.
    return CHECKS[:1] if _is_plain(pair) else CHECKS


FIXED = frozenset(("EB324", "EB325", "EB326", "EB327", "EB328", "EB329"))
"""The codes of what `fixed` puts right."""


# --- fixes ----------------------------------------------------------------------------------------


def fixed(pair: Pair, left: frozenset[str] = frozenset()) -> str:
    """The translation with its spaces, marks and characters put right; code is never touched.

    Args:
        pair: The source and its translation.
        left: Codes of checks whose findings stay as they are.
    """
    text = pair.written
    codes = FIXED - left
    if "EB328" in codes:
        text = unicodedata.normalize("NFC", text)
    if "EB329" in codes:
        text = _without_invisible(pair, text)
    if "EB327" in codes:
        text = text.strip()
    rules = (
        *(_DOUBLE if "EB326" in codes else ()),
        *(spacing_rules(pair.locale) if "EB324" in codes else ()),
        *(mark_rules(pair.locale) if "EB325" in codes else ()),
    )

    def change(masked: str) -> str:
        for rule in rules:
            if not (rule.new == "" and rule.pattern.search(pair.source_prose)):
                masked = rule.pattern.sub(rule.new, masked)
        return masked

    return prose.rewritten(text, change)


def _without_invisible(pair: Pair, text: str) -> str:
    kept = set(pair.source.text)
    if pair.locale.language in _BREAKS_WORDS:
        kept.add("\u200b")
    return _INVISIBLE.sub(lambda match: match[0] if match[0] in kept else "", text)
