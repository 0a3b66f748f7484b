"""How much of a stranger's file is read: bytes, rows, and time. Counted is what was read, never what the file says.

A file is looked at twice: at a glance while somebody waits for the answer of a request, and whole when it is read in.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import BinaryIO, cast

from outbound.errors import OutboundError, TooLarge

MOST_BYTES = 4 * 1024**3
"""Unpacked size beyond which any file is refused: a gzip of a few megabytes can hold terabytes."""
MOST_ROWS = 5_000_000
MOST_BLANK_ROWS = 1_048_576
"""As many as a spreadsheet has."""
READ_SECONDS = 1_800.0
GLANCE_SECONDS = 20.0
GLANCE_BYTES = 32 << 20
"""Unpacked bytes of a text that are looked at where the answer is waited for."""
_PAUSE = 0.002
"""Seconds after each piece at a glance in which others have the interpreter: whoever wants it waits 5 ms for it each
time, a dozen times a request, while a thread reads XML without a pause."""
_RATIO = 400
"""Unpacked bytes for one packed byte that no list reaches; held beyond the first :data:`_FREE` bytes."""
_FREE = 128 << 20
_BLOCK = 1 << 20


class Allowance:
    """The time that may be spent on a file from now on. ``glance``: no more is looked at than tells what it is."""

    def __init__(
        self, seconds: float = READ_SECONDS, *, glance: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.glance = glance
        self._seconds = seconds
        self._clock = clock
        self._ends = clock() + seconds

    def check(self, name: str) -> None:
        """Raises :class:`TooLarge` where the time is over."""
        if self._clock() > self._ends:
            raise TooLarge(
                f"{name} is not read after {self._seconds:,.0f} s; it holds far more than its rows, or too many of "
                "them: save the list anew, or split it."
            )
        if self.glance:
            time.sleep(_PAUSE)


def glance() -> Allowance:
    """For a request, whose sender waits."""
    return Allowance(GLANCE_SECONDS, glance=True)


class Bounded(io.RawIOBase):
    """A stream that ends with :class:`TooLarge` where it holds too much, or takes too long.

    ``packed``: bytes of the file that it is unpacked from. ``broken``: what reading it raises where it is damaged, told
    as ``damage``.
    """

    def __init__(
        self,
        stream: object,
        name: str,
        allowance: Allowance,
        *,
        limit: int,
        packed: int | None = None,
        broken: tuple[type[Exception], ...] = (),
        damage: OutboundError | None = None,
    ) -> None:
        self._stream = cast("BinaryIO", stream)
        self._name = name
        self._allowance = allowance
        self._most = limit if packed is None else min(limit, max(_FREE, packed * _RATIO))
        self._broken = broken
        self._damage = damage
        self._read = 0
        self.after: ExitStack | None = None
        """What is closed with it."""

    def readable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._read

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        self._allowance.check(self._name)
        try:
            piece = self._stream.read(len(buffer))
        except self._broken:
            assert self._damage is not None
            raise self._damage from None
        self._read += len(piece)
        if self._read > self._most:
            raise TooLarge(f"{self._name} unpacks to more than {self._most >> 20:,} MB; split the list.")
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._stream.close()
        if self.after is not None:
            self.after.close()
        super().close()


def buffered(raw: Bounded, size: int = _BLOCK) -> BinaryIO:
    """The stream, read a block at a time."""
    return cast("BinaryIO", io.BufferedReader(raw, size))
