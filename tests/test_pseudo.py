"""Pseudo-locales: texts that look translated, sites made of them, and the texts that escaped."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

from conftest import SHOP, copy_project, errbook, loaded, once
from errbook import config, locales, markdown, pseudo
from errbook.checks import unit as checks
from errbook.cli import main
from errbook.diagnostics import Location, Severity
from errbook.extract import SourceUnit
from errbook.pseudo import HIDDEN, Keep
from errbook.pseudobook import with_pseudo_locales
from errbook.site import build, proof, visible
from reading import Site, tree
from strategies import documents, sentences

MENTIONS = re.compile(r"(?<![A-Za-z0-9_])AZCM\d{4}(?![A-Za-z0-9_])")
KEEP = pseudo.of([MENTIONS, re.compile(r"(?<![\w-])(?:Azure\s+Arc|azcmagent)(?!\w)"), None])
KINDS = ("p", "h", "li", "td", "fn", "meta")
TAGS = ("qps-ploc", "qps-plocm")


# --- texts ----------------------------------------------------------------------------------------

STAY = [
    "`azcmagent connect`",
    "[^note]",
    "5 %",
    "{host}",
    "%(count)s",
    "AZCM0013",
    "Azure Arc",
    "https://example.com/path",
    "1.2.3 – 4",
    "",
]


@pytest.mark.parametrize("text", STAY)
def test_a_text_without_words_stays(text: str) -> None:
    assert pseudo.unit(text, KEEP) == text
    assert pseudo.words(text, KEEP) == text


MADE = {
    "latin": ("Retry later.", "⟦Ŕééţŕý ļååţééŕ. öñé ţŵö⟧"),
    "one word": ("OK", "⟦ÖöĶ⟧"),
    "code": ("Run `azcmagent connect`.", "⟦Ŕûûñ `azcmagent connect`. öñé⟧"),
    "ticks in code": ("Type ``a ` b`` now", "⟦Ţýþéé ``a ` b`` ñööŵ öñé ţŵö⟧"),
    "link": ("See [the page](link:a_(b)).", "⟦Šééé [ţĥéé þååĝéé](link:a_(b)). öñé ţŵö⟧"),
    "title of a link": ('[it](x.md "All")', '⟦[îîţ](x.md "Ååļļ") öñé ţŵö⟧'),
    "reference": ("[it][page]", "⟦[îîţ][page]⟧"),
    "image": ("![A till](till.png)", "⟦![Åå ţîîļļ](till.png) öñé ţŵö⟧"),
    "address": ("<https://a.example/x> is up", "⟦<https://a.example/x> îîš ûûþ öñé⟧"),
    "note": ("Wait.[^days]", "⟦Ŵåîîţ.[^days] öñé⟧"),
    "placeholder": ("No answer from {host}.", "⟦Ñöö ååñšŵééŕ ƒŕööṁ {host}. öñé ţŵö⟧"),
    "format": ("%(count)s of %(all)s", "⟦%(count)s ööƒ %(all)s öñé⟧"),
    "percent": ("50 % off", "⟦50 % ööƒƒ öñé⟧"),
    "tag": ("Press <kbd>F1</kbd> twice", "⟦Þŕééšš <kbd>F1</kbd> ţŵîîçéé öñé ţŵö⟧"),
    "open tag at the end": ("if a <b", "⟦îîƒ åå öñé⟧ <b"),
    "entity": ("Tom &amp; Jo", "⟦Ţööṁ &amp; Ĵöö öñé⟧"),
    "attribute list": ("[a](b){ .wide }", "⟦[åå](b){ .wide }⟧"),
    "strong": ("**Never** do _it_", "⟦**Ñééṽééŕ** ðöö _îîţ_ öñé ţŵö⟧"),
    "hard break": ("One  \ntwo", "⟦Ööñéé  \nţŵöö öñé⟧"),
    "number before a dot": ("1. First", "1. ⟦Ƒîîŕšţ öñé⟧"),
    "escaped mark": ("2\\. Second", "⟦2\\. Šééçööñð öñé⟧"),
    "cell": ("a \\| b", "⟦åå \\| ƀ öñé⟧"),
    "abbreviation": ("*[PO]: a file", "*[PO]: ⟦åå ƒîîļéé öñé⟧"),
    "icon": ("Choose :material-menu: now", "⟦Çĥöööšéé :material-menu: ñööŵ öñé⟧"),
    "code mention": ("See AZCM0013 first", "⟦Šééé AZCM0013 ƒîîŕšţ öñé ţŵö⟧"),
    "term": ("Open Azure Arc now", "⟦Ööþééñ Azure Arc ñööŵ öñé⟧"),
    "file": ("Write a/mkdocs.yml anew", "⟦Ŵŕîîţéé a/mkdocs.yml ååñééŵ öñé⟧"),
    "identifier": ("Set code_pattern there", "⟦Šééţ code_pattern ţĥééŕéé öñé ţŵö⟧"),
    "japanese": ("証明書を更新します。", "⟦証明書を更新します。 öñé ţŵö⟧"),
    "japanese with code": ("`--tags` を確認", "⟦`--tags` を確認 öñé⟧"),
    "arabic": ("تحقق من الخادم.", "⟦تحقق من الخادم. öñé ţŵö ţĥŕéé⟧"),
    "hebrew": ("ראו AZCM0013.", "⟦ראו AZCM0013. öñé⟧"),
    "cyrillic": ("Сервер не отвечает", "⟦Сервер не отвечает öñé ţŵö ţĥŕéé⟧"),
}


@pytest.mark.parametrize(("source", "made"), MADE.values(), ids=MADE)
def test_the_words_of_a_text_are_accented_and_longer_and_nothing_else(
    source: str, made: str
) -> None:
    assert pseudo.unit(source, KEEP) == made


def _findings(source: str, kind: str) -> list[str]:
    """What the checks that can block a translation say of a pseudo-translation."""
    unit = SourceUnit("a|fix", source, kind, Location("a.yml"), placeholders=frozenset({"host"}))  # type: ignore[arg-type]
    target = pseudo.unit(source, KEEP)
    pair = checks.Pair(unit, target, locales.PSEUDO["qps-ploc"], MENTIONS)
    return [found.message for found in checks.run(pair, Location("a.po"))]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", [case[0] for case in MADE.values()], ids=MADE)
def test_no_check_blocks_it(source: str, kind: str) -> None:
    assert "\n" in source or _findings(source, kind) == []


@given(sentences, st.sampled_from(KINDS))
def test_no_check_blocks_any_sentence(source: str, kind: str) -> None:
    assert _findings(source, kind) == []


@given(documents)
def test_no_check_blocks_any_unit_of_a_page(page: object) -> None:
    for unit in markdown.units(page.text, "page"):  # type: ignore[attr-defined]
        assert _findings(unit.text, unit.kind) == []


MARKS = st.text(st.sampled_from("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ab\n1é証"), max_size=40)


@given(MARKS)
def test_whatever_markup_is_in_a_unit_is_kept(text: str) -> None:
    for unit in markdown.units(text, "page"):
        # What the source does itself is no damage.
        same = checks.Pair(
            SourceUnit("a|fix", unit.text, "p", Location("a.yml")),
            unit.text,
            locales.PSEUDO["qps-ploc"],
        )
        if not list(checks.run(same, Location("a.po"))):
            assert _findings(unit.text, "p") == []


@given(sentences)
def test_it_depends_on_the_text_alone(source: str) -> None:
    assert pseudo.unit.__wrapped__(source, KEEP) == pseudo.unit(source, KEEP)


@given(st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz  ,"), min_size=1, max_size=300))
def test_it_is_a_third_longer_at_least_and_not_without_measure(text: str) -> None:
    source = " ".join(text.split())
    assume(any(map(str.isalpha, source)))
    growth = (len(pseudo.words(source)) - len(source)) / len(source)
    assert growth >= 0.3 if len(source) > 8 else len(pseudo.words(source)) > len(source)
    assert growth <= 1.2 or len(source) < 20


# --- what no pseudo-translation has gone over -----------------------------------------------------

TRANSLATED = {
    "nothing": "",
    "numbers": "36 – 4/5 %",
    "one unit": "⟦Ŕééţŕý⟧",
    "units beside another": "⟦Åå⟧ / ⟦Ɓ⟧",
    "a unit in a unit": "⟦Şéé ⟦Ɓ⟧ ñöö⟧",
    "code": f"⟦Ŕûûñ {HIDDEN} ñööŵ⟧ {HIDDEN}",
    "isolated code": "⟦Ŕûûñ \u2066azcmagent connect\u2069 ñööŵ⟧",
    "isolated code that is cut": "⟦Ŕûûñ \u2066azcmagent con…",
    "cut": "⟦Ŕûûñ ñööŵ…",
    "a code before it": "AZCM0013: ⟦Ŕûûñ⟧",
    "a term": "⟦Ööþééñ Azure Arc⟧",
    "a term alone": "Azure Arc",
    "an address": "⟦Šéé⟧ https://example.com/a",
    "japanese": "⟦証明書 öñé⟧",
    "arabic": "⟦الخادم öñé⟧",
}


@pytest.mark.parametrize("shown", TRANSLATED.values(), ids=TRANSLATED)
def test_a_pseudo_translation_is_translated(shown: str) -> None:
    assert pseudo.untranslated(shown, KEEP) == []


UNTRANSLATED = {
    "a word": ("Home", ["Home"]),
    "a sentence": ("Made with love", ["Made with love"]),
    "beside a unit": ("⟦Åå⟧ by Jo", ["by Jo"]),
    "between units": ("⟦Åå⟧ and ⟦Ɓ⟧", ["and"]),
    "in a unit": ("⟦Ñöö ṽååļûéé: not set⟧", ["not set"]),
    "behind a unit that is closed twice": ("⟦Åå⟧⟧ Home", ["Home"]),
    "around code": (f"Run {HIDDEN} now", ["Run", "now"]),
    "accented without brackets": ("Šéé", ["Šéé"]),
    "japanese": ("ホーム", ["ホーム"]),
    "arabic": ("الرئيسية", ["الرئيسية"]),
    "hebrew in a line": ("⟦Åå⟧ בית", ["בית"]),
}


@pytest.mark.parametrize(("shown", "found"), UNTRANSLATED.values(), ids=UNTRANSLATED)
def test_a_text_that_escaped_is_found(shown: str, found: list[str]) -> None:
    assert pseudo.untranslated(shown, KEEP) == found


@given(sentences)
def test_nothing_of_a_rendered_unit_escapes(source: str) -> None:
    """Tags are shown as text in a field; the words between them are words."""
    page = f"<html lang=qps-ploc>{markdown.render(pseudo.unit(source, KEEP))}"
    assert [pseudo.untranslated(shown.text, KEEP) for shown in visible.texts(page)] in ([], [[]])


# --- what a reader sees of a page -----------------------------------------------------------------

SILENT = {
    "script": "<script>var a = 'Home';</script>",
    "style": "<style>p::before { content: 'Home' }</style>",
    "icon": "<svg><title>Home</title><text>Home</text></svg>",
    "code": "<code>Home</code><pre>Home</pre><kbd>Home</kbd><samp>Home</samp>",
    "declared": '<p translate="no">Home <b title="Home">Home</b></p>',
    "declared attribute": '<input translate="no" placeholder="Home">',
    "another language": '<p lang="fr-FR">Accueil <a title="Accueil">Accueil</a></p>',
    "name of a language": '<a href="/fr-FR/" hreflang="fr-FR">Français</a>',
    "comment": "<!-- Home -->",
    "other attributes": '<p class="home" id="home" data-md-component="home"></p>',
    "author": '<meta name="author" content="Jo"><meta name="viewport" content="width">',
    "data": '<p data-names="[&quot;home&quot;]" data-url="{ not JSON }"></p>',
    "settings": '<script type="application/json">{"base": "Home", "features": ["Home"]}</script>',
}


@pytest.mark.parametrize("written", SILENT.values(), ids=SILENT)
def test_what_is_no_text_of_the_page_is_not_read(written: str) -> None:
    assert visible.texts(f'<html lang="qps-ploc">{written}') == []


SEEN = {
    "block": ("<h1>Home</h1>", "h1", "Home"),
    "line": ("<p>Go <b>home</b> <code>x</code>.</p>", "p", f"Go home {HIDDEN}."),
    "break": ("<p>One<br>two</p>", "p", "One two"),
    "link": ("<li><a href=x>Home</a></li>", "li", "Home"),
    "title": ("<title>Home - Shop</title>", "title", "Home - Shop"),
    "button": ("<button>Copy</button>", "button", "Copy"),
    "hidden until a script shows it": ("<form hidden>Filter</form>", "form", "Filter"),
    "without scripts": ("<noscript>All</noscript>", "noscript", "All"),
    "name of an icon": ('<a aria-label="Home"></a>', "a aria-label", "Home"),
    "tooltip": ('<a title="Home"></a>', "a title", "Home"),
    "image": ('<img alt="A till">', "img alt", "A till"),
    "image in a unit": ('<p>⟦Šéé <img alt="till">⟧</p>', "img alt", "⟦till⟧"),
    "field": ('<input placeholder="Search">', "input placeholder", "Search"),
    "value of a button": ('<input type="reset" value="Clear">', "input value", "Clear"),
    "description": ('<meta name="description" content="All">', "meta description", "All"),
    "preview": ('<meta property="og:title" content="All">', "meta og:title", "All"),
    "words of a script": ('<p data-words=\'{"none": "Nothing"}\'></p>', "p data-words", "Nothing"),
    "word of a script": ('<form data-none="Nothing"></form>', "form data-none", "Nothing"),
    "words of the theme's script": (
        '<script type="application/json">{"translations": {"a": "Copy"}}</script>',
        "script",
        "Copy",
    ),
    "words of an inline script": (
        '<script>run([{"tag": "x", "words":{"home":"Home"}}]);</script>',
        "script",
        "Home",
    ),
    "linked data": (
        '<script type="application/ld+json">{"about": {"@type": "X", "name": "Tags"}}</script>',
        "linked data",
        "Tags",
    ),
    "fallback": (
        '<p><span class="eb-fallback" lang="en-US">Retry.</span></p>',
        "p",
        "Retry.",
    ),
}


@pytest.mark.parametrize(("written", "where", "text"), SEEN.values(), ids=SEEN)
def test_every_text_that_is_seen_or_heard_is_read(written: str, where: str, text: str) -> None:
    found = visible.texts(f'<html lang="qps-ploc">{written}')
    assert visible.Shown(text, where) in found


@given(st.text(st.sampled_from("<>/=\"' abp!-&;{}\n"), max_size=80))
def test_no_page_stops_the_reading(page: str) -> None:
    visible.texts(page)


# --- the locales ----------------------------------------------------------------------------------


def test_they_are_locales() -> None:
    found = {tag: locales.parse(tag) for tag in TAGS}
    assert {tag: (str(f), f.direction, f.name, f.is_pseudo) for tag, f in found.items()} == {
        "qps-ploc": ("qps-ploc", "ltr", "Pseudo", True),
        "qps-plocm": ("qps-plocm", "rtl", "Pseudo (mirrored)", True),
    }
    assert locales.parse("QPS_Ploc") == found["qps-ploc"]
    assert not locales.parse("ar").is_pseudo


def test_they_have_the_numbers_and_plurals_of_english_and_words_of_their_own() -> None:
    pseudo_locale, french = locales.parse("qps-ploc"), locales.parse("fr-FR")
    words = locales.interface(pseudo_locale)
    assert words.number(12345) == "12,345"
    assert words.listing(["a", "b", "c"]) == "a, b, c"
    assert locales.plural_forms(pseudo_locale) == locales.plural_forms(locales.parse("en"))
    assert french.language_name_in(pseudo_locale) == pseudo.words("French")


def test_no_configuration_names_them(tmp_path: Path) -> None:
    text = "plugins:\n  - errbook:\n      locales:\n        qps-ploc: {}\n"
    (tmp_path / "mkdocs.yml").write_text(text, "utf-8")
    _, found = config.load(tmp_path)
    assert [(f.location.line, f.code) for f in found] == [(4, "EB004")]
    assert "errbook build --pseudo" in found[0].hint


def test_every_text_is_translated_and_no_word_is_wanting() -> None:
    made = with_pseudo_locales(loaded(SHOP))
    for tag in TAGS:
        locale = locales.PSEUDO[tag]
        states = made.states[locale].values()
        assert {(s.state.value, s.findings) for s in states} == {("ok", ())}
        words = made.interface(locale)
        for one, *many in locales.interface_messages():
            said = [words.ngettext(one, m, n) for m in many for n in (1, 2)] or [words.gettext(one)]
            assert said == [pseudo.words(word) for word in (one, *many)]
        assert list(made.locale_findings(locale)) == []


# --- the site -------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def pseudo_dir(common: Path) -> Path:
    """The shop, built with the pseudo-locales into another folder than its own."""

    def make(folder: Path) -> None:
        done = errbook(copy_project(SHOP, folder), "build", "--pseudo", "--site-dir", "review")
        assert done.returncode == 0, done.stderr

    return once(common / "pseudo", make)


@pytest.fixture(scope="module")
def pseudo_site(pseudo_dir: Path) -> Site:
    return Site(pseudo_dir / "review")


@pytest.mark.slow
def test_a_normal_site_knows_nothing_of_them(shop_site: Site) -> None:
    for name, content in tree(shop_site.folder).items():
        assert "qps" not in name
        assert b"qps-" not in content, name
        assert "⟦".encode() not in content, name


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tag", "words"),
    [("en-US", "Made with"), ("fr-FR", "Réalisé avec"), ("ar", "أُنشئ باستخدام")],
)
def test_the_theme_says_in_every_language_what_it_is(shop_site: Site, tag: str, words: str) -> None:
    """The theme has this line in English only: the pseudo-locale found it."""
    assert f"{words} Material for MkDocs" in shop_site.page(f"{tag}/").body_lines


@pytest.mark.slow
@pytest.mark.parametrize(("tag", "direction"), [("qps-ploc", "ltr"), ("qps-plocm", "rtl")])
def test_a_site_has_every_page_in_pseudo(pseudo_site: Site, tag: str, direction: str) -> None:
    assert list(pseudo_site.pages(tag)) == list(pseudo_site.pages("en-US"))
    for url in pseudo_site.pages(tag):
        given = pseudo_site.page(f"{tag}/{url}").root.attributes
        assert (given["lang"], given["dir"]) == (tag, direction), url
    page = pseudo_site.page(f"{tag}/errors/shop001/")
    assert pseudo.words("Cause") in page.article_text
    assert json.dumps(pseudo.words("Copy to clipboard")) in page.scripts
    assert pseudo.words("Search") in page.html
    assert 'class="eb-fallback"' not in page.html
    assert pseudo.words("Page not found") in pseudo_site.text(f"{tag}/404.html")
    assert any("⟦" in item["title"] for item in pseudo_site.search(tag))


@pytest.mark.slow
def test_the_switch_and_the_pages_above_the_locales_lead_to_them(pseudo_site: Site) -> None:
    assert re.search(
        r'hreflang="qps-plocm"[^>]*>\s*Pseudo \(mirrored\)', pseudo_site.text("fr-FR/index.html")
    )
    assert '<a href="qps-ploc/"' in pseudo_site.text("index.html")
    assert pseudo.words("Choose your language") in pseudo_site.text("index.html")


@pytest.mark.slow
def test_nothing_is_written_into_the_project(pseudo_dir: Path) -> None:
    assert tree(pseudo_dir / "locales") == tree(SHOP / "locales")
    assert tree(pseudo_dir / "source") == tree(SHOP / "source")
    assert not (pseudo_dir / "site").exists()


@pytest.mark.slow
def test_both_engines_write_the_same_bytes(pseudo_dir: Path) -> None:
    made = with_pseudo_locales(loaded(pseudo_dir))
    built = build.build(made, site_dir=pseudo_dir / "full", engine="full")
    assert built.failures == []
    assert built.stamped == 0
    assert tree(pseudo_dir / "full") == tree(pseudo_dir / "review")


@pytest.mark.slow
def test_the_next_normal_build_takes_them_away(shop_dir: Path, shop_site: Site) -> None:
    command = ["-f", str(shop_dir / "mkdocs.yml"), "build"]
    for options in ([], ["--pseudo"]):
        assert CliRunner().invoke(main, [*command, *options]).exit_code == 0
    # Every page leads to them: those of the other locales were built again too.
    assert 'href="/help/qps-ploc/"' in (shop_dir / "site/en-US/index.html").read_text("utf-8")
    assert CliRunner().invoke(main, command).exit_code == 0
    assert tree(shop_dir / "site") == tree(shop_site.folder)


# --- the proof ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_text_of_the_shop_escapes(shop_dir: Path) -> None:
    proved = proof.prove(loaded(shop_dir))
    assert proved.findings == []
    assert proved.pages > 20
    assert not (shop_dir / "site").exists()
    assert not list((shop_dir / ".errbook" / "stage").glob("qps-*"))


@pytest.mark.slow
def test_no_text_of_this_very_book_escapes(project_dir: Path) -> None:
    done = CliRunner().invoke(main, ["-f", str(project_dir / "mkdocs.yml"), "check", "--pseudo"])
    assert (done.exit_code, done.stdout) == (0, "No problems found.\n")
    assert re.fullmatch(r"Read \d{3,} pages of the pseudo-translation\.\n", done.stderr)


SOURCES = {
    "ja-JP": (
        "設定の誤り",
        "`app.yml` がないか、構文が正しくありません。",
        "`app check` を実行します。",
        "はじめに",
        "エラーの**一覧**です。",
    ),
    "ar": (
        "خطأ في الإعداد",
        "الملف `app.yml` مفقود.",
        "شغّل `app check`.",
        "البداية",
        "هذه **قائمة** الأخطاء.",
    ),
    "fr-FR": (
        "Configuration illisible",
        "Le fichier `app.yml` manque.",
        "Exécutez `app check`.",
        "Bienvenue",
        "Voici la **liste** des erreurs.",
    ),
}
"""Title, cause and fix of an entry, heading and paragraph of a page, by the source's locale."""


