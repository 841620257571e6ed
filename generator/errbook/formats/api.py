"""A book in one locale as JSON for programs: ``errors.json``, and a file for each entry.

`formats.api_schema` describes the form; `published` reads it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from errbook import compact, markdown
from errbook.edition import Edition, Notes
from errbook.markdown import Node, simple
from errbook.model import Catalog, Entry, Message, Remedy, Text, Variant
from errbook.translate import State
from errbook.urls import entry_url

VERSION = 1
"""Version of the form; it grows only when a key changes its meaning or goes. Keys may be added."""
BOOK = "errors.json"
"""The whole book, below its locale."""
SCHEMA = "errors.schema.json"
"""The JSON Schema of both files, above the locales."""

_GRAVITY_OF = {state.value: number for number, state in enumerate(State)}
_OK = State.OK.value
_END = b"\n]}\n"
_BADGE = re.compile(r' ?<span class="eb-badge".*?</span></span>|<sup id=.*?</sup>|\x00[^\x00]+\x00')
"""What a page shows beside a text: the language of a fallback, the number of a footnote."""
_LINE_END = re.compile(r"</(?:p|li|pre|h[1-6]|tr)>|<br>|<hr>")
_TAG = re.compile(r"<[^>]*>")


def entries_of(book: bytes) -> list[bytes]:
    """The entries of an ``errors.json``, as `Api.book` got them."""
    _, _, listed = book.removesuffix(_END).partition(b"\n")
    return listed.split(b",\n") if listed else []


def entry_file(identifier: str) -> str:
    """Path of an entry's own file below its locale."""
    return f"errors/{identifier}.json"


@dataclass(frozen=True)
class Made:
    """One entry for programs."""

    entry: Entry
    data: Mapping[str, Any]
    """The entry as an object."""
    written: bytes
    """The same as JSON: encoded once for both files it stands in."""


