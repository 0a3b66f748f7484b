"""What clients say of trips and their stops."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from pydantic import ConfigDict, Field, model_validator

from outbound.geo.sphere import Point
from outbound.trips.rules import MOST_STOPS
from outbound.trips.service import TripDraft
from outbound.trips.stops import StopDraft
from outbound.vocabulary import Optimization, StopStatus, TripStatus
from outbound.wire import Latitude, Longitude, LongText, Moment, Name, Patch, ShortText, Wire

Metres = Annotated[int, Field(ge=0, le=10_000_000)]
TripMinutes = Annotated[int, Field(ge=0, le=100_000)]
_ID = "0199d1c5-6a3e-7c58-9d0b-0a4a4f1c2e11"


class PositionIn(Wire):
    """WGS 84, degrees. Kept encrypted."""

    lat: Latitude
    lon: Longitude

    def point(self) -> Point:
        return self.lat, self.lon


class StopIn(Wire):
    """A door to go to: a lead's, or an address."""

    id: uuid.UUID | None = None
    lead_id: uuid.UUID | None = None
    address_id: uuid.UUID | None = None
    planned_at: Moment | None = None

    @model_validator(mode="after")
    def _somewhere(self) -> StopIn:
        if self.lead_id is None and self.address_id is None:
            raise ValueError("a stop needs a lead_id or an address_id")
        return self

    def draft(self) -> StopDraft:
        return StopDraft(**self.model_dump())


class TripIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "Elm Street",
                    "optimization": "WALKING",
                    "start": {"lat": 41.6, "lon": -93.6},
                    "stops": [{"lead_id": _ID}],
                }
            ]
        }
    )

    id: uuid.UUID | None = None
    name: Name | None = None
    owner_id: uuid.UUID | None = None
    """Who goes; only managers send others. Without: oneself."""
    territory_id: uuid.UUID | None = None
    start: PositionIn | None = None
    end: PositionIn | None = None
    optimization: Optimization = Optimization.WALKING
    planned_start: Moment | None = None
    keep_order: bool = False
    """The stops stay as they were sent; otherwise they are put in a short order."""
    stops: list[StopIn] = Field(default=[], max_length=MOST_STOPS)

    def draft(self) -> TripDraft:
        values = self.model_dump(exclude={"start", "end", "stops"})
        return TripDraft(
            stops=tuple(stop.draft() for stop in self.stops),
            start=self.start.point() if self.start else None,
            end=self.end.point() if self.end else None,
            **values,
        )


class TripPatch(Patch):
    """What is left out stays; ``stops`` are all of them, in their order (or a short one, with ``keep_order`` false)."""

    never_null = frozenset({"optimization", "stops"})

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Elm Street, south side"}]})

    name: Name | None = None
    planned_start: Moment | None = None
    optimization: Optimization | None = None
    start: PositionIn | None = None
    end: PositionIn | None = None
    stops: list[StopIn] | None = Field(default=None, max_length=MOST_STOPS)
    keep_order: bool = True

    def changes(self) -> dict[str, Any]:
        given = self.model_dump(exclude_unset=True, exclude={"start", "end", "stops"})
        for name in ("start", "end"):
            if name in self.model_fields_set:
                position: PositionIn | None = getattr(self, name)
                given[name] = position.point() if position else None
        if self.stops is not None:
            given["stops"] = [stop.draft() for stop in self.stops]
        return given


class TripStatusFields(Wire):
    """Where a trip goes on to, apart from when."""

    status: TripStatus
    actual_distance_meters: Metres | None = None
    actual_duration_minutes: TripMinutes | None = None


class TripStatusIn(TripStatusFields):
    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "in_progress", "occurred_at": "2026-05-04T15:00:00Z"}]},
    )

    occurred_at: Moment | None = None
    """When, by the phone; without, now."""


class StopPatch(Wire):
    """What happened at a stop. Messages may come late and in any order: the latest decision stands."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"status": "skipped", "skip_reason": "A dog in the yard"}]}
    )

    occurred_at: Moment | None = None
    """When, by the phone; without, now."""
    arrived: bool = False
    status: StopStatus | None = None
    notes: LongText | None = None
    skip_reason: ShortText | None = None
    """Needed with ``skipped``."""

    @model_validator(mode="after")
    def _something(self) -> StopPatch:
        if not self.arrived and self.status is None and self.notes is None:
            raise ValueError("say what happened: arrived, status or notes")
        return self
