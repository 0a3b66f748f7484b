"""Who works on a home alone: not while ``outbound up`` serves from it, and nothing is served meanwhile."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from outbound.errors import Conflict
from outbound.settings import Settings
from outbound.storage.embedded.lease import SUPERVISOR, Lock


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Raises :class:`Conflict` while ``outbound up`` or another restore has the home."""
    settings.run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = Lock(settings.run_dir / SUPERVISOR)
    try:
        if not lock.try_take():
            words = os.pread(lock.fd, 200, 0).decode(errors="replace").split()
            who = f" (process {words[0]})" if words else ""
            raise Conflict(f"Outbound runs on the data folder {settings.home}{who}; stop it first.")
        os.ftruncate(lock.fd, 0)
        os.pwrite(lock.fd, f"{os.getpid()}\n".encode(), 0)
        try:
            yield
        finally:
            os.ftruncate(lock.fd, 0)
    finally:
        lock.close()
