"""What a phone sends, and what becomes of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from outbound.activities.rules import occurrence
from outbound.identity.permissions import Operation as Permission
from outbound.wire import Wire

Data = TypeVar("Data", bound=Wire)


class Outcome(StrEnum):
    """What one operation of a batch came to."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    """It was applied before; nothing changed."""
    DEFERRED = "deferred"
    """It names something that has not arrived; it is kept, and applies when that comes."""
    CONFLICT = "conflict"
    """It contradicts what is stored; the server's state says how."""
    REJECTED = "rejected"
    """It cannot be used, now or later."""


Need = tuple[str, uuid.UUID]
"""Something by its kind and id: ``("lead", …)``."""


@dataclass(frozen=True)
class Operation(Generic[Data]):
    """One thing done offline. ``occurred_at`` and ``sent_at`` by the phone's clock, ``received_at`` by ours.

    ``data`` is what the route of its own would be sent, beside the id of what it is about.
    """

    id: uuid.UUID
    kind: str
    occurred_at: datetime
    received_at: datetime
    data: Data
    sent_at: datetime | None = None
    latest: datetime | None = None
    """What :func:`outbound.activities.rules.occurrence` is told, where the phone was ahead of us."""

    @property
    def moment(self) -> datetime:
        """When it happened by our clock: the phone's error is measured by what it said at sending."""
        return occurrence(self.occurred_at, self.sent_at, self.received_at, self.latest).occurred_at

    def sent_as_of(self, now: datetime) -> datetime | None:
        """What the phone's clock would say now: its error stays that of the first arrival, however long it waited."""
        return self.sent_at + (now - self.received_at) if self.sent_at is not None else None


@dataclass(frozen=True)
class Arrival:
    """The time, and the bounds of this installation."""

    now: datetime
    position_days: int = 30
    attachment_bytes: int = 20 << 20
    attachment_pixels: int = 50_000_000


@dataclass(frozen=True)
class Result:
    """What one operation came to. ``about``: the rows whose state tells the phone what stands now."""

    id: uuid.UUID
    kind: str
    outcome: Outcome
    reason: str | None = None
    waits_for: Need | None = None
    about: tuple[Need, ...] = ()


@dataclass(frozen=True)
class Done:
    """What a handler did. ``created``: false where the same was there already."""

    created: bool
    about: tuple[Need, ...]
    note: str | None = None
    """What its sender should know of it all the same."""


@dataclass(frozen=True)
class Handler(Generic[Data]):
    """How one kind of operation is read and applied: all there is to say of it."""

    kind: str
    data: type[Data]
    """Reads it when it comes, and again when it has waited; its description is that of the kind."""
    permission: Permission
    apply: Callable[[Session, Operation[Data], Arrival], Done]
    """Calls the service of the route of its own, and raises what that raises: absent things defer, contradictions
    conflict, the rest is rejected."""
    needs: Callable[[Data], Sequence[Need]]
    """What it names, that may arrive later."""
    makes: str | None = None
    """The kind of row that the operation's id becomes the id of; none for changes of what is there."""
    at_once: Callable[[Session, Sequence[Operation[Data]]], set[uuid.UUID]] | None = None
    """Applies those of many that it can, and returns their ids: all new, each about the row that it makes. The others
    are applied by themselves. Raises what the database raises."""
    rank: int = 2
    """Lower ones go first within a batch: leads, then what stands on leads, then what happened."""


def named(*kinds: str, **fields: str) -> Callable[[Wire], list[Need]]:
    """What an operation needs: rows of these kinds, by its field ``<kind>_id`` or the one that is told."""
    read = [(kind, f"{kind}_id") for kind in kinds] + list(fields.items())

    def needs(data: Wire) -> list[Need]:
        return [(kind, row_id) for kind, name in read if (row_id := getattr(data, name)) is not None]

    return needs
