"""``errbook l10n ack``, ``review`` and ``rename``: what a person says about translations."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

import click

from errbook import provenance, sync, translate
from errbook.cli import OK
from errbook.cli.l10n_sync import check_locales, locale_option, synced
from errbook.cli.locale_files import Files, refuse_broken_source, report_damaged, update
from errbook.cli.output import number_of, paint
from errbook.extract import SourceUnit, owner_of
from errbook.locales import Locale
from errbook.po import Message, PoFile
from errbook.project import Project

Decide = Callable[[Message, SourceUnit], Message | None]


def meant(loaded: Project, targets: Sequence[str]) -> set[str]:
    """The contexts that some targets mean: contexts, entries' ids and codes, pages.

    Raises:
        click.BadParameter: A target means nothing in the source.
    """
    by_name: dict[str, set[str]] = {}
    codes = {entry.id: entry.code for entry in loaded.book.entries.values() if entry.code}
    for unit in (unit for group in loaded.units.values() for unit in group):
        owner = unit.owner
        names = (unit.context, owner, owner.removeprefix("page:"), codes.get(owner, owner))
        for name in names:
            by_name.setdefault(name.casefold(), set()).add(unit.context)
    found: set[str] = set()
    for target in targets:
        if target.casefold() not in by_name:
            near = get_close_matches(target.casefold(), by_name, 1)
            also = f'; did you mean "{near[0]}"?' if near else ""
            raise click.BadParameter(f'nothing in the source is called "{target}"{also}')
        found |= by_name[target.casefold()]
    return found


def decided(
    loaded: Project, tags: Collection[str], contexts: Collection[str] | None, decide: Decide
) -> Iterator[tuple[Locale, str, PoFile, list[tuple[Message, Message]]]]:
    """(locale, name, new file, what changed) of each locale file in which something is decided.

    Args:
        loaded: The project.
        tags: The locales, all without any.
        contexts: The units it is about, all without any.
        decide: Gives the new message of a unit, or None to leave it.
    """
    for (locale, name), file in loaded.files.items():
        if file.damaged or name not in loaded.units or (tags and locale.tag not in tags):
            continue
        matched, _ = translate.match(loaded.units[name], file.messages)
        changed: dict[int, Message] = {}
        for unit, message in zip(loaded.units[name], matched, strict=True):
            if message is None or (contexts is not None and unit.context not in contexts):
                continue
            new = decide(message, unit)
            if new is not None and new != message:
                changed[id(message)] = new
        if changed:
            pairs = [(m, changed[id(m)]) for m in file.messages if id(m) in changed]
            messages = tuple(changed.get(id(m), m) for m in file.messages)
            yield locale, name, replace(file, messages=messages), pairs


@click.command()
@click.argument("targets", nargs=-1, metavar="[CONTEXT|ID|CODE|PAGE]...")
@click.option("--all", "everything", is_flag=True, help="Every text whose source changed.")
@locale_option
@click.option("--dry-run", is_flag=True, help="Show what would be accepted; write nothing.")
@click.pass_obj
def ack(
    path: Path, targets: tuple[str, ...], everything: bool, tags: tuple[str, ...], dry_run: bool
) -> None:
    """Accept translations as right although their source changed.

    For a change of the source that does not change what is said: a mended typing error, a better
    word. The translations are no longer stale or fuzzy. Look at what is shown before you commit.
    """
    if bool(targets) == everything:
        raise click.UsageError("name contexts, entries or pages, or give --all")
    shown: list[str] = []

    def work(loaded: Project) -> Files:
        refuse_broken_source(loaded)
        check_locales(loaded, tags)
        contexts = None if everything else meant(loaded, targets)
        files = {}
        shown.clear()
        for locale, name, file, pairs in decided(loaded, tags, contexts, sync.acknowledged):
            files[locale, name] = file
            for old, new in pairs:
                before = old.previous if old.fuzzy and old.previous else old.source
                shown.append(f"{paint(f'{locale} {new.context}', 'place')}")
                shown.append(f"  - {before}\n  + {new.source}\n  = {new.text}")
        return files

    loaded, _ = update(path, work, write=not dry_run)
    for line in shown:
        click.echo(line)
    verb = "Would accept" if dry_run else "Accepted"
    click.echo(f"{verb} {number_of(len(shown) // 2, 'translation')}.")
    report_damaged(loaded, tags)
    sys.exit(OK)


@click.command()
@click.argument("targets", nargs=-1, metavar="[CONTEXT|ID|CODE|PAGE]...")
@click.option("--all", "everything", is_flag=True, help="Every translation of the locale.")
@click.option("--locale", "tag", required=True, metavar="TAG", help="The locale.")
@click.option("--by", required=True, metavar="NAME", help="Who reviewed them.")
@click.pass_obj
def review(path: Path, targets: tuple[str, ...], everything: bool, tag: str, by: str) -> None:
    """Record that somebody reviewed translations.

    The mark is a comment in the PO file and holds until the translation is changed. Missing, stale
    and fuzzy translations are left out.
    """
    if bool(targets) == everything:
        raise click.UsageError("name contexts, entries or pages, or give --all")
    reviewed = 0

    def decide(message: Message, unit: SourceUnit) -> Message | None:
        if not message.text or message.fuzzy or message.source != unit.text:
            return None
        return provenance.marked(message, replace(provenance.of(message), reviewer=by))

    def work(loaded: Project) -> Files:
        nonlocal reviewed
        check_locales(loaded, (tag,))
        contexts = None if everything else meant(loaded, targets)
        found = list(decided(loaded, (tag,), contexts, decide))
        reviewed = sum(len(pairs) for _, _, _, pairs in found)
        return {(locale, name): file for locale, name, file, _ in found}

    update(path, work)
    click.echo(f"Marked {number_of(reviewed, 'translation')} as reviewed by {by}")


@click.command()
@click.argument("old")
@click.argument("new")
@click.pass_obj
def rename(path: Path, old: str, new: str) -> None:
    """Carry translations from an old name to a new one.

    OLD and NEW are an entry's id, or page: and a path, as in page:guide/start.md. Only needed where
    texts changed with the name: what kept its text is carried by sync, and so is what an entry has
    among its aliases.
    """

    def work(loaded: Project) -> Files:
        refuse_broken_source(loaded)
        owners = {unit.owner for group in loaded.units.values() for unit in group}
        if old in owners:
            raise click.BadParameter(f'"{old}" is in the source; it was not renamed')
        if new not in owners:
            near = get_close_matches(new, owners, 1)
            also = f'; did you mean "{near[0]}"?' if near else ""
            raise click.BadParameter(f'"{new}" is not in the source{also}')
        files = {key: _renamed(file, old, new) for key, file in loaded.files.items()}
        if all(files[key] == file for key, file in loaded.files.items()):
            raise click.BadParameter(f'no locale file has translations of "{old}"')
        results = synced(loaded, files=files)
        return {(locale, name): file for locale, name, file, _ in results}

    loaded, changes = update(path, work)
    for change in changes:
        if change.differs:
            click.echo(f"wrote {loaded.shown(change.path)}")
    report_damaged(loaded)


def _renamed(file: PoFile, old: str, new: str) -> PoFile:
    messages = []
    moves = any(owner_of(message.context) == old for message in file.messages)
    for message in file.messages:
        owner = owner_of(message.context)
        if owner == old:
            message = replace(message, context=f"{new}{message.context[len(old) :]}")
        elif moves and owner == new and not (message.text or message.comment):
            # An earlier sync put it there; it must not stand before what comes now.
            continue
        messages.append(message)
    return replace(file, messages=tuple(messages))
