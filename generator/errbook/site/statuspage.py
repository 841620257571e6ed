"""The page that shows how far the translations are: what only all locales together know of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from errbook import git, markdown, templating
from errbook.diagnostics import Location
from errbook.edition import edit_address, shorten
from errbook.extract import PAGES, SourceUnit
from errbook.locales import Interface, Locale
from errbook.pages import STATUS_MARK
from errbook.project import Project
from errbook.projectfiles import UI
from errbook.status import Open, Tally, in_order
from errbook.translate import State
from errbook.urls import STATUS, catalog_url, entry_url, page_url
from errbook.wording import COLUMN_NAMES, N_, STATE_NAMES

STATUS_PAGE = f"{STATUS}index.html"
"""The file of the page, below each locale."""
LISTED = 50
"""How many texts are listed of one file in one locale."""
ROWS = 1000
"""How many are listed on the page, where many files in many locales have something to do."""
FEWEST = 5
"""How many are listed of one file in one locale, however many of them there are."""
EXCERPT = 90
"""Characters that are shown of a text."""

_STEPS = (100, 90, 50, 1, 0)
"""The shares from which on a cell has its colour."""
_OTHER_TITLES = {PAGES: N_("Pages"), UI: N_("Interface")}


@dataclass(frozen=True, slots=True)
class Row:
    """A text that needs somebody, as far as it is the same for every reader."""

    state: State
    entry: str
    """Id of the published entry it belongs to; empty where it is another text."""
    href: str
    """Where readers see it, from the page; empty where there is no one place."""
    field: str
    """The name of the field, in English; empty where it has none."""
    context: str
    excerpt: str
    place: str
    """The file and the line, or the file alone."""
    edit: str
    """Where it can be edited, or empty."""
    since: str
    """When its source was last changed, as an ISO date, or empty."""


@dataclass(frozen=True, slots=True)
class File:
    """One catalog, the pages or the interface, in one locale: a cell of the heat map."""

    name: str
    locale: Locale
    percent: int
    to_do: int
    required: bool = False
    """Whether all of it must be complete."""
    rows: Sequence[Row] = ()
    path: str = ""
    """The path of the locale's file."""

    @property
    def anchor(self) -> str:
        """The id of the list of what is to do in it."""
        return f"todo-{self.locale.tag}-{self.name}"

    @property
    def step(self) -> int:
        """How dark it is, from 0 for nothing to 4 for all."""
        return len(_STEPS) - 1 - next(n for n, least in enumerate(_STEPS) if self.percent >= least)


@dataclass(frozen=True, slots=True)
class Column:
    """One locale of the heat map, and what is said of it as a whole."""

    locale: Locale
    files: Sequence[File]
    tallies: Sequence[Tally] = ()
    required: Sequence[str] = field(default_factory=tuple)
    """The names of the files that must be complete."""

    @property
    def to_do(self) -> int:
        return sum(file.to_do for file in self.files)

    def entries(self, names: Sequence[str] | None = None) -> tuple[int, int]:
        """How many entries have their cause and fix, and of how many; in some files, or in all."""
        counted = [t for t in self.tallies if names is None or t.name in names]
        return sum(t.complete for t in counted), sum(t.entries for t in counted)

    @property
    def percent(self) -> int:
        texts = sum(tally.texts for tally in self.tallies)
        return 100 * sum(tally.served for tally in self.tallies) // texts if texts else 100

    @property
    def words(self) -> int:
        return sum(tally.words for tally in self.tallies)

    @property
    def unreviewed(self) -> int:
        return sum(tally.unreviewed for tally in self.tallies)


