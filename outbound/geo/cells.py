"""H3 cells as 64-bit integers: from positions, to text, to parents by bit arithmetic alone.

Pure: no database, no clock. SQL and dbt restate `parent` with the same three constants; a parity test holds
all of them to the h3 library.
"""

from __future__ import annotations

from collections.abc import Sequence

import h3.api.basic_int as h3
import numpy as np

from outbound.errors import Invalid
from outbound.geo.hexgrid import RESOLUTION, cells_of

_RESOLUTION_SHIFT = 52
_RESOLUTION_MASK = 0xF << _RESOLUTION_SHIFT
_DIGIT_BITS = 3
_FINEST = 15


def cell_at(lat: float, lon: float) -> int:
    """The resolution-9 cell of a position in degrees. Raises Invalid outside the world."""
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Invalid(f"The position {lat}, {lon} is not on Earth; latitude comes first, in degrees.")
    return h3.latlng_to_cell(lat, lon, RESOLUTION)


def cells_at(lats: Sequence[float] | np.ndarray, lons: Sequence[float] | np.ndarray) -> np.ndarray:
    """Resolution-9 cells of many positions, int64: the same as of each alone.

    Raises Invalid when any position is outside the world or not a number.
    """
    y, x = np.asarray(lats, dtype=np.float64), np.asarray(lons, dtype=np.float64)
    on_earth = (np.abs(y) <= 90) & (np.abs(x) <= 180)
    if not on_earth.all():
        at = int(np.argmin(on_earth))
        raise Invalid(f"Position {at + 1} ({y[at]}, {x[at]}) is not on Earth.")
    return cells_of(y, x)


def to_hex(cell: int) -> str:
    """The cell as the text that maps take, for example '892664c9a4fffff'."""
    return f"{cell:x}"


def from_hex(text: str) -> int:
    """The integer of a cell's text. Raises Invalid when it is no H3 cell."""
    try:
        cell = int(text, 16)
    except ValueError:
        cell = 0
    if not 0 < cell < 1 << 63 or not h3.is_valid_cell(cell):
        raise Invalid(f"“{text}” is not an H3 cell.")
    return cell


def resolution(cell: int) -> int:
    """0 (coarsest) to 15."""
    return (cell & _RESOLUTION_MASK) >> _RESOLUTION_SHIFT


def parent(cell: int, at: int) -> int:
    """The cell's ancestor at a resolution not finer than its own: the resolution field is rewritten and
    every digit below it filled with ones. Raises Invalid for a finer one."""
    if not 0 <= at <= resolution(cell):
        raise Invalid(f"A cell of resolution {resolution(cell)} has no parent at resolution {at}.")
    return (cell & ~_RESOLUTION_MASK) | (at << _RESOLUTION_SHIFT) | _fill(at)


def parents(cells: np.ndarray, at: int) -> np.ndarray:
    """`parent` for an int64 array."""
    finest = (cells & np.int64(_RESOLUTION_MASK)) >> _RESOLUTION_SHIFT
    if len(cells) and not 0 <= at <= int(finest.min()):
        raise Invalid(f"A cell of resolution {int(finest.min())} has no parent at resolution {at}.")
    return (cells & np.int64(~_RESOLUTION_MASK)) | np.int64((at << _RESOLUTION_SHIFT) | _fill(at))


def descendants(cell: int) -> tuple[int, int]:
    """First and last resolution-9 cell below a coarser one: they are neighbours as numbers, so an index
    finds them as a range."""
    base = (cell & ~_RESOLUTION_MASK) | (RESOLUTION << _RESOLUTION_SHIFT)
    free = _fill(resolution(cell)) & ~_fill(RESOLUTION)
    return base & ~free, base | free


def _fill(at: int) -> int:
    return (1 << (_DIGIT_BITS * (_FINEST - at))) - 1
