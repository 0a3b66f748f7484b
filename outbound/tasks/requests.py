"""What clients say of tasks."""

from __future__ import annotations

import uuid

from pydantic import ConfigDict

from outbound.tasks.service import Completion, TaskDraft
from outbound.wire import LongText, Moment, Name, Patch, Seconds, Wire


class TaskFields(Wire):
    """A task, apart from its id."""

    lead_id: uuid.UUID
    title: Name
    due_at: Moment | None = None
    assignee_id: uuid.UUID | None = None
    """Left out: the caller."""


class TaskIn(TaskFields):
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

    def draft(self) -> TaskDraft:
        return TaskDraft(**self.model_dump())


class TaskPatch(Patch):
    """What is left out stays; ``due_at`` may be null."""

    never_null = frozenset({"title", "assignee_id"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"due_at": "2026-05-05T15:00:00Z"}]})

    title: Name | None = None
    due_at: Moment | None = None
    assignee_id: uuid.UUID | None = None


class CompletionFields(Wire):
    """How a task was done, apart from when."""

    notes: LongText | None = None
    duration_secs: Seconds | None = None


class CompletionIn(CompletionFields):
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

    def how(self) -> Completion:
        return Completion(activity_id=self.id, **self.model_dump(exclude={"id"}))
