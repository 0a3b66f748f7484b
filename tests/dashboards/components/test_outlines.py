"""Which territories a map outlines and names, and how finely."""

from __future__ import annotations

from typing import Any

import pytest
import shapely

from dashboards.components import outlines


def square(name: str, level: str, west: float, south: float, size: float, corners: int = 4) -> dict[str, Any]:
    """A territory whose border is a straight line with as many corners as are asked for."""
    box = shapely.segmentize(shapely.box(west, south, west + size, south + size), size * 4 / corners)
    return {"name": name, "type": level, "geometry": shapely.geometry.mapping(box)}


def town(micros: int, corners: int = 4) -> list[dict[str, Any]]:
    """A region of two areas with so many territories in a row."""
    return [
        square("Region", "REGION", -94.0, 41.0, 1.0),
        *(square(f"Area {n}", "AREA", -94.0 + n / 2, 41.0, 0.5) for n in range(2)),
        *(square(f"Micro {n}", "MICRO", -94.0 + n / micros, 41.0, 1 / micros, corners) for n in range(micros)),
    ]


def levels(found: list[dict[str, Any]]) -> set[str]:
    return {each["type"] for each in found}


def test_territories_that_can_be_told_apart_are_all_outlined() -> None:
    assert outlines.drawn(town(outlines.MOST)) == town(outlines.MOST)


def test_of_thousands_only_the_levels_above_are_outlined() -> None:
    assert levels(outlines.drawn(town(outlines.MOST + 1))) == {"AREA", "REGION"}


def test_where_there_is_no_level_above_all_of_them_are() -> None:
    alone = [each for each in town(outlines.MOST + 1) if each["type"] == "MICRO"]
    assert outlines.drawn(alone) == alone


def test_the_finest_level_that_is_drawn_has_the_names_and_the_thinnest_lines() -> None:
    found = outlines.drawn(town(outlines.MOST + 1))
    assert {each["name"] for each in outlines.names(found, 9.0)} == {"Area 0", "Area 1"}
    widths = {
        territory["type"]: feature["properties"]["width"]
        for territory, feature in zip(found, outlines.features(found, 9.0), strict=True)
    }
    assert widths["AREA"] < widths["REGION"]
    everything = outlines.features(town(3), 9.0)
    assert everything[-1]["properties"]["width"] == widths["AREA"]


@pytest.mark.parametrize(("micros", "kept"), [(3, True), (300, False)])
def test_corners_are_left_out_only_where_there_are_too_many(micros: int, kept: bool) -> None:
    found = outlines.features(town(micros, corners=400), 9.0)
    corners = sum(len(each["geometry"]["coordinates"][0]) for each in found)
    assert (corners > micros * 400) is kept
    assert all(shapely.geometry.shape(each["geometry"]).area > 0 for each in found)


def test_nothing_to_outline_is_no_error() -> None:
    assert outlines.drawn([]) == outlines.features([], 9.0) == outlines.names([], 9.0) == []
