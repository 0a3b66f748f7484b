"""Which stored cells an area may touch: ranges of resolution-9 cells that an index finds.

Pure: no database, no clock.
"""

from __future__ import annotations

import h3.api.basic_int as h3
import shapely
from shapely.geometry.base import BaseGeometry

from outbound.geo.cells import RESOLUTION, descendants

Ranges = list[tuple[int, int]]

EVERYWHERE: Ranges = [(0, (1 << 63) - 1)]
_MOST_CELLS = 2_000
_MARGIN = 0.002
"""Degrees, about 200 metres: what an outline is widened by, more than it loses by being simplified."""
_KM_A_DEGREE = 111.2
_WIDEST = 90.0
"""Degrees; wider outlines are read as the other side of the globe."""


def ranges_over(area: BaseGeometry) -> Ranges:
    """First and last resolution-9 cell of each run that may hold a point of the area, ascending.

    Covers the area and a little more, at the finest resolution that needs no more than some thousand cells.
    """
    if area.is_empty:
        return []
    world = shapely.box(-180, -90, 180, 90)
    outline = shapely.intersection(shapely.buffer(shapely.simplify(area, _MARGIN / 2), _MARGIN), world)
    parts = [part for part in shapely.get_parts(outline) if part.geom_type == "Polygon"]
    if any(part.bounds[2] - part.bounds[0] > _WIDEST for part in parts):
        return EVERYWHERE
    km2 = outline.area * _KM_A_DEGREE**2
    for resolution in range(RESOLUTION, 0, -1):
        if h3.average_hexagon_area(resolution) * _MOST_CELLS < km2:
            continue
        cells: set[int] = set()
        for part in parts:
            shape = h3.geo_to_h3shape(shapely.geometry.mapping(part))
            cells.update(h3.h3shape_to_cells_experimental(shape, resolution, contain="overlap"))
        if len(cells) <= 2 * _MOST_CELLS:
            return _merged(cells)
    return EVERYWHERE


def _merged(cells: set[int]) -> Ranges:
    merged: Ranges = []
    for first, last in sorted(descendants(cell) for cell in cells):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
