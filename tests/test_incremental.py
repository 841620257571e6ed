"""A build does again only what changed, and gives what a build from nothing would give."""

from __future__ import annotations

import math
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from conftest import LOCALES, copy_project, from_nothing, loaded, rebuild
from errbook import config, storage
from errbook.config import Settings
from errbook.site import build, runner, unchanged
from errbook.site.inputs import Inputs
from errbook.site.made import Facts, Made
from errbook.site.stage import Stage
from errbook.site.unchanged import Memory
from errbook.site.whole import Built
from reading import Site, tree

Change = Callable[[Path], None]


def edit(name: str, old: str, new: str) -> Change:
    """A change of one place in a file."""

    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def write(name: str, content: str) -> Change:
    """A new file, or one with other content."""

    def change(folder: Path) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")

    return change


def each(pattern: str, alter: Callable[[bytes], bytes]) -> Change:
    """A change of every file that a pattern finds."""

    def change(folder: Path) -> None:
        found = [path for path in folder.glob(pattern) if path.is_file()]
        assert found
        for path in found:
            path.write_bytes(alter(path.read_bytes()))

    return change


def data(name: str, alter: Callable[[Any], Any], kind: str = "kept") -> Change:
    """A change of what is kept of the last build, with the digest that it must have."""

    def change(folder: Path) -> None:
        found = list(folder.glob(f".errbook/{kind}-*/{name}"))
        assert found
        for path in found:
            storage.write_data(path, alter(storage.read_data(path)))

    return change


def manifest(name: str, alter: Callable[[Any], Any]) -> Change:
    """A change of what is remembered of a part of the site, likewise."""
    return data(f"{name}.json", alter, "published")


def new_part(file: str) -> Change:
    """A part of the site that no build made, with one file."""

    def change(folder: Path) -> None:
        for path in folder.glob(".errbook/published-*"):
            storage.write_data(path / "more.json", {"form": 1, "files": {file: ["0", 1, 1]}})

    return change


