"""What happened at the door, and what was a slip of the finger."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from outbound.activities import service
from outbound.activities.drafts import ActivityDraft
from outbound.activities.requests import ActivityFields
from outbound.activities.undo import undo
from outbound.identity.permissions import Operation as Permission
from outbound.sync.operations import Arrival, Done, Handler, Operation, named
from outbound.wire import Wire


class ActivityOfLead(ActivityFields):
    lead_id: uuid.UUID


class ActivityUndone(Wire):
    activity_id: uuid.UUID


def activity_of(operation: Operation[ActivityOfLead], now: datetime) -> ActivityDraft:
    """The activity with the phone's clock set against ours as of its first arrival, however long it waited."""
    fields = operation.data.model_dump(exclude={"lead_id"})
    return ActivityDraft(
        id=operation.id, occurred_at=operation.occurred_at, client_sent_at=operation.sent_as_of(now), **fields
    )


def _log(session: Session, operation: Operation[ActivityOfLead], arrival: Arrival) -> Done:
    lead_id = operation.data.lead_id
    created = service.log(session, lead_id, activity_of(operation, arrival.now), arrival.now)[2]
    return Done(created, (("lead", lead_id),))


def _undo(session: Session, operation: Operation[ActivityUndone], arrival: Arrival) -> Done:
    activity, undone = undo(session, operation.data.activity_id, operation.moment, arrival.now)
    return Done(undone, (("lead", activity.lead_id),))


HANDLERS = (
    Handler(
        "activity", ActivityOfLead, Permission.ACTIVITIES_WRITE, _log, named("lead", "trip_stop"), makes="activity"
    ),
    Handler("activity.undo", ActivityUndone, Permission.ACTIVITIES_WRITE, _undo, named("activity")),
)
