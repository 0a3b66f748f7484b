"""Logs that a running program appends to, kept short."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from outbound.errors import Unavailable

LIMIT_BYTES = 10_000_000
KEPT = 3
"""Earlier parts of a log that are kept: ``api.log.1`` is the newest."""


def keep_short(log: Path, limit_bytes: int = LIMIT_BYTES, kept: int = KEPT) -> bool:
    """Puts what a log holds aside once it is longer than the limit, and empties it. Returns whether it did.

    Whoever writes keeps the file open and goes on at its new end, so it has to be open for appending. Raises
    :class:`Unavailable` where there is no room for the part that is put aside.
    """
    if not log.exists() or log.stat().st_size <= limit_bytes:
        return False
    fresh = _part(log, 0)
    try:
        with log.open("r+b") as source, fresh.open("wb") as copy:
            shutil.copymode(log, fresh)
            while source.tell() < os.fstat(source.fileno()).st_size:  # until nothing was written meanwhile
                shutil.copyfileobj(source, copy)
            copy.flush()
            os.ftruncate(source.fileno(), 0)
    except OSError as error:
        if fresh.is_file():
            fresh.unlink()
        raise Unavailable(f"{log} is long, and cannot be put aside: {error.strerror}; make room.") from error
    for number in range(kept, 0, -1):
        newer = _part(log, number - 1)
        if newer.exists():
            newer.replace(_part(log, number))
    return True


def _part(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number or 'new'}")
