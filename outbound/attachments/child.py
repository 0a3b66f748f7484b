"""A photo is decoded in a process of its own: it may take so much memory and time and no more, gives both back when it
ends, may be stopped in the middle, and what a hostile photo does to its decoder it does to that process alone."""

from __future__ import annotations

import json
import resource
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from outbound import deadline
from outbound.errors import Invalid, Unavailable

SECONDS = 60
"""Of the processor: a photo that takes more is refused."""
PATIENCE = 180
"""Seconds on the clock. A low priority may get so little of a busy machine, which is no fault of the photo."""
_MEMORY = 400 << 20
_MEMORY_A_PIXEL = 6
"""Bytes of address space: the interpreter with its libraries, and a decoded photo beside what is made of it."""
_MOST_WRITTEN = 200 << 20


class Child:
    """One piece of work in a process of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False

    def run(self, work: str, source: Path, target: Path, **options: Any) -> dict[str, Any]:
        """Does ``work`` of :mod:`outbound.attachments.decode` and returns what it tells.

        Raises :class:`Invalid` for a photo that cannot be taken, :class:`Unavailable` where it was stopped, or the
        machine had no time for it.
        """
        order = json.dumps({"work": work, "source": str(source), "target": str(target), **options})
        # Isolated, and with nothing of our environment: no password and no key is within its reach.
        command = [sys.executable, "-I", "-m", "outbound.attachments.decode"]
        with self._lock:
            if self._stopped:
                raise _given_up()
            self._process = process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={"LC_ALL": "C"}
            )
        try:
            with deadline.interrupting(self.stop), process:
                try:
                    told, trace = process.communicate(order.encode(), timeout=PATIENCE)
                finally:
                    process.kill()  # one that has ended is not touched; the block waits for the others
        except subprocess.TimeoutExpired:
            raise _no_time() from None
        if self._stopped:
            raise _given_up()
        if process.returncode == -signal.SIGXCPU:
            raise refused("to decode it takes too long; send a smaller one")
        if process.returncode == -signal.SIGKILL:  # by the machine, which had no memory left, or by its operator
            raise _no_time()
        if process.returncode > 0:  # an error of ours, not of the photo
            raise RuntimeError(f"a photo could not be decoded: {trace.decode(errors='replace').strip()[-2000:]}")
        if process.returncode:
            raise refused("this photo is broken or cut off; take or send it again")
        answer: dict[str, Any] = json.loads(told)
        if "refused" in answer:
            raise refused(answer["refused"])
        return answer

    def stop(self) -> None:
        """Ends it, also one that has not begun. From any thread."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()


def limit_this_process(pixels: int) -> None:
    """What the child asks for itself before it looks at anything."""
    # The soft limit of time tells what it is (SIGXCPU), where the hard one kills as anybody might.
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 5))
    for what, most in (
        (resource.RLIMIT_AS, _MEMORY + _MEMORY_A_PIXEL * pixels),
        (resource.RLIMIT_FSIZE, _MOST_WRITTEN),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def refused(reason: str) -> Invalid:
    return Invalid(f"The file cannot be taken: {reason}.", errors=[{"field": "file", "reason": reason}])


def _no_time() -> Unavailable:
    return Unavailable("The server has too much to do for this photo; send it again.", retry_after=30)


def _given_up() -> Unavailable:
    return Unavailable("The photo was given up before it was looked at; send it again.", retry_after=5)
