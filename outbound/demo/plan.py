"""Who works where, and which doors they mean to visit: the plan that a history then plays out.

Territories differ on purpose. One area is walked evenly, week after week; most are walked with some gaps; a
few are neglected corners whose far end nobody reaches; some have no owner at all until go-live.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from outbound.demo.calendar import HOUR, MINUTE, WEEKDAY_LOAD, Calendar

UNOWNED = -1
RUNS_A_DAY = 3
USUAL_RUN = 18
"""Doors in one walk; three walks make a day."""
_RUN_STARTS = np.array([10.6, 14.4, 17.3])
_LONGEST_RUN_MINUTES = 100.0


@dataclass(frozen=True)
class Care:
    """How well a micro territory is looked after."""

    unowned: np.ndarray
    neglected: np.ndarray
    starred: np.ndarray


@dataclass(frozen=True)
class Turf:
    """Micro territories (0 … n-1) with their owners before and after go-live; rep indices or UNOWNED."""

    owners: np.ndarray
    """(2, micros)."""
    helpers: np.ndarray
    """By rep: the micro they help out in as CONTRIBUTOR."""
    care: Care


@dataclass
class Visits:
    """Meant visits, one row each, in no order. `lead` indexes leads; `way` is one of Way."""

    lead: np.ndarray
    rep: np.ndarray
    at: np.ndarray
    run: np.ndarray
    """Which walk it belongs to."""
    phone: np.ndarray
    """Whether it is a call from the car rather than a knock."""


@dataclass
class Runs:
    """Walks: a rep, a day, a micro territory, a stretch of its doors."""

    rep: np.ndarray
    day: np.ndarray
    micro: np.ndarray
    starts_at: np.ndarray
    length: np.ndarray
    offset: np.ndarray


def select(runs: Runs, which: np.ndarray) -> Runs:
    """The walks of this mask."""
    return Runs(*(getattr(runs, name)[which] for name in Runs.__dataclass_fields__))


def divide_turf(area_of_micro: np.ndarray, reps: int, rng: np.random.Generator) -> Turf:
    """Give every micro territory to a rep, neighbours to the same one, and choose how it is cared for."""
    count = len(area_of_micro)
    order = np.argsort(area_of_micro, kind="stable")
    before = np.empty(count, dtype=np.int64)
    before[order] = np.arange(count) * reps // count
    sizes = np.bincount(area_of_micro)
    star = int(np.argmax(sizes))
    starred = area_of_micro == star
    draw = rng.random(count)
    unowned = ~starred & (draw < 0.09) & (count > 6)
    neglected = ~starred & ~unowned & (draw < 0.24)
    if count > 3 and not neglected.any() and not starred.all():
        neglected[np.flatnonzero(~starred & ~unowned)[:1]] = True
    after = before.copy()
    given = before.copy()
    handed = ~starred & (rng.random(count) < 0.14)
    after[handed] = (after[handed] + 1) % reps
    before[unowned] = UNOWNED
    after[unowned & (rng.random(count) < 0.5)] = UNOWNED
    # A rep for whom the map has no room of their own helps where their share would have been.
    share = order[np.minimum(np.arange(reps) * count // reps, count - 1)]
    beside = order[(np.searchsorted(given[order], np.arange(reps)) - 1) % count]
    helpers = np.where(np.isin(np.arange(reps), given), beside, share)
    return Turf(np.stack([before, after]), helpers, Care(unowned, neglected, starred))


def plan_runs(
    turf: Turf, calendar: Calendar, days: int, go_live_day: int, run_length: float, rng: np.random.Generator
) -> Runs:
    """The walks of all reps over all days."""
    reps = len(turf.helpers)
    day = np.arange(days)
    zeal = rng.uniform(0.8, 1.2, reps)
    works = rng.random((days, reps)) < WEEKDAY_LOAD[calendar.weekday(day)][:, None]
    holiday = rng.integers(0, max(days - 5, 1), reps)
    works &= ~((day[:, None] >= holiday) & (day[:, None] < holiday + 5) & (rng.random(reps) < 0.5))
    worked_day, worker = np.nonzero(works)
    run_day, rep = np.repeat(worked_day, RUNS_A_DAY), np.repeat(worker, RUNS_A_DAY)
    micro = np.empty(len(rep), dtype=np.int64)
    late = (run_day >= go_live_day).astype(np.int64)
    weight = np.where(turf.care.neglected, 0.35, np.where(turf.care.starred, 1.5, 1.0))
    for phase in (0, 1):
        now = late == phase
        micro[now] = _choose(turf, phase, weight, rep[now], rng)
    stretch = zeal[rep] * rng.uniform(0.75, 1.25, len(rep)) * np.where(turf.care.starred[micro], 1.3, 1.0)
    length = np.maximum(1, np.round(run_length * stretch)).astype(np.int64)
    start_hour = _RUN_STARTS[np.tile(np.arange(RUNS_A_DAY), len(worker))] + rng.uniform(-0.5, 0.9, len(rep))
    starts_at = calendar.at(run_day, (start_hour * HOUR).astype(np.int64))
    return Runs(rep, run_day, micro, starts_at, length, np.zeros(len(rep)))


def _choose(turf: Turf, phase: int, weight: np.ndarray, rep: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A micro for each walk: mostly one of the rep's own, by weight; now and then the one they help in."""
    owned = np.flatnonzero(turf.owners[phase] != UNOWNED)
    owner = turf.owners[phase][owned]
    order = np.argsort(owner, kind="stable")
    owned, owner = owned[order], owner[order]
    reps = len(turf.helpers)
    first = np.searchsorted(owner, np.arange(reps + 1))
    total = np.concatenate([[0.0], np.cumsum(weight[owned])])
    low, high = total[first[:-1]][rep], total[first[1:]][rep]
    drawn = low + rng.random(len(rep)) * (high - low)
    at = np.clip(np.searchsorted(total, drawn, side="right") - 1, 0, max(len(owned) - 1, 0))
    helps = (rng.random(len(rep)) < 0.04) | (high <= low)
    return np.where(helps, turf.helpers[rep], owned[at])


