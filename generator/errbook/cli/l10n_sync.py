"""``errbook l10n add``, ``extract`` and ``sync``: the source into locale files."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path

import click

from errbook import locales, po, storage, sync, theme
from errbook.cli import FINDINGS, OK
from errbook.cli.locale_files import Change, Files, refuse_broken_source, report_damaged, update
from errbook.cli.output import check_tags, load
from errbook.configedit import CannotEdit, with_locale
from errbook.locales import Locale
from errbook.po import PoFile
from errbook.project import Project
from errbook.projectfiles import UI

Result = tuple[Locale, str, PoFile, sync.Counts]

locale_option = click.option(
    "--locale",
    "tags",
    multiple=True,
    metavar="TAG",
    help="Only this locale (may be repeated).",
)


def check_locales(loaded: Project, tags: Sequence[str]) -> None:
    """Refuse tags that the project does not translate into; the source locale is one.

    Raises:
        click.BadParameter: There is such a tag.
    """
    known = [item.locale.tag for item in loaded.settings.locales]
    for tag in tags:
        if tag not in known:
            raise click.BadParameter(
                f"{tag}: the project translates into {', '.join(known) or 'no locale yet'}"
            )


def interface_messages() -> tuple[po.Message, ...]:
    """The words of errbook's interface, as its own template lists them."""
    template = resources.files("errbook") / "ui" / "errbook.pot"
    return po.read(template.read_bytes(), "errbook.pot")[0].messages


def synced(
    loaded: Project, tags: Sequence[str] = (), files: Files | None = None
) -> Iterator[Result]:
    """(locale, name, new file, counts) of each locale file that is not damaged.

    Args:
        loaded: The project.
        tags: The locales to sync, all without any.
        files: The locale files to begin with; the project's own without them.
    """
    title, files = loaded.settings.site_name, loaded.files if files is None else files
    for item in loaded.settings.locales:
        if tags and item.locale.tag not in tags:
            continue
        mine = {name: file for (locale, name), file in files.items() if locale == item.locale}
        whole, units = {}, {}
        for name, group in loaded.units.items():
            file = mine.get(name, PoFile(loaded.shown(loaded.po_path(item.locale, name))))
            if not file.damaged:
                whole[name], units[name] = file, group
        for (locale, name), (file, _) in loaded.left_behind.items():
            if locale == item.locale and not file.damaged:
                whole[name] = file
        merged = sync.merge_all(whole, units, title, item.locale, loaded.mentions)
        for name, (file, counts) in merged.items():
            yield item.locale, name, file, counts
        if UI in mine and not mine[UI].damaged:
            words, counts = sync.merge_words(mine[UI], interface_messages(), title, item.locale)
            yield item.locale, UI, words, counts


def run_sync(path: Path, tags: Sequence[str] = (), *, write: bool = True) -> tuple[Project, int]:
    """Sync the locale files of a project and print a line for each.

    Returns:
        The project as it was, and how many files changed, or would.
    """
    counted: dict[tuple[Locale, str], sync.Counts] = {}

    def work(loaded: Project) -> dict[tuple[Locale, str], PoFile]:
        refuse_broken_source(loaded)
        check_locales(loaded, tags)
        results = list(synced(loaded, tags))
        counted.update({(locale, name): counts for locale, name, _, counts in results})
        return {(locale, name): file for locale, name, file, _ in results}

    loaded, changes = update(path, work, write=write)
    for change in changes:
        click.echo(_line(loaded, change, counted[change.locale, change.name], write))
    return loaded, sum(change.differs for change in changes)


def _line(loaded: Project, change: Change, counts: sync.Counts, write: bool) -> str:
    if change.is_gone:
        mark = "deleted" if write else "would delete"
        return f"{mark:12} {loaded.shown(change.path)}: its translations went along"
    mark = ("wrote" if write else "would change") if change.differs else "unchanged"
    parts = [
        f"{counts.total} texts",
        f"{counts.new} to translate",
        f"{counts.stale} to revise",
        f"{counts.obsolete} obsolete",
    ]
    extra = {"moved": counts.carried, "repeated": counts.filled, "touched up": counts.cosmetic}
    parts += [f"{number} {word}" for word, number in extra.items() if number]
    return f"{mark:12} {loaded.shown(change.path)}: {', '.join(parts)}"


