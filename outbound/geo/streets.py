"""Streets as a graph: distances on foot and by car, in metres along real streets.

A graph is a folder of columns read through memory maps, one a region. A question takes the part of it around its
positions, puts every position onto the nearest stretch that it may use, and lets scipy's Dijkstra run from there,
bounded by a distance. Pure but for reading the files: no database, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from pathlib import Path

import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from outbound.errors import Invalid, Unavailable
from outbound.geo.planar import metres, to_degrees, to_stored
from outbound.geo.sphere import METRES_PER_DEGREE

WALK, DRIVE, DRIVE_BACK = 1, 2, 4
"""Bits of a stretch: on foot either way; by car from its first node to its last; by car the other way."""
MAIN_WALK, MAIN_DRIVE = 1, 2
"""Bits of a node: it belongs to a large part that is connected on foot; by car, there and back. Not to a stray end."""
FARTHEST = 50_000.0
"""Metres that a search may be asked to go."""
MOST_POSITIONS = 2_000
_TOO_FAR = 1_000.0
"""Metres from a position to the nearest street beyond which it is on none."""


class Mode(StrEnum):
    WALK = "walk"
    DRIVE = "drive"


@dataclass
class StreetColumns:
    """Nodes (crossings and ends), stretches between them, and the shapes of those."""

    node_lat: np.ndarray
    """int32 of 1e-7°, as all positions here."""
    node_lon: np.ndarray
    node_main: np.ndarray
    """uint8: MAIN_WALK, MAIN_DRIVE."""
    first: np.ndarray
    """int32: the node where a stretch begins; ``last`` where it ends."""
    last: np.ndarray
    length: np.ndarray
    """float32: metres along the stretch."""
    flags: np.ndarray
    """uint8: WALK, DRIVE, DRIVE_BACK."""
    speed: np.ndarray
    """uint8: km/h by car."""
    name: np.ndarray
    """int32 into ``names``."""
    way: np.ndarray
    """int64: OpenStreetMap's way."""
    shape_first: np.ndarray
    """int64: where a stretch's positions begin in ``shape_lat``; ``shape_last`` is the last one's."""
    shape_last: np.ndarray
    shape_lat: np.ndarray
    shape_lon: np.ndarray
    names: np.ndarray
    """Bytes, UTF-8; the first is empty."""


def write_streets(columns: StreetColumns, folder: Path) -> None:
    folder.mkdir(parents=True)
    for field in fields(StreetColumns):
        np.save(folder / f"{field.name}.npy", getattr(columns, field.name), allow_pickle=False)


@dataclass(frozen=True)
class Snapped:
    """Where positions come onto the streets. -1 in ``stretch`` where none is near."""

    stretch: np.ndarray
    share: np.ndarray
    """How far along the stretch, 0 to 1."""
    lat: np.ndarray
    lon: np.ndarray
    away: np.ndarray
    """Metres from the position to the street."""


@dataclass(frozen=True)
class Distances:
    """Metres along streets from each source (row) to each target (column); infinite where there is no way."""

    metres: np.ndarray
    sources: Snapped
    targets: Snapped


