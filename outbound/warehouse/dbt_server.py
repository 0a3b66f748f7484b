"""Runs of dbt, each a fork of one process that has it imported.

To import dbt takes longer than most builds. What a run changes (dbt's own state, environment, folder) ends with its
fork, so each begins as if it were the first.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import outbound
from outbound.warehouse.errors import BuildFailed

_SOURCE = Path(outbound.__file__).parent.parent


@dataclass(frozen=True)
class Run:
    """dbt under way in a process of its own."""

    pid: int
    said: TextIO
    """What it tells, a JSON object a line: see :mod:`outbound.warehouse.dbt_process`."""
    errors: TextIO
    _ending: TextIO

    def wait(self) -> int | None:
        """Its exit code once it has ended; none where it was killed."""
        code = self._ending.readline()
        return int(code) if code else None


@contextmanager
def running(
    commands: Sequence[Sequence[str]],
    results: Path,
    *,
    folder: Path,
    environment: Mapping[str, str],
    keep_open: Sequence[int] = (),
) -> Iterator[Run]:
    """dbt commands, one after the other, in a folder and with nothing but this environment. Left by an error, the
    block ends them first.

    ``keep_open``: file descriptors (locks) that the process shares. Raises :class:`BuildFailed` where dbt cannot start.
    """
    request = {"commands": commands, "results": str(results), "folder": str(folder), "environment": dict(environment)}
    server = _server()
    with ExitStack() as stack:
        pipes = [os.pipe() for _ in range(3)]
        said, errors, ending = (stack.enter_context(os.fdopen(reader, encoding="utf-8")) for reader, _ in pipes)
        try:
            socket.send_fds(server, [json.dumps(request).encode()], [*(writer for _, writer in pipes), *keep_open])
        finally:
            for _, writer in pipes:
                os.close(writer)
        pid = ending.readline()
        if not pid:
            raise BuildFailed("dbt could not run: its process ended before it began; try again.")
        run = Run(int(pid), said, errors, ending)
        try:
            yield run
        except BaseException:
            with suppress(ProcessLookupError):
                os.kill(run.pid, signal.SIGTERM)
            run.wait()
            raise


@dataclass(frozen=True)
class _Started:
    process: subprocess.Popen[str]
    way: socket.socket
    by: int
    """The process that started it: a fork of that one starts its own."""


_starting = threading.Lock()
_started: _Started | None = None


def _server() -> socket.socket:
    """The way to the process that forks; started where there is none."""
    global _started
    with _starting:
        if _started is None or _started.by != os.getpid() or _started.process.poll() is not None:
            _started = _start()
            atexit.register(_end, _started)
        return _started.way


def _start() -> _Started:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", "outbound.warehouse.dbt_process", str(theirs.fileno())],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(_SOURCE), os.environ.get("PYTHONPATH", "")])},
        )
    if not ours.recv(1):  # it says when it has imported dbt
        ours.close()
        _, errors = process.communicate()
        raise BuildFailed(f"dbt could not run: {' '.join(errors.split())}")
    return _Started(process, ours, os.getpid())


def _end(started: _Started) -> None:
    if started.by == os.getpid():
        started.way.close()
        started.process.communicate()
