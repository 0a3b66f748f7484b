"""The heat map: H3 cells coloured by one metric over the town's own map, with territory outlines."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from itertools import pairwise
from typing import Any

import h3
import pandas as pd
import pydeck as pdk

from dashboards import formats
from dashboards.components import palette
from dashboards.components.labels import TILE, Label, with_room

ALPHA = 165
MAP_WIDTH, MAP_HEIGHT = 880, 640


class Metric(StrEnum):
    COVERAGE = "Coverage"
    DOOR_TOUCHES = "Door touches"
    TOUCHES = "All touches"
    DOORS = "Doors"


COLUMNS = {Metric.DOOR_TOUCHES: "door_touches", Metric.TOUCHES: "touches", Metric.DOORS: "doors"}


@dataclass(frozen=True)
class Scale:
    """Classes of a metric: a value belongs to the first class whose ``upper`` it does not exceed."""

    title: str
    uppers: tuple[float, ...]
    labels: tuple[str, ...]
    colors: tuple[str, ...]

    def color(self, value: float | None) -> list[int]:
        if value is None:
            return palette.rgba(palette.NOTHING, ALPHA)
        for upper, color in zip(self.uppers, self.colors, strict=True):
            if value <= upper:
                return palette.rgba(color, ALPHA)
        return palette.rgba(self.colors[-1], ALPHA)


COVERAGE_SCALE = Scale(
    title="Cells covered",
    uppers=(0.0, 0.5, 0.8, 0.95, 1.0),
    labels=("None", "Up to 50%", "50 to 80%", "80 to 95%", "Over 95%"),
    colors=tuple(palette.COVERAGE),
)
SINGLE_CELL_SCALE = Scale(
    title="Covered this week",
    uppers=(0.0, 1.0),
    labels=("No door knocked", "Covered"),
    colors=(palette.COVERAGE[0], palette.COVERAGE[-1]),
)


def scale_of(metric: Metric, level: int, cells: pd.DataFrame) -> Scale:
    """Classes for the metric; counts are cut into round steps that end at the largest value."""
    if metric is Metric.COVERAGE:
        return SINGLE_CELL_SCALE if level == 9 else COVERAGE_SCALE
    values = cells[COLUMNS[metric]]
    return _counts(f"{metric} per cell", int(values.max()) if len(values) else 0)


def _counts(title: str, largest: int) -> Scale:
    step = _round_step(largest / len(palette.SEQUENTIAL))
    uppers: list[float] = [0.0]
    while uppers[-1] < largest and len(uppers) <= len(palette.SEQUENTIAL):
        uppers.append(uppers[-1] + step)
    labels = ["0"]
    for low, high in pairwise(uppers):
        first, last = formats.count(low + 1), formats.count(high)
        labels.append(first if first == last else f"{first} – {last}")
    colors = (palette.NOTHING, *palette.sequential(len(uppers) - 1))
    return Scale(title, tuple(uppers), tuple(labels), colors)


def _round_step(raw: float) -> int:
    """The next of 1, 2, 5, 10, 20, 25, 50 … that is not below ``raw``."""
    if raw <= 1:
        return 1
    power = 10 ** math.floor(math.log10(raw))
    for factor in (1, 2, 2.5, 5, 10):
        if factor * power >= raw and float(factor * power).is_integer():
            return int(factor * power)
    return int(10 * power)


def deck(
    cells: pd.DataFrame,
    metric: Metric,
    scale: Scale,
    territories: Sequence[dict[str, Any]],
    focus: Iterable[dict[str, Any]],
    style_url: str,
) -> pdk.Deck:
    """The map, looking at ``focus``. ``style_url`` is the API's own style: nothing foreign is asked for."""
    return _deck(_rows(cells, metric, scale), territories, _view(list(focus), cells), style_url, _TOOLTIP)


def leads(
    cells: Sequence[dict[str, Any]],
    territories: Sequence[dict[str, Any]],
    style_url: str,
    size: tuple[int, int] = (MAP_WIDTH, MAP_HEIGHT),
) -> tuple[Scale, pdk.Deck]:
    """The map of a list: how many new leads (``leads``) each cell (``cell``) gets, looking at all of them."""
    counts = _counts("New leads per cell", max(each["leads"] for each in cells))
    scale = Scale(counts.title, counts.uppers[1:], counts.labels[1:], counts.colors[1:])
    rows = [
        {"cell": each["cell"], "color": scale.color(each["leads"]), "leads": formats.count(each["leads"])}
        for each in cells
    ]
    corners = [corner for each in cells for corner in h3.cell_to_boundary(each["cell"])]
    lats, lons = [lat for lat, _ in corners], [lon for _, lon in corners]
    view = _looking_at((min(lons), min(lats), max(lons), max(lats)), size)
    return scale, _deck(rows, territories, view, style_url, "<b>{leads}</b> new leads")


