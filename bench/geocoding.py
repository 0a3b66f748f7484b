"""Geocoding: real lists of sales against the doors of an OpenStreetMap extract, and doors that were taken out of it.

Found are rows whose door is known, or lies between known ones; what lies only somewhere in its street or ZIP code is
not. Beside it, in the same run, a naive normaliser: capitals, no punctuation, the usual abbreviations, ordinals
without their ending, numbers without their hyphen, and a look-up of number and street. A tenth of the doors is taken
out for the second part (``OUTBOUND_BENCH_GEOCODING_SHARE``), and the speed is that of
``OUTBOUND_BENCH_GEOCODING_ROWS`` addresses.
"""

from __future__ import annotations

import csv
import os
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench.machine import described
from ingest.regions.load import load_region
from outbound.addresses.parsing import parse_line
from outbound.addresses.rules import PostalParts, normalise
from outbound.geo.points import How, PointIndex
from outbound.geo.sphere import great_circle
from outbound.geocoding.known import KnownDoors
from outbound.geocoding.rules import Position
from outbound.settings import Settings
from outbound.vocabulary import LocationSource

SHARE = float(os.environ.get("OUTBOUND_BENCH_GEOCODING_SHARE", "0.1"))
ROWS = int(os.environ.get("OUTBOUND_BENCH_GEOCODING_ROWS", "100000"))
DATA = Path(os.environ.get("OUTBOUND_SHARED_DATA") or Path(__file__).parents[2] / "shared" / "data")
ZIPS = ("11427", "11428", "11429")
LISTS = ("rollingsales_queens_2018-19.csv", "rollingsales_queens_2022.csv")
LEAST_FOUND, KNOWN_METRES, TAKEN_OUT_METRES = 0.98, 3.0, 30.0

_ABBREVIATED = {
    "STREET": "ST", "AVENUE": "AVE", "BOULEVARD": "BLVD", "ROAD": "RD", "PLACE": "PL", "DRIVE": "DR", "LANE": "LN",
    "COURT": "CT", "TERRACE": "TER", "PARKWAY": "PKWY", "CIRCLE": "CIR", "TURNPIKE": "TPKE",
}  # fmt: skip


def main() -> None:
    extract = DATA / "osm" / "queens_village_ny.osm.pbf"
    if not extract.is_file():
        print(f"geocoding: not measured, for {extract} is not there (OUTBOUND_SHARED_DATA says where the data is).")
        return
    print(described())
    with tempfile.TemporaryDirectory(prefix="outbound-bench-") as home:
        settings = Settings(home=Path(home))
        started = time.perf_counter()
        load_region(settings, extract, "queens")
        points = PointIndex.open(settings.regions_dir)
        print(f"{len(points):,} address points of the extract, loaded in {time.perf_counter() - started:.1f} s")
        _match_rates(points)
        _errors(points)
        _speed(points)


def _match_rates(points: PointIndex) -> None:
    naive = {(_naive(row["housenumber"]), _naive(row["street"])) for row in _rows("queens_village_osm_addresses.csv")}
    print(f"\nsales rows in ZIP codes {', '.join(ZIPS)}, share found (aim: {LEAST_FOUND:.0%})")
    print(f"  {'list':34}{'rows':>6}{'found':>9}{'known door':>12}{'between':>9}{'coarse':>8}{'naive':>8}")
    every, found_of_all = 0, 0.0
    for name in LISTS:
        rows = [row for row in _rows(name) if row["ZIP CODE"].strip() in ZIPS]
        parsed = [parse_line(row["ADDRESS"].strip()) for row in rows]
        parts = [
            normalise(PostalParts(part.house_number, part.street, part.unit, "", "NY", row["ZIP CODE"].strip()))
            for part, row in zip(parsed, rows, strict=True)
        ]
        kinds = Counter(_kind(position) for position in KnownDoors(points).locate(parts))
        simple = sum((_naive(part.house_number), _naive(part.street)) in naive for part in parsed)
        count = len(rows)
        found = kinds["known"] + kinds["between"]
        every, found_of_all = every + count, found_of_all + found
        print(
            f"  {name:34}{count:>6}{found / count:>9.2%}{kinds['known'] / count:>12.2%}{kinds['between'] / count:>9.2%}"
            f"{kinds['coarse'] / count:>8.2%}{simple / count:>8.2%}"
        )
    print(f"  together {found_of_all / every:.2%} of {every:,} rows")


