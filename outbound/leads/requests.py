"""What clients say of leads."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from outbound.addresses.requests import AddressIn
from outbound.leads import consent as consents
from outbound.leads.contact import email_canonical, phone_e164
from outbound.leads.service import LeadDraft
from outbound.leads.tags import LONGEST, MOST
from outbound.vocabulary import ConsentChannel, LeadType, Stage
from outbound.wire import Moment, Patch, ShortText, Version, Wire


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
        return LeadDraft(door=self.address.door() if self.address else None, **values)


class ConsentIn(Wire):
    granted: bool
    at: Moment | None = None
    """When they said so; now, where it is left out."""
    source: ShortText | None = None


class LeadPatch(Patch):
    """What is left out stays as it is; null empties a field, and takes the owner away."""

    never_null = frozenset({"lead_type", "address", "tags", "consent"})

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

    def changes(self) -> dict[str, Any]:
        """What was sent, as the service takes it."""
        changes = {name: getattr(self, name) for name in self.model_fields_set - {"address", "consent"}}
        if self.address is not None:
            changes["door"] = self.address.door()
        if self.consent is not None:
            changes["consent"] = {
                channel: consents.Consent(each.granted, each.at, each.source) for channel, each in self.consent.items()
            }
        return changes


class StageIn(Wire):
    model_config = ConfigDict(json_schema_extra={"examples": [{"stage": "CONTACTED", "version": 1}]})

    stage: Stage
    version: Version | None = None
