"""Where nobody's door can be: in the water off the shore, and abroad."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from outbound.geocoding.land import off_the_land
from outbound.geocoding.postcodes import inner_points


@pytest.mark.parametrize(
    "at",
    [(40.55, -73.75), (40.45, -73.60), (37.85, -122.41), (42.0, -87.3), (43.65, -79.38), (35.0, -75.3)],
    ids=["off Queens", "off Sandy Hook", "San Francisco Bay", "Lake Michigan", "Toronto", "off Hatteras"],
)
def test_water_and_other_countries_are_off_the_land(at: tuple[float, float]) -> None:
    assert off_the_land(*np.array([at]).T).tolist() == [True]


@pytest.mark.parametrize(
    "at",
    [(24.555, -81.78), (35.222, -75.531), (40.647, -73.157), (43.767, -69.31), (52.9, 172.9), (21.9, -160.15)],
    ids=["Key West", "Hatteras", "Fire Island", "Monhegan", "Attu", "Niihau"],
)
def test_islands_are_land(at: tuple[float, float]) -> None:
    assert off_the_land(*np.array([at]).T).tolist() == [False]


def test_no_zip_code_is_off_the_land() -> None:
    lats, lons = inner_points()
    assert len(lats) > 33_000
    assert not off_the_land(lats, lons).any()


def test_no_address_of_the_country_is_off_the_land(shared_data: Path) -> None:
    addresses = json.loads((shared_data / "addresses" / "addresses-us-all.min.json").read_text())["addresses"]
    at = np.array([(each["coordinates"]["lat"], each["coordinates"]["lng"]) for each in addresses])
    assert len(at) > 3_000
    assert not off_the_land(*at.T).any()
