"""Shifts: started and ended by the phone, corrected by hand, seen by the manager."""

from __future__ import annotations

import uuid
from typing import Literal

from fastapi import Response

from api.dependencies import CallerDep, Now, UnitOfWork
from api.etags import IfMatch, tag
from api.paging import Page, Paging, Place
from api.permissions import permits
from api.repeats import told_made
from api.routing import Router
from api.schemas.shifts import ShiftEndIn, ShiftIn, ShiftOut, ShiftPatch
from outbound.identity.permissions import Operation
from outbound.shifts import service
from outbound.wire import Moment

router = Router(prefix="/api/shifts", tags=["shifts"])
_reads = [permits(Operation.SHIFTS_READ)]
_writes = [permits(Operation.SHIFTS_WRITE)]


@router.get("", dependencies=_reads)
def list_shifts(
    session: UnitOfWork,
    caller: CallerDep,
    paging: Paging,
    user: Literal["me"] | uuid.UUID | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    running: bool | None = None,
) -> Page[ShiftOut]:
    """Shifts in the caller's reach that touch a window of time, newest first."""
    user_id = user if isinstance(user, uuid.UUID) else caller.user_id if user else None
    wanted = service.ShiftFilter(user_id, since, until, running)
    found = service.find(session, wanted, after=paging.after_moment, limit=paging.fetched)
    return paging.page(found, ShiftOut.of, lambda each: Place(each.shift.id, each.shift.started_at))


@router.post("", status_code=201, dependencies=_writes)
def start_shift(body: ShiftIn, session: UnitOfWork, response: Response, now: Now) -> ShiftOut:
    """Begins the caller's shift, or stores one that was worked offline. Another that nobody ended ends where this
    begins; the same request again returns the first result with 200."""
    shift, created = service.start(session, body.draft(), now)
    told_made(response, created)
    return _answer(session, shift.id, response)


@router.get("/{shift_id}", dependencies=_reads)
def read_shift(shift_id: uuid.UUID, session: UnitOfWork, response: Response) -> ShiftOut:
    """One shift in the caller's reach."""
    return _answer(session, shift_id, response)


@router.patch("/{shift_id}", dependencies=_writes)
def correct_shift(
    shift_id: uuid.UUID, body: ShiftPatch, session: UnitOfWork, response: Response, now: Now, expected: IfMatch
) -> ShiftOut:
    """Corrects the caller's own shift by hand; positions that no longer lie in one go."""
    service.edit(session, shift_id, body.changes(), now, expected=expected)
    return _answer(session, shift_id, response)


@router.post("/{shift_id}/end", dependencies=_writes)
def end_shift(
    shift_id: uuid.UUID, body: ShiftEndIn, session: UnitOfWork, response: Response, now: Now, expected: IfMatch
) -> ShiftOut:
    """Ends the caller's shift; one that was ended before is answered as it is."""
    service.end(session, shift_id, body.ended_at, now, client_sent_at=body.client_sent_at, expected=expected)
    return _answer(session, shift_id, response)


def _answer(session: UnitOfWork, shift_id: uuid.UUID, response: Response) -> ShiftOut:
    row = service.one(session, shift_id)
    tag(response, row.shift.version)
    return ShiftOut.of(row)