@dataclass(frozen=True)
class Api:
    """Writes one edition for programs."""

    edition: Edition
    title: str
    """What readers of the locale call the book."""
    site: str = ""
    """Absolute URL of the site's root with a final slash; empty while the project has none: links
    then begin at the host's root."""
    _heads: dict[tuple[str, str, tuple[str, ...]], bytes] = field(default_factory=dict, repr=False)
    """What stands before the entry in its own file: the same for many entries."""

    @cached_property
    def root(self) -> str:
        """What every link to the locale's pages begins with."""
        return f"{self.site}{self.edition.locale.tag}/" if self.site else self.edition.root

    def entry(self, catalog: Catalog, entry: Entry) -> Made:
        """A published entry of a catalog."""
        data = self._entry(catalog, entry)
        return Made(entry, data, compact.written(data))

    def book(self, entries: Iterable[bytes]) -> bytes:
        """``errors.json``, with one entry a line.

        Args:
            entries: Every entry as JSON.
        """
        catalogs = [self._catalog(c, c.categories, c.footnotes) for c in self.edition.book.catalogs]
        return self._head(catalogs) + b",\n".join(entries) + _END

    def single(self, made: Made) -> bytes:
        """An entry's own file: a book with this entry and what it needs of its catalog."""
        entry, notes = made.entry, tuple(made.data["footnotes"])
        key = (entry.catalog, entry.category, notes)
        head = self._heads.get(key)
        if head is None:
            catalog = self.edition.book.catalog_by_name[entry.catalog]
            categories = [entry.category] if entry.category else []
            head = self._head([self._catalog(catalog, categories, notes)])
            self._heads[key] = head
        return head + made.written + _END

    def _head(self, catalogs: Sequence[Mapping[str, Any]]) -> bytes:
        edition = self.edition
        above = {
            "$schema": f"{self.site or edition.base}{SCHEMA}",
            "version": VERSION,
            "locale": edition.locale.tag,
            "source_locale": edition.translation.source.tag,
            "book": self.title,
            "url": self.root,
            "catalogs": catalogs,
        }
        return compact.written(above)[:-1] + b',"entries":[\n'

    def _catalog(
        self, catalog: Catalog, categories: Iterable[str], notes: Iterable[str]
    ) -> dict[str, Any]:
        return {
            "name": catalog.name,
            "title": self._line(catalog.title, catalog),
            "description": self._noted(catalog.description, catalog)
            if catalog.description
            else None,
            "categories": {n: self._line(catalog.categories[n], catalog) for n in categories},
            "platforms": list(catalog.platforms),
            "footnotes": {label: self.footnote(catalog, label) for label in notes},
        }

    # --- an entry --------------------------------------------------------------------------------

    def _entry(self, catalog: Catalog, entry: Entry) -> dict[str, Any]:
        made = _Fields(self, catalog, entry)
        cause, fix = made.base("cause"), made.base("fix")
        variants = [made.variant(variant) for variant in entry.variants]
        known = self.edition.book.entries
        return {
            "id": entry.id,
            "code": entry.code,
            "catalog": entry.catalog,
            "url": f"{self.root}{entry_url(entry.id)}",
            "title": self._line(entry.title, catalog),
            "severity": entry.severity,
            "category": entry.category or None,
            "status": entry.status,
            "since": entry.since or None,
            "platforms": entry.platforms,
            "tags": entry.tags,
            "identifiers": dict(entry.identifiers),
            "aliases": entry.aliases,
            "messages": [_message(message) for message in entry.messages],
            "cause": cause,
            "fix": fix,
            "variants": variants,
            "footnotes": list(made.notes.counts),
            "examples": [
                {"console": e.console, "caption": self._line(e.caption, catalog)}
                for e in entry.examples
            ],
            "see": [name for name in entry.see if known[name].has_page],
            "replaced_by": entry.replaced_by,
            "retired": {"in": entry.retired_in or None, "reason": self._line(entry.reason, catalog)}
            if entry.status == "retired"
            else None,
            "history": [
                {"version": h.version, "change": h.change, "note": self._line(h.note, catalog)}
                for h in entry.history
            ],
        }

    # --- texts -----------------------------------------------------------------------------------

    def remedy(self, remedy: Remedy, catalog: Catalog) -> dict[str, Any]:
        """A cause or a fix; references to footnotes are left open in its HTML."""
        if not remedy.texts:
            words = self.edition.words.gettext("No action needed.")
            written = self.edition.remedy(remedy, catalog)
            return {**self._bare(words, written), "no_action": True}
        parts = [self._blocks(text, catalog) for text in remedy.texts]
        return self._steps(remedy, parts) if remedy.steps else parts[0]

    def _steps(self, remedy: Remedy, parts: list[dict[str, Any]]) -> dict[str, Any]:
        """Steps as one text, and each for itself."""
        states = {part["state"] for part in parts}
        state = states.pop() if len(states) == 1 else min(states, key=_GRAVITY_OF.__getitem__)
        items = [_item(number, part["markdown"]) for number, part in enumerate(parts, 1)]
        made: dict[str, Any] = {
            "markdown": "\n".join(items),
            "html": listed([part["html"] for part in parts]),
            "text": "\n".join([part["text"] for part in parts]),
            "locale": next((p["locale"] for p in parts if "foreign" in p), parts[0]["locale"]),
            "state": state,
            "steps": parts,
        }
        if any("foreign" in part for part in parts):
            made["foreign"] = self._foreign(remedy, parts)
        return made

    def _foreign(self, remedy: Remedy, parts: Sequence[Mapping[str, Any]]) -> dict[str, str]:
        """The locales of the blocks of all steps, counted through."""
        found: dict[str, str] = {}
        first = 0
        for text, part in zip(remedy.texts, parts, strict=True):
            foreign = part.get("foreign", {})
            found |= {str(first + int(number)): tag for number, tag in foreign.items()}
            first += len(self.edition.translation.text(text).units)
        return found

    def _blocks(self, text: Text, catalog: Catalog) -> dict[str, Any]:
        return self._said(text, catalog, self.edition.blocks(text, catalog))

    def _line(self, text: Text | None, catalog: Catalog) -> dict[str, Any] | None:
        if text is None:
            return None
        return self._said(text, catalog, self.edition.inline(text, catalog, badges=False))

    def footnote(self, catalog: Catalog, label: str) -> dict[str, Any]:
        """A footnote of a catalog."""
        return self._noted(catalog.footnotes[label], catalog)

    def _noted(self, text: Text, catalog: Catalog) -> dict[str, Any]:
        """Blocks whose references to footnotes are numbered on their own."""
        made = self._blocks(text, catalog)
        made["html"] = Notes(catalog).resolve(made["html"])
        return made

    def _bare(self, words: str, written: str) -> dict[str, Any]:
        tag = self.edition.locale.tag
        escaped = re.sub(r"([\\`*_\[\]<>])", r"\\\1", words)
        return {
            "markdown": escaped,
            "html": written,
            "text": words,
            "locale": tag,
            "state": _OK,
        }

    def _said(self, text: Text, catalog: Catalog, written: str) -> dict[str, Any]:
        """A text with the locale it is in and its state in the reader's."""
        found, own = self.edition.translation.text(text), self.edition.locale
        source, units = found.markdown.strip(), found.units
        if "<a " in written or "<img " in written:
            written = written.replace(f'="{self.edition.root}', f'="{self.root}')
        locale, state, foreign = own, _OK, {}
        for index, served in enumerate(units):
            if served.state is not State.OK:
                state = min(state, served.state.value, key=_GRAVITY_OF.__getitem__)
            if served.locale is not own and not served.locale.same_language(own):
                foreign[str(index)] = served.locale.tag
        if units:
            locale = units[0].locale
        parts = simple.parts(source)
        made: dict[str, Any] = {
            "markdown": retargeted(source, self._targets(catalog)) if "](" in source else source,
            "html": written,
            "text": words_of(written) if parts is None else _words(parts),
            "locale": next(iter(foreign.values()), locale.tag),
            "state": state,
        }
        if foreign:
            made["foreign"] = foreign
        return made

    @cached_property
    def _target_of(self) -> dict[str, Callable[[str], str | None]]:
        return {}

    def _targets(self, catalog: Catalog) -> Callable[[str], str | None]:
        """What a target in a catalog's texts leads to."""
        made = self._target_of.get(catalog.name)
        if made is None:
            url = self.edition.links(catalog).url

            def made(target: str) -> str | None:
                found = url(target)
                if found is not None and found.startswith(self.edition.root):
                    return self.root + found[len(self.edition.root) :]
                return found

            self._target_of[catalog.name] = made
        return made


