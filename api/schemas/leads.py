from __future__ import annotations

import uuid
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.schemas.common import Latitude, Longitude, Moment, ShortText, Utc, Wire
from api.schemas.matches import LikelyOut
from api.schemas.objects import refuse_nulls
from outbound.addresses.parsing import parse_line
from outbound.addresses.rules import PostalParts
from outbound.addresses.service import DoorDraft
from outbound.geo.cells import to_hex
from outbound.leads import consent as consents
from outbound.leads.contact import email_canonical, phone_e164
from outbound.leads.listing import BoardColumn, LeadRow
from outbound.leads.rules import sla_state
from outbound.leads.service import LeadDraft
from outbound.leads.tags import LONGEST, MOST
from outbound.vocabulary import ConsentChannel, LeadType, SlaState, Stage


def _dialled(value: str) -> str | None:
    phone = phone_e164(value)
    if value and phone is None:
        raise ValueError("this is no phone number that can be dialled")
    return phone


def _posted(value: str) -> str | None:
    email = email_canonical(value)
    if value and email is None:
        raise ValueError("this is no e-mail address")
    return email


Phone = Annotated[ShortText, AfterValidator(_dialled)]
"""Kept as E.164; an empty one is none."""
Email = Annotated[ShortText, AfterValidator(_posted)]
"""Kept in lower case; an empty one is none."""


class AddressIn(Wire):
    """Postal parts, or a ``line`` to be taken apart, or only a position."""

    line: ShortText | None = None
    house_number: ShortText = ""
    street: ShortText = ""
    unit: ShortText = ""
    city: ShortText = ""
    state: ShortText = ""
    postcode: ShortText = ""
    lat: Latitude | None = None
    lon: Longitude | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> AddressIn:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("lat and lon go together: give both or neither")
        return self

    def door(self) -> DoorDraft:
        return _door(self)


_ADDRESS: dict[str, Any] = {"line": "1200 Elm Avenue, Des Moines, IA 50309", "lat": 41.5912, "lon": -93.6321}
SquareFeet = Annotated[int, Field(gt=0, le=2_000_000_000)]
Cents = Annotated[int, Field(ge=0, le=10**15)]
Tag = Annotated[ShortText, Field(min_length=1, max_length=LONGEST)]


class LeadIn(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a1c0-0000-7000-8000-000000000101",
                    "address": _ADDRESS,
                    "first_name": "Ada",
                    "last_name": "King",
                    "phone": "515-555-0123",
                    "source": "at the door",
                }
            ]
        }
    )

    id: uuid.UUID | None = None
    """Made by the client (UUIDv7): the same request again returns the first result."""
    address: AddressIn | None = None
    address_id: uuid.UUID | None = None
    """A door that is known already, in place of ``address``."""
    first_name: ShortText | None = None
    last_name: ShortText | None = None
    phone: Phone | None = None
    email: Email | None = None
    source: ShortText | None = None
    language: ShortText | None = None
    yard_size_sqft: SquareFeet | None = None
    estimated_value_cents: Cents | None = None
    campaign_id: uuid.UUID | None = None
    owner_id: uuid.UUID | None = None

    @model_validator(mode="after")
    def _somebody_or_somewhere(self) -> LeadIn:
        if self.address is not None and self.address_id is not None:
            raise ValueError("address and address_id name the same thing: give one")
        if self.address is None and self.address_id is None and not (self.phone or self.email):
            raise ValueError("a lead needs an address, a phone or an e-mail")
        return self

    def draft(self) -> LeadDraft:
        values = self.model_dump(exclude={"address"})
        return LeadDraft(door=_door(self.address) if self.address else None, **values)


class ConsentIn(Wire):
    granted: bool
    at: Moment | None = None
    """When they said so; now, where it is left out."""
    source: ShortText | None = None


class LeadPatch(Wire):
    """What is left out stays as it is; null empties a field, and takes the owner away."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "phone": "515-555-0123",
                    "tags": ["corner lot", "dog"],
                    "consent": {"sms": {"granted": True, "source": "at the door"}},
                }
            ]
        }
    )

    lead_type: LeadType | None = None
    first_name: ShortText | None = None
    last_name: ShortText | None = None
    phone: Phone | None = None
    email: Email | None = None
    source: ShortText | None = None
    language: ShortText | None = None
    yard_size_sqft: SquareFeet | None = None
    estimated_value_cents: Cents | None = None
    external_ref: ShortText | None = None
    campaign_id: uuid.UUID | None = None
    next_action_at: Moment | None = None
    owner_id: uuid.UUID | None = None
    """Another owner: managers and owners only."""
    address: AddressIn | None = None
    tags: Annotated[list[Tag], Field(max_length=MOST)] | None = None
    consent: dict[ConsentChannel, ConsentIn] | None = None

    @model_validator(mode="after")
    def _some_are_never_null(self) -> LeadPatch:
        return refuse_nulls(self, "lead_type", "address", "tags", "consent")

    def changes(self) -> dict[str, Any]:
        """What was sent, as the service takes it."""
        changes = {name: getattr(self, name) for name in self.model_fields_set - {"address", "consent"}}
        if self.address is not None:
            changes["door"] = _door(self.address)
        if self.consent is not None:
            changes["consent"] = {
                channel: consents.Consent(each.granted, each.at, each.source) for channel, each in self.consent.items()
            }
        return changes


class StageIn(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [{"stage": "CONTACTED", "version": 1}]})

    stage: Stage
    version: int | None = Field(default=None, ge=1, le=2**31 - 1)


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
        made_here = ("stage", "owner_name", "address", "sla_state", "consent", "tags", "timeline")
        shared = {name: getattr(lead, name) for name in cls.model_fields if name not in made_here}
        return cls(
            **shared,
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


class CapturedLeadOut(LeadOut):
    """A lead as it was captured, and others in the caller's reach that it may be, the likeliest first."""

    likely_duplicates: list[LikelyOut]


def _door(address: AddressIn) -> DoorDraft:
    given = PostalParts(
        house_number=address.house_number,
        street=address.street,
        unit=address.unit,
        city=address.city,
        state=address.state,
        postcode=address.postcode,
    )
    if address.line:
        parsed = parse_line(address.line)
        # What was given in a field of its own wins over what the line seems to say.
        given = PostalParts(**{name: getattr(given, name) or getattr(parsed, name) for name in _PARTS})
    return DoorDraft(given, address.lat, address.lon)


_PARTS = tuple(field.name for field in fields(PostalParts))


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
