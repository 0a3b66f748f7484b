"""Which positions lie on no land of the United States: out at sea, on one of the Great Lakes, or abroad.

``land.wkt`` is the country's outline as the Census Bureau draws it, cut at the shore (cartographic boundary files of
2017, public domain; simplified to 1:10,000,000 by us-atlas, ISC licence).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import shapely

from outbound.geocoding.postcodes import inner_points, on_the_globe

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

_FILE = Path(__file__).with_name("land.wkt")
_OFFSHORE = 3_000.0
"""Metres from the shore beyond which nobody lives: as far as small islands and headlands were simplified away."""
_STEP = 500.0
"""Metres between two points of the shore, so that the nearest of them tells how far the shore is."""


def off_the_land(lats: np.ndarray, lons: np.ndarray) -> np.ndarray:
    """Whether each position (WGS 84 degrees) lies further from the shore, or from the border, than any door does."""
    land, shore = _land()
    off = ~shapely.contains_xy(land, lons, lats)
    outside = np.flatnonzero(off)
    if len(outside):
        away, _ = shore.query(on_the_globe(lats[outside], lons[outside]))
        off[outside] = away > _OFFSHORE
    return off


@cache
def _land() -> tuple[shapely.MultiPolygon, cKDTree]:
    from scipy.spatial import cKDTree  # here: slow to load, and every program imports this module

    land = shapely.from_wkt(_FILE.read_text(encoding="ascii"))
    shapely.prepare(land)
    shore = [on_the_globe(lats, lons) for lats, lons in (_dense(ring) for ring in shapely.get_rings(land.geoms))]
    # Islands that are too small for the outline, and have a ZIP code of their own.
    lats, lons = inner_points()
    lost = ~shapely.contains_xy(land, lons, lats)
    return land, cKDTree(np.concatenate([*shore, on_the_globe(lats[lost], lons[lost])]))


def _dense(ring: shapely.LinearRing) -> tuple[np.ndarray, np.ndarray]:
    """Latitudes and longitudes along a ring."""
    lons, lats = shapely.get_coordinates(ring).T
    steps = np.linalg.norm(np.diff(on_the_globe(lats, lons), axis=0), axis=1)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.union1d(along, np.arange(0.0, along[-1], _STEP))
    return np.interp(at, along, lats), np.interp(at, along, lons)
