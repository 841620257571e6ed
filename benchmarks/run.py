"""Measures errbook beside its peers: ``python benchmarks/run.py [--sizes 200x2,1000x5] [--runs 3]``.

Every peer builds the same synthetic book in its own format on the same disk. Runs are interleaved
(one of each, then one of each again), and the median counts. A peer that is not installed is said
to be missing. Writes ``benchmarks/RESULTS.md`` and ``benchmarks/growth.svg``.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import book
import peers

SLOW = 200
"""Seconds; what takes longer than this runs once."""
LEFT_OUT: list[str] = []
"""What was not measured, for it would have taken too long."""
HERE = Path(__file__).resolve().parent
BIN = Path(sys.executable).parent


@dataclass
class Runs:
    """The runs of one command at one size."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    pages: int = 0
    size: int = 0


def measure(command: list[str], folder: Path) -> tuple[float, float, int]:
    """(wall seconds, CPU seconds, peak memory of all processes in bytes) of a command."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    # Every installed program has its modules compiled; one in a working copy does it here.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before = os.times()
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    peak = [0]
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, done))
    watcher.start()
    _, error = process.communicate()
    wall = time.perf_counter() - started
    done.set()
    watcher.join()
    after = os.times()
    if process.returncode:
        raise RuntimeError(f"{command}: {error.decode()[-400:]}")
    cpu = (after.children_user - before.children_user) + (
        after.children_system - before.children_system
    )
    return wall, cpu, peak[0]


def _watch(session: int, peak: list[int], done: threading.Event) -> None:
    """Keep the highest sum of the private and shared memory of a session's processes."""
    while not done.wait(0.05):
        total = 0
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                total += _memory(entry.name, session)
        peak[0] = max(peak[0], total)


