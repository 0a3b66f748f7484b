"""Territory and owner of rows that have a position."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import numpy as np
from shapely.geometry import shape
from sqlalchemy import select
from sqlalchemy.orm import Session

from outbound.geo.accuracy import is_rough
from outbound.geo.assign import Candidate, TerritoryIndex
from outbound.storage.bulk import driver_of, staged_columns, uuid_column
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position
from outbound.storage.planning import for_any_organisation
from outbound.territories.models import Territory
from outbound.territories.owners import choose_owners

_CHUNK = 50_000
"""Rows whose positions are held in the clear at a time."""

_ROWS = """
select
    line, territory_id, owner_id is null and fate <> 'same' as unowned,
    door_id, position, location_source, location_accuracy
from outbound.import_rows
where org_id = %(org)s and import_id = %(import)s and fate in ('new', 'unsure', 'same') and line > %(after)s and (
    (territory_id is null and position is not null)
    or (territory_id is not null and owner_id is null and fate <> 'same')
)
order by line limit %(limit)s
"""

_PLACE = """
update outbound.import_rows as r set territory_id = p.territory_id, owner_id = coalesce(r.owner_id, p.owner_id)
from placed_rows as p
where r.org_id = %(org)s and r.import_id = %(import)s and r.line = p.line
"""


def place_rows(session: Session, import_id: uuid.UUID) -> bool:
    """Fills ``territory_id`` of every row that may become a lead (``new``, ``unsure``), has a position and no
    territory yet, and ``owner_id`` of every such row that has a territory. Rows whose door is known already have
    its territory before this is called: that is not changed. A row that is the ``same`` as a lead of the base gets a
    territory too, for its door may be known without a place.

    The exact polygon decides; a position that is only roughly the door's puts it into an AREA or a REGION at most.
    Owners follow the rule of the territory, row by row in the order of the file.
    Returns whether more is to do: it is then called again in a new transaction.
    """
    key = {"org": context_of(session).org_id, "import": import_id}
    rows = list(_placed(session, key))
    owners = iter(choose_owners(session, [territory_id for _, territory_id, unowned in rows if unowned]))
    columns = {
        "line": [line for line, _, _ in rows],
        "territory_id": uuid_column(territory_id for _, territory_id, _ in rows),
        "owner_id": uuid_column(next(owners) if unowned else None for _, _, unowned in rows),
    }
    if rows:
        types = {"line": "bigint", "territory_id": "uuid", "owner_id": "uuid"}
        with staged_columns(session, columns, types, name="placed_rows"):
            driver_of(session).execute(for_any_organisation(_PLACE), key)
    return False


def _placed(session: Session, key: dict[str, uuid.UUID]) -> Iterator[tuple[int, uuid.UUID, bool]]:
    """Rows that lie in a territory, by line: the territory, and whether they want an owner."""
    org_id, keys = key["org"], keys_of(session)
    turf: TerritoryIndex | None = None
    after, query = 0, for_any_organisation(_ROWS)
    with driver_of(session).cursor(binary=True) as cursor:
        while rows := cursor.execute(query, {**key, "after": after, "limit": _CHUNK}).fetchall():
            after = rows[-1][0]
            found = {row[0]: row[1] for row in rows if row[1] is not None}
            bare = [row for row in rows if row[1] is None]
            if bare:
                turf = turf or _turf(session)
                opened = [(row, readable_position(keys, org_id, row[3], row[4])) for row in bare]
                bare = [row for row, at in opened if at is not None]
                at = np.array([at for _, at in opened if at is not None]).reshape(-1, 2)
                ranks = turf.assign(at[:, 0], at[:, 1], np.array([is_rough(row[5], row[6]) for row in bare]))
                found |= {row[0]: turf.ids[rank] for row, rank in zip(bare, ranks.tolist(), strict=True) if rank >= 0}
            yield from ((row[0], found[row[0]], row[2]) for row in rows if row[0] in found)


def _turf(session: Session) -> TerritoryIndex:
    rows = session.execute(
        select(Territory.id, Territory.type, Territory.priority_weight, Territory.geometry).where(
            Territory.org_id == context_of(session).org_id, Territory.active
        )
    )
    return TerritoryIndex([Candidate(row.id, row.type, row.priority_weight, shape(row.geometry)) for row in rows])
