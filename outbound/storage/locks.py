"""Locks by name, held to the end of the transaction: for what is not yet a row that could be locked."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.storage.context import context_of


def serialise(session: Session, *name: object) -> None:
    """Waits until no other transaction of the organisation holds this name; who waited sees what the other wrote."""
    session.execute(
        text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": "|".join(str(part) for part in (context_of(session).org_id, *name))},
    )
