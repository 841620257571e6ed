"""Tells by digests what a build is made from, and what is not the same in another place."""

from __future__ import annotations

import hashlib
import os
import platform
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from errbook import __version__, configyaml, git, locales
from errbook.config import Settings
from errbook.configyaml import Tagged
from errbook.locales import Locale
from errbook.site import cards, extensions

if TYPE_CHECKING:
    from errbook.site.bookcache import BookCache

_DISTRIBUTIONS = (
    "mkdocs",
    "mkdocs-material",
    "markdown",
    "pymdown-extensions",
    "jinja2",
    "babel",
    "markdown-it-py",
    "mdit-py-plugins",
    "pygments",
    "pyyaml",
    "pydantic",
    "polib",
    "nh3",
    "properdocs",
    "zensical",
    "jieba",
    "pillow",
)
"""What takes part in a build; another version may make other pages."""
_THEMES = frozenset({None, "material", "mkdocs", "readthedocs"})
"""The themes of these distributions, and none but the project's own."""
Parts = Mapping[str, str]
"""What something is made from, by names that say it to a reader: versions and options as they are,
of files and texts a digest."""
_READERS = frozenset({"pymdownx.snippets", "pymdownx.b64"})
"""Extensions that put other files into pages."""


class Inputs:
    """What a build is made from, as it is when this is made.

    Make it before the project is loaded: what changes in between is a change for the next build.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        code = dict(_code())
        tools = code | dict(_configured(settings))
        self._common = tools | dict(_own(settings))
        self._code = digest(code)
        self.tools = digest(tools)
        """A digest of what makes pages of the source: programs, and how they are configured."""
        self.shared = digest(self._common)
        """A digest of what all locales are made from."""
        self.are_all = _are_all(settings)
        """Whether a build reads nothing else; only then may what an earlier one made be kept."""
        folders = sorted({path.parent for path in settings.translations.glob("*/*.po")})
        self._files = {folder.name: _contents(folder.glob("*.po")) for folder in folders}

    @property
    def books(self) -> BookCache:
        """What is kept of the catalogs."""
        # A build with nothing to do needs none of what a book is made of.
        from errbook.site.bookcache import BookCache

        return BookCache(self._settings.root, self._code)

    def whole(self, options: Parts) -> str:
        """A digest of everything, and of the options of a build."""
        parts = {**self._common, **options, **self._translations(sorted(self._files))}
        if self._settings.status_page:
            # It has the dates of changes, and only those that are committed.
            parts["HEAD"] = git.head(self._settings.root)
        return digest(parts)

    def parts(self, locale: Locale, options: Parts) -> dict[str, str]:
        """What one locale is made from: what all are, the files of its own, and those of the
        locales that it falls back to.

        Args:
            locale: The locale.
            options: A build's own options.
        """
        settings = self._settings
        chain: tuple[Locale, ...] = (locale,)
        if locale != settings.source_locale:
            explicit = settings.of(locale).fallback
            known = settings.all_locales
            chain = locales.chain(locale, explicit, known, settings.source_locale)
        return {**self._common, **options, **self._translations(link.tag for link in chain)}

    def _translations(self, tags: Iterable[str]) -> dict[str, str]:
        folder = self._settings.shown(self._settings.translations)
        return {f"{folder}/{tag}/*.po": self._files.get(tag, "") for tag in tags}


def _code() -> Iterator[tuple[str, str]]:
    """This package, and everything else of other hands that takes part in a build."""
    yield "Python", platform.python_version()
    yield "errbook", __version__
    for name in _DISTRIBUTIONS:
        try:
            yield name, metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    package = Path(str(resources.files("errbook")))
    yield "errbook's own files", _contents(_files(package), package.parent)


def _configured(settings: Settings) -> Iterator[tuple[str, str]]:
    """How all that is set up."""
    if cards.available():
        yield "the fonts of cards", _hashed([cards.drawn_by()])
    yield "the configuration", _hashed([configyaml.dump(settings.mkdocs)])
    for name in _variables(settings):
        yield f"the variable {name}", _hashed([repr(os.environ.get(name))])


def _own(settings: Settings) -> Iterator[tuple[str, str]]:
    """The project's own files that all locales are made from."""
    for folder in _folders(settings):
        yield f"{settings.shown(folder)}/", _contents(_files(folder), folder.parent)


def _are_all(settings: Settings) -> bool:
    """Whether nothing takes part that may read other files, or is of another distribution."""
    theme = settings.mkdocs.get("theme")
    name = theme.get("name") if isinstance(theme, dict) else theme
    return (
        name in _THEMES
        and not settings.mkdocs.get("hooks")
        and extensions.plugin_names(settings) <= extensions.KNOWN_PLUGINS
        and extensions.are_known(settings)
        and _READERS.isdisjoint(extensions.options_of(settings))
    )


def differences(there: Parts, here: Parts) -> Iterator[str]:
    """What is not the same where something was made in two places, in words.

    Args:
        there: What it was made from in another place; anybody may have written it.
        here: What it is made from here.
    """
    for name in (*here, *sorted(there.keys() - here.keys())):
        values = there.get(name, ""), here.get(name, "")
        shown = [value or "none" for value in values]
        if values[0] == values[1]:
            continue
        if not _is_safe(name + "".join(shown)):
            yield "something that errbook does not know of"
        elif any(map(_HASHED.fullmatch, values)):
            yield f"other contents of {name}"
        else:
            yield f"{name} {shown[0]} there, {shown[1]} here"


def _is_safe(text: str) -> bool:
    """Whether a terminal shows a text as it is, in a few lines."""
    return len(text) <= 500 and text.isprintable()


_HASHED = re.compile(r"[0-9a-f]{40}")


def digest(parts: Parts) -> str:
    """What tells such parts from any other."""
    return _hashed(part for named in parts.items() for part in named)


def _contents(paths: Iterable[Path], root: Path = Path()) -> str:
    """A digest of the names and contents of files; where they are on a machine does not count."""
    return _hashed(_all(paths, root))


def _hashed(parts: Iterable[str | bytes]) -> str:
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8", "surrogateescape") if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def _all(paths: Iterable[Path], root: Path) -> Iterator[str | bytes]:
    for path in sorted(paths):
        named = path.relative_to(root) if root != Path() else Path(path.name)
        yield named.as_posix()
        try:
            yield path.read_bytes()
        except OSError:
            # Loading the project says what is wrong with it.
            yield b""


def _folders(settings: Settings) -> Iterator[Path]:
    """The project's own folders where its input is, but for locale files."""
    yield from (settings.source, settings.pages)
    theme = settings.mkdocs.get("theme")
    custom = theme.get("custom_dir") if isinstance(theme, dict) else None
    hooks = settings.mkdocs.get("hooks") or []
    for name in [custom, *(hooks if isinstance(hooks, list) else [])]:
        if name:
            yield settings.root / str(name)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_file():
        yield folder
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path


def _variables(settings: Settings) -> list[str]:
    """The names of the environment variables that the configuration reads."""
    found: set[str] = set()

    def walk(value: Any) -> None:
        if isinstance(value, Tagged):
            node = value.node
            items = node.value if isinstance(node, yaml.SequenceNode) else [node]
            found.update(str(item.value) for item in items if isinstance(item, yaml.ScalarNode))
        elif isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(dict(settings.mkdocs))
    return sorted(found)
