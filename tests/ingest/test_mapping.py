"""Which column holds what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.mapping import Field, map_columns, suggest
from outbound.errors import Invalid


def mapped(header: list[str], *samples: list[str], **given: str) -> dict[str, str]:
    found = map_columns(header, samples, given)
    return {str(field): header[position] for field, position in found.items()}


def test_the_columns_of_address_exports_are_known_by_name() -> None:
    header = ["LON", "LAT", "NUMBER", "STREET", "UNIT", "CITY", "DISTRICT", "REGION", "POSTCODE", "ID", "HASH"]
    assert mapped(header) == {
        "lon": "LON", "lat": "LAT", "house_number": "NUMBER", "street": "STREET", "unit": "UNIT", "city": "CITY",
        "state": "REGION", "postcode": "POSTCODE", "external_ref": "ID",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Street Address", "address"),
        ("ZIP CODE", "postcode"),
        ("addr:housenumber", "house_number"),
        ("E-Mail", "email"),
        ("Owner 1 Last Name", "last_name"),
        ("Phone #", "phone"),
        (" Latitude ", "lat"),
    ],
)
def test_names_are_known_however_they_are_written(name: str, field: str) -> None:
    assert mapped([name, "road" if field == "address" else "address"])[field] == name


def test_where_names_say_nothing_the_contents_do() -> None:
    found = mapped(
        ["column 1", "column 2", "column 3", "column 4", "column 5", "column 6"],
        ["12 Elm Street", "11427", "40.7201", "-73.7401", "(718) 555-0123", "ann@example.org"],
        ["14 Oak Ave # 2", "11428", "40.7301", "-73.7501", "718-555-0199", "bob@example.org"],
    )
    assert found == {
        "address": "column 1", "postcode": "column 2", "lat": "column 3", "lon": "column 4", "phone": "column 5",
        "email": "column 6",
    }  # fmt: skip


def test_number_and_street_are_found_apart() -> None:
    found = mapped(["a", "b"], ["12", "Elm Street"], ["203-06", "109th Avenue"])
    assert found == {"house_number": "a", "street": "b"}


def test_columns_whose_names_are_exchanged_are_put_right() -> None:
    found = mapped(["address", "lat", "lon"], ["1 Elm St", "-73.74", "40.72"], ["2 Elm St", "-73.75", "40.73"])
    assert (found["lat"], found["lon"]) == ("lon", "lat")


def test_what_the_caller_names_wins() -> None:
    found = mapped(["address", "Site"], ["n/a", "1 Elm St"], address="site")
    assert found["address"] == "Site"


def test_a_list_without_addresses_says_which_columns_there_are() -> None:
    with pytest.raises(Invalid, match="No column holds an address; the columns are year, rate"):
        map_columns(["year", "rate"], [["2024", "3.5"]])


@pytest.mark.parametrize("given", [{"address": "nowhere"}, {"colour": "a"}])
def test_a_column_or_field_that_does_not_exist_is_named(given: dict[str, str]) -> None:
    with pytest.raises(Invalid, match="There is no"):
        map_columns(["address"], [["1 Elm St"]], given)


def test_every_name_belongs_to_one_field() -> None:
    from ingest.fields import _NAMES

    names = [name for listed in _NAMES.values() for name in listed.split()]
    assert len(names) == len(set(names))
    assert set(_NAMES) == set(Field)


def test_the_door_is_the_property_and_not_where_its_owner_gets_mail() -> None:
    header = ["Mailing Address", "Mail City", "Mailing ZIP", "Property Address", "Property City", "Property ZIP"]
    assert mapped(header) == {"address": "Property Address", "city": "Property City", "postcode": "Property ZIP"}


def test_a_name_that_its_contents_refute_is_not_believed() -> None:
    header = ["address", "location", "mail"]
    found = mapped(header, ["1 Elm St", "Corner house", "PO Box 12"], ["2 Elm St", "Upstairs", "PO Box 13"])
    assert found == {"address": "address"}
    where = mapped(
        header, ["1 Elm St", "40.72, -73.74", "a@example.org"], ["2 Elm St", "40.73, -73.74", "b@example.org"]
    )
    assert where == {"address": "address", "position": "location", "email": "mail"}


def test_latitude_and_longitude_in_one_column_are_found_under_any_name() -> None:
    found = mapped(["address", "somewhere"], *[[f"{n} Elm St", f"(40.7{n}, -73.7{n})"] for n in range(1, 9)])
    assert found["position"] == "somewhere"


def test_people_and_cities_are_found_without_names_of_columns() -> None:
    names = ["Ann Lee", "LEE, BOB", "Carla van der Berg", "Dan O'Neil", "Eve Ray", "Flo Stone"]
    rows = [[name, f"{n} Elm Street", "Queens Village", "NY", "11427"] for n, name in enumerate(names, start=1)]
    found = mapped([f"column {n}" for n in range(1, 6)], *rows)
    assert found == {
        "full_name": "column 1", "address": "column 2", "city": "column 3", "state": "column 4", "postcode": "column 5",
    }  # fmt: skip


def test_a_field_may_be_said_to_have_no_column() -> None:
    assert mapped(["address", "phone"], ["1 Elm St", "718-555-0123"], phone="") == {"address": "address"}


def test_every_guess_says_how_sure_it_is_and_why() -> None:
    found = suggest(["Tel.", "x"], [["718-555-0123", "12 Elm Street"], ["718-555-0199", "14 Elm Street"]])
    assert [(g.field, str(g.because)) for g in found] == [("phone", "name"), ("address", "contents")]
    assert 1 > found[0].confidence > found[1].confidence > 0.5


@given(
    st.lists(st.text(max_size=12), min_size=1, max_size=8),
    st.lists(st.lists(st.text(max_size=20), max_size=9), max_size=8),
)
def test_no_list_breaks_it_and_no_column_and_no_field_is_guessed_twice(
    header: list[str], samples: list[list[str]]
) -> None:
    found = suggest(header, samples)
    assert len({guess.column for guess in found}) == len(found) == len({guess.field for guess in found})
    assert all(0 < guess.confidence <= 1 and 0 <= guess.column < len(header) for guess in found)
