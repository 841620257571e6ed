"""What mkdocs.yml says is read as it is written, and goes into derived configurations unharmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from mkdocs.utils.yaml import yaml_load

from errbook import config, configyaml, locales
from errbook.config import Settings
from errbook.diagnostics import Diagnostic, Location
from strategies import VISIBLE

OPTIONS = "site_name: Shop\nplugins:\n  - search\n  - errbook:\n"
"""The options of errbook follow, indented by six."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def _load(folder: Path, text: str | bytes, **inherited: str) -> tuple[Settings, list[Diagnostic]]:
    for name, content in {"mkdocs": text, **inherited}.items():
        data = content if isinstance(content, bytes) else content.encode()
        (folder / f"{name}.yml").write_bytes(data)
    settings, found = config.load(folder)
    return settings or Settings(folder), found


def _shown(found: list[Diagnostic]) -> list[str]:
    return [f"{finding.location} {finding.code} {finding.message}" for finding in found]


def _locales(settings: Settings) -> list[tuple[str, str, bool | frozenset[str], list[str]]]:
    return [
        (item.locale.tag, item.theme_language, item.required, [str(f) for f in item.fallback])
        for item in settings.locales
    ]


# --- what is fine ---------------------------------------------------------------------------------

FINE = {
    "no plugin at all": ("site_name: Shop\n", []),
    "a plugin without options": ("site_name: Shop\nplugins: [search, errbook]\n", []),
    "a plugin with no options said": ("plugins:\n  - errbook:\n", []),
    "plugins as a mapping": (
        "plugins: {search: {}, errbook: {locales: {fr: {}}}}\n",
        [("fr", "fr", False, [])],
    ),
    "Norwegian is no falsehood": (
        f"{OPTIONS}      locales:\n        no: {{required: true}}\n",
        [("no", "nb", True, [])],
    ),
    "a locale about which nothing is said": (
        f"{OPTIONS}      locales:\n        ar:\n        ja-JP: {{}}\n",
        [("ar", "ar", False, []), ("ja-JP", "ja", False, [])],
    ),
    "tags in any spelling": (
        f"{OPTIONS}      locales: {{pt_br: {{}}, zh-hant: {{}}, ZH-cn: {{}}}}\n",
        [
            ("pt-BR", "pt-BR", False, []),
            ("zh-Hant", "zh-Hant", False, []),
            ("zh-CN", "zh", False, []),
        ],
    ),
    "some catalogs": (
        f"{OPTIONS}      locales: {{fr-CA: {{required: [shop, pages], fallback: [fr-FR]}}}}\n",
        [("fr-CA", "fr", frozenset({"shop", "pages"}), ["fr-FR"])],
    ),
    "the source is no other locale": (
        f"{OPTIONS}      source_locale: fr\n      locales: {{fr: {{}}, en: {{}}}}\n",
        [("en", "en", False, [])],
    ),
    "merge keys": (
        f"x: &all {{required: true}}\n{OPTIONS}      locales: {{ar: {{<<: *all}}, he: *all}}\n",
        [("ar", "ar", True, []), ("he", "he", True, [])],
    ),
}


@pytest.mark.parametrize(("text", "expected"), FINE.values(), ids=FINE.keys())
def test_options_are_what_was_written(folder: Path, text: str, expected: list[Any]) -> None:
    settings, found = _load(folder, text)
    assert (_shown(found), _locales(settings)) == ([], expected)


def test_everything_has_a_default(folder: Path) -> None:
    settings, _ = _load(folder, "theme: material\n")
    assert settings == Settings(
        root=folder,
        mkdocs={"theme": "material"},
        source=folder / "source",
        translations=folder / "locales",
        pages=folder / "source" / "pages",
        site_dir=folder / "site",
        site_name="Errors",
        lines={"theme": 1},
    )


def test_every_option_can_be_set(folder: Path) -> None:
    options = {
        "source_locale": "de",
        "source": "quelle",
        "translations": "sprachen",
        "builder": "zensical",
        "edit_url": "https://example.org/{path}",
    }
    text = "site_url: https://example.org/a\ndocs_dir: d\nsite_dir: out\nsite_name: Läden 店\n"
    text += yaml.safe_dump({"plugins": [{"errbook": options}]})
    settings, _ = _load(folder, text)
    assert (
        str(settings.source_locale),
        settings.source_theme_language,
        settings.source,
        settings.translations,
        settings.builder,
        settings.edit_url,
        settings.site_url,
        settings.pages,
        settings.site_dir,
        settings.site_name,
    ) == (
        "de",
        "de",
        folder / "quelle",
        folder / "sprachen",
        "zensical",
        "https://example.org/{path}",
        "https://example.org/a/",
        folder / "d",
        folder / "out",
        "Läden 店",
    )


