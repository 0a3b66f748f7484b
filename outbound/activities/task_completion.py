"""Doing a task is an activity of its lead: both are written in one transaction."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from outbound.activities import service as activities
from outbound.activities.service import ActivityDraft
from outbound.storage.versions import begin_edit
from outbound.tasks.models import Task
from outbound.tasks.service import Completion, audited, locked, record_state
from outbound.vocabulary import ActivityType, TaskState


def complete(
    session: Session, task_id: uuid.UUID, how: Completion, now: datetime, *, expected: int | None = None
) -> tuple[Task, bool]:
    """Marks a task as done and logs a TASK activity on its lead; false where it was done already, which stands.

    Raises :class:`NotFound`, :class:`Forbidden`, :class:`Conflict` for an activity id used otherwise.
    """
    lead, task = locked(session, task_id)
    if task.state == TaskState.DONE:
        return task, False
    begin_edit(task, expected)
    before = audited(task)
    activity, _, _ = activities.log(
        session,
        lead.id,
        ActivityDraft(
            id=how.activity_id,
            type=ActivityType.TASK,
            occurred_at=how.occurred_at or now,
            notes=how.notes,
            duration_secs=how.duration_secs,
            client_sent_at=how.client_sent_at,
        ),
        now,
    )
    task.state, task.completed_at, task.activity_id = TaskState.DONE, activity.occurred_at, activity.id
    session.flush()
    record_state(session, task, "completed", before)
    return task, True
