"""What became of the last run, for each organisation: what its dashboards say beside the figures they go on showing.

In ``OUTBOUND_HOME/published/<organisation>/outcome.json``, or in ``warehouse.outcomes`` where the marts are on
PostgreSQL. While a run goes on it holds ``OUTBOUND_HOME/warehouse/.run`` locked: one that is left behind unlocked was
killed.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from outbound.settings import Settings
from outbound.storage.home import private_folder
from outbound.vocabulary import FiguresState

_ATTEMPTS = 3
_BETWEEN_SECONDS = 0.02

_TROUBLE = frozenset({FiguresState.HELD_BACK, FiguresState.FAILED})


@dataclass(frozen=True)
class Outcome:
    """``at``: when the run ended. ``since``: when the first of the runs ended that came to the same state one after
    the other. ``tests``: the ones that failed. ``reason``: a sentence; empty where the figures were published."""

    state: FiguresState
    at: datetime
    since: datetime
    reason: str = ""
    tests: tuple[str, ...] = ()

    @property
    def is_trouble(self) -> bool:
        return self.state in _TROUBLE

    def after(self, before: Outcome | None) -> Outcome:
        """This outcome, in trouble since the one before if that was the same."""
        if before is None or (before.state, before.tests) != (self.state, self.tests):
            return self
        return replace(self, since=before.since)


def published(at: datetime) -> Outcome:
    """All tests passed."""
    return Outcome(FiguresState.PUBLISHED, at, at)


def held_back(at: datetime, tests: Sequence[str]) -> Outcome:
    """The organisation's own rows failed tests."""
    return Outcome(
        FiguresState.HELD_BACK,
        at,
        at,
        f"The newest figures did not pass {len(tests)} of their tests ({', '.join(sorted(tests))}),"
        " so the last good ones stay.",
        tuple(sorted(tests)),
    )


def failed(at: datetime, reason: str) -> Outcome:
    """Nothing could be built, for a reason that has nothing to do with the organisation."""
    return Outcome(FiguresState.FAILED, at, at, reason)


def read_outcome(folder: Path) -> Outcome | None:
    """What an organisation's published folder says; none: no run has ended yet."""
    try:
        return parse_outcome(json.loads((folder / "outcome.json").read_text()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def parse_outcome(plain: dict[str, Any]) -> Outcome:
    """Raises :class:`ValueError` or :class:`KeyError` for what was not written by :func:`write_outcome`."""
    return Outcome(
        state=FiguresState(plain["state"]),
        at=datetime.fromisoformat(plain["at"]),
        since=datetime.fromisoformat(plain["since"]),
        reason=plain["reason"],
        tests=tuple(plain["tests"]),
    )


def plain_outcome(outcome: Outcome) -> dict[str, Any]:
    """As JSON holds it."""
    return {**asdict(outcome), "at": outcome.at.isoformat(), "since": outcome.since.isoformat()}


def write_outcome(folder: Path, outcome: Outcome) -> None:
    """Replaces what the folder says, in one step."""
    private_folder(folder)
    partial = folder / f"outcome.{os.getpid()}.partial"
    partial.write_text(json.dumps(plain_outcome(outcome)))
    partial.replace(folder / "outcome.json")


@contextmanager
def run_marked(settings: Settings) -> Iterator[None]:
    """Held while a run goes on, so that one that is killed is known. One beside another marks nothing."""
    private_folder(settings.warehouse_dir)
    with _mark(settings).open("a+") as file:
        if not _taken(file):
            yield
            return
        file.truncate(0)
        file.write(datetime.now(UTC).isoformat())
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def interrupted_since(settings: Settings) -> datetime | None:
    """When the run began that was killed and has had no successor; none: none was."""
    try:
        with _mark(settings).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return datetime.fromisoformat(file.read())
    except (OSError, ValueError):
        return None


def interrupted(since: datetime) -> Outcome:
    """A run that was killed; nothing of it was published."""
    return Outcome(
        FiguresState.FAILED,
        since,
        since,
        f"The run that began at {since:%Y-%m-%d %H:%M} UTC was killed; the next one begins where it began.",
    )


def organisation_folders(settings: Settings) -> list[uuid.UUID]:
    """Organisations that have a published folder: all that is known while no database answers."""
    found: list[uuid.UUID] = []
    for folder in settings.published_dir.iterdir() if settings.published_dir.is_dir() else ():
        try:
            found.append(uuid.UUID(folder.name))
        except ValueError:
            continue
    return found


def _taken(file: TextIO) -> bool:
    for _ in range(_ATTEMPTS):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_BETWEEN_SECONDS)  # somebody may just be looking
        else:
            return True
    return False


def _mark(settings: Settings) -> Path:
    return settings.warehouse_dir / ".run"
