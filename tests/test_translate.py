"""A translation belongs to the text it was made from, and a reader sees the best there is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errbook import locales, translate
from errbook.diagnostics import Location
from errbook.extract import SourceUnit, owner_of
from errbook.locales import Locale
from errbook.model import Entry, Remedy, Text
from errbook.po import Message
from errbook.translate import Served, State, Translation
from strategies import WORDS, sentences

HERE = Location("source/errors/a.yml")
FR = locales.parse("fr-FR")
EN = locales.parse("en-US")


def unit(context: str, text: str, kind: str = "p") -> SourceUnit:
    return SourceUnit(context, text, kind, HERE)  # type: ignore[arg-type]


def matched(units: dict[str, str], *messages: Message) -> tuple[dict[str, str], list[str]]:
    """The translation that each context gets, and the translations that are left."""
    cut = [unit(context, text) for context, text in units.items()]
    found, left = translate.match(cut, messages)
    pairs = zip(units, found, strict=True)
    return {context: m.text for context, m in pairs if m is not None}, [m.text for m in left]


# --- matching -------------------------------------------------------------------------------------

MATCHES = {
    # Nothing is guessed: a text that resembles another one is not taken for it.
    "other-owner-same-text": ({"b|fix": "Retry."}, [("a|fix", "Retry.")], {}),
    "similar-text": ({"b|fix": "Retry now."}, [("a|fix", "Retry."), ("b|cause", "Retry")], {}),
    "empty-obsolete": ({"a|fix": "Retry."}, [("~a|fix", "Retry.", "")], {}),
    "as-it-was": ({"a|fix": "Retry."}, [("a|fix", "Retry.")], {"a|fix": "0"}),
    "paragraph-inserted": (
        {"a|fix": "New.", "a|fix/2": "One.", "a|fix/3": "Two."},
        [("a|fix", "One."), ("a|fix/2", "Two.")],
        {"a|fix/2": "0", "a|fix/3": "1"},
    ),
    "paragraph-removed": (
        {"a|fix": "Two."},
        [("a|fix", "One."), ("a|fix/2", "Two.")],
        {"a|fix": "1"},
    ),
    "blocks-swapped": (
        {"a|fix": "Two.", "a|fix/2": "One."},
        [("a|fix", "One."), ("a|fix/2", "Two.")],
        {"a|fix": "1", "a|fix/2": "0"},
    ),
    "moved-to-another-section": (
        {"page:a.md#new|p1": "証明書を確認します。"},
        [("page:a.md#old|p3", "証明書を確認します。")],
        {"page:a.md#new|p1": "0"},
    ),
    "slot-renamed": (
        {"a|fix@linux": "Retry.", "a|fix@windows": "Restart."},
        [("a|fix", "Retry.")],
        {"a|fix@linux": "0"},
    ),
    "text-changed": ({"a|fix": "Retry twice."}, [("a|fix", "Retry.")], {"a|fix": "0"}),
    "changed-beside-inserted": (
        {"a|fix": "New.", "a|fix/2": "One.", "a|fix/3": "Two, changed."},
        [("a|fix", "One."), ("a|fix/2", "Two."), ("a|fix/3", "Three.")],
        # Only its own place is left for the changed one; what else lost its source is nobody's.
        {"a|fix/2": "0", "a|fix/3": "2"},
    ),
    "same-text-twice": (
        {"a|fix": "Retry.", "a|fix/2": "Retry."},
        [("a|fix", "Retry."), ("a|fix/2", "Retry.")],
        {"a|fix": "0", "a|fix/2": "1"},
    ),
    "composed-and-decomposed": (
        {"a|fix": "Caf\u00e9."},
        [("a|other", "Cafe\u0301.")],
        {"a|fix": "0"},
    ),
    "living-before-obsolete": (
        {"a|fix": "Retry."},
        [("~a|fix", "Retry."), ("a|fix", "Retry.")],
        {"a|fix": "1"},
    ),
    "obsolete-comes-back": ({"a|fix": "Retry."}, [("~a|fix", "Retry.")], {"a|fix": "0"}),
    "translated-before-empty": (
        {"a|fix": "Retry."},
        [("a|fix", "Retry.", ""), ("a|fix", "Retry.")],
        {"a|fix": "1"},
    ),
}


@pytest.mark.parametrize(("units", "messages", "expected"), MATCHES.values(), ids=MATCHES)
def test_each_unit_finds_its_message(
    units: dict[str, str], messages: list[tuple[str, ...]], expected: dict[str, str]
) -> None:
    # A message is called by its number; `~` before a context says that it is obsolete.
    made = [
        Message(
            context.removeprefix("~"),
            source,
            *(text or [str(number)]),
            obsolete=context.startswith("~"),
        )
        for number, (context, source, *text) in enumerate(messages)
    ]
    found, left = matched(units, *made)
    assert found == expected
    assert sorted([*found.values(), *left]) == sorted(message.text for message in made)


contexts = st.builds(
    lambda owner, slot, number: f"{owner}|{slot}{number}",
    st.sampled_from(["a", "b", "page:x.md#s"]),
    st.sampled_from(["cause", "fix"]),
    st.sampled_from(["", "/2", "/3"]),
)
texts = st.sampled_from(["One.", "Two.", "証明書", "نص", "One"])


@given(
    st.dictionaries(contexts, texts),
    st.lists(
        st.builds(Message, contexts, texts, st.sampled_from(["", "x"]), obsolete=st.booleans())
    ),
)
def test_no_message_is_given_twice_lost_or_to_another_owner(
    units: dict[str, str], messages: list[Message]
) -> None:
    cut = [unit(context, text) for context, text in units.items()]
    found, left = translate.match(cut, messages)
    taken = [message for message in found if message is not None]
    assert sorted(map(id, [*taken, *left])) == sorted(map(id, messages))
    for each, message in zip(cut, found, strict=True):
        assert message is None or owner_of(message.context) == each.owner


# --- cosmetic changes -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        # A change that may change what is said is never cosmetic: its translation would be wrong.
        pytest.param("Do restart.", "Do not restart.", id="negation"),
        pytest.param("Restart it.", "Never restart it.", id="never"),
        pytest.param("It can fail.", "It can't fail.", id="contraction"),
        pytest.param("Wait 5 minutes.", "Wait 15 minutes.", id="number"),
        pytest.param("Version 1.5", "Version 15", id="point-in-number"),
        pytest.param("Wait 1,000 ms.", "Wait 1.000 ms.", id="thousands"),
        pytest.param("At -5 degrees.", "At 5 degrees.", id="minus"),
        pytest.param("Below 5%.", "Below 5.", id="per-cent"),
        pytest.param("It costs $5.", "It costs €5.", id="currency"),
        pytest.param("If a < b, wait.", "If a > b, wait.", id="comparison"),
        pytest.param("Written in C.", "Written in C++.", id="plus"),
        pytest.param("Written in C#.", "Written in C.", id="sharp"),
        pytest.param("See /etc/hosts.", "See etc hosts.", id="path"),
        pytest.param("Set my_name.", "Set my name.", id="underscore"),
        pytest.param("Log in.", "Login.", id="words-joined"),
        pytest.param("Run `a -x`.", "Run `a -X`.", id="code-case"),
        pytest.param("Run `a, b`.", "Run `a b`.", id="code-punctuation"),
        pytest.param("Run `a`.", "Run a.", id="code-mark"),
        pytest.param("[Ask](link:a).", "[Ask](link:A).", id="link"),
        pytest.param("[Ask](https://a.b/c).", "[Ask](https://a.b/c/).", id="link-slash"),
        pytest.param("Ask.[^a]", "Ask.[^A]", id="footnote"),
        pytest.param("Reach {host}.", "Reach {HOST}.", id="placeholder"),
        pytest.param("Reach {host}.", "Reach host.", id="placeholder-braces"),
        pytest.param("One two", "- One two", id="list"),
        pytest.param("A <b>c</b>", "A <B>c</B>", id="tag"),
        pytest.param("की", "का", id="vowel-sign"),
        pytest.param("再起動する。", "再起動しない。", id="japanese-negation"),
        pytest.param("أعد التشغيل", "لا تعد التشغيل", id="arabic-negation"),
    ],
)
def test_a_change_of_meaning_is_not_cosmetic(old: str, new: str) -> None:
    assert (translate.cosmetic(old, new), translate.cosmetic(new, old)) == (False, False)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("Same.", "Same.", id="same"),
        pytest.param("Restart the agent", "Restart the agent.", id="full-stop"),
        pytest.param("Wait, then retry.", "Wait; then retry!", id="punctuation"),
        pytest.param("Invalid tags", "Invalid Tags", id="case"),
        pytest.param("One  two", "One two", id="space"),
        pytest.param('Use "it".', "Use “it”.", id="quotation-marks"),
        pytest.param("Don't.", "Don’t.", id="apostrophe"),
        pytest.param("Wait...", "Wait…", id="ellipsis"),
        pytest.param("Exit code 13", "Exit code 13.", id="number-at-the-end"),
        pytest.param("Run `a -x`", "Run `a -x`.", id="beside-code"),
        pytest.param("再起動する", "再起動する。", id="japanese"),
        pytest.param("أعد التشغيل", "أعد التشغيل.", id="arabic"),
    ],
)
def test_a_change_of_form_is_cosmetic(old: str, new: str) -> None:
    assert (translate.cosmetic(old, new), translate.cosmetic(new, old)) == (True, True)


@given(sentences, st.sampled_from(WORDS), st.integers(0, 7))
def test_another_word_is_never_cosmetic(text: str, word: str, place: int) -> None:
    words = text.split(" ")
    longer = " ".join([*words[:place], word, *words[place:]])
    assert not translate.cosmetic(text, longer)


# --- states ---------------------------------------------------------------------------------------

SOURCE = "Run `azcmagent connect` again."
GOOD = "Réexécutez `azcmagent connect`."

STATES = {
    "no-message": (None, State.MISSING, False),
    "empty": (Message("a|fix", SOURCE), State.MISSING, False),
    "space-only": (Message("a|fix", SOURCE, " \n"), State.MISSING, False),
    "obsolete": (Message("a|fix", SOURCE, GOOD, obsolete=True), State.MISSING, False),
    "stale": (Message("a|fix", "Run `azcmagent connect`.", GOOD), State.STALE, False),
    "stale-and-fuzzy": (Message("a|fix", "Run it.", GOOD, fuzzy=True), State.STALE, False),
    "fuzzy": (Message("a|fix", SOURCE, GOOD, fuzzy=True), State.FUZZY, False),
    "cosmetic-and-fuzzy": (
        Message("a|fix", "run `azcmagent connect` again", GOOD, fuzzy=True),
        State.FUZZY,
        False,
    ),
    "blocked": (Message("a|fix", SOURCE, "Réexécutez `azcmagent`."), State.BLOCKED, False),
    "blocked-though-cosmetic": (
        Message("a|fix", "run `azcmagent connect` again", "Réexécutez."),
        State.BLOCKED,
        False,
    ),
    "cosmetic": (Message("a|fix", "run `azcmagent connect` again", GOOD), State.COSMETIC, True),
    "ok": (Message("a|fix", SOURCE, GOOD), State.OK, True),
    "ok-with-space-around": (Message("a|fix", SOURCE, f" {GOOD}\n"), State.OK, True),
}


@pytest.mark.parametrize(("message", "state", "shown"), STATES.values(), ids=STATES)
def test_the_state_of_a_unit(message: Message | None, state: State, shown: bool) -> None:
    messages = [message] if message else []
    found = translate.states([unit("a|fix", SOURCE)], messages, FR, "fr.po")["a|fix"]
    assert (found.state, found.state.shown) == (state, shown)
    assert (found.findings != ()) == (state is State.BLOCKED)


def test_a_blocked_unit_says_where_and_why() -> None:
    message = Message("a|fix", SOURCE, "Réexécutez `azcmagent`.", line=7)
    (finding,) = translate.states([unit("a|fix", SOURCE)], [message], FR, "fr.po")["a|fix"].findings
    assert (finding.code, finding.location, finding.message, finding.subject) == (
        "EB311",
        Location("fr.po", 7),
        "a|fix: `azcmagent connect` is missing or changed",
        (("locale", "fr-FR"), ("context", "a|fix"), ("entry", "")),
    )


def test_a_code_that_the_translation_lost_blocks_it() -> None:
    message = Message("a|fix", "See AZCM0016.", "AZCM016を参照。")
    found = translate.states(
        [unit("a|fix", "See AZCM0016.")],
        [message],
        locales.parse("ja"),
        "ja.po",
        re.compile(r"AZCM\d{4}"),
    )
    assert found["a|fix"].state is State.BLOCKED


# --- texts along the chain ------------------------------------------------------------------------

TEXT = Text("a", "fix", "Retry.\n\n- Then wait.", HERE)


def book(reader: str, source: str, explicit: str = "", **translations: str) -> Translation:
    """One text's translations: each locale has the words given for it, or nothing for ``-``."""
    tags = {name.replace("_", "-"): words for name, words in translations.items()}
    known = [locales.parse(tag) for tag in (source, reader, *tags)]
    locale, origin = locales.parse(reader), locales.parse(source)
    fallback = [locales.parse(tag) for tag in explicit.split()]
    chain = locales.chain(locale, fallback, known, origin)
    units = [unit(TEXT.context(i), each.text) for i, each in enumerate(TEXT.units)]
    states = {}
    for link in chain[:-1]:
        words = tags.get(link.tag, "").split("|")
        messages = [
            Message(each.context, each.text, text) for each, text in zip(units, words, strict=False)
        ]
        states[link] = translate.states(units, messages, link, f"{link}.po")
    return Translation(locale, chain, states)


