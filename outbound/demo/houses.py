"""Houses along straights: where they stand, which way they face, their numbers, units and footprints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from outbound.demo.layout import HALF_ROAD, Kind
from outbound.demo.plane import Warp
from outbound.demo.superblocks import Superblocks

METRES_PER_NUMBER = 1.6
"""A thousand house numbers to the mile."""


@dataclass
class Houses:
    """Columns over buildings with doors. `flat` and `xy` are metres before and after bending."""

    block: np.ndarray
    street: np.ndarray
    """Index among all streets of all superblocks."""
    number: np.ndarray
    units: np.ndarray
    """Doors in the building; 1 for a house."""
    flat: np.ndarray
    xy: np.ndarray
    facing: np.ndarray
    """Unit vector from the house to its street, after bending."""
    frontage: np.ndarray
    downtown: np.ndarray

    def __len__(self) -> int:
        return len(self.block)

    def take(self, which: np.ndarray) -> Houses:
        """The houses of this mask or these indices."""
        return Houses(*(getattr(self, name)[which] for name in self.__dataclass_fields__))

    @property
    def door(self) -> np.ndarray:
        """Where the front door is, in bent metres."""
        depth = np.where(self.units > 1, 6.0, 4.0)[:, None]
        return self.xy + self.facing * depth


def place(blocks: Superblocks, warp: Warp, seed: int) -> Houses:
    """Every house the layouts have room for, in superblock order."""
    rng = np.random.default_rng([seed, 4])
    first_street = np.cumsum([0] + [len(layout.streets) for layout in blocks.layouts])
    rows = [(i, *s) for i, layout in enumerate(blocks.layouts) for s in layout.straights]
    s = np.array(rows, dtype=float).reshape(-1, 11)
    owner = s[:, 0].astype(np.int64)
    apartments = s[:, 10] > 0
    start, end = s[:, 1:3], s[:, 3:5]
    length = np.hypot(*(end - start).T)
    frontage = np.where(apartments, 44.0, blocks.frontage[owner])
    room = np.floor(length / frontage).astype(np.int64)

    per_side = [room * (s[:, 5 + side] > 0) for side in (0, 1)]
    straight = np.concatenate([np.repeat(np.arange(len(s)), n) for n in per_side])
    side = np.repeat([1.0, -1.0], [int(n.sum()) for n in per_side])
    place_in_row = np.concatenate([_ranks(n) for n in per_side])
    step = length[straight] / room[straight]
    along = (place_in_row + 0.5) * step + rng.uniform(-0.9, 0.9, len(straight))
    direction = ((end - start) / length[:, None])[straight]
    normal = np.stack([-direction[:, 1], direction[:, 0]], axis=1) * side[:, None]
    big = apartments[straight]
    downtown = blocks.kind[owner[straight]] == Kind.DOWNTOWN
    setback = np.where(big, 9.0, np.where(downtown, 3.0, 7.5 + rng.uniform(-1.0, 1.6, len(straight))))
    back = HALF_ROAD + setback + np.where(big, 7.0, np.where(downtown, 9.0, 5.0))
    local = start[straight] + direction * along[:, None] + normal * back[:, None]
    axis = s[straight, 8].astype(np.int64)
    reach = local[np.arange(len(local)), axis]

    heads = np.array([(i, *h) for i, layout in enumerate(blocks.layouts) for h in layout.heads], dtype=float).reshape(
        -1, 9
    )
    block = np.concatenate([owner[straight], heads[:, 0].astype(np.int64)])
    street = np.concatenate([s[straight, 7], heads[:, 5]]).astype(np.int64) + first_street[block]
    local = np.concatenate([local, heads[:, 1:3]])
    toward = np.concatenate([-normal, heads[:, 3:5]])
    axis = np.concatenate([axis, heads[:, 6].astype(np.int64)])
    reach = np.concatenate([reach, heads[:, 7]])
    shift = np.concatenate([s[straight, 9], np.zeros(len(heads))])
    odd = np.concatenate([side > 0, heads[:, 8] > 0]).astype(np.int64)
    units = np.concatenate([_units(big, downtown, rng), np.ones(len(heads), dtype=np.int64)])
    width = np.concatenate([step, np.full(len(heads), 19.0)])

    from_axis = np.abs(blocks.origin[block, axis] + reach) + shift
    number = 100 + 2 * np.floor(from_axis / METRES_PER_NUMBER / 2).astype(np.int64) + odd
    flat = blocks.flat(block, local)
    xy = warp(flat)
    front = warp(blocks.flat(block, local + toward)) - xy
    facing = front / np.hypot(*front.T)[:, None]
    central = blocks.kind[block] == Kind.DOWNTOWN
    houses = Houses(block, street, number, units, flat, xy, facing, width, central)

    park = blocks.park[block]
    in_park = np.all((local > park[:, :2] - 24) & (local < park[:, 2:] + 24), axis=1)
    vacant = rng.random(len(houses)) < 0.018
    houses = houses.take(~(in_park | vacant))
    houses = houses.take(np.lexsort((houses.number, houses.number % 2, houses.street)))
    houses.number = _distinct(houses.street * 2 + houses.number % 2, houses.number)
    return houses


def _distinct(group: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Numbers of one parity made strictly rising within each group; both are sorted by group, then number."""
    starts = np.concatenate([[True], np.diff(group) != 0])
    first = np.maximum.accumulate(np.where(starts, np.arange(len(group)), 0))
    rank = np.arange(len(group)) - first
    lift = np.cumsum(starts) * (1 << 32)
    return np.maximum.accumulate(number - 2 * rank + lift) - lift + 2 * rank


