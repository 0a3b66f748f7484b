"""The stops of a trip: which doors, in which order, and what became of each."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.addresses.models import Address
from outbound.addresses.service import position_of
from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, Invalid, NotFound
from outbound.geo.sphere import Point
from outbound.identity.permissions import Operation, permitted
from outbound.ids import uuid7
from outbound.leads.models import Lead
from outbound.storage.context import context_of
from outbound.trips.models import Trip, TripStop
from outbound.trips.rules import (
    MOST_STOPS,
    StopNews,
    StopState,
    best_order,
    refuse_unreasoned_skip,
    told,
)
from outbound.vocabulary import StopStatus


@dataclass(frozen=True)
class StopDraft:
    """A door to go to: a lead's, or an address. ``id`` names a stop that is there already, or a new one's."""

    lead_id: uuid.UUID | None = None
    address_id: uuid.UUID | None = None
    planned_at: datetime | None = None
    id: uuid.UUID | None = None


@dataclass(frozen=True)
class StopRow:
    """A stop with its door."""

    stop: TripStop
    line: str | None
    position: Point | None
    position_unreadable: bool = False
    """The door has a position, and it does not open."""


@dataclass
class _Doors:
    """What the drafts name, as far as the caller may see it."""

    leads: dict[uuid.UUID, uuid.UUID | None] = field(default_factory=dict)
    addresses: dict[uuid.UUID, Point | None] = field(default_factory=dict)


def of_trip(session: Session, trip: Trip) -> list[StopRow]:
    """The stops of a trip in their order, with the doors that the caller may see."""
    rows = session.execute(
        select(TripStop, Address)
        .outerjoin(Address, (Address.org_id == TripStop.org_id) & (Address.id == TripStop.address_id))
        .where(TripStop.org_id == trip.org_id, TripStop.trip_id == trip.id)
        .order_by(TripStop.order)
    )
    return [_row(session, stop, address) for stop, address in rows]


def drafts_of(session: Session, trip: Trip) -> list[StopDraft]:
    """The stops of a trip as they could be planned again."""
    return [
        StopDraft(row.stop.lead_id, row.stop.address_id, row.stop.planned_at, row.stop.id)
        for row in of_trip(session, trip)
    ]


def replace_stops(
    session: Session,
    trip: Trip,
    drafts: Sequence[StopDraft],
    start: Point | None,
    end: Point | None,
    *,
    keep_order: bool,
) -> list[Point | None]:
    """Makes the stops of a locked trip those of the list; their positions in the order they are now in.

    Raises :class:`Invalid` for a lead or address out of reach, :class:`Conflict` for a visited stop left out.
    """
    if len(drafts) > MOST_STOPS:
        raise Invalid(f"stops: a trip has {MOST_STOPS} at the most; plan another one.")
    standing = {
        stop.id: stop
        for stop in session.scalars(
            select(TripStop).where(TripStop.org_id == trip.org_id, TripStop.trip_id == trip.id).with_for_update()
        )
    }
    doors = _doors(session, drafts, standing)
    addresses = [_address_of(at, draft, doors, standing) for at, draft in enumerate(drafts)]
    points = [doors.addresses.get(address) if address is not None else None for address in addresses]
    order = list(range(len(drafts))) if keep_order else best_order(points, start, end)
    # The order is unique within the trip; while stops change places, that is looked at once, at the end.
    session.execute(text("set constraints outbound.uq_trip_stops_org_id_trip_id_order deferred"))
    for place, at in enumerate(order, start=1):
        draft = drafts[at]
        stop = standing.pop(draft.id, None) if draft.id is not None else None
        if stop is None:
            stop = TripStop(org_id=trip.org_id, id=draft.id or uuid7(), trip_id=trip.id, status=StopStatus.PENDING)
            session.add(stop)
        stop.order, stop.lead_id, stop.address_id = place, draft.lead_id, addresses[at]
        stop.planned_at = draft.planned_at
    for gone in standing.values():
        if gone.status != StopStatus.PENDING or gone.arrival_at is not None:
            raise Conflict(f"The stop {gone.id} was visited already; keep it in the list.")
        session.delete(gone)
    try:
        session.flush()
        session.execute(text("set constraints outbound.uq_trip_stops_org_id_trip_id_order immediate"))
    except IntegrityError as error:
        raise Conflict("A stop's id is taken by another one; leave it out, and it gets a new one.") from error
    return [points[at] for at in order]


def tell(
    session: Session,
    trip: Trip,
    stop_id: uuid.UUID,
    now: datetime,
    *,
    at: datetime | None = None,
    arrived: bool = False,
    status: StopStatus | None = None,
    notes: str | None = None,
    skip_reason: str | None = None,
) -> StopRow:
    """What happened at a stop, at a time of the phone's that is not after ours; messages may come in any order.

    Raises :class:`NotFound`, :class:`Forbidden` for a trip that may only be read, :class:`Invalid` for a skip without
    a reason.
    """
    refuse_unreasoned_skip(status, skip_reason)
    query = select(TripStop).where(TripStop.org_id == trip.org_id, TripStop.trip_id == trip.id, TripStop.id == stop_id)
    stop = session.scalars(query.with_for_update()).one_or_none()
    if stop is None and session.scalars(query).one_or_none() is not None:
        raise Forbidden("You may read this trip but not change it; ask its owner.")
    if stop is None:
        raise NotFound(f"There is no stop {stop_id} in this trip.")
    before = _state(stop)
    after = told(before, StopNews(min(at or now, now), status, arrived, notes, skip_reason))
    stop.status, stop.decided_at, stop.completed_at = after.status, after.decided_at, after.completed_at
    stop.arrival_at, stop.skip_reason = after.arrival_at, after.skip_reason
    stop.notes, stop.noted_at = after.notes, after.noted_at
    record(
        session,
        "trip_stop",
        stop.id,
        "told",
        before={"status": before.status},
        after={"status": after.status, "arrived": arrived, "trip_id": str(trip.id)},
        whose=trip.owner_id,
    )
    session.flush()
    address = session.get(Address, (stop.org_id, stop.address_id)) if stop.address_id else None
    return _row(session, stop, address)


def _state(stop: TripStop) -> StopState:
    return StopState(
        stop.status,
        stop.decided_at or stop.completed_at,  # what was stored before decisions had a time of their own
        stop.arrival_at,
        stop.notes,
        stop.noted_at,
        stop.skip_reason,
    )


def _row(session: Session, stop: TripStop, address: Address | None) -> StopRow:
    if address is None or not permitted(session, Operation.ADDRESSES_READ):
        return StopRow(stop, None, None)
    position = position_of(session, address)
    shut = address.position is not None and position is None
    return StopRow(stop, f"{address.house_number} {address.street}".strip(), position, shut)


def _doors(session: Session, drafts: Sequence[StopDraft], standing: dict[uuid.UUID, TripStop]) -> _Doors:
    org_id = context_of(session).org_id
    doors = _Doors()
    wanted = {draft.lead_id for draft in drafts if draft.lead_id is not None}
    leads = session.execute(select(Lead.id, Lead.address_id).where(Lead.org_id == org_id, Lead.id.in_(wanted)))
    doors.leads = {row.id: row.address_id for row in leads}
    named = {draft.address_id for draft in drafts} | set(doors.leads.values())
    named |= {stop.address_id for stop in standing.values()}
    addresses = session.scalars(select(Address).where(Address.org_id == org_id, Address.id.in_(named - {None})))
    doors.addresses = {address.id: position_of(session, address) for address in addresses}
    return doors


def _address_of(at: int, draft: StopDraft, doors: _Doors, standing: dict[uuid.UUID, TripStop]) -> uuid.UUID | None:
    kept = standing.get(draft.id) if draft.id is not None else None
    if draft.lead_id is None and draft.address_id is None:
        raise _wrong(at, "lead_id", "a stop needs a lead or an address")
    # What left the caller's reach since it was planned stays in the plan.
    if draft.lead_id not in (None, kept and kept.lead_id, *doors.leads):
        raise _wrong(at, "lead_id", "there is no such lead in your reach")
    if draft.address_id not in (None, kept and kept.address_id, *doors.addresses):
        raise _wrong(at, "address_id", "there is no such address in your reach")
    if draft.address_id is not None:
        return draft.address_id
    assert draft.lead_id is not None
    return doors.leads.get(draft.lead_id, kept.address_id if kept else None)


def _wrong(at: int, name: str, reason: str) -> Invalid:
    errors: list[dict[str, Any]] = [{"field": f"stops.{at}.{name}", "reason": reason}]
    return Invalid(f"stops.{at}.{name}: {reason}.", errors=errors)
