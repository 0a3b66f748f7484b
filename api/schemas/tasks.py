from __future__ import annotations

import uuid
from datetime import datetime

from pydantic import BaseModel

from api.schemas.common import Utc
from outbound.tasks.listing import TaskRow
from outbound.tasks.rules import is_overdue
from outbound.vocabulary import TaskState


class TaskOut(BaseModel):
    id: uuid.UUID
    lead_id: uuid.UUID
    assignee_id: uuid.UUID | None
    assignee_name: str | None
    title: str
    due_at: Utc | None
    state: TaskState
    overdue: bool
    completed_at: Utc | None
    activity_id: uuid.UUID | None
    version: int
    created_at: Utc

    @classmethod
    def of(cls, row: TaskRow, now: datetime) -> TaskOut:
        task = row.task
        return cls(
            id=task.id,
            lead_id=task.lead_id,
            assignee_id=task.assignee_id,
            assignee_name=row.assignee_name,
            title=task.title,
            due_at=task.due_at,
            state=task.state,
            overdue=is_overdue(task.state, task.due_at, now),
            completed_at=task.completed_at,
            activity_id=task.activity_id,
            version=task.version,
            created_at=task.created_at,
        )
