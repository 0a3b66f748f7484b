"""How the inside of one superblock is laid out: its streets, and the straights along which houses stand.

Everything here is in flat local metres of one superblock, (0, 0) to (width, height), before any bending.
A layout is a value: drawn streets, house-bearing straights, and the few houses around the head of a court.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

LOT_DEPTH = 38.0
HALF_ROAD = 8.0
"""From a residential street's centre line to the front of its lots, metres."""
PITCH = 2 * (LOT_DEPTH + HALF_ROAD)
"""Between two parallel streets whose lots stand back to back."""
EDGE = 62.0
"""From an arterial's centre line to the first street that runs along it."""


class Kind(IntEnum):
    """What a superblock is."""

    DOWNTOWN = 0
    GRID = 1
    CURVY = 2
    COURTS = 3
    OPEN = 4
    INDUSTRY = 5


class Role(IntEnum):
    """What a street is in its neighbourhood; decides how it is named and drawn."""

    STREET = 0
    CROSS = 1
    COLLECTOR = 2
    COURT = 3
    CRESCENT = 4


@dataclass
class Layout:
    """Streets as polylines with a role; straights as rows
    (x0, y0, x1, y1, left, right, street, axis, shift, apartments); heads as rows
    (x, y, facing x, facing y, street, axis, along, side)."""

    streets: list[tuple[Role, list[tuple[float, float]]]] = field(default_factory=list)
    straights: list[tuple[float, ...]] = field(default_factory=list)
    heads: list[tuple[float, ...]] = field(default_factory=list)

    def street(self, role: Role, points: list[tuple[float, float]]) -> int:
        self.streets.append((role, points))
        return len(self.streets) - 1

    def straight(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        street: int,
        *,
        sides: tuple[bool, bool] = (True, True),
        shift: float = 0.0,
    ) -> None:
        axis = 0 if abs(end[0] - start[0]) > abs(end[1] - start[1]) else 1
        self.straights.append((*start, *end, *sides, street, axis, shift, 0))

    def swapped(self) -> Layout:
        """The same layout turned by a mirror over the diagonal, so that long streets run north."""
        streets = [(role, [(y, x) for x, y in points]) for role, points in self.streets]
        straights = [(b, a, d, c, f, e, g, 1 - h, *rest) for a, b, c, d, e, f, g, h, *rest in self.straights]
        heads = [(b, a, d, c, e, 1 - f, *rest) for a, b, c, d, e, f, *rest in self.heads]
        return Layout(streets, straights, heads)


def lay_out(kind: Kind, width: float, height: float, rng: np.random.Generator) -> Layout:
    """The layout of one superblock of this kind and size (metres)."""
    if kind in (Kind.OPEN, Kind.INDUSTRY):
        return Layout()
    swap = bool(rng.random() < 0.5)
    w, h = (height, width) if swap else (width, height)
    layout = _courts(w, h, rng) if kind is Kind.COURTS else _rows(kind, w, h, rng)
    if kind is not Kind.DOWNTOWN:
        _convert_to_apartments(layout, rng)
    return layout.swapped() if swap else layout


def _rows(kind: Kind, w: float, h: float, rng: np.random.Generator) -> Layout:
    """Parallel streets with cross streets: the old grid, or its suburban cousin with few ways in."""
    layout = Layout()
    rows = max(2, round((h - 2 * EDGE) / PITCH) + 1)
    ys = np.linspace(EDGE, h - EDGE, rows)
    block = {Kind.DOWNTOWN: 115.0, Kind.GRID: 170.0}.get(kind, 235.0)
    columns = max(2, round(w / (block * rng.uniform(0.9, 1.15))))
    xs = np.linspace(0, w, columns + 1)[1:-1] + rng.uniform(-14, 14, columns - 1)
    suburban = kind is Kind.CURVY
    if suburban:
        xs[0], xs[-1] = EDGE + rng.uniform(0, 16), w - EDGE - rng.uniform(0, 16)
    stops = [0.0, *xs, w]
    for y in ys:
        first = 0 if not suburban or rng.random() < 0.3 else 1
        last = len(stops) - (1 if not suburban or rng.random() < 0.3 else 2)
        if last <= first:
            first, last = 0, len(stops) - 1
        street = layout.street(Role.STREET, [(stops[first], y), (stops[last], y)])
        for a, b in zip(stops[first:last], stops[first + 1 : last + 1], strict=True):
            begin = a + (34.0 if a == 0 else 17.0)
            end = b - (34.0 if b == w else 17.0)
            if end - begin > 14:
                layout.straight((begin, y), (end, y), street)
    for index, x in enumerate(xs):
        through = not suburban or rng.random() < 0.35
        top = h if through or rng.random() < 0.25 else float(ys[-1])
        bottom = 0.0 if through or rng.random() < 0.25 else float(ys[0])
        if suburban and rows > 4 and 0 < index < len(xs) - 1 and rng.random() < 0.5:
            gap = int(rng.integers(1, rows - 2))
            layout.street(Role.CROSS, [(x, bottom), (x, float(ys[gap]))])
            layout.street(Role.CROSS, [(x, float(ys[gap + 1])), (x, top)])
        else:
            layout.street(Role.COLLECTOR if suburban and through else Role.CROSS, [(x, bottom), (x, top)])
    return layout


