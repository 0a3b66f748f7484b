from __future__ import annotations

import uuid
from datetime import datetime
from operator import attrgetter

from pydantic import BaseModel

from api.schemas.common import Utc
from api.schemas.matches import LikelyOut
from outbound.geo.cells import to_hex
from outbound.leads import consent as consents
from outbound.leads.listing import BoardColumn, LeadRow
from outbound.leads.rules import sla_state
from outbound.vocabulary import ConsentChannel, LeadType, SlaState, Stage


class AddressOut(BaseModel):
    id: uuid.UUID
    line: str
    unit: str
    city: str
    state: str
    postcode: str
    lat: float | None
    lon: float | None
    position_unreadable: bool = False
    """A position is stored, but no key of this installation opens it; `lat` and `lon` are null."""
    cell: str | None
    do_not_knock: bool


class ConsentOut(BaseModel):
    granted: bool
    at: Utc | None
    source: str | None


class LeadOut(BaseModel):
    id: uuid.UUID
    lead_type: LeadType
    stage: Stage
    territory_id: uuid.UUID | None
    campaign_id: uuid.UUID | None
    owner_id: uuid.UUID | None
    owner_name: str | None
    first_name: str | None
    last_name: str | None
    phone: str | None
    email: str | None
    language: str | None
    yard_size_sqft: int | None
    estimated_value_cents: int | None
    source: str | None
    external_ref: str | None
    import_id: uuid.UUID | None
    created_by_id: uuid.UUID | None
    consent: dict[ConsentChannel, ConsentOut]
    tags: list[str]
    address: AddressOut | None
    last_activity_at: Utc | None
    next_action_at: Utc | None
    due_at: Utc | None
    sla_state: SlaState
    stage_entered_at: Utc
    archived_at: Utc | None
    merged_into_id: uuid.UUID | None
    version: int
    created_at: Utc
    updated_at: Utc
    timeline: str
    """Where all that happened with it is read."""

    @classmethod
    def of(cls, row: LeadRow, now: datetime) -> LeadOut:
        lead = row.lead
        return cls(
            **dict(zip(_SHARED, _shared(lead), strict=True)),
            stage=lead.pipeline_stage,
            owner_name=row.owner_name,
            consent={
                channel: ConsentOut(granted=each.granted, at=each.at, source=each.source)
                for channel, each in consents.read(lead.consent).items()
            },
            tags=list(row.tags),
            timeline=f"/api/leads/{lead.id}/timeline",
            address=_address(row),
            sla_state=sla_state(lead.due_at, now),
        )


_MADE_OF_MORE = {"stage", "owner_name", "address", "sla_state", "consent", "tags", "timeline"}
_SHARED = tuple(name for name in LeadOut.model_fields if name not in _MADE_OF_MORE)
_shared = attrgetter(*_SHARED)


class CapturedLeadOut(LeadOut):
    """A lead as it was captured, and others in the caller's reach that it may be, the likeliest first."""

    likely_duplicates: list[LikelyOut]


class BoardColumnOut(BaseModel):
    stage: Stage
    count: int
    overdue: int
    leads: list[LeadOut]

    @classmethod
    def of(cls, column: BoardColumn, now: datetime) -> BoardColumnOut:
        return cls(
            stage=column.stage,
            count=column.count,
            overdue=column.overdue,
            leads=[LeadOut.of(row, now) for row in column.cards],
        )


class BoardOut(BaseModel):
    columns: list[BoardColumnOut]


def _address(row: LeadRow) -> AddressOut | None:
    address = row.address
    if address is None:
        return None
    lat, lon = row.position or (None, None)
    return AddressOut(
        id=address.id,
        line=f"{address.house_number} {address.street}".strip(),
        unit=address.unit,
        city=address.city,
        state=address.state,
        postcode=address.postcode,
        lat=lat,
        lon=lon,
        position_unreadable=row.position_unreadable,
        cell=to_hex(row.lead.cell) if row.lead.cell is not None else None,
        do_not_knock=address.do_not_knock,
    )