class StreetGraph:
    """The streets of one region."""

    def __init__(self, columns: StreetColumns, version: str = "") -> None:
        self.columns = columns
        self.version = version

    @classmethod
    def open(cls, folder: Path, version: str = "") -> StreetGraph:
        """The graph in a region's folder (``outbound.geo.regions``). Raises Unavailable when it is damaged."""
        try:
            columns = StreetColumns(
                **{
                    field.name: np.load(folder / f"{field.name}.npy", mmap_mode="r", allow_pickle=False)
                    for field in fields(StreetColumns)
                }
            )
        except (OSError, ValueError, EOFError) as error:
            raise Unavailable(f"The streets in {folder} are damaged; load the region again with --again.") from error
        return cls(columns, version)

    def __len__(self) -> int:
        """Stretches."""
        return len(self.columns.first)

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        lat, lon = self.columns.node_lat, self.columns.node_lon
        return lon.min() / 1e7, lat.min() / 1e7, lon.max() / 1e7, lat.max() / 1e7

    def around(self, lat: np.ndarray, lon: np.ndarray, margin: float, mode: Mode) -> StreetArea:
        """The part of the graph within ``margin`` metres of the box around these positions (degrees)."""
        tall = margin / METRES_PER_DEGREE
        wide = tall / max(float(np.cos(np.radians(np.max(np.abs(lat))))), 0.05)
        south, north = to_stored(np.array([np.min(lat) - tall, np.max(lat) + tall]))
        west, east = to_stored(np.clip(np.array([np.min(lon) - wide, np.max(lon) + wide]), -180, 180))
        columns = self.columns
        main = MAIN_WALK if mode is Mode.WALK else MAIN_DRIVE
        inside = (columns.node_lat >= south) & (columns.node_lat <= north)
        inside &= (columns.node_lon >= west) & (columns.node_lon <= east) & ((columns.node_main & main) > 0)
        usable = WALK if mode is Mode.WALK else DRIVE | DRIVE_BACK
        kept = np.flatnonzero(inside[columns.first] & inside[columns.last] & ((columns.flags & usable) > 0))
        return StreetArea(self, kept, mode)

    def matrix(
        self,
        lat: np.ndarray,
        lon: np.ndarray,
        *,
        to_lat: np.ndarray | None = None,
        to_lon: np.ndarray | None = None,
        mode: Mode = Mode.WALK,
        limit: float = 5_000.0,
    ) -> Distances:
        """Metres between positions (degrees): from each to each, or to other ones where they are given.

        What is farther than ``limit`` metres is infinite. Raises Invalid for more than 2,000 positions, positions
        outside the world, or a limit above 50 km.
        """
        lat, lon = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
        same = to_lat is None or to_lon is None
        lats = lat if same else np.concatenate([lat, np.asarray(to_lat, dtype=np.float64)])
        lons = lon if same else np.concatenate([lon, np.asarray(to_lon, dtype=np.float64)])
        if len(lats) != len(lons) or len(lats) > MOST_POSITIONS:
            raise Invalid(
                f"A distance matrix takes up to {MOST_POSITIONS:,} positions, of latitude and longitude each."
            )
        if not 0 < limit <= FARTHEST:
            raise Invalid(f"A distance matrix reaches up to {FARTHEST:,.0f} m.")
        if not len(lats):
            nothing = Snapped(*(np.empty(0) for _ in range(5)))
            return Distances(np.empty((0, 0)), nothing, nothing)
        if not (np.all(np.abs(lats) <= 90) and np.all(np.abs(lons) <= 180)):
            raise Invalid("A position of the distance matrix is not on Earth; latitude comes first, in degrees.")
        return self.around(lats, lons, min(limit, 5_000.0), mode).matrix(lats, lons, len(lat), limit, same=same)


