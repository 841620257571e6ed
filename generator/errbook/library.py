"""Opens a book, at hand or published, in any of its locales."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from errbook import __version__, config, configfile, listing, project, published
from errbook.edition import Edition
from errbook.listing import Listing
from errbook.locales import Locale
from errbook.project import Project
from errbook.tables import BadBook

TIMEOUT = 30.0
"""Seconds without an answer after which a published book is given up."""
MAX_SIZE = 64 * 1024 * 1024
"""Bytes of a published book that are read at the most."""
PLACEHOLDER = "{locale}"
"""Stands for a locale's tag in the address of a published book."""


class Library(Protocol):
    """A book in all its locales."""

    def listing(self, tag: str) -> Listing:
        """The book in one locale; in its own for an empty tag.

        Raises:
            BadBook: The book cannot be read, or is not there in this locale.
        """
        ...


def is_published(where: str) -> bool:
    """Whether an address is a published book's rather than a project's."""
    return is_url(where) or where.endswith(".json")


def is_url(where: str) -> bool:
    return urlsplit(where).scheme in ("http", "https")


def with_slash(base: str) -> str:
    """A base of links with exactly one slash at its end; empty stays empty."""
    return f"{base.rstrip('/')}/" if base else ""


# --- a project -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Local:
    """The book of a project."""

    project: Project
    link_base: str | None = None
    """What links to the book's pages begin with; None for the project's ``site_url``."""
    _listings: dict[str, Listing] = field(default_factory=dict)

    def listing(self, tag: str) -> Listing:
        settings = self.project.settings
        by_tag = {locale.tag: locale for locale in settings.all_locales}
        locale = _best(tag, settings.all_locales) if tag else settings.source_locale
        if locale is None:
            raise BadBook(f'the book has no locale "{tag}"; it has {", ".join(by_tag)}')
        if locale.tag not in self._listings:
            base = settings.site_url if self.link_base is None else self.link_base
            edition = Edition(
                self.project.book,
                self.project.translations[locale],
                self.project.interface(locale),
                base=with_slash(base),
            )
            self._listings[locale.tag] = listing.local(edition)
        return self._listings[locale.tag]


def _best(tag: str, known: Sequence[Locale]) -> Locale | None:
    """The locale with a tag, or the only one of the language that the tag names."""
    exact = [locale for locale in known if locale.tag == tag]
    near = [locale for locale in known if locale.language == tag]
    return exact[0] if exact else near[0] if len(near) == 1 else None


def load(path: Path, link_base: str | None = None) -> Local:
    """The book of the project with a configuration file.

    Raises:
        BadBook: There is no project, or its source has mistakes.
    """
    loaded, found = project.load(path.parent, path.name)
    if loaded is None:
        reasons = "; ".join(finding.message for finding in found)
        raise BadBook(f"there is no project in {path.parent.as_posix()}: {reasons}")
    if loaded.source_is_broken:
        mistakes = [f for f in loaded.diagnostics if not project.is_translation_finding(f)]
        first = mistakes[0]
        raise BadBook(
            f"the source of {path.parent.as_posix()} has mistakes ({first.location}: {first.code}"
            f" {first.message}); errbook check lists them all"
        )
    return Local(loaded, link_base)


def stamp(path: Path) -> tuple[tuple[str, int, int], ...]:
    """What changes whenever a file of a project does: (path, time, size) of each.

    Args:
        path: The configuration file, or a published book's file.
    """
    settings, _ = config.load(path.parent, path.name) if path.suffix != ".json" else (None, [])
    files = [path]
    if settings is not None:
        files += _files(settings.source / "errors", "*")
        files += _files(settings.translations, "*/*.po")
    return tuple(found for file in files for found in _times(file))


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.glob(pattern) if path.is_file())


def _times(path: Path) -> Iterator[tuple[str, int, int]]:
    try:
        found = path.stat()
    except OSError:
        return
    yield path.as_posix(), found.st_mtime_ns, found.st_size


# --- a published book ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """A book in the files ``<locale>/errors.json`` of its site."""

    where: str
    """URL or path of one of the files; ``{locale}`` in it stands for the locale."""
    link_base: str | None = None
    """What links to the book's pages begin with; None for what the file says."""
    _listings: dict[str, Listing] = field(default_factory=dict)

    def listing(self, tag: str) -> Listing:
        if tag not in self._listings:
            self._listings[tag] = self._open(tag)
        return self._listings[tag]

    def _open(self, tag: str) -> Listing:
        if PLACEHOLDER in self.where:
            if not tag:
                raise BadBook(f"{self.where} needs a locale; give one with --locale or locale=…")
            return self._read(self.where.replace(PLACEHOLDER, tag))
        if not tag:
            return self._read(self.where)
        own = self.listing("")
        if own.locale.tag == tag:
            return own
        head, slash, rest = self.where.replace("\\", "/").rpartition(f"/{own.locale.tag}/")
        if not slash and self.where.startswith(f"{own.locale.tag}/"):
            slash, rest = f"{own.locale.tag}/", self.where.removeprefix(f"{own.locale.tag}/")
        if not slash:
            raise BadBook(
                f"{self.where} is in {own.locale.tag}; to find {tag}, write {PLACEHOLDER} for the"
                " locale in the book's address"
            )
        return self._read(f"{head}{slash.replace(own.locale.tag, tag)}{rest}")

    def _read(self, where: str) -> Listing:
        base = None if self.link_base is None else with_slash(self.link_base)
        return published.read(fetch(where), where, base)


def fetch(where: str) -> bytes:
    """The content of a published book's URL or file.

    Raises:
        BadBook: It cannot be read.
    """
    try:
        if not is_url(where):
            return Path(where).read_bytes()
        request = urllib.request.Request(
            where, headers={"User-Agent": f"errbook/{__version__}", "Accept": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            content: bytes = answer.read(MAX_SIZE + 1)
    except urllib.error.HTTPError as error:
        with error:
            raise BadBook(f"{where} cannot be read: {error.code} {error.reason}") from None
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror or error
        reason = getattr(reason, "strerror", None) or reason
        raise BadBook(f"{where} cannot be read: {reason}") from None
    if len(content) > MAX_SIZE:
        raise BadBook(f"{where} cannot be read: it is larger than {MAX_SIZE // 1024 // 1024} MB")
    return content


def opened(where: str, link_base: str | None = None) -> Library:
    """The book at an address: a project's folder or configuration file, or a published book.

    Raises:
        BadBook: There is no project, or its source has mistakes.
    """
    if is_published(where):
        return Published(where, link_base)
    return load(configfile.of(Path(where)), link_base)
