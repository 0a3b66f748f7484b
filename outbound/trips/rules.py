"""Canvassing runs: which moves of a trip and its stops are legal, and a sensible order of doors. Pure.

Distances are great circles: an estimate until streets are measured, and stored as one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from outbound.errors import Conflict, Invalid
from outbound.geo.sphere import Point, great_circle
from outbound.vocabulary import Optimization, StopStatus, TripStatus

MOST_STOPS = 200
DETOUR = 1.3
"""Streets are about so much longer than the straight line in towns laid out as a grid."""
METRES_PER_MINUTE: Mapping[Optimization, float] = {
    Optimization.WALKING: 75.0,
    Optimization.FASTEST: 500.0,
    Optimization.SHORTEST: 400.0,
}
"""4.5 km/h on foot; 30 and 24 km/h through a neighbourhood."""
MINUTES_AT_A_DOOR = 3
_PASSES = 30
_LONGEST = 2**31 - 1

TRANSITIONS: Mapping[TripStatus, frozenset[TripStatus]] = {
    TripStatus.PLANNED: frozenset({TripStatus.IN_PROGRESS, TripStatus.CANCELLED}),
    TripStatus.IN_PROGRESS: frozenset({TripStatus.COMPLETED, TripStatus.CANCELLED}),
    TripStatus.COMPLETED: frozenset(),
    TripStatus.CANCELLED: frozenset(),
}
"""Legal moves of a trip."""


def may_become(status: TripStatus, wanted: TripStatus) -> bool:
    """Whether there is anything to change. Raises :class:`Conflict` for a move that there is not."""
    if wanted is status:
        return False
    if wanted not in TRANSITIONS[status]:
        legal = ", ".join(sorted(TRANSITIONS[status])) or "nothing: it is over"
        raise Conflict(f"A trip that is {status} cannot become {wanted}; it may become {legal}.", state=status)
    return True


@dataclass(frozen=True)
class Estimate:
    """Of a whole run: metres along streets, and minutes with the time at the doors."""

    distance_meters: int
    duration_minutes: int


def best_order(points: Sequence[Point | None], start: Point | None, end: Point | None) -> list[int]:
    """An order of the stops that is short to walk: nearest neighbour, then crossings undone (2-opt).

    Positions that are not known come last, in the order given. The start and the end stay where they are.
    """
    known = [at for at, point in enumerate(points) if point is not None]
    unknown = [at for at, point in enumerate(points) if point is None]
    if len(known) < 2:
        return known + unknown
    places: dict[int, Point] = {at: point for at, point in enumerate(points) if point is not None}
    order = _nearest(known, places, start)
    return _uncrossed(order, places, start, end, fixed_first=start is None) + unknown


def _nearest(known: list[int], places: Mapping[int, Point], start: Point | None) -> list[int]:
    left = list(known)
    order: list[int] = []
    if start is None:
        order.append(left.pop(0))  # without a start the run begins where its first stop was put
    here = start or places[order[0]]
    while left:
        nearest = min((great_circle(here, places[at]), at) for at in left)[1]
        left.remove(nearest)
        order.append(nearest)
        here = places[nearest]
    return order


def _uncrossed(
    order: list[int], places: Mapping[int, Point], start: Point | None, end: Point | None, *, fixed_first: bool
) -> list[int]:
    """2-opt: as long as turning a stretch around makes the run shorter, within a bounded number of passes."""
    size = len(order)
    between = [[great_circle(places[a], places[b]) for b in order] for a in order]
    to_start = [great_circle(start, places[at]) if start else 0.0 for at in order]
    to_end = [great_circle(end, places[at]) if end else 0.0 for at in order]
    run = list(range(size))
    for _ in range(_PASSES):
        shorter = False
        for i in range(1 if fixed_first else 0, size - 1):
            for j in range(i + 1, size):
                before = to_start[run[i]] if i == 0 else between[run[i - 1]][run[i]]
                after = to_end[run[j]] if j == size - 1 else between[run[j]][run[j + 1]]
                turned_before = to_start[run[j]] if i == 0 else between[run[i - 1]][run[j]]
                turned_after = to_end[run[i]] if j == size - 1 else between[run[i]][run[j + 1]]
                if turned_before + turned_after < before + after - 1e-6:
                    run[i : j + 1] = reversed(run[i : j + 1])
                    shorter = True
        if not shorter:
            break
    return [order[at] for at in run]


def estimate(
    points: Sequence[Point | None], start: Point | None, end: Point | None, optimization: Optimization
) -> Estimate | None:
    """Of the stops in this order; none where fewer than two places are known."""
    way = [point for point in (start, *points, end) if point is not None]
    if len(way) < 2:
        return None
    distance = DETOUR * sum(great_circle(a, b) for a, b in pairwise(way))
    minutes = distance / METRES_PER_MINUTE[optimization] + MINUTES_AT_A_DOOR * len(points)
    return Estimate(min(round(distance), _LONGEST), min(round(minutes), _LONGEST))


@dataclass(frozen=True)
class StopState:
    """A stop as far as its messages have told it."""

    status: StopStatus = StopStatus.PENDING
    decided_at: datetime | None = None
    arrival_at: datetime | None = None
    notes: str | None = None
    noted_at: datetime | None = None
    skip_reason: str | None = None

    @property
    def completed_at(self) -> datetime | None:
        return self.decided_at if self.status is StopStatus.COMPLETED else None


@dataclass(frozen=True)
class StopNews:
    """What a phone tells of a stop, with the time it happened by our clock."""

    at: datetime
    status: StopStatus | None = None
    arrived: bool = False
    notes: str | None = None
    skip_reason: str | None = None


_WEIGHT = {StopStatus.PENDING: 0, StopStatus.SKIPPED: 1, StopStatus.COMPLETED: 2}


def told(stop: StopState, news: StopNews) -> StopState:
    """The stop after a message, whatever order the messages come in: the latest decision stands, the first arrival,
    and the latest notes. Of two in the same instant, the one that says more."""
    if news.arrived and (stop.arrival_at is None or news.at < stop.arrival_at):
        stop = replace(stop, arrival_at=news.at)
    if news.notes is not None and _later((news.at, news.notes), (stop.noted_at, stop.notes or "")):
        stop = replace(stop, notes=news.notes, noted_at=news.at)
    if news.status is not None:
        mine = (news.at, (_WEIGHT[news.status], news.skip_reason or ""))
        if _later(mine, (stop.decided_at, (_WEIGHT[stop.status], stop.skip_reason or ""))):
            stop = replace(stop, status=news.status, decided_at=news.at, skip_reason=news.skip_reason)
    return stop


def _later(mine: tuple[datetime, object], stored: tuple[datetime | None, object]) -> bool:
    return stored[0] is None or mine > stored


def refuse_unreasoned_skip(status: StopStatus | None, reason: str | None) -> None:
    """Raises :class:`Invalid` for a skip without a reason, or a reason without a skip."""
    if status is StopStatus.SKIPPED and not reason:
        raise _at_reason("say why the stop is skipped")
    if status is not StopStatus.SKIPPED and reason:
        raise _at_reason("only a skipped stop has one; leave it out")


def _at_reason(reason: str) -> Invalid:
    return Invalid(f"skip_reason: {reason}.", errors=[{"field": "skip_reason", "reason": reason}])
