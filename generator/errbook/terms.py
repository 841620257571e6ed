"""Finds the glossary's terms in texts, in whatever form a language gives their words.

Languages inflect: a word counts as found when its stem is there. Arabic words may carry an article
and short words before them, compounding languages write terms inside longer words, and scripts
without spaces have no boundaries of words at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from errbook.glossary import Term
from errbook.locales import Locale

_SPACELESS = frozenset(("ja", "zh", "yue", "th", "lo", "km", "my"))
_COMPOUNDING = frozenset(("de", "nl", "sv", "da", "nb", "nn", "no", "fi", "et", "hu", "is"))
_SUFFIXING = _COMPOUNDING | frozenset(
    ("cs", "sk", "pl", "hr", "sr", "sl", "lt", "lv", "tr", "az", "ro", "el", "eu")
)
"""Languages that put an ending even to foreign names."""
_ROMANCE = frozenset(("fr", "es", "pt", "it", "ca", "gl", "ro"))
_OF = frozenset("de du des del do da dos das di dei della degli dels".split())
"""Words between two nouns, which change with what follows."""
_VOWEL_SIGNS = re.compile("[\u064b-\u0652\u0640]")
_ARABIC_BEFORE = "(?:[وف]?[بكل]?(?:ال|لل)?)"


def folded(text: str, locale: Locale) -> str:
    """A text in the form in which terms are looked for: without the variants of writing it."""
    text = unicodedata.normalize("NFC", text).replace("\u2019", "'")
    text = re.sub(r"[\s\u00a0\u202f]+", "" if locale.language in _SPACELESS else " ", text)
    return _VOWEL_SIGNS.sub("", text) if locale.script == "Arab" else text


class SourceTerms:
    """Finds the terms in texts of the source; a longer term hides a shorter one inside it."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self.terms = tuple(terms)
        longest_first = sorted(range(len(terms)), key=lambda n: -len(terms[n].term))
        self._forms = "|".join(map(self._form, longest_first))

    def _form(self, number: int) -> str:
        term = self.terms[number]
        form = r"[\s\u00a0-]+".join(map(re.escape, term.term.split()))
        form += "" if term.do_not_translate else r"(?:e?s)?"
        if term.term.endswith("y") and not term.do_not_translate:
            form = rf"(?:{form}|{form[: -len('y(?:e?s)?')]}ies)"
        case = form if term.case_sensitive else f"(?i:{form})"
        return rf"(?<![\w-])(?P<t{number}>{case})(?!\w)"

    @cached_property
    def kept(self) -> re.Pattern[str] | None:
        """Finds the terms that are never translated, in texts of the source."""
        forms = [self._form(n) for n, term in enumerate(self.terms) if term.do_not_translate]
        forms.sort(key=len, reverse=True)
        return re.compile("|".join(forms)) if forms else None

    def in_text(self, prose: str) -> tuple[int, ...]:
        """The numbers of the terms that a text has, each once, in their order.

        Args:
            prose: A source text without its code.
        """
        return _numbers(self._forms, prose) if self.terms else ()


@lru_cache(maxsize=65536)
def _numbers(forms: str, prose: str) -> tuple[int, ...]:
    """The numbers in the names of the forms that a text has; most texts of a book never change."""
    hits = re.finditer(forms, prose)
    return tuple(sorted({int((match.lastgroup or "t0")[1:]) for match in hits}))


@dataclass(frozen=True)
class LocalTerm:
    """One term as a locale says it."""

    term: Term
    locale: Locale

    @cached_property
    def right(self) -> re.Pattern[str] | None:
        """Finds the preferred and the allowed forms; None when the locale has none."""
        words = self.term.translations.get(self.locale.tag)
        return _pattern(map(self._stem, (words.preferred, *words.allowed))) if words else None

    @cached_property
    def wrong(self) -> re.Pattern[str] | None:
        """Finds the forbidden forms."""
        words = self.term.translations.get(self.locale.tag)
        return _pattern(map(self._exact, words.forbidden)) if words and words.forbidden else None

    @cached_property
    def kept(self) -> re.Pattern[str]:
        """Finds a term that is not translated, as it is."""
        form = r"[\s\u00a0-]+".join(map(re.escape, self.term.term.split()))
        ending = r"(?![A-Za-z0-9_])"
        if self.locale.language in _SUFFIXING:
            ending = r"(?:[^\W\d_]{0,3})(?![A-Za-z0-9_])"
        flags = 0 if self.term.case_sensitive else re.I
        return re.compile(rf"(?<![A-Za-z0-9_]){form}{ending}", flags)

    def _stem(self, form: str) -> str:
        if self.locale.language in _SPACELESS:
            return re.escape(folded(form, self.locale))
        words = [self._word(word) for word in folded(form, self.locale).split()]
        before = "" if self.locale.language in _COMPOUNDING else r"(?<!\w)"
        return before + r"\s+".join(words)

    def _word(self, word: str) -> str:
        if self.locale.language in _ROMANCE and word in _OF:
            return f"(?:{'|'.join(sorted(_OF))})"
        arabic = self.locale.script == "Arab" and not word.isascii()
        word = re.sub(r"^(?:ال|لل)(?=\w{2})", "", word) if arabic else word
        before = _ARABIC_BEFORE if arabic else ""
        if word.isascii() and self.locale.script != "Latn":
            return re.escape(word)
        if len(word) >= 5 and word[-2:].isalpha():
            return rf"{before}{re.escape(word[: max(4, len(word) - 2)])}\w*"
        return before + re.escape(word) + (r"\w{0,3}" if len(word) > 2 else "")

    def _exact(self, form: str) -> str:
        form = re.escape(folded(form, self.locale))
        return form if self.locale.language in _SPACELESS else rf"(?<!\w){form}\w{{0,2}}(?!\w)"

    def said(self, text: str) -> list[str]:
        """The preferred and allowed forms that a translation has, inflected as they stand there."""
        folded_text = folded(text, self.locale)
        return [match[0] for match in self.right.finditer(folded_text)] if self.right else []

    def missaid(self, prose: str) -> list[str]:
        """The forbidden forms that a translation has, where they are no part of a right one.

        Args:
            prose: The translation without its code.
        """
        if self.wrong is None:
            return []
        text = folded(prose, self.locale)
        rest = self.right.sub("\ufffc", text) if self.right else text
        return [match[0] for match in self.wrong.finditer(rest)]

    def form(self, found: str) -> str:
        """A form that was found, as the glossary writes it; in lower case where it is inflected."""
        words = self.term.translations.get(self.locale.tag)
        written = (words.preferred, *words.allowed, *words.forbidden) if words else ()
        forms = (self.term.term, *written) if self.term.do_not_translate else written
        by_folded = {folded(form, self.locale).casefold(): form for form in reversed(forms)}
        return by_folded.get(found.casefold(), found.casefold())


def _pattern(forms: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(sorted(set(forms), key=len, reverse=True)), re.I)


@dataclass(frozen=True)
class LocalTerms:
    """The whole glossary in one locale."""

    source: SourceTerms
    locale: Locale
    items: tuple[LocalTerm, ...] = field(init=False)

    def __post_init__(self) -> None:
        items = tuple(LocalTerm(term, self.locale) for term in self.source.terms)
        object.__setattr__(self, "items", items)

    def of(self, prose: str, catalog: str) -> list[LocalTerm]:
        """The terms that a source text has.

        Args:
            prose: The source text without its code.
            catalog: The name of the catalog it is in, or ``pages``.
        """
        found = [self.items[number] for number in self.source.in_text(prose)]
        return [item for item in found if not item.term.only_in or catalog in item.term.only_in]
