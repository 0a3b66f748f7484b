"""Doors: found by their one spelling, or added and placed in their territory."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.addresses.models import Address
from outbound.errors import Conflict, Invalid, NotFound
from outbound.geo.cells import cell_at
from outbound.ids import uuid7
from outbound.postal.rules import PostalParts, canonical_line
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position, seal_position
from outbound.storage.locks import serialise
from outbound.turf.holding import territory_at
from outbound.vocabulary import LocationSource


@dataclass(frozen=True)
class DoorDraft:
    """A door as it was captured. Latitude and longitude in WGS 84 degrees, both or neither."""

    parts: PostalParts
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True)
class AddressDraft:
    """A door as it was captured, without a lead."""

    id: uuid.UUID | None
    door: DoorDraft


@dataclass(frozen=True)
class Door:
    """What a lead needs to know of its door."""

    id: uuid.UUID
    territory_id: uuid.UUID | None
    cell: int | None
    is_new: bool = False


def find_or_add_door(session: Session, draft: DoorDraft, now: datetime, *, id: uuid.UUID | None = None) -> Door:
    """The organisation's door of that spelling, or a new one (with ``id``, if one is given).

    A pin without an address is a door too, spelled by its position. Raises :class:`Invalid` for neither,
    :class:`Conflict` for an id that is another door's.
    """
    context = context_of(session)
    canonical = spelling_of(session, draft)
    serialise(session, "address", canonical)  # two reps at one new door add it once
    known = session.scalar(text("select outbound.address_of(:canonical)"), {"canonical": canonical})
    if known is not None:
        visible = session.scalars(
            select(Address).where(Address.org_id == context.org_id, Address.id == known)
        ).one_or_none()
        return Door(known, visible.territory_id, visible.cell) if visible else _foreign_door(session, draft, known)
    territory_id = None
    if draft.lat is not None and draft.lon is not None:
        territory_id = territory_at(session, draft.lat, draft.lon)
    row = row_of(session, draft, canonical, territory_id, id=id)
    # A plain insert: what the policies hide from the caller could not be returned.
    try:
        session.execute(insert(Address).values(org_id=context.org_id, **row))
    except IntegrityError as error:
        raise Conflict("This id is another address's; send it under a new one.") from error
    return Door(row["id"], territory_id, row["cell"], is_new=True)


def spelling_of(session: Session, draft: DoorDraft) -> str:
    """The one spelling of a door. Raises :class:`Invalid` for one that has neither an address nor a position."""
    return canonical_line(draft.parts) or _pin(session, draft)


def row_of(
    session: Session, draft: DoorDraft, canonical: str, territory_id: uuid.UUID | None, *, id: uuid.UUID | None = None
) -> dict[str, Any]:
    """The columns of a new door."""
    door_id, parts = id or uuid7(), draft.parts
    position, cell = None, None
    if draft.lat is not None and draft.lon is not None:
        position = seal_position(keys_of(session), context_of(session).org_id, door_id, draft.lat, draft.lon)
        cell = cell_at(draft.lat, draft.lon)
    return {
        "id": door_id,
        "house_number": parts.house_number,
        "street": parts.street,
        "unit": parts.unit,
        "city": parts.city,
        "state": parts.state,
        "postcode": parts.postcode,
        "canonical": canonical,
        "position": position,
        "cell": cell,
        "territory_id": territory_id,
        "location_source": LocationSource.PIN if position else None,
    }


def known_door(session: Session, address_id: uuid.UUID) -> Door:
    """A door in the caller's reach. Raises :class:`NotFound`."""
    row = session.execute(
        select(Address.id, Address.territory_id, Address.cell).where(
            Address.org_id == context_of(session).org_id, Address.id == address_id
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"There is no address {address_id} in your reach.")
    return Door(*row)


def position_of(session: Session, address: Address) -> tuple[float, float] | None:
    """Latitude and longitude of a door, opened for somebody who may see it; none where it is not readable."""
    return readable_position(keys_of(session), address.org_id, address.id, address.position)


def _foreign_door(session: Session, draft: DoorDraft, door_id: uuid.UUID) -> Door:
    # A door of a neighbour's territory: the capture's own position says where it lies.
    if draft.lat is None or draft.lon is None:
        return Door(door_id, None, None)
    return Door(door_id, territory_at(session, draft.lat, draft.lon), cell_at(draft.lat, draft.lon))


def _pin(session: Session, draft: DoorDraft) -> str:
    """The spelling of a door that has a position alone: the same for the same metre, and no position to read."""
    if draft.lat is None or draft.lon is None:
        raise Invalid("The address is empty: give a street with a house number, or a position.")
    metre = f"{draft.lat:.5f} {draft.lon:.5f}".encode()
    return f"PIN {keys_of(session).fingerprint(context_of(session).org_id, metre)}"
