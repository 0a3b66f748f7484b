"""Many captures at once: the doors locked together, the rows written a table a statement.

Only leads at new doors are taken. What may meet something that is stored (a repeat, a known door), or is for somebody
else, is left to :func:`outbound.leads.service.create`, which writes the very same rows; a test holds both to the same.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from sqlalchemy.orm import Session

from outbound.addresses.service import DoorDraft, spelling_of
from outbound.addresses.service import row_of as door_of
from outbound.errors import Invalid
from outbound.leads.moves import write
from outbound.leads.rules import Move, beginning, begun
from outbound.leads.service import LeadDraft, content_of, row_of
from outbound.storage.bulk import driver_of
from outbound.storage.captures import digest_of
from outbound.storage.context import context_of
from outbound.storage.locks import serialise_all
from outbound.storage.rowset import array_of, insert_rows, told_by_sqlalchemy
from outbound.turf.holding import TURF_AT, index_of

Given = tuple[LeadDraft, datetime]
"""A lead, and when it was captured."""


def create_many(session: Session, given: Sequence[Given]) -> set[uuid.UUID]:
    """Creates leads, each with an id of its own; returns the ids of those that were, all others are for
    :func:`outbound.leads.service.create`, in the order given.

    Raises what the database raises, so it belongs inside a savepoint unless the transaction is to fail with it.
    """
    plain = _plain(session, given)
    if not plain:
        return set()
    session.flush()
    with told_by_sqlalchemy():
        return _create(session, driver_of(session), plain)


@dataclass(frozen=True)
class _Capture:
    """A lead at a door that no other of the batch names before it."""

    id: uuid.UUID
    spelling: str
    draft: LeadDraft
    door: DoorDraft
    at: datetime


def _plain(session: Session, given: Sequence[Given]) -> list[_Capture]:
    first: dict[str, _Capture | None] = {}
    for draft, at in given:
        if draft.door is None:
            continue
        try:
            spelling = spelling_of(session, draft.door)
        except Invalid:
            continue
        if spelling in first:
            continue
        first[spelling] = None  # who comes first has the door, be it with the others or by itself
        for_oneself = draft.campaign_id is None and draft.owner_id in (None, context_of(session).user_id)
        if for_oneself and draft.id is not None:
            first[spelling] = _Capture(draft.id, spelling, draft, draft.door, at)
    return [each for each in first.values() if each is not None]


_CAPTURE = """
    insert into outbound.captures (org_id, id, kind, digest)
    select %(org)s, c.id, 'lead', c.digest
    from unnest(%(ids)s::uuid[], %(digests)s::text[], %(spellings)s::text[]) as c (id, digest, spelling)
    where outbound.address_of(c.spelling) is null
    on conflict do nothing
    returning id
"""
"""The captures of new doors that are the first under their id."""
_COLD = "select sla_minutes from outbound.stage_policies where org_id = %(org)s and stage = 'COLD'"


def _create(session: Session, connection: psycopg.Connection[Any], plain: Sequence[_Capture]) -> set[uuid.UUID]:
    context = context_of(session)
    pins = [(each.door.lat, each.door.lon) for each in plain if each.door.lat is not None]
    values = {
        "org": context.org_id,
        "ids": array_of((each.id for each in plain), "uuid"),
        "digests": array_of((digest_of(session, content_of(session, each.draft)) for each in plain), "text"),
        "spellings": array_of((each.spelling for each in plain), "text"),
        "lats": array_of((lat for lat, _ in pins), "float8"),
        "lons": array_of((lon for _, lon in pins), "float8"),
    }
    with connection.pipeline():
        # The doors first: who waited for one sees what the other wrote.
        serialise_all(connection, context, "address", [each.spelling for each in plain])
        cursors = [connection.execute(query, values) for query in (_CAPTURE, TURF_AT, _COLD)]
        captured, turf, cold = [cursor.fetchall() for cursor in cursors]
    new, territories = {row[0] for row in captured}, index_of(turf)
    minutes = cold[0][0] if cold else None
    doors: list[dict[str, Any]] = []
    leads: list[dict[str, Any]] = []
    moves: list[Move] = []
    for each in plain:
        if each.id not in new:
            continue
        lat, lon = each.door.lat, each.door.lon
        territory_id = territories.find(lat, lon) if lat is not None and lon is not None else None
        door = door_of(session, each.door, each.spelling, territory_id)
        stands = begun(
            each.at,
            each.draft.owner_id or context.user_id,
            minutes,
            address_id=door["id"],
            territory_id=territory_id,
            cell=door["cell"],
        )
        doors.append(door)
        leads.append(row_of(session, each.draft, stands))
        moves.append(beginning(each.id, stands, each.at, context.user_id))
    if moves:
        same = {"org_id": context.org_id}
        with connection.pipeline():
            insert_rows(connection, "addresses", _ADDRESSES, _ordered(_ADDRESSES, doors), same)
            insert_rows(connection, "leads", _LEADS, _ordered(_LEADS, leads), same)
            write(connection, context, moves)
    return new


def _ordered(columns: dict[str, str], rows: Sequence[dict[str, Any]]) -> list[list[Any]]:
    return [[row[name] for name in columns] for row in rows]


_ADDRESSES = {
    "id": "uuid",
    "house_number": "text",
    "street": "text",
    "unit": "text",
    "city": "text",
    "state": "text",
    "postcode": "text",
    "canonical": "text",
    "position": "bytea",
    "cell": "bigint",
    "territory_id": "uuid",
    "location_source": "text",
}
_LEADS = {
    "id": "uuid",
    "lead_type": "text",
    "pipeline_stage": "text",
    "stage_entered_at": "timestamptz",
    "address_id": "uuid",
    "territory_id": "uuid",
    "cell": "bigint",
    "created_by_id": "uuid",
    "owner_id": "uuid",
    "due_at": "timestamptz",
    "next_action_at": "timestamptz",
    "first_name": "text",
    "last_name": "text",
    "phone": "text",
    "email": "text",
    "source": "text",
    "language": "text",
    "yard_size_sqft": "integer",
    "estimated_value_cents": "bigint",
    "campaign_id": "uuid",
}
