from __future__ import annotations

import h3.api.basic_int as h3
import numpy as np
import pytest
import shapely

from outbound.demo.town import Town, build_town
from outbound.errors import Invalid
from outbound.geo.polygons import read_turf


@pytest.fixture(scope="module")
def town() -> Town:
    return build_town(3_000, seed=7)


def of_type(town: Town, kind: str) -> list:
    return [t for t in town.territories if t.type == kind]


@pytest.mark.parametrize("doors", [50, 500, 3_000, 12_000])
@pytest.mark.parametrize("seed", [1, 7])
def test_a_town_has_exactly_the_doors_asked_for_each_with_its_own_address(doors: int, seed: int):
    built = build_town(doors, seed)
    d = built.doors
    addresses = set(
        zip(d.house_number.tolist(), built.street_names[d.street], d.unit.tolist(), d.postcode.tolist(), strict=True)
    )
    assert len(d) == len(addresses) == doors


def test_the_same_seed_gives_the_same_town_and_another_seed_another(town: Town):
    again, other = build_town(3_000, seed=7), build_town(3_000, seed=8)
    assert (again.doors.lat == town.doors.lat).all()
    assert shapely.equals_exact(again.lines, town.lines).all()
    assert [t.name for t in again.territories] == [t.name for t in town.territories]
    assert not np.array_equal(other.doors.lat, town.doors.lat)


@pytest.mark.parametrize("doors", [0, 49, 2_000_001])
def test_a_size_that_no_town_has_is_refused(doors: int):
    with pytest.raises(Invalid, match="A demo town has 50 to 2,000,000 doors"):
        build_town(doors)


@pytest.mark.parametrize("kind", ["REGION", "AREA", "MICRO"])
def test_territories_of_a_type_tile_the_town_without_gap_or_overlap(town: Town, kind: str):
    shapes = [t.shape for t in of_type(town, kind)]
    assert shapely.coverage_is_valid(shapes)
    assert sum(s.area for s in shapes) == pytest.approx(town.boundary.area, rel=1e-9)
    assert shapely.symmetric_difference(shapely.union_all(shapes), town.boundary).area < 1e-12


def test_every_territory_is_accepted_as_drawn_and_lies_in_its_parent(town: Town):
    for territory in town.territories:
        read_turf(territory.geometry | {"coordinates": shapely_lists(territory.geometry["coordinates"])})
        if territory.parent is not None:
            parent = town.territories[territory.parent]
            assert (parent.type, territory.type) in (("REGION", "AREA"), ("AREA", "MICRO"))
            assert parent.shape.buffer(1e-9).covers(territory.shape)
    assert len({t.slug for t in town.territories}) == len(town.territories)


def shapely_lists(value: object) -> object:
    return [shapely_lists(v) for v in value] if isinstance(value, tuple | list) else value


def test_every_door_lies_in_its_micro_territory_and_cell(town: Town):
    d = town.doors
    shapes = np.array([t.shape for t in town.territories])[d.micro]
    assert shapely.contains_xy(shapes, d.lon, d.lat).all()
    assert all(town.territories[m].type == "MICRO" for m in np.unique(d.micro))
    for i in range(0, len(d), 301):
        assert h3.latlng_to_cell(d.lat[i], d.lon[i], 9) == d.cell[i]


def test_houses_stand_on_dry_ground_clear_of_each_other(town: Town):
    houses = town.buildings[: town.doors.building.max() + 1]
    tree = shapely.STRtree(houses)
    left, right = tree.query(houses, predicate="intersects")
    assert (left != right).sum() / 2 <= 0.01 * len(houses)
    river = town.water[0]
    assert not shapely.intersects(river, houses).any()


def test_one_side_of_a_street_is_even_and_the_other_odd(town: Town):
    d = town.doors
    street = np.bincount(d.street).argmax()
    numbers = d.house_number[d.street == street]
    assert {n % 2 for n in numbers.tolist()} == {0, 1}


def test_some_doors_are_units_that_share_a_building(town: Town):
    d = town.doors
    units = d.unit > 0
    assert 0.01 < units.mean() < 0.4
    buildings, doors = np.unique(d.building[units], return_counts=True)
    assert doors.max() >= 4
    assert len(np.unique(np.column_stack([d.lat[units], d.lon[units]]), axis=0)) == len(buildings)
