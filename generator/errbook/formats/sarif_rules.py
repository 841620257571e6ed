"""A book as SARIF 2.1.0: one rule for each entry, and their translations.

A tool that reports errors with the book's codes takes its rules from here; a viewer shows them in
the reader's language. A component is written for one locale by itself, as a text: locales are made
in processes of their own.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from errbook import compact
from errbook.edition import Edition
from errbook.formats.api import Api, Made
from errbook.formats.sarif import SCHEMA
from errbook.locales import Locale
from errbook.model import Entry
from errbook.wording import platform_name

NAME = "errors.sarif.json"
"""The file, above the locales."""

_LEVELS: Mapping[str, str] = {
    "success": "none",
    "info": "note",
    "warning": "warning",
    "error": "error",
    "fatal": "error",
}
_LANGUAGE = re.compile(r"[A-Za-z]{2}(-[A-Za-z]{2})?\Z")
"""What SARIF's schema takes for a language."""


def log(driver: bytes, translations: Iterable[bytes]) -> bytes:
    """The whole file.

    Args:
        driver: The component of the source locale.
        translations: Those of the other locales.
    """
    head = f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"tool":{{"driver":'
    parts = [head.encode(), driver, b'},\n"translations":[\n']
    # Joined once: they are the largest part of a book that there is.
    for number, component in enumerate(filter(None, translations)):
        parts += (b",\n", component) if number else (component,)
    return b"".join((*parts, b"\n]}]}\n"))


def component(api: Api, rules: Iterable[bytes], about: str) -> bytes:
    """The component of one locale, or nothing where SARIF cannot name its language.

    Args:
        api: The book in the locale.
        rules: Its rules, as `rule` wrote them, in the order of the book.
        about: What the book is about, in a sentence; may be empty.
    """
    edition = api.edition
    language = _language(edition.locale)
    if language is None:
        return b""
    source = edition.translation.source
    own = edition.locale == source
    # Translations name the component that they belong to; the same book always has the same name.
    guid = str(uuid.uuid5(uuid.NAMESPACE_URL, api.site or f"errbook:{source}"))
    head: dict[str, Any] = {"name": api.title, "language": language}
    if about:
        head["shortDescription"] = {"text": about}
    if own:
        head |= {"guid": guid, "contents": ["localizedData", "nonLocalizedData"]}
    else:
        name = f"{edition.locale.name_in(source)} ({edition.locale.tag})"
        head |= {
            "contents": ["localizedData"],
            "translationMetadata": {"name": name},
            "associatedComponent": {"guid": guid},
        }
    if api.site:
        head["informationUri"] = api.root
    head["isComprehensive"] = own
    head["properties"] = {"locale": edition.locale.tag}
    listed = b",\n".join(rules)
    return compact.written(head)[:-1] + b',"rules":[\n' + listed + b"\n]}"


def rules_of(component: bytes) -> list[bytes]:
    """The rules of a component, as `component` got them."""
    _, _, listed = component.removesuffix(b"\n]}").partition(b"\n")
    return listed.split(b",\n") if listed else []


def _language(locale: Locale) -> str | None:
    for tag in (locale.tag, locale.language):
        if _LANGUAGE.match(tag):
            return tag
    return None


def rule(api: Api, made: Made, about: str) -> bytes:
    """The rule of one entry.

    In a translation it says only what is there in its language: a viewer shows the driver's words
    for everything else.

    Args:
        api: The book in one locale.
        made: The entry.
        about: Its cause on one line.
    """
    edition, data, entry = api.edition, made.data, made.entry
    own = edition.locale == edition.translation.source
    found: dict[str, Any] = {"id": _id(edition, entry)}
    if own:
        found["name"] = entry.id
        if entry.aliases:
            found["deprecatedIds"] = entry.aliases
    title, causes, fixes = data["title"], _by_platform(data, "cause"), _by_platform(data, "fix")
    if own or not _fell_back(text for _, text in causes):
        if title is None:
            found["shortDescription"] = {"text": about}
        found["fullDescription"] = _written(api, made, causes)
    if title is not None and (own or not _fell_back([title])):
        found["shortDescription"] = {"text": title["text"]}
    if own or not _fell_back(text for _, text in fixes):
        found["help"] = _written(api, made, fixes)
    if "://" in data["url"]:
        found["helpUri"] = data["url"]
    if own:
        found["defaultConfiguration"] = {"level": _LEVELS[entry.severity]}
        tags = dict.fromkeys((entry.catalog, *filter(None, [entry.category]), *entry.tags))
        found["properties"] = {
            "tags": list(tags),
            "severity": entry.severity,
            "status": entry.status,
            "entry": entry.id,
        }
    return compact.written(found)


def _id(edition: Edition, entry: Entry) -> str:
    """The code that a result names; the entry's id where it has none, or not alone."""
    code = entry.code
    return code if code and len(edition.book.by_code.get(code.upper(), ())) == 1 else entry.id


Texts = list[tuple[str, Mapping[str, Any]]]
"""(platform, text); the platform is empty for all."""


def _by_platform(data: Mapping[str, Any], name: str) -> Texts:
    base = data[name]
    found = [] if base is None else [("", base)]
    found += [(v["platform"], v[name]) for v in data["variants"] if v[name] is not base]
    return found


def _fell_back(texts: Iterable[Mapping[str, Any]]) -> bool:
    return any("foreign" in text for text in texts)


def _written(api: Api, made: Made, texts: Texts) -> dict[str, str]:
    plain, marked = [], []
    for platform, text in texts:
        name = platform_name(platform) if platform else ""
        plain.append(f"{name}: {text['text']}" if name else text["text"])
        marked.append(f"**{name}**\n\n{text['markdown']}" if name else text["markdown"])
    catalog = api.edition.book.catalog_by_name[made.entry.catalog]
    for label in made.data["footnotes"]:
        if any(f"[^{label}]" in text for text in marked):
            note = api.footnote(catalog, label)["markdown"].replace("\n", "\n    ")
            marked.append(f"[^{label}]: {note}")
    written = {"text": "\n\n".join(plain), "markdown": "\n\n".join(marked)}
    if written["markdown"] == written["text"]:
        del written["markdown"]
    return written
