"""Runs that fail send a letter, one a cause and day."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from orchestration.resources import System
from outbound.errors import Unavailable
from outbound.operations import alarms
from outbound.operations.alarms import Failure

EVERY_SECONDS = 30
TOLD_TAG = "outbound/told-"
"""With a cause behind it, of the run that was written of; its value is the day."""


def failed_runs(name: str, does: str) -> dg.SensorDefinition:
    """Looks at every run that failed since the last look."""

    @dg.run_failure_sensor(
        name=name,
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=does,
    )
    def sensor(context: dg.RunFailureSensorContext, system: dg.ResourceParam[System]) -> dg.SkipReason | None:
        return tell(context, system, datetime.now(UTC))

    return sensor


def tell(context: dg.RunFailureSensorContext, system: System, now: datetime) -> dg.SkipReason | None:
    """Writes of a run that failed. What was told stands at the run itself, and goes with it. Raises
    :class:`Unavailable` where the mail server does not take a letter: the next failure tries again."""
    mail = alarms.mailer(system.settings)
    if mail is None:
        return dg.SkipReason("Nobody is to be told: OUTBOUND_ALERT_MAIL or OUTBOUND_SMTP_URL is not set.")
    run, day = context.dagster_run, f"{now:%Y-%m-%d}"
    for failure in _failures(context):
        told = {f"{TOLD_TAG}{failure.cause}": day}
        if context.instance.get_runs_count(dg.RunsFilter(tags=told)):
            continue
        if not alarms.send(mail, system.settings, failure, run.run_id):
            raise Unavailable("The mail server did not take the letter; see what `outbound doctor` says of it.")
        context.instance.add_run_tags(run.run_id, told)
    return None


def _failures(context: dg.RunFailureSensorContext) -> Iterator[Failure]:
    """A run that was killed has no step that failed."""
    job = context.dagster_run.job_name
    steps = context.get_step_failure_events()
    for event in steps:
        data = event.step_failure_data
        described = data.user_failure_data.description if data.user_failure_data else None
        error = data.error.message.strip() if data.error else ""
        yield Failure(job, event.step_key, described or error or "It failed without a word.")
    if not steps:
        yield Failure(job, None, context.failure_event.message or "It ended without a word.")
