"""A whole address in one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.postal.parsing import parse_line
from outbound.postal.rules import PostalParts, canonical_line, normalise


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("203-06 109th Avenue, Queens Village, NY 11412", "203-06 109TH AVE, 11412"),
        ("203-06 109th Avenue Queens NY 11412", "203-06 109TH AVE, 11412"),
        ("24-75 38TH   STREET, C10", "24-75 38TH ST # C10"),
        ("188 BEACH 62 STREET, 44A", "188 BEACH 62ND ST # 44A"),
        ("N/A BEACH 43 STREET", "BEACH 43RD ST"),
        ("12 Main Ct 11412", "12 MAIN CT, 11412"),
        ("12 Main St, Hartford, CT 06103", "12 MAIN ST, 06103"),
        ("123 Main St Apt 4, Springfield, Illinois 62701, USA", "123 MAIN ST # 4, 62701"),
        ("123 Main St, Suite 200, Austin, TX 78701-1234", "123 MAIN ST # 200, 78701"),
        ("123 W. 4th St., New York, New York", "123 W 4TH ST, NEW YORK NY"),
        ("1 Main St, Springfield", "1 MAIN ST, SPRINGFIELD"),
        ("One Main Street, Boston MA 02108", "ONE MAIN ST, 02108"),
        ("5th Avenue", "5TH AVE"),
    ],
)
def test_a_line_is_taken_apart_into_a_door(line: str, expected: str) -> None:
    assert canonical_line(parse_line(line)) == expected


@pytest.mark.parametrize("line", ["", "   ", "11412", "hello", "PO Box 12", "x" * 10_000, "n/a"])
def test_a_line_that_is_no_address_has_no_house_number(line: str) -> None:
    assert parse_line(line).house_number == ""


@given(st.text(max_size=80))
def test_no_text_breaks_the_parser(line: str) -> None:
    assert isinstance(parse_line(line), PostalParts)


@given(
    st.integers(1, 9999),
    st.sampled_from(["Main St", "109th Avenue", "W 26th St", "Lake Shore Dr", "Union Tpke"]),
    st.sampled_from(["", "Apt 2", "Unit 4B", "# 12"]),
    st.sampled_from(["", ", 11412", ", Salem, OR", ", Salem, OR 97301"]),
)
def test_a_canonical_line_read_back_is_the_same_door(number: int, street: str, unit: str, place: str) -> None:
    once = canonical_line(parse_line(f"{number} {street}{', ' if unit else ''}{unit}{place}"))
    if "SALEM" not in once:
        assert canonical_line(parse_line(once)) == once


@pytest.mark.parametrize(
    ("line", "door"),
    [
        ("1646 Red Leaf Drive Fort Mill, South Carolina 29715", ("1646", "RED LEAF DR", "")),
        ("2430 West Diversey Avenue Chicago", ("2430", "W DIVERSEY AVE", "")),
        ("2735 PAWTUCKET AVE EAST PROVIDENCE RHODE ISLAND 02914", ("2735", "PAWTUCKET AVE", "")),
        ("10615 South Ewing Avenue IL 60617", ("10615", "S EWING AVE", "")),
        ("50 East Erie Street IL", ("50", "E ERIE ST", "")),
        ("10502 shadow ridge ln apt 103 louisville ky", ("10502", "SHADOW RIDGE LN", "# 103")),
        ("1000 Cordova Place, # 234 Santa Fe NM 87505", ("1000", "CORDOVA PL", "# 234")),
        ("431 Marietta St NW Fl. 3", ("431", "MARIETTA ST NW", "FL 3")),
        ("431 Marietta St NW 3rd Floor", ("431", "MARIETTA ST NW", "FL 3")),
        ("3800 South Louise Avenue Frnt, Sioux Falls, SD 57106", ("3800", "S LOUISE AVE", "FRNT")),
        ("115-20 Rockaway Beach Blvd", ("115-20", "ROCKAWAY BEACH BLVD", "")),
        ("84-01 Park Lane South", ("84-01", "PARK LN S", "")),
        ("85-10 34th Ave 5A", ("85-10", "34TH AVE 5A", "")),
        ("12 Lake Front", ("12", "LAKE FRONT", "")),
    ],
)
def test_what_stands_behind_a_street_is_no_part_of_its_name(line: str, door: tuple[str, str, str]) -> None:
    found = normalise(parse_line(line))
    assert (found.house_number, found.street, found.unit) == door
