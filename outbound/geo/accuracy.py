"""A position with what it is worth, and when that is too little to tell whose ground it is. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from outbound.vocabulary import LocationSource

COARSE_METRES = 150.0
"""A position less exact than this says which part of town, not which door; ``ix_addresses_unplaced`` says the same."""


@dataclass(frozen=True)
class Position:
    """A place in WGS 84 degrees with what it is worth."""

    lat: float
    lon: float
    source: LocationSource
    accuracy: float
    """Metres within which the door is thought to lie."""
    confidence: float
    """0 to 1: how likely it is this door's."""

    @property
    def is_coarse(self) -> bool:
        return is_coarse(self.source, self.accuracy)


def is_coarse(source: str | None, accuracy: float | None) -> bool:
    """Whether a position is too rough to tell a door's territory by: such a door is put into no MICRO territory."""
    return source == LocationSource.ZIP_CENTROID or (accuracy or 0.0) > COARSE_METRES


def is_rough(source: str | None, accuracy: float | None) -> bool:
    """Whether a position was guessed too roughly (metres) to put its door into a MICRO territory. A pin was not
    guessed: somebody stood there."""
    return source != LocationSource.PIN and is_coarse(source, accuracy)


def better(first: Position | None, second: Position | None) -> Position | None:
    """The more exact of two, the first where they are equal."""
    if first is None or second is None:
        return first or second
    return second if second.accuracy < first.accuracy else first


def improves_on(found: Position, accuracy: float | None) -> bool:
    """Whether a position is more exact, by a metre at least, than one of ``accuracy`` metres: less is the noise of
    adding the same doors up in another order, and no reason to move a door."""
    return found.accuracy + 1.0 <= (accuracy or 0.0)
