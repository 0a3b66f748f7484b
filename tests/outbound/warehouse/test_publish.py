"""Publishing: an organisation at a time, whole or not at all, and never what failed."""

from __future__ import annotations

import stat
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import text

from outbound.errors import Conflict
from outbound.lake.errors import LakeDamaged
from outbound.lake.extract import extract
from outbound.lake.manifest import Lake
from outbound.reports import WHOLE_ORGANISATION, Warehouse
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.warehouse.build import EVERYONE, Build, Verdict, build
from outbound.warehouse.dbt import PROJECT
from outbound.warehouse.duckdb_publish import BUILDS_KEPT
from outbound.warehouse.errors import BuildFailed, DataTestsFailed
from outbound.warehouse.marts import MARTS
from outbound.warehouse.pipeline import run_pipeline
from outbound.warehouse.publish import publish
from tests.support.marts import AS_OF, installation, organisations
from tests.support.server import Server

pytestmark = pytest.mark.any_server("about runs and files on DuckDB")


@dataclass
class Published:
    """An installation whose pipeline ran once."""

    database: Database
    settings: Settings
    build: Build
    first: uuid.UUID
    second: uuid.UUID

    def current(self, org_id: uuid.UUID) -> Path:
        return (self.settings.published_dir / str(org_id) / "current").resolve(strict=True)

    def publish_again(self, failed: dict[str, list[str]] | None = None) -> Build:
        """Publishes a new build as if its tests had ended so."""
        made = build(self.settings, as_of=AS_OF)
        publish(self.settings, made, Verdict(made.build_id, 1, failed or {}))
        return made


@pytest.fixture(scope="module")
def published(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    with installation(server, tmp_path_factory.mktemp("publish")) as (database, settings):
        result = run_pipeline(database, settings)
        ids = organisations(database)
        assert set(result.publication.published) == {str(org_id) for org_id in ids.values()}
        yield Published(database, settings, result.build, ids["first"], ids["second"])


def test_each_organisation_has_a_file_of_its_own_that_nobody_may_write(published: Published) -> None:
    for org_id in (published.first, published.second):
        path = published.current(org_id)
        assert path.parent.name == str(org_id)
        assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_another_organisations_rows_are_nowhere_in_a_file(published: Published) -> None:
    path = published.current(published.first)
    with duckdb.connect(str(path), read_only=True) as connection:
        for mart in MARTS:
            found = connection.execute(f"select distinct org_id from marts.{mart}").fetchall()
            assert found == [(published.first,)], mart
    content = path.read_bytes()
    assert published.second.bytes not in content
    assert str(published.second).encode() not in content


def test_no_id_of_one_organisation_stands_in_a_file_of_the_other(published: Published) -> None:
    """Whatever a model joins, it joins within the organisation."""
    first, second = (_ids_in(published.current(org_id)) for org_id in (published.first, published.second))
    assert min(len(first), len(second)) > 500
    assert first & second == {uuid.UUID(int=0)}


def _ids_in(path: Path) -> set[uuid.UUID]:
    found: set[uuid.UUID] = set()
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from information_schema.columns where data_type = 'UUID'"
        ).fetchall()
        for table, column in columns:
            rows = connection.execute(f'select distinct "{column}" from marts.{table} where "{column}" is not null')
            found.update(row[0] for row in rows.fetchall())
    return found


def test_a_file_holds_marts_only(published: Published) -> None:
    with duckdb.connect(str(published.current(published.first)), read_only=True) as connection:
        tables = connection.execute("select table_schema, table_name from information_schema.tables").fetchall()
    assert sorted(tables) == sorted(("marts", mart) for mart in MARTS)


def test_what_failed_its_tests_is_not_published_and_the_last_good_build_stays(published: Published) -> None:
    before = published.current(published.first)
    made = published.publish_again({str(published.first): ["some_test"]})
    assert published.current(published.first) == before
    assert published.current(published.second).stem == made.build_id


def test_a_test_that_names_no_organisation_holds_everyone_back(published: Published) -> None:
    before = published.current(published.first), published.current(published.second)
    published.publish_again({EVERYONE: ["some_test"]})
    assert (published.current(published.first), published.current(published.second)) == before


def test_a_build_that_was_replaced_is_not_published(published: Published) -> None:
    old = build(published.settings, as_of=AS_OF)
    build(published.settings, as_of=AS_OF)
    with pytest.raises(Conflict, match="Another build has replaced this one"):
        publish(published.settings, old, Verdict(old.build_id, 1, {}))


