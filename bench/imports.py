"""A list taken into a base, end to end: from the file to leads on the map, then taken back.

Of the rows half are doors that nobody knows, three in ten are people of the base at their door, one in ten is known
with a slip, one in twenty repeats another row, and one in twenty has no coordinates. The import runs in a process of
its own, whose memory is measured; PostgreSQL's is not in it.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import text

from bench.town_of_leads import town
from outbound.geo.cells import cells_at
from outbound.identity.service import add_member
from outbound.settings import Settings
from outbound.storage.bulk import copy_columns
from outbound.storage.crypto import seal_position
from outbound.storage.database import Database
from outbound.territories.service import TerritoryDraft, create
from outbound.vocabulary import Role, TerritoryType

LEADS = int(os.environ.get("OUTBOUND_BENCH_BASE", "1000000"))
ROWS = int(os.environ.get("OUTBOUND_BENCH_ROWS", "100000"))
MOST_SECONDS, MOST_MEGABYTES = 60.0, 1_500.0
"""The aims, of 100,000 rows into 1,000,000 leads."""

_SIDE, _STEP = 10, 0.02
_WEST, _SOUTH = -96.0, 36.0
_STREETS = [f"{tree} {a}{b}" for tree in ("Oak", "Elm", "Ash", "Fir", "Bay") for a in "ABCDEFGHIJKLMNO" for b in "abcd"]
_CHUNK = 100_000

_RUN = """
import json, resource, sys, time, uuid
from pathlib import Path
from ingest.service import import_file, run_import
from outbound.imports import turns
from outbound.settings import get_settings
from outbound.storage.database import Database

org, member, path = uuid.UUID(sys.argv[1]), uuid.UUID(sys.argv[2]), Path(sys.argv[3])
settings = get_settings()
database = Database.open(settings)
began = time.monotonic()
if len(sys.argv) == 4:
    report = import_file(database, settings, org, member, path)
else:
    with database.as_member(org, member, source="cli") as session:
        turns.undo(session, uuid.UUID(sys.argv[4]))
    report = run_import(database, settings, org, uuid.UUID(sys.argv[4]))
