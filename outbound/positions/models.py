from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Float, Index, LargeBinary, func
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, TenantChildKey, TenantKey, member_reference, one_of, tenant_reference
from outbound.vocabulary import LookKind


class RepPosition(Base, TenantChildKey):
    """Where somebody was during a shift: encrypted, with its H3 cell of resolution 9 beside it. Never updated."""

    __tablename__ = "rep_positions"
    __table_args__ = (
        tenant_reference("shift_id", "shifts", on_delete="CASCADE"),
        member_reference("user_id"),
        CheckConstraint("accuracy >= 0", name="accuracy"),
        Index("ix_rep_positions_user", "org_id", "user_id", "occurred_at", "id"),
        Index("ix_rep_positions_time", "org_id", "occurred_at"),
        Index("ix_rep_positions_shift", "org_id", "shift_id"),
    )

    user_id: Mapped[uuid.UUID]
    shift_id: Mapped[uuid.UUID]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    position: Mapped[bytes] = mapped_column(LargeBinary)
    cell: Mapped[int] = mapped_column(BigInteger)
    accuracy: Mapped[float | None] = mapped_column(Float)
    """Radius in metres."""


class LocationLook(Base, TenantKey):
    """Somebody looked at where somebody else is or was. Never updated."""

    __tablename__ = "location_looks"
    __table_args__ = (
        member_reference("user_id"),
        member_reference("looked_by"),
        one_of("kind", LookKind),
        CheckConstraint("window_until >= window_from", name="window"),
        Index("ix_location_looks_user", "org_id", "user_id", "looked_at", "id"),
    )

    user_id: Mapped[uuid.UUID]
    """Whose position it was."""
    looked_by: Mapped[uuid.UUID]
    looked_at: Mapped[datetime]
    kind: Mapped[LookKind]
    window_from: Mapped[datetime]
    window_until: Mapped[datetime]
    request_id: Mapped[str | None]
