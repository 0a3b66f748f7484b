"""The chain: known doors, then the online geocoder, then the middle of the ZIP code.

What a list says itself comes before all of it and is judged by :func:`outbound.geocoding.rules.judge_file`.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import h3.api.basic_int as h3
import numpy as np
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from outbound.addresses.rules import PostalParts
from outbound.errors import Unavailable
from outbound.geo.points import PointIndex
from outbound.geo.sphere import great_circle
from outbound.geocoding.known import KnownDoors
from outbound.geocoding.online import Busy, CapReached, OnlineGeocoder
from outbound.geocoding.postcodes import census_area
from outbound.geocoding.rules import Area, Position, better, middle
from outbound.geocoding.vendors import vendor_of
from outbound.settings import Settings
from outbound.storage.context import context_of, keys_of

CAPPED = "located by its ZIP code alone, for the geocoder's calls of this month are used up"
_FEWEST_DOORS = 3
"""Doors of a ZIP code whose middle says anything of it."""
_SMALLEST = 400.0
"""Metres: a ZIP code is no smaller than this, however close together the known doors of it lie."""


@dataclass
class Found:
    """What became of a number of addresses, in their order."""

    positions: list[Position | None]
    notes: dict[int, str] = field(default_factory=dict)
    """By index: what its owner should know of one."""
    pending: list[int] = field(default_factory=list)
    """Those that nobody could be asked about in time: worth another try at once."""
    stopped: Unavailable | None = None
    """Why the geocoder could not be asked further; ``pending`` are those it was not asked for."""


class Chain:
    """Positions for addresses of one organisation. Holds what it has learnt of ZIP codes, so make one a batch."""

    def __init__(self, session: Session, settings: Settings, *, pause: Callable[[float], None] = time.sleep) -> None:
        self._session = session
        self._known = KnownDoors(PointIndex.open(settings.regions_dir))
        self._areas: dict[str, Area | None] = {}
        self._online = online_geocoder(session, settings, pause)

    @property
    def points_version(self) -> str:
        """Of the address points: another one is a reason to look again."""
        return self._known.version

    @property
    def asks_online(self) -> bool:
        return self._online is not None

    def area(self, postcode: str) -> Area | None:
        """The middle of a ZIP code: of its known doors, else of the organisation's own, else as the Census has it.
        Learn many at once beforehand, by :meth:`learn`."""
        if postcode and postcode not in self._areas:
            self.learn([postcode])
        return self._areas.get(postcode)

    def learn(self, postcodes: Iterable[str]) -> None:
        """Looks ZIP codes up, all in one question to the database."""
        new = {code for code in postcodes if code and code not in self._areas}
        for code in new:
            self._areas[code] = self._known.area(code)
        unknown = sorted(code for code in new if self._areas[code] is None)
        if unknown:
            own = _areas_of_doors(self._session, unknown)
            self._areas |= {code: own[code] or census_area(code) for code in unknown}

    def known(self, parts: Sequence[PostalParts]) -> list[Position | None]:
        """What the address points say of addresses (normalised); coarse where only the street is known."""
        return self._known.locate(parts)

    def doors(self, parts: Sequence[PostalParts]) -> list[Position | None]:
        """Addresses (normalised) whose door the address points know beyond doubt."""
        return self._known.exact(parts)

    def locate(self, parts: Sequence[PostalParts], now: datetime, *, seconds: float) -> Found:
        """Positions of addresses (normalised). The online geocoder is asked for at most so many seconds; for none,
        not at all.

        Never raises for a geocoder: :attr:`Found.stopped` says what it does.
        """
        found = Found(self.known(parts))
        self.learn(part.postcode for part, at in zip(parts, found.positions, strict=True) if _is_rough(at))
        rough = [at for at, position in enumerate(found.positions) if _is_rough(position)]
        if self._online is not None and seconds > 0:
            rough = self._ask(self._online, parts, rough, found, now, seconds)
        for at in rough:
            area = self.area(parts[at].postcode)
            found.positions[at] = better(found.positions[at], middle(area) if area else None)
        return found

    def _ask(
        self,
        online: OnlineGeocoder,
        parts: Sequence[PostalParts],
        rough: list[int],
        found: Found,
        now: datetime,
        seconds: float,
    ) -> list[int]:
        """Asks for what is rough; returns what stays so. What it had no time for is pending."""
        ends = time.monotonic() + seconds
        answers: dict[PostalParts, Position | None] = {}
        left: list[int] = []
        capped = False
        for turn, at in enumerate(rough):
            door = replace(parts[at], unit="")
            if door not in answers:
                if time.monotonic() >= ends:
                    found.pending = [other for other in rough[turn:] if replace(parts[other], unit="") not in answers]
                    left += [other for other in rough[turn:] if other not in found.pending]
                    for other in left:
                        self._take(found, other, answers.get(replace(parts[other], unit="")))
                    return left
                try:
                    area = self.area(door.postcode)
                    stored = online.cached(door, now) if capped else None
                    answers[door] = (stored.position if stored else None) if capped else online.find(door, area, now)
                except CapReached:
                    capped = True
                    answers[door] = None
                except (Busy, Unavailable) as error:
                    found.stopped = error if isinstance(error, Unavailable) else Unavailable(_BUSY)
                    found.pending = rough[turn:]
                    return left
            if not self._take(found, at, answers[door]):
                left.append(at)
                if capped:
                    found.notes[at] = CAPPED
        return left

    @staticmethod
    def _take(found: Found, at: int, answer: Position | None) -> bool:
        """Whether an answer is good enough, after it has been taken where it is better than what there was."""
        found.positions[at] = better(found.positions[at], answer)
        return not _is_rough(found.positions[at])


_BUSY = "Others ask the geocoder just now; it goes on after them."


def _is_rough(position: Position | None) -> bool:
    return position is None or position.is_coarse


def online_geocoder(
    session: Session, settings: Settings, pause: Callable[[float], None] = time.sleep
) -> OnlineGeocoder | None:
    """The geocoder of the settings on behalf of the session's organisation; none where none is set."""
    vendor = vendor_of(settings)
    if vendor is None:
        return None
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    return OnlineGeocoder(vendor, settings, engine, keys_of(session), context_of(session).org_id, pause=pause)


