"""Builds the whole site: stage every locale, run the builder, finish, check, publish."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from errbook import storage
from errbook.config import Settings
from errbook.diagnostics import Diagnostic, Location, in_order, report
from errbook.locales import Locale
from errbook.project import Project
from errbook.site import links, stage
from errbook.site.finish import Finisher
from errbook.site.landing import Landing
from errbook.site.publish import Publication, Published
from errbook.site.stage import Stage
from errbook.urls import page_url

_BUILDER_LINE = re.compile(r"^(?:WARNING|ERROR|CRITICAL)\s*-\s*(?P<message>.*)")
_DOC_FILE = re.compile(r"[Dd]oc file '(?P<path>[^']+)'")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")

Step = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    """What made it fail; empty when the site was published."""
    locales: int = 0
    pages: int = 0
    published: Published = field(default_factory=Published)

    @property
    def ok(self) -> bool:
        return not self.diagnostics


def build(
    project: Project,
    *,
    site_dir: Path | None = None,
    site_url: str = "",
    builder: str = "",
    jobs: int = 0,
    step: Step = lambda text: None,
) -> Built:
    """Build and publish the site of a project whose source has no mistake.

    Args:
        project: The project.
        site_dir: Where to publish, instead of the configured folder.
        site_url: The URL to build for, instead of the configured one.
        builder: The builder to use, instead of the configured one.
        jobs: How many builders may run at once; 0 for one per processor.
        step: Told what is done next, for a progress display.

    Returns:
        What was done. When it failed, the published site is as it was before.
    """
    settings = project.settings
    builder = builder or settings.builder
    if find_spec(builder) is None:
        hint = f"Install it: pip install 'errbook[{builder}]'."
        missing = report("EB502", Location(settings.path), f"{builder} is not installed", hint)
        return Built([missing])
    locales = settings.all_locales
    stages: list[Stage] = []
    for locale in locales:
        step(f"stage {locale}")
        stages.append(stage.stage(project, locale, site_url))
    failures = _run_all(stages, builder, settings, jobs, step)
    if failures:
        return Built(in_order(failures))
    editions = {locale: stage.edition(project, locale, site_url) for locale in locales}
    finisher = Finisher(settings, editions, site_url)
    landing = Landing(settings, editions, site_url)
    site = site_dir or settings.site_dir
    output = _Output(stages, finisher, landing)
    step("check links")
    found = list(output.check(settings, site_url))
    if found:
        return Built(in_order(found))
    step("publish")
    publication = Publication(site, settings.root, ["e", *(locale.tag for locale in locales)])
    publication.put(output.files())
    done = publication.close()
    return Built([], len(locales), output.pages, done)


class _Output:
    """All files of the site, finished; nothing is held in memory but outlines of pages."""

    def __init__(self, stages: list[Stage], finisher: Finisher, landing: Landing) -> None:
        self._stages = stages
        self._finisher = finisher
        self._landing = landing
        self.pages = 0

    def finish(self) -> Iterator[tuple[str, bytes]]:
        """Finish every file of every locale and keep it beside the builder's output."""
        for made in self._stages:
            kept = set()
            for name, content in self._finisher.finish(made.locale, made.site):
                path = made.folder / "finished" / name
                storage.write(path, content)
                kept.add(path)
                yield f"{made.locale.tag}/{name}", content
            for path in (made.folder / "finished").rglob("*"):
                if path.is_file() and path not in kept:
                    path.unlink()

    def files(self) -> Iterator[tuple[str, bytes]]:
        """What `finish` made, and the pages above the locales."""
        for made in self._stages:
            folder = made.folder / "finished"
            for path in sorted(p for p in folder.rglob("*") if p.is_file()):
                yield f"{made.locale.tag}/{path.relative_to(folder).as_posix()}", path.read_bytes()
        yield from self._landing.files()

    def check(self, settings: Settings, site_url: str) -> Iterator[Diagnostic]:
        """Finish the site and check it as a whole."""
        names: set[str] = set()
        outlines: dict[str, links.Outline] = {}

        def see(name: str, content: bytes) -> None:
            names.add(name)
            if name.endswith(".html"):
                outlines[name] = links.outline(content.decode("utf-8"))

        for name, content in self.finish():
            see(name, content)
        self.pages = len(outlines)
        for name, content in self._landing.files():
            see(name, content)
        address = site_url or settings.site_url
        site = links.Site(frozenset(names), outlines, stage.base_path(address), address)
        yield from links.check(site, tuple(made.locale.tag for made in self._stages))


def _run_all(
    stages: list[Stage], builder: str, settings: Settings, jobs: int, step: Step
) -> list[Diagnostic]:
    def one(made: Stage) -> list[Diagnostic]:
        step(f"build {made.locale}")
        return list(run(made, builder, settings))

    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        return [finding for found in pool.map(one, stages) for finding in found]


def run(made: Stage, builder: str, settings: Settings) -> Iterator[Diagnostic]:
    """Run a builder over one locale's project, in strict mode.

    Yields:
        What the builder complained about, or that it failed without a word.
    """
    command = [
        sys.executable,
        "-m",
        builder,
        "build",
        "--strict",
        "--clean",
        "-f",
        str(made.config),
    ]
    # The builder's own folder of modules must not be shadowed by the project's files.
    environment = {**os.environ, "PYTHONSAFEPATH": "1", "NO_COLOR": "1"}
    done = subprocess.run(
        command, cwd=settings.root, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0 and (made.site / "index.html").is_file():
        return
    output = _ANSI.sub("", f"{done.stdout}\n{done.stderr}")
    complaints = [m["message"] for m in map(_BUILDER_LINE.match, output.splitlines()) if m]
    if not complaints:
        tail = [line for line in output.splitlines() if line.strip()][-8:]
        complaints = [f"{builder} stopped with exit code {done.returncode}: {' | '.join(tail)}"]
    for message in complaints:
        yield report(
            "EB501",
            _place(message, made.locale, settings),
            f"{builder}: {message}",
            "Correct it in the source; the site stays as it was.",
            locale=made.locale.tag,
        )


def _place(message: str, locale: Locale, settings: Settings) -> Location:
    """The source file that a builder's complaint about a staged file is about."""
    named = _DOC_FILE.search(message)
    if named is None:
        return Location(settings.path)
    path = named["path"]
    folder = settings.pages.relative_to(settings.root).as_posix()
    if path.startswith("errors/") and not (settings.pages / path).exists():
        return Location(f"{locale.tag}/{page_url(path)}")
    return Location(f"{folder}/{path}")