def _courts(w: float, h: float, rng: np.random.Generator) -> Layout:
    """Collectors with courts and crescents hanging off both sides."""
    layout = Layout()
    tiers = max(1, round(h / 330.0))
    tier = h / tiers
    reach = tier / 2 - LOT_DEPTH - HALF_ROAD - 10
    count = max(2, int((w - 2 * EDGE) // PITCH) + 1)
    xs = np.linspace(EDGE, w - EDGE, count)
    through = -1
    for k in range(tiers):
        y = (k + 0.5) * tier
        west = 0.0 if k % 2 == 0 or rng.random() < 0.5 else float(xs[0])
        east = w if k % 2 == 1 or rng.random() < 0.5 else float(xs[-1])
        layout.street(Role.COLLECTOR, [(west, y), (east, y)])
        for up in (-1, 1):
            from_below = up == -1 and k > 0
            through = through if from_below else int(rng.integers(0, count))
            outward = (k == tiers - 1 and up == 1) or (k == 0 and up == -1)
            i = 0
            while i < count:
                if i == through and from_below:
                    i += 1
                elif i == through:
                    end = y + up * (tier / 2 if outward else tier)
                    street = layout.street(Role.CROSS, [(xs[i], y), (xs[i], end)])
                    stop = end - up * (34.0 if outward else 30.0)
                    layout.straight((xs[i], y + up * 26), (xs[i], stop), street)
                    i += 1
                elif i + 1 < count and i + 1 != through and rng.random() < 0.35:
                    _crescent(layout, float(xs[i]), float(xs[i + 1]), y, up, reach)
                    i += 2
                else:
                    _court(layout, float(xs[i]), y, up, reach * rng.uniform(0.84, 1.0))
                    i += 1
    return layout


def _court(layout: Layout, x: float, y: float, up: int, length: float) -> None:
    end = y + up * length
    turns = np.linspace(0, 2 * np.pi, 13) - up * np.pi / 2
    ring = [(x + 11 * float(np.cos(t)), end + up * 11 + 11 * float(np.sin(t))) for t in turns]
    street = layout.street(Role.COURT, [(x, y), *ring])
    layout.straight((x, y + up * 26), (x, end - up * 2), street)
    for angle, along, side in ((18, 22.0, 1), (90, 44.0, 1), (162, 22.0, 0)):
        dx, dy = float(np.cos(np.radians(angle))), up * float(np.sin(np.radians(angle)))
        layout.heads.append((x + 31 * dx, end + up * 9 + 31 * dy, -dx, -dy, street, 1, end + up * along, side))


def _crescent(layout: Layout, x0: float, x1: float, y: float, up: int, reach: float) -> None:
    end, r = y + up * reach, 26.0
    arc = np.linspace(0, np.pi / 2, 5)
    left = [(x0 + r - r * float(np.cos(t)), end - up * r + up * r * float(np.sin(t))) for t in arc]
    right = [(x0 + x1 - px, py) for px, py in reversed(left)]
    street = layout.street(Role.CRESCENT, [(x0, y), *left, *right, (x1, y)])
    layout.straight((x0, y + up * 26), (x0, end - up * 10), street)
    layout.straight(
        (x1, y + up * 26), (x1, end - up * 10), street, shift=400.0
    )  # numbers of the second leg go on from the first's
    layout.straight((x0 - 4, end), (x1 + 4, end), street, sides=(up == 1, up == -1), shift=900.0)


def _convert_to_apartments(layout: Layout, rng: np.random.Generator) -> None:
    """A few straights carry apartment buildings instead of houses."""
    for index, straight in enumerate(layout.straights):
        x0, y0, x1, y1 = straight[:4]
        if abs(x1 - x0) + abs(y1 - y0) > 95 and rng.random() < 0.022:
            layout.straights[index] = (*straight[:9], 1)
