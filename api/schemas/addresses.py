from __future__ import annotations

import uuid
from datetime import time
from typing import Any

from pydantic import BaseModel

from api.schemas.common import Utc
from outbound.addresses.listing import DoorRow
from outbound.geo.cells import to_hex
from outbound.leads.models import Lead
from outbound.vocabulary import LeadType, LocationSource, Stage


class LeadAtDoorOut(BaseModel):
    id: uuid.UUID
    lead_type: LeadType
    stage: Stage
    owner_id: uuid.UUID | None
    first_name: str | None
    last_name: str | None

    @classmethod
    def of(cls, lead: Lead) -> LeadAtDoorOut:
        names = set(cls.model_fields) - {"stage"}
        return cls.model_validate({name: getattr(lead, name) for name in names} | {"stage": lead.pipeline_stage})


class DoorOut(BaseModel):
    id: uuid.UUID
    house_number: str
    street: str
    unit: str
    city: str
    state: str
    postcode: str
    lat: float | None
    lon: float | None
    position_unreadable: bool = False
    """A position is stored, but no key of this installation opens it; `lat` and `lon` are null."""
    cell: str | None
    territory_id: uuid.UUID | None
    location_source: LocationSource | None
    location_accuracy: float | None
    """Metres within which the door is thought to lie."""
    location_confidence: float | None
    """0 to 1: how sure it is that the position is this door's."""
    do_not_knock: bool
    do_not_knock_reason: str | None
    do_not_knock_at: Utc | None
    curfew: time | None
    version: int
    created_at: Utc
    updated_at: Utc

    @classmethod
    def of(cls, row: DoorRow) -> DoorOut:
        return cls.model_validate(_shared(cls, row))


class DoorDetailOut(DoorOut):
    """A door with its leads in the caller's reach."""

    leads: list[LeadAtDoorOut]

    @classmethod
    def of(cls, row: DoorRow) -> DoorDetailOut:
        return cls.model_validate(_shared(DoorOut, row) | {"leads": [LeadAtDoorOut.of(lead) for lead in row.leads]})


def _shared(cls: type[DoorOut], row: DoorRow) -> dict[str, Any]:
    address = row.address
    lat, lon = row.position or (None, None)
    known = row.position is not None or row.position_unreadable
    cell = to_hex(address.cell) if known and address.cell is not None else None
    derived = {"lat": lat, "lon": lon, "position_unreadable": row.position_unreadable, "cell": cell}
    names = set(cls.model_fields) - set(derived)
    return {name: getattr(address, name) for name in names} | derived


class DoorWithUnitsOut(DoorDetailOut):
    """A door with its leads, and how many doors of its building are in reach (this one among them)."""

    units: int
    """Counted up to 100; ``/units`` lists them all."""