def _deck(
    rows: list[dict[str, Any]],
    territories: Sequence[dict[str, Any]],
    view: pdk.ViewState,
    style_url: str,
    tooltip: str,
) -> pdk.Deck:
    layers = [
        pdk.Layer(
            "H3HexagonLayer",
            id="cells",
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
            data={"type": "FeatureCollection", "features": [_outline(t) for t in territories]},
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
            data=_names(territories, view.zoom),
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


def _rows(cells: pd.DataFrame, metric: Metric, scale: Scale) -> list[dict[str, Any]]:
    rows = []
    for cell in cells.itertuples():
        covered = cell.covered_cells / cell.workable_cells if cell.workable_cells else None
        rows.append(
            {
                "cell": cell.cell,
                "color": scale.color(covered if metric is Metric.COVERAGE else getattr(cell, COLUMNS[metric])),
                "doors": formats.count(cell.doors),
                "knocks": formats.count(cell.door_touches),
                "touches": formats.count(cell.touches),
                "covered": _covered(int(cell.covered_cells), int(cell.workable_cells)),
            }
        )
    return rows


def _covered(covered: int, workable: int) -> str:
    if workable == 0:
        return "No door that may be knocked"
    if workable == 1:
        return "Covered" if covered else "Not covered"
    return f"{covered} of {workable} cells covered ({formats.percent(covered / workable, 0)})"


def _outline(territory: dict[str, Any]) -> dict[str, Any]:
    width, alpha = {"REGION": (3, 230), "AREA": (2.5, 220)}.get(territory["type"], (1.25, 170))
    return {
        "type": "Feature",
        "geometry": territory["geometry"],
        "properties": {"color": palette.rgba(palette.INK, alpha), "width": width},
    }


def _names(territories: Iterable[dict[str, Any]], zoom: float) -> list[dict[str, Any]]:
    """Names of the smallest territories; where they lie too close, those of the larger among them."""
    labels = []
    for territory in territories:
        if territory["type"] == "MICRO":
            west, south, east, north = bounds([territory])
            size = (east - west) * (north - south)
            labels.append(Label(territory["name"], (west + east) / 2, (south + north) / 2, size))
    return [{"name": label.name, "position": [label.lon, label.lat]} for label in with_room(labels, zoom)]


def bounds(territories: Iterable[dict[str, Any]]) -> tuple[float, float, float, float]:
    """West, south, east, north of the territories, degrees."""
    points = [point for t in territories for part in _parts(t["geometry"]) for point in part[0]]
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _parts(geometry: dict[str, Any]) -> list[Any]:
    found = geometry["coordinates"]
    return [found] if geometry["type"] == "Polygon" else found


def _view(focus: list[dict[str, Any]], cells: pd.DataFrame) -> pdk.ViewState:
    if not focus:
        return pdk.ViewState(latitude=39.5, longitude=-98.35, zoom=3.4)
    return _looking_at(bounds(focus))


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


def legend(scale: Scale) -> str:
    items = "".join(
        f'<li style="--swatch:{color}{ALPHA:02x}">{escape(label)}</li>'
        for color, label in zip(scale.colors, scale.labels, strict=True)
    )
    title = escape(scale.title)
    return f'<div class="ob-legend" role="img" aria-label="Legend: {title}"><b>{title}</b><ul>{items}</ul></div>'


_TOOLTIP = (
    "<b>{covered}</b>"
    "<table style='margin-top:4px;border-spacing:0'>"
    "<tr><td style='padding-right:14px;color:#c9d2cc'>Doors</td><td>{doors}</td></tr>"
    "<tr><td style='padding-right:14px;color:#c9d2cc'>Door touches</td><td>{knocks}</td></tr>"
    "<tr><td style='padding-right:14px;color:#c9d2cc'>All touches</td><td>{touches}</td></tr></table>"
)
_TOOLTIP_STYLE = {
    "backgroundColor": palette.INK,
    "color": "#ffffff",
    "fontSize": "13px",
    "padding": "9px 12px",
    "borderRadius": "8px",
    "fontFamily": "inherit",
}
