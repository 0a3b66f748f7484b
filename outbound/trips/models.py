from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint, text
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
from outbound.vocabulary import DistanceBasis, Optimization, StopStatus, TripStatus


class Trip(Base, TenantKey, Extracted, Versioned):
    """A canvassing run. Distances in metres, durations in minutes; ends encrypted."""

    __tablename__ = "trips"
    __table_args__ = (
        member_reference("created_by_id"),
        member_reference("owner_id"),
        tenant_reference("territory_id", "territories", on_delete="SET NULL"),
        one_of("optimization", Optimization),
        one_of("status", TripStatus),
        one_of("distance_basis", DistanceBasis),
        CheckConstraint("distance_meters >= 0 and actual_distance_meters >= 0", name="distances"),
        CheckConstraint("duration_minutes >= 0 and actual_duration_minutes >= 0", name="durations"),
        CheckConstraint("(status = 'completed') = (completed_at is not null)", name="completed"),
        Index("ix_trips_owner", "org_id", "owner_id", "planned_start"),
        Index("ix_trips_territory", "org_id", "territory_id"),
    )

    created_by_id: Mapped[uuid.UUID]
    owner_id: Mapped[uuid.UUID]
    name: Mapped[str | None]
    territory_id: Mapped[uuid.UUID | None]
    start_position: Mapped[bytes | None] = mapped_column(LargeBinary)
    start_cell: Mapped[int | None] = mapped_column(BigInteger)
    end_position: Mapped[bytes | None] = mapped_column(LargeBinary)
    end_cell: Mapped[int | None] = mapped_column(BigInteger)
    optimization: Mapped[Optimization] = mapped_column(server_default=text("'WALKING'"))
    planned_start: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    status: Mapped[TripStatus] = mapped_column(server_default=text("'planned'"))
    distance_meters: Mapped[int | None]
    duration_minutes: Mapped[int | None]
    actual_distance_meters: Mapped[int | None]
    actual_duration_minutes: Mapped[int | None]
    distance_basis: Mapped[DistanceBasis | None]
    """What the planned distance was measured along; none: it was not estimated."""
    cancelled_at: Mapped[datetime | None]


class TripStop(Base, TenantChildKey, Extracted):
    __tablename__ = "trip_stops"
    __table_args__ = (
        tenant_reference("trip_id", "trips", on_delete="CASCADE"),
        tenant_reference("lead_id", "leads", on_delete="SET NULL"),
        tenant_reference("address_id", "addresses"),
        UniqueConstraint("org_id", "trip_id", "order", deferrable=True),
        one_of("status", StopStatus),
        CheckConstraint('"order" >= 1', name="order"),
        CheckConstraint("(status = 'completed') = (completed_at is not null)", name="completed"),
        Index("ix_trip_stops_lead", "org_id", "lead_id"),
    )

    trip_id: Mapped[uuid.UUID]
    lead_id: Mapped[uuid.UUID | None]
    address_id: Mapped[uuid.UUID | None]
    order: Mapped[int]
    planned_at: Mapped[datetime | None]
    arrival_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    status: Mapped[StopStatus] = mapped_column(server_default=text("'pending'"))
    notes: Mapped[str | None]
    skip_reason: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    """When the status was decided at the door, and the notes written: a late message from before changes neither."""
    noted_at: Mapped[datetime | None]
