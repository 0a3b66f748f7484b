"""Everything that runs by itself, as one table: a new job is one entry. Its job, its schedules, its sensor and the
watch over them (:mod:`orchestration.standing`) are made of it. Times are UTC."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import dagster as dg

from orchestration import alarms, checks, commands, sensors
from orchestration.assets import geocoding, housekeeping, imports, lake, matching, warehouse
from orchestration.resources import System

NIGHT_HOUR = 8
"""From ten in the evening in Honolulu to four in the morning in New York: nobody knocks."""
ALONE = "outbound/alone"
"""Runs of the same value go one after the other (see ``dagster.yaml``)."""


@dataclass(frozen=True)
class Turn:
    """When a job is run whatever there is: a schedule. Named after its work, for the time of day may change."""

    cron: str
    formerly: str = ""
    """What an earlier version called it: one that was stopped under that name stays stopped."""
    name: str = ""
    """The job's, unless it has several."""
    does: str = ""
    run_config: dg.RunConfig = field(default_factory=dg.RunConfig)
    unless: Callable[[System, datetime], str | None] | None = None
    """Why there is nothing to do, in a sentence; none: there is."""


@dataclass(frozen=True)
class Look:
    """What is looked for every few seconds: a sensor."""

    sensor: Callable[[str, str], dg.SensorDefinition]
    """Makes it of a name and a description."""
    name: str = ""
    """The work's own, unless told."""
    does: str = ""


@dataclass(frozen=True)
class Periodic:
    """One kind of work. With assets or checks it is a job, which its turns and its look start; without, the look does
    all there is to do."""

    name: str
    does: str
    assets: tuple[dg.AssetsDefinition, ...] = ()
    checks: tuple[dg.AssetChecksDefinition, ...] = ()
    alone: bool = False
    """Whether its runs go one after the other; while one waits, no schedule adds another, for that one takes all."""
    turns: tuple[Turn, ...] = ()
    looks: Look | None = None


def _no_door_is_due(system: System, now: datetime) -> str | None:
    from outbound.geocoding.backlog import is_due  # geometry: not for every process that loads the definitions

    due = is_due(system.database, system.settings, now)
    return None if due else "Every door is where it can be found, or was looked for lately."


PERIODIC = (
    Periodic(
        "pipeline",
        "Takes what changed, builds and tests the marts, publishes each organisation's that pass.",
        assets=(lake.lake, warehouse.warehouse),
        checks=(checks.lake_head_is_the_databases, checks.published_is_fresh),
        alone=True,
        turns=(
            Turn(
                f"0 0-{NIGHT_HOUR - 1},{NIGHT_HOUR + 1}-23 * * *",
                formerly="hourly",
                name="bring_up_to_date",
                does="Takes what changed and builds what it touches.",
            ),
            Turn(
                f"0 {NIGHT_HOUR} * * *",
                formerly="nightly",
                name="build_anew",
                does="Builds everything anew, so that no chain of small builds grows long.",
                run_config=warehouse.ANEW,
            ),
        ),
    ),
    Periodic(
        "watch",
        "Looks whether the lake, what is published and the schedules are as they should be.",
        checks=(checks.lake_head_is_the_databases, checks.published_is_fresh, checks.schedules_go_on),
        turns=(Turn("30 * * * *", formerly="half_past"),),
    ),
    Periodic(
        "import_list",
        "Takes uploaded lists in: one that is named, or every one that waits.",
        assets=(imports.prospect_imports,),
        looks=Look(
            sensors.pending_imports,
            name="pending_imports",
            does="Starts one run for each organisation of which an import waits, the oldest first.",
        ),
    ),
    Periodic(
        "geocode",
        "Looks again for doors whose place is unknown or rough.",
        assets=(geocoding.geocoding_backlog,),
        alone=True,
        turns=(Turn("45 * * * *", formerly="quarter_to", unless=_no_door_is_due),),
    ),
    Periodic(
        "find_duplicates",
        "Looks for leads of the whole base that may be one.",
        assets=(matching.match_pairs,),
        alone=True,
        turns=(Turn(f"40 {NIGHT_HOUR} * * *", formerly="forty_past_nightly"),),
    ),
    Periodic(
        "clear_away",
        "Removes uploads that nobody completed, files that no row names, and whatever is older than is kept.",
        assets=(
            housekeeping.attachments,
            housekeeping.dagster_runs,
            housekeeping.import_rows,
            housekeeping.rep_positions,
            housekeeping.retention,
            housekeeping.sync_operations,
        ),
        turns=(Turn(f"15 {NIGHT_HOUR} * * *", formerly="quarter_past_nightly"),),
    ),
    Periodic(
        "command_runs",
        "Shows what runs of the command line built, tested and published.",
        looks=Look(commands.command_runs),
    ),
    Periodic(
        "failed_runs",
        "Sends a letter when a run fails: one a cause and day.",
        looks=Look(alarms.failed_runs),
    ),
)

ASSETS = [asset for work in PERIODIC for asset in work.assets]
CHECKS = list(dict.fromkeys(check for work in PERIODIC for check in work.checks))


def _selection(work: Periodic) -> dg.AssetSelection:
    """Its assets and its checks. Of dbt's tests the one that stands for all: the others tell of themselves where they
    changed, for to record each takes Dagster longer than dbt takes to run it."""
    assets = dg.AssetSelection.assets(*work.assets).without_checks()
    own = [warehouse.ALL_TESTS] if warehouse.warehouse in work.assets else []
    return assets | dg.AssetSelection.checks(*work.checks, *own)


def _schedule(work: Periodic, turn: Turn) -> dg.ScheduleDefinition:
    waiting = dg.RunsFilter(job_name=work.name, statuses=[dg.DagsterRunStatus.QUEUED])

    @dg.schedule(
        name=turn.name or work.name,
        cron_schedule=turn.cron,
        job_name=work.name,
        default_status=dg.DefaultScheduleStatus.RUNNING,
        description=turn.does or work.does,
    )
    def schedule(
        context: dg.ScheduleEvaluationContext, system: dg.ResourceParam[System]
    ) -> dg.RunRequest | dg.SkipReason:
        # The run that waits takes everything up to its start, and a long one must not pile up a queue.
        if work.alone and context.instance.get_runs_count(waiting):
            return dg.SkipReason(f"Another run of {work.name} waits already.")
        reason = turn.unless(system, datetime.now(UTC)) if turn.unless else None
        return dg.SkipReason(reason) if reason else dg.RunRequest(run_config=turn.run_config)

    return schedule


JOBS = [
    dg.define_asset_job(
        work.name,
        selection=_selection(work),
        tags={ALONE: work.name} if work.alone else None,
        description=work.does,
    )
    for work in PERIODIC
    if work.assets or work.checks
]
SCHEDULES = [_schedule(work, turn) for work in PERIODIC for turn in work.turns]
SENSORS = [
    work.looks.sensor(work.looks.name or work.name, work.looks.does or work.does) for work in PERIODIC if work.looks
]
FORMER_NAMES = {turn.formerly: turn.name or work.name for work in PERIODIC for turn in work.turns if turn.formerly}
"""Schedules of an earlier version, and what they are called now."""
