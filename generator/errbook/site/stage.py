"""Writes one builder project per locale: real Markdown, and a configuration derived from ours."""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from errbook import configyaml, markdown, sitewords, storage
from errbook.config import Settings
from errbook.edition import Edition
from errbook.locales import Locale
from errbook.model import Text
from errbook.pages import Pages, StagedPage
from errbook.project import Project
from errbook.site import extensions, themewords
from errbook.site.finish import LOCAL_URL
from errbook.urls import LOG, LOOKUP, SCRIPT, STATUS, catalog_url, source_path

STAGE = Path(".errbook") / "stage"
CONFIG, DOCS, OVERRIDES = "mkdocs.yml", "docs", "overrides"
"""What a builder project consists of."""
ASSETS = "assets/errbook"
"""Where our own style sheet and script stand, below a locale."""

_OURS = (
    "docs_dir",
    "site_dir",
    "nav",
    "plugins",
    "INHERIT",
    "watch",
    "dev_addr",
    "edit_uri",
    "edit_uri_template",
    "strict",
    "use_directory_urls",
)
"""Keys of the project's configuration that the derived ones do not take over."""

THEME_TEMPLATES = ("404.html", "partials/copyright.html")
"""The theme's templates that we write anew, because the theme speaks only English in them."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One locale's builder project on the disk."""

    locale: Locale
    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / CONFIG

    @property
    def docs(self) -> Path:
        return self.folder / DOCS

    @property
    def site(self) -> Path:
        """What the builder makes of it."""
        return self.folder / "site"


def edition(project: Project, locale: Locale, site_url: str = "") -> Edition:
    """The project's book in one locale, ready to write itself for a site at a URL."""
    return Edition(
        project.book,
        project.translations[locale],
        project.interface(locale),
        project.settings.edit_url,
        project.settings.report_url,
        base_path(site_url or project.settings.site_url),
        preview=project.settings.preview is not None and locale != project.settings.source_locale,
        status_page=project.has_status_page,
    )


def contents(
    project: Project, written: Edition, site_url: str, pages: Iterable[StagedPage]
) -> dict[str, bytes]:
    """The files of one locale's builder project, by their paths in its folder.

    Args:
        project: The project.
        written: Its book in the locale.
        site_url: The URL to build for instead of the configured one (a preview's).
        pages: The Markdown pages.
    """
    files: dict[str, bytes] = {}

    def put(name: str, content: str | bytes) -> None:
        files[name] = content.encode("utf-8") if isinstance(content, str) else content

    for page in pages:
        put(f"{DOCS}/{page.path}", page.content)
    for name in project.assets:
        put(f"{DOCS}/{name}", (project.settings.pages / name).read_bytes())
    for name, data in own_assets():
        put(f"{DOCS}/{ASSETS}/{name}", data)
    writer = Pages(written)
    put(f"{DOCS}/{LOOKUP}", writer.lookup())
    _overrides(project.settings, writer, put)
    made = Stage(written.locale, project.settings.root / STAGE / written.locale.tag)
    put(CONFIG, configyaml.dump(derive(project, written, made, site_url)))
    return files


def write(project: Project, locale: Locale, files: Mapping[str, bytes]) -> Stage:
    """Write the builder project of one locale; files that are right already are not touched."""
    made = Stage(locale, project.settings.root / STAGE / locale.tag)
    for name, content in files.items():
        storage.write(made.folder / name, content)
    kept = {made.folder / name for name in files}
    for name in (DOCS, OVERRIDES):
        _drop_others(made.folder / name, kept)
    return made


def own_assets() -> Iterator[tuple[str, bytes]]:
    """The style sheets and scripts that the package ships, by name."""
    folder = resources.files("errbook") / "assets"
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.name.endswith((".css", ".js")):
            yield item.name, item.read_bytes()


def _drop_others(folder: Path, kept: set[Path]) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in kept:
            path.unlink()


