from __future__ import annotations

from pathlib import Path

import h3.api.basic_int as h3
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Invalid
from outbound.geo.cells import cell_at, cells_at, descendants, from_hex, parent, parents, resolution, to_hex

LATITUDE = st.floats(-90, 90, allow_nan=False)
LONGITUDE = st.floats(-180, 180, allow_nan=False)


@given(LATITUDE, LONGITUDE, st.integers(0, 9))
def test_a_parent_by_bits_is_the_parent_that_h3_names(lat: float, lon: float, at: int):
    cell = cell_at(lat, lon)
    assert parent(cell, at) == h3.cell_to_parent(cell, at)
    assert parents(np.array([cell]), at).tolist() == [h3.cell_to_parent(cell, at)]
    assert resolution(parent(cell, at)) == at


@given(LATITUDE, LONGITUDE, st.integers(3, 9))
def test_descendants_are_one_range_of_numbers(lat: float, lon: float, at: int):
    cell = cell_at(lat, lon)
    low, high = descendants(parent(cell, at))
    assert low <= cell <= high
    assert not any(low <= other <= high for other in h3.grid_ring(parent(cell, at), 1))


def test_every_child_of_a_cell_lies_in_its_range_and_none_of_its_neighbours():
    cell = parent(cell_at(39.9, -86.3), 7)
    low, high = descendants(cell)
    assert all(low <= child <= high for child in h3.cell_to_children(cell, 9))
    for neighbour in h3.grid_ring(cell, 1):
        assert not any(low <= child <= high for child in h3.cell_to_children(neighbour, 9))


@given(st.lists(st.tuples(LATITUDE, LONGITUDE), max_size=20))
def test_many_positions_give_the_cells_that_each_alone_would(points: list[tuple[float, float]]):
    lats, lons = [p[0] for p in points], [p[1] for p in points]
    assert cells_at(lats, lons).tolist() == [cell_at(lat, lon) for lat, lon in points]


@given(LATITUDE, LONGITUDE)
def test_a_cell_survives_its_way_through_text(lat: float, lon: float):
    cell = cell_at(lat, lon)
    assert from_hex(to_hex(cell)) == cell
    assert to_hex(cell) == h3.int_to_str(cell)


@pytest.mark.parametrize("text", ["", "nonsense", "fff", "8928308280fffffffff"])
def test_text_that_is_no_cell_is_refused(text: str):
    with pytest.raises(Invalid, match="is not an H3 cell"):
        from_hex(text)


def test_a_position_off_the_earth_is_refused_with_its_place_in_the_list():
    with pytest.raises(Invalid, match="Position 2 "):
        cells_at([39.9, 139.9], [-86.3, -86.3])
    with pytest.raises(Invalid, match="Position 1 "):
        cells_at([float("nan")], [0.0])
    with pytest.raises(Invalid, match="latitude comes first"):
        cell_at(-186.3, 39.9)


def test_a_finer_parent_is_refused():
    with pytest.raises(Invalid, match="has no parent at resolution 10"):
        parent(cell_at(39.9, -86.3), 10)


def test_cells_agree_with_h3s_own_conformance_points(shared_data: Path):
    lines = (shared_data / "polygons" / "h3" / "rand09centers.txt").read_text().split("\n")
    rows = [line.split() for line in lines if line.strip()]
    cells = cells_at([float(r[1]) for r in rows], [(float(r[2]) + 180) % 360 - 180 for r in rows])
    assert [to_hex(c) for c in cells.tolist()] == [r[0] for r in rows]
