"""Where the ZIP codes of the United States lie, for those that no region and no door of one's own tells.

``zip_codes.csv`` holds the inner points of the Census Bureau's ZIP code areas (2023 Gazetteer Files, public domain), to
four places. 99503 is left out: the point of that part of Anchorage lies among villages 450 km away.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

from outbound.geo.sphere import EARTH_METRES
from outbound.geocoding.rules import Area

_FILE = Path(__file__).with_name("zip_codes.csv")
_AS_FAR_AS = 3
"""A ZIP code reaches about as far as the middle of its third-nearest neighbour: 96.8 % of 3,207 addresses all over the
country lie within."""


def census_area(postcode: str) -> Area | None:
    """The middle of a five-digit ZIP code, and how far it may reach; None for one without doors, or of later years."""
    return _areas().get(postcode)


def inner_points() -> tuple[np.ndarray, np.ndarray]:
    """Latitudes and longitudes of a point within each ZIP code: all of them on land."""
    areas = _areas().values()
    return np.array([area.lat for area in areas]), np.array([area.lon for area in areas])


def on_the_globe(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Positions (degrees) in space, in metres: the straight line between two near ones is their distance."""
    up, east = np.radians(lat), np.radians(lon)
    return EARTH_METRES * np.column_stack([np.cos(up) * np.cos(east), np.cos(up) * np.sin(east), np.sin(up)])


@cache
def _areas() -> dict[str, Area]:
    from scipy.spatial import cKDTree  # here: slow to load, and every program imports this module

    postcode, *degrees = np.loadtxt(_FILE, dtype="S10", delimiter=",", skiprows=1, unpack=True)
    lat, lon = (column.astype(float) for column in degrees)
    at = on_the_globe(lat, lon)
    away, _ = cKDTree(at).query(at, k=[_AS_FAR_AS + 1])  # the nearest is itself
    rows = zip(postcode.astype(str).tolist(), lat.tolist(), lon.tolist(), away[:, 0].tolist(), strict=True)
    return {code: Area(y, x, radius) for code, y, x, radius in rows}