def cli(folder: Path, *arguments: str) -> int:
    """Run the command in a folder; returns its exit code."""
    command = [sys.executable, "-m", "errbook", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def both(first: Change, second: Change) -> Change:
    def change(folder: Path) -> None:
        first(folder)
        second(folder)

    return change


def delete(name: str) -> Change:
    return lambda folder: (folder / name).unlink()


CHANGES: dict[str, tuple[Change, set[str]]] = {
    "nothing": (lambda folder: None, set()),
    "a file that nothing is made from": (write("NOTES.txt", "later"), set()),
    "a file of others in the site": (write("site/fr-FR/downloads/list.txt", "mine"), set()),
    "a time only": (each("locales/fr-FR/*.po", bytes), set()),
    "one msgstr": (edit("locales/pt-BR/shop.po", '"Loja"', '"A loja"'), {"pt-BR"}),
    "a title that other pages link to": (
        edit("locales/fr-FR/shop.po", '"Le paiement est perdu"', '"Paiement & reçu perdus"'),
        {"fr-FR"},
    ),
    "a text of a page that the builder renders too": (
        edit("locales/fr-FR/shop.po", "Vérifiez la date", "Contrôlez la date"),
        {"fr-FR"},
    ),
    "an entry that becomes complete": (
        edit("locales/pt-BR/shop.po", '"Everything was paid."', '"All is paid."'),
        {"pt-BR"},
    ),
    "the first text that falls back": (
        edit("locales/fr-FR/till.po", '"Tirez plus fort."', '""'),
        {"fr-FR"},
    ),
    "a translation that is damaged": (
        edit("locales/fr-FR/till.po", '"Le tiroir est coincé."', '"Coincé. <script>x</script>"'),
        {"fr-FR"},
    ),
    "a comment of a translator": (
        edit("locales/fr-FR/shop.po", "\n#: source", "\n# vu\n#: source"),
        {"fr-FR"},
    ),
    "a locale file that is gone": (delete("locales/pt-BR/till.po"), {"pt-BR"}),
    "words of the interface": (
        write(
            "locales/ar/ui.po",
            'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
            'msgid "Cause"\nmsgstr "لماذا"\n',
        ),
        {"ar"},
    ),
    "a page that somebody deleted": (delete("site/ar/errors/shop001/index.html"), {"ar"}),
    "a page that somebody edited": (
        edit("site/fr-FR/index.html", "<body", "<body data-mine"),
        {"fr-FR"},
    ),
    "what is kept is damaged": (
        each(".errbook/kept-*/fr-FR/result.json", lambda data: data.replace(b"1", b"2")),
        {"fr-FR"},
    ),
    "what is kept is cut": (
        each(".errbook/kept-*/fr-FR/entries.json", lambda data: data[: len(data) // 2]),
        set(),
    ),
    "what is kept is cut, and wanted for what another locale changed": (
        both(
            each(".errbook/kept-*/pt-BR/component.json", lambda data: data[: len(data) // 2]),
            edit("locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir"),
        ),
        set(LOCALES),
    ),
    "what is kept is foreign": (
        each(".errbook/kept-*/*/result.json", lambda data: b"cos\nsystem\n(S'true'\ntR."),
        set(LOCALES),
    ),
    "what is kept of the entries is of another build": (
        data("fr-FR/entries.json", lambda found: {**found, "contents": "0" * 32}),
        set(),
    ),
    "what is kept of the entries lacks one": (
        data("fr-FR/entries.json", lambda found: {**found, "entries": {}}),
        set(),
    ),
    "a page above the locales that somebody deleted": (delete("site/e/shop001/index.html"), set()),
    "a page above the locales that somebody edited": (
        edit("site/404.html", "<body", "<body data-mine"),
        set(),
    ),
    "the manifest is lost": (
        each(".errbook/published-*/*.json", lambda data: b""),
        set(LOCALES),
    ),
    "the manifest of a locale is lost": (
        each(".errbook/published-*/pt-BR.json", lambda data: b""),
        {"pt-BR"},
    ),
    "the manifest of what stands above is cut": (
        each(".errbook/published-*/above.json", lambda data: data[: len(data) // 2]),
        set(),
    ),
    "the manifest of a locale is of another version": (
        manifest("ar", lambda found: {**found, "form": 0}),
        {"ar"},
    ),
    "the source": (
        edit("source/errors/till.yml", "The drawer is stuck", "The drawer does not open"),
        set(LOCALES),
    ),
    "a page of prose": (edit("source/pages/index.md", "or see ", "or look at "), set(LOCALES)),
    "the configuration": (edit("mkdocs.yml", "Shop errors", "Errors of the shop"), set(LOCALES)),
}
"""What is changed, and the locales that must be built for it."""


Sources = tuple[tuple[str, bytes], ...]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], tuple[Built, Site]]:
    """Builds a copy of a project from nothing, or gives what was made of the very same files."""
    made: dict[Sources, tuple[Built, Site]] = {}

    def build(folder: Path) -> tuple[Built, Site]:
        fresh = copy_project(folder, tmp_path_factory.mktemp("fresh") / "shop")
        sources = tuple(tree(fresh).items())
        if sources not in made:
            made[sources] = (rebuild(fresh, jobs=1), Site(fresh / "site"))
        return made[sources]

    return build


@pytest.mark.parametrize("name", CHANGES)
def test_only_what_changed_is_built_and_the_site_is_as_from_nothing(
    again: Path, whole: Callable[[Path], tuple[Built, Site]], name: str
) -> None:
    change, wanted = CHANGES[name]
    change(again)
    done = rebuild(again)
    assert set(done.fresh) == wanted
    assert [row.tag for row in done.coverage] == list(LOCALES)
    all_of_it, fresh = whole(again)
    assert set(all_of_it.fresh) == set(LOCALES)
    others = {"fr-FR/downloads/list.txt"}
    found = {name: data for name, data in tree(again / "site").items() if name not in others}
    assert found == tree(fresh.folder)
    assert (done.findings, done.coverage, done.pages) == (
        all_of_it.findings,
        all_of_it.coverage,
        all_of_it.pages,
    )


def entries(alter: Callable[[Any], Any]) -> Change:
    """A change of what is kept of each entry."""
    return data(
        "fr-FR/entries.json",
        lambda found: {**found, "entries": {n: alter(e) for n, e in found["entries"].items()}},
    )


HOSTILE: dict[str, Change] = {
    "entries: a list": data("fr-FR/entries.json", lambda found: [found]),
    "entries: a text": data("fr-FR/entries.json", lambda found: "entries"),
    "entries: nothing of an entry": entries(lambda entry: []),
    "entries: a number for links": entries(lambda entry: [entry[0], 1]),
    "above: a list": data("above.json", lambda found: [found]),
    "above: no files": data(
        "above.json", lambda found: {name: {**g, "files": {}} for name, g in found.items()}
    ),
    "above: files of others": data(
        "above.json",
        lambda found: {n: {**g, "files": {"../mkdocs.yml": "0"}} for n, g in found.items()},
    ),
    "result: other files": data(
        "fr-FR/result.json", lambda found: {**found, "contents": {"digest": "0", "files": [1]}}
    ),
    "result: no files": data("fr-FR/result.json", lambda found: {**found, "contents": 5}),
    "manifest: a list": manifest("ar", lambda found: [found]),
    "manifest: a list for files": manifest("ar", lambda found: {**found, "files": [1]}),
    "manifest: numbers": manifest("ar", lambda found: {**found, "files": {"ar/index.html": 7}}),
    "manifest: files of others": manifest(
        "ar", lambda found: {**found, "files": {"../mkdocs.yml": ["0", 1, 1], **found["files"]}}
    ),
    **{
        f"manifest: {name}": manifest(
            "ar", lambda found, f=file: {**found, "files": {**found["files"], **f}}
        )
        for name, file in {
            "a name that ends early": {"ar/a\0b": ["0", 1, 1]},
            "a name that no disk takes": {f"ar/{'a' * 5000}": ["0", 1, 1]},
            "a size without end": {"ar/a": ["0", math.inf, 1]},
        }.items()
    },
    "manifest: half a character": each(
        ".errbook/published-*/ar.json",
        lambda _: checked(b'{"form": 1, "files": {"ar/\\ud800": ["0", 1, 1]}}'),
    ),
    "manifest: of a part that never was": new_part("../source/errors/till.yml"),
    "result: no part": data("fr-FR/result.json", lambda found: {**found, "part": None}),
    "result: a part of numbers": data(
        "fr-FR/result.json", lambda found: {**found, "part": [1, 2], "names": 5}
    ),
    "anchors: others": data("fr-FR/anchors.json", lambda found: {"index.html": ["top"]}),
    "anchors: numbers": data("fr-FR/anchors.json", lambda found: dict.fromkeys(found, 7)),
    "shell: numbers": data("fr-FR/shell.json", lambda found: dict.fromkeys(found, 7)),
    **{
        f"shell: {name}": data("fr-FR/shell.json", lambda found, n=name, w=what: {**found, n: w})
        for name, what in {
            "index": {"docs": 5},
            "urls": [3],
            "pages": {"index.html": 7},
            "assets": {"404.css": 7},
            "facts": {"index.md": {"title": "", "meta": "", "anchors": [[1]]}},
            "stamps": [[["cause"], {"pieces": [1], "keys": [], "documents": [], "name": ""}]],
        }.items()
    },
    "what was checked: more than there is": each(
        ".errbook/kept-*/fr-FR/quiet", lambda found: checked(found[33:] + b"\0" * 7)
    ),
    "what was checked: of other checks": each(
        ".errbook/kept-*/fr-FR/quiet", lambda found: checked(b"\0" * 16 + found[49:])
    ),
    "what was checked: nothing": each(".errbook/kept-*/fr-FR/quiet", lambda found: checked(b"")),
    "nests too deep to be read": each(
        ".errbook/kept-*/fr-FR/entries.json", lambda _: checked(b"[" * 200_000)
    ),
}
"""What somebody may have written into `.errbook`, with the digests that it must have."""


def checked(content: bytes) -> bytes:
    """Bytes behind their digest."""
    with tempfile.TemporaryDirectory() as folder:
        storage.write_checked(Path(folder, "file"), content)
        return Path(folder, "file").read_bytes()


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_is_kept_the_site_is_as_from_nothing(
    again: Path, whole: Callable[[Path], tuple[Built, Site]], name: str
) -> None:
    HOSTILE[name](again)
    # In any case something of the locale is to be built again.
    edit("locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir")(again)
    rebuild(again)
    assert tree(again / "site") == tree(whole(again)[1].folder)


OPTIONS: tuple[dict[str, Any], ...] = (
    {"site_url": "http://localhost/"},
    {"site_url": "https://else.example/x/"},
    {"engine": "full"},
    {},
)


def test_no_option_leaves_anything_of_another(again: Path, tmp_path: Path) -> None:
    """Without an address pages are built for one that an option can name too."""
    edit("mkdocs.yml", "site_url: https://shop.example/help/\n", "")(again)
    rebuild(again)
    for number, options in enumerate(OPTIONS):
        rebuild(again, **options)
        fresh = from_nothing(again, tmp_path / str(number), **options)
        assert tree(again / "site") == tree(fresh.folder), options


def test_one_msgstr_rewrites_what_shows_it_and_nothing_else(again: Path) -> None:
    """A cause stands on its page, in the tables, in what search and programs read."""
    before = {path: path.stat().st_mtime_ns for path in (again / "site").rglob("*")}
    edit("locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir")(again)
    rebuild(again)
    site = again / "site"
    written = {
        path.relative_to(site).as_posix()
        for path in site.rglob("*")
        if path.is_file() and before.get(path) != path.stat().st_mtime_ns
    }
    page = {"fr-FR/errors/till001/index.html", "fr-FR/errors/till001.json"}
    shared = {
        "fr-FR/errors/in/till/index.html",
        "fr-FR/errors/lookup.json",
        "fr-FR/errors.json",
        "fr-FR/llms.txt",
        "fr-FR/search/search_index.json",
        "errors.sarif.json",
    }
    assert written == page | shared


def test_a_source_that_changes_while_it_is_loaded_is_built_next_time(
    again: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read before the change is never taken for what was made after it."""
    import conftest

    load = conftest.loaded

    def late(folder: Path) -> object:
        found = load(folder)
        # Somebody saves the file when it has been read.
        edit("source/errors/till.yml", "The drawer is stuck", "The drawer is jammed")(folder)
        return found

    edit("source/errors/till.yml", "The drawer is stuck", "The drawer is stuck fast")(again)
    monkeypatch.setattr(conftest, "loaded", late)
    rebuild(again)
    monkeypatch.setattr(conftest, "loaded", load)
    assert set(rebuild(again).fresh) == set(LOCALES)
    assert "jammed" in (again / "site/en-US/errors/till001/index.html").read_text("utf-8")


READERS = {
    "a snippet": "markdown_extensions:\n  - pymdownx.snippets: {auto_append: [more.md]}\n",
    "a snippet of a class": (
        "markdown_extensions:\n  - pymdownx.snippets:SnippetExtension: {auto_append: [more.md]}\n"
    ),
    "a hook": "hooks: [hook.py]\n",
}
"""What may put files into pages that errbook does not know of."""


@pytest.mark.parametrize("name", READERS)
def test_nothing_is_kept_where_a_build_may_read_other_files(again: Path, name: str) -> None:
    (again / "hook.py").write_text(
        "def on_page_content(html, **more):\n    return html + open('more.md').read()\n", "utf-8"
    )
    config_file = again / "mkdocs.yml"
    config_file.write_text(config_file.read_text("utf-8") + READERS[name], "utf-8")
    for words in ("before", "after"):
        (again / "more.md").write_text(f"what is read {words}\n", "utf-8")
        assert cli(again, "build") == 0
        assert f"what is read {words}" in (again / "site/fr-FR/index.html").read_text("utf-8")


def test_the_memory_of_a_build_is_of_what_is_published(again: Path) -> None:
    """Another build at the same time may publish after it, and be forgotten before it."""
    site, contents = again / "site", rebuild(again).published.contents
    memory = Memory("what it was made from", "pages", [], contents)
    unchanged.remember(again, site, memory)
    assert unchanged.recall(again, site, memory.fingerprint) == memory
    edit("locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir")(again)
    rebuild(again)
    for _ in range(2):
        assert unchanged.recall(again, site, memory.fingerprint) is None
        # It is remembered after the other one has published.
        unchanged.remember(again, site, memory)


def test_a_commit_dates_a_text_on_the_status_page(again: Path) -> None:
    def git(*arguments: str) -> None:
        who = ["-c", "user.name=Editor", "-c", "user.email=editor@example.org"]
        subprocess.run(["git", "-C", str(again), *who, *arguments], check=True, capture_output=True)

    (again / ".gitignore").write_text("site\n.errbook\n", "utf-8")
    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "Begin")
    edit("source/errors/till.yml", "The drawer is stuck", "The drawer is stuck fast")(again)
    page = again / "site/fr-FR/translation-status/index.html"
    dates = []
    for _ in range(2):
        assert cli(again, "build") == 0
        dates.append(page.read_text("utf-8").count("<time "))
        git("commit", "--quiet", "--all", "--allow-empty", "--message", "Change")
    assert dates[1] > dates[0]


def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, set[str]]]:
    """Is filled with the locale of each run of the builder and the pages that it renders, which are
    none where it renders them all.
    """
    ran: list[tuple[str, set[str]]] = []
    run = runner.run

    def told(made: Stage, builder: str, settings: Settings, known: Mapping[str, Facts]) -> Made:
        pages = {path.relative_to(made.docs).as_posix() for path in made.docs.rglob("*.md")}
        ran.append((made.locale.tag, pages - set(known) if known else set()))
        return run(made, builder, settings, known)

    monkeypatch.setattr(runner, "run", told)
    return ran


ENTRY_ONLY = {
    "a cause": (edit("locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir"), False),
    "a page of prose": (edit("locales/fr-FR/pages.po", '"Accueil"', '"Le début"'), True),
    "a page of the builder that somebody deleted": (delete("site/fr-FR/404.html"), False),
    "an asset of the theme that somebody deleted": (
        delete("site/fr-FR/assets/images/favicon.png"),
        True,
    ),
    "what is kept of the builder is damaged": (
        each(".errbook/kept-*/fr-FR/shell.json", lambda data: data.replace(b"urls", b"curls")),
        True,
    ),
}
"""What is changed in a locale, and whether the builder has to run for it."""


@pytest.mark.parametrize("name", ENTRY_ONLY)
def test_the_builder_runs_only_when_what_it_reads_has_changed(
    again: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    change, wanted = ENTRY_ONLY[name]
    change(again)
    # In any case something of the locale is to be built again.
    edit("locales/fr-FR/shop.po", "\n#: source", "\n# vu\n#: source")(again)
    ran = runs(monkeypatch)
    assert rebuild(again).fresh == ("fr-FR",)
    assert [tag for tag, _ in ran] == ["fr-FR"] * wanted


def test_a_file_that_was_never_published_is_not_taken_as_it_was_before(
    again: Path, tmp_path: Path
) -> None:
    """The builder copied a new picture, but the site was not published for a mistake elsewhere."""
    picture = "source/pages/assets/mark.svg"
    write(picture, "<svg>old</svg>")(again)
    rebuild(again)
    write(picture, "<svg>new</svg>")(again)
    wrong = edit("locales/fr-FR/till.po", "Le tiroir", "`Le tiroir`")
    wrong(again)
    settings, _ = config.load(again)
    assert settings is not None
    assert build.build(loaded(again), inputs=Inputs(settings), strict=True).failures
    # What was kept of the locales is not what was published, so all are built; shells are kept.
    rebuild(again)
    fresh = from_nothing(again, tmp_path / "fresh")
    assert tree(again / "site") == tree(fresh.folder)


def french(old: str, new: str) -> Change:
    """A change of a translation of the pages of prose."""
    return edit("locales/fr-FR/pages.po", f'msgstr "{old}', f'msgstr "{new}')


SHOWING = "[navigation.footer, navigation.indexes, navigation.path, navigation.tabs]"
"""What the theme can show of other pages."""
H1 = '#paying|h1"\nmsgid "Paying"\nmsgstr "'
PAY, START = "guides/pay.md", "index.md"
PROSE: dict[str, tuple[Change, set[str] | None]] = {
    "a cause": (edit("locales/fr-FR/till.po", "Le tiroir", "Le grand tiroir"), None),
    "a mark in the source": (edit("source/errors/till.yml", "is stuck.", "is stuck!"), None),
    "a paragraph": (french("Un paragraphe", "Un alinéa"), {PAY}),
    "a link's words": (french("Commencez par [le", "Commencez par [un"), {START}),
    "the words of a heading": (french("Cartes", "Les cartes & bons"), {PAY}),
    "the first heading, beside a title": (
        edit("locales/fr-FR/pages.po", f"{H1}Paiement", f"{H1}Le paiement"),
        {PAY},
    ),
    "an item": (french("Premier *élément*", "Premier *point*"), {PAY}),
    "a cell": (french('Or"', 'Or blanc"'), {PAY}),
    "the title of an admonition": (french("Fermé d’abord", "Replié"), {PAY}),
    "the title of a tab": (french('Windows"', 'Sous Windows"'), {PAY}),
    "a footnote": (french("La note de fin", "La note finale"), {PAY}),
    "a footnote that falls back": (french("La note finale.", ""), {PAY}),
    "the text of a picture": (french("![Le reçu]", "![Un reçu]"), {PAY}),
    "a title that others show": (french("Paiement", "Le paiement"), set()),
    "a description": (french("Trouvez ce", "Cherchez ce"), set()),
    "a new section": (edit(f"source/pages/{PAY}", "## Money", "## Cash\n\n## Money"), {PAY}),
    "a link to it": (edit(f"source/pages/{START}", "pay.md#cards", "pay.md#cash"), {START}),
    "a link to an entry": (
        edit(f"source/pages/{PAY}", "One paragraph", "See [it](../errors/shop001.md#fix)"),
        {PAY},
    ),
    "a section that is gone": (edit(f"source/pages/{PAY}", "## Money errors\n\n", ""), set()),
    "a page that search does not find any more": (
        edit(f"source/pages/{START}", "{ #top-of-all }", "{ #top-of-all data-search-exclude }"),
        {START},
    ),
    "two pages at once": (
        each("source/pages/**/*.md", lambda data: data + b"\nEnd.\n"),
        {PAY, START},
    ),
    "a new page": (write("source/pages/more.md", "# More\n\nAnd more.\n"), set()),
    "a page in the navigation": (
        edit("mkdocs.yml", "  - Guides", "  - more.md\n  - Guides"),
        set(),
    ),
    "its first heading, which the navigation shows": (
        edit("source/pages/more.md", "# More", "# *More* & `x<y`"),
        set(),
    ),
    "what follows it": (edit("source/pages/more.md", "And more", "That is all"), {"more.md"}),
    "what stands beside it": (french("Premier *point*", "Premier *élément*"), {PAY}),
    "the navigation": (edit("mkdocs.yml", "Pay: guides", "Paying: guides"), set()),
}
"""What is changed, one after the other, and the pages that alone must be rendered for it: none
where all of them must be, None where the builder does not even run.
"""


def without_others(folder: Path) -> Path:
    """The project with no other locale than French."""
    edit("mkdocs.yml", "        ar: {required: [shop, pages]}\n        pt-BR: {}\n", "")(folder)
    shutil.rmtree(folder / "locales/ar")
    shutil.rmtree(folder / "locales/pt-BR")
    return folder


def test_pages_that_changed_are_rendered_alone_and_the_site_is_as_from_nothing(
    shop_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = runs(monkeypatch)
    edit("mkdocs.yml", "name: material\n", f"name: material\n  features: {SHOWING}\n")(shop_dir)
    rebuild(without_others(shop_dir))
    whole = copy_project(shop_dir, tmp_path / "whole")
    for name, (change, rendered) in PROSE.items():
        change(shop_dir)
        change(whole)
        ran.clear()
        done = rebuild(shop_dir, jobs=1)
        wanted = {} if rendered is None else dict.fromkeys(done.fresh, rendered)
        assert dict(ran) == wanted, name
        for path in whole.glob(".errbook/kept-*/*/shell.json"):
            path.unlink()
        ran.clear()
        rebuild(whole, jobs=1)
        assert not any(pages for _, pages in ran)
        assert tree(shop_dir / "site") == tree(whole / "site"), name


def test_a_mistake_in_a_page_that_is_rendered_alone_is_said_as_it_always_is(
    shop_dir: Path, tmp_path: Path
) -> None:
    rebuild(without_others(shop_dir))
    whole = copy_project(shop_dir, tmp_path / "whole")
    found = []
    for folder in (shop_dir, whole):
        edit(f"source/pages/{START}", "pay.md#cards", "pay.md#purses")(folder)
        settings, _ = config.load(folder)
        assert settings is not None
        found.append(build.build(loaded(folder), inputs=Inputs(settings)).failures)
    assert found[0] == found[1]
    assert {failure.code for failure in found[0]} == {"EB501"}


SEEING = {
    "a template of the project's own": (
        "  name: material\n",
        "  name: material\n  custom_dir: own\n",
        "own/partials/footer.html",
        "{% for file in pages %}{{ file.page.toc | length }}{% endfor %}",
    ),
    "a template beside the pages": (
        "nav:\n",
        "extra_templates: [all.txt]\nnav:\n",
        "source/pages/all.txt",
        "{% for file in pages %}{{ file.page.content }}{% endfor %}",
    ),
    "a file of the theme that is a template": (
        "  name: material\n",
        "  name: material\n  custom_dir: own\n  static_templates: [all.txt]\n",
        "own/all.txt",
        "{% for file in pages %}{{ file.page.content }}{% endfor %}",
    ),
}
"""What may show anything of all pages in each: the setting, and the template."""


@pytest.mark.parametrize("name", SEEING)
def test_all_pages_are_rendered_where_a_template_may_show_them(
    shop_dir: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    setting, more, path, template = SEEING[name]
    edit("mkdocs.yml", setting, more)(without_others(shop_dir))
    write(path, template)(shop_dir)
    rebuild(shop_dir)
    ran = runs(monkeypatch)
    french("Un paragraphe", "Un alinéa")(shop_dir)
    rebuild(shop_dir)
    assert ran == [("fr-FR", set())]


def test_a_build_with_nothing_to_do_imports_nothing_that_builds(again: Path) -> None:
    assert cli(again, "build") == 0
    code = (
        "import sys; from errbook.cli import main\n"
        "try: main(['build'])\n"
        "except SystemExit: print(*sys.modules, file=sys.stderr)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, cwd=again, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Nothing changed: ")
    heavy = {"jinja2", "markdown_it", "mkdocs", "nh3", "polib", "rich", "errbook.project"}
    assert not heavy.intersection(done.stderr.split())
