"""What phones left behind: operations whose lead has come since, and memories that nobody asks for any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outbound.errors import Forbidden
from outbound.storage.context import context_of
from outbound.storage.database import Database
from outbound.sync import service
from outbound.sync.models import Departure, Remembered, SyncOperation
from outbound.sync.operations import Arrival

KEPT = timedelta(days=90)
"""Longer than a cursor lives, and than an operation waits."""


@dataclass(frozen=True)
class Swept:
    settled: int
    """Operations that had waited, and applied or came to another end."""
    forgotten: int


def sweep(database: Database, arrival: Arrival) -> Swept:
    """Applies, by their authors' rights, what need wait no longer, and forgets what is old."""
    settled = forgotten = 0
    for organisation in database.organisations():
        with database.as_job(organisation.id) as session:
            authors = session.scalars(
                select(SyncOperation.user_id).where(SyncOperation.status == Remembered.DEFERRED).distinct()
            ).all()
            forgotten += _forget(session, arrival.now)
        for author in authors:
            try:
                with database.as_member(organisation.id, author, source="job") as session:
                    settled += len(service.apply(session, [], arrival).settled)
            except Forbidden:
                continue  # no member any more: it waits until it expires
    return Swept(settled, forgotten)


def _forget(session: Session, now: datetime) -> int:
    org_id, before = context_of(session).org_id, now - KEPT
    old = session.execute(
        delete(SyncOperation).where(SyncOperation.org_id == org_id, SyncOperation.created_at < before)
    )
    gone = session.execute(delete(Departure).where(Departure.org_id == org_id, Departure.created_at < before))
    return old.rowcount + gone.rowcount  # type: ignore[attr-defined]
