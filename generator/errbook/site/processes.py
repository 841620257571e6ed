"""Shares work among processes: as many work at once as there may be, and no idle one is left."""

from __future__ import annotations

import gc
import mmap
import multiprocessing
import os
import pickle
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Protocol, TypeVar

_T = TypeVar("_T")
_R = TypeVar("_R")


class Killed(Exception):
    """A process ended before its work did; the machine may lack memory."""


class Processes(Protocol):
    """Who does the work."""

    def beside(self, function: Callable[[], _R]) -> AbstractContextManager[Callable[[], _R]]:
        """Have something done beside what the block does, if anyone is idle.

        Args:
            function: Does it. It may run in another process, which knows all that is known now,
                and of which nothing comes back but the result.

        Returns:
            Gives the result, at most once. What nobody has done by then is done then.

        Raises:
            Killed: From what is returned.
        """

    def each(self, function: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
        """Do something with each of some items, here and wherever anyone is, or becomes, idle.

        Args:
            function: Does it, as above.
            items: Whoever is done with one takes the next.

        Returns:
            The results, in the order of the items.

        Raises:
            Killed: A process ended before its work did.
        """


class One:
    """One process, which does everything when it is asked for."""

    def beside(self, function: Callable[[], _R]) -> AbstractContextManager[Callable[[], _R]]:
        return nullcontext(function)

    def each(self, function: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
        return [function(item) for item in items]


def can_fork() -> bool:
    """Whether this process may be copied; beside threads that is not safe."""
    return sys.platform == "linux" and threading.active_count() == 1


class Forks:
    """This process and copies of it, which have others work for them, too."""

    def __init__(self, count: int) -> None:
        """Args:
        count: How many may work at once.
        """
        self._context = multiprocessing.get_context("fork")
        self._idle = self._context.Semaphore(count - 1)
        self._owed = False
        """Whether this process works though it gave its place to another one."""
        self._open: list[Callable[[], bool]] = []
        """Has what nobody was idle for be done by another process, if one is idle now."""

    @contextmanager
    def beside(self, function: Callable[[], _R]) -> Iterator[Callable[[], _R]]:
        with ExitStack() as stack:
            helpers: list[_Helper[_R]] = []

            def begin() -> bool:
                helpers.extend(self._helper(stack, function))
                return bool(helpers)

            def result() -> _R:
                if helpers:
                    return self._wait(helpers)[0]
                self._open.remove(begin)
                return function()

            self._open.append(begin)
            self._find_help()
            try:
                yield result
            finally:
                if begin in self._open:
                    self._open.remove(begin)

    def each(self, function: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
        given = list(items)
        numbers = _Numbers(len(given), self._context.Lock())
        found: dict[int, _R] = {}

        def work() -> dict[int, _R]:
            return dict(numbers.each(lambda number: function(given[number])))

        with ExitStack() as stack:
            helpers: list[_Helper[dict[int, _R]]] = []

            def find_help_and_work(number: int) -> _R:
                if any(helper.was_killed for helper in helpers):
                    raise Killed
                self._find_help()
                for _ in range(numbers.left):
                    more = self._helper(stack, work)
                    if not more:
                        break
                    helpers.extend(more)
                return function(given[number])

            found.update(numbers.each(find_help_and_work))
            for part in self._wait(helpers):
                found.update(part)
        return [found[number] for number in range(len(given))]

    def _find_help(self) -> None:
        while self._open and self._open[0]():
            self._open.pop(0)

    def _helper(self, stack: ExitStack, function: Callable[[], _R]) -> list[_Helper[_R]]:
        """One more process, if a place is idle; none else. The stack waits for its end."""
        # A hook or plugin may have begun a thread since the build began.
        if not (can_fork() and self._idle.acquire(block=False)):
            return []
        try:
            return [stack.enter_context(self._fork(function))]
        except OSError:
            # The system has too many processes, or too little memory: it is done without.
            self._idle.release()
            return []

    @contextmanager
    def _fork(self, function: Callable[[], _R]) -> Iterator[_Helper[_R]]:
        """Have a copy of this process call a function; it has ended when the block does."""
        receiver, sender = self._context.Pipe(duplex=False)
        process = self._context.Process(target=self._call, args=(function, receiver, sender))
        process.start()
        sender.close()
        try:
            yield _Helper(process, receiver)
        finally:
            receiver.close()
            process.join()

    def _call(
        self, function: Callable[[], object], receiver: Connection, sender: Connection
    ) -> None:
        _end_with_parent()
        # A collection would write to what the processes share, and so double it.
        gc.freeze()
        receiver.close()
        self._owed, self._open = False, []
        answer: tuple[object, BaseException | None]
        try:
            answer = function(), None
        except BaseException as error:
            answer = None, _portable(error)
        self._give_place()
        with suppress(BrokenPipeError):  # nobody wants it any more
            sender.send(answer)

    def _wait(self, helpers: Sequence[_Helper[_R]]) -> list[_R]:
        """The results of others; who waits for them leaves its place to another one."""
        if not helpers:
            return []
        self._give_place()
        try:
            return [helper.result() for helper in helpers]
        finally:
            # To wait for a place could be to wait for a process that was killed.
            self._owed = not self._idle.acquire(block=False)

    def _give_place(self) -> None:
        if not self._owed:
            self._idle.release()


@dataclass(frozen=True, slots=True)
class _Helper(Generic[_R]):
    """A copy of a process that calls a function for it."""

    process: BaseProcess
    receiver: Connection

    @property
    def was_killed(self) -> bool:
        return bool(self.process.exitcode)

    def result(self) -> _R:
        """What the function returned; an exception that it raised is raised here."""
        try:
            result, error = self.receiver.recv()
        except EOFError:
            raise Killed from None
        if error is not None:
            raise error
        return result  # type: ignore[no-any-return]


class _Numbers:
    """Counts up, across all processes that count."""

    def __init__(self, stop: int, lock: Any) -> None:
        self._stop = stop
        self._lock = lock
        self._shared = mmap.mmap(-1, 8)

    @property
    def left(self) -> int:
        """How many nobody took so far."""
        return self._stop - self._next

    def each(self, function: Callable[[int], _R]) -> Iterator[tuple[int, _R]]:
        """Every number that no other process takes, and what a function makes of it."""
        while (number := self._take()) is not None:
            try:
                yield number, function(number)
            except BaseException:
                # Nobody waits for the rest of what failed.
                self._next = self._stop
                raise

    def _take(self) -> int | None:
        with self._lock:
            number = self._next
            if number >= self._stop:
                return None
            self._next = number + 1
        return number

    @property
    def _next(self) -> int:
        return int.from_bytes(self._shared[:], sys.byteorder)

    @_next.setter
    def _next(self, number: int) -> None:
        self._shared[:] = number.to_bytes(8, sys.byteorder)


def _portable(error: BaseException) -> BaseException:
    """An exception with the place where it was raised, for another process.

    Those of classes that only this process has, say of a hook of the project, become one that says
    the same.
    """
    try:
        pickle.loads(pickle.dumps(error))
        told = error
    except Exception:
        told = RuntimeError(f"{type(error).__name__}: {error}")
    told.add_note(traceback.format_exc())
    return told


def _end_with_parent() -> None:
    """Let a copy end when the process that made it does: the system kills it by a signal."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    import fcntl  # Windows has none

    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, os.O_ASYNC)
