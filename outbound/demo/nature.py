"""What a town is built around: a river with its green banks, an old diagonal road, ponds, woods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from outbound.demo.plane import Warp


@dataclass(frozen=True)
class River:
    """A meandering river as a graph over flat x: centre line, slope and half width in metres."""

    offset: float
    waves: tuple[tuple[float, float, float], ...]
    half_width: float

    @classmethod
    def near(cls, radius: float, rng: np.random.Generator) -> River:
        """A river that passes the centre at a believable distance for a town of this radius."""
        offset = -float(rng.uniform(0.28, 0.42)) * radius
        waves = tuple(
            (amplitude * float(rng.uniform(0.8, 1.2)), length, float(rng.uniform(0, 2 * np.pi)))
            for amplitude, length in ((330.0, 4_300.0), (130.0, 1_700.0), (38.0, 640.0))
        )
        return cls(offset, waves, half_width=float(np.clip(14 + radius / 180, 16, 75)))

    def centre(self, x: np.ndarray) -> np.ndarray:
        a, w, p = (np.array(part)[:, None] for part in zip(*self.waves, strict=True))
        return self.offset + (a * np.sin(2 * np.pi * x / w + p)).sum(axis=0)

    def slope(self, x: np.ndarray) -> np.ndarray:
        a, w, p = (np.array(part)[:, None] for part in zip(*self.waves, strict=True))
        return (a * 2 * np.pi / w * np.cos(2 * np.pi * x / w + p)).sum(axis=0)

    def distance(self, flat: np.ndarray) -> np.ndarray:
        """Metres from the centre line (negative on its south side), near enough for banks."""
        x = flat[:, 0]
        return (flat[:, 1] - self.centre(x)) / np.sqrt(1 + self.slope(x) ** 2)

    def band(self, reach: float, warp: Warp, half_width: float) -> shapely.Polygon:
        """The polygon within `half_width` (varied a little) of the centre line, in bent metres."""
        x = np.arange(-reach, reach + 1, 35.0)
        line = np.stack([x, self.centre(x)], axis=1)
        slope = self.slope(x)
        normal = np.stack([-slope, np.ones_like(x)], axis=1) / np.sqrt(1 + slope**2)[:, None]
        width = half_width * (1 + 0.16 * np.sin(x / 310.0) + 0.10 * np.sin(x / 127.0 + 1))
        ring = np.concatenate([line + normal * width[:, None], (line - normal * width[:, None])[::-1]])
        return shapely.Polygon(warp(ring)).buffer(0)


@dataclass(frozen=True)
class Diagonal:
    """An old state road that crosses the arterial net at a slant: through `foot`, along `direction`."""

    foot: tuple[float, float]
    direction: tuple[float, float]

    @classmethod
    def near(cls, radius: float, rng: np.random.Generator) -> Diagonal:
        angle = np.radians(rng.uniform(28, 56) * rng.choice([-1, 1]))
        return cls((float(rng.uniform(0.15, 0.35)) * radius, 0.0), (float(np.cos(angle)), float(np.sin(angle))))

    def distance(self, flat: np.ndarray) -> np.ndarray:
        dx, dy = self.direction
        return np.abs((flat[:, 0] - self.foot[0]) * dy - (flat[:, 1] - self.foot[1]) * dx)

    def points(self, reach: float) -> np.ndarray:
        """Flat points along the road, right across the drawn square."""
        t = np.arange(-reach * 1.4, reach * 1.4, 40.0)[:, None]
        return np.array(self.foot) + t * np.array(self.direction)


def blobs(centres: np.ndarray, radii: np.ndarray, rng: np.random.Generator, points: int = 28) -> np.ndarray:
    """Rounded irregular polygons (ponds, woods) around centres, in the plane of the centres."""
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    r = np.ones((len(centres), points))
    for k, strength in ((1, 0.16), (2, 0.2), (3, 0.13), (5, 0.06)):
        phase = rng.uniform(0, 2 * np.pi, (len(centres), 1))
        r += strength * rng.uniform(0.3, 1, (len(centres), 1)) * np.sin(k * turn + phase)
    stretch = rng.uniform(0.6, 1.0, (len(centres), 1))
    ring = np.stack([r * np.cos(turn), r * np.sin(turn) * stretch], axis=2) * radii[:, None, None]
    return shapely.polygons(ring + centres[:, None, :])
