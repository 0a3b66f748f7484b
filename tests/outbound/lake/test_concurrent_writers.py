"""The lake's latest state equals the tables, whatever six writers do meanwhile, and after dump and restore."""

from __future__ import annotations

import os
import random
import subprocess
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from outbound.lake.extract import extract
from outbound.lake.source import conninfo
from outbound.settings import Settings
from outbound.storage import embedded
from outbound.storage.database import Database
from tests.support.history import History, make_history
from tests.support.lake_rows import lake_state, table_state
from tests.support.server import Server

WRITERS = 6
TRANSACTIONS = 40

_WRITES = (
    (
        "update outbound.leads set pipeline_stage = (array['LOST', 'WON', 'NOT_QUALIFIED'])[1 + {n} % 3]"
        " where id = (select id from outbound.leads offset {n} % 50 limit 1)"
    ),
    (
        "insert into outbound.activities (org_id, id, lead_id, type, occurred_at)"
        " select org_id, gen_random_uuid(), id, 'CALL', now() from outbound.leads offset {n} % 50 limit 1"
    ),
    (
        "insert into outbound.shifts (org_id, id, user_id, started_at)"
        " select org_id, gen_random_uuid(), user_id, now() from outbound.memberships limit 1"
    ),
    "update outbound.shifts set ended_at = now() where id = (select id from outbound.shifts offset {n} % 9 limit 1)",
    "delete from outbound.shifts where id = (select id from outbound.shifts offset {n} % 7 limit 1)",
    "delete from outbound.activities where id = (select id from outbound.activities offset {n} % 90 limit 1)",
    (
        "update outbound.addresses set do_not_knock = not do_not_knock"
        " where id = (select id from outbound.addresses offset {n} % 50 limit 1)"
    ),
    "delete from outbound.leads where id = (select id from outbound.leads offset {n} % 300 limit 1)",
)


def _write(url: URL, seed: int, stop: threading.Event) -> None:
    """Transactions of random length, a third of them rolled back."""
    chance = random.Random(seed)
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        for _ in range(TRANSACTIONS):
            try:
                with connection.transaction() as transaction:
                    for _ in range(chance.randint(1, 4)):
                        write = chance.choice(_WRITES).format(n=chance.randint(0, 10_000))
                        connection.execute(write.encode())
                        stop.wait(chance.random() * 0.02)
                    if chance.random() < 0.33:
                        raise psycopg.Rollback(transaction)
            except (psycopg.errors.DeadlockDetected, psycopg.errors.IntegrityError):
                continue


@pytest.fixture
def history(database: Database) -> History:
    return make_history(database.admin_engine, doors=60, activities=200, days=20)


def test_the_lake_equals_the_tables_after_six_random_writers(
    database: Database, settings: Settings, history: History
) -> None:
    stop = threading.Event()
    writers = [threading.Thread(target=_write, args=(database.admin_url, seed, stop)) for seed in range(WRITERS)]
    for writer in writers:
        writer.start()
    extractions = [extract(database, settings)]
    while any(writer.is_alive() for writer in writers):
        extractions.append(extract(database, settings))
    for writer in writers:
        writer.join()
    extract(database, settings)
    assert lake_state(settings) == table_state(database.admin_engine)
    assert sum(extraction.full for extraction in extractions) == 1
    assert sum(extraction.changed for extraction in extractions) > 2


def test_a_dump_restored_elsewhere_gets_a_new_generation_that_equals_its_tables(
    database: Database, settings: Settings, history: History, server: Server, tmp_path: Path
) -> None:
    extract(database, settings)
    stop = threading.Event()
    _write(database.admin_url, 1, stop)
    dump = tmp_path / "dump.sql"
    _run("pg_dump", database.admin_url, "--file", str(dump))
    # The wheel's pg_dump is newer than the oldest server, which does not know this setting.
    dump.write_text(dump.read_text().replace("SET transaction_timeout = 0;\n", ""))
    _write(database.admin_url, 2, stop)
    extract(database, settings)

    with server.empty() as url:
        _run("psql", url, "--quiet", "--set", "ON_ERROR_STOP=1", "--file", str(dump))
        restored = Database(url, database.keys)
        try:
            again = extract(restored, settings)
            assert (again.full, again.reason) == (True, "the database is another one")
            assert lake_state(settings) == table_state(restored.admin_engine)
            assert not extract(restored, settings).changed
            _write(url, 3, stop)
            assert not extract(restored, settings).full
            assert lake_state(settings) == table_state(restored.admin_engine)
        finally:
            restored.dispose()


def _run(program: str, url: URL, *arguments: str) -> None:
    subprocess.run(
        [embedded.binary(program), "--dbname", conninfo(url), *arguments],
        check=True,
        capture_output=True,
        env={**os.environ, "PGPASSWORD": url.password or ""},
    )
