"""Nested territories of a town: REGION over AREA over MICRO, each a union of superblocks.

Because they are unions of cells that share every border vertex, the territories of one type tile the town
without gap or overlap, and their borders follow arterials, along which no house stands.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np
import shapely

from outbound.demo import names
from outbound.demo.superblocks import Superblocks

SMALLEST_MICRO = 150
"""Doors below which a superblock joins a neighbour's MICRO territory."""


@dataclass(frozen=True)
class Territory:
    """One territory: polygons in lon/lat, `parent` an index into the town's list of territories."""

    name: str
    slug: str
    type: str
    color: str
    parent: int | None
    shape: shapely.MultiPolygon

    @property
    def geometry(self) -> dict:
        """GeoJSON MultiPolygon."""
        return shapely.geometry.mapping(self.shape)


@dataclass
class Districts:
    """Territories (regions, then areas, then micros) and, a superblock, its micro's index among them."""

    territories: list[Territory]
    micro_of_block: np.ndarray
    area_of_block: np.ndarray
    """Index of the superblock's area among the areas: what a ZIP is made of."""


PALETTE = (
    *("#2f6fb0", "#c2571a", "#3d8b4f", "#8a5aa8", "#b8902c"),
    *("#b0413e", "#3a8f98", "#75603f", "#c06090", "#5a6b2f"),
)


def divide(blocks: Superblocks, doors: np.ndarray, cells: np.ndarray, town: str, seed: int) -> Districts:
    """Territories over superblocks that hold `doors` doors each and cover `cells` (polygons in lon/lat)."""
    rng = np.random.default_rng([seed, 6])
    where = {(c, r): i for i, (c, r) in enumerate(zip(blocks.column.tolist(), blocks.row.tolist(), strict=True))}
    beside = [[where[n] for n in ((c + 1, r), (c - 1, r), (c, r + 1), (c, r - 1)) if n in where] for c, r in where]
    micro = _merge_small(np.arange(len(blocks)), doors, beside, SMALLEST_MICRO)
    count = len(np.unique(micro))
    side = 2 if count <= 20 else 3
    area = _grid_groups(blocks, micro, side)
    area = _merge_small(area, np.ones(len(blocks)), beside, max(2, side * side // 2))
    region = _grid_groups(blocks, area, side * 3 if count > 40 else side * 4)
    region = _merge_small(region, np.ones(len(blocks)), beside, side * side * 3)

    territories: list[Territory] = []
    micro_names = names.place_names(rng)
    middle = shapely.centroid(cells)
    parent_of_block = np.full(len(blocks), -1)
    for kind, group in (("REGION", region), ("AREA", area), ("MICRO", micro)):
        index_of_block = np.zeros(len(blocks), dtype=np.int64)
        members = defaultdict(list)
        for block, g in enumerate(group.tolist()):
            members[g].append(block)
        taken: Counter[str | None] = Counter()
        for which in members.values():
            place = None if 0 in which else _side(middle, which)
            if kind == "MICRO":
                name = next(micro_names)
            elif kind == "AREA":
                name = names.area_name(place, taken[place])
            else:
                name = names.region_name(town, place, taken[place], alone=len(members) == 1)
            taken[place] += 1
            shape = shapely.coverage_union_all(cells[which])
            shape = shapely.MultiPolygon([shape]) if shape.geom_type == "Polygon" else shape
            parent = int(parent_of_block[which[0]])
            index_of_block[which] = len(territories)
            slug, color = name.lower().replace(" ", "-"), PALETTE[len(territories) % len(PALETTE)]
            above = None if parent < 0 else parent
            territories.append(Territory(name, slug, kind, color, above, shape))
        parent_of_block = index_of_block
    _, area_rank = np.unique(area, return_inverse=True)
    return Districts(territories, parent_of_block, area_rank)


def _side(middle: np.ndarray, which: list[int]) -> str:
    """The side of town on which these superblocks lie, seen from the first one."""
    east = np.mean([middle[i].x for i in which]) - middle[0].x
    north = np.mean([middle[i].y for i in which]) - middle[0].y
    return names.side_of(float(east), float(north))


def _grid_groups(blocks: Superblocks, within: np.ndarray, side: int) -> np.ndarray:
    """Groups of about side × side superblocks; members of one `within` group stay together."""
    group = ((blocks.column - blocks.zero + 5000 * side + side // 2) // side) * 100_000 + (
        blocks.row - blocks.zero + 5000 * side + side // 2
    ) // side
    _, first, inverse = np.unique(within, return_index=True, return_inverse=True)
    return group[first][inverse]


def _merge_small(group: np.ndarray, weight: np.ndarray, beside: list[list[int]], least: float) -> np.ndarray:
    """Groups below `least` join the lightest group next to them, lightest first, until none can."""
    labels, group = np.unique(group, return_inverse=True)
    total = np.bincount(group, weights=weight, minlength=len(labels))
    members: list[list[int]] = [[] for _ in labels]
    for block, g in enumerate(group.tolist()):
        members[g].append(block)
    for g in np.argsort(total, kind="stable").tolist():
        if total[g] >= least or not members[g]:
            continue
        around = {int(group[n]) for block in members[g] for n in beside[block]} - {g}
        if not around:
            continue
        target = min(around, key=lambda other: (total[other], other))
        group[members[g]] = target
        members[target] += members[g]
        total[target] += total[g]
        members[g] = []
    return group
