from __future__ import annotations

import uuid
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.schemas.common import Utc
from api.schemas.lead_queries import LeadQuery
from outbound.segments.models import Segment
from outbound.segments.service import SegmentDraft
from outbound.wire import Name, Patch, Wire

_FILTER: dict[str, Any] = {"stage": ["COLD", "CONTACTED"], "owner_id": "me", "sla": "overdue"}


class SegmentIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"id": "0197a1c0-0000-7000-8000-000000000301", "name": "Neglected", "filter": _FILTER, "shared": False}
            ]
        }
    )

    id: uuid.UUID | None = None
    """Made by the client (UUIDv7): the same request again returns the first result."""
    name: Name
    filter: LeadQuery
    shared: bool = False

    def draft(self) -> SegmentDraft:
        return SegmentDraft(self.id, self.name, self.filter.given(), self.shared)


class SegmentPatch(Patch):
    """What is left out stays as it is."""

    never_null = frozenset({"name", "filter", "shared"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Neglected for long", "filter": _FILTER}]})

    name: Name | None = None
    filter: LeadQuery | None = None
    shared: bool | None = None

    def changes(self) -> dict[str, Any]:
        changes = {name: getattr(self, name) for name in self.model_fields_set}
        if self.filter is not None:
            changes["filter"] = self.filter.given()
        return changes


class SegmentOut(BaseModel):
    id: uuid.UUID
    name: str
    filter: dict[str, Any]
    shared: bool
    owner_id: uuid.UUID
    version: int
    created_at: Utc
    updated_at: Utc

    @classmethod
    def of(cls, segment: Segment) -> SegmentOut:
        return cls.model_validate(segment, from_attributes=True)
