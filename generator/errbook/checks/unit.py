"""Checks of one translation against its source; an error among them keeps it from being published.

A check is a generator function: it gets a `Pair` and yields a sentence for everything it finds.
What is compared are contents, not counts of markers, and missing is not extra: a translation may
add code marks, but it may not lose or change a command.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import nh3

from errbook import markdown
from errbook.checks import prose
from errbook.diagnostics import Diagnostic, Location, report
from errbook.extract import SourceUnit
from errbook.locales import Locale
from errbook.markdown import simple
from errbook.terms import LocalTerms


@dataclass(frozen=True)
class Pair:
    """A source unit and its translation."""

    source: SourceUnit
    target: str
    locale: Locale
    mentions: re.Pattern[str] | None = None
    """Finds the book's error codes in a text."""
    stored: str | None = None
    """The translation as its file has it; `target` is the same one trimmed and in NFC."""
    source_language: str = "en"
    terms: LocalTerms | None = None
    """The glossary's terms in this locale."""

    @property
    def written(self) -> str:
        """The translation to the letter, with the space at its ends."""
        return self.target if self.stored is None else self.stored

    @property
    def slot(self) -> str:
        """What the unit is of its owner, as in ``fix`` or ``title``."""
        return self.source.slot

    @cached_property
    def prose(self) -> str:
        """The translation with code, targets and tags hidden."""
        return prose.masked(self.target)

    @cached_property
    def source_prose(self) -> str:
        """The source, like `prose`."""
        return prose.masked(self.source.text)

    @cached_property
    def before(self) -> markdown.Inventory:
        return markdown.inventory(self.source.text)

    @cached_property
    def after(self) -> markdown.Inventory:
        return markdown.inventory(self.target)


def code_changed(pair: Pair) -> Iterator[str]:
    """Every command, path and identifier in backticks is in the translation, to the letter.

    Bad: Run `azcmagent connect`. → Exécutez `azcmagent connecter`.
    Good: Run `azcmagent connect`. → Exécutez `azcmagent connect`.
    """
    for text in pair.before.code - pair.after.code:
        near = [
            other for other in pair.after.code if other != text and sorted(other) == sorted(text)
        ]
        also = f"; `{near[0]}` has the same characters in another order" if near else ""
        yield f"`{text}` is missing or changed{also}"
    if pair.target.count("`") % 2 and not pair.source.text.count("`") % 2:
        yield "a backtick is not closed"


def link_changed(pair: Pair) -> Iterator[str]:
    """Links lead to the same targets; the locale inside an address may be the reader's own.

    Bad: [support](link:support) → [assistance](link:assistance)
    Good: [support](link:support) → [assistance](link:support)
    """
    before, after = _targets(pair.before.links), _targets(pair.after.links)
    for target in before - after:
        yield f"the link to {target} is missing"
    for target in after - before:
        yield f"the link to {target} is not in the source"


def _targets(links: Counter[str]) -> Counter[str]:
    found: Counter[str] = Counter()
    for target, count in links.items():
        normal = re.sub(
            r"(?<=[/.])[a-z]{2}(-[a-z]{2,4})?(?=/|\.wikipedia)", "*", target, flags=re.I
        )
        found[normal.rstrip("/")] += count
    return found


def footnote_changed(pair: Pair) -> Iterator[str]:
    """References to footnotes are the same, each as often.

    Bad: Check the policy.[^gpo] → Vérifiez la stratégie.
    Good: Check the policy.[^gpo] → Vérifiez la stratégie.[^gpo]
    """
    for label in pair.before.footnotes - pair.after.footnotes:
        yield f"the footnote [^{label}] is missing"
    for label in pair.after.footnotes - pair.before.footnotes:
        yield f"the footnote [^{label}] is not in the source"


