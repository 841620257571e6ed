"""Measures the translators' loop on 10,000 messages: ``python benchmarks/l10n.py [MESSAGES]``.

A catalog of repetitive error English is translated in full, 5 % of its source is changed (half one
word, a third a sentence more, the rest rewritten), and then synced with the command itself. Prints
one line for each figure and exits 1 when a promise is not kept.
"""

from __future__ import annotations

import difflib
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from errbook import exchange, po, pretranslate, project
from errbook.exchange import Document, Pair
from errbook.formats import xliff

MESSAGES = 10_000
SLOTS = ("title", "cause", "fix", "note")
TAG = "fr-FR"
CONFIG = """\
site_name: Bench
docs_dir: source/pages
theme: {name: material}
plugins:
  - errbook:
      source_locale: en-US
      locales:
        fr-FR: {required: true}
"""
NOUNS = "agent server token proxy service certificate command resource policy account".split()
VERBS = "check restart renew replace remove configure validate register update rotate".split()
STATES = "invalid missing expired unreachable denied locked unknown duplicated stale".split()


def texts(number: int) -> dict[str, str]:
    """The texts of one entry: much alike, as error texts are."""
    chosen = random.Random(number)
    noun, other = chosen.sample(NOUNS, 2)
    verb, state = chosen.choice(VERBS), chosen.choice(STATES)
    return {
        "title": f"The {noun} is {state} ({number})",
        "cause": f"The {noun} `{noun}-{number}` is {state} because the {other} was not accepted.",
        "fix": f"Use `agentctl {verb} --{noun} {number}` and then {verb} the {other} of the {noun}."
        f" See the [documentation](https://example.org/{noun}/{number}).",
        "note": f"The {other} may take {number % 50 + 10} minutes to become active after the change.",
    }


def catalog(entries: list[dict[str, str]]) -> str:
    """The catalog's YAML; the fourth text is the second step of the fix."""
    lines = ["catalog: bench", "code_pattern: 'BN\\d{5}'", "entries:"]
    for number, entry in enumerate(entries):
        quoted = {slot: f"'{text}'" for slot, text in entry.items()}
        lines += [
            f"  BN{number:05d}:",
            f"    title: {quoted['title']}",
            f"    cause: {quoted['cause']}",
            "    fix:",
            f"      - {{id: do, text: {quoted['fix']}}}",
            f"      - {{id: wait, text: {quoted['note']}}}",
        ]
    return "\n".join(lines) + "\n"


def changed(entries: list[dict[str, str]], count: int) -> dict[tuple[int, str], str]:
    """New texts for some of the old ones: a word, a sentence more, or all of it."""
    chosen = random.Random("changes")
    places = [(n, slot) for n in range(len(entries)) for slot in SLOTS]
    found = {}
    for index, (number, slot) in enumerate(sorted(chosen.sample(places, count))):
        old = entries[number][slot]
        if index < count // 2:
            new = old.replace("The ", "This ", 1) if "The " in old else old.replace("Use", "Run", 1)
        elif index < count * 4 // 5:
            new = f"{old} Do this once."
        else:
            new = f"Ask the owner of machine {number} for help with its {slot}."
        found[number, slot] = new
    return found


