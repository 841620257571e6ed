"""Brings the interface's words into the catalogs of the package: run by ``make ui``.

Babel extracts the words from code and templates; translations are kept by their English text, words
that are gone leave the files, and new ones come empty.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import polib
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parents[1]
UI = ROOT / "generator" / "errbook" / "ui"
KEYWORDS: dict[str, Any] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "say": None,
    "ngettext": (1, 2),
}


def extracted() -> dict[str, str]:
    """Every word of the interface, with its plural or an empty text, in alphabetical order."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    methods = [(m["pattern"], m["method"]) for m in settings["tool"]["babel"]["mappings"]]
    found: dict[str, str] = {}
    for _, _, message, _, _ in extract_from_dir(str(ROOT), methods, {}, KEYWORDS):
        one, many = (message, "") if isinstance(message, str) else (message[0], message[1])
        found[one] = many or found.get(one, "")
    return dict(sorted(found.items()))


def updated(old: polib.POFile, words: dict[str, str]) -> polib.POFile:
    """A catalog with today's words, and the translations it had."""
    known = {entry.msgid: entry for entry in old}
    forms = old.metadata.get("Plural-Forms", "nplurals=2;")
    number = int(forms.partition("nplurals=")[2].partition(";")[0])
    new = polib.POFile(wrapwidth=0)
    new.header, new.metadata = old.header, old.metadata
    for one, many in words.items():
        entry = polib.POEntry(msgid=one, msgid_plural=many)
        before = known.get(one)
        if "%(" in one:
            entry.flags = ["python-format"]
        if many:
            entry.msgstr_plural = dict.fromkeys(range(number), "")
            if before is not None and before.msgstr_plural:
                entry.msgstr_plural = dict(before.msgstr_plural)
        elif before is not None:
            entry.msgstr = before.msgstr
        new.append(entry)
    return new


def main() -> None:
    """Write the template and every catalog."""
    words = extracted()
    pot = UI / "errbook.pot"
    template = polib.POFile(wrapwidth=0)
    template.header = "errbook's own words."
    template.metadata = {"Content-Type": "text/plain; charset=UTF-8"}
    pot.write_text(f"{updated(template, words)}\n", encoding="utf-8")
    for path in sorted(UI.glob("*.po")):
        new = updated(polib.pofile(str(path), wrapwidth=0), words)
        if path.stem == "en":
            for entry in new:
                entry.msgstr = "" if entry.msgid_plural else entry.msgid
                if entry.msgid_plural:
                    entry.msgstr_plural = {0: entry.msgid, 1: entry.msgid_plural}
        path.write_text(f"{new}\n", encoding="utf-8")
        missing = sum(not all(e.msgstr_plural.values() or [e.msgstr]) for e in new)
        print(f"{path.name}: {len(new)} words, {missing} to translate")


if __name__ == "__main__":
    main()
