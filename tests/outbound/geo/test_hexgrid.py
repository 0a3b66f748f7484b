"""Cells in bulk are those of the h3 library: anywhere on Earth, at edges and corners of cells and of faces."""

from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from outbound.geo.hexgrid import cells_of

LATITUDE = st.floats(-90, 90, allow_nan=False)
LONGITUDE = st.floats(-180, 180, allow_nan=False)


def each_alone(lats: np.ndarray, lons: np.ndarray) -> list[int]:
    return [h3.latlng_to_cell(lat, lon, 9) for lat, lon in zip(lats.tolist(), lons.tolist(), strict=True)]


def test_positions_all_over_the_globe_lie_in_the_cells_that_h3_names():
    dice = np.random.default_rng(5)
    lats, lons = np.degrees(np.arcsin(dice.uniform(-1, 1, 50_000))), dice.uniform(-180, 180, 50_000)
    assert cells_of(lats, lons).tolist() == each_alone(lats, lons)


def test_positions_of_one_town_lie_in_the_cells_that_h3_names():
    dice = np.random.default_rng(6)
    lats, lons = dice.uniform(40.5, 41.0, 20_000), dice.uniform(-74.2, -73.6, 20_000)
    assert cells_of(lats, lons).tolist() == each_alone(lats, lons)


@given(LATITUDE, LONGITUDE)
def test_the_corners_and_the_middle_of_any_cell_are_judged_as_h3_judges_them(lat: float, lon: float):
    cell = h3.latlng_to_cell(lat, lon, 9)
    spots = np.array([h3.cell_to_latlng(cell), *h3.cell_to_boundary(cell)])
    assert cells_of(spots[:, 0], spots[:, 1]).tolist() == each_alone(spots[:, 0], spots[:, 1])


def test_around_every_pentagon_and_every_corner_of_the_coarsest_cells_h3_is_followed():
    dice = np.random.default_rng(7)
    spots = [h3.cell_to_latlng(cell) for cell in h3.get_pentagons(0)]
    spots += [corner for cell in h3.get_res0_cells() for corner in h3.cell_to_boundary(cell)]
    around = np.repeat(np.array(spots), 12, axis=0) + dice.normal(0, 0.02, (12 * len(spots), 2))
    lats, lons = np.clip(around[:, 0], -90, 90), (around[:, 1] + 180) % 360 - 180
    assert cells_of(lats, lons).tolist() == each_alone(lats, lons)


def test_along_the_borders_of_the_icosahedrons_faces_h3_is_followed():
    corners = [np.array(h3.cell_to_latlng(cell)) for cell in h3.get_pentagons(0)]
    lats, lons = [], []
    for one in corners:
        for other in corners:
            a, b = _unit(*one), _unit(*other)
            if 0.4 < a @ b < 0.5:  # neighbours: the arc between them is where two faces meet
                for share in np.linspace(0, 1, 40):
                    spot = (1 - share) * a + share * b
                    spot /= np.linalg.norm(spot)
                    lats.append(np.degrees(np.arcsin(spot[2])))
                    lons.append(np.degrees(np.arctan2(spot[1], spot[0])))
    found = cells_of(np.array(lats), np.array(lons))
    assert found.tolist() == each_alone(np.array(lats), np.array(lons))


def _unit(lat: float, lon: float) -> np.ndarray:
    y, x = np.radians(lat), np.radians(lon)
    return np.array([np.cos(y) * np.cos(x), np.cos(y) * np.sin(x), np.sin(y)])
