"""The pages above the locales: the language page, short links, the 404 page."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from markupsafe import Markup

from errbook import templating
from errbook.config import Settings
from errbook.locales import Interface, Locale
from errbook.markdown import escape
from errbook.model import Book, Entry
from errbook.site.finish import script_json
from errbook.site.stage import base_path, display_name, theme
from errbook.urls import entry_url, is_address

_ICONS = {
    "material": "assets/images/favicon.png",
    "mkdocs": "img/favicon.ico",
    "readthedocs": "img/favicon.ico",
}
"""The icons that themes bring with them."""


class Landing:
    """Writes everything of the site that belongs to no locale."""

    def __init__(
        self,
        settings: Settings,
        book: Book,
        words: Mapping[Locale, Interface],
        names: Mapping[Locale, Mapping[str, str]],
        root_url: str = "",
    ) -> None:
        """Args:
        settings: The configuration.
        book: The whole book.
        words: The interface's words in each locale.
        names: In each locale, the name of each entry by its id.
        root_url: Absolute URL of the site's root; empty while the project has none.
        """
        self._settings = settings
        self._book = book
        self._words = words
        self._names = names
        self._root_url = root_url
        self._base = base_path(root_url)
        self._environment = templating.environment()
        self._languages = {
            locale.tag: escape(display_name(locale, settings)) for locale in settings.site_locales
        }
        about = [self._about(locale) for locale in settings.site_locales]
        self._data = script_json(
            [{k: item[k] for k in ("tag", "direction", "words")} for item in about]
        )
        self._environment.globals |= {
            "site_name": settings.site_name,
            "locales": about,
            "source": settings.site_locales[0],
            "icon": _icon(settings),
            "style": Markup(_asset("landing.css.txt")),
            "pick": Markup(_asset("pick.js.txt")),
        }

    def _about(self, locale: Locale) -> dict[str, Any]:
        words = self._words[locale]
        return {
            "tag": locale.tag,
            "direction": locale.direction,
            "name": display_name(locale, self._settings),
            "words": {
                "choose": words.gettext("Choose your language"),
                "not_found": words.gettext("Page not found"),
                "moved": words.gettext(
                    "There is nothing at this address. It may have moved, or the code may be"
                    " written in another way."
                ),
                "near": words.gettext("Did you mean:"),
                "home": words.gettext("Home"),
                "errors": words.gettext("All errors"),
            },
        }

    def files(self) -> Iterator[tuple[str, bytes]]:
        """(path, content) of each file, below the site's root."""
        yield "index.html", self._write("root.html.jinja", root="")
        yield "404.html", self._write("notfound.html.jinja", root=self._base)
        yield "codes.json", f"{json.dumps(self._codes(), ensure_ascii=False)}\n".encode()
        yield from self._short_links()
        if self._root_url:
            robots = f"User-agent: *\nAllow: /\nSitemap: {self._root_url}sitemap.xml\n"
            yield "robots.txt", robots.encode("utf-8")

    def _write(self, template: str, **values: object) -> bytes:
        written = self._environment.get_template(template).render(data=Markup(self._data), **values)
        return written.encode("utf-8")

    def _codes(self) -> dict[str, list[str]]:
        """Ids by the lower-case form of everything that leads to an entry."""
        found = {h.lower(): [e.id for e in entries] for h, entries in self._book.by_code.items()}
        for entry in self._book.entries.values():
            if entry.has_page:
                found.setdefault(entry.id, [entry.id])
        return found

    def _short_links(self) -> Iterator[tuple[str, bytes]]:
        """A page for each code, in upper and in lower case: on some disks they are one folder."""
        page = self._write("short.html.jinja", root="../../").decode("utf-8")
        before, after = page.split("ZQLISTZQ")
        for handle, entries in self._book.by_code.items():
            name = _as_written(handle, entries)
            target = entry_url(entries[0].id) if len(entries) == 1 else ""
            lists = "".join(self._meaning(entry, len(entries) > 1) for entry in entries)
            head = before.replace("ZQHANDLEZQ", escape(name))
            content = f"{head}{lists}{after.replace('ZQTARGETZQ', target)}".encode()
            for folder in dict.fromkeys((handle, handle.lower(), name)):
                yield f"e/{folder}/index.html", content

    def _meaning(self, entry: Entry, titled: bool) -> str:
        """One meaning of a code, as a list of its pages in all locales."""
        url = entry_url(entry.id)
        items = []
        for locale, names in self._names.items():
            tag, name = locale.tag, escape(names[entry.id])
            items.append(
                f'<li><a href="../../{tag}/{url}" hreflang="{tag}" lang="{tag}">'
                f"<small><bdi>{self._languages[tag]}</bdi></small>"
                f' <span><bdi dir="{locale.direction}">{name}</bdi></span></a></li>\n'
            )
        source = escape(self._names[self._settings.site_locales[0]][entry.id])
        title = f"<h2>{source}</h2>\n" if titled else ""
        return f"{title}<ul>\n{''.join(items)}</ul>\n"


def _as_written(handle: str, entries: tuple[Entry, ...]) -> str:
    """The code in its own letter case; an alias or id as it was asked for."""
    for entry in entries:
        for name in (entry.code, entry.id, *entry.aliases):
            if name and name.upper() == handle:
                return name
    return handle


def _icon(settings: Settings) -> str:
    """Path of the site's icon below a locale, as the theme has it; empty where it has none."""
    configured = theme(settings)
    icon = configured.get("favicon") or _ICONS.get(str(configured.get("name")), "")
    is_here = isinstance(icon, str) and not is_address(icon) and not icon.startswith("/")
    return str(icon) if is_here else ""


def _asset(name: str) -> str:
    return (resources.files("errbook") / "assets" / name).read_text(encoding="utf-8")
