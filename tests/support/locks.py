"""Waiting until somebody waits for a row that another transaction holds."""

from __future__ import annotations

import time
from concurrent.futures import Future
from typing import Any

from sqlalchemy import text

from outbound.storage.database import Database

_LONGEST = 60.0


def waits_for_a_lock(database: Database) -> bool:
    # Each time in a transaction of its own, which sees the others as they are then.
    with database.admin_engine.connect() as connection:
        return bool(
            connection.scalar(
                text(
                    "select exists (select from pg_stat_activity"
                    " where datname = current_database() and wait_event_type = 'Lock')"
                )
            )
        )


def wait_for_a_lock(database: Database, work: Future[Any]) -> None:
    """Returns once ``work`` waits for a lock; fails where it ends without having met one."""
    until = time.monotonic() + _LONGEST
    while not waits_for_a_lock(database):
        assert not work.done(), work.exception() or "it met no lock"
        assert time.monotonic() < until, "it waits for no lock"
        time.sleep(0.05)
