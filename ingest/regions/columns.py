"""From gathered addresses to the sorted columns that are searched (`outbound.geo.point_file`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from ingest.regions.addresses import STRETCH, Gathered
from outbound.addresses.rules import PostalParts, normalise
from outbound.geo.housenumbers import place_of, spanned
from outbound.geo.planar import metres, to_degrees
from outbound.geo.point_file import (
    CITY_WIDTH,
    NAME_WIDTH,
    NUMBER_WIDTH,
    STATE_WIDTH,
    STREET_SHIFT,
    UNIT_WIDTH,
    PointColumns,
    encoded,
    squares,
)
from outbound.geo.region_points import postcode_number
from outbound.geo.sphere import METRES_PER_DEGREE

_SAME_DOOR = 60.0
"""Metres within which two points of one address are one door (its node and its building)."""
_NEIGHBOUR = 500.0
"""Metres within which a door without a ZIP code has that of the nearest door that has one."""
_MOST_NEIGHBOURS = 1_000_000
"""Doors that lend their ZIP codes; an even choice of them where there are more."""


@dataclass
class _Table:
    """Normalised texts sorted, and for each text as written its place among them."""

    texts: np.ndarray
    at: np.ndarray
    shown: np.ndarray


def build_columns(gathered: Gathered) -> PointColumns:
    """Normalise, sort, drop what is told twice, and lend ZIP codes to those that have none."""
    rows = gathered.points.finished()
    tables = _tables(gathered)
    rows = _without_hyphen_ranges(rows, gathered, tables)
    numbers, streets = tables["number"], tables["street"]
    places = np.array(
        [place_of(text.decode("utf-8", "ignore")).packed for text in numbers.texts.tolist()], dtype=np.uint64
    )
    number, street = numbers.at[rows["number"]], streets.at[rows["street"]]
    key = (street.astype(np.uint64) << np.uint64(STREET_SHIFT)) | places[number]
    codes = np.array([_postcode(text) for text in gathered.postcodes.texts], dtype=np.int32)
    unit = np.where(rows["unit"] > 0, tables["unit"].at[rows["unit"]], _streets_unit(gathered, tables)[rows["street"]])
    keep = (numbers.texts[number] != b"") & (streets.texts[street] != b"")
    columns = {
        "key": key,
        "number": number,
        "unit": unit.astype(np.int32),
        "postcode": codes[rows["postcode"]],
        "city": tables["city"].at[rows["city"]],
        "state": tables["state"].at[rows["state"]].astype(np.int16),
        "lat": rows["lat"],
        "lon": rows["lon"],
        "radius": rows["radius"],
        "source": rows["source"],
    }
    order = np.lexsort((rows["source"], rows["radius"], columns["unit"], number, columns["postcode"], key))
    order = order[keep[order]]
    columns = {name: np.ascontiguousarray(column[order]) for name, column in columns.items()}
    once = ~_told_before(columns)
    columns = {name: column[once] for name, column in columns.items()}
    columns["postcode"], inferred = _lent(columns["postcode"], columns["lat"], columns["lon"])
    square = squares(columns["lat"], columns["lon"])
    by_square = np.argsort(square, kind="stable").astype(np.int32)
    ranges = _ranges(gathered, tables, codes)
    point_street = (columns["key"] >> np.uint64(STREET_SHIFT)).astype(np.int32)
    return PointColumns(
        **columns,
        inferred=inferred,
        grid=square[by_square],
        grid_order=by_square,
        streets=streets.texts,
        street_shown=streets.shown,
        numbers=numbers.texts,
        units=tables["unit"].texts,
        cities=tables["city"].texts,
        city_shown=tables["city"].shown,
        states=tables["state"].texts,
        postcode_streets=_pairs(
            np.concatenate([columns["postcode"], ranges["range_postcode"]]),
            np.concatenate([point_street, ranges["range_key"]]),
        ),
        centres=_all_centres(columns, ranges),
        **ranges,
    )


def _postcode(text: str) -> int:
    return postcode_number(normalise(PostalParts(postcode=text.split(";")[0])).postcode)


def _tables(gathered: Gathered) -> dict[str, _Table]:
    """Each text once, normalised and sorted; the empty text among them."""
    made = {}
    streets = [normalise(PostalParts(street=text)) for text in gathered.streets.texts]
    units = [normalise(PostalParts(unit=text)).unit for text in gathered.units.texts]
    made["street"] = _table([part.street for part in streets], gathered.streets.texts, NAME_WIDTH)
    made["unit"] = _table(units + [part.unit for part in streets], None, UNIT_WIDTH)
    made["number"] = _table(
        [normalise(PostalParts(house_number=text)).house_number for text in gathered.numbers.texts], None, NUMBER_WIDTH
    )
    cities = [normalise(PostalParts(city=text)).city for text in gathered.cities.texts]
    made["city"] = _table(cities, gathered.cities.texts, CITY_WIDTH)
    made["state"] = _table(
        [normalise(PostalParts(state=text)).state for text in gathered.states.texts], None, STATE_WIDTH
    )
    return made


def _table(normal: list[str], written: list[str] | None, width: int) -> _Table:
    texts, first, at = np.unique(encoded(normal, width), return_index=True, return_inverse=True)
    shown = encoded([written[index] for index in first.tolist()], width) if written is not None else texts
    return _Table(texts, at.astype(np.int32), shown)


def _streets_unit(gathered: Gathered, tables: dict[str, _Table]) -> np.ndarray:
    """For each street as written, the unit that stood behind its name."""
    return tables["unit"].at[len(gathered.units.texts) :]


def _without_hyphen_ranges(rows: np.ndarray, gathered: Gathered, tables: dict[str, _Table]) -> np.ndarray:
    """Where hyphens mean "to" (most numbers of the street have none), a point for each number that is meant."""
    texts = gathered.numbers.texts
    meant = [spanned(text.replace(" ", "")) if "-" in text else [] for text in texts]
    hyphened = np.array(["-" in text for text in texts])
    street = tables["street"].at[rows["street"]]
    count = len(tables["street"].texts)
    with_hyphen = np.bincount(street, weights=hyphened[rows["number"]], minlength=count)
    share = with_hyphen / np.maximum(np.bincount(street, minlength=count), 1)
    spans = np.array([len(numbers) > 0 for numbers in meant])[rows["number"]] & (share[street] < 0.5)
    if not spans.any():
        return rows
    known = len(texts)
    doors = []
    for row in rows[spans].tolist():
        for number in meant[row[3]]:
            doors.append((*row[:3], gathered.numbers(str(number)), *row[4:9], max(row[9], STRETCH)))
    if len(gathered.numbers.texts) > known:
        tables["number"] = _tables(gathered)["number"]
    return np.concatenate([rows[~spans], np.array(doors, dtype=rows.dtype)])


def _told_before(columns: dict[str, np.ndarray]) -> np.ndarray:
    """Whether the row before tells the same door (sorted so that the more exact comes first)."""
    same = np.zeros(len(columns["key"]), dtype=bool)
    if len(same) < 2:
        return same
    same[1:] = True
    for name in ("key", "number", "unit", "postcode"):
        same[1:] &= columns[name][1:] == columns[name][:-1]
    lat, lon = to_degrees(columns["lat"]), to_degrees(columns["lon"])
    same[1:] &= metres(lat[1:], lon[1:], lat[:-1], lon[:-1]) <= _SAME_DOOR
    return same


def _lent(postcode: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """ZIP codes with the gaps filled from neighbours, and which were."""
    missing = np.flatnonzero(postcode == 0)
    known = np.flatnonzero(postcode > 0)
    inferred = np.zeros(len(postcode), dtype=bool)
    if not len(missing) or not len(known):
        return postcode, inferred
    known = known[:: max(1, -(-len(known) // _MOST_NEIGHBOURS))]
    shrink = np.cos(np.radians(float(np.mean(to_degrees(lat[known])))))
    plane = np.array([1.0, shrink]) * METRES_PER_DEGREE
    tree = cKDTree(np.column_stack([to_degrees(lat[known]), to_degrees(lon[known])]) * plane)
    asked = np.column_stack([to_degrees(lat[missing]), to_degrees(lon[missing])]) * plane
    away, nearest = tree.query(asked, distance_upper_bound=_NEIGHBOUR)
    near = np.isfinite(away)
    postcode = postcode.copy()
    postcode[missing[near]] = postcode[known[nearest[near]]]
    inferred[missing[near]] = True
    return postcode, inferred


def _pairs(postcode: np.ndarray, street: np.ndarray) -> np.ndarray:
    """Each ZIP code with each of its streets, sorted."""
    packed = np.unique((postcode[postcode > 0].astype(np.int64) << 32) | street[postcode > 0])
    return np.column_stack([packed >> 32, packed & 0xFFFFFFFF]).astype(np.int32)


def _all_centres(columns: dict[str, np.ndarray], ranges: dict[str, np.ndarray]) -> np.ndarray:
    """Of ZIP codes without a door, the middle of where their ranges begin."""
    doors = _centres(columns["postcode"], columns["lat"], columns["lon"])
    begin = ranges["range_line"][:-1]
    others = _centres(ranges["range_postcode"], ranges["range_lat"][begin], ranges["range_lon"][begin])
    others = others[~np.isin(others[:, 0], doors[:, 0])]
    merged = np.concatenate([doors, others])
    return merged[np.argsort(merged[:, 0])]


def _centres(postcode: np.ndarray, lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """ZIP code, latitude, longitude, metres that hold 95 % of its doors, doors. The middle is the median."""
    order = np.argsort(postcode, kind="stable")
    codes, starts = np.unique(postcode[order], return_index=True)
    made: list[tuple[float, ...]] = []
    if not len(codes):
        return np.empty((0, 5))
    for code, rows in zip(codes.tolist(), np.split(order, starts[1:]), strict=True):
        if not code:
            continue
        y, x = to_degrees(lat[rows]), to_degrees(lon[rows])
        middle = float(np.median(y)), float(np.median(x))
        made.append((code, *middle, float(np.percentile(metres(y, x, *middle), 95)), len(rows)))
    return np.array(made, dtype=np.float64).reshape(-1, 5)


def _ranges(gathered: Gathered, tables: dict[str, _Table], codes: np.ndarray) -> dict[str, np.ndarray]:
    rows = gathered.ranges.finished()
    lat, lon = gathered.line_lat.finished(), gathered.line_lon.finished()
    street = tables["street"].at[rows["street"]].astype(np.int32)
    order = np.argsort(street, kind="stable")
    rows = rows[order]
    pieces = np.concatenate(
        [np.arange(start, start + length) for start, length in zip(rows["line"], rows["length"], strict=True)]
        or [np.empty(0, dtype=np.int64)]
    )
    return {
        "range_key": street[order],
        "range_ends": np.column_stack([rows["first"], rows["last"]]).astype(np.int64).reshape(-1, 2),
        "range_side": rows["side"].astype(np.int8),
        "range_postcode": codes[rows["postcode"]].astype(np.int32),
        "range_line": np.concatenate([[0], np.cumsum(rows["length"])]).astype(np.int64),
        "range_lat": np.asarray(lat[pieces], dtype=np.int32),
        "range_lon": np.asarray(lon[pieces], dtype=np.int32),
    }
