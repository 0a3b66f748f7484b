"""GeoJSON areas as people draw and import them: checked, and brought into one normal form.

Pure: no database, no clock. What is wrong is said in one sentence with its coordinate (longitude, latitude),
so that it can be found on the map. Nothing is repaired by guessing: a repaired territory would silently
cover other doors than the one that was drawn.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import mapping

from outbound.errors import Invalid
from outbound.geo.overlay import can_be_laid_over
from outbound.geo.sphere import EARTH_METRES

MOST_POSITIONS = 100_000
MOST_RINGS = 1_000
"""Polygons and holes together."""
_DECIMALS = 7
"""About a centimetre: what is stored, and what is compared."""


@dataclass(frozen=True)
class Turf:
    """A valid area: MultiPolygon in lon/lat, outer rings counter-clockwise, two dimensions."""

    shape: shapely.MultiPolygon

    @property
    def geometry(self) -> dict[str, Any]:
        """GeoJSON MultiPolygon with lists, ready for JSON."""
        return {"type": "MultiPolygon", "coordinates": _lists(mapping(self.shape)["coordinates"])}

    @property
    def bbox(self) -> tuple[float, float, float, float]:
        """West, south, east, north, degrees."""
        west, south, east, north = self.shape.bounds
        return west, south, east, north

    @property
    def area_square_metres(self) -> float:
        """On the sphere, by an equal-area projection."""

        def flatten(lonlat: np.ndarray) -> np.ndarray:
            radians = np.radians(lonlat)
            return EARTH_METRES * np.column_stack([radians[:, 0], np.sin(radians[:, 1])])

        return float(shapely.transform(self.shape, flatten).area)


def read_turf(geojson: Any, *, what: str = "The territory's geometry", field: str | None = None) -> Turf:
    """Check a GeoJSON Polygon or MultiPolygon (or a Feature of one) and normalise it.

    `what` names it in the sentence of the error, `field` in the error's list of fields. Raises Invalid for anything
    that is not a clean area.
    """
    try:
        return _read(geojson, what)
    except Invalid as error:
        if field is None:
            raise
        raise Invalid(error.message, errors=[{"field": field, "reason": error.message}]) from None


def _read(geometry: Any, what: str) -> Turf:
    if isinstance(geometry, dict) and geometry.get("type") == "Feature":
        geometry = geometry.get("geometry")
    if not isinstance(geometry, dict):
        raise Invalid(f"{what} is missing; it must be a GeoJSON Polygon or MultiPolygon.")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        shown = kind if isinstance(kind, str) and kind in _OTHER_KINDS else "nothing of that kind"
        raise Invalid(f"{what} must be a GeoJSON Polygon or MultiPolygon, not {shown}.")
    if not isinstance(coordinates, list) or not coordinates:
        raise Invalid(f"{what} has no coordinates.")
    reader = _Reader(what, many=kind == "MultiPolygon")
    polygons = coordinates if kind == "MultiPolygon" else [coordinates]
    shape = shapely.MultiPolygon([reader.polygon(p, i) for i, p in enumerate(polygons, 1)])
    west, _, east, _ = shape.bounds
    if east - west > 180:
        raise Invalid(f"{what} crosses the antimeridian (180° east); split it into one territory a side.")
    if not can_be_laid_over([shape]):  # or to look for tangles takes minutes, which nothing can stop
        raise Invalid(
            f"{what} has a border whose long lines lie too close together to be looked at; simplify it first."
        )
    _refuse_tangles(shape, what)
    return Turf(shapely.orient_polygons(shape, exterior_cw=False))


_OTHER_KINDS = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "GeometryCollection", "Feature", "FeatureCollection"}
)


class _Reader:
    """Coordinates to polygons, with words for where it stands."""

    def __init__(self, what: str, *, many: bool) -> None:
        self._what = what
        self._many = many
        self._positions = self._rings = 0

    def polygon(self, rings: Any, number: int) -> shapely.Polygon:
        where = f"{self._what}, polygon {number}" if self._many else self._what
        if not isinstance(rings, list) or not rings:
            raise Invalid(f"{where} has no rings.")
        self._rings += len(rings)
        if self._rings > MOST_RINGS:
            raise Invalid(
                f"{self._what} has more than {MOST_RINGS:,} polygons and holes; leave the smallest out, "
                "or draw one polygon around those that lie together."
            )
        read = [self.ring(ring, f"{where}, {_ring_name(i)}") for i, ring in enumerate(rings)]
        return shapely.Polygon(read[0], read[1:])

    def ring(self, positions: Any, where: str) -> list[tuple[float, float]]:
        if not isinstance(positions, list):
            raise Invalid(f"{where} is not a list of positions.")
        self._positions += len(positions)
        if self._positions > MOST_POSITIONS:
            raise Invalid(f"{self._what} has more than {MOST_POSITIONS:,} positions; simplify it first.")
        points = [self.position(p, f"{where}, position {i}") for i, p in enumerate(positions, 1)]
        if len(points) < 4:
            raise Invalid(f"{where} has {len(points)} positions; a closed ring needs at least four.")
        if points[0] != points[-1]:
            raise Invalid(
                f"{where} is not closed: it starts at {_spot(*points[0])} and ends at {_spot(*points[-1])}; "
                "repeat the first position as the last."
            )
        if len(set(points)) < 3:
            raise Invalid(f"{where} at {_spot(*points[0])} has fewer than three different positions.")
        return points

    def position(self, value: Any, where: str) -> tuple[float, float]:
        numbers = value[:2] if isinstance(value, list) else []
        if len(numbers) < 2 or not all(
            isinstance(n, int | float) and not isinstance(n, bool) and abs(n) < 1e9 and math.isfinite(n)
            for n in numbers
        ):
            raise Invalid(f"{where} is not a pair of numbers (longitude, latitude).")
        lon, lat = (round(float(n), _DECIMALS) for n in numbers)
        if not -180 <= lon <= 180:
            raise Invalid(f"{where} has longitude {lon:g}, outside -180 to 180 degrees.")
        if not -90 <= lat <= 90:
            raise Invalid(f"{where} has latitude {lat:g}, outside -90 to 90 degrees; GeoJSON puts longitude first.")
        return lon, lat


_TANGLES = (
    ("Self-intersection", "crosses itself"),
    ("Ring Self-intersection", "touches or crosses itself"),
    ("Hole lies outside shell", "has a hole that lies outside its outer ring"),
    ("Holes are nested", "has a hole within a hole"),
    ("Interior is disconnected", "is cut in two by its holes"),
    ("Nested shells", "has a polygon within another of its polygons"),
    ("Duplicate Rings", "has the same ring twice"),
    ("Too few points in geometry component", "has a ring with no area"),
)


def _refuse_tangles(shape: shapely.MultiPolygon, what: str) -> None:
    if not shapely.is_valid(shape):
        reason = str(shapely.is_valid_reason(shape))
        said = re.fullmatch(r"(?P<fault>[^\[]*)\[(?P<lon>\S+) (?P<lat>\S+)\]", reason)
        fault = said["fault"].strip() if said else reason
        words = next((plain for name, plain in _TANGLES if fault == name), f"is not a clean area ({fault})")
        where = f" near {_spot(float(said['lon']), float(said['lat']))}" if said else ""
        raise Invalid(f"{what} {words}{where}; draw it again so that its border never meets itself.")
    if shape.area == 0:
        raise Invalid(f"{what} encloses no area.")


def _ring_name(index: int) -> str:
    return "outer ring" if index == 0 else f"hole {index}"


def _spot(lon: float, lat: float) -> str:
    return f"{round(lon, 6):g}, {round(lat, 6):g}" if abs(lon) < 1 else f"{lon:.6f}, {lat:.6f}"


def _lists(value: Any) -> Any:
    return [_lists(v) for v in value] if isinstance(value, tuple | list) else value
