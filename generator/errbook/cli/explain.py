"""``errbook explain``: the book in a terminal, in the reader's language."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from errbook import bundles
from errbook.cli import FINDINGS, OK, books, streams
from errbook.cli.report import Report
from errbook.formats.bundle import BadBundle


@click.command()
@click.argument("queries", nargs=-1, metavar="[CODE | MESSAGE | FILE | -]...")
@click.option(
    "--locale", "tag", default="", metavar="TAG", help="Read in this language instead of LANG's."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
    help="How to print what was found.",
)
@click.option("--brief", is_flag=True, help="One line for each entry.")
@click.option("--redact", is_flag=True, help="Mask the values that the book marks as private.")
@click.option(
    "--bundle",
    "file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help=f"Read this bundle. Without it: the project here, ${books.VARIABLE}, installed bundles.",
)
@click.pass_obj
def explain(
    path: Path,
    queries: tuple[str, ...],
    tag: str,
    form: str,
    brief: bool,
    redact: bool,
    file: Path | None,
) -> None:
    """Say what an error means and how to put it right.

    Looks up codes in any letter case, aliases, identifiers such as exit-code:13 and whole messages.
    In a file, or in what comes in on the standard input, it finds every entry that is mentioned:

        journalctl -u himdsd | errbook explain

    Exits 0 when everything was found, 1 when something was not, 2 when called wrongly.
    """
    if not queries and sys.stdin.isatty():
        raise click.UsageError("name a code, a message or a file, or pipe a log in")
    try:
        found = books.chosen(path, file)
        index, own = bundles.merged(found, lambda tags: books.reader_locale(tag, tags))
        report = Report(index, own, form, brief, redact)
        _answer(report, queries or ("-",))
        report.end()
    except BadBundle as error:
        raise click.UsageError(str(error)) from error
    sys.exit(OK if report.complete else FINDINGS)


def _answer(report: Report, queries: Sequence[str]) -> None:
    whole = " ".join(queries)
    if len(queries) > 1 and not any(map(_is_log, queries)) and report.name(whole):
        return
    open_queries = [query for query in dict.fromkeys(queries) if not _one(report, query)]
    # A message without quotation marks comes in as many words.
    if len(open_queries) > 1 and report.text(" ".join(q for q in queries if q in open_queries)):
        return
    for query in open_queries:
        report.miss(query)


def _is_log(query: str) -> bool:
    return query == "-" or (os.path.exists(query) and not os.path.isdir(query))


def _one(report: Report, query: str) -> bool:
    """Answer one argument: a name, else a file, else a text."""
    if query != "-" and report.name(query):
        return True
    if not _is_log(query):
        return report.text(query)
    if query == "-":
        report.log(sys.stdin.buffer, "")
        return True
    with streams.opened(Path(query)) as stream:
        report.log(stream, query)
    return True
