from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, func
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, TenantKey, member_reference


class AuditEntry(Base, TenantKey):
    """One change. ``acted_by`` is the person whose sign-in made it (none: the system); ``acted_for`` is the
    owner on whose behalf, when it overrides someone else's work."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        member_reference("acted_by"),
        member_reference("acted_for"),
        Index("ix_audit_entries_entity", "org_id", "entity", "entity_id", "occurred_at"),
        Index("ix_audit_entries_time", "org_id", "occurred_at", "id"),
    )

    occurred_at: Mapped[datetime] = mapped_column(server_default=func.now())
    acted_by: Mapped[uuid.UUID | None]
    acted_for: Mapped[uuid.UUID | None]
    entity: Mapped[str]
    entity_id: Mapped[uuid.UUID]
    action: Mapped[str]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    request_id: Mapped[str | None]
    source: Mapped[str]
