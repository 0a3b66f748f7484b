from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.schemas.activities import ActivityOut
from api.schemas.common import Utc
from api.schemas.leads import LeadOut
from outbound.leads.models import LeadStageChange
from outbound.leads.timeline import Entry
from outbound.messaging.models import Message
from outbound.tasks.models import Task
from outbound.vocabulary import (
    MessageChannel,
    MessageDirection,
    MessageStatus,
    Stage,
    TaskState,
    TimelineKind,
)
from outbound.wire import Wire

_OTHER = "0197a1c0-0000-7000-8000-000000000102"


class StageChangeOut(BaseModel):
    """A move between stages, or of owner or territory alone."""

    id: uuid.UUID
    lead_id: uuid.UUID
    from_stage: Stage | None
    to_stage: Stage
    user_id: uuid.UUID | None
    owner_id: uuid.UUID | None
    territory_id: uuid.UUID | None
    activity_id: uuid.UUID | None
    undone_at: Utc | None


class TimelineMessageOut(BaseModel):
    id: uuid.UUID
    lead_id: uuid.UUID
    channel: MessageChannel
    direction: MessageDirection
    status: MessageStatus
    reason: str | None
    sent_at: Utc | None
    delivered_at: Utc | None


class TimelineTaskOut(BaseModel):
    id: uuid.UUID
    lead_id: uuid.UUID
    title: str
    state: TaskState
    assignee_id: uuid.UUID | None
    due_at: Utc | None
    completed_at: Utc | None


class EntryOut(BaseModel):
    """One thing that happened; of the four, the one that ``kind`` names is filled."""

    kind: TimelineKind
    at: Utc
    activity: ActivityOut | None = None
    stage_change: StageChangeOut | None = None
    message: TimelineMessageOut | None = None
    task: TimelineTaskOut | None = None

    @classmethod
    def of(cls, entry: Entry) -> EntryOut:
        made = cls(kind=entry.kind, at=entry.at)
        match entry.row:
            case LeadStageChange():
                made.stage_change = StageChangeOut.model_validate(entry.row, from_attributes=True)
            case Message():
                made.message = TimelineMessageOut.model_validate(entry.row, from_attributes=True)
            case Task():
                made.task = TimelineTaskOut.model_validate(entry.row, from_attributes=True)
            case _:
                made.activity = ActivityOut.of(entry.row)
        return made


Kinds = Annotated[list[TimelineKind], Field(max_length=len(TimelineKind))]


class MergeIn(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [{"from_id": _OTHER}]})

    from_id: uuid.UUID
    """The lead that is put away behind the other."""


class UnmergeIn(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [{"merged_id": _OTHER}]})

    merged_id: uuid.UUID | None = None
    """Which of the merged leads; the last one, where it is left out."""


class UnmergedOut(BaseModel):
    survivor: LeadOut
    parted: LeadOut


class TagOut(BaseModel):
    tag: str
    leads: int
