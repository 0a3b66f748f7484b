"""Questions put to one region: found, guessed from neighbours, nearest; and a region with doors taken out."""

from __future__ import annotations

import dataclasses
import math

import numpy as np

from outbound.addresses.rules import PostalParts
from outbound.geo.between import guess
from outbound.geo.located import How, Located, Nearby
from outbound.geo.planar import SCALE, metres, to_degrees
from outbound.geo.point_file import GRID, decoded, look_up, squares
from outbound.geo.region_points import Questions, RegionPoints
from outbound.geo.sphere import METRES_PER_DEGREE

_KINDS = {"between": How.BETWEEN, "along": How.ALONG, "street": How.STREET}
_MOST_SQUARES = 5
"""Grid squares to each side that a search for the nearest door looks into at most (about a kilometre)."""


def found_in(region: RegionPoints, asked: Questions) -> Located:
    """Known points of one region."""
    answers = Located.nowhere(len(asked))
    if not len(region):
        return answers
    found = region.find(asked, region.streets_of(asked))
    _put_points(region, answers, np.arange(len(asked)), found.point, found.confidence, found.elsewhere, found.respelled)
    missing = np.flatnonzero((found.point < 0) & (asked.street != b"") & (asked.number != b""))
    rounds: dict[int, list[tuple[int, int, float]]] = {}
    for at in missing.tolist():
        for turn, (street, sure) in enumerate(_spellings(region, asked, at)):
            rounds.setdefault(turn, []).append((at, street, sure))
    for turn in sorted(rounds):
        still = [entry for entry in rounds[turn] if answers.how[entry[0]] == How.NOWHERE]
        if not still:
            continue
        rows = np.array([entry[0] for entry in still])
        again = region.find(asked.take(rows), np.array([entry[1] for entry in still]))
        sure = again.confidence * np.array([entry[2] for entry in still])
        _put_points(region, answers, rows, again.point, sure, again.elsewhere, np.ones(len(rows), dtype=bool))
    return answers


def _put_points(
    region: RegionPoints,
    answers: Located,
    rows: np.ndarray,
    point: np.ndarray,
    confidence: np.ndarray,
    elsewhere: np.ndarray,
    respelled: np.ndarray,
) -> None:
    there = point >= 0
    rows, point, columns = rows[there], point[there], region.columns
    answers.lat[rows] = to_degrees(columns.lat[point])
    answers.lon[rows] = to_degrees(columns.lon[point])
    answers.accuracy[rows] = columns.radius[point]
    answers.confidence[rows] = confidence[there]
    how = np.where(respelled[there], How.ANOTHER_SPELLING, How.EXACT)
    answers.how[rows] = np.where(elsewhere[there], How.ANOTHER_PLACE, how)


def _spellings(region: RegionPoints, asked: Questions, at: int) -> list[tuple[int, float]]:
    """Streets of the ZIP code that the question's street may mean, with how sure that is."""
    return region.spellings(int(asked.postcode[at]), decoded(asked.street[at]))


def guessed_in(region: RegionPoints, asked: Questions) -> Located:
    """Positions of one region's streets for doors that it does not know."""
    answers = Located.nowhere(len(asked))
    columns = region.columns
    if not len(columns.streets):
        return answers
    streets = region.streets_of(asked)
    cities = look_up(columns.cities, asked.city)
    for at in np.flatnonzero((asked.street != b"") & (asked.number != b"")).tolist():
        postcode = int(asked.postcode[at])
        city = int(cities[at]) if asked.city[at] != b"" else -1
        if not postcode and city < 0:
            continue  # a street's name alone is in every town
        own = [(int(streets[at]), 1.0)] if streets[at] >= 0 else []
        for street, sure in own or _spellings(region, asked, at):
            doors = region.doors(street, postcode, city)
            place = guess(columns, doors, street, int(asked.place[at]), postcode)
            if place is not None and place.confidence * sure > answers.confidence[at]:
                answers.lat[at], answers.lon[at] = place.lat, place.lon
                answers.how[at] = _KINDS[place.kind]
                answers.accuracy[at], answers.confidence[at] = place.accuracy, place.confidence * sure
    return answers


def nearest_in(region: RegionPoints, lat: float, lon: float, within: float) -> Nearby | None:
    """The door of one region nearest to a position in degrees."""
    columns = region.columns
    if not len(columns) or not (abs(lat) <= 90 and abs(lon) <= 180):
        return None
    square = GRID / SCALE * METRES_PER_DEGREE
    rows = min(_MOST_SQUARES, math.ceil(within / square))
    wide = square * max(math.cos(math.radians(lat)), 0.05)
    sides = min(4 * _MOST_SQUARES, math.ceil(within / wide))
    home_lat, home_lon = round(lat * SCALE), round(lon * SCALE)
    found = []
    for row in range(-rows, rows + 1):
        ends = np.array([home_lon - sides * GRID, home_lon + sides * GRID])
        first, last = squares(np.full(2, home_lat + row * GRID), ends)
        low, high = np.searchsorted(columns.grid, [first, last + 1])
        found.append(np.asarray(columns.grid_order[low:high]))
    points = np.concatenate(found)
    if not len(points):
        return None
    away = metres(lat, lon, to_degrees(columns.lat[points]), to_degrees(columns.lon[points]))
    best = int(np.argmin(away))
    if away[best] > within:
        return None
    return _nearby(region, int(points[best]), float(away[best]))


def _nearby(region: RegionPoints, point: int, away: float) -> Nearby:
    columns = region.columns
    street = int(columns.key[point]) >> 40
    postcode = int(columns.postcode[point])
    parts = PostalParts(
        house_number=decoded(columns.numbers[columns.number[point]]),
        street=decoded(columns.street_shown[street]),
        city=decoded(columns.city_shown[columns.city[point]]),
        state=decoded(columns.states[columns.state[point]]),
        postcode=f"{postcode:05d}" if postcode else "",
    )
    return Nearby(parts, float(columns.lat[point]) / SCALE, float(columns.lon[point]) / SCALE, away)


def without_doors(region: RegionPoints, share: float, chance: np.random.Generator) -> RegionPoints:
    """The region without a share of its doors; all points of one street and number go together."""
    columns = region.columns
    if not len(columns):
        return region
    _, door = np.unique(np.asarray(columns.key), return_inverse=True)
    keep = (chance.random(int(door.max()) + 1) >= share)[door]
    per_point = ("key", "number", "unit", "postcode", "inferred", "city", "state", "lat", "lon", "radius", "source")
    kept = dataclasses.replace(columns, **{name: np.asarray(getattr(columns, name))[keep] for name in per_point})
    square = squares(kept.lat, kept.lon)
    order = np.argsort(square, kind="stable")
    return RegionPoints(dataclasses.replace(kept, grid=square[order], grid_order=order.astype(np.int32)))
