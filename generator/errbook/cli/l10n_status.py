"""``errbook l10n status``."""

from __future__ import annotations

import io
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from errbook import project, status, storage
from errbook.cli import FINDINGS, OK
from errbook.cli.documents import print_document
from errbook.cli.l10n_sync import check_locales, locale_option
from errbook.cli.output import load, number_of
from errbook.formats import status as formats
from errbook.git import GitFailed, extract, line_dates
from errbook.locales import Locale
from errbook.provenance import KINDS
from errbook.status import TO_DO, Cell, Change, Status
from errbook.translate import State

BAR = 20
"""Width of a bar in columns; half of it on a narrow terminal."""
WIDE = 100
LISTED = 10
_MARKS = {
    State.OK: ("█", "green"),
    State.COSMETIC: ("█", "green"),
    State.FUZZY: ("▓", "yellow"),
    State.STALE: ("▒", "yellow"),
    State.BLOCKED: ("×", "red"),
    State.MISSING: ("·", "dim"),
}
"""Each state has a sign of its own, so that nobody needs to see the colours."""


@click.command("status")
@locale_option
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "markdown", "svg"]),
    default="text",
    show_default=True,
    help="A table, everything as JSON, a comment for a pull request, or a badge.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of the terminal.",
)
@click.option(
    "--diff", "base", metavar="BASE", help="Say what changed since a Git revision, such as main."
)
@click.option(
    "--fail-under",
    "thresholds",
    multiple=True,
    metavar="[TAG=]PERCENT",
    help="Exit 1 when readers of a locale get less than this share of texts (may be repeated).",
)
@click.option("--list", "listed", is_flag=True, help="List all texts that need somebody.")
@click.pass_obj
def status_of(
    path: Path,
    tags: tuple[str, ...],
    format_name: str,
    output: Path | None,
    base: str | None,
    thresholds: tuple[str, ...],
    listed: bool,
) -> None:
    """Show how far the translations are.

    Counts texts and the words in their source, by state, and the entries whose cause and fix are
    there in the reader's language: the promise. Exits 1 where --fail-under is not reached.
    """
    loaded = load(path)
    check_locales(loaded, tags)
    least = _thresholds(thresholds, [item.locale.tag for item in loaded.settings.locales])
    found = _dated(loaded.status.only(tags), loaded.settings.root)
    changes = list(status.changes(_before(path, base, tags), found)) if base else None
    if format_name == "text":
        _print(found, changes, base or "", output, LISTED if not listed else sys.maxsize)
    else:
        content = {
            "json": lambda: formats.write_json(found, changes),
            "markdown": lambda: formats.write_markdown(found, changes, base or ""),
            "svg": lambda: formats.write_badge(found),
        }[format_name]()
        if output is None:
            print_document(content)
        else:
            storage.write(output, content)
    sys.exit(FINDINGS if _below(found, least) else OK)


def _thresholds(written: Sequence[str], tags: Sequence[str]) -> dict[str, float]:
    """The least share of each locale.

    Raises:
        click.BadParameter: One is no percentage, or its locale is unknown.
    """
    found: dict[str, float] = {}
    for each in written:
        match = re.fullmatch(r"(?:(?P<tag>[^=]+)=)?(?P<least>\d{1,3}(?:\.\d+)?)\s*%?", each)
        if match is None or float(match["least"]) > 100:
            problem = f'"{each}" is not like 95 or fr-FR=95'
            raise click.BadParameter(problem, param_hint="--fail-under")
        if match["tag"] and match["tag"] not in tags:
            raise click.BadParameter(
                f"{match['tag']}: the project translates into {', '.join(tags)}",
                param_hint="--fail-under",
            )
        for tag in [match["tag"]] if match["tag"] else tags:
            found[tag] = float(match["least"])
    return found


def _below(found: Status, least: dict[str, float]) -> bool:
    failed = False
    for locale in found.locales:
        cell = found.of(locale)
        share = 100 * cell.served.texts / max(1, cell.total.texts)
        if share < least.get(locale.tag, 0):
            click.echo(f"{locale}: {share:.1f} % is less than {least[locale.tag]:g} %", err=True)
            failed = True
    return failed


def _before(path: Path, base: str, tags: Sequence[str]) -> Status:
    """The status in an earlier revision.

    Raises:
        click.BadParameter: There is no such revision, or no project in it.
    """
    with tempfile.TemporaryDirectory(prefix="errbook-") as folder:
        try:
            extract(path.parent, base, Path(folder))
        except GitFailed as error:
            raise click.BadParameter(str(error), param_hint="--diff") from error
        loaded, found = project.load(Path(folder), path.name)
        if loaded is None:
            raise click.BadParameter(
                f"{base} has no {path.name} that can be read: {found[0].message}",
                param_hint="--diff",
            )
        return loaded.status.only(tags)


def _dated(found: Status, root: Path) -> Status:
    """The status with the dates of the sources that somebody has to look at."""
    asked = {item.unit.location for item in found.to_do() if item.state is State.STALE}
    # A translation that sync marked fuzzy is as old as the change of its source.
    asked |= {item.unit.location for item in found.to_do() if item.previous}
    dates = line_dates(root, sorted({location.path for location in asked}))
    known = {at: dates.get((at.path, at.line), "") for at in asked}
    return found.dated(known)


# --- the terminal ---------------------------------------------------------------------------------


