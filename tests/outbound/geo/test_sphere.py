"""Distances along great circles."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.geo.sphere import great_circle

latitudes, longitudes = st.floats(-90, 90), st.floats(-180, 180)


def test_a_degree_of_latitude_is_about_111_kilometres():
    assert great_circle((41, -93), (42, -93)) == pytest.approx(111_195, abs=10)
    assert great_circle((41, -93), (41, -93)) == 0
    assert great_circle((0, -180), (0, 180)) == pytest.approx(0, abs=1e-6)


@given(latitudes, longitudes, latitudes, longitudes)
def test_distance_is_the_same_both_ways_and_no_longer_than_half_the_earth(
    lat: float, lon: float, other_lat: float, other_lon: float
) -> None:
    there = great_circle((lat, lon), (other_lat, other_lon))
    assert there == pytest.approx(great_circle((other_lat, other_lon), (lat, lon)), abs=1e-3)
    assert 0 <= there <= 20_016_000
