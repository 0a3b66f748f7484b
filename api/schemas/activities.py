from __future__ import annotations

import uuid

from pydantic import BaseModel, field_validator

from api.schemas.common import Utc
from api.schemas.leads import LeadOut
from outbound.activities.models import Activity
from outbound.vocabulary import ActivityResult, ActivityType


class ActivityOut(BaseModel):
    id: uuid.UUID
    lead_id: uuid.UUID
    user_id: uuid.UUID | None
    type: ActivityType
    channel: str | None
    result: ActivityResult | None
    occurred_at: Utc
    received_at: Utc
    notes: str | None
    duration_secs: int | None
    follow_up_at: Utc | None
    clock_suspect: bool
    undone_at: Utc | None
    """When its author took it back; it then counts for nothing."""
    attachments: list[uuid.UUID] = []

    @field_validator("attachments", mode="before")
    @classmethod
    def _none_named(cls, value: object) -> object:
        return [] if value is None else value

    @classmethod
    def of(cls, activity: Activity) -> ActivityOut:
        return cls.model_validate(activity, from_attributes=True)


class LoggedOut(BaseModel):
    """The stored activity and what it made of its lead."""

    activity: ActivityOut
    lead: LeadOut | None
    """None, where the lead has left the caller's reach since, or a key may not read leads."""
