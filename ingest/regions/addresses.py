"""Address points and ranges as a file tells them, gathered on disk; then the sorted columns that are searched."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ingest.regions.spool import Interned, Spool
from outbound.geo.housenumbers import BITS, UNREAD_BLOCK

POINT = np.dtype(
    [
        ("source", "i8"), ("lat", "i4"), ("lon", "i4"), ("number", "i4"), ("street", "i4"), ("unit", "i4"),
        ("city", "i4"), ("state", "i4"), ("postcode", "i4"), ("radius", "u1"),
    ]
)  # fmt: skip
RANGE = np.dtype(
    [
        ("first", "i8"), ("last", "i8"), ("street", "i4"), ("postcode", "i4"), ("side", "i1"),
        ("line", "i8"), ("length", "i4"),
    ]
)  # fmt: skip
ENTRANCE, BUILDING, STRETCH = 5, 10, 25
"""Metres within which a door is: an address node, the middle of its building, one of several along a building."""
_LONGEST = {"number": 40, "street": 120, "unit": 40, "city": 80, "state": 40}
"""Characters beyond which a text is no part of an address."""
_MOST_NUMBERS = 50
"""Numbers in one tag (``12;14;16``) beyond which it is nonsense."""


@dataclass
class Gathered:
    """What was read, before it is sorted. Texts as they were written."""

    work: Path
    points: Spool = field(init=False)
    ranges: Spool = field(init=False)
    line_lat: Spool = field(init=False)
    line_lon: Spool = field(init=False)
    numbers: Interned = field(default_factory=Interned)
    streets: Interned = field(default_factory=Interned)
    units: Interned = field(default_factory=Interned)
    cities: Interned = field(default_factory=Interned)
    states: Interned = field(default_factory=Interned)
    postcodes: Interned = field(default_factory=Interned)
    left_out: int = 0
    """Addresses that have no number, no street, or a text that is none."""

    def __post_init__(self) -> None:
        self.work.mkdir(parents=True, exist_ok=True)
        self.points = Spool(self.work / "points.rows", POINT)
        self.ranges = Spool(self.work / "ranges.rows", RANGE)
        self.line_lat = Spool(self.work / "line_lat.rows", "i4")
        self.line_lon = Spool(self.work / "line_lon.rows", "i4")

    def add(
        self,
        source: int,
        lat: int,
        lon: int,
        number: str,
        street: str,
        *,
        unit: str = "",
        city: str = "",
        state: str = "",
        postcode: str = "",
        radius: int = BUILDING,
    ) -> None:
        """One address. Positions in stored units; ``12;14`` is two doors."""
        texts = {"number": number, "street": street, "unit": unit, "city": city, "state": state}
        usable = number.strip() and street.strip() and (lat or lon)
        if not usable or any(len(text) > _LONGEST[part] for part, text in texts.items() if part != "number"):
            self.left_out += 1
            return
        written = [part.strip() for part in number.replace(",", ";").split(";")] if ";" in number or "," in number \
            else [number]  # fmt: skip
        if len(written) > _MOST_NUMBERS or any(len(part) > _LONGEST["number"] for part in written):
            self.left_out += 1
            return
        for at, part in enumerate(filter(None, written)):
            self.points.add(
                (
                    source if at == 0 else -(source << 8 | at), lat, lon, self.numbers(part), self.streets(street),
                    self.units(unit), self.cities(city), self.states(state), self.postcodes(postcode[:12]), radius,
                )
            )  # fmt: skip

    def add_range(
        self, first: int, last: int, street: str, postcode: str, side: int, lat: np.ndarray, lon: np.ndarray
    ) -> None:
        """An address range along a line (stored units); ``first`` and ``last`` are packed places on their street."""
        blocks = (first >> BITS, last >> BITS)
        if blocks[0] != blocks[1] or UNREAD_BLOCK in blocks or not street.strip() or len(street) > _LONGEST["street"]:
            self.left_out += 1
            return
        self.ranges.add(
            (first, last, self.streets(street), self.postcodes(postcode[:12]), side, len(self.line_lat), len(lat))
        )
        self.line_lat.extend(lat.tolist())
        self.line_lon.extend(lon.tolist())