@pytest.mark.parametrize(
    ("repository", "edit"),
    [
        ("https://example.org/shop", ""),
        ("https://github.com/o/shop/", "https://github.com/o/shop/blob/HEAD/{path}#L{line}"),
        ("https://gitlab.com/o/shop", "https://gitlab.com/o/shop/-/blob/HEAD/{path}#L{line}"),
        (
            "https://codeberg.org/o/shop",
            "https://codeberg.org/o/shop/src/branch/main/{path}#L{line}",
        ),
    ],
)
def test_edit_links_follow_from_the_repository(folder: Path, repository: str, edit: str) -> None:
    settings, _ = _load(folder, f"repo_url: {repository}\n")
    assert settings.edit_url == edit


def test_a_locale_is_required_as_far_as_it_says(folder: Path) -> None:
    settings, _ = _load(
        folder,
        f"{OPTIONS}      locales: {{ar: {{required: true}}, fr: {{required: [shop]}}, ja: {{}}}}\n",
    )
    asked = [
        (str(item.locale), name)
        for item in settings.locales
        for name in ("shop", "till")
        if item.requires(name)
    ]
    assert asked == [("ar", "shop"), ("ar", "till"), ("fr", "shop")]
    assert [str(locale) for locale in settings.all_locales] == ["en-US", "ar", "fr", "ja"]
    assert settings.of(locales.parse("ja")) == settings.locales[2]
    assert settings.of(settings.source_locale).required is True


# --- what is wrong --------------------------------------------------------------------------------

_NOT_FINITE = (
    "mkdocs.yml:1:1 EB002 the YAML cannot be read:"
    " its aliases lead back to themselves, or multiply without end"
)
_BOMB = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))

