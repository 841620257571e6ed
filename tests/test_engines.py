"""Stamped pages are, byte for byte, what the builder makes of every page."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import copy_project, loaded, rebuild
from errbook.site import build, worker
from errbook.site.whole import Built
from reading import tree
from strategies import literals, sentences

pytestmark = [
    pytest.mark.slow,
    # The builder runs in this process; the style of its plugins is theirs.
    pytest.mark.filterwarnings("ignore"),
]

Files = Mapping[str, str]


def write(folder: Path, files: Files) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def difference(found: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> str:
    """The first file that is not the same in two trees, and how it differs; else nothing."""
    for name in sorted({*found, *wanted}):
        if found.get(name) != wanted.get(name):
            pages = (tree.get(name, b"").decode("utf-8", "replace") for tree in (found, wanted))
            lines = (re.sub(r"(?<=>)|(?=\{)", "\n", page).splitlines() for page in pages)
            differing = difflib.unified_diff(*lines, "found", "wanted", n=1, lineterm="")
            return "\n".join([name, *list(differing)[:30]])
    return ""


def both(folder: Path, **options: Any) -> dict[str, Built]:
    """What either engine did with a project, after their sites were found to be the same."""
    made, trees = {}, {}
    for engine in ("stamp", "full"):
        site = folder / f"site-{engine}"
        made[engine] = build.build(loaded(folder), site_dir=site, engine=engine, jobs=1, **options)
        assert made[engine].failures == []
        trees[engine] = tree(site)
    assert difference(trees["stamp"], trees["full"]) == ""
    assert (made["full"].stamped, made["full"].notes) == (0, [])
    assert made["stamp"].pages == made["full"].pages
    return made


# --- a book with every trap -----------------------------------------------------------------------

CONFIG = """\
site_name: Traps & "snares" <of> {name}
site_description: What `a | b` means & why.
site_url: https://traps.example/help/
docs_dir: source/pages
theme: {name: material}
plugins:
  - search
  - errbook:
      source_locale: en-US
      locales: {locales}
"""
PAGE = """\
---
title: Traps & "snares"
---

# Traps & "snares" { #start }

See [T001](errors/t001.md), [an index](errors/in/traps.md) and `a | b`.[^1]

[^1]: A note, <b>bold</b> & \\*plain\\*.
"""
TRAPS = r"""
catalog: traps
title: Traps & "snares" <b>
description: |
  About `a | b`[^note], {name}

  and *more*.
code_pattern: 'T\d{3}|[A-Z]-\d'
platforms: [windows, linux]
featured: [t001, a-b]
categories: {odd: 'Odd & "quoted" {name}', other: Other}
actions:
  ask: {cause: "Nobody knows {name}", fix: "Ask [them](link:them).[^note]"}
links:
  them: {url: "https://them.example/?a=1&b=2"}
  home: {url: "index.md#start"}
footnotes:
  note: |
    First, `a | b`.

    Then {name}
entries:
  T001:
    title: 'Say "no" & <b> to `a | b` {name}'
    cause: 'A path like `<path>` or \<path\> is lost at {name}'
    fix:
      - id: first
        text: 'Open "it" & wait {name}'
      - {use: ask}
      - |
        Type:

        ```text
        a | b <c> # {name}
        ```
    severity: fatal
    category: odd
    tags: ['a & b', '<tag>']
    aliases: [T901]
    identifiers: {exit-code: [1, 2], hresult: "0x80070005"}
    since: "1.10"
    see: [t002, a-b]
    messages:
      - text: "*no* _use_ <{host}> | `x` & \"y\" [a](b) \\ {n}"
        params: {host: {type: host, example: 'a&b.example', redact: true}, n: {type: literal}}
        summary: '*no* & <use>'
      - text: "# two\n- lines | and {{ braces }} {% raw %}"
    examples:
      - console: |
          run --a "<b>" | tee {c} # d

          again
        caption: Run `a | b`
      - console: run
    history:
      - {version: "1.10", change: added}
      - {version: "2 & 3", change: fix, note: 'A *note* {name}'}
  T002:
    cause: |
      | Name | Mark |
      | --- | --- |
      | a | `x \| y` |
      | b | {name} |
    fix: {same_as: t001}
    status: deprecated
    retired: {reason: 'Not "new" & {name}'}
    severity: warning
  T003:
    title: Same everywhere
    cause: See T001 and T002.
    variants:
      windows: {fix: 'Open "it".'}
      linux: {cause: 'No `sudo`.', fix: "Run `a | b`.[^note]"}
    category: other
  T004:
    title: Out of use
    cause: It was.
    fix: none
    status: retired
    retired: {in: "2.0", reason: Nobody prints it.}
    replaced_by: [t001, t002]
  T005: {status: reserved}
  T006:
    cause: LONG
    fix: "[Home](link:home)  \nand {name}"
    platforms: [linux]
    severity: info
  A-1: {id: a-b, cause: Beside a_b., fix: none, severity: success}
  A-2: {id: a_b, cause: Beside a-b., fix: none}
  A-3: {id: a, cause: Before both., fix: none}
  A-4: {id: a1, cause: Before it., fix: none}
  A-5: {id: a.b, cause: A dot., fix: none}
  no-code:
    code: none
    messages: [{text: "No code: `{`"}]
    cause: 漢字とかな、العربية.
    fix: {use: ask}