def _overrides(settings: Settings, writer: Pages, put: Any) -> None:
    """The project's theme overrides, and below them our own."""
    for name in THEME_TEMPLATES:
        put(f"{OVERRIDES}/{name}", writer.theme_template(f"{name}.jinja"))
    locale = writer.edition.locale
    if locale.is_pseudo:
        put(f"{OVERRIDES}/{themewords.name(locale)}", themewords.template(settings, locale))
    source = custom_dir(settings)
    if source is not None:
        for path in sorted(p for p in source.rglob("*") if p.is_file()):
            put(f"{OVERRIDES}/{path.relative_to(source).as_posix()}", path.read_bytes())


def custom_dir(settings: Settings) -> Path | None:
    """The folder of the project's theme overrides, if it has one."""
    custom = theme(settings).get("custom_dir")
    found = settings.root / str(custom) if custom else None
    return found if found and found.is_dir() else None


def theme(settings: Settings) -> dict[str, Any]:
    """The theme that the project configures, with its options."""
    found = settings.mkdocs.get("theme")
    if isinstance(found, str):
        return {"name": found}
    return dict(found) if isinstance(found, dict) else {"name": "material"}


# --- the derived configuration ------------------------------------------------------------------


def derive(project: Project, written: Edition, made: Stage, site_url: str) -> dict[str, Any]:
    """The configuration of one locale's builder project."""
    settings = project.settings
    base = {k: copy.copy(v) for k, v in settings.mkdocs.items() if k not in _OURS}
    words = SiteWords(project, written)
    url = site_url or settings.site_url or LOCAL_URL
    derived: dict[str, Any] = {
        **base,
        "site_name": words.of("name", settings.site_name),
        "site_url": f"{url}{written.locale.tag}/",
        "docs_dir": "docs",
        "site_dir": "site",
        "edit_uri": "",
        "use_directory_urls": True,
        "theme": _derived_theme(settings, written, words),
        "nav": words.nav(settings.mkdocs.get("nav")),
        "not_in_nav": f"{base.get('not_in_nav', '')}\n/errors/*.md\n/errors/in/*.md\n"
        f"/{source_path(STATUS)}\n".lstrip(),
        "plugins": extensions.plugins(settings),
        "markdown_extensions": _extensions(settings, written),
        "validation": _validation(base.get("validation")),
        "extra": _extra(settings, url),
        "extra_css": [f"{ASSETS}/errbook.css", *(base.get("extra_css") or [])],
        "extra_javascript": [SCRIPT, *(base.get("extra_javascript") or [])],
    }
    description = configyaml.resolve(base.get("site_description"))
    if description:
        derived["site_description"] = words.of("description", str(description))
    if base.get("hooks"):
        up = os.path.relpath(settings.root, made.folder)
        derived["hooks"] = [f"{up}/{hook}" for hook in base["hooks"]]
    return sitewords.translated(derived, words.option)


class SiteWords:
    """The configuration's own words, in a locale, as HTML: the theme writes them as they are."""

    def __init__(self, project: Project, written: Edition) -> None:
        self._texts = {text.slot: text for text in project.site_texts}
        self._project = project
        self._edition = written

    def of(self, slot: str, words: str) -> str:
        return markdown.escape(self.plain(slot, words))

    def plain(self, slot: str, words: str) -> str:
        """The words without HTML's escapes."""
        text: Text | None = self._texts.get(slot)
        if text is None:
            return words
        return self._edition.translation.served(f"{sitewords.OWNER}|{slot}", text.source).text

    def option(self, key: str, text: str) -> str:
        """A text of one of the theme's options, which are HTML as they are.

        The checks let no translation have other tags than its source.
        """
        found = self.plain(sitewords.slot(key, text), text)
        return found if "<" in text else found.replace('"', "&quot;")

    def nav(self, nav: Any) -> list[Any]:
        """The nav with translated titles; the index of errors is added where it is not in it."""
        if not isinstance(nav, list):
            paths = [page.path for page in self._project.book.pages]
            nav = sorted(paths, key=lambda path: (path != "index.md", path))
        translated = self._nav(nav)
        return translated if "errors/" in str(nav) else [*translated, self._errors()]

    def _nav(self, items: list[Any]) -> list[Any]:
        found: list[Any] = []
        for item in items:
            if isinstance(item, dict):
                for title, target in item.items():
                    name = self.of(sitewords.slot("nav", str(title)), str(title))
                    inner = self._nav(target) if isinstance(target, list) else target
                    found.append({name: inner})
            else:
                found.append(item)
        return found

    def _errors(self) -> dict[str, list[Any]]:
        title = markdown.escape(self._edition.words.gettext("Errors"))
        catalogs = [
            {markdown.escape(self._edition.catalog_title(c)): f"{catalog_url(c.name)[:-1]}.md"}
            for c in self._project.book.catalogs
        ]
        return {title: ["errors/index.md", *catalogs, source_path(LOG)]}


