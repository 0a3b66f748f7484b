from __future__ import annotations

import uuid

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from api.schemas.common import Latitude, Longitude, LongText, Moment, Utc, Wire
from api.schemas.leads import LeadOut
from outbound.activities.models import Activity
from outbound.activities.service import ActivityDraft
from outbound.vocabulary import ActivityResult, ActivityType


class ActivityIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a1c0-0000-7000-8000-000000000201",
                    "type": "DOOR_KNOCK",
                    "result": "NOT_HOME",
                    "occurred_at": "2026-05-04T15:20:00Z",
                    "lat": 41.5912,
                    "lon": -93.6321,
                }
            ]
        }
    )

    id: uuid.UUID | None = None
    """Made by the phone (UUIDv7): the same id sent again returns the first result."""
    type: ActivityType
    result: ActivityResult | None = None
    occurred_at: Moment
    notes: LongText | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    duration_secs: int | None = Field(default=None, ge=0, le=86_400)
    follow_up_at: Moment | None = None
    client_sent_at: Moment | None = None
    """What the phone's clock said at sending: its error is measured by it."""
    trip_stop_id: uuid.UUID | None = None
    attachments: tuple[uuid.UUID, ...] = Field(default=(), max_length=20)
    """Photos of it, by the ids they have or will have: they may be sent before or after."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> ActivityIn:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon go together: give both or neither")
        return self

    def draft(self) -> ActivityDraft:
        return ActivityDraft(**self.model_dump())


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
