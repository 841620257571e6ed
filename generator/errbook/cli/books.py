"""Which book ``errbook explain`` reads, and in which language."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from errbook import configfile
from errbook.bundles import Bundle, LocalePart
from errbook.formats import bundle
from errbook.formats.bundle import BadBundle

if TYPE_CHECKING:  # a bundle is read in no time; a project is not
    from errbook.project import Project

VARIABLE = "ERRBOOK_BUNDLE"
"""The environment variable that names a bundle."""


def chosen(path: Path, file: Path | None) -> list[Bundle]:
    """The bundle that is named, else the project here, else the bundles that are installed.

    Raises:
        click.UsageError: There is none.
        BadBundle: A file is no bundle, is damaged, or is made to harm; its name is in front.
    """
    if file is not None:
        return [_open(file)]
    if _is_project(path):
        return [_local(path)]
    named = os.environ.get(VARIABLE)
    if named and not Path(named).is_file():
        raise click.UsageError(f"${VARIABLE} names {named}, which is no file")
    files = [Path(named)] if named else sorted(installed())
    if not files:
        raise click.UsageError(
            f"there is no book: no project here ({path}), no --bundle, no ${VARIABLE}, and no"
            f" *{bundle.SUFFIX} file in {', '.join(str(folder) for folder in data_folders())}"
        )
    return [_open(found) for found in files]


def _open(file: Path) -> Bundle:
    try:
        return bundle.open_file(file)
    except BadBundle as error:
        raise BadBundle(f"{file}: {error}") from error


def _is_project(path: Path) -> bool:
    """Whether there is a project, or one was asked for; other sites have a mkdocs.yml too."""
    try:
        return path.name != configfile.FILE or "errbook" in path.read_text("utf-8", "replace")
    except OSError:
        return False


def data_folders() -> list[Path]:
    """Where bundles are installed: the user's folder, then the machine's."""
    if sys.platform == "win32":
        roots = [os.environ.get("LOCALAPPDATA", ""), os.environ.get("PROGRAMDATA", "")]
    else:
        home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
        shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        roots = [home, *shared.split(":")]
    return [Path(root) / "errbook" for root in roots if root]


def installed() -> Iterator[Path]:
    """The bundles that are installed, those of the user first."""
    for folder in data_folders():
        yield from folder.glob(f"*{bundle.SUFFIX}")


def _local(path: Path) -> Bundle:
    from errbook import lookup
    from errbook.cli.output import load

    loaded = load(path)
    tags = tuple(locale.tag for locale in loaded.settings.all_locales)
    return Bundle(loaded.settings.site_name, tags, lookup.of_book(loaded.book), parts_of(loaded))


def parts_of(loaded: Project) -> Callable[[str], LocalePart]:
    """What gives the part of a project's book that is in the locale of a tag."""
    from errbook import bundles
    from errbook.edition import Edition

    by_tag = {locale.tag: locale for locale in loaded.settings.all_locales}

    def part(tag: str) -> LocalePart:
        locale = by_tag[tag]
        edition = Edition(loaded.book, loaded.translations[locale], loaded.interface(locale))
        return bundles.part(edition, loaded.settings.site_url)

    return part


def reader_locale(wanted: str, tags: Sequence[str]) -> str:
    """The tag that a reader reads best.

    Args:
        wanted: What was asked for; empty for the languages of the environment.
        tags: What there is, the source first.

    Raises:
        click.BadParameter: A locale was asked for, and there is none in its language.
    """
    for name in [wanted] if wanted else _environment():
        found = _nearest(name, tags)
        if found:
            return found
    if wanted:
        raise click.BadParameter(f"{wanted}: there is {', '.join(tags)}", param_hint="--locale")
    return tags[0]


def _environment() -> list[str]:
    """The reader's languages, as gettext finds them: LC_ALL, LC_MESSAGES, LANG; LANGUAGE before."""
    set_names = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    main = next((name for name in set_names if name), "")
    if main.split(".")[0] in ("", "C", "POSIX"):
        return []
    return [name for name in [*os.environ.get("LANGUAGE", "").split(":"), main] if name]


def _nearest(name: str, tags: Sequence[str]) -> str:
    """The tag itself, else the next one of its fallback chain, else one in the same language."""
    tag = re.split("[.@]", name)[0].replace("_", "-")
    exact = {known.lower(): known for known in tags}
    if tag.lower() in exact:
        return exact[tag.lower()]
    language = tag.split("-")[0].lower()
    if not any(known.split("-")[0].lower() == language for known in tags):
        return ""
    # Only here: the languages' data take as long to load as all the rest.
    from errbook import locales

    try:
        reader, known = locales.parse(tag), [locales.parse(other) for other in tags]
    except locales.UnknownLocale:
        return ""
    chain = locales.chain(reader, (), known, known[0])
    best = [link for link in (*chain, *known) if link in known and link.same_language(reader)]
    return best[0].tag if best else ""