def _ranks(counts: np.ndarray) -> np.ndarray:
    """0 … n-1 for each n, one after another."""
    ends = np.cumsum(counts)
    return np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - counts, counts)


def _units(big: np.ndarray, downtown: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    floors = rng.integers(2, 4, len(big))
    a_floor = rng.integers(3, 7, len(big))
    above_shops = downtown & (rng.random(len(big)) < 0.22)
    return np.where(big | above_shops, floors * np.where(big, a_floor, 2), 1)


def expand(houses: Houses) -> tuple[np.ndarray, np.ndarray]:
    """One row a door: (index of its house, unit number or 0). Units read floor then place: 101, 102 … 201."""
    of = np.repeat(np.arange(len(houses)), houses.units)
    rank = _ranks(houses.units)
    units = houses.units[of]
    floors = np.where(units % 3 == 0, 3, 2)
    a_floor = np.maximum(units // floors, 1)
    unit = (rank // a_floor + 1) * 100 + rank % a_floor + 1
    return of, np.where(units > 1, unit, 0)


def footprints(houses: Houses, seed: int) -> np.ndarray:
    """Building outlines in bent metres: most are L-shaped, no two quite alike."""
    rng = np.random.default_rng([seed, 5])
    n = len(houses)
    big = houses.units > 4
    width = np.where(big, rng.uniform(28, 36, n), np.minimum(houses.frontage - 4.5, rng.uniform(10.5, 16, n)))
    depth = np.where(big, rng.uniform(12, 15, n), rng.uniform(7.5, 10.5, n))
    row = houses.downtown
    width = np.where(row, houses.frontage - rng.uniform(0.6, 3.0, n), width)
    depth = np.where(row, rng.uniform(13, 19, n), depth)
    wing = rng.uniform(0.35, 0.6, n) * width
    out = np.where(big, rng.uniform(0, 7, n), rng.uniform(0.6, 4.5, n))
    flip = rng.choice([-1.0, 1.0], n)
    a, b = width / 2 * flip, depth / 2
    inner = a - wing * flip
    x = np.stack([-a, a, a, inner, inner, -a, -a], axis=1)
    y = np.stack([-b, -b, b + out, b + out, b, b, -b], axis=1)
    across = np.stack([-houses.facing[:, 1], houses.facing[:, 0]], axis=1)
    ring = houses.xy[:, None, :] + x[..., None] * across[:, None, :] + y[..., None] * houses.facing[:, None, :]
    return shapely.polygons(ring)
