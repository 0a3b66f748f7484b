"""What the caller should know."""

from __future__ import annotations

from datetime import UTC, datetime

from api.dependencies import Now, UnitOfWork
from api.paging import Paging, Place
from api.permissions import permits
from api.routing import Router
from api.schemas.notifications import NotificationOut, NotificationsOut, ReadIn, ReadOut
from outbound.identity.permissions import Operation
from outbound.notifications import service

router = Router(prefix="/api/notifications", tags=["notifications"])
_mine = [permits(Operation.NOTIFICATIONS_READ)]
_AMONG_READ = datetime(2000, 1, 1, tzinfo=UTC)
"""In a cursor: the page ended among the notes that were read."""


@router.get("", dependencies=_mine)
def list_notifications(session: UnitOfWork, paging: Paging, unread: bool = False) -> NotificationsOut:
    """The caller's own notes: unread first, each part newest first."""
    cursor = paging.cursor
    after = (cursor.id, cursor.moment is not None) if cursor else None
    found = service.mine(session, unread_only=unread, after=after, limit=paging.fetched)
    rows, last = paging.cut(found, lambda each: Place(each.id, _AMONG_READ if each.read_at else None))
    return NotificationsOut(
        items=[NotificationOut.of(each) for each in rows],
        next_cursor=last,
        unread=service.unread_count(session),
    )


@router.post("/read", dependencies=_mine)
def mark_read(body: ReadIn, session: UnitOfWork, now: Now) -> ReadOut:
    """Marks notes of the caller as read; ids of others are passed over."""
    marked = service.mark_read(session, None if body.all else body.ids, now)
    return ReadOut(marked=marked, unread=service.unread_count(session))
