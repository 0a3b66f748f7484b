from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from outbound.geocoding.reverse import AtPin
from outbound.postal.rules import display_line
from outbound.vocabulary import LocationSource


class PinAddressOut(BaseModel):
    """An address as people write it."""

    line: str
    house_number: str
    street: str
    unit: str
    city: str
    state: str
    postcode: str
    source: LocationSource
    metres: float
    """From the pin to where the address lies."""


class AtPinOut(BaseModel):
    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "address": {
                        "line": "203-06 109th Avenue",
                        "house_number": "203-06",
                        "street": "109th Avenue",
                        "unit": "",
                        "city": "",
                        "state": "NY",
                        "postcode": "11412",
                        "source": "address_point",
                        "metres": 7.4,
                    },
                    "note": None,
                }
            ]
        }
    )

    address: PinAddressOut | None
    note: str | None
    """Why there is none."""

    @classmethod
    def of(cls, found: AtPin) -> AtPinOut:
        if found.parts is None or found.source is None or found.metres is None:
            return cls(address=None, note=found.note)
        parts = found.parts
        return cls(
            address=PinAddressOut(
                line=display_line(parts.house_number, parts.street, parts.unit),
                house_number=parts.house_number,
                street=parts.street,
                unit=parts.unit,
                city=parts.city,
                state=parts.state,
                postcode=parts.postcode,
                source=found.source,
                metres=found.metres,
            ),
            note=found.note,
        )
