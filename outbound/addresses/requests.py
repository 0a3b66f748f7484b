"""What clients say of doors."""

from __future__ import annotations

import uuid
from dataclasses import fields
from datetime import time
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from outbound.addresses.service import AddressDraft, DoorDraft
from outbound.postal.parsing import parse_line
from outbound.postal.rules import PostalParts
from outbound.wire import Latitude, Longitude, LongText, Patch, ShortText, Wire


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


def _plain(value: time) -> time:
    if value.tzinfo is not None:
        raise ValueError("give the door's local time, without a zone")
    return value.replace(microsecond=0)


LocalTime = Annotated[time, AfterValidator(_plain)]


class NewAddressIn(Wire):
    """A door without a lead: postal parts, a ``line``, or a position alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0197a1c0-0000-7000-8000-000000000601",
                    "address": {"line": "1204 Elm Avenue, Des Moines, IA 50309", "lat": 41.5913, "lon": -93.6322},
                }
            ]
        }
    )

    id: uuid.UUID | None = None
    """Made by the client (UUIDv7); a door that is known already keeps its own id."""
    address: AddressIn

    def draft(self) -> AddressDraft:
        return AddressDraft(self.id, self.address.door())


class PinIn(Wire):
    lat: Latitude
    lon: Longitude


class AddressPatch(Patch):
    """What is left out stays as it is; ``curfew`` and ``reason`` may be null."""

    never_null = frozenset({"do_not_knock", "unit", "position"})

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"do_not_knock": True, "reason": "A sign at the door", "curfew": "19:00"}]}
    )

    do_not_knock: bool | None = None
    reason: Annotated[LongText, Field(max_length=500)] | None = None
    """Why it is not to be knocked."""
    curfew: LocalTime | None = None
    """Local time after which it is not knocked."""
    unit: ShortText | None = None
    position: PinIn | None = None
    """Where it really is; its territory, and its open leads, follow."""

    def changes(self) -> dict[str, Any]:
        changes = {name: getattr(self, name) for name in self.model_fields_set - {"position"}}
        if self.position is not None:
            changes["position"] = (self.position.lat, self.position.lon)
        return changes


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
