"""Open files and sockets: as many as this machine lets a program have, and how many of them are for connections."""

from __future__ import annotations

import resource

ENOUGH = 65_536
"""More brings nothing, and some libraries count up to the limit."""
KEPT_BACK = 256
"""For the database, files, and what is accepted before it is counted."""
MOST_CONNECTIONS = 4096
"""Each takes some 10 KB, so that all of them are no burden."""


def raise_open_files() -> int:
    """Raises this process's soft limit of open files as far as it may; what it starts inherits it.

    Returns the limit.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = ENOUGH if hard == resource.RLIM_INFINITY else min(hard, ENOUGH)
    if soft == resource.RLIM_INFINITY or soft >= wanted:
        return ENOUGH if soft == resource.RLIM_INFINITY else soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted


def connections_for(open_files: int) -> int:
    """How many connections a server may hold that may open so many files."""
    return min(MOST_CONNECTIONS, open_files - min(KEPT_BACK, open_files // 2))
