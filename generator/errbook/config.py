"""The project's configuration: ``mkdocs.yml`` as it is written, and errbook's own options in it."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from errbook import locales
from errbook.diagnostics import Diagnostic, Location, report
from errbook.locales import Locale

FILE = "mkdocs.yml"
PLUGIN = "errbook"



class Tagged:
    """A value with a tag of its own (``!ENV``, ``!relative``, ``!!python/name``): kept, not read."""

    def __init__(self, node: yaml.Node) -> None:
        self.node = node


class _Loader(yaml.SafeLoader):
    """Constructs plain values and keeps everything with a foreign tag as it is written."""


def _construct_tagged(loader: _Loader, suffix: str, node: yaml.Node) -> Tagged:
    return Tagged(node)


_Loader.add_multi_constructor("!", _construct_tagged)
_Loader.add_multi_constructor("tag:yaml.org,2002:python/", _construct_tagged)
# A date in a configuration is the text that was written.
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _Loader.construct_yaml_str)


class _Dumper(yaml.SafeDumper):
    """Writes configurations; tagged values go out as they came in."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.add_representer(Tagged, lambda dumper, value: value.node)


def dump(config: Mapping[str, Any]) -> str:
    """Write a configuration as YAML, tags included, keys in their order."""
    return yaml.dump(
        dict(config), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000
    )


def resolve(value: Any) -> Any:
    """The value of an ``!ENV`` tag in this process's environment; other values as they are."""
    if not isinstance(value, Tagged) or value.node.tag != "!ENV":
        return value
    node = value.node
    if isinstance(node, yaml.ScalarNode):
        return os.environ.get(node.value)
    if isinstance(node, yaml.SequenceNode) and node.value:
        *names, default = [item.value for item in node.value]
        names = names or [default]
        for name in names:
            if name in os.environ:
                return os.environ[name]
        return default if len(node.value) > 1 else None
    return None


# --- errbook's options ---------------------------------------------------------------------------


class _LocaleOptions(BaseModel):
    model_config = ConfigDict(extra="forbid")
    required: Literal["true", "false"] | list[str] = "false"
    """``true`` for every catalog and page, or the names of catalogs (and ``pages``)."""
    fallback: list[str] = []
    """Locales that serve this one where it has no translation, nearest first."""


class _Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    source_locale: str = "en-US"
    locales: dict[str, _LocaleOptions | Literal[""]] = {}
    source: str = "source"
    """Folder of the source."""
    translations: str = "locales"
    """Folder of the PO files."""
    builder: Literal["mkdocs", "properdocs", "zensical"] = "mkdocs"
    edit_url: str = ""
    """Where a file can be edited; {path} and {line} stand for its path and line."""
    report_url: str = ""
    """Where a problem can be reported; {title} and {body} stand for what is filled in."""
    enabled: Literal["true", "false"] = "true"


OPTIONS = tuple(_Options.model_fields)
"""The names of errbook's options."""


@dataclass(frozen=True, slots=True)
class LocaleSettings:
    """What the configuration says about one locale."""

    locale: Locale
    theme_language: str
    required: bool | frozenset[str] = False
    """Whether it must be complete, or the names of the catalogs (and ``pages``) that must be."""
    fallback: tuple[Locale, ...] = ()

    def requires(self, name: str) -> bool:
        """Whether a catalog (or ``pages``) must be complete in this locale."""
        return self.required if isinstance(self.required, bool) else name in self.required


@dataclass(frozen=True)
class Settings:
    """Everything the configuration says, with defaults filled in."""

    root: Path
    """The project's folder."""
    mkdocs: Mapping[str, Any] = field(default_factory=dict)
    """The whole configuration, inherited files included."""
    path: str = FILE
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
    lines: Mapping[str, int] = field(default_factory=dict)
    """Line of each top-level key of the configuration."""

    @property
    def all_locales(self) -> tuple[Locale, ...]:
        """The source locale and then all others."""
        return (self.source_locale, *(item.locale for item in self.locales))

    def of(self, locale: Locale) -> LocaleSettings:
        """The settings of a locale; the source's are made up."""
        for item in self.locales:
            if item.locale == locale:
                return item
        return LocaleSettings(self.source_locale, self.source_theme_language, True)


