from __future__ import annotations

import uuid
from typing import Any

from pydantic import BaseModel

from api.schemas.common import Utc
from outbound.geo.sphere import Point
from outbound.trips.service import TripRow
from outbound.trips.stops import StopRow
from outbound.vocabulary import DistanceBasis, Optimization, StopStatus, TripStatus


class PositionOut(BaseModel):
    lat: float
    lon: float

    @classmethod
    def of(cls, point: Point | None) -> PositionOut | None:
        return cls(lat=point[0], lon=point[1]) if point else None


class StopOut(BaseModel):
    id: uuid.UUID
    order: int
    lead_id: uuid.UUID | None
    address_id: uuid.UUID | None
    line: str | None
    position: PositionOut | None
    """Of the door; none where the caller may not see it."""
    position_unreadable: bool = False
    """The door has a position, but no key of this installation opens it."""
    planned_at: Utc | None
    arrival_at: Utc | None
    completed_at: Utc | None
    status: StopStatus
    skip_reason: str | None
    notes: str | None

    @classmethod
    def of(cls, row: StopRow) -> StopOut:
        names = [name for name in cls.model_fields if name not in ("line", "position", "position_unreadable")]
        return cls(
            **{name: getattr(row.stop, name) for name in names},
            line=row.line,
            position=PositionOut.of(row.position),
            position_unreadable=row.position_unreadable,
        )


class TripOut(BaseModel):
    id: uuid.UUID
    name: str | None
    created_by_id: uuid.UUID
    owner_id: uuid.UUID
    territory_id: uuid.UUID | None
    start: PositionOut | None
    end: PositionOut | None
    ends_unreadable: bool = False
    """An end is stored, but no key of this installation opens it; it is null."""
    optimization: Optimization
    status: TripStatus
    planned_start: Utc | None
    started_at: Utc | None
    completed_at: Utc | None
    cancelled_at: Utc | None
    distance_meters: int | None
    """Estimated, along what ``distance_basis`` says."""
    duration_minutes: int | None
    """Estimated, with the time at the doors."""
    distance_basis: DistanceBasis | None
    actual_distance_meters: int | None
    actual_duration_minutes: int | None
    stop_count: int
    stops_completed: int
    stops_skipped: int
    version: int
    created_at: Utc
    updated_at: Utc

    @classmethod
    def of(cls, row: TripRow) -> TripOut:
        return cls(**cls.fields_of(row))

    @classmethod
    def fields_of(cls, row: TripRow) -> dict[str, Any]:
        derived = ("start", "end", "ends_unreadable", "stop_count", "stops_completed", "stops_skipped")
        names = [name for name in TripOut.model_fields if name not in derived]
        return {name: getattr(row.trip, name) for name in names} | {
            "start": PositionOut.of(row.start),
            "end": PositionOut.of(row.end),
            "ends_unreadable": row.ends_unreadable,
            "stop_count": row.stops,
            "stops_completed": row.stops_completed,
            "stops_skipped": row.stops_skipped,
        }


class TripWithStopsOut(TripOut):
    stops: list[StopOut]

    @classmethod
    def with_stops(cls, row: TripRow, stops: list[StopRow]) -> TripWithStopsOut:
        return cls(**cls.fields_of(row), stops=[StopOut.of(stop) for stop in stops])
