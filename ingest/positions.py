"""Coordinates as lists write them: checked, and mended where only one thing can be meant. Pure.

What cannot be right is said and left out, for the address is there to be looked up; it never moves a pin into the sea.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# Outer bounds of the fifty states and the territories (west, south, east, north); Guam and the Aleutians beyond 180°.
_UNITED_STATES = ((-180.0, 13.0, -64.0, 72.0), (144.0, 13.0, 180.0, 54.0), (-171.5, -15.0, -168.0, -10.0))
_NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
_PAIR = re.compile(rf"^[(\[{{\s]*({_NUMBER})\s*°?\s*([NS])?\s*[,; ]\s*({_NUMBER})\s*°?\s*([EW])?[)\]}}\s]*$", re.I)
_POINT = re.compile(rf"^(?:SRID=\d+;)?POINT\s*Z?\s*\(\s*({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER})?\s*\)$", re.I)
_BEHIND = re.compile(rf"\(({_NUMBER})\s*,\s*({_NUMBER})\)\s*$")
_LONGEST = 300


class Position(NamedTuple):
    """Where a row says that it is; WGS 84 degrees, both or neither."""

    lat: float | None = None
    lon: float | None = None
    note: str | None = None
    """What was mended, or why nothing was taken: field names, never values."""


NOWHERE = Position()


def pair_in(text: str) -> tuple[str, str] | None:
    """Latitude and longitude, as written, of a text that holds both: ``40.7, -73.7``, ``POINT (-73.7 40.7)``, or
    an address with ``(40.7, -73.7)`` behind it."""
    if len(text) > _LONGEST:
        return None
    if point := _POINT.match(text):
        return point.group(2), point.group(1)
    if pair := _PAIR.match(text):
        lat, south, lon, west = pair.groups()
        if "." not in lat and "." not in lon and not (south or west):
            return None  # two whole numbers are anything else
        return _signed(lat, south, "S"), _signed(lon, west, "W")
    behind = _BEHIND.search(text)
    return (behind.group(1), behind.group(2)) if behind else None


def checked(lat_text: str, lon_text: str, *, american: bool = False) -> Position:
    """The position of two texts. ``american``: the row's address is known to be in the United States.

    Exchanged ones are put right, and a longitude gets the minus that it lacks where the address says America.
    """
    if not lat_text and not lon_text:
        return NOWHERE
    if not lat_text or not lon_text:
        return Position(note=f"{'lat' if lat_text else 'lon'} stands alone and was left out")
    try:
        lat, lon = float(lat_text), float(lon_text)
    except ValueError:
        return Position(note="lat or lon is no number and was left out")
    if lat == 0 or lon == 0:
        return Position(note="lat or lon is zero and was left out")
    if _in_united_states(lat, lon):
        return Position(lat, lon)
    if _in_united_states(lon, lat):
        return Position(lon, lat, "lat and lon were exchanged and have been put right")
    if american and _in_united_states(lat, -lon):
        return Position(lat, -lon, "lon lacked its minus sign and has been put right")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # also what is not a number
        return Position(note="lat or lon is out of range and was left out")
    return Position(note="lat and lon lie outside the United States and were left out")


def _signed(number: str, half: str | None, negative: str) -> str:
    return f"-{number.lstrip('+-')}" if half and half.upper() == negative else number


def _in_united_states(lat: float, lon: float) -> bool:
    return any(west <= lon <= east and south <= lat <= north for west, south, east, north in _UNITED_STATES)