def load(root: Path, name: str = FILE) -> tuple[Settings | None, list[Diagnostic]]:
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
    tree: yaml.Node | None = None

    def settings(self) -> tuple[Settings | None, list[Diagnostic]]:
        config = self._read(self.root / self.name, self.name)
        if config is None:
            return None, self.found
        options = self._options(self._plugin_node())
        if options is None:
            return None, self.found
        source_locale = self._locale(options.source_locale, ("source_locale",))
        items = self._locale_settings(options, source_locale)
        if source_locale is None:
            return None, self.found
        root = self.root
        site_url = str(resolve(config.get("site_url")) or "")
        repository = str(resolve(config.get("repo_url")) or "")
        settings = Settings(
            root=root,
            mkdocs=config,
            path=self.name,
            source_locale=source_locale[0],
            source_theme_language=source_locale[1],
            locales=tuple(items),
            source=root / options.source,
            translations=root / options.translations,
            pages=root / str(resolve(config.get("docs_dir")) or f"{options.source}/pages"),
            site_dir=root / str(resolve(config.get("site_dir")) or "site"),
            site_name=str(resolve(config.get("site_name")) or "Errors"),
            site_url=f"{site_url.rstrip('/')}/" if site_url else "",
            builder=options.builder,
            edit_url=options.edit_url or _edit_url(repository),
            report_url=options.report_url or _report_url(repository),
            lines=self._lines(),
        )
        return settings, self.found

    def _read(self, path: Path, shown: str, depth: int = 0) -> dict[str, Any] | None:
        """The configuration with what it inherits merged in, the way MkDocs does."""
        try:
            text = path.read_text(encoding="utf-8-sig")
            node = yaml.compose(text, Loader=_Loader)
            loader = _Loader("")
            data = loader.construct_document(node) if node else None
        except OSError as error:
            code, hint = "EB002", "Check INHERIT in the file that names it, and its permissions."
            if depth == 0 and isinstance(error, FileNotFoundError):
                code = "EB001"
                hint = "Run errbook init to make a project here, or go to the folder of one."
            message = f"{shown} cannot be read: {error.strerror}"
            self.found.append(report(code, Location(shown), message, hint))
            return None
        except UnicodeDecodeError:
            self.found.append(report("EB002", Location(shown), "it is not UTF-8",
                                     "Save the file as UTF-8."))
            return None
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            at = Location(shown, mark.line + 1, mark.column + 1) if mark else Location(shown)
            problem = getattr(error, "problem", None) or str(error)
            self.found.append(report("EB002", at, f"the YAML cannot be read: {problem}",
                                     "Correct this line."))
            return None
        if depth == 0:
            self.tree = node
        if not isinstance(data, dict):
            self.found.append(report("EB002", Location(shown), "it must be a mapping",
                                     "Begin with site_name: …"))
            return None
        parent = data.pop("INHERIT", None)
        if parent is None:
            return data
        if depth > 8 or not isinstance(parent, str):
            self.found.append(report("EB002", Location(shown), "INHERIT is no path, or leads back",
                                     "Name a file that does not inherit from this one."))
            return None
        inherited = self._read(path.parent / parent, parent, depth + 1)
        return None if inherited is None else _merge(inherited, data)

    # --- places ----------------------------------------------------------------------------------

    def _lines(self) -> dict[str, int]:
        if not isinstance(self.tree, yaml.MappingNode):
            return {}
        return {key.value: key.start_mark.line + 1 for key, _ in self.tree.value}

    def _plugin_node(self) -> yaml.Node | None:
        plugins = _child(self.tree, "plugins")
        if isinstance(plugins, yaml.MappingNode):
            return _child(plugins, PLUGIN)
        if isinstance(plugins, yaml.SequenceNode):
            for item in plugins.value:
                if isinstance(item, yaml.MappingNode) and _child(item, PLUGIN) is not None:
                    return _child(item, PLUGIN)
        return None

    def _at(self, path: Sequence[str | int]) -> Location:
        node = self._plugin_node()
        for key in path:
            child = _child(node, str(key))
            if child is None:
                break
            node = child
        if node is None:
            return Location(self.name)
        return Location(self.name, node.start_mark.line + 1, node.start_mark.column + 1)

    # --- options ---------------------------------------------------------------------------------

    def _options(self, node: yaml.Node | None) -> _Options | None:
        written = _as_written(node) if node is not None else {}
        try:
            return _Options.model_validate(written or {})
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                path = [key for key in detail["loc"] if not str(key).startswith("_")]
                shown = ".".join(str(key) for key in path)
                message, hint = f"{shown}: {detail['msg']}", ""
                if detail["type"] == "extra_forbidden":
                    known = list(_LocaleOptions.model_fields if len(path) > 1 else OPTIONS)
                    near = difflib.get_close_matches(str(path[-1]), known, 1)
                    message = f'unknown option "{shown}"'
                    hint = f'Did you mean "{near[0]}"?' if near else f"Known: {', '.join(known)}."
                elif detail["type"] == "literal_error":
                    message = f'{shown} cannot be "{detail["input"]}"'
                    hint = f"It is {detail['ctx']['expected']}."
                elif detail["type"].endswith("_type"):
                    message = f"{shown} has the wrong form"
                    hint = f"It {detail['msg'].removeprefix('Input ')}."
                if any(item.message.startswith(f"{shown} ") for item in self.found):
                    continue
                self.found.append(report("EB003", self._at(path), message, hint))
            return None

    def _locale(self, tag: str, path: Sequence[str]) -> tuple[Locale, str] | None:
        try:
            locale = locales.parse(tag)
        except locales.UnknownLocale as error:
            self.found.append(report("EB004", self._at(path), str(error), "Correct the tag."))
            return None
        available = theme_languages()
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
        items = []
        for tag, written in options.locales.items():
            path = ("locales", tag)
            parsed = self._locale(tag, path)
            item = written if isinstance(written, _LocaleOptions) else _LocaleOptions()
            fallback = [self._locale(name, (*path, "fallback")) for name in item.fallback]
            if parsed is None or (source is not None and parsed[0] == source[0]):
                continue
            required: bool | frozenset[str] = item.required == "true"
            if isinstance(item.required, list):
                required = frozenset(item.required)
            others = tuple(other[0] for other in fallback if other)
            items.append(LocaleSettings(parsed[0], parsed[1], required, others))
        return items


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return value  # type: ignore[no-any-return]
    return None


def _as_written(node: yaml.Node) -> Any:
    """A node's content with every scalar as its characters: ``no`` is Norwegian, not false."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _as_written(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_as_written(item) for item in node.value]
    if node.tag == "!ENV":
        return str(resolve(Tagged(node)) or "")
    return str(node.value)


def _merge(parent: dict[str, Any], child: dict[str, Any]) -> dict[str, Any]:
    merged = dict(parent)
    for key, value in child.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _merge(merged[key], value)
        else:
            merged[key] = value
    return merged


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


def theme_languages() -> list[str]:
    """The names of the languages that the installed theme speaks."""
    if find_spec("material") is None:
        return ["en"]
    folder = resources.files("material") / "templates" / "partials" / "languages"
    return sorted(item.name.removesuffix(".html") for item in folder.iterdir())
