"""Runs a builder over one locale's project, in strict mode, and reads what it complains about."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from traceback import walk_tb

from errbook.config import Settings
from errbook.diagnostics import Diagnostic, Location, report
from errbook.locales import Locale
from errbook.site.made import Facts, Made
from errbook.site.stage import OVERRIDES, Stage, custom_dir, theme
from errbook.urls import page_url

_BUILDER_LINE = re.compile(r"^(?:WARNING|ERROR|CRITICAL)\s*-\s*(?P<message>.*)")
_DOC_FILE = re.compile(r"[Dd]oc file '(?P<path>[^']+)'")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def missing(builder: str, settings: Settings) -> Iterator[Diagnostic]:
    """Whether a builder is not installed, or lacks what it needs: a path, the overrides."""
    try:
        str(settings.root.absolute()).encode("utf-8")
    except UnicodeEncodeError:
        yield report(
            "EB501",
            Location(settings.path),
            "the name of a folder above the project is not UTF-8; no builder works there",
            "Rename the folder. If its name looks right, set LC_ALL to a language with UTF-8.",
        )
    custom = theme(settings).get("custom_dir")
    if isinstance(custom, str) and custom_dir(settings) is None:
        yield report(
            "EB003",
            Location(settings.path, settings.lines.get("theme", 1)),
            f'theme.custom_dir: there is no folder "{custom}"',
            f"Make it, or correct the path; it begins at the folder of {settings.path}.",
        )
    if find_spec(builder) is None:
        yield report(
            "EB502",
            Location(settings.path),
            f"{builder} is not installed",
            f"Install it: pip install 'errbook[{builder}]'.",
        )


def warm() -> None:
    """Import MkDocs and its theme once, before processes are forked that need them."""
    for name in (
        "mkdocs.commands.build",
        "material.plugins.search.plugin",
        "pymdownx.superfences",
        "pymdownx.tabbed",
    ):
        if find_spec(name.partition(".")[0]) is not None:
            import_module(name)


def warm_theme(settings: Settings) -> None:
    """Compile the templates of Material once, before processes are forked that will need them."""
    if find_spec("material") is not None and theme(settings).get("name") == "material":
        from errbook.site import mkdocsbuild

        mkdocsbuild.warm("material")


def run(
    made: Stage, builder: str, settings: Settings, known: Mapping[str, Facts] | None = None
) -> Made:
    """Build one locale.

    MkDocs runs in this process, which has imported it already; others in one of their own.

    Args:
        made: The locale's project.
        builder: The builder.
        settings: The settings of the whole project.
        known: The facts of pages that are not to be rendered, by the paths of their Markdown: the
            builder, which is MkDocs then, makes the other pages only, and copies no files.

    Returns:
        What the builder made, with its complaints if there were any.
    """
    facts: Mapping[str, Facts] = {}
    if builder == "mkdocs":
        from errbook.site import mkdocsbuild

        try:
            messages, facts = mkdocsbuild.run(made, known or {})
        except Exception as error:
            place = _own_code(error, made, settings)
            if place is None:
                raise
            message = f"{builder}: {type(error).__name__}: {error}"
            return Made(made.site, [report("EB501", place, message, "Correct this line.")], facts)
        if not (messages or known or (made.site / "index.html").is_file()):
            home = settings.shown(settings.pages / "index.md")
            messages = [f"it wrote no index.html: is there no {home}?"]
    else:
        messages = _other(made, builder, settings)
    complaints = [
        report(
            "EB501",
            _place(message, made.locale, settings),
            f"{builder}: {message}",
            "Correct it in the source; the site stays as it was.",
            locale=made.locale.tag,
        )
        for message in messages
    ]
    return Made(made.site, complaints, facts)


def _own_code(error: Exception, made: Stage, settings: Settings) -> Location | None:
    """The line of the project's own code, as of a hook, in which something was raised."""
    root = settings.root.absolute()
    # An environment may lie in the project's folder, and so may errbook.
    foreign = (Path(sys.prefix), Path(__file__).parents[1])
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    if isinstance(error, SyntaxError):
        places.append((error.filename or "", error.lineno or 1))
    for file, line in reversed(places):
        path = _original(Path(file), made, settings)
        if path.is_relative_to(root) and not any(path.is_relative_to(each) for each in foreign):
            return Location(path.relative_to(root).as_posix(), line)
    return None


def _original(path: Path, made: Stage, settings: Settings) -> Path:
    """The template of the project that a path is the copy of; any other path as it is."""
    staged, custom = made.config.absolute().parent / OVERRIDES, custom_dir(settings)
    if custom is None or not path.is_relative_to(staged):
        return path
    own = custom.absolute() / path.relative_to(staged)
    return own if own.is_file() else path


def _other(made: Stage, builder: str, settings: Settings) -> list[str]:
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
        return []
    output = _ANSI.sub("", f"{done.stdout}\n{done.stderr}").splitlines()
    complaints = list(_messages(output))
    if not complaints:
        tail = [line for line in output if line.strip()][-8:]
        complaints = [f"it stopped with exit code {done.returncode}: {' | '.join(tail)}"]
    return complaints


def _messages(output: Iterable[str]) -> Iterator[str]:
    for line in output:
        match = _BUILDER_LINE.match(line)
        if match:
            yield match["message"]


def _place(message: str, locale: Locale, settings: Settings) -> Location:
    """The source file that a builder's complaint about a staged file is about."""
    named = _DOC_FILE.search(message)
    if named is None:
        return Location(settings.path)
    path = named["path"]
    if path.startswith("errors/") and not (settings.pages / path).exists():
        return Location(f"{locale.tag}/{page_url(path)}")
    return Location(f"{settings.shown(settings.pages)}/{path}")
