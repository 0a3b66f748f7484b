from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped

from outbound.storage.base import Base, TenantKey, member_reference, one_of, tenant_reference
from outbound.vocabulary import NotificationKind


class Notification(Base, TenantKey):
    """Something a person should know. Names nobody: ids only, read anew with the reader's own rights."""

    __tablename__ = "notifications"
    __table_args__ = (
        member_reference("user_id"),
        member_reference("caused_by"),
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        tenant_reference("task_id", "tasks", on_delete="CASCADE"),
        tenant_reference("territory_id", "territories", on_delete="CASCADE"),
        one_of("kind", NotificationKind),
        Index("ix_notifications_user", "org_id", "user_id", "id"),
        Index("ix_notifications_unread", "org_id", "user_id", "id", postgresql_where=text("read_at is null")),
        Index("ix_notifications_lead", "org_id", "lead_id", postgresql_where=text("lead_id is not null")),
        Index("ix_notifications_task", "org_id", "task_id", postgresql_where=text("task_id is not null")),
    )

    user_id: Mapped[uuid.UUID]
    kind: Mapped[NotificationKind]
    lead_id: Mapped[uuid.UUID | None]
    task_id: Mapped[uuid.UUID | None]
    territory_id: Mapped[uuid.UUID | None]
    caused_by: Mapped[uuid.UUID | None]
    payload: Mapped[dict[str, Any] | None]
    """Further ids and counts."""
    read_at: Mapped[datetime | None]
