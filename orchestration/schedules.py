"""When the pipeline runs by itself. Times are UTC."""

from datetime import UTC, datetime

import dagster as dg

from orchestration.jobs import ANEW, clear_away, find_duplicates, geocode, pipeline
from orchestration.jobs import watch as watch_job
from orchestration.resources import System

NIGHT_HOUR = 8
"""From ten in the evening in Honolulu to four in the morning in New York: nobody knocks."""


def _schedule(name: str, cron: str, run_config: dg.RunConfig, description: str) -> dg.ScheduleDefinition:
    @dg.schedule(
        name=name,
        cron_schedule=cron,
        job=pipeline,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=description,
    )
    def schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
        # The run that waits takes everything up to its start, and a long one must not pile up a queue.
        waiting = dg.RunsFilter(job_name=pipeline.name, statuses=[dg.DagsterRunStatus.QUEUED])
        if context.instance.get_runs_count(waiting):
            return dg.SkipReason("Another run of the pipeline waits already.")
        return dg.RunRequest(run_config=run_config)

    return schedule


hourly = _schedule(
    "hourly",
    f"0 0-{NIGHT_HOUR - 1},{NIGHT_HOUR + 1}-23 * * *",
    dg.RunConfig(),
    "Takes what changed and builds what it touches.",
)

nightly = _schedule(
    "nightly",
    f"0 {NIGHT_HOUR} * * *",
    ANEW,
    "Builds everything anew, so that no chain of small builds grows long.",
)

night = dg.ScheduleDefinition(
    name="quarter_past_nightly",
    cron_schedule=f"15 {NIGHT_HOUR} * * *",
    job=clear_away,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Clears away what nobody needs any more.",
)

duplicates = dg.ScheduleDefinition(
    name="forty_past_nightly",
    cron_schedule=f"40 {NIGHT_HOUR} * * *",
    job=find_duplicates,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Looks for leads of the whole base that may be one.",
)

watch = dg.ScheduleDefinition(
    name="half_past",
    cron_schedule="30 * * * *",
    job=watch_job,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Runs the checks between two runs of the pipeline.",
)


@dg.schedule(
    name="quarter_to",
    cron_schedule="45 * * * *",
    job=geocode,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Looks again for doors whose place is unknown or rough, where any is due.",
)
def locating(system: dg.ResourceParam[System]) -> dg.RunRequest | dg.SkipReason:
    from outbound.geocoding.backlog import is_due  # geometry: not for every process that loads the definitions

    if is_due(system.database, system.settings, datetime.now(UTC)):
        return dg.RunRequest()
    return dg.SkipReason("Every door is where it can be found, or was looked for lately.")
