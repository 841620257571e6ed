"""Checks of what a translation says: that it is in its language, and that nothing was lost."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from errbook import markdown
from errbook.checks.prose import HIDDEN, masked
from errbook.checks.unit import Check, Pair
from errbook.markdown import simple

# --- numbers --------------------------------------------------------------------------------------

_GROUPED = re.compile(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))|(?<=\d)[.,٬٫](?=\d)")
_NUMBER = re.compile(r"(?<![A-Za-z0-9_])(\d+)(?![A-Za-z0-9_])")
_DIGITS = re.compile(r"\d[\d.,]*\d")
_MYRIADS = {"百": 100, "千": 1_000, "万": 10_000, "萬": 10_000, "만": 10_000, "억": 10**8}
_MYRIAD = re.compile(rf"(\d+)([{''.join(_MYRIADS)}])")


@lru_cache(maxsize=simple.CACHED)
def _numbers(plain: str) -> Counter[str]:
    """The numbers of two digits or more, without what groups their digits."""
    if not plain.isascii():
        plain = "".join(
            str(unicodedata.decimal(c)) if c.isdecimal() and not c.isascii() else c for c in plain
        )
        plain = _MYRIAD.sub(lambda m: str(int(m[1]) * _MYRIADS[m[2]]), plain)
    found = _NUMBER.findall(_GROUPED.sub("", plain))
    return Counter(number for number in found if len(number) > 1)


def number_missing(pair: Pair) -> Iterator[str]:
    """Every number of two digits or more is in the translation, in whatever digits it writes.

    Bad: fr Wait 15 minutes. → Attendez 5 minutes.
    Good: ar Wait 15 minutes. → انتظر ١٥ دقيقة.
    """
    wanted = _numbers(pair.before.plain) if _DIGITS.search(pair.source.text) else None
    for number in wanted - _numbers(pair.after.plain) if wanted else ():
        yield f"the number {number} is missing"


# --- words of the source --------------------------------------------------------------------------

_FUNCTION_WORDS = frozenset(
    "the and that this with from which these those when your you are not have has been where than"
    " then there they into because should would must does its if by to of is for it or".split()
)
"""English words that carry no meaning of their own."""
_SHARED: Mapping[str, frozenset[str]] = {
    "nl": frozenset(("of", "is", "not")),
    "af": frozenset(("is", "of", "by", "that", "into")),
    "da": frozenset(("for", "to", "have")),
    "nb": frozenset(("for", "to", "you")),
    "sv": frozenset(("if", "to")),
    "fr": frozenset(("or", "if")),
    "ro": frozenset(("is",)),
    "vi": frozenset(("to", "is")),
    "id": frozenset(("is",)),
    "fi": frozenset(("on",)),
}
"""Function words that are words of another language too."""
_COMMON: Mapping[str, str] = {
    # Words of headings and cells that are easily left behind, and the languages that share them.
    "message": "fr", "error": "es la", "warning": "", "cause": "fr", "causes": "fr",
    "solution": "fr", "solutions": "fr", "description": "fr", "reason": "", "fix": "",
    "name": "de", "value": "", "example": "", "examples": "", "note": "fr", "output": "",
    "windows": "*", "settings": "", "help": "", "overview": "", "next": "", "steps": "",
    "version": "fr de da sv nb", "option": "fr de sv da", "options": "fr", "command": "",
    "code": "fr de it nl", "action": "fr", "date": "fr", "table": "fr", "page": "fr",
    "resolution": "", "details": "de", "parameters": "nl", "status": "de nl da sv nb pl id",
    "unknown": "", "missing": "", "invalid": "", "failed": "", "success": "", "search": "",
}  # fmt: skip
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_QUOTED = re.compile(
    r"\"[^\"]*\"|“[^”]*”|„[^“”]*[“”]|«[^»]*»|「[^」]*」|『[^』]*』|‘[^’]*’(?!\w)|\*\*[^*]+\*\*"
    r"|\[[^\]]*(?:\ufffc|\])"
)
"""What is named rather than said: quotations, bold labels of an interface, words of links."""
_SENTENCE_BREAK = re.compile(r"(?<=[.!?])\s+|[。！？؟।]")


def _has_english_source(pair: Pair) -> bool:
    return pair.source_language == "en" and pair.locale.language != "en"


def same_as_source(pair: Pair) -> Iterator[str]:
    """A translation is no copy of its source, where the source has words to translate.

    Bad: fr Restart the agent and try again. → Restart the agent and try again.
    Good: fr Azure Arc → Azure Arc
    """
    if pair.locale.language == pair.source_language:
        return
    if pair.target.casefold() != pair.source.text.casefold():
        return
    words = _LATIN_WORD.findall(pair.source_prose)
    lower = [word.lower() for word in words]
    own = pair.locale.language
    says_something = len(words) >= 4 and not _FUNCTION_WORDS.isdisjoint(lower)
    remedy = pair.slot.startswith(("cause", "fix")) and sum(w.islower() for w in words) >= 2
    left = bool(lower) and all(
        word in _COMMON and own not in _COMMON[word].split() and _COMMON[word] != "*"
        for word in lower
    )
    if pair.source_language != "en":
        says_something, left = len(words) >= 4, False
    if says_something or remedy or left:
        yield "it is the same as the source"


RUN = 5
"""So many words of the source in a row were forgotten, not borrowed."""


def untranslated_words(pair: Pair) -> Iterator[str]:
    """No part of the source is left standing in the translation.

    Bad: fr Check that the agent is running. → Vérifiez that the agent is running.
    Good: fr Check that the agent is running. → Vérifiez que l’agent fonctionne.
    """
    if not _has_english_source(pair) or pair.target == pair.source.text:
        return
    mine = _LATIN_WORD.findall(pair.prose)
    both = set(mine).intersection(_words(pair.source_prose)) if len(mine) >= RUN else ()
    if len(both) < 2:
        return
    run = _copied(pair, mine) if len(both) >= RUN else ""
    if run:
        yield f'"{run}" stands there as in the source'
        return
    candidates = _FUNCTION_WORDS.intersection(map(str.lower, both))
    candidates -= _SHARED.get(pair.locale.language, frozenset())
    if len(candidates) < 2:
        return
    for sentence in _SENTENCE_BREAK.split(_QUOTED.sub(HIDDEN, pair.prose)):
        words = [word.lower() for word in _LATIN_WORD.findall(sentence)]
        left = sorted(candidates.intersection(words))
        if len(words) >= RUN and len(left) >= 2:
            yield f"English words are left in it: {', '.join(left)}"
            return


@lru_cache(maxsize=simple.CACHED)
def _words(source_prose: str) -> tuple[str, ...]:
    # Of a large book's texts, tuples of words that they share are a tenth of as many sets.
    return tuple(map(sys.intern, _LATIN_WORD.findall(source_prose)))


def _copied(pair: Pair, mine: Sequence[str]) -> str:
    """The first words of the source that stand in the translation in a row; empty for too few.

    What the source itself quotes or sets in bold is a name.
    """
    theirs = _runs(pair.source_prose)
    for start in range(len(mine) - RUN + 1):
        run = tuple(mine[start : start + RUN])
        # Capitalized words in a row are a name, unless they are the levels of a path.
        if run in theirs and (any(map(str.islower, run)) or "\\" in pair.prose):
            return " ".join(run)
    return ""


@lru_cache(maxsize=simple.CACHED)
def _runs(source_prose: str) -> frozenset[tuple[str, ...]]:
    words = _LATIN_WORD.findall(_QUOTED.sub(" 0 ", source_prose))
    return frozenset(tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1))


# --- script ---------------------------------------------------------------------------------------

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_SCRIPTS: Mapping[str, str] = {
    "Latn": "A-Za-z\u00aa\u00ba\u00c0-\u024f\u1e00-\u1eff",
    "Cyrl": "\u0400-\u052f",
    "Grek": "\u0370-\u03ff\u1f00-\u1fff",
    "Arab": "\u0620-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc",
    "Hebr": "\u0590-\u05ff",
    "Armn": "\u0530-\u058f",
    "Geor": "\u10a0-\u10ff",
    "Deva": "\u0900-\u097f",
    "Beng": "\u0980-\u09ff",
    "Taml": "\u0b80-\u0bff",
    "Thai": "\u0e00-\u0e7f",
    "Jpan": f"{_HAN}\u3041-\u30ff\u31f0-\u31ff",
    "Hans": _HAN,
    "Hant": _HAN,
    "Kore": f"{_HAN}\uac00-\ud7af\u1100-\u11ff",
}
_NAME = re.compile(r"[A-Za-z]*[A-Z][A-Za-z]*")
_LETTER = re.compile(r"[^\W\d_]")
_ENOUGH = 20
_SHARE = 0.4


@cache
def _letters(script: str) -> re.Pattern[str] | None:
    ranges = _SCRIPTS.get(script)
    return re.compile(f"[{ranges}]+") if ranges else None


@cache
def _foreign(script: str) -> re.Pattern[str]:
    """Finds a letter that is none of a script."""
    return re.compile(rf"[^\W\d_{_SCRIPTS[script]}]")


def wrong_script(pair: Pair) -> Iterator[str]:
    """Most letters are of the locale's script; names in Latin letters do not count.

    Bad: ar Check that the agent runs on this host. → bitte prüfen, ob er dort läuft.
    Good: ar Check that the agent runs. → تحقق من أن خدمة العامل قيد التشغيل.
    """
    pattern = _letters(pair.locale.script)
    if pattern is None:
        return
    text = pair.prose
    if pair.locale.script == "Latn" and not _foreign(pair.locale.script).search(text):
        return
    own = sum(map(len, pattern.findall(text)))
    if own >= _SHARE * len(text):
        # It has not more letters than characters.
        return
    if pair.locale.script != "Latn":
        text = _NAME.sub("", text)
    total = len(_LETTER.findall(text))
    if total >= _ENOUGH and own < _SHARE * total:
        yield f"only {own} of its {total} letters are of the locale's script"


# --- length ---------------------------------------------------------------------------------------

_DENSE = frozenset(("ja", "zh", "yue", "ko"))


def length(pair: Pair) -> Iterator[str]:
    """A translation is neither a third of its source nor three times as long.

    Bad: fr Open the firewall for outgoing connections to the host. → Ouvrez.
    Good: fr Open the firewall for the host. → Ouvrez le pare-feu pour cet hôte.
    """
    before, after = len(pair.source_prose), len(pair.prose)
    if before < _ENOUGH:
        return
    dense = pair.locale.language in _DENSE
    if after * (7 if dense else 10) < before * (1 if dense else 3):
        yield f"it has {after} characters, the source {before}"
    elif after > before * (2 if dense else 3):
        yield f"it has {after} characters, the source only {before}"


# --- words twice ----------------------------------------------------------------------------------

_TWICE = re.compile(r"(?<![\w'’-])([^\W\d_]{2,}+) (?i:\1)(?![\w'’-])")
_TWICE_DENSE = re.compile(rf"([\u30a1-\u30fc]{{3,}}|[{_HAN}]{{2,}}|を)\1")
_MAY_DOUBLE: Mapping[str, frozenset[str]] = {
    "fr": frozenset(("nous", "vous", "bon")),
    "de": frozenset(("die", "der", "das", "den", "dem", "denen", "sie")),
    "nl": frozenset(("die", "dat")),
    "it": frozenset(("via", "piano")),
    "tr": frozenset(("tek", "çok", "ayrı")),
}
_REDUPLICATE = frozenset(("id", "ms", "vi", "th", "lo", "km", "my", "tl", "fil", "jv", "hi", "ur"))


def doubled_word(pair: Pair) -> Iterator[str]:
    """No word stands there twice in a row.

    Bad: fr Check the name. → Vérifiez le le nom.
    Good: fr You can check it. → Vous vous en assurez.
    """
    language = pair.locale.language
    if language in _REDUPLICATE:
        return
    match = (_TWICE_DENSE if language in ("ja", "zh", "yue") else _TWICE).search(pair.prose)
    if match is None or match[1].lower() in _MAY_DOUBLE.get(language, ()):
        return
    if not _TWICE.search(pair.source_prose):
        yield f'"{match[1]}" stands there twice'


# --- emphasis -------------------------------------------------------------------------------------

_EMPHASIS = re.compile(r"(?<![\w*_])([*_])(?![\s*_])([^*_\n]+?)(?<!\s)\1(?![\w*_])")


@lru_cache(maxsize=simple.CACHED)
def _strong(text: str) -> int:
    """How many parts of a text are bold."""
    if "**" not in text and "__" not in text:
        return 0
    parts = simple.parts(text)
    if parts is not None:
        return sum(kind == "strong" for kind, _, _ in parts)
    return sum(_count(node) for node in markdown.tree(text))


def _count(node: markdown.Node) -> int:
    return (node.kind == "strong") + sum(map(_count, node.children))


def strong_lost(pair: Pair) -> Iterator[str]:
    """What is bold in the source, or a name in italics, is so in the translation.

    Bad: fr Select **Get help** there. → Sélectionnez Obtenir de l’aide.
    Good: fr Select **Get help** there. → Sélectionnez **Obtenir de l’aide**.
    """
    if "*" not in pair.source.text and "_" not in pair.source_prose:
        return
    wanted, got = _strong(pair.source.text), _strong(pair.target)
    if got < wanted:
        yield f"{got} parts of it are bold, in the source {wanted}"
    for match in _EMPHASIS.finditer(masked(pair.source.text)):
        literal = match[2]
        if literal.isascii() and literal in pair.prose and not _EMPHASIS.search(pair.prose):
            yield f'"{literal}" is in italics in the source'


def emphasis_broken(pair: Pair) -> Iterator[str]:
    """Asterisks make words bold instead of being shown; next to brackets they may not.

    Bad: ja Read **“Tips”** first. → まず**「ヒント」**を読みます。
    Good: ja Read **“Tips”** first. → まず「**ヒント**」を読みます。
    """
    if "*" not in pair.target:
        return
    before, after = pair.before.plain, pair.after.plain
    mark = "*" if pair.locale.language in _DENSE else "**"
    if mark in after and mark not in before:
        yield f"readers see its {mark}: no letter may touch them where a bracket does"


# --- identifiers ----------------------------------------------------------------------------------

_HUMP = re.compile("[a-z][A-Z]")
_CAMEL = re.compile(r"(?<![\w.])[A-Z]?[a-z]+[A-Z][A-Za-z]+(?!\w)")


def identifier_changed(pair: Pair) -> Iterator[str]:
    """A name with capitals inside stands in the translation without an ending or another letter.

    Bad: fr Failed to AzcmagentConnect. → Échec d’AzcmagentConnecter.
    Good: fr Failed to AzcmagentConnect. → Échec d’AzcmagentConnect.
    """
    if not _HUMP.search(pair.source_prose):
        return
    for name in dict.fromkeys(_CAMEL.findall(pair.source_prose)):
        if name in pair.prose and re.search(rf"{name}(?![A-Za-z0-9])", pair.prose):
            continue
        near = re.search(rf"(?<![A-Za-z0-9]){name}[A-Za-z]+", pair.prose, re.I)
        if near and pair.locale.script == "Latn":
            yield f'"{name}" became "{near[0]}"'


_PATH = re.compile(r"(?<=[^\\\s>])\s?[\\¥￥>›»→＞](?![\\>])\s?(?=[^\W\d_]|[\[「*])")


def path_changed(pair: Pair) -> Iterator[str]:
    """A path of menus or folders has as many levels as in the source.

    Bad: fr Open *Computer\\System\\Profiles*. → Ouvrez *Ordinateur\\Profils*.
    Good: fr Open *Computer\\System\\Profiles*. → Ouvrez *Ordinateur\\Système\\Profils*.
    """
    if "\\" in pair.source.text:
        wanted, got = (len(_PATH.findall(text)) for text in (pair.before.plain, pair.after.plain))
        if wanted >= 2 and got < wanted:
            yield f"the path has {got + 1} levels, in the source {wanted + 1}"


CHECKS = (
    Check("EB321", number_missing, "Copy the number from the source."),
    Check("EB332", same_as_source, "Translate it; a name may go into source/glossary.yml."),
    Check("EB333", untranslated_words, "Translate the rest of it."),
    Check("EB334", wrong_script, "Look whether the translation is in the right locale."),
    Check("EB335", length, "Compare the two; something may be lost or said twice."),
    Check("EB336", doubled_word, "Delete one of the two."),
    Check("EB337", strong_lost, "Set ** around the words that are bold in the source."),
    Check("EB338", emphasis_broken, "Put the brackets outside of the **, or a space before them."),
    Check("EB339", identifier_changed, "Copy the name from the source."),
    Check("EB340", path_changed, "Translate every level of the path."),
)
"""The checks of language in the order in which they run and are listed."""

_OF_WORDS = tuple(check for check in CHECKS if "EB332" <= check.code <= "EB336")
"""The checks that do not need the source to have something that is to be kept."""
_TO_KEEP = re.compile(r"\d[\d.,]*\d|[a-z][A-Z]|[*_\\]")
"""Finds something in each source of which another check says something."""


@lru_cache(maxsize=simple.CACHED)
def _keeps(source: str) -> bool:
    return _TO_KEEP.search(source) is not None


def to_run(pair: Pair) -> Sequence[Check]:
    """Those of the checks that may find something in a translation, by a glance at it."""
    return CHECKS if "*" in pair.target or _keeps(pair.source.text) else _OF_WORDS
