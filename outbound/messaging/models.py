from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, text
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
from outbound.vocabulary import MessageChannel, MessageDirection, MessageStatus


class MessageTemplate(Base, TenantKey, Versioned):
    """What a message says, with ``{{ names }}`` for what differs from lead to lead. Deleting retires it."""

    __tablename__ = "message_templates"
    __table_args__ = (
        one_of("channel", MessageChannel),
        Index("uq_message_templates_name", "org_id", "name", unique=True, postgresql_where=text("retired_at is null")),
    )

    name: Mapped[str]
    channel: Mapped[MessageChannel]
    subject: Mapped[str | None]
    body: Mapped[str]
    retired_at: Mapped[datetime | None]


class Message(Base, TenantChildKey, Extracted):
    """One message to or from a lead. ``reason`` says why one was not sent."""

    __tablename__ = "messages"
    __table_args__ = (
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        tenant_reference("enrollment_id", "lead_cadence_enrollments", on_delete="SET NULL"),
        tenant_reference("step_id", "cadence_steps", on_delete="SET NULL"),
        tenant_reference("template_id", "message_templates"),
        tenant_reference("territory_id", "territories", on_delete="SET NULL"),
        member_reference("owner_id"),
        one_of("channel", MessageChannel),
        one_of("direction", MessageDirection),
        one_of("status", MessageStatus),
        CheckConstraint("(status = 'delivered') = (delivered_at is not null)", name="delivered"),
        CheckConstraint("status not in ('suppressed', 'failed') or reason is not null", name="reason"),
        Index("ix_messages_lead", "org_id", "lead_id"),
        # An enrolment sends a step once, whatever the scheduler does.
        Index(
            "uq_messages_once",
            "org_id",
            "enrollment_id",
            "step_id",
            unique=True,
            postgresql_where=text("enrollment_id is not null and step_id is not null"),
        ),
    )

    lead_id: Mapped[uuid.UUID]
    enrollment_id: Mapped[uuid.UUID | None]
    step_id: Mapped[uuid.UUID | None]
    channel: Mapped[MessageChannel]
    direction: Mapped[MessageDirection] = mapped_column(server_default=text("'outbound'"))
    status: Mapped[MessageStatus] = mapped_column(server_default=text("'queued'"))
    reason: Mapped[str | None]
    scheduled_for: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    provider_ref: Mapped[str | None]
    territory_id: Mapped[uuid.UUID | None]
    owner_id: Mapped[uuid.UUID | None]
    cell: Mapped[int | None] = mapped_column(BigInteger)
    template_id: Mapped[uuid.UUID | None]
