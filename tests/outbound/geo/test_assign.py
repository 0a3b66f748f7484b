from __future__ import annotations

import json
from pathlib import Path

import geopandas
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from outbound.demo.town import build_town
from outbound.geo.assign import Candidate, TerritoryIndex
from outbound.geo.polygons import read_turf


def box(name: str, west: float, east: float, kind: str = "MICRO", weight: int = 1) -> Candidate:
    return Candidate(name, kind, weight, shapely.box(west, 0, east, 1))


def test_the_deepest_type_wins_then_the_heavier_then_the_lower_id():
    layers = [box("b", 0, 1), box("a", 0, 1), box("area", 0, 2, "AREA", 9), box("region", 0, 3, "REGION", 9)]
    index = TerritoryIndex(layers)
    assert [index.find(0.5, lon) for lon in (0.5, 1.5, 2.5, 3.5)] == ["a", "area", "region", None]
    assert TerritoryIndex([*layers, box("heavy", 0, 1, weight=2)]).find(0.5, 0.5) == "heavy"


@given(st.permutations([box("a", 0, 1), box("b", 1, 2), box("c", 0, 2, "AREA")]))
def test_a_border_goes_to_one_side_whatever_the_order(candidates: list[Candidate]):
    assert TerritoryIndex(candidates).find(0.5, 1.0) == "a"


def test_with_no_territories_nothing_is_assigned():
    assert TerritoryIndex([]).assign(np.array([0.5]), np.array([0.5])).tolist() == [-1]
    assert TerritoryIndex([box("a", 0, 1)]).assign(np.array([]), np.array([])).tolist() == []


@given(st.lists(st.tuples(st.floats(-0.2, 1.2), st.floats(-0.2, 4.2)), max_size=30))
def test_many_at_once_are_assigned_as_each_alone_by_shapely(points: list[tuple[float, float]]):
    candidates = [box(str(i), i, i + 1) for i in range(4)]
    index = TerritoryIndex(candidates)
    found = index.assign(np.array([p[0] for p in points]), np.array([p[1] for p in points]))
    for (lat, lon), rank in zip(points, found.tolist(), strict=True):
        holders = [c.id for c in candidates if c.shape.intersects(shapely.Point(lon, lat))]
        assert (index.ids[rank] if rank >= 0 else None) == (min(holders) if holders else None)


def test_every_door_of_a_town_lies_in_its_own_micro_territory():
    town = build_town(2_000, seed=5)
    index = TerritoryIndex([Candidate(i, t.type, 1, t.shape) for i, t in enumerate(town.territories)])
    found = np.array(index.ids)[index.assign(town.doors.lat, town.doors.lon)]
    assert (found == town.doors.micro).all()


def test_real_addresses_fall_into_exactly_one_real_election_district(shared_data: Path):
    features = json.loads((shared_data / "polygons" / "queens_village_election_districts.geojson").read_text())[
        "features"
    ]
    candidates = [
        Candidate(i, "MICRO", 1, read_turf(f).shape) for i, f in enumerate(features) if f["properties"]["_valid"]
    ]
    doors = pd.read_csv(shared_data / "addresses" / "queens_village_osm_addresses.csv", nrows=5_000)
    found = TerritoryIndex(candidates).assign(doors.lat.to_numpy(), doors.lon.to_numpy())
    assert (found >= 0).mean() > 0.5
    ids = TerritoryIndex(candidates).ids
    for row in range(0, len(doors), 97):
        point = shapely.Point(doors.lon[row], doors.lat[row])
        holders = [c.id for c in candidates if c.shape.intersects(point)]
        assert (ids[found[row]] if found[row] >= 0 else None) == (min(holders) if holders else None)
    assert pytest.approx(found) == TerritoryIndex(candidates[::-1]).assign(doors.lat.to_numpy(), doors.lon.to_numpy())


CORNER = st.tuples(st.integers(0, 6), st.integers(0, 6))


@given(
    st.lists(st.tuples(CORNER, CORNER, CORNER, st.sampled_from(["MICRO", "AREA", "REGION"])), max_size=12),
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=1, max_size=60),
)
def test_overlapping_turf_is_assigned_as_geopandas_joins_it_with_the_best_of_several(
    drawn: list, halves: list[tuple[int, int]]
):
    """Corners and points share a grid, so that many points lie exactly on borders and corners."""
    candidates = [
        Candidate(number, type_, 1, shapely.Polygon(corners))
        for number, (*corners, type_) in enumerate(drawn)
        if shapely.Polygon(corners).area > 0
    ]
    x, y = np.array([p[0] / 2 for p in halves]), np.array([p[1] / 2 for p in halves])
    index = TerritoryIndex(candidates)
    found = index.assign(y, x)
    ranked = geopandas.GeoDataFrame(geometry=[c.shape for i in index.ids for c in candidates if c.id == i])
    joined = geopandas.sjoin(geopandas.GeoDataFrame(geometry=shapely.points(x, y)), ranked, predicate="intersects")
    best = joined.groupby(level=0)["index_right"].min().reindex(range(len(x)), fill_value=-1)
    assert found.tolist() == best.tolist()


def test_positions_crowded_in_two_far_towns_are_found_as_each_alone():
    dice = np.random.default_rng(1)
    lats = np.concatenate([dice.normal(40, 0.01, 3_000), dice.normal(34, 0.02, 3_000), [np.nan, 40.0, np.inf]])
    lons = np.concatenate([dice.normal(-74, 0.01, 3_000), dice.normal(-118, 0.02, 3_000), [-74.0, np.nan, -74.0]])
    candidates = [
        Candidate(i, dice.choice(["MICRO", "AREA"]), int(dice.integers(1, 3)), shapely.Point(x, y).buffer(r))
        for i, (x, y, r) in enumerate(zip(lons[::40], lats[::40], dice.uniform(0.001, 0.05, 151), strict=True))
        if np.isfinite(x) and np.isfinite(y)
    ]
    index = TerritoryIndex(candidates)
    shapes = {c.id: c.shape for c in candidates}
    found = index.assign(lats, lons)
    for number in range(0, len(lats), 7):
        held = [r for r, i in enumerate(index.ids) if shapely.intersects_xy(shapes[i], lons[number], lats[number])]
        assert found[number] == (held[0] if held else -1)
    assert (found[-3:] == -1).all()
