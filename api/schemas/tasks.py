from __future__ import annotations

import uuid
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from api.schemas.common import LongText, Moment, Name, Utc, Wire
from outbound.tasks.listing import TaskRow
from outbound.tasks.rules import is_overdue
from outbound.tasks.service import Completion, TaskDraft
from outbound.vocabulary import TaskState


class TaskIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a1c0-0000-7000-8000-000000000001",
                    "lead_id": "0197a1c0-0000-7000-8000-000000000002",
                    "title": "Call back about the hedge",
                    "due_at": "2026-05-04T15:00:00Z",
                }
            ]
        }
    )

    id: uuid.UUID | None = None
    """Made by the phone (UUIDv7): the same request again returns the first result."""
    lead_id: uuid.UUID
    title: Name
    due_at: Moment | None = None
    assignee_id: uuid.UUID | None = None
    """Left out: the caller."""

    def draft(self) -> TaskDraft:
        return TaskDraft(**self.model_dump())


class TaskPatch(Wire):
    """What is left out stays; ``due_at`` may be null."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"due_at": "2026-05-05T15:00:00Z"}]})

    title: Name | None = None
    due_at: Moment | None = None
    assignee_id: uuid.UUID | None = None

    @field_validator("title", "assignee_id")
    @classmethod
    def _stays(cls, value: Any) -> Any:
        if value is None:
            raise ValueError("cannot be null; leave it out to keep what it is")
        return value

    def changes(self) -> dict[str, Any]:
        return self.model_dump(exclude_unset=True)


class CompletionIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a1c0-0000-7000-8000-000000000003",
                    "occurred_at": "2026-05-04T15:20:00Z",
                    "notes": "Wants a quote on Friday",
                }
            ]
        }
    )

    id: uuid.UUID | None = None
    """Made by the phone (UUIDv7): the id of the TASK activity that records it."""
    occurred_at: Moment | None = None
    client_sent_at: Moment | None = None
    """What the phone's clock said at sending: its error is measured by it."""
    notes: LongText | None = None
    duration_secs: Annotated[int, Field(ge=0, le=86_400)] | None = None

    def how(self) -> Completion:
        return Completion(activity_id=self.id, **self.model_dump(exclude={"id"}))


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
