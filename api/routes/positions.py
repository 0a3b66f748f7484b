"""Where reps are during their shifts, and who looked."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Annotated

from fastapi import Query

from api.dependencies import Now, SettingsDep, UnitOfWork
from api.paging import Page, Paging, Place, Window, window_of
from api.permissions import permits
from api.routing import Router
from api.schemas.positions import ForgottenOut, LookOut, ReportedAllOut, ReportedOut, SightingOut
from outbound.identity.permissions import Operation
from outbound.positions import looking, service
from outbound.positions.requests import PositionsIn

router = Router(prefix="/api", tags=["positions"])
_OLDEST, _NEWEST = date(2000, 1, 1), date(2099, 12, 31)
Day = Annotated[
    date, Query(ge=_OLDEST, le=_NEWEST, description="A day in the organisation's zone; today, unless said.")
]


@router.post("/positions", dependencies=[permits(Operation.SHIFTS_WRITE)])
def report_positions(body: PositionsIn, session: UnitOfWork, settings: SettingsDep, now: Now) -> ReportedAllOut:
    """Stores where the caller was; each position has a result of its own, and one outside a shift is refused."""
    results = service.report(
        session,
        [each.draft() for each in body.positions],
        now,
        keep_days=settings.position_days,
        client_sent_at=body.client_sent_at,
    )
    return ReportedAllOut(results=[ReportedOut.of(each) for each in results])


@router.get("/positions", dependencies=[permits(Operation.POSITIONS_READ)])
def last_positions(session: UnitOfWork, now: Now, include_ended: bool = False) -> list[SightingOut]:
    """The live map: the last position of everybody in reach who is on a shift. Each look at somebody else is written
    down for them."""
    return [SightingOut.of(each) for each in looking.latest(session, now, include_ended=include_ended)]


@router.get("/positions/{user_id}", dependencies=[permits(Operation.POSITIONS_READ)])
def read_trail(
    user_id: uuid.UUID, session: UnitOfWork, now: Now, paging: Annotated[Window, window_of(500)], day: Day | None = None
) -> Page[SightingOut]:
    """Where somebody was on one day, oldest first. A look at somebody else is written down for them."""
    found = looking.trail(session, user_id, day, now, after=paging.after_moment, limit=paging.fetched)
    return paging.page(found, SightingOut.of, lambda each: Place(each.id, each.occurred_at))


@router.get("/me/location-looks", dependencies=[permits(Operation.POSITIONS_LOG)])
def looks_at_me(session: UnitOfWork, paging: Paging) -> Page[LookOut]:
    """Who looked at where the caller is or was, and when, newest first."""
    found = looking.looks_at_me(session, after=paging.after_moment, limit=paging.fetched)
    return paging.page(found, LookOut.of, lambda each: Place(each.look.id, each.look.looked_at))


@router.delete("/me/positions", dependencies=[permits(Operation.SHIFTS_WRITE)])
def forget_my_positions(session: UnitOfWork) -> ForgottenOut:
    """Deletes every position of the caller; their shifts stay."""
    return ForgottenOut(deleted=service.forget_mine(session))
