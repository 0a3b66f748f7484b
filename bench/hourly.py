"""From a commit to figures that show it, by the hourly run that Dagster starts: waits for the next full hour.

A knock is committed each minute until the hour, so that some come long before the run and one just before it. The
franchise has the demo's size. Not part of all benchmarks, for it may wait an hour: ``make bench ARGS=hourly``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.lag import DOORS, commit_knock, touches
from outbound.demo.load import load_demo
from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.storage.database import Database
from outbound.warehouse.pipeline import run_pipeline

KNOCK_EVERY = timedelta(minutes=1)
LAST_KNOCK = timedelta(seconds=5)
"""Before the hour."""
PATIENCE = timedelta(minutes=5)
"""For the run, after the hour."""


def main() -> None:
    home = Path(tempfile.mkdtemp(prefix="outbound-bench-"))
    settings = Settings(home=home)
    database = Database.open(settings)
    try:
        database.migrate()
        load_demo(database, settings, doors=DOORS)
        run_pipeline(database, settings)
        command = [str(Path(sys.executable).with_name("outbound")), "up"]
        with subprocess.Popen(command, env={**os.environ, "OUTBOUND_HOME": str(home)}) as served:
            try:
                _measure(database, Warehouse(settings, database.organisations()[0].id, WHOLE_ORGANISATION))
            finally:
                served.terminate()
    finally:
        database.dispose()
        embedded.stop(settings)
        shutil.rmtree(home, ignore_errors=True)


def _measure(database: Database, warehouse: Warehouse) -> None:
    before = touches(warehouse)
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    committed: list[datetime] = []
    while (now := datetime.now(UTC)) < hour - LAST_KNOCK:
        commit_knock(database, warehouse)
        committed.append(now)
        _sleep_until(min(now + KNOCK_EVERY, hour - LAST_KNOCK))
    commit_knock(database, warehouse)
    committed.append(datetime.now(UTC))
    while touches(warehouse) < before + len(committed):
        if datetime.now(UTC) > hour + PATIENCE:
            raise SystemExit("error: the hourly run published nothing within five minutes of the hour.")
        time.sleep(0.2)  # the marts tell nobody when they change
    shown = datetime.now(UTC)
    lags = sorted((shown - each).total_seconds() for each in committed)
    print(
        f"{len(committed)} knocks shown {(shown - hour).total_seconds():.1f} s after the hour:"
        f" {lags[0]:.0f} to {lags[-1]:.0f} s after their commits, {lags[len(lags) // 2]:.0f} s in the middle"
    )


def _sleep_until(moment: datetime) -> None:
    time.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))


if __name__ == "__main__":
    main()
