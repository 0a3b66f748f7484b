"""Points to territories, with H3 cells computed in the time, beside geopandas' ``sjoin`` without them.

A town of territories that share their borders, each border a line of many corners, and points all over it. Ours gets
arrays of coordinates and does everything in the time: cells, index, exact test. The peer gets its geometries ready
made, and the better of its two ways around. A million and ten thousand are ``OUTBOUND_BENCH_POINTS`` and
``OUTBOUND_BENCH_TERRITORIES``.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from importlib.metadata import version

import geopandas
import h3.api.basic_int as h3
import numpy as np
import shapely

from outbound.geo.assign import Candidate, TerritoryIndex
from outbound.geo.cells import cells_at

POINTS = int(os.environ.get("OUTBOUND_BENCH_POINTS", "1000000"))
TERRITORIES = int(os.environ.get("OUTBOUND_BENCH_TERRITORIES", "10000"))
ROUNDS = int(os.environ.get("OUTBOUND_BENCH_ROUNDS", "5"))
CORNERS = 8
"""Pieces that each straight border is broken into."""
TOWN = (-73.80, 40.60, -73.20, 41.05)
COUNTRY = (-124.0, 26.0, -68.0, 48.0)


def main() -> None:
    print(f"geopandas {version('geopandas')}, shapely {version('shapely')}, h3 {version('h3')}")
    for name, box, crowded in (("one metropolis", TOWN, False), ("a country, crowded in towns", COUNTRY, True)):
        shapes = territories(box, TERRITORIES, seed=7)
        lats, lons = points(box, POINTS, crowded, seed=11)
        corners = shapely.get_num_coordinates(shapes).mean()
        print(f"{name}: {POINTS:,} points, {TERRITORIES:,} territories of {corners:.0f} corners, median of {ROUNDS}")
        compare(shapes, lats, lons)


def compare(shapes: np.ndarray, lats: np.ndarray, lons: np.ndarray) -> None:
    places = geopandas.GeoDataFrame(geometry=shapely.points(lons, lats))
    turf = geopandas.GeoDataFrame({"rank": range(len(shapes))}, geometry=shapes)

    def ours() -> np.ndarray:
        cells_at(lats, lons)
        return TerritoryIndex([Candidate(i, "MICRO", 1, shape) for i, shape in enumerate(shapes)]).assign(lats, lons)

    def peer(predicate: str) -> np.ndarray:
        # A frame of its own each time: the index of the one before would come for nothing.
        joined = geopandas.sjoin(places.copy(), turf.copy(), how="inner", predicate=predicate)
        best = joined.groupby(level=0)["rank"].min()
        found = np.full(len(lats), -1)
        found[best.index] = best
        return found

    seconds = {
        name: timed(work)
        for name, work in {
            "ours: cells, index and exact test": ours,
            "  of these, cells": lambda: cells_at(lats, lons),
            "sjoin, intersects": lambda: peer("intersects"),
            "sjoin, within": lambda: peer("within"),
        }.items()
    }
    for name, value in seconds.items():
        print(f"  {name:36}{value:7.2f} s{len(lats) / value:12,.0f} points/s")
    best = min(seconds["sjoin, intersects"], seconds["sjoin, within"])
    print(f"  ours takes {seconds['ours: cells, index and exact test'] / best:.2f} of the better peer's time")
    found, theirs = ours(), peer("intersects")
    print(f"  same answer for {(found == theirs).sum():,} of {len(found):,}; {(found >= 0).mean():.1%} assigned")
    sample = np.random.default_rng(3).choice(len(lats), min(len(lats), 20_000), replace=False)
    alone = [h3.latlng_to_cell(lats[i], lons[i], 9) for i in sample]
    print(f"  cells as the h3 library's: {(cells_at(lats, lons)[sample] == alone).sum():,} of {len(sample):,}")


def timed(work: Callable[[], object]) -> float:
    """Median seconds, after one round that does not count."""
    work()
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)


def territories(box: tuple[float, float, float, float], count: int, seed: int) -> np.ndarray:
    """Cells of a Voronoi diagram; every border is broken the same way for both its sides."""
    west, south, east, north = box
    dice = np.random.default_rng(seed)
    seeds = shapely.points(dice.uniform(west, east, count), dice.uniform(south, north, count))
    frame = shapely.box(west, south, east, north)
    edges = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(seeds), extend_to=frame, only_edges=True))
    lines = shapely.union_all(np.append([_broken(edge, dice) for edge in edges], shapely.boundary(frame)))
    found = shapely.get_parts(shapely.polygonize(shapely.get_parts(lines)))
    return found[shapely.covered_by(found, shapely.buffer(frame, 1e-9))]


def _broken(edge: shapely.LineString, dice: np.random.Generator) -> shapely.LineString:
    (x1, y1), (x2, y2) = shapely.get_coordinates(edge)[[0, -1]]
    share = np.linspace(0, 1, CORNERS + 1)
    aside = np.concatenate([[0], dice.uniform(-0.04, 0.04, CORNERS - 1), [0]])
    return shapely.LineString(
        np.column_stack([x1 + share * (x2 - x1) - aside * (y2 - y1), y1 + share * (y2 - y1) + aside * (x2 - x1)])
    )


def points(
    box: tuple[float, float, float, float], count: int, crowded: bool, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Latitudes and longitudes: evenly over the box, or most of them in three hundred towns."""
    west, south, east, north = box
    dice = np.random.default_rng(seed)
    lats, lons = dice.uniform(south, north, count), dice.uniform(west, east, count)
    if crowded:
        town, most = dice.integers(0, 300, count), dice.uniform(size=count) < 0.9
        lats = np.where(most, dice.uniform(south, north, 300)[town] + dice.normal(0, 0.08, count), lats)
        lons = np.where(most, dice.uniform(west, east, 300)[town] + dice.normal(0, 0.1, count), lons)
    return lats, lons


if __name__ == "__main__":
    main()
