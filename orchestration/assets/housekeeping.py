"""What is cleared away at night."""

from datetime import UTC, datetime, timedelta

import dagster as dg

from orchestration.resources import System, failing_in_a_sentence

ATTACHMENTS = dg.AssetKey(["capture", "attachments"])
REP_POSITIONS = dg.AssetKey(["capture", "rep_positions"])
RETENTION = dg.AssetKey(["capture", "retention"])
IMPORT_ROWS = dg.AssetKey(["capture", "import_rows"])
RUNS = dg.AssetKey(["capture", "dagster_runs"])
SYNC = dg.AssetKey(["capture", "sync_operations"])


@dg.asset(
    key=ATTACHMENTS,
    group_name="capture",
    kinds={"postgresql"},
    description="Photos and files of leads, without uploads that nobody completed and files that no row names.",
)
def attachments(system: dg.ResourceParam[System]) -> dg.MaterializeResult:
    # Only the process of a run needs the store: its client of S3 is slow to load.
    from outbound.attachments.store import sweep_attachments
    from outbound.storage.blobs import open_store

    with failing_in_a_sentence():
        swept = sweep_attachments(system.database, open_store(system.settings, "attachments"), datetime.now(UTC))
    return dg.MaterializeResult(
        metadata={
            "pending": swept.pending,
            "staged": swept.staged,
            "files": swept.blobs,
            "unfinished": swept.unfinished,
        }
    )


@dg.asset(
    key=REP_POSITIONS,
    group_name="capture",
    kinds={"postgresql"},
    description="Where reps were during their shifts, no longer than such positions are kept.",
)
def rep_positions(system: dg.ResourceParam[System]) -> dg.MaterializeResult:
    from outbound.positions.service import purge_positions

    now, removed = datetime.now(UTC), 0
    with failing_in_a_sentence():
        for organisation in system.database.organisations():
            with system.database.as_job(organisation.id) as session:
                removed += purge_positions(session, now, system.settings.position_days)
    return dg.MaterializeResult(metadata={"removed": removed, "kept for days": system.settings.position_days})


@dg.asset(
    key=RETENTION,
    group_name="capture",
    kinds={"postgresql"},
    description="What is kept for a while and no longer, and organisations whose waiting period is over.",
)
def retention(system: dg.ResourceParam[System]) -> dg.MaterializeResult:
    from outbound.privacy.retention import tidy

    with failing_in_a_sentence():
        done = tidy(system.database, system.settings, datetime.now(UTC))
    return dg.MaterializeResult(
        metadata={
            "requests forgotten": done.captures,
            "notices to phones": done.tombstones,
            "exports": done.exports,
            "lists": done.lists,
            "organisations": done.organisations,
        }
    )


@dg.asset(
    key=IMPORT_ROWS,
    group_name="capture",
    kinds={"postgresql"},
    description="Rows of imports, as long as these can be taken back; uploads that were never handed in go too.",
)
def import_rows(system: dg.ResourceParam[System]) -> dg.MaterializeResult:
    from ingest.tidying import tidy_imports

    with failing_in_a_sentence():
        done = tidy_imports(system.database, system.settings, datetime.now(UTC))
    return dg.MaterializeResult(
        metadata={"uploads": done.staged, "imports": done.imports, "rows": done.rows, "put away": done.left}
    )


@dg.asset(
    key=SYNC,
    group_name="capture",
    kinds={"postgresql"},
    description="What phones sent ahead of what it names: applied once that has come, given up after a month.",
)
def sync_operations(system: dg.ResourceParam[System]) -> dg.MaterializeResult:
    from outbound.sync.operations import Arrival
    from outbound.sync.sweep import sweep

    with failing_in_a_sentence():
        swept = sweep(system.database, Arrival(datetime.now(UTC), position_days=system.settings.position_days))
    return dg.MaterializeResult(metadata={"settled": swept.settled, "forgotten": swept.forgotten})


@dg.asset(
    key=RUNS,
    group_name="capture",
    description="Dagster's own records of finished runs, with their events and output, no longer than they are kept.",
)
def dagster_runs(context: dg.AssetExecutionContext, system: dg.ResourceParam[System]) -> dg.MaterializeResult:
    from orchestration.retention import forget_runs

    days = system.settings.run_days
    removed = forget_runs(context.instance, datetime.now(UTC) - timedelta(days=days))
    return dg.MaterializeResult(metadata={"removed": removed, "kept for days": days})