"""
SECOND = """
catalog: second
title: Second
entries:
  T001: {id: second-t001, title: The same code, cause: Another meaning., fix: Go on.}
  "505": {cause: Only a number., fix: none}
"""
LOCALES = "{fr-FR: {}, fr-CA: {fallback: [fr-FR]}, ar: {required: true}, ja-JP: {}, zh-Hant: {}}"


def config(locales: str = "{fr-FR: {}, ar: {}}", **changed: Any) -> str:
    """A configuration with other values for some of its keys."""
    data = yaml.safe_load(CONFIG.replace("{locales}", locales))
    return yaml.safe_dump({**data, **changed}, allow_unicode=True, sort_keys=False)


def traps(folder: Path, locales: str = "{fr-FR: {}, ar: {}}", **changed: Any) -> Path:
    long = " ".join(["Donaudampfschifffahrtsgesellschaft" * 4, "word & `code`"] * 40)
    write(
        folder,
        {
            "mkdocs.yml": config(locales, **changed),
            "source/pages/index.md": PAGE,
            "source/errors/traps.yml": TRAPS.replace("LONG", f"'{long}'"),
            "source/errors/second.yml": SECOND,
        },
    )
    for number, tag in enumerate(("fr-FR", "ar", "ja-JP")):
        translate(folder, tag, range(number, 1000))
    return folder


STATES = ("ok", "missing", "stale", "fuzzy", "blocked", "ok", "ok")


def translate(folder: Path, tag: str, states: range | list[int]) -> None:
    """Write a locale's files, in which texts are in all states."""
    words = {"fr-FR": "Voici\N{NO-BREAK SPACE}: ", "ar": "هنا ", "ja-JP": "ここ"}
    numbers = iter(states)
    for name, units in loaded(folder).units.items():
        blocks = ['msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n']
        for unit in units:
            state = STATES[next(numbers, 0) % len(STATES)]
            source, target = unit.text, words[tag] + unit.text
            flag = "#, fuzzy\n" * (state == "fuzzy")
            source = f"Once {source}" if state == "stale" else source
            target = f"{target} <script>x</script>" if state == "blocked" else target
            target = "" if state == "missing" else target
            said = [json.dumps(x, ensure_ascii=False) for x in (unit.context, source, target)]
            blocks.append("{}msgctxt {}\nmsgid {}\nmsgstr {}\n".format(flag, *said))
        write(folder, {f"locales/{tag}/{name}.po": "\n".join(blocks)})


OPTIONS: dict[str, dict[str, Any]] = {
    "every locale": {"locales": LOCALES},
    "no address": {"site_url": ""},
    "features of the theme": {
        "theme": {
            "name": "material",
            "features": "navigation.instant navigation.tabs navigation.footer navigation.indexes"
            " toc.integrate search.highlight content.action.edit".split(),
        },
        "plugins": [{"search": {"separator": r"[\s\-,:!=\[\]()\"`/]+|\.(?!\d)", "lang": "en"}}],
        "markdown_extensions": [{"toc": {"permalink": True}}, "md_in_html", "smarty", "abbr"],
    },
}
"""Configurations in which entries are stamped."""


