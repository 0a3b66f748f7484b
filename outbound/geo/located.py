"""What an index of address points answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from outbound.postal.rules import PostalParts


class How(IntEnum):
    """How a position was found, best first. The numbers are what ``Located.how`` holds."""

    NOWHERE = 0
    EXACT = 1
    """The point of this number and street in this ZIP code (or city, where no ZIP code is given)."""
    ANOTHER_SPELLING = 2
    """The same, the street's name being written a little differently, or the number without its letter."""
    ANOTHER_PLACE = 3
    """The only door of this number and street nearby, though its ZIP code or city is written differently."""
    BETWEEN = 4
    """Between neighbouring numbers of the same side of the street."""
    ALONG = 5
    """Along an address range (TIGER, OpenStreetMap's addr:interpolation), or past the last known number."""
    STREET = 6
    """Only the street is known: the middle of its known doors within the ZIP code. Coarse."""


@dataclass(frozen=True)
class Located:
    """One answer a question, in the order of the questions."""

    lat: np.ndarray
    """Degrees; not a number where nothing was found."""
    lon: np.ndarray
    how: np.ndarray
    """``How`` as int8."""
    accuracy: np.ndarray
    """Metres within which the door is expected."""
    confidence: np.ndarray
    """0 to 1: how likely the position is that door's."""

    @property
    def found(self) -> np.ndarray:
        """Whether there is a position at all (coarse ones included)."""
        return self.how != How.NOWHERE

    @classmethod
    def nowhere(cls, count: int) -> Located:
        """That many answers, none of them found yet."""
        blank = np.full(count, np.nan)
        return cls(blank, blank.copy(), np.zeros(count, dtype=np.int8), blank.copy(), np.zeros(count))

    def put(self, at: np.ndarray, other: Located) -> None:
        """Take over another's answers for these questions."""
        for mine, theirs in zip(self._columns(), other._columns(), strict=True):
            mine[at] = theirs

    def improve(self, other: Located) -> None:
        """Take over what another is surer of."""
        surer = np.flatnonzero(other.confidence > self.confidence)
        for mine, theirs in zip(self._columns(), other._columns(), strict=True):
            mine[surer] = theirs[surer]

    def _columns(self) -> tuple[np.ndarray, ...]:
        return self.lat, self.lon, self.how, self.accuracy, self.confidence


@dataclass(frozen=True)
class Nearby:
    """The door nearest to a position. Parts as people write them (``109th Avenue``), empty where unknown."""

    parts: PostalParts
    lat: float
    lon: float
    metres: float


@dataclass(frozen=True)
class Centre:
    """The middle of a ZIP code's known doors."""

    lat: float
    lon: float
    radius: float
    """Metres within which 95 % of its doors lie."""
    points: int
