from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint, true
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, Extracted, TenantKey, Versioned


class Campaign(Base, TenantKey, Extracted, Versioned):
    __tablename__ = "campaigns"
    __table_args__ = (
        UniqueConstraint("org_id", "name"),
        CheckConstraint("ends_on is null or ends_on >= starts_on", name="period"),
    )

    name: Mapped[str]
    description: Mapped[str | None]
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    active: Mapped[bool] = mapped_column(server_default=true())
