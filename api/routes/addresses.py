"""Addresses: doors, with their wishes, units and leads."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Query, Response

from api.dependencies import BoxDep, CursorDep, Now, UnitOfWork, id_after
from api.etags import IfMatch, tag
from api.paging import Limit, Page, Place, write_cursor
from api.permissions import permits
from api.routing import Router
from api.schemas.addresses import AddressPatch, DoorDetailOut, DoorOut, DoorWithUnitsOut, NewAddressIn
from api.schemas.lead_queries import Words
from outbound.addresses import editing, listing
from outbound.geo.cells import from_hex
from outbound.identity.permissions import Operation

router = Router(prefix="/api/addresses", tags=["addresses"])
_COUNTED = 100


@router.get("", dependencies=[permits(Operation.ADDRESSES_READ)])
def list_addresses(
    session: UnitOfWork,
    bbox: BoxDep,
    cursor: CursorDep,
    cell: Annotated[str | None, Query(max_length=16, description="An H3 cell of resolution 9 or coarser.")] = None,
    q: Annotated[Words | None, Query()] = None,
    do_not_knock: bool | None = None,
    territory_id: uuid.UUID | None = None,
    limit: Limit = 50,
) -> Page[DoorOut]:
    """Doors in the caller's reach, by id; ``q`` begins their line or street."""
    wanted = listing.AddressFilter(bbox, from_hex(cell) if cell else None, q, do_not_knock, territory_id)
    found = listing.find(session, wanted, after=id_after(cursor), limit=limit + 1)
    more = len(found) > limit
    found = found[:limit]
    return Page(
        items=[DoorOut.of(row) for row in found],
        next_cursor=write_cursor(Place(found[-1].address.id)) if more else None,
    )


@router.post("", status_code=201, dependencies=[permits(Operation.ADDRESSES_WRITE)])
def create_address(body: NewAddressIn, session: UnitOfWork, response: Response, now: Now) -> DoorDetailOut:
    """Adds a door without a lead; one that is known already is answered with 200, under its own id."""
    address, created = editing.create(session, body.draft(), now)
    if not created:
        response.status_code = 200
    return _out(session, address.id, response)


@router.get("/{address_id}", dependencies=[permits(Operation.ADDRESSES_READ)])
def read_address(address_id: uuid.UUID, session: UnitOfWork, response: Response) -> DoorWithUnitsOut:
    """One door with its leads, and how many doors its building has."""
    door = _out(session, address_id, response)
    units = listing.units(session, address_id, after=None, limit=_COUNTED)
    return DoorWithUnitsOut(**door.model_dump(), units=len(units))


@router.patch("/{address_id}", dependencies=[permits(Operation.ADDRESSES_WRITE)])
def edit_address(
    address_id: uuid.UUID, body: AddressPatch, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> DoorDetailOut:
    """Changes what is known of a door; a new position takes its open leads along, to another territory too."""
    editing.edit(session, address_id, body.changes(), now, expected=version)
    return _out(session, address_id, response)


@router.get("/{address_id}/units", dependencies=[permits(Operation.ADDRESSES_READ)])
def list_units(address_id: uuid.UUID, session: UnitOfWork, cursor: CursorDep, limit: Limit = 50) -> Page[DoorDetailOut]:
    """The doors of a building, with their leads; the one that is named is among them."""
    found = listing.units(session, address_id, after=id_after(cursor), limit=limit + 1)
    more = len(found) > limit
    found = found[:limit]
    return Page(
        items=[DoorDetailOut.of(row) for row in found],
        next_cursor=write_cursor(Place(found[-1].address.id)) if more else None,
    )


def _out(session: UnitOfWork, address_id: uuid.UUID, response: Response) -> DoorDetailOut:
    session.expire_all()
    row = listing.one(session, address_id)
    tag(response, row.address.version)
    return DoorDetailOut.of(row)
