"""A batch of operations. An item that fits no shape is answered by itself, not by refusing all."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, Union

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator, create_model, model_validator

from outbound.sync.handlers import HANDLERS
from outbound.sync.operations import Handler, Operation
from outbound.wire import Moment, Wire

MOST_OPERATIONS = 500


class OperationIn(Wire):
    """One thing done offline. Where it makes something, its ``id`` becomes that thing's id."""

    id: uuid.UUID
    """Made by the phone (UUIDv7): the same id sent again changes nothing."""
    occurred_at: Moment
    """When it was done, by the phone's clock."""
    kind: str
    data: Any

    @model_validator(mode="after")
    def _one_id(self) -> Self:
        if getattr(self.data, "id", None) not in (None, self.id):
            made = HANDLERS[self.kind].makes
            raise ValueError(f"a {made} has the id of the operation that makes it: leave data.id out")
        return self

    def operation(self, sent_at: datetime | None, now: datetime) -> Operation[Any]:
        return Operation(self.id, self.kind, self.occurred_at, now, self.data, sent_at)


def _item(handler: Handler[Any]) -> type[OperationIn]:
    """The shape of one kind; what has nothing to say may leave ``data`` out."""
    words = handler.kind.replace(".", "_").title().replace("_", "")
    data: Any = (handler.data, ... if handler.data.model_fields else handler.data())
    return create_model(
        f"{words}Operation",
        __base__=OperationIn,
        __doc__=handler.data.__doc__ if "__doc__" in vars(handler.data) else None,
        kind=(Literal[handler.kind], ...),  # type: ignore[arg-type]
        data=data,
    )


if TYPE_CHECKING:
    AnyOperation = OperationIn
else:
    AnyOperation = Annotated[Union[tuple(map(_item, HANDLERS.values()))], Field(discriminator="kind")]  # noqa: UP007
"""One of the kinds there are handlers of."""


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
