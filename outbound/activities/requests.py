"""What clients say of what happened."""

from __future__ import annotations

import uuid
from typing import Self

from pydantic import ConfigDict, Field, model_validator

from outbound.activities.drafts import ActivityDraft
from outbound.vocabulary import ActivityResult, ActivityType
from outbound.wire import Latitude, Longitude, LongText, Moment, Seconds, Wire


class ActivityFields(Wire):
    """What happened, apart from its id and its times."""

    type: ActivityType
    result: ActivityResult | None = None
    notes: LongText | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    duration_secs: Seconds | None = None
    follow_up_at: Moment | None = None
    trip_stop_id: uuid.UUID | None = None
    attachments: tuple[uuid.UUID, ...] = Field(default=(), max_length=20)
    """Photos of it, by the ids they have or will have: they may be sent before or after."""

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon go together: give both or neither")
        return self


class ActivityIn(ActivityFields):
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
    occurred_at: Moment
    client_sent_at: Moment | None = None
    """What the phone's clock said at sending: its error is measured by it."""

    def draft(self) -> ActivityDraft:
        return ActivityDraft(**self.model_dump())
