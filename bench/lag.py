"""From a commit to figures that show it, on demand, on a franchise of the demo's size, on both engines.

``hourly`` measures the run that Dagster starts.
``OUTBOUND_BENCH_DOORS`` sets the size, ``OUTBOUND_BENCH_ENGINES`` the engines.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from outbound.demo.load import load_demo
from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.storage.database import Database
from outbound.warehouse.pipeline import run_pipeline

DOORS = int(os.environ.get("OUTBOUND_BENCH_DOORS", "5000"))
ENGINES = tuple(os.environ.get("OUTBOUND_BENCH_ENGINES", "duckdb,postgres").split(","))
ROUNDS = 3
LIMIT_SECONDS = 60.0

_KNOCK = text(
    "insert into outbound.activities"
    " (org_id, id, lead_id, address_id, user_id, type, occurred_at, received_at, result, cell, territory_id, owner_id)"
    " select org_id, gen_random_uuid(), lead_id, address_id, user_id, 'DOOR_KNOCK', now(), now(), 'INTERESTED', cell,"
    " territory_id, owner_id from outbound.activities"
    " where org_id = :org and type = 'DOOR_KNOCK' and user_id is not null order by occurred_at desc limit 1"
)


def main() -> None:
    for engine in ENGINES:
        home = Path(tempfile.mkdtemp(prefix="outbound-bench-"))
        home.chmod(0o755)
        settings = Settings(home=home, warehouse=engine)  # type: ignore[arg-type]
        try:
            _measure(settings)
        finally:
            embedded.stop(settings)
            shutil.rmtree(home, ignore_errors=True)


def _measure(settings: Settings) -> None:
    database = Database.open(settings)
    try:
        database.migrate()
        load_demo(database, settings, doors=DOORS)
        warehouse = Warehouse(settings, database.organisations()[0].id, WHOLE_ORGANISATION)
        first = run_pipeline(database, settings)
        print(f"{first.extraction.rows:,} rows on {settings.warehouse}: everything published in {first.seconds:.1f} s")
        for _ in range(ROUNDS):
            before = touches(warehouse)
            commit_knock(database, warehouse)
            committed = time.monotonic()
            result = run_pipeline(database, settings)
            assert touches(warehouse) == before + 1
            lag = time.monotonic() - committed
            models = sum(result.build.seconds.values())
            print(
                f"  one knock shown {lag:.1f} s after its commit (limit {LIMIT_SECONDS:.0f} s): extraction"
                f" {result.extraction.seconds:.1f} s, models {models:.1f} s,"
                f" the rest dbt's start-up and {result.tests.passed} tests"
            )
    finally:
        database.dispose()


def commit_knock(database: Database, warehouse: Warehouse) -> None:
    """A knock of this moment, at a door that was knocked before."""
    with database.admin_engine.begin() as connection:
        connection.execute(_KNOCK, {"org": warehouse.org_id})


def touches(warehouse: Warehouse) -> int:
    """All that the published marts count."""
    return int(warehouse.weeks().touches.sum())


if __name__ == "__main__":
    main()
