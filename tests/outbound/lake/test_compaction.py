"""Compaction changes how much there is to read, and nothing of what it says."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from sqlalchemy import Engine, text

from outbound.lake.compact import MANY, compact, due
from outbound.lake.errors import LakeDamaged
from outbound.lake.extract import extract
from outbound.lake.manifest import Lake, Manifest
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.history import History, make_history
from tests.support.lake_rows import lake_state, table_state
from tests.support.marts import change_history

A = "outbound.activities"
NEWEST = f"(select max(id::text)::uuid from {A})"


@pytest.fixture
def history(database: Database) -> History:
    return make_history(database.admin_engine, doors=60, activities=300, days=20)


@pytest.fixture
def lake(settings: Settings) -> Lake:
    return Lake(settings.lake_dir)


def test_many_batches_become_one_that_says_the_same(
    database: Database, settings: Settings, history: History, lake: Lake
) -> None:
    changed(database, settings, times=3)
    before = lake_state(settings)
    head = manifest_of(lake).head

    compacted = compact(lake, head.number, whole=True)

    assert compacted is not None
    assert [batch.number for batch in compacted.batches] == [head.number]
    assert (compacted.head.snapshot, compacted.head.extracted_at) == (head.snapshot, head.extracted_at)
    assert lake_state(settings) == before == table_state(database.admin_engine)
    assert compacted.files_of("tombstones") == []
    for table in ("activities", "leads", "addresses"):
        assert rows_in(lake, table) == len(before[table]), "each row once, and none that was deleted"


def test_the_rest_becomes_one_beside_a_base_that_is_not_worth_writing_anew(
    database: Database, settings: Settings, history: History, lake: Lake
) -> None:
    extract(database, settings)
    for turn in range(MANY):
        do(
            database.admin_engine,
            f"update {A} set duration_secs = {turn} where id = (select max(id::text)::uuid from {A})",
        )
        do(database.admin_engine, f"delete from {A} where id = (select min(id::text)::uuid from {A})")
        extract(database, settings)
    base = manifest_of(lake).batches[0]
    first, until = due(manifest_of(lake), manifest_of(lake).head.number) or (0, 0)
    assert (first, until) == (1, MANY + 1)

    compacted = compact(lake, manifest_of(lake).head.number)

    assert compacted is not None
    assert [batch.number for batch in compacted.batches] == [1, MANY + 1]
    assert compacted.batches[0] == base
    assert lake_state(settings) == table_state(database.admin_engine)
    assert sum(file.rows for file in compacted.files_of("tombstones")) == MANY


def test_batches_that_the_build_has_not_taken_up_stay_apart(
    database: Database, settings: Settings, history: History, lake: Lake
) -> None:
    changed(database, settings, times=3)
    compacted = compact(lake, 3, whole=True)
    assert compacted is not None
    assert [batch.number for batch in compacted.batches] == [3, 4]
    assert lake_state(settings) == table_state(database.admin_engine)


def test_nothing_is_written_anew_for_the_sake_of_a_few_rows(
    database: Database, settings: Settings, history: History, lake: Lake
) -> None:
    extract(database, settings)
    do(database.admin_engine, f"update {A} set duration_secs = 1 where id = {NEWEST}")
    extract(database, settings)
    assert compact(lake, 2) is None
    assert [batch.number for batch in manifest_of(lake).batches] == [1, 2]


def test_extraction_goes_on_after_it_as_if_nothing_had_been(
    database: Database, settings: Settings, history: History, lake: Lake
) -> None:
    changed(database, settings, times=2)
    assert compact(lake, 3, whole=True) is not None
    assert not extract(database, settings).changed
    change_history(database.admin_engine, 5)
    after = extract(database, settings)
    assert (after.full, after.batch) == (False, 4)
    assert lake_state(settings) == table_state(database.admin_engine)


def test_files_that_were_merged_are_gone_once_nobody_reads_them(
    database: Database, settings: Settings, history: History, lake: Lake
) -> None:
    changed(database, settings, times=2)
    with lake.reading():
        compact(lake, 3, whole=True)
        assert (lake.folder / manifest_of(lake).generation / "000002").is_dir()
    extract(database, settings)
    named = {lake.path(file) for batch in manifest_of(lake).batches for file in batch.files}
    assert set(lake.folder.rglob("*.parquet")) == named


def test_what_is_damaged_is_not_written_anew_as_if_it_were_whole(
    database: Database, settings: Settings, history: History, lake: Lake
) -> None:
    changed(database, settings, times=2)
    before = lake._manifest_path.read_bytes()
    path = lake.path(manifest_of(lake).files_of("activities")[-1])
    path.write_bytes(path.read_bytes()[:-20] + bytes(20))
    with pytest.raises(LakeDamaged, match="was altered"):
        compact(lake, 3, whole=True)
    assert lake._manifest_path.read_bytes() == before
    assert extract(database, settings).full
    assert lake_state(settings) == table_state(database.admin_engine)


def test_one_that_was_killed_leaves_the_lake_as_it_was(
    database: Database, settings: Settings, history: History, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(database, settings, times=2)
    left_over = lake.folder / manifest_of(lake).generation / "000001-000003" / "leads.parquet"
    left_over.parent.mkdir()
    left_over.write_bytes(b"half a file")
    assert lake_state(settings) == table_state(database.admin_engine)
    assert compact(lake, 3, whole=True) is not None
    assert lake_state(settings) == table_state(database.admin_engine)


def changed(database: Database, settings: Settings, *, times: int) -> None:
    """One batch with everything, then as many with changes of every kind."""
    extract(database, settings)
    for salt in range(times):
        change_history(database.admin_engine, salt)
        extract(database, settings)


def manifest_of(lake: Lake) -> Manifest:
    manifest = lake.manifest()
    assert manifest is not None
    return manifest


def rows_in(lake: Lake, table: str) -> int:
    paths: list[Path] = [lake.path(file) for file in manifest_of(lake).files_of(table)]
    row = duckdb.execute(f"select count(*) from read_parquet({[str(path) for path in paths]})").fetchone()
    assert row is not None
    return row[0]


def do(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement))
