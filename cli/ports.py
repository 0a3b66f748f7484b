"""Whether ports are free, and whether something answers on them."""

from __future__ import annotations

import http.client
import socket
import stat
from pathlib import Path

import psutil

from outbound.errors import Misconfigured

PROBE_SECONDS = 2.0


def is_free(host: str, port: int) -> bool:
    """Whether a server could bind there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as error:
            raise Misconfigured(f"Port {port} needs more rights than this user has: choose one above 1023.") from error
        except socket.gaierror as error:
            raise Misconfigured(f"OUTBOUND_HOST={host} is no address of this machine: {error.strerror}.") from error
        except OSError:
            return False
        return True


def owner(port: int) -> str:
    """Who listens on the port, as far as this user may know: `` (python, process 123)`` or nothing."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid:
                return f" ({psutil.Process(connection.pid).name()}, process {connection.pid})"
    except psutil.Error:
        return ""
    return ""


def answers_http(url: str) -> bool:
    """Whether a GET of the URL ends with a status below 400. Never goes through a proxy."""
    scheme, _, rest = url.partition("://")
    location, _, path = rest.partition("/")
    assert scheme == "http", "health is asked on this machine"
    connection = http.client.HTTPConnection(location, timeout=PROBE_SECONDS)
    try:
        connection.request("GET", f"/{path}", headers={"Connection": "close"})
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def answers_socket(path: Path) -> bool:
    """Whether something listens on the unix socket."""
    try:
        if not stat.S_ISSOCK(path.stat().st_mode):
            return False
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            probe.settimeout(PROBE_SECONDS)
            probe.connect(str(path))
    except OSError:
        return False
    return True
