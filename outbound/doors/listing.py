"""Finding doors: by box, cell, words and wishes; the units of a building; who lives behind a door."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from outbound.addresses.models import Address
from outbound.addresses.service import position_of
from outbound.doors.service import get
from outbound.geo.cells import descendants
from outbound.identity.permissions import Operation, permitted
from outbound.leads.filters import Box, inside, near
from outbound.leads.models import Lead
from outbound.leads.search import doors_found_by
from outbound.storage.context import context_of


@dataclass(frozen=True)
class AddressFilter:
    """Every condition that is given must hold."""

    bbox: Box | None = None
    cell: int | None = None
    """An H3 cell of resolution 9 or coarser."""
    q: str | None = None
    do_not_knock: bool | None = None
    territory_id: uuid.UUID | None = None


@dataclass(frozen=True)
class DoorRow:
    """A door with its position, for who may see it, and its leads in the caller's reach, the newest first; none for a
    key that may not read leads."""

    address: Address
    position: tuple[float, float] | None
    leads: tuple[Lead, ...] = ()
    position_unreadable: bool = False
    """There is a position that the caller may see, and it does not open."""


def find(session: Session, wanted: AddressFilter, *, after: uuid.UUID | None, limit: int) -> list[DoorRow]:
    """Doors in the caller's reach by id, after one."""
    context = context_of(session)
    query = select(Address).where(Address.org_id == context.org_id).order_by(Address.id)
    if not context.may_see_positions:
        query = query.options(defer(Address.position), defer(Address.cell))
    elif wanted.bbox is not None:
        query = query.where(near(Address.cell.expression, wanted.bbox))
    if wanted.cell is not None and context.may_see_positions:
        query = query.where(Address.cell.between(*descendants(wanted.cell)))
    if wanted.do_not_knock is not None:
        query = query.where(Address.do_not_knock.is_(wanted.do_not_knock))
    if wanted.territory_id is not None:
        query = query.where(Address.territory_id == wanted.territory_id)
    if wanted.q:
        doors = doors_found_by(wanted.q)
        if doors is None:
            return []
        query = query.where(doors)
    exact = wanted.bbox is not None and context.may_see_positions
    found: list[DoorRow] = []
    while len(found) < limit:
        page = query.where(Address.id > after) if after is not None else query
        rows = [_row(session, address) for address in session.scalars(page.limit(limit))]
        # Of one that is not readable the cell has to do.
        found += [row for row in rows if not exact or row.position_unreadable or inside(row.position, wanted.bbox)]
        if len(rows) < limit:
            break
        after = rows[-1].address.id
    return found[:limit]


def one(session: Session, address_id: uuid.UUID) -> DoorRow:
    """A door with its leads. Raises :class:`NotFound`."""
    address = get(session, address_id)
    return _row(session, address, _leads_at(session, [address_id]))


def units(session: Session, address_id: uuid.UUID, *, after: uuid.UUID | None, limit: int) -> list[DoorRow]:
    """The doors of a building in the caller's reach, this one among them, by id."""
    address = get(session, address_id)
    building = select(Address.building).where(Address.org_id == address.org_id, Address.id == address.id)
    query = (
        select(Address)
        .where(Address.org_id == address.org_id, Address.building == building.scalar_subquery())
        .order_by(Address.id)
    )
    if not context_of(session).may_see_positions:
        query = query.options(defer(Address.position), defer(Address.cell))
    if after is not None:
        query = query.where(Address.id > after)
    doors = list(session.scalars(query.limit(limit)))
    leads = _leads_at(session, [door.id for door in doors])
    return [_row(session, door, leads) for door in doors]


def _row(session: Session, address: Address, leads: Sequence[Lead] = ()) -> DoorRow:
    may_see = context_of(session).may_see_positions
    position = position_of(session, address) if may_see else None
    shut = may_see and address.position is not None and position is None
    return DoorRow(address, position, tuple(lead for lead in leads if lead.address_id == address.id), shut)


def _leads_at(session: Session, doors: Sequence[uuid.UUID]) -> list[Lead]:
    if not permitted(session, Operation.LEADS_READ):
        return []
    query = select(Lead).where(
        Lead.org_id == context_of(session).org_id, Lead.address_id.in_(doors), Lead.archived_at.is_(None)
    )
    return list(session.scalars(query.order_by(Lead.id.desc())))
