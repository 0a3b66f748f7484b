"""What a position is worth: of a file, of a geocoder, of a ZIP code. Pure: no database, no network, no clock."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from outbound.addresses.rules import PostalParts, normalise
from outbound.geo.sphere import great_circle
from outbound.geocoding.states import state_of_postcode, within_state
from outbound.vocabulary import AnswerKind, LocationSource

COARSE_METRES = 150.0
"""A position less exact than this says which part of town, not which door; ``ix_addresses_unplaced`` says the same."""

FILE_ACCURACY = 25.0
"""Metres: what a list's own coordinates are taken for, which may be of a door, a parcel or a street."""
FILE_CONFIDENCE = 0.9
"""Of coordinates that nobody has looked at yet; afterwards it is another."""
_FILE_AGREES, _FILE_FITS, _FILE_ALONE = 0.98, 0.95, 0.85
_FROM_ITS_DOOR = 1_000.0
"""Metres: coordinates this far from the address's known door are another address's."""

_KINDS = {
    AnswerKind.DOOR: (10.0, 0.95),
    AnswerKind.INTERPOLATED: (60.0, 0.75),
    AnswerKind.STREET: (500.0, 0.4),
    AnswerKind.POSTCODE: (3_000.0, 0.2),
    AnswerKind.PLACE: (10_000.0, 0.1),
}
"""Metres and confidence of an answer of each kind, where it says nothing itself."""

_ELSEWHERE_METRES = 20_000.0
"""An answer this much further from its ZIP code's middle than its doors lie is of another town."""

_RETRY_DAYS = (1, 3, 7, 30, 90)


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


@dataclass(frozen=True)
class Answer:
    """What a geocoder said, in the parts that can be held against the question; unknown parts are empty."""

    lat: float
    lon: float
    kind: AnswerKind
    parts: PostalParts = field(default_factory=PostalParts)
    confidence: float | None = None


@dataclass(frozen=True)
class Area:
    """The middle of a ZIP code, and the metres within which most of its doors lie."""

    lat: float
    lon: float
    radius: float


class Nonsense(Exception):
    """An answer that cannot be one. Says why, without a value of it."""


def is_coarse(source: str | None, accuracy: float | None) -> bool:
    """Whether a position is too rough to tell a door's territory by: such a door is put into no MICRO territory."""
    return source == LocationSource.ZIP_CENTROID or (accuracy or 0.0) > COARSE_METRES


def judge(answer: Answer, asked: PostalParts, area: Area | None) -> Position | None:
    """What an answer is worth for the address that was asked for (normalised); none when it is of another one.

    A wrong house number or street is another address. A ZIP code or city may be written differently, so only the
    distance counts there. Raises :class:`Nonsense` for what is no position in the United States.
    """
    if not (math.isfinite(answer.lat) and math.isfinite(answer.lon)):
        raise Nonsense("a position that is no number")
    if answer.lat == 0 or answer.lon == 0 or not (-90 <= answer.lat <= 90 and -180 <= answer.lon <= 180):
        raise Nonsense("a position that is none")
    given = normalise(answer.parts)
    state = state_of_postcode(asked.postcode) or asked.state
    if within_state(state, answer.lat, answer.lon) is False or (given.state and state and given.state != state):
        return None
    if area is not None and great_circle((area.lat, area.lon), (answer.lat, answer.lon)) > (
        _ELSEWHERE_METRES + area.radius
    ):
        return None
    if given.house_number and not _same_number(given.house_number, asked.house_number):
        return None
    if given.street and not same_street(given.street, asked.street):
        return None
    kind = answer.kind
    if kind in (AnswerKind.DOOR, AnswerKind.INTERPOLATED) and not given.house_number:
        kind = AnswerKind.STREET if given.street else AnswerKind.PLACE
    accuracy, confidence = _KINDS[kind]
    if answer.confidence is not None and 0 <= answer.confidence <= 1:
        confidence = min(confidence, answer.confidence)
    if given.postcode and asked.postcode and given.postcode != asked.postcode:
        confidence *= 0.8
    return Position(answer.lat, answer.lon, LocationSource.GEOCODER, accuracy, round(confidence, 3))


