"""Planning canvassing runs, and what happens on them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.errors import Conflict, Forbidden, Invalid, NotFound
from outbound.geo.cells import cell_at
from outbound.geo.sphere import Point
from outbound.identity.models import Membership, Organisation
from outbound.ids import uuid7
from outbound.storage.captures import first_capture, of_before
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position, seal_position
from outbound.storage.versions import begin_edit
from outbound.territories.models import Territory
from outbound.territories.reach import tree
from outbound.trips import stops as trip_stops
from outbound.trips.models import Trip, TripStop
from outbound.trips.rules import estimate, may_become
from outbound.trips.stops import StopDraft
from outbound.vocabulary import DistanceBasis, Optimization, Role, StopStatus, TripStatus

_LONGEST_MINUTES = 2**31 - 1


@dataclass(frozen=True)
class TripDraft:
    """A run as somebody planned it. Positions in WGS 84 degrees, latitude first.

    Without ``keep_order`` the stops are put in a short order.
    """

    stops: Sequence[StopDraft] = ()
    name: str | None = None
    owner_id: uuid.UUID | None = None
    territory_id: uuid.UUID | None = None
    start: Point | None = None
    end: Point | None = None
    optimization: Optimization = Optimization.WALKING
    planned_start: datetime | None = None
    keep_order: bool = False
    id: uuid.UUID | None = None


@dataclass(frozen=True)
class TripFilter:
    owner_id: uuid.UUID | None = None
    territory_id: uuid.UUID | None = None
    """This territory with all below it."""
    status: TripStatus | None = None
    day: date | None = None
    """By the organisation's clocks: of the planned start, or else when it began, or was made."""


@dataclass(frozen=True)
class TripRow:
    """A trip with its ends in the clear, and how far its stops are."""

    trip: Trip
    start: Point | None
    end: Point | None
    stops: int
    stops_completed: int
    stops_skipped: int

    @property
    def ends_unreadable(self) -> bool:
        """Whether an end is stored that does not open."""
        stored = (self.trip.start_position, self.trip.end_position)
        return any(
            blob is not None and point is None for blob, point in zip(stored, (self.start, self.end), strict=True)
        )


def get(session: Session, trip_id: uuid.UUID, *, lock: bool = False) -> Trip:
    """A trip in the caller's reach. With ``lock``, one that they may also change.

    Raises :class:`NotFound`, and :class:`Forbidden` for one that they may only read.
    """
    query = select(Trip).where(Trip.org_id == context_of(session).org_id, Trip.id == trip_id)
    found = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if found is None and lock and session.scalars(query).one_or_none() is not None:
        raise Forbidden("You may read this trip but not change it; ask its owner.")
    if found is None:
        raise NotFound(f"There is no trip {trip_id} in your reach.")
    return found


def find(session: Session, wanted: TripFilter, *, after: uuid.UUID | None, limit: int) -> list[TripRow]:
    """Trips in the caller's reach, newest first."""
    org_id = context_of(session).org_id
    query = select(Trip).where(Trip.org_id == org_id)
    if wanted.owner_id is not None:
        query = query.where(Trip.owner_id == wanted.owner_id)
    if wanted.territory_id is not None:
        query = query.where(Trip.territory_id.in_(tree(org_id, wanted.territory_id)))
    if wanted.status is not None:
        query = query.where(Trip.status == wanted.status)
    if wanted.day is not None:
        began, ended = _day(session, wanted.day)
        when = func.coalesce(Trip.planned_start, Trip.started_at, Trip.created_at)
        query = query.where(when >= began, when < ended)
    if after is not None:
        query = query.where(Trip.id < after)
    return _rows(session, list(session.scalars(query.order_by(Trip.id.desc()).limit(limit))))


def one(session: Session, trip_id: uuid.UUID) -> TripRow:
    """One trip in the caller's reach. Raises :class:`NotFound`."""
    return _rows(session, [get(session, trip_id)])[0]


