"""How one region's address points lie on disk: sorted columns, one file each, read through memory maps.

Points are sorted by street, block and number (``key``), so that a door is a binary search and a street one piece.
Texts are kept once, in sorted tables of fixed width; columns hold places in them. Positions are int32 of 1e-7°.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np

from outbound.errors import Unavailable
from outbound.geo.housenumbers import BITS

STREET_SHIFT = 2 * BITS
"""Bits of a key below the street."""
NAME_WIDTH, NUMBER_WIDTH, UNIT_WIDTH, CITY_WIDTH, STATE_WIDTH = 64, 16, 24, 48, 16
"""Bytes (UTF-8) of the tables; what is longer is no part of an address."""
GRID = 20_000
"""Stored units (1e-7°) of a grid square's side: about 220 m of latitude."""
_GRID_COLUMNS = 1 << 20


@dataclass
class PointColumns:
    """The columns of a region's points and what they refer to."""

    key: np.ndarray
    """uint64, sorted: street << 40 | block << 20 | number."""
    number: np.ndarray
    """int32 into ``numbers``."""
    unit: np.ndarray
    """int32 into ``units``."""
    postcode: np.ndarray
    """int32: the five digits as a number; 0 where unknown."""
    inferred: np.ndarray
    """bool: the ZIP code is that of the nearest door that has one."""
    city: np.ndarray
    """int32 into ``cities``."""
    state: np.ndarray
    """int16 into ``states``."""
    lat: np.ndarray
    lon: np.ndarray
    radius: np.ndarray
    """uint8: metres within which the door is (its entrance 5, the middle of its building 10, a stretch 25)."""
    source: np.ndarray
    """int64: what the point was made from (OpenStreetMap: id × 4 + kind); tells a newer extract's differences."""
    grid: np.ndarray
    """int64, sorted: grid squares of ``grid_order``."""
    grid_order: np.ndarray
    """int32: points by grid square."""
    streets: np.ndarray
    """S64, sorted: normalised names."""
    street_shown: np.ndarray
    """S64 beside ``streets``: the name as written."""
    numbers: np.ndarray
    units: np.ndarray
    cities: np.ndarray
    city_shown: np.ndarray
    states: np.ndarray
    postcode_streets: np.ndarray
    """int32 (n, 2), sorted: ZIP code and street."""
    centres: np.ndarray
    """float64 (n, 5), sorted: ZIP code, latitude, longitude, radius in metres, points."""
    range_key: np.ndarray
    """int32, sorted: the street of each range; the others beside it."""
    range_ends: np.ndarray
    """int64 (n, 2): packed places (block and number) at the line's first and last position."""
    range_side: np.ndarray
    """int8: 0 both sides, 1 odd, 2 even."""
    range_postcode: np.ndarray
    range_line: np.ndarray
    """int64 (n + 1): where each range's positions begin in ``range_lat``."""
    range_lat: np.ndarray
    range_lon: np.ndarray

    def __len__(self) -> int:
        return len(self.key)


_NAMES = tuple(field.name for field in fields(PointColumns))


def write_columns(columns: PointColumns, folder: Path) -> None:
    """Write every column to its own file of a new folder."""
    folder.mkdir(parents=True)
    for name in _NAMES:
        np.save(folder / f"{name}.npy", getattr(columns, name), allow_pickle=False)


def open_columns(folder: Path) -> PointColumns:
    """The columns as memory maps. Raises Unavailable where a file is missing or damaged."""
    try:
        return PointColumns(**{name: _mapped(folder / f"{name}.npy") for name in _NAMES})
    except (OSError, ValueError, EOFError) as error:
        raise Unavailable(f"The address points in {folder} are damaged; load the region again with --again.") from error


def _mapped(path: Path) -> np.ndarray:
    try:
        return np.load(path, mmap_mode="r", allow_pickle=False)
    except ValueError:
        found = np.load(path, allow_pickle=False)  # an empty column cannot be mapped
        if len(found):
            raise
        return found


def encoded(texts: list[str], width: int) -> np.ndarray:
    """Texts as bytes of a table's width, UTF-8; what is longer is cut, and so found cut."""
    return np.array([text.encode("utf-8", "replace")[:width] for text in texts], dtype=f"S{width}")


def decoded(value: bytes) -> str:
    return value.decode("utf-8", "ignore")


def squares(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """The grid square of stored positions: row × 2**20 + column."""
    row = np.asarray(lat, dtype=np.int64) // GRID
    column = np.asarray(lon, dtype=np.int64) // GRID
    return (row << 20) + (column + (_GRID_COLUMNS >> 1))


def look_up(table: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Places of values in a sorted table, int64; -1 for those it lacks."""
    if not len(table):
        return np.full(len(wanted), -1, dtype=np.int64)
    at = np.minimum(np.searchsorted(table, wanted), len(table) - 1)
    return np.where(table[at] == wanted, at, -1).astype(np.int64)
