"""Chooses the entries whose stamped pages a build compares with the builder's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from errbook.article import Article, shape
from errbook.config import Settings
from errbook.model import Book, Entry
from errbook.pages import Pages
from errbook.site import extensions, stage
from errbook.site.stamp import Shape

Sample = tuple[Entry, Article]

_MARKUP = re.compile(r'<[a-z][a-z0-9]*|\bclass="[^"]*"')


def of_shapes(book: Book, pages: Pages) -> dict[Shape, Sample]:
    """For each shape of the book's articles the first article that has it."""
    samples: dict[Shape, Sample] = {}
    for entry in book.published:
        found = shape(book, entry)
        if found not in samples:
            samples[found] = (entry, pages.article(entry))
    return samples


def of_all_kinds(articles: Iterable[Sample]) -> list[Sample]:
    """Articles that together have every element and class of all, and the extremes of length.

    What a template does to pages hangs on what is in them or on how long they are. Where it does
    the same to the shortest and to the longest, it does so to those between.
    """
    kinds: set[str] = set()
    chosen: list[Sample] = []
    extremes: dict[str, tuple[int, Sample]] = {}
    for entry, article in articles:
        sample = (entry, article)
        new = {match[0] for slot in article.slots for match in _MARKUP.finditer(slot)} - kinds
        if new:
            kinds |= new
            chosen.append(sample)
        for name, length in _lengths(article):
            if name not in extremes or length > extremes[name][0]:
                extremes[name] = (length, sample)
    return [*chosen, *(sample for _, sample in extremes.values())]


def _lengths(article: Article) -> Iterator[tuple[str, int]]:
    """What is to be the greatest, by name; that of the shortest is the least below zero."""
    lengths = {
        "title": len(article.title),
        "description": len(article.description),
        "heading": len(article.heading),
        "page": sum(map(len, article.slots)),
    }
    for name, length in lengths.items():
        yield f"longest {name}", length
        yield f"shortest {name}", -length


def are_to_be_thorough(settings: Settings) -> bool:
    """Whether pages are made with templates or extensions of which nothing is known."""
    theme = settings.mkdocs.get("theme") or "material"
    options = theme if isinstance(theme, dict) else {"name": theme}
    folder: Path | None = stage.custom_dir(settings)
    own = folder is not None and any(folder.rglob("*.html"))
    more = options.get("static_templates") or settings.mkdocs.get("extra_templates")
    known = options.get("name", "material") == "material" and extensions.are_known(settings)
    return own or bool(more) or not known
