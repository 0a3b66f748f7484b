"""Loading needs no database, and the lineage is one piece."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from orchestration.definitions import defs
from outbound.lake.tables import ALL_TABLES

GRAPH = defs.resolve_asset_graph()


def asset(*path: str) -> dg.AssetKey:
    return dg.AssetKey(path)


def test_the_definitions_are_valid() -> None:
    dg.Definitions.validate_loadable(defs)


def test_they_load_without_a_database_and_without_the_heavy_parts(tmp_path: Path) -> None:
    code = (
        "import sys, orchestration.definitions\n"
        "print(*{'dbt', 'duckdb', 'pandas', 'geopandas', 'streamlit', 'fastapi', 'api', 'cli'} & set(sys.modules))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code],
        env={"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing", "OUTBOUND_HOME": str(tmp_path / "home")},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.split() == []
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("table", [table.name for table in ALL_TABLES])
def test_a_lake_table_comes_from_its_operational_table(table: str) -> None:
    (source,) = GRAPH.get(asset("lake", table)).parent_keys
    assert source.path[0] == "capture"
    assert GRAPH.get(source).is_external or source == asset("capture", "prospect_imports")


@pytest.mark.parametrize("table", ["leads", "activities", "territories", "trips", "messages", "addresses"])
def test_what_is_captured_reaches_what_is_published(table: str) -> None:
    below = dg.AssetSelection.assets(asset("capture", table)).downstream().resolve(GRAPH)
    groups = {GRAPH.get(key).group_name for key in below}
    assert {"capture", "lake", "staging", "marts", "published"} <= groups


def test_everything_published_goes_back_to_the_operational_tables() -> None:
    above = dg.AssetSelection.assets(asset("published")).upstream().resolve(GRAPH)
    roots = {key for key in above if not GRAPH.get(key).parent_keys}
    assert roots
    assert {key.path[0] for key in roots} == {"capture"}


def test_an_import_stands_before_the_leads_it_brings() -> None:
    assert asset("capture", "prospect_imports") in GRAPH.get(asset("capture", "leads")).parent_keys


def test_every_schedule_and_sensor_is_on_from_the_start() -> None:
    schedules = {schedule.name: schedule for schedule in defs.schedules or []}
    assert set(schedules) == {
        "bring_up_to_date",
        "build_anew",
        "clear_away",
        "find_duplicates",
        "watch",
        "geocode",
    }
    assert all(found.default_status == dg.DefaultScheduleStatus.RUNNING for found in schedules.values())
    sensors = {sensor.name: sensor for sensor in defs.sensors or []}
    assert set(sensors) == {"pending_imports", "command_runs", "failed_runs"}
    assert all(found.default_status == dg.DefaultSensorStatus.RUNNING for found in sensors.values())
    assert 0 < (sensors["pending_imports"].minimum_interval_seconds or 0) <= 15, "a list begins within 15 s"


def test_the_pipeline_runs_once_each_hour_of_the_day() -> None:
    hours = [
        hour
        for schedule in defs.schedules or []
        if schedule.job_name == "pipeline"
        for hour in _hours(str(schedule.cron_schedule).split()[1])
    ]
    assert sorted(hours) == list(range(24))


def test_runs_of_the_pipeline_never_overlap() -> None:
    assert defs.resolve_job_def("pipeline").tags["outbound/alone"] == "pipeline"


def test_a_run_needs_one_process() -> None:
    for job in defs.resolve_all_job_defs():
        assert job.executor_def.name == "in_process"


def _hours(field: str) -> list[int]:
    parts = [part.split("-") for part in field.split(",")]
    return [hour for part in parts for hour in range(int(part[0]), int(part[-1]) + 1)]
