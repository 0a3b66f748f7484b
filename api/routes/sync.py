"""Sync: what a phone did offline, and what changed for it meanwhile."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Body, Query

from api.dependencies import Now, SettingsDep, UnitOfWork
from api.permissions import permits
from api.routing import Router
from api.schemas.sync import ChangesOut, ResultOut, SyncOut
from api.schemas.sync_operations import Malformed, SyncIn
from outbound.identity.permissions import Operation
from outbound.settings import Settings
from outbound.sync import service
from outbound.sync.changes import changes
from outbound.sync.operations import Arrival
from outbound.sync.states import states_of

router = Router(prefix="/api/sync", tags=["sync"])
PageSize = Annotated[int, Query(ge=1, le=1000)]
SyncCursor = Annotated[str | None, Query(max_length=4000)]

_EXAMPLE = {
    "client_sent_at": "2026-05-04T17:12:00Z",
    "operations": [
        {
            "id": "019a2f6e-0000-7000-8000-000000000001",
            "kind": "lead.create",
            "occurred_at": "2026-05-04T16:40:00Z",
            "data": {"address": {"line": "12 Oak St, Des Moines, IA 50309", "lat": 41.6, "lon": -93.6}},
        },
        {
            "id": "019a2f6e-0000-7000-8000-000000000002",
            "kind": "activity",
            "occurred_at": "2026-05-04T16:41:00Z",
            "data": {
                "lead_id": "019a2f6e-0000-7000-8000-000000000001",
                "type": "DOOR_KNOCK",
                "result": "INTERESTED",
            },
        },
    ],
}


@router.post("", dependencies=[permits(Operation.SYNC)])
def send(
    body: Annotated[SyncIn, Body(examples=[_EXAMPLE])],
    session: UnitOfWork,
    now: Now,
    settings: SettingsDep,
) -> SyncOut:
    """Applies what was done offline; each item is applied, duplicate, deferred, conflict or rejected by itself, and
    asks for what the route of its own would.

    The same batch again, or any part of it in any order, changes nothing more.
    """
    good = [each for each in body.operations if not isinstance(each, Malformed)]
    operations = [each.operation(body.client_sent_at, now) for each in good]
    applied = service.apply(session, operations, _arrival(now, settings))
    states = states_of(session, {need for each in (*applied.results, *applied.settled) for need in each.about}, now)
    results = iter(applied.results)
    return SyncOut(
        results=[
            ResultOut.malformed(each) if isinstance(each, Malformed) else ResultOut.of(next(results), states)
            for each in body.operations
        ],
        settled=[ResultOut.of(each, states) for each in applied.settled],
        server_time=now,
    )


@router.get("", dependencies=[permits(Operation.SYNC)])
def fetch(
    session: UnitOfWork, settings: SettingsDep, now: Now, cursor: SyncCursor = None, limit: PageSize = 500
) -> ChangesOut:
    """What changed in the caller's reach since the cursor, and what left it; everything, page by page, without one.
    A key is sent what its scopes let it read.

    A cursor that is too old, somebody else's or made for another reach is answered with ``reset`` and everything anew.
    """
    service.settle(session, _arrival(now, settings))
    return ChangesOut.of(changes(session, cursor, now, limit=limit), now)


def _arrival(now: datetime, settings: Settings) -> Arrival:
    return Arrival(now, settings.position_days, settings.attachment_max_bytes, settings.attachment_max_pixels)
