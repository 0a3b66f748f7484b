"""What clients say, field by field: the shapes that a route and a phone's batch are read by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationInfo, field_validator

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
Name = Annotated[Text, Field(min_length=1, max_length=MAX_TEXT)]
ShortText = Annotated[Text, Field(max_length=MAX_TEXT)]
LongText = Annotated[Text, Field(max_length=10_000)]
Moment = Annotated[AwareDatetime, AfterValidator(_storable)]
"""A time with its zone, kept in UTC."""
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Seconds = Annotated[int, Field(ge=0, le=86_400)]
Version = Annotated[int, Field(ge=1, le=2**31 - 1)]
"""Of a row that people edit: the one that the client had read."""


class Patch(Wire):
    """What of a row changes: a field that is left out stays as it is."""

    never_null: ClassVar[frozenset[str]] = frozenset()
    """Fields that have a value always: only left out, never sent as null."""

    @field_validator("*")
    @classmethod
    def _stays(cls, value: Any, field: ValidationInfo) -> Any:
        if value is None and field.field_name in cls.never_null:
            raise ValueError("cannot be null; leave it out to keep what it is")
        return value

    def changes(self) -> dict[str, Any]:
        """What was sent, by the names of the service."""
        return self.model_dump(exclude_unset=True)
