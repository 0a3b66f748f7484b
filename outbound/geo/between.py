"""A door that no point is known for, from its neighbours on the street.

The nearest lower and higher numbers of the same side decide, block by block where numbers have blocks (Queens); then
address ranges; then the run of the numbers on one side; then the other side of the street; last the street itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outbound.geo.housenumbers import BITS, UNREAD_BLOCK
from outbound.geo.planar import along, metres, to_degrees
from outbound.geo.point_file import STREET_SHIFT, PointColumns

_PACKED = np.uint64((1 << STREET_SHIFT) - 1)
_CLOSE = 150.0
"""Metres between neighbours within which nothing is better than the line between them."""
_FAR = 600.0
"""Metres between neighbours beyond which the line between them says little."""
_BEYOND = 14
"""Numbers past the last known one that are still guessed from the run before it."""
_NEXT_DOOR = 6
_WIDEST_STREET = 3_000.0
"""Metres: the middle of a street that is longer says nothing."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A position in degrees; ``kind`` is ``between``, ``along`` or ``street``. ``accuracy`` in metres."""

    kind: str
    lat: float
    lon: float
    accuracy: float
    confidence: float


@dataclass
class Doors:
    """The doors of one street in one place, by number."""

    packed: np.ndarray
    lat: np.ndarray
    lon: np.ndarray

    def where(self, which: np.ndarray) -> Doors:
        return Doors(self.packed[which], self.lat[which], self.lon[which])

    def __len__(self) -> int:
        return len(self.packed)

    def apart(self, one: int, other: int) -> float:
        return float(metres(self.lat[one], self.lon[one], self.lat[other], self.lon[other]))


def guess(columns: PointColumns, doors: Doors, street: int, packed: int, postcode: int) -> Guess | None:
    """Where the door of that number (packed) must be, from the known doors of its street (:func:`doors_of`)."""
    if packed >> BITS == UNREAD_BLOCK:
        return _middle(doors)
    side = doors.where((doors.packed & 1) == (packed & 1)) if len(doors) else doors
    near = _between(side, packed, _CLOSE)
    return (
        near
        or _ranged(columns, street, packed, postcode)
        or _between(side, packed, _FAR)
        or _past_the_last(side, packed)
        or _opposite(doors, packed)
        or _middle(doors)
    )


def doors_of(columns: PointColumns, street: int, postcode: int, city: int) -> Doors:
    """The doors of a street in a ZIP code, or in a city. ``postcode`` 0 and ``city`` -1 are unknown."""
    low, high = np.searchsorted(
        columns.key, [np.uint64(street << STREET_SHIFT), np.uint64((street + 1) << STREET_SHIFT)]
    )
    piece = slice(int(low), int(high))
    packed = (np.asarray(columns.key[piece]) & _PACKED).astype(np.int64)
    fits = (packed >> BITS) != UNREAD_BLOCK
    if postcode:
        fits &= columns.postcode[piece] == postcode
    elif city >= 0:
        fits &= (columns.city[piece] == city) | (columns.city[piece] == 0)
    return Doors(packed[fits], to_degrees(columns.lat[piece][fits]), to_degrees(columns.lon[piece][fits]))


def _between(side: Doors, packed: int, widest: float) -> Guess | None:
    """Between the neighbours of the same side, within one block where there are such."""
    if len(side) < 2:
        return None
    at = int(np.searchsorted(side.packed, packed))
    if at < len(side) and side.packed[at] == packed:  # the door itself, with another letter
        return Guess("between", float(side.lat[at]), float(side.lon[at]), 20.0, 0.85)
    if at in (0, len(side)):
        return None
    below, above = at - 1, at
    low, high = int(side.packed[below]), int(side.packed[above])
    apart = side.apart(below, above)
    if apart > widest:
        return None
    one_block = low >> BITS == high >> BITS
    if one_block:
        share = (packed - low) / (high - low)
        accuracy, confidence = 8 + apart / 6, 0.9 if apart <= _CLOSE else 0.7
    else:
        if _run_is_better(side, at, packed):
            return None
        share = _share_of_blocks(low, high, packed)
        accuracy, confidence = 10 + apart / 3, 0.75 if apart <= _CLOSE else 0.55
    lat = float(side.lat[below] + (side.lat[above] - side.lat[below]) * share)
    lon = float(side.lon[below] + (side.lon[above] - side.lon[below]) * share)
    return Guess("between", lat, lon, accuracy, confidence)


