"""The superblocks of a town: which cells of the arterial net are built up, as what, and bent how."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from outbound.demo.layout import Kind, Layout, lay_out
from outbound.demo.plane import Noise, Warp

SPACING = (600.0, 860.0)
"""Between neighbouring arterials, metres."""


@dataclass
class Superblocks:
    """Columns over superblocks in the order in which the town grew, and the arterial net they lie in."""

    column: np.ndarray
    row: np.ndarray
    origin: np.ndarray
    size: np.ndarray
    kind: np.ndarray
    frontage: np.ndarray
    bend: np.ndarray
    park: np.ndarray
    """(n, 4) west, south, east, north of the neighbourhood park in local metres; NaN where there is none."""
    layouts: list[Layout]
    east_lines: np.ndarray
    """Flat x of the arterials that run north."""
    north_lines: np.ndarray
    """Flat y of the arterials that run east."""
    zero: int
    """Index of the axis (x = 0, y = 0) in both."""

    def __len__(self) -> int:
        return len(self.column)

    def flat(self, block: np.ndarray, local: np.ndarray) -> np.ndarray:
        """Local metres in a superblock to flat town metres; the bend dies away at the superblock's rim."""
        unit = local / self.size[block]
        u, v = np.pi * unit[:, 0], np.pi * unit[:, 1]
        bump, wave, sway = np.sin(u) * np.sin(v), np.sin(2 * u) * np.sin(v), np.sin(u) * np.sin(2 * v)
        a = self.bend[block]
        shift = np.stack([a[:, 0] * bump + a[:, 1] * sway, a[:, 2] * bump + a[:, 3] * wave], axis=1)
        return self.origin[block] + local + shift

    def head(self, count: int) -> Superblocks:
        """The first `count` superblocks."""
        cut = {name: getattr(self, name)[:count] for name in _COLUMNS}
        return replace(self, **cut)


_COLUMNS = ("column", "row", "origin", "size", "kind", "frontage", "bend", "park", "layouts")


