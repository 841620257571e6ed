"""Work is shared among processes; what befalls one of them is said, and none outlives the build."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from pathlib import Path

import pytest

from conftest import SHOP
from errbook.site.processes import Forks, Killed, One, Processes

COUNT = 12
EVERYONE: list[Processes] = [One(), Forks(1), Forks(2), Forks(3), Forks(20)]


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads that other tests have left, servers above all, do not count."""
    others, count = threading.active_count() - 1, threading.active_count
    monkeypatch.setattr(threading, "active_count", lambda: max(1, count() - others))


def numbered(number: int) -> tuple[int, int]:
    return number, os.getpid()


def begin(path: Path) -> int:
    path.touch()
    return os.getpid()


def wait_for(path: Path) -> None:
    while not path.exists():
        time.sleep(0.001)


@pytest.mark.parametrize("count", [1, 2, 3, 20])
def test_results_come_in_the_order_of_what_is_to_be_done(count: int) -> None:
    processes = Forks(count)
    for _ in range(2):
        made = processes.each(numbered, range(COUNT))
        assert [number for number, _ in made] == list(range(COUNT))
        used = {process for _, process in made}
        assert len(used) <= min(count, COUNT)
        assert count > 1 or used == {os.getpid()}
    assert processes.each(numbered, []) == []


@pytest.mark.parametrize("processes", EVERYONE)
def test_whoever_helps_may_be_helped(processes: Processes) -> None:
    def table(row: int) -> list[int]:
        with processes.beside(lambda: row * 100) as more:
            cells = processes.each(lambda column: row * 10 + column, range(COUNT))
            return [*cells, more()]

    wanted = [[*range(row * 10, row * 10 + COUNT), row * 100] for row in range(COUNT)]
    assert processes.each(table, range(COUNT)) == wanted
    # Everyone has given the place back.
    assert processes.each(table, range(COUNT)) == wanted


def test_an_idle_process_does_what_is_beside_and_none_else_when_asked() -> None:
    def here() -> bool:
        return os.getpid() == parent

    parent = os.getpid()
    for count, alone in ((1, True), (2, False)):
        with Forks(count).beside(here) as was_here:
            assert was_here() == alone


def test_beside_a_thread_nothing_is_forked() -> None:
    processes, end = Forks(2), threading.Event()
    thread = threading.Thread(target=end.wait)
    thread.start()
    try:
        with processes.beside(os.getpid) as other:
            used = {process for _, process in processes.each(numbered, range(COUNT))}
            assert {*used, other()} == {os.getpid()}
    finally:
        end.set()
        thread.join()
    with processes.beside(os.getpid) as other:
        assert other() != os.getpid()


def test_what_nobody_was_idle_for_goes_to_who_becomes_idle(tmp_path: Path) -> None:
    processes = Forks(2)
    with processes.beside(lambda: wait_for(tmp_path / "free")) as first:
        with processes.beside(lambda: begin(tmp_path / "begun")) as second:
            (tmp_path / "free").touch()
            wanted = [tmp_path / "begun"] * 10_000
            processes.each(lambda path: path.exists() or time.sleep(0.01), wanted)
            assert second() != os.getpid()
        assert first() is None


def test_a_result_that_nobody_asks_for_is_let_go_of() -> None:
    for processes in EVERYONE:
        with processes.beside(lambda: "x" * 10**6):
            pass
        with pytest.raises(KeyError), processes.beside(lambda: "x" * 10**6):
            raise KeyError
        assert processes.each(str, range(3)) == ["0", "1", "2"]


def test_where_no_process_can_be_started_the_work_is_done_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(process: object) -> None:
        raise BlockingIOError("too many processes")

    processes = Forks(3)
    with monkeypatch.context() as patched:
        patched.setattr(ForkProcess, "start", refuse)
        for _ in range(3):
            with processes.beside(os.getpid) as process:
                made = processes.each(numbered, range(COUNT))
                assert {process(), *(pid for _, pid in made)} == {os.getpid()}
    # No place was lost.
    with processes.beside(os.getpid) as first, processes.beside(os.getpid) as second:
        assert len({first(), second(), os.getpid()}) == 3


