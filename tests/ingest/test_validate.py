"""A row becomes a prospect, or a reject with its reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.fields import Field
from ingest.validate import Prospect, Reject, Validator

COLUMNS = [
    Field.HOUSE_NUMBER, Field.STREET, Field.UNIT, Field.POSTCODE, Field.LAT, Field.LON, Field.FULL_NAME, Field.PHONE,
    Field.EMAIL,
]  # fmt: skip
VALIDATOR = Validator({field: position for position, field in enumerate(COLUMNS)}, len(COLUMNS))
GOOD = ["203-06", "109th Avenue", "", "11412", "40.7078", "-73.7548", "LEE, ANN", "718-555-0123", "Ann@Example.org"]


def read(**changed: str) -> Prospect | Reject | None:
    row = list(GOOD)
    for name, value in changed.items():
        row[COLUMNS.index(Field(name))] = value
    return VALIDATOR.read(7, row)


def test_a_whole_row_is_a_prospect() -> None:
    found = read()
    assert isinstance(found, Prospect)
    assert (found.line, found.canonical) == (7, "203-06 109TH AVE, 11412")
    assert (found.lat, found.lon) == (40.7078, -73.7548)
    assert (found.first_name, found.last_name) == ("Ann", "Lee")
    assert (found.phone, found.email) == ("+17185550123", "ann@example.org")
    assert found.notes == ()


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"house_number": ""}, "no house number"),
        ({"house_number": "N/A"}, "no house number"),
        ({"street": ""}, "no street"),
        ({"house_number": "", "street": ""}, "no address"),
        ({"house_number": "", "street": "PO Box 12"}, "PO box"),
        ({"street": "x" * 300}, "street is longer"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_without_a_value(changed: dict[str, str], reason: str) -> None:
    found = read(**changed)
    assert isinstance(found, Reject)
    assert reason in found.reason
    assert found.line == 7


@pytest.mark.parametrize(
    ("changed", "note"),
    [
        ({"lat": "", "lon": "-73.7"}, "lon stands alone"),
        ({"lat": "abc"}, "no number"),
        ({"lat": "0", "lon": "0"}, "zero"),
        ({"lat": "95", "lon": "10"}, "out of range"),
        ({"lat": "inf"}, "out of range"),
        ({"lat": "48.85", "lon": "2.35"}, "outside the United States"),
    ],
)
def test_coordinates_that_cannot_be_right_leave_the_address_to_be_looked_up(changed: dict[str, str], note: str) -> None:
    found = read(**changed)
    assert isinstance(found, Prospect)
    assert (found.lat, found.lon) == (None, None)
    assert note in found.notes[0]


def test_a_longitude_without_its_minus_sign_is_put_right_where_the_address_is_american() -> None:
    found = read(lon="73.7548")
    assert isinstance(found, Prospect)
    assert found.lon == -73.7548
    assert "minus" in found.notes[0]
    abroad = read(lon="73.7548", postcode="")
    assert isinstance(abroad, Prospect)
    assert abroad.lon is None


@pytest.mark.parametrize(
    "both",
    [
        "40.7078,-73.7548",
        "(40.7078, -73.7548)",
        "40.7078 -73.7548",
        "POINT (-73.7548 40.7078)",
        "40.7078° N, 73.7548° W",
        "203-06 109th Ave\nQueens, NY\n(40.7078, -73.7548)",
        "-73.7548, 40.7078",
    ],
)
def test_latitude_and_longitude_may_stand_in_one_column(both: str) -> None:
    validator = Validator({Field.ADDRESS: 0, Field.POSITION: 1}, 2)
    found = validator.read(1, ["203-06 109th Ave, 11412", both])
    assert isinstance(found, Prospect)
    assert (found.lat, found.lon) == (40.7078, -73.7548)


def test_an_address_without_coordinates_is_kept_without_a_position() -> None:
    found = read(lat="", lon="")
    assert isinstance(found, Prospect)
    assert found.lat is None
    assert found.lon is None


def test_exchanged_coordinates_are_put_right_and_told() -> None:
    found = read(lat="-73.7548", lon="40.7078")
    assert isinstance(found, Prospect)
    assert (found.lat, found.lon) == (40.7078, -73.7548)
    assert "exchanged" in found.notes[0]


def test_contacts_that_are_none_are_left_out_and_told() -> None:
    found = read(phone="123", email="ann at example", postcode="0")
    assert isinstance(found, Prospect)
    assert (found.phone, found.email, found.parts.postcode) == (None, None, "")
    assert len(found.notes) == 3


def test_a_blank_row_is_nothing() -> None:
    assert VALIDATOR.read(1, []) is None
    assert VALIDATOR.read(1, ["", " ", ""]) is None


def test_a_row_with_too_many_fields_may_have_shifted_and_is_rejected() -> None:
    found = VALIDATOR.read(3, [*GOOD, "more"])
    assert isinstance(found, Reject)
    assert "10 fields" in found.reason
    assert isinstance(VALIDATOR.read(3, [*GOOD, "", " "]), Prospect)


def test_a_row_whose_empty_end_was_dropped_is_whole() -> None:
    assert isinstance(VALIDATOR.read(3, GOOD[:6]), Prospect)


def test_number_and_street_in_one_column_are_taken_apart() -> None:
    validator = Validator({Field.STREET: 0, Field.POSTCODE: 1}, 2)
    found = validator.read(1, ["1016-18 Willow Avenue", "07030"])
    assert isinstance(found, Prospect)
    assert found.canonical == "1016-18 WILLOW AVE, 07030"


def test_a_whole_address_fills_what_the_columns_lack() -> None:
    validator = Validator({Field.ADDRESS: 0, Field.UNIT: 1}, 2)
    found = validator.read(1, ["24-75 38TH STREET, C10, Queens, NY 11103", ""])
    assert isinstance(found, Prospect)
    assert found.canonical == "24-75 38TH ST # C10, 11103"


@given(st.lists(st.text(max_size=30), max_size=12))
def test_no_row_breaks_it_and_every_row_has_a_fate(values: list[str]) -> None:
    found = VALIDATOR.read(1, values)
    assert found is None or isinstance(found, Prospect | Reject)
    if found is None:
        assert not any(value.strip() for value in values)