def _derived_theme(settings: Settings, written: Edition, words: SiteWords) -> dict[str, Any]:
    options = theme(settings)
    options["custom_dir"] = "overrides"
    options["language"] = settings.of(written.locale).theme_language
    # Material takes its fonts from a third party unless it is told not to.
    options.setdefault("font", False)
    palettes = options.get("palette")
    if isinstance(palettes, list):
        options["palette"] = [_palette(palette, words) for palette in palettes]
    return options


def _palette(palette: Any, words: SiteWords) -> Any:
    toggle = palette.get("toggle") if isinstance(palette, dict) else None
    if not isinstance(toggle, dict) or not toggle.get("name"):
        return palette
    name = str(toggle["name"])
    return {**palette, "toggle": {**toggle, "name": words.of(sitewords.slot("theme", name), name)}}


def _extensions(settings: Settings, written: Edition) -> list[Any]:
    """The project's Markdown extensions, those we need, and their words in the locale."""
    options = extensions.options_of(settings)
    for name, needed in extensions.REQUIRED.items():
        options[name] = {**needed, **options.get(name, {})}
    gettext = written.words.gettext
    title = gettext("Back to the text of footnote %(number)s") % {"number": "{}"}
    options["footnotes"].setdefault("BACKLINK_TITLE", title)
    if options["toc"].get("permalink"):
        options["toc"].setdefault("permalink_title", gettext("Permanent link"))
    return [{name: value} if value else name for name, value in options.items()]


def _validation(own: Any) -> dict[str, Any]:
    """What the builder must not let pass; the project may say more about its nav."""
    own = own if isinstance(own, dict) else {}
    strict = {"not_found": "warn", "anchors": "warn", "unrecognized_links": "warn"}
    return {
        **own,
        "nav": {"not_found": "warn", **(own.get("nav") or {})},
        "links": {**(own.get("links") or {}), **strict},
    }


def _extra(settings: Settings, url: str) -> dict[str, Any]:
    extra = settings.mkdocs.get("extra")
    extra = dict(extra) if isinstance(extra, dict) else {}
    base = base_path(url)
    extra["alternate"] = [
        {"name": display_name(locale, settings), "link": f"{base}{locale.tag}/", "lang": locale.tag}
        for locale in settings.site_locales
    ]
    return extra


def base_path(url: str) -> str:
    """The path of an absolute URL with a final slash; ``/`` for an empty one."""
    path = url.partition("://")[2].partition("/")[2]
    return f"/{path}" if path else "/"


def display_name(locale: Locale, settings: Settings) -> str:
    """A locale's own name for itself, with its region only where two share a language."""
    shared = sum(other.language == locale.language for other in settings.all_locales) > 1
    name = locale.name if shared else locale.language_name_in(locale)
    return name[:1].upper() + name[1:]


def clean(root: Path) -> None:
    """Delete everything that was staged."""
    shutil.rmtree(root / STAGE, ignore_errors=True)
