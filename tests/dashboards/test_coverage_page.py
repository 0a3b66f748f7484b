"""The coverage page tells the same of a week as the gaps do, down to the cell that was passed over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components import palette, scales
from outbound.settings import Settings
from tests.dashboards.builds import Frames, publish, shared_cell
from tests.dashboards.test_pages import open_coverage, text_of
from tests.dashboards.town import MAPLE

pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")
Visit = Callable[..., Settings]


def rows_of(app: AppTest) -> dict[str, dict[str, Any]]:
    """What the map holds of each cell."""
    (chart,) = app.get("deck_gl_json_chart")
    layers = json.loads(chart.proto.json)["layers"]
    return {row["cell"]: row for layer in layers if layer["id"] == "cells" for row in layer["data"]}


def legend_of(app: AppTest) -> str:
    return next(element.proto.body for element in app.get("html") if "ob-legend" in element.proto.body)


def fact(app: AppTest, name: str) -> str:
    body = next(element.proto.body for element in app.get("html") if "ob-facts" in element.proto.body)
    return body.split(f"<dt>{name}</dt><dd>")[1].split("</dd>")[0]


def test_a_cell_that_one_of_its_territories_passed_over_is_told_as_such(visit: Visit) -> None:
    shared: list[str] = []

    def change(frames: Frames) -> Frames:
        shared.extend(shared_cell(frames))
        return frames

    publish(MAPLE, visit("olivia").published_dir, change=change)
    app = open_coverage()
    cell, _, other = shared
    assert rows_of(app)[cell]["covered"] == "Covered in 1 of 2 territories"
    assert rows_of(app)[cell]["color"] == palette.rgba(palette.COVERAGE[2], scales.ALPHA)
    assert "Not in every territory" in legend_of(app)

    name = next(each["name"] for each in MAPLE.territories() if each["id"] == other)
    first = next(body for body in text_of(app).split("<tr>") if "cell=" in body)
    assert name in first, "the doors that were passed over stand first"
    assert f"cell={cell}" in first
    assert "999" in first
    assert "Never" in first


def test_the_facts_count_cells_as_the_gaps_do(visit: Visit) -> None:
    counted: list[int] = []

    def change(frames: Frames) -> Frames:
        shared_cell(frames)
        cells = frames["coverage_cells"]
        newest = cells[cells.week_start == cells.week_start.max()]
        counted.extend((len(newest), int(newest.covered.sum())))
        return frames

    publish(MAPLE, visit("olivia").published_dir, change=change)
    app = open_coverage()
    assert (fact(app, "Cells with doors"), fact(app, "Cells covered")) == tuple(map(str, counted))
    assert "A cell on a border counts for each territory" in text_of(app)


def test_where_every_cell_has_one_territory_nothing_is_said_of_borders(visit: Visit) -> None:
    publish(MAPLE, visit("olivia").published_dir)
    app = open_coverage()
    assert "Not in every territory" not in legend_of(app)
    assert "on a border" not in text_of(app)


def test_a_cell_without_a_door_to_knock_is_in_the_legend(visit: Visit) -> None:
    def change(frames: Frames) -> Frames:
        cells = frames["coverage_cells"]
        without = cells.cell == cells.cell.iloc[0]
        cells.loc[without, ["doors", "workable", "covered"]] = [0, False, False]
        return frames

    publish(MAPLE, visit("olivia").published_dir, change=change)
    assert "No door to knock" in legend_of(open_coverage())
