"""Which territory holds a position."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from shapely.geometry import shape
from sqlalchemy import text
from sqlalchemy.orm import Session

from outbound.geo.assign import Candidate, TerritoryIndex
from outbound.vocabulary import TerritoryType


def territory_at(session: Session, lat: float, lon: float, *, rough: bool = False) -> uuid.UUID | None:
    """The deepest active territory that holds a position; ties go to the higher priority weight. A position that is
    known roughly is in no MICRO territory.

    A caller sees only territories in their reach, and a door of a neighbour's must not become theirs by that: so
    this asks by the whole organisation's shapes.
    """
    rows = session.execute(text("select * from outbound.turf_at(:lat, :lon)"), {"lat": lat, "lon": lon})
    candidates = [
        Candidate(row.id, row.type, row.priority_weight, shape(row.geometry))
        for row in rows
        if not (rough and row.type == TerritoryType.MICRO)
    ]
    return TerritoryIndex(candidates).find(lat, lon)


TURF_AT = """
    select distinct on (t.id) t.id, t.type, t.priority_weight, t.geometry
    from unnest(%(lats)s::float8[], %(lons)s::float8[]) as p (lat, lon)
    cross join lateral outbound.turf_at(p.lat, p.lon) as t
    order by t.id
"""
"""The territories that may hold some of many positions, for the driver: as :func:`territory_at` asks for one."""


def index_of(rows: Iterable[tuple[Any, ...]]) -> TerritoryIndex:
    """The rows of :data:`TURF_AT`, to be asked for each of the positions."""
    return TerritoryIndex([Candidate(id_, type_, weight, shape(geometry)) for id_, type_, weight, geometry in rows])
