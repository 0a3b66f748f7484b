"""Extraction of a million activities against ``COPY … TO STDOUT`` of the same table on the same server."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from sqlalchemy import URL, create_engine, make_url

from bench.machine import described
from outbound.lake.extract import extract
from outbound.lake.manifest import Lake, LakeFile
from outbound.lake.source import conninfo
from outbound.lake.tables import CHANGE_TABLES, SNAPSHOT_TABLES
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.storage.database import Database
from tests.support.history import make_history

ACTIVITIES = int(os.environ.get("OUTBOUND_BENCH_ACTIVITIES", "1000000").split(",", maxsplit=1)[0])
ROUNDS = 3
LIMIT = 0.5


def main() -> None:
    folder = Path(tempfile.mkdtemp(prefix="outbound-bench-"))
    folder.chmod(0o755)
    server = Settings(home=folder / "server")
    given = os.environ.get("DATABASE_URL")
    try:
        url = make_url(given or embedded.ensure_running(server)).set(drivername="postgresql+psycopg")
        name = f"outbound_bench_{os.getpid()}"
        with psycopg.connect(conninfo(url), autocommit=True) as connection:
            connection.execute(f'create database "{name}" template template0'.encode())
            try:
                _measure(folder, url.set(database=name))
            finally:
                connection.execute(f'drop database "{name}" with (force)'.encode())
    finally:
        if not given:
            embedded.stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def _measure(folder: Path, url: URL) -> None:
    settings = Settings(home=folder, database_url=url.render_as_string(hide_password=False))
    database = Database.open(settings)
    database.migrate()
    make_history(database.admin_engine, doors=ACTIVITIES // 25, activities=ACTIVITIES)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("vacuum analyze outbound.activities")
    engine.dispose()
    print(described(database.admin_engine).splitlines()[1])

    copied, extracted, rows = [], [], 0
    for _ in range(ROUNDS):  # by turns, so that both meet the same machine
        copied.append(_timed(lambda: _copy_everything(url)))
        shutil.rmtree(settings.lake_dir, ignore_errors=True)
        extracted.append(_timed(lambda: extract(database, settings)))
        rows = sum(file.rows for file in _files(settings))
    again = _timed(lambda: extract(database, settings))
    database.dispose()

    size = sum(file.bytes for file in _files(settings)) / 2**20
    print(f"{ACTIVITIES:,} activities, {rows:,} rows of all tables, {size:.0f} MiB of Parquet; best of {ROUNDS}")
    print(f"  COPY … TO STDOUT of the same tables: {min(copied):6.2f} s")
    print(f"  extraction to the lake:              {min(extracted):6.2f} s")
    print(f"  speed of extraction / COPY:          {min(copied) / min(extracted):6.2f} (limit {LIMIT})")
    print(f"  extraction when nothing is new:      {again:6.2f} s")


def _copy_everything(url: URL) -> None:
    """By psql, which does nothing with the rows: the fastest way out that the server offers as text."""
    for table in (*CHANGE_TABLES, *SNAPSHOT_TABLES):
        subprocess.run(
            [embedded.binary("psql"), "-d", conninfo(url), "-c", f"copy outbound.{table.source_table} to stdout"],
            stdout=subprocess.DEVNULL,
            check=True,
        )


def _files(settings: Settings) -> tuple[LakeFile, ...]:
    manifest = Lake(settings.lake_dir).manifest()
    assert manifest is not None
    return manifest.head.files


def _timed(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


if __name__ == "__main__":
    main()
