"""Extraction: what a batch holds, when there is none, and when everything begins anew."""

from __future__ import annotations

import threading

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine, text

from outbound.lake import extract as extraction
from outbound.lake.errors import LakeDamaged
from outbound.lake.extract import extract
from outbound.lake.manifest import Lake, Manifest
from outbound.lake.tables import ALL_TABLES
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.support.history import History, make_history
from tests.support.lake_rows import lake_state, table_state

PERSONAL = {
    "name", "email", "password_hash", "house_number", "street", "unit", "city", "postcode", "canonical", "position",
    "first_name", "last_name", "phone", "consent", "external_ref", "notes", "attachments", "title", "provider_ref",
    "start_position", "end_position", "file_url", "file_name", "error", "body", "raw",
}  # fmt: skip


@pytest.fixture
def history(database: Database) -> History:
    return make_history(database.admin_engine, doors=60, activities=200, days=20)


@pytest.fixture
def admin(database: Database) -> Engine:
    return database.admin_engine


def do(engine: Engine, statement: str, **values: object) -> int:
    with engine.begin() as connection:
        return connection.execute(text(statement), values).rowcount


def manifest_of(settings: Settings) -> Manifest:
    manifest = Lake(settings.lake_dir).manifest()
    assert manifest is not None
    return manifest


def test_the_first_extraction_takes_everything(database: Database, settings: Settings, history: History) -> None:
    done = extract(database, settings)
    assert (done.full, done.changed, done.batch, done.reason) == (True, True, 1, "the lake was empty")
    assert lake_state(settings) == table_state(database.admin_engine)
    assert len(lake_state(settings)["activities"]) == 200


def test_an_empty_database_makes_a_lake_without_rows(database: Database, settings: Settings) -> None:
    assert extract(database, settings).changed
    assert not extract(database, settings).changed
    assert not any(lake_state(settings).values())


def test_nothing_new_makes_no_batch(database: Database, settings: Settings, history: History) -> None:
    first = extract(database, settings)
    second = extract(database, settings)
    assert (second.changed, second.rows, second.batch) == (False, 0, first.batch)
    assert len(manifest_of(settings).batches) == 1


def test_a_batch_holds_only_what_changed(
    database: Database, settings: Settings, history: History, admin: Engine
) -> None:
    extract(database, settings)
    do(admin, "update outbound.leads set pipeline_stage = 'LOST' where pipeline_stage = 'FOLLOW_UP'")
    gone = do(admin, "delete from outbound.messages where status = 'failed'")
    done = extract(database, settings)
    assert not done.full
    tables = {file.table: file.rows for file in manifest_of(settings).head.files}
    assert tables["tombstones"] == gone
    assert set(tables) == {"leads", "tombstones"}
    assert lake_state(settings) == table_state(admin)


def test_a_change_of_members_alone_is_a_batch(
    database: Database, settings: Settings, history: History, admin: Engine
) -> None:
    extract(database, settings)
    do(admin, "update outbound.memberships set active = false where user_id = :id", id=history.users[1])
    assert extract(database, settings).changed
    assert lake_state(settings) == table_state(admin)


def test_a_row_deleted_and_written_again_stays(
    database: Database, settings: Settings, history: History, admin: Engine
) -> None:
    extract(database, settings)
    with admin.begin() as connection:
        row = connection.execute(
            text("delete from outbound.shifts returning id"),
        ).first()
        assert row is None
        values = {"org": history.org_id, "user": history.users[1], "id": history.users[2]}
        add = text("insert into outbound.shifts (org_id, id, user_id, started_at) values (:org, :id, :user, now())")
        connection.execute(add, values)
        connection.execute(text("delete from outbound.shifts"))
    extract(database, settings)
    with admin.begin() as connection:
        connection.execute(add, values)
        connection.execute(text("delete from outbound.shifts"))
        connection.execute(add, values)
    extract(database, settings)
    assert len(lake_state(settings)["shifts"]) == 1
    assert lake_state(settings) == table_state(admin)


def test_a_transaction_that_commits_late_is_not_skipped_and_holds_nothing_up(
    database: Database, settings: Settings, history: History, admin: Engine
) -> None:
    extract(database, settings)
    with admin.connect() as late:
        late.execute(text("update outbound.leads set yard_size_sqft = 77 where pipeline_stage = 'COLD'"))
        do(admin, "update outbound.leads set yard_size_sqft = 88 where pipeline_stage = 'WON'")
        assert extract(database, settings).rows > 0
        late.commit()
    assert extract(database, settings).rows > 0
    assert lake_state(settings) == table_state(admin)


def test_a_database_that_does_not_know_the_lake_gets_a_new_generation(
    database: Database, settings: Settings, history: History, admin: Engine
) -> None:
    first = extract(database, settings)
    do(admin, "delete from outbound.lake_heads")
    second = extract(database, settings)
    assert second.full
    assert second.generation != first.generation
    assert lake_state(settings) == table_state(admin)
    folders = [path.name for path in settings.lake_dir.iterdir() if path.is_dir()]
    assert folders == [second.generation], "the superseded generation is cleared"


