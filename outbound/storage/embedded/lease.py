"""File locks: who uses the data folder, who starts its server, who watches over it.

The kernel drops a lock when its holder dies, whatever it died of; that is all the bookkeeping there is.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUPERVISOR = "supervisor.lock"
"""In the folder of locks: held by ``outbound up``, and by whoever may not work beside it."""


class Lock:
    """An open lock file. Closed by :meth:`close` or with the process; programs do not inherit it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def share(self) -> None:
        """Wait for the lock, together with others who share it."""
        fcntl.flock(self.fd, fcntl.LOCK_SH)

    def take(self) -> None:
        """Wait for the lock alone."""
        fcntl.flock(self.fd, fcntl.LOCK_EX)

    def try_take(self) -> bool:
        """Take the lock alone if nobody has it now."""
        try:
            fcntl.flock(self.fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    @property
    def current(self) -> bool:
        """Whether the path still names this file (a data folder may be deleted and made anew)."""
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return False
        ours = os.fstat(self.fd)
        return (found.st_dev, found.st_ino) == (ours.st_dev, ours.st_ino)

    def close(self) -> None:
        """Let go. Not by unlocking: a forked child that shares the file keeps its part."""
        os.close(self.fd)


@contextmanager
def taken(path: Path) -> Iterator[Lock]:
    """Hold the lock at ``path`` alone for the block."""
    lock = Lock(path)
    try:
        lock.take()
        yield lock
    finally:
        lock.close()


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock at ``path``."""
    lock = Lock(path)
    try:
        return lock.try_take()
    finally:
        lock.close()