def placeholder_changed(pair: Pair) -> Iterator[str]:
    """Declared placeholders are kept; other braces are text.

    Bad: Cannot reach {host}. → Impossible de joindre {hôte}.
    Good: Cannot reach {host}. → Impossible de joindre {host}.
    """
    for name in sorted(pair.source.placeholders):
        written = f"{{{name}}}"
        wanted, got = pair.source.text.count(written), pair.target.count(written)
        if wanted != got:
            yield f"{written} is there {got} times instead of {wanted}"


_SCHEME = re.compile(r"(?:java|vb|live)script:|data:(?!\s)", re.I)
_TEMPLATE = re.compile(r"\{[{%#]|-8<-|\$\{")
_VALUES = re.compile(r"\{[^}\n]*=")
"""An attribute list that gives values, as the builder reads it: whatever stands before them."""
_DEFINITION = re.compile(r"^[ \t>]*\*?\[[^\]\n]+\]:", re.M)
"""The target of a reference, a footnote or an abbreviation: it would work in the whole page."""


def unsafe_markup(pair: Pair) -> Iterator[str]:
    """A translation adds no HTML, no script, no attribute list and no template code.

    Whatever looks like a tag counts, in code too: two Markdown parsers need not agree on where code
    ends. The source's own tags must be there unchanged.

    Bad: Check the name. → Vérifiez le nom.<script>alert(1)</script>
    Good: Check the name. → Vérifiez le nom.
    """
    before, after = pair.before, pair.after
    for tag in after.tags - before.tags:
        unsafe = "" if nh3.clean(f"{tag}x").startswith(tag) else "unsafe "
        yield f"{unsafe}markup {tag} is not in the source"
    for tag in before.tags - after.tags:
        yield f"the markup {tag} is missing"
    for attributes in after.attributes - before.attributes:
        if re.search(r"[#.]", attributes):
            yield f"the attribute list {attributes} is not in the source"
    for pattern, form in (
        (_SCHEME, _address),
        (_TEMPLATE, str),
        (_VALUES, str),
        (_DEFINITION, str),
    ):
        found = pattern.findall(form(pair.target))
        if found:
            allowed = Counter(pattern.findall(form(pair.source.text)))
            yield from (f'"{written}" is not in the source' for written in Counter(found) - allowed)
    for character in sorted(set(pair.target) - set(pair.source.text)):
        if unicodedata.category(character) == "Cc" and character not in "\n\t":
            yield f"control character U+{ord(character):04X}"
        elif "\u202a" <= character <= "\u202e" or character in "\u2066\u2067\u2068\u2069\ufffd":
            yield f"U+{ord(character):04X} makes text read in another order than it is written"


def _address(text: str) -> str:
    """The text as a browser reads an address: without entities, escapes and control characters."""
    return re.sub(r"[\x00-\x1f\\]+", "", html.unescape(html.unescape(text)))


def block_shape(pair: Pair) -> Iterator[str]:
    """A translation is one block of the same kind: a paragraph does not become a list.

    Bad: Version 2 is required. → 2. Version erforderlich
    Good: Version 2 is required. → Version 2 ist erforderlich.
    """
    if pair.source.kind == "meta":
        if "\n" in pair.target and "\n" not in pair.source.text:
            yield "it has a line break, but stands on one line"
        return
    if pair.before.shape != pair.after.shape:
        yield (
            f"its Markdown reads as {_shape(pair.after.shape)}, "
            f"the source's as {_shape(pair.before.shape)}"
        )
    if pair.source.kind == "td" and re.search(r"(?<!\\)\|", pair.target):
        yield "a | in a table cell starts a new cell; write it as \\|"
    if pair.source.kind in ("h", "td", "t") and "\n" in pair.target:
        yield "it has a line break, but stands on one line"
    if pair.source.kind == "t" and '"' in pair.target:
        yield 'a " ends the title; use the quotation marks of the language'


def _shape(shape: tuple[str, ...]) -> str:
    names = [part.removesuffix("_open").replace("_", " ") for part in shape]
    return " + ".join(names) or "nothing"


