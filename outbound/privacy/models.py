from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, TenantKey, Xid8, member_reference


class Erasure(Base, TenantKey):
    """A person who was erased. ``lead_id`` is the random id the row has since; ``former`` a fingerprint of the one
    it had, so that asking again is answered, and nothing leads back."""

    __tablename__ = "erasures"
    __table_args__ = (UniqueConstraint("org_id", "former"), member_reference("erased_by"))

    lead_id: Mapped[uuid.UUID]
    erased_at: Mapped[datetime]
    erased_by: Mapped[uuid.UUID | None]
    former: Mapped[str]
    erased_in: Mapped[int] = mapped_column(
        Xid8(), server_default=text("pg_current_xact_id()"), deferred=True, sort_order=902
    )
    """The transaction, which the lake's first snapshot must have seen."""


class OrganisationExport(Base, TenantKey):
    """Leave to fetch an export until ``expires_at``. Nothing is stored: it is written while it is fetched."""

    __tablename__ = "organisation_exports"
    __table_args__ = (member_reference("requested_by"),)

    requested_by: Mapped[uuid.UUID]
    expires_at: Mapped[datetime]


class OrganisationDeletion(Base, TenantKey):
    """The wish that the organisation be deleted at ``due_at``, unless it is withdrawn before."""

    __tablename__ = "organisation_deletions"
    __table_args__ = (
        member_reference("requested_by"),
        member_reference("withdrawn_by"),
        CheckConstraint("due_at >= requested_at", name="waiting"),
        Index(
            "uq_organisation_deletions_pending", "org_id", unique=True, postgresql_where=text("withdrawn_at is null")
        ),
    )

    requested_by: Mapped[uuid.UUID]
    requested_at: Mapped[datetime]
    due_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[uuid.UUID | None]