def run(folder: Path, *arguments: str) -> tuple[float, str]:
    """Run the command; its processor time in seconds, and what it printed."""
    before = _children()
    done = subprocess.run(
        [sys.executable, "-m", "errbook", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"errbook {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
    return _children() - before, done.stdout


def _children() -> float:
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def timed(work: Callable[[], object]) -> tuple[float, object]:
    """What a function gives, and its processor time in seconds."""
    before = time.process_time()
    result = work()
    return time.process_time() - before, result


class Report:
    """Prints figures and remembers whether every promise was kept."""

    def __init__(self) -> None:
        self.kept = True

    def figure(self, name: str, value: str, kept: bool = True) -> None:
        self.kept = self.kept and kept
        print(f"{name:48} {value}{'' if kept else '   NOT KEPT'}", flush=True)


def translate(path: Path) -> None:
    """Fill every message of a PO file with a text that names its context."""
    file, _ = po.read(path.read_bytes(), str(path))
    messages = tuple(replace(m, text=f"« {m.source} »") for m in file.messages)
    path.write_text(po.write(replace(file, messages=messages)), encoding="utf-8")


def measure_sync(folder: Path, count: int, report: Report) -> None:
    """Sync after a change of 5 % of the source, and after one inserted text."""
    source, target = folder / "source/errors/bench.yml", folder / f"locales/{TAG}/bench.po"
    entries = [texts(number) for number in range(count // len(SLOTS))]
    source.parent.mkdir(parents=True)
    (folder / "source/pages").mkdir()
    (folder / "mkdocs.yml").write_text(CONFIG, encoding="utf-8")
    source.write_text(catalog(entries), encoding="utf-8")
    run(folder, "l10n", "sync")
    translate(target)
    changes = changed(entries, count // 20)
    new = [dict(entry) for entry in entries]
    for (number, slot), text in changes.items():
        new[number][slot] = text
    source.write_text(catalog(new), encoding="utf-8")
    seconds, _ = run(folder, "l10n", "sync")
    report.figure(
        f"sync of {count} messages, {len(changes)} changed",
        f"{seconds:.2f} s CPU",
        seconds < 2 * max(1, count / MESSAGES),
    )
    file, found = po.read(target.read_bytes(), "bench.po")
    names = {"title": "title", "cause": "cause", "fix": "fix/do", "note": "fix/wait"}
    own = other = 0
    by_context = {message.context: message for message in file.messages}
    for (number, slot), _text in changes.items():
        message = by_context[f"bn{number:05d}|{names[slot]}"]
        old = entries[number][slot]
        own += message.fuzzy and message.previous == old and message.text == f"« {old} »"
        other += bool(message.text) and message.text != f"« {old} »"
    report.figure("keep their own previous text", f"{own} of {len(changes)}", own == len(changes))
    report.figure("got the text of another message", str(other), other == 0 and not found)
    before = target.read_bytes()
    run(folder, "l10n", "sync")
    report.figure(
        "second run",
        "same bytes" if target.read_bytes() == before else "differs",
        target.read_bytes() == before,
    )
    if shutil.which("msgfmt"):
        said = subprocess.run(
            ["msgfmt", "-c", "-o", "/dev/null", str(target)],
            capture_output=True,
            text=True,
            check=False,
        )
        fatal = [line for line in said.stderr.splitlines() if "warning: header field" not in line]
        report.figure("msgfmt -c", "clean" if not fatal else fatal[0], not fatal)
    inserted = catalog(new).replace(
        "  BN00010:\n", "  BN00010:\n    examples: [{console: x, caption: 'One new text'}]\n", 1
    )
    source.write_text(inserted, encoding="utf-8")
    run(folder, "l10n", "sync")
    lines = difflib.unified_diff(
        before.decode().splitlines(), target.read_text("utf-8").splitlines(), lineterm="", n=0
    )
    number = sum(line[:1] in "+-" and line[:3] not in ("+++", "---") for line in lines)
    report.figure("lines changed by one inserted text", str(number), number <= 6)


def measure_exchange(folder: Path, report: Report) -> None:
    """XLIFF out, and into the same file with every translation wiped out."""
    loaded, _ = project.load(folder)
    assert loaded is not None
    locale = loaded.settings.locales[0].locale
    units, file = loaded.units["bench"], loaded.files[locale, "bench"]

    def out() -> str:
        rows = exchange.rows(units, file)
        return xliff.write(rows, name="bench", original="bench.po", source_tag="en", target_tag=TAG)

    seconds, content = timed(out)
    report.figure(f"XLIFF out, {len(units)} units", f"{seconds:.2f} s CPU")
    wiped = tuple(replace(m, text="", fuzzy=False, previous="") for m in file.messages)

    def back() -> exchange.Imported:
        documents, _ = xliff.read(str(content).encode(), "bench.xlf")
        document: Document = documents[0]
        empty = replace(file, messages=wiped)
        return exchange.merged(empty, units, document, document.rows, locale)

    seconds, imported = timed(back)
    assert isinstance(imported, exchange.Imported)
    pairs = zip(imported.file.messages, file.messages, strict=True)
    different = sum(replace(new, line=0) != replace(old, line=0) for new, old in pairs)
    report.figure("XLIFF in", f"{seconds:.2f} s CPU")
    report.figure("messages that differ after the round trip", str(different), different == 0)

    def fill() -> pretranslate.Filled:
        memory = pretranslate.Memory(
            Pair(m.source.replace("because", "since"), m.text) for m in file.messages
        )
        return pretranslate.fill(replace(file, messages=wiped), units, memory, locale)

    seconds, filled = timed(fill)
    assert isinstance(filled, pretranslate.Filled)
    report.figure(
        "pretranslate from a memory of the same size",
        f"{seconds:.2f} s CPU: {filled.exact} the same, {filled.similar} similar",
    )


def main() -> None:
    """Measure and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    report = Report()
    with tempfile.TemporaryDirectory(prefix="errbook-bench-") as name:
        folder = Path(name)
        measure_sync(folder, count, report)
        measure_exchange(folder, report)
    sys.exit(0 if report.kept else 1)


if __name__ == "__main__":
    main()
