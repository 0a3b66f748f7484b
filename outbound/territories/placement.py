"""Which territory a door lies in: for one position, and again for all doors of an area whose turf has changed.

The one home of placing: whoever draws, edits, retires or loads territories ends here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from outbound import deadline
from outbound.geo.accuracy import is_rough
from outbound.geo.assign import Candidate, TerritoryIndex
from outbound.geo.cover import ranges_over
from outbound.leads.moves import history_of, placed_by
from outbound.storage.bulk import driver_of, staged_columns, uuid_column
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position
from outbound.storage.planning import for_any_organisation, named_for_any_organisation
from outbound.storage.system import as_system
from outbound.territories.models import Territory
from outbound.vocabulary import OPEN_STAGES

_CHUNK = 5_000
"""Doors held in the clear at a time, and asked about before the request's deadline is."""

_MARGIN = 0.001
"""Degrees around an area within which a door is asked about: rounding decides nothing."""


@dataclass(frozen=True)
class Placed:
    """How many doors, and open leads at them, changed territory."""

    doors: int = 0
    leads: int = 0


def place_again(session: Session, area: BaseGeometry, now: datetime) -> Placed:
    """Puts the doors in and around an area, and their open leads, into the territories that hold them now.

    The exact test decides; H3 cells only find the doors to ask about. A lead follows its door where it lay in the
    door's territory, and its history says so from ``now`` on; activities keep the territory of their time. Whoever
    changes the shapes is to hold the lock named "territories" (``storage.locks.serialise``).
    """
    if area.is_empty:
        return Placed()
    # A door at the edge of the caller's turf may come from, or go to, a neighbour's whom they do not see.
    with as_system(session):
        misplaced = _misplaced(session, area)
        if not misplaced["id"]:
            return Placed()
        columns = {name: uuid_column(ids) for name, ids in misplaced.items()}
        with staged_columns(session, columns, dict.fromkeys(columns, "uuid"), name="misplaced"):
            # Leads before doors, each by id: the order in which logging an activity locks them.
            _run(session, _LOCK_LEADS, now)
            _run(session, _LOCK_DOORS, now)
            leads = _run(session, _MOVE_LEADS, now)
            doors = _run(session, _MOVE_DOORS, now)
        session.expire_all()
        return Placed(doors, leads)


def _misplaced(session: Session, area: BaseGeometry) -> dict[str, list[uuid.UUID | None]]:
    """Doors that lie in another territory than is stored: their ids, what is stored, and what should be."""
    org_id, keys = context_of(session).org_id, keys_of(session)
    ranges = ranges_over(area)
    west, south, east, north = shapely.box(*area.bounds).buffer(_MARGIN, join_style="mitre").bounds
    index = _index_within(session, west, south, east, north)
    found = session.execute(
        text(named_for_any_organisation(_DOORS)),
        {"org": org_id, "low": [low for low, _ in ranges], "high": [high for _, high in ranges]},
        execution_options={"yield_per": _CHUNK},
    )
    misplaced: dict[str, list[uuid.UUID | None]] = {"id": [], "before": [], "after": []}
    for part in found.partitions():
        deadline.check()
        # A door whose position is not readable stays where it was put.
        opened = [(row, readable_position(keys, org_id, row.id, row.position)) for row in part]
        rows = [row for row, place in opened if place is not None]
        places = np.array([place for _, place in opened if place is not None]).reshape(-1, 2)
        rough = np.array([is_rough(row.location_source, row.location_accuracy) for row in rows])
        lats, lons = places[:, 0], places[:, 1]
        near = (lats >= south) & (lats <= north) & (lons >= west) & (lons <= east)
        ranks = index.assign(lats[near], lons[near], rough[near])
        for i, rank in zip(np.flatnonzero(near).tolist(), ranks.tolist(), strict=True):
            before, after = rows[i].territory_id, index.ids[rank] if rank >= 0 else None
            if before != after:
                for name, value in (("id", rows[i].id), ("before", before), ("after", after)):
                    misplaced[name].append(value)
    return misplaced


def _index_within(session: Session, west: float, south: float, east: float, north: float) -> TerritoryIndex:
    rows = session.execute(
        select(Territory.id, Territory.type, Territory.priority_weight, Territory.geometry).where(
            Territory.org_id == context_of(session).org_id,
            Territory.active,
            Territory.west <= east,
            Territory.east >= west,
            Territory.south <= north,
            Territory.north >= south,
        )
    )
    return TerritoryIndex([Candidate(row.id, row.type, row.priority_weight, shape(row.geometry)) for row in rows])


def _run(session: Session, statement: str, now: datetime) -> int:
    context = context_of(session)
    values: dict[str, Any] = {
        "org": context.org_id,
        "by": context.user_id,
        "now": now,
        "open": [str(stage) for stage in OPEN_STAGES],
    }
    used = {name: value for name, value in values.items() if f"%({name})s" in statement}
    return driver_of(session).execute(for_any_organisation(statement).encode(), used).rowcount


_DOORS = """
select a.id, a.position, a.territory_id, a.location_source, a.location_accuracy
from unnest(cast(:low as bigint[]), cast(:high as bigint[])) as r (low, high)
join outbound.addresses as a on a.org_id = :org and a.cell between r.low and r.high
where a.position is not null
"""

_FOLLOWING = """
from pg_temp.misplaced as m
join outbound.leads as l on l.org_id = %(org)s and l.address_id = m.id
where l.pipeline_stage = any(%(open)s) and (l.territory_id is null or l.territory_id is not distinct from m.before)
"""

_LOCK_LEADS = f"select l.id {_FOLLOWING} order by l.id for update of l"

_LOCK_DOORS = """
select a.id from pg_temp.misplaced as m join outbound.addresses as a on a.org_id = %(org)s and a.id = m.id
order by a.id for update of a
"""

_FOLLOWERS = f"l.id, l.cell, m.after as territory_id {_FOLLOWING} and l.territory_id is distinct from m.after"

_MOVED = """
    select
        gen_random_uuid() as id, id as lead_id, pipeline_stage as from_stage, pipeline_stage as to_stage,
        %(now)s::timestamptz as occurred_at, %(by)s::uuid as user_id, owner_id, territory_id,
        null::timestamptz as due_at, null::uuid as activity_id
    from moved
"""

_MOVE_LEADS = f"""
with moved as (
    {placed_by(f"select {_FOLLOWERS}")}
    returning l.id, l.pipeline_stage, l.owner_id, l.territory_id
)
{history_of(_MOVED)}
"""

_MOVE_DOORS = """
update outbound.addresses as a
set territory_id = m.after, version = a.version + 1
from pg_temp.misplaced as m
where a.org_id = %(org)s and a.id = m.id and a.territory_id is not distinct from m.before
"""
