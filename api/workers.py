"""Several processes that answer requests, under one that starts them (``OUTBOUND_API_WORKERS``)."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def living_with_supervisor() -> Iterator[None]:
    """Ends this process gracefully when the one that started it is gone, be it by ``kill -9``: its port is then free
    for the next. A process that is alone lives on its own."""
    parent = multiprocessing.parent_process()
    if parent is None:
        yield
        return
    loop = asyncio.get_running_loop()
    loop.add_reader(parent.sentinel, _end, loop, parent.sentinel)
    try:
        yield
    finally:
        loop.remove_reader(parent.sentinel)


def _end(loop: asyncio.AbstractEventLoop, sentinel: int) -> None:
    loop.remove_reader(sentinel)
    os.kill(os.getpid(), signal.SIGTERM)
