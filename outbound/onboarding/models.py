from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, Extracted, TenantChildKey, one_of, tenant_reference
from outbound.vocabulary import HandoffStatus


class OnboardingHandoff(Base, TenantChildKey, Extracted):
    """A lead that reached SCHEDULED, on its way to a quote."""

    __tablename__ = "onboarding_handoffs"
    __table_args__ = (
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        one_of("status", HandoffStatus),
        CheckConstraint("value_cents >= 0", name="value_cents"),
        Index("ix_onboarding_handoffs_lead", "org_id", "lead_id"),
        Index(
            "uq_onboarding_handoffs_open",
            "org_id",
            "lead_id",
            unique=True,
            postgresql_where=text("status in ('pending', 'quoted')"),
        ),
    )

    lead_id: Mapped[uuid.UUID]
    scheduled_at: Mapped[datetime]
    status: Mapped[HandoffStatus] = mapped_column(server_default=text("'pending'"))
    decided_at: Mapped[datetime | None]
    value_cents: Mapped[int | None] = mapped_column(BigInteger)
