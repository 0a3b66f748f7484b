"""Doors without a lead, and changing what is known of one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, ProgrammingError
from sqlalchemy.orm import Session, defer

from outbound.addresses.models import Address
from outbound.addresses.rules import PostalParts, canonical_line
from outbound.addresses.service import DoorDraft, find_or_add_door
from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, Invalid, NotFound
from outbound.geo.cells import cell_at
from outbound.geocoding.rules import Position, improves_on, is_coarse
from outbound.leads.models import Lead
from outbound.leads.moves import make, state_of
from outbound.leads.rules import Move
from outbound.storage.captures import first_capture
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import seal_position
from outbound.storage.system import as_system
from outbound.storage.versions import begin_edit
from outbound.territories.placement import territory_at
from outbound.territories.rules import is_rough
from outbound.vocabulary import OPEN_STAGES, LocationSource

_PIN = "PIN "
"""How the spelling of a door begins that has a position alone."""


@dataclass(frozen=True)
class AddressDraft:
    """A door as it was captured, without a lead."""

    id: uuid.UUID | None
    door: DoorDraft


def get(session: Session, address_id: uuid.UUID, *, lock: bool = False) -> Address:
    """A door in the caller's reach; with ``lock``, one that they may change.

    Raises :class:`NotFound`, and :class:`Forbidden` for one that they may only read.
    """
    query = select(Address).where(Address.org_id == context_of(session).org_id, Address.id == address_id)
    if not context_of(session).may_see_positions:
        query = query.options(defer(Address.position), defer(Address.cell))
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None and lock and session.scalars(query).one_or_none() is not None:
        raise Forbidden("You may read this address but not change it; ask its territory's owner.")
    if found is None:
        raise NotFound(f"There is no address {address_id} in your reach.")
    return found


def create(session: Session, draft: AddressDraft, now: datetime) -> tuple[Address, bool]:
    """Adds a door; the second value is false where it was known: by this capture, or by its spelling.

    A door that is known keeps its own id. Raises :class:`Conflict` for a known one out of the caller's reach, and for
    an id that was used for something else.
    """
    context = context_of(session)
    if draft.id is not None:
        content = asdict(draft) | {"by": context.user_id}
        if not first_capture(session, "address", draft.id, content):
            known = select(Address.id).where(Address.org_id == context.org_id, Address.id == draft.id)
            if session.scalars(known).one_or_none() is not None:
                return get(session, draft.id), False
    door = find_or_add_door(session, draft.door, now, id=draft.id)
    try:
        address = get(session, door.id)
    except NotFound as error:
        raise Conflict(
            "This door is stored, and lies in a territory that is none of yours; capture a lead there to work it."
        ) from error
    if door.is_new:
        record(session, "address", address.id, "created", after=_audited(address))
    session.flush()
    return address, door.is_new


def edit(
    session: Session, address_id: uuid.UUID, changes: Mapping[str, Any], now: datetime, *, expected: int | None = None
) -> Address:
    """Sets ``do_not_knock`` with its ``reason``, ``curfew`` (local time), ``unit``, or ``position`` (latitude,
    longitude: a pin), whichever are named. Open leads follow the door to its cell and territory.

    Raises :class:`PreconditionFailed` when another edit came between, :class:`Conflict` for a unit that is known as a
    door of its own.
    """
    # Leads before doors: the order in which logging an activity locks them.
    if "position" in changes:
        _lock_leads(session, address_id)
    address = get(session, address_id, lock=True)
    begin_edit(address, expected)
    before = _audited(address)
    if "do_not_knock" in changes:
        address.do_not_knock = changes["do_not_knock"]
        address.do_not_knock_at = now if address.do_not_knock else None
        address.do_not_knock_reason = None
    if changes.get("reason") is not None:
        if not address.do_not_knock:
            raise Invalid("A reason goes with do_not_knock; set that too.")
        address.do_not_knock_reason = changes["reason"]
    if "curfew" in changes:
        address.curfew = changes["curfew"]
    if "unit" in changes:
        _set_unit(address, changes["unit"])
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("This unit is a door of its own already; edit that one.") from error
    moved = 0
    if "position" in changes:
        lat, lon = changes["position"]
        moved = _move(session, address, _Place(lat, lon, LocationSource.PIN), now)
    record(
        session,
        "address",
        address.id,
        "edited",
        before=before,
        after=_audited(address) | {"changed": sorted(changes), "leads_moved": moved},
    )
    session.flush()
    return address


def _set_unit(address: Address, unit: str) -> None:
    if address.canonical.startswith(_PIN):
        raise Invalid("This door is a pin without a street; capture it with its address first.")
    parts = PostalParts(
        address.house_number, address.street, address.unit, address.city, address.state, address.postcode
    )
    address.unit = unit
    address.canonical = canonical_line(replace(parts, unit=unit))


def put_right(session: Session, address_id: uuid.UUID, found: Position, now: datetime) -> bool:
    """Puts a door that was known roughly, or not at all, where it was found since, in a job's transaction; whether it
    did. A door whose place somebody has told meanwhile stays."""
    _lock_leads(session, address_id)
    address = get(session, address_id, lock=True)
    known = address.position is not None and not is_coarse(address.location_source, address.location_accuracy)
    if known or (address.position is not None and not improves_on(found, address.location_accuracy)):
        return False
    before = _audited(address)
    place = _Place(found.lat, found.lon, found.source, found.accuracy, found.confidence)
    moved = _move(session, address, place, now, only_with=address.territory_id)
    address.version += 1
    after = _audited(address) | {"location_source": str(found.source), "leads_moved": moved}
    record(session, "address", address.id, "located", before=before, after=after)
    session.flush()
    return True


@dataclass(frozen=True)
class _Place:
    lat: float
    lon: float
    source: LocationSource
    accuracy: float | None = None
    confidence: float | None = None


_EVERY = uuid.UUID(int=0)


def _move(
    session: Session, address: Address, to: _Place, now: datetime, *, only_with: uuid.UUID | None = _EVERY
) -> int:
    """Puts a door where it is; returns how many open leads changed territory with it: every one, or those that lie in
    ``only_with`` or in none."""
    rough = is_rough(to.source, to.accuracy)
    territory_id = territory_at(session, to.lat, to.lon, rough=rough)
    address.position = seal_position(keys_of(session), address.org_id, address.id, to.lat, to.lon)
    address.cell, address.territory_id = cell_at(to.lat, to.lon), territory_id
    address.location_source = to.source
    address.location_accuracy, address.location_confidence = to.accuracy, to.confidence
    try:
        session.flush()
    except ProgrammingError as error:
        raise Forbidden("That position lies outside your territories; ask a manager to move the door.") from error
    # Every open lead at the door follows it, also one that is another rep's.
    with as_system(session):
        moves = [
            _following(lead, address, now, context_of(session).user_id, only_with)
            for lead in _open_leads(session, address.id)
        ]
        make(session, *moves)
    return sum(move.makes_history for move in moves)


def _following(lead: Lead, door: Address, now: datetime, by: uuid.UUID | None, only_with: uuid.UUID | None) -> Move:
    stands = state_of(lead)
    follows = only_with == _EVERY or stands.territory_id in (None, only_with)
    after = replace(stands, cell=door.cell, territory_id=door.territory_id if follows else stands.territory_id)
    return Move(lead.id, stands, after, now, by)


def _lock_leads(session: Session, address_id: uuid.UUID) -> None:
    with as_system(session):
        _open_leads(session, address_id)


def _open_leads(session: Session, address_id: uuid.UUID) -> list[Lead]:
    query = select(Lead).where(
        Lead.org_id == context_of(session).org_id,
        Lead.address_id == address_id,
        Lead.archived_at.is_(None),
        Lead.pipeline_stage.in_(OPEN_STAGES),
    )
    return list(session.scalars(query.order_by(Lead.id).with_for_update()))


def _audited(address: Address) -> dict[str, Any]:
    return {
        "do_not_knock": bool(address.do_not_knock),
        "curfew": address.curfew.isoformat() if address.curfew else None,
        "territory_id": str(address.territory_id) if address.territory_id else None,
    }
