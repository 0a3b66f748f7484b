from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.geo.housenumbers import UNREAD_BLOCK, place_of, spanned


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("117", (0, 117)),
        ("203-06", (203, 6)),
        ("203-6", (203, 6)),
        ("12A", (0, 12)),
        ("12 1/2", (0, 12)),
        ("90-12B", (90, 12)),
        ("007", (0, 7)),
    ],
)
def test_a_number_is_read_as_block_and_number(number: str, place: tuple[int, int]):
    assert place_of(number) == place


@pytest.mark.parametrize("number", ["", "N6W23001", "ONE", "99999999", "1048576-1", "-5", "0-5"])
def test_what_is_no_number_has_no_place_along_its_street(number: str):
    assert place_of(number).block == UNREAD_BLOCK
    assert not place_of(number).is_read


@given(st.text(max_size=40))
def test_any_text_has_a_place_that_fits_a_key(text: str):
    assert 0 <= place_of(text).packed < 1 << 40


@given(st.integers(1, 999), st.integers(1, 999), st.integers(1, 999))
def test_places_of_one_block_sort_as_their_numbers(block: int, one: int, other: int):
    first, second = place_of(f"{block}-{one:02d}"), place_of(f"{block}-{other:02d}")
    assert (first.packed < second.packed) == (one < other)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("12-16", [12, 14, 16]),
        ("12-15", [12, 13, 14, 15]),
        ("1016-18", [1016, 1018]),
        ("16-12", []),
        ("12-900", []),
        ("12", []),
        ("A-B", []),
    ],
)
def test_a_range_stands_for_the_numbers_of_its_side(text: str, numbers: list[int]):
    assert spanned(text) == numbers
