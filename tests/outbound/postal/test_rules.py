"""One spelling of one door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.postal.rules import (
    PostalParts,
    canonical_line,
    display_line,
    normalise,
    postcode5,
    unit_key,
)
from outbound.postal.usps import DIRECTIONS, SUFFIXES, UNITS_ALONE, UNITS_WITH_VALUE


@pytest.mark.parametrize(
    ("number", "street", "unit", "expected"),
    [
        ("203-06", "109th Avenue", "", "203-06 109TH AVE"),
        ("203-06", "109 AVE.", "", "203-06 109TH AVE"),
        ("203–06", "109TH  AVENUE", "", "203-06 109TH AVE"),
        ("32--52", "31ST STREET", "", "32-52 31ST ST"),
        ("459", "West 26 Street", "", "459 W 26TH ST"),
        ("1", "E.79th St", "", "1 E 79TH ST"),
        ("1", "N.E. Fifth Street", "", "1 NE 5TH ST"),
        ("1", "North East 5th St", "", "1 NE 5TH ST"),
        ("1", "North Avenue", "", "1 NORTH AVE"),
        ("1", "West Street", "", "1 WEST ST"),
        ("120", "Central Park South", "", "120 CENTRAL PARK S"),
        ("5", "O'Brien Place", "", "5 OBRIEN PL"),
        ("5", "Saint John’s Place", "", "5 ST JOHNS PL"),
        ("5", "Avenue M", "", "5 AVE M"),
        ("5", "Ave. M", "", "5 AVE M"),
        ("9", "State Route 9", "", "9 STATE RTE 9"),
        ("7.0", "Octavia St", "", "7 OCTAVIA ST"),
        ("0012 a", "Lake Shore Drive", "", "12A LAKE SHORE DR"),
        ("12", "Peña Blvd", "", "12 PENA BLVD"),
        ("12", "Main St", "Apt 4-B", "12 MAIN ST # 4B"),
        ("12", "Main St", "#4b", "12 MAIN ST # 4B"),
        ("12", "Main St Unit 4B", "", "12 MAIN ST # 4B"),
        ("12", "Main St", "2nd Floor", "12 MAIN ST FL 2"),
        ("12", "Main St", "Bldg 4 Apt 2B", "12 MAIN ST BLDG 4 # 2B"),
        ("214-39 REAR", "93rd Road", "", "214-39 93RD RD REAR"),
        ("90-02", "Francis Lewis Boulev", "", "90-02 FRANCIS LEWIS BLVD"),
        ("104-50", "210 STRET", "", "104-50 210TH ST"),
        ("109-32", "217ST", "", "109-32 217TH ST"),
        ("109-32", "221st", "", "109-32 221ST"),
        ("86-09", "Grand Central Pkwy SR E", "", "86-09 GRAND CENTRAL PKWY SERVICE RD E"),
        ("86-09", "Grand Central Parkway Service Road East", "", "86-09 GRAND CENTRAL PKWY SERVICE RD E"),
    ],
)
def test_every_spelling_of_a_door_arrives_at_one(number: str, street: str, unit: str, expected: str) -> None:
    assert canonical_line(PostalParts(number, street, unit)) == expected


def test_a_zip_code_replaces_city_and_state_because_lists_name_the_same_place_in_several_ways() -> None:
    queens = PostalParts("203-06", "109th Ave", city="Saint Albans", state="New York", postcode="11412-1234")
    assert canonical_line(queens) == "203-06 109TH AVE, 11412"


def test_without_a_zip_code_city_and_state_tell_doors_apart() -> None:
    assert canonical_line(PostalParts("1", "Main St", city="Salem", state="Oregon")) == "1 MAIN ST, SALEM OR"
    assert canonical_line(PostalParts("1", "Main St", city="Salem", state="MA")) == "1 MAIN ST, SALEM MA"


def test_queens_numbers_are_whole_numbers_of_their_own() -> None:
    assert canonical_line(PostalParts("203-06", "109 Ave")) != canonical_line(PostalParts("203-6", "109 Ave"))


def test_units_of_one_building_stay_apart() -> None:
    doors = {canonical_line(PostalParts("1", "Main St", unit)) for unit in ("", "1", "2", "FL 1", "Rear", "1A")}
    assert len(doors) == 6


def test_no_number_and_no_street_is_no_door() -> None:
    assert canonical_line(PostalParts("", " - ", "", "Queens", "NY", "11412")) == ""


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("11412", "11412"),
        ("11412-0001", "11412"),
        ("114120001", "11412"),
        ("2108", "02108"),
        ("11412.0", "11412"),
    ],
)
def test_zip_codes_lose_their_four_digits_and_regain_a_lost_zero(written: str, expected: str) -> None:
    assert postcode5(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [("APT 2B", "# 2B"), ("Suite 200", "# 200"), ("3 FL", "FL 3"), ("Rear", "REAR"), ("-", ""), ("PH", "PH")],
)
def test_units_have_one_spelling(written: str, expected: str) -> None:
    assert unit_key(written) == expected


def test_people_read_the_line_as_it_was_written() -> None:
    assert display_line("203-06", "109th Avenue", "2B") == "203-06 109th Avenue # 2B"
    assert display_line("1", "Main St", "Apt 4") == "1 Main St Apt 4"


_words = st.sampled_from(
    [
        *sorted(SUFFIXES),
        *sorted(DIRECTIONS),
        *sorted(UNITS_ALONE),
        *sorted(UNITS_WITH_VALUE),
        *[
            "N",
            "E",
            "NE",
            "SW",
            "26",
            "109TH",
            "FIRST",
            "Main",
            "#",
            "APT",
            "2B",
            "O'Neil",
            "St.",
            "0",
            "N/A",
        ],
    ]
)
_field = st.lists(_words, max_size=6).map(" ".join) | st.text(max_size=20)


@given(st.builds(PostalParts, _field, _field, _field, _field, _field, _field))
def test_what_is_in_one_spelling_stays_in_it(parts: PostalParts) -> None:
    once = normalise(parts)
    assert normalise(once) == once
    assert canonical_line(once) == canonical_line(parts)


@given(_field, _field, _field)
def test_case_and_space_make_no_other_door(number: str, street: str, unit: str) -> None:
    written = PostalParts(number, street, unit)
    shouted = PostalParts(f" {number} ", street.replace(" ", "  "), unit)
    if all(text.isascii() for text in (number, street, unit)):
        shouted = PostalParts(shouted.house_number.lower(), shouted.street.upper(), unit.lower())
    assert canonical_line(shouted) == canonical_line(written)
