"""What a builder made of one locale's project."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from errbook.diagnostics import Diagnostic
from errbook.site.searchindex import SEARCH_INDEX, Index
from errbook.site.sitemaps import SITEMAPS

_LOCATION = re.compile(r"<loc>([^<]*)</loc>")


@dataclass(frozen=True, slots=True)
class Facts:
    """What other pages show of a page, and where they may link to in it."""

    title: str
    meta: str
    """Its front matter, in some form that tells one from another."""
    anchors: tuple[str, ...]

    def stand(self, now: Facts | None) -> bool:
        """Whether pages that show these facts, and link to them, need nothing of what is new."""
        return (
            now is not None
            and (now.title, now.meta) == (self.title, self.meta)
            and set(self.anchors) <= set(now.anchors)
        )


@dataclass(frozen=True)
class Made:
    """A builder's files, and what it said."""

    site: Path
    """The folder that they are in."""
    complaints: Sequence[Diagnostic] = ()
    """Why they are not to be used."""
    facts: Mapping[str, Facts] = field(default_factory=dict)
    """Those of each page that was rendered, by the path of its Markdown, where they are known."""

    def files(self) -> Iterator[tuple[str, Path]]:
        """The name and path of each file, without the sitemap, which is written anew."""
        for path in sorted(p for p in self.site.rglob("*") if p.is_file()):
            name = path.relative_to(self.site).as_posix()
            if name not in SITEMAPS:
                yield name, path

    def page(self, url: str) -> str:
        """The HTML of the page at a URL."""
        return (self.site / url / "index.html").read_text(encoding="utf-8")

    @cached_property
    def index(self) -> Index:
        """The search index."""
        return Index.read((self.site / SEARCH_INDEX).read_bytes())

    def urls(self, address: str) -> tuple[str, ...]:
        """Every page's URL below an address, in the builder's order."""
        text = (self.site / "sitemap.xml").read_text(encoding="utf-8")
        locations = (html.unescape(match[1]) for match in _LOCATION.finditer(text))
        return tuple(location.removeprefix(address) for location in locations)