def _areas_of_doors(session: Session, postcodes: list[str]) -> dict[str, Area | None]:
    """ZIP codes that no region knows, by the cells of the organisation's well-placed doors in them."""
    cells: dict[str, list[tuple[int, int]]] = defaultdict(list)
    rows = session.execute(text(_CELLS), {"org": context_of(session).org_id, "postcodes": postcodes})
    for row in rows:
        cells[row.postcode].append((row.cell, row.doors))
    return {postcode: _area_of_cells(cells.get(postcode, [])) for postcode in postcodes}


def _area_of_cells(cells: list[tuple[int, int]]) -> Area | None:
    doors = np.array([count for _, count in cells])
    if doors.sum() < _FEWEST_DOORS:
        return None
    at = np.array([h3.cell_to_latlng(cell) for cell, _ in cells])
    lat, lon = (float(value) for value in np.average(at, axis=0, weights=doors))
    away = sorted(great_circle((lat, lon), (float(y), float(x))) for y, x in at)
    return Area(lat, lon, max(away[-1 if len(away) < 20 else round(len(away) * 0.95) - 1], _SMALLEST))


_CELLS = """
select left(postcode, 5) as postcode, cell, count(*) as doors from outbound.addresses
where
    org_id = :org and left(postcode, 5) = any(:postcodes) and cell is not null
    and location_source <> 'zip_centroid' and coalesce(location_accuracy, 0) <= 150
group by 1, 2
order by 1, 2
"""
