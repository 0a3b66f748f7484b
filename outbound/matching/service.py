"""How sure an organisation wants to be, and leads that a new one may be already."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from outbound.audit.service import record
from outbound.errors import PreconditionFailed
from outbound.matching.facts import Facts, facts_of_door
from outbound.matching.models import MatchThresholds
from outbound.matching.rules import Match, Outcome, Thresholds, checked_thresholds, judge
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position
from outbound.vocabulary import Stage

MOST_LIKELY = 5
_PER_KEY = 20


@dataclass(frozen=True)
class Likely:
    """A lead that another one may be."""

    lead_id: uuid.UUID
    match: Match


def thresholds_of(session: Session) -> Thresholds:
    """The organisation's, or those that every organisation begins with."""
    found = _row(session)
    return Thresholds(round(found.same, 4), round(found.unsure, 4)) if found else Thresholds()


def version_of_thresholds(session: Session) -> int:
    """0 as long as nobody has set them."""
    found = _row(session)
    return found.version if found else 0


def set_thresholds(session: Session, same: float, unsure: float, *, expected: int | None = None) -> Thresholds:
    """Sets both. What was judged before stays as it was judged.

    Raises :class:`Invalid` for thresholds out of order, :class:`PreconditionFailed` when another edit came between.
    """
    wanted = checked_thresholds(same, unsure)
    before, version = thresholds_of(session), version_of_thresholds(session)
    if expected is not None and expected != version:
        raise PreconditionFailed("The thresholds have changed since you read them; read them again.", version=version)
    org_id = context_of(session).org_id
    values = {"same": wanted.same, "unsure": wanted.unsure, "version": version + 1}
    session.execute(
        insert(MatchThresholds)
        .values(org_id=org_id, **values)
        .on_conflict_do_update(index_elements=[MatchThresholds.org_id], set_=values)
    )
    record(
        session,
        "match_thresholds",
        org_id,
        "changed",
        before={"same": before.same, "unsure": before.unsure},
        after={"same": wanted.same, "unsure": wanted.unsure},
    )
    session.expire_all()
    return wanted


def likely_duplicates(session: Session, lead_id: uuid.UUID, *, most: int = MOST_LIKELY) -> list[Likely]:
    """Leads within the caller's reach that this one may be, the likeliest first; no lead that is put away or lost."""
    org_id = context_of(session).org_id
    values = {"org": org_id, "lead": lead_id, "lost": str(Stage.LOST), "per_key": _PER_KEY}
    rows = {row.id: row for row in session.execute(text(_NEIGHBOURS), values)}
    own = rows.pop(lead_id, None)
    if own is None:
        return []
    thresholds = thresholds_of(session)
    found = []
    for row in rows.values():
        match = judge(_facts(session, own), _facts(session, row), thresholds)
        if match.outcome in (Outcome.SAME, Outcome.UNSURE):
            found.append(Likely(row.id, match))
    return sorted(found, key=lambda each: (-each.match.score, each.lead_id))[:most]


def _row(session: Session) -> MatchThresholds | None:
    return session.scalars(
        select(MatchThresholds).where(MatchThresholds.org_id == context_of(session).org_id)
    ).one_or_none()


def _facts(session: Session, row: object) -> Facts:
    lat = lon = None
    position, address_id = getattr(row, "position", None), getattr(row, "address_id", None)
    if position is not None and address_id is not None:
        lat, lon = readable_position(keys_of(session), context_of(session).org_id, address_id, position) or (None, None)
    names = {name: getattr(row, name) for name in ("postcode", "city", "phone", "email")}
    return facts_of_door(
        getattr(row, "canonical", None),
        getattr(row, "building", None),
        first=getattr(row, "first_name", None),
        last=getattr(row, "last_name", None),
        lat=lat,
        lon=lon,
        **names,
    )


# Each key is served by an index and bounded: a door, its building, its number in the ZIP code, a number, an address.
_NEIGHBOURS = """
with own as (
    select
        l.id, l.address_id, a.canonical, a.building, a.postcode, a.house_number, lower(l.last_name) as last_name,
        right(regexp_replace(l.phone, '^\\+1|\\D', '', 'g'), 30) as phone_token,
        left(lower(l.email), 254) as email_token
    from outbound.leads as l
    left join outbound.addresses as a on a.org_id = l.org_id and a.id = l.address_id
    where l.org_id = :org and l.id = :lead
), doors as (
    select address_id as id from own
    union
    select a.id from own
    cross join lateral (
        (select id from outbound.addresses as a where a.org_id = :org and a.building = own.building limit :per_key)
        union
        (
            select id from outbound.addresses as a
            where a.org_id = :org and a.postcode = own.postcode and a.house_number = own.house_number
                and own.postcode <> '' and own.house_number <> ''
            limit :per_key
        )
    ) as a
), near as (
    select l.id from doors as d
    cross join lateral (
        select id from outbound.leads as l where l.org_id = :org and l.address_id = d.id limit :per_key
    ) as l
    union
    select t.lead_id from own
    cross join lateral (
        select lead_id from outbound.lead_tokens as t
        where t.org_id = :org and t.token = own.phone_token and length(own.phone_token) >= 7 limit :per_key
    ) as t
    union
    select t.lead_id from own
    cross join lateral (
        select lead_id from outbound.lead_tokens as t
        where t.org_id = :org and t.token = own.email_token and own.email_token <> '' limit :per_key
    ) as t
    union
    select id from own
)
select
    l.id, l.address_id, l.phone, l.email, l.first_name, l.last_name, a.canonical, a.building, a.postcode, a.city,
    a.position
from near as n
join outbound.leads as l on l.org_id = :org and l.id = n.id
left join outbound.addresses as a on a.org_id = l.org_id and a.id = l.address_id
where l.archived_at is null and l.erased_at is null and (l.pipeline_stage <> :lost or l.id = :lead)
"""