def with_ours(options: Mapping[str, Any]) -> dict[str, Any]:
    """Options in which plugins stand beside ours."""
    if "plugins" not in options:
        return dict(options)
    locales = options.get("locales", "{fr-FR: {}, ar: {}}")
    ours = {"errbook": {"source_locale": "en-US", "locales": yaml.safe_load(locales)}}
    return {**options, "plugins": [*options["plugins"], ours]}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_book_with_every_trap_is_the_same_with_either_engine(tmp_path: Path, name: str) -> None:
    made = both(traps(tmp_path, **with_ours(OPTIONS[name])))["stamp"]
    assert (made.notes, made.stamped) == ([], 13 * len(made.coverage))


def test_a_cause_without_words_is_the_same_with_either_engine(tmp_path: Path) -> None:
    folder = traps(tmp_path, "{ar: {}}")
    path = folder / "source/errors/second.yml"
    causes = ("'![](https://them.example/a.png)'", "none", "'&nbsp;'", "'&#8203;'")
    entries = (f"  W{n}: {{cause: {cause}, fix: none}}\n" for n, cause in enumerate(causes))
    path.write_text(path.read_text("utf-8") + "".join(entries), "utf-8")
    assert both(folder)["stamp"].notes == []
    page = (tmp_path / "site-stamp/en-US/errors/w0/index.html").read_text("utf-8")
    assert '<meta name="description" content="W0">' in page


def test_the_shop_is_the_same_with_either_engine(tmp_path: Path) -> None:
    shop = copy_project(Path(__file__).parent / "projects/shop", tmp_path / "shop")
    made = both(shop)["stamp"]
    assert made.notes == []
    assert made.stamped > 0


def test_this_book_is_the_same_with_either_engine(project_dir: Path) -> None:
    config = project_dir / "mkdocs.yml"
    # Two locales show it: one from left to right, and one from right to left.
    pattern = r"(?m)^ +(de-DE|ja-JP|pt-BR|fr-FR): .*\n"
    config.write_text(re.sub(pattern, "", config.read_text("utf-8")), "utf-8")
    made = both(project_dir)["stamp"]
    assert made.notes == []
    assert made.stamped > 0


def test_a_large_book_has_one_short_document_for_each_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "LARGE", 1)
    both(traps(tmp_path, "{}"))
    for engine in ("stamp", "full"):
        site = tmp_path / f"site-{engine}" / "en-US"
        documents = json.loads((site / "search/search_index.json").read_text("utf-8"))["docs"]
        for entry in json.loads((site / "errors.json").read_text("utf-8"))["entries"]:
            own = f"errors/{entry['id']}/"
            (document,) = [d for d in documents if d["location"].partition("#")[0] == own]
            assert document["location"] == own
    (beside,) = [d for d in documents if d["location"] == "errors/a-b/"]
    assert "Beside a_b." in beside["text"]


# --- random books ---------------------------------------------------------------------------------

texts = st.one_of(sentences, literals)
entries = st.fixed_dictionaries(
    {"cause": sentences, "fix": st.one_of(st.just("none"), st.lists(sentences, min_size=1))},
    optional={
        "title": sentences,
        "severity": st.sampled_from(["info", "warning", "fatal"]),
        "tags": st.lists(literals, max_size=2),
        "since": literals,
        "messages": st.lists(st.fixed_dictionaries({"text": literals}), min_size=1, max_size=2),
        "examples": st.lists(st.fixed_dictionaries({"console": literals}), min_size=1, max_size=2),
        "history": st.just([{"version": "1", "change": "added"}]),
        "see": st.just(["r0"]),
    },
)


@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    books=st.lists(entries, min_size=2, max_size=4),
    states=st.lists(st.integers(0, len(STATES) - 1), max_size=30),
)
def test_a_random_book_is_the_same_with_either_engine(
    tmp_path_factory: pytest.TempPathFactory, books: list[dict[str, Any]], states: list[int]
) -> None:
    folder = tmp_path_factory.mktemp("random")
    catalog = {
        "catalog": "random",
        "links": {"name": {"url": "https://a.example/"}},
        "footnotes": {"note": "A note."},
        "entries": {f"R{number}": entry for number, entry in enumerate(books)},
    }
    source = yaml.safe_dump(catalog, allow_unicode=True, sort_keys=False, width=100_000)
    page = {"source/pages/index.md": "# Home\n", "mkdocs.yml": config("{ar: {}}")}
    write(folder, {**page, "source/errors/random.yml": source})
    translate(folder, "ar", states)
    assert both(folder)["stamp"].stamped == 2 * len(books)


# --- themes and plugins that change pages ---------------------------------------------------------

OVERRIDE = '{{% extends "base.html" %}}\n{}\n'


