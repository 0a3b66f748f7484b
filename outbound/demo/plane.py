"""The plane a demo town is drawn on: metres around a centre, bent by smooth noise.

Everything in a town is first laid out on straight lines, where "both sides of a street, 19 m apart" is
simple arithmetic, and then bent by one smooth mapping. What touched before still touches afterwards, so
blocks, lots and territories keep tiling without gaps while no street stays ruler-straight.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outbound.geo.sphere import METRES_PER_DEGREE


@dataclass(frozen=True)
class Projection:
    """Local metres (east, north) to degrees and back; exact enough over a town, and trivially invertible."""

    lat: float
    lon: float

    def degrees(self, xy: np.ndarray) -> np.ndarray:
        """(n, 2) metres to (n, 2) lon/lat degrees, rounded to a centimetre as map data is."""
        scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(self.lat)), 1.0])
        return np.round(xy / scale + np.array([self.lon, self.lat]), 7)

    def metres(self, lonlat: np.ndarray) -> np.ndarray:
        """(n, 2) lon/lat degrees to (n, 2) metres."""
        scale = METRES_PER_DEGREE * np.array([np.cos(np.radians(self.lat)), 1.0])
        return (lonlat - np.array([self.lon, self.lat])) * scale


class Noise:
    """Smooth, endless, seeded noise on the plane: cubic B-splines over a repeating lattice."""

    PERIOD = 256

    def __init__(self, rng: np.random.Generator, wavelength: float, amplitude: float, channels: int) -> None:
        self._lattice = rng.uniform(-1.0, 1.0, (self.PERIOD, self.PERIOD, channels)) * amplitude
        self._flat = [np.ascontiguousarray(self._lattice[:, :, c]).ravel() for c in range(channels)]
        self._wavelength = wavelength

    def __call__(self, xy: np.ndarray) -> np.ndarray:
        """(n, 2) metres to (n, channels) values within ± amplitude."""
        out = np.empty((len(xy), self._lattice.shape[2]))
        for begin in range(0, len(xy), _CHUNK):
            out[begin : begin + _CHUNK] = self._chunk(xy[begin : begin + _CHUNK])
        return out

    def _chunk(self, xy: np.ndarray) -> np.ndarray:
        at = xy / self._wavelength
        base = np.floor(at)
        wx, wy = (_spline_weights(part) for part in (at - base).T)
        cell = base.astype(np.int64)
        rows = [(cell[:, 1] + j - 1) % self.PERIOD for j in range(4)]
        out = np.zeros((self._lattice.shape[2], len(xy)))
        for i in range(4):
            column = ((cell[:, 0] + i - 1) % self.PERIOD) * self.PERIOD
            for j in range(4):
                weight = wx[i] * wy[j]
                where = column + rows[j]
                for channel, values in enumerate(self._flat):
                    out[channel] += weight * values[where]
        return out.T


_CHUNK = 16_384
"""Points a pass: temporaries stay in the processor's cache."""


def _spline_weights(t: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    t2, t3 = t * t, t * t * t
    return (
        (1 - 3 * t + 3 * t2 - t3) / 6,
        (4 - 6 * t2 + 3 * t3) / 6,
        (1 + 3 * t + 3 * t2 - 3 * t3) / 6,
        t3 / 6,
    )


class Warp:
    """The bend of a whole town: a slight turn, slow sweeps and a livelier wobble.

    Gradients stay under about a third, so the mapping never folds and a 19 m lot stays 14–24 m wide.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self._turn = np.radians(rng.uniform(-6.0, 6.0))
        self._octaves = (
            Noise(rng, 5_200.0, 900.0, 2),
            Noise(rng, 1_500.0, 230.0, 2),
            Noise(rng, 620.0, 42.0, 2),
        )

    def __call__(self, xy: np.ndarray) -> np.ndarray:
        """(n, 2) flat metres to (n, 2) bent metres."""
        bent = xy + sum(octave(xy) for octave in self._octaves)
        c, s = np.cos(self._turn), np.sin(self._turn)
        return bent @ np.array([[c, s], [-s, c]])
