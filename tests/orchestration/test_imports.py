"""Lists that wait are taken in by runs of their own."""

from __future__ import annotations

import uuid
from pathlib import Path
from threading import Event

import dagster as dg
import pytest

from ingest import service
from orchestration import sensors
from orchestration.definitions import defs
from orchestration.sensors import IMPORT_TAG
from outbound.errors import Unavailable
from outbound.imports.models import ProspectImport
from tests.orchestration.conftest import OpenedSystem, Runs
from tests.support.franchise import Franchise

LIST = """house number,street,city,state,zip,first name,last name
11,Larch Lane,Yardville,IL,60601,Ada,Byron
13,Larch Lane,Yardville,IL,60601,Grace,Hopper
"""


@pytest.fixture
def waiting(system: OpenedSystem, franchise: Franchise, tmp_path: Path) -> uuid.UUID:
    """An import that somebody handed in and nobody has run."""
    file = tmp_path / "list.csv"
    file.write_text(LIST)
    return service.register(system.database, system.settings, franchise.org_id, franchise.owner.id, file)


class Sensor:
    """The sensor, called as the daemon does."""

    def __init__(self, instance: dg.DagsterInstance, system: OpenedSystem) -> None:
        self.instance = instance
        self.system = system

    def __call__(self) -> list[dg.RunRequest]:
        with dg.build_sensor_context(
            instance=self.instance, definitions=defs, resources={"system": self.system}
        ) as context:
            return list(defs.resolve_sensor_def("pending_imports").evaluate_tick(context).run_requests or [])


@pytest.fixture
def look(instance: dg.DagsterInstance, system: OpenedSystem) -> Sensor:
    return Sensor(instance, system)


def test_nothing_is_started_where_nothing_waits(look: Sensor, franchise: Franchise) -> None:
    assert look() == []


def test_an_import_that_waits_is_started_under_its_own_id(look: Sensor, waiting: uuid.UUID) -> None:
    (request,) = look()
    assert request.run_key == str(waiting)
    assert request.tags[IMPORT_TAG] == str(waiting)


def test_it_is_taken_in_by_its_run_and_then_never_again(
    look: Sensor, run: Runs, waiting: uuid.UUID, franchise: Franchise
) -> None:
    (request,) = look()
    result = run("import_list", request.run_config, tags=request.tags)
    assert result.success
    (taken,) = result.get_asset_materialization_events()
    assert taken.materialization.metadata["new"].value == 2
    assert look() == []


@pytest.mark.parametrize(
    "status",
    [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.SUCCESS],
)
def test_an_import_is_never_started_beside_its_run(
    look: Sensor, instance: dg.DagsterInstance, waiting: uuid.UUID, status: dg.DagsterRunStatus
) -> None:
    assert len(look()) == 1
    add_run(instance, waiting, status)
    assert look() == []


def test_an_import_whose_run_was_killed_gets_another_run(
    look: Sensor, instance: dg.DagsterInstance, waiting: uuid.UUID
) -> None:
    add_run(instance, waiting, dg.DagsterRunStatus.FAILURE)
    (request,) = look()
    assert request.run_key == f"{waiting}/2"


def test_an_import_that_kills_its_runs_is_given_up(
    look: Sensor, instance: dg.DagsterInstance, waiting: uuid.UUID, franchise: Franchise
) -> None:
    for _ in range(sensors.ATTEMPTS):
        add_run(instance, waiting, dg.DagsterRunStatus.FAILURE)
    assert look() == []
    with franchise.as_job() as session:
        job = session.get_one(ProspectImport, (franchise.org_id, waiting))
        assert job.status == "failed"
        assert "split the list, and resume it" in (job.error or "")


def test_each_organisation_has_one_import_at_a_time(
    look: Sensor,
    run: Runs,
    instance: dg.DagsterInstance,
    system: OpenedSystem,
    franchise: Franchise,
    other_franchise: Franchise,
    tmp_path: Path,
) -> None:
    """Whoever hands in many lists stands behind whoever hands in one."""
    first, second, _ = (hand_in(system, franchise, tmp_path, number) for number in range(3))
    theirs = hand_in(system, other_franchise, tmp_path, 0)
    requests = look()
    assert [request.tags[IMPORT_TAG] for request in requests] == [str(first), str(theirs)]
    mine, other = requests
    going_on = dg.DagsterRun("import_list", tags=dict(other.tags), status=dg.DagsterRunStatus.STARTING)
    instance.add_run(going_on)
    assert [request.tags[IMPORT_TAG] for request in look()] == [str(first)]
    assert run("import_list", mine.run_config, tags=mine.tags).success
    assert [request.tags[IMPORT_TAG] for request in look()] == [str(second)]


def test_a_list_that_cannot_be_read_fails_its_run_in_a_sentence(
    run: Runs, look: Sensor, waiting: uuid.UUID, system: OpenedSystem
) -> None:
    for kept in system.settings.uploads_dir.rglob("*"):
        if kept.is_file():
            kept.unlink()
    (request,) = look()
    result = run("import_list", request.run_config, tags=request.tags)
    assert not result.success
    (failure,) = result.get_step_failure_events()
    assert str(failure.step_failure_data.user_failure_data.description).endswith(".")
    assert look() == []


def test_a_slow_database_does_not_hold_the_sensor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sensors, "STOP_AFTER_SECONDS", 0.05)
    answer = Event()
    look = sensors.Look()
    with pytest.raises(Unavailable, match="look at what keeps it busy"):
        look.take(answer.wait)
    answer.set()
    monkeypatch.setattr(sensors, "STOP_AFTER_SECONDS", 20)
    assert look.take(lambda: "here again") == "here again"


def hand_in(system: OpenedSystem, franchise: Franchise, folder: Path, number: int) -> uuid.UUID:
    file = folder / f"list{number}.csv"
    file.write_text(LIST + f"{number + 20},Larch Lane,Yardville,IL,60601,Ada,Byron\n")
    return service.register(system.database, system.settings, franchise.org_id, franchise.owner.id, file)


def add_run(instance: dg.DagsterInstance, import_id: uuid.UUID, status: dg.DagsterRunStatus) -> None:
    instance.add_run(dg.DagsterRun(job_name="import_list", status=status, tags={IMPORT_TAG: str(import_id)}))
