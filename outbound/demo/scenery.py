"""Parks, water, woods and works of a town, for its map."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from outbound.demo.layout import Kind
from outbound.demo.names import STEMS
from outbound.demo.nature import River, blobs
from outbound.demo.plane import Warp
from outbound.demo.superblocks import Superblocks

RIVERWALK = "Riverwalk"
"""The green bank on both sides of the river."""


@dataclass
class Scenery:
    """Polygons in bent metres."""

    water: np.ndarray
    parks: np.ndarray
    park_names: np.ndarray
    works: np.ndarray


def draw(
    blocks: Superblocks,
    rings: list[np.ndarray],
    warp: Warp,
    river: River,
    rng: np.random.Generator,
    reach: float,
) -> Scenery:
    """What lies between the houses and around the town; `reach` is the half side of the drawn square."""
    park_rows = np.flatnonzero(~np.isnan(blocks.park[:, 0]))
    parks = _bent_rectangles(blocks, warp, park_rows, blocks.park[park_rows])
    large = blocks.kind[park_rows] == Kind.OPEN
    with_pond = large | (rng.random(len(park_rows)) < 0.25)
    middle = (blocks.park[park_rows, :2] + blocks.park[park_rows, 2:]) / 2
    extent = (blocks.park[park_rows, 2:] - blocks.park[park_rows, :2]).min(axis=1)
    shift = rng.uniform(-0.12, 0.12, middle.shape) * extent[:, None]
    centres = warp(blocks.flat(park_rows, middle + shift))[with_pond]
    ponds = blobs(centres, np.minimum(extent[with_pond] * 0.24, 120.0), rng)

    banks = river.band(reach, warp, river.half_width + 26)
    water = np.concatenate([[river.band(reach, warp, river.half_width)], ponds])
    woods = _woods(rings, warp, rng, reach)
    names = [f"{STEMS[int(rng.integers(0, len(STEMS)))]} {'Golf Club' if big else 'Park'}" for big in large]
    return Scenery(
        water=water,
        parks=np.concatenate([[banks], parks, woods]),
        park_names=np.array([RIVERWALK, *names, *[""] * len(woods)], dtype=object),
        works=_works(blocks, warp, rng),
    )


def _bent_rectangles(blocks: Superblocks, warp: Warp, block: np.ndarray, boxes: np.ndarray) -> np.ndarray:
    """Local rectangles (west, south, east, north) of superblocks as bent polygons."""
    n = 12
    t = np.linspace(0, 1, n, endpoint=False)
    zero, one = np.zeros(n), np.ones(n)
    u = np.concatenate([t, one, 1 - t, zero])
    v = np.concatenate([zero, t, one, 1 - t])
    west, south, east, north = (boxes[:, k, None] for k in range(4))
    ring = np.stack([west + u * (east - west), south + v * (north - south)], axis=2)
    bent = warp(blocks.flat(np.repeat(block, 4 * n), ring.reshape(-1, 2)))
    return shapely.polygons(bent.reshape(len(boxes), 4 * n, 2))


def _woods(rings: list[np.ndarray], warp: Warp, rng: np.random.Generator, reach: float) -> np.ndarray:
    count = int(min(400, max(14, (2 * reach / 1000) ** 2 * 0.5)))
    centres = warp(rng.uniform(-reach, reach, (count, 2)))
    shapes = blobs(centres, rng.uniform(90, 420, count), rng)
    tree = shapely.STRtree([shapely.Polygon(ring) for ring in rings])
    inside = np.unique(tree.query(shapes, predicate="intersects")[0])
    return np.delete(shapes, inside)


def _works(blocks: Superblocks, warp: Warp, rng: np.random.Generator) -> np.ndarray:
    """Halls and warehouses of the industrial superblocks."""
    owners, boxes = [], []
    for block in np.flatnonzero(blocks.kind == Kind.INDUSTRY).tolist():
        width, height = blocks.size[block]
        for x in np.arange(70.0, width - 150, 165).tolist():
            for y in np.arange(70.0, height - 130, 150).tolist():
                if rng.random() < 0.7:
                    owners.append(block)
                    boxes.append((x, y, x + rng.uniform(50, 120), y + rng.uniform(35, 95)))
    return _bent_rectangles(blocks, warp, np.array(owners, dtype=np.int64), np.array(boxes).reshape(-1, 4))