def code_mention_changed(pair: Pair) -> Iterator[str]:
    """Error codes that the source mentions are in the translation, unchanged.

    Bad: See AZCM0016. → Voir AZCM016.
    Good: See AZCM0016. → Voir AZCM0016.
    """
    if pair.mentions is None:
        return
    before = Counter(pair.mentions.findall(pair.source.text))
    after = Counter(pair.mentions.findall(pair.target))
    for code in before - after:
        yield f"the code {code} is missing or changed"
    for code in after - before:
        yield f"the code {code} is not in the source"


@dataclass(frozen=True, slots=True)
class Check:
    """A check and the code of what it finds."""

    code: str
    find: Callable[[Pair], Iterator[str]]
    hint: str


CHECKS = (
    Check("EB311", code_changed, "Copy the text in backticks from the source."),
    Check("EB312", link_changed, "Keep the target in parentheses; translate the words only."),
    Check("EB313", footnote_changed, "Keep each [^label] beside the words it explains."),
    Check("EB314", placeholder_changed, "Keep the names in braces as they are."),
    Check("EB315", unsafe_markup, "Use the markup of the source, and no other."),
    Check(
        "EB316", block_shape, "Word it anew, or put a backslash before the mark, as in 2\\. or \\-."
    ),
    Check("EB317", code_mention_changed, "Copy the code from the source."),
)
"""The checks in the order in which they run and are listed."""


def run(pair: Pair, location: Location) -> Iterator[Diagnostic]:
    """All findings about one translation.

    Args:
        pair: The source and its translation.
        location: The place of the translation in its file.
    """
    if _surely_fine(pair):
        return
    checks = CHECKS if len(pair.target) <= MAX_LENGTH else (_TOO_LONG,)
    yield from found_by(checks, pair, location)


def found_by(checks: Iterable[Check], pair: Pair, location: Location) -> Iterator[Diagnostic]:
    """What some checks find in one translation.

    Args:
        checks: The checks, in the order of running.
        pair: The source and its translation.
        location: The place of the translation in its file.
    """
    for check in checks:
        for message in check.find(pair):
            yield say(check.code, pair, location, message, check.hint)


def say(code: str, pair: Pair, location: Location, message: str, hint: str) -> Diagnostic:
    """The diagnostic of a finding about one translation."""
    return report(
        code,
        location,
        f"{pair.source.context}: {message}",
        hint,
        locale=pair.locale.tag,
        context=pair.source.context,
        entry=pair.source.entry,
    )


MAX_LENGTH = 5_000
"""Characters of one translated block; a parser may take minutes for longer ones made to be slow."""


def _too_long(pair: Pair) -> Iterator[str]:
    yield f"it has {len(pair.target)} characters; one block may have {MAX_LENGTH}"


_TOO_LONG = Check("EB316", _too_long, "Shorten it: a block is one paragraph.")


def _surely_fine(pair: Pair) -> bool:
    """Whether a glance tells that no check can find anything; so it is with most pairs.

    Both texts are simple, and what must stay in them is the same, each as often.
    """
    source, target = pair.source.text, pair.target
    before, after = simple.parts(source), simple.parts(target)
    if before is None or after is None or pair.source.kind not in ("p", "meta"):
        return False
    if "{" in source or "{" in target or _kept(before) != _kept(after):
        return False
    # Colons in code and in targets are the source's own; others may make an address.
    if ":" in target and any(":" in text for kind, text, _ in after if kind in ("text", "link")):
        return False
    mentions = pair.mentions
    return mentions is None or _mentioned(mentions, source) == sorted(mentions.findall(target))


@lru_cache(maxsize=simple.CACHED)
def _mentioned(mentions: re.Pattern[str], source: str) -> list[str]:
    """The codes that a text of the source mentions: it is asked for in every locale."""
    return sorted(mentions.findall(source))


def _kept(parts: Sequence[simple.Part]) -> list[tuple[str, str]]:
    """What a translation keeps of the parts of a simple text."""
    kept: list[tuple[str, str]] = [
        (kind, target or text) for kind, text, target in parts if kind not in ("text", "strong")
    ]
    kept.sort()
    return kept
