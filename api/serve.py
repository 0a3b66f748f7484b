"""``python -m api.serve``: the API on its port, in as many processes as ``OUTBOUND_API_WORKERS`` says."""

from __future__ import annotations

import socket
import sys

from uvicorn import Config, Server
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from outbound.serving.connections import BoundedConfig, Bounds
from outbound.settings import Settings, get_settings


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


def main(settings: Settings) -> None:
    """Serves until it is told to end."""
    config = BoundedConfig(
        "api.main:app",
        bounds=Bounds.of_this_process(),
        ws="none",
        host=settings.host,
        port=settings.api_port,
        log_level=settings.log_level,
        timeout_graceful_shutdown=settings.shutdown_seconds,
        workers=settings.api_workers,
    )
    if settings.api_workers > 1:
        try:
            Supervisor(config, sockets=[]).run()
        except OSError as error:
            where = f"port {settings.api_port} of {settings.host}"
            sys.exit(f"error: {where} cannot be had ({error}); free it or choose another by OUTBOUND_API_PORT.")
        return
    server = Server(config)
    try:
        server.run()
    except KeyboardInterrupt:  # it has ended gracefully by then
        return
    if not server.started:
        sys.exit(STARTUP_FAILURE)


if __name__ == "__main__":
    main(get_settings())
