"""Positions for rows that the file gives none, and a look at those it gives.

Called once a transaction until it says that nothing is left, so that what was found stays when the next call fails.
"""

# ruff: noqa: S608
# The statements are put together from constants.

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy.orm import Session

from outbound.geo.accuracy import Position
from outbound.geo.cells import cells_at
from outbound.geocoding.chain import Chain
from outbound.geocoding.land import off_the_land
from outbound.geocoding.rules import FILE_CONFIDENCE, judge_file
from outbound.postal.rules import PostalParts, normalise
from outbound.settings import Settings
from outbound.storage.bulk import driver_of, staged_columns
from outbound.storage.context import context_of, keys_of
from outbound.storage.crypto import readable_position, seal_position
from outbound.storage.planning import for_any_organisation
from outbound.vocabulary import LocationSource

Tell = Callable[[int, int | None], None]
"""Called with the rows that are done, and how many there are, where that is known."""

CHUNK = 50_000
SECONDS = 20.0
"""How long one transaction asks the online geocoder."""


class _Row(NamedTuple):
    line: int
    door_id: uuid.UUID
    house_number: str | None
    street: str | None
    unit: str | None
    city: str | None
    state: str | None
    postcode: str | None
    position: bytes | None


@dataclass
class _Outcome:
    """By row: its position (none: nobody knows it), and what its owner should know."""

    positions: dict[int, Position | None]
    notes: dict[int, str]


def locate_rows(session: Session, settings: Settings, import_id: uuid.UUID, progress: Tell) -> bool:
    """Fills ``position`` (sealed for ``door_id``), ``cell``, ``location_source``, ``location_accuracy`` and
    ``location_confidence`` of rows of ``import_rows`` with ``fate is null``. Rows whose file gave coordinates have
    them already (``location_source`` is ``file``): they lose those that cannot be their address's, and ``notes``
    say so. Rows of doors that are known with their place are left alone.

    Returns whether more is to do: it is then called again in a new transaction. Raises
    :class:`outbound.errors.Unavailable` where a geocoder does not answer: what this transaction has written is kept,
    and the import is paused.
    """
    key = {"org": context_of(session).org_id, "import": import_id}
    connection = driver_of(session)
    counted = connection.execute(for_any_organisation(_COUNT), key).fetchone()
    assert counted is not None
    waiting, total = counted
    progress(total - waiting, total)
    if not waiting:
        return False
    rows = [_Row(*row) for row in connection.execute(for_any_organisation(_ROWS), key | {"limit": CHUNK})]
    now = datetime.now(UTC)
    chain = Chain(session, settings)
    parts = [normalise(PostalParts(*(value or "" for value in row[2:8]))) for row in rows]
    outcome = _Outcome({}, {})
    _look_at_files(session, chain, rows, parts, outcome)
    open_ = [at for at in range(len(rows)) if at not in outcome.positions]
    seconds = settings.geocoder_import_seconds - _waited(session, key, now) if chain.asks_online else 0.0
    found = chain.locate([parts[at] for at in open_], now, seconds=min(SECONDS, seconds))
    pending = set(found.pending)
    for turn, at in enumerate(open_):
        if turn not in pending:
            outcome.positions[at] = found.positions[turn]
            if turn in found.notes:
                outcome.notes.setdefault(at, found.notes[turn])
    _store(session, import_id, rows, outcome)
    progress(total - waiting + len(outcome.positions), total)
    if found.stopped is not None:
        raise found.stopped
    return bool(waiting > len(outcome.positions))


def _look_at_files(
    session: Session, chain: Chain, rows: Sequence[_Row], parts: Sequence[PostalParts], outcome: _Outcome
) -> None:
    """Judges the file's own coordinates; a row whose coordinates cannot be right is to be located like the others."""
    keys, org_id = keys_of(session), context_of(session).org_id
    opened = [readable_position(keys, org_id, row.door_id, row.position) for row in rows]
    given = [at for at, place in enumerate(opened) if place is not None]
    if not given:
        return
    chain.learn({parts[at].postcode for at in given})
    doors = chain.doors([parts[at] for at in given])
    places = np.array([opened[at] for at in given])
    off = off_the_land(places[:, 0], places[:, 1]).tolist()
    for at, (lat, lon), door, adrift in zip(given, places.tolist(), doors, off, strict=True):
        judged = judge_file(lat, lon, parts[at], chain.area(parts[at].postcode), door, off_the_land=adrift)
        if judged.position is not None:
            outcome.positions[at] = judged.position
        if judged.fault is not None:
            outcome.notes[at] = judged.fault


