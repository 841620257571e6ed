"""MkDocs' hooks: ``mkdocs build`` and ``mkdocs serve`` give what ``errbook build`` gives."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mkdocs.config import Config
from mkdocs.config import config_options as opt
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.files import Files

from errbook import config as configuration
from errbook import project
from errbook.diagnostics import Diagnostic, Severity
from errbook.formats import text
from errbook.project import Project
from errbook.site import build
from errbook.site.inputs import Inputs
from errbook.site.obstacles import obstacle
from errbook.site.whole import Built

log = get_plugin_logger(__name__)


class ErrbookConfig(Config):  # type: ignore[no-untyped-call]
    """The options, which errbook reads itself, with places, from the configuration file."""

    source_locale = opt.Optional(opt.Type(str))
    locales = opt.Optional(opt.Type(dict))
    source = opt.Optional(opt.Type(str))
    translations = opt.Optional(opt.Type(str))
    builder = opt.Optional(opt.Type(str))
    edit_url = opt.Optional(opt.Type(str))
    report_url = opt.Optional(opt.Type(str))
    social_cards = opt.Optional(opt.Type(str))
    status_page = opt.Optional(opt.Type(bool))


class ErrbookPlugin(BasePlugin[ErrbookConfig]):  # type: ignore[no-untyped-call]
    """Lets MkDocs build nothing itself, and builds every locale when it is done."""

    def __init__(self) -> None:
        self._project: Project | None = None
        self._inputs: Inputs | None = None
        self._site_dir = ""
        self._aside: tempfile.TemporaryDirectory[str] | None = None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        path = Path(config.config_file_path)
        settings, _ = configuration.load(path.parent, path.name)
        self._inputs = Inputs(settings) if settings else None
        read = self._inputs.books.load if self._inputs else None
        loaded, found = project.load(path.parent, path.name, read=read)
        mistakes = found if loaded is None else loaded.source_findings
        if loaded is None or loaded.source_is_broken:
            raise PluginError(f"errbook cannot read the source.\n{text.write(mistakes)}")
        _warn(mistakes)
        self._project = loaded
        # MkDocs empties its site folder first, and would build the pages of one locale into it.
        self._site_dir = config.site_dir
        self._aside = tempfile.TemporaryDirectory(prefix="errbook-")
        config.site_dir = self._aside.name
        config.nav = None
        return config

    @event_priority(-100)
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        return Files([])

    @event_priority(-100)
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        config.site_dir = self._site_dir
        if self._aside is not None:
            self._aside.cleanup()
        if self._project is None:
            return
        url = config.site_url or ""
        try:
            built = build.build(
                self._project,
                site_dir=Path(config.site_dir),
                site_url="" if url == self._project.settings.site_url else url,
                strict=config.strict,
                inputs=self._inputs,
            )
        except OSError as error:
            found = obstacle(self._project.settings.root, error, Path(config.site_dir))
            if found is None:
                raise
            built = Built([found])
        if not built.ok:
            raise PluginError(f"errbook published nothing.\n{text.write(built.failures)}")
        _warn(built.findings)
        log.info(f"Built {built.pages} pages in {len(built.coverage)} locales")

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, **kwargs: Any
    ) -> LiveReloadServer:
        if self._project is not None:
            settings = self._project.settings
            for folder in (settings.source, settings.translations):
                if folder.is_dir():
                    server.watch(str(folder))
        return server


def _warn(findings: Iterable[Diagnostic]) -> None:
    """Log findings, so that MkDocs counts them in strict mode."""
    for finding in findings:
        if finding.severity > Severity.INFO:
            log.warning(f"{finding.location}: {finding.code} {finding.message}")