class StreetArea:
    """A part of a graph, small enough to be held in memory."""

    def __init__(self, graph: StreetGraph, stretches: np.ndarray, mode: Mode) -> None:
        columns = graph.columns
        self.mode = mode
        self.stretches = stretches
        """Places of the area's stretches in the graph."""
        ends = np.concatenate([columns.first[stretches], columns.last[stretches]])
        self.nodes, local = np.unique(ends, return_inverse=True)
        self.first, self.last = local[: len(stretches)], local[len(stretches) :]
        self.length = np.maximum(columns.length[stretches].astype(np.float64), 0.01)
        flags = columns.flags[stretches]
        walking = mode is Mode.WALK
        self.ahead = np.full(len(stretches), True) if walking else (flags & DRIVE) > 0
        self.back = np.full(len(stretches), True) if walking else (flags & DRIVE_BACK) > 0
        self._columns = columns
        self._shrink = (
            float(np.cos(np.radians(np.mean(to_degrees(columns.node_lat[self.nodes]))))) if len(self.nodes) else 1.0
        )

    @cached_property
    def _lines(self) -> np.ndarray:
        """Shapes of the stretches on a plane in metres."""
        columns, at = self._columns, self.stretches
        counts = (columns.shape_last[at] - columns.shape_first[at] + 1).astype(np.int64)
        starts = np.cumsum(counts) - counts
        points = np.repeat(columns.shape_first[at] - starts, counts) + np.arange(int(counts.sum()))
        plane = self._plane(to_degrees(columns.shape_lat[points]), to_degrees(columns.shape_lon[points]))
        return shapely.linestrings(plane, indices=np.repeat(np.arange(len(at)), counts))

    def _plane(self, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
        return np.column_stack([lon * self._shrink, lat]) * METRES_PER_DEGREE

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self._lines)

    def snap(self, lat: np.ndarray, lon: np.ndarray) -> Snapped:
        """Each position's nearest point on a stretch of this area (at most 1 km away)."""
        count = len(lat)
        out = Snapped(
            np.full(count, -1, dtype=np.int64),
            np.zeros(count),
            np.full(count, np.nan),
            np.full(count, np.nan),
            np.full(count, np.inf),
        )
        if not len(self.stretches) or not count:
            return out
        points = shapely.points(self._plane(lat, lon))
        asked, near = self._tree.query_nearest(points, max_distance=_TOO_FAR, all_matches=False)
        lines = self._lines[near]
        share = shapely.line_locate_point(lines, points[asked], normalized=True)
        foot = shapely.get_coordinates(shapely.line_interpolate_point(lines, share, normalized=True))
        out.stretch[asked], out.share[asked] = near, share
        out.lon[asked] = foot[:, 0] / METRES_PER_DEGREE / self._shrink
        out.lat[asked] = foot[:, 1] / METRES_PER_DEGREE
        out.away[asked] = metres(lat[asked], lon[asked], out.lat[asked], out.lon[asked])
        return out

    def matrix(self, lat: np.ndarray, lon: np.ndarray, sources: int, limit: float, *, same: bool) -> Distances:
        """Distances from the first ``sources`` positions to all (``same``), or to those behind them."""
        snapped = self.snap(lat, lon)
        on = np.flatnonzero(snapped.stretch >= 0)
        count = len(lat)
        found = np.full((count, count), np.inf)
        if len(on):
            graph = self._with_positions(snapped, on)
            rows = on[on < sources]
            reached = dijkstra(graph, indices=len(self.nodes) + np.searchsorted(on, rows), limit=limit)
            found[np.ix_(rows, on)] = reached[:, len(self.nodes) :]
            self._along_one_stretch(found, snapped, on)
        np.fill_diagonal(found, np.where(snapped.stretch >= 0, 0.0, np.inf))
        found[found > limit] = np.inf
        first, rest = slice(0, sources), slice(0, count) if same else slice(sources, count)
        return Distances(found[first, rest], _part(snapped, first), _part(snapped, rest))

    def _with_positions(self, snapped: Snapped, on: np.ndarray) -> csr_matrix:
        """The graph with a node for each position, joined to both ends of its stretch."""
        stretch, share = snapped.stretch[on], snapped.share[on]
        own = len(self.nodes) + np.arange(len(on))
        first, last, length = self.first[stretch], self.last[stretch], self.length[stretch]
        ahead, back = self.ahead[stretch], self.back[stretch]
        arcs = [
            (self.first, self.last, self.length, self.ahead),
            (self.last, self.first, self.length, self.back),
            (own, last, length * (1 - share), ahead),
            (first, own, length * share, ahead),
            (own, first, length * share, back),
            (last, own, length * (1 - share), back),
        ]
        start = np.concatenate([arc[0][arc[3]] for arc in arcs])
        end = np.concatenate([arc[1][arc[3]] for arc in arcs])
        weight = np.maximum(np.concatenate([arc[2][arc[3]] for arc in arcs]), 0.001)
        order = np.lexsort((weight, end, start))  # of several stretches between two nodes the shortest
        start, end, weight = start[order], end[order], weight[order]
        new = np.ones(len(start), dtype=bool)
        new[1:] = (start[1:] != start[:-1]) | (end[1:] != end[:-1])
        size = len(self.nodes) + len(on)
        return csr_matrix((weight[new], (start[new], end[new])), shape=(size, size))

    def _along_one_stretch(self, found: np.ndarray, snapped: Snapped, on: np.ndarray) -> None:
        """Positions on one stretch reach each other without going to its end."""
        order = on[np.argsort(snapped.stretch[on], kind="stable")]
        groups = np.split(order, np.flatnonzero(np.diff(snapped.stretch[order])) + 1)
        for group in groups:
            if len(group) < 2:
                continue
            stretch = int(snapped.stretch[group[0]])
            ahead = snapped.share[group][None, :] - snapped.share[group][:, None]
            allowed = ((ahead >= 0) & bool(self.ahead[stretch])) | ((ahead <= 0) & bool(self.back[stretch]))
            direct = np.where(allowed, np.abs(ahead) * self.length[stretch], np.inf)
            block = np.ix_(group, group)
            found[block] = np.minimum(found[block], direct)


def _part(snapped: Snapped, which: slice) -> Snapped:
    return Snapped(*(getattr(snapped, field.name)[which] for field in fields(Snapped)))
