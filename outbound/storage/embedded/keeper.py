"""The keeper (``python -m outbound.storage.embedded HOME``) stops the server when nobody uses the folder any more.

In a session of its own it waits for the lease that every user of the folder shares. Getting it means that the
last one is gone: ended, crashed or killed. Nobody can start the server meanwhile, as they wait for the lease.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from outbound.storage.embedded.account import choose, clean_environment
from outbound.storage.embedded.layout import Layout
from outbound.storage.embedded.lease import Lock, is_free
from outbound.storage.embedded.postmaster import settle, stop

READY = "ready"
MODULE = "outbound.storage.embedded"


def ensure(layout: Layout) -> None:
    """Start the keeper unless there is one; return once it watches. Callers hold start lock and lease."""
    if not is_free(layout.keeper_lock):
        return
    source = Path(__file__).parents[3]
    with (layout.run_dir / "keeper.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", MODULE, str(layout.home)],
            cwd="/",
            env={**clean_environment(), "PYTHONPATH": str(source), "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    answer, _ = process.communicate()
    if answer.strip() != READY:
        raise RuntimeError(f"the keeper of {layout.home} did not start: see {log.name}")


def main(home: str) -> None:
    """Leave the caller's family, say that we watch, wait, stop the server."""
    if os.fork() > 0:
        os._exit(0)  # our caller waits for this one; the keeper itself is nobody's child
    for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    layout = Layout(Path(home))
    keeper = Lock(layout.keeper_lock)
    first = keeper.try_take()
    if first:
        os.ftruncate(keeper.fd, 0)
        os.write(keeper.fd, f"{os.getpid()}\n".encode())
    print(READY, flush=True)
    os.dup2(os.open(os.devnull, os.O_RDWR), sys.stdout.fileno())
    if not first:
        return
    lease = Lock(layout.lease)
    lease.take()
    if lease.current and layout.data.exists():  # else the folder was deleted, and perhaps made anew by others
        settle(layout)
        stop(layout, choose(layout.home, layout.data))
    keeper.close()  # before the lease: whoever gets that next must see that no keeper watches
    lease.close()