class _Fields:
    """The causes and fixes of one entry, their footnotes numbered as its page numbers them."""

    def __init__(self, api: Api, catalog: Catalog, entry: Entry) -> None:
        self.notes = Notes(catalog)
        self._api = api
        self._catalog = catalog
        self._entry = entry
        self._made: dict[int, dict[str, Any]] = {}
        hidden: list[Remedy] = []
        for name in ("cause", "fix"):
            base: Remedy | None = getattr(entry, name)
            others: list[Remedy] = [getattr(variant, name) for variant in entry.variants]
            if base is not None and all(other == base for other in others):
                made = self._make(base)
                self._made |= {id(other): made for other in others}
                continue
            # The page shows tabs, and not what other platforms do.
            for other in others:
                self._make(other)
            hidden += [base] if base is not None else []
        for remedy in hidden:
            self._make(remedy)

    def base(self, name: str) -> dict[str, Any] | None:
        """The cause or fix of every platform without a variant."""
        remedy: Remedy | None = getattr(self._entry, name)
        return None if remedy is None else self._made[id(remedy)]

    def variant(self, variant: Variant) -> dict[str, Any]:
        cause, fix = self._made[id(variant.cause)], self._made[id(variant.fix)]
        return {"platform": variant.platform, "cause": cause, "fix": fix}

    def _make(self, remedy: Remedy) -> dict[str, Any]:
        made = self._made.get(id(remedy))
        if made is None:
            made = self._made[id(remedy)] = self._api.remedy(remedy, self._catalog)
            if self._is_open(made["html"]):
                for step in made.get("steps", (made,)):
                    step["html"] = self._finished(step["html"])
                if "steps" in made:
                    made["html"] = listed([step["html"] for step in made["steps"]])
        return made

    def _is_open(self, written: str) -> bool:
        code = self._entry.code
        return "\x00" in written or (code is not None and code in written)

    def _finished(self, written: str) -> str:
        entry, api = self._entry, self._api
        if "\x00" in written:
            # What leads to a footnote leads to it on the page.
            page = f'href="{api.root}{entry_url(entry.id)}#fn:'
            written = self.notes.resolve(written).replace('href="#fn:', page)
        if entry.code is not None and entry.code in written:
            # A page does not link to itself.
            own = api.edition.code_link(entry, entry.code)
            own = own.replace(f'="{api.edition.root}', f'="{api.root}')
            written = written.replace(own, markdown.code(entry.code))
        return written


