"""Doors in the address points of loaded regions, by what was written and by what may have been meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np

from outbound.geo.accuracy import Position
from outbound.geo.points import How, Located, PointIndex
from outbound.geocoding.alternatives import Alternative, alternatives
from outbound.geocoding.rules import Area
from outbound.postal.rules import PostalParts
from outbound.vocabulary import LocationSource

Ask: TypeAlias = Callable[[Sequence[PostalParts]], Located]

LEAST = 0.5
"""Confidence below which an answer is another address's."""

_BESIDE = 0.85
"""What an answer in the next ZIP code is worth of one in its own."""

_BEYOND_DOUBT = 0.9

_SOURCES = {
    How.EXACT: LocationSource.ADDRESS_POINT,
    How.ANOTHER_SPELLING: LocationSource.ADDRESS_POINT,
    How.ANOTHER_PLACE: LocationSource.ADDRESS_POINT,
    How.BETWEEN: LocationSource.INTERPOLATED,
    How.ALONG: LocationSource.INTERPOLATED,
    How.STREET: LocationSource.INTERPOLATED,
}


class KnownDoors:
    """The address points, asked with every spelling."""

    def __init__(self, points: PointIndex) -> None:
        self._points = points
        self._areas: dict[str, Area | None] = {}
        self._neighbours: dict[str, list[str]] = {}

    @property
    def version(self) -> str:
        return self._points.version

    def locate(self, parts: Sequence[PostalParts]) -> list[Position | None]:
        """Positions of addresses (normalised), none where no region knows the street.

        Known doors first, as written and as they may have been meant; then what lies between neighbours; last the
        middle of the street, which may be coarse.
        """
        if not len(self._points) or not parts:
            return [None] * len(parts)
        found = self._points.find(parts)
        open_ = self._still(found, parts)
        self._with(found, parts, open_, alternatives, self._points.find)
        open_ = self._still(found, parts)
        self._with(found, parts, open_, self._beside, self._points.find)
        open_ = self._still(found, parts)
        if len(open_):
            found.put(open_, self._points.interpolate([parts[at] for at in open_.tolist()]))
            for others in (alternatives, self._next_door):
                vague = open_[(found.how[open_] == How.STREET) | ~found.found[open_]]
                self._with(found, parts, vague, others, self._points.interpolate)
        return _positions(found)

    def exact(self, parts: Sequence[PostalParts]) -> list[Position | None]:
        """Doors that are known as they are written, beyond doubt."""
        if not len(self._points) or not parts:
            return [None] * len(parts)
        found = self._points.find(parts)
        return [
            position if position is not None and position.confidence >= _BEYOND_DOUBT else None
            for position in _positions(found)
        ]

    def area(self, postcode: str) -> Area | None:
        """The middle of a ZIP code's known doors."""
        if postcode not in self._areas:
            centre = self._points.postcode_centre(postcode) if postcode else None
            self._areas[postcode] = Area(centre.lat, centre.lon, centre.radius) if centre else None
        return self._areas[postcode]

    def _still(self, found: Located, parts: Sequence[PostalParts]) -> np.ndarray:
        """Questions without an answer whose ZIP code a region knows, or that give none."""
        missing = np.flatnonzero(~found.found)
        near = [
            at
            for at in missing.tolist()
            if parts[at].house_number and (not parts[at].postcode or self.area(parts[at].postcode) is not None)
        ]
        return np.array(near, dtype=np.int64)

    def _beside(self, parts: PostalParts) -> list[Alternative]:
        """The same door, in every spelling, in the ZIP codes beside its own: lists draw their borders differently."""
        return self._in_neighbours(parts, [Alternative(parts, 1.0), *alternatives(parts)])

    def _next_door(self, parts: PostalParts) -> list[Alternative]:
        """The same door as it is written there: a guess between neighbours costs more than a look-up."""
        return self._in_neighbours(parts, [Alternative(parts, 1.0)])

    def _in_neighbours(self, parts: PostalParts, spellings: list[Alternative]) -> list[Alternative]:
        code = parts.postcode
        if code not in self._neighbours:
            self._neighbours[code] = self._points.postcodes_beside(code) if code else []
        return [
            Alternative(replace(each.parts, postcode=other), round(each.worth * _BESIDE, 3))
            for other in self._neighbours[code]
            for each in spellings
        ]

    def _with(
        self,
        found: Located,
        parts: Sequence[PostalParts],
        open_: np.ndarray,
        others: Callable[[PostalParts], list[Alternative]],
        ask: Ask,
    ) -> None:
        """Puts the surest answer that any other reading has into ``found``."""
        rows: list[int] = []
        asked: list[PostalParts] = []
        worth: list[float] = []
        for at in open_.tolist():
            for other in others(parts[at]):
                rows.append(at)
                asked.append(other.parts)
                worth.append(other.worth)
        if not asked:
            return
        answers = ask(asked)
        row, sure = np.array(rows), answers.confidence * np.array(worth)
        good = np.flatnonzero(answers.found & (answers.how != How.STREET) & (sure >= LEAST))
        best = good[np.lexsort((-sure[good], row[good]))]
        _, first = np.unique(row[best], return_index=True)
        chosen = best[first]
        to = row[chosen]
        how = answers.how[chosen]
        found.lat[to], found.lon[to] = answers.lat[chosen], answers.lon[chosen]
        found.how[to] = np.where(how == How.EXACT, How.ANOTHER_SPELLING, how)
        found.accuracy[to], found.confidence[to] = answers.accuracy[chosen], sure[chosen]


def _positions(found: Located) -> list[Position | None]:
    return [
        Position(lat, lon, _SOURCES[How(how)], accuracy, round(confidence, 3)) if how else None
        for lat, lon, how, accuracy, confidence in zip(
            found.lat.tolist(),
            found.lon.tolist(),
            found.how.tolist(),
            found.accuracy.tolist(),
            found.confidence.tolist(),
            strict=True,
        )
    ]
