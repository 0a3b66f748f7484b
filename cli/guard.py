"""``python -m cli.guard MARK``: ends what a supervisor started, should the supervisor die without doing so itself.

Every process that a supervisor starts carries its mark in the environment, and so do the processes these start,
whatever session or group they move to. The guard reads a pipe that only the supervisor writes to: its end means
that the supervisor is gone, be it by ``kill -9``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Collection

import psutil

MARK_VARIABLE = "OUTBOUND_SUPERVISED_BY"
GRACE_SECONDS = 5.0
ROUNDS = 20


def marked(mark: str) -> list[psutil.Process]:
    """Every living process that carries the mark, except this one."""
    found = []
    for process in psutil.process_iter():
        try:
            carries = process.pid != os.getpid() and process.environ().get(MARK_VARIABLE) == mark
            if carries and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:  # gone meanwhile, or of another user and so not ours
            continue
    return found


def end_all(mark: str, grace: float = GRACE_SECONDS) -> list[psutil.Process]:
    """End every process that carries the mark: asked first, then killed. Returns what would not die (nothing)."""
    if grace > 0:
        asked = marked(mark)
        send(asked, signal.SIGTERM)
        psutil.wait_procs(asked, timeout=grace)
    for _ in range(ROUNDS):  # again and again, because the dying may still start others
        remaining = marked(mark)
        if not remaining:
            return []
        send(remaining, signal.SIGKILL)
        psutil.wait_procs(remaining, timeout=1)
    return marked(mark)


def send(processes: Collection[psutil.Process], number: int) -> None:
    """Send a signal to each that still lives."""
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            continue


def main(mark: str) -> None:
    """Wait for the end of the supervisor, then clear up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    sys.stdin.read()
    end_all(mark)


if __name__ == "__main__":
    main(sys.argv[1])
