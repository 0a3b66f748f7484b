from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, Extracted, TenantKey, Versioned, member_reference


class Shift(Base, TenantKey, Extracted, Versioned):
    """A rep's working time; positions outside one are refused."""

    __tablename__ = "shifts"
    __table_args__ = (
        member_reference("user_id"),
        CheckConstraint("ended_at >= started_at", name="period"),
        Index("ix_shifts_user", "org_id", "user_id", "started_at"),
    )

    user_id: Mapped[uuid.UUID]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_inferred: Mapped[bool] = mapped_column(server_default=false(), default=False)
    """Nobody said when it ended: the next one had begun. The real end takes its place when it arrives."""
    clock_suspect: Mapped[bool] = mapped_column(server_default=false(), default=False)
