"""The heat map: H3 cells coloured by one metric over the town's own map, with territory outlines."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import h3
import pandas as pd
import pydeck as pdk

from dashboards import formats
from dashboards.components import outlines, palette, scales
from dashboards.components.labels import TILE
from dashboards.components.scales import ALPHA, COLUMNS, Metric, Scale

MAP_WIDTH, MAP_HEIGHT = 880, 640
CELLS = "cells"
"""The layer that can be clicked."""
KM_A_DEGREE = 111.2
"""Of latitude."""
SMALLEST = 7
"""Pixels from corner to corner of a cell that can still be told from its neighbours."""


def deck(
    cells: pd.DataFrame,
    metric: Metric,
    scale: Scale,
    territories: Sequence[dict[str, Any]],
    style_url: str,
    picked: str | None = None,
) -> pdk.Deck:
    """The map, looking at ``territories``; ``picked``: the cell that is outlined. ``style_url`` is the API's own
    style: nothing foreign is asked for."""
    found = _deck(_rows(cells, metric, scale), territories, _view(territories, cells), style_url, _TOOLTIP)
    if picked is not None and h3.is_valid_cell(picked):
        found.layers.append(_outlined(picked))
    return found


def level_for(territories: Sequence[dict[str, Any]], levels: Sequence[int]) -> int:
    """The finest of the levels whose cells are large enough to be told apart when all territories are in sight."""
    view = _looking_at(outlines.bounds(territories))
    pixel = KM_A_DEGREE * 360 * math.cos(math.radians(view.latitude)) / (TILE * 2**view.zoom)
    seen = [level for level in sorted(levels) if h3.average_hexagon_edge_length(level) * 2 / pixel >= SMALLEST]
    return max(seen, default=min(levels))


def picked_in(objects: Mapping[str, Sequence[Mapping[str, Any]]]) -> str | None:
    """The cell that was clicked, from what the map says is selected; none: it was let go of."""
    rows = objects.get(CELLS, ())
    return str(rows[0]["cell"]) if rows else None


def leads(
    cells: Sequence[dict[str, Any]],
    territories: Sequence[dict[str, Any]],
    style_url: str,
    size: tuple[int, int] = (MAP_WIDTH, MAP_HEIGHT),
) -> tuple[Scale, pdk.Deck]:
    """The map of a list: how many new leads (``leads``) each cell (``cell``) gets, looking at nearly all."""
    classes = scales.counts("New leads per cell", max(each["leads"] for each in cells))
    scale = Scale(classes.title, classes.uppers[1:], classes.labels[1:], classes.colors[1:])
    rows = [
        {"cell": each["cell"], "color": scale.color(each["leads"]), "leads": formats.count(each["leads"])}
        for each in cells
    ]
    view = _looking_at(_where_most_lie(cells), size)
    return scale, _deck(rows, territories, view, style_url, "<b>{leads}</b> new leads")


def _deck(
    rows: list[dict[str, Any]],
    territories: Sequence[dict[str, Any]],
    view: pdk.ViewState,
    style_url: str,
    tooltip: str,
) -> pdk.Deck:
    shown = outlines.drawn(territories)
    layers = [
        pdk.Layer(
            "H3HexagonLayer",
            id=CELLS,
            data=rows,
            get_hexagon="cell",
            get_fill_color="color",
            get_line_color=[255, 255, 255, 110],
            line_width_min_pixels=1,
            extruded=False,
            stroked=True,
            filled=True,
            pickable=True,
            auto_highlight=True,
            highlight_color=[22, 32, 43, 60],
        ),
        pdk.Layer(
            "GeoJsonLayer",
            id="territories",
            data={"type": "FeatureCollection", "features": outlines.features(shown, view.zoom)},
            filled=False,
            stroked=True,
            get_line_color="properties.color",
            get_line_width="properties.width",
            line_width_units="'pixels'",
            pickable=False,
        ),
        pdk.Layer(
            "TextLayer",
            id="names",
            data=outlines.names(shown, view.zoom),
            get_position="position",
            get_text="name",
            get_size=12,
            get_color=palette.rgba(palette.INK, 255),
            font_family="'Source Sans, sans-serif'",
            font_weight=600,
            background=True,
            get_background_color=[255, 255, 255, 205],
            background_padding=[5, 2],
            pickable=False,
        ),
    ]
    return pdk.Deck(
        layers=layers,
        initial_view_state=view,
        map_provider="maplibre",
        map_style=style_url,
        tooltip={"html": tooltip, "style": _TOOLTIP_STYLE},
    )


def _outlined(cell: str) -> pdk.Layer:
    return pdk.Layer(
        "H3HexagonLayer",
        id="picked",
        data=[{"cell": cell}],
        get_hexagon="cell",
        get_line_color=palette.rgba(palette.INK, 255),
        line_width_min_pixels=4,
        extruded=False,
        stroked=True,
        filled=False,
        pickable=False,
    )


def _rows(cells: pd.DataFrame, metric: Metric, scale: Scale) -> list[dict[str, Any]]:
    rows = []
    for cell in cells.itertuples():
        covered = cell.covered_parts / cell.workable_parts if cell.workable_parts else None
        rows.append(
            {
                "cell": cell.cell,
                "color": scale.color(covered if metric is Metric.COVERAGE else getattr(cell, COLUMNS[metric])),
                "doors": formats.count(cell.doors),
                "knocks": formats.count(cell.door_touches),
                "touches": formats.count(cell.touches),
                "last": formats.last_knocked(cell.last_knocked),
                "covered": _covered(int(cell.covered_parts), int(cell.workable_parts), int(cell.workable_cells)),
            }
        )
    return rows


def _covered(covered: int, workable: int, cells: int) -> str:
    if cells == 0:
        return "No door that may be knocked"
    if workable == 1:
        return "Covered" if covered else "Not covered"
    if cells == 1:
        return f"Covered in {covered} of {workable} territories"
    return f"{covered} of {workable} cells covered ({formats.percent(covered / workable, 0)})"


def _view(territories: Sequence[dict[str, Any]], cells: pd.DataFrame) -> pdk.ViewState:
    if not territories:
        return pdk.ViewState(latitude=39.5, longitude=-98.35, zoom=3.4)
    return _looking_at(_with_edges(outlines.bounds(territories), list(cells.cell)))


def _with_edges(box: tuple[float, float, float, float], cells: Sequence[str]) -> tuple[float, float, float, float]:
    """The box with the cells that stick out of it; one that lies far off does not move the map."""
    if not cells:
        return box
    west, south, east, north = box
    high = h3.average_hexagon_edge_length(h3.get_resolution(cells[0]), unit="km") / KM_A_DEGREE
    wide = high / math.cos(math.radians((south + north) / 2))
    lons, lats = [west, east], [south, north]
    for cell in cells:
        lat, lon = h3.cell_to_latlng(cell)
        within = south - high <= lat <= north + high and west - wide <= lon <= east + wide
        inside = south + high <= lat <= north - high and west + wide <= lon <= east - wide
        if within and not inside:
            for corner_lat, corner_lon in h3.cell_to_boundary(cell):
                lats.append(corner_lat)
                lons.append(corner_lon)
    return min(lons), min(lats), max(lons), max(lats)


def _looking_at(
    box: tuple[float, float, float, float], size: tuple[int, int] = (MAP_WIDTH, MAP_HEIGHT)
) -> pdk.ViewState:
    west, south, east, north = box
    middle = (south + north) / 2
    wide = max(east - west, 1e-4)
    high = max((north - south) / math.cos(math.radians(middle)), 1e-4)
    fit = min(size[0] * 360 / (wide * TILE), size[1] * 360 / (high * TILE))
    zoom = min(math.log2(fit) - 0.15, 16.0)
    return pdk.ViewState(latitude=middle, longitude=(west + east) / 2, zoom=round(zoom, 2))


def _where_most_lie(cells: Sequence[dict[str, Any]]) -> tuple[float, float, float, float]:
    """West, south, east, north of the cells but for the outermost hundredth of leads on each side: a few rows that lie
    far away leave the others large enough to be seen."""
    weights = [each["leads"] for each in cells]
    borders = [h3.cell_to_boundary(each["cell"]) for each in cells]
    lats, lons = ([[corner[axis] for corner in border] for border in borders] for axis in (0, 1))
    west, south = (_beyond(weights, [min(each) for each in axis], 1) for axis in (lons, lats))
    east, north = (_beyond(weights, [max(each) for each in axis], -1) for axis in (lons, lats))
    return west, south, east, north


def _beyond(weights: Sequence[int], values: Sequence[float], order: int) -> float:
    """The first value, from below (1) or from above (-1), behind the outermost hundredth of the weights."""
    passed, outermost = 0, sum(weights) / 100
    for value, weight in sorted(zip(values, weights, strict=True), reverse=order < 0):
        passed += weight
        if passed > outermost:
            return value
    return values[0]


def legend(scale: Scale) -> str:
    classes = list(zip(scale.colors, scale.labels, strict=True))
    if scale.nothing:
        classes.append((palette.NOTHING, scale.nothing))
    items = "".join(f'<li style="--swatch:{color}{ALPHA:02x}">{escape(label)}</li>' for color, label in classes)
    title = escape(scale.title)
    return f'<div class="ob-legend" role="img" aria-label="Legend: {title}"><b>{title}</b><ul>{items}</ul></div>'


_TOOLTIP = (
    "<b>{covered}</b>"
    "<table style='margin-top:4px;border-spacing:0'>"
    "<tr><td style='padding-right:14px;color:#c9d2cc'>Doors</td><td>{doors}</td></tr>"
    "<tr><td style='padding-right:14px;color:#c9d2cc'>Door touches</td><td>{knocks}</td></tr>"
    "<tr><td style='padding-right:14px;color:#c9d2cc'>All touches</td><td>{touches}</td></tr>"
    "<tr><td style='padding-right:14px;color:#c9d2cc'>Last knocked</td><td>{last}</td></tr></table>"
)
_TOOLTIP_STYLE = {
    "backgroundColor": palette.INK,
    "color": "#ffffff",
    "fontSize": "13px",
    "padding": "9px 12px",
    "borderRadius": "8px",
    "fontFamily": "inherit",
}
