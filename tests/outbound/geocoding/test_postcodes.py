"""Where ZIP codes lie when nobody but the Census tells: enough to see that coordinates are not their address's."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from outbound.addresses.rules import PostalParts, normalise
from outbound.geo.sphere import great_circle
from outbound.geocoding.postcodes import census_area
from outbound.geocoding.rules import judge_file
from outbound.geocoding.states import within_state


@pytest.mark.parametrize("postcode", ["", "0", "00000", "50999", "1169", "11692-1234", "ABCDE", "99503"])
def test_what_is_no_zip_code_of_the_census_lies_nowhere(postcode: str) -> None:
    assert census_area(postcode) is None


@pytest.mark.parametrize(
    ("postcode", "state", "door", "sea"),
    [
        ("11692", "NY", (40.591, -73.795), (40.40, -73.50)),
        ("33706", "FL", (27.745, -82.755), (27.50, -83.20)),
        ("94122", "CA", (37.759, -122.484), (37.70, -123.30)),
        ("77550", "TX", (29.302, -94.786), (29.00, -94.30)),
        ("60611", "IL", (41.895, -87.620), (42.00, -87.10)),
        ("98110", "WA", (47.640, -122.530), (47.60, -124.80)),
        ("96815", "HI", (21.279, -157.826), (21.00, -158.60)),
    ],
    ids=["Rockaway", "Saint Pete Beach", "San Francisco", "Galveston", "Lake Michigan", "Bainbridge", "Waikiki"],
)
def test_coordinates_in_the_sea_off_its_coast_are_left_out_though_the_states_box_holds_them(
    postcode: str, state: str, door: tuple[float, float], sea: tuple[float, float]
) -> None:
    asked = normalise(PostalParts("12", "Beach Road", state=state, postcode=postcode))
    assert within_state(state, *sea)
    assert judge_file(*door, asked, census_area(postcode), None).fault is None
    judged = judge_file(*sea, asked, census_area(postcode), None)
    assert (judged.position, judged.fault) == (None, "lat and lon lie far from this ZIP code and were left out")


def test_addresses_all_over_the_country_lie_in_their_zip_codes(shared_data: Path) -> None:
    addresses = json.loads((shared_data / "addresses/addresses-us-all.min.json").read_text("utf-8"))["addresses"]
    within = judged = 0
    for address in addresses:
        area = census_area(address.get("postalCode", ""))
        if area is None or not address.get("coordinates"):
            continue
        at = address["coordinates"]["lat"], address["coordinates"]["lng"]
        parts = PostalParts("1", "Main St", state=address["state"], postcode=address["postalCode"])
        assert judge_file(*at, normalise(parts), area, None).fault is None
        within += great_circle((area.lat, area.lon), at) <= area.radius
        judged += 1
    assert judged > 3_000
    assert within / judged > 0.95