def listed(items: Sequence[str]) -> str:
    """Steps as an HTML list, in the form of `Edition.remedy`."""
    return f'<ol class="eb-steps"><li>{"</li><li>".join(items)}</li></ol>'


def _item(number: int, text: str) -> str:
    """A step as an item of a Markdown list."""
    mark = f"{number}. "
    return mark + (text.replace("\n", f"\n{' ' * len(mark)}") if "\n" in text else text)


def _message(message: Message) -> dict[str, Any]:
    return {
        "text": message.text,
        "summary": message.summary or None,
        "params": [
            {"name": p.name, "type": p.type, "example": p.example or None, "redact": p.redact}
            for p in message.params
        ],
        "since": message.since or None,
        "until": message.until or None,
    }


def words_of(written: str) -> str:
    """The words of HTML that `Edition.blocks` wrote, a line for each line that a reader sees.

    Badges and the numbers of footnotes are no words of the text.
    """
    if written.startswith("<p>") and written.count("<") == 2 and "\x00" not in written:
        return html.unescape(written[3:-4])
    if "<s" in written or "\x00" in written:
        written = _BADGE.sub("", written)
    text = html.unescape(_TAG.sub("", _LINE_END.sub("\n", written)))
    if "\n" not in text:
        return text.strip()
    return "\n".join(line.rstrip() for line in text.split("\n") if line.strip())


def _words(parts: Iterable[simple.Part]) -> str:
    """What `words_of` says of a simple text."""
    return "".join([text for kind, text, _ in parts if kind != "note"]).rstrip()


# --- the targets of links in Markdown ------------------------------------------------------------


def retargeted(source: str, url: Callable[[str], str | None]) -> str:
    """Markdown whose links lead where a page's links lead.

    Args:
        source: The Markdown of a field.
        url: What a target leads to; a link whose target is unknown stays as it is.
    """
    if "](" not in source and "]:" not in source:
        return source
    parts = simple.parts(source)
    if parts is not None:
        targets: Iterable[str] = [target for kind, _, target in parts if kind == "link"]
    else:
        targets = dict.fromkeys(_targets(markdown.tree(source)))
    for target in targets:
        found = url(target)
        if found is None or found == target:
            continue
        if parts is not None and "`" not in source and "(" not in found:
            source = source.replace(f"]({target})", f"]({found})")
        else:
            source = _replaced(source, target, found)
    return source


def _replaced(source: str, target: str, found: str) -> str:
    """Markdown with another target of some links; what looks like them in code stays."""
    written = "|".join(re.escape(form) for form in {target, unquote(target)})
    places = rf"(?:\]\(\s*<?|^\s*\[[^\]\n]+\]:\s*<?)({written})(?=[>\s)]|\Z)"
    found = found.replace("(", "%28").replace(")", "%29")
    for match in reversed(list(re.finditer(places, source, re.M))):
        changed = f"{source[: match.start(1)]}{found}{source[match.end(1) :]}"
        if "`" not in source or _code(markdown.tree(changed)) == _code(markdown.tree(source)):
            source = changed
    return source


def _targets(nodes: Iterable[Node]) -> Iterator[str]:
    for node in nodes:
        if node.kind in ("link", "image"):
            yield node.text
        yield from _targets(node.children)


def _code(nodes: Iterable[Node]) -> list[str]:
    found = []
    for node in nodes:
        found += [node.text] if node.kind in ("code", "code_block") else _code(node.children)
    return found
