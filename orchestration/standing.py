"""Whether every schedule and sensor goes on: one that was stopped, or is not asked any more, is missed by nobody until
figures are old. Told by the watch, by ``outbound doctor`` and by the one that serves Dagster's pages.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorType,
    ScheduleInstigatorData,
    SensorInstigatorData,
    TickStatus,
)
from dagster._utils.schedules import schedule_execution_time_iterator
from sqlalchemy.exc import SQLAlchemyError

from outbound.settings import Settings

GRACE = timedelta(minutes=15)
"""A turn that was due longer ago than this, and is not there, will not come."""
EVERY = timedelta(minutes=5)
_log = logging.getLogger(__name__)
_WORKED = [TickStatus.SUCCESS, TickStatus.SKIPPED]


def standing_still(instance: dg.DagsterInstance, now: datetime, up_since: datetime | None) -> list[str]:
    """A sentence for each schedule and sensor that stands still; empty: all go on.

    ``up_since``: when Dagster was started; None: it is not running, so that only what was stopped is told.
    """
    known = instance.all_instigator_state() if instance.schedule_storage else []
    states = {(state.instigator_type, state.name): state for state in known}
    expects_turns = up_since is not None and now - up_since > GRACE
    found = []
    for kind, name, due in _turns(now):
        what = f"The {kind.value.lower()} {name}"
        state = states.get((kind, name))
        if state is not None and not state.is_running:
            found.append(f"{what} was stopped; start it again on Dagster's page Automation.")
        elif expects_turns and (last := _last_turn(instance, state)) < due:
            when = f"since {last:%Y-%m-%d %H:%M} UTC" if state is not None else "yet"
            found.append(f"{what} has done nothing {when}; see the Dagster daemon's log, or restart Outbound.")
    return found


def read(settings: Settings, now: datetime, up_since: datetime | None) -> list[str]:
    """The same, of an installation whose Dagster may never have run: nothing is made."""
    if not (settings.dagster_home / "schedules" / "schedules.db").exists():
        return []
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        return standing_still(instance, now, up_since)


def _turns(now: datetime) -> Iterator[tuple[InstigatorType, str, datetime]]:
    """Each schedule and sensor, and the last time by which it must have had a turn."""
    from orchestration.periodic import SCHEDULES, SENSORS  # whose checks ask us

    for schedule in SCHEDULES:
        latest = (now - GRACE).timestamp()
        times = schedule_execution_time_iterator(latest, schedule.cron_schedule, "UTC", ascending=False)
        yield InstigatorType.SCHEDULE, schedule.name, next(times)
    for sensor in SENSORS:
        yield InstigatorType.SENSOR, sensor.name, now - GRACE


def _last_turn(instance: dg.DagsterInstance, state: InstigatorState | None) -> datetime:
    """When it last did what it should, or began to be asked."""
    if state is None:
        return datetime.min.replace(tzinfo=UTC)
    turns = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1, statuses=_WORKED)
    match state.instigator_data:
        case ScheduleInstigatorData(start_timestamp=begun):
            pass
        case SensorInstigatorData(last_sensor_start_timestamp=begun):
            pass
        case _:
            begun = None
    return datetime.fromtimestamp(max(begun or 0, turns[0].timestamp if turns else 0), UTC)


class Lookout(threading.Thread):
    """Looks from time to time, and writes what it finds where the supervisor and ``/metrics`` read it. Not a schedule,
    for those are what it looks after."""

    def __init__(self, instance: dg.DagsterInstance, path: Path) -> None:
        super().__init__(name="lookout", daemon=True)
        self._instance = instance
        self._path = path
        self._since = datetime.now(UTC)
        self._ended = threading.Event()

    def run(self) -> None:
        while True:
            try:
                self.look(datetime.now(UTC))
            except (SQLAlchemyError, OSError) as error:  # the next look may find them again
                _log.error("cannot see whether the schedules go on: %s", error)
            if self._ended.wait(EVERY.total_seconds()):
                return

    def look(self, now: datetime) -> None:
        """Writes what stands still now."""
        said = {"at": now.isoformat(), "standing": standing_still(self._instance, now, self._since)}
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps(said))
        fresh.replace(self._path)

    def end(self) -> None:
        self._ended.set()
