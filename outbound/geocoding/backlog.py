"""Doors whose place is unknown or rough, looked for again: when other address points are loaded, and at lengthening
intervals otherwise."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from outbound.doors.service import put_right
from outbound.geo.accuracy import Position
from outbound.geo.points import PointIndex
from outbound.geocoding.chain import Chain
from outbound.geocoding.models import GeocodingAttempt
from outbound.geocoding.online import forget_expired
from outbound.geocoding.rules import next_attempt
from outbound.ids import uuid7
from outbound.postal.rules import PostalParts, normalise
from outbound.settings import Settings
from outbound.storage.context import context_of
from outbound.storage.database import Database

BATCH = 200
"""Doors looked for in one transaction."""
SECONDS = 20.0
"""How long one batch asks the online geocoder."""


@dataclass(frozen=True)
class Worked:
    """What a while of the backlog came to."""

    looked_for: int = 0
    placed: int = 0
    """Doors that have a better place now."""
    stopped: str | None = None
    """Why the geocoder could not be asked further, in one sentence."""

    def __add__(self, other: Worked) -> Worked:
        return Worked(self.looked_for + other.looked_for, self.placed + other.placed, other.stopped or self.stopped)


def is_due(database: Database, settings: Settings, now: datetime) -> bool:
    """Whether any door is to be looked for now."""
    points = PointIndex.open(settings.regions_dir).version
    for organisation in database.organisations():
        with database.as_job(organisation.id) as session:
            if _due(session, points, now, 1):
                return True
    return False


def work_off(
    database: Database,
    settings: Settings,
    now: datetime,
    *,
    seconds: float,
    pause: Callable[[float], None] = time.sleep,
) -> Worked:
    """Looks for what is due in every organisation, for about so many seconds; safe to be ended anywhere."""
    ends = time.monotonic() + seconds
    done = Worked()
    for organisation in database.organisations():
        with database.as_job(organisation.id) as session:
            forget_expired(session, now)
        more = True
        while more and time.monotonic() < ends and done.stopped is None:
            batch = _batch(database, settings, organisation.id, now, pause)
            done += batch
            more = batch.looked_for > 0
    return done


def _batch(
    database: Database, settings: Settings, org_id: uuid.UUID, now: datetime, pause: Callable[[float], None]
) -> Worked:
    # Asked in one transaction and written in another, so that nobody waits for a door while a geocoder is asked.
    with database.as_job(org_id) as session:
        chain = Chain(session, settings, pause=pause)
        due = _due(session, chain.points_version, now, BATCH)
        if not due:
            return Worked()
        parts = [normalise(PostalParts(*(value or "" for value in row[1:7]))) for row in due]
        found = chain.locate(parts, now, seconds=SECONDS)
    pending = set(found.pending)
    looked = [(row.id, row.attempts or 0, found.positions[at]) for at, row in enumerate(due) if at not in pending]
    placed = 0
    # By id: the order in which others lock doors.
    for address_id, attempts, position in sorted(looked, key=lambda each: each[0]):
        with database.as_job(org_id) as session:
            better = position is not None and put_right(session, address_id, position, now)
            placed += better
            _note(session, address_id, attempts + 1, position, chain.points_version, now)
    return Worked(len(looked), placed, found.stopped.message if found.stopped else None)


def _due(session: Session, points: str, now: datetime, limit: int) -> list[Any]:
    rows = session.execute(
        text(_DUE), {"org": context_of(session).org_id, "points": points, "now": now, "limit": limit}
    )
    return list(rows)


def _note(
    session: Session, address_id: uuid.UUID, attempts: int, position: Position | None, points: str, now: datetime
) -> None:
    org_id = context_of(session).org_id
    if position is not None and not position.is_coarse:
        session.execute(
            text("delete from outbound.geocoding_attempts where org_id = :org and address_id = :door"),
            {"org": org_id, "door": address_id},
        )
        return
    values = {"attempts": attempts, "next_at": next_attempt(attempts, now), "points": points}
    session.execute(
        insert(GeocodingAttempt)
        .values(org_id=org_id, id=uuid7(), address_id=address_id, **values)
        .on_conflict_do_update(index_elements=["org_id", "address_id"], set_=values)
    )


# The condition of ix_addresses_unplaced, word for word. A pin is where somebody stood, whatever its accuracy.
_DUE = """
select a.id, a.house_number, a.street, a.unit, a.city, a.state, a.postcode, g.attempts
from outbound.addresses as a
left join outbound.geocoding_attempts as g on g.org_id = a.org_id and g.address_id = a.id
where
    a.org_id = :org and (a.position is null or a.location_source = 'zip_centroid' or a.location_accuracy > 150)
    and a.house_number <> '' and a.street <> '' and a.location_source is distinct from 'pin'
    and (g.id is null or g.next_at <= :now or g.points is distinct from :points)
order by g.next_at nulls first, a.id
limit :limit
"""