print(json.dumps({
    "id": str(report.import_id), "status": report.status, "seconds": time.monotonic() - began,
    "phases": report.phases, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    "new": report.new, "same": report.same, "unsure": report.unsure, "repeated": report.duplicates_in_file,
    "rejected": report.rejected, "removed": report.removed,
}))
"""


def main() -> None:
    with town(0, reps=1) as there:
        database, settings, org_id = there.database, there.settings, there.org_id
        owner = add_member(
            database,
            org_id,
            email=f"{uuid.uuid4().hex[:8]}@bench.test",
            name="Owner",
            role=Role.FRANCHISE_OWNER,
            password=uuid.uuid4().hex,
        )
        _turf(database, org_id, owner)
        _base(database, org_id)
        path = settings.home / "list.csv"
        _list(path)
        found = _run(settings, str(org_id), str(owner), str(path))
        print(f"{ROWS:,} rows into {LEADS:,} leads: {found['seconds']:.1f} s, {ROWS / found['seconds']:,.0f} rows/s")
        print("  " + ", ".join(f"{phase} {seconds:.1f} s" for phase, seconds in found["phases"].items()))
        print(f"  peak memory of the importing process {found['megabytes']:,.0f} MB")
        print("  " + ", ".join(f"{found[each]:,} {each}" for each in ("new", "same", "unsure", "repeated", "rejected")))
        print(f"  aims at full size: {MOST_SECONDS:.0f} s, {MOST_MEGABYTES:,.0f} MB")
        undone = _run(settings, str(org_id), str(owner), str(path), found["id"])
        assert undone["status"] == "undone", undone
        print(f"  taken back: {undone['seconds']:.1f} s, {undone['removed']:,} leads removed")


def _run(settings: Settings, *arguments: str) -> dict[str, Any]:
    env = os.environ | {"OUTBOUND_HOME": str(settings.home), "DATABASE_URL": settings.database_url or ""}
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments], env=env, check=True, stdout=subprocess.PIPE, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _turf(database: Database, org_id: uuid.UUID, owner: uuid.UUID) -> None:
    with database.as_member(org_id, owner) as session:
        for number in range(_SIDE * _SIDE):
            west, south = _WEST + number % _SIDE * _STEP, _SOUTH + number // _SIDE * _STEP
            east, north = west + _STEP, south + _STEP
            ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
            geometry = {"type": "Polygon", "coordinates": [ring]}
            create(session, TerritoryDraft(None, f"Turf {number}", TerritoryType.MICRO, geometry), datetime.now(UTC))


def _base(database: Database, org_id: uuid.UUID) -> None:
    for start in range(0, LEADS, _CHUNK):
        people = [_person(n) for n in range(start, min(start + _CHUNK, LEADS))]
        doors, leads = _ids(people), _ids(people)
        lats, lons = (np.array([each[name] for each in people]) for name in ("lat", "lon"))
        positions = [
            seal_position(database.keys, org_id, uuid.UUID(bytes=door.tobytes()), lat, lon)
            for door, lat, lon in zip(doors, lats.tolist(), lons.tolist(), strict=True)
        ]
        cells = cells_at(lats, lons)
        with database.admin_engine.begin() as connection:
            # A million positions in cells, and turf, that the list's new doors share.
            where = {"org_id": org_id, "cell": cells}
            address = {name: [each[name] for each in people] for name in ("house_number", "street", "postcode")}
            copy_columns(
                connection,
                "addresses",
                {
                    **where,
                    "id": doors,
                    **address,
                    "unit": "",
                    "city": "Fairview",
                    "state": "KS",
                    "canonical": [
                        f"{each['house_number']} {each['street'].upper()}, FAIRVIEW, KS, {each['postcode']}"
                        for each in people
                    ],
                    "position": positions,
                    "location_source": "address_point",
                    "location_accuracy": [5.0] * len(people),
                },
            )
            contact = {name: [each[name] for each in people] for name in ("first_name", "last_name", "phone", "email")}
            copy_columns(
                connection,
                "leads",
                {
                    **where,
                    "id": leads,
                    "lead_type": "outbound",
                    "stage_entered_at": [datetime.now(UTC)] * len(people),
                    "address_id": doors,
                    **contact,
                },
            )
    with database.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in ("addresses", "leads", "lead_tokens"):
            connection.execute(text(f"vacuum analyze outbound.{table}"))


def _ids(people: list[dict[str, Any]]) -> np.ndarray:
    return np.frombuffer(b"".join(uuid.uuid4().bytes for _ in people), np.uint8).reshape(-1, 16)


def _person(n: int) -> dict[str, Any]:
    """Person n at door n: a number on one of 300 streets of 60 ZIP codes, most with a phone."""
    street = f"{_STREETS[n % len(_STREETS)]} St"
    return {
        "house_number": str(1 + n // 18_000 * 2),
        "street": street,
        "postcode": str(66_000 + n // len(_STREETS) % 60),
        "lat": _SOUTH + 0.0001 + n % 1_000 * 0.000199,
        "lon": _WEST + 0.0001 + n // 1_000 % 1_000 * 0.000199,
        "first_name": f"First{chr(97 + n * 7 % 26)}{chr(97 + n * 11 // 26 % 26)}",
        "last_name": f"Last{chr(97 + n * 13 % 26)}{chr(97 + n * 17 // 26 % 26)}{chr(97 + n // 3 % 9)}",
        "phone": f"+1913{2_000_000 + n % 7_999_999:07d}" if n % 10 < 7 else None,
        "email": f"p{n}@example.com" if n % 10 < 3 else None,
    }


def _list(path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "street", "city", "state", "zip", "lat", "lon", "first", "last", "phone", "email"])
        for each in _rows():
            names = ("house_number", "street", "city", "state", "postcode", "lat", "lon")
            contact = ("first_name", "last_name", "phone", "email")
            writer.writerow([each.get(name, "") for name in (*names, *contact)])


def _rows() -> Iterator[dict[str, Any]]:
    """Rows of a list; where they are somebody of the base, spread over all of it."""
    for k in range(ROWS):
        kind, n = k % 20, k * 7_919 % LEADS
        row = _person(n) | {"city": "Fairview", "state": "KS"}
        if kind < 10 or kind == 19:  # nobody's door yet
            row |= {"house_number": str(20_001 + k), "last_name": f"New{k}", "phone": f"+1316{2_000_000 + k:07d}"}
            row["email"] = None
            if kind == 19:
                row |= {"lat": "", "lon": ""}
        elif kind in (16, 17):  # a slip
            row["street"] = row["street"].replace(" St", "e St")
        elif kind == 18:  # the row before it once more
            row = _person((k - 10) * 7_919 % LEADS) | {"city": "Fairview", "state": "KS"}
        yield row


if __name__ == "__main__":
    main()
