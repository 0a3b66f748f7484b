"""Looking at where reps are or were. Every look by somebody else is written down for the one who was looked at."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, false, insert, or_, select, text
from sqlalchemy.orm import Session

from outbound.errors import NotFound
from outbound.identity.models import Membership, Organisation, User
from outbound.ids import uuid7
from outbound.positions.models import LocationLook, RepPosition
from outbound.shifts.models import Shift
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position
from outbound.territories.models import TerritoryAssignment
from outbound.vocabulary import LookKind, Role

FRESH = timedelta(hours=24)
"""How old the last position of somebody on the live map may be."""


@dataclass(frozen=True)
class Sighting:
    """A position in the clear."""

    id: uuid.UUID
    user_id: uuid.UUID
    user_name: str
    shift_id: uuid.UUID
    on_shift: bool
    lat: float | None
    """None, as ``lon``, where the position is not readable."""
    lon: float | None
    accuracy: float | None
    occurred_at: datetime


@dataclass(frozen=True)
class LookRow:
    """A look with the name of who looked."""

    look: LocationLook
    looked_by_name: str


def latest(session: Session, now: datetime, *, include_ended: bool = False) -> list[Sighting]:
    """The last position of each person in the caller's reach who is on a shift, or was within a day; by name.

    Each look at somebody else is written down.
    """
    rows = session.execute(
        text(_LATEST),
        {"org": context_of(session).org_id, "since": now - FRESH, "include_ended": include_ended},
    )
    found = [_sighting(session, row) for row in rows]
    _write_looks(session, [(each.user_id, each.occurred_at, each.occurred_at) for each in found], LookKind.LATEST, now)
    return found


def trail(
    session: Session,
    user_id: uuid.UUID,
    day: date | None,
    now: datetime,
    *,
    after: tuple[datetime, uuid.UUID] | None,
    limit: int,
) -> list[Sighting]:
    """Where somebody was on a day of the organisation's zone (today, unless said), oldest first. Writes the look down.

    Raises :class:`NotFound` for nobody in reach; a rep's reach is themselves.
    """
    context = context_of(session)
    if user_id != context.user_id:
        _refuse_out_of_reach(session, user_id)
    since, until = _bounds(session, day, now)
    query = (
        select(
            RepPosition.id,
            RepPosition.user_id,
            User.name,
            RepPosition.shift_id,
            Shift.ended_at.is_(None).label("on_shift"),
            RepPosition.position,
            RepPosition.accuracy,
            RepPosition.occurred_at,
        )
        .join(User, User.id == RepPosition.user_id)
        .join(Shift, and_(Shift.org_id == RepPosition.org_id, Shift.id == RepPosition.shift_id))
        .where(
            RepPosition.org_id == context.org_id,
            RepPosition.user_id == user_id,
            RepPosition.occurred_at >= since,
            RepPosition.occurred_at < until,
        )
        .order_by(RepPosition.occurred_at, RepPosition.id)
    )
    if after is not None:
        moment, position_id = after
        query = query.where(
            or_(
                RepPosition.occurred_at > moment,
                and_(RepPosition.occurred_at == moment, RepPosition.id > position_id),
            )
        )
    found = [_sighting(session, row) for row in session.execute(query.limit(limit))]
    _write_looks(session, [(user_id, since, until)], LookKind.TRAIL, now)
    return found


def looks_at_me(session: Session, *, after: tuple[datetime, uuid.UUID] | None, limit: int) -> list[LookRow]:
    """Who looked at where the caller is or was, newest first."""
    context = context_of(session)
    query = (
        select(LocationLook, User.name)
        .join(User, User.id == LocationLook.looked_by)
        .where(LocationLook.org_id == context.org_id, LocationLook.user_id == context.user_id)
        .order_by(LocationLook.looked_at.desc(), LocationLook.id.desc())
    )
    if after is not None:
        moment, look_id = after
        query = query.where(
            or_(
                LocationLook.looked_at < moment,
                and_(LocationLook.looked_at == moment, LocationLook.id < look_id),
            )
        )
    return [LookRow(*row) for row in session.execute(query.limit(limit))]


_LATEST = """
select p.id, m.user_id, u.name, p.shift_id, s.ended_at is null as on_shift, p.position, p.accuracy, p.occurred_at
from outbound.memberships as m
join outbound.users as u on u.id = m.user_id
cross join lateral (
    select q.* from outbound.rep_positions as q
    where q.org_id = m.org_id and q.user_id = m.user_id and q.occurred_at >= :since
    order by q.occurred_at desc, q.id desc limit 1
) as p
join outbound.shifts as s on s.org_id = p.org_id and s.id = p.shift_id
where m.org_id = :org and m.active and (:include_ended or s.ended_at is null)
order by u.name, m.user_id
"""


def _sighting(session: Session, row: Any) -> Sighting:
    lat, lon = readable_position(keys_of(session), context_of(session).org_id, row.id, row.position) or (None, None)
    return Sighting(row.id, row.user_id, row.name, row.shift_id, row.on_shift, lat, lon, row.accuracy, row.occurred_at)


def _write_looks(
    session: Session, seen: Sequence[tuple[uuid.UUID, datetime, datetime]], kind: LookKind, now: datetime
) -> None:
    context = context_of(session)
    rows = [
        {
            "org_id": context.org_id,
            "id": uuid7(),
            "user_id": user_id,
            "looked_by": context.user_id,
            "looked_at": now,
            "kind": kind,
            "window_from": since,
            "window_until": until,
            "request_id": context.request_id,
        }
        for user_id, since, until in seen
        if user_id != context.user_id
    ]
    if rows:
        session.execute(insert(LocationLook).values(rows))


def _refuse_out_of_reach(session: Session, user_id: uuid.UUID) -> None:
    context = context_of(session)
    query = select(Membership.user_id).where(Membership.org_id == context.org_id, Membership.user_id == user_id)
    if context.role is Role.SALES_REP:
        query = query.where(false())
    if not context.sees_whole_organisation:
        # Whose assignments this manager sees, they see the work of.
        query = query.where(
            select(TerritoryAssignment.id)
            .where(
                TerritoryAssignment.org_id == Membership.org_id,
                TerritoryAssignment.user_id == Membership.user_id,
                TerritoryAssignment.unassigned_at.is_(None),
            )
            .exists()
        )
    if session.scalars(query).one_or_none() is None:
        raise NotFound(f"There is nobody {user_id} in your reach.")


def _bounds(session: Session, day: date | None, now: datetime) -> tuple[datetime, datetime]:
    zone = ZoneInfo(
        session.scalars(select(Organisation.zone).where(Organisation.id == context_of(session).org_id)).one()
    )
    day = day or now.astimezone(zone).date()
    midnight, next_one = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    return midnight, next_one