CHAINS = {
    # A language in another script is another language to its readers.
    "never-simplified-for-traditional": (
        book("zh-Hant", "en-US", zh_Hans="重试。|等待。"),
        "Retry.\n\n- Then wait.",
        {0: "en-US", 1: "en-US"},
    ),
    "never-cyrillic-for-latin": (
        book("sr-Latn", "en-US", sr="Покушајте.|Чекајте."),
        "Retry.\n\n- Then wait.",
        {0: "en-US", 1: "en-US"},
    ),
    "its-own": (
        book("fr-FR", "en-US", fr_FR="Réessayez.|Attendez."),
        "Réessayez.\n\n- Attendez.",
        {},
    ),
    "another-region-without-a-badge": (
        book("fr-CA", "en-US", "fr-FR", fr_FR="Réessayez.|Attendez."),
        "Réessayez.\n\n- Attendez.",
        {},
    ),
    "its-own-before-another-region": (
        book("fr-CA", "en-US", "fr-FR", fr_CA="Recommencez.", fr_FR="Réessayez.|Attendez."),
        "Recommencez.\n\n- Attendez.",
        {},
    ),
    "the-language-without-a-region": (
        book("fr-CA", "en-US", fr="Réessayez.|Attendez."),
        "Réessayez.\n\n- Attendez.",
        {},
    ),
    "another-english-than-the-source": (
        book("en-GB", "en-US"),
        "Retry.\n\n- Then wait.",
        {},
    ),
    "a-related-language-with-a-badge": (
        book("ca", "en-US", "es", es="Reintente.|Espere."),
        "Reintente.\n\n- Espere.",
        {0: "es", 1: "es"},
    ),
    "each-unit-alone": (
        book("ar", "en-US", ar="أعد المحاولة."),
        "أعد المحاولة.\n\n- Then wait.",
        {1: "en-US"},
    ),
    "traditional-for-hong-kong": (
        book("zh-HK", "en-US", zh_Hant="重試。|等待。"),
        "重試。\n\n- 等待。",
        {},
    ),
    "the-source-itself": (book("en-US", "en-US"), "Retry.\n\n- Then wait.", {}),
}


