"""What writing a history needs in hand: rows to come, identifiers given out, keys, a seeded generator."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from outbound.demo.franchise import Cast
from outbound.demo.history import History
from outbound.demo.town import Town
from outbound.demo.writer import Writer
from outbound.ids import uuid7_array
from outbound.storage.crypto import KeyRing, seal_position


@dataclass
class Book:
    """One organisation's history on its way into the tables."""

    writer: Writer
    cast: Cast
    town: Town
    history: History
    keys: KeyRing
    rng: np.random.Generator
    leads: np.ndarray = field(init=False)
    activities: np.ndarray = field(init=False)
    trips: np.ndarray = field(init=False)
    stops: np.ndarray = field(init=False)
    yards: np.ndarray = field(init=False)
    """Square feet, by lead."""
    values: np.ndarray = field(init=False)
    """Estimated value of each lead, cents."""
    enrolments: np.ndarray = field(init=False, default_factory=lambda: np.zeros((0, 16), dtype=np.uint8))
    """Given out when enrolments are written."""

    def __post_init__(self) -> None:
        made = self.history
        self.leads = self.ids(made.leads.created_at)
        self.activities = self.ids(made.activities.at)
        planned = made.trips.planned_start - TRIPS_AHEAD
        self.trips = self.ids(planned)
        self.stops = self.ids(planned[made.trips.stop_trip])
        n = len(made.leads.door)
        self.yards = np.maximum(800, self.rng.lognormal(8.6, 0.5, n)).astype(np.int64)
        self.values = (self.yards * self.rng.uniform(3.2, 5.5, n)).astype(np.int64) // 500 * 500 + 9_900

    def ids(self, at: np.ndarray) -> np.ndarray:
        """New identifiers for rows of these times (UTC milliseconds)."""
        return uuid7_array(at, self.rng)

    def sealed(self, ids: np.ndarray, lat: np.ndarray, lon: np.ndarray, where: np.ndarray | None = None) -> pa.Array:
        """Positions encrypted for their rows; null where not `where`."""
        which = np.ones(len(ids), dtype=bool) if where is None else where
        out: list[Any] = [None] * len(ids)
        for row, x, y in zip(np.flatnonzero(which).tolist(), lat[which].tolist(), lon[which].tolist(), strict=True):
            out[row] = seal_position(self.keys, self.cast.org_id, uuid.UUID(bytes=ids[row].tobytes()), x, y)
        return pa.array(out, pa.large_binary())


TRIPS_AHEAD = 14 * 3_600_000
"""Trips are planned the evening before, milliseconds."""