@pytest.mark.slow
@pytest.mark.parametrize("tag", SOURCES)
def test_a_source_in_any_script_is_proved(tmp_path: Path, tag: str) -> None:
    title, cause, fix, heading, paragraph = SOURCES[tag]
    files = {
        "mkdocs.yml": (
            f"site_name: {title}\ndocs_dir: source/pages\ntheme: {{name: material}}\n"
            f"plugins:\n  - search\n  - errbook: {{source_locale: {tag}}}\n"
        ),
        "source/errors/app.yml": (
            f"catalog: app\ntitle: {title}\ncode_pattern: 'APP\\d+'\nentries:\n"
            f"  APP1: {{title: {title}, cause: '{cause}', fix: '{fix}'}}\n"
        ),
        "source/pages/index.md": f"# {heading}\n\n{paragraph}\n\n<p>{paragraph}</p>\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    found = proof.prove(loaded(tmp_path)).findings
    # The last paragraph is HTML, of which nothing is extracted.
    assert [(f.code, str(f.location)) for f in found] == [("EB506", "source/pages/index.md:3:1")]
    assert paragraph in found[0].message


ESCAPED = {
    # what it says: (file, what is added, the place that is named, where it is seen)
    "Call the support desk": (
        "overrides/main.html",
        '{% extends "base.html" %}\n'
        "{% block announce %}Call the <b>support</b> desk{% endblock %}\n",
        "overrides/main.html:2",
        "div of qps-plocm/404.html and ",
    ),
    "Receipts": (
        "overrides/partials/top.html",
        '<a href="#" aria-label="Receipts"></a>\n',
        "overrides/partials/top.html:1",
        "a aria-label of qps-plocm/",
    ),
    "How a till answers": (
        "source/pages/index.md",
        '\n```text title="How a till answers"\nOK\n```\n',
        "source/pages/index.md:",
        "div of qps-plocm/index.html",
    ),
    "Ring twice": (
        "source/pages/guides/pay.md",
        "\n<div><p>Ring twice</p></div>\n",
        "source/pages/guides/pay.md:",
        "p of qps-plocm/guides/pay/index.html",
    ),
    "What is here": (
        "mkdocs.yml",
        "\nmarkdown_extensions: [toc: {title: What is here}]\nrepo_name: shop/till\n",
        "mkdocs.yml:",
        "label of qps-plocm/",
    ),
}
"""Texts that no translator gets, each put into the shop somewhere else."""


@pytest.mark.slow
def test_a_text_that_escapes_is_named_with_its_page_and_where_it_comes_from(shop_dir: Path) -> None:
    for name, written, _, _ in ESCAPED.values():
        path = shop_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if path.exists() else ""
        path.write_text(before + written, "utf-8")
    configured = (shop_dir / "mkdocs.yml").read_text("utf-8")
    configured = configured.replace(
        "  name: material\n",
        "  name: material\n  custom_dir: overrides\n  features: [navigation.top]\n",
    )
    (shop_dir / "mkdocs.yml").write_text(configured, "utf-8")
    found = proof.prove(loaded(shop_dir)).findings
    assert {(f.code, f.severity) for f in found} == {("EB506", Severity.ERROR)}
    told = {f.message.split('"')[1]: f for f in found}
    assert told.keys() == ESCAPED.keys()
    for text, (_, _, place, where) in ESCAPED.items():
        assert str(told[text].location).startswith(place)
        assert where in told[text].message


@pytest.mark.slow
def test_the_command_fails_and_names_it(shop_dir: Path) -> None:
    page = shop_dir / "source/pages/index.md"
    page.write_text(page.read_text("utf-8") + "\n<div><p>Ring twice</p></div>\n", "utf-8")
    options = ["-f", str(shop_dir / "mkdocs.yml"), "check"]
    assert CliRunner().invoke(main, options).exit_code == 0
    done = CliRunner().invoke(main, [*options, "--pseudo"])
    assert done.exit_code == 1
    assert 'EB506 "Ring twice" is shown in every language alike' in done.stdout


@pytest.mark.slow
def test_what_the_builder_complains_about_is_told(shop_dir: Path) -> None:
    page = shop_dir / "source/pages/index.md"
    page.write_text(page.read_text("utf-8") + "\n[away](nowhere.md)\n", "utf-8")
    found = proof.prove(loaded(shop_dir)).findings
    assert {f.code for f in found} == {"EB501"}


def test_the_words_that_stay_are_found_in_pages_too() -> None:
    assert pseudo.untranslated("Azure Arc", Keep()) == ["Azure Arc"]
    assert pseudo.untranslated("Azure Arc", KEEP) == []
