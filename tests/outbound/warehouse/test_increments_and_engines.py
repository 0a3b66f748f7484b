"""However the same history reaches the models, in one build or in many, on DuckDB or on PostgreSQL, they say the
same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from outbound.lake.extract import extract
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.warehouse.build import Build, Verdict, build, build_and_verify
from outbound.warehouse.marts import MARTS
from tests.support.marts import AS_OF, at_once, change_history, installation, on_postgres, plain, rows_of
from tests.support.server import Server

Marts = dict[str, list[tuple[Any, ...]]]


@dataclass
class Outcome:
    """Three batches on each engine, then everything anew."""

    increments: Marts
    anew: Marts
    postgres: Marts
    builds: list[Build]
    verdicts: list[Verdict]


@pytest.fixture(scope="module")
def outcome(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    home: Path = tmp_path_factory.mktemp("engines")
    with installation(server, home) as (database, duckdb_settings):
        postgres_settings = on_postgres(duckdb_settings)
        builds: list[Build] = []
        verdicts: list[Verdict] = []
        for salt in (None, 0, 1):
            if salt is not None:
                change_history(database.admin_engine, salt)
            extract(database, duckdb_settings)
            for done, verdict in at_once(
                lambda settings: build_and_verify(settings, as_of=AS_OF), duckdb_settings, postgres_settings
            ):
                builds.append(done)
                verdicts.append(verdict)
        increments, postgres = rows_of(duckdb_settings), rows_of(postgres_settings)
        builds.append(build(duckdb_settings, as_of=AS_OF, anew=True))
        yield Outcome(increments, rows_of(duckdb_settings), postgres, builds, verdicts)


def test_the_first_build_is_full_and_the_next_take_new_batches_only(outcome: Outcome) -> None:
    assert [(done.batch_from, done.batch_to) for done in outcome.builds] == [
        (0, 1), (0, 1), (1, 2), (1, 2), (2, 3), (2, 3), (0, 3),
    ]  # fmt: skip


def test_every_test_passes_on_every_build(outcome: Outcome) -> None:
    assert [dict(verdict.failed) for verdict in outcome.verdicts] == [{}] * 6
    assert min(verdict.passed for verdict in outcome.verdicts) > 50


@pytest.mark.parametrize("mart", list(MARTS))
def test_a_rebuild_equals_the_increments(outcome: Outcome, mart: str) -> None:
    assert outcome.increments[mart] == outcome.anew[mart]


@pytest.mark.parametrize("mart", list(MARTS))
def test_duckdb_equals_postgresql(outcome: Outcome, mart: str) -> None:
    assert [plain(row) for row in outcome.increments[mart]] == [plain(row) for row in outcome.postgres[mart]]


def test_the_history_leaves_no_mart_empty(outcome: Outcome) -> None:
    assert all(outcome.increments.values())


def test_a_territory_that_moves_to_another_zone_is_built_anew(server: Server, tmp_path: Path) -> None:
    with installation(server, tmp_path) as (database, settings):
        first = _pipeline(database, settings)
        with database.admin_engine.begin() as connection:
            connection.execute(text("update outbound.territories set zone = 'Pacific/Auckland' where slug = 'turf-4'"))
        second = _pipeline(database, settings)
        assert (first.full, second.full) == (True, True)
        incremental = rows_of(settings)
        build(settings, as_of=AS_OF, anew=True)
        assert rows_of(settings) == incremental


def test_what_was_taken_back_counts_for_nothing(server: Server, tmp_path: Path) -> None:
    with installation(server, tmp_path) as (database, settings):
        _pipeline(database, settings)
        before = rows_of(settings)
        with database.admin_engine.begin() as connection:
            connection.execute(text("update outbound.activities set undone_at = now()"))
            connection.execute(text("update outbound.lead_stage_changes set undone_at = now()"))
        _pipeline(database, settings)
        undone = rows_of(settings)
        with database.admin_engine.begin() as connection:
            connection.execute(text("delete from outbound.lead_stage_changes"))
            connection.execute(text("delete from outbound.activities"))
        _pipeline(database, settings)
        deleted = rows_of(settings)
        told = set(MARTS) - {"build_info"}  # which says when
        assert {mart: undone[mart] for mart in told} == {mart: deleted[mart] for mart in told}
        assert undone["rep_weeks"] != before["rep_weeks"]


def _pipeline(database: Database, settings: Settings) -> Build:
    extract(database, settings)
    return build(settings, as_of=AS_OF)
