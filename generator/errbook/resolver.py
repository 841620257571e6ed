"""Makes catalogs of forms: identities, shared texts, references and the rules that span entries."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from errbook import markdown, patterns
from errbook.diagnostics import Diagnostic, Severity, report
from errbook.model import (
    Catalog,
    Entry,
    Example,
    HistoryItem,
    Message,
    Param,
    Remedy,
    Text,
    Variant,
)
from errbook.schema import (
    CatalogForm,
    EntryForm,
    MessageForm,
    RemedyForm,
    SameAsForm,
    StepForm,
    UseForm,
)
from errbook.yamltext import Document

Path = tuple[str | int, ...]
FieldName = Literal["cause", "fix"]
FIELDS: tuple[FieldName, ...] = ("cause", "fix")
_DEFINITIONS = {
    "categories": "a category",
    "actions": "an action",
    "links": "a link",
    "footnotes": "a footnote",
}

_ID = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*\Z")
_HANDLE = re.compile(r"[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*\Z")
_PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}", re.ASCII)
_HTML_TAG = re.compile(
    r"</?(?:a|b|br|code|div|em|h[1-6]|hr|i|img|kbd|li|ol|p|pre|span|strong|sub|sup|table|td|th|tr|u"
    r"|ul)\b[^<>]*>",
    re.I,
)
_CODE = re.compile(r"[^\s./\\?#%\x00-\x1f][^/\\?#%\x00-\x1f]*\Z")
"""What the last part of a short link (``/e/CODE/``) can hold."""
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.I)
"""Names that some disks cannot hold."""

RESERVED_IDS = frozenset(
    "in log search 404 index assets"
    " entry catalog cause fix messages examples platforms related history".split()
)
"""Ids that would be a path or an anchor of the site's own."""
RESERVED_CATALOGS = frozenset({"pages", "ui", "site", "lookup", "catalogs", "featured", "progress"})
"""Names that a locale file, the owner of the site's texts or a marker gives another meaning."""
MAX_SUGGESTIONS = 200
"""After how many mistakes no similar names are looked for any more."""
MAX_FOLLOWING = 32
"""How many references may lead from one to the next before there is a text."""


@dataclass(frozen=True, slots=True)
class Source:
    """One catalog file that has the right form."""

    document: Document
    form: CatalogForm


def resolve(sources: Sequence[Source]) -> tuple[tuple[Catalog, ...], list[Diagnostic]]:
    """Make the book's catalogs, with every reference followed.

    Returns:
        The catalogs in the order of the files, and every mistake. An entry whose id cannot be used
        is left out; a cause or fix that cannot be resolved is None.
    """
    return _Resolver(sources).run()


@dataclass
class _Open:
    """An entry on its way into the book."""

    catalog: _CatalogInProgress
    key: str
    form: EntryForm
    id: str
    code: str | None
    remedies: dict[FieldName, Remedy | None] = field(default_factory=dict)


@dataclass
class _CatalogInProgress:
    source: Source
    name: str
    texts: dict[tuple[str, str], Text] = field(default_factory=dict)
    """Every text by (owner, slot), in the order of the file."""
    paths: dict[tuple[str, str], Path] = field(default_factory=dict)
    actions: dict[tuple[str, FieldName], Remedy | None] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    """Names of actions, links and footnotes that something uses, as ``kind:name``."""


