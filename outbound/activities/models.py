from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, UniqueConstraint, false, func
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import (
    Base,
    Extracted,
    TenantChildKey,
    TenantKey,
    member_reference,
    one_of,
    tenant_reference,
)
from outbound.vocabulary import ActivityResult, ActivityType, Stage


class Activity(Base, TenantChildKey, Extracted):
    """Something that happened with a lead. Never updated, but for ``undone_at``.

    ``territory_id``, ``owner_id`` and ``cell`` are the lead's as of ``occurred_at``; ``position`` is
    where the phone was, encrypted.
    """

    __tablename__ = "activities"
    __table_args__ = (
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        tenant_reference("address_id", "addresses"),
        tenant_reference("territory_id", "territories", on_delete="SET NULL"),
        tenant_reference("trip_stop_id", "trip_stops", on_delete="SET NULL"),
        member_reference("user_id"),
        member_reference("owner_id"),
        one_of("type", ActivityType),
        one_of("result", ActivityResult),
        CheckConstraint("duration_secs >= 0", name="duration_secs"),
        Index("ix_activities_lead", "org_id", "lead_id", "occurred_at"),
        Index("ix_activities_user", "org_id", "user_id", "occurred_at"),
        Index("ix_activities_territory", "org_id", "territory_id", "occurred_at"),
    )

    lead_id: Mapped[uuid.UUID]
    address_id: Mapped[uuid.UUID | None]
    user_id: Mapped[uuid.UUID | None]
    type: Mapped[ActivityType]
    channel: Mapped[str | None]
    occurred_at: Mapped[datetime]
    received_at: Mapped[datetime] = mapped_column(server_default=func.now())
    result: Mapped[ActivityResult | None]
    notes: Mapped[str | None]
    position: Mapped[bytes | None] = mapped_column(LargeBinary)
    cell: Mapped[int | None] = mapped_column(BigInteger)
    attachments: Mapped[list[Any] | None]
    duration_secs: Mapped[int | None]
    follow_up_at: Mapped[datetime | None]
    territory_id: Mapped[uuid.UUID | None]
    owner_id: Mapped[uuid.UUID | None]
    trip_stop_id: Mapped[uuid.UUID | None]
    clock_offset_ms: Mapped[int | None] = mapped_column(BigInteger)
    """What was added to the phone's clock to get ``occurred_at``."""
    clock_suspect: Mapped[bool] = mapped_column(server_default=false())
    undone_at: Mapped[datetime | None]
    """When its author took it back: it stays a fact of the log, and counts for nothing."""


class ActivityOutcome(Base, TenantKey):
    """One row of the table result × stage → stage, cadence, next action: a rule as an organisation's data."""

    __tablename__ = "activity_outcomes"
    __table_args__ = (
        UniqueConstraint("org_id", "result", "stage"),
        tenant_reference("cadence_id", "cadences", on_delete="SET NULL"),
        one_of("result", ActivityResult),
        one_of("stage", Stage),
        one_of("to_stage", Stage),
        CheckConstraint("next_action_minutes >= 0", name="next_action_minutes"),
    )

    result: Mapped[ActivityResult]
    stage: Mapped[Stage]
    to_stage: Mapped[Stage]
    cadence_id: Mapped[uuid.UUID | None]
    next_action_minutes: Mapped[int | None]


class StagePolicy(Base, TenantKey, Extracted):
    """How soon a lead that enters a stage is owed a touch."""

    __tablename__ = "stage_policies"
    __table_args__ = (
        UniqueConstraint("org_id", "stage"),
        one_of("stage", Stage),
        CheckConstraint("sla_minutes > 0", name="sla_minutes"),
    )

    stage: Mapped[Stage]
    sla_minutes: Mapped[int | None]