def visits_of(
    runs: Runs, turf: Turf, calendar: Calendar, leads_of_micro: tuple[np.ndarray, np.ndarray], rng: np.random.Generator
) -> Visits:
    """Lay the walks over the leads: `leads_of_micro` holds leads in walking order and, by micro, where its
    stretch begins (one more entry than micros)."""
    order, first = leads_of_micro
    size = np.diff(first)[runs.micro]
    possible = size > 0
    length = np.where(possible, np.minimum(runs.length, np.maximum(size, 1)), 0)
    runs.offset = _offsets(runs, turf, calendar, size, rng)
    run = np.repeat(np.arange(len(runs.rep)), length)
    place = np.arange(len(run)) - np.repeat(np.cumsum(length) - length, length)
    micro = runs.micro[run]
    at_door = (runs.offset[run].astype(np.int64) + place) % np.maximum(size[run], 1)
    gap = np.minimum(4.3, _LONGEST_RUN_MINUTES / np.maximum(length, 1))[run]
    at = runs.starts_at[run] + ((place + rng.uniform(0, 0.7, len(run))) * gap * MINUTE).astype(np.int64)
    return Visits(
        lead=order[first[micro] + at_door],
        rep=runs.rep[run],
        at=at,
        run=run,
        phone=rng.random(len(run)) < 0.10,
    )


def _offsets(runs: Runs, turf: Turf, calendar: Calendar, size: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Where in its micro each walk begins. Cared-for ones are spaced evenly over the week."""
    week = calendar.week(runs.day)
    key = runs.micro * 10_000 + week
    _, group, count = np.unique(key, return_inverse=True, return_counts=True)
    order = np.lexsort((runs.starts_at, group))
    rank = np.empty(len(group), dtype=np.int64)
    begin = np.cumsum(count) - count
    rank[order] = np.arange(len(group)) - begin[group[order]]
    even = (rank + rng.random(len(count))[group] * 0.5) / count[group]
    loose = rng.random(len(group))
    clumped = 0.3 * rng.random(len(group)) ** 2
    care = turf.care
    mixed = np.where(rng.random(len(group)) < 0.7, even, loose)
    share = np.where(care.starred[runs.micro], even, np.where(care.neglected[runs.micro], clumped, mixed))
    return np.floor(share * size)
