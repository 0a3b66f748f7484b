"""Where the map looks, and what its legend says."""

from __future__ import annotations

from datetime import date
from typing import Any

import h3
import pandas as pd
import pytest

from dashboards.components import hexmap, scales
from dashboards.components.scales import Metric

HERE = h3.latlng_to_cell(41.6, -93.6, 9)
COLUMNS = ("doors", "door_touches", "touches", "workable_cells", "covered_cells", "workable_parts", "covered_parts")


def cells(*names: str) -> pd.DataFrame:
    return pd.DataFrame([{"cell": name, "last_knocked": None} | dict.fromkeys(COLUMNS, 1) for name in names])


def around(cell: str) -> dict[str, Any]:
    """A territory that ends at the middles of the cells around one: all of them stick out of it."""
    ring = [tuple(reversed(h3.cell_to_latlng(each))) for each in h3.grid_ring(cell, 1)]
    west, east = min(lon for lon, _ in ring), max(lon for lon, _ in ring)
    south, north = min(lat for _, lat in ring), max(lat for _, lat in ring)
    box = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"name": "Here", "type": "MICRO", "geometry": {"type": "Polygon", "coordinates": [box]}}


def view_of(frame: pd.DataFrame) -> tuple[float, float, float]:
    scale = scales.scale_of(Metric.COVERAGE, 9, frame)
    view = hexmap.deck(frame, Metric.COVERAGE, scale, [around(HERE)], "style").initial_view_state
    return view.latitude, view.longitude, view.zoom


def test_the_map_holds_cells_that_stick_out_of_their_territory() -> None:
    assert view_of(cells(*h3.grid_disk(HERE, 1)))[2] < view_of(cells(HERE))[2]


def test_a_cell_far_off_does_not_move_the_map() -> None:
    assert view_of(cells(HERE, h3.latlng_to_cell(30.0, -80.0, 9))) == view_of(cells(HERE))


@pytest.mark.parametrize(("degrees", "level"), [(0.05, 9), (0.5, 8), (2.0, 7), (20.0, 7)])
def test_cells_are_as_fine_as_can_be_told_apart_where_all_is_in_sight(degrees: float, level: int) -> None:
    box = [[-93.0, 41.0], [-93.0 + degrees, 41.0], [-93.0, 41.0 + degrees], [-93.0, 41.0]]
    place = {"name": "Here", "type": "AREA", "geometry": {"type": "Polygon", "coordinates": [box]}}
    assert hexmap.level_for([place], [9, 8, 7]) == level


def test_a_few_rows_of_a_list_far_away_leave_the_others_in_sight() -> None:
    def look(*doors: tuple[str, int]) -> tuple[float, float, float]:
        _, deck = hexmap.leads([{"cell": cell, "leads": leads} for cell, leads in doors], [], "style")
        view = deck.initial_view_state
        return view.latitude, view.longitude, view.zoom

    away = h3.latlng_to_cell(30.0, -80.0, 9)
    assert look((HERE, 500), (away, 3)) == look((HERE, 500))
    assert look((HERE, 500), (away, 50))[2] < look((HERE, 500))[2] - 5


def test_the_cell_that_was_clicked_is_known_by_its_row() -> None:
    assert hexmap.picked_in({"cells": [{"cell": HERE, "doors": "3"}]}) == HERE
    assert hexmap.picked_in({}) is None
    assert hexmap.picked_in({"cells": []}) is None


def test_a_picked_cell_is_outlined_and_one_that_is_none_is_not() -> None:
    frame = cells(HERE)
    scale = scales.scale_of(Metric.COVERAGE, 9, frame)

    def layers(picked: str | None) -> list[str]:
        return [layer.id for layer in hexmap.deck(frame, Metric.COVERAGE, scale, [], "style", picked).layers]

    assert "picked" in layers(HERE)
    assert "picked" not in layers("<script>")
    assert "picked" not in layers(None)


def test_a_cell_tells_in_which_week_it_was_last_knocked() -> None:
    frame = cells(HERE, *h3.grid_ring(HERE, 1)[:1])
    frame.loc[0, "last_knocked"] = date(2026, 11, 2)
    drawn = hexmap.deck(frame, Metric.COVERAGE, scales.scale_of(Metric.COVERAGE, 9, frame), [], "style").layers[0]
    assert [row["last"] for row in drawn.data] == ["Week of Nov 2", "Never"]


def test_the_legend_names_every_class() -> None:
    scale = scales.scale_of(Metric.COVERAGE, 8, cells(HERE))
    said = hexmap.legend(scale)
    assert all(label in said for label in scale.labels)
