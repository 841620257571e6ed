"""The project's configuration: ``mkdocs.yml`` as it is written, and errbook's own options in it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Tag,
    ValidationError,
)

from errbook import configfile, configyaml, locales, theme
from errbook.diagnostics import Diagnostic, Location, report
from errbook.locales import Locale

PLUGIN = "errbook"


# --- errbook's options ---------------------------------------------------------------------------

Builder = Literal["mkdocs", "properdocs", "zensical"]
BUILDERS: tuple[str, ...] = get_args(Builder)
"""Programs that can make HTML of the staged pages."""


SocialCards = Literal["locales", "entries"]


class _LocaleOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")
    required: Annotated[
        Annotated[Literal["true", "false"], Tag("flag")] | Annotated[list[str], Tag("names")],
        Discriminator(lambda value: "names" if isinstance(value, list) else "flag"),
    ] = "false"
    """``true``, or names of catalogs, ``pages``, and patterns of pages such as ``guide/*.md``."""
    fallback: list[str] = []
    """Locales that serve this one where it has no translation, nearest first."""


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    source_locale: str = "en-US"
    locales: dict[str, Annotated[_LocaleOptions, BeforeValidator(lambda v: v or {})]] = {}
    source: str = "source"
    """Folder of the source."""
    translations: str = "locales"
    """Folder of the PO files."""
    builder: Builder = "mkdocs"
    edit_url: str = ""
    """Where a file can be edited; {path} and {line} stand for its path and line."""
    report_url: str = ""
    """Where a problem can be reported; {title} and {body} stand for what is filled in."""
    social_cards: SocialCards = "locales"
    """For what a picture is drawn that previews of links show."""
    status_page: Literal["true", "false"] = "true"
    """Whether the site has a page that shows how far each translation is."""
    enabled: Literal["true", "false"] = "true"


_FORMS = {
    "string_type": "one value",
    "literal_error": "one value",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping of options to values",
}

OPTIONS = tuple(_Options.model_fields)
"""The names of errbook's options."""


@dataclass(frozen=True, slots=True)
class LocaleSettings:
    """What the configuration says about one locale."""

    locale: Locale
    theme_language: str
    required: bool | frozenset[str] = False
    """Whether it must be complete, or what must be: catalogs, ``pages``, patterns of pages."""
    fallback: tuple[Locale, ...] = ()

    def requires(self, name: str, page: str = "") -> bool:
        """Whether a catalog, ``pages`` or one page must be complete in this locale.

        Args:
            name: The name of the catalog, or ``pages``.
            page: With ``pages``, the path of one page; without it, whether any page is required.
        """
        if isinstance(self.required, bool):
            return self.required
        if name in self.required:
            return True
        patterns = self.page_patterns if name == "pages" else []
        return any(fnmatchcase(page, p) for p in patterns) if page else bool(patterns)

    @property
    def page_patterns(self) -> list[str]:
        """The patterns of pages among what is required: what ends in ``.md``."""
        listed = [] if isinstance(self.required, bool) else self.required
        return sorted(name for name in listed if name.endswith(".md"))


@dataclass(frozen=True, slots=True)
class Preview:
    """How a site is shown to those who translate it; a site that is published has none of it."""

    tags: tuple[str, ...]
    """Tags of the locales that it has."""
    drafts: bool = False
    """Whether translations are shown that nobody has settled yet."""


@dataclass(frozen=True)
class Settings:
    """Everything the configuration says, with defaults filled in."""

    root: Path
    """The project's folder."""
    mkdocs: Mapping[str, Any] = field(default_factory=dict)
    """The whole configuration, inherited files included."""
    path: str = configfile.FILE
    source_locale: Locale = field(default_factory=lambda: locales.parse("en-US"))
    source_theme_language: str = "en"
    locales: tuple[LocaleSettings, ...] = ()
    """Every locale but the source, in the order of the file."""
    source: Path = Path("source")
    translations: Path = Path("locales")
    pages: Path = Path("source/pages")
    site_dir: Path = Path("site")
    site_name: str = ""
    site_url: str = ""
    """Absolute URL with a final slash, or empty."""
    builder: str = "mkdocs"
    edit_url: str = ""
    report_url: str = ""
    social_cards: str = "locales"
    """``locales``: one picture for each; ``entries``: one for each entry of each locale too."""
    status_page: bool = True
    """Whether the site has a page that shows how far each translation is."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line of each top-level key of the configuration."""
    preview: Preview | None = None
    """Set where the site is shown to translators only."""

    @property
    def plugins(self) -> frozenset[str]:
        """The names of MkDocs' plugins, errbook's among them."""
        return configyaml.names(self.mkdocs.get("plugins", ["search"]))

    @property
    def all_locales(self) -> tuple[Locale, ...]:
        """The source locale and then all others."""
        return (self.source_locale, *(item.locale for item in self.locales))

    @property
    def site_locales(self) -> tuple[Locale, ...]:
        """The locales that the site has: all of them, or those of a preview; the source first."""
        if self.preview is None:
            return self.all_locales
        return tuple(locale for locale in self.all_locales if locale.tag in self.preview.tags)

    def of(self, locale: Locale) -> LocaleSettings:
        """The settings of a locale; the source's are made up."""
        for item in self.locales:
            if item.locale == locale:
                return item
        return LocaleSettings(self.source_locale, self.source_theme_language, True)

    def shown(self, path: Path) -> str:
        """A path as diagnostics name it: from the project's folder, where it is in that."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.as_posix()


def load(root: Path, name: str = configfile.FILE) -> tuple[Settings | None, list[Diagnostic]]:
    """Read a project's configuration.

    Args:
        root: The project's folder.
        name: The name of the configuration file in it.

    Returns:
        The settings, or None when there is no configuration to read, and what was wrong.
    """
    return _Reader(root, name).settings()


@dataclass
class _Reader:
    root: Path
    name: str
    found: list[Diagnostic] = field(default_factory=list)
    trees: list[tuple[str, yaml.Node]] = field(default_factory=list)
    """(name, content) of the file and of those it inherits from, in this order."""

    def settings(self) -> tuple[Settings | None, list[Diagnostic]]:
        config = self._read(self.root / self.name, self.name)
        if config is None:
            return None, self.found
        options = self._options()
        if options is None:
            return None, self.found
        source_locale = self._locale(options.source_locale, ("source_locale",))
        items = self._locale_settings(options, source_locale)
        if source_locale is None:
            return None, self.found
        root = self.root
        site_url = str(configyaml.resolve(config.get("site_url")) or "")
        repository = str(configyaml.resolve(config.get("repo_url")) or "")
        settings = Settings(
            root=root,
            mkdocs=config,
            path=self.name,
            source_locale=source_locale[0],
            source_theme_language=source_locale[1],
            locales=tuple(items),
            source=root / options.source,
            translations=root / options.translations,
            pages=root
            / str(configyaml.resolve(config.get("docs_dir")) or f"{options.source}/pages"),
            site_dir=root / str(configyaml.resolve(config.get("site_dir")) or "site"),
            site_name=str(configyaml.resolve(config.get("site_name")) or "Errors"),
            site_url=f"{site_url.rstrip('/')}/" if site_url else "",
            builder=options.builder,
            edit_url=options.edit_url or _edit_url(repository),
            report_url=options.report_url or _report_url(repository),
            social_cards=options.social_cards,
            status_page=options.status_page == "true",
            lines=self._lines(),
        )
        return settings, self.found

    def _read(self, path: Path, shown: str, depth: int = 0) -> dict[str, Any] | None:
        """The configuration with what it inherits merged in, the way MkDocs does."""
        parsed = self._parse(path, shown, depth)
        if parsed is None:
            return None
        node, data = parsed
        if node is None or not isinstance(data, dict):
            self._unreadable(shown, "it must be a mapping", "Begin with site_name: …")
            return None
        self.trees.append((shown, node))
        parent = configyaml.resolve(data.pop("INHERIT", None))
        if parent is None:
            return data
        if depth > 8 or not isinstance(parent, str):
            self._unreadable(
                shown,
                "INHERIT is no path, or leads back",
                "Name a file that does not inherit from this one.",
            )
            return None
        inherited = self._read(path.parent / parent, parent, depth + 1)
        return None if inherited is None else configyaml.merge(inherited, data)

    def _parse(self, path: Path, shown: str, depth: int) -> tuple[yaml.Node | None, Any] | None:
        """One file's nodes and values, or None where it cannot be read at all."""
        try:
            return configyaml.compose(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            code, hint = "EB002", "Check INHERIT in the file that names it, and its permissions."
            if depth == 0 and isinstance(error, FileNotFoundError):
                code = "EB001"
                above = configfile.above(path)
                hint = "Run errbook init to make a project here, or go to the folder of one."
                if above:
                    hint = f"There is one above: go there, or begin with errbook -f {above}."
            message = f"{shown} cannot be read: {error.strerror}"
            self.found.append(report(code, Location(shown), message, hint))
            return None
        except UnicodeDecodeError:
            self._unreadable(shown, "it is not UTF-8", "Save the file as UTF-8.")
            return None
        except RecursionError:
            self._unreadable(shown, "it nests too deep", "Flatten it.")
            return None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            problem = getattr(error, "problem", None) or str(error).splitlines()[0]
            message = f"the YAML cannot be read: {problem}"
            self._unreadable(shown, message, "Correct this line.", place)
            return None
        except (ValueError, LookupError) as error:
            # YAML's own number and truth value types do not check what they are given.
            self._unreadable(shown, f"a value cannot be read: {error}", "Put the value in quotes.")
            return None

    def _unreadable(
        self, shown: str, message: str, hint: str, place: tuple[int, int] = (1, 1)
    ) -> None:
        self.found.append(report("EB002", Location(shown, *place), message, hint))

    # --- places ----------------------------------------------------------------------------------

    def _lines(self) -> dict[str, int]:
        node = self.trees[0][1] if self.trees else None
        if not isinstance(node, yaml.MappingNode):
            return {}
        return {str(key.value): key.start_mark.line + 1 for key, _ in node.value}

    def _plugin_nodes(self) -> list[tuple[str, yaml.Node]]:
        """(file, errbook's options in it), the file itself before those it inherits from."""
        found: list[tuple[str, yaml.Node]] = []
        merging = False
        for shown, tree in self.trees:
            plugins = configyaml.child(tree, "plugins")
            mapping = isinstance(plugins, yaml.MappingNode)
            if plugins is None or (merging and not mapping):
                continue
            items = [plugins] if mapping else plugins.value
            nodes = (
                configyaml.child(item, PLUGIN)
                for item in items
                if isinstance(item, yaml.MappingNode)
            )
            found += [(shown, node) for node in nodes if node is not None]
            merging = True
            if not mapping:
                # A list takes the place of what it inherits.
                break
        return found

    def _at(self, path: Sequence[str | int]) -> Location:
        """The place of an option, in the nearest file that has it."""
        best, length = Location(self.trees[0][0] if self.trees else self.name), -1
        for shown, node in self._plugin_nodes():
            followed = 0
            for key in path:
                child = configyaml.child(node, str(key))
                if child is None:
                    break
                node, followed = child, followed + 1
            if followed > length and node.start_mark:
                mark, length = node.start_mark, followed
                best = Location(shown, mark.line + 1, mark.column + 1)
        return best

    # --- options ---------------------------------------------------------------------------------

    def _options(self) -> _Options | None:
        written: Any = {}
        for _, node in reversed(self._plugin_nodes()):
            value = configyaml.as_written(node) or {}
            both = isinstance(value, dict) and isinstance(written, dict)
            written = configyaml.merge(written, value) if both else value
        try:
            return _Options.model_validate(written)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._option_error(detail, _existing(written, detail["loc"]))
            return None

    def _option_error(self, detail: Any, path: tuple[str | int, ...]) -> None:
        shown = ".".join(str(key) for key in path) or PLUGIN
        kind: str = detail["type"]
        message, hint = f"{shown}: {detail['msg']}", ""
        if kind == "extra_forbidden":
            known = list(_LocaleOptions.model_fields if len(path) > 1 else OPTIONS)
            near = difflib.get_close_matches(str(path[-1]), known, 1)
            message = f'unknown option "{shown}"'
            hint = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(known)}."
        elif kind == "literal_error" and isinstance(detail["input"], str):
            message = f'{shown} cannot be "{detail["input"]}"'
            hint = f"It is {detail['ctx']['expected']}."
            if path[-1] == "required":
                hint = "It is true, false, or a list such as [shop, pages]."
        elif kind in _FORMS:
            message, hint = f"{shown} has the wrong form", f"It is {_FORMS[kind]}."
        self.found.append(report("EB003", self._at(path), message, hint))

    def _locale(self, tag: str, path: Sequence[str]) -> tuple[Locale, str] | None:
        try:
            locale = locales.parse(tag)
        except locales.UnknownLocale as error:
            self.found.append(report("EB004", self._at(path), str(error), "Correct the tag."))
            return None
        if locale.is_pseudo:
            message = f'"{tag}" is not configured: errbook makes it when it is asked to'
            hint = "Delete it here; run errbook build --pseudo."
            self.found.append(report("EB004", self._at(path), message, hint))
            return None
        available = theme.languages()
        language = locales.theme_language(locale, available)
        if language is None:
            near = difflib.get_close_matches(locale.tag, available, 1)
            hint = f"The theme speaks {', '.join(near or available)}."
            self.found.append(
                report("EB004", self._at(path), f'the theme does not speak "{tag}"', hint)
            )
            return None
        return locale, language

    def _locale_settings(
        self, options: _Options, source: tuple[Locale, str] | None
    ) -> list[LocaleSettings]:
        items: list[LocaleSettings] = []
        for tag, item in options.locales.items():
            path = ("locales", tag)
            parsed = self._locale(tag, path)
            named = enumerate(item.fallback)
            fallback = [self._locale(name, (*path, "fallback", str(i))) for i, name in named]
            if parsed is None or (source is not None and parsed[0] == source[0]):
                continue
            if any(other.locale == parsed[0] for other in items):
                self.found.append(
                    report(
                        "EB003",
                        self._at(path),
                        f"locales.{tag} is there twice",
                        "Delete one of the two.",
                    )
                )
                continue
            required: bool | frozenset[str] = item.required == "true"
            if isinstance(item.required, list):
                required = frozenset(item.required)
            others = tuple(other[0] for other in fallback if other)
            items.append(LocaleSettings(parsed[0], parsed[1], required, others))
        return items


def _existing(tree: Any, loc: Sequence[str | int]) -> tuple[str | int, ...]:
    """The keys of a validator's path that exist (it adds the names of union members)."""
    path: list[str | int] = []
    for key in loc:
        inside = key in tree if isinstance(tree, dict) else isinstance(tree, list)
        if inside and (isinstance(tree, dict) or isinstance(key, int)):
            tree = tree[key]
            path.append(key)
    return tuple(path)


def _edit_url(repository: str) -> str:
    repository = repository.rstrip("/")
    if "github.com" in repository:
        return f"{repository}/blob/HEAD/{{path}}#L{{line}}"
    if "gitlab" in repository:
        return f"{repository}/-/blob/HEAD/{{path}}#L{{line}}"
    if "codeberg.org" in repository or "gitea" in repository:
        return f"{repository}/src/branch/main/{{path}}#L{{line}}"
    return ""


def _report_url(repository: str) -> str:
    repository = repository.rstrip("/")
    if "github.com" in repository or "codeberg.org" in repository or "gitea" in repository:
        return f"{repository}/issues/new?title={{title}}&body={{body}}"
    if "gitlab" in repository:
        return f"{repository}/-/issues/new?issue[title]={{title}}&issue[description]={{body}}"
    return ""
