from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, TenantKey, Xid8, member_reference, one_of
from outbound.storage.words import Word


class Remembered(StrEnum):
    """What an operation came to that must not be judged twice."""

    APPLIED = "applied"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    DEFERRED = "deferred"
    EXPIRED = "expired"


class SyncOperation(Base, TenantKey):
    """An operation that a phone sent. ``payload`` is the sealed draft of one that still waits."""

    __tablename__ = "sync_operations"
    __table_args__ = (
        member_reference("user_id"),
        one_of("status", Remembered),
        CheckConstraint("(status = 'deferred') = (payload is not null)", name="waiting"),
        Index(
            "ix_sync_operations_waiting",
            "org_id",
            "user_id",
            "occurred_at",
            postgresql_where=text("status = 'deferred'"),
        ),
        Index("ix_sync_operations_waits_for", "org_id", "waits_for_id", postgresql_where=text("status = 'deferred'")),
    )

    user_id: Mapped[uuid.UUID]
    kind: Mapped[str]
    digest: Mapped[str]
    status: Mapped[Remembered] = mapped_column(Word(Remembered))
    reason: Mapped[str | None]
    occurred_at: Mapped[datetime]
    """By our clock: the phone's is corrected once, when the operation first arrives."""
    waits_for_kind: Mapped[str | None]
    waits_for_id: Mapped[uuid.UUID | None]
    payload: Mapped[bytes | None] = mapped_column(LargeBinary)
    expires_at: Mapped[datetime | None]


class Departure(Base, TenantKey):
    """A lead or trip that changed hands or turf: whose it was before. Written by trigger."""

    __tablename__ = "departures"
    __table_args__ = (Index("ix_departures_xact", "org_id", "left_xact"),)

    table_name: Mapped[str]
    row_id: Mapped[uuid.UUID]
    owner_id: Mapped[uuid.UUID | None]
    territory_id: Mapped[uuid.UUID | None]
    left_xact: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
