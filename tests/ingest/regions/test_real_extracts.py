"""Real extracts and lists: the town that everything is tried on, and others of other habits."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from ingest.regions.load import load_region
from outbound.geo.planar import metres
from outbound.geo.points import How, PointIndex
from outbound.geo.regions import Region
from outbound.geo.streets import Mode, StreetGraph
from outbound.postal.rules import PostalParts, normalise
from outbound.settings import Settings


@pytest.fixture(scope="module")
def queens(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Region, PointIndex]:
    settings = Settings(home=tmp_path_factory.mktemp("queens"))
    region = load_region(settings, shared_data / "osm/queens_village_ny.osm.pbf").region
    return region, PointIndex.open(settings.regions_dir)


def test_the_extract_is_read_whole(queens: tuple[Region, PointIndex]):
    facts = queens[0].facts
    assert facts["points"] > 32_000
    assert facts["read"]["buildings"] > 49_000
    assert 380 < facts["street_km"] < 430
    assert facts["timestamp"].startswith("2016-07-14")
    assert facts["tiles"] > 25


def test_every_address_is_found_within_three_metres(queens: tuple[Region, PointIndex], shared_data: Path):
    with (shared_data / "addresses/queens_village_osm_addresses.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["postcode"]]
    asked = [normalise(PostalParts(row["housenumber"], row["street"], postcode=row["postcode"])) for row in rows]
    found = queens[1].locate(asked)
    assert (found.how == How.EXACT).mean() > 0.998
    lat, lon = (np.array([float(row[name]) for row in rows]) for name in ("lat", "lon"))
    known = found.how == How.EXACT
    # The list holds the mean corner of a building, the index its centroid.
    assert np.median(metres(found.lat, found.lon, lat, lon)[known]) < 3


def test_a_tenth_taken_out_is_guessed_within_thirty_metres(queens: tuple[Region, PointIndex]):
    _, index = queens
    asked = index.sample(8_000)
    known, guessed = index.locate(asked), index.without(0.1).locate(asked)
    out = (known.how == How.EXACT) & ~np.isin(guessed.how, (How.EXACT, How.ANOTHER_SPELLING))
    away = metres(known.lat, known.lon, guessed.lat, guessed.lon)[out]
    assert out.sum() > 500
    assert np.isfinite(away).mean() > 0.99
    assert np.nanmedian(away) < 10
    good = out & (guessed.how == How.BETWEEN)
    within = metres(known.lat, known.lon, guessed.lat, guessed.lon)[good] <= guessed.accuracy[good]
    assert within.mean() > 0.95


def test_distances_between_real_doors_are_no_shorter_than_the_straight_line(queens: tuple[Region, PointIndex]):
    region, index = queens
    graph = StreetGraph.open(region.streets_dir, region.version)
    doors = index.locate(index.sample(100))
    for mode in Mode:
        found = graph.matrix(doors.lat, doors.lon, mode=mode, limit=15_000)
        straight = metres(doors.lat[:, None], doors.lon[:, None], doors.lat[None], doors.lon[None])
        walked = found.metres + found.sources.away[:, None] + found.targets.away[None]
        assert np.isfinite(found.metres).all()
        far = straight > 300
        assert (walked[far] >= straight[far] - 1).all()
        assert 1.1 < np.median(found.metres[far] / straight[far]) < 1.5


def test_tiger_ranges_locate_addresses_of_their_county(shared_data: Path, tmp_path: Path):
    settings = Settings(home=tmp_path)
    loaded = load_region(settings, shared_data / "osm/tiger_autauga_al_01001.csv")
    assert loaded.region.facts["ranges"] > 6_000
    index = PointIndex.open(settings.regions_dir)
    found = index.locate([normalise(PostalParts("1061", "Spring Street", "", "", "AL", "36067"))])
    assert How(found.how[0]) is How.ALONG
    assert metres(found.lat[0], found.lon[0], 32.4288, -86.4667) < 60


@pytest.mark.parametrize("name", ["autauga_al", "baltimore", "harrisburg", "otp_columbus"])
def test_extracts_of_other_towns_load(shared_data: Path, tmp_path: Path, name: str):
    facts = load_region(Settings(home=tmp_path), shared_data / f"osm/{name}.osm.pbf").region.facts
    assert facts["stretches"] > 5_000
    assert facts["points"] > 20
    assert facts["tiles"] > 20


@pytest.mark.parametrize(
    "name",
    ["oa_west26th.csv", "oa_willow_ave.csv", "queens_village_osm_addresses.csv", "sf_address_points_excerpt.csv"],
)
def test_lists_of_address_points_load(shared_data: Path, tmp_path: Path, name: str):
    settings = Settings(home=tmp_path)
    facts = load_region(settings, shared_data / "addresses" / name).region.facts
    assert facts["points"] > 80
    index = PointIndex.open(settings.regions_dir)
    asked = index.sample(500)
    assert np.isin(index.locate(asked).how, (How.EXACT, How.NOWHERE)).all()  # nowhere: one name in many towns


def test_units_of_one_building_are_doors_of_one_number(shared_data: Path, tmp_path: Path):
    settings = Settings(home=tmp_path)
    loaded = load_region(settings, shared_data / "addresses/sf_address_points_excerpt.csv")
    assert loaded.region.facts["points"] > 4_600  # of 7,284 rows 4,740 name different doors
    index = PointIndex.open(settings.regions_dir)
    found = index.locate([normalise(PostalParts("27", "Octavia Street", "Apt 999", "", "CA", "94102"))])
    assert How(found.how[0]) is How.EXACT
    assert metres(found.lat[0], found.lon[0], 37.7722281, -122.4242303) < 30