def _memory(pid: str, session: int) -> int:
    """The proportional share of memory of a process, 0 when it is of another session."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stream:
            if int(stream.read().rpartition(")")[2].split()[3]) != session:
                return 0
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as stream:
            for line in stream:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    return 0


Peer = tuple[str, Callable[[Path], list[list[str]]], str]
"""A name, the commands of one build, and the folder of what it makes."""


def _clean(path: Path) -> None:
    shutil.rmtree(path, ignore_errors=True)


def _per_locale(folder: Path, builder: str) -> list[str]:
    """One build of each locale, two at a time."""
    languages = sorted(
        p.name for p in (folder / "per-locale").iterdir() if (p / "mkdocs.yml").is_file()
    )
    listed = " ".join(languages)
    build = {
        "mkdocs": f"{BIN}/mkdocs build -q -f @/mkdocs.yml -d ../site/@",
        "zensical": f"{BIN}/zensical build --clean -f @/mkdocs.yml",
    }[builder]
    return ["sh", "-c", f"printf '%s\\n' {listed} | xargs -P2 -I@ {build}"]


def commands(folder: Path) -> dict[str, tuple[list[str], Path, Path, Callable[[], None]]]:
    """For each peer: its command, the folder it runs in, what it makes, what to do before."""
    found: dict[str, tuple[list[str], Path, Path, Callable[[], None]]] = {}
    own = folder / "errbook"

    def cold() -> None:
        _clean(own / "site")
        _clean(own / ".errbook")

    def touch() -> None:
        path = next((own / "locales").glob("*/bench.po"))
        before, context, after = path.read_text(encoding="utf-8").partition('"bnch00001|cause"')
        changed = after.replace('msgstr "', 'msgstr "~ ', 1)
        path.write_text(f"{before}{context}{changed}", encoding="utf-8")

    def word() -> None:
        path = next((own / "source").rglob("*.yml"))
        before, cause, after = path.read_text(encoding="utf-8").partition(' cause: "')
        path.write_text(f"{before}{cause}~ {after}", encoding="utf-8")

    def entry() -> None:
        path = next((own / "source").rglob("*.yml"))
        text = path.read_text(encoding="utf-8")
        number = 90_000 + text.count('title: "One more."')
        more = f'  BNCH{number}: {{title: "One more.", cause: "Nobody knows.", fix: "Ask."}}\n'
        path.write_text(text + more, encoding="utf-8")

    build = [str(BIN / "errbook"), "build"]
    found["errbook, cold"] = (build, own, own / "site", cold)
    found["errbook, no change"] = (build, own, own / "site", lambda: None)
    found["errbook, one msgstr"] = (build, own, own / "site", touch)
    found["errbook, one cause"] = (build, own, own / "site", word)
    found["errbook, one entry more"] = (build, own, own / "site", entry)
    other = folder / "static-i18n"
    if _has("mkdocs_static_i18n"):
        found["Material + static-i18n"] = (
            [str(BIN / "mkdocs"), "build", "-q"],
            other,
            other / "site",
            lambda: _clean(other / "site"),
        )
    apart = folder / "per-locale"
    found["one MkDocs per locale, 2 processes"] = (
        _per_locale(folder, "mkdocs"),
        apart,
        apart / "site",
        lambda: _clean(apart / "site"),
    )
    if _has("zensical"):
        found["one Zensical per locale, 2 processes"] = (
            _per_locale(folder, "zensical"),
            apart,
            apart,
            lambda: [_clean(site) for site in apart.glob("*/site")] and None,
        )
    hugo = _hugo()
    if hugo:
        place = folder / "hugo"
        found["Hugo"] = (
            [hugo, "--quiet"],
            place,
            place / "public",
            lambda: _clean(place / "public"),
        )
    return found


def _hugo() -> str | None:
    return shutil.which("hugo", path=f"{BIN}:{os.environ['PATH']}")


def missing() -> list[str]:
    """The peers that are not installed here."""
    modules = {"mkdocs-static-i18n": "mkdocs_static_i18n", "zensical": "zensical"}
    found = [name for name, module in modules.items() if not _has(module)]
    return found if _hugo() else [*found, "hugo"]


def _has(module: str) -> bool:
    return (
        subprocess.run(
            [sys.executable, "-c", f"import {module}"], capture_output=True, check=False
        ).returncode
        == 0
    )


def bench(
    codes: int, locales: int, runs: int, folder: Path, pace: dict[str, float], limit: float
) -> dict[str, Runs]:
    """All peers at one size.

    Args:
        codes: The number of codes.
        locales: The number of locales.
        runs: How often each peer runs.
        folder: Where they build.
        pace: Seconds a page that each took at the size before; those of this size are put in.
        limit: What would take more seconds than this at that pace is left out.
    """
    book.write(codes, locales, folder / "errbook")
    peers.write(codes, locales, folder)
    first = next(p for p in (folder / "per-locale").iterdir() if p.name == "en")
    sample = folder / "sample"
    subprocess.run(
        [str(BIN / "mkdocs"), "build", "-q", "-f", str(first / "mkdocs.yml"), "-d", str(sample)],
        check=True,
        capture_output=True,
    )
    page = (sample / "errors" / "bnch00001" / "index.html").read_text(encoding="utf-8")
    peers.hugo_theme(page, folder)
    found: dict[str, Runs] = {}
    for number in range(runs):
        for name, (command, place, site, before) in commands(folder).items():
            expected = pace.get(name, 0) * codes * locales
            if expected > limit:
                if not number:
                    size = f"{codes} codes × {locales} locales"
                    LEFT_OUT.append(f"{name} at {size} (at least {expected:.0f} s)")
                continue
            if number and found[name].wall[0] > SLOW:
                continue
            before()
            wall, cpu, memory = measure(command, place)
            made = found.setdefault(name, Runs())
            made.wall.append(wall)
            made.cpu.append(cpu)
            made.memory.append(memory)
            if not number:
                made.pages = sum(1 for _ in site.rglob("*.html"))
                made.size = sum(p.stat().st_size for p in site.rglob("*") if p.is_file())
            print(f"{codes}x{locales} {name}: {wall:.2f} s wall, {cpu:.2f} s CPU", flush=True)
    for name, made in found.items():
        if not name.startswith("errbook"):
            pace[name] = statistics.median(made.wall) / (codes * locales)
    return found


# --- results -------------------------------------------------------------------------------------


def table(results: dict[str, dict[str, Runs]]) -> str:
    """The results as Markdown, with ratios to errbook's cold build."""
    lines = []
    for size, found in results.items():
        cold = statistics.median(found["errbook, cold"].wall)
        lines += [
            f"### {size}",
            "",
            "| build | runs | wall, s | CPU, s | peak memory, MB | pages | pages/s | output, MB"
            " | wall ÷ errbook cold |",
            "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
        ]
        for name, made in found.items():
            wall, cpu = statistics.median(made.wall), statistics.median(made.cpu)
            memory = statistics.median(made.memory) / 1e6
            lines.append(
                f"| {name} | {len(made.wall)} | {wall:.2f} | {cpu:.2f} | {memory:.0f} | {made.pages} |"
                f" {made.pages / wall:.0f} | {made.size / 1e6:.0f} | {wall / cold:.2f} |"
            )
        lines.append("")
    return "\n".join(lines)