def grow(count: int, seed: int, *, downtown: bool) -> Superblocks:
    """The `count` superblocks nearest the centre, by a distance that noise makes uneven."""
    rng = np.random.default_rng([seed, 1])
    reach = int(np.ceil(np.sqrt(count) * 0.9)) + 3
    east = _lines(rng, reach)
    north = _lines(rng, reach)
    column, row = (a.ravel() for a in np.meshgrid(np.arange(2 * reach), np.arange(2 * reach), indexing="ij"))
    origin = np.stack([east[column], north[row]], axis=1)
    size = np.stack([east[column + 1], north[row + 1]], axis=1) - origin
    middle = origin + size / 2
    radius = np.sqrt(count / np.pi) * float(np.mean(SPACING))
    uneven = Noise(np.random.default_rng([seed, 2]), max(1200.0, radius * 0.7), 0.55 * radius, 1)(middle)[:, 0]
    distance = np.hypot(middle[:, 0], middle[:, 1] * 1.12) + uneven
    chosen = np.argsort(distance, kind="stable")[:count]
    ring = np.hypot(*middle[chosen].T) / radius
    blocks = len(chosen)
    kind = np.array([_kind(r, rng) for r in ring], dtype=np.int8)
    if downtown:
        kind[np.argsort(np.hypot(*middle[chosen].T), kind="stable")[: 1 + blocks // 150]] = Kind.DOWNTOWN
    kind[:1] = np.where(kind[:1] >= Kind.OPEN, Kind.GRID, kind[:1])
    straight = np.isin(kind, (Kind.DOWNTOWN, Kind.GRID))
    bend = rng.uniform(-1, 1, (blocks, 4)) * np.array([60.0, 30.0, 60.0, 30.0]) * np.where(straight, 0.12, 1.0)[:, None]
    frontage = np.clip(rng.normal(17.4, 1.8, blocks) + 2.0 * (ring - 0.6), 15.0, 25.0)
    frontage[kind == Kind.DOWNTOWN] = 17.0
    layouts = []
    parks = np.full((blocks, 4), np.nan)
    for index, at in enumerate(chosen):
        own = np.random.default_rng([seed, 3, int(column[at]) - reach + 10_000, int(row[at]) - reach + 10_000])
        layouts.append(lay_out(Kind(int(kind[index])), float(size[at, 0]), float(size[at, 1]), own))
        parks[index] = _park(Kind(int(kind[index])), size[at], own)
    return Superblocks(
        column[chosen],
        row[chosen],
        origin[chosen],
        size[chosen],
        kind,
        frontage,
        bend,
        parks,
        layouts,
        east,
        north,
        reach,
    )


def _lines(rng: np.random.Generator, reach: int) -> np.ndarray:
    steps = rng.uniform(*SPACING, (2, reach + 1))
    return np.concatenate([-np.cumsum(steps[0])[::-1][1:], [0.0], np.cumsum(steps[1])])


def _kind(ring: float, rng: np.random.Generator) -> Kind:
    """Old grid in the middle, courts and curves outside, now and then a golf course or works."""
    draw = rng.random()
    if draw < 0.04:
        return Kind.OPEN
    if draw < 0.07 and ring > 0.45:
        return Kind.INDUSTRY
    grid = float(np.clip(1.1 - 1.5 * ring, 0.05, 0.9))
    draw = rng.random()
    if draw < grid:
        return Kind.GRID
    return Kind.CURVY if draw < grid + (1 - grid) * 0.45 else Kind.COURTS


def _park(kind: Kind, size: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    width, height = float(size[0]), float(size[1])
    if kind is Kind.OPEN:
        return np.array([22.0, 22.0, width - 22.0, height - 22.0])
    if kind is Kind.INDUSTRY or rng.random() > {Kind.DOWNTOWN: 1.0}.get(kind, 0.5):
        return np.full(4, np.nan)
    w, h = rng.uniform(100, 190), rng.uniform(90, 180)
    if kind is Kind.DOWNTOWN:
        w, h = 110.0, 95.0
    x, y = rng.uniform(70, width - 70 - w), rng.uniform(70, height - 70 - h)
    return np.array([x, y, x + w, y + h])


def outline(blocks: Superblocks, warp: Warp, step: float = 40.0) -> list[np.ndarray]:
    """Each superblock's closed ring in bent metres. Neighbours share every vertex of their common side."""
    cache: dict[tuple[int, int, int], np.ndarray] = {}
    flat_sides: list[np.ndarray] = []
    wanted: list[tuple[int, int, int]] = []
    for c, r in zip(blocks.column.tolist(), blocks.row.tolist(), strict=True):
        for side in ((0, c, r), (0, c, r + 1), (1, c, r), (1, c + 1, r)):
            if side not in cache:
                cache[side] = np.empty(0)
                flat_sides.append(_side(blocks, side, step))
                wanted.append(side)
    ends = np.cumsum([len(s) for s in flat_sides])[:-1]
    for side, points in zip(wanted, np.split(warp(np.concatenate(flat_sides)), ends), strict=True):
        cache[side] = points
    rings = []
    for c, r in zip(blocks.column.tolist(), blocks.row.tolist(), strict=True):
        south, north, west, east = cache[0, c, r], cache[0, c, r + 1], cache[1, c, r], cache[1, c + 1, r]
        rings.append(np.concatenate([south[:-1], east[:-1], north[::-1][:-1], west[::-1]]))
    return rings


def _side(blocks: Superblocks, side: tuple[int, int, int], step: float) -> np.ndarray:
    along, c, r = side
    x0, y0 = blocks.east_lines[c], blocks.north_lines[r]
    x1, y1 = (blocks.east_lines[c + 1], y0) if along == 0 else (x0, blocks.north_lines[r + 1])
    points = max(2, int(np.ceil((abs(x1 - x0) + abs(y1 - y0)) / step)) + 1)
    return np.stack([np.linspace(x0, x1, points), np.linspace(y0, y1, points)], axis=1)
