from __future__ import annotations

import uuid
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.paging import Page
from api.schemas.common import Utc
from outbound.notifications.models import Notification
from outbound.vocabulary import NotificationKind
from outbound.wire import Wire


class NotificationOut(BaseModel):
    id: uuid.UUID
    kind: NotificationKind
    lead_id: uuid.UUID | None
    task_id: uuid.UUID | None
    territory_id: uuid.UUID | None
    caused_by: uuid.UUID | None
    payload: dict[str, Any] | None
    created_at: Utc
    read_at: Utc | None

    @classmethod
    def of(cls, notification: Notification) -> NotificationOut:
        return cls.model_validate(notification, from_attributes=True)


class NotificationsOut(Page[NotificationOut]):
    unread: int


class ReadIn(Wire):
    """Which notes were read: ``ids``, or ``all``."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"ids": ["0197a1c0-0000-7000-8000-000000000001"]}]})

    ids: Annotated[list[uuid.UUID], Field(min_length=1, max_length=500)] | None = None
    all: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> ReadIn:
        if (self.ids is None) != self.all:
            raise ValueError("give either ids, or all: true")
        return self


class ReadOut(BaseModel):
    marked: int
    unread: int
