from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from outbound.storage.base import Base, TenantChildKey, TenantKey, member_reference, one_of, tenant_reference
from outbound.vocabulary import BulkAction


class BulkChange(Base, TenantKey):
    """One change of many leads, with its counts."""

    __tablename__ = "bulk_changes"
    __table_args__ = (
        member_reference("created_by_id"),
        member_reference("undone_by"),
        one_of("action", BulkAction),
    )

    action: Mapped[BulkAction]
    params: Mapped[dict[str, Any]]
    filter: Mapped[dict[str, Any] | None]
    """The filter that chose the leads; none where they were named."""
    matched: Mapped[int]
    changed: Mapped[int]
    skipped: Mapped[dict[str, Any]]
    """How many were left as they were, by reason."""
    created_by_id: Mapped[uuid.UUID | None]
    made_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[uuid.UUID | None]
    undone: Mapped[dict[str, Any] | None]
    """How many were restored, and how many kept because somebody has changed them since."""


class BulkChangeItem(Base, TenantChildKey):
    """One lead of a bulk change, with what it was before."""

    __tablename__ = "bulk_change_items"
    __table_args__ = (
        tenant_reference("bulk_id", "bulk_changes", on_delete="CASCADE"),
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        UniqueConstraint("org_id", "bulk_id", "lead_id"),
        Index("ix_bulk_change_items_lead", "org_id", "lead_id"),
    )

    bulk_id: Mapped[uuid.UUID]
    lead_id: Mapped[uuid.UUID]
    before: Mapped[dict[str, Any]]