def create(session: Session, draft: TripDraft, now: datetime) -> tuple[Trip, bool]:
    """Plans a trip; the second value is false where the same request made it already.

    Raises :class:`Invalid` for stops, a territory or an owner that there are not, :class:`Forbidden` for a trip that
    is given to somebody whom the caller may not send.
    """
    context = context_of(session)
    if draft.id is not None and not first_capture(session, "trip", draft.id, asdict(draft)):
        with of_before():
            return get(session, draft.id), False
    _check_territory(session, draft.territory_id)
    owner_id = _owner(session, draft.owner_id, draft.territory_id)
    trip = Trip(
        org_id=context.org_id,
        id=draft.id or uuid7(),
        created_by_id=context.user_id or owner_id,
        owner_id=owner_id,
        name=draft.name,
        territory_id=draft.territory_id,
        optimization=draft.optimization,
        planned_start=draft.planned_start,
        status=TripStatus.PLANNED,
    )
    _place_ends(session, trip, {"start": draft.start, "end": draft.end})
    session.add(trip)
    try:
        session.flush()
    except IntegrityError as error:
        raise Conflict("A trip with this id exists outside your reach; plan it under a new id.") from error
    _plan(session, trip, draft.stops, keep_order=draft.keep_order)
    record(session, "trip", trip.id, "created", after=_audited(trip, len(draft.stops)), whose=trip.owner_id)
    session.flush()
    return trip, True


def edit(session: Session, trip_id: uuid.UUID, changes: dict[str, Any], version: int | None) -> Trip:
    """Changes ``name``, ``planned_start``, ``optimization``, ``start``, ``end`` or ``stops`` (all of them, in order).

    Raises :class:`NotFound`, :class:`Forbidden`, :class:`Invalid`, :class:`Conflict` for a trip that is over or a
    visited stop that is left out, and :class:`outbound.errors.PreconditionFailed`.
    """
    trip = get(session, trip_id, lock=True)
    if trip.status in (TripStatus.COMPLETED, TripStatus.CANCELLED):
        raise Conflict(f"The trip is {trip.status}; plan a new one.", state=trip.status)
    begin_edit(trip, version)
    for name in ("name", "planned_start", "optimization"):
        if name in changes:
            setattr(trip, name, changes[name])
    _place_ends(session, trip, {name: changes[name] for name in ("start", "end") if name in changes})
    if "stops" in changes:
        _plan(session, trip, changes["stops"], keep_order=changes.get("keep_order", True))
    elif {"start", "end", "optimization"} & set(changes):
        _plan(session, trip, trip_stops.drafts_of(session, trip), keep_order=True)
    record(
        session,
        "trip",
        trip.id,
        "changed",
        before={"version": trip.version - 1},
        after={"version": trip.version, "fields": sorted(changes)},
        whose=trip.owner_id,
    )
    session.flush()
    return trip


def change_status(
    session: Session,
    trip_id: uuid.UUID,
    status: TripStatus,
    now: datetime,
    *,
    at: datetime | None = None,
    actual_distance_meters: int | None = None,
    actual_duration_minutes: int | None = None,
    version: int | None = None,
) -> Trip:
    """Starts, completes or cancels a trip, at a time of the phone's that is not after ours.

    The same again changes nothing but the figures that come with it. Raises :class:`Conflict` for a move that there
    is not.
    """
    trip = get(session, trip_id, lock=True)
    before = trip.status
    moves = may_become(before, status)
    begin_edit(trip, version)
    at = min(at or now, now)
    if moves:
        trip.status = status
        match status:
            case TripStatus.IN_PROGRESS:
                trip.started_at = at
            case TripStatus.COMPLETED:
                trip.completed_at = max(at, trip.started_at or at)
                trip.actual_duration_minutes = _minutes(trip.started_at, trip.completed_at)
            case TripStatus.CANCELLED:
                trip.cancelled_at = at
    if actual_distance_meters is not None:
        trip.actual_distance_meters = actual_distance_meters
    if actual_duration_minutes is not None:
        trip.actual_duration_minutes = actual_duration_minutes
    record(
        session,
        "trip",
        trip.id,
        "status_changed",
        before={"status": before},
        after={"status": status, "at": at.isoformat()},
        whose=trip.owner_id,
    )
    session.flush()
    return trip


def delete(session: Session, trip_id: uuid.UUID, version: int | None) -> None:
    """Removes a trip that never began. Raises :class:`Conflict` for one that did: cancel it instead."""
    trip = get(session, trip_id, lock=True)
    visited = session.scalar(
        select(func.count())
        .select_from(TripStop)
        .where(TripStop.org_id == trip.org_id, TripStop.trip_id == trip.id, TripStop.status != StopStatus.PENDING)
    )
    if trip.status != TripStatus.PLANNED or visited:
        raise Conflict(f"The trip is {trip.status} or was begun; cancel it instead.", state=trip.status)
    begin_edit(trip, version)
    record(session, "trip", trip.id, "deleted", before=_audited(trip, None), whose=trip.owner_id)
    session.delete(trip)
    session.flush()


