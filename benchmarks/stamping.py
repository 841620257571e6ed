"""Stamping and writing beside writing alone: ``python benchmarks/stamping.py [codes] [runs]``.

Builds one locale of the synthetic book, then makes the pages of all its entries again: from articles
that are rendered already; and from the texts of the book, with all that is made of an entry.
Prints the medians of interleaved runs, and how many times as long as only writing the same bytes to
the same names they take.
"""

from __future__ import annotations

import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import book

from errbook import project
from errbook.site import shell, structure, worker
from errbook.site.entries import EntryMaker
from errbook.site.processes import One
from errbook.site.publish import Pending
from errbook.site.worker import Task

TAG = "fr-FR"


def timed(task: Callable[[], object], folder: Path) -> float:
    """Seconds that a task takes with an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    started = time.perf_counter()
    task()
    return time.perf_counter() - started


def write(files: dict[str, bytes], folder: Path) -> None:
    """Write files and nothing else."""
    for name, content in files.items():
        path = f"{folder}/{name}"
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(path))
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o644)
        os.write(descriptor, content)
        os.close(descriptor)


def main() -> None:
    codes, runs = (int(value) for value in (sys.argv[1:] + ["2000", "5"][len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory() as name:
        root, out = Path(name) / "book", Path(name) / "out"
        book.write(codes, 2, root)
        loaded, _ = project.load(root)
        assert loaded is not None
        locale = next(item.locale for item in loaded.settings.locales if item.locale.tag == TAG)
        kept = Path(name) / "kept"
        out.mkdir()
        task = Task(
            tag=TAG,
            site=root / "site",
            site_url="",
            builder="mkdocs",
            engine="stamp",
            pending=str(out),
            kept=str(kept),
            tools="those of today",
            structure=structure.digests(loaded.book),
        )
        one = worker._Worker(loaded, locale, task, One())
        one.run()
        made = shell.read(kept)
        assert made is not None
        page = f"{TAG}/errors/"
        files = {
            path.relative_to(out).as_posix(): path.read_bytes()
            for path in (out / page).glob("*/index.html")
        }
        maker = EntryMaker(one._pages, one._finisher, one._exports, made.stamps, large=one._large)
        articles = [(entry, one._pages.article(entry)) for entry in loaded.book.published]

        def stamp() -> None:
            pending = Pending(str(out), str(root / "site"), {})
            for entry, article in articles:
                content = made.stamps[article.shape].page(one._finisher, entry, article)
                pending.put(f"{page}{entry.id}/index.html", content)

        def everything() -> None:
            one._edition._rendered.clear()
            maker.make(loaded.book.published, Pending(str(out), str(root / "site"), {}))

        tasks: dict[str, Callable[[], None]] = {
            "write": lambda: write(files, out),
            "stamp and write": stamp,
            "render, stamp, write, for programs too, index, look for links": everything,
        }
        found: dict[str, list[float]] = {name: [] for name in tasks}
        for _ in range(runs):
            for name, task in tasks.items():
                found[name].append(timed(task, out))
    seconds = {name: statistics.median(times) for name, times in found.items()}
    size = sum(map(len, files.values())) / 1e6
    print(f"{len(files)} pages, {size:.0f} MB")
    for name, median in seconds.items():
        print(f"{name}: {median:.2f} s, {median / seconds['write']:.1f} times")


if __name__ == "__main__":
    main()
