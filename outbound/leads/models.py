from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, Text, UniqueConstraint, text
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
from outbound.vocabulary import OPEN_STAGES, LeadType, Stage

_OPEN = ", ".join(f"'{stage.value}'" for stage in OPEN_STAGES)


def _where(name: str, *columns: str, present: str) -> Index:
    """An index of the rows that have a value there."""
    return Index(name, *columns, postgresql_where=text(f"{present} is not null"))


class Lead(Base, TenantKey, Extracted):
    """A household or person at a door. ``due_at`` is when the next touch is owed by its stage's SLA.

    One that is put away (``archived_at``) is in no list and holds no address; what happened with it stays.
    """

    __tablename__ = "leads"
    __table_args__ = (
        tenant_reference("address_id", "addresses"),
        tenant_reference("territory_id", "territories", on_delete="SET NULL"),
        tenant_reference("campaign_id", "campaigns", on_delete="SET NULL"),
        tenant_reference("import_id", "prospect_imports", on_delete="SET NULL"),
        tenant_reference("merged_into_id", "leads"),
        member_reference("created_by_id"),
        member_reference("owner_id"),
        one_of("lead_type", LeadType),
        one_of("pipeline_stage", Stage),
        CheckConstraint("estimated_value_cents >= 0", name="estimated_value_cents"),
        CheckConstraint("yard_size_sqft > 0", name="yard_size_sqft"),
        Index(
            "uq_leads_open_at_address",
            "org_id",
            "address_id",
            "lead_type",
            unique=True,
            postgresql_where=text(f"address_id is not null and archived_at is null and pipeline_stage in ({_OPEN})"),
        ),
        Index("ix_leads_owner", "org_id", "owner_id", "id"),
        Index("ix_leads_territory", "org_id", "territory_id", "id"),
        Index("ix_leads_stage", "org_id", "pipeline_stage", "due_at"),
        Index("ix_leads_address", "org_id", "address_id"),
        Index("ix_leads_cell", "org_id", "cell"),
        _where("ix_leads_merged_into", "org_id", "merged_into_id", present="merged_into_id"),
        _where("ix_leads_campaign", "org_id", "campaign_id", "id", present="campaign_id"),
        _where("ix_leads_import", "org_id", "import_id", "id", present="import_id"),
        _where("ix_leads_owner_due", "org_id", "owner_id", "due_at", "id", present="due_at"),
        _where("ix_leads_territory_due", "org_id", "territory_id", "due_at", "id", present="due_at"),
        _where("ix_leads_last_activity", "org_id", "last_activity_at", "id", present="last_activity_at"),
        Index("ix_leads_stage_entered", "org_id", "stage_entered_at", "id"),
    )

    lead_type: Mapped[LeadType] = mapped_column(server_default=text("'inbound'"))
    pipeline_stage: Mapped[Stage] = mapped_column(server_default=text("'COLD'"))
    stage_entered_at: Mapped[datetime]
    address_id: Mapped[uuid.UUID | None]
    territory_id: Mapped[uuid.UUID | None]
    campaign_id: Mapped[uuid.UUID | None]
    import_id: Mapped[uuid.UUID | None]
    created_by_id: Mapped[uuid.UUID | None]
    owner_id: Mapped[uuid.UUID | None]
    last_activity_at: Mapped[datetime | None]
    last_activity_id: Mapped[uuid.UUID | None]
    next_action_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    first_name: Mapped[str | None]
    last_name: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    language: Mapped[str | None]
    yard_size_sqft: Mapped[int | None]
    estimated_value_cents: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str | None]
    consent: Mapped[dict[str, Any] | None]
    external_ref: Mapped[str | None]
    cell: Mapped[int | None] = mapped_column(BigInteger)
    """The door's H3 cell, repeated here so that a map's box needs no join."""
    erased_at: Mapped[datetime | None]
    """When the person was erased. The row counts on, and tells of nobody."""
    version: Mapped[int] = mapped_column(server_default=text("1"))
    archived_at: Mapped[datetime | None]
    merged_into_id: Mapped[uuid.UUID | None]
    """The lead that it turned out to be: its history is shown there."""


class LeadStageChange(Base, TenantChildKey, Extracted):
    """A lead's stage, owner and territory from a moment on: append-only history.

    A change of owner or territory alone is a row too, with the stage unchanged: it tells a late activity whose lead
    it was.
    """

    __tablename__ = "lead_stage_changes"
    __table_args__ = (
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        tenant_reference("activity_id", "activities", on_delete="SET NULL"),
        tenant_reference("territory_id", "territories", on_delete="SET NULL"),
        member_reference("user_id"),
        member_reference("owner_id"),
        member_reference("acted_by"),
        one_of("from_stage", Stage),
        one_of("to_stage", Stage),
        Index("ix_lead_stage_changes_lead", "org_id", "lead_id", "occurred_at"),
    )

    lead_id: Mapped[uuid.UUID]
    from_stage: Mapped[Stage | None]
    to_stage: Mapped[Stage]
    occurred_at: Mapped[datetime]
    user_id: Mapped[uuid.UUID | None]
    owner_id: Mapped[uuid.UUID | None]
    territory_id: Mapped[uuid.UUID | None]
    due_at: Mapped[datetime | None]
    """When a touch was owed, on the rows that start a clock: a stage entered, or for COLD its first owner."""
    activity_id: Mapped[uuid.UUID | None]
    acted_by: Mapped[uuid.UUID | None]
    undone_at: Mapped[datetime | None]
    """When the activity that made this move was taken back: the history reads as if it had not been."""


class LeadToken(Base):
    """A word that a lead is found by, kept in step by triggers (``outbound.lead_words``)."""

    __tablename__ = "lead_tokens"

    org_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    lead_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)


class LeadTag(Base, TenantChildKey):
    """A word that people hang on a lead."""

    __tablename__ = "lead_tags"
    __table_args__ = (
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        member_reference("created_by_id"),
        UniqueConstraint("org_id", "lead_id", "tag"),
        CheckConstraint("length(tag) between 1 and 50", name="tag"),
        Index("ix_lead_tags_tag", "org_id", "tag", "lead_id"),
    )

    lead_id: Mapped[uuid.UUID]
    tag: Mapped[str]
    created_by_id: Mapped[uuid.UUID | None]


class LeadMerge(Base, TenantChildKey):
    """Two leads that turned out to be one, and what is needed to part them again; no personal value."""

    __tablename__ = "lead_merges"
    __table_args__ = (
        tenant_reference("survivor_id", "leads", on_delete="CASCADE"),
        tenant_reference("merged_id", "leads", on_delete="CASCADE"),
        member_reference("merged_by"),
        member_reference("undone_by"),
        CheckConstraint("survivor_id <> merged_id", name="two_leads"),
        Index("ix_lead_merges_survivor", "org_id", "survivor_id"),
        Index(
            "uq_lead_merges_standing", "org_id", "merged_id", unique=True, postgresql_where=text("undone_at is null")
        ),
    )

    survivor_id: Mapped[uuid.UUID]
    merged_id: Mapped[uuid.UUID]
    merged_at: Mapped[datetime]
    merged_by: Mapped[uuid.UUID | None]
    filled: Mapped[list[Any]]
    """Columns of the survivor that were empty and took the other's value."""
    before: Mapped[dict[str, Any]]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[uuid.UUID | None]