def _plan(session: Session, trip: Trip, stops: Sequence[StopDraft], *, keep_order: bool) -> None:
    """Puts the stops in their order and estimates the run."""
    start, end = _ends(session, trip)
    points = trip_stops.replace_stops(session, trip, stops, start, end, keep_order=keep_order)
    found = estimate(points, start, end, Optimization(trip.optimization))
    trip.distance_meters = found.distance_meters if found else None
    trip.duration_minutes = found.duration_minutes if found else None
    trip.distance_basis = DistanceBasis.STRAIGHT_LINE if found else None
    session.flush()


def _place_ends(session: Session, trip: Trip, ends: dict[str, Point | None]) -> None:
    for name, point in ends.items():
        sealed = cell = None
        if point is not None:
            sealed = seal_position(keys_of(session), trip.org_id, trip.id, *point)
            cell = cell_at(*point)
        setattr(trip, f"{name}_position", sealed)
        setattr(trip, f"{name}_cell", cell)


def _ends(session: Session, trip: Trip) -> tuple[Point | None, Point | None]:
    def opened(blob: bytes | None) -> Point | None:
        return readable_position(keys_of(session), trip.org_id, trip.id, blob)

    return opened(trip.start_position), opened(trip.end_position)


def _rows(session: Session, trips: list[Trip]) -> list[TripRow]:
    counted = session.execute(
        select(
            TripStop.trip_id,
            func.count(),
            func.count().filter(TripStop.status == StopStatus.COMPLETED),
            func.count().filter(TripStop.status == StopStatus.SKIPPED),
        )
        .where(TripStop.org_id == context_of(session).org_id, TripStop.trip_id.in_([trip.id for trip in trips]))
        .group_by(TripStop.trip_id)
    )
    counts = {row[0]: (row[1], row[2], row[3]) for row in counted}
    return [TripRow(trip, *_ends(session, trip), *counts.get(trip.id, (0, 0, 0))) for trip in trips]


def _check_territory(session: Session, territory_id: uuid.UUID | None) -> None:
    if territory_id is not None and session.get(Territory, (context_of(session).org_id, territory_id)) is None:
        raise _wrong("territory_id", "there is no such territory in your reach")


def _owner(session: Session, wanted: uuid.UUID | None, territory_id: uuid.UUID | None) -> uuid.UUID:
    context = context_of(session)
    owner_id = wanted or context.user_id
    if owner_id is None:
        raise _wrong("owner_id", "a trip that the system plans needs one")
    if owner_id == context.user_id:
        return owner_id
    if not context.may_manage:
        raise Forbidden("Only a manager may plan a trip for somebody else; leave the owner out to go yourself.")
    role = session.scalar(
        select(Membership.role).where(
            Membership.org_id == context.org_id, Membership.user_id == owner_id, Membership.active
        )
    )
    if role is None or role == Role.OPS:
        raise _wrong("owner_id", "nobody of that id goes from door to door here")
    if not context.sees_whole_organisation:
        mine = session.scalar(text("select outbound.writable_territories()"))
        if territory_id is None or territory_id not in mine:
            raise Forbidden("You may send others only to territories of yours; name one of them in territory_id.")
    return owner_id


def _day(session: Session, day: date) -> tuple[datetime, datetime]:
    zone = ZoneInfo(
        session.scalars(select(Organisation.zone).where(Organisation.id == context_of(session).org_id)).one()
    )
    return (
        datetime.combine(day, time(), tzinfo=zone),
        datetime.combine(day + timedelta(days=1), time(), tzinfo=zone),
    )


def _minutes(began: datetime | None, ended: datetime) -> int | None:
    return min(round((ended - began) / timedelta(minutes=1)), _LONGEST_MINUTES) if began else None


def _audited(trip: Trip, stops: int | None) -> dict[str, Any]:
    return {
        "status": str(trip.status),
        "owner_id": str(trip.owner_id),
        "territory_id": str(trip.territory_id) if trip.territory_id else None,
        "stops": stops,
    }


def _wrong(field: str, reason: str) -> Invalid:
    return Invalid(f"{field}: {reason}.", errors=[{"field": field, "reason": reason}])
