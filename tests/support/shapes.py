"""Shapes that are clean areas and yet too much: for whoever covers, compares or unites them."""

from __future__ import annotations

from typing import Any

import numpy as np


def triangles(count: int, west: float = -93.6, south: float = 41.5) -> dict[str, Any]:
    """So many small triangles, ten metres long and as far apart."""
    side = int(count**0.5) + 1
    polygons = []
    for number in range(count):
        x, y = round(west + number % side * 2e-4, 7), round(south + number // side * 2e-4, 7)
        polygons.append([[[x, y], [round(x + 1e-4, 7), y], [x, round(y + 1e-4, 7)], [x, y]]])
    return {"type": "MultiPolygon", "coordinates": polygons}


def sieve(holes: int, west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """A box with so many small holes."""
    side = int(holes**0.5) + 1
    across, up = (east - west) / (side + 1), (north - south) / (side + 1)
    rings = [[[west, south], [east, south], [east, north], [west, north], [west, south]]]
    for number in range(holes):
        x, y = west + across * (number % side + 1), south + up * (number // side + 1)
        rings.append([[x, y], [x, y + up / 3], [x + across / 3, y], [x, y]])
    return {"type": "Polygon", "coordinates": rings}


def comb(teeth: int, west: float, south: float, east: float, north: float, *, lying: bool = False) -> dict[str, Any]:
    """A box cut into teeth, upright or lying: two of them cross at every tooth of the other."""
    low, high, start, end = (west, east, south, north) if lying else (south, north, west, east)
    spine = low + (high - low) / 50
    places = np.round(np.linspace(start, end, 2 * teeth), 7).tolist()
    ring = [[start, low]]
    for left, right in zip(places[::2], places[1::2], strict=True):
        ring += [[left, spine], [left, high], [right, high], [right, spine]]
    ring += [[end, low], [start, low]]
    return {"type": "Polygon", "coordinates": [[[y, x] if lying else [x, y] for x, y in ring]]}


def turned(polygon: dict[str, Any]) -> dict[str, Any]:
    """A polygon by an eighth of a circle: of long lines side by side the box around each holds the others."""
    rings = [[[round((x - y) / 2, 7), round((x + y) / 2, 7)] for x, y in ring] for ring in polygon["coordinates"]]
    return {"type": "Polygon", "coordinates": rings}
