"""A build knows which Markdown extensions may read other files or run code of other hands."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import SHOP, copy_project
from errbook import config
from errbook.site import extensions
from errbook.site.inputs import Inputs

KNOWN = (
    "[toc, admonition, markdown.extensions.abbr, pymdownx.details]",
    "[toc: {permalink: true}, pymdownx.tabbed: {alternate_style: true}]",
    "[toc: {slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}}]",
    "[pymdownx.emoji: {emoji_index: !!python/name:material.extensions.emoji.twemoji }]",
)
UNKNOWN = (
    "[markdown_include]",
    "[pymdownx.details:Other]",
    "[toc: {slugify: !!python/name:mine.slugify }]",
    "[pymdownx.superfences: {custom_fences: [{name: x, format: !!python/name:mine.fence }]}]",
    "[toc: {slugify: !!python/object/apply:materialize.slugs {}}]",
)
READERS = ("[pymdownx.snippets]", "[pymdownx.b64]")


@pytest.mark.parametrize(
    ("written", "known", "all_inputs"),
    [
        *((written, True, True) for written in KNOWN),
        *((written, False, False) for written in UNKNOWN),
        *((written, True, False) for written in READERS),
    ],
)
def test_what_is_known_of_extensions(
    tmp_path: Path, written: str, known: bool, all_inputs: bool
) -> None:
    folder = copy_project(SHOP, tmp_path / "shop")
    with (folder / "mkdocs.yml").open("a", encoding="utf-8") as file:
        file.write(f"markdown_extensions: {written}\n")
    settings, found = config.load(folder)
    assert settings is not None, found
    assert extensions.are_known(settings) is known
    assert Inputs(settings).are_all is all_inputs
