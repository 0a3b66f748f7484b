"""What geocoders answered, how often they were asked, and doors that wait for a better position."""

from __future__ import annotations

import uuid
from datetime import date, datetime

from sqlalchemy import REAL, BigInteger, CheckConstraint, Double, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import Base, TenantChildKey, TenantKey, tenant_reference


class GeocoderAnswer(Base, TenantKey):
    """An answer kept for a while. Neither the question nor the answer can be read without the key ring."""

    __tablename__ = "geocoder_answers"
    __table_args__ = (
        UniqueConstraint("org_id", "provider", "digest"),
        CheckConstraint("(position is null) = (accuracy is null)", name="found"),
        Index("ix_geocoder_answers_expires", "org_id", "expires_at"),
    )

    provider: Mapped[str]
    digest: Mapped[str]
    """A keyed hash of the address that was asked for."""
    position: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed for this row; none: the geocoder knows no such door."""
    accuracy: Mapped[float | None] = mapped_column(Double)
    confidence: Mapped[float | None] = mapped_column(REAL)
    expires_at: Mapped[datetime]


class GeocodingAttempt(Base, TenantChildKey):
    """A door that was looked for and not found well enough, and when it is looked for again."""

    __tablename__ = "geocoding_attempts"
    __table_args__ = (
        tenant_reference("address_id", "addresses", on_delete="CASCADE"),
        UniqueConstraint("org_id", "address_id"),
    )

    address_id: Mapped[uuid.UUID]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    next_at: Mapped[datetime]
    points: Mapped[str | None]
    """Version of the address points it was looked for in: newer ones are a reason to look at once."""


class Geocoder(Base):
    """An online geocoder as the whole installation uses it: its calls of the month, its pace, its health."""

    __tablename__ = "geocoders"

    provider: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[date]
    calls: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    next_call_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    down_until: Mapped[datetime | None]