def middle(area: Area) -> Position:
    """The middle of a ZIP code as a door's position: coarse."""
    radius = max(area.radius, COARSE_METRES + 1)
    return Position(area.lat, area.lon, LocationSource.ZIP_CENTROID, radius, 0.1)


def better(first: Position | None, second: Position | None) -> Position | None:
    """The more exact of two, the first where they are equal."""
    if first is None or second is None:
        return first or second
    return second if second.accuracy < first.accuracy else first


def improves_on(found: Position, accuracy: float | None) -> bool:
    """Whether a position is more exact, by a metre at least, than one of ``accuracy`` metres: less is the noise of
    adding the same doors up in another order, and no reason to move a door."""
    return found.accuracy + 1.0 <= (accuracy or 0.0)


@dataclass(frozen=True)
class FileJudgement:
    """What a list's own coordinates are worth; ``position`` none: the address has to be looked up."""

    position: Position | None
    fault: str | None = None
    """Why they are left out, without a value of them."""


def judge_file(
    lat: float,
    lon: float,
    asked: PostalParts,
    area: Area | None,
    door: Position | None,
    *,
    off_the_land: bool = False,
) -> FileJudgement:
    """Whether a list's own coordinates can be those of their address (normalised).

    ``area`` is its ZIP code's and ``door`` its known door, where they are known. In another state, in another town, at
    another door: each is told by the address beside it. ``off_the_land`` tells the sea near by, and of any row.
    """
    fault = file_fault(lat, lon, asked, area)
    if fault is None and off_the_land:
        fault = "lat and lon lie in the water or abroad"
    away = great_circle((lat, lon), (door.lat, door.lon)) if door is not None else 0.0
    if fault is None and door is not None and away > _FROM_ITS_DOOR:
        fault = "lat and lon lie far from this address"
    if fault is not None:
        return FileJudgement(door, f"{fault} and were left out")
    if door is not None:
        confidence = _FILE_AGREES
    elif area is not None:
        confidence = _FILE_FITS
    else:
        confidence = _FILE_ALONE
    return FileJudgement(Position(lat, lon, LocationSource.FILE, FILE_ACCURACY, confidence))


def file_fault(lat: float, lon: float, asked: PostalParts, area: Area | None) -> str | None:
    """Why coordinates cannot be in the state or near the ZIP code of an address; none when they may."""
    state = state_of_postcode(asked.postcode) or asked.state
    if within_state(state, lat, lon) is False:
        return "lat and lon lie in another state or in the sea"
    if area is not None and great_circle((area.lat, area.lon), (lat, lon)) > _ELSEWHERE_METRES + area.radius:
        return "lat and lon lie far from this ZIP code"
    return None


def same_street(one: str, other: str) -> bool:
    """Whether two normalised street names are one street: spaces and a missing or other suffix tell nothing."""
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return True
    first, second = one.split(), other.split()
    shorter, longer = sorted((first, second), key=len)
    return len(shorter) > 0 and longer[: len(shorter)] == shorter and len(longer) - len(shorter) == 1


def next_attempt(attempts: int, now: datetime) -> datetime:
    """When a door that was not found well enough is looked for again, after so many attempts."""
    return now + timedelta(days=_RETRY_DAYS[min(attempts, len(_RETRY_DAYS)) - 1])


def retry_pause(attempt: int, asked_for: float | None) -> float:
    """Seconds to wait before asking a geocoder again, after the given attempt (1 is the first) has failed.

    ``asked_for`` is what it asked for itself (Retry-After).
    """
    own = 0.5 * 2.0 ** (attempt - 1)
    return own if asked_for is None else max(own, asked_for)


def _same_number(one: str, other: str) -> bool:
    return one.replace("-", "").replace(" ", "") == other.replace("-", "").replace(" ", "")
