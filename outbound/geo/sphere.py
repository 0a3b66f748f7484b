"""The Earth as a sphere, and distances on it. Pure."""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

EARTH_METRES = 6_371_008.8
"""Mean radius (IUGG)."""
METRES_PER_DEGREE = radians(EARTH_METRES)
"""Length of a degree of latitude."""

Point = tuple[float, float]
"""Latitude and longitude in WGS 84 degrees."""


def great_circle(a: Point, b: Point) -> float:
    """Metres between two positions (haversine formula)."""
    lat_a, lon_a, lat_b, lon_b = map(radians, (*a, *b))
    half = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(half)))
