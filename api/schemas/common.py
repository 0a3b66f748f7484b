from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer, StringConstraints

from outbound.wire import no_nul

Word = Annotated[str, StringConstraints(strip_whitespace=True), AfterValidator(no_nul)]
"""Of an address, whose texts no model strips."""
Utc = Annotated[
    datetime,
    PlainSerializer(lambda value: value.astimezone(UTC).isoformat().replace("+00:00", "Z"), return_type=str),
]
