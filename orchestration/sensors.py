"""What starts by itself because something is there to do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

import dagster as dg

from ingest import service
from ingest.service import PendingImport
from orchestration.assets.imports import ImportToRun, prospect_imports
from orchestration.resources import System
from outbound.errors import Unavailable

EVERY_SECONDS = 4
"""Dagster looks every 5 s whether so long has passed since the last look: with 5 every other one would find a little
less. With the seconds that a run takes to begin, an upload is worked on within 15."""
STOP_AFTER_SECONDS = 20
"""A slower look is given up: Dagster would end it at 60 s, and call it again while it still goes on."""
ATTEMPTS = 3
WITHIN = timedelta(hours=1)
"""An import that stays pending because its runs are killed is started so often in this time."""
IMPORT_LIST = "import_list"
"""The job that takes lists in."""
IMPORT_TAG = "outbound/import"
ORGANISATION_TAG = "outbound/organisation"
"""Of the runs of imports: each organisation has one at a time (see ``dagster.yaml``)."""

Result = TypeVar("Result")


class Look:
    """Calls one after the other, none waited for longer than ``STOP_AFTER_SECONDS``."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="look")

    def take(self, function: Callable[[], Result]) -> Result:
        """Raises :class:`outbound.errors.Unavailable` when it takes too long; the next call then waits for its end."""
        future = self._worker.submit(function)
        try:
            return future.result(timeout=STOP_AFTER_SECONDS)
        except TookTooLong:
            future.cancel()
            raise Unavailable(
                f"The database did not say within {STOP_AFTER_SECONDS} s what is due; look at what keeps it busy."
            ) from None


_imports = Look()
_KILLED = frozenset({dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED})
_unfinished = dg.RunsFilter(
    job_name=IMPORT_LIST,
    statuses=[status for status in dg.DagsterRunStatus if status not in {*_KILLED, dg.DagsterRunStatus.SUCCESS}],
)


def pending_imports(name: str, does: str) -> dg.SensorDefinition:
    """One run an organisation, the oldest import first."""

    @dg.sensor(
        name=name,
        job_name=IMPORT_LIST,
        minimum_interval_seconds=EVERY_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description=does,
    )
    def sensor(
        context: dg.SensorEvaluationContext, system: dg.ResourceParam[System]
    ) -> list[dg.RunRequest] | dg.SkipReason:
        return _to_start(context.instance, system) or dg.SkipReason("No import waits for a run.")

    return sensor


def _to_start(instance: dg.DagsterInstance, system: System) -> list[dg.RunRequest]:
    # Before the imports are read: a run that ends in between has ended its import too.
    runs = instance.get_runs(_unfinished)
    going_on = {run.tags.get(IMPORT_TAG) for run in runs}
    pending = _imports.take(lambda: _due(system))
    # One run an organisation, in the queue or at work: who hands in a hundred lists is behind who hands in one.
    busy = {run.tags.get(ORGANISATION_TAG) for run in runs}
    busy |= {str(waiting.org_id) for waiting in pending if _tag(waiting) in going_on}
    requests = []
    for waiting in pending:
        if str(waiting.org_id) in busy:
            continue
        key = _run_key(instance, _tag(waiting))
        if key is None:
            continue
        if isinstance(key, GivenUp):
            _imports.take(partial(service.give_up, system.database, waiting, key.sentence))
            continue
        busy.add(str(waiting.org_id))
        requests.append(_request(waiting, key))
    return requests


def _due(system: System) -> list[PendingImport]:
    service.wake_paused(system.database, datetime.now(UTC))
    return service.pending_imports(system.database)


def _tag(waiting: PendingImport) -> str:
    """Names one turn of an import: judging it, writing it and taking it back are runs of their own."""
    return str(waiting.import_id) if waiting.turn == 1 else f"{waiting.import_id}/turn {waiting.turn}"


def _request(waiting: PendingImport, run_key: str) -> dg.RunRequest:
    config = ImportToRun(org_id=str(waiting.org_id), import_id=str(waiting.import_id))
    return dg.RunRequest(
        run_key=run_key,
        run_config=dg.RunConfig(ops={prospect_imports.op.name: config}),
        tags={IMPORT_TAG: _tag(waiting), ORGANISATION_TAG: str(waiting.org_id)},
    )


@dataclass(frozen=True)
class GivenUp:
    """An import whose runs are killed, whatever is done."""

    sentence: str


def _run_key(instance: dg.DagsterInstance, tag: str) -> str | GivenUp | None:
    """The turn's name, so that it is started once; none: nothing is to be started.

    One that is pending though its run failed was killed in the middle: it gets another, a few times.
    """
    records = instance.get_run_records(dg.RunsFilter(tags={IMPORT_TAG: tag}))
    if any(record.dagster_run.status not in _KILLED for record in records):
        return None
    lately = [record for record in records if datetime.now(UTC) - record.create_timestamp < WITHIN]
    if len(lately) >= ATTEMPTS:
        return GivenUp(
            f"The import was begun {ATTEMPTS} times, and its run ended each time before it could say why; look whether "
            "the server has enough memory, or split the list, and resume it."
        )
    return f"{tag}/{len(records) + 1}" if records else tag
