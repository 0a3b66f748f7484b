"""Cells only find the doors to ask about: none of an area may be missed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from outbound.geo.cells import cell_at
from outbound.geo.cover import EVERYWHERE, ranges_over
from tests.support.shapes import comb, triangles


def holds(ranges: list[tuple[int, int]], cell: int) -> bool:
    return any(first <= cell <= last for first, last in ranges)


@given(
    lon=st.floats(-179, 178),
    lat=st.floats(-84, 83),
    size=st.sampled_from([1e-6, 1e-4, 0.01, 0.3, 5.0, 40.0]),
    slant=st.floats(-0.9, 0.9),
    seed=st.integers(0, 99),
)
def test_every_point_of_an_area_lies_in_a_range(lon: float, lat: float, size: float, slant: float, seed: int):
    east, north = min(lon + size, 180.0), min(lat + size, 89.0)
    lean = slant * (east - lon)
    area = shapely.Polygon([(lon, lat), (east, lat), (max(-180, min(180, east + lean)), north), (lon, north)])
    ranges = ranges_over(area)
    assert ranges == sorted(ranges)
    assert all(a[1] < b[0] for a, b in itertools.pairwise(ranges))
    across, up = np.random.default_rng(seed).random((2, 30))
    west, south, east, north = area.bounds
    for x, y in zip(west + across * (east - west), south + up * (north - south), strict=True):
        if shapely.intersects_xy(area, x, y):
            assert holds(ranges, cell_at(y, x))


def test_a_sliver_and_a_hole_are_covered_and_nothing_covers_nothing():
    sliver = shapely.Polygon([(10, 50), (11, 50.2), (11, 50.2000001), (10, 50.0000001)])
    assert holds(ranges_over(sliver), cell_at(50.1, 10.5))
    ring = shapely.box(10, 50, 10.2, 50.2).difference(shapely.box(10.05, 50.05, 10.15, 50.15))
    assert holds(ranges_over(ring), cell_at(50.01, 10.01))
    assert not holds(ranges_over(ring), cell_at(50.1, 10.1))
    assert ranges_over(shapely.Polygon()) == []


@pytest.mark.parametrize("box", [(-180, -90, 0, 90), (-100, 10, 0, 20)])
def test_what_is_wider_than_a_quarter_of_the_globe_asks_about_all(box: tuple[float, float, float, float]):
    assert ranges_over(shapely.box(*box)) == EVERYWHERE


def test_scattered_parts_are_covered_each_for_itself():
    """Ranges follow from how much ground there is, not from how many parts it has or how often they come near."""
    cluster = shapely.geometry.shape(triangles(9_000))
    ranges = ranges_over(cluster)
    assert len(ranges) <= 1_000
    for corner in shapely.get_coordinates(cluster)[::97]:
        assert holds(ranges, cell_at(corner[1], corner[0]))
    dice = np.random.default_rng(1).uniform(-40, 40, (1_000, 2))
    spread = shapely.MultiPolygon([shapely.box(x, y, x + 0.001, y + 0.001) for x, y in dice])
    ranges = ranges_over(spread)
    assert all(holds(ranges, cell_at(y, x)) for x, y in dice)


def test_a_border_of_many_teeth_is_covered_like_the_box_around_it():
    teeth = shapely.geometry.shape(comb(20_000, -93.7, 41.5, -93.6, 41.6))
    ranges = ranges_over(teeth)
    assert holds(ranges, cell_at(41.55, -93.65))
    assert not holds(ranges, cell_at(41.9, -93.65))


def test_areas_of_more_than_one_shape_are_covered_without_uniting_them():
    upright, lying = (shapely.geometry.shape(comb(2_000, 10, 50, 10.1, 50.1, lying=way)) for way in (False, True))
    ranges = ranges_over(shapely.GeometryCollection([upright, lying]), shapely.box(20, 50, 20.01, 50.01))
    assert all(holds(ranges, cell_at(*position)) for position in ((50.05, 10.05), (50.005, 20.005)))


def test_a_town_needs_few_ranges():
    assert len(ranges_over(shapely.box(-93.7, 41.5, -93.5, 41.7))) < 1000