class StatusPages:
    """Fills the page in every locale."""

    def __init__(
        self,
        project: Project,
        words: Mapping[Locale, Interface],
        names: Mapping[str, Mapping[str, str]],
        tallies: Mapping[str, Sequence[Tally]],
    ) -> None:
        """Args:
        project: The project.
        words: The interface's words in each locale.
        names: For each locale's tag, the names of entries and the titles of catalogs.
        tallies: For each locale's tag, how far its files are; the source has none.
        """
        self._project = project
        self._words = words
        self._names = names
        self._tallies = {tag: found for tag, found in tallies.items() if found}
        self._environment = templating.environment()

    def files(self, pages: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """(path, content) of the page in each locale, below the site's root.

        Args:
            pages: For each locale's tag, its page without the state; empty where it has none.
        """
        for locale, words in self._words.items():
            page = pages.get(locale.tag)
            if page:
                filled = page.replace(STATUS_MARK, self._block(locale, words))
                yield f"{locale.tag}/{STATUS_PAGE}", filled.encode("utf-8")

    def _block(self, reader: Locale, words: Interface) -> str:
        self._environment.install_gettext_callables(  # type: ignore[attr-defined]
            words.gettext, words.ngettext, newstyle=True
        )
        names = self._names[reader.tag]
        return self._environment.get_template("status.html.jinja").render(
            columns=self._columns,
            rows=[[column.files[n] for column in self._columns] for n in range(self._height)],
            words=words,
            names=names,
            source=self._project.settings.source_locale,
            title=lambda name: (
                words.gettext(_OTHER_TITLES[name])
                if name in _OTHER_TITLES
                else names.get(name, name)
            ),
            language=lambda locale: self._language(locale, reader),
            state=lambda state: words.gettext(STATE_NAMES[state]),
            url=lambda name: f"../{catalog_url(name)}" if name not in _OTHER_TITLES else "",
        )

    def _language(self, locale: Locale, reader: Locale) -> str:
        """A locale's name in the reader's language, with its region where two share a language."""
        every = self._project.settings.all_locales
        shared = sum(other.language == locale.language for other in every) > 1
        name = locale.name_in(reader) if shared else locale.language_name_in(reader)
        return name[:1].upper() + name[1:]

    # --- the same for every reader ---------------------------------------------------------------

    @cached_property
    def _columns(self) -> list[Column]:
        settings = self._project.settings
        found = []
        for locale in settings.all_locales:
            tallies = self._tallies.get(locale.tag)
            if tallies:
                files = [self._file(locale, tally) for tally in tallies]
                required = [f.name for f in files if f.required]
                files.append(self._interface(locale))
                found.append(Column(locale, files, tallies, required))
        return found

    @property
    def _height(self) -> int:
        return len(self._columns[0].files) if self._columns else 0

    def _file(self, locale: Locale, tally: Tally) -> File:
        path = self._project.shown(self._project.po_path(locale, tally.name))
        units = self._project.units[tally.name]
        required = self._project.settings.of(locale).required

        def since(item: Open) -> str:
            at = units[item.index].location
            return self._since.get((at.path, at.line), "") if item.changed else ""

        listed = in_order(tally.open, since)[: self._limit]
        return File(
            tally.name,
            locale,
            tally.percent,
            tally.to_do,
            required is True or (required is not False and tally.name in required),
            [self._row(item, units[item.index], path, since(item)) for item in listed],
            path,
        )

    def _interface(self, locale: Locale) -> File:
        done, every = self._project.interface_share(locale)
        path = self._project.shown(self._project.po_path(locale, UI))
        return File(UI, locale, 100 * done // every, every - done, path=path)

    @cached_property
    def _limit(self) -> int:
        busy = sum(bool(tally.open) for found in self._tallies.values() for tally in found)
        return min(LISTED, max(FEWEST, ROWS // max(1, busy)))

    @cached_property
    def _since(self) -> Mapping[tuple[str, int], str]:
        """The dates of the sources that changed after their translation, by path and line."""
        paths = {
            self._project.units[tally.name][item.index].location.path
            for found in self._tallies.values()
            for tally in found
            for item in tally.open
            if item.changed
        }
        return git.line_dates(self._project.settings.root, sorted(paths), settled=True)

    @cached_property
    def _entries(self) -> Mapping[str, str]:
        """The ids of the published entries."""
        return {entry.id: entry_url(entry.id) for entry in self._project.book.published}

    def _row(self, item: Open, unit: SourceUnit, path: str, since: str) -> Row:
        place = path
        edit = ""
        edit_url = self._project.settings.edit_url
        if item.line:
            place = f"{path}:{item.line}"
            edit = edit_address(edit_url, Location(path, item.line)) if edit_url else ""
        return Row(
            item.state,
            unit.entry if unit.entry in self._entries else "",
            self._href(unit),
            _field(unit.context),
            unit.context,
            self._excerpt(unit.text),
            place,
            edit,
            since,
        )

    def _href(self, unit: SourceUnit) -> str:
        if unit.entry in self._entries:
            return f"../{self._entries[unit.entry]}"
        if unit.page_path:
            section = unit.context.partition("#")[2].rpartition("|")[0]
            return f"../{page_url(unit.page_path)}{'#' if section else ''}{section}"
        return ""

    def _excerpt(self, text: str) -> str:
        # A text may be nothing but markup: an image, a reference.
        return shorten(markdown.strip(text) or " ".join(text.split()), EXCERPT)


def _field(context: str) -> str:
    """The name of the field that a context names, where readers know it by one."""
    slot = re.split(r"[@/]", context.rpartition("|")[2], maxsplit=1)[0]
    return COLUMN_NAMES.get(slot, "") if slot in ("title", "cause", "fix") else ""