def _errors(points: PointIndex) -> None:
    truth = _truth(points)
    print(f"\n{len(truth):,} doors asked for by number, street and ZIP code: metres from where they are")
    for label, index, limit in (
        ("all known", points, KNOWN_METRES),
        (f"{SHARE:.0%} taken out", points.without(SHARE), TAKEN_OUT_METRES),
    ):
        asked = truth if index is points else _missing(index, truth)
        answers = KnownDoors(index).locate([parts for parts, _, _ in asked])
        off = [
            great_circle((lat, lon), (answer.lat, answer.lon))
            for (_, lat, lon), answer in zip(asked, answers, strict=True)
            if answer is not None
        ]
        fine = sum(answer is not None and not answer.is_coarse for answer in answers)
        within = sum(
            answer is not None and great_circle((lat, lon), (answer.lat, answer.lon)) <= answer.accuracy + 1
            for (_, lat, lon), answer in zip(asked, answers, strict=True)
        )
        ninth = statistics.quantiles(off, n=10)[-1]
        print(
            f"  {label:16}{len(asked):>7,} doors, {fine / len(asked):.1%} located: median"
            f" {statistics.median(off):.1f} m (aim: {limit:.0f}), 90 % within {ninth:.1f} m;"
            f" {within / len(asked):.0%} within the accuracy they tell"
        )


def _speed(points: PointIndex) -> None:
    known = [parts for parts, _, _ in _truth(points)]
    asked = [known[at % len(known)] for at in range(ROWS)]
    written = [
        PostalParts(part.house_number.replace("-", "") if at % 10 == 0 else part.house_number, part.street, "", "", "",
                    part.postcode)
        for at, part in enumerate(asked)
    ]  # fmt: skip
    started = time.perf_counter()
    answers = KnownDoors(points).locate(written)
    seconds = time.perf_counter() - started
    found = sum(answer is not None for answer in answers)
    print(f"\n{ROWS:,} addresses, a tenth without their hyphen: {seconds:.2f} s, {ROWS / seconds:,.0f} a second, "
          f"{found / ROWS:.1%} found")  # fmt: skip


def _truth(points: PointIndex) -> list[tuple[PostalParts, float, float]]:
    """Doors of the extract that stand once in it, with their position."""
    doors = [
        (normalise(PostalParts(row["housenumber"], row["street"], "", "", "NY", row["postcode"])), row)
        for row in _rows("queens_village_osm_addresses.csv")
    ]
    times = Counter(parts for parts, _ in doors)
    return [(parts, float(row["lat"]), float(row["lon"])) for parts, row in doors if times[parts] == 1]


def _missing(
    index: PointIndex, truth: Sequence[tuple[PostalParts, float, float]]
) -> list[tuple[PostalParts, float, float]]:
    found = index.find([parts for parts, _, _ in truth])
    return [door for door, how in zip(truth, found.how.tolist(), strict=True) if how != How.EXACT]


def _kind(position: Position | None) -> str:
    if position is None:
        return "nowhere"
    if position.is_coarse:
        return "coarse"
    return "known" if position.source == LocationSource.ADDRESS_POINT else "between"


def _naive(text: str) -> str:
    words = re.sub(r"[^A-Z0-9 ]", "", text.upper()).split()
    return " ".join(re.sub(r"^(\d+)(ST|ND|RD|TH)$", r"\1", _ABBREVIATED.get(word, word)) for word in words)


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / "addresses" / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main()
