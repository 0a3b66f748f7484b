"""Work that takes a processor for long waits for its turn without a thread, a connection or a place among the others.

Each kind has so many places and a short line before them; who comes later is asked to come again. Nobody has more than
their share of the line, nor of the time.
"""

from __future__ import annotations

import asyncio
import fcntl
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from fastapi import Depends
from starlette.requests import Request

from outbound.attachments.child import Child
from outbound.errors import TooManyRequests, Unavailable
from outbound.storage.home import private_folder

_Result = TypeVar("_Result")
_FIRST_GUESS = 1.0
"""Seconds that a piece of work is taken for until one has been seen."""
_MOST_WAIT = 60
_AGAIN = 0.02


@dataclass(frozen=True)
class Share:
    """What one person may use: ``seconds`` of work at once, given back within ``window`` seconds."""

    seconds: float
    window: float


class Turns:
    """Places for one kind of work, and the line before them. Used on the event loop alone.

    The places are this process's own; with ``lock``, a file, one at a time works in all processes that name it: for
    what takes the machine's memory.
    """

    def __init__(
        self,
        what: str,
        *,
        places: int,
        line: int,
        line_each: int,
        share: Share | None = None,
        lock: Path | None = None,
    ) -> None:
        self._lock = lock
        self._what = what
        self._places = asyncio.Semaphore(places)
        self._at_once = places
        self._line = line
        self._line_each = line_each
        self._share = share
        self._here: Counter[Hashable] = Counter()
        self._used: dict[Hashable, tuple[float, float]] = {}
        self._usual = _FIRST_GUESS
        self.threads = anyio.CapacityLimiter(places)
        """Threads for those whose turn it is, apart from those of the requests."""

    @asynccontextmanager
    async def turn(self, person: Hashable) -> AsyncIterator[None]:
        """Waits for a place, and holds it for the block.

        Raises :class:`Unavailable` where the line is full, :class:`TooManyRequests` for who has used their share; both
        say when to come again.
        """
        self._refuse(person)
        self._here[person] += 1
        try:
            async with self._places, _alone(self._lock):
                started = time.monotonic()
                try:
                    yield
                finally:
                    self._note(person, time.monotonic() - started)
        finally:
            self._here[person] -= 1
            if not self._here[person]:
                del self._here[person]

    def _refuse(self, person: Hashable) -> None:
        used = self._used_by(person)
        if self._share and used >= self._share.seconds:
            seconds = (used - self._share.seconds) / self._share.seconds * self._share.window
            again = min(_MOST_WAIT, max(1, math.ceil(seconds)))
            raise TooManyRequests(
                f"You have sent many {self._what} in a short time; send the next in {again} seconds.", retry_after=again
            )
        waiting = self._here.total()
        if waiting >= self._at_once + self._line or self._here[person] >= self._line_each:
            again = min(_MOST_WAIT, max(1, math.ceil(waiting * self._usual / self._at_once)))
            raise Unavailable(
                f"Many {self._what} are being worked on; send this one again in {again} seconds.", retry_after=again
            )

    def _note(self, person: Hashable, seconds: float) -> None:
        self._usual += (seconds - self._usual) / 8
        if self._share:
            self._used[person] = (self._used_by(person) + seconds, time.monotonic())
            if len(self._used) > 10_000:
                self._used = {each: used for each, used in self._used.items() if self._used_by(each) > 0}

    def _used_by(self, person: Hashable) -> float:
        """Seconds of work that count against somebody still."""
        if self._share is None or person not in self._used:
            return 0.0
        used, then = self._used[person]
        return max(0.0, used - (time.monotonic() - then) * self._share.seconds / self._share.window)


@asynccontextmanager
async def _alone(lock: Path | None) -> AsyncIterator[None]:
    """Holds the file's lock, which ends with its process. Nobody is told when another process gives it back, so it is
    asked for again and again."""
    if lock is None:
        yield
        return
    private_folder(lock.parent)
    with lock.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                await asyncio.sleep(_AGAIN)
        yield


def slow(kind: str) -> Any:
    """A dependency of a route whose work is slow: it takes one of the places of its kind before anything else of the
    request, and its unit of work with it. Stands before ``permits``."""

    async def placed(request: Request) -> AsyncIterator[None]:
        async with getattr(request.app.state, kind).turn(None):
            yield

    return Depends(placed, scope="function")


async def in_turn(request: Request, turns: Turns, person: Hashable, work: Callable[[Child], _Result]) -> _Result:
    """Does a piece of work when its turn has come; given up as soon as whoever asked has left.

    Raises what the work raises, and as :meth:`Turns.turn`.
    """
    child = Child()
    with anyio.CancelScope() as scope:
        watching = asyncio.create_task(_until_gone(request, child, scope))
        try:
            async with turns.turn(person):
                return await anyio.to_thread.run_sync(work, child, limiter=turns.threads)
        finally:
            watching.cancel()
    raise Unavailable("Nobody waits for this any more.", retry_after=1)


async def _until_gone(request: Request, child: Child, scope: anyio.CancelScope) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    child.stop()
    scope.cancel()