class _Resolver:
    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self._found: list[Diagnostic] = []
        self._entries: dict[str, _Open] = {}
        self._by_code: dict[str, str] = {}
        """Id by code, in upper case."""
        self._following: list[tuple[str, FieldName]] = []
        """The references that are being followed, outermost first."""

    def run(self) -> tuple[tuple[Catalog, ...], list[Diagnostic]]:
        open_catalogs = [catalog for catalog in map(self._open, self._sources) if catalog]
        self._check_aliases()
        self._by_code = {e.code.upper(): e.id for e in self._entries.values() if e.code}
        catalogs = tuple(self._close(catalog) for catalog in open_catalogs)
        return catalogs, self._found

    def _say(
        self,
        code: str,
        document: Document,
        path: Path,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        severity: Severity | None = None,
        inside: tuple[str, str] | None = None,
        **subject: str,
    ) -> None:
        """Report a mistake at a path of a file; ``inside`` is (text, part) for a part of a text."""
        place = document.key_place(path) if key else document.place(path)
        location = document.at(place)
        if inside is not None and inside[1] in inside[0]:
            location = document.at(place, offset=inside[0].index(inside[1]), text=inside[0])
        self._found.append(
            report(
                code,
                location,
                message,
                hint,
                severity=severity,
                line_text=document.line(location.line),
                **subject,
            )
        )

    def _suggest(self, name: str, known: Iterable[str], what: str) -> str:
        # Hundreds of missing names are a missing file; comparing each with all would take minutes.
        few = len(self._found) < MAX_SUGGESTIONS
        near = difflib.get_close_matches(name, list(known), 1) if few else []
        if near:
            return f'Did you mean "{near[0]}"?'
        return f"Define it under {what}." if what != "entries" else "Use the id of an entry."

    # --- names -----------------------------------------------------------------------------------

    def _open(self, source: Source) -> _CatalogInProgress | None:
        document, form = source.document, source.form
        name = form.catalog
        taken = name in RESERVED_CATALOGS or _DEVICE.match(name)
        if not _ID.match(name) or taken or len(name) > patterns.MAX_CODE:
            self._say(
                "EB112",
                document,
                ("catalog",),
                f'"{name}" cannot be the name of a catalog',
                "Use lower-case letters, digits and hyphens; pages, site, ui and the names of"
                " markers are taken.",
            )
            return None
        for other in self._sources:
            if other is source:
                break
            if other.form.catalog == name:
                self._say(
                    "EB113",
                    document,
                    ("catalog",),
                    f'the catalog "{name}" is already in {other.document.path}',
                    "Give one of the two another name.",
                )
                return None
        catalog = _CatalogInProgress(source, name)
        self._check_keys(source)
        pattern = self._pattern(source)
        for key, entry in form.entries.items():
            self._open_entry(catalog, key, entry, pattern)
        return catalog

    def _check_keys(self, source: Source) -> None:
        """The names that the contexts of texts and the anchors of pages are made of."""
        form, document = source.form, source.document
        named: list[tuple[str, Path, str]] = [
            ("a platform", ("platforms", index), name) for index, name in enumerate(form.platforms)
        ]
        for key, kind in _DEFINITIONS.items():
            named += [(kind, (key, name), name) for name in getattr(form, key)]
        for kind, path, name in named:
            if not _HANDLE.match(name):
                self._say(
                    "EB112",
                    document,
                    path,
                    f'"{name}" cannot be the name of {kind}',
                    "Use letters, digits, dots, hyphens and underscores.",
                    key=True,
                )

    def _pattern(self, source: Source) -> re.Pattern[str] | None:
        pattern = source.form.code_pattern
        if not pattern:
            return None
        problem = patterns.problem(pattern)
        if not problem:
            return re.compile(pattern, re.ASCII)
        self._say(
            "EB111",
            source.document,
            ("code_pattern",),
            f'the code pattern "{pattern}" is refused: {problem}',
            r"Use a plain pattern such as ABC\d{4}.",
        )
        return None

    def _open_entry(
        self,
        catalog: _CatalogInProgress,
        key: str,
        form: EntryForm,
        pattern: re.Pattern[str] | None,
    ) -> None:
        document, path = catalog.source.document, ("entries", key)
        code = self._code(catalog, key, form, pattern)
        identifier = form.id if form.id is not None else (code or key).lower()
        where: Path = (*path, "id") if form.id is not None else path
        refusal = self._refuse_id(identifier)
        if refusal:
            self._say(
                refusal[0], document, where, *refusal[1:], key=form.id is None, entry=identifier
            )
            return
        self._entries[identifier] = _Open(catalog, key, form, identifier, code)

    def _refuse_id(self, identifier: str) -> tuple[str, str, str] | None:
        """(code, message, hint) where an entry cannot have this id."""
        problem = _id_problem(identifier)
        if problem:
            return (
                "EB112",
                f'"{identifier}" cannot be an id: {problem}',
                "Give the entry another id: in lower-case letters, digits, dots and hyphens.",
            )
        if any(source.form.catalog == identifier for source in self._sources):
            return (
                "EB113",
                f'the id "{identifier}" is the name of a catalog',
                "Give the entry another id: of its own.",
            )
        other = self._entries.get(identifier)
        if other is None:
            return None
        at = other.catalog.source.document.key_place(("entries", other.key))
        place = f"{other.catalog.source.document.path}:{at.line}"
        return (
            "EB113",
            f'the id "{identifier}" is taken by the entry at {place} (letter case is ignored)',
            "Two meanings of one code each need an id: of their own.",
        )

    def _code(
        self,
        catalog: _CatalogInProgress,
        key: str,
        form: EntryForm,
        pattern: re.Pattern[str] | None,
    ) -> str | None:
        if form.code == "none":
            return None
        code = key if form.code is None else form.code
        path: Path = ("entries", key) if form.code is None else ("entries", key, "code")
        if not _CODE.match(code) or len(code) > patterns.MAX_CODE:
            self._say(
                "EB110",
                catalog.source.document,
                path,
                f'"{code}" cannot be a code: a short link cannot hold it',
                f"Use at most {patterns.MAX_CODE} characters, and none of / \\ ? # %.",
                key=form.code is None,
                entry=key,
            )
            return None
        if pattern is None or pattern.fullmatch(code):
            return code
        self._say(
            "EB110",
            catalog.source.document,
            path,
            f'"{code}" does not match the code pattern {catalog.source.form.code_pattern}',
            "Correct the code; if the problem has none, write code: none.",
            key=form.code is None,
            entry=key,
        )
        return code

    def _check_aliases(self) -> None:
        handles: dict[str, _Open] = {}
        for entry in self._entries.values():
            for handle in (entry.id, entry.code):
                if handle:
                    handles.setdefault(handle.upper(), entry)
        for entry in self._entries.values():
            document = entry.catalog.source.document
            for index, alias in enumerate(entry.form.aliases):
                path = ("entries", entry.key, "aliases", index)
                other = handles.setdefault(alias.upper(), entry)
                if not _HANDLE.match(alias) or _id_problem(alias.lower()):
                    self._say(
                        "EB112",
                        document,
                        path,
                        f'"{alias}" cannot be an alias',
                        "Use letters, digits, dots and hyphens.",
                        entry=entry.id,
                    )
                elif other is not entry:
                    self._say(
                        "EB113",
                        document,
                        path,
                        f'the alias "{alias}" is already a name of {other.id}',
                        "A name leads to one entry only; delete it from one of the two.",
                        entry=entry.id,
                    )

    # --- texts -----------------------------------------------------------------------------------

    @staticmethod
    def _text(
        catalog: _CatalogInProgress,
        owner: str,
        slot: str,
        source: str,
        path: Path,
        note: str = "",
        literals: tuple[str, ...] = (),
    ) -> Text:
        document = catalog.source.document
        location = document.at(document.place(path))
        text = Text(owner, slot, source.strip("\n"), location, note.strip(), literals, catalog.name)
        catalog.texts[owner, slot] = text
        catalog.paths[owner, slot] = path
        return text

    def _remedy(
        self,
        catalog: _CatalogInProgress,
        form: RemedyForm,
        field_name: FieldName,
        path: Path,
        make: Callable[[str, str, Path], Text],
    ) -> Remedy | None:
        """Resolve one cause or fix. ``make`` makes a text of (slot suffix, source, path)."""
        document = catalog.source.document
        if isinstance(form, str):
            if form.strip() != "none":
                return Remedy((make("", form, path),))
            if field_name == "fix":
                return Remedy(())
            self._say(
                "EB108",
                document,
                path,
                "a cause cannot be none",
                "Say why it happens; only a fix may be none.",
            )
            return None
        if isinstance(form, UseForm):
            return self._action(catalog, form.use, field_name, (*path, "use"))
        if isinstance(form, SameAsForm):
            return self._same_as(catalog, form.same_as, field_name, (*path, "same_as"))
        return Remedy(tuple(self._steps(catalog, form, field_name, path, make)), steps=True)

    def _steps(
        self,
        catalog: _CatalogInProgress,
        steps: Iterable[str | UseForm | StepForm],
        field_name: FieldName,
        path: Path,
        make: Callable[[str, str, Path], Text],
    ) -> Iterator[Text]:
        ids: set[str] = set()
        for index, step in enumerate(steps):
            here = (*path, index)
            if isinstance(step, str):
                yield make(f"/{index + 1}", step, here)
            elif isinstance(step, UseForm):
                shared = self._action(catalog, step.use, field_name, (*here, "use"))
                yield from shared.texts if shared else ()
            elif step.id is None:
                yield make(f"/{index + 1}", step.text, (*here, "text"))
            elif self._accepts_step(step.id, ids, catalog.source.document, (*here, "id")):
                ids.add(step.id)
                yield make(f"/{step.id}", step.text, (*here, "text"))

    def _accepts_step(
        self, identifier: str, ids: Collection[str], document: Document, path: Path
    ) -> bool:
        if not _ID.match(identifier) or identifier.isdigit():
            self._say(
                "EB112",
                document,
                path,
                f'"{identifier}" cannot be the id of a step',
                "Use lower-case letters, digits and hyphens, with a letter in it.",
            )
            return False
        if identifier in ids:
            self._say(
                "EB113",
                document,
                path,
                f'the step id "{identifier}" is taken by another step',
                "Give one of the two another id.",
            )
            return False
        return True

    def _action(
        self, catalog: _CatalogInProgress, name: str, field_name: FieldName, path: Path
    ) -> Remedy | None:
        document, actions = catalog.source.document, catalog.source.form.actions
        if name not in actions:
            self._say(
                "EB114",
                document,
                path,
                f'there is no action "{name}"',
                self._suggest(name, actions, "actions"),
            )
            return None
        catalog.used.add(f"action:{name}")
        key = (name, field_name)
        if key in catalog.actions:
            return catalog.actions[key]
        form = getattr(actions[name], field_name)
        if form is None:
            self._say(
                "EB114",
                document,
                path,
                f'the action "{name}" has no {field_name}',
                f"Give it a {field_name}, or use another action.",
            )
            return None
        step = (f"action:{name}", field_name)
        if not self._may_follow(step, document, path):
            return None
        note = actions[name].note
        remedy = self._remedy(
            catalog,
            form,
            field_name,
            ("actions", name, field_name),
            lambda suffix, source, at: self._text(
                catalog, f"action:{name}", f"{field_name}{suffix}", source, at, note
            ),
        )
        self._following.pop()
        catalog.actions[key] = remedy
        return remedy

    def _same_as(
        self, catalog: _CatalogInProgress, identifier: str, field_name: FieldName, path: Path
    ) -> Remedy | None:
        other = self._entries.get(identifier.lower())
        if other is None:
            self._say(
                "EB114",
                catalog.source.document,
                path,
                f'there is no entry "{identifier}"',
                self._suggest(identifier, self._entries, "entries"),
            )
            return None
        step = (other.id, field_name)
        if field_name not in other.remedies and not self._may_follow(
            step, catalog.source.document, path
        ):
            return None
        remedy = self._entry_remedy(other, field_name, following=True)
        if remedy is None and not getattr(other.form, field_name):
            self._say(
                "EB114",
                catalog.source.document,
                path,
                f'the entry "{other.id}" has no {field_name} of its own',
                "Point to an entry that has one.",
            )
        return remedy

    def _may_follow(self, step: tuple[str, FieldName], document: Document, path: Path) -> bool:
        """Whether a reference leads on; if so, its owner is noted down until it is resolved."""
        if len(self._following) > MAX_FOLLOWING:
            self._say(
                "EB115",
                document,
                path,
                f"the {step[1]} is more than {MAX_FOLLOWING} references away",
                "Point to the entry or action that has the text.",
            )
            return False
        if step not in self._following:
            self._following.append(step)
            return True
        loop = [*self._following[self._following.index(step) :], step]
        self._say(
            "EB115",
            document,
            path,
            f"the {step[1]} leads back to itself: {' → '.join(name for name, _ in loop)}",
            "Write the text in one of them.",
        )
        return False

    def _entry_remedy(
        self, entry: _Open, field_name: FieldName, *, following: bool = False
    ) -> Remedy | None:
        """The base cause or fix of an entry, resolved once."""
        if field_name in entry.remedies:
            return entry.remedies[field_name]
        if not following:
            self._following.append((entry.id, field_name))
        form = getattr(entry.form, field_name)
        remedy = None
        if form is not None:
            path = ("entries", entry.key, field_name)
            remedy = self._remedy(
                entry.catalog, form, field_name, path, self._maker(entry, field_name)
            )
        self._following.pop()
        entry.remedies[field_name] = remedy
        return remedy

    def _maker(self, entry: _Open, slot: str) -> Callable[[str, str, Path], Text]:
        literals = tuple(m.text for m in entry.form.messages)
        if entry.code:
            literals = (entry.code, *literals)
        return lambda suffix, source, at: self._text(
            entry.catalog, entry.id, f"{slot}{suffix}", source, at, entry.form.note, literals
        )

    # --- entries ---------------------------------------------------------------------------------

    def _close(self, catalog: _CatalogInProgress) -> Catalog:
        form, name = catalog.source.form, catalog.name
        title = description = None
        if form.title:
            title = self._text(catalog, name, "title", form.title, ("title",))
        if form.description:
            description = self._text(
                catalog, name, "description", form.description, ("description",)
            )
        categories = {
            key: self._text(catalog, name, f"category/{key}", text, ("categories", key))
            for key, text in form.categories.items()
        }
        for action, action_form in form.actions.items():
            for field_name in FIELDS:
                if getattr(action_form, field_name) is not None:
                    used = f"action:{action}" in catalog.used
                    self._action(catalog, action, field_name, ("actions", action))
                    if not used:
                        catalog.used.discard(f"action:{action}")
        footnotes = {
            label: self._text(catalog, f"note:{label}", "text", text, ("footnotes", label))
            for label, text in form.footnotes.items()
        }
        mine = [entry for entry in self._entries.values() if entry.catalog is catalog]
        entries = tuple(self._entry(entry) for entry in mine)
        self._check_texts(catalog)
        self._check_unused(catalog)
        order = sorted(
            catalog.texts.values(), key=lambda text: (text.location.line, text.location.column)
        )
        return Catalog(
            name=name,
            path=catalog.source.document.path,
            title=title,
            description=description,
            code_pattern="" if patterns.problem(form.code_pattern or "x") else form.code_pattern,
            platforms=tuple(form.platforms),
            featured=tuple(self._featured(catalog)),
            categories=categories,
            actions=tuple(t for t in order if t.owner.startswith("action:")),
            links={key: link.url for key, link in form.links.items()},
            footnotes=footnotes,
            entries=entries,
            texts=tuple(order),
        )

    def _featured(self, catalog: _CatalogInProgress) -> Iterator[str]:
        mine = {e.id: e for e in self._entries.values() if e.catalog is catalog}
        for index, name in enumerate(catalog.source.form.featured):
            if name.lower() in mine:
                yield name.lower()
                continue
            self._say(
                "EB114",
                catalog.source.document,
                ("featured", index),
                f'the catalog has no entry "{name}"',
                self._suggest(name.lower(), mine, "entries"),
            )

    def _entry(self, entry: _Open) -> Entry:
        form, catalog = entry.form, entry.catalog
        document, path = catalog.source.document, ("entries", entry.key)
        place = document.key_place(path)
        title = None
        if form.title:
            title = self._maker(entry, "title")("", form.title, (*path, "title"))
        cause = self._entry_remedy(entry, "cause")
        fix = self._entry_remedy(entry, "fix")
        variants = self._variants(entry, cause, fix)
        self._check_required(entry, variants)
        if form.code == "none" and not form.title and not form.messages:
            self._say(
                "EB120",
                document,
                path,
                f'"{entry.key}" has no code, title or message',
                "Give it a title, or the message the product prints.",
                key=True,
                entry=entry.id,
            )
        self._check_names(entry)
        retired = form.retired
        reason = None
        if retired and retired.reason:
            reason = self._maker(entry, "reason")("", retired.reason, (*path, "retired", "reason"))
        return Entry(
            id=entry.id,
            catalog=catalog.name,
            code=entry.code,
            location=document.at(place),
            cause=cause,
            fix=fix,
            title=title,
            severity=form.severity,
            category=form.category if form.category in catalog.source.form.categories else "",
            tags=tuple(form.tags),
            platforms=tuple(form.platforms),
            variants=variants,
            messages=tuple(self._messages(entry)),
            examples=tuple(self._examples(entry)),
            identifiers=tuple(
                (system, (value,) if isinstance(value, str) else tuple(value))
                for system, value in form.identifiers.items()
            ),
            since=form.since,
            status=form.status,
            retired_in=retired.in_ if retired else "",
            reason=reason,
            replaced_by=tuple(self._references(entry, "replaced_by")),
            aliases=tuple(form.aliases),
            history=tuple(self._history(entry)),
            see=tuple(self._references(entry, "see")),
            source=form.source,
        )

    def _variants(
        self, entry: _Open, cause: Remedy | None, fix: Remedy | None
    ) -> tuple[Variant, ...]:
        path = ("entries", entry.key, "variants")
        made = []
        for platform, form in entry.form.variants.items():
            remedies: dict[str, Remedy | None] = {"cause": cause, "fix": fix}
            for field_name in FIELDS:
                own: Any = getattr(form, field_name)
                if own is not None:
                    slot = f"{field_name}@{platform}"
                    remedies[field_name] = self._remedy(
                        entry.catalog,
                        own,
                        field_name,
                        (*path, platform, field_name),
                        self._maker(entry, slot),
                    )
            if remedies["cause"] is not None and remedies["fix"] is not None:
                made.append(Variant(platform, remedies["cause"], remedies["fix"]))
        return tuple(made)

    def _check_required(self, entry: _Open, variants: tuple[Variant, ...]) -> None:
        form, document = entry.form, entry.catalog.source.document
        path: Path = ("entries", entry.key)
        if form.status == "reserved":
            return
        known = entry.catalog.source.form.platforms
        wanted = form.platforms or known
        for field_name in FIELDS:
            written = document.root["entries"][entry.key]  # type: ignore[index,call-overload]
            if field_name in written:
                continue
            lacking = [
                platform
                for platform in wanted or form.variants
                if getattr(form.variants.get(platform), field_name, None) is None
            ]
            if not form.variants or set(lacking) == set(wanted or form.variants):
                also = " (fix: none says that nothing is needed)" if field_name == "fix" else ""
                self._say(
                    "EB108",
                    document,
                    path,
                    f"{entry.key} has no {field_name}",
                    f"Add {field_name}: … below it{also}.",
                    key=True,
                    entry=entry.id,
                    field=field_name,
                )
            elif lacking:
                self._say(
                    "EB121",
                    document,
                    (*path, "variants"),
                    f"{entry.key} has no {field_name} on {', '.join(lacking)}",
                    f"Add it there, or a {field_name} for all platforms.",
                    key=True,
                    entry=entry.id,
                    field=field_name,
                )

    def _check_names(self, entry: _Open) -> None:
        form, source = entry.form, entry.catalog.source
        document, path = source.document, ("entries", entry.key)
        if form.category and form.category not in source.form.categories:
            self._say(
                "EB114",
                document,
                (*path, "category"),
                f'there is no category "{form.category}"',
                self._suggest(form.category, source.form.categories, "categories"),
                entry=entry.id,
            )
        named: list[tuple[Path, str]] = [
            ((*path, "platforms", i), name) for i, name in enumerate(form.platforms)
        ]
        named += [((*path, "variants", name), name) for name in form.variants]
        for where, platform in named:
            if platform not in source.form.platforms:
                self._say(
                    "EB114",
                    document,
                    where,
                    f'there is no platform "{platform}"',
                    self._suggest(platform, source.form.platforms, "platforms"),
                    key=True,
                    entry=entry.id,
                )
        ended = form.status in ("deprecated", "retired")
        if ended and not (form.replaced_by or (form.retired and form.retired.reason)):
            self._say(
                "EB123",
                document,
                (*path, "status"),
                f"{entry.key} is {form.status}, but nothing says why",
                "Add replaced_by: [id], or retired: {reason: …}.",
                entry=entry.id,
            )
        if not ended and (form.replaced_by or form.retired):
            self._say(
                "EB123",
                document,
                path,
                f"{entry.key} is replaced or retired, but its status is {form.status}",
                "Write status: retired (or deprecated).",
                key=True,
                entry=entry.id,
            )

    def _references(self, entry: _Open, name: Literal["see", "replaced_by"]) -> Iterator[str]:
        for index, wanted in enumerate(getattr(entry.form, name)):
            identifier = wanted.lower() if wanted.lower() in self._entries else None
            identifier = identifier or self._by_code.get(wanted.upper())
            reserved = identifier and self._entries[identifier].form.status == "reserved"
            if identifier is None or identifier == entry.id or (reserved and name != "see"):
                problem, hint = f'"{wanted}" is the entry itself', "Delete it."
                if reserved:
                    problem, hint = f'"{wanted}" is reserved', "Name an entry that has a page."
                if identifier is None:
                    problem = f'there is no entry "{wanted}"'
                    hint = self._suggest(wanted.lower(), self._entries, "entries")
                path = ("entries", entry.key, name, index)
                self._say(
                    "EB114", entry.catalog.source.document, path, problem, hint, entry=entry.id
                )
                continue
            yield identifier

    def _messages(self, entry: _Open) -> Iterator[Message]:
        document = entry.catalog.source.document
        for index, form in enumerate(entry.form.messages):
            path = ("entries", entry.key, "messages", index)
            self._check_placeholders(document, path, form, entry.id)
            yield Message(
                form.text.strip("\n"),
                tuple(
                    Param(name, param.type, param.example, param.redact == "true")
                    for name, param in form.params.items()
                ),
                form.summary,
                form.since,
                form.until,
            )

    def _check_placeholders(
        self, document: Document, path: Path, form: MessageForm, entry: str
    ) -> None:
        written = set(_PLACEHOLDER.findall(form.text))
        for name in sorted(written - set(form.params)):
            near = difflib.get_close_matches(name, form.params, 1)
            also = f'Did you mean "{{{near[0]}}}"? ' if near else ""
            hint = "Declare it under params; if the braces are literal, with type: literal."
            self._say(
                "EB118",
                document,
                (*path, "text"),
                f"{{{name}}} is not declared in params",
                f"{also}{hint}",
                severity=None if near else Severity.WARNING,
                inside=(form.text.strip("\n"), f"{{{name}}}"),
                entry=entry,
            )
        for name in form.params:
            if name not in written:
                self._say(
                    "EB118",
                    document,
                    (*path, "params", name),
                    f'the parameter "{name}" is declared, but {{{name}}} is not in the text',
                    "Delete it, or write it where it belongs.",
                    key=True,
                    entry=entry,
                )

    def _examples(self, entry: _Open) -> Iterator[Example]:
        for index, form in enumerate(entry.form.examples):
            path = ("entries", entry.key, "examples", index, "caption")
            caption = None
            if form.caption:
                caption = self._maker(entry, f"example/{index + 1}")("", form.caption, path)
            yield Example(form.console.rstrip("\n"), caption)

    def _history(self, entry: _Open) -> Iterator[HistoryItem]:
        for index, form in enumerate(entry.form.history):
            path = ("entries", entry.key, "history", index, "note")
            note = None
            if form.note:
                note = self._maker(entry, f"history/{index + 1}")("", form.note, path)
            yield HistoryItem(form.version, form.change, note)

    # --- what stands in texts --------------------------------------------------------------------

    def _check_texts(self, catalog: _CatalogInProgress) -> None:
        form, document = catalog.source.form, catalog.source.document
        for key, text in catalog.texts.items():
            path = catalog.paths[key]
            for unit in text.units:
                stock = markdown.inventory(unit.text)
                for label in stock.footnotes:
                    catalog.used.add(f"footnote:{label}")
                    if label not in form.footnotes:
                        self._say(
                            "EB116",
                            document,
                            path,
                            f"the footnote [^{label}] is not defined",
                            self._suggest(label, form.footnotes, "footnotes"),
                            inside=(text.source, f"[^{label}]"),
                        )
                for target in stock.links:
                    self._check_target(catalog, target, path, text)
                if _HTML_TAG.search(stock.plain):
                    tag = _HTML_TAG.search(stock.plain)
                    shown = tag[0] if tag else ""
                    self._say(
                        "EB124",
                        document,
                        path,
                        f"{shown} is shown as text, not as HTML",
                        "Use Markdown; put it in backticks if it is meant literally.",
                        inside=(text.source, shown),
                    )

    def _check_target(
        self, catalog: _CatalogInProgress, target: str, path: Path, text: Text
    ) -> None:
        document = catalog.source.document
        kind, _, name = target.partition(":")
        known: Mapping[str, object]
        if kind == "link":
            known, what = catalog.source.form.links, "links"
            catalog.used.add(target)
        elif kind == "entry":
            known, what = self._entries, "entries"
        else:
            return
        if name not in known:
            self._say(
                "EB114",
                document,
                path,
                f'the link target "{target}" does not exist',
                self._suggest(name, known, what),
                inside=(text.source, target),
            )

    def _check_unused(self, catalog: _CatalogInProgress) -> None:
        form, document = catalog.source.form, catalog.source.document
        groups = (
            ("actions", "action", form.actions),
            ("links", "link", form.links),
            ("footnotes", "footnote", form.footnotes),
        )
        for key, kind, defined in groups:
            for name in defined:
                if f"{kind}:{name}" not in catalog.used:
                    self._say(
                        "EB117",
                        document,
                        (key, name),
                        f'the {kind} "{name}" is never used',
                        "Use it or delete it.",
                        key=True,
                    )


def _id_problem(identifier: str) -> str:
    if not _ID.match(identifier):
        return (
            "it has other characters than lower-case letters, digits, dots, hyphens and underscores"
        )
    if _DEVICE.match(identifier):
        return "some disks cannot hold a file of this name"
    if identifier in RESERVED_IDS:
        return "the site uses this name itself"
    if len(identifier) > patterns.MAX_CODE:
        return f"it is longer than {patterns.MAX_CODE} characters"
    return ""