def _share_of_blocks(low: int, high: int, packed: int) -> float:
    """Numbers begin anew at each block: near the end that shares the block, else in the middle."""
    if low >> BITS == packed >> BITS:
        return 0.25
    return 0.75 if high >> BITS == packed >> BITS else 0.5


def _run_is_better(side: Doors, at: int, packed: int) -> bool:
    """Whether the run of the own block's numbers ends so near that it says more than the next block does."""
    return _run(side, at, packed) is not None


def _run(side: Doors, at: int, packed: int) -> tuple[int, int] | None:
    """The last known number on one side within the block, and the one before it, by place."""
    block = packed >> BITS
    for last, before in ((at - 1, at - 2), (at, at + 1)):
        if not (0 <= last < len(side) and 0 <= before < len(side)):
            continue
        inside = side.packed[last] >> BITS == block == side.packed[before] >> BITS
        if inside and side.packed[last] != side.packed[before] and abs(int(side.packed[last]) - packed) <= _BEYOND:
            return last, before
    return None


def _past_the_last(side: Doors, packed: int) -> Guess | None:
    """On from the last known number, at the pace of the numbers before it; or at its next door."""
    if not len(side):
        return None
    at = int(np.searchsorted(side.packed, packed))
    run = _run(side, at, packed)
    if run is not None:
        last, before = run
        steps = (packed - int(side.packed[last])) / (int(side.packed[last]) - int(side.packed[before]))
        pace = side.apart(last, before)
        if pace * steps <= 80:
            lat = float(side.lat[last] + (side.lat[last] - side.lat[before]) * steps)
            lon = float(side.lon[last] + (side.lon[last] - side.lon[before]) * steps)
            return Guess("along", lat, lon, 15 + pace * steps / 2, 0.7)
    for neighbour in (at - 1, at):
        if 0 <= neighbour < len(side) and abs(int(side.packed[neighbour]) - packed) <= _NEXT_DOOR:
            return Guess("along", float(side.lat[neighbour]), float(side.lon[neighbour]), 30.0, 0.65)
    return None


def _opposite(doors: Doors, packed: int) -> Guess | None:
    """From the neighbours across the street."""
    other = doors.where((doors.packed & 1) != (packed & 1)) if len(doors) else doors
    across = _between(other, packed, _FAR)
    if across is None:
        return None
    return Guess("along", across.lat, across.lon, across.accuracy + 20, across.confidence - 0.2)


def _ranged(columns: PointColumns, street: int, packed: int, postcode: int) -> Guess | None:
    """Along an address range of the street that holds the number."""
    low, high = np.searchsorted(columns.range_key, [street, street + 1])
    best: Guess | None = None
    for at in range(int(low), int(high)):
        first, last = (int(value) for value in columns.range_ends[at])
        side = int(columns.range_side[at])
        if not min(first, last) <= packed <= max(first, last) or (side and (packed & 1) != (side == 1)):
            continue
        known = int(columns.range_postcode[at])
        if postcode and known and known != postcode:
            continue
        begin, end = (int(value) for value in columns.range_line[at : at + 2])
        lat, lon = to_degrees(columns.range_lat[begin:end]), to_degrees(columns.range_lon[begin:end])
        share = 0.5 if first == last else (packed - first) / (last - first)
        length = float(metres(lat[:-1], lon[:-1], lat[1:], lon[1:]).sum())
        found = along(lat, lon, share)
        candidate = Guess("along", *found, 20 + length / 8, 0.75 if length <= 400 else 0.6)
        if best is None or candidate.accuracy < best.accuracy:
            best = candidate
    return best


def _middle(doors: Doors) -> Guess | None:
    """The middle of what is known of the street."""
    if not len(doors):
        return None
    lat, lon = float(np.median(doors.lat)), float(np.median(doors.lon))
    reach = float(np.percentile(metres(doors.lat, doors.lon, lat, lon), 95))
    return Guess("street", lat, lon, max(reach, 60.0), 0.3) if reach <= _WIDEST_STREET else None
