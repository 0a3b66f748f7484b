"""The embedded PostgreSQL: one server a data folder, shared by every process that uses the folder.

``ensure_running(settings)`` starts the server or attaches to it and holds a lease for this process; when the
last holder is gone, however it went, a keeper process stops the server. Nothing listens on TCP.
"""

from outbound.storage.embedded.binaries import binary
from outbound.storage.embedded.server import Status, ensure_running, libpq_url, release, status, stop

__all__ = ["Status", "binary", "ensure_running", "libpq_url", "release", "status", "stop"]
