"""Several processes that answer requests, under one that starts them (``OUTBOUND_API_WORKERS``).

``python -m api.workers`` is the one that starts them.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from uvicorn import Config
from uvicorn.supervisors import Multiprocess

from outbound.settings import Settings, get_settings


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


class Supervisor(Multiprocess):
    """Gives each process a socket of its own on the one port, among which the kernel deals out the connections.

    A socket that they share is taken by whoever is idle: of 32 phones that came one after the other 31 were served
    by one of two processes, for as long as they stayed connected.
    """

    @property
    def sockets(self) -> list[socket.socket]:
        """Asked for once for each process that is started. Only that process listens, so none waits in vain."""
        return [_bound(self.config, shared=True)]

    @sockets.setter
    def sockets(self, _: list[socket.socket]) -> None:
        _bound(self.config, shared=False).close()  # raises for a port that somebody else has


def _bound(config: Config, *, shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        opened.bind((config.host, config.port))
    except OSError:
        opened.close()
        raise
    return opened


def _configured(settings: Settings) -> Config:
    return Config(
        "api.main:app",
        host=settings.host,
        port=settings.api_port,
        log_level=settings.log_level,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        workers=settings.api_workers,
    )


if __name__ == "__main__":
    chosen = get_settings()
    try:
        Supervisor(_configured(chosen), sockets=[]).run()
    except OSError as error:
        sys.exit(f"error: port {chosen.api_port} of {chosen.host} cannot be had: {error}; see OUTBOUND_API_PORT.")
