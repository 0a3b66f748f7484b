"""A restore in a process of its own that is stopped at a step, by the signal that somebody sends it."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from outbound.errors import OutboundError
from outbound.settings import Settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["outbound.operations.restore", "outbound.storage.s3", __name__])


@dataclass
class Stop:
    """Told of each step; sends its own process a signal at the beginning of those named."""

    steps: tuple[str, ...]
    number: int

    def __call__(self, what: str, done: int, total: int) -> None:
        if what in self.steps:
            os.kill(os.getpid(), self.number)


def restore_stopped(settings: Settings, backup: Path, *steps: str, by: int = signal.SIGKILL, **how: Any) -> None:
    """Restores over what is there, and is stopped at the step."""
    status = _run(_restore, settings, backup, Stop(steps, by), how)
    assert status == (-signal.SIGKILL if by == signal.SIGKILL else 130), f"not stopped at {steps}: {status}"


def recover_stopped(settings: Settings, *steps: str) -> None:
    """Recovers, and is killed at the step."""
    assert _run(_recover, settings, Stop(steps, signal.SIGKILL)) == -signal.SIGKILL


def _restore(settings: Settings, backup: Path, stop: Stop, how: dict[str, Any]) -> None:
    from outbound.operations.restore import restore

    _exiting(lambda: restore(settings, backup, NOW, replace=True, progress=stop, **how))


def _recover(settings: Settings, stop: Stop) -> None:
    from outbound.operations.recover import recover

    _exiting(lambda: recover(settings, stop))


def _exiting(work: Callable[[], object]) -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background of a shell ignores it
    try:
        work()
    except KeyboardInterrupt:
        os._exit(130)
    except OutboundError as error:
        print(error.message)
        os._exit(1)
    os._exit(0)


def _run(target: Callable[..., None], *arguments: Any) -> int | None:
    process = _CONTEXT.Process(target=target, args=arguments)
    process.start()
    process.join(600)
    return process.exitcode
