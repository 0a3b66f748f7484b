"""A batch of operations. An item that fits no shape is answered by itself, not by refusing all."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from api.schemas.common import Moment, Wire
from api.schemas.sync_field import (
    PhotoTaken,
    PositionReported,
    PositionsReported,
    ShiftEnded,
    ShiftStarted,
    StopReported,
    TaskCompleted,
    TaskCreated,
    TaskUpdated,
    TripCreated,
    TripMoved,
)
from api.schemas.sync_leads import (
    ActivityLogged,
    ActivityUndone,
    ConsentSaid,
    DoorUpdated,
    Enrolled,
    LeadCreated,
    LeadUpdated,
    StageMoved,
)

MOST_OPERATIONS = 500

AnyOperation = Annotated[
    LeadCreated
    | LeadUpdated
    | StageMoved
    | DoorUpdated
    | ConsentSaid
    | Enrolled
    | ActivityLogged
    | ActivityUndone
    | TaskCreated
    | TaskCompleted
    | TaskUpdated
    | TripCreated
    | TripMoved
    | StopReported
    | ShiftStarted
    | ShiftEnded
    | PositionReported
    | PositionsReported
    | PhotoTaken,
    Field(discriminator="kind"),
]


@dataclass(frozen=True)
class Malformed:
    """An item that cannot be read: what is wrong with which field. What was sent is not repeated."""

    id: uuid.UUID | None
    kind: str | None
    errors: list[dict[str, str]]


def _tolerant(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError as error:
        given = value if isinstance(value, dict) else {}
        kind = given.get("kind")
        errors = [{"field": _field(each["loc"]), "reason": each["msg"]} for each in error.errors(include_input=False)]
        # Told again only where it can be a kind: not every text can be sent back.
        is_word = isinstance(kind, str) and len(kind) <= 40 and kind.isascii() and kind.isprintable()
        return Malformed(_id(given.get("id")), kind if is_word else None, errors)


def _field(location: tuple[int | str, ...]) -> str:
    """The path below the item; the first part names the kind."""
    name = ".".join(str(part) for part in location[1:]) or "kind"
    return name.encode("utf-8", "replace").decode()  # a key may hold half a character


def _id(value: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


class SyncIn(Wire):
    operations: list[Annotated[AnyOperation, WrapValidator(_tolerant)]] = Field(max_length=MOST_OPERATIONS)
    client_sent_at: Moment
    """What the phone's clock said at sending: its error is measured by it."""
    device_id: uuid.UUID | None = None
