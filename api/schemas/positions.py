from __future__ import annotations

import uuid

from pydantic import BaseModel

from api.schemas.common import Utc
from outbound.positions.looking import LookRow, Sighting
from outbound.positions.service import Outcome, Reported
from outbound.vocabulary import LookKind


class ReportedOut(BaseModel):
    id: uuid.UUID
    result: Outcome
    reason: str | None

    @classmethod
    def of(cls, reported: Reported) -> ReportedOut:
        return cls(id=reported.id, result=reported.outcome, reason=reported.reason)


class ReportedAllOut(BaseModel):
    results: list[ReportedOut]


class SightingOut(BaseModel):
    id: uuid.UUID
    user_id: uuid.UUID
    user_name: str
    shift_id: uuid.UUID
    on_shift: bool
    lat: float | None
    lon: float | None
    position_unreadable: bool = False
    """Somebody was there, but no key of this installation opens where; ``lat`` and ``lon`` are null."""
    accuracy: float | None
    occurred_at: Utc

    @classmethod
    def of(cls, sighting: Sighting) -> SightingOut:
        names = set(cls.model_fields) - {"position_unreadable"}
        shown = {name: getattr(sighting, name) for name in names}
        return cls(**shown, position_unreadable=sighting.lat is None)


class LookOut(BaseModel):
    """Somebody looked at where the caller is or was."""

    id: uuid.UUID
    looked_by: uuid.UUID
    looked_by_name: str
    looked_at: Utc
    kind: LookKind
    window_from: Utc
    window_until: Utc

    @classmethod
    def of(cls, row: LookRow) -> LookOut:
        look = row.look
        return cls(
            id=look.id,
            looked_by=look.looked_by,
            looked_by_name=row.looked_by_name,
            looked_at=look.looked_at,
            kind=look.kind,
            window_from=look.window_from,
            window_until=look.window_until,
        )


class ForgottenOut(BaseModel):
    deleted: int
