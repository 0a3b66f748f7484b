from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, TenantChildKey, member_reference, one_of, tenant_reference
from outbound.vocabulary import AttachmentState, MediaType


class Attachment(Base, TenantChildKey):
    """A file of a lead. While ``pending``, size, hash and type are what its sender declared; once ``stored``, those
    of the cleaned content."""

    __tablename__ = "attachments"
    __table_args__ = (
        tenant_reference("lead_id", "leads", on_delete="CASCADE"),
        tenant_reference("activity_id", "activities", on_delete="SET NULL"),
        member_reference("uploaded_by"),
        one_of("state", AttachmentState),
        one_of("media_type", MediaType),
        CheckConstraint("size > 0", name="size"),
        Index("ix_attachments_lead", "org_id", "lead_id", "id"),
        Index("ix_attachments_sha256", "org_id", "sha256"),
    )

    lead_id: Mapped[uuid.UUID]
    activity_id: Mapped[uuid.UUID | None]
    uploaded_by: Mapped[uuid.UUID | None]
    state: Mapped[AttachmentState]
    file_name: Mapped[str]
    """As its sender called it, without anything that could name a place: only shown, never opened."""
    media_type: Mapped[MediaType]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    """Bytes."""
    width: Mapped[int | None]
    height: Mapped[int | None]


Index(
    "ix_attachments_activity",
    Attachment.org_id,
    Attachment.activity_id,
    postgresql_where=Attachment.activity_id.is_not(None),
)
