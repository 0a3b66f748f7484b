from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import (
    Base,
    Extracted,
    TenantChildKey,
    Versioned,
    member_reference,
    one_of,
    tenant_reference,
)
from outbound.vocabulary import TaskState


class Task(Base, TenantChildKey, Extracted, Versioned):
    """Something a person owes a lead; a TASK activity records its completion."""

    __tablename__ = "tasks"
    __table_args__ = (
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        tenant_reference("activity_id", "activities", on_delete="SET NULL"),
        tenant_reference("enrollment_id", "lead_cadence_enrollments", on_delete="SET NULL"),
        tenant_reference("step_id", "cadence_steps", on_delete="SET NULL"),
        member_reference("assignee_id"),
        one_of("state", TaskState),
        CheckConstraint("(state = 'done') = (completed_at is not null)", name="completed"),
        Index("ix_tasks_assignee", "org_id", "assignee_id", "state", "due_at"),
        Index("ix_tasks_lead", "org_id", "lead_id"),
        # A cadence asks for a step's task once, whatever the executor does.
        Index(
            "uq_tasks_once",
            "org_id",
            "enrollment_id",
            "step_id",
            unique=True,
            postgresql_where=text("enrollment_id is not null and step_id is not null"),
        ),
    )

    lead_id: Mapped[uuid.UUID]
    assignee_id: Mapped[uuid.UUID | None]
    title: Mapped[str]
    due_at: Mapped[datetime | None]
    state: Mapped[TaskState] = mapped_column(server_default=text("'open'"))
    completed_at: Mapped[datetime | None]
    activity_id: Mapped[uuid.UUID | None]
    enrollment_id: Mapped[uuid.UUID | None]
    """The enrolment and step of the cadence that asked for it; none for a task somebody set."""
    step_id: Mapped[uuid.UUID | None]
