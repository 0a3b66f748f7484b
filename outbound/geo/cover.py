"""Which stored cells an area may touch: ranges of resolution-9 cells that an index finds.

Pure: no database. What it costs follows from the number of cells it may look at, not from the shape: cells
are divided into their children from the top, and only those at a border go on being divided.
"""

from __future__ import annotations

from collections.abc import Sequence

import h3.api.basic_int as h3
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from outbound import deadline
from outbound.geo.cells import RESOLUTION, descendants

Ranges = list[tuple[int, int]]

EVERYWHERE: Ranges = [(0, (1 << 63) - 1)]
_MOST_CELLS = 1_000
_MARGIN = 0.002
"""Degrees, about 200 metres: what is covered around an area."""
_KM_A_DEGREE = 111.2
_WIDEST = 90.0
"""Degrees; wider outlines are read as the other side of the globe."""
_REACH = 1.25
"""Edge lengths from a cell's centre within which all positions of its descendants lie (measured: 1.14)."""


def ranges_over(*areas: BaseGeometry, most: int = _MOST_CELLS, margin: float = _MARGIN) -> Ranges:
    """First and last resolution-9 cell of each run that may hold a point of one of the areas, ascending.

    Covers the areas and ``margin`` degrees around them, as closely as ``most`` ranges can.
    """
    collected = shapely.get_parts(np.array(areas, dtype=object))  # and each of these may have parts again
    parts = [part for part in shapely.get_parts(collected).tolist() if not part.is_empty]
    if any(part.bounds[2] - part.bounds[0] > _WIDEST for part in parts):
        return EVERYWHERE
    if not parts:
        return []
    finder = _Finder(parts, margin)
    whole: list[int] = []
    divided: list[int] = sorted(h3.get_res0_cells())
    cells = divided
    for resolution in range(RESOLUTION + 1):
        deadline.check()
        inside, finer = finder.look_at(cells, resolution)
        if len(whole) + len(inside) + len(finer) > most:
            break
        whole, divided = whole + inside, finer
        cells = [child for cell in divided for child in h3.cell_to_children(cell)]
    return _merged([*whole, *divided])


class _Finder:
    """The areas, prepared to be asked about many boxes."""

    def __init__(self, parts: Sequence[BaseGeometry], margin: float) -> None:
        self._margin = margin
        self._parts = np.array(parts, dtype=object)
        self._borders = shapely.boundary(self._parts)
        shapely.prepare(self._parts)
        shapely.prepare(self._borders)
        self._tree = shapely.STRtree(self._parts)

    def look_at(self, cells: Sequence[int], resolution: int) -> tuple[list[int], list[int]]:
        """Cells that lie within an area with all their descendants, and those that a border may pass through."""
        if not cells:
            return [], []
        boxes = _boxes(cells, resolution, self._margin)
        box, part = self._tree.query(boxes)
        touched = shapely.intersects(self._borders[part], boxes[box])
        divided = np.zeros(len(cells), dtype=bool)
        divided[box[touched]] = True
        # No border passes through the others: they lie within a part or outside of it, as any point of theirs does.
        box, part = box[~touched], part[~touched]
        corner = shapely.get_coordinates(boxes[box])[::5]
        inside = np.zeros(len(cells), dtype=bool)
        inside[box[shapely.contains_xy(self._parts[part], corner[:, 0], corner[:, 1])]] = True
        listed = np.asarray(cells, dtype=np.int64)
        return listed[inside].tolist(), listed[divided & ~inside].tolist()


def _boxes(cells: Sequence[int], resolution: int, margin: float) -> np.ndarray:
    """Boxes in degrees that hold each cell, all its descendants, and a margin around them."""
    centres = np.array([h3.cell_to_latlng(cell) for cell in cells])
    lats, lons = centres[:, 0], centres[:, 1]
    reach = h3.average_hexagon_edge_length(resolution, unit="km") * _REACH / _KM_A_DEGREE
    up = reach + margin
    farthest = np.minimum(np.abs(lats) + up, 90)
    with np.errstate(divide="ignore"):
        across = np.where(farthest < 89, up / np.cos(np.radians(farthest)), 360.0)
    west, east = lons - across, lons + across
    over = (west < -180) | (east > 180)  # it goes on at the other side of the map
    west, east = np.where(over, -180, west), np.where(over, 180, east)
    return shapely.box(west, lats - up, east, lats + up)


def _merged(cells: Sequence[int]) -> Ranges:
    merged: Ranges = []
    for first, last in sorted(descendants(cell) for cell in cells):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
