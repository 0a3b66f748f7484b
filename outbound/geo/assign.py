"""Which territory does a door lie in: exactly, for one position or millions.

Pure: no database, no clock. Where several territories hold a position, the deepest type wins (MICRO before
AREA before REGION), then the higher priority weight, then the lower id. A border belongs to both sides, and
the same order decides, so every position gets one territory or none, always the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import shapely

from outbound.vocabulary import TERRITORY_DEPTH, TerritoryType

_CHUNK = 1_000_000
"""Positions a pass: bounds memory at some hundred bytes for each."""
_STRIP = 64
"""Strips are the root of as many as there are positions over this: narrow ones cost look-ups, wide ones candidates."""
_STEPS, _SPAN = 1 << 40, 1 << 42
"""Into how many steps latitudes are told apart within a strip, and how far the numbers of two strips lie apart."""
_RUNS = 1_000_000
"""Strips that are looked up at a time, over all territories."""
_CANDIDATES = 2_000_000
"""Pairs of position and territory that are tested at a time."""


@dataclass(frozen=True)
class Candidate:
    """A territory that may hold positions. `id` is anything that sorts (a UUID, its text)."""

    id: Any
    type: str
    priority_weight: int
    shape: shapely.MultiPolygon | shapely.Polygon


def _depth(candidate: Candidate) -> int:
    return TERRITORY_DEPTH[TerritoryType(candidate.type)]


class TerritoryIndex:
    """Territories prepared for many questions."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        ranked = sorted(candidates, key=lambda c: (-_depth(c), -c.priority_weight, c.id))
        self._shapes = np.array([c.shape for c in ranked], dtype=object)
        shapely.prepare(self._shapes)
        self._boxes = shapely.bounds(self._shapes).reshape(-1, 4)
        self._levels = [(type_, len(list(level))) for type_, level in groupby(ranked, key=lambda c: c.type)]
        self.ids = [c.id for c in ranked]
        """Territories in the order in which they win."""

    def assign(self, lats: np.ndarray, lons: np.ndarray, rough: np.ndarray | None = None) -> np.ndarray:
        """For each position (degrees) an index into `ids`, or -1 where no territory holds it.

        Positions marked in ``rough`` are known too roughly for a MICRO territory: an AREA or a REGION may hold them.
        """
        x, y = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        exact = np.ones(len(x), dtype=bool) if rough is None else ~rough
        out = np.full(len(x), -1, dtype=np.int64)
        for start in range(0, len(x), _CHUNK):
            part = slice(start, start + _CHUNK)
            self._assign(x[part], y[part], exact[part], out[part])
        return out

    def find(self, lat: float, lon: float) -> Any | None:
        """The id of the territory of one position, or None."""
        rank = int(self.assign(np.array([lat]), np.array([lon]))[0])
        return None if rank < 0 else self.ids[rank]

    def _assign(self, x: np.ndarray, y: np.ndarray, exact: np.ndarray, out: np.ndarray) -> None:
        """Level by level, the deepest first: what one has is not asked of the next."""
        first, known = 0, np.isfinite(x) & np.isfinite(y)
        for type_, size in self._levels:
            left = np.flatnonzero((out < 0) & known & (exact if type_ == TerritoryType.MICRO else True))
            if not len(left):
                first += size
                continue
            strips = _Strips(x[left], y[left])
            won = np.full(len(left), -1, dtype=np.int64)
            for rank, at in strips.candidates(self._boxes[first : first + size]):
                open_ = won[at] < 0
                if not open_.all():
                    rank, at = rank[open_], at[open_]
                held = shapely.intersects_xy(self._shapes[first + rank], strips.x[at], strips.y[at])
                # Pairs come by rank; the last write wins, so the best rank is written last.
                won[at[held][::-1]] = first + rank[held][::-1]
            out[left[strips.order]] = won
            first += size


class _Strips:
    """Positions in strips from west to east with about as many in each, by latitude within: so those in a box are a
    few runs of neighbours, wherever they crowd. ``x`` and ``y`` stand in that order, ``order`` says whose they were."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        count = max(1, round((len(x) / _STRIP) ** 0.5))
        sample = np.sort(x[:: max(1, len(x) // (count * 64))])
        self._edges = sample[np.linspace(0, len(sample), count, endpoint=False).astype(np.int64)[1:]]
        self._south = float(y.min())
        self._scale = _STEPS / max(float(y.max()) - self._south, 1e-9)
        keys = np.searchsorted(self._edges, x, "right") * _SPAN + self._step(y)
        self.order = np.argsort(keys)
        self._keys = keys[self.order]
        self.x, self.y = x[self.order], y[self.order]

    def _step(self, y: np.ndarray) -> np.ndarray:
        """Whole numbers that never descend as latitudes rise: 0 to ``_STEPS``, one less and one more beyond."""
        return np.clip((y - self._south) * self._scale, -1, _STEPS + 1).astype(np.int64)

    def candidates(self, boxes: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """Pairs of a box (its number, ascending) and a position in or close to it, a bounded number at a time."""
        west, south, east, north = boxes.T
        begin, end = (np.searchsorted(self._edges, side, "right") for side in (west, east))
        low, high = self._step(south), self._step(north)
        for some in _portions(end - begin + 1, _RUNS):
            box, offset = _spread((end - begin + 1)[some])
            box += some.start
            strip = (begin[box] + offset) * _SPAN
            first = np.searchsorted(self._keys, strip + low[box], "left")
            long = np.searchsorted(self._keys, strip + high[box], "right") - first
            for few in _portions(long, _CANDIDATES):
                run, offset = _spread(long[few])
                run += few.start
                number, position = box[run], first[run] + offset
                within = (self.x[position] >= west[number]) & (self.x[position] <= east[number])
                yield number[within], position[within]


def _spread(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For counts (2, 0, 3) their numbers (0, 0, 2, 2, 2), and places within each (0, 1, 0, 1, 2)."""
    number = np.repeat(np.arange(len(counts)), counts)
    return number, np.arange(len(number)) - np.repeat(np.cumsum(counts) - counts, counts)


def _portions(counts: np.ndarray, most: int) -> Iterator[slice]:
    """Neighbours whose counts add up to no more than ``most``, or one alone."""
    sums = np.cumsum(counts)
    start = 0
    while start < len(counts):
        before = int(sums[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(sums, before + most, "right")))
        yield slice(start, stop)
        start = stop
