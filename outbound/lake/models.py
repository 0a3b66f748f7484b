from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Index, Text, false, func, text
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, TenantKey, Xid8


class Tombstone(Base, TenantKey):
    """A row that is no more, written by trigger when an extracted row is deleted."""

    __tablename__ = "tombstones"
    __table_args__ = (
        Index("ix_tombstones_xact", "xact"),
        Index("ix_tombstones_org_xact", "org_id", "xact"),
    )

    table_name: Mapped[str]
    row_id: Mapped[uuid.UUID]
    xact: Mapped[int] = mapped_column(Xid8(), server_default=text("pg_current_xact_id()"))
    erased: Mapped[bool] = mapped_column(server_default=false())
    """A person who was erased: phones are to drop what they hold, and the lake is not to learn the id."""


class LakeHead(Base):
    """The last batch that reached the lake, and the snapshot it was read under. No organisation owns it."""

    __tablename__ = "lake_heads"

    generation: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    batch: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    snapshot: Mapped[str] = mapped_column(Text)
    system_identifier: Mapped[str]
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
