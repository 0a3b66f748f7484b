"""What phones say of where they were."""

from __future__ import annotations

import uuid
from typing import Annotated

from pydantic import ConfigDict, Field

from outbound.positions.service import PositionDraft
from outbound.wire import Latitude, Longitude, Moment, Wire


class PositionFields(Wire):
    """Where a phone was, apart from when."""

    lat: Latitude
    lon: Longitude
    accuracy: Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)] | None = None
    """Radius in metres."""


class PositionIn(PositionFields):
    id: uuid.UUID
    """Made by the phone (UUIDv7)."""
    occurred_at: Moment

    def draft(self) -> PositionDraft:
        return PositionDraft(**self.model_dump())


class PositionsIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "client_sent_at": "2026-05-04T15:00:05Z",
                    "positions": [
                        {
                            "id": "0197a1c0-0000-7000-8000-000000000001",
                            "lat": 41.6,
                            "lon": -93.62,
                            "occurred_at": "2026-05-04T15:00:00Z",
                            "accuracy": 8.5,
                        }
                    ],
                }
            ]
        }
    )

    positions: Annotated[list[PositionIn], Field(min_length=1, max_length=1000)]
    client_sent_at: Moment | None = None
    """What the phone's clock said at sending: its error is measured by it."""
