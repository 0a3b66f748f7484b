"""What time it was, by a phone's clock and by ours, of which either may be wrong."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.activities.rules import Occurrence, is_ahead, occurrence

_LATEST = "latest_stamp"


def happened(session: Session, claimed: datetime, client_sent_at: datetime | None, now: datetime) -> Occurrence:
    """When something happened that a phone tells of, received now."""
    return occurrence(claimed, client_sent_at, now, latest_where_ahead(session, claimed, client_sent_at, now))


def latest_where_ahead(
    session: Session, claimed: datetime, client_sent_at: datetime | None, now: datetime
) -> datetime | None:
    """The latest time that we have written down, asked only where a phone is ahead of us: one of both is wrong."""
    if not is_ahead(claimed, client_sent_at, now):
        return None
    if _LATEST not in session.info:
        session.info[_LATEST] = session.scalar(text("select outbound.latest_stamp()"))
    return session.info[_LATEST]
