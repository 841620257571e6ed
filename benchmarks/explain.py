"""How fast errbook explain reads logs: makes a book and a log, and prints MB/s, memory and times.

    python benchmarks/explain.py [megabytes of the log]

The log is made of nginx, systemd and application lines with words that are not the book's, and
common words that are; one line in twenty names a code, one in a hundred is a message. Times are of
the processor, so other programs on the machine do not count.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from errbook.bundles import Card, LocalePart
from errbook.formats import bundle
from errbook.logs import Scanner
from errbook.lookup import Handles, Index
from errbook.matching import Matcher
from errbook.phrases import Param

CODES, MESSAGES = 10_000, 2_000
PIECE = 1 << 20
COMMON = (
    "error failed connection refused could not open the of to in for host request timeout while"
    " reading response user file from server client invalid is was service started stopped"
).split()


def vocabulary(count: int, seed: int) -> list[str]:
    letters = random.Random(seed)
    return [
        "".join(letters.choices("abcdefghijklmnopqrstuvwxyz", k=letters.randint(4, 10)))
        for _ in range(count)
    ]


def message(number: int, words: list[str]) -> tuple[str, tuple[Param, ...]]:
    chosen = random.choices(words, k=3) + random.choices(COMMON, k=6)
    random.shuffle(chosen)
    if number % 2 == 0:
        return " ".join(chosen), ()
    chosen[4:4] = ["{url}:"]
    chosen[7:7] = ["'{name}'"]
    return " ".join(chosen), (Param("url", "url"), Param("name", "text"))


def book() -> Index:
    words = vocabulary(1_500, 1)
    codes = [Handles(f"shop{n:05}", f"SHOP{n:05}") for n in range(CODES)]
    messages = []
    for number in range(MESSAGES):
        text, params = message(number, words)
        messages.append(Handles(f"message{number}", messages=((text, "", params),)))
    return Index((*codes, *messages), (r"SHOP\d{5}",))


def log(index: Index, megabytes: int) -> Iterator[bytes]:
    """A log in pieces; thousands of lines are made and then shuffled over and over."""
    words = vocabulary(20_000, 2)
    messages = [entry.messages[0][0] for entry in index.entries[CODES:]]
    lines = []
    for number in range(100_000):
        place = number % 100
        if place == 7:
            said = messages[number % MESSAGES].replace("{name}", "some name")
            said = said.replace("{url}", f"https://h{number}.example:8443/a/b?c={number}")
        else:
            said = " ".join(random.choices(words, k=6) + random.choices(COMMON, k=5))
        if place % 20 == 3:
            said = f"SHOP{random.randrange(CODES):05} {said}"
        clock = f"2026-11-25T{number % 24:02}:{number % 60:02}:{number % 59:02}.{number % 997:03}Z"
        lines.append(f"{clock} web-{number % 9} app[{random.randrange(99_999)}]: {said}\n")
    made = 0
    while made < megabytes * 1_000_000:
        random.shuffle(lines)
        text = "".join(lines).encode()
        for start in range(0, len(text), PIECE):
            yield text[start : start + PIECE]
        made += len(text)


def speed(index: Index, pieces: list[bytes]) -> tuple[float, int]:
    """MB per second of processor time, and how many places were found."""
    scanner = Scanner(Matcher(index))
    started, places = time.process_time(), 0
    for piece in pieces:
        places += sum(hit.count for hit in scanner.feed(piece))
    scanner.close()
    return sum(map(len, pieces)) / 1e6 / (time.process_time() - started), places


def start_times(path: Path, runs: int = 10) -> tuple[float, float]:
    """Seconds until an answer from a bundle, the best of some runs, and of the processor."""
    command = [sys.executable, "-m", "errbook", "explain", "--bundle", str(path), "SHOP00042"]
    # An installed package has its bytecode; a checkout may have none.
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(path.parent / "bytecode")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    best = 9.9
    for _ in range(runs):
        started = time.perf_counter()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True, env=environment)
        best = min(best, time.perf_counter() - started)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return best, used / runs


def write_bundle(index: Index, path: Path) -> None:
    text = "Check the account that the service runs under, and give it what it needs. " * 3
    cards = {
        entry.id: Card(
            entry.id, "shop", entry.code, "A title", text, text, "error", "active", "en-US", "ok"
        )
        for entry in index.entries
    }
    words = {
        "cause": "Cause",
        "fix": "Fix",
        "nothing": "Nothing.",
        "unknown": "Unknown:",
        "nearest": "Near:",
    }
    parts = {tag: LocalePart(cards, words) for tag in ("en-US", "fr-FR", "de-DE")}
    path.write_bytes(bundle.write("Shop", index, parts))


MEASURED = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""
"""A small program that runs another: a child's peak begins with the memory of who starts it."""


def whole_run(path: Path, log_file: Path) -> tuple[float, float, int]:
    """Seconds until the first line and until the end, and peak memory in MB, of whole runs."""
    command = [
        sys.executable,
        "-m",
        "errbook",
        "explain",
        "--brief",
        "--bundle",
        str(path),
        str(log_file),
    ]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        first = time.perf_counter() - started
        process.stdout.read()
    end = time.perf_counter() - started
    peak = subprocess.run(
        [sys.executable, "-c", MEASURED, *command], capture_output=True, check=True
    )
    return first, end, int(peak.stdout)


def main() -> None:
    random.seed(3)
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    index = book()
    pieces = list(log(index, megabytes))
    codes_only = Index(index.entries[:CODES], index.code_patterns)
    messages_only = Index(index.entries[CODES:])
    for name, part in (("codes", codes_only), ("messages", messages_only), ("both", index)):
        rate, places = speed(part, pieces)
        print(f"{name:9} {rate:6.0f} MB/s, {places} places")
    with tempfile.TemporaryDirectory() as folder:
        path, log_file = Path(folder) / "shop.errbook", Path(folder) / "app.log"
        write_bundle(index, path)
        log_file.write_bytes(b"".join(pieces))
        best, used = start_times(path)
        print(
            f"start     {best:6.2f} s ({used:.2f} s of the processor) with {len(index.entries)}"
            " entries in the bundle"
        )
        first, end, peak = whole_run(path, log_file)
        print(f"explain   {first:6.2f} s to the first answer, {end:.1f} s to the last, {peak} MB")


if __name__ == "__main__":
    main()
