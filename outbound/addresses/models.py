from __future__ import annotations

import uuid
from datetime import datetime, time

from sqlalchemy import (
    REAL,
    BigInteger,
    CheckConstraint,
    Computed,
    Float,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from outbound.storage.base import (
    Base,
    Extracted,
    TenantChildKey,
    TenantKey,
    Versioned,
    one_of,
    tenant_reference,
)
from outbound.vocabulary import LocationSource

_BUILDING = r"""
    case
        when unit = '' then canonical
        when unit ~* '\m(bldg|building|bld|floor|flr|fl|dept|department|hangar|hanger|hngr|lot|pier|slip|space|spc|stop|trailer|trlr|tower|basement|bsmt|front|frnt|lobby|lbby|lower|lowr|office|ofc|penthouse|ph|rear|side|upper|uppr)\M'
        then regexp_replace(canonical, '( (BLDG|FL|DEPT|HNGR|LOT|PIER|SLIP|SPC|STOP|TRLR|TOWER) [^ ,]+| (BSMT|FRNT|LBBY|LOWR|OFC|PH|REAR|SIDE|UPPR))*( # [^ ,]+)?(, .*)?$', '\5')
        else regexp_replace(canonical, ' # [^ ,]+(, .*)?$', '\1')
    end
"""  # noqa: E501 (as PostgreSQL keeps it)
_STREET = """
    case
        when house_number = '' and street = '' then null
        when house_number = '' then canonical
        else substr(canonical, strpos(canonical, ' ') + 1)
    end
"""


class Address(Base, TenantKey, Extracted, Versioned):
    """A door. The exact position is encrypted; its H3 cell of resolution 9 stands beside it in the clear."""

    __tablename__ = "addresses"
    __table_args__ = (
        UniqueConstraint("org_id", "canonical"),
        tenant_reference("territory_id", "territories", on_delete="SET NULL"),
        one_of("location_source", LocationSource),
        CheckConstraint("(position is null) = (cell is null)", name="position_and_cell"),
        Index("ix_addresses_territory", "org_id", "territory_id"),
        Index("ix_addresses_cell", "org_id", "cell"),
        Index("ix_addresses_building", "org_id", "building"),
        Index("ix_addresses_street", "org_id", "street_key"),
        Index("ix_addresses_number", "org_id", "postcode", "house_number"),
        Index(
            "ix_addresses_unplaced",
            "org_id",
            "id",
            postgresql_where=text("position is null or location_source = 'zip_centroid' or location_accuracy > 150"),
        ),
    )

    house_number: Mapped[str] = mapped_column(server_default=text("''"))
    street: Mapped[str] = mapped_column(server_default=text("''"))
    unit: Mapped[str] = mapped_column(server_default=text("''"))
    city: Mapped[str] = mapped_column(server_default=text("''"))
    state: Mapped[str] = mapped_column(server_default=text("''"))
    postcode: Mapped[str] = mapped_column(server_default=text("''"))
    country: Mapped[str] = mapped_column(server_default=text("'US'"))
    canonical: Mapped[str]
    """One spelling of one door (see ``addresses.rules.canonical_line``), unique in the organisation."""
    position: Mapped[bytes | None] = mapped_column(LargeBinary)
    cell: Mapped[int | None] = mapped_column(BigInteger)
    territory_id: Mapped[uuid.UUID | None]
    location_source: Mapped[LocationSource | None]
    location_accuracy: Mapped[float | None] = mapped_column(Float)
    """Radius in metres within which the door is thought to lie."""
    location_confidence: Mapped[float | None] = mapped_column(REAL)
    """0 to 1: how sure it is that the position is this door's."""
    do_not_knock: Mapped[bool] = mapped_column(server_default=false())
    curfew: Mapped[time | None]
    """Local time after which this door is not knocked (a homeowners' association's or town's rule)."""
    building: Mapped[str | None] = mapped_column(
        Text(collation="C"), Computed(_BUILDING, persisted=True), deferred=True
    )
    """The canonical line without the unit: doors that share it stand in one building."""
    street_key: Mapped[str | None] = mapped_column(
        Text(collation="C"), Computed(_STREET, persisted=True), deferred=True
    )
    """The canonical line without the house number, for a search by street."""
    do_not_knock_reason: Mapped[str | None]
    do_not_knock_at: Mapped[datetime | None]


class DoorChange(Base, TenantChildKey, Extracted):
    """What a door was until ``changed_at``: its cell, its territory, and whether it was to be left alone.

    Written by a trigger, whoever changes the door, so that past weeks keep the doors of their time. A door that had no
    position leaves none.
    """

    __tablename__ = "door_changes"
    __table_args__ = (
        tenant_reference("address_id", "addresses", on_delete="CASCADE"),
        tenant_reference("territory_id", "territories", on_delete="SET NULL"),
        Index("ix_door_changes_address", "org_id", "address_id", "changed_at"),
        Index("ix_door_changes_territory", "org_id", "territory_id"),
    )

    address_id: Mapped[uuid.UUID]
    changed_at: Mapped[datetime]
    cell: Mapped[int] = mapped_column(BigInteger)
    territory_id: Mapped[uuid.UUID | None]
    do_not_knock: Mapped[bool]
