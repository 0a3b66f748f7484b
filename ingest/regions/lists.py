"""Address points and ranges from lists: OpenAddresses as CSV or GeoJSON, TIGER address ranges as CSV.

Read line by line, whatever their size. A row that is no address is counted and left out; it stops nothing.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import math
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from ingest.regions.addresses import ENTRANCE, Gathered
from outbound.errors import Invalid
from outbound.geo.housenumbers import place_of
from outbound.geo.planar import SCALE
from outbound.postal.rules import PostalParts, normalise

Progress = Callable[[str, int, int], None]

_LONGEST_LINE = 1_000_000
"""Characters of a line beyond which it is no row of an address list."""
_MOST_POSITIONS = 5_000
_WHOLE = 64_000_000
"""Bytes up to which a GeoJSON file that is not written line by line is read at once."""
_TELL_EVERY = 20_000
_NAMES = {
    "lon": ("lon", "longitude", "x"),
    "lat": ("lat", "latitude", "y"),
    "number": ("number", "housenumber", "house_number", "addr:housenumber", "addr_num"),
    "street": ("street", "addr:street", "st_name"),
    "kind": ("st_type",),
    "unit": ("unit", "addr:unit", "unit_num"),
    "city": ("city", "addr:city"),
    "state": ("region", "state", "addr:state"),
    "postcode": ("postcode", "zip", "zipcode", "addr:postcode"),
}
_NEEDED = ("lon", "lat", "number", "street")
_TIGER = ["from", "to", "interpolation", "street", "city", "state", "postcode", "geometry"]
_SIDES = {"odd": 1, "even": 2, "all": 0}
_PAIR = re.compile(r"(-?\d{1,3}(?:\.\d{1,20})?) (-?\d{1,3}(?:\.\d{1,20})?)")


def read_list(file: Path, gathered: Gathered, told: Progress) -> str:
    """Read a list by its kind, which is what this returns. Raises Invalid where it is none that is known."""
    name = file.name.lower().removesuffix(".gz")
    try:
        if name.endswith((".geojson", ".json")):
            _read_geojson(file, gathered, told)
            return "OpenAddresses GeoJSON"
        if name.endswith(".csv"):
            return _read_csv(file, gathered, told)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Invalid(f"{file.name} is cut short or damaged ({error}); download it again.") from None
    raise Invalid(
        f"{file.name} is no kind of region that is read: OpenStreetMap (.osm.pbf), OpenAddresses (.csv, .geojson) or "
        "TIGER address ranges (.csv)."
    )


def _opened(file: Path) -> IO[bytes]:
    return gzip.open(file, "rb") if file.name.lower().endswith(".gz") else file.open("rb")  # type: ignore[return-value]


def _lines(source: IO[bytes], file: Path, told: Progress, gathered: Gathered) -> Iterator[str]:
    """The lines of a file, those that are too long left out; progress as it goes."""
    size = 0 if file.name.lower().endswith(".gz") else file.stat().st_size
    read = count = 0
    while line := source.readline(_LONGEST_LINE):
        read += len(line)
        count += 1
        if count % _TELL_EVERY == 0:
            told(f"reading: {len(gathered.points):,} addresses, {len(gathered.ranges):,} ranges", read, size)
        if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            gathered.left_out += 1
            while (rest := source.readline(_LONGEST_LINE)) and not rest.endswith(b"\n"):
                read += len(rest)
            continue
        yield line.decode("utf-8-sig" if count == 1 else "utf-8", "replace").replace("\x00", "")


def _read_csv(file: Path, gathered: Gathered, told: Progress) -> str:
    with _opened(file) as source:
        lines = _lines(source, file, told, gathered)
        first = next(lines, "")
        header = [name.strip().lower() for name in first.strip().split(";")]
        if header == _TIGER:
            for row in csv.reader(lines, delimiter=";"):
                _range(row, gathered)
            return "TIGER address ranges"
        header = [name.strip().lower() for name in next(csv.reader([first]), [])]
        at = {
            part: next((header.index(name) for name in names if name in header), -1) for part, names in _NAMES.items()
        }
        if any(at[part] < 0 for part in _NEEDED):
            raise Invalid(
                f"{file.name} has no columns lon, lat, number and street (OpenAddresses), and is no list of TIGER "
                "ranges."
            )
        for row in _rows(lines, gathered):
            _point({part: row[where] if 0 <= where < len(row) else "" for part, where in at.items()}, gathered)
    return "OpenAddresses CSV"


def _rows(lines: Iterator[str], gathered: Gathered) -> Iterator[list[str]]:
    reader = csv.reader(lines)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error:
            gathered.left_out += 1


def _point(values: dict[str, str], gathered: Gathered) -> None:
    try:
        lat, lon = float(values["lat"]), float(values["lon"])
    except ValueError:
        lat = lon = math.nan
    if not (abs(lat) <= 90 and abs(lon) <= 180):
        gathered.left_out += 1
        return
    parts = [values[part].strip() for part in ("number", "street", "unit", "city", "state", "postcode")]
    text = "\t".join([*parts, values["kind"]]).encode("utf-8", "replace")
    source = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "little") >> 2
    number, street, unit, city, state, postcode = parts
    street = f"{street} {values['kind'].strip()}".strip()
    gathered.add(
        source,
        round(lat * SCALE),
        round(lon * SCALE),
        number,
        street,
        unit=unit,
        city=city,
        state=state,
        postcode=postcode,
        radius=ENTRANCE,
    )


def _range(row: list[str], gathered: Gathered) -> None:
    """One TIGER range: first and last number, side, street, place and line."""
    if len(row) != len(_TIGER) or row[2] not in _SIDES or len(row[7]) > _LONGEST_LINE:
        gathered.left_out += 1
        return
    first, last = (place_of(normalise(PostalParts(house_number=text)).house_number) for text in row[:2])
    pairs = _PAIR.findall(row[7])
    if not (first.is_read and last.is_read and 2 <= len(pairs) <= _MOST_POSITIONS):
        gathered.left_out += 1
        return
    line = np.array(pairs, dtype=np.float64)
    if np.abs(line[:, 0]).max() > 180 or np.abs(line[:, 1]).max() > 90:
        gathered.left_out += 1
        return
    stored = np.rint(line * SCALE).astype(np.int32)
    gathered.add_range(first.packed, last.packed, row[3], row[6], _SIDES[row[2]], stored[:, 1], stored[:, 0])


def _read_geojson(file: Path, gathered: Gathered, told: Progress) -> None:
    """Features one a line (as OpenAddresses writes them, or a collection laid out so), or a small file whole."""
    before = gathered.left_out
    features = 0
    with _opened(file) as source:
        for line in _lines(source, file, told, gathered):
            text = line.strip().rstrip(",")
            if not text.startswith("{"):
                continue
            try:
                feature = json.loads(text)
            except (ValueError, RecursionError):
                gathered.left_out += '"Feature"' in text  # and not the line that opens a collection
                continue
            if isinstance(feature, dict) and feature.get("type") == "Feature":
                features += 1
                _feature(feature, gathered)
            elif isinstance(feature, dict) and isinstance(feature.get("features"), list):
                for inner in feature["features"]:
                    features += 1
                    _feature(inner, gathered)
    if not features:
        gathered.left_out = before
        _whole_geojson(file, gathered)


def _whole_geojson(file: Path, gathered: Gathered) -> None:
    with _opened(file) as source:
        text = source.read(_WHOLE + 1)
    if len(text) > _WHOLE:
        raise Invalid(f"{file.name} holds no feature a line, and is too large to be read at once; write one a line.")
    try:
        collection = json.loads(text)
        features = collection["features"]
    except (ValueError, RecursionError, TypeError, KeyError):
        raise Invalid(f"{file.name} is not GeoJSON.") from None
    for feature in features if isinstance(features, list) else ():
        _feature(feature, gathered)


def _feature(feature: Any, gathered: Gathered) -> None:
    try:
        properties = {str(key).lower(): value for key, value in feature["properties"].items()}
        if feature["geometry"]["type"] != "Point":
            raise ValueError("no point")
        lon, lat = feature["geometry"]["coordinates"][:2]
    except (TypeError, KeyError, ValueError, AttributeError):
        gathered.left_out += 1
        return
    values = {
        part: str(next((properties[name] for name in names if properties.get(name) is not None), ""))
        for part, names in _NAMES.items()
    }
    _point({**values, "lat": str(lat), "lon": str(lon)}, gathered)
