from __future__ import annotations

import uuid

from pydantic import BaseModel, ConfigDict

from api.schemas.common import Utc
from outbound.shifts.service import ShiftDraft, ShiftRow
from outbound.wire import Moment, Patch, Wire


class ShiftIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a1c0-0000-7000-8000-000000000001",
                    "started_at": "2026-05-04T14:00:00Z",
                    "client_sent_at": "2026-05-04T14:00:02Z",
                }
            ]
        }
    )

    id: uuid.UUID | None = None
    """Made by the phone (UUIDv7): the same request again returns the first result."""
    started_at: Moment
    ended_at: Moment | None = None
    """For a shift that was worked offline from start to end."""
    client_sent_at: Moment | None = None
    """What the phone's clock said at sending: its error is measured by it."""

    def draft(self) -> ShiftDraft:
        return ShiftDraft(**self.model_dump())


class ShiftEndIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"ended_at": "2026-05-04T22:00:00Z", "client_sent_at": "2026-05-04T22:00:01Z"}]}
    )

    ended_at: Moment
    client_sent_at: Moment | None = None


class ShiftPatch(Patch):
    """A correction by hand; what is left out stays."""

    never_null = frozenset({"started_at", "ended_at"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"ended_at": "2026-05-04T21:30:00Z"}]})

    started_at: Moment | None = None
    ended_at: Moment | None = None


class ShiftOut(BaseModel):
    id: uuid.UUID
    user_id: uuid.UUID
    user_name: str
    started_at: Utc
    ended_at: Utc | None
    end_inferred: bool
    """Nobody said when it ended; the next one had begun."""
    clock_suspect: bool
    version: int

    @classmethod
    def of(cls, row: ShiftRow) -> ShiftOut:
        shift = row.shift
        return cls(
            id=shift.id,
            user_id=shift.user_id,
            user_name=row.user_name,
            started_at=shift.started_at,
            ended_at=shift.ended_at,
            end_inferred=shift.end_inferred,
            clock_suspect=shift.clock_suspect,
            version=shift.version,
        )
