"""One supervised program: what it is, and its life as a child process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cli.guard import MARK_VARIABLE
from outbound.errors import Unavailable
from outbound.storage.home import private_folder

FIRST_DELAY_SECONDS = 1.0
LONGEST_DELAY_SECONDS = 30.0
STEADY_SECONDS = 60.0
"""A child that lived this long is started again without further delay."""


@dataclass(frozen=True)
class Program:
    """Something to start and keep alive."""

    name: str
    """As people read it: ``API``, ``Dagster daemon``."""
    command: Sequence[str]
    log: Path
    env: Mapping[str, str] = field(default_factory=dict)
    """Added to the environment of the supervisor."""
    cwd: Path | None = None
    answers: Callable[[], bool] | None = None
    """Whether it serves; none: it does as long as it runs."""
    host: str = "127.0.0.1"
    port: int | None = None
    """Port to be free before it starts."""
    port_setting: str = ""
    """Environment variable that sets the port, for the message about a taken one."""
    url: str | None = None
    """Where people open it."""


class Child:
    """A program's process, started as often as needed. Times are seconds of a monotonic clock."""

    def __init__(self, program: Program, mark: str) -> None:
        self.program = program
        self.mark = mark
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0
        self.ready = False
        self.restart_at: float | None = None
        self._delay = FIRST_DELAY_SECONDS

    def start(self, now: float) -> None:
        """Start it in a session of its own, so that a Ctrl-C at the terminal is the supervisor's business alone."""
        log = self.program.log
        private_folder(log.parent)
        try:
            with log.open("ab") as output:
                self.process = subprocess.Popen(
                    list(self.program.command),
                    cwd=self.program.cwd,
                    env={**os.environ, **self.program.env, MARK_VARIABLE: self.mark},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        except OSError as error:
            raise Unavailable(f"{self.program.name} cannot be started: {error}.") from error
        self.started_at = now
        self.ready = False
        self.restart_at = None

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def check_ready(self) -> bool:
        """Ask whether it serves now, once it has not yet been seen to."""
        if not self.ready and self.is_alive:
            self.ready = self.program.answers is None or self.program.answers()
        return self.ready

    def plan_restart(self, now: float) -> float:
        """After its death: when to start it again, later each time. Returns the delay in seconds."""
        if now - self.started_at >= STEADY_SECONDS:
            self._delay = FIRST_DELAY_SECONDS
        delay, self._delay = self._delay, min(self._delay * 2, LONGEST_DELAY_SECONDS)
        self.ready = False
        self.restart_at = now + delay
        return delay

    def terminate(self) -> None:
        """Ask it to end."""
        if self.is_alive and self.process is not None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, deadline: float) -> None:
        """Reap it, if it ends before the deadline."""
        if self.process is not None:
            try:
                self.process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                return

    def how_it_ended(self) -> str:
        """In words."""
        code = self.process.poll() if self.process is not None else None
        if code is None:
            return "was not started"
        return f"ended with status {code}" if code >= 0 else f"was ended by {signal.Signals(-code).name}"

    def last_words(self) -> str:
        """The last line of its log that says something."""
        if not self.program.log.exists():
            return ""
        with self.program.log.open(errors="replace") as log:
            lines = deque((line.strip() for line in log if line.strip()), maxlen=1)
        return _said(lines[0])[:300] if lines else ""


def _said(line: str) -> str:
    """What a line of a log says; the API's are JSON."""
    try:
        return str(json.loads(line)["message"])
    except (ValueError, LookupError, TypeError):
        return line