@click.command("sync")
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 when a file would change."
)
@locale_option
@click.pass_obj
def sync_files(path: Path, only_check: bool, tags: tuple[str, ...]) -> None:
    """Bring the source into the PO files of every locale.

    New texts come empty, changed ones become fuzzy and keep the source they were made from, and
    what left the source stays at the end of the file. A text that moved keeps its translation; one
    that is said elsewhere in the same slot, and translated there in one way, is filled.
    """
    loaded, changed = run_sync(path, tags, write=not only_check)
    damaged = report_damaged(loaded, tags)
    if only_check and changed:
        click.echo("Run errbook l10n sync, and commit what it writes.", err=True)
    sys.exit(FINDINGS if damaged or (only_check and changed) else OK)


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write to; the folder templates beside the locales without it.",
)
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 1 when a file would change."
)
@click.pass_obj
def extract(path: Path, output: Path | None, only_check: bool) -> None:
    """Write POT templates of all texts.

    There is one of each catalog, of the pages and of the interface. Weblate and Crowdin need them;
    errbook's own commands do not.
    """
    loaded = load(path)
    refuse_broken_source(loaded)
    folder = output or loaded.settings.translations / "templates"
    title = loaded.settings.site_name
    files = {name: sync.template(units, title) for name, units in loaded.units.items()}
    files[UI] = sync.words_template(interface_messages(), title)
    changed = 0
    for name, file in files.items():
        target, content = folder / f"{name}.pot", po.write(file)
        differs = not target.exists() or target.read_bytes() != content.encode("utf-8")
        if differs and not only_check:
            storage.write(target, content)
        changed += differs
        mark = ("would change" if only_check else "wrote") if differs else "unchanged"
        click.echo(f"{mark:12} {loaded.shown(target)}: {len(file.messages)} texts")
    sys.exit(FINDINGS if only_check and changed else OK)


@click.command()
@click.argument("tag")
@click.option("--required", is_flag=True, help="It must be complete; check fails until it is.")
@click.option(
    "--fallback",
    "fallback",
    multiple=True,
    metavar="TAG",
    help="A locale whose texts serve where this one has none (may be repeated).",
)
@click.pass_obj
def add(path: Path, tag: str, required: bool, fallback: tuple[str, ...]) -> None:
    """Add a locale, ready to translate.

    TAG is a language tag such as nl-NL, pt-BR or zh-Hans. It is written into the configuration, and
    a PO file of each catalog and the pages is made; where errbook does not speak the language, a
    file of its interface words too.
    """
    loaded = load(path)
    refuse_broken_source(loaded)
    check_tags(loaded.settings, fallback)
    locale, language = _new_locale(loaded, tag)
    options = [f"fallback: [{', '.join(fallback)}]"] if fallback else []
    options += ["required: true"] if required else []
    try:
        written = with_locale(path.read_text("utf-8"), locale.tag, f"{{{', '.join(options)}}}")
    except CannotEdit as error:
        raise click.ClickException(f"{path}: {error}") from error
    storage.write(path, written)
    speaks = _ships_words(locale)
    if not speaks:
        words = sync.merge_words(
            PoFile(""), interface_messages(), loaded.settings.site_name, locale
        )[0]
        storage.write(loaded.po_path(locale, UI), po.write(words))
    _say_added(loaded, locale, language, speaks)
    run_sync(path, [locale.tag])
    same = [o.tag for o in loaded.settings.all_locales if o.same_language(locale)]
    if same and not fallback:
        click.echo(
            f"\n{same[0]} is the same language: with fallback: [{same[0]}] in {path.name},"
            " its texts serve until there are own ones."
        )
    folder = loaded.shown(loaded.settings.translations / locale.tag)
    click.echo(f"\nTranslate the files in {folder}, and look at them with errbook serve.")


def _new_locale(loaded: Project, tag: str) -> tuple[Locale, str]:
    """The locale and the theme's name for it.

    Raises:
        click.BadParameter: The project has it, or CLDR or the theme does not know it.
    """
    try:
        locale = locales.parse(tag)
    except locales.UnknownLocale as error:
        raise click.BadParameter(str(error)) from error
    if locale in loaded.settings.all_locales:
        raise click.BadParameter(f"the project has {locale} already")
    available = theme.languages()
    language = locales.theme_language(locale, available)
    if language is None:
        near = locales.nearest(locale.tag, available)
        also = f'; the nearest is "{near}"' if near else f"; it speaks {', '.join(available)}"
        raise click.BadParameter(f'the theme does not speak "{locale}"{also}')
    return locale, language


def _ships_words(locale: Locale) -> bool:
    return any(locales.parse(name).same_language(locale) for name in locales.shipped_languages())


def _say_added(loaded: Project, locale: Locale, language: str, speaks: bool) -> None:
    name, words = locale.name_in(sync.ENGLISH), loaded.shown(loaded.po_path(locale, UI))
    rows = (
        ("written", "right to left" if locale.direction == "rtl" else "left to right"),
        ("theme", f"language {language}"),
        ("plural forms", locales.plural_forms(locale)),
        (
            "interface",
            "errbook's own words are translated"
            if speaks
            else f"errbook has no words in this language: translate {words} too",
        ),
    )
    click.echo(f"Added {locale} ({name}) to {loaded.settings.path}.")
    for label, value in rows:
        click.echo(f"  {label:13} {value}")
