from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from outbound.texts import is_storable

MAX_TEXT = 200


class Wire(BaseModel):
    """Base of what clients send: an unknown field is an error, not a silent loss."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def no_nul(value: str) -> str:
    if not is_storable(value):
        raise ValueError("a NUL character cannot be stored")
    return value


def _storable(value: datetime) -> datetime:
    try:
        utc = value.astimezone(UTC)
    except OverflowError:
        raise ValueError("the year must lie between 2000 and 2099") from None
    if not 2000 <= utc.year < 2100:
        raise ValueError("the year must lie between 2000 and 2099")
    return utc


Text = Annotated[str, AfterValidator(no_nul)]
Word = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(no_nul)]
"""Of an address, whose texts no model strips."""
Name = Annotated[Text, Field(min_length=1, max_length=MAX_TEXT)]
ShortText = Annotated[Text, Field(max_length=MAX_TEXT)]
LongText = Annotated[Text, Field(max_length=10_000)]
Moment = Annotated[AwareDatetime, AfterValidator(_storable)]
"""A time with its zone, kept in UTC."""


def _utc(value: datetime) -> str:
    told = value.isoformat()
    if not told.endswith("+00:00"):  # from the database all are; a page of leads holds a thousand
        told = value.astimezone(UTC).isoformat()
    return told[:-6] + "Z"


Utc = Annotated[datetime, PlainSerializer(_utc, return_type=str)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