def fail() -> object:
    raise LookupError("the reason")


class Own(Exception):
    """An exception that pickle writes, and cannot read again."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(f"{code}: {reason}")


def fail_in_own_words() -> object:
    raise Own(7, "the reason")


def fail_unknown() -> object:
    class Local(Exception):
        pass

    raise Local("the reason")


def die() -> object:
    os.kill(os.getpid(), signal.SIGKILL)
    return None


@pytest.mark.parametrize(
    ("action", "error"),
    [
        (fail, LookupError),
        (fail_in_own_words, RuntimeError),
        (fail_unknown, RuntimeError),
        (die, Killed),
    ],
)
def test_what_befalls_the_process_beside_is_raised_where_it_is_asked_for(
    action: Callable[[], object], error: type[Exception]
) -> None:
    with Forks(2).beside(action) as result, pytest.raises(error) as caught:
        result()
    # A failure says why and where it happened, in the other process too.
    if error is not Killed:
        assert "the reason" in str(caught.value)
        assert f"in {action.__name__}" in "".join(caught.value.__notes__)


def test_after_a_failure_as_many_work_as_before(tmp_path: Path) -> None:
    def together(number: int) -> int:
        """Ends when somebody else is at work too."""
        begin(tmp_path / str(os.getpid()))
        while len(list(tmp_path.iterdir())) < 2:
            time.sleep(0.001)
        return os.getpid()

    processes = Forks(2)
    for _ in range(5):
        with pytest.raises(LookupError), processes.beside(fail) as result:
            result()
    assert len(set(processes.each(together, range(COUNT)))) == 2


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
        wait_for(self._folder / ("there" if here else "here"))
        time.sleep(0.001)
        return self._action() if here == self._here else None


@pytest.mark.parametrize(
    ("action", "here", "error"),
    [(fail, True, LookupError), (fail, False, LookupError), (die, False, Killed)],
)
def test_when_one_process_fails_the_other_soon_ends_too(
    tmp_path: Path, action: Callable[[], object], here: bool, error: type[Exception]
) -> None:
    total = 20_000
    processes = Forks(2)
    with pytest.raises(error):
        processes.each(Task(action, here, tmp_path), range(total))
    assert len(list(tmp_path.iterdir())) < total


FORKED = """
import os, sys, time
from pathlib import Path
from errbook.site.processes import Forks

def work(number):
    if number < 2:
        list(processes.each(work, [number + 2, 4]))
    Path(sys.argv[1], str(os.getpid())).touch()
    time.sleep(600)

processes = Forks(4)
processes.each(work, range(2))
"""
SPAWNED = f"""
import os, sys, time
from pathlib import Path
from errbook import project
from errbook.site import pool

def work(number):
    Path(sys.argv[1], str(os.getpid())).touch()
    time.sleep(600)

if __name__ == "__main__":
    pool.can_fork = lambda: False
    pool.run_task = work
    loaded, _ = project.load(Path({str(SHOP)!r}))
    with pool.workers(loaded, 4, 4) as team:
        team.make(range(4))
"""


def runs(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are not forked here")
@pytest.mark.parametrize("script", [FORKED, SPAWNED], ids=["forked", "spawned"])
def test_with_the_process_that_started_them_all_others_end(tmp_path: Path, script: str) -> None:
    program, begun = tmp_path / "program.py", tmp_path / "begun"
    program.write_text(script, encoding="utf-8")
    begun.mkdir()
    with subprocess.Popen([sys.executable, program, begun]) as first:
        while len(list(begun.iterdir())) < 4:
            time.sleep(0.01)
        others = [int(path.name) for path in begun.iterdir() if path.name != str(first.pid)]
        assert all(map(runs, others))
        first.kill()
    while any(map(runs, others)):
        time.sleep(0.01)
