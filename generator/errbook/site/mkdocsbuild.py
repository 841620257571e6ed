"""Runs MkDocs in this process: over all pages, or over those that are not known already."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import PurePath

from jinja2 import (
    Environment,
    FileSystemLoader,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
)
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import MkDocsException
from mkdocs.plugins import BasePlugin
from mkdocs.structure.files import Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page
from mkdocs.theme import Theme

from errbook.site.made import Facts
from errbook.site.stage import Stage
from errbook.templating import Compiled

_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def run(made: Stage, known: Mapping[str, Facts]) -> tuple[list[str], dict[str, Facts]]:
    """Build one locale.

    Args:
        made: The locale's project.
        known: Pages that are not to be rendered, by the paths of their Markdown: all others show
            and find them as they are said to be here. Without any, the site is made as a whole.

    Returns:
        What MkDocs complained about, and the facts of the pages that were rendered.
    """
    handler, pages = _Complaints(), _Pages(known)
    logger = logging.getLogger("mkdocs")
    propagates, logger.propagate = logger.propagate, False
    logger.addHandler(handler)
    try:
        config = load_config(config_file=str(made.config))
        make = config.theme.get_env
        # Not before MkDocs asks for it: until then plugins may add folders to the theme.
        config.theme.get_env = lambda: _with_templates(make(), config.theme)  # type: ignore[method-assign]
        config.plugins["errbook/pages"] = pages
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build(config)
        finally:
            config.plugins.on_shutdown()
    except MkDocsException as error:
        return handler.messages or [str(error)], {}
    except TemplateError as error:
        return [_of_template(error)], {}
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagates
    return handler.messages, pages.facts


def _of_template(error: TemplateError) -> str:
    """What is wrong in a template, and where."""
    if isinstance(error, TemplateNotFound):
        return f"the theme has no {error.name}"
    if isinstance(error, TemplateSyntaxError):
        return f"{error.name or 'a template'}, line {error.lineno}: {error.message}"
    return f"in a template: {error.message}"


def warm(theme: str) -> None:
    """Compile the templates of a theme that its pages are made of; `run` does without then."""
    found = Theme(theme)
    environment = _with_templates(found.get_env(), found)
    names, seen = ["main.html", "404.html"], set()
    while names:
        name = names.pop()
        if name not in seen and environment.loader is not None:
            seen.add(name)
            # One that is not there may be none that must be; who renders it will say.
            with suppress(TemplateError):
                environment.get_template(name)
                names += _PART.findall(environment.loader.get_source(environment, name)[0])


_PART = re.compile(r'\{%-?\s*(?:extends|from|import|include)\s+"([^"]+\.html)"')
"""Another template that one is made of."""


def _with_templates(environment: Environment, theme: Theme) -> Environment:
    """Let an environment find the templates of a theme, and those that are compiled already."""
    environment.loader = _Theme(theme.dirs)
    environment.bytecode_cache = _compiled
    # To look for constants takes longer than they would in the few pages that are rendered.
    environment.optimized = False
    return environment


class _Pages(BasePlugin):  # type: ignore[type-arg, no-untyped-call]
    """Leaves out what is known already, and learns the facts of what is rendered."""

    def __init__(self, known: Mapping[str, Facts]) -> None:
        self._known = known
        self.facts: dict[str, Facts] = {}

    def on_nav(self, nav: Navigation, /, *, config: MkDocsConfig, files: Files) -> Navigation:
        if self._known:
            for file in files:
                facts = self._known.get(file.src_uri)
                if facts is not None:
                    page = file.page or Page(None, file, config)
                    page.read_source(config)
                    page.title = facts.title
                    page.present_anchor_ids = set(facts.anchors)
                if facts is not None or not file.is_documentation_page():
                    # It stays in the navigation, and links still find it.
                    file.inclusion = InclusionLevel.EXCLUDED
        return nav

    def on_env(
        self, env: Environment, /, *, config: MkDocsConfig, files: Files
    ) -> Environment | None:
        for file in files.documentation_pages():
            page = file.page
            # YAML may make anything of a title in front matter.
            if page is not None and isinstance(page.title, str):
                anchors = tuple(sorted(page.present_anchor_ids or ()))
                self.facts[file.src_uri] = Facts(page.title, repr(page.meta), anchors)
        return env


class _Theme(FileSystemLoader):
    """The files of a theme, but for the hidden ones: MkDocs copies none of them, and looks at each
    of Material's thousands of icons to leave it out.
    """

    def list_templates(self) -> list[str]:
        found = set()
        for root in self.searchpath:
            for folder, folders, names in os.walk(root, followlinks=self.followlinks):
                folders[:] = [name for name in folders if not name.startswith(".")]
                below = PurePath(folder).relative_to(root)
                found |= {(below / name).as_posix() for name in names}
        return sorted(found)


_compiled = Compiled()
"""The theme's templates."""


class _Complaints(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(_ANSI.sub("", record.getMessage()))
