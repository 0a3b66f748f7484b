"""A small made-up piece of the plane: one region, two areas side by side, two micro territories in each.

The polygons tile: every point of the region lies in exactly one area and one micro territory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import h3

_GOLDEN = 0.6180339887498949


@dataclass(frozen=True)
class Box:
    """A rectangle in WGS 84 degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def geometry(self) -> dict[str, Any]:
        """As a GeoJSON MultiPolygon, longitude first, counter-clockwise."""
        ring = [
            [self.west, self.south],
            [self.east, self.south],
            [self.east, self.north],
            [self.west, self.north],
            [self.west, self.south],
        ]
        return {"type": "MultiPolygon", "coordinates": [[ring]]}

    def point(self, number: int) -> tuple[float, float]:
        """The ``number``-th of a well spread sequence of inner points: latitude, longitude."""
        across = (0.5 + number * _GOLDEN) % 1
        up = (0.5 + number * _GOLDEN * _GOLDEN) % 1
        # Kept off the border, where two territories touch.
        lon = self.west + (self.east - self.west) * (0.05 + 0.9 * across)
        lat = self.south + (self.north - self.south) * (0.05 + 0.9 * up)
        return lat, lon

    def split(self, columns: int, rows: int) -> list[Box]:
        """Equal parts, row by row from the south-west."""
        width, height = (self.east - self.west) / columns, (self.north - self.south) / rows
        return [
            Box(
                self.west + column * width,
                self.south + row * height,
                self.west + (column + 1) * width,
                self.south + (row + 1) * height,
            )
            for row in range(rows)
            for column in range(columns)
        ]


REGION = Box(-93.64, 41.58, -93.60, 41.61)
WEST, EAST = REGION.split(2, 1)
SOUTH_WEST, NORTH_WEST = WEST.split(1, 2)
SOUTH_EAST, NORTH_EAST = EAST.split(1, 2)


def cell_of(lat: float, lon: float) -> int:
    """The H3 cell of resolution 9, as stored."""
    return h3.str_to_int(h3.latlng_to_cell(lat, lon, 9))
