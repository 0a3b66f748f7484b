"""An activity as it was captured."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from outbound.vocabulary import ActivityResult, ActivityType


@dataclass(frozen=True)
class ActivityDraft:
    """What a rep captured. Times by the phone's clock; position in WGS 84 degrees."""

    id: uuid.UUID | None
    type: ActivityType
    occurred_at: datetime
    result: ActivityResult | None = None
    notes: str | None = None
    lat: float | None = None
    lon: float | None = None
    duration_secs: int | None = None
    follow_up_at: datetime | None = None
    client_sent_at: datetime | None = None
    trip_stop_id: uuid.UUID | None = None
    attachments: tuple[uuid.UUID, ...] = ()
    """Photos and files of it, whether they have arrived already or not."""


def channel_of(type_: str) -> str | None:
    """How the lead was reached; none for what reaches nobody."""
    return _CHANNELS.get(type_)


_CHANNELS: dict[str, str] = {
    ActivityType.DOOR_KNOCK: "door",
    ActivityType.CALL: "phone",
    ActivityType.SMS: "sms",
    ActivityType.EMAIL: "email",
}