def test_readers_go_on_while_builds_are_published_and_old_ones_are_cleared(published: Published) -> None:
    made = published.publish_again()  # readers begin with the figures that all later builds have
    stop = threading.Event()
    seen: list[tuple[str, int]] = []
    failures: list[BaseException] = []

    def read() -> None:
        warehouse = Warehouse(published.settings, published.first, WHOLE_ORGANISATION)
        try:
            while not stop.is_set():
                row = warehouse.query(
                    "select min(build_id) as build_id, (select count(*) from outbound_stats) as rows from build_info"
                ).iloc[0]
                seen.append((row["build_id"], row["rows"]))
        except BaseException as error:  # noqa: BLE001 (shown by the assertion below)
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    builds = []
    for _ in range(BUILDS_KEPT + 2):
        # The same data under new names: what matters is the swap.
        renamed = Build(
            build_id=str(uuid.UUID(int=uuid.UUID(made.build_id).int + len(builds) + 1)),
            generation=made.generation,
            batch_from=made.batch_from,
            batch_to=made.batch_to,
            as_of=made.as_of,
            seconds={},
        )
        _rename_build(published.settings, renamed.build_id)
        publish(published.settings, renamed, Verdict(renamed.build_id, 1, {}))
        builds.append(renamed.build_id)
    stop.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len({rows for _, rows in seen}) == 1, "never half a build"
    kept = {path.stem for path in published.current(published.first).parent.glob("*.duckdb")}
    assert kept == set(builds[-BUILDS_KEPT:])
    assert Warehouse(published.settings, published.first, WHOLE_ORGANISATION).build().build_id == builds[-1]


def test_bad_rows_of_one_organisation_do_not_freeze_the_other(published: Published) -> None:
    before = published.current(published.first)
    with published.database.admin_engine.begin() as connection:
        connection.execute(text("alter table outbound.leads drop constraint ck_leads_lead_type"))
        connection.execute(
            text("update outbound.leads set lead_type = 'sideways' where id = any(array(select id from outbound.leads"
                 " where org_id = :org limit 2))"), {"org": published.first},
        )  # fmt: skip
    with pytest.raises(
        DataTestsFailed, match=r"1 of 2 organisations were not published.*accepted_values_pipe"
    ) as caught:
        run_pipeline(published.database, published.settings)
    assert list(caught.value.failed) == [str(published.first)]
    assert published.current(published.first) == before
    newest = published.current(published.second)
    assert newest.stem > before.stem

    with published.database.admin_engine.begin() as connection:
        connection.execute(text("update outbound.leads set lead_type = 'outbound' where lead_type = 'sideways'"))
    healed = run_pipeline(published.database, published.settings)
    assert published.current(published.first).stem == healed.build.build_id


def test_a_damaged_lake_publishes_nothing_and_the_next_run_heals_it(published: Published) -> None:
    before = published.current(published.first)
    lake = Lake(published.settings.lake_dir)
    manifest = lake.manifest()
    assert manifest is not None
    with published.database.admin_engine.begin() as connection:
        connection.execute(text("update outbound.leads set estimated_value_cents = 5"))
    extract(published.database, published.settings)
    newer = lake.manifest()
    assert newer is not None
    path = lake.path(newer.head.files[0])
    altered = bytearray(path.read_bytes())
    altered[len(altered) // 2] ^= 1
    path.write_bytes(altered)
    with pytest.raises(LakeDamaged, match="was altered"):
        run_pipeline(published.database, published.settings)
    assert published.current(published.first) == before
    healed = run_pipeline(published.database, published.settings)
    assert (healed.extraction.full, healed.build.full) == (True, True)
    assert published.current(published.first).stem == healed.build.build_id


def test_a_model_that_cannot_be_built_is_told_in_a_sentence(
    published: Published, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = published.current(published.first)
    broken = tmp_path / "dbt_project"
    _copy_project(broken)
    (broken / "models" / "marts" / "members.sql").write_text("select org_id, nothing from {{ ref('stg_memberships') }}")
    monkeypatch.setattr("outbound.warehouse.dbt.PROJECT", broken)
    monkeypatch.setattr("outbound.warehouse.build.PROJECT", broken)
    with pytest.raises(BuildFailed, match=r"dbt could not build members: .*What was published before stays\."):
        run_pipeline(published.database, published.settings)
    assert published.current(published.first) == before


def test_an_organisation_that_is_gone_takes_its_files_with_it(server: Server, tmp_path: Path) -> None:
    with installation(server, tmp_path, histories=False) as (database, settings):
        gone = settings.published_dir / str(uuid.uuid4())
        gone.mkdir(parents=True)
        result = run_pipeline(database, settings)
        assert result.publication.published == []
        assert not gone.exists()


def _rename_build(settings: Settings, build_id: str) -> None:
    with duckdb.connect(str(settings.warehouse_dir / "build.duckdb")) as connection:
        connection.execute("update lake.state set build_id = ?", [build_id])
        connection.execute("update build.build.build_info set build_id = ?", [build_id])


def _copy_project(target: Path) -> None:
    for path in PROJECT.rglob("*"):
        if path.is_file() and "target" not in path.relative_to(PROJECT).parts:
            copy = target / path.relative_to(PROJECT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
