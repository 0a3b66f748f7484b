"""Which territory holds a position."""

from __future__ import annotations

import uuid

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
