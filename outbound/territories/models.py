from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Computed, Float, Index, UniqueConstraint, false, func, text, true
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import (
    Base,
    Extracted,
    TenantChildKey,
    TenantKey,
    Versioned,
    member_reference,
    one_of,
    tenant_reference,
)
from outbound.vocabulary import AssignmentRole, OwnerRule, TerritoryType


class Territory(Base, TenantKey, Extracted, Versioned):
    """A polygon of turf. ``geometry`` is a GeoJSON MultiPolygon, longitude first."""

    __tablename__ = "territories"
    __table_args__ = (
        UniqueConstraint("org_id", "slug"),
        tenant_reference("parent_id", "territories"),
        one_of("type", TerritoryType),
        one_of("owner_rule", OwnerRule),
        CheckConstraint("parent_id <> id", name="own_parent"),
        CheckConstraint("geometry ->> 'type' = 'MultiPolygon'", name="geometry"),
        CheckConstraint("color is null or color ~ '^#[0-9a-f]{6}$'", name="color"),
        CheckConstraint("priority_weight between 1 and 1000", name="priority_weight"),
        CheckConstraint("retired_at is null or not active", name="retired"),
        Index("ix_territories_parent", "org_id", "parent_id"),
    )

    name: Mapped[str]
    slug: Mapped[str]
    type: Mapped[TerritoryType]
    color: Mapped[str | None]
    geometry: Mapped[dict[str, Any]]
    west: Mapped[float] = mapped_column(Float, Computed("outbound.edge(geometry, 0, false)", persisted=True))
    south: Mapped[float] = mapped_column(Float, Computed("outbound.edge(geometry, 1, false)", persisted=True))
    east: Mapped[float] = mapped_column(Float, Computed("outbound.edge(geometry, 0, true)", persisted=True))
    north: Mapped[float] = mapped_column(Float, Computed("outbound.edge(geometry, 1, true)", persisted=True))
    """The box around the geometry, kept by the database."""
    parent_id: Mapped[uuid.UUID | None]
    priority_weight: Mapped[int] = mapped_column(server_default=text("1"))
    active: Mapped[bool] = mapped_column(server_default=true())
    zone: Mapped[str]
    """IANA zone: its weeks and quiet hours are local to it."""
    owner_rule: Mapped[OwnerRule] = mapped_column(server_default=text("'fixed'"), default=OwnerRule.FIXED)
    """Who is given its new leads, where a list or an inbound lead names nobody."""
    retired_at: Mapped[datetime | None]
    """Since when it is gone from the map. The row stays, for history names it."""


class TerritoryAssignment(Base, TenantChildKey, Extracted):
    """Who works a territory, and when they did: history needs the ended ones too."""

    __tablename__ = "territory_assignments"
    __table_args__ = (
        tenant_reference("territory_id", "territories", on_delete="CASCADE"),
        member_reference("user_id"),
        one_of("role", AssignmentRole),
        CheckConstraint("unassigned_at is null or unassigned_at >= assigned_at", name="period"),
        Index(
            "uq_territory_assignments_current",
            "org_id",
            "territory_id",
            "user_id",
            unique=True,
            postgresql_where=text("unassigned_at is null"),
        ),
        Index("ix_territory_assignments_user", "org_id", "user_id"),
    )

    territory_id: Mapped[uuid.UUID]
    user_id: Mapped[uuid.UUID]
    role: Mapped[AssignmentRole]
    assigned_at: Mapped[datetime] = mapped_column(server_default=func.now())
    unassigned_at: Mapped[datetime | None]
    is_primary: Mapped[bool] = mapped_column(server_default=false())
