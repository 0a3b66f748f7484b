"""Runs that fail send a letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg
import pytest

from orchestration import alarms
from outbound.errors import Unavailable
from outbound.operations.alarms import Failure
from tests.conftest import free_ports
from tests.orchestration.conftest import OpenedSystem
from tests.support.mail import Inbox, mail_server

NOW = datetime(2026, 3, 4, 9, 20, tzinfo=UTC)


@pytest.fixture
def inbox(system: OpenedSystem) -> Iterator[Inbox]:
    (port,) = free_ports(1)
    told = {"smtp_url": f"smtp://127.0.0.1:{port}", "alert_mail": "ops@yard.test"}
    system.settings = system.settings.model_copy(update=told)
    with mail_server(port) as inbox:
        yield inbox


def failed(instance: dg.DagsterInstance, sentence: str, *, job: str = "geocode") -> dg.RunFailureSensorContext:
    """What the sensor is told of a run whose only step failed so."""

    @dg.op
    def step() -> None:
        raise dg.Failure(sentence, allow_retries=False)

    @dg.job(name=job)
    def work() -> None:
        step()

    result = work.execute_in_process(instance=instance, raise_on_error=False)
    return dg.build_run_status_sensor_context(
        "failed_runs", result.get_run_failure_event(), instance, result.dagster_run
    ).for_run_failure()


def test_a_failed_run_is_written_of_once_a_day(
    instance: dg.DagsterInstance, system: OpenedSystem, inbox: Inbox
) -> None:
    for sentence in ("The server gave up after 12 doors.", "The server gave up after 1,300 doors."):
        alarms.tell(failed(instance, sentence), system, NOW)
    (letter,) = inbox.letters
    assert letter["To"] == "ops@yard.test"
    assert letter["Subject"] == "Outbound: geocode failed"
    assert letter.get_content().startswith("The server gave up after 12 doors.")
    alarms.tell(failed(instance, "The server gave up after 7 doors."), system, NOW + timedelta(days=1))
    assert len(inbox.letters) == 2


def test_another_cause_is_another_letter(instance: dg.DagsterInstance, system: OpenedSystem, inbox: Inbox) -> None:
    alarms.tell(failed(instance, "The disk is full."), system, NOW)
    alarms.tell(failed(instance, "The database is gone."), system, NOW)
    alarms.tell(failed(instance, "The disk is full.", job="watch"), system, NOW)
    assert len(inbox.letters) == 3


def test_a_letter_that_was_not_taken_is_tried_again_at_the_next_failure(
    instance: dg.DagsterInstance, system: OpenedSystem, inbox: Inbox
) -> None:
    inbox.refusing = True
    with pytest.raises(Unavailable, match="did not take the letter"):
        alarms.tell(failed(instance, "The disk is full."), system, NOW)
    inbox.refusing = False
    alarms.tell(failed(instance, "The disk is full."), system, NOW)
    assert len(inbox.letters) == 1


def test_without_an_address_nobody_is_written_to(instance: dg.DagsterInstance, system: OpenedSystem) -> None:
    assert isinstance(alarms.tell(failed(instance, "The disk is full."), system, NOW), dg.SkipReason)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("after 12 doors", "after 1,300 doors", True),
        ("run 0192f0a1-0000-7000-8000-000000000001", "run 0192f0a1-0000-7000-8000-00000000beef", True),
        ("no room", "no server", False),
    ],
)
def test_a_cause_is_what_is_said_without_counts_and_ids(one: str, other: str, same: bool) -> None:
    assert (Failure("job", "step", one).cause == Failure("job", "step", other).cause) is same
