"""How long the work of a request may go on, so that one that was answered 504 stops, and commits nothing.

A request's threads inherit its deadline with their context. What runs without one (jobs, commands) has all the time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


class TookTooLong(Exception):
    """The request's time is over: its work ends here. No ``OutboundError``, which may be taken for one item's fault."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"longer than {seconds:g} seconds")
        self.seconds = seconds


class Deadline:
    """One request's: it either settles in time, or expires; never both."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._at = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._settled = self._expired = False
        self._interrupts: list[Callable[[], None]] = []

    def check(self) -> None:
        """Raises :class:`TookTooLong` once the time is over, unless the request has settled."""
        if not self._settled and (self._expired or time.monotonic() > self._at):
            raise TookTooLong(self._seconds)

    def settle(self) -> None:
        """Said right before the commit, or the answer: from here on the request can no longer be answered 504.

        Raises :class:`TookTooLong` where it has been."""
        with self._lock:
            if self._expired:
                raise TookTooLong(self._seconds)
            self._settled = True

    def expire(self) -> bool:
        """Ends the request's time; false where it has settled, so that its answer is on its way."""
        with self._lock:
            self._expired = not self._settled
            return self._expired

    def interrupt(self) -> None:
        """Stops what waits elsewhere (a statement in the database) once the time has expired."""
        with self._lock:
            if self._expired:
                for interrupt in self._interrupts:
                    interrupt()

    @contextmanager
    def interrupting(self, interrupt: Callable[[], None]) -> Iterator[None]:
        """How to stop what the block waits for. Not called any more after it."""
        with self._lock:
            self._interrupts.append(interrupt)
        try:
            yield
        finally:
            with self._lock:  # one that is being interrupted is not handed on before that has reached it
                self._interrupts.remove(interrupt)


@contextmanager
def deadline_of(seconds: float) -> Iterator[Deadline]:
    """Gives the block, and the threads it starts, so many seconds."""
    deadline = Deadline(seconds)
    token = _current.set(deadline)
    try:
        yield deadline
    finally:
        _current.reset(token)


def check() -> None:
    """Raises :class:`TookTooLong` where the request that this belongs to has no time left: ask it in loops."""
    deadline = _current.get()
    if deadline is not None:
        deadline.check()


def settle() -> None:
    """As :meth:`Deadline.settle`, of the request that this belongs to, if any."""
    deadline = _current.get()
    if deadline is not None:
        deadline.settle()


@contextmanager
def interrupting(interrupt: Callable[[], None]) -> Iterator[None]:
    """As :meth:`Deadline.interrupting`, of the request that this belongs to, if any."""
    deadline = _current.get()
    if deadline is None:
        yield
        return
    with deadline.interrupting(interrupt):
        yield
