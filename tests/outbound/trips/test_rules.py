"""Orders of doors, moves of a trip, and stops that are told of in any order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbound.errors import Conflict, Invalid
from outbound.geo.sphere import great_circle
from outbound.trips.rules import (
    DETOUR,
    StopNews,
    StopState,
    best_order,
    estimate,
    may_become,
    refuse_unreasoned_skip,
    told,
)
from outbound.vocabulary import Optimization, StopStatus, TripStatus

NOON = datetime(2026, 7, 1, 17, tzinfo=UTC)
POINTS = st.tuples(st.floats(41, 41.05), st.floats(-93.05, -93))


def length(order, points, start, end):
    way = [point for point in (start, *(points[at] for at in order), end) if point is not None]
    return sum(great_circle(a, b) for a, b in pairwise(way))


@given(st.lists(st.none() | POINTS, max_size=25), st.none() | POINTS, st.none() | POINTS)
def test_every_door_is_gone_to_once(points, start, end):
    assert sorted(best_order(points, start, end)) == list(range(len(points)))


@given(st.lists(POINTS, max_size=30), POINTS, st.none() | POINTS)
def test_the_order_is_never_longer_than_going_to_the_nearest_each_time(points, start, end):
    here, left, nearest = start, list(range(len(points))), []
    while left:
        following = min(left, key=lambda at: (great_circle(here, points[at]), at))
        left.remove(following)
        nearest.append(following)
        here = points[following]
    assert length(best_order(points, start, end), points, start, end) <= length(nearest, points, start, end) + 0.01


@given(st.lists(POINTS, min_size=2, max_size=6, unique=True), POINTS)
def test_few_doors_are_gone_to_within_a_third_of_the_shortest_way(points, start):
    best = min(length(order, points, start, None) for order in permutations(range(len(points))))
    assert length(best_order(points, start, None), points, start, None) <= best * 1.35 + 1


def test_doors_on_a_street_are_gone_to_one_after_the_other():
    street = [(41 + at / 1000, -93) for at in range(10)]
    shuffled = [street[at] for at in (4, 0, 7, 2, 9, 1, 5, 3, 8, 6)]
    assert [shuffled[at] for at in best_order(shuffled, (40.999, -93), None)] == street


def test_doors_without_a_position_come_last_as_they_were_given():
    assert best_order([None, (41.2, -93), None, (41.1, -93)], (41, -93), None) == [3, 1, 0, 2]


def test_an_estimate_says_metres_along_streets_and_minutes_with_the_talks():
    found = estimate([(41, -93), (41.01, -93)], None, None, Optimization.WALKING)
    assert found is not None
    assert found.distance_meters == round(great_circle((41, -93), (41.01, -93)) * DETOUR)
    assert found.duration_minutes == round(found.distance_meters / 75 + 6)
    assert estimate([None], (41, -93), None, Optimization.WALKING) is None


@given(st.lists(st.tuples(st.floats(-90, 90), st.floats(-180, 180)), max_size=12))
def test_a_run_around_the_world_is_still_a_number_that_can_be_stored(points):
    found = estimate(points, None, None, Optimization.FASTEST)
    assert found is None or 0 <= found.distance_meters < 2**31


def test_a_trip_begins_before_it_ends_and_what_is_over_stays_over():
    legal = {
        (TripStatus.PLANNED, TripStatus.IN_PROGRESS),
        (TripStatus.PLANNED, TripStatus.CANCELLED),
        (TripStatus.IN_PROGRESS, TripStatus.COMPLETED),
        (TripStatus.IN_PROGRESS, TripStatus.CANCELLED),
    }
    for status in TripStatus:
        for wanted in TripStatus:
            if status is wanted:
                assert not may_become(status, wanted)
            elif (status, wanted) in legal:
                assert may_become(status, wanted)
            else:
                with pytest.raises(Conflict):
                    may_become(status, wanted)


NEWS = st.builds(
    StopNews,
    at=st.integers(0, 5).map(lambda minutes: NOON + timedelta(minutes=minutes)),
    status=st.none() | st.sampled_from(StopStatus),
    arrived=st.booleans(),
    notes=st.none() | st.sampled_from(["a", "b"]),
    skip_reason=st.none() | st.sampled_from(["dog", "gate"]),
)


@given(st.lists(NEWS, max_size=6).flatmap(lambda news: st.tuples(st.just(news), st.permutations(news))))
def test_messages_in_any_order_and_twice_tell_the_same(orders):
    def after(news):
        state = StopState()
        for each in news:
            state = told(state, each)
        return state

    one, other = orders
    assert after(one) == after(other) == after([*other, *one])


def test_a_late_arrival_does_not_undo_what_was_done():
    done = told(StopState(), StopNews(NOON, StopStatus.COMPLETED, notes="Spoke to her"))
    late = told(done, StopNews(NOON - timedelta(minutes=5), StopStatus.PENDING, arrived=True, notes="Here"))
    assert late.status is StopStatus.COMPLETED
    assert late.completed_at == NOON
    assert late.arrival_at == NOON - timedelta(minutes=5)
    assert late.notes == "Spoke to her"


def test_a_skip_says_why():
    refuse_unreasoned_skip(StopStatus.SKIPPED, "dog")
    refuse_unreasoned_skip(StopStatus.COMPLETED, None)
    for status, reason in ((StopStatus.SKIPPED, None), (StopStatus.COMPLETED, "dog"), (None, "dog")):
        with pytest.raises(Invalid, match="skip_reason"):
            refuse_unreasoned_skip(status, reason)