BAD: dict[str, tuple[str | bytes, list[str]]] = {
    "nothing": ("", ["mkdocs.yml:1:1 EB002 it must be a mapping"]),
    "a list": ("- a\n", ["mkdocs.yml:1:1 EB002 it must be a mapping"]),
    "Latin-1": (b"site_name: caf\xe9\n", ["mkdocs.yml:1:1 EB002 it is not UTF-8"]),
    "a tab": (
        "a:\n\tb: c\n",
        [
            "mkdocs.yml:2:1 EB002 the YAML cannot be read:"
            " found character '\\t' that cannot start any token"
        ],
    ),
    "a null byte": (
        b"a: \0\n",
        [
            "mkdocs.yml:1:1 EB002 the YAML cannot be read:"
            " unacceptable character #x0000: special characters are not allowed"
        ],
    ),
    "a number that is none": (
        "a: 0x_\n",
        ["mkdocs.yml:1:1 EB002 a value cannot be read: invalid literal for int() with base 16: ''"],
    ),
    "a truth that is none": (
        "a: !!bool maybe\n",
        ["mkdocs.yml:1:1 EB002 a value cannot be read: 'maybe'"],
    ),
    "brackets without end": (
        f"a: {'[' * 5000}{']' * 5000}\n",
        ["mkdocs.yml:1:1 EB002 it nests too deep"],
    ),
    "an alias of itself": ("a: &a [*a]\n", [_NOT_FINITE]),
    "options that hold themselves": (f"{OPTIONS[:-1]} &a\n      locales: *a\n", [_NOT_FINITE]),
    "a billion laughs": (f"a0: &a0 lol\n{_BOMB}", [_NOT_FINITE]),
    "a mistyped option": (
        f"{OPTIONS}      locals: {{}}\n",
        ['mkdocs.yml:5:15 EB003 unknown option "locals"'],
    ),
    "an option of a locale": (
        f"{OPTIONS}      locales:\n        fr: {{require: true}}\n",
        ['mkdocs.yml:6:23 EB003 unknown option "locales.fr.require"'],
    ),
    "no truth": (
        f"{OPTIONS}      locales:\n        no: {{required: yes}}\n",
        ['mkdocs.yml:6:24 EB003 locales.no.required cannot be "yes"'],
    ),
    "a page that may be there": (
        f"{OPTIONS}      status_page: maybe\n",
        ['mkdocs.yml:5:20 EB003 status_page cannot be "maybe"'],
    ),
    "wrong forms": (
        f"{OPTIONS}      source: [a]\n      builder: hugo\n      locales:\n        de: [a]\n"
        "        fr: yes\n        ja: {fallback: fr, required: {a: b}}\n",
        [
            "mkdocs.yml:8:13 EB003 locales.de has the wrong form",
            "mkdocs.yml:9:13 EB003 locales.fr has the wrong form",
            "mkdocs.yml:10:38 EB003 locales.ja.required has the wrong form",
            "mkdocs.yml:10:24 EB003 locales.ja.fallback has the wrong form",
            "mkdocs.yml:5:15 EB003 source has the wrong form",
            'mkdocs.yml:6:16 EB003 builder cannot be "hugo"',
        ],
    ),
    "no options": (
        "plugins:\n  - errbook: fr\n",
        ["mkdocs.yml:2:14 EB003 errbook has the wrong form"],
    ),
    "unknown locales": (
        f"{OPTIONS}      locales:\n        xx: {{}}\n        ar: {{fallback: [he, qq]}}\n"
        "        kab: {}\n        ../fr: {}\n",
        [
            'mkdocs.yml:6:13 EB004 "xx" is not a locale that CLDR knows;'
            " a tag looks like fr-FR or zh-Hans",
            'mkdocs.yml:7:29 EB004 "qq" is not a locale that CLDR knows;'
            " a tag looks like fr-FR or zh-Hans",
            'mkdocs.yml:8:14 EB004 the theme does not speak "kab"',
            'mkdocs.yml:9:16 EB004 "../fr" is not a locale that CLDR knows;'
            " a tag looks like fr-FR or zh-Hans",
        ],
    ),
    "an unknown source": (
        f"{OPTIONS}      source_locale: english\n",
        [
            'mkdocs.yml:5:22 EB004 "english" is not a locale that CLDR knows;'
            " a tag looks like fr-FR or zh-Hans"
        ],
    ),
    "one locale in two spellings": (
        f"{OPTIONS}      locales:\n        fr_FR: {{}}\n        fr-FR: {{}}\n",
        ["mkdocs.yml:7:16 EB003 locales.fr-FR is there twice"],
    ),
    "no such file to inherit from": (
        "INHERIT: base.yml\n",
        ["base.yml:1:1 EB002 base.yml cannot be read: No such file or directory"],
    ),
    "inheriting from itself": (
        "INHERIT: mkdocs.yml\n",
        ["mkdocs.yml:1:1 EB002 INHERIT is no path, or leads back"],
    ),
    "inheriting from a list": (
        "INHERIT: [a.yml]\n",
        ["mkdocs.yml:1:1 EB002 INHERIT is no path, or leads back"],
    ),
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD.keys())
def test_what_is_wrong_is_found_at_its_place(
    folder: Path, text: str | bytes, expected: list[str]
) -> None:
    assert _shown(_load(folder, text)[1]) == expected


def test_a_folder_without_a_configuration_is_no_project(folder: Path) -> None:
    settings, found = config.load(folder)
    assert (settings, [finding.code for finding in found]) == (None, ["EB001"])
    assert "errbook init" in found[0].hint


HINTS = {
    "locales: {fr: {required: shop}}": "It is true, false, or a list such as [shop, pages].",
    "locals: {}": 'Did you mean "locales"?',
    "qqq: 1": f"Known: {', '.join(config.OPTIONS)}.",
    "builder: mkdoc": "It is 'mkdocs', 'properdocs' or 'zensical'.",
    "social_cards: entry": "It is 'locales' or 'entries'.",
    "locales: {fr: {fallbacks: [en]}}": 'Did you mean "fallback"?',
    "locales: [fr]": "It is a mapping.",
}


@pytest.mark.parametrize(("option", "hint"), HINTS.items(), ids=HINTS.keys())
def test_a_mistake_says_what_is_allowed(folder: Path, option: str, hint: str) -> None:
    (found,) = _load(folder, f"{OPTIONS}      {option}\n")[1]
    assert found.hint == hint


# --- INHERIT --------------------------------------------------------------------------------------


