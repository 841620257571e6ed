"""``errbook l10n fix`` and ``terms``: spaces and marks put right, and how terms are really said."""

from __future__ import annotations

import difflib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click

from errbook import po, provenance, storage, translate
from errbook.checks import review, typography, waivers
from errbook.cli import OK
from errbook.cli.documents import print_document
from errbook.cli.l10n_accept import Decide, decided
from errbook.cli.l10n_sync import check_locales, locale_option
from errbook.cli.locale_files import Files, refuse_broken_source, report_damaged, update
from errbook.cli.output import load, number_of, paint
from errbook.extract import SourceUnit
from errbook.formats import weblate_glossary
from errbook.locales import Locale
from errbook.po import Message
from errbook.project import Project
from errbook.usage import Usage, of_locale


@click.command(short_help="Put spaces and marks of translations right.")
@locale_option
@click.option("--write", is_flag=True, help="Write the files; without it the change is only shown.")
@click.pass_obj
def fix(path: Path, tags: tuple[str, ...], write: bool) -> None:
    """Put spaces, marks and invisible characters of translations right.

    Only what has one right answer is changed: the spaces of French marks, full-width marks, double
    spaces, spaces at the ends, letters in two characters, characters without width. Code, addresses
    and tags are never touched, and neither is what a translator accepted with l10n-ok.
    """
    shown: list[str] = []
    changed = 0

    def work(loaded: Project) -> Files:
        nonlocal changed
        refuse_broken_source(loaded)
        check_locales(loaded, tags)
        changed, files = 0, {}
        shown.clear()
        for locale in loaded.states:
            for owner, name, file, pairs in decided(
                loaded, [locale.tag], None, _fixing(loaded, locale)
            ):
                if tags and owner.tag not in tags:
                    continue
                files[owner, name] = file
                changed += len(pairs)
                before, after = po.write(loaded.files[owner, name]), po.write(file)
                shown.extend(_difference(file.path, before, after))
        return files

    loaded, _ = update(path, work, write=write)
    for line in shown:
        role = {"+": "hint", "-": "error"}.get(line[:1])
        click.echo(paint(line, role) if role else line)
    verb = "Put right" if write else "Would put right"
    also = "" if write or not changed else "; errbook l10n fix --write does it"
    click.echo(f"{verb} {number_of(changed, 'translation')}{also}.")
    report_damaged(loaded, tags)
    sys.exit(OK)


def _fixing(loaded: Project, locale: Locale) -> Decide:
    source = loaded.settings.source_locale

    def decide(message: Message, unit: SourceUnit) -> Message:
        if message.obsolete or not message.text.strip() or message.plural:
            return message
        state = translate.UnitState(unit, translate.State.OK, message=message)
        accepted = waivers.accepted(waivers.of(message.comment))
        text = typography.fixed(review.pair_of(state, source, locale), accepted)
        if text == message.text:
            return message
        # The same words, so what is known about where they come from stays known.
        return provenance.marked(replace(message, text=text), provenance.of(message))

    return decide


def _difference(name: str, before: str, after: str) -> Iterator[str]:
    lines = difflib.unified_diff(
        before.split("\n"), after.split("\n"), f"a/{name}", f"b/{name}", lineterm="", n=2
    )
    yield from lines


@click.command(short_help="Show how each term is really said.")
@click.argument("ids", nargs=-1, metavar="[TERM]...")
@locale_option
@click.option(
    "--format",
    "format_name",
    type=click.Choice(["text", "json", "weblate"]),
    default="text",
    show_default=True,
    help="A list, JSON, or the glossary of one locale as a PO file for Weblate.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write to this file instead of the terminal.",
)
@click.pass_obj
def terms(
    path: Path, ids: tuple[str, ...], tags: tuple[str, ...], format_name: str, output: Path | None
) -> None:
    """Show how each term of the glossary is really said in each locale.

    Every form that translations have is counted, the forbidden ones too, and the places that have
    none of the glossary's forms are listed.
    """
    loaded = load(path)
    check_locales(loaded, tags)
    known = {term.id: term for term in loaded.terms}
    for each in ids:
        if each not in known:
            near = difflib.get_close_matches(each, known, 1)
            also = f'; did you mean "{near[0]}"?' if near else ""
            raise click.BadParameter(f'the glossary has no term "{each}"{also}')
    wanted = [
        item.locale for item in loaded.settings.locales if not tags or item.locale.tag in tags
    ]
    if format_name == "weblate":
        if len(wanted) != 1:
            raise click.UsageError("a glossary for Weblate is of one locale: give --locale once")
        content = weblate_glossary.write(loaded.terms, wanted[0], loaded.settings.site_name)
    else:
        found = {
            locale: of_locale(loaded.states[locale].values(), loaded.local_terms[locale])
            for locale in wanted
        }
        chosen = [known[each] for each in ids] or list(loaded.terms)
        rows = {
            term.id: {locale.tag: found[locale][term.id] for locale in wanted} for term in chosen
        }
        if format_name == "json":
            content = _as_json(rows)
        else:
            content = (
                "".join(
                    f"{line}\n"
                    for term in chosen
                    for line in _as_text(term.term, term.do_not_translate, rows[term.id])
                )
                or "The glossary has no terms; write them in source/glossary.yml.\n"
            )
    if output is None and format_name != "text":
        print_document(content)
    elif output is None:
        click.echo(content, nl=False)
    else:
        storage.write(output, content)
        click.echo(f"wrote {output}")


def _as_text(term: str, kept: bool, rows: dict[str, Usage]) -> Iterator[str]:
    yield paint(f"{term}{' (not translated)' if kept else ''}", "place")
    for tag, usage in rows.items():
        forms = [f"{form} {count}" for form, count in _counted(usage.right)]
        forms += [
            paint(f"{form} {count} (forbidden)", "error") for form, count in _counted(usage.wrong)
        ]
        if usage.missing:
            listed = ", ".join(usage.missing[:3]) + (" …" if len(usage.missing) > 3 else "")
            forms.append(paint(f"otherwise {len(usage.missing)} ({listed})", "warning"))
        yield f"  {tag:<6} {usage.texts:>4}  {', '.join(forms) or '–'}"


def _counted(forms: Counter[str]) -> list[tuple[str, int]]:
    return sorted(forms.items(), key=lambda item: (-item[1], item[0]))


def _as_json(rows: dict[str, dict[str, Usage]]) -> str:
    data = {
        term: {
            tag: {
                "texts": usage.texts,
                "right": dict(_counted(usage.right)),
                "forbidden": dict(_counted(usage.wrong)),
                "otherwise": list(usage.missing),
            }
            for tag, usage in locales.items()
        }
        for term, locales in rows.items()
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
