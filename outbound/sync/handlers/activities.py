"""What happened at the door, and what was a slip of the finger."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from outbound.activities import service
from outbound.activities.drafts import ActivityDraft
from outbound.activities.undo import undo
from outbound.identity.permissions import Operation as Permission
from outbound.sync.operations import Arrival, Done, Handler, Need, Operation


@dataclass(frozen=True)
class Logged:
    """An activity of a lead."""

    lead_id: uuid.UUID
    activity: ActivityDraft


@dataclass(frozen=True)
class Undone:
    """An activity taken back."""

    activity_id: uuid.UUID


def activity_of(operation: Operation, now: datetime) -> ActivityDraft:
    """The activity with the phone's clock set against ours as of its first arrival, however long it waited."""
    logged: Logged = operation.draft
    sent_at = operation.sent_as_of(now)
    return replace(logged.activity, id=operation.id, occurred_at=operation.occurred_at, client_sent_at=sent_at)


def _log(session: Session, operation: Operation, arrival: Arrival) -> Done:
    logged: Logged = operation.draft
    created = service.log(session, logged.lead_id, activity_of(operation, arrival.now), arrival.now)[2]
    return Done(created, (("lead", logged.lead_id),))


def _log_needs(draft: Logged) -> list[Need]:
    stop = draft.activity.trip_stop_id
    return [("lead", draft.lead_id), *([("trip_stop", stop)] if stop else [])]


def _undo(session: Session, operation: Operation, arrival: Arrival) -> Done:
    activity, undone = undo(session, operation.draft.activity_id, operation.moment, arrival.now)
    return Done(undone, (("lead", activity.lead_id),))


HANDLERS = (
    Handler("activity", Logged, Permission.ACTIVITIES_WRITE, _log, _log_needs, makes="activity"),
    Handler(
        "activity.undo", Undone, Permission.ACTIVITIES_WRITE, _undo, lambda draft: [("activity", draft.activity_id)]
    ),
)
