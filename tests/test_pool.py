"""Locales are made in several processes, and what befalls one of them is said."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from conftest import SHOP, loaded
from errbook.site.pool import workers

COUNT = 12


def numbered(number: int) -> tuple[int, int]:
    return number, os.getpid()


@pytest.mark.parametrize("jobs", [1, 2, 3, 20])
def test_results_come_in_the_order_of_what_is_to_be_done(jobs: int) -> None:
    with workers(loaded(SHOP), jobs, COUNT) as run:
        for _ in range(2):
            made = list(run(numbered, range(COUNT)))
            assert [number for number, _ in made] == list(range(COUNT))
            processes = {process for _, process in made}
            assert len(processes) <= min(jobs, COUNT)
            assert jobs > 1 or processes == {os.getpid()}
        assert list(run(numbered, [])) == []


def counted(action: Callable[[], object], folder: Path) -> Callable[[int], object]:
    """A task that leaves a file, and does something in one of the two processes."""
    return _Task(action, folder, os.getpid())


class _Task:
    def __init__(self, action: Callable[[], object], folder: Path, parent: int) -> None:
        self._action = action
        self._folder = folder
        self._parent = parent

    def __call__(self, number: int) -> object:
        (self._folder / str(number)).touch()
        if (os.getpid() == self._parent) == (self._action is fail_here):
            return self._action()
        return None


def fail_here() -> object:
    raise ZeroDivisionError


def fail_there() -> object:
    raise LookupError


def die() -> object:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


@pytest.mark.parametrize(
    ("action", "error"),
    [(fail_here, ZeroDivisionError), (fail_there, LookupError), (die, BrokenProcessPool)],
)
def test_when_one_process_fails_the_others_soon_end_too(
    tmp_path: Path, action: Callable[[], object], error: type[Exception]
) -> None:
    total = 2_000
    with pytest.raises(error), workers(loaded(SHOP), 2, total) as run:
        list(run(counted(action, tmp_path), range(total)))
    assert len(list(tmp_path.iterdir())) < total
    # Nothing is left of it.
    with workers(loaded(SHOP), 2, COUNT) as run:
        assert len(list(run(numbered, range(COUNT)))) == COUNT