def test_what_is_inherited_is_merged_the_way_mkdocs_does_it(folder: Path) -> None:
    child = "INHERIT: base.yml\nsite_name: Kasse\nextra: {a: {y: 2}, list: [2]}\n"
    base = "INHERIT: deep.yml\nsite_name: Shop\nextra: {a: {x: 1, y: 1}, list: [1]}\n"
    settings, found = _load(folder, child, base=base, deep="nav: [a.md]\nsite_name: Deep\n")
    with (folder / "mkdocs.yml").open(encoding="utf-8") as stream:
        assert (found, settings.mkdocs) == ([], yaml_load(stream))


INHERITED = {
    "options of the other file only": (
        "INHERIT: base.yml\n",
        f"{OPTIONS}      locales: {{fr: {{}}}}\n",
        ["fr"],
    ),
    "a list takes the place of a list": (
        "INHERIT: base.yml\nplugins: [{errbook: {locales: {de: {}}}}]\n",
        f"{OPTIONS}      locales: {{fr: {{}}}}\n",
        ["de"],
    ),
    "a list without it takes it away": (
        "INHERIT: base.yml\nplugins: [search]\n",
        f"{OPTIONS}      locales: {{fr: {{}}}}\n",
        [],
    ),
    "mappings are merged": (
        "INHERIT: base.yml\nplugins: {errbook: {locales: {de: {}}}}\n",
        "plugins: {errbook: {locales: {fr: {}}}}\n",
        ["fr", "de"],
    ),
    "a mapping takes the place of a list": (
        "INHERIT: base.yml\nplugins: {errbook: {locales: {de: {}}}}\n",
        f"{OPTIONS}      locales: {{fr: {{}}}}\n",
        ["de"],
    ),
}


@pytest.mark.parametrize(("child", "base", "tags"), INHERITED.values(), ids=INHERITED.keys())
def test_options_are_inherited_with_the_plugins(
    folder: Path, child: str, base: str, tags: list[str]
) -> None:
    settings, found = _load(folder, child, base=base)
    assert (_shown(found), [str(item.locale) for item in settings.locales]) == ([], tags)


def test_a_mistake_in_an_inherited_file_is_found_there(folder: Path) -> None:
    found = _load(folder, "INHERIT: base.yml\n", base=f"{OPTIONS}      locals: {{}}\n")[1]
    assert _shown(found) == ['base.yml:5:15 EB003 unknown option "locals"']


# --- tags -----------------------------------------------------------------------------------------

ENV = {"EB_NAME": "Läden", "EB_TRUE": "true", "EB_EMPTY": ""}

TAGGED = {
    "!ENV EB_NAME": "Läden",
    "!ENV EB_NOWHERE": None,
    "!ENV [EB_NOWHERE, EB_NAME]": None,
    "!ENV [EB_NAME, Shop]": "Läden",
    "!ENV [EB_NOWHERE, EB_NAME, Shop]": "Läden",
    "!ENV [EB_NOWHERE, Shop]": "Shop",
    "!ENV [EB_NOWHERE, null]": None,
    "!ENV [EB_NOWHERE, '']": "",
    "!ENV [EB_NOWHERE]": None,
    "!ENV [EB_NAME]": "Läden",
}