@pytest.mark.parametrize(("translation", "text", "badges"), CHAINS.values(), ids=CHAINS)
def test_a_reader_gets_the_nearest_text(
    translation: Translation, text: str, badges: dict[int, str]
) -> None:
    found = translation.text(TEXT)
    back = found.fallen_back(translation.locale)
    assert (found.markdown, {i: served.locale.tag for i, served in back.items()}) == (text, badges)
    assert translation.satisfied([TEXT]) == (not badges)
    assert translation.remedy_fallen_back(Remedy((TEXT,))) == (len(badges) == 2)


def test_an_entry_is_complete_when_cause_and_fix_are() -> None:
    cause = Text("a", "cause", "It failed.", HERE)
    entry = Entry("a", "x", "A1", HERE, Remedy((cause,)), Remedy((TEXT,)))
    translation = book("fr-FR", "en-US", fr_FR="Réessayez.|Attendez.")
    assert not translation.is_complete(entry)
    assert translation.is_complete(
        Entry("a", "x", "A1", HERE, Remedy((TEXT,)), Remedy(()), title=cause)
    )


def test_what_is_served_tells_the_state_in_the_readers_own_locale() -> None:
    translation = book("fr-CA", "en-US", "fr-FR", fr_FR="Réessayez.|Attendez.")
    assert translation.served("a|fix", "Retry.") == Served("Réessayez.", FR, State.MISSING)
    assert translation.served("b|fix", "Retry.") == Served("Retry.", EN, State.MISSING)


@given(st.sampled_from(["fr-CA", "ar", "ja", "en-GB"]), st.lists(sentences, max_size=2))
def test_a_reader_never_gets_nothing(reader: str, words: list[str]) -> None:
    locale = locales.parse(reader)
    texts = [unit.text for unit in TEXT.units]
    messages = [
        Message(TEXT.context(i), source, text)
        for i, (source, text) in enumerate(zip(texts, words, strict=False))
    ]
    units = [unit(TEXT.context(i), text) for i, text in enumerate(texts)]
    states = {locale: translate.states(units, messages, locale, "x.po")}
    for index, served in enumerate(Translation(locale, (locale, EN), states).text(TEXT).units):
        own: Locale | None = locale if served.state.shown else None
        assert served.locale == (own or EN)
        assert served.text == (words[index] if own else texts[index])
