from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer, StringConstraints

from outbound.wire import no_nul

Word = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(no_nul)]
"""Of an address, whose texts no model strips."""


def _utc(value: datetime) -> str:
    told = value.isoformat()
    if not told.endswith("+00:00"):  # from the database all are; a page of leads holds a thousand
        told = value.astimezone(UTC).isoformat()
    return told[:-6] + "Z"


Utc = Annotated[datetime, PlainSerializer(_utc, return_type=str)]
