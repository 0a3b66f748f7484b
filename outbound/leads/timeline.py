"""All that happened with a lead, in one order: activities, stages and owners, messages, tasks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import Session, defer

from outbound.activities.models import Activity
from outbound.identity.permissions import Operation, permitted
from outbound.leads.models import LeadStageChange
from outbound.leads.service import get, with_merged
from outbound.messaging.models import Message
from outbound.storage.context import context_of
from outbound.tasks.models import Task
from outbound.vocabulary import Role, TimelineKind

_SOURCES: dict[TimelineKind, tuple[Any, Any]] = {
    TimelineKind.ACTIVITY: (Activity, Activity.occurred_at),
    TimelineKind.STAGE_CHANGE: (LeadStageChange, LeadStageChange.occurred_at),
    TimelineKind.MESSAGE: (Message, func.coalesce(Message.sent_at, Message.scheduled_for, Message.created_at)),
    TimelineKind.TASK: (Task, func.coalesce(Task.completed_at, Task.created_at)),
}

_READS = {
    TimelineKind.ACTIVITY: Operation.ACTIVITIES_READ,
    TimelineKind.STAGE_CHANGE: Operation.LEADS_READ,
    TimelineKind.MESSAGE: Operation.MESSAGES_READ,
    TimelineKind.TASK: Operation.TASKS_READ,
}


@dataclass(frozen=True)
class Entry:
    """One thing that happened, and when."""

    kind: TimelineKind
    at: datetime
    row: Any


def timeline(
    session: Session,
    lead_id: uuid.UUID,
    *,
    kinds: frozenset[TimelineKind] = frozenset(TimelineKind),
    before: tuple[datetime, uuid.UUID] | None,
    limit: int,
) -> list[Entry]:
    """The newest entries before a place in the list, of the lead and of all that were merged into it.

    Raises :class:`NotFound` for a lead out of reach. Operations read activities alone, and a
    key those kinds whose own lists it may read.
    """
    lead = get(session, lead_id)
    ids = with_merged(session, lead.id)
    entries: list[Entry] = []
    for kind, (model, moment) in _SOURCES.items():
        if kind not in kinds or not permitted(session, _READS[kind]):
            continue
        if context_of(session).role is Role.OPS and kind is not TimelineKind.ACTIVITY:
            continue
        query = select(model, moment).where(model.org_id == lead.org_id, model.lead_id.in_(ids))
        if before is not None:
            query = query.where(tuple_(moment, model.id) < tuple_(*before))
        if model is Activity and not context_of(session).may_see_positions:
            query = query.options(defer(Activity.position), defer(Activity.cell))
        rows = session.execute(query.order_by(moment.desc(), model.id.desc()).limit(limit))
        entries += [Entry(kind, cast(datetime, at), row) for row, at in rows]
    entries.sort(key=lambda entry: (entry.at, entry.row.id), reverse=True)
    return entries[:limit]
