"""Trips of a demo history: walks of a day in one territory become a planned run with its stops."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outbound.demo.calendar import MINUTE, Calendar
from outbound.demo.plan import Runs, Visits
from outbound.geo.sphere import METRES_PER_DEGREE

PLANNED, IN_PROGRESS, COMPLETED, CANCELLED = range(4)
PENDING, SKIPPED, DONE = range(3)
_MINUTES_A_STOP = 4.3
_DETOUR = 1.25
"""Streets are longer than the bird's way."""


@dataclass
class Trips:
    """Columns over trips, then over their stops; times in UTC milliseconds, -1 for none."""

    rep: np.ndarray
    micro: np.ndarray
    status: np.ndarray
    planned_start: np.ndarray
    started_at: np.ndarray
    completed_at: np.ndarray
    distance: np.ndarray
    duration: np.ndarray
    actual_distance: np.ndarray
    actual_duration: np.ndarray
    first_lead: np.ndarray
    last_lead: np.ndarray
    stop_trip: np.ndarray
    stop_visit: np.ndarray
    stop_lead: np.ndarray
    stop_order: np.ndarray
    stop_status: np.ndarray
    stop_planned_at: np.ndarray
    stop_arrival_at: np.ndarray
    stop_completed_at: np.ndarray


def choose_trips(runs: Runs, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """For each walk the group (rep, day, micro) it forms a trip with, or -1; and which groups are called off."""
    key = (runs.day.astype(np.int64) * 1_000_000 + runs.rep) * 1_000_000 + runs.micro
    _, group = np.unique(key, return_inverse=True)
    count = int(group.max()) + 1 if len(group) else 0
    is_trip = rng.random(count) < 0.62
    called_off = is_trip & (rng.random(count) < 0.025)
    return np.where(is_trip[group], group, -1), called_off


def build_trips(
    runs: Runs,
    visits: Visits,
    group_of_run: np.ndarray,
    called_off: np.ndarray,
    played: np.ndarray,
    skipped: np.ndarray,
    open_now: np.ndarray,
    lat: np.ndarray,
    lon: np.ndarray,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Trips:
    """Stops are the visits that were made or passed over, and the ones still to come at leads that are open.

    `played` and `skipped` are masks over visits, `open_now` over leads; `lat`, `lon` are the leads' doors.
    """
    group = group_of_run[visits.run]
    off = (group >= 0) & called_off[group]
    to_come = (visits.at > calendar.as_of) & open_now[visits.lead]
    wanted = (group >= 0) & ~visits.phone & (played | skipped | to_come | (off & open_now[visits.lead]))
    chosen = np.flatnonzero(wanted)
    chosen = chosen[np.lexsort((visits.at[chosen], group[chosen]))]
    _, first, trip, size = np.unique(group[chosen], return_index=True, return_inverse=True, return_counts=True)
    last = first + size - 1
    order = np.arange(len(chosen)) - first[trip] + 1
    lead, at = visits.lead[chosen], visits.at[chosen]

    status = np.where(played[chosen], DONE, np.where(skipped[chosen] & ~off[chosen], SKIPPED, PENDING))
    begun = np.bincount(trip, weights=status != PENDING, minlength=len(size)) > 0
    waiting = np.bincount(trip, weights=status == PENDING, minlength=len(size)) > 0
    cancelled = called_off[group[chosen]][first] if len(first) else np.empty(0, dtype=bool)
    trip_status = np.select([cancelled, ~begun, waiting], [CANCELLED, PLANNED, IN_PROGRESS], COMPLETED)
    planned_start = at[first] - 6 * MINUTE
    started = np.where(begun & ~cancelled, at[first] - 2 * MINUTE, -1)
    ended = np.minimum(at[last] + 5 * MINUTE, calendar.as_of)

    step = np.zeros(len(chosen))
    if len(chosen) > 1:
        dy = np.diff(lat[lead]) * METRES_PER_DEGREE
        dx = np.diff(lon[lead]) * METRES_PER_DEGREE * np.cos(np.radians(lat[lead][1:]))
        step[1:] = np.hypot(dx, dy) * (trip[1:] == trip[:-1])
    distance = np.round(np.bincount(trip, weights=step, minlength=len(size)) * _DETOUR).astype(np.int64)
    duration = np.maximum(1, np.round(size * _MINUTES_A_STOP)).astype(np.int64)
    completed = trip_status == COMPLETED
    walked = np.round(distance * rng.uniform(0.97, 1.3, len(size))).astype(np.int64)
    return Trips(
        rep=runs.rep[visits.run[chosen]][first],
        micro=runs.micro[visits.run[chosen]][first],
        status=trip_status,
        planned_start=planned_start,
        started_at=started,
        completed_at=np.where(completed, ended, -1),
        distance=distance,
        duration=duration,
        actual_distance=np.where(completed, walked, -1),
        actual_duration=np.where(completed, np.maximum(1, (ended - started) // MINUTE), -1),
        first_lead=lead[first],
        last_lead=lead[last],
        stop_trip=trip,
        stop_visit=chosen,
        stop_lead=lead,
        stop_order=order,
        stop_status=status,
        stop_planned_at=planned_start[trip] + ((order - 1) * _MINUTES_A_STOP * MINUTE).astype(np.int64),
        stop_arrival_at=np.where(status == DONE, at - 40_000, -1),
        stop_completed_at=np.where(status == DONE, np.minimum(at + 30_000, calendar.as_of), -1),
    )
