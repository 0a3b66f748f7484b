"""Canvassing runs: planned, gone, and told of stop by stop."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated

from fastapi import Query, Response

from api.dependencies import Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.trips import StopOut, TripOut, TripWithStopsOut
from outbound.errors import Invalid
from outbound.identity.permissions import Operation
from outbound.trips import service, stops
from outbound.trips.requests import StopPatch, TripIn, TripPatch, TripStatusIn
from outbound.vocabulary import TripStatus

router = Router(prefix="/api/trips", tags=["trips"])
_reads = permits(Operation.TRIPS_READ)
_writes = permits(Operation.TRIPS_WRITE)


@router.get("", dependencies=[_reads])
def list_trips(
    session: UnitOfWork,
    paging: Paging,
    owner_id: uuid.UUID | None = None,
    territory_id: uuid.UUID | None = None,
    status: TripStatus | None = None,
    day: Annotated[date | None, Query(description="By the organisation's clocks.")] = None,
) -> Page[TripOut]:
    """Trips in the caller's reach, newest first; a territory stands for all below it too."""
    if day is not None and not 2000 <= day.year < 2100:
        raise Invalid("day: the year must lie between 2000 and 2099.")
    wanted = service.TripFilter(owner_id, territory_id, status, day)
    found = service.find(session, wanted, after=paging.after, limit=paging.fetched)
    return paging.page(found, TripOut.of, lambda each: Place(each.trip.id))


@router.post("", status_code=201, dependencies=[_writes])
def plan_trip(body: TripIn, session: UnitOfWork, response: Response, now: Now) -> TripWithStopsOut:
    """Plans a run over leads or addresses; the same ``id`` again returns the first result with 200.

    The order is a short one by straight lines unless ``keep_order``; distance and duration are estimates.
    """
    trip, created = service.create(session, body.draft(), now)
    told_made(response, created)
    return _out(session, trip.id, response)


@router.get("/{trip_id}", dependencies=[_reads])
def read_trip(trip_id: uuid.UUID, session: UnitOfWork, response: Response) -> TripWithStopsOut:
    """One trip with its stops in their order."""
    return _out(session, trip_id, response)


@router.patch("/{trip_id}", dependencies=[_writes])
def edit_trip(
    trip_id: uuid.UUID, body: TripPatch, session: UnitOfWork, response: Response, version: IfMatch
) -> TripWithStopsOut:
    """Changes the plan of a trip that is not over."""
    service.edit(session, trip_id, body.changes(), version)
    return _out(session, trip_id, response)


@router.delete("/{trip_id}", status_code=204, dependencies=[_writes])
def delete_trip(trip_id: uuid.UUID, session: UnitOfWork, version: IfMatch) -> None:
    """Removes a trip that never began; one that did is cancelled instead."""
    service.delete(session, trip_id, version)


@router.patch("/{trip_id}/status", dependencies=[_writes])
def change_trip_status(
    trip_id: uuid.UUID, body: TripStatusIn, session: UnitOfWork, response: Response, now: Now, version: IfMatch
) -> TripWithStopsOut:
    """Starts, completes or cancels a trip; the same again changes nothing but the figures that come with it."""
    service.change_status(
        session,
        trip_id,
        body.status,
        now,
        at=body.occurred_at,
        actual_distance_meters=body.actual_distance_meters,
        actual_duration_minutes=body.actual_duration_minutes,
        version=version,
    )
    return _out(session, trip_id, response)


@router.patch("/{trip_id}/stops/{stop_id}", dependencies=[_writes])
def tell_of_stop(trip_id: uuid.UUID, stop_id: uuid.UUID, body: StopPatch, session: UnitOfWork, now: Now) -> StopOut:
    """Arrived, completed, skipped with a reason, or notes; in whatever order a phone's messages come."""
    row = stops.tell(
        session,
        service.get(session, trip_id),
        stop_id,
        now,
        at=body.occurred_at,
        arrived=body.arrived,
        status=body.status,
        notes=body.notes,
        skip_reason=body.skip_reason,
    )
    return StopOut.of(row)


def _out(session: UnitOfWork, trip_id: uuid.UUID, response: Response) -> TripWithStopsOut:
    row = service.one(session, trip_id)
    session.refresh(row.trip)
    tag(response, row.trip.version)
    return TripWithStopsOut.with_stops(row, stops.of_trip(session, row.trip))
