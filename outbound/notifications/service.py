"""Telling people inside the program, and what they have read of it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.ids import uuid7
from outbound.notifications.models import Notification
from outbound.storage.context import context_of
from outbound.vocabulary import NotificationKind


def notify(
    session: Session,
    user_id: uuid.UUID | None,
    kind: NotificationKind,
    *,
    lead_id: uuid.UUID | None = None,
    task_id: uuid.UUID | None = None,
    territory_id: uuid.UUID | None = None,
    payload: dict[str, Any] | None = None,
) -> None:
    """Leaves a note for a member, in the transaction of what it tells of; nobody is told of their own acts.

    ``payload`` holds ids and counts, no personal value.
    """
    context = context_of(session)
    if user_id is None or user_id == context.user_id:
        return
    # A plain insert: who leaves a note may not read it.
    session.execute(
        insert(Notification).values(
            org_id=context.org_id,
            id=uuid7(),
            user_id=user_id,
            kind=kind,
            lead_id=lead_id,
            task_id=task_id,
            territory_id=territory_id,
            caused_by=context.user_id,
            payload=payload,
        )
    )


def mine(
    session: Session, *, unread_only: bool, after: tuple[uuid.UUID, bool] | None, limit: int
) -> list[Notification]:
    """The caller's notes: unread before read, each newest first.

    ``after`` is the last one of the page before, and whether it was listed among the read.
    """
    found: list[Notification] = []
    among_read = after is not None and after[1]
    if not among_read:
        found = _section(session, read=False, after=after[0] if after else None, limit=limit)
    if len(found) < limit and not unread_only:
        last_read = after[0] if after and among_read else None
        found += _section(session, read=True, after=last_read, limit=limit - len(found))
    return found


def unread_count(session: Session) -> int:
    """How many of the caller's notes are unread."""
    context = context_of(session)
    return session.execute(
        select(func.count()).where(
            Notification.org_id == context.org_id,
            Notification.user_id == context.user_id,
            Notification.read_at.is_(None),
        )
    ).scalar_one()


def mark_read(session: Session, ids: Sequence[uuid.UUID] | None, now: datetime) -> int:
    """Marks notes of the caller as read, or all of them; returns how many were unread. Foreign ids are passed over."""
    context = context_of(session)
    wanted = [
        Notification.org_id == context.org_id,
        Notification.user_id == context.user_id,
        Notification.read_at.is_(None),
    ]
    if ids is not None:
        wanted.append(Notification.id.in_(ids))
    locked = list(session.scalars(select(Notification.id).where(*wanted).order_by(Notification.id).with_for_update()))
    if locked:
        session.execute(
            update(Notification)
            .where(Notification.org_id == context.org_id, Notification.id.in_(locked))
            .values(read_at=now)
            .execution_options(synchronize_session=False)
        )
    assert context.user_id is not None
    record(session, "notifications", context.user_id, "read", after={"count": len(locked)})
    return len(locked)


def _section(session: Session, *, read: bool, after: uuid.UUID | None, limit: int) -> list[Notification]:
    context = context_of(session)
    query = (
        select(Notification)
        .where(
            Notification.org_id == context.org_id,
            Notification.user_id == context.user_id,
            Notification.read_at.is_not(None) if read else Notification.read_at.is_(None),
        )
        .order_by(Notification.id.desc())
    )
    if after is not None:
        query = query.where(Notification.id < after)
    return list(session.scalars(query.limit(limit)))