def _print(
    found: Status, changes: list[Change] | None, base: str, output: Path | None, limit: int
) -> None:
    if output is None:
        console = Console(highlight=False)
        if not console.is_terminal:
            # A log or a pipe has no edge to keep to.
            console.width = 1000
        _write(console, found, changes, base, limit)
        return
    stream = io.StringIO()
    _write(Console(file=stream, width=1000, highlight=False), found, changes, base, limit)
    storage.write(output, "\n".join(line.rstrip() for line in stream.getvalue().split("\n")))


def _write(
    console: Console, found: Status, changes: list[Change] | None, base: str, limit: int
) -> None:
    console.print(_table(found, wide=console.width >= WIDE))
    marks = dict.fromkeys(
        (
            f"{mark} {state.value}"
            for state, (mark, _) in _MARKS.items()
            if state is not State.COSMETIC
        )
    )
    console.print(Text("   ".join(marks), style="dim"))
    for locale in found.locales:
        console.print(_promise(found, locale))
    if changes is not None:
        _write_changes(console, changes, base)
    _write_to_do(console, found, limit)


def _promise(found: Status, locale: Locale) -> Text:
    """The promise of a locale: how many entries have their cause and fix, and where they must."""
    cell = found.of(locale)
    needed = [c for c in found.cells if c.locale == locale and c.required]
    complete, total = sum(c.complete for c in needed), sum(len(c.entries) for c in needed)
    said = f"entries with complete cause and fix: {cell.complete}/{len(cell.entries)}"
    if needed and total != len(cell.entries):
        said += f", of the required ones: {complete}/{total}"
    style = "" if not needed else "green" if complete == total else "red"
    return Text(f"{locale.tag:8} {said}", style=style)


def _table(found: Status, *, wide: bool) -> Table:
    """A row for each locale and each of its files; words and origins only where there is room."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("locale", "file", ""):
        table.add_column(name, no_wrap=True)
    for name in ("shown", "texts", *(["words"] if wide else [])):
        table.add_column(name, justify="right", no_wrap=True)
    states = [state for state in TO_DO if any(cell.states[state].texts for cell in found.cells)]
    kinds = [kind for kind in KINDS if any(cell.origins[kind].texts for cell in found.cells)]
    kinds = kinds if wide and kinds != ["human"] else []
    for state in states:
        table.add_column(state.value, justify="right", no_wrap=True)
    for kind in kinds:
        table.add_column(kind, justify="right", style="dim", no_wrap=True)
    for locale in found.locales:
        cells = [cell for cell in found.cells if cell.locale == locale]
        rows = [(found.of(locale), locale.tag, "all")] if len(cells) > 1 else []
        rows += [(cell, "" if rows else locale.tag, cell.name) for cell in cells]
        for cell, tag, name in rows:
            counts = [cell.states[state].texts for state in states]
            counts += [cell.origins[kind].texts for kind in kinds]
            style = "bold" if tag and len(cells) > 1 else ""
            shares = [f"{cell.percent} %", f"{cell.served.texts}/{cell.total.texts}"]
            shares += [f"{cell.served.words}/{cell.total.words}"] if wide else []
            bar = _bar(cell, BAR if wide else BAR // 2)
            numbers = [str(count or "") for count in counts]
            table.add_row(Text(tag, style), Text(name, style), bar, *shares, *numbers)
    return table


def _bar(cell: Cell, width: int) -> Text:
    """The states of a cell as a bar; a state that is there has one column at least."""
    total = cell.total.texts or 1
    counts = {state: cell.states[state].texts for state in _MARKS}
    widths = {s: max(1, width * n // total) if n else 0 for s, n in counts.items()}
    widest = max(widths, key=lambda state: widths[state])
    widths[widest] += width - sum(widths.values())
    bar = Text()
    for state, (mark, style) in _MARKS.items():
        bar.append(mark * widths[state], style)
    return bar


def _write_changes(console: Console, changes: list[Change], base: str) -> None:
    gains, losses = [c for c in changes if c.is_gain], [c for c in changes if c.is_loss]
    new = [c for c in changes if c.before is None and c.after in TO_DO]
    gone = [c for c in changes if c.after is None]
    console.print(
        Text(
            f"\nSince {base}: {len(gains)} gained a translation, {len(losses)} lost it,"
            f" {len(new)} are new and not translated, {len(gone)} are gone",
            style="bold",
        )
    )
    for change in [*losses, *new][:LISTED]:
        was = change.before.value if change.before else "new"
        now = change.after.value if change.after else "gone"
        console.print(Text(f"  {change.locale} {change.context}: {was} → {now}"))
    if len(losses) + len(new) > LISTED:
        console.print(f"  … and {len(losses) + len(new) - LISTED} more")


def _write_to_do(console: Console, found: Status, limit: int) -> None:
    items = [item for item in found.to_do() if item.state is not State.MISSING or limit > LISTED]
    if not items:
        return
    console.print(Text(f"\n{number_of(len(items), 'text')} to look at", style="bold"))
    for item in items[:limit]:
        since = f" since {item.since}" if item.since else ""
        problem = f"  {item.problems[0]}" if item.problems else ""
        console.print(
            Text.assemble(
                (f"{item.location.path}:{item.location.line}: ", "bold"),
                (f"{item.state.value}{since}", _MARKS[item.state][1]),
                f" {item.unit.context}{problem}",
            )
        )
    if len(items) > limit:
        console.print(f"… and {len(items) - limit} more; --list shows all.")