def growth(results: dict[str, dict[str, Runs]]) -> str:
    """Wall time over pages, both on logarithmic scales, as SVG."""
    import math

    names = [
        n
        for n in next(iter(results.values()))
        if n not in ("errbook, no change", "errbook, one msgstr", "errbook, one entry more")
    ]
    points = {
        name: [
            (found["errbook, cold"].pages, statistics.median(found[name].wall))
            for found in results.values()
            if name in found
        ]
        for name in names
    }
    xs = [x for line in points.values() for x, _ in line]
    ys = [y for line in points.values() for _, y in line]
    left, right = math.log10(min(xs)), math.log10(max(xs)) + 1e-9
    low, high = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def at(x: float, y: float) -> tuple[float, float]:
        across = 70 + 470 * (math.log10(x) - left) / (right - left or 1)
        return across, 330 - 290 * (math.log10(y) - low) / (high - low or 1)

    colours = ("#1f2a4a", "#b3261e", "#b26a00", "#1b7a43", "#6750a4")
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 380" font-family="sans-serif"'
        ' font-size="13"><title>Wall time of a cold build over the number of pages</title>'
        '<rect width="760" height="380" fill="#fff"/>'
    ]
    for power in range(low, high + 1):
        _, y = at(min(xs), 10**power)
        parts.append(
            f'<path d="M70 {y:.0f}H540" stroke="#ddd"/><text x="62" y="{y + 4:.0f}" text-anchor="end">{10**power:g} s</text>'
        )
    for x in sorted(set(xs)):
        across, _ = at(x, 10**low)
        parts.append(f'<text x="{across:.0f}" y="352" text-anchor="middle">{x}</text>')
    parts.append('<text x="305" y="373" text-anchor="middle">HTML pages of the site</text>')
    for number, (name, line) in enumerate(points.items()):
        colour = colours[number % len(colours)]
        path = " ".join(
            f"{'ML'[bool(i)]}{at(*p)[0]:.0f} {at(*p)[1]:.0f}" for i, p in enumerate(line)
        )
        parts.append(f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        for point in line:
            x, y = at(*point)
            parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3.5" fill="{colour}"/>')
        _, y = at(*line[-1])
        parts.append(f'<text x="550" y="{y + 4:.0f}" fill="{colour}">{name}</text>')
    return "".join(parts) + "</svg>\n"


def _absent() -> str:
    found = missing()
    text = f"Not installed here, so not measured: {', '.join(found)}.\n\n" if found else ""
    return text + (f"Left out, for it takes long: {', '.join(LEFT_OUT)}.\n\n" if LEFT_OUT else "")


def _disk() -> str:
    """The kind of file system that the builds write to."""
    command = ["stat", "-f", "-c", "%T", tempfile.gettempdir()]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def main() -> None:
    """Run the benchmark and write the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="200x2,1000x5,2000x10")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--limit", type=float, default=float("inf"), metavar="SECONDS")
    parser.add_argument("--output", type=Path, default=HERE)
    options = parser.parse_args()
    results: dict[str, dict[str, Runs]] = {}
    pace: dict[str, float] = {}
    for size in options.sizes.split(","):
        count, locales = map(int, size.split("x"))
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            label = f"{count} codes × {locales} locales"
            results[label] = bench(count, locales, options.runs, Path(folder), pace, options.limit)
    limit = f" --limit {options.limit:g}" if options.limit < float("inf") else ""
    text = (
        "# Results\n\nMade by `make bench` "
        f"(`python benchmarks/run.py --sizes {options.sizes} --runs {options.runs}{limit}`):"
        f" {os.cpu_count()} processors, Python {platform.python_version()}; medians of interleaved"
        f" runs; every build writes to the same disk ({_disk()}). Memory is the highest sum of the proportional"
        " share of all processes. errbook is measured whole, from YAML and PO to the published site,"
        " checks included. Hugo's pages have the shell of Material's, and less in it: no headings"
        " with links, no tabs, one document a page in its search index.\n\n"
        f"{_absent()}"
        f"{table(results)}\n![Growth](growth.svg)\n"
    )
    (options.output / "RESULTS.md").write_text(text, encoding="utf-8")
    (options.output / "growth.svg").write_text(growth(results), encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
