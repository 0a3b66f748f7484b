"""Addresses: doors, with their wishes, units and leads."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import Query, Response

from api.dependencies import BoxDep, Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.addresses import DoorDetailOut, DoorOut, DoorWithUnitsOut
from api.schemas.lead_queries import Words
from outbound.addresses import editing, listing
from outbound.addresses.requests import AddressPatch, NewAddressIn
from outbound.geo.cells import from_hex
from outbound.identity.permissions import Operation

router = Router(prefix="/api/addresses", tags=["addresses"])
_COUNTED = 100


@router.get("", dependencies=[permits(Operation.ADDRESSES_READ)])
def list_addresses(
    session: UnitOfWork,
    bbox: BoxDep,
    paging: Paging,
    cell: Annotated[str | None, Query(max_length=16, description="An H3 cell of resolution 9 or coarser.")] = None,
    q: Annotated[Words | None, Query()] = None,
    do_not_knock: bool | None = None,
    territory_id: uuid.UUID | None = None,
) -> Page[DoorOut]:
    """Doors in the caller's reach, by id; ``q`` begins their line or street."""
    wanted = listing.AddressFilter(bbox, from_hex(cell) if cell else None, q, do_not_knock, territory_id)
    found = listing.find(session, wanted, after=paging.after, limit=paging.fetched)
    return paging.page(found, DoorOut.of, lambda each: Place(each.address.id))


@router.post("", status_code=201, dependencies=[permits(Operation.ADDRESSES_WRITE)])
def create_address(body: NewAddressIn, session: UnitOfWork, response: Response, now: Now) -> DoorDetailOut:
    """Adds a door without a lead; one that is known already is answered with 200, under its own id."""
    address, created = editing.create(session, body.draft(), now)
    told_made(response, created)
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
def list_units(address_id: uuid.UUID, session: UnitOfWork, paging: Paging) -> Page[DoorDetailOut]:
    """The doors of a building, with their leads; the one that is named is among them."""
    found = listing.units(session, address_id, after=paging.after, limit=paging.fetched)
    return paging.page(found, DoorDetailOut.of, lambda each: Place(each.address.id))


def _out(session: UnitOfWork, address_id: uuid.UUID, response: Response) -> DoorDetailOut:
    session.expire_all()
    row = listing.one(session, address_id)
    tag(response, row.address.version)
    return DoorDetailOut.of(row)
