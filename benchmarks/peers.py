"""Writes the pages of the synthetic book for other generators, as their users would write them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from book import CATEGORIES, LOCALES, Code, Sentence, codes

HEADINGS = ("Cause", "Fix", "Messages", "Examples", "Related")
EXTENSIONS = """markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - tables
  - pymdownx.details
  - pymdownx.superfences
  - pymdownx.tabbed: {alternate_style: true}
"""


def _say(sentences: list[Sentence], tag: str) -> str:
    text = " ".join(sentence.say(tag) for sentence in sentences)
    return text.replace("link:guide", "https://docs.example.net/guide")


def _fix(code: Code, tag: str, tabs: bool) -> Iterator[str]:
    if not code.variants:
        for number, slot in enumerate(("fix/check", "fix/repair", "fix/retry"), 1):
            yield f"{number}. {_say(code.texts[slot], tag)}"
        return
    for platform in ("linux", "windows"):
        text = _say(code.texts[f"fix@{platform}"], tag)
        if tabs:
            yield from (f'=== "{platform.title()}"', "", f"    {text}", "")
        else:
            yield from (f"**{platform.title()}**", "", text, "")


def page(code: Code, tag: str, link: str, *, tabs: bool = True) -> str:
    """One entry as Markdown; ``link`` is the form of a link to another entry."""
    title = _say(code.texts["title"], tag).rstrip(".。")
    cause = _say(code.texts["cause"], tag) + ("[^limits]" if code.number % 5 == 0 else "")
    lines = ["---", f"title: {json.dumps(f'{code.name}: {title}', ensure_ascii=False)}"]
    lines += [f"description: {json.dumps(re.sub('[`*]', '', cause[:150]), ensure_ascii=False)}"]
    lines += ["---", "", f"# `{code.name}` {title}", ""]
    lines += [f"{CATEGORIES[code.number % 5]} · exit-code {code.number % 251}", ""]
    lines += ["## Cause", "", cause, "", "## Fix", "", *_fix(code, tag, tabs), ""]
    if code.message:
        lines += ["## Messages", "", "```", code.message, "```", ""]
    if code.example:
        lines += ["## Examples", "", "```console", code.example, "```", ""]
    if code.see:
        lines += ["## Related", ""]
        lines += [f"- [BNCH{n:05d}]({link.format(f'bnch{n:05d}')})" for n in code.see]
    if "[^limits]" in cause:
        lines += ["", "[^limits]: 30."]
    return "\n".join(lines) + "\n"


def index(count: int, tag: str, link: str) -> str:
    """The table of all entries."""
    rows = [
        f"| [{code.name}]({link.format(code.name.lower())}) |"
        f" {_say(code.texts['title'], tag).rstrip('.。')} |"
        for code in codes(count)
    ]
    return "\n".join(["# Errors", "", "| Code | Title |", "|---|---|", *rows]) + "\n"


def write(count: int, number: int, folder: Path) -> None:
    """Write all peers' projects below a folder: ``static-i18n``, ``per-locale``, ``hugo``."""
    for tag in LOCALES[:number]:
        language = tag if tag == "pt-BR" else tag.partition("-")[0]
        shared = folder / "static-i18n" / "docs" / language
        own = folder / "per-locale" / language
        hugo = folder / "hugo" / "content" / language
        for code in codes(count):
            text = page(code, tag, "{}.md")
            _put(shared / "errors" / f"{code.name.lower()}.md", text)
            _put(own / "docs" / "errors" / f"{code.name.lower()}.md", text)
            _put(
                hugo / "errors" / f"{code.name.lower()}.md",
                page(code, tag, "../{}/", tabs=False),
            )
        for docs in (shared, own / "docs"):
            _put(docs / "index.md", "# Bench\n\nA synthetic book.\n")
            _put(docs / "errors" / "index.md", index(count, tag, "{}.md"))
        _put(hugo / "_index.md", "---\ntitle: Bench\n---\n\nA synthetic book.\n")
        _put(hugo / "errors" / "_index.md", index(count, tag, "{}/"))
        _put(own / "mkdocs.yml", _config(f"https://example.org/{language}/", language))
    languages = [t if t == "pt-BR" else t.partition("-")[0] for t in LOCALES[:number]]
    _put(folder / "static-i18n" / "mkdocs.yml", _static_i18n(languages))
    _put(folder / "hugo" / "hugo.json", json.dumps(_hugo(languages)))
    for name, text in _LAYOUTS.items():
        _put(folder / "hugo" / "layouts" / name, text)


def _put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _config(url: str, language: str) -> str:
    return (
        f"site_name: Bench\nsite_url: {url}\n{EXTENSIONS}"
        f"theme: {{name: material, language: {language}, font: false}}\n"
        "nav: [index.md, errors/index.md]\nnot_in_nav: /errors/*.md\nplugins: [search]\n"
    )


def _static_i18n(languages: list[str]) -> str:
    listed = "".join(
        f"        - {{locale: {tag}, name: {tag}, build: true{', default: true' if not n else ''}}}\n"
        for n, tag in enumerate(languages)
    )
    return (
        f"site_name: Bench\nsite_url: https://example.org/\n{EXTENSIONS}"
        "theme: {name: material, language: en, font: false}\n"
        "nav: [index.md, errors/index.md]\nnot_in_nav: /errors/*.md\n"
        f"plugins:\n  - search\n  - i18n:\n      docs_structure: folder\n      languages:\n{listed}"
    )


def _hugo(languages: list[str]) -> dict[str, object]:
    return {
        "baseURL": "https://example.org/",
        "title": "Bench",
        "defaultContentLanguage": languages[0],
        "defaultContentLanguageInSubdir": True,
        "disableKinds": ["taxonomy", "term", "rss"],
        "outputs": {"home": ["html", "json"]},
        "languages": {tag: {"contentDir": f"content/{tag}"} for tag in languages},
    }


_SHELL_MARK = "<!-- article -->"
_LAYOUTS = {
    "_default/single.html": '{{ partial "before.html" . }}{{ .Content }}{{ partial "after.html" . }}',
    "_default/list.html": '{{ partial "before.html" . }}{{ .Content }}{{ partial "after.html" . }}',
    "index.json": "[{{ range $i, $p := .Site.RegularPages }}{{ if $i }},{{ end }}"
    '{"location": {{ $p.RelPermalink | jsonify }}, "title": {{ $p.Title | jsonify }},'
    ' "text": {{ $p.Plain | jsonify }}}{{ end }}]',
}


def hugo_theme(page_of_material: str, folder: Path) -> None:
    """Give Hugo the shell of one of Material's pages, so that its pages are as large as the others'."""
    title = re.sub(
        r"<title>.*?</title>", "<title>{{ .Title }}</title>", page_of_material, flags=re.S
    )
    before, _, rest = title.partition("<article")
    opening, _, rest = rest.partition(">")
    _, _, after = rest.partition("</article>")
    head = f"{before}<article{opening}>".replace('lang="en"', 'lang="{{ .Site.Language.Lang }}"')
    _put(folder / "hugo" / "layouts" / "partials" / "before.html", head)
    _put(folder / "hugo" / "layouts" / "partials" / "after.html", f"</article>{after}")
