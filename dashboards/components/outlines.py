"""Outlines and names of territories on a map, as many and as fine as can be told apart at its size."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
import shapely.geometry

from dashboards.components import palette
from dashboards.components.labels import TILE, Label, with_room

Territory = dict[str, Any]

_LINES = ((1.25, 170), (2.5, 220), (3, 230))
"""Width in pixels and opacity of an outline, that of the finest level first."""
MOST = 700
"""Territories of a level that still show as areas, not as a web of lines."""
_POINTS = 50_000
"""Corners that a browser draws without a pause."""
_METRE = 5
"""Decimals of a degree."""


def drawn(territories: Sequence[Territory]) -> list[Territory]:
    """Those of the levels that are few enough to be told apart; the widest level in any case."""
    levels = _levels(territories)
    while len(levels) > 1 and sum(each["type"] == levels[0] for each in territories) > MOST:
        del levels[0]
    return [each for each in territories if each["type"] in levels]


def features(territories: Sequence[Territory], zoom: float) -> list[dict[str, Any]]:
    """GeoJSON of the outlines; where they have too many corners, without what is less than a pixel at this zoom."""
    shapes = np.array([shapely.geometry.shape(each["geometry"]) for each in territories])
    if shapely.get_num_coordinates(shapes).sum() > _POINTS:
        shapes = shapely.simplify(shapes, 360 / (TILE * 2**zoom))
    shapes = shapely.transform(shapes, lambda corners: corners.round(_METRE))
    lines = dict(zip(_levels(territories), _LINES, strict=False))
    return [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": {"width": lines[each["type"]][0], "color": palette.rgba(palette.INK, lines[each["type"]][1])},
        }
        for each, shape in zip(territories, shapes, strict=True)
    ]


def names(territories: Sequence[Territory], zoom: float) -> list[dict[str, Any]]:
    """Names of the smallest territories; where they lie too close, those of the larger among them."""
    labels = []
    finest = _levels(territories)[:1]
    for territory in territories:
        if territory["type"] in finest:
            west, south, east, north = bounds([territory])
            size = (east - west) * (north - south)
            labels.append(Label(territory["name"], (west + east) / 2, (south + north) / 2, size))
    return [{"name": label.name, "position": [label.lon, label.lat]} for label in with_room(labels, zoom)]


def bounds(territories: Iterable[Territory]) -> tuple[float, float, float, float]:
    """West, south, east, north of the territories, degrees."""
    points = [point for t in territories for part in _parts(t["geometry"]) for point in part[0]]
    longitudes, latitudes = [p[0] for p in points], [p[1] for p in points]
    return min(longitudes), min(latitudes), max(longitudes), max(latitudes)


def _parts(geometry: dict[str, Any]) -> list[Any]:
    found = geometry["coordinates"]
    return [found] if geometry["type"] == "Polygon" else found


def _levels(territories: Iterable[Territory]) -> list[str]:
    """The levels that there are, finest first."""
    there = {each["type"] for each in territories}
    return [level for level in ("MICRO", "AREA", "REGION") if level in there]
