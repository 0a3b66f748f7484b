from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import REAL, BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import (
    SCHEMA,
    Base,
    TenantKey,
    Timestamps,
    Versioned,
    member_reference,
    one_of,
    tenant_reference,
)
from outbound.vocabulary import MatchDecision

_WHAT = "(import_id is not null or (lead_id is not null and other_lead_id is not null)) and lead_id <> other_lead_id"


class MatchPair(Base, TenantKey, Versioned):
    """Two records that may be one lead, and what a person said of them; no personal value.

    Either a row of a list (``import_id``, ``line``) with a lead or another row (``matched_line``), or two leads.
    """

    __tablename__ = "match_pairs"
    __table_args__ = (
        UniqueConstraint("org_id", "import_id", "line"),
        UniqueConstraint("org_id", "lead_id", "other_lead_id"),
        tenant_reference("import_id", "prospect_imports", on_delete="CASCADE"),
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        tenant_reference("other_lead_id", "leads", on_delete="CASCADE"),
        tenant_reference("merged_id", "leads", on_delete="SET NULL"),
        member_reference("decided_by"),
        one_of("decision", MatchDecision),
        CheckConstraint("(decision is null) = (decided_at is null)", name="decided"),
        CheckConstraint("score between 0 and 1", name="score"),
        CheckConstraint(_WHAT, name="what"),
        Index("ix_match_pairs_waiting", "org_id", "id", postgresql_where=text("decision is null")),
        Index(
            "ix_match_pairs_other_lead", "org_id", "other_lead_id", postgresql_where=text("other_lead_id is not null")
        ),
        Index("ix_match_pairs_lead", "org_id", "lead_id", postgresql_where=text("lead_id is not null")),
    )

    import_id: Mapped[uuid.UUID | None]
    line: Mapped[int | None] = mapped_column(BigInteger)
    matched_line: Mapped[int | None] = mapped_column(BigInteger)
    lead_id: Mapped[uuid.UUID | None]
    other_lead_id: Mapped[uuid.UUID | None]
    score: Mapped[float] = mapped_column(REAL)
    evidence: Mapped[dict[str, Any]]
    because: Mapped[str | None]
    """Why a person is asked although much is shared."""
    found_at: Mapped[datetime]
    decision: Mapped[MatchDecision | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[uuid.UUID | None]
    merged_id: Mapped[uuid.UUID | None]
    """Of two leads that were merged: the one that was put away."""


class MatchThresholds(Base, Timestamps, Versioned):
    """How sure an organisation wants to be; without a row, what :class:`outbound.matching.rules.Thresholds` says."""

    __tablename__ = "match_thresholds"
    __table_args__ = (CheckConstraint("same between 0.5 and 1 and unsure between 0 and same", name="order"),)

    org_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey(f"{SCHEMA}.organisations.id", ondelete="CASCADE"), primary_key=True
    )
    same: Mapped[float] = mapped_column(REAL)
    unsure: Mapped[float] = mapped_column(REAL)
