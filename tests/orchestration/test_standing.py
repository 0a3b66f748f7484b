"""Schedules and sensors that stand still are told, by Dagster's own records."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.remote_origin import (
    GrpcServerCodeLocationOrigin,
    RemoteInstigatorOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickData,
    TickStatus,
)
from dagster_shared.error import SerializableErrorInfo

from orchestration.definitions import defs
from orchestration.standing import GRACE, Lookout, read, standing_still
from outbound.operations.standing import last_seen
from outbound.settings import Settings
from tests.orchestration.conftest import Runs

NOW = datetime(2026, 3, 4, 9, 20, tzinfo=UTC)
UP = NOW - timedelta(days=3)
REPOSITORY = RemoteRepositoryOrigin(GrpcServerCodeLocationOrigin("localhost", socket="x"), "__repository__")
SCHEDULES = {schedule.name: str(schedule.cron_schedule) for schedule in defs.schedules or []}  # type: ignore[union-attr]
SENSORS = [sensor.name for sensor in defs.sensors or []]


class Records:
    """Of a Dagster that has run for days."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self.instance = instance
        for name in SCHEDULES:
            self.add(InstigatorType.SCHEDULE, name)
        for name in SENSORS:
            self.add(InstigatorType.SENSOR, name)

    def add(self, kind: InstigatorType, name: str, begun: datetime = UP) -> None:
        start = begun.timestamp()
        data = (
            ScheduleInstigatorData(SCHEDULES[name], start_timestamp=start)
            if kind == InstigatorType.SCHEDULE
            else SensorInstigatorData(last_sensor_start_timestamp=start)
        )
        origin = RemoteInstigatorOrigin(REPOSITORY, name)
        self.instance.add_instigator_state(InstigatorState(origin, kind, InstigatorStatus.DECLARED_IN_CODE, data))

    def state(self, name: str) -> InstigatorState:
        return next(state for state in self.instance.all_instigator_state() if state.name == name)

    def stop(self, name: str) -> None:
        self.instance.update_instigator_state(self.state(name).with_status(InstigatorStatus.STOPPED))

    def turn(self, name: str, at: datetime, status: TickStatus = TickStatus.SKIPPED) -> None:
        state = self.state(name)
        self.instance.create_tick(
            TickData(
                state.instigator_origin_id,
                name,
                state.instigator_type,
                status,
                at.timestamp(),
                selector_id=state.selector_id,
                error=SerializableErrorInfo("It broke.", [], None) if status == TickStatus.FAILURE else None,
            )
        )

    def all_turn(self) -> None:
        """Each at its last time before now."""
        self.turn("bring_up_to_date", NOW.replace(hour=9, minute=0))
        self.turn("build_anew", NOW.replace(hour=8, minute=0))
        self.turn("watch", NOW.replace(hour=8, minute=30))
        self.turn("geocode", NOW.replace(hour=8, minute=45))
        self.turn("clear_away", NOW.replace(hour=8, minute=15))
        self.turn("find_duplicates", NOW.replace(hour=8, minute=40))
        for name in SENSORS:
            self.turn(name, NOW - timedelta(seconds=10))


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dg.DagsterInstance]:
    """With the records of schedules, which an ephemeral one has not; slow to make."""
    with dg.DagsterInstance.local_temp(str(tmp_path_factory.mktemp("dagster"))) as storage:
        yield storage


@pytest.fixture
def instance(storage: dg.DagsterInstance) -> dg.DagsterInstance:
    assert storage.schedule_storage is not None
    storage.schedule_storage.wipe()
    return storage


@pytest.fixture
def records(instance: dg.DagsterInstance) -> Records:
    return Records(instance)


def test_where_all_go_on_nothing_is_said(records: Records):
    records.all_turn()
    assert standing_still(records.instance, NOW, UP) == []


@pytest.mark.parametrize("name", ["bring_up_to_date", "build_anew", "watch", "pending_imports", "failed_runs"])
def test_one_that_was_stopped_is_named_whether_dagster_runs_or_not(records: Records, name: str):
    records.all_turn()
    records.stop(name)
    for up_since in (UP, None):
        (said,) = standing_still(records.instance, NOW, up_since)
        assert f"{name} was stopped" in said


def test_one_that_missed_its_turn_is_named_with_its_last(records: Records):
    records.all_turn()
    late = NOW + timedelta(hours=1)
    said = "\n".join(standing_still(records.instance, late, UP))
    assert "schedule bring_up_to_date has done nothing since 2026-03-04 09:00 UTC" in said
    assert "sensor pending_imports has done nothing since 2026-03-04 09:19 UTC" in said
    assert "build_anew has" not in said


def test_turns_that_failed_are_none(records: Records):
    records.all_turn()
    late = NOW + timedelta(hours=1)
    records.turn("bring_up_to_date", NOW.replace(hour=10, minute=0), TickStatus.FAILURE)
    assert any("bring_up_to_date" in each for each in standing_still(records.instance, late, UP))


def test_nothing_is_expected_of_what_has_just_begun(instance: dg.DagsterInstance, records: Records):
    assert standing_still(instance, NOW, NOW - GRACE / 2) == []
    fresh = UP + GRACE + timedelta(minutes=1)
    assert not any("build_anew" in each for each in standing_still(instance, fresh, UP))


def test_one_that_dagster_knows_nothing_of_is_named(instance: dg.DagsterInstance):
    assert len(standing_still(instance, NOW, UP)) == len(SCHEDULES) + len(SENSORS)


def test_the_watch_fails_and_names_it(run: Runs):
    records = Records(run.instance)
    records.all_turn()
    records.stop("build_anew")
    (found,) = [each for each in run("watch").get_asset_check_evaluations() if each.check_name == "schedules_go_on"]
    assert not found.passed
    assert "build_anew was stopped" in str(found.description)


def test_what_is_seen_is_told_to_who_knows_nothing_of_dagster_for_a_while(records: Records, tmp_path: Path):
    settings = Settings(home=tmp_path)
    settings.run_dir.mkdir()
    assert last_seen(settings, NOW) is None
    records.stop("bring_up_to_date")
    Lookout(records.instance, settings.standing_file).look(NOW)
    seen = last_seen(settings, NOW + timedelta(minutes=5))
    assert seen is not None
    assert "bring_up_to_date was stopped" in seen.standing[0]
    assert last_seen(settings, NOW + timedelta(hours=1)) is None


def test_an_installation_whose_dagster_never_ran_is_left_as_it_is(tmp_path: Path):
    settings = Settings(home=tmp_path / "home")
    assert read(settings, NOW, None) == []
    assert not settings.home.exists()
