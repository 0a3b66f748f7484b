"""Bulk write of 100,000 leads: the import's writer under row-level security against a superuser's raw COPY.

The writer takes prospects (validated already) to rows of an import, and these to doors, leads and history:
identifiers, sealed positions, cells, territories, owners, due times and all. (That none of them is known is said, not
found out: matching is measured by itself.) Raw COPY then writes the very rows it made, in the server's binary format,
into the same three tables with the same keys and indexes. Rounds alternate; each starts from empty tables and a
checkpoint.
"""

from __future__ import annotations

import csv
import os
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psycopg
from sqlalchemy import make_url, text

from bench.machine import described
from ingest.place import place_rows
from ingest.service import import_file
from ingest.staging import Stage
from ingest.validate import Prospect
from ingest.write import Scope, Wish, Written, write_rows
from outbound.identity.service import add_member
from outbound.ids import uuid7
from outbound.imports.models import ProspectImport
from outbound.policies.founding import create_organisation
from outbound.postal.rules import PostalParts, canonical_line
from outbound.settings import Settings
from outbound.storage.bulk import copy_columns, hold_statistics
from outbound.storage.database import Database
from outbound.territories.service import TerritoryDraft, create
from outbound.vocabulary import ImportSource, Role, TerritoryType

LEADS = int(os.environ.get("OUTBOUND_BENCH_LEADS", "100000"))
ROUNDS = 3
LIMIT = 0.25
SIDE = 10
WEST, SOUTH, STEP = -96.0, 36.0, 0.02
TABLES = ("addresses", "leads", "lead_stage_changes")


def main() -> None:
    with _database() as (settings, database):
        print(described(database.admin_engine))
        org_id, owner = _franchise(database)
        prospects = list(_prospects())
        ours, raw, plain = [], [], []
        for _ in range(ROUNDS):
            ours.append(_by_writer(database, org_id, owner, prospects))
            rows = {table: _copied_out(database, table) for table in TABLES}
            raw.append(_by_raw_copy(database, rows))
            plain.append(_leads_alone(database, org_id))
        writer, copy = statistics.median(ours), statistics.median(raw)
        print(f"{LEADS:,} leads with their doors and history, median of {ROUNDS} rounds")
        print(f"  import's writer, policies on {writer:6.2f} s  {LEADS / writer:9,.0f} leads/s")
        print(f"  raw COPY of the same rows    {copy:6.2f} s  {LEADS / copy:9,.0f} leads/s")
        print("  rounds: " + ", ".join(f"{one:.1f} s / {other:.1f} s" for one, other in zip(ours, raw, strict=True)))
        print(f"  speed of raw COPY reached: {copy / writer:.2f} (limit {LIMIT})")
        bulk, alone = (statistics.median(times) for times in zip(*plain, strict=True))
        print(f"  rows of leads alone, by copy_columns under the policies: {alone / bulk:.2f} of raw COPY")
        _whole_file(settings, database, org_id, owner, prospects)


def _by_writer(database: Database, org_id: uuid.UUID, owner: uuid.UUID, prospects: list[Prospect]) -> float:
    _emptied(database)
    raw = [{"number": str(p.line)} for p in prospects]
    import_id = uuid7()
    started = time.monotonic()
    with database.as_job(org_id, source="import") as session:
        session.add(
            ProspectImport(
                org_id=org_id,
                id=import_id,
                uploaded_by=owner,
                source=str(ImportSource.CSV),
                file_url="-",
                file_name="-",
                file_sha256="-",
            )
        )
        session.flush()
        stage = Stage(session, import_id, datetime.now(UTC))
        for start in range(0, len(prospects), 20_000):
            stage.add(prospects[start : start + 20_000], raw[start : start + 20_000])
        session.execute(text("update outbound.import_rows set fate = 'new' where import_id = :id"), {"id": import_id})
        place_rows(session, import_id)
        written, scope, now = Written(), Scope(owner, None), datetime.now(UTC)
        while (more := write_rows(session, import_id, scope, "CSV", Wish(), now)).rows:
            written += more
    seconds = time.monotonic() - started
    assert written.new == len(prospects), written
    return seconds


def _by_raw_copy(database: Database, rows: dict[str, bytes]) -> float:
    _emptied(database)
    with _driver(database) as connection:
        started = time.monotonic()
        with connection.transaction():
            hold_statistics(connection, *rows)
            for table, content in rows.items():
                with connection.cursor().copy(f"copy outbound.{table} from stdin (format binary)") as copy:
                    copy.write(content)
        return time.monotonic() - started


