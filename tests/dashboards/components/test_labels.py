"""Names on a map stay readable however many there are."""

from __future__ import annotations

from dashboards.components.labels import Label, with_room


def districts(count: int, apart: float) -> list[Label]:
    """In a row, each larger than the one before it."""
    return [Label(f"District {number}", -73.7 + number * apart, 40.7, number) for number in range(count)]


def test_names_that_lie_apart_are_all_shown() -> None:
    assert len(with_room(districts(5, apart=0.02), zoom=13)) == 5


def test_where_they_would_cover_one_another_the_largest_keep_their_place() -> None:
    shown = with_room(districts(100, apart=0.001), zoom=12)
    assert shown[0].name == "District 99"
    assert 1 < len(shown) < 20


def test_the_closer_one_looks_the_more_are_shown() -> None:
    counts = [len(with_room(districts(60, apart=0.002), zoom)) for zoom in (10, 12, 14, 16)]
    assert counts == sorted(counts)
    assert counts[-1] == 60