@pytest.fixture
def env(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EB_NOWHERE", raising=False)
    for name, value in ENV.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("env")
@pytest.mark.parametrize("written", TAGGED)
def test_a_variable_of_the_environment_is_what_mkdocs_makes_of_it(
    folder: Path, written: str
) -> None:
    settings, _ = _load(folder, f"site_author: {written}\n")
    expected = yaml_load(f"site_author: {written}\n")["site_author"]
    assert configyaml.resolve(settings.mkdocs["site_author"]) == expected


@pytest.mark.usefixtures("env")
def test_options_and_addresses_may_come_from_the_environment(folder: Path) -> None:
    settings, found = _load(
        folder,
        "site_name: !ENV [EB_NOWHERE, Kasse]\nsite_url: !ENV [EB_NOWHERE, null]\nplugins:\n"
        "  - errbook:\n      source_locale: !ENV [EB_NOWHERE, de]\n"
        "      locales: {fr: {required: !ENV [EB_TRUE, false]}, ar: {required: !ENV [X, true]}}\n",
    )
    required = [(str(item.locale), item.required) for item in settings.locales]
    assert (_shown(found), settings.site_name, settings.site_url, str(settings.source_locale)) == (
        [],
        "Kasse",
        "",
        "de",
    )
    assert required == [("fr", True), ("ar", True)]


KEPT = """\
site_name: !ENV [EB_NOWHERE, 'Shop: "1"']
site_url: !ENV EB_NAME
docs_dir: !relative $config_dir
edit_uri: no
copyright: "no"
remote_name: 2026-01-01
extra:
  version: 1.10
  code: '0013'
  hex: 0x10
  "yes": [on, "off", ~, '']
  list: [!ENV A, !ENV [B, {c: 1}]]
  text: "a: b #c\\n店 عنوان"
markdown_extensions:
- pymdownx.emoji:
    emoji_index: !!python/name:material.extensions.emoji.twemoji
    emoji_generator: !!python/name:material.extensions.emoji.to_svg ''
- toc:
    slugify: !!python/object/apply:pymdownx.slugs.slugify
      kwds: {case: lower}
shared: &shared {a: !ENV X}
again: *shared
merged: {<<: *shared, b: 2}
"""


def _events(text: str) -> list[Any]:
    """A YAML text as its nodes: tags, values and structure, without styles and places."""

    def plain(node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return node.tag, [(plain(key), plain(value)) for key, value in node.value]
        if isinstance(node, yaml.SequenceNode):
            return node.tag, [plain(item) for item in node.value]
        return node.tag, node.value

    return [plain(node) for node in yaml.compose_all(text, Loader=yaml.SafeLoader)]


def test_a_dump_says_what_was_written_tags_included(folder: Path) -> None:
    settings, _ = _load(folder, KEPT)
    dumped = configyaml.dump(settings.mkdocs)
    (folder / "mkdocs.yml").write_text(dumped, encoding="utf-8")
    again = config.load(folder)[0]
    assert again is not None
    assert (_events(configyaml.dump(again.mkdocs)), configyaml.dump(again.mkdocs)) == (
        _events(dumped),
        dumped,
    )


@pytest.mark.usefixtures("env")
def test_mkdocs_reads_a_dump_as_it_reads_the_file(folder: Path) -> None:
    text = KEPT.replace("!relative $config_dir", "docs")
    # A date becomes a date in MkDocs; we keep its characters.
    text = "\n".join(
        line
        for line in text.split("\n")
        if "2026" not in line and "slugs" not in line and "kwds" not in line
    )
    settings, found = _load(folder, text)
    assert found == []
    assert yaml_load(configyaml.dump(settings.mkdocs)) == yaml_load(text)


_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False),
    st.sampled_from(["no", "yes", "~", "null", "0013", "1.10", "2026-01-01", "12:30", "!ENV X"]),
    st.text(VISIBLE | st.sampled_from("\n\t"), max_size=12),
)
_values = st.recursive(
    _scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(VISIBLE, max_size=6), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(VISIBLE, max_size=6), _values, max_size=4))
def test_a_dump_of_any_values_is_read_back_as_these_values(values: dict[str, Any]) -> None:
    assert yaml.safe_load(configyaml.dump(values)) == values


_TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            (
                *(": ", "\n", "  ", "- ", "[", "]", "{", "}", ", ", "&a ", "*a", "<<", "!!int "),
                *("!ENV ", "!!bool ", "!!set ", "!!binary ", "!x ", "? ", "=", "|\n", "'", '"'),
                *("plugins", "errbook", "locales", "INHERIT", "a", "0x_", "1:99", "~", "no", "é"),
            )
        ),
        max_size=14,
    ).map("".join),
    st.lists(
        st.sampled_from(["fr", "no", "{}", "[]", ": ", ", ", "required", "true", "{", "}", "*a"]),
        max_size=8,
    ).map(lambda parts: f"{OPTIONS}      locales: {''.join(parts)}\n"),
)


@given(_TEXTS)
@example("? !ENV [a]\n: b")
@example('INHERIT: "a\\0b"')
@example("INHERIT: !x a")
@example("= : 1")
@example("plugins: [{errbook: {? [a] : b}}]")
@example("plugins:\n  errbook: !ENV {a: b}")
@example("site_url: !x [y]\ndocs_dir: [a]\n")
def test_no_text_makes_the_reader_raise_and_every_place_exists(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    (folder / "mkdocs.yml").write_bytes(text.encode("utf-8", "surrogatepass"))
    found = config.load(folder)[1]
    # YAML counts more characters as line breaks than editors do.
    lines = len((text + "\n").splitlines()) + 1
    places = [finding.location for finding in found if finding.location.path == "mkdocs.yml"]
    assert [at for at in places if at > Location(at.path, lines, 10**6)] == []
