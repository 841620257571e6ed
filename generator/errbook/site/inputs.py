"""Digests of everything that a build is made from: of the whole site, and of each locale."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterable, Iterator
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
_READERS = frozenset({"pymdownx.snippets", "pymdownx.b64"})
"""Extensions that put other files into pages."""


class Inputs:
    """What a build is made from, as it is when this is made.

    Make it before the project is loaded: what changes in between is a change for the next build.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._code = _digest(_code())
        self.tools = _digest([self._code.encode(), *_configured(settings)])
        """A digest of what makes pages of the source: programs, and how they are configured."""
        self.shared = _digest([self.tools.encode(), *_own(settings)])
        """A digest of what all locales are made from."""
        self.are_all = _are_all(settings)
        """Whether a build reads nothing else; only then may what an earlier one made be kept."""
        folders = sorted({path.parent for path in settings.translations.glob("*/*.po")})
        self._files = {folder.name: _digest(_all(folder.glob("*.po"))) for folder in folders}

    @property
    def books(self) -> BookCache:
        """What is kept of the catalogs."""
        # A build with nothing to do needs none of what a book is made of.
        from errbook.site.bookcache import BookCache

        return BookCache(self._settings.root, self._code)

    def whole(self, *options: str) -> str:
        """A digest of everything, and of a build's own options."""
        files = [f"{tag} {self._files[tag]}" for tag in sorted(self._files)]
        if self._settings.status_page:
            # It has the dates of changes, and only those that are committed.
            files.append(git.head(self._settings.root))
        return self._together(options, files)

    def of(self, locale: Locale, *options: str) -> str:
        """A digest of what one locale is made from: the files that are there for all, its own, and
        those of the locales it falls back to.
        """
        settings = self._settings
        chain: tuple[Locale, ...] = (locale,)
        if locale != settings.source_locale:
            explicit = settings.of(locale).fallback
            known = settings.all_locales
            chain = locales.chain(locale, explicit, known, settings.source_locale)
        return self._together(options, (f"{x.tag} {self._files.get(x.tag, '')}" for x in chain))

    def _together(self, options: Iterable[str], files: Iterable[str]) -> str:
        parts = (self.shared, repr(list(options)), *files)
        return _digest(part.encode("utf-8", "surrogateescape") for part in parts)


def _code() -> Iterator[bytes]:
    """This package, and everything else of other hands that takes part in a build."""
    yield f"{__version__} {platform.python_version()}".encode()
    for name in _DISTRIBUTIONS:
        try:
            yield f"{name} {metadata.version(name)}".encode()
        except metadata.PackageNotFoundError:
            continue
    package = Path(str(resources.files("errbook")))
    yield from _all(_files(package), package.parent)


def _configured(settings: Settings) -> Iterator[bytes]:
    """How all that is set up."""
    if cards.available():
        yield cards.drawn_by().encode("utf-8", "surrogateescape")
    yield configyaml.dump(settings.mkdocs).encode("utf-8", "surrogateescape")
    yield "\n".join(f"{name}={os.environ.get(name)}" for name in _variables(settings)).encode()


def _own(settings: Settings) -> Iterator[bytes]:
    """The project's own files that all locales are made from."""
    for folder in _folders(settings):
        yield from _all(_files(folder), folder.parent)


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


def _digest(parts: Iterable[bytes]) -> str:
    digest = hashlib.blake2b(digest_size=20)
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def _all(paths: Iterable[Path], root: Path = Path()) -> Iterator[bytes]:
    """The names and contents of files; the place of the project on its machine does not count."""
    for path in sorted(paths):
        named = path.relative_to(root) if root != Path() else Path(path.name)
        yield named.as_posix().encode("utf-8", "surrogateescape")
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
