"""Dagster's own records: a run leaves rows, a file of events and its output, which Dagster keeps for ever."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import dagster as dg
from dagster._core.storage.event_log import SqlEventLogStorage, SqliteEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable

AT_ONCE = 200
FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]


def forget_runs(instance: dg.DagsterInstance, before: datetime) -> int:
    """Removes the runs that had ended by then, with their events and output. Returns how many."""
    forgotten = 0
    ended = dg.RunsFilter(statuses=FINISHED, updated_before=before)
    while records := instance.get_run_records(ended, limit=AT_ONCE):
        for record in records:
            _forget(instance, record.dagster_run.run_id)
        forgotten += len(records)
    return forgotten


def _forget(instance: dg.DagsterInstance, run_id: str) -> None:
    """Its own row last, so that what is interrupted is found again."""
    events = instance.event_log_storage
    instance.compute_log_manager.delete_logs(prefix=[run_id])
    if isinstance(events, SqlEventLogStorage):
        with events.index_connection() as connection:
            rows = AssetCheckExecutionsTable.delete().where(AssetCheckExecutionsTable.c.run_id == run_id)
            connection.execute(rows)
    events.delete_events(run_id)
    if isinstance(events, SqliteEventLogStorage):
        shard = Path(events.path_for_shard(run_id))
        for path in (shard, *shard.parent.glob(f"{shard.name}-*")):
            path.unlink(missing_ok=True)
    instance.run_storage.delete_run(run_id)