def _leads_alone(database: Database, org_id: uuid.UUID) -> tuple[float, float]:
    """Seconds for the rows of ``leads`` by ``copy_columns`` and by raw COPY, both rolled back."""
    import pyarrow as pa

    columns = "org_id, id, stage_entered_at, address_id, territory_id, cell, first_name, last_name, phone"
    with _driver(database) as connection:
        found = connection.execute(f"select {columns} from outbound.leads").fetchall()
        out = connection.cursor().copy(f"copy (select {columns} from outbound.leads) to stdout (format binary)")
        with out as copy:
            content = b"".join(bytes(part) for part in copy)
        connection.execute("delete from outbound.lead_stage_changes")
        connection.execute("delete from outbound.leads")
        connection.commit()
    by_column = dict(zip(columns.split(", "), zip(*found, strict=True), strict=True))
    arrays = {
        name: pa.array([None if v is None else v.bytes for v in values], pa.binary(16))
        if isinstance(values[0], uuid.UUID)
        else list(values)
        for name, values in by_column.items()
    }
    with database.as_job(org_id) as session:
        started = time.monotonic()
        copy_columns(session, "leads", arrays)
        ours = time.monotonic() - started
        session.rollback()
    with _driver(database) as connection:
        started = time.monotonic()
        with connection.cursor().copy(f"copy outbound.leads ({columns}) from stdin (format binary)") as copy:
            copy.write(content)
        raw = time.monotonic() - started
        connection.rollback()
    return ours, raw


def _whole_file(
    settings: Settings, database: Database, org_id: uuid.UUID, owner: uuid.UUID, prospects: list[Prospect]
) -> None:
    _emptied(database)
    path = settings.home / "list.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["house number", "street", "city", "state", "zip", "lat", "lon", "name", "phone", "email"])
        for p in prospects:
            parts = [p.parts.house_number, p.parts.street, p.parts.city, p.parts.state, p.parts.postcode]
            writer.writerow([*parts, p.lat, p.lon, f"{p.first_name} {p.last_name}", p.phone, f"a{p.line}@example.com"])
    started = time.monotonic()
    report = import_file(database, settings, org_id, owner, path)
    seconds = time.monotonic() - started
    assert report.new == len(prospects), report
    print(f"  the same as a CSV file, read to committed: {seconds:.1f} s, {report.rows / seconds:,.0f} rows/s")


def _prospects() -> Iterator[Prospect]:
    random = np.random.default_rng(1)
    lats = SOUTH + random.random(LEADS) * SIDE * STEP
    lons = WEST + random.random(LEADS) * SIDE * STEP
    for number, (lat, lon) in enumerate(zip(lats.tolist(), lons.tolist(), strict=True)):
        parts = PostalParts(str(1 + number % 9000), f"{1 + number // 9000}th Street", "", "Fairview", "KS", "66425")
        yield Prospect(
            line=number + 2,
            parts=parts,
            canonical=canonical_line(parts),
            lat=lat,
            lon=lon,
            first_name="Ann",
            last_name=f"Lee {number}",
            phone=f"+1913555{number % 10000:04d}",
        )


def _franchise(database: Database) -> tuple[uuid.UUID, uuid.UUID]:
    org_id = create_organisation(database, name="Bench", zone="America/Chicago", slug=f"bench-{uuid.uuid4().hex[:8]}")
    owner = add_member(
        database,
        org_id,
        email=f"{uuid.uuid4().hex[:8]}@bench.test",
        name="Bench",
        role=Role.FRANCHISE_OWNER,
        password=uuid.uuid4().hex,
    )
    with database.as_member(org_id, owner) as session:
        for number in range(SIDE * SIDE):
            west, south = WEST + number % SIDE * STEP, SOUTH + number // SIDE * STEP
            east, north = west + STEP, south + STEP
            ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
            geometry = {"type": "Polygon", "coordinates": [ring]}
            draft = TerritoryDraft(None, f"Turf {number}", TerritoryType.MICRO, geometry)
            create(session, draft, datetime.now(UTC))
    return org_id, owner


def _copied_out(database: Database, table: str) -> bytes:
    with (
        _driver(database) as connection,
        connection.cursor().copy(f"copy outbound.{table} to stdout (format binary)") as copy,
    ):
        return b"".join(bytes(part) for part in copy)


def _emptied(database: Database) -> None:
    with database.admin_engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"truncate {', '.join(f'outbound.{t}' for t in TABLES)} cascade"))
        connection.execute(text("checkpoint"))


@contextmanager
def _driver(database: Database) -> Iterator[psycopg.Connection]:
    url = database.admin_url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        yield connection


@contextmanager
def _database() -> Iterator[tuple[Settings, Database]]:
    """A database of its own: embedded in a temporary folder, or on the server of ``DATABASE_URL``."""
    folder = Path(tempfile.mkdtemp(prefix="outbound-bench-"))
    settings = Settings(home=folder)
    name = f"outbound_bench_{uuid.uuid4().hex[:8]}"
    server = make_url(settings.database_url) if settings.database_url else None
    try:
        if server is not None:
            _on_server(
                server.set(drivername="postgresql").render_as_string(hide_password=False), f"create database {name}"
            )
            settings = settings.model_copy(
                update={"database_url": server.set(database=name).render_as_string(hide_password=False)}
            )
        database = Database.open(settings)
        database.migrate()
        try:
            yield settings, database
        finally:
            database.dispose()
    finally:
        if server is not None:
            plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
            _on_server(plain, f"drop database if exists {name} with (force)")
        shutil.rmtree(folder, ignore_errors=True)


def _on_server(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


if __name__ == "__main__":
    main()
