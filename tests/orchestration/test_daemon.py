"""Schedules that had other names before."""

from __future__ import annotations

from collections.abc import Iterator
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
)

from orchestration.daemon import carry_over
from orchestration.periodic import FORMER_NAMES, SCHEDULES

REPOSITORY = RemoteRepositoryOrigin(GrpcServerCodeLocationOrigin("localhost", socket="x"), "__repository__")


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


def known(instance: dg.DagsterInstance) -> dict[str, InstigatorStatus]:
    return {state.name: state.status for state in instance.all_instigator_state()}


def add(instance: dg.DagsterInstance, name: str, status: InstigatorStatus) -> None:
    data = ScheduleInstigatorData("0 * * * *", start_timestamp=1.0)
    origin = RemoteInstigatorOrigin(REPOSITORY, name)
    instance.add_instigator_state(InstigatorState(origin, InstigatorType.SCHEDULE, status, data))


def test_one_that_was_stopped_stays_stopped_under_its_new_name_and_the_others_run(
    instance: dg.DagsterInstance,
) -> None:
    for name in FORMER_NAMES:
        status = InstigatorStatus.STOPPED if name == "hourly" else InstigatorStatus.DECLARED_IN_CODE
        add(instance, name, status)
    (sentence,) = carry_over(instance)
    assert sentence == "The schedule hourly was stopped; it is called bring_up_to_date now, and stays stopped."
    assert known(instance) == {"bring_up_to_date": InstigatorStatus.STOPPED}
    assert carry_over(instance) == []


def test_what_was_said_under_the_new_name_holds(instance: dg.DagsterInstance) -> None:
    add(instance, "hourly", InstigatorStatus.STOPPED)
    add(instance, "bring_up_to_date", InstigatorStatus.RUNNING)
    assert carry_over(instance) == []
    assert known(instance) == {"bring_up_to_date": InstigatorStatus.RUNNING}


def test_every_former_name_is_that_of_a_schedule_of_today() -> None:
    assert set(FORMER_NAMES.values()) == {schedule.name for schedule in SCHEDULES}
