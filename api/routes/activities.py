"""Activities of a lead: its timeline, and logging."""

from __future__ import annotations

import uuid

from fastapi import Response

from api.dependencies import Now, UnitOfWork
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routes.leads import lead_out
from api.routing import Router
from api.schemas.activities import ActivityOut, LoggedOut
from outbound.activities import service
from outbound.activities.requests import ActivityIn
from outbound.identity.permissions import Operation, permitted

router = Router(prefix="/api/leads/{lead_id}/activities", tags=["activities"])


@router.get("", dependencies=[permits(Operation.ACTIVITIES_READ)])
def list_activities(lead_id: uuid.UUID, session: UnitOfWork, paging: Paging) -> Page[ActivityOut]:
    """A lead's activities, newest first, with those of leads that were merged into it."""
    found = service.timeline(session, lead_id, before=paging.after_moment, limit=paging.fetched)
    return paging.page(found, ActivityOut.of, lambda each: Place(each.id, each.occurred_at))


@router.post("", status_code=201, dependencies=[permits(Operation.ACTIVITIES_WRITE)])
def log_activity(lead_id: uuid.UUID, body: ActivityIn, session: UnitOfWork, response: Response, now: Now) -> LoggedOut:
    """Stores what happened and moves the lead; the same ``id`` again returns the first result with 200.

    What was captured while the lead was the caller's is kept after it has left them; then ``lead`` is null, as it is
    for a key that may not read leads.
    """
    activity, stands, created = service.log_only(session, lead_id, body.draft(), now)
    told_made(response, created)
    told = stands if permitted(session, Operation.LEADS_READ) else None
    return LoggedOut(activity=ActivityOut.of(activity), lead=lead_out(session, told, now) if told else None)
