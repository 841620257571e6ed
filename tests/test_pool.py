"""Locales are made in several processes, and what befalls one of them is said."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

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


def fail() -> object:
    raise LookupError


def die() -> object:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


class Task:
    """Something that one of the two processes does when the other one is at work too."""

    def __init__(self, action: Callable[[], object], here: bool, folder: Path) -> None:
        self._action = action
        self._here = here
        self._folder = folder
        self._parent = os.getpid()

    def __call__(self, number: int) -> object:
        (self._folder / str(number)).touch()
        here = os.getpid() == self._parent
        (self._folder / ("here" if here else "there")).touch()
        while not (self._folder / ("there" if here else "here")).exists():
            time.sleep(0.001)
        time.sleep(0.001)
        return self._action() if here == self._here else None


@pytest.mark.parametrize(
    ("action", "here", "error"),
    [(fail, True, LookupError), (fail, False, LookupError), (die, False, BrokenProcessPool)],
)
def test_when_one_process_fails_the_other_soon_ends_too(
    tmp_path: Path, action: Callable[[], object], here: bool, error: type[Exception]
) -> None:
    total = 20_000
    with pytest.raises(error), workers(loaded(SHOP), 2, total) as run:
        list(run(Task(action, here, tmp_path), range(total)))
    assert len(list(tmp_path.iterdir())) < total
    # Nothing is left of it.
    with workers(loaded(SHOP), 2, COUNT) as run:
        assert len(list(run(numbered, range(COUNT)))) == COUNT


def test_what_was_read_of_locales_is_let_go_of_and_can_be_read_again() -> None:
    project = loaded(SHOP)
    locale = project.settings.locales[0].locale
    made: tuple[Mapping[Any, Any], ...] = (
        project.po_read,
        project.files,
        project.states,
        project.translations,
    )
    keys: tuple[object, ...] = ((locale, "shop"), (locale, "shop"), locale, locale)
    before = [found[key] for found, key in zip(made, keys, strict=True)]
    project.forget_locales()
    after = [found[key] for found, key in zip(made, keys, strict=True)]
    assert after == before
    assert not any(new is old for new, old in zip(after, before, strict=True))
