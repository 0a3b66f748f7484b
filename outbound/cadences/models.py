from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, false, func, text, true
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, Extracted, TenantChildKey, TenantKey, Versioned, one_of, tenant_reference
from outbound.vocabulary import EnrollmentEnd, EnrollmentStatus, Stage, StepChannel


class Cadence(Base, TenantKey, Extracted, Versioned):
    """A sequence of steps for leads in ``target_stage``.

    ``edition`` counts the changes of its steps, ``version`` those of anything people edit. A cadence that was deleted
    is retired: what it once did keeps its name.
    """

    __tablename__ = "cadences"
    __table_args__ = (
        one_of("target_stage", Stage),
        Index("uq_cadences_name", "org_id", "name", unique=True, postgresql_where=text("retired_at is null")),
    )

    name: Mapped[str]
    description: Mapped[str | None]
    target_stage: Mapped[Stage]
    active: Mapped[bool] = mapped_column(server_default=true())
    edition: Mapped[int] = mapped_column(server_default=text("1"))
    retired_at: Mapped[datetime | None]


class CadenceStep(Base, TenantChildKey, Extracted):
    """One step; it belongs to the editions from ``first_edition`` to ``last_edition``, none: it is in force.

    ``wait_minutes`` run from the step before, or from the enrolment; ``sla_minutes`` is how soon its task is owed.
    """

    __tablename__ = "cadence_steps"
    __table_args__ = (
        tenant_reference("cadence_id", "cadences", on_delete="CASCADE"),
        tenant_reference("template_id", "message_templates"),
        Index(
            "uq_cadence_steps_order",
            "org_id",
            "cadence_id",
            "order",
            unique=True,
            postgresql_where=text("last_edition is null"),
        ),
        CheckConstraint("last_edition >= first_edition", name="editions"),
        one_of("channel", StepChannel),
        CheckConstraint("wait_minutes >= 0", name="wait_minutes"),
        CheckConstraint("sla_minutes > 0", name="sla_minutes"),
        CheckConstraint('"order" >= 1', name="order"),
    )

    cadence_id: Mapped[uuid.UUID]
    order: Mapped[int]
    channel: Mapped[StepChannel]
    template_id: Mapped[uuid.UUID | None]
    wait_minutes: Mapped[int] = mapped_column(server_default=text("0"))
    sla_minutes: Mapped[int | None]
    auto_complete: Mapped[bool] = mapped_column(server_default=false())
    step_metadata: Mapped[dict[str, Any] | None] = mapped_column("metadata")
    first_edition: Mapped[int] = mapped_column(server_default=text("1"))
    last_edition: Mapped[int | None]


class LeadCadenceEnrollment(Base, TenantChildKey, Extracted):
    """A lead's way through a cadence; at most one runs at a time.

    ``edition`` is the cadence's when it began; ``current_step_id`` the step that is due at ``next_run_at``.
    """

    __tablename__ = "lead_cadence_enrollments"
    __table_args__ = (
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        tenant_reference("cadence_id", "cadences"),
        tenant_reference("current_step_id", "cadence_steps", on_delete="SET NULL"),
        one_of("status", EnrollmentStatus),
        one_of("ended_because", EnrollmentEnd),
        Index(
            "uq_lead_cadence_enrollments_running",
            "org_id",
            "lead_id",
            unique=True,
            postgresql_where=text("status in ('active', 'paused')"),
        ),
        Index(
            "ix_lead_cadence_enrollments_due",
            "org_id",
            "next_run_at",
            postgresql_where=text("status = 'active'"),
        ),
        Index("ix_lead_cadence_enrollments_lead", "org_id", "lead_id"),
        Index("ix_lead_cadence_enrollments_cadence", "org_id", "cadence_id", "id"),
    )

    lead_id: Mapped[uuid.UUID]
    cadence_id: Mapped[uuid.UUID]
    current_step_id: Mapped[uuid.UUID | None]
    status: Mapped[EnrollmentStatus] = mapped_column(server_default=text("'active'"))
    started_at: Mapped[datetime] = mapped_column(server_default=func.now())
    last_executed_at: Mapped[datetime | None]
    next_run_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    edition: Mapped[int] = mapped_column(server_default=text("1"))
    paused_at: Mapped[datetime | None]
    ended_because: Mapped[EnrollmentEnd | None]
