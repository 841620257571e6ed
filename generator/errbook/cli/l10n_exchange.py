"""``errbook l10n export``, ``import`` and ``pretranslate``: other people's formats."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from errbook import exchange, locales, po, pretranslate, storage
from errbook.cli import FINDINGS, OK
from errbook.cli.l10n_sync import check_locales, synced
from errbook.cli.locale_files import Files, refuse_broken_source, report_damaged, update
from errbook.cli.output import load, number_of, print_findings
from errbook.diagnostics import Diagnostic, Location, Severity, report, worst
from errbook.exchange import Document, Row
from errbook.formats import csv_units, tmx, xliff
from errbook.locales import Locale
from errbook.po import PoFile
from errbook.project import Project
from errbook.projectfiles import UI

SUFFIXES = {"xliff": ".xlf", "csv": ".csv", "tmx": ".tmx"}
_READERS: dict[str, Callable[[bytes, str], tuple[list[Document], list[Diagnostic]]]] = {
    ".xlf": xliff.read,
    ".xliff": xliff.read,
    ".csv": csv_units.read,
    ".tsv": csv_units.read,
}


def _files(loaded: Project, tags: Sequence[str]) -> Iterator[tuple[Locale, str, PoFile]]:
    """Each locale file as it is after a sync, which is what an exchange works on."""
    for locale, name, file, _ in synced(loaded, tags):
        if name != UI:
            yield locale, name, file


@click.command()
@click.argument("format_name", metavar="[xliff|csv|tmx]", type=click.Choice(list(SUFFIXES)))
@click.option("--locale", "tags", multiple=True, metavar="TAG", help="Only this locale.")
@click.option("--file", "names", multiple=True, metavar="NAME", help="Only this catalog, or pages.")
@click.option("--todo", is_flag=True, help="Only what is missing, stale or fuzzy.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("l10n-export"),
    show_default=True,
    help="Folder to write to.",
)
@click.pass_obj
def export(
    path: Path,
    format_name: str,
    tags: tuple[str, ...],
    names: tuple[str, ...],
    todo: bool,
    output: Path,
) -> None:
    """Write locale files in other formats.

    xliff is what translation agencies work with, csv what a spreadsheet opens, tmx a memory of all
    settled translations. Import brings xliff and csv back in.
    """
    loaded = load(path)
    refuse_broken_source(loaded)
    check_locales(loaded, tags)
    _check_names(loaded, names)
    source = loaded.settings.source_locale.tag
    for locale, name, file in _files(loaded, tags):
        if names and name not in names:
            continue
        rows = list(exchange.rows(loaded.units[name], file))
        rows = [row for row in rows if not todo or row.fuzzy or not row.text]
        tag = locale.tag
        if format_name == "xliff":
            original = loaded.shown(loaded.po_path(locale, name))
            content = xliff.write(
                rows, name=name, original=original, source_tag=source, target_tag=tag
            )
        elif format_name == "csv":
            content = csv_units.write(rows, name=name, target_tag=tag)
        else:
            content = tmx.write(rows, source_tag=source, target_tag=tag)
        target = output / tag / f"{name}{SUFFIXES[format_name]}"
        if rows or not todo:
            storage.write(target, content)
            click.echo(f"wrote {target}: {number_of(len(rows), 'text')}")
    report_damaged(loaded, tags)


def _check_names(loaded: Project, names: Sequence[str]) -> None:
    for name in names:
        if name not in loaded.units:
            raise click.BadParameter(f"{name}: there is {', '.join(loaded.units)}")


@click.command("import")
@click.argument(
    "paths",
    nargs=-1,
    required=True,
    metavar="FILE...",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
)
@click.option("--locale", "tag", metavar="TAG", help="The locale, where the file does not say it.")
@click.option("--dry-run", is_flag=True, help="Say what would change; write nothing.")
@click.pass_obj
def import_files(path: Path, paths: tuple[Path, ...], tag: str | None, dry_run: bool) -> None:
    """Bring translations back in from XLIFF or CSV.

    Text whose source was edited is refused, and then nothing of the import is written. Text whose
    source changed in the meantime comes fuzzy. What a file leaves empty stays as it is.
    """
    documents, found = _read(paths)
    lines: list[str] = []

    def work(loaded: Project) -> Files:
        refuse_broken_source(loaded)
        if tag:
            check_locales(loaded, (tag,))
        lines.clear()
        results, findings = _imported(loaded, documents, tag or "")
        findings = [*found, *findings]
        print_findings(findings) if findings else None
        if worst(f for f in findings if f.code.startswith("EB20")) is Severity.ERROR:
            click.echo("Nothing was written.", err=True)
            sys.exit(FINDINGS)
        if worst(findings) is Severity.ERROR:
            click.echo("Readers see the source text where a translation has an error.", err=True)
        for (locale, name), result in results.items():
            shown = loaded.shown(loaded.po_path(locale, name))
            verb = "would change" if dry_run else "imported"
            stale = f", {result.stale} fuzzy because the source changed" if result.stale else ""
            newer = f", {result.newer} newer in the file" if result.newer else ""
            changed = number_of(result.changed, "translation")
            lines.append(f"{verb} {shown}: {changed}{stale}{newer}")
        return {key: result.file for key, result in results.items()}

    loaded, _ = update(path, work, write=not dry_run)
    for line in lines:
        click.echo(line)
    sys.exit(FINDINGS if report_damaged(loaded) else OK)


def _read(paths: Sequence[Path]) -> tuple[list[Document], list[Diagnostic]]:
    documents, found = [], []
    for path in paths:
        reader = _READERS.get(path.suffix.lower())
        if reader is None:
            raise click.BadParameter(f"{path}: import reads {', '.join(_READERS)}")
        read, mistakes = reader(path.read_bytes(), path.as_posix())
        documents += read
        found += mistakes
    return documents, found


def _imported(
    loaded: Project, documents: Sequence[Document], tag: str
) -> tuple[dict[tuple[Locale, str], exchange.Imported], list[Diagnostic]]:
    """What becomes of each locale file, and what is wrong with the documents."""
    known = {item.locale.tag: item.locale for item in loaded.settings.locales}
    files = {(locale, name): file for locale, name, file in _files(loaded, ())}
    contexts = {name: {unit.context for unit in group} for name, group in loaded.units.items()}
    fallback = next(iter(contexts), "")
    results: dict[tuple[Locale, str], exchange.Imported] = {}
    findings: list[Diagnostic] = []
    for document in documents:
        locale = known.get(tag) or _locale(document.locale, known)
        if locale is None:
            findings.append(_unknown_locale(document, list(known)))
            continue
        groups: dict[str, list[Row]] = {}
        for row in document.rows:
            name = document.name
            if row.context not in contexts.get(name, ()):
                # A unit belongs where it is today, whatever file it was exported from.
                name = next((n for n, group in contexts.items() if row.context in group), name)
            groups.setdefault(name if name in contexts else fallback, []).append(row)
        for name, rows in groups.items():
            key = locale, name
            if key not in files:
                continue
            before = results.get(key)
            result = exchange.merged(files[key], loaded.units[name], document, rows, locale)
            files[key] = result.file
            findings += result.findings
            results[key] = replace(
                result,
                changed=result.changed + (before.changed if before else 0),
                stale=result.stale + (before.stale if before else 0),
                newer=result.newer + (before.newer if before else 0),
            )
    return results, findings


def _locale(tag: str, known: dict[str, Locale]) -> Locale | None:
    """The project's locale that a file means: the tag itself, or the only one of its language."""
    try:
        wanted = locales.parse(tag)
    except locales.UnknownLocale:
        return None
    same = [locale for locale in known.values() if locale.same_language(wanted)]
    return known.get(wanted.tag) or (same[0] if len(same) == 1 else None)


