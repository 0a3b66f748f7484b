"""Real, messy lists of sales against the doors of a real extract."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ingest.regions.load import load_region
from outbound.geo.points import PointIndex
from outbound.geocoding.known import KnownDoors
from outbound.postal.parsing import parse_line
from outbound.postal.rules import PostalParts, normalise
from outbound.settings import Settings

ZIPS = ("11427", "11428", "11429")

pytestmark = pytest.mark.slow


@pytest.fixture
def doors(shared_data: Path, tmp_path: Path) -> KnownDoors:
    settings = Settings(home=tmp_path)
    load_region(settings, shared_data / "osm" / "queens_village_ny.osm.pbf", "queens")
    return KnownDoors(PointIndex.open(settings.regions_dir))


@pytest.mark.parametrize("name", ["rollingsales_queens_2018-19.csv", "rollingsales_queens_2022.csv"])
def test_of_every_hundred_sales_two_at_the_most_are_not_found(doors: KnownDoors, shared_data: Path, name: str) -> None:
    with (shared_data / "addresses" / name).open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["ZIP CODE"].strip() in ZIPS]
    asked = []
    for row in rows:
        part = parse_line(row["ADDRESS"].strip())
        asked.append(normalise(PostalParts(part.house_number, part.street, "", "", "NY", row["ZIP CODE"].strip())))
    found = [position is not None and not position.is_coarse for position in doors.locate(asked)]
    assert len(rows) > 700
    assert sum(found) / len(found) >= 0.98
