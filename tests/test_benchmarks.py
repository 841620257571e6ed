"""What measures parts of a build goes with them: nothing else would tell when it does not."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from conftest import ROOT


def rows(text: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table below a heading, by their first cell."""
    part = text.partition(f"{heading}\n")[2].partition("\n#")[0]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in part.split("\n")]
    return {row[0]: row[1:] for row in cells if len(row) > 1 and not row[0].startswith("-")}


def test_the_readme_has_the_figures_of_the_last_run() -> None:
    results = (ROOT / "benchmarks/RESULTS.md").read_text("utf-8")
    measured = rows(results, "### 2000 codes × 10 locales")
    readme = rows((ROOT / "README.md").read_text("utf-8"), "## How fast it is")
    assert readme.pop("build") == ["pages", "seconds"]
    assert len(readme) > 4
    for name, (pages, seconds) in readme.items():
        _, wall, _, _, made, *_ = measured[name]
        assert pages.replace(",", "") == made
        assert re.fullmatch(r"\d+\.\d", seconds)
        assert abs(float(seconds) - float(wall)) < 0.051, name


@pytest.mark.slow
def test_stamping_can_be_measured_alone() -> None:
    command = [sys.executable, str(ROOT / "benchmarks/stamping.py"), "20", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == [
        "21 pages, 0 MB",
        "write",
        "stamp and write",
        "render, stamp, write, for programs too, index, look for links",
    ]