def _unknown_locale(document: Document, tags: Sequence[str]) -> Diagnostic:
    said = (
        f'its locale "{document.locale}" is none of the project'
        if document.locale
        else ("it does not say which locale it is for")
    )
    hint = f"Give --locale; the project has {', '.join(tags)}."
    return report("EB209", Location(document.path), said, hint)


@click.command("pretranslate")
@click.option(
    "--from",
    "memories",
    multiple=True,
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A PO or TMX file with translations (may be repeated; the earlier goes first).",
)
@click.option("--locale", "tag", required=True, metavar="TAG", help="The locale to fill.")
@click.option(
    "--similar",
    type=click.FloatRange(0.5, 1),
    default=pretranslate.SIMILAR,
    show_default=True,
    help="The least likeness of a text that is offered; 1 for none but the same.",
)
@click.option(
    "--machine",
    metavar="NAME",
    help="The memory was made by this machine: all of it comes fuzzy, to be looked at.",
)
@click.pass_obj
def pretranslate_files(
    path: Path, memories: tuple[Path, ...], tag: str, similar: float, machine: str | None
) -> None:
    """Fill empty translations from a PO or TMX file.

    The same text is taken over, a similar one comes fuzzy with the source it was made from. A
    comment in the PO file records where it comes from; it holds until the text is changed.
    """
    lines: list[str] = []

    def work(loaded: Project) -> Files:
        refuse_broken_source(loaded)
        check_locales(loaded, (tag,))
        lines.clear()
        pairs = list(_pairs(loaded, memories, tag))
        memory = pretranslate.Memory(pairs, least=similar)
        files = {}
        for locale, name, file in _files(loaded, (tag,)):
            filled = pretranslate.fill(
                file, loaded.units[name], memory, locale, machine=machine or ""
            )
            files[locale, name] = filled.file
            shown = loaded.shown(loaded.po_path(locale, name))
            lines.append(
                f"{shown}: {filled.exact} from the same text, {filled.similar} from a similar one"
            )
        return files

    loaded, _ = update(path, work)
    for line in lines:
        click.echo(line)
    sys.exit(FINDINGS if report_damaged(loaded, (tag,)) else OK)


def _pairs(loaded: Project, memories: Sequence[Path], tag: str) -> Iterator[exchange.Pair]:
    target = next(item.locale for item in loaded.settings.locales if item.locale.tag == tag)
    for path in memories:
        data, shown = path.read_bytes(), path.as_posix()
        match path.suffix.lower():
            case ".po" | ".pot":
                file, found = po.read(data, shown)
                pairs = list(exchange.pairs(file))
            case ".tmx":
                pairs, found = tmx.read(data, shown, loaded.settings.source_locale, target)
            case _:
                raise click.BadParameter(f"{path}: a memory is a .po or a .tmx file")
        if found:
            print_findings(found)
        if not pairs:
            click.echo(f"{path} has no translations into {target}.", err=True)
        yield from (replace(pair, memory=path.name) for pair in pairs)
