"""Lines and areas as WKB (little-endian, two dimensions), read and turned in place, for parsing each costs the load."""

from __future__ import annotations

import struct

import numpy as np

CELLS = 2
"""Cells in a degree: they are about 50 km wide."""
_FIRST_POSITION = {2: 9, 3: 13, 6: 22}
"""Where the first position stands: of a line, a polygon, several polygons."""


def line_positions(line: bytes) -> np.ndarray:
    """The positions of a line, (n, 2): longitude, latitude."""
    return np.frombuffer(line, dtype="<f8", offset=9).reshape(-1, 2)


def polygon(line: bytes) -> bytes:
    """A closed line as a polygon."""
    return b"\x01\x03\x00\x00\x00\x01\x00\x00\x00" + line[5:]


def cell(geometry: bytes) -> int:
    """The half degree in which a shape begins; 0 for a point."""
    at = _FIRST_POSITION.get(geometry[1])
    if at is None:
        return 0
    lon, lat = struct.unpack_from("<dd", geometry, at)
    return (int((lat + 90) * CELLS) << 16) + int((lon + 180) * CELLS) + 1