def test_a_crash_between_database_and_manifest_heals(
    database: Database, settings: Settings, history: History, admin: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract(database, settings)
    do(admin, "update outbound.leads set yard_size_sqft = 1")

    def crash(self: Lake, manifest: Manifest) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Lake, "replace_manifest", crash)
        with pytest.raises(KeyboardInterrupt):
            extract(database, settings)
    do(admin, "update outbound.leads set yard_size_sqft = 2 where pipeline_stage = 'COLD'")
    healed = extract(database, settings)
    assert (healed.full, healed.batch) == (False, 2)
    assert lake_state(settings) == table_state(admin)
    assert not extract(database, settings).changed


def test_what_a_killed_extraction_left_behind_is_no_part_of_the_lake(
    database: Database, settings: Settings, history: History
) -> None:
    done = extract(database, settings)
    left_over = settings.lake_dir / done.generation / "000002" / "leads.parquet"
    left_over.parent.mkdir()
    left_over.write_bytes(b"half a file")
    assert not extract(database, settings).changed
    assert not left_over.parent.exists()


def test_a_truncated_file_begins_a_new_generation(
    database: Database, settings: Settings, history: History, admin: Engine
) -> None:
    extract(database, settings)
    lake = Lake(settings.lake_dir)
    path = lake.path(manifest_of(settings).files_of("activities")[0])
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(LakeDamaged, match=r"activities\.parquet has \d+ bytes instead of \d+; run the pipeline"):
        lake.check(manifest_of(settings).head.files, whole=False)
    healed = extract(database, settings)
    assert healed.full
    assert lake_state(settings) == table_state(admin)


def test_an_altered_file_is_found_by_its_hash_and_begins_a_new_generation(
    database: Database, settings: Settings, history: History
) -> None:
    extract(database, settings)
    lake = Lake(settings.lake_dir)
    path = lake.path(manifest_of(settings).files_of("leads")[0])
    altered = bytearray(path.read_bytes())
    altered[len(altered) // 2] ^= 1
    path.write_bytes(altered)
    with pytest.raises(LakeDamaged, match="was altered"):
        lake.check(manifest_of(settings).head.files, whole=True)
    assert extract(database, settings).reason == "the lake was damaged"
    assert not extract(database, settings).changed


def test_an_unreadable_manifest_begins_a_new_generation(
    database: Database, settings: Settings, history: History, admin: Engine
) -> None:
    extract(database, settings)
    (settings.lake_dir / "manifest.json").write_text("{")
    with pytest.raises(LakeDamaged, match="full snapshot"):
        Lake(settings.lake_dir).manifest()
    assert extract(database, settings).full
    assert lake_state(settings) == table_state(admin)


def test_other_tables_to_extract_begin_a_new_generation(
    database: Database, settings: Settings, history: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract(database, settings)
    monkeypatch.setattr(extraction, "layout", lambda: "another")
    assert extract(database, settings).full


def test_extractions_at_the_same_time_follow_one_another(
    database: Database, settings: Settings, history: History, admin: Engine
) -> None:
    extract(database, settings)
    do(admin, "update outbound.leads set yard_size_sqft = 3")
    results = []
    threads = [threading.Thread(target=lambda: results.append(extract(database, settings))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(result.changed for result in results) == [False, False, False, True]
    assert [batch.number for batch in manifest_of(settings).batches] == [1, 2]
    assert lake_state(settings) == table_state(admin)


def test_files_are_not_cleared_while_someone_reads(
    database: Database, settings: Settings, history: History, admin: Engine
) -> None:
    first = extract(database, settings)
    do(admin, "delete from outbound.lake_heads")
    lake = Lake(settings.lake_dir)
    with lake.reading():
        extract(database, settings)
        assert (settings.lake_dir / first.generation).is_dir()
    extract(database, settings)
    assert not (settings.lake_dir / first.generation).exists()


def test_no_personal_column_reaches_the_lake(database: Database, settings: Settings, history: History) -> None:
    extract(database, settings)
    lake = Lake(settings.lake_dir)
    for file in manifest_of(settings).head.files:
        columns = set(pq.ParquetFile(lake.path(file)).schema_arrow.names)
        allowed = {"name"} if file.table in {"territories", "campaigns", "cadences"} else set()
        assert not (columns & PERSONAL) - allowed, file.table
    for table in ALL_TABLES:
        assert not set(table.columns) & PERSONAL - {"name"}, table.name


def test_progress_counts_up_to_the_end(database: Database, settings: Settings, history: History) -> None:
    told: list[tuple[str, int, int]] = []
    extract(database, settings, lambda *step: told.append(step))
    assert told[-1][1] == told[-1][2]
    assert [done for _, done, _ in told] == list(range(1, len(told) + 1))