def _waited(session: Session, key: dict[str, uuid.UUID], now: datetime) -> float:
    """Seconds since this run of the import began to locate."""
    began = driver_of(session).execute(_BEGAN, key).fetchone()
    return (now - began[0]).total_seconds() if began else 0.0


def _store(session: Session, import_id: uuid.UUID, rows: Sequence[_Row], outcome: _Outcome) -> None:
    """What is known now of the rows; the coordinates of the file that stay are sealed for their row already."""
    keys, org_id = keys_of(session), context_of(session).org_id
    kept = {at: position for at, position in outcome.positions.items() if _is_files(position)}
    placed = {at: position for at, position in outcome.positions.items() if position is not None and at not in kept}
    cells = dict(
        zip(
            placed,
            cells_at(
                np.array([position.lat for position in placed.values()]),
                np.array([position.lon for position in placed.values()]),
            ).tolist(),
            strict=True,
        )
    )
    order = list(outcome.positions)
    columns: dict[str, list[Any]] = {
        "line": [rows[at].line for at in order],
        "stays": [at in kept for at in order],
        "position": [
            seal_position(keys, org_id, rows[at].door_id, placed[at].lat, placed[at].lon) if at in placed else None
            for at in order
        ],
        "cell": [cells.get(at) for at in order],
        "location_source": [str(placed[at].source) if at in placed else None for at in order],
        "location_accuracy": [placed[at].accuracy if at in placed else None for at in order],
        # 0 says that nobody knows it: who asks next need not look again.
        "location_confidence": [at.confidence if at else 0.0 for at in outcome.positions.values()],
        "note": [outcome.notes.get(at) for at in order],
    }
    if not order:
        return
    with staged_columns(session, columns, _STAGED, name="located_rows"):
        driver_of(session).execute(for_any_organisation(_PLACE), {"org": org_id, "import": import_id})


def _is_files(position: Position | None) -> bool:
    return position is not None and position.source == LocationSource.FILE


# Nobody has looked yet: no place at all, or the file's own as it was read.
_OPEN = f"""
org_id = %(org)s and import_id = %(import)s and fate is null and (
    (cell is null and location_confidence is null)
    or (position is not null and location_source = 'file' and location_confidence = {FILE_CONFIDENCE}::real)
)
"""
_COUNT = f"""
select count(*) filter (where {_OPEN}), count(*) from outbound.import_rows
where org_id = %(org)s and import_id = %(import)s and fate is null
"""
_ROWS = f"""
select line, door_id, house_number, street, unit, city, state, postcode, position
from outbound.import_rows where {_OPEN} order by line limit %(limit)s
"""
_BEGAN = """
select began_at from outbound.import_progress
where org_id = %(org)s and import_id = %(import)s and phase = 'locating'
"""
_STAGED = {
    "line": "bigint",
    "stays": "boolean",
    "position": "bytea",
    "cell": "bigint",
    "location_source": "text",
    "location_accuracy": "double precision",
    "location_confidence": "real",
    "note": "text",
}
_PLACE = """
update outbound.import_rows as r set
    position = case when p.stays then r.position else p.position end,
    cell = case when p.stays then r.cell else p.cell end,
    location_source = case when p.stays then r.location_source else p.location_source end,
    location_accuracy = case when p.stays then r.location_accuracy else p.location_accuracy end,
    location_confidence = p.location_confidence,
    notes = case when p.note is null then r.notes else coalesce(r.notes, '[]') || to_jsonb(p.note) end
from located_rows as p
where r.org_id = %(org)s and r.import_id = %(import)s and r.line = p.line
"""