def title(shown: str) -> str:
    return OVERRIDE.format(f"{{% block htmltitle %}}<title>{shown}</title>{{% endblock %}}")


def below(shown: str) -> str:
    return OVERRIDE.format(f"{{% block content %}}{{{{ super() }}}}{shown}{{% endblock %}}")


MINUTES = "{% if page.content | wordcount > 300 %}<p>Take your time.</p>{% endif %}"
DIFFERENT = {
    "capitals": title("{{ page.title | upper }}"),
    "a cut title": title("{{ page.title | truncate(30) }}"),
    "a title's first letter": title("{{ (page.title or '')[:1] }}"),
    "a number": below("{{ page.content | length }}"),
    "what only long pages have": below(MINUTES),
    "what only retired codes have": below("{% if 'eb-retired' in page.content %}<hr>{% endif %}"),
    "no head": "<main>{{ page.content }}</main>\n",
    "no article": OVERRIDE.format("{% block container %}{{ page.content }}{% endblock %}"),
    "an article elsewhere too": below("<div hidden>{{ page.content | striptags }}</div>"),
}
"""Templates of a project's own that do with pages what stamping cannot follow."""
LIKE = {
    "nothing of its own": OVERRIDE.format(""),
    "a line below each page": below("<p>Ours: {{ config.site_name }}</p>"),
    "the title again": below("<p>{{ page.title }} {{ page.meta.description }}</p>"),
    "the address": below("<p>{{ page.canonical_url }} {{ page.file.src_path }}</p>"),
}
"""Templates of a project's own that stamping can follow."""
THEME = {"name": "material", "custom_dir": "overrides"}


@pytest.mark.parametrize("name", LIKE)
def test_a_theme_that_treats_all_pages_alike_is_stamped(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"overrides/main.html": LIKE[name]})
    made = both(traps(tmp_path, "{}", theme=THEME))["stamp"]
    assert (made.notes, made.stamped) == ([], 13)


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_theme_that_stamping_cannot_follow_gets_every_page_from_the_builder(
    tmp_path: Path, name: str
) -> None:
    write(tmp_path, {"overrides/main.html": DIFFERENT[name]})
    made = both(traps(tmp_path, "{}", theme=THEME))["stamp"]
    assert made.stamped == 0
    (note,) = made.notes
    assert note.startswith("en-US: not stamped, because ")


CODE = {
    "a hook": {"hooks": ["hook.py"]},
    "a plugin": with_ours({"plugins": ["search", "material/tags"]}),
}
"""What stamping is not tried beside."""
HOOK = "def on_page_content(html, **more):\n    return html.replace('Ask', 'ASK')\n"


@pytest.mark.parametrize("name", CODE)
def test_code_that_may_change_pages_gets_every_page_from_the_builder(
    tmp_path: Path, name: str
) -> None:
    write(tmp_path, {"hook.py": HOOK})
    made = both(traps(tmp_path, "{}", **CODE[name]))["stamp"]
    assert (made.notes, made.stamped) == ([], 0)


def test_a_page_that_becomes_different_is_never_stamped(tmp_path: Path) -> None:
    """What a theme does to long pages counts as soon as there is one, in that locale."""
    source = (
        "catalog: c\nentries:\n  C1: {cause: One., fix: none}\n  C2: {cause: Two., fix: none}\n"
    )
    unit = 'msgctxt "c2|cause"\nmsgid "Two."\nmsgstr "{}"\n'
    po = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n' + unit
    files = {
        "mkdocs.yml": config("{fr-FR: {}}", theme=THEME),
        "overrides/main.html": below(MINUTES),
        "source/pages/index.md": "# Home\n",
        "source/errors/c.yml": source,
    }
    write(tmp_path, {**files, "locales/fr-FR/c.po": po.format("Deux.")})
    assert (rebuild(tmp_path).stamped, rebuild(tmp_path).stamped) == (4, 4)
    for words, stamped in (("Deux mots. " * 200, 2), ("Deux autres mots. " * 200, 2), ("Deux.", 4)):
        write(tmp_path, {"locales/fr-FR/c.po": po.format(words.strip())})
        done = rebuild(tmp_path)
        assert (done.fresh, done.stamped) == (("fr-FR",), stamped)
        site = tmp_path / "fresh"
        assert build.build(loaded(tmp_path), site_dir=site, engine="full").ok
        assert difference(tree(tmp_path / "site"), tree(site)) == ""
