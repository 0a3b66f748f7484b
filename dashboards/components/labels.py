"""Names on a map: as many as there is room for, none over another."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

TILE = 512
"""Pixels a tile of the whole world takes at zoom 0."""

_CHARACTER, _LINE = 7.0, 20.0
"""Pixels of a character and of a line, with the space around a name."""
_AROUND = 14.0


@dataclass(frozen=True)
class Label:
    """A name in the middle of what it names; the larger ``weight`` is, the sooner it gets its place."""

    name: str
    lon: float
    lat: float
    weight: float


def with_room(labels: Iterable[Label], zoom: float) -> list[Label]:
    """The labels that do not cover one another at this zoom, heaviest first."""
    placed: list[tuple[float, float, float]] = []
    chosen = []
    for label in sorted(labels, key=lambda each: (-each.weight, each.name)):
        x, y = _pixel(label.lon, label.lat, zoom)
        wide = len(label.name) * _CHARACTER + _AROUND
        if all(abs(x - at) >= (wide + other) / 2 or abs(y - high) >= _LINE for at, high, other in placed):
            placed.append((x, y, wide))
            chosen.append(label)
    return chosen


def _pixel(lon: float, lat: float, zoom: float) -> tuple[float, float]:
    """Web Mercator, in pixels of the whole world at this zoom."""
    world = TILE * 2.0**zoom
    y = math.asinh(math.tan(math.radians(lat)))
    return world * (lon / 360 + 0.5), world * (0.5 - y / (2 * math.pi))
