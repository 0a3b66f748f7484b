"""How far an import is: told to whoever runs it, and stored where the API reads it."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from outbound.errors import OutboundError
from outbound.storage.database import Database

EVERY_SECONDS = 0.5


@dataclass(frozen=True)
class Progress:
    """How far a phase is: ``share`` 0 to 1, none where it cannot be told."""

    phase: str
    rows: int
    share: float | None = None


Reporter = Callable[[Progress], None]


class Recorder:
    """Progress of one phase, stored by a transaction of its own while the phase's is open."""

    def __init__(
        self, database: Database, org_id: uuid.UUID, import_id: uuid.UUID, phase: str, reporter: Reporter
    ) -> None:
        self._database = database
        self._key = {"org": org_id, "import": import_id}
        self._phase = phase
        self._reporter = reporter
        self._began, self._began_at = time.monotonic(), datetime.now(UTC)
        self._stored = float("-inf")

    def __call__(
        self, rows: int, total: int | None = None, share: float | None = None, *, at_once: bool = False
    ) -> None:
        """Rows that are done, of how many, or which share of the whole. Never fails: the work goes before its
        telling."""
        if share is None and total:
            share = min(1.0, rows / total)
        self._reporter(Progress(self._phase, rows, share))
        now = time.monotonic()
        if not at_once and now - self._stored < EVERY_SECONDS:
            return
        self._stored = now
        taken = now - self._began
        rate = rows / taken if taken > 0 and rows else None
        left = taken * (1 - share) / share if share else None
        try:
            with self._database.as_job(self._key["org"], source="import") as session:
                session.execute(
                    text(_STORE),
                    self._key
                    | {
                        "phase": self._phase,
                        "rows": rows,
                        "total": total,
                        "share": share,
                        "rate": rate,
                        "left": left,
                        "began": self._began_at,
                    },
                )
        except (SQLAlchemyError, OutboundError):
            return


_STORE = """
insert into outbound.import_progress
    (org_id, import_id, phase, rows, total, share, rate, seconds_left, began_at)
values (:org, :import, :phase, :rows, :total, :share, :rate, :left, :began)
on conflict (org_id, import_id) do update set
    phase = excluded.phase, rows = excluded.rows, total = excluded.total, share = excluded.share,
    rate = excluded.rate, seconds_left = excluded.seconds_left, began_at = excluded.began_at, updated_at = now()
"""
