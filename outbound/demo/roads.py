"""The street lines of a town's map: local streets cut at river and parks, arterials that lead out of town."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from outbound.demo.houses import Houses
from outbound.demo.layout import Role
from outbound.demo.names import arterial_name
from outbound.demo.nature import Diagonal, River
from outbound.demo.plane import Warp
from outbound.demo.superblocks import Superblocks

STEP = 12.5
"""Metres between vertices of a local street."""
COUNTRY = 2_600.0
"""How far arterials run on beyond the town, metres."""


@dataclass
class Roads:
    """Street lines in bent metres. `street` indexes the layouts' streets where `local`, else `names`."""

    lines: np.ndarray
    street: np.ndarray
    local: np.ndarray
    classes: np.ndarray
    names: np.ndarray
    reach: float


def draw(blocks: Superblocks, houses: Houses, warp: Warp, river: River, diagonal: Diagonal, seed: int) -> Roads:
    """All street lines of the town and of the country just around it."""
    local, street = _local(blocks, houses, warp, river)
    corner = np.abs(np.concatenate([blocks.origin, blocks.origin + blocks.size]))
    reach = float(corner.max()) + COUNTRY
    flats, names, classes = [diagonal.points(reach)], ["Old State Rd"], ["primary"]
    built = {(c, r) for c, r in zip(blocks.column.tolist(), blocks.row.tolist(), strict=True)}
    for runs_east, across in ((True, blocks.north_lines), (False, blocks.east_lines)):
        along = blocks.east_lines if runs_east else blocks.north_lines
        for index, at in enumerate(across.tolist()):
            if abs(at) > reach:
                continue
            rank = index - int(np.flatnonzero(across == 0)[0])
            spans = [(-reach, reach)] if rank % 2 == 0 else _built_spans(built, along, index, runs_east=runs_east)
            for low, high in spans:
                s = np.linspace(low, high, max(2, int((high - low) / 40)))
                flat = np.stack([s, np.full_like(s, at)], axis=1)
                flats.append(flat if runs_east else flat[:, ::-1])
                names.append(arterial_name(rank, runs_east=runs_east))
                classes.append("primary" if rank % 4 == 0 else "secondary")
    run = np.repeat(np.arange(len(flats)), [len(flat) for flat in flats])
    lines = shapely.linestrings(warp(np.concatenate(flats)), indices=run)
    return Roads(
        lines=np.concatenate([local, lines]),
        street=np.concatenate([street, np.arange(len(names))]),
        local=np.arange(len(local) + len(lines)) < len(local),
        classes=np.array(["residential"] * len(local) + classes, dtype=object),
        names=np.array(names, dtype=object),
        reach=reach,
    )


def _built_spans(
    built: set[tuple[int, int]], along: np.ndarray, index: int, *, runs_east: bool
) -> list[tuple[float, float]]:
    """Stretches of one arterial that touch a built superblock."""
    spans: list[tuple[float, float]] = []
    for k in range(len(along) - 1):
        sides = ((k, index), (k, index - 1)) if runs_east else ((index, k), (index - 1, k))
        if sides[0] in built or sides[1] in built:
            low, high = float(along[k]), float(along[k + 1])
            if spans and spans[-1][1] == low:
                spans[-1] = (spans[-1][0], high)
            else:
                spans.append((low, high))
    return spans


def _local(blocks: Superblocks, houses: Houses, warp: Warp, river: River) -> tuple[np.ndarray, np.ndarray]:
    lived_on = set(np.unique(houses.street).tolist())
    starts, ends, street_of, last_of = [], [], [], []
    block_of = []
    street = -1
    for index, layout in enumerate(blocks.layouts):
        for role, points in layout.streets:
            street += 1
            if street not in lived_on and role in (Role.STREET, Role.COURT, Role.CRESCENT):
                continue
            starts += points[:-1]
            ends += points[1:]
            pieces = len(points) - 1
            street_of += [street] * pieces
            block_of += [index] * pieces
            last_of += [False] * (pieces - 1) + [True]
    start, end = np.array(starts, dtype=float), np.array(ends, dtype=float)
    owner, block_of_piece, last = np.array(street_of), np.array(block_of), np.array(last_of)
    count = np.maximum(1, np.ceil(np.hypot(*(end - start).T) / STEP)).astype(np.int64)
    samples = count + last
    piece = np.repeat(np.arange(len(start)), samples)
    rank = np.arange(len(piece)) - np.repeat(np.cumsum(samples) - samples, samples)
    t = (rank / count[piece])[:, None]
    local = start[piece] * (1 - t) + end[piece] * t
    block = block_of_piece[piece]
    flat = blocks.flat(block, local)
    park = blocks.park[block]
    hidden = np.all((local > park[:, :2] + 1) & (local < park[:, 2:] - 1), axis=1)
    hidden |= np.abs(river.distance(flat)) < river.half_width * 1.25 + 14
    street_at = owner[piece]
    run = np.cumsum(np.concatenate([[0], (np.diff(street_at) != 0) | hidden[1:] | hidden[:-1]]))
    keep = ~hidden
    _, run, sizes = np.unique(run[keep], return_inverse=True, return_counts=True)
    long_enough = sizes[run] >= 3
    _, run = np.unique(run[long_enough], return_inverse=True)
    xy = warp(flat[keep][long_enough])
    first = np.concatenate([[True], np.diff(run) != 0])
    return shapely.linestrings(xy, indices=run), street_at[keep][long_enough][first]
