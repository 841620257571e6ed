"""What measures parts of a build goes with them: nothing else would tell when it does not."""

from __future__ import annotations

import subprocess
import sys

import pytest

from conftest import ROOT


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
