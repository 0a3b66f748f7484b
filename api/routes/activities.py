"""Activities of a lead: its timeline, and logging."""

from __future__ import annotations

import uuid

from fastapi import Response

from api.dependencies import CursorDep, Now, UnitOfWork
from api.paging import Limit, Page, Place, write_cursor
from api.permissions import permits
from api.routes.leads import lead_out
from api.routing import Router
from api.schemas.activities import ActivityIn, ActivityOut, LoggedOut
from outbound.activities import service
from outbound.errors import Invalid
from outbound.identity.permissions import Operation, permitted

router = Router(prefix="/api/leads/{lead_id}/activities", tags=["activities"])


@router.get("", dependencies=[permits(Operation.ACTIVITIES_READ)])
def list_activities(lead_id: uuid.UUID, session: UnitOfWork, cursor: CursorDep, limit: Limit = 50) -> Page[ActivityOut]:
    """A lead's activities, newest first, with those of leads that were merged into it."""
    if cursor is not None and cursor.moment is None:
        raise Invalid("The cursor is none of this list's; start again from the first page.")
    before = (cursor.moment, cursor.id) if cursor and cursor.moment else None
    found = service.timeline(session, lead_id, before=before, limit=limit + 1)
    more = len(found) > limit
    found = found[:limit]
    return Page(
        items=[ActivityOut.of(each) for each in found],
        next_cursor=write_cursor(Place(found[-1].id, found[-1].occurred_at)) if more else None,
    )


@router.post("", status_code=201, dependencies=[permits(Operation.ACTIVITIES_WRITE)])
def log_activity(lead_id: uuid.UUID, body: ActivityIn, session: UnitOfWork, response: Response, now: Now) -> LoggedOut:
    """Stores what happened and moves the lead; the same ``id`` again returns the first result with 200.

    What was captured while the lead was the caller's is kept after it has left them; then ``lead`` is null, as it is
    for a key that may not read leads.
    """
    activity, stands, created = service.log_only(session, lead_id, body.draft(), now)
    if not created:
        response.status_code = 200
    told = stands if permitted(session, Operation.LEADS_READ) else None
    return LoggedOut(activity=ActivityOut.of(activity), lead=lead_out(session, told, now) if told else None)
